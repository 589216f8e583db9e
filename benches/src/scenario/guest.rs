//! The client of a sale: asks for one random seat, takes what it is told, and asks as somebody else.

use std::sync::Arc;
use std::time::Instant;

use hyper::{Method, StatusCode};

use super::sale::Sale;
use crate::client::{Answer, Connection};
use crate::contract::{self, SEATS};
use crate::load::arrivals::unit;
use crate::load::{Client, Measured, Tally};

/// The code of a refusal because somebody else has the seat.
const TAKEN: &str = "seat-taken";

/// Asks for a random seat of the sale.
pub struct Guest {
    connection: Connection,
    number: u32,
    random: u64,
    sale: Arc<Sale>,
    /// Whether the server can keep promises: the limits server gives every seat to everybody.
    checks: bool,
    /// `None` before the first step, which shows the window.
    times: Option<Times<Tally>>,
}

/// What a sale is timed by beside the times from due to 201, which are the loop's own.
#[derive(Debug)]
pub struct Times<T> {
    /// From sending to 201.
    pub sold_from_sending: T,
    /// From due to a refusal that somebody decided.
    pub refused: T,
    /// From sending to that.
    pub refused_from_sending: T,
    /// From due to a 5xx: nobody decided.
    pub shed: T,
}

impl<T> Times<T> {
    /// All of them made alike.
    pub fn new(make: impl Fn() -> T) -> Self {
        Self { sold_from_sending: make(), refused: make(), refused_from_sending: make(), shed: make() }
    }
}

impl Times<Measured> {
    /// Adds what one client saw in the round that is being measured.
    pub fn take_in(&mut self, client: Times<Tally>) {
        self.sold_from_sending.take_in(client.sold_from_sending);
        self.refused.take_in(client.refused);
        self.refused_from_sending.take_in(client.refused_from_sending);
        self.shed.take_in(client.shed);
    }

    /// Each of them with the other of the same kind.
    pub fn pairs<'a>(&'a mut self, other: &'a mut Self) -> [(&'a mut Measured, &'a mut Measured); 4] {
        [
            (&mut self.sold_from_sending, &mut other.sold_from_sending),
            (&mut self.refused, &mut other.refused),
            (&mut self.refused_from_sending, &mut other.refused_from_sending),
            (&mut self.shed, &mut other.shed),
        ]
    }
}

impl Guest {
    /// A client over this connection, for this sale.
    pub fn new(connection: Connection, number: u32, sale: &Arc<Sale>, checks: bool) -> Self {
        // Each client goes through seats of its own accord, in each run the same ones.
        let random = u64::from(number) << 32;
        Self { connection, number, random, sale: Arc::clone(sale), checks, times: None }
    }

    /// Gives back its connection, and its times if it had a turn.
    pub fn leave(self) -> (Connection, Option<Times<Tally>>) {
        (self.connection, self.times)
    }

    /// Some seat of all that are on sale.
    fn choose(&mut self) -> (usize, usize) {
        let seat = (unit(&mut self.random) * self.sale.size() as f64) as usize;
        (seat / SEATS, seat % SEATS)
    }

    fn take_in(&mut self, (flight, seat): (usize, usize), answer: &Answer) -> anyhow::Result<()> {
        if !self.checks {
            return Ok(());
        }
        let sale = &self.sale;
        if answer.status == StatusCode::CREATED {
            return sale.acknowledged(flight, seat, &answer.body, self.number);
        }
        if answer.status.is_server_error() {
            sale.unknown(flight, seat);
        } else if answer.code().as_deref() == Some(TAKEN) {
            sale.taken(flight, seat);
        } else if answer.status != StatusCode::CONFLICT && answer.status != StatusCode::TOO_MANY_REQUESTS {
            let (id, name) = (sale.flight(flight), contract::seat_name(seat));
            sale.violation(format!("{id} {name}: {} {} in a sale", answer.status, answer.excerpt()));
        }
        Ok(())
    }
}

impl Client for Guest {
    async fn step(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let (flight, seat) = self.choose();
        let path = contract::holds_path(self.sale.flight(flight));
        let sent = Instant::now();
        let Ok(answer) = self.connection.send(Method::POST, &path, contract::hold_body(seat)).await else {
            self.sale.unknown(flight, seat);
            tally.unanswered();
            return Ok(());
        };
        self.take_in((flight, seat), &answer)?;
        let times = self.times.get_or_insert_with(|| Times::new(|| tally.twin()));
        if answer.status == StatusCode::CREATED {
            tally.counted(due);
            times.sold_from_sending.counted(sent);
            return Ok(());
        }
        if answer.status.is_server_error() {
            times.shed.counted(due);
        } else {
            times.refused.counted(due);
            times.refused_from_sending.counted(sent);
        }
        tally.refused(&answer)
    }
}
