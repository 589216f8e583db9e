//! A second fold of a departure, as simple as can be: who has each seat, and what became of each hold.
//!
//! It trusts nothing of the engine but the events' shape. What is wrong is noted and the books go on as the
//! events say, so that one mistake is not told ten times.

use domain::aggregate::Turn;
use domain::flight::limits::SETTLING_WAIT;
use domain::flight::{Departure, Event, SeatMove, SeatsHeld};
use domain::ids::{BookingId, HoldNumber};
use domain::time::Timestamp;

use super::holds::{End, Holds};
use super::lateness::Lateness;
use super::report::HoldCounts;
use super::seats::{Owner, Seats, spoken};

/// The books of one departure.
#[derive(Debug, Default)]
pub struct Ledger {
    holds: Holds,
    seats: Seats,
}

impl Ledger {
    /// Enters an event of a row; `lateness` hears of every lapse.
    pub fn enter(&mut self, turn: Turn, event: &Event, lateness: &mut Lateness, wrong: &mut Vec<String>) {
        match event {
            Event::SaleOpened(opened) => self.seats.give(&opened.sold_elsewhere, Owner::Airline, wrong),
            Event::SeatsHeld(held) => self.make(turn, held, wrong),
            Event::HoldExtended { hold, until } => self.holds.extend(turn, *hold, *until, wrong),
            Event::HoldReleased { hold } => {
                self.holds.release(turn, *hold, wrong);
                self.seats.open(*hold);
            }
            Event::HoldLapsed { hold } => self.lapse(turn, *hold, lateness, wrong),
            Event::HoldEnded { hold, .. } => self.end(turn, *hold, End::Ended, wrong),
            Event::HoldsClaimed { booking, holds, passengers, until, .. } => {
                self.holds.claim(turn, holds, (*booking, *until), wrong);
                self.seats.claim(*booking, holds, passengers, wrong);
            }
            Event::ClaimReturned { booking } => {
                self.holds.give_back(turn, *booking, wrong);
                self.seats.forget(*booking);
            }
            Event::ClaimReleased { booking } => {
                for hold in self.holds.of(*booking, "releases its claim", wrong) {
                    self.end(turn, hold, End::Released, wrong);
                }
            }
            Event::PayingStarted { booking, fence } => {
                self.holds.fence(turn, *booking, *fence + SETTLING_WAIT, wrong);
            }
            Event::PlacesSold { booking } => self.sell(turn, *booking, wrong),
            Event::PlacesCancelled { booking, passengers } => self.seats.cancel(*booking, passengers, wrong),
            Event::SeatsChanged { booking, moves, .. } => {
                self.require_own(*booking, moves, wrong);
                self.seats.change(*booking, moves, wrong);
            }
            Event::SeatsTried { booking, moves, .. } => {
                self.require_own(*booking, moves, wrong);
                self.seats.try_out(*booking, moves, wrong);
            }
            Event::SeatsKept { booking, opened } => self.seats.keep(*booking, opened, wrong),
            Event::SeatsUndone { booking, moves } => self.seats.undo(*booking, moves, wrong),
            Event::SeatsBlocked { seats, .. } | Event::SeatsSoldElsewhere { seats } => {
                self.seats.give(seats, Owner::Airline, wrong);
            }
            Event::SeatsUnblocked { seats } | Event::SeatsReturnedElsewhere { seats } => {
                self.seats.take(seats, Owner::Airline, wrong);
            }
            Event::StatusChanged(_) => {}
        }
    }

    fn make(&mut self, turn: Turn, held: &SeatsHeld, wrong: &mut Vec<String>) {
        self.holds.make(turn, held, wrong);
        self.seats.give(&held.seats, Owner::Hold(held.hold), wrong);
    }

    fn lapse(&mut self, turn: Turn, hold: HoldNumber, lateness: &mut Lateness, wrong: &mut Vec<String>) {
        let booking = self.holds.booking_of(hold);
        if let Some(late_ms) = self.holds.lapse(turn, hold, wrong) {
            lateness.add(late_ms);
        }
        self.opened(hold, booking);
    }

    fn end(&mut self, turn: Turn, hold: HoldNumber, how: End, wrong: &mut Vec<String>) {
        let booking = self.holds.booking_of(hold);
        self.holds.end(turn, hold, how, wrong);
        self.opened(hold, booking);
    }

    /// A hold is over: its seats are open, and a booking that has no other is gone from here.
    fn opened(&mut self, hold: HoldNumber, booking: Option<BookingId>) {
        self.seats.open(hold);
        if let Some(booking) = booking.filter(|booking| self.holds.all_of(*booking).next().is_none()) {
            self.seats.forget(booking);
        }
    }

    fn sell(&mut self, turn: Turn, booking: BookingId, wrong: &mut Vec<String>) {
        let holds = self.holds.of(booking, "buys", wrong);
        self.holds.sell(turn, &holds, wrong);
        for hold in holds {
            self.seats.open(hold);
        }
        self.seats.sell(booking, wrong);
    }

    /// A seat that is pinned by a hold moves only while the hold lives, and is the booking's.
    fn require_own(&self, booking: BookingId, moves: &[SeatMove], wrong: &mut Vec<String>) {
        let strange = |hold: &HoldNumber| self.holds.booking_of(*hold).is_none_or(|by| by != booking);
        let strange = moves.iter().filter_map(|step| step.hold).filter(strange);
        wrong
            .extend(strange.map(|hold| format!("booking {booking} moves seats of hold {hold}, not its own")));
    }

    /// Everything of which the engine's own fold thinks otherwise.
    pub fn compare(&self, departure: &Departure, wrong: &mut Vec<String>) {
        for (index, planned) in departure.plan.seats() {
            let (mine, theirs) = (self.seats.owner(planned.number), Owner::in_fold(departure.seat(index)));
            if mine != theirs {
                let (mine, theirs) = (spoken(mine), spoken(theirs));
                wrong.push(format!(
                    "seat {} is {mine}'s by the ledger, {theirs}'s by the fold",
                    planned.number
                ));
            }
        }
        let mine: Vec<(HoldNumber, Timestamp)> = self.holds.live().collect();
        let theirs: Vec<_> = departure.holds().map(|(hold, held)| (hold, held.until)).collect();
        if mine != theirs {
            let (mine, theirs) = (mine.len(), theirs.len());
            wrong.push(format!(
                "{mine} holds live by the ledger, {theirs} by the fold, or their deadlines differ"
            ));
        }
    }

    /// Adds the holds to the counts.
    pub fn count(&self, counts: &mut HoldCounts) {
        self.holds.count(counts);
    }
}
