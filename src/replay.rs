//! Drives what really happened in a week through the running server, as the airline's own systems would.
//!
//! Changes of one departure go over one connection, so that they arrive in their order; those of different
//! departures do not wait for each other. A change says how a departure is from now on, not by how much it moves: so
//! one that is sent again, after a lost answer or by a second run, does no harm, and needs no key.

use std::fmt;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use api::Role;
use clap::Args;
use domain::ids::FlightId;
use hyper::Method;
use schedule::Change;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, sleep_until};

use crate::client::{self, Answer, Client};
use crate::config::Config;
use crate::load;

/// Connections at a time: a handful keeps a fast replay going, and leaves the server to its customers.
const LINES: usize = 8;

/// Changes that may wait for a connection; beyond them the clock of the replay waits.
const WAITING_MAX: usize = 64;

/// How long one token is used; it is good for twice as long.
const TOKEN_USED_FOR: Duration = Duration::from_secs(5 * 60);

/// How often one change is sent until the server is given up: some minutes of a restart.
const TRIES_MAX: u32 = 300;

/// How long to wait when the server does not say for how long.
const WAIT_DEFAULT: Duration = Duration::from_secs(1);

/// How often it is said how far the replay is.
const SAID_EVERY: Duration = Duration::from_secs(5);

/// The fastest clock: a week in less than a second.
const SPEED_MAX: u32 = 1_000_000;

/// What is replayed, and how fast.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// A file of operations, like data/operations.csv
    file: PathBuf,
    /// How much faster than it happened
    #[arg(long, default_value = "60x")]
    speed: Speed,
    /// The first day that gets its weekday's events, like 2026-12-01; today in UTC when missing
    #[arg(long)]
    first_day: Option<String>,
    /// How many days
    #[arg(long, default_value_t = 7)]
    days: u16,
}

/// How much faster than life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Speed(u32);

impl FromStr for Speed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('x').unwrap_or(text).parse().ok();
        let number = number.filter(|number| (1..=SPEED_MAX).contains(number));
        number.map(Self).ok_or_else(|| format!("it must be like 60x, from 1x to {SPEED_MAX}x"))
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x", self.0)
    }
}

/// What became of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tally {
    /// They were taken.
    taken: usize,
    /// The departure had gone further before.
    late: usize,
    /// The departure was not on sale here.
    absent: usize,
}

impl Tally {
    const fn plus(self, other: Self) -> Self {
        Self {
            taken: self.taken + other.taken,
            late: self.late + other.late,
            absent: self.absent + other.absent,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { taken, late, absent } = self;
        write!(f, "{taken} changes taken, {late} came after the departure had gone further, ")?;
        write!(f, "{absent} were about departures that are not on sale")
    }
}

/// The verb `replay`.
///
/// # Errors
/// When the file cannot be read, no server runs, or it refuses.
pub async fn run(config: Config, options: Options) -> Result<()> {
    let file = std::fs::read_to_string(&options.file);
    let file = file.with_context(|| format!("cannot read {}", options.file.display()))?;
    let window = load::window(options.first_day.as_deref(), options.days)?;
    let changes = schedule::happened(&file, window);
    let changes = changes.with_context(|| format!("cannot replay {}", options.file.display()))?;
    let Some(first) = changes.first() else { bail!("nothing happened on these days") };
    println!("{} changes from {} on, at {}", changes.len(), first.at, options.speed);
    // Before anything waits, so that a server that is not there is noticed at once.
    drop(Client::connect(&config).await?);
    let tally = send_all(&Arc::new(config), &changes, options.speed).await?;
    println!("{tally}");
    Ok(())
}

/// Sends all changes in the order of their times, each when its time has come.
async fn send_all(config: &Arc<Config>, changes: &[Change], speed: Speed) -> Result<Tally> {
    let mut working = JoinSet::new();
    let lines: Vec<mpsc::Sender<Change>> = (0..LINES)
        .map(|_| {
            let (line, waiting) = mpsc::channel(WAITING_MAX);
            working.spawn(Line::new(config.clone()).work(waiting));
            line
        })
        .collect();
    let (began, mut said) = (Instant::now(), interval(SAID_EVERY));
    for (sent, change) in changes.iter().enumerate() {
        let due = began + change.at.since(changes[0].at) / speed.0;
        loop {
            tokio::select! {
                () = sleep_until(due) => break,
                _ = said.tick() => println!("{}: {sent} of {} changes sent", change.at, changes.len()),
            }
        }
        if lines[line_of(change.flight)].send(change.clone()).await.is_err() {
            // It has given up; why is what it returns.
            break;
        }
    }
    drop(lines);
    let mut tally = Tally::default();
    while let Some(line) = working.join_next().await {
        tally = tally.plus(line.context("a line failed")??);
    }
    Ok(tally)
}

/// Always the same for one departure.
fn line_of(flight: FlightId) -> usize {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(flight);
    usize::try_from(hash % LINES as u64).expect("a number below eight")
}

/// One connection to the server, and what goes over it.
struct Line {
    config: Arc<Config>,
    client: Option<Client>,
    token: Option<(String, Instant)>,
}

impl Line {
    const fn new(config: Arc<Config>) -> Self {
        Self { config, client: None, token: None }
    }

