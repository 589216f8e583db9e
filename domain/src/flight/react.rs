//! What the world must do because something happened to a departure.

use serde::{Deserialize, Serialize};

use super::event::{EndReason, Event};
use super::state::{Flight, Stage, Status};
use crate::ids::{BookingId, FlightId, HoldNumber};

/// An order that goes into the outbox in the same statement as the event that caused it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// A booking must learn that it lost its holds here: it did not ask for it.
    TellHoldsLost {
        /// Whom to tell.
        booking: BookingId,
        /// Why: the deadline came, or the departure ended them.
        reason: Option<EndReason>,
    },
    /// Every booking on the departure must be cancelled by the carrier, one by one.
    CancelBookings {
        /// The cancelled departure.
        flight: FlightId,
    },
}

pub(super) fn react(flight: &Flight, event: &Event) -> Vec<Effect> {
    match event {
        Event::HoldLapsed { hold } => tell_holder(flight, *hold, None),
        Event::HoldEnded { hold, reason } => tell_holder(flight, *hold, Some(*reason)),
        Event::StatusChanged(changed) if changed.status == Status::Cancelled => cancel_bookings(flight),
        Event::StatusChanged(_)
        | Event::SaleOpened(_)
        | Event::SeatsHeld(_)
        | Event::HoldExtended { .. }
        | Event::HoldReleased { .. }
        | Event::HoldsClaimed { .. }
        | Event::ClaimReturned { .. }
        | Event::ClaimReleased { .. }
        | Event::PayingStarted { .. }
        | Event::PlacesSold { .. }
        | Event::PlacesCancelled { .. }
        | Event::SeatsChanged { .. }
        | Event::SeatsTried { .. }
        | Event::SeatsKept { .. }
        | Event::SeatsUndone { .. }
        | Event::SeatsBlocked { .. }
        | Event::SeatsUnblocked { .. }
        | Event::SeatsSoldElsewhere { .. }
        | Event::SeatsReturnedElsewhere { .. } => Vec::new(),
    }
}

/// The bookings are told once: a later word on a cancelled flight is no news to them.
fn cancel_bookings(flight: &Flight) -> Vec<Effect> {
    let departure = flight.departure().filter(|departure| departure.status != Status::Cancelled);
    departure.map(|departure| Effect::CancelBookings { flight: departure.id }).into_iter().collect()
}

/// A booking is told once, with the last of its holds; they all end in one row.
fn tell_holder(flight: &Flight, hold: HoldNumber, reason: Option<EndReason>) -> Vec<Effect> {
    let Some(departure) = flight.departure() else { return Vec::new() };
    let Some(Stage::Claimed { booking, .. }) = departure.hold(hold).map(|hold| hold.stage) else {
        return Vec::new();
    };
    let last = departure.claim(booking).is_some_and(|claim| claim.holds == [hold]);
    if last { vec![Effect::TellHoldsLost { booking, reason }] } else { Vec::new() }
}
