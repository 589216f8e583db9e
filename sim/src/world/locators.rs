//! Record locators: reserved before a booking is placed, in a transaction of their own, and given back when it never is.
//!
//! The order is the facade's. A node looks whether the booking has a row. If not, it reserves a locator, waits until that is
//! durable, and only then gives the order to place, with the locator in it and a deadline. Whoever hears nothing comes again,
//! at any node; some come so late that what was reserved for them has been given back. Whom the product prepares together
//! come one by one here.

use std::iter::repeat_with;
use std::time::Duration;

use domain::booking::{Booking, Command};
use domain::ids::{BookingId, RecordLocator};
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::BookingRow;
use persistence::register::DRAWS;

use super::client::Intent;
use super::{Asker, Event, Reply, World};
use crate::planted::Planted;
use crate::scenario::Keeping;

/// How long a booking is expected, in milliseconds; in truth it is a day. From its reservation to its row it takes about ten
/// seconds at most, however often processes stand still and statements linger.
const EXPECTED_FOR: u64 = 20_000;

/// How long after its locator was told an order to place is still decided.
const PLACED_WITHIN: Duration = Duration::from_millis(400);

/// The mean time between sweeps, and the same when nothing new begins.
const SWEEP_EVERY: u64 = 600;
const SWEEP_RARELY: u64 = 4_000;

/// Bookings that one sweep looks through.
const SWEPT_MAX: usize = 3;

/// A reservation on its way to the store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reservation {
    pub node: usize,
    /// The life of the process that reserves.
    life: u64,
    trip: usize,
    /// The order that waits for it.
    op: u64,
    /// Numbers the calls of all lives.
    write: u64,
    /// When the booking was asked for, by the node's clock.
    asked: Timestamp,
    /// What a careless process took for free before it began.
    seen: Option<RecordLocator>,
    /// Whether the process hears what came of it.
    answered: bool,
}

impl World {
    /// Bookings of earlier lives have left locators behind, each to be given back at its time.
    pub(super) fn begin_register(&mut self) {
        if self.trips.is_empty() {
            return;
        }
        for number in 0..self.rng.usize(..self.trips.len()) {
            let booking = BookingId::new(0x1EF7_0000_0000 + number as u128);
            let asked = self.now().minus(Duration::from_millis(self.rng.u64(..EXPECTED_FOR)));
            let draws = draws(&mut self.rng, self.trips.len());
            self.register.reserve(booking, asked, draws);
        }
        self.sweep_later();
    }

    /// Brings an order to place to some node, or to two, the second one late. It may be lost.
    pub(super) fn ask_to_place(&mut self, trip: usize, op: u64) {
        if self.chance(self.scenario.doubled) {
            let late = if self.rng.bool() { self.rng.u64(0..=40) } else { self.rng.u64(0..=6_000) };
            let node = self.rng.usize(..self.nodes.len());
            self.agenda.put(late, Event::Prepare { node, trip, op });
        }
        if !self.chance(self.scenario.lost) {
            let (node, wait) = (self.rng.usize(..self.nodes.len()), self.rng.u64(0..=8));
            self.agenda.put(wait, Event::Prepare { node, trip, op });
        }
    }

    /// The order arrives at a node. Nobody is there, or nobody waits any more: it is lost.
    pub(super) fn prepare(&mut self, node: usize, trip: usize, op: u64) {
        let Some(life) = self.nodes[node].program.as_ref().map(|program| program.life) else { return };
        if self.trips[trip].order(op).is_none() {
            return;
        }
        let booking = self.trips[trip].booking;
        if self.tables.bookings().any(|line| line.view.booking == booking) {
            return self.place(node, trip, op);
        }
        self.writes += 1;
        let (write, asked) = (self.writes, self.clock(node));
        self.note("prepare", trip as u64, write);
        let mut reservation = Reservation { node, life, trip, op, write, asked, seen: None, answered: true };
        if self.is_planted(Planted::LookedThenTaken) || self.is_planted(Planted::ToldBeforeReserved) {
            reservation.seen = self.look(booking);
        }
        if self.is_planted(Planted::ToldBeforeReserved) {
            reservation.answered = false;
            self.agenda.put(0, Event::Reserved { reservation, locator: reservation.seen });
        }
        self.begin_reservation(reservation);
    }

    /// What a booking has, or could have.
    fn look(&mut self, booking: BookingId) -> Option<RecordLocator> {
        let draws = draws(&mut self.rng, self.trips.len());
        self.register.locator_of(booking).or_else(|| self.register.first_free(draws))
    }

    /// The transaction is on its way. To a database, it may land late or never, and its answer may be lost.
    fn begin_reservation(&mut self, reservation: Reservation) {
        let wait = self.rng.u64(1..=self.scenario.commit);
        if self.scenario.keeping == Keeping::Embedded {
            self.reserving.push(reservation);
            return self.agenda.put(wait, Event::Reserve(reservation));
        }
        if !self.chance(self.scenario.unknown) {
            return self.agenda.put(wait, Event::Reserve(reservation));
        }
        self.record.unknowns += 1;
        let unheard = Event::Reserve(Reservation { answered: false, ..reservation });
        match self.rng.u8(..3) {
            0 => self.agenda.put(wait, unheard),
            1 => {
                let late = self.rng.u64(wait..=4_000);
                self.agenda.put(late, unheard);
            }
            _ => {}
        }
    }

