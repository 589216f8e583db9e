//! The client of `seats`: an agent who serves whoever comes next.

mod account;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};

use super::draw::{Random, Weighted};
use super::ledger::Ledger;
use super::mix::{Choice, Operation};
use super::world::World;
use crate::client::{Answer, Connection};
use crate::contract::{self, Held, SMALL_SEATS, SeatMap};
use crate::load::{Client, Tally};

/// How often a search is for any route and day instead of those of a departure, in percent.
const ANY_ROUTE_PERCENT: u32 = 10;
/// How often somebody who gave a seat back wants it again, in percent.
const WANTS_AGAIN_PERCENT: u32 = 90;
/// How many customers of an agent may wait with a seat in mind. The one who waits longest goes away.
const WISHES_MAX: usize = 64;

/// How many reservations an agent tries to make before a round, half of them to be deleted and half to be changed.
const STOCK: usize = 4;
/// And how many customers then wait with a seat in mind.
const STOCK_OF_WISHES: usize = 2;

/// How a reason is called that the server does not give by its code alone.
pub mod reason {
    /// The seat is taken, and no other is open.
    pub const FULL: &str = "409 seat-taken, the flight is full";
    /// The agent's own rule: the customer has a seat there.
    pub const ABOARD: &str = "not sent: the customer is already on the flight";
}

/// What the agents do in a round.
#[derive(Debug)]
pub struct Play {
    /// Which operations come.
    pub operations: Choice,
    /// Which departures are asked for.
    pub flights: Weighted,
}

/// A customer with a seat in mind.
#[derive(Debug)]
struct Wish {
    flight: usize,
    seat: usize,
    customer: u32,
}

/// A seat that a customer has.
#[derive(Debug)]
pub struct Reservation {
    /// On which departure.
    pub flight: usize,
    /// Which one.
    pub seat: usize,
    customer: u32,
    /// The server's name for it.
    pub hold: String,
}

/// Serves customers one after the other.
#[derive(Debug)]
pub struct Agent {
    connection: Connection,
    world: Arc<World>,
    /// What all customers were told.
    pub ledger: Arc<Ledger>,
    play: Arc<Play>,
    random: Random,
    wishes: VecDeque<Wish>,
    /// Reservations that will be given back.
    leaving: VecDeque<Reservation>,
    /// Reservations whose seat will be changed.
    moving: VecDeque<Reservation>,
    /// How often there was nobody for the operation that was drawn.
    pub redrawn: u64,
}

impl Agent {
    /// An agent with a connection of their own. Each has another `number`.
    #[must_use]
    pub fn new(
        connection: Connection,
        number: u64,
        world: Arc<World>,
        ledger: Arc<Ledger>,
        play: Arc<Play>,
    ) -> Self {
        // After the sequences of the world.
        let random = Random::new(number + 1_000);
        let (wishes, leaving, moving) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        Self { connection, world, ledger, play, random, wishes, leaving, moving, redrawn: 0 }
    }

    /// Changes what is done from now on, and sees to it that there is somebody for each operation. Nothing of this
    /// is measured.
    ///
    /// # Errors
    /// When the result would be void: the server has gone, or a rate limit answers.
    pub async fn begin(&mut self, play: &Arc<Play>) -> anyhow::Result<()> {
        self.play = Arc::clone(play);
        let now = Instant::now();
        let mut unmeasured = Tally::new(now, now, Arc::default());
        for _ in 0..STOCK {
            self.find_open_seats(now, &mut unmeasured).await?;
            self.new_reservation(now, &mut unmeasured).await?;
        }
        for _ in 0..STOCK_OF_WISHES {
            self.find_open_seats(now, &mut unmeasured).await?;
        }
        Ok(())
    }

    /// A reservation to look at.
    #[must_use]
    pub fn first_reservation(&self) -> Option<&Reservation> {
        self.leaving.front().or(self.moving.front())
    }

