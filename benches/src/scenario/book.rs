//! `book`: what a traveller does, from the search to a bought ticket, each step timed.
//!
//! Each client searches, holds a seat of its own, books it for one traveller and pays with a test card; then it cancels, so that
//! the seat is open for its next turn and money goes back. Only a confirmed booking counts. In the end the maps must show as
//! sold exactly the seats whose booking is confirmed and not cancelled, and each of these bookings must say so and be
//! paid: all of its price was taken, and nothing given back. The provider is the engine's own simulator, so its work is in the
//! server's.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde::Deserialize;

use super::stage::Stage;
use crate::client::{Answer, Connection};
use crate::contract::{self, Held, SEATS};
use crate::ledger::Ledger;
use crate::load::{self, Client, Measured, Tally};
use crate::options::Options;
use crate::progress;
use crate::report::{Outcome, Row};
use crate::server::StoreKind;
use crate::wire::Address;

/// Departures that the clients share: a day's choice on one route.
const FLIGHTS: u32 = 4;

/// Books, again and again.
struct Booker {
    connection: Connection,
    ledger: Arc<Ledger>,
    number: u32,
    flight: usize,
    /// Nobody else asks for it.
    seat: usize,
    /// How far its next seat is, should this one fall into doubt.
    stride: usize,
    search: Bytes,
    /// What it has bought and not given back.
    bought: Option<String>,
}

/// What the tool reads of a booking.
#[derive(Debug, Deserialize)]
struct Booked {
    id: String,
    status: String,
}

/// What the tool reads of a payment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    id: String,
    booking_status: String,
    amount: Sum,
    captured: Sum,
    refunded: Sum,
}

/// An amount of money, as it is written.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Sum {
    amount: String,
    currency: String,
}

/// Measures all clients on some departures.
///
/// # Errors
/// When it cannot be measured.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    let name = format!("book, {}", store.name());
    let mut stage = Stage::set(options, store, FLIGHTS).await?;
    let tokens = stage.product.agents(options.connections)?;
    let ledger = Arc::new(Ledger::new(stage.flights.clone()));
    let mut clients = Vec::with_capacity(tokens.len());
    for number in 0..u32::try_from(tokens.len()).context("too many clients")? {
        clients.push(Booker::open(&stage.product.server.address, &tokens, &ledger, number).await?);
    }
    let mut measured = Measured::nothing();
    for _ in 0..options.rounds {
        let (back, round) =
            load::run(&name, clients, options.load(), options.window(), &stage.product.server).await?;
        clients = back;
        measured.add(&round);
    }
    progress::say("checking the promises");
    for (index, flight) in stage.flights.iter().enumerate() {
        let map = contract::seat_map(&mut stage.door, flight).await?;
        ledger.compare_with("SOLD", index, &map);
    }
    for client in &mut clients {
        client.check().await?;
    }
    let mut violations = ledger.violations();
    violations.extend(stage.end().await);
    let (times, rows) =
        ("request to answer, by step".to_owned(), vec![Row::of("booked", "bookings/s", &measured)]);
    Ok(Outcome { scenario: name, times, rows, checked: true, violations, ..Outcome::default() })
}

impl Client for Booker {
    async fn step(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        if !self.give_back(tally).await? {
            return Ok(());
        }
        let Some((booking, seats)) = self.buy(due, tally).await? else { return self.leave_in_doubt() };
        self.ledger.acknowledged(self.flight, self.seat, &seats, self.number);
        self.bought = Some(booking);
        tally.counted(due);
        Ok(())
    }
}

impl Booker {
    async fn open(
        address: &Address,
        tokens: &[String],
        ledger: &Arc<Ledger>,
        number: u32,
    ) -> anyhow::Result<Self> {
        let (place, flights) = (number as usize, ledger.flights().len());
        let (flight, seat, stride) = (place % flights, place / flights, tokens.len().div_ceil(flights));
        let connection = Connection::open(address, Some(&tokens[place])).await?;
        let search = contract::search_body(ledger.flight(flight))?;
        let ledger = Arc::clone(ledger);
        Ok(Self { connection, ledger, number, flight, seat, stride, search, bought: None })
    }

