//! Compares what the payment provider has with what bookings say.
//!
//! Bookings look by themselves, and events hint. This is for what neither saw: a payment that somebody changed at the
//! provider, a refund that failed there, money of a booking that is not ours. A booking that differs is hinted, so what can
//! mend itself does; the report says what differed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cluster::Request;
use domain::booking::{Command, RefundCause};
use domain::ids::BookingId;
use domain::money::Money;
use domain::time::Timestamp;
use domain::view::PaymentView;
use gateways::payment::{Failure, Listing, Payment, RefundStage, Stage};
use persistence::bookings::Balance;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::State;
use crate::payments::Payments;
use crate::problem::Problem;
use crate::state::now;

/// How far back is looked: a fence and its settling many times over, and what happens at night is still seen in the morning.
const BACK: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Payments of one comparison at most; what is older waits until these are no longer the youngest.
const COMPARED_MAX: usize = 2_000;

/// How often it is done unasked.
const EVERY: Duration = Duration::from_secs(300);

/// What was compared, and what differed.
#[derive(Debug, Clone)]
pub struct Report {
    /// When it began.
    pub at: Timestamp,
    /// Payments since then were compared.
    pub since: Timestamp,
    /// How many.
    pub compared: usize,
    /// Whether there were more than one comparison takes.
    pub is_cut: bool,
    /// What differed.
    pub drift: Vec<Drift>,
    /// What each account of the whole ledger has.
    pub balances: Vec<Balance>,
}

/// A payment at the provider that is not what a booking says.
#[derive(Debug, Clone)]
pub struct Drift {
    /// What the provider calls it.
    pub payment: String,
    /// Whose it is, if it is a booking's.
    pub booking: Option<BookingId>,
    /// What differs.
    pub what: Difference,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It has taken money, or set some aside, for no booking of ours.
    NobodysMoney,
    /// Its booking knows another payment.
    AnotherPayment,
    /// The provider has come to something else.
    Stage,
    /// Another sum was given back.
    Refunds {
        /// By the provider's word.
        theirs: Money,
        /// By ours.
        ours: Money,
    },
    /// A refund failed at the provider, both know it, and the customer still has not got the money: somebody must send
    /// it another way.
    RefundFailed {
        /// How much.
        owed: Money,
    },
}

/// The last comparison that was made unasked.
#[derive(Debug, Default)]
pub struct LastReport(Mutex<Option<Arc<Report>>>);

impl LastReport {
    /// It, once there is one.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Report>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, report: Report) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(report));
    }
}

/// Compares now, and hints the bookings that differ.
///
/// # Errors
/// When the provider or the store does not answer.
pub async fn reconcile(state: &State, payments: &Payments) -> Result<Report, Problem> {
    let at = now();
    let since = at.minus(BACK);
    let mut report =
        Report { at, since, compared: 0, is_cut: false, drift: Vec::new(), balances: Vec::new() };
    let mut listing = Listing { since: Some(since), after: None };
    loop {
        let page = payments.gateway.list(&listing).await.map_err(|failure| silent(&failure))?;
        for payment in &page.payments {
            report.compared += 1;
            if let Some((booking, what)) = difference(state, payments, payment).await? {
                report.drift.push(Drift { payment: payment.id.to_string(), booking, what });
            }
        }
        report.is_cut = page.next.is_some() && report.compared >= COMPARED_MAX;
        listing.after = page.next.filter(|_| !report.is_cut);
        if listing.after.is_none() {
            break;
        }
    }
    // Each leaves a row, so what looking has not mended is not hinted again.
    let before = state.reconciled.get();
    let is_known = |drift: &Drift| {
        let same = |old: &Drift| old.payment == drift.payment && old.what == drift.what;
        before.as_ref().is_some_and(|before| before.drift.iter().any(same))
    };
    for booking in report.drift.iter().filter(|drift| !is_known(drift)).filter_map(|drift| drift.booking) {
        hint(state, booking).await;
    }
    report.balances = state.bookings.balances().await?;
    Ok(report)
}

fn silent(failure: &Failure) -> Problem {
    tracing::warn!(error = %failure, "the provider does not list payments");
    Problem::overloaded("the payment provider does not answer")
}

async fn difference(
    state: &State,
    payments: &Payments,
    theirs: &Payment,
) -> Result<Option<(Option<BookingId>, Difference)>, Problem> {
    let booking = theirs.reference.as_ref().and_then(|reference| reference.as_str().parse().ok());
    let view = match booking {
        Some(booking) => state.bookings.booking(booking).await?,
        None => None,
    };
    let has_money = matches!(theirs.stage, Stage::Authorised | Stage::Captured(_));
    let Some((booking, ours)) = view.and_then(|view| Some((view.booking, view.payment?))) else {
        return Ok(has_money.then_some((None, Difference::NobodysMoney)));
    };
    let differs = |what| Ok(Some((Some(booking), what)));
    if ours.name.as_ref().is_none_or(|name| name.as_str() != theirs.id.as_str()) {
        // One that was opened and never paid is of no account: an answer was lost, and it was opened again.
        return if has_money { differs(Difference::AnotherPayment) } else { Ok(None) };
    }
    if !is_same_stage(&ours, theirs) {
        return differs(Difference::Stage);
    }
    let Stage::Captured(taken) = theirs.stage else { return Ok(None) };
    let refunds = payments.gateway.refunds(&theirs.id).await.map_err(|failure| silent(&failure))?;
    let refunds = refunds.iter().filter(|refund| refund.stage != RefundStage::Failed);
    let minor = refunds.map(|refund| refund.amount.minor()).sum();
    let given = Money::from_minor(minor, taken.currency());
    if given != ours.refunded {
        return differs(Difference::Refunds { theirs: given, ours: ours.refunded });
    }
    owed(&ours).map_or(Ok(None), |owed| differs(Difference::RefundFailed { owed }))
}