    /// Reads a hold of its own.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn read(&mut self, flight: usize, hold: &str) -> anyhow::Result<Answer> {
        self.connection.get(&contract::hold_path(self.ledger.id(flight), hold)).await
    }

    /// Gives everything back, and sends everybody home.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn give_everything_back(&mut self) -> anyhow::Result<()> {
        self.wishes.clear();
        while let Some(reservation) = self.leaving.pop_front().or_else(|| self.moving.pop_front()) {
            let answer = self.release(&reservation).await?;
            self.ledger.leave(reservation.flight, reservation.customer);
            self.judge_release(&reservation, &answer);
        }
        Ok(())
    }

    /// Draws until there is somebody for it. Searches need nobody, and accounts are always there.
    fn draw(&mut self) -> Operation {
        loop {
            let operation = self.play.operations.pick(&mut self.random);
            let is_nobody = match operation {
                Operation::NewReservation => self.wishes.is_empty(),
                Operation::DeleteReservation => self.leaving.is_empty(),
                Operation::UpdateReservation => self.moving.is_empty(),
                Operation::FindFlights | Operation::FindOpenSeats | Operation::UpdateCustomer => false,
            };
            if !is_nobody {
                return operation;
            }
            self.redrawn += 1;
        }
    }

    async fn find_flights(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let flight = self.play.flights.pick(&mut self.random);
        let is_any = self.random.comes_true(ANY_ROUTE_PERCENT);
        let path = match is_any {
            true => self.world.any_list(&mut self.random),
            false => self.world.flights[flight].flight.list_path(),
        };
        let Ok(answer) = self.connection.get(&path).await else {
            tally.unanswered();
            return Ok(());
        };
        if answer.status != StatusCode::OK {
            return tally.refused(&answer);
        }
        tally.operation(Operation::FindFlights.name(), due);
        let id = self.ledger.id(flight);
        if !is_any && !String::from_utf8_lossy(&answer.body).contains(id) {
            self.ledger
                .violation(format!("{id}: not in the list of its route and day: {}", answer.excerpt()));
        }
        Ok(())
    }

    /// Looks at a map, and has somebody in mind for one of its open seats.
    async fn find_open_seats(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let flight = self.play.flights.pick(&mut self.random);
        let path = contract::seat_map_path(self.ledger.id(flight));
        let Ok(answer) = self.connection.get(&path).await else {
            tally.unanswered();
            return Ok(());
        };
        if answer.status != StatusCode::OK {
            return tally.refused(&answer);
        }
        tally.operation(Operation::FindOpenSeats.name(), due);
        let map: SeatMap = serde_json::from_slice(&answer.body).context("cannot understand a seat map")?;
        let open: Vec<_> = map.seats().filter(|seat| seat.state == "AVAILABLE").collect();
        if open.is_empty() {
            return Ok(());
        }
        let name = &open[self.random.below(open.len())].seat;
        let seat = contract::small_seat_number(name).context("a seat that is not of the plan")?;
        let customer =
            u32::try_from(self.random.below(self.world.customers)).context("too many customers")?;
        self.wish(Wish { flight, seat, customer });
        Ok(())
    }

    async fn new_reservation(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let Some(Wish { flight, seat, customer }) = self.wishes.pop_front() else { return Ok(()) };
        if !self.ledger.board(flight, customer) {
            tally.refused_because(reason::ABOARD);
            return Ok(());
        }
        match self.hold(flight, seat, customer, tally).await? {
            Asked::Held(hold) => {
                tally.operation(Operation::NewReservation.name(), due);
                self.queue(Reservation { flight, seat, customer, hold });
            }
            Asked::Refused => self.ledger.leave(flight, customer),
            // They may sit there, so they do not try again.
            Asked::Unknown => {}
        }
        Ok(())
    }

    async fn delete_reservation(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let Some(reservation) = self.leaving.pop_front() else { return Ok(()) };
        if self.release_tallied(&reservation, tally).await? {
            tally.operation(Operation::DeleteReservation.name(), due);
            let Reservation { flight, seat, customer, .. } = reservation;
            self.ledger.leave(flight, customer);
            if self.random.comes_true(WANTS_AGAIN_PERCENT) {
                self.wish(Wish { flight, seat, customer });
            }
        }
        Ok(())
    }

    /// Takes any other seat, and gives the old one back once the new one is theirs. A hold cannot change its seat; so
    /// they are never without one, and for a moment they have two.
    async fn update_reservation(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        let Some(old) = self.moving.pop_front() else { return Ok(()) };
        // Any but its own.
        let seat = (old.seat + 1 + self.random.below(SMALL_SEATS - 1)) % SMALL_SEATS;
        match self.hold(old.flight, seat, old.customer, tally).await? {
            Asked::Held(hold) => {
                let sent = Instant::now();
                if self.release_tallied(&old, tally).await? {
                    tally.operation(Operation::UpdateReservation.name(), due);
                    tally.other(sent);
                }
                self.queue(Reservation { seat, hold, ..old });
            }
            Asked::Refused | Asked::Unknown => self.queue(old),
        }
        Ok(())
    }

    async fn hold(
        &mut self,
        flight: usize,
        seat: usize,
        customer: u32,
        tally: &mut Tally,
    ) -> anyhow::Result<Asked> {
        let path = contract::holds_path(self.ledger.id(flight));
        let wish = contract::reservation_body(seat);
        let Ok(answer) = self.connection.send(Method::POST, &path, wish).await else {
            tally.unanswered();
            self.ledger.doubtful(flight, seat);
            return Ok(Asked::Unknown);
        };
        if answer.status == StatusCode::CREATED {
            let held: Held = serde_json::from_slice(&answer.body).context("cannot understand a hold")?;
            self.ledger.acknowledged(flight, seat, &held.seats, customer);
            return Ok(Asked::Held(held.hold_id));
        }
        if answer.status == StatusCode::CONFLICT && contract::says_flight_is_full(&answer.body) {
            tally.refused_because(reason::FULL);
            return Ok(Asked::Refused);
        }
        tally.refused(&answer)?;
        if answer.status.is_server_error() {
            self.ledger.doubtful(flight, seat);
            return Ok(Asked::Unknown);
        }
        Ok(Asked::Refused)
    }

    /// Gives a seat back, and tells whether that is certain.
    async fn release_tallied(&mut self, old: &Reservation, tally: &mut Tally) -> anyhow::Result<bool> {
        let Ok(answer) = self.release(old).await else {
            tally.unanswered();
            self.ledger.doubtful(old.flight, old.seat);
            return Ok(false);
        };
        if answer.status != StatusCode::NO_CONTENT {
            tally.refused(&answer)?;
        }
        Ok(self.judge_release(old, &answer))
    }

    async fn release(&mut self, old: &Reservation) -> anyhow::Result<Answer> {
        self.ledger.releasing(old.flight, old.seat);
        let path = contract::hold_path(self.ledger.id(old.flight), &old.hold);
        self.connection.send(Method::DELETE, &path, Bytes::new()).await
    }

    /// Nobody but its holder ends a hold, so only a server in trouble may say no.
    fn judge_release(&self, old: &Reservation, answer: &Answer) -> bool {
        if answer.status == StatusCode::NO_CONTENT {
            self.ledger.released();
            return true;
        }
        self.ledger.doubtful(old.flight, old.seat);
        if !answer.status.is_server_error() {
            let (id, hold, status, said) =
                (self.ledger.id(old.flight), &old.hold, answer.status, answer.excerpt());
            self.ledger.violation(format!("{id}: the release of {hold} gets {status} {said}"));
        }
        false
    }

    /// Half of all reservations are given back some time, the others change their seat.
    fn queue(&mut self, reservation: Reservation) {
        let queue = if self.random.comes_true(50) { &mut self.leaving } else { &mut self.moving };
        queue.push_back(reservation);
    }

    fn wish(&mut self, wish: Wish) {
        if self.wishes.len() == WISHES_MAX {
            self.wishes.pop_front();
        }
        self.wishes.push_back(wish);
    }
}

/// What became of a request for a seat.
enum Asked {
    /// It is theirs, under this name.
    Held(String),
    /// They do not have it.
    Refused,
    /// Nobody knows.
    Unknown,
}

impl Client for Agent {
    async fn step(&mut self, due: Instant, tally: &mut Tally) -> anyhow::Result<()> {
        match self.draw() {
            Operation::DeleteReservation => self.delete_reservation(due, tally).await,
            Operation::FindFlights => self.find_flights(due, tally).await,
            Operation::FindOpenSeats => self.find_open_seats(due, tally).await,
            Operation::NewReservation => self.new_reservation(due, tally).await,
            Operation::UpdateCustomer => self.update_customer(due, tally).await,
            Operation::UpdateReservation => self.update_reservation(due, tally).await,
        }
    }
}
