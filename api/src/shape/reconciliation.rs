//! How a comparison with the payment provider looks to those who run the house.

use serde::Serialize;
use utoipa::ToSchema;

use super::money::Money;
use super::payment;
use crate::reconcile::{Difference, Drift, Report};

/// What was compared, and what differed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// When; RFC 3339.
    #[schema(example = "2026-12-01T12:30:00.000Z")]
    pub at: String,
    /// Payments that were begun since then were compared.
    #[schema(example = "2026-11-29T12:30:00.000Z")]
    pub since: String,
    /// How many.
    pub compared: usize,
    /// Whether there were more than one comparison takes.
    pub truncated: bool,
    /// What differed.
    pub drift: Vec<DriftShown>,
    /// What each account of the whole ledger has; those of a currency sum to nothing.
    pub accounts: Vec<AccountShown>,
}

/// A payment at the provider that is not what a booking says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftShown {
    /// What the provider calls it.
    #[schema(example = "pi_3Q9x")]
    pub provider_payment: String,
    /// The payment, if it is one of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "pay_7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub payment_id: Option<String>,
    /// `NOBODYS_MONEY`, `ANOTHER_PAYMENT`, `STAGE`, `REFUNDS`, or `REFUND_FAILED`: a refund that failed at the provider
    /// and is still owed.
    #[schema(example = "STAGE")]
    pub difference: &'static str,
    /// What was given back by the provider's word, with `REFUNDS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Money>,
    /// And by ours; with `REFUND_FAILED`, what is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<Money>,
}

/// What an account has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountShown {
    /// `provider`, `outside`, `customer`, `fares`, `taxes` or `fees`.
    #[schema(example = "provider")]
    pub account: &'static str,
    /// How much.
    pub balance: Money,
}

impl Reconciliation {
    /// This report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let account = |balance: &persistence::bookings::Balance| AccountShown {
            account: balance.account.name(),
            balance: balance.amount.into(),
        };
        Self {
            at: report.at.to_string(),
            since: report.since.to_string(),
            compared: report.compared,
            truncated: report.is_cut,
            drift: report.drift.iter().map(DriftShown::of).collect(),
            accounts: report.balances.iter().map(account).collect(),
        }
    }
}

impl DriftShown {
    fn of(drift: &Drift) -> Self {
        let (difference, theirs, ours) = match drift.what {
            Difference::NobodysMoney => ("NOBODYS_MONEY", None, None),
            Difference::AnotherPayment => ("ANOTHER_PAYMENT", None, None),
            Difference::Stage => ("STAGE", None, None),
            Difference::Refunds { theirs, ours } => ("REFUNDS", Some(theirs.into()), Some(ours.into())),
            Difference::RefundFailed { owed } => ("REFUND_FAILED", None, Some(owed.into())),
        };
        let (provider_payment, payment_id) = (drift.payment.clone(), drift.booking.map(payment::id_of));
        Self { provider_payment, payment_id, difference, theirs, ours }
    }
}
