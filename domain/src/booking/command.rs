//! What may be asked of a booking, and what it hears from departures.

use serde::{Deserialize, Serialize};

use super::part::Part;
use crate::fare::Fare;
use crate::flight::{self, EndReason, HolderKind};
use crate::ids::{
    BookingId, FlightId, HoldNumber, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version,
};
use crate::money::Money;
use crate::party::Passenger;
use crate::payment::{MethodName, ProviderName, Said};
use crate::pick::Preferences;
use crate::plan::{CabinClass, SeatNumber};
use crate::time::Timestamp;

/// A command to one booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Begins the booking: it sets out to hold everything that it names.
    Place(Place),
    /// A departure, or the payment provider, answered a step.
    Told {
        /// Which step. The answer to one that is no longer open changes nothing.
        step: Version,
        /// What it said.
        answer: Heard,
    },
    /// A departure says that the booking lost its holds there, without having asked for it.
    HoldsLost {
        /// The departure.
        flight: FlightId,
        /// Why; `None` when their deadline came.
        reason: Option<EndReason>,
    },
    /// A departure says that it does not take place.
    FlightCancelled {
        /// The departure.
        flight: FlightId,
    },
    /// Somebody whom we believe says that it was paid outside.
    Confirm {
        /// Who says so.
        by: PrincipalId,
        /// What they call the payment: 1–40 printable characters, nothing personal.
        reference: String,
    },
    /// Begins paying at a provider, while the booking is held. Already so once that has begun. What costs nothing is confirmed
    /// without asking a provider.
    Pay {
        /// Who pays, or lets pay.
        by: PrincipalId,
        /// At which provider.
        provider: ProviderName,
    },
    /// Tries a means to pay, while the payment waits for one and the fence has not come.
    PayWith {
        /// What the provider calls it.
        method: MethodName,
        /// Who says so.
        by: PrincipalId,
    },
    /// A hint that the payment has changed: the provider is asked. It always leaves a row for a payment that was begun, and so
    /// is remembered for ever under its request.
    LookAtPayment,
    /// Gives captured money back, without a change of what is booked.
    Refund {
        /// How much; `None` for all that is left.
        amount: Option<Money>,
        /// Why: 1–200 printable characters, nothing personal.
        reason: String,
        /// Who gives it.
        by: PrincipalId,
    },
    /// Asks what a cancellation gives back.
    QuoteCancellation,
    /// Asks what the cancellation of a part gives back. To cancel by that quote cancels the part.
    QuotePart(Part),
    /// Cancels it: all of it, or the part that the quote is about. While it is being paid the payment is given up first.
    Cancel(Cancel),
    /// Gives passengers other seats, on one departure or several; all of them or none.
    ChangeSeats {
        /// Who moves where.
        moves: Vec<SeatWish>,
    },
    /// Does what has fallen due: ends it, gives its payment up, or asks how that is.
    LapseDue,
}

/// See [`Command::Place`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The booking.
    pub booking: BookingId,
    /// What people call it; reserved before.
    pub locator: RecordLocator,
    /// Whose it is.
    pub customer: PrincipalId,
    /// Who asks: the holder of its holds.
    pub made_by: PrincipalId,
    /// Which limits apply to them on a departure.
    pub kind: HolderKind,
    /// In which cabin they travel.
    pub class: CabinClass,
    /// The segments of each direction, in the order of travel. A departure stands in it once.
    pub slices: Vec<Vec<PlannedSegment>>,
    /// Where the sealed records of who travels are. Nothing personal stands here.
    pub people: PeopleRef,
    /// Until when it is to be held: one instant for all its segments.
    pub until: Timestamp,
}

/// One departure of a booking, and how its passengers travel there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedSegment {
    /// The departure.
    pub flight: FlightId,
    /// Everybody who travels, by their kind on the day of this departure, each with the exact seat that they wish, if any.
    pub passengers: Vec<Passenger>,
    /// The principal's holds to take over; none to acquire one of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldNumber>,
    /// How to seat those who wish no exact seat; `None` leaves them without a seat for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Preferences>,
    /// The adult fare that an offer promised. Taken-over holds have their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Fare>,
}

/// What a departure or the provider said to a step. That it could not be reached is no answer: it is asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Heard {
    /// It was done, and this happened.
    Accepted(Vec<flight::Event>),
    /// It was so before.
    AlreadySo,
    /// A rule said no.
    Refused(flight::Rejection),
    /// The payment provider said so.
    Provider(Said),
}

/// See [`Command::Cancel`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    /// The quote whose terms it takes; without one, the terms of now.
    pub quote: Option<Version>,
    /// Why, in their own words: at most 200 printable characters.
    pub reason: Option<String>,
    /// Who cancels.
    pub by: PrincipalId,
}

/// One passenger's new seat on one departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatWish {
    /// Who.
    pub passenger: PassengerId,
    /// On which departure.
    pub flight: FlightId,
    /// Where.
    pub seat: SeatNumber,
}
