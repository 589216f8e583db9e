//! A second fold of a departure, as simple as can be: who has each seat, and what became of each hold.
//!
//! It trusts nothing of the engine but the events' shape. A seat belongs to whom the list says; a hold's seats
//! are those that the list gives it. Holds are never taken out, so one that ends twice is seen.

use std::collections::{BTreeMap, BTreeSet};

use domain::flight::{Departure, Event, Seat, SeatMove, SeatsHeld, limits::SETTLING_WAIT};
use domain::ids::{BookingId, HoldNumber, PassengerId};
use domain::party::Passenger;
use domain::plan::SeatNumber;
use domain::time::Timestamp;

/// What is wrong with an event.
pub type Wrong = String;

/// Who has a seat that is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Hold(HoldNumber),
    Passenger(BookingId, PassengerId),
    Airline,
}

/// The life of a hold.
#[derive(Debug, Clone)]
struct Promise {
    until: Timestamp,
    /// What `until` was before a booking took the hold, and that booking.
    taken: Option<(BookingId, Timestamp)>,
    is_over: bool,
}

/// The fold.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    owners: BTreeMap<SeatNumber, Owner>,
    promises: BTreeMap<HoldNumber, Promise>,
    seats_of: BTreeMap<BookingId, BTreeMap<PassengerId, SeatNumber>>,
    sold: BTreeSet<BookingId>,
}

impl Ledger {
    /// Enters an event of a row of this instant.
    ///
    /// # Errors
    /// Says which promise it breaks.
    pub fn enter(&mut self, at: Timestamp, event: &Event) -> Result<(), Wrong> {
        match event {
            Event::SaleOpened(opened) => self.give_all(&opened.sold_elsewhere),
            Event::SeatsHeld(held) => self.hold(at, held),
            Event::HoldExtended { hold, until } => {
                self.live(*hold, at)?.until = *until;
                Ok(())
            }
            Event::HoldReleased { hold } => self.live(*hold, at).map(|_| ()).and_then(|()| self.end(*hold)),
            Event::HoldEnded { hold, .. } => self.end(*hold),
            Event::HoldLapsed { hold } => self.lapse(at, *hold),
            Event::HoldsClaimed { booking, holds, passengers, until, .. } => {
                self.claim(at, *booking, holds, *until)?;
                self.seat(*booking, passengers)
            }
            Event::ClaimReturned { booking } => self.of(*booking)?.into_iter().try_for_each(|hold| {
                let promise = self.live(hold, at)?;
                promise.until = promise.taken.take().map_or(promise.until, |(_, before)| before);
                Ok(())
            }),
            Event::ClaimReleased { booking } => {
                self.of(*booking)?.into_iter().try_for_each(|hold| self.end(hold))
            }
            Event::PayingStarted { booking, fence } => self.of(*booking)?.into_iter().try_for_each(|hold| {
                self.live(hold, at)?.until = *fence + SETTLING_WAIT;
                Ok(())
            }),
            Event::PlacesSold { booking } => self.sell(at, *booking),
            Event::PlacesCancelled { booking, passengers } => self.cancel(*booking, passengers),
            Event::SeatsChanged { booking, moves, .. } => self.change(*booking, moves),
            Event::SeatsTried { booking, .. }
            | Event::SeatsKept { booking, .. }
            | Event::SeatsUndone { booking, .. } => {
                Err(format!("{booking} tries seats, which nobody asked for"))
            }
            Event::SeatsBlocked { seats, .. } | Event::SeatsSoldElsewhere { seats } => self.give_all(seats),
            Event::SeatsUnblocked { seats } | Event::SeatsReturnedElsewhere { seats } => {
                seats.iter().try_for_each(|seat| self.take(*seat, Owner::Airline))
            }
            Event::StatusChanged(_) => Ok(()),
        }
    }

    /// No seat has two owners.
    fn give(&mut self, seat: SeatNumber, to: Owner) -> Result<(), Wrong> {
        match self.owners.insert(seat, to) {
            None => Ok(()),
            Some(before) => Err(format!("seat {seat} goes to {to:?}, but {before:?} has it")),
        }
    }

    fn give_all(&mut self, seats: &[SeatNumber]) -> Result<(), Wrong> {
        seats.iter().try_for_each(|seat| self.give(*seat, Owner::Airline))
    }

    fn take(&mut self, seat: SeatNumber, from: Owner) -> Result<(), Wrong> {
        match self.owners.remove(&seat) {
            Some(owner) if owner == from => Ok(()),
            other => Err(format!("seat {seat} is taken from {from:?}, but {other:?} has it")),
        }
    }

    fn hold(&mut self, at: Timestamp, held: &SeatsHeld) -> Result<(), Wrong> {
        let promise = Promise { until: held.until, taken: None, is_over: held.until <= at };
        if promise.is_over || self.promises.insert(held.hold, promise).is_some() {
            return Err(format!("hold {} was there before, or never lived", held.hold));
        }
        held.seats.iter().try_for_each(|seat| self.give(*seat, Owner::Hold(held.hold)))
    }

    /// The hold, if nothing has ended it and its deadline has not come.
    fn live(&mut self, hold: HoldNumber, at: Timestamp) -> Result<&mut Promise, Wrong> {
        let promise = self.promises.get_mut(&hold).filter(|promise| !promise.is_over && at < promise.until);
        promise.ok_or_else(|| format!("hold {hold} is used after its end or its deadline"))
    }

