//! What happened to a booking. Stored for ever: a change of shape needs a new schema and an upcaster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::Place;
use super::end::{CancelledBy, Declined, End, Terms};
use super::part::Part;
use super::payment::{Asked, RefundCause};
use super::state::{Quote, Settlement, Trouble};
use crate::fare::{PassengerPrice, Price};
use crate::flight::{self, Passage};
use crate::ids::{FlightId, HoldNumber, PassengerId};
use crate::money::Money;
use crate::party::Passenger;
use crate::payment::{DeclineReason, RefundNumber, RefundStage, Refusal, Snapshot};
use crate::plan::SeatNumber;
use crate::time::Timestamp;

/// A fact of one booking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// It was placed, and sets out to hold its segments.
    Placed {
        /// What was asked for.
        place: Place,
        /// When.
        at: Timestamp,
    },
    /// A segment is held.
    SegmentHeld(SegmentHeld),
    /// A segment is held, but the departure did not say how: it is given back.
    SegmentUnclear {
        /// Where.
        flight: FlightId,
    },
    /// A departure said no, and the course changes.
    SegmentDeclined(Declined),
    /// Word came from a departure while it was not asked.
    SegmentTroubled {
        /// Where.
        flight: FlightId,
        /// What is wrong there.
        trouble: Trouble,
    },
    /// Everything is held.
    HeldDeclared {
        /// What it costs.
        price: Price,
    },
    /// It lets go of what it has, the last segment first.
    LettingGoBegan {
        /// How it will end.
        towards: End,
    },
    /// A segment was let go of.
    SegmentReleased {
        /// Where.
        flight: FlightId,
    },
    /// Paying began: the fence takes the place of the deadline.
    PayingStarted {
        /// Until when it should be over.
        fence: Timestamp,
        /// How it is paid.
        settlement: Settlement,
        /// How much is to be paid at a provider; missing when none is asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// When, if a provider is asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// A departure put the fence up.
    SegmentFenced {
        /// Where.
        flight: FlightId,
    },
    /// A segment is sold to the booking.
    SegmentSecured {
        /// Where.
        flight: FlightId,
    },
    /// Everything is sold to the booking.
    Confirmed,
    /// The provider is to be asked.
    PaymentAsked(Asked),
    /// The provider said how the payment is.
    PaymentSeen {
        /// So.
        payment: Snapshot,
        /// When that was taken in.
        at: Timestamp,
    },
    /// A means to pay was declined. The payment is open.
    PaymentDeclined {
        /// Why.
        reason: DeclineReason,
        /// When that was taken in.
        at: Timestamp,
    },
    /// The provider does not do what it was asked. Nothing happened.
    PaymentRefused {
        /// Why.
        why: Refusal,
        /// When that was taken in.
        at: Timestamp,
    },
    /// The key of the open order is spent: it is asked once more, under a new one.
    PaymentKeySpent,
    /// Somebody hinted that the payment has changed.
    PaymentHinted,
    /// The payment is to be given up before the places are let go of.
    ClosingBegan {
        /// How it will end.
        towards: End,
        /// Until when the provider's word is waited for.
        until: Timestamp,
    },
    /// The payment that was to be given up has succeeded in time: paying goes on.
    PayingResumed,
    /// The payment has succeeded after the places were let go of: the same ones are wanted again.
    PaidLate {
        /// Until when that should be over.
        fence: Timestamp,
    },
    /// Money is to be given back.
    RefundBegan {
        /// Which refund.
        refund: RefundNumber,
        /// How much.
        amount: Money,
        /// Why.
        cause: RefundCause,
    },
    /// The provider said how a refund is.
    RefundSeen {
        /// Which refund.
        refund: RefundNumber,
        /// What it has come to.
        stage: RefundStage,
        /// When that was taken in.
        at: Timestamp,
    },
    /// Somebody asked what a cancellation gives back.
    CancellationQuoted(Quote),
    /// Somebody asked what the cancellation of a part gives back.
    PartQuoted {
        /// The quote.
        quote: Quote,
        /// Of what.
        part: Part,
    },
    /// The cancellation of a part began.
    PartCancellationBegan {
        /// Who cancels.
        by: CancelledBy,
        /// Why, in their own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What.
        part: Part,
        /// What that costs.
        price: Price,
        /// What it gives back.
        terms: Terms,
    },
    /// The places of those who leave are open again.
    PartGivenBack {
        /// Where.
        flight: FlightId,
    },
    /// Those who were to leave stay: the departure had left, or does not let the others travel alone.
    PartStays {
        /// Where.
        flight: FlightId,
    },
    /// The part is cancelled, and the rest stays.
    PartCancelled {
        /// What that gives back, what stays not counted.
        terms: Terms,
    },
    /// A cancellation began.
    CancellationBegan {
        /// Who cancels.
        by: CancelledBy,
        /// Why, in their own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What it gives back.
        terms: Terms,
    },
    /// A segment's places are open again.
    SegmentCancelled {
        /// Where.
        flight: FlightId,
    },
    /// A segment had departed, so it stays.
    SegmentFlown {
        /// Where.
        flight: FlightId,
    },
    /// Nothing is cancelled: the first departure had left.
    CancellationDeclined(Declined),
    /// A change of seats began.
    SeatChangeBegan {
        /// Who moves where.
        moves: BTreeMap<FlightId, Vec<(PassengerId, SeatNumber)>>,
    },
    /// Passengers sit on their new seats, and the old ones are kept for them.
    SeatsTried(Reseated),
    /// Passengers sit on their new seats, and the old ones are open.
    SeatsMoved(Reseated),
    /// The seats that were kept are open: the change holds here.
    SeatsKept {
        /// Where.
        flight: FlightId,
    },
    /// They sit where they sat before.
    SeatsUndone {
        /// Where.
        flight: FlightId,
    },
    /// The change is through on every departure.
    SeatChangeDone,
    /// The change is undone on every departure.
    SeatChangeUndone,
    /// It came to an end.
    Ended(End),
}

/// See [`Event::SegmentHeld`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentHeld {
    /// Where.
    pub flight: FlightId,
    /// The holds that are the booking's now.
    pub holds: Vec<HoldNumber>,
    /// Who travels; everybody's pinned seat is named.
    pub passengers: Vec<Passenger>,
    /// What each of them pays.
    pub prices: Vec<PassengerPrice>,
    /// When the departure is, and where it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<Passage>,
}

/// Passengers of one segment who moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reseated {
    /// Where.
    pub flight: FlightId,
    /// Who moved, from where and to where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<flight::SeatMove>,
    /// What those pay now whose price changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<PassengerPrice>,
}