    /// The transaction becomes durable, or the store refuses it. A failed sync ends the process, as it does for the journal.
    pub(super) fn reserve(&mut self, reservation: Reservation) {
        if self.scenario.keeping == Keeping::Embedded {
            let is_it = |other: &Reservation| other.write == reservation.write;
            let Some(at) = self.reserving.iter().position(is_it) else { return };
            self.reserving.remove(at);
            if self.chance(self.scenario.fsync_fails) {
                self.note("fsync fails", reservation.write, 0);
                return self.crash(reservation.node);
            }
        }
        let locator = if self.chance(self.scenario.refused) { None } else { self.put_down(&reservation) };
        if reservation.answered {
            let wait = self.rng.u64(0..=self.scenario.commit);
            self.agenda.put(wait, Event::Reserved { reservation, locator });
        }
    }

    /// Of what was on its way to the disk a crash leaves the first few.
    pub(super) fn lose_reservations(&mut self) {
        let reserving = std::mem::take(&mut self.reserving);
        let left = self.rng.usize(0..=reserving.len());
        for reservation in &reserving[..left] {
            self.put_down(reservation);
        }
    }

    /// What the transaction does, all at once.
    fn put_down(&mut self, reservation: &Reservation) -> Option<RecordLocator> {
        let Reservation { trip, asked, seen, .. } = *reservation;
        let booking = self.trips[trip].booking;
        let known = self.register.locator_of(booking);
        if self.is_planted(Planted::DrawnAgain) {
            self.register.give_back(booking);
        }
        if self.is_planted(Planted::LookedThenTaken) {
            self.take_away(booking, seen);
        }
        let mut drawn = 0_u64;
        let locator = match seen {
            Some(seen) => self.register.reserve(booking, asked, [seen]),
            None => {
                let draws = draws(&mut self.rng, self.trips.len()).inspect(|_| drawn += 1);
                self.register.reserve(booking, asked, draws)
            }
        };
        self.record.taken += drawn.saturating_sub(1);
        self.record.again += u64::from(known.is_some());
        if !self.sweeps {
            self.sweep_later();
        }
        locator
    }

    /// Whoever was given meanwhile what a careless booking saw free has lost it.
    fn take_away(&mut self, booking: BookingId, seen: Option<RecordLocator>) {
        let owner = self.register.locators().find(|(_, locator)| Some(*locator) == seen);
        if let Some((owner, _)) = owner.filter(|(owner, _)| *owner != booking) {
            self.register.give_back(owner);
        }
    }

    /// The node hears which locator was reserved, and gives the order to place; or it hears that none was.
    pub(super) fn reserved(&mut self, reservation: Reservation, locator: Option<RecordLocator>) {
        let Reservation { node, life, trip, op, .. } = reservation;
        if self.nodes[node].living(life).is_none() {
            return;
        }
        let Some(locator) = locator else {
            return self.reply::<Booking>(Some((Asker::Traveller(trip), op)), Reply::TryAgain);
        };
        let Some(order) = self.trips[trip].order(op) else { return };
        order.locator = locator;
        let booking = order.booking;
        self.note("reserved", trip as u64, op);
        self.say(|| locator.to_string());
        let has_it = |line: &&BookingRow| line.view.locator == locator && line.view.booking != booking;
        let other = self.tables.bookings().find(has_it).map(|line| line.view.booking);
        if let Some(other) = other {
            // It would never be placed: the list of bookings has each locator once.
            self.trips[trip].stop_waiting();
            return self.broken(&format!("{booking} is told {locator}, which {other} has"));
        }
        self.place(node, trip, op);
    }

    /// Gives the order to place. Neither it nor its double is decided much later.
    fn place(&mut self, node: usize, trip: usize, op: u64) {
        let Some(order) = self.trips[trip].order(op) else { return };
        let command = Command::Place(order.clone());
        let stream = self.on_sale.len() + trip;
        let intent = Intent { asker: Asker::Traveller(trip), op, stream, keyed: true };
        let deadline = self.clock(node) + PLACED_WITHIN;
        self.send_before::<Booking>(intent, command, [Some(deadline); 2]);
    }

    fn sweep_later(&mut self) {
        self.sweeps = true;
        let wait = self.about(if self.quiet { SWEEP_RARELY } else { SWEEP_EVERY });
        self.agenda.put(wait, Event::Sweep);
    }

    /// Some node looks through what was asked for long ago, and comes back while there is anything.
    pub(super) fn sweep(&mut self) {
        let node = self.rng.usize(..self.nodes.len());
        let is_up = self.nodes[node].program.is_some() && !self.nodes[node].paused;
        if is_up && !self.chance(self.scenario.refused) {
            let age = if self.is_planted(Planted::SweptUnderWay) { 0 } else { EXPECTED_FOR };
            let before = self.clock(node).minus(Duration::from_millis(age));
            let is_placed = |booking| self.tables.bookings().any(|line| line.view.booking == booking);
            let swept = self.register.sweep(before, SWEPT_MAX, is_placed);
            self.record.swept += swept;
            self.note("sweep", node as u64, swept);
        }
        self.sweeps = !self.quiet || self.register.is_expecting();
        if self.sweeps {
            self.sweep_later();
        }
    }
}

/// Locators to choose from. There are two for each trip, so that most of them are taken.
fn draws(rng: &mut Rng, trips: usize) -> impl Iterator<Item = RecordLocator> {
    let locators = 2 * u32::try_from(trips).expect("trips are few");
    repeat_with(move || RecordLocator::of(rng.u32(..locators))).take(DRAWS)
}
