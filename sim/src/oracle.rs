//! What must hold when a life is over.
//!
//! Everything here is found from the journal, from what clients were told, from what the provider took and from what the
//! register of record locators has in the end. The fold over the journal is a second, naive one: it keeps an owner for
//! each seat and nothing else.

mod money;
mod trips;

use std::collections::{BTreeMap, BTreeSet};

use domain::aggregate::Aggregate;
use domain::booking::{self, Booking};
use domain::flight::{Event, Flight, SeatMove, SeatsHeld};
use domain::ids::{BookingId, HoldNumber, PassengerId, Version};
use domain::invariants;
use domain::plan::SeatNumber;
use domain::time::Timestamp;
use domain::view::{self, Summary};
use persistence::journal::{Epoch, ListingRow, RequestId, StoredRow, StreamId};

use crate::world::{Settlement, Told, Verdict, World};
use linear::{self, Verdict as Judgement};

/// Steps of the search for an order, for each seat.
const BUDGET: u64 = 200_000;

/// Every promise that the life broke; none, if all is well.
#[must_use]
pub fn judge(world: &World) -> Vec<String> {
    let mut broken = world.record.broken.clone();
    let mut unjudged: BTreeSet<usize> = BTreeSet::new();
    for stream in 0..world.on_sale.len() {
        let rows = world.tables.rows(&world.on_sale[stream].stream);
        match Fold::of(rows) {
            Ok(fold) => {
                broken.extend(fold.broken.iter().map(|what| format!("stream {stream}: {what}")));
                if fold.broken.is_empty() {
                    broken.extend(
                        fold.unended().map(|hold| format!("stream {stream}: hold {hold} never ended")),
                    );
                    broken.extend(money(world, stream, &fold));
                    broken.extend(listing(world, stream, fold.summary.as_ref()));
                }
                let unjudgeable = fold.ended_flight || !world.trips.is_empty();
                unjudged.extend(unjudgeable.then_some(stream));
            }
            Err(error) => broken.push(format!("stream {stream}: {error}")),
        }
    }
    let flights = world.on_sale.iter().map(|departure| &departure.stream);
    for stream in flights.chain(world.trips.iter().map(|trip| &trip.stream)) {
        broken.extend(answered_twice(world, stream));
    }
    let unlocked = world.tables.unlocked().iter();
    broken
        .extend(unlocked.map(|(stream, version)| format!("{stream}: row {version} begins within a commit")));
    broken.extend(trips::judge(world));
    broken.extend(money::judge(world));
    broken.extend(world.record.told.iter().filter_map(|told| lost(world, told)));
    broken.extend(feed(world));
    broken.extend(seats(world, &unjudged));
    broken
}

/// A booking as the journal has it by now.
#[must_use]
pub fn booking_of(world: &World, trip: usize) -> Booking {
    let mut booking = Booking::default();
    for row in world.tables.rows(&world.trips[trip].stream) {
        let events: Vec<booking::Event> = serde_json::from_str(&row.body).unwrap_or_default();
        events.iter().for_each(|event| booking.evolve(event));
    }
    booking
}

/// P5: a request is answered once.
fn answered_twice(world: &World, stream: &StreamId) -> Vec<String> {
    let mut executed: BTreeSet<RequestId> = BTreeSet::new();
    let mut broken = Vec::new();
    for request in world.tables.rows(stream).iter().filter_map(|row| row.request) {
        if !executed.insert(request.id) {
            broken.push(format!("{stream}: request {} was executed twice", request.id));
        }
        if world.tables.answer(stream, request.id).is_some() {
            broken.push(format!("{stream}: request {} has two answers", request.id));
        }
    }
    broken
}

/// P2 and P5: what was told is found again, word for word.
fn lost(world: &World, told: &Told) -> Option<String> {
    let stream = &world.on_sale[told.stream].stream;
    let found = match &told.verdict {
        Verdict::Accepted(version, events) => {
            let row = world.tables.row(stream, *version);
            row.is_some_and(|row| {
                let stored: Result<Vec<Event>, _> = serde_json::from_str(&row.body);
                row.request == Some(told.request) && stored.is_ok_and(|stored| stored == **events)
            })
        }
        Verdict::AlreadySo | Verdict::Refused(_) => {
            !told.remembered || world.tables.answer(stream, told.request.id).is_some()
        }
    };
    (!found).then(|| format!("stream {}: an acknowledged answer is lost: {:?}", told.stream, told.verdict))
}

