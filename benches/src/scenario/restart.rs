//! `restart`: the time from `kill -9` until the server is ready again, on a store of many departures and rows.
//!
//! Clients change seats while the server is killed, so the store is as a crash leaves it. They keep holds, so every
//! departure has something due and is woken before the server says that it is ready. Then the maps must show what
//! was acknowledged: a hold whose 201 arrived is there, a seat whose release was acknowledged is free, and of a
//! request without an answer nobody knows. The file cache of the system stays warm: the process dies, not the
//! machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use tokio::task::JoinSet;

use super::fill;
use super::stage::Stage;
use crate::client::Connection;
use crate::contract::{self, Held, SEATS};
use crate::ledger::Ledger;
use crate::load::{Cost, Measured, Tally};
use crate::options::Options;
use crate::progress;
use crate::report::{Outcome, Row, mib};
use crate::server::{Start, StoreKind};

/// How long the clients change seats before the server is killed.
const BURST: Duration = Duration::from_millis(300);
/// So long no start takes: an hour.
const LONG: Duration = Duration::from_secs(3_600);
/// A client moves between two seats.
const SEATS_EACH: usize = 2;

/// Changes seats until the server is killed. It holds one of its two seats or both.
struct Mover {
    connection: Connection,
    ledger: Arc<Ledger>,
    flight: usize,
    /// The first of its two seats. Nobody else asks for them, in no round.
    seat: usize,
    number: u32,
}

/// Fills the store, and kills and starts the server once in each round.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    Start::require_our_own(options, "kills its server")?;
    let name = match store {
        StoreKind::Sqlite => "restart, SQLite",
        StoreKind::Postgres => "restart, PostgreSQL",
    };
    let start = Start { bare: true, ..Start::default() };
    let mut stage = fill::set_stage(options, store, &start, options.store_flights).await?;
    let tokens = stage.product.agents(options.connections)?;
    fill::fill(&mut stage, &tokens, options.store_rows).await?;
    let ledger = Arc::new(Ledger::new(stage.flights.clone()));
    // All rounds together need no more seats than there are.
    let room = SEATS / (SEATS_EACH * options.rounds as usize) * stage.flights.len();
    let tokens = &tokens[..tokens.len().min(room)];
    let mut measured = Measured::nothing();
    let mut rows = 0;
    for round in 0..options.rounds {
        progress::say(&format!("{name}: round {} of {}", round + 1, options.rounds));
        let movers = movers(&stage, &ledger, tokens, round as usize).await?;
        let before = kill_amid(&mut stage, movers).await?;
        measured.add(&start_again(&mut stage, before).await?);
        rows = compare(&mut stage, &ledger).await?;
    }
    let mut row = Row::of("killed", "starts/s", &measured);
    let more = [
        ("flights", stage.flights.len() as f64),
        ("rows", rows as f64),
        ("storeMib", stage.product.server.store_bytes()?.map_or(0.0, mib)),
        ("fastestMs", measured.counted.min() as f64 / 1_000.0),
        ("slowestMs", measured.counted.max() as f64 / 1_000.0),
    ];
    row.more.extend(more.map(|(what, value)| (what.to_owned(), value)));
    let mut violations = ledger.violations();
    violations.extend(stage.end().await);
    let (scenario, times) = (name.to_owned(), "start of the process to /readyz 200".to_owned());
    let (rows, checked) = (vec![row], true);
    Ok(Outcome { scenario, times, rows, checked, violations, ..Outcome::default() })
}

/// Clients of this round, spread over the departures.
async fn movers(
    stage: &Stage,
    ledger: &Arc<Ledger>,
    tokens: &[String],
    round: usize,
) -> anyhow::Result<Vec<Mover>> {
    let connections = fill::connect(&stage.product.server.address, tokens).await?;
    let flights = stage.flights.len();
    let places = tokens.len().div_ceil(flights) * SEATS_EACH;
    let mover = |(index, connection)| {
        let seat = round * places + index / flights * SEATS_EACH;
        let number = u32::try_from(round * tokens.len() + index).context("too many clients")?;
        Ok(Mover { connection, ledger: Arc::clone(ledger), flight: index % flights, seat, number })
    };
    connections.into_iter().enumerate().map(mover).collect()
}

