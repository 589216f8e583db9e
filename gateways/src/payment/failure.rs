//! Why a payment provider did not do what it was asked.

use super::gateway::Payment;

/// Why an order was not carried out, or not known to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The bank said no. No money is set aside; another means to pay may be tried.
    #[error("declined: {}", .0.reason.as_str())]
    Declined(Box<Decline>),
    /// The order cannot be carried out as it stands. Nothing happened.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// It did not happen. The same order with the same key may be asked for again, later.
    #[error("not carried out: {0}")]
    Unavailable(Outage),
    /// It did not happen, and the key will be answered so for ever: ask again with another key.
    #[error("not carried out, and the key is spent")]
    KeySpent,
    /// It may have happened, or happen yet. Ask again with the same key, or look; never take it for a failure.
    #[error("not known whether it was carried out: {0}")]
    Unknown(Doubt),
}

/// A means to pay that was declined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// Why.
    pub reason: DeclineReason,
    /// The payment, which still waits for a means to pay; nothing when the provider did not tell it.
    pub payment: Option<Payment>,
}

/// Why a means to pay was declined, as far as it helps the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

impl DeclineReason {
    /// The reason as clients read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Generic | Self::Suspicious => "card-declined",
            Self::InsufficientFunds => "insufficient-funds",
            Self::ExpiredCard => "expired-card",
            Self::IncorrectCvc => "incorrect-cvc",
            Self::AuthenticationRequired => "authentication-required",
            Self::TryAgain => "try-again",
        }
    }
}

/// Why an order cannot be carried out as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The provider knows no such thing.
    #[error("there is no such thing")]
    NotFound,
    /// The payment has come to something else: captured, cancelled, not yet authorised.
    #[error("the payment is at another stage")]
    Stage,
    /// Nothing or less, too much, or an amount that the currency does not have.
    #[error("not an amount that can be paid")]
    Amount,
    /// More than was captured and not yet given back.
    #[error("more than can be given back")]
    BeyondCaptured,
    /// The key was used for another order.
    #[error("the key was used for another order")]
    KeyReused,
    /// The provider does not know us by our key. A person must look.
    #[error("our key is not good")]
    Unauthorised,
    /// The provider did not understand the order. A person must look.
    #[error("the order was not understood")]
    Invalid,
}

/// Why nothing happened that may happen later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// The provider could not be reached.
    #[error("the provider cannot be reached")]
    Unreachable,
    /// It says that we ask too often.
    #[error("asked too often")]
    RateLimited,
    /// It was asked to tell something, and did not.
    #[error("the provider does not tell")]
    Silent,
}

/// Why it is not known whether something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No answer in time, or the connection was lost before it came.
    #[error("no answer")]
    NoAnswer,
    /// The provider had a fault of its own.
    #[error("the provider failed")]
    Fault,
    /// The same order is being carried out.
    #[error("it is being carried out")]
    InProgress,
    /// An answer that cannot be understood.
    #[error("an answer that cannot be understood")]
    Garbage,
}
