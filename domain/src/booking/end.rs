//! How a booking ends, and why.

use serde::{Deserialize, Serialize};

use super::state::{Status, Trouble};
use crate::flight;
use crate::ids::FlightId;
use crate::money::Money;
use crate::payment::Refusal;

/// How a booking ended. An end never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum End {
    /// It never had everything at once.
    Refused(Why),
    /// Its deadline came before it was paid.
    Expired,
    /// Paying did not come to its end.
    Failed(Why),
    /// It was cancelled.
    Cancelled(Cancellation),
}

/// Why a booking was refused, or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// A departure said no.
    Declined(Declined),
    /// A departure was lost on the way.
    Lost {
        /// Where.
        flight: FlightId,
        /// How.
        trouble: Trouble,
    },
    /// A departure did not say how it holds.
    Unclear {
        /// Where.
        flight: FlightId,
    },
    /// Its deadline came before everything was held.
    TooLate,
    /// Its segments are sold in different currencies.
    MixedCurrencies,
    /// The provider did not take it on, or could not take what was set aside.
    Unpayable {
        /// What it said last, if it refused.
        refusal: Option<Refusal>,
    },
    /// It was paid when its places had been let go of, and they could not be had again.
    PaidLate(Box<Why>),
}

/// A departure's no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// Where.
    pub flight: FlightId,
    /// The rule.
    pub rejection: flight::Rejection,
}

/// A finished cancellation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// Who cancelled.
    pub by: CancelledBy,
    /// Why, in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it gives back; `None` when nothing had been priced yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
}

/// Who cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CancelledBy {
    /// Whose booking it is.
    Customer,
    /// Somebody for them.
    Agent,
    /// The airline: a flight does not take place.
    Carrier,
}

/// What a cancellation gives back, and what it keeps. Together they are what was paid and not given back before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What is given back.
    pub refund: Money,
    /// What is kept.
    pub fees: Money,
}

impl End {
    /// The status of a booking that ended so.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Refused(_) => Status::Refused,
            Self::Expired => Status::Expired,
            Self::Failed(_) => Status::Failed,
            Self::Cancelled(_) => Status::Cancelled,
        }
    }
}

impl Why {
    /// The stable code of it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Declined(declined) => declined.rejection.code(),
            Self::Lost { trouble: Trouble::Lapsed, .. } | Self::TooLate => "hold-expired",
            Self::Lost { trouble: Trouble::FlightDeparted, .. } => "flight-departed",
            Self::Lost { trouble: Trouble::FlightCancelled, .. } => "flight-cancelled",
            Self::Unclear { .. } => "hold-unclear",
            Self::MixedCurrencies => "mixed-currencies",
            Self::Unpayable { .. } => "unpayable",
            Self::PaidLate(_) => "paid-late",
        }
    }
}