/// P6: each watcher saw every row, in order, and nothing else.
fn feed(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for (stream, departure) in world.on_sale.iter().enumerate() {
        let rows = world.tables.rows(&departure.stream);
        for watcher in &world.watchers {
            let seen = &watcher.seen[stream];
            if seen.len() != rows.len() || seen.iter().zip(rows).any(|(seen, row)| *seen != row.body) {
                broken.push(format!(
                    "stream {stream}: a watcher saw {} rows, the journal has {} others",
                    seen.len(),
                    rows.len()
                ));
            }
        }
    }
    broken
}

/// P1, as clients saw it.
fn seats(world: &World, unjudged: &BTreeSet<usize>) -> Vec<String> {
    let mut broken = Vec::new();
    for ((stream, seat), history) in &world.record.histories {
        if unjudged.contains(stream) {
            continue;
        }
        match linear::check(history, world.scenario.skew + 1, BUDGET) {
            Judgement::Linearizable => {}
            Judgement::Unknown { steps } => {
                broken.push(format!("stream {stream}: seat {seat} was not judged within {steps} steps"));
            }
            Judgement::Refuted(why) => {
                broken.push(format!(
                    "stream {stream}: seat {seat} is not linearizable:\n    {}",
                    why.lines().join("\n    ")
                ));
            }
        }
    }
    broken
}

/// The list of departures shows each as its rows have made it, and those without rows not at all.
fn listing(world: &World, stream: usize, rows_say: Option<&Summary>) -> Option<String> {
    let line = world.tables.listing(&world.on_sale[stream].stream);
    let expected = rows_say.map(|summary| ListingRow::of(&world.on_sale[stream].stream, summary));
    (line != expected.as_ref()).then(|| {
        let versions = (line.map(|line| line.version), expected.map(|line| line.version));
        format!("stream {stream}: its line in the list is another one than its rows make: {versions:?}")
    })
}

/// P3, as far as seats go: a charge is kept for places that were sold, and given back otherwise, once.
fn money(world: &World, stream: usize, fold: &Fold) -> Vec<String> {
    let mut broken = Vec::new();
    for payment in world.payments.iter().filter(|payment| payment.stream == stream) {
        let sold = fold.sold.contains(&payment.booking);
        let right = match (payment.charged, payment.settled.as_slice()) {
            (false, []) => !sold,
            (true, [Settlement::Kept]) => sold,
            (true, [Settlement::Refunded]) => !sold,
            (true | false, _) => false,
        };
        if !right {
            let Settled { charged, settled } =
                Settled { charged: payment.charged, settled: &payment.settled };
            broken.push(format!(
                "stream {stream}: money of {}: charged {charged}, sold {sold}, {settled:?}",
                payment.booking
            ));
        }
    }
    broken
}

struct Settled<'a> {
    charged: bool,
    settled: &'a [Settlement],
}

/// Who has a seat, as the naive fold sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Hold(HoldNumber),
    Booking(BookingId, PassengerId),
    Airline,
}

#[derive(Debug, Clone)]
struct LiveHold {
    until: Timestamp,
    loose_until: Timestamp,
    seats: BTreeSet<SeatNumber>,
    booking: Option<BookingId>,
}

/// The naive fold of one stream.
#[derive(Debug, Default)]
struct Fold {
    owners: BTreeMap<SeatNumber, Owner>,
    live: BTreeMap<HoldNumber, LiveHold>,
    seen: BTreeSet<HoldNumber>,
    seating: BTreeMap<BookingId, BTreeMap<PassengerId, SeatNumber>>,
    sold: BTreeSet<BookingId>,
    ended_flight: bool,
    /// What lists show after the last row, by the engine's own fold.
    summary: Option<Summary>,
    broken: Vec<String>,
}

impl Fold {
    fn of(rows: &[StoredRow]) -> Result<Self, String> {
        let (mut fold, mut flight) = (Self::default(), Flight::default());
        let (mut version, mut epoch) = (Version::EMPTY, Epoch::default());
        for row in rows {
            fold.require(row.version == version.next(), || {
                format!("row {} follows row {version}", row.version)
            });
            fold.require(row.epoch >= epoch, || {
                format!("row {} has a lower epoch than the one before", row.version)
            });
            (version, epoch) = (row.version, row.epoch);
            let events: Vec<Event> =
                serde_json::from_str(&row.body).map_err(|error| format!("row {version}: {error}"))?;
            for event in &events {
                fold.take_in(row, event);
                if !fold.broken.is_empty() {
                    return Ok(fold);
                }
                flight.evolve(event);
            }
            let invariant = invariants::breach_of_flight(&flight);
            fold.require(invariant.is_none(), || format!("row {version}: {invariant:?}"));
        }
        fold.summary = flight.departure().map(|departure| view::summary(departure, version));
        Ok(fold)
    }

