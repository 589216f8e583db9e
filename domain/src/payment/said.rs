//! What a payment provider said, as far as it is definite.

use serde::{Deserialize, Serialize};

use super::name::{PaymentName, RefundNumber};
use crate::money::Money;

/// What a provider said to an order. That it could not be reached, or that nobody knows what became of the order, is no
/// answer: it is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// The payment is so now: the order was carried out, or the look told.
    Payment(Snapshot),
    /// The bank said no to the means to pay. The payment is open, and another one may be tried.
    Declined(DeclineReason),
    /// The order cannot be carried out as it stands. Nothing happened.
    Refused(Refusal),
    /// Nothing happened, and the key will be answered so for ever.
    KeySpent,
    /// The refund is so now.
    Refund {
        /// Which one.
        refund: RefundNumber,
        /// What it has come to.
        stage: RefundStage,
    },
}

/// A payment as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What the provider calls it.
    pub payment: PaymentName,
    /// How much was asked for.
    pub amount: Money,
    /// What it has come to.
    pub stage: Stage,
}

/// What a payment has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// No means to pay yet, or the last one was declined.
    AwaitsMethod,
    /// It has a means to pay and waits for the word to use it.
    AwaitsConfirmation,
    /// The customer must prove who they are (3-D Secure).
    AwaitsCustomer,
    /// The provider does not know yet. A success may come late.
    Pending,
    /// The money is set aside until it is captured or the payment is cancelled.
    Authorised,
    /// The money is ours, less refunds.
    Captured(Money),
    /// Cancelled: nothing was taken, and nothing can be.
    Cancelled,
}

/// What a refund has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundStage {
    /// On its way.
    Pending,
    /// Done.
    Succeeded,
    /// It could not be carried out: the money is still ours.
    Failed,
}

/// Why a means to pay was not taken, as far as it helps the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeclineReason {
    /// No reason was given.
    Generic,
    /// There is not enough money.
    InsufficientFunds,
    /// The card is out of date.
    ExpiredCard,
    /// The security code is wrong.
    IncorrectCvc,
    /// The bank suspects fraud, or the card was lost or stolen. The customer is told no more than `Generic`.
    Suspicious,
    /// The customer must prove who they are and did not, or failed.
    AuthenticationRequired,
    /// The bank had a fault of its own; the same card may do later.
    TryAgain,
    /// The provider knows no such means to pay, or cannot use it here.
    UnknownMethod,
}

impl DeclineReason {
    /// The reason as clients read it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Generic | Self::Suspicious => "card-declined",
            Self::InsufficientFunds => "insufficient-funds",
            Self::ExpiredCard => "expired-card",
            Self::IncorrectCvc => "incorrect-cvc",
            Self::AuthenticationRequired => "authentication-required",
            Self::TryAgain => "try-again",
            Self::UnknownMethod => "unknown-method",
        }
    }
}

/// Why an order cannot be carried out as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// The provider knows no such thing.
    NotFound,
    /// The payment has come to something else: captured, cancelled, not yet authorised.
    Stage,
    /// Nothing or less, too much, or an amount that the currency does not have.
    Amount,
    /// More than was captured and not yet given back.
    BeyondCaptured,
    /// The provider did not understand the order, or does not let us give it.
    Unacceptable,
}

impl Stage {
    /// Whether the money is set aside or taken.
    #[must_use]
    pub const fn is_secured(self) -> bool {
        matches!(self, Self::Authorised | Self::Captured(_))
    }

    /// Whether somebody may still pay.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::AwaitsMethod | Self::AwaitsConfirmation | Self::AwaitsCustomer | Self::Pending)
    }

    /// What was taken, refunds not counted.
    #[must_use]
    pub const fn captured(self) -> Option<Money> {
        match self {
            Self::Captured(money) => Some(money),
            Self::AwaitsMethod
            | Self::AwaitsConfirmation
            | Self::AwaitsCustomer
            | Self::Pending
            | Self::Authorised
            | Self::Cancelled => None,
        }
    }
}
