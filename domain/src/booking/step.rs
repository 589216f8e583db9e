//! What a booking must ask next, as a function of its state.

use std::collections::BTreeMap;

use super::end::End;
use super::part::Part;
use super::state::{Booking, HoldOrigin, Leg, LegState, Placed, SeatChange, SeatProgress, Stage};
use crate::flight::{
    BookingParty, CancelPlaces, ChangeSeats, ClaimHolds, Command, HoldSeats, Holder, SeatChoice, StartPaying,
    Term,
};
use crate::ids::{FlightId, PassengerId, Version};
use crate::party::{self, Passenger};
use crate::payment::Order;
use crate::plan::SeatNumber;
use crate::planted::{self, Bug};
use crate::time::Timestamp;

/// The one thing that a booking waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Names the step within its booking. A step that is asked again has the same number, and no other step ever has it.
    pub number: Version,
    /// What is asked, and of whom.
    pub ask: Ask,
}

/// What a booking asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// A departure.
    Departure {
        /// Which one.
        flight: FlightId,
        /// What it is asked.
        command: Command,
    },
    /// The provider of its payment, under [`crate::payment::key`] of the booking and the step's number.
    Provider(Order),
}

impl Step {
    /// The departure that is asked, and what; `None` when the provider is asked.
    #[must_use]
    pub const fn departure(&self) -> Option<(FlightId, &Command)> {
        match &self.ask {
            Ask::Departure { flight, command } => Some((*flight, command)),
            Ask::Provider(_) => None,
        }
    }
}

impl Booking {
    /// What must be asked next; `None` when nothing is open.
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        self.placed()?.open_step()
    }
}

impl Placed {
    /// Departures come first: an order that the provider has not answered is taken up again, under its old number, when
    /// there is nothing to ask of them.
    pub(super) fn open_step(&self) -> Option<Step> {
        if let Some((flight, command)) = self.ask_departure() {
            return Some(Step { number: self.step, ask: Ask::Departure { flight, command } });
        }
        let (number, order) = self.payment.as_ref()?.order()?;
        Some(Step { number, ask: Ask::Provider(order) })
    }

    /// What a departure is asked, unless the booking waits for the provider, for somebody, or for nothing.
    pub(super) fn ask_departure(&self) -> Option<(FlightId, Command)> {
        match &self.stage {
            Stage::Holding => self.acquire(self.until),
            Stage::Paying { fence } => self.secure(*fence),
            Stage::LettingGo { towards, .. } => self.let_go(towards),
            Stage::Cancelling { .. } => self.cancel(),
            Stage::CancellingPart { part, asked, .. } => self.cancel_part(part, asked),
            Stage::ChangingSeats { changes, .. } => self.change_seats(changes),
            Stage::Held | Stage::Closing { .. } | Stage::Confirmed | Stage::Ended(_) => None,
        }
    }

    /// The first leg that is as far as `state`.
    pub(super) fn first(&self, state: LegState) -> Option<FlightId> {
        self.legs().find(|(_, leg)| leg.state == state).map(|(flight, _)| flight)
    }

    fn acquire(&self, until: Timestamp) -> Option<(FlightId, Command)> {
        let (flight, leg) = self.legs().find(|(_, leg)| leg.state == LegState::Wanted)?;
        let passengers = leg.passengers.clone();
        let party = BookingParty { booking: self.booking, passengers, fare: leg.promised };
        let command = match leg.origin {
            HoldOrigin::TakenOver => Command::ClaimHolds(ClaimHolds {
                holds: leg.holds.clone(),
                by: self.made_by.clone(),
                party,
                until,
            }),
            HoldOrigin::Acquired => Command::HoldSeats(HoldSeats {
                holder: Holder { principal: self.made_by.clone(), kind: self.kind },
                class: self.class,
                places: party::party_of(&leg.passengers).seated(),
                seats: choice(leg),
                party: None,
                term: Term::Until(until),
                booking: Some(party),
            }),
        };
        Some((flight, command))
    }

