//! What is told to people who are not asking: the news that an event makes.

use serde::{Deserialize, Serialize};

use crate::booking::{self, Booking, End};
use crate::flight::{self, Flight};
use crate::ids::{FlightId, PrincipalId};

/// What kind of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NewsKind {
    /// A booking holds everything that it was placed for.
    #[serde(rename = "booking:created")]
    BookingCreated,
    /// A booking is bought.
    #[serde(rename = "booking:confirmed")]
    BookingConfirmed,
    /// A booking is cancelled.
    #[serde(rename = "booking:cancelled")]
    BookingCancelled,
    /// Something else of a booking changed: its seats, a part that was cancelled, or that it expired or failed.
    #[serde(rename = "booking:updated")]
    BookingUpdated,
    /// A booking is paid: the money is taken, or somebody whom we believe says that it was paid outside.
    #[serde(rename = "payment:completed")]
    PaymentCompleted,
    /// The status, the times or the gate of a departure changed.
    #[serde(rename = "flight:status-changed")]
    FlightStatusChanged,
}

/// News, and whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// What kind.
    pub kind: NewsKind,
    /// Whose booking it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<PrincipalId>,
    /// Who made the booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<PrincipalId>,
    /// The departures that it is about.
    pub flights: Vec<FlightId>,
}

impl NewsKind {
    /// The name that clients know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BookingCreated => "booking:created",
            Self::BookingConfirmed => "booking:confirmed",
            Self::BookingCancelled => "booking:cancelled",
            Self::BookingUpdated => "booking:updated",
            Self::PaymentCompleted => "payment:completed",
            Self::FlightStatusChanged => "flight:status-changed",
        }
    }
}

/// The news that an event of a booking makes, in order; asked before the event is taken in. A refusal is an answer and no news.
#[must_use]
pub fn of_booking(before: &Booking, event: &booking::Event) -> Vec<News> {
    let Some(placed) = before.placed() else { return Vec::new() };
    let news = |kind: &NewsKind| News {
        kind: *kind,
        customer: Some(placed.customer.clone()),
        made_by: Some(placed.made_by.clone()),
        flights: placed.travel().collect(),
    };
    kinds_of(event).iter().map(news).collect()
}

const fn kinds_of(event: &booking::Event) -> &'static [NewsKind] {
    match event {
        booking::Event::HeldDeclared { .. } => &[NewsKind::BookingCreated],
        booking::Event::Confirmed => &[NewsKind::PaymentCompleted, NewsKind::BookingConfirmed],
        booking::Event::Ended(End::Cancelled(_)) => &[NewsKind::BookingCancelled],
        booking::Event::PartCancelled { .. }
        | booking::Event::SeatChangeDone
        | booking::Event::Ended(End::Expired | End::Failed(_)) => &[NewsKind::BookingUpdated],
        booking::Event::Placed { .. }
        | booking::Event::SegmentHeld(_)
        | booking::Event::SegmentUnclear { .. }
        | booking::Event::SegmentDeclined(_)
        | booking::Event::SegmentTroubled { .. }
        | booking::Event::LettingGoBegan { .. }
        | booking::Event::SegmentReleased { .. }
        | booking::Event::PayingStarted { .. }
        | booking::Event::SegmentFenced { .. }
        | booking::Event::SegmentSecured { .. }
        | booking::Event::PaymentAsked(_)
        | booking::Event::PaymentSeen { .. }
        | booking::Event::PaymentDeclined { .. }
        | booking::Event::PaymentRefused { .. }
        | booking::Event::PaymentKeySpent
        | booking::Event::PaymentHinted
        | booking::Event::ClosingBegan { .. }
        | booking::Event::PayingResumed
        | booking::Event::PaidLate { .. }
        | booking::Event::RefundBegan { .. }
        | booking::Event::RefundSeen { .. }
        | booking::Event::CancellationQuoted(_)
        | booking::Event::PartQuoted { .. }
        | booking::Event::PartCancellationBegan { .. }
        | booking::Event::PartGivenBack { .. }
        | booking::Event::PartStays { .. }
        | booking::Event::CancellationBegan { .. }
        | booking::Event::SegmentCancelled { .. }
        | booking::Event::SegmentFlown { .. }
        | booking::Event::CancellationDeclined(_)
        | booking::Event::SeatChangeBegan { .. }
        | booking::Event::SeatsTried(_)
        | booking::Event::SeatsMoved(_)
        | booking::Event::SeatsKept { .. }
        | booking::Event::SeatsUndone { .. }
        | booking::Event::SeatChangeUndone
        | booking::Event::Ended(End::Refused(_)) => &[],
    }
}

/// The news that an event of a departure makes; asked before the event is taken in.
#[must_use]
pub fn of_flight(before: &Flight, event: &flight::Event) -> Vec<News> {
    let (flight::Event::StatusChanged(_), Some(departure)) = (event, before.departure()) else {
        return Vec::new();
    };
    vec![News {
        kind: NewsKind::FlightStatusChanged,
        customer: None,
        made_by: None,
        flights: vec![departure.id],
    }]
}
