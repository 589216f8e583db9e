//! A payment, as whoever pays sees it.

use domain::ids::BookingId;
use domain::payment::{DeclineReason, RefundStage};
use domain::view::{BookingView, PaymentStatus, PaymentView, RefundView};
use gateways::payment::Mode;
use persistence::journal::LedgerRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::money::Money;

/// What tells the id of a payment from that of its booking.
const PREFIX: &str = "pay_";

/// The provider of what costs nothing.
const NOBODY: &str = "none";

/// The id of a booking's payment: it has one.
#[must_use]
pub fn id_of(booking: BookingId) -> String {
    format!("{PREFIX}{booking}")
}

/// The booking of a payment's id.
#[must_use]
pub fn booking_of(id: &str) -> Option<BookingId> {
    id.strip_prefix(PREFIX)?.parse().ok()
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentShown {
    /// Its name.
    #[schema(example = "pay_7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub id: String,
    /// What it pays for.
    #[schema(example = "7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub booking_id: String,
    /// Where that stands.
    #[schema(value_type = String, example = "PAYING")]
    pub booking_status: domain::booking::Status,
    /// `OPENING`, `AWAITING_METHOD`, `AWAITING_CUSTOMER` (they must prove who they are), `PENDING` (the bank thinks), `AUTHORISED`,
    /// `CAPTURED`, `CANCELLED` or `FAILED`.
    #[schema(example = "AWAITING_METHOD")]
    pub status: &'static str,
    /// What is to be paid.
    pub amount: Money,
    /// What was taken, refunds not counted.
    pub captured: Money,
    /// What was given back, or is on its way back.
    pub refunded: Money,
    /// Who moves the money; `simulator` moves none.
    #[schema(example = "simulator")]
    pub provider: String,
    /// `test`, or `live` when real money moves.
    #[schema(example = "test")]
    pub mode: &'static str,
    /// Until when it can be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01T12:29:00.000Z")]
    pub payable_until: Option<String>,
    /// With which a browser pays, in the provider's own form; only while it can be paid, and told to nobody but who pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "pi_3Q9x_secret_k2")]
    pub client_secret: Option<String>,
    /// With which a browser asks for that form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "pk_live_51Q")]
    pub publishable_key: Option<String>,
    /// Why the last means to pay was not taken; another one may be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_decline: Option<Declined>,
    /// What was given back.
    pub refunds: Vec<RefundShown>,
    /// Means to pay that the sandbox takes, each with what it does; missing where real money moves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub test_methods: Vec<TestMethod>,
}

/// Why a means to pay was not taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Declined {
    /// `card-declined`, `insufficient-funds`, `expired-card`, `incorrect-cvc`, `authentication-required`, `try-again` or
    /// `unknown-method`.
    #[schema(example = "insufficient-funds")]
    pub code: &'static str,
    /// The same for people.
    #[schema(example = "there is not enough money on it; try another card")]
    pub detail: &'static str,
}

/// Money that was given back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundShown {
    /// Its name within the payment: 1, 2, 3 …
    #[schema(example = "1")]
    pub id: String,
    /// How much.
    pub amount: Money,
    /// `CANCELLED`, `PART_CANCELLED`, `UNDONE` (the booking was not had after all) or `GRANTED`.
    #[schema(example = "CANCELLED")]
    pub cause: &'static str,
    /// Why, in the words of who granted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "late bags")]
    pub reason: Option<String>,
    /// `PENDING`, `SUCCEEDED` or `FAILED`.
    #[schema(value_type = String, example = "SUCCEEDED")]
    pub status: RefundStage,
}

/// A means to pay of the sandbox.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestMethod {
    /// What to send as `paymentMethod`.
    #[schema(example = "pm_card_visa")]
    pub payment_method: &'static str,
    /// What it does.
    #[schema(example = "pays")]
    pub title: &'static str,
}

/// The cards that a newcomer may try.
const TEST_METHODS: [(&str, &str); 6] = [
    ("pm_card_visa", "pays"),
    ("pm_card_chargeDeclined", "is declined"),
    ("pm_card_chargeDeclinedInsufficientFunds", "has not enough money"),
    ("pm_card_chargeDeclinedExpiredCard", "is out of date"),
    ("pm_card_authenticationRequired", "wants you to prove who you are"),
    ("pm_sim_paysLate", "pays after a while"),
];

/// One line of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerLine {
    /// The row of the booking's history that moved it.
    pub version: u64,
    /// When.
    #[schema(example = "2026-12-01T12:16:02.118Z")]
    pub at: String,
    /// `provider`, `outside`, `customer`, `fares`, `taxes` or `fees`.
    #[schema(example = "provider")]
    pub account: &'static str,
    /// What comes to it; negative for what leaves it.
    pub amount: Money,
}

