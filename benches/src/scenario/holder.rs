//! The client of the hold scenarios, and the side that many of them make.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode};

use crate::client::{Answer, Connection};
use crate::contract::{self, Held, SEATS};
use crate::ledger::Ledger;
use crate::load::{self, Client, Measured, Tally};
use crate::options::Options;
use crate::server::Running;

/// One server with one choice of departures, and its clients.
pub struct Side<'a> {
    /// What the report calls it.
    pub name: &'static str,
    /// What its clients were told.
    pub ledger: Arc<Ledger>,
    /// What they measured in all rounds.
    pub measured: Measured,
    /// Its clients. Empty before the first round.
    pub clients: Vec<Holder>,
    server: &'a Running,
    tokens: &'a [String],
}

/// Holds a seat and releases it, again and again.
pub struct Holder {
    connection: Connection,
    ledger: Arc<Ledger>,
    number: u32,
    /// Its own seat, on every departure. Invariant: no other client ever has the same.
    seat: usize,
    /// How far its next seat is, should this one fall into doubt: as many seats as there are clients.
    stride: usize,
    wish: Bytes,
    /// On which departure it is.
    flight: usize,
    /// The last hold that it released, by departure.
    pub released: Option<(usize, String)>,
}

impl<'a> Side<'a> {
    /// A side whose clients do not exist yet.
    pub fn new(name: &'static str, server: &'a Running, flights: Vec<String>, tokens: &'a [String]) -> Self {
        let ledger = Arc::new(Ledger::new(flights));
        Self { name, ledger, measured: Measured::nothing(), clients: Vec::new(), server, tokens }
    }

    /// Measures one round.
    ///
    /// # Errors
    /// When the server has gone or a rate limit answers.
    pub async fn round(&mut self, scenario: &str, options: &Options) -> anyhow::Result<()> {
        self.connect().await?;
        let clients = std::mem::take(&mut self.clients);
        let what = format!("{scenario}, {}", self.name);
        let (clients, measured) =
            load::run(&what, clients, options.load(), options.window(), self.server).await?;
        self.clients = clients;
        self.measured.add(&measured);
        Ok(())
    }

    async fn connect(&mut self) -> anyhow::Result<()> {
        for client in &mut self.clients {
            // While the others had their round it was idle. That is no part of what is measured.
            client.connection.renew().await?;
        }
        let count = u32::try_from(self.tokens.len()).context("too many clients")?;
        for number in u32::try_from(self.clients.len()).context("too many clients")?..count {
            self.clients.push(Holder::open(self, number).await?);
        }
        Ok(())
    }
}

impl Holder {
    async fn open(side: &Side<'_>, number: u32) -> anyhow::Result<Self> {
        let address = &side.server.address;
        let token = &side.tokens[number as usize];
        let connection = Connection::open(address, Some(token)).await?;
        let ledger = Arc::clone(&side.ledger);
        let seat = number as usize;
        // Neighbours begin far apart, so that they do not visit the departures as one swarm.
        let flight = seat % ledger.flights().len();
        Ok(Self {
            connection,
            ledger,
            number,
            seat,
            stride: side.tokens.len(),
            wish: contract::hold_body(seat),
            flight,
            released: None,
        })
    }

    /// Asks for its seat.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn ask(&mut self) -> anyhow::Result<Answer> {
        let path = contract::holds_path(self.ledger.flight(self.flight));
        self.connection.send(Method::POST, &path, self.wish.clone()).await
    }

    /// Enters an acknowledged hold into the ledger and gives its id.
    ///
    /// # Errors
    /// When the body is none.
    pub fn enter(&self, body: &[u8]) -> anyhow::Result<String> {
        let held: Held = serde_json::from_slice(body).context("cannot understand a hold")?;
        self.ledger.acknowledged(self.flight, self.seat, &held.seats, self.number);
        Ok(held.hold_id)
    }

    /// Releases its hold.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn release(&mut self, hold: &str) -> anyhow::Result<Answer> {
        self.ledger.releasing(self.flight, self.seat);
        let path = contract::hold_path(self.ledger.flight(self.flight), hold);
        self.connection.send(Method::DELETE, &path, Bytes::new()).await
    }

    /// Reads a hold of its own.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn read(&mut self, flight: usize, hold: &str) -> anyhow::Result<Answer> {
        self.connection.get(&contract::hold_path(self.ledger.flight(flight), hold)).await
    }

    /// Which departure it is on.
    pub fn flight(&self) -> usize {
        self.flight
    }

    /// Whether its own seat may be held without anybody having been told.
    pub fn is_in_doubt(&self) -> bool {
        self.ledger.is_doubtful(self.flight, self.seat)
    }

    /// Notes that it was refused what nobody else asked for.
    pub fn refused_own_seat(&self, answer: &Answer) {
        let (flight, seat) = (self.ledger.flight(self.flight), contract::seat_name(self.seat));
        let (number, status) = (self.number, answer.status);
        let said = answer.excerpt();
        self.ledger.violation(format!(
            "{flight} {seat}: client {number} alone asks for it and gets {status} {said}"
        ));
    }

    async fn hold_once(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<Option<String>> {
        let Ok(answer) = self.ask().await else {
            self.unanswered(tally);
            return Ok(None);
        };
        if answer.status == StatusCode::CREATED {
            tally.counted(due);
            return self.enter(&answer.body).map(Some);
        }
        tally.refused(&answer)?;
        if answer.status.is_server_error() {
            self.ledger.doubtful(self.flight, self.seat);
        } else if self.is_in_doubt() {
            self.take_another_seat()?;
        } else {
            self.refused_own_seat(&answer);
        }
        Ok(None)
    }

    async fn release_once(&mut self, hold: String, tally: &mut Tally) -> anyhow::Result<()> {
        let sent = Instant::now();
        let Ok(answer) = self.release(&hold).await else {
            self.unanswered(tally);
            return Ok(());
        };
        if answer.status == StatusCode::NO_CONTENT {
            tally.other(sent);
            self.released = Some((self.flight, hold));
            return Ok(());
        }
        tally.refused(&answer)?;
        self.ledger.doubtful(self.flight, self.seat);
        if !answer.status.is_server_error() {
            self.refused_own_seat(&answer);
        }
        Ok(())
    }

    /// After a request of which nobody knows whether it was carried out. So it is with every 5xx too.
    fn unanswered(&mut self, tally: &mut Tally) {
        tally.unanswered();
        self.ledger.doubtful(self.flight, self.seat);
    }

    /// After a refusal that is no wonder: an earlier hold, of which nobody was told, has the seat.
    fn take_another_seat(&mut self) -> anyhow::Result<()> {
        self.seat += self.stride;
        ensure!(self.seat < SEATS, "too many requests ended without an answer");
        self.wish = contract::hold_body(self.seat);
        Ok(())
    }
}

impl Client for Holder {
    async fn step(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        if let Some(hold) = self.hold_once(due, tally).await? {
            self.release_once(hold, tally).await?;
        }
        self.flight = (self.flight + 1) % self.ledger.flights().len();
        Ok(())
    }
}