    async fn work(mut self, mut waiting: mpsc::Receiver<Change>) -> Result<Tally> {
        let mut tally = Tally::default();
        while let Some(change) = waiting.recv().await {
            let answer = self.insist(&change).await?;
            match (answer.status, answer.body["code"].as_str().unwrap_or_default()) {
                (200, _) => tally.taken += 1,
                (404, _) => tally.absent += 1,
                (409, "no-such-transition" | "flight-cancelled" | "flight-departed") => tally.late += 1,
                _ => bail!("{}: {}", change.flight, answer.refusal()),
            }
        }
        Ok(tally)
    }

    /// Sends a change until there is a definite answer, through restarts and refusals to be served.
    async fn insist(&mut self, change: &Change) -> Result<Answer> {
        let (path, body) = (format!("/api/v1/flights/{}/status", change.flight), body(change));
        let mut tries = 0;
        loop {
            tries += 1;
            let last = match self.send(&path, &body).await {
                Ok(answer) if !matches!(answer.status, 429 | 503) => return Ok(answer),
                Ok(answer) if tries == TRIES_MAX => bail!("{}: {}", change.flight, answer.refusal()),
                Err(error) if tries == TRIES_MAX => return Err(error),
                Ok(answer) => answer.retry_after,
                Err(_) => {
                    self.client = None;
                    None
                }
            };
            sleep(last.unwrap_or(WAIT_DEFAULT)).await;
        }
    }

    async fn send(&mut self, path: &str, body: &Value) -> Result<Answer> {
        let token = self.token()?;
        let client = match &mut self.client {
            Some(client) => client,
            None => self.client.insert(Client::connect(&self.config).await?),
        };
        client.ask(Method::PATCH, path, &token, body).await
    }

    /// One that is good for a while: a week takes hours.
    fn token(&mut self) -> Result<String> {
        if let Some((token, until)) = &self.token
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let secs = 2 * TOKEN_USED_FOR.as_secs();
        let token = client::token(&self.config, Role::AirlineAgent, "replay", secs)?;
        self.token = Some((token.clone(), Instant::now() + TOKEN_USED_FOR));
        Ok(token)
    }
}

fn body(change: &Change) -> Value {
    let mut body = json!({ "status": change.status });
    for (name, at) in [("newDeparture", change.departs), ("newArrival", change.arrives)] {
        if let Some(at) = at {
            body[name] = at.to_string().into();
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_a_whole_number_of_times() {
        for (text, speed) in [("60x", Ok(Speed(60))), ("1", Ok(Speed(1))), ("1000000x", Ok(Speed(SPEED_MAX)))]
        {
            assert_eq!(text.parse::<Speed>(), speed);
        }
        for text in ["", "x", "0x", "-1x", "1.5x", "1000001x", "60 x"] {
            assert!(text.parse::<Speed>().is_err(), "{text}");
        }
        assert_eq!(Speed(60).to_string(), "60x");
    }

    #[test]
    fn changes_of_one_departure_go_over_one_line() {
        let flight =
            |number: u16| format!("B6-{number}-2026-12-01-JFK").parse::<FlightId>().expect("a departure");
        let lines: std::collections::BTreeSet<usize> =
            (1..200).map(|number| line_of(flight(number))).collect();
        assert_eq!(lines.len(), LINES, "and all lines are used");
        assert!((1..200).all(|number| line_of(flight(number)) == line_of(flight(number))));
    }
}
