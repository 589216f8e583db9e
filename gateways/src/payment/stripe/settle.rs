//! Finds out what became of an order whose answer never came.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;

use super::Stripe;
use super::shape::KEY;
use crate::payment::failure::{Decline, Failure, Refusal};
use crate::payment::gateway::{Authorisation, Key, Payment, PaymentId, Refund, RefundOrder, Stage};

/// How far back an order is looked for. A key is good for a day, and clocks differ a little.
const LOOK_BACK: Duration = Duration::from_secs(25 * 3_600);

/// How a payment that was authorised can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Captured,
    Cancelled,
}

/// Whether looking may tell more than the answer did.
fn is_open(failure: &Failure) -> bool {
    match failure {
        Failure::Unknown(_) | Failure::KeySpent => true,
        Failure::Declined(_) | Failure::Refused(_) | Failure::Unavailable(_) => false,
    }
}

impl Stripe {
    pub(super) async fn settle_authorisation(
        &self,
        order: &Authorisation,
        key: &Key,
        outcome: Result<Payment, Failure>,
    ) -> Result<Payment, Failure> {
        let failure = match outcome {
            Err(failure) if is_open(&failure) => failure,
            definite => return definite,
        };
        let Ok(found) = self.matching(&order.reference, now().minus(LOOK_BACK)).await else {
            return Err(unseen(failure));
        };
        let ours = found.into_iter().find(|(intent, _)| intent.noted(KEY) == Some(key.as_str()));
        let Some((intent, payment)) = ours else { return Err(failure) };
        if payment.amount != order.amount {
            return Err(Failure::Refused(Refusal::KeyReused));
        }
        match (payment.stage, intent.declined()) {
            (Stage::AwaitsMethod, Some(reason)) => {
                Err(Failure::Declined(Box::new(Decline { reason, payment: Some(payment) })))
            }
            // Its confirmation is still under way.
            (Stage::AwaitsMethod | Stage::AwaitsConfirmation, None) if order.method.is_some() => {
                Err(unseen(failure))
            }
            _ => Ok(payment),
        }
    }

    pub(super) async fn settle_confirmation(
        &self,
        payment: &PaymentId,
        outcome: Result<Payment, Failure>,
    ) -> Result<Payment, Failure> {
        let failure = match outcome {
            Err(failure) if is_open(&failure) => failure,
            definite => return definite,
        };
        let Ok((_, read)) = self.intent(payment).await else { return Err(unseen(failure)) };
        match read.stage {
            // An earlier decline looks the same.
            Stage::AwaitsMethod | Stage::AwaitsConfirmation => Err(failure),
            Stage::AwaitsCustomer | Stage::Pending | Stage::Authorised | Stage::Captured(_) => Ok(read),
            Stage::Cancelled => Err(Failure::Refused(Refusal::Stage)),
        }
    }

    /// Also looks when the payment was refused as being at another stage: it may have come there by this very order.
    pub(super) async fn settle_end(
        &self,
        payment: &PaymentId,
        end: End,
        outcome: Result<Payment, Failure>,
    ) -> Result<Payment, Failure> {
        let failure = match outcome {
            Ok(read) => return reached(read, end).unwrap_or(Err(Failure::Unknown(super::Doubt::Garbage))),
            Err(failure) if is_open(&failure) || failure == Failure::Refused(Refusal::Stage) => failure,
            definite => return definite,
        };
        let Ok((_, read)) = self.intent(payment).await else { return Err(unseen(failure)) };
        reached(read, end).unwrap_or(Err(failure))
    }

    pub(super) async fn settle_refund(
        &self,
        order: &RefundOrder,
        key: &Key,
        outcome: Result<Refund, Failure>,
    ) -> Result<Refund, Failure> {
        let failure = match outcome {
            Err(failure) if is_open(&failure) => failure,
            definite => return definite,
        };
        let Ok(refunds) = self.refunds_of(&order.payment).await else { return Err(unseen(failure)) };
        match refunds.into_iter().find(|refund| refund.key.as_ref() == Some(key)) {
            Some(refund) if refund.amount == order.amount => Ok(refund),
            Some(_) => Err(Failure::Refused(Refusal::KeyReused)),
            None => Err(failure),
        }
    }
}

/// Whether a payment has come to an end: to this one, or to the other one for ever.
fn reached(read: Payment, end: End) -> Option<Result<Payment, Failure>> {
    match (read.stage, end) {
        (Stage::Captured(_), End::Captured) | (Stage::Cancelled, End::Cancelled) => Some(Ok(read)),
        (Stage::Captured(_), End::Cancelled) | (Stage::Cancelled, End::Captured) => {
            Some(Err(Failure::Refused(Refusal::Stage)))
        }
        (Stage::AwaitsMethod, _)
        | (Stage::AwaitsConfirmation, _)
        | (Stage::AwaitsCustomer, _)
        | (Stage::Pending, _)
        | (Stage::Authorised, _) => None,
    }
}

/// A spent key is known to have done nothing only when somebody looked.
fn unseen(failure: Failure) -> Failure {
    match failure {
        Failure::KeySpent => Failure::Unknown(super::Doubt::Fault),
        Failure::Declined(_) | Failure::Refused(_) | Failure::Unavailable(_) | Failure::Unknown(_) => failure,
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).ok();
    millis.and_then(|millis| Timestamp::from_millis(millis).ok()).unwrap_or(Timestamp::EPOCH)
}