/// The ledger of one payment. All lines of a row together are nothing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerShown {
    /// The lines, in order.
    pub data: Vec<LedgerLine>,
}

impl PaymentShown {
    /// The payment of a booking; `None` while nobody pays it.
    #[must_use]
    pub fn of(view: &BookingView, mode: Mode) -> Option<Self> {
        let payment = view.payment.as_ref().map(|payment| Self::at_provider(view, payment, mode));
        payment.or_else(|| Self::of_nothing(view))
    }

    fn at_provider(view: &BookingView, payment: &PaymentView, mode: Mode) -> Self {
        Self {
            id: id_of(view.booking),
            booking_id: view.booking.to_string(),
            booking_status: view.status,
            status: word(payment.status),
            amount: payment.amount.into(),
            captured: payment.captured.into(),
            refunded: payment.refunded.into(),
            provider: payment.provider.to_string(),
            mode: mode_word(mode),
            payable_until: payment.fence.map(|fence| fence.to_string()),
            client_secret: None,
            publishable_key: None,
            last_decline: payment.declined.map(Declined::of),
            refunds: payment.refunds.iter().map(RefundShown::of).collect(),
            test_methods: Vec::new(),
        }
    }

    /// What costs nothing is paid by saying so.
    fn of_nothing(view: &BookingView) -> Option<Self> {
        let Some(domain::booking::Settlement::Nothing { .. }) = &view.settlement else { return None };
        let nothing = view.price.as_ref()?.whole.total;
        Some(Self {
            id: id_of(view.booking),
            booking_id: view.booking.to_string(),
            booking_status: view.status,
            status: word(PaymentStatus::Captured),
            amount: nothing.into(),
            captured: nothing.into(),
            refunded: nothing.into(),
            provider: NOBODY.to_owned(),
            mode: mode_word(Mode::Test),
            payable_until: None,
            client_secret: None,
            publishable_key: None,
            last_decline: None,
            refunds: Vec::new(),
            test_methods: Vec::new(),
        })
    }

    /// The same for whoever pays at a provider that moves no money: with the cards that it takes.
    #[must_use]
    pub fn with_test_methods(self) -> Self {
        let method = |(payment_method, title)| TestMethod { payment_method, title };
        Self { test_methods: TEST_METHODS.map(method).into(), ..self }
    }
}

impl Declined {
    fn of(reason: DeclineReason) -> Self {
        Self { code: reason.code(), detail: detail(reason) }
    }
}

/// What to do about a card that was not taken.
#[must_use]
pub const fn detail(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::Generic | DeclineReason::Suspicious => "the card was declined; try another one",
        DeclineReason::InsufficientFunds => "there is not enough money on it; try another card",
        DeclineReason::ExpiredCard => "the card is out of date; try another one",
        DeclineReason::IncorrectCvc => "the security code is wrong; try again",
        DeclineReason::AuthenticationRequired => "the bank wants to know who you are; try again and prove it",
        DeclineReason::TryAgain => "the bank had a fault of its own; try again",
        DeclineReason::UnknownMethod => "the provider knows no such means to pay",
    }
}

impl RefundShown {
    /// The refund.
    #[must_use]
    pub fn of(refund: &RefundView) -> Self {
        use domain::booking::RefundCause::{Cancelled, Granted, PartCancelled, Undone};
        let (cause, reason) = match &refund.cause {
            Cancelled => ("CANCELLED", None),
            PartCancelled => ("PART_CANCELLED", None),
            Undone => ("UNDONE", None),
            Granted { reason, .. } => ("GRANTED", Some(reason.clone())),
        };
        let (id, amount) = (refund.refund.to_string(), refund.amount.into());
        Self { id, amount, cause, reason, status: refund.stage }
    }
}

impl LedgerShown {
    /// These lines.
    #[must_use]
    pub fn of(rows: &[LedgerRow]) -> Self {
        let line = |row: &LedgerRow| LedgerLine {
            version: row.version.number(),
            at: row.at.to_string(),
            account: row.line.account.name(),
            amount: row.line.amount.into(),
        };
        Self { data: rows.iter().map(line).collect() }
    }
}

const fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "test",
        Mode::Live => "live",
    }
}

const fn word(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Opening => "OPENING",
        PaymentStatus::AwaitingMethod => "AWAITING_METHOD",
        PaymentStatus::AwaitingCustomer => "AWAITING_CUSTOMER",
        PaymentStatus::Pending => "PENDING",
        PaymentStatus::Authorised => "AUTHORISED",
        PaymentStatus::Captured => "CAPTURED",
        PaymentStatus::Cancelled => "CANCELLED",
        PaymentStatus::Failed => "FAILED",
    }
}