    /// All fences are up before money is asked for, and all money is set aside before the first place is bought. Who paid late
    /// wants the places again before that.
    fn secure(&self, fence: Timestamp) -> Option<(FlightId, Command)> {
        let booking = self.booking;
        if let Some(again) = self.acquire(fence) {
            return Some(again);
        }
        if let Some(flight) = self.first(LegState::Held) {
            return Some((flight, Command::StartPaying(StartPaying { booking, fence })));
        }
        let paid = self.payment.as_ref().is_none_or(|payment| {
            let taken = payment.captured() == payment.amount;
            payment.is_secured() && (taken || !planted::on(Bug::CaptureBeforeSeats))
        });
        let flight = self.first(LegState::Fenced).filter(|_| paid)?;
        Some((flight, Command::Confirm { booking }))
    }

    /// The last first, so that nothing is open while something that was acquired before it is still held.
    fn let_go(&self, towards: &End) -> Option<(FlightId, Command)> {
        let booking = self.booking;
        self.legs().rev().find_map(|(flight, leg)| {
            let command = match (leg.state, leg.origin, towards) {
                (LegState::Held, HoldOrigin::TakenOver, End::Refused(_)) => Command::ReturnClaim { booking },
                (LegState::Held | LegState::Fenced, _, _) => Command::ReleaseClaim { booking },
                (LegState::Secured, _, _) => Command::UndoSale { booking },
                (LegState::Wanted | LegState::Released | LegState::Flown, _, _) => return None,
            };
            Some((flight, command))
        })
    }

    /// In the order of travel: whether it is too late shows on the first departure.
    fn cancel(&self) -> Option<(FlightId, Command)> {
        let flight = self
            .travel()
            .find(|flight| self.leg(*flight).is_some_and(|leg| leg.state == LegState::Secured))?;
        let passengers = self.leg(flight)?.passengers.iter().map(|passenger| passenger.id).collect();
        Some((flight, Command::CancelPlaces(CancelPlaces { booking: self.booking, passengers })))
    }

    /// In the order of travel as well.
    fn cancel_part(&self, part: &Part, asked: &BTreeMap<FlightId, bool>) -> Option<(FlightId, Command)> {
        let open =
            |(flight, leg): &(FlightId, &Leg)| !asked.contains_key(flight) && !part.leaving(leg).is_empty();
        let (flight, leg) = part.legs(self).find(open)?;
        let passengers = part.leaving(leg);
        Some((flight, Command::CancelPlaces(CancelPlaces { booking: self.booking, passengers })))
    }

    /// On one departure a plain change; on several, all try before one keeps, and a no undoes in reverse.
    fn change_seats(&self, changes: &BTreeMap<FlightId, SeatChange>) -> Option<(FlightId, Command)> {
        let booking = self.booking;
        let asked = changes.iter().find(|(_, change)| change.progress == SeatProgress::Asked);
        let mut tried = changes.iter().filter(|(_, change)| change.is_tried()).map(|(flight, _)| *flight);
        if self.declined.is_some() {
            return tried.next_back().map(|flight| (flight, Command::UndoSeats { booking }));
        }
        let Some((flight, change)) = asked else {
            return tried.next().map(|flight| (flight, Command::KeepSeats { booking }));
        };
        let moves = ChangeSeats { booking, moves: change.moves.clone() };
        let command = if changes.len() == 1 { Command::ChangeSeats(moves) } else { Command::TrySeats(moves) };
        Some((*flight, command))
    }
}

/// Exact seats for those who named them, and for the others as the leg wishes.
fn choice(leg: &Leg) -> SeatChoice {
    let named: Vec<SeatNumber> = leg.passengers.iter().filter_map(|passenger| passenger.seat).collect();
    let everybody = named.len() == usize::from(party::party_of(&leg.passengers).seated());
    match leg.wish {
        Some(wish) if named.is_empty() => SeatChoice::Best(wish),
        Some(wish) if !everybody => SeatChoice::ExactAndBest(named, wish),
        None if named.is_empty() => SeatChoice::Later,
        Some(_) | None => SeatChoice::Exact(named),
    }
}

impl SeatChange {
    pub(super) const fn is_tried(&self) -> bool {
        matches!(self.progress, SeatProgress::Tried { .. })
    }
}

/// The passenger with this number.
pub(super) fn find(passengers: &mut [Passenger], id: PassengerId) -> Option<&mut Passenger> {
    passengers.iter_mut().find(|passenger| passenger.id == id)
}
