//! What a booking wants of a payment provider.

use super::name::{MethodName, PaymentName, RefundNumber};
use crate::ids::{BookingId, Version};
use crate::money::Money;

/// What a booking wants of a payment provider. Asked again, it is the same order under the same [`key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Open a payment without a means to pay. Its reference at the provider is the booking's id. Answered with
    /// [`super::Said::Payment`].
    Open {
        /// How much is to be paid. More than nothing.
        amount: Money,
    },
    /// Try a means to pay.
    Confirm {
        /// Which payment.
        payment: PaymentName,
        /// With what.
        method: MethodName,
    },
    /// Tell how a payment is. It changes nothing, so it needs no key.
    Look {
        /// Which payment.
        payment: PaymentName,
    },
    /// Take all that was set aside.
    Capture {
        /// Of which payment.
        payment: PaymentName,
    },
    /// Give a payment up: what was set aside is the customer's again. Answered with [`super::Said::Payment`] once it is
    /// cancelled, or refused because of its stage.
    Cancel {
        /// Which payment.
        payment: PaymentName,
    },
    /// Give captured money back. Answered with [`super::Said::Refund`].
    Refund {
        /// Of which payment.
        payment: PaymentName,
        /// Which refund of the booking.
        refund: RefundNumber,
        /// How much. More than nothing.
        amount: Money,
    },
    /// Tell how a refund is. It changes nothing. Answered with [`super::Said::Refund`].
    LookRefund {
        /// Of which payment.
        payment: PaymentName,
        /// Which refund of the booking.
        refund: RefundNumber,
        /// The number of the step that ordered it: the provider keeps its [`key`] with the refund.
        ordered: Version,
    },
}

impl Order {
    /// Whether it only looks, and moves nothing.
    #[must_use]
    pub const fn is_look(&self) -> bool {
        matches!(self, Self::Look { .. } | Self::LookRefund { .. })
    }
}

/// The key under which a provider knows all attempts of one order as one: a function of the booking and of the number of the
/// step. Another step has another key, and only a spent key makes another step of the same order.
#[must_use]
pub fn key(booking: BookingId, step: Version) -> String {
    format!("booking:{booking}:{step}")
}