    /// Searches, holds, books and pays; the booking and its seats, or nothing when a step was refused.
    async fn buy(
        &mut self,
        due: Instant,
        tally: &mut Tally,
    ) -> anyhow::Result<Option<(String, Vec<String>)>> {
        let flight = self.ledger.flight(self.flight).to_owned();
        let search = self.search.clone();
        if self.ask(("search", due), contract::SEARCH_PATH, search, tally).await?.is_none() {
            return Ok(None);
        }
        let (path, wish) = (contract::holds_path(&flight), contract::hold_body(self.seat));
        let held = self.ask(("hold", Instant::now()), &path, wish, tally).await?;
        let Some(held) = held else { return Ok(None) };
        let held: Held = serde_json::from_slice(&held).context("cannot understand a hold")?;
        let wish = contract::booking_body(&flight, &held.hold_id);
        let made = self.ask(("book", Instant::now()), contract::BOOKINGS_PATH, wish, tally).await?;
        let Some(made) = made else { return Ok(None) };
        let made: Booked = serde_json::from_slice(&made).context("cannot understand a booking")?;
        Ok(if self.pay(&made.id, tally).await? { Some((made.id, held.seats)) } else { None })
    }

    /// Begins to pay, and pays with a card; whether both were granted.
    async fn pay(&mut self, booking: &str, tally: &mut Tally) -> anyhow::Result<bool> {
        let wish = contract::payment_body(booking);
        let begun = self.ask(("begin to pay", Instant::now()), contract::PAYMENTS_PATH, wish, tally).await?;
        let Some(begun) = begun else { return Ok(false) };
        let begun: Payment = serde_json::from_slice(&begun).context("cannot understand a payment")?;
        let (path, wish) = (contract::pay_path(&begun.id), contract::card_body());
        let paid = self.ask(("pay", Instant::now()), &path, wish, tally).await?;
        let Some(paid) = paid else { return Ok(false) };
        self.judge(&serde_json::from_slice(&paid).context("cannot understand a payment")?);
        Ok(true)
    }

    /// Who is confirmed has paid the price, and has it not back.
    fn judge(&self, payment: &Payment) {
        let is_paid = payment.captured == payment.amount && payment.refunded.amount == "0.00";
        if payment.booking_status != "CONFIRMED" || !is_paid {
            self.ledger.violation(format!("acknowledged as paid, and then it is {payment:?}"));
        }
    }

    /// One step; its answer's body, or nothing when it was refused.
    async fn ask(
        &mut self,
        (step, due): (&'static str, Instant),
        path: &str,
        body: Bytes,
        tally: &mut Tally,
    ) -> anyhow::Result<Option<Bytes>> {
        let Answer { status, body } = self.connection.send(Method::POST, path, body).await?;
        if !status.is_success() {
            tally.refused(&Answer { status, body })?;
            return Ok(None);
        }
        tally.step(step, due);
        Ok(Some(body))
    }

    /// Cancels what it has; whether it has nothing now.
    async fn give_back(&mut self, tally: &mut Tally) -> anyhow::Result<bool> {
        let Some(booking) = self.bought.take() else { return Ok(true) };
        self.ledger.releasing(self.flight, self.seat);
        let sent = Instant::now();
        let answer =
            self.connection.send(Method::POST, &contract::cancel_path(&booking), Bytes::new()).await?;
        if answer.status != StatusCode::OK {
            tally.refused(&answer)?;
            self.leave_in_doubt()?;
            return Ok(false);
        }
        tally.other(sent);
        Ok(true)
    }

    /// Nobody knows what became of its seat, so it goes on with another one.
    fn leave_in_doubt(&mut self) -> anyhow::Result<()> {
        self.ledger.doubtful(self.flight, self.seat);
        self.seat += self.stride;
        anyhow::ensure!(self.seat < SEATS, "too many steps were refused: there are no seats left");
        Ok(())
    }

    /// What it has bought must still be bought.
    async fn check(&mut self) -> anyhow::Result<()> {
        let Some(booking) = &self.bought else { return Ok(()) };
        let shown = self.connection.get(&contract::booking_path(booking)).await?.expect(StatusCode::OK)?;
        let shown: Booked = serde_json::from_slice(&shown).context("cannot understand a booking")?;
        if shown.status != "CONFIRMED" {
            self.ledger
                .violation(format!("{booking}: acknowledged as confirmed, and in the end {}", shown.status));
        }
        let path = contract::payment_path(booking);
        let payment = self.connection.get(&path).await?.expect(StatusCode::OK)?;
        self.judge(&serde_json::from_slice(&payment).context("cannot understand a payment")?);
        Ok(())
    }
}
