//! Why a booking said no. Each refusal has a stable code.

use serde::{Deserialize, Serialize};

use super::state::Status;
use crate::ids::FlightId;
use crate::money::Money;
use crate::payment;
use crate::time::Timestamp;

/// A rule that said no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Rejection {
    /// Nobody placed it.
    #[error("no such booking")]
    NoSuchBooking,
    /// It was placed before, with other particulars.
    #[error("the booking was placed before")]
    AlreadyPlaced,
    /// What is asked for contradicts itself: the member named is wrong.
    #[error("{member} is not acceptable: {why}")]
    Unacceptable {
        /// Which member of the command.
        member: String,
        /// What would be acceptable.
        why: String,
    },
    /// A step is under way. It passes: ask again.
    #[error("the booking is busy")]
    Busy,
    /// Its deadline has come.
    #[error("it was held until {until}")]
    HoldExpired {
        /// Until when it was held.
        until: Timestamp,
    },
    /// That is not done with a booking that stands like this one.
    #[error("the booking is {status:?}")]
    WrongStatus {
        /// How it stands.
        status: Status,
    },
    /// There never was such a quote, or another one took its place.
    #[error("no such quote")]
    NoSuchQuote,
    /// The quote is too old.
    #[error("the quote was good until {expired}")]
    QuoteExpired {
        /// Until when it was good.
        expired: Timestamp,
    },
    /// The booking has no segment on that departure.
    #[error("the booking has no segment on {flight}")]
    NoSuchSegment {
        /// The departure asked for.
        flight: FlightId,
    },
    /// The payment does not wait for a means to pay.
    #[error("the payment does not wait for a means to pay: {stage:?}")]
    WrongPaymentStage {
        /// What it has come to; `None` before it is open.
        stage: Option<payment::Stage>,
    },
    /// No more can be given back than was taken and not given back yet.
    #[error("{left} can be given back")]
    BeyondCaptured {
        /// What can be given back.
        left: Money,
    },
}

impl Rejection {
    /// The stable code that clients program against.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchBooking | Self::NoSuchQuote | Self::NoSuchSegment { .. } => "not-found",
            Self::AlreadyPlaced => "already-placed",
            Self::Unacceptable { .. } => "validation",
            Self::Busy => "busy",
            Self::HoldExpired { .. } => "hold-expired",
            Self::WrongStatus { .. } => "wrong-status",
            Self::WrongPaymentStage { .. } => "wrong-payment-status",
            Self::BeyondCaptured { .. } => "refund-limit",
            Self::QuoteExpired { .. } => "quote-expired",
        }
    }

    pub(super) fn unacceptable(member: &str, why: impl Into<String>) -> Self {
        Self::Unacceptable { member: member.to_owned(), why: why.into() }
    }
}
