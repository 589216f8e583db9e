//! A booking's payment as its owner sees it. It says nothing of the means to pay.

use serde::{Deserialize, Serialize};

use crate::booking::{Payment, Placed, RefundCause, Stage};
use crate::money::Money;
use crate::payment::{self, DeclineReason, PaymentName, ProviderName, RefundNumber, RefundStage};
use crate::time::Timestamp;

/// A payment at a provider, after one of its booking's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    /// At which provider.
    pub provider: ProviderName,
    /// What the provider calls it, once it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PaymentName>,
    /// Where it stands.
    pub status: PaymentStatus,
    /// How much is to be paid.
    pub amount: Money,
    /// What was taken, refunds not counted.
    pub captured: Money,
    /// What is given back, or on its way back.
    pub refunded: Money,
    /// The last no to a means to pay, until another one is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<DeclineReason>,
    /// Until when it can be paid; missing once it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fence: Option<Timestamp>,
    /// What is given back, in the order in which it began.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundView>,
}

/// A refund of a [`PaymentView`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundView {
    /// Which one of the booking.
    pub refund: RefundNumber,
    /// How much.
    pub amount: Money,
    /// Why.
    pub cause: RefundCause,
    /// What it has come to: pending until the provider says otherwise.
    pub stage: RefundStage,
}

/// Where a payment stands, as clients see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentStatus {
    /// The provider has not opened it yet.
    Opening,
    /// It waits for a means to pay.
    AwaitingMethod,
    /// The customer must prove who they are.
    AwaitingCustomer,
    /// The provider does not know yet.
    Pending,
    /// The money is set aside.
    Authorised,
    /// The money is taken; refunds are told beside it.
    Captured,
    /// Nothing was taken, and nothing can be.
    Cancelled,
    /// The provider did not take it on.
    Failed,
}

/// The payment of a booking, once paying at a provider began.
#[must_use]
pub fn payment_view(placed: &Placed) -> Option<PaymentView> {
    let payment = placed.payment.as_ref()?;
    let fence = match &placed.stage {
        Stage::Paying { fence } if !payment.is_secured() => Some(*fence),
        Stage::Paying { .. }
        | Stage::Holding
        | Stage::Held
        | Stage::Closing { .. }
        | Stage::Confirmed
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
        | Stage::Ended(_) => None,
    };
    let refund = |refund: &crate::booking::Refund| RefundView {
        refund: refund.number,
        amount: refund.amount,
        cause: refund.cause.clone(),
        stage: refund.stage.unwrap_or(RefundStage::Pending),
    };
    Some(PaymentView {
        provider: payment.provider.clone(),
        name: payment.name.clone(),
        status: status(placed, payment),
        amount: payment.amount,
        captured: payment.captured(),
        refunded: payment.refunded(),
        declined: payment.declined,
        fence,
        refunds: payment.refunds.iter().map(refund).collect(),
    })
}

fn status(placed: &Placed, payment: &Payment) -> PaymentStatus {
    match payment.stage {
        None if placed.end().is_some() => PaymentStatus::Failed,
        None => PaymentStatus::Opening,
        Some(payment::Stage::AwaitsMethod | payment::Stage::AwaitsConfirmation) => {
            PaymentStatus::AwaitingMethod
        }
        Some(payment::Stage::AwaitsCustomer) => PaymentStatus::AwaitingCustomer,
        Some(payment::Stage::Pending) => PaymentStatus::Pending,
        Some(payment::Stage::Authorised) => PaymentStatus::Authorised,
        Some(payment::Stage::Captured(_)) => PaymentStatus::Captured,
        Some(payment::Stage::Cancelled) => PaymentStatus::Cancelled,
    }
}