/// What refunds that failed were to give back and nobody gave since. A refund that somebody granted is nothing owed: it
/// was a kindness; one that was granted afterwards stands for what had failed.
fn owed(payment: &PaymentView) -> Option<Money> {
    let minor = payment.refunds.iter().fold(0, |owed, refund| {
        let is_granted = matches!(refund.cause, RefundCause::Granted { .. });
        match (refund.stage, is_granted) {
            (domain::payment::RefundStage::Failed, false) => owed + refund.amount.minor(),
            (domain::payment::RefundStage::Pending | domain::payment::RefundStage::Succeeded, true) => {
                (owed - refund.amount.minor()).max(0)
            }
            _ => owed,
        }
    });
    (minor > 0).then(|| Money::from_minor(minor, payment.amount.currency()))
}

fn is_same_stage(ours: &PaymentView, theirs: &Payment) -> bool {
    use domain::view::PaymentStatus as Ours;
    match (ours.status, theirs.stage) {
        (Ours::AwaitingMethod, Stage::AwaitsMethod | Stage::AwaitsConfirmation)
        | (Ours::AwaitingCustomer, Stage::AwaitsCustomer)
        | (Ours::Pending, Stage::Pending)
        | (Ours::Authorised, Stage::Authorised)
        | (Ours::Cancelled, Stage::Cancelled) => true,
        (Ours::Captured, Stage::Captured(taken)) => taken == ours.captured,
        _ => false,
    }
}

/// A booking that is on its way looks by itself, so nobody waits for more than its row.
async fn hint(state: &State, booking: BookingId) {
    let command = Command::LookAtPayment;
    let request = Request { key: None, remember_refusal: false, deadline: None, command };
    let asked = timeout(state.options.deadline, state.door.ask_booking(booking, request)).await;
    if !matches!(asked, Ok(Ok(_))) {
        tracing::warn!(booking.id = %booking, "{booking} could not be hinted to look at its payment");
    }
}

/// Compares every few minutes, for as long as the process serves.
pub async fn keep(state: Arc<State>) {
    let mut beat = interval(EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first beat comes at once, and whoever has just started has nothing to compare yet.
    beat.tick().await;
    loop {
        beat.tick().await;
        let Some(payments) = &state.options.payments else { return };
        match reconcile(&state, payments).await {
            Ok(report) => {
                state.metrics.payments_differ.set(i64::try_from(report.drift.len()).unwrap_or(i64::MAX));
                for drift in &report.drift {
                    tracing::warn!(what = ?drift.what, "a payment differs from what its booking says");
                }
                state.reconciled.set(report);
            }
            Err(_) => tracing::warn!("payments could not be compared"),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;
    use domain::payment::{RefundNumber, RefundStage};
    use domain::view::{PaymentStatus, RefundView};

    use super::*;

    fn payment(refunds: &[(i64, bool, RefundStage)]) -> PaymentView {
        let money = |minor| Money::from_minor(minor, Currency::USD);
        let refund = |(at, &(minor, is_granted, stage)): (usize, &(i64, bool, RefundStage))| RefundView {
            refund: RefundNumber::new(u16::try_from(at).expect("few")),
            amount: money(minor),
            cause: if is_granted {
                RefundCause::Granted { by: "boss".parse().expect("a name"), reason: "sorry".to_owned() }
            } else {
                RefundCause::Cancelled
            },
            stage,
        };
        PaymentView {
            provider: "stripe".parse().expect("a name"),
            name: None,
            status: PaymentStatus::Captured,
            amount: money(10_000),
            captured: money(10_000),
            refunded: money(0),
            declined: None,
            fence: None,
            refunds: refunds.iter().enumerate().map(refund).collect(),
        }
    }

    #[test]
    fn what_a_failed_refund_was_to_give_back_is_owed_until_somebody_gives_it() {
        use RefundStage::{Failed, Pending, Succeeded};
        let owed = |refunds: &[_]| owed(&payment(refunds)).map(Money::minor);
        assert_eq!(owed(&[(900, false, Succeeded), (100, false, Pending)]), None);
        assert_eq!(owed(&[(900, false, Failed)]), Some(900));
        assert_eq!(owed(&[(500, true, Succeeded), (900, false, Failed)]), Some(900), "a gift of before");
        assert_eq!(owed(&[(900, false, Failed), (400, true, Pending)]), Some(500));
        assert_eq!(owed(&[(900, false, Failed), (900, true, Failed)]), Some(900), "failed as well");
        assert_eq!(owed(&[(900, false, Failed), (900, true, Succeeded)]), None);
        assert_eq!(owed(&[(900, true, Failed)]), None, "a kindness that failed is none");
    }
}