    /// A hold ends once.
    fn end(&mut self, hold: HoldNumber) -> Result<(), Wrong> {
        let promise = self.promises.get_mut(&hold).filter(|promise| !promise.is_over);
        promise.ok_or_else(|| format!("hold {hold} ends twice, or never was"))?.is_over = true;
        self.owners.retain(|_, owner| *owner != Owner::Hold(hold));
        Ok(())
    }

    fn lapse(&mut self, at: Timestamp, hold: HoldNumber) -> Result<(), Wrong> {
        let until = self.promises.get(&hold).map(|promise| promise.until);
        if until.is_none_or(|until| at < until) {
            return Err(format!("hold {hold} lapses at {at}, before its deadline {until:?}"));
        }
        self.end(hold)
    }

    fn claim(
        &mut self,
        at: Timestamp,
        booking: BookingId,
        holds: &[HoldNumber],
        until: Timestamp,
    ) -> Result<(), Wrong> {
        for hold in holds {
            let promise = self.live(*hold, at)?;
            if let Some((other, _)) = promise.taken {
                return Err(format!("{booking} takes hold {hold}, but {other} has it"));
            }
            promise.taken = Some((booking, promise.until));
            promise.until = until;
        }
        Ok(())
    }

    /// Notes who sits where; each seat must be pinned by a hold of the booking.
    fn seat(&mut self, booking: BookingId, passengers: &[Passenger]) -> Result<(), Wrong> {
        let holds = self.of(booking)?;
        let seated: BTreeMap<PassengerId, SeatNumber> =
            passengers.iter().filter_map(|passenger| Some((passenger.id, passenger.seat?))).collect();
        let pinned = |seat: &SeatNumber| match self.owners.get(seat) {
            Some(Owner::Hold(hold)) => holds.contains(hold),
            Some(Owner::Passenger(..) | Owner::Airline) | None => false,
        };
        if let Some(seat) = seated.values().find(|seat| !pinned(seat)) {
            return Err(format!("{booking} seats somebody on {seat}, which it does not hold"));
        }
        self.seats_of.insert(booking, seated);
        Ok(())
    }

    /// The live holds of a booking; a booking that acts has some.
    fn of(&self, booking: BookingId) -> Result<Vec<HoldNumber>, Wrong> {
        let taken = |promise: &Promise| promise.taken.is_some_and(|(by, _)| by == booking);
        let holds = self.promises.iter().filter(|(_, promise)| !promise.is_over && taken(promise));
        let holds: Vec<HoldNumber> = holds.map(|(hold, _)| *hold).collect();
        if holds.is_empty() { Err(format!("{booking} acts without a hold")) } else { Ok(holds) }
    }

    /// Nothing is sold at or after its deadline.
    fn sell(&mut self, at: Timestamp, booking: BookingId) -> Result<(), Wrong> {
        for hold in self.of(booking)? {
            self.live(hold, at)?;
            self.end(hold)?;
        }
        if !self.sold.insert(booking) {
            return Err(format!("{booking} is sold twice"));
        }
        let seated = self.seats_of.get(&booking).cloned().unwrap_or_default();
        seated
            .into_iter()
            .try_for_each(|(passenger, seat)| self.give(seat, Owner::Passenger(booking, passenger)))
    }

    fn cancel(&mut self, booking: BookingId, passengers: &[PassengerId]) -> Result<(), Wrong> {
        if !self.sold.contains(&booking) {
            return Err(format!("{booking} cancels what it never bought"));
        }
        for passenger in passengers {
            let seat = self.seats_of.entry(booking).or_default().remove(passenger);
            if let Some(seat) = seat {
                self.take(seat, Owner::Passenger(booking, *passenger))?;
            }
        }
        Ok(())
    }

    fn change(&mut self, booking: BookingId, moves: &[SeatMove]) -> Result<(), Wrong> {
        let owner =
            |step: &SeatMove| step.hold.map_or(Owner::Passenger(booking, step.passenger), Owner::Hold);
        for step in moves {
            step.from.map_or(Ok(()), |seat| self.take(seat, owner(step)))?;
        }
        for step in moves {
            self.give(step.to, owner(step))?;
            self.seats_of.entry(booking).or_default().insert(step.passenger, step.to);
        }
        Ok(())
    }

    /// The first seat, or the first hold, of which the engine's own fold thinks otherwise.
    #[must_use]
    pub fn differs_from(&self, departure: &Departure) -> Option<Wrong> {
        for (index, planned) in departure.plan.seats() {
            let (mine, theirs) = (self.owners.get(&planned.number).copied(), departure.seat(index));
            if mine != owner_in(theirs) {
                return Some(format!("seat {}: {mine:?} has it, or {theirs:?}", planned.number));
            }
        }
        let live = self.promises.iter().filter(|(_, promise)| !promise.is_over);
        let live: Vec<(HoldNumber, Timestamp)> = live.map(|(hold, promise)| (*hold, promise.until)).collect();
        let theirs: Vec<_> = departure.holds().map(|(number, hold)| (number, hold.until)).collect();
        (live != theirs).then(|| format!("live holds: {live:?}, or {theirs:?}"))
    }
}

fn owner_in(seat: Seat) -> Option<Owner> {
    match seat {
        Seat::Open => None,
        Seat::Held { hold } => Some(Owner::Hold(hold)),
        Seat::Sold { booking, passenger } => Some(Owner::Passenger(booking, passenger)),
        Seat::SoldElsewhere | Seat::Blocked { .. } => Some(Owner::Airline),
    }
}