/// Kills the server while the clients are at it. Gives what had been used when it was killed.
async fn kill_amid(stage: &mut Stage, movers: Vec<Mover>) -> anyhow::Result<Cost> {
    let mut running = JoinSet::new();
    for mover in movers {
        running.spawn(mover.go_on());
    }
    tokio::time::sleep(BURST).await;
    let used = stage.product.server.usage()?.context("this server is none of our processes")?;
    stage.product.server.kill()?;
    while let Some(ended) = running.join_next().await {
        ended.context("a client panicked")?.context("a client gave up before the server was killed")?;
    }
    // The next process begins at nothing, and what the one before used was used by nobody else.
    Ok(Cost { cpu: Duration::ZERO, foreign_cpu: used.foreign_cpu + used.cpu, ..used })
}

async fn start_again(stage: &mut Stage, before: Cost) -> anyhow::Result<Measured> {
    let now = Instant::now();
    let mut tally = Tally::new(now, now + LONG, Arc::default());
    let took = stage.product.server.start_again().await?;
    let ready = Instant::now();
    let after = stage.product.server.usage()?.context("this server is none of our processes")?;
    tally.counted(ready.checked_sub(took).context("the clock began before the server")?);
    let mut measured = Measured::nothing();
    measured.take_in(tally);
    measured.end_round(took, Some(Cost::between(before, after)));
    measured.slices.clear();
    Ok(measured)
}

/// Compares all maps with what the clients know, and counts the rows.
async fn compare(stage: &mut Stage, ledger: &Ledger) -> anyhow::Result<u64> {
    let mut rows = 0;
    for (index, flight) in stage.flights.iter().enumerate() {
        let map = contract::seat_map(&mut stage.door, flight).await?;
        rows += map.version;
        ledger.compare(index, &map);
    }
    Ok(rows)
}

impl Mover {
    /// Holds one seat after the other, and releases the one before, until an answer does not come.
    async fn go_on(mut self) -> anyhow::Result<()> {
        let mut before: Option<(usize, Held)> = None;
        for seat in [self.seat, self.seat + 1].into_iter().cycle() {
            let Some(held) = self.hold(seat).await? else { return Ok(()) };
            if let Some((seat, held)) = before.replace((seat, held))
                && !self.release(seat, &held).await?
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// `None` when nobody knows whether it was carried out.
    async fn hold(&mut self, seat: usize) -> anyhow::Result<Option<Held>> {
        let path = contract::holds_path(self.ledger.flight(self.flight));
        let answer = self.connection.send(Method::POST, &path, contract::hold_body(seat)).await;
        let Ok(answer) = answer else {
            self.ledger.doubtful(self.flight, seat);
            return Ok(None);
        };
        let body = answer.expect(StatusCode::CREATED).context("cannot hold a seat that nobody else wants")?;
        let held: Held = serde_json::from_slice(&body).context("cannot understand a hold")?;
        self.ledger.acknowledged(self.flight, seat, &held.seats, self.number);
        Ok(Some(held))
    }

    /// False when nobody knows whether it was carried out.
    async fn release(&mut self, seat: usize, held: &Held) -> anyhow::Result<bool> {
        self.ledger.releasing(self.flight, seat);
        let path = contract::hold_path(self.ledger.flight(self.flight), &held.hold_id);
        let Ok(answer) = self.connection.send(Method::DELETE, &path, Bytes::new()).await else {
            self.ledger.doubtful(self.flight, seat);
            return Ok(false);
        };
        answer.expect(StatusCode::NO_CONTENT).context("cannot release an acknowledged hold")?;
        Ok(true)
    }
}
