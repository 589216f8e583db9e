//! Why a departure said no. Each refusal has a stable code and carries what the client needs to go on.

use serde::{Deserialize, Serialize};

use super::limits;
use super::state::Status;
use crate::ids::{BookingId, HoldNumber};
use crate::party::Breach;
use crate::plan::{CabinClass, SeatNumber};
use crate::time::Timestamp;
use crate::view::SeatState;

/// A seat that could not be had, and what kind of holder it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenSeat {
    /// The seat.
    pub seat: SeatNumber,
    /// Held, sold or blocked: never by whom.
    pub state: SeatState,
    /// When a held seat may open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A rule that said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Rejection {
    /// The departure is not, or not yet, on sale.
    #[error("the departure is not on sale")]
    NotOnSale,
    /// The departure went on sale before, with other particulars.
    #[error("the departure is on sale already")]
    AlreadyOnSale,
    /// What is asked for contradicts itself: the member named is wrong.
    #[error("{member} is not acceptable: {why}")]
    Unacceptable {
        /// Which member of the command.
        member: String,
        /// What would be acceptable.
        why: String,
    },
    /// Sale has closed for this departure.
    #[error("sale closed at {closed}")]
    SaleClosed {
        /// When.
        closed: Timestamp,
    },
    /// The flight is cancelled.
    #[error("the flight is cancelled")]
    FlightCancelled,
    /// The flight has departed.
    #[error("the flight has departed")]
    FlightDeparted,
    /// The status cannot become what was asked for.
    #[error("a flight that is {from:?} cannot become {to:?}")]
    NoSuchTransition {
        /// What it is.
        from: Status,
        /// What was asked for.
        to: Status,
    },
    /// The aircraft has no such cabin.
    #[error("the aircraft has no {class} cabin")]
    NoSuchCabin {
        /// The cabin asked for.
        class: CabinClass,
    },
    /// The cabin has no such seats.
    #[error("no such seats in the cabin")]
    NoSuchSeats {
        /// Those that it does not have.
        seats: Vec<SeatNumber>,
    },
    /// Somebody has the seats, or nobody may.
    #[error("seats are taken")]
    SeatTaken {
        /// Each seat that could not be had.
        seats: Vec<TakenSeat>,
        /// Open seats like them, the nearest first.
        alternatives: Vec<SeatNumber>,
    },
    /// Fewer places are left than asked for.
    #[error("{sellable} places are left in {class}")]
    CabinFull {
        /// The cabin.
        class: CabinClass,
        /// How many places can still be sold in it.
        sellable: u16,
    },
    /// No open seats fit the wish.
    #[error("no open seats fit the wish")]
    NoSuitableSeats {
        /// The cabin.
        class: CabinClass,
    },
    /// The principal has as many holds or places here as they may.
    #[error("at most {holds_max} holds and {places_max} places")]
    HoldLimit {
        /// Live holds allowed.
        holds_max: u16,
        /// Places allowed, over all holds.
        places_max: u16,
    },
    /// These travellers may not sit, or travel, like that.
    #[error("the seating rules forbid it")]
    SeatRules {
        /// Every rule that is broken.
        breaches: Vec<Breach>,
    },
    /// There never was such a hold, or it is somebody else's.
    #[error("no such hold")]
    NoSuchHold {
        /// The hold asked for.
        hold: HoldNumber,
    },
    /// The hold is no longer alive. How it ended stands in the journal.
    #[error("the hold is gone")]
    HoldGone {
        /// The hold asked for.
        hold: HoldNumber,
    },
    /// A booking has the hold.
    #[error("a booking has the hold")]
    HoldBooked {
        /// The hold asked for.
        hold: HoldNumber,
        /// Whose it is now.
        booking: BookingId,
    },
    /// The booking holds nothing here: its holds lapsed, were released, or never were.
    #[error("the booking holds nothing on this departure")]
    ClaimGone {
        /// The booking.
        booking: BookingId,
    },
    /// The booking is confirmed here, so its places can only be cancelled.
    #[error("the booking is confirmed on this departure")]
    AlreadySold {
        /// The booking.
        booking: BookingId,
    },
    /// After paying, nobody moves to a seat that costs more than they paid.
    #[error("the seats cost more than was paid")]
    SeatCostsMore {
        /// Which seats.
        seats: Vec<SeatNumber>,
    },
    /// The booking has no such passengers here.
    #[error("the booking has no such passengers on this departure")]
    NoSuchPassengers {
        /// The booking.
        booking: BookingId,
    },
}

impl Rejection {
    /// The stable code that clients program against.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOnSale => "not-on-sale",
            Self::AlreadyOnSale => "already-on-sale",
            Self::Unacceptable { .. } => "validation",
            Self::SaleClosed { .. } => "sale-closed",
            Self::FlightCancelled => "flight-cancelled",
            Self::FlightDeparted => "flight-departed",
            Self::NoSuchTransition { .. } => "no-such-transition",
            Self::NoSuchCabin { .. } => "no-such-cabin",
            Self::NoSuchSeats { .. } => "no-such-seats",
            Self::SeatTaken { .. } => "seat-taken",
            Self::CabinFull { .. } => "cabin-full",
            Self::NoSuitableSeats { .. } => "no-suitable-seats",
            Self::HoldLimit { .. } => "hold-limit",
            Self::SeatRules { .. } => "seat-rules",
            Self::NoSuchHold { .. } | Self::NoSuchPassengers { .. } => "not-found",
            Self::HoldGone { .. } => "hold-gone",
            Self::HoldBooked { .. } => "hold-booked",
            Self::ClaimGone { .. } => "claim-gone",
            Self::AlreadySold { .. } => "already-sold",
            Self::SeatCostsMore { .. } => "seat-costs-more",
        }
    }

    pub(super) fn unacceptable(member: &str, why: impl Into<String>) -> Self {
        Self::Unacceptable { member: member.to_owned(), why: why.into() }
    }

    pub(super) const fn hold_limit(holds_max: u16, places_max: u16) -> Self {
        Self::HoldLimit { holds_max, places_max }
    }
}

/// How many live holds, and places over all holds, each kind of holder may have on a departure.
pub(super) const fn allowance(kind: super::HolderKind) -> (u16, u16) {
    match kind {
        super::HolderKind::Customer => (limits::CUSTOMER_HOLDS_MAX, limits::CUSTOMER_PLACES_MAX),
        super::HolderKind::Agent => (limits::AGENT_HOLDS_MAX, limits::AGENT_HOLDS_MAX),
    }
}
