//! A crowd that is larger than a departure: each client has a seat of its own on one of several departures, holds
//! it and releases it. Unlike `hold-hot`'s clients they live with being turned away: a release that was not
//! answered is sent again before anything else.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use tokio::task::JoinSet;

use super::stage::Stage;
use crate::client::{Answer, Connection};
use crate::contract::{self, Held, SEATS};
use crate::ledger::Ledger;
use crate::load::{Client, Tally};
use crate::progress;

/// How many clients share an agent: on one departure an agent may have 50 holds.
const CLIENTS_AN_AGENT: usize = 40;
/// How many clients ask at once while the promises are checked.
const AT_ONCE: usize = 100;
/// How often a client asks again until it knows where it stands: far more than a server that is idle turns away.
const TRIES: usize = 20;

/// Holds its seat and releases it, again and again.
pub struct Pair {
    connection: Connection,
    ledger: Arc<Ledger>,
    number: u32,
    flight: usize,
    /// Its own. Invariant: no other client ever asks for the same on the same departure.
    seat: usize,
    wish: Bytes,
    /// A hold whose release is not known to have come about.
    unreleased: Option<String>,
}

/// Makes so many clients for the stage's departures, which must have seats enough.
pub async fn gather(stage: &Stage, ledger: &Arc<Ledger>, clients: u32) -> anyhow::Result<Vec<Pair>> {
    let tokens = agents(stage, clients)?;
    ensure!(clients as usize <= stage.flights.len() * SEATS, "there are fewer seats than clients");
    progress::say(&format!("connecting {clients} clients"));
    let mut crowd = Vec::with_capacity(clients as usize);
    for number in 0..clients {
        let index = number as usize;
        let token = &tokens[index / CLIENTS_AN_AGENT];
        let (flight, seat) = (index % stage.flights.len(), index / stage.flights.len());
        crowd.push(Pair {
            connection: Connection::open(&stage.product.server.address, Some(token)).await?,
            ledger: Arc::clone(ledger),
            number,
            flight,
            seat,
            wish: contract::hold_body(seat),
            unreleased: None,
        });
    }
    Ok(crowd)
}

/// As many tokens as so many clients need, who share them in turns.
pub fn agents(stage: &Stage, clients: u32) -> anyhow::Result<Vec<String>> {
    stage.product.agents(clients.div_ceil(u32::try_from(CLIENTS_AN_AGENT)?))
}

/// Lets every client find out where it stands: what it had is released.
pub async fn settle(crowd: Vec<Pair>) -> anyhow::Result<Vec<Pair>> {
    all(crowd, |mut client| async move {
        client.let_go().await?;
        Ok(client)
    })
    .await
}

/// Checks with every seat free, then with one hold of each client, then free again, that the maps show just that.
pub async fn check(stage: &mut Stage, ledger: &Ledger, crowd: Vec<Pair>) -> anyhow::Result<()> {
    compare(stage, ledger).await?;
    let crowd = all(crowd, |mut client| async move {
        client.hold_again().await?;
        Ok(client)
    })
    .await?;
    compare(stage, ledger).await?;
    settle(crowd).await?;
    compare(stage, ledger).await
}

/// Runs one step for all clients, so many at once that nobody is turned away.
async fn all<F, S>(crowd: Vec<Pair>, step: S) -> anyhow::Result<Vec<Pair>>
where
    S: Fn(Pair) -> F,
    F: Future<Output = anyhow::Result<Pair>> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut back = Vec::with_capacity(crowd.len());
    for client in crowd {
        if running.len() == AT_ONCE
            && let Some(client) = running.join_next().await
        {
            back.push(client.context("a client panicked")??);
        }
        running.spawn(step(client));
    }
    while let Some(client) = running.join_next().await {
        back.push(client.context("a client panicked")??);
    }
    Ok(back)
}

