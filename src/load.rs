//! Puts the bundled schedule on sale.

use std::time::Instant;

use actors::booking::Till;
use actors::engine::clock;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use cluster::{Door, Request, Verdict};
use domain::flight::{Command, OpenSale, Rejection};
use domain::ids::FlightId;
use schedule::Window;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::node::Node;

/// Departures that are opened at a time: as many as one commit of the journal likes to carry.
const OPENING_MAX: usize = 512;

/// What is loaded.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The first day, like 2026-12-01; today in UTC when missing
    #[arg(long)]
    first_day: Option<String>,
    /// How many days; AISLE_DEMO_DAYS when missing
    #[arg(long)]
    days: Option<u16>,
    /// What the synthetic share of seats sold elsewhere is drawn from
    #[arg(long, default_value_t = schedule::SEED_DEFAULT)]
    seed: u64,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loaded {
    /// Departures that went on sale now.
    pub opened: usize,
    /// Departures that were on sale before.
    pub known: usize,
}

/// The verb `load`.
///
/// # Errors
/// When the store cannot be used, or a departure cannot be opened.
pub async fn run(config: Config, options: Options) -> Result<()> {
    let node = Node::start(&config, Till::default()).await?;
    let days = options.days.unwrap_or(config.demo_days);
    let window = window(options.first_day.as_deref(), days)?;
    let loaded =
        open_all(&node.door, schedule::Options { seed: options.seed, ..schedule::Options::new(window) });
    let loaded = loaded.await?;
    println!("{} departures went on sale, {} were on sale before", loaded.opened, loaded.known);
    Ok(())
}

/// The days that begin at `first`, or today.
pub fn window(first: Option<&str>, days: u16) -> Result<Window> {
    let today = || clock::now().to_string()[..10].to_owned();
    let first = first.map_or_else(today, str::to_owned);
    let first = first.parse().map_err(|_| anyhow!("{first} is no day like 2026-12-01"))?;
    Window::new(first, days).map_err(|error| anyhow!("{error}"))
}

/// Opens every departure of the schedule that is not on sale yet and has not left.
pub async fn open_all(door: &Door, options: schedule::Options) -> Result<Loaded> {
    let (began, now) = (Instant::now(), clock::now());
    let mut opening: JoinSet<Result<bool>> = JoinSet::new();
    let mut loaded = Loaded::default();
    for sale in schedule::departures(&options).filter(|sale| sale.departs > now) {
        if opening.len() >= OPENING_MAX {
            count(&mut loaded, opening.join_next().await)?;
        }
        opening.spawn(open(door.clone(), sale));
    }
    while !opening.is_empty() {
        count(&mut loaded, opening.join_next().await)?;
    }
    let millis = began.elapsed().as_millis();
    tracing::info!(opened = loaded.opened, known = loaded.known, millis, "the schedule is on sale");
    Ok(loaded)
}

fn count(loaded: &mut Loaded, opened: Option<Result<Result<bool>, tokio::task::JoinError>>) -> Result<()> {
    match opened.context("something was being opened")?? {
        Ok(true) => loaded.opened += 1,
        Ok(false) => loaded.known += 1,
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Opens one departure and lets it rest; says whether it was not on sale before.
async fn open(door: Door, sale: OpenSale) -> Result<bool> {
    let flight = sale.flight;
    let request =
        Request { key: None, remember_refusal: false, deadline: None, command: Command::OpenSale(sale) };
    let told = door.ask(flight, request).await.with_context(|| format!("cannot open {flight}"))?;
    door.rest(flight).await;
    is_new(flight, told.verdict)
}

fn is_new(flight: FlightId, verdict: Verdict<domain::flight::Flight>) -> Result<bool> {
    match verdict {
        Verdict::Accepted { .. } => Ok(true),
        // One that is on sale with other particulars was changed by its operator: it stays as it is.
        Verdict::AlreadySo { .. } | Verdict::Refused { rejection: Rejection::AlreadyOnSale, .. } => Ok(false),
        Verdict::Refused { rejection, .. } => bail!("cannot open {flight}: {rejection}"),
        Verdict::KeyReused => unreachable!("loading uses no keys"),
    }
}