    fn require(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }

    /// Holds that are neither booked nor released nor expired, long after everything.
    fn unended(&self) -> impl Iterator<Item = HoldNumber> + '_ {
        self.live.keys().copied()
    }

    fn take_in(&mut self, row: &StoredRow, event: &Event) {
        match event {
            Event::SaleOpened(_) => {}
            Event::StatusChanged(changed) => {
                use domain::flight::Status::{Cancelled, Departed};
                self.ended_flight |= matches!(changed.status, Cancelled | Departed);
            }
            Event::SeatsHeld(held) => self.hold(held),
            Event::HoldExtended { hold, until } => self.set_until(*hold, *until),
            Event::HoldReleased { hold } | Event::HoldEnded { hold, .. } => self.end_hold(*hold),
            Event::HoldLapsed { hold } => {
                let until = self.live.get(hold).map(|hold| hold.until);
                self.require(until.is_some_and(|until| row.at >= until), || {
                    format!("hold {hold} lapsed before its deadline")
                });
                self.end_hold(*hold);
            }
            Event::HoldsClaimed { booking, holds, passengers, until, .. } => {
                for number in holds {
                    self.live.entry(*number).and_modify(|hold| {
                        (hold.loose_until, hold.booking) = (hold.until, Some(*booking));
                    });
                    self.set_until(*number, *until);
                }
                let seated = passengers.iter().filter_map(|passenger| Some((passenger.id, passenger.seat?)));
                self.seating.insert(*booking, seated.collect());
            }
            Event::ClaimReturned { booking } => self.each_claimed(*booking, |fold, number| {
                fold.live
                    .entry(number)
                    .and_modify(|hold| (hold.until, hold.booking) = (hold.loose_until, None));
            }),
            Event::ClaimReleased { booking } => self.each_claimed(*booking, Self::end_hold),
            Event::PayingStarted { booking, fence } => {
                let until = *fence + domain::flight::limits::SETTLING_WAIT;
                self.each_claimed(*booking, |fold, number| {
                    fold.live.entry(number).and_modify(|hold| hold.until = until);
                });
            }
            Event::PlacesSold { booking } => self.sell(row, *booking),
            Event::PlacesCancelled { booking, passengers } => {
                let seated = self.seating.entry(*booking).or_default();
                let gone: Vec<SeatNumber> =
                    passengers.iter().filter_map(|passenger| seated.remove(passenger)).collect();
                gone.into_iter().for_each(|seat| self.free(seat));
            }
            Event::SeatsChanged { booking, moves, .. } => self.change(*booking, moves),
            Event::SeatsTried { booking, moves, .. } => self.try_seats(*booking, moves),
            Event::SeatsKept { booking, opened } => self.keep(*booking, opened),
            Event::SeatsUndone { booking, moves } => self.undo_seats(*booking, moves),
            Event::SeatsBlocked { seats, .. } | Event::SeatsSoldElsewhere { seats } => {
                seats.iter().for_each(|seat| self.give(*seat, Owner::Airline));
            }
            Event::SeatsUnblocked { seats } | Event::SeatsReturnedElsewhere { seats } => {
                seats.iter().for_each(|seat| self.free(*seat));
            }
        }
    }

    fn hold(&mut self, held: &SeatsHeld) {
        let first = self.seen.insert(held.hold);
        self.require(first, || format!("hold {} was there before", held.hold));
        let seats = held.seats.iter().copied().collect();
        let hold = LiveHold { until: held.until, loose_until: held.until, seats, booking: None };
        self.live.insert(held.hold, hold);
        held.seats.iter().for_each(|seat| self.give(*seat, Owner::Hold(held.hold)));
    }

    fn keep(&mut self, booking: BookingId, opened: &[SeatNumber]) {
        for seat in opened {
            self.free(*seat);
            for hold in self.live.values_mut().filter(|hold| hold.booking == Some(booking)) {
                hold.seats.remove(seat);
            }
        }
    }

    /// P1: nobody gets what somebody has.
    fn give(&mut self, seat: SeatNumber, to: Owner) {
        if let Some(before) = self.owners.insert(seat, to) {
            self.broken.push(format!("seat {seat} goes to {to:?} while {before:?} has it"));
        }
    }

    fn free(&mut self, seat: SeatNumber) {
        let had = self.owners.remove(&seat).is_some();
        self.require(had, || format!("seat {seat} opens while nobody has it"));
    }

    fn set_until(&mut self, number: HoldNumber, until: Timestamp) {
        match self.live.get_mut(&number) {
            Some(hold) => hold.until = until,
            None => self.broken.push(format!("hold {number} is used after its end")),
        }
    }

    /// P4: a hold ends once.
    fn end_hold(&mut self, number: HoldNumber) {
        match self.live.remove(&number) {
            Some(hold) => hold.seats.into_iter().for_each(|seat| self.free(seat)),
            None => self.broken.push(format!("hold {number} ends twice")),
        }
    }

    fn each_claimed(&mut self, booking: BookingId, act: impl Fn(&mut Self, HoldNumber)) {
        let holds = self.live.iter().filter(|(_, hold)| hold.booking == Some(booking));
        let holds: Vec<HoldNumber> = holds.map(|(number, _)| *number).collect();
        self.require(!holds.is_empty(), || format!("booking {booking} acts without a hold"));
        holds.into_iter().for_each(|number| act(self, number));
    }

    /// No hold is confirmed at or after its deadline.
    fn sell(&mut self, row: &StoredRow, booking: BookingId) {
        self.each_claimed(booking, |fold, number| {
            let until = fold.live.get(&number).map(|hold| hold.until);
            fold.require(until.is_some_and(|until| row.at < until), || {
                format!("hold {number} was sold after its deadline")
            });
            fold.end_hold(number);
        });
        let seated: Vec<_> =
            self.seating.get(&booking).into_iter().flatten().map(|(id, seat)| (*id, *seat)).collect();
        seated.into_iter().for_each(|(id, seat)| self.give(seat, Owner::Booking(booking, id)));
        let first = self.sold.insert(booking);
        self.require(first, || format!("booking {booking} was sold twice"));
    }

    /// What is left by one who moves, and taken by nobody who moves with them, stays theirs.
    fn try_seats(&mut self, booking: BookingId, moves: &[SeatMove]) {
        let taken = |seat: &SeatNumber| moves.iter().any(|step| step.to == *seat);
        let leaves = |step: &SeatMove| SeatMove { from: step.from.filter(taken), ..step.clone() };
        let moves: Vec<SeatMove> = moves.iter().map(leaves).collect();
        self.change(booking, &moves);
    }

    fn undo_seats(&mut self, booking: BookingId, moves: &[SeatMove]) {
        for step in moves {
            self.free(step.to);
            if let Some(hold) = step.hold.and_then(|hold| self.live.get_mut(&hold)) {
                hold.seats.remove(&step.to);
            }
        }
        for step in moves {
            let Some(from) = step.from else {
                self.seating.entry(booking).or_default().remove(&step.passenger);
                continue;
            };
            let owner = step.hold.map_or(Owner::Booking(booking, step.passenger), Owner::Hold);
            if self.owners.get(&from) != Some(&owner) {
                self.give(from, owner);
            }
            if let Some(hold) = step.hold.and_then(|hold| self.live.get_mut(&hold)) {
                hold.seats.insert(from);
            }
            self.seating.entry(booking).or_default().insert(step.passenger, from);
        }
    }

    fn change(&mut self, booking: BookingId, moves: &[SeatMove]) {
        for step in moves {
            step.from.into_iter().for_each(|seat| self.free(seat));
            let hold = step.hold.and_then(|hold| self.live.get_mut(&hold));
            if let (Some(hold), Some(from)) = (hold, step.from) {
                hold.seats.remove(&from);
            }
        }
        for step in moves {
            let owner = step.hold.map_or(Owner::Booking(booking, step.passenger), Owner::Hold);
            self.give(step.to, owner);
            if let Some(hold) = step.hold.and_then(|hold| self.live.get_mut(&hold)) {
                hold.seats.insert(step.to);
            }
            self.seating.entry(booking).or_default().insert(step.passenger, step.to);
        }
    }
}