async fn compare(stage: &mut Stage, ledger: &Ledger) -> anyhow::Result<()> {
    for (index, flight) in stage.flights.iter().enumerate() {
        ledger.compare(index, &contract::seat_map(&mut stage.door, flight).await?);
    }
    Ok(())
}

impl Pair {
    async fn ask(&mut self) -> anyhow::Result<Answer> {
        let path = contract::holds_path(self.ledger.flight(self.flight));
        self.connection.send(Method::POST, &path, self.wish.clone()).await
    }

    fn enter(&mut self, answer: &Answer) -> anyhow::Result<()> {
        let held: Held = serde_json::from_slice(&answer.body).context("cannot understand a hold")?;
        self.ledger.acknowledged(self.flight, self.seat, &held.seats, self.number);
        self.unreleased = Some(held.hold_id);
        Ok(())
    }

    /// Asks for its seat. `None` when nothing was answered.
    async fn hold(&mut self) -> anyhow::Result<Option<Answer>> {
        let Ok(answer) = self.ask().await else {
            self.ledger.doubtful(self.flight, self.seat);
            return Ok(None);
        };
        if answer.status == StatusCode::CREATED {
            self.enter(&answer)?;
        } else if answer.status.is_server_error() {
            self.ledger.doubtful(self.flight, self.seat);
        } else if !self.ledger.is_doubtful(self.flight, self.seat) {
            self.refused_own_seat(&answer);
        }
        Ok(Some(answer))
    }

    /// Releases what it has. `None` when it has nothing, or nothing was answered.
    async fn release(&mut self) -> anyhow::Result<Option<Answer>> {
        let Some(hold) = self.unreleased.clone() else { return Ok(None) };
        self.ledger.releasing(self.flight, self.seat);
        let path = contract::hold_path(self.ledger.flight(self.flight), &hold);
        let Ok(answer) = self.connection.send(Method::DELETE, &path, Bytes::new()).await else {
            self.ledger.doubtful(self.flight, self.seat);
            return Ok(None);
        };
        if answer.status == StatusCode::NO_CONTENT {
            self.unreleased = None;
        } else {
            self.ledger.doubtful(self.flight, self.seat);
            if !answer.status.is_server_error() {
                self.refused_own_seat(&answer);
                self.unreleased = None;
            }
        }
        Ok(Some(answer))
    }

    /// Releases what it has, however often it takes.
    async fn let_go(&mut self) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            if self.unreleased.is_none() {
                return Ok(());
            }
            self.release().await?;
        }
        ensure!(self.unreleased.is_none(), "a hold cannot be released although the server is idle");
        Ok(())
    }

    /// Holds its seat, however often it takes, unless an earlier hold that nobody was told of has it.
    async fn hold_again(&mut self) -> anyhow::Result<()> {
        for _ in 0..TRIES {
            let answer = self.hold().await?;
            if answer.is_some_and(|answer| !answer.status.is_server_error()) {
                return Ok(());
            }
        }
        anyhow::bail!("a seat cannot be held although the server is idle")
    }

    fn refused_own_seat(&self, answer: &Answer) {
        let (flight, seat) = (self.ledger.flight(self.flight), contract::seat_name(self.seat));
        let (number, status, said) = (self.number, answer.status, answer.excerpt());
        let what = format!("{flight} {seat}: client {number} alone asks for it and gets {status} {said}");
        self.ledger.violation(what);
    }
}

impl Client for Pair {
    async fn step(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        if self.unreleased.is_none() {
            match self.hold().await? {
                Some(answer) if answer.status == StatusCode::CREATED => tally.counted(due),
                Some(answer) => return tally.refused(&answer),
                None => {
                    tally.unanswered();
                    return Ok(());
                }
            }
        }
        let sent = Instant::now();
        match self.release().await? {
            Some(answer) if answer.status == StatusCode::NO_CONTENT => tally.other(sent),
            Some(answer) => tally.refused(&answer)?,
            None => tally.unanswered(),
        }
        Ok(())
    }
}
