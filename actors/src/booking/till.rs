//! Asks a payment provider what bookings want of it, and says what is definite of the answer.
//!
//! ```text
//! Order ─▶ PaymentGateway ─▶ Ok, Declined, Refused, KeySpent ─▶ Said
//!                          └▶ Unknown, Unavailable ─▶ no answer: the same order again, under the same key
//! ```
//!
//! A provider forgets keys after a day. Only two orders make something new there: a refund is looked for before it is
//! ordered, however late that is; and a payment that was opened twice can be paid once at most, because the secret of
//! the first never left the house.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use domain::ids::{BookingId, Version};
use domain::payment::{
    self, DeclineReason, Order, PaymentName, ProviderName, RefundNumber, RefundStage, Refusal, Said,
    Snapshot, Stage,
};
use gateways::payment as gateway;
use gateways::payment::{Authorisation, Failure, PaymentGateway, PaymentId, RefundOrder};

/// Where the bookings of this node are paid; nowhere by default. Copies are the same till.
#[derive(Clone, Default)]
pub struct Till(Option<Arc<dyn PaymentGateway>>);

impl Till {
    /// One that asks this provider.
    #[must_use]
    pub const fn at(provider: Arc<dyn PaymentGateway>) -> Self {
        Self(Some(provider))
    }

    /// What a provider says to an order of a booking; `None` when nobody knows, or when it is not our provider.
    pub(super) async fn ask(
        &self,
        booking: BookingId,
        (at, step): (&ProviderName, Version),
        order: &Order,
    ) -> Option<Said> {
        let provider = self.0.as_ref().filter(|provider| provider.provider() == at.as_str());
        let Some(provider) = provider else {
            tracing::error!(booking.id = %booking, "a booking is paid at {at}, which this node does not know");
            return None;
        };
        let asked = Asked { provider: &**provider, booking, key: key(booking, step) };
        let said = asked.carry_out(order).await;
        match said {
            Ok(said) => Some(said),
            Err(failure) => said_of(order, &failure).or_else(|| {
                note(booking, &failure);
                None
            }),
        }
    }
}

impl fmt::Debug for Till {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Till").field(&self.0.as_ref().map(|provider| provider.provider())).finish()
    }
}

/// One order on its way.
struct Asked<'a> {
    provider: &'a dyn PaymentGateway,
    booking: BookingId,
    key: gateway::Key,
}

impl Asked<'_> {
    async fn carry_out(&self, order: &Order) -> Result<Said, Failure> {
        let (provider, key) = (self.provider, &self.key);
        let payment = match order {
            Order::Open { amount } => {
                let reference = self.booking.to_string();
                let reference = reference.parse().expect("a booking's id is 32 digits");
                let order = Authorisation { reference, amount: *amount, method: None };
                provider.authorise(&order, key).await?
            }
            Order::Confirm { payment, method } => {
                provider.confirm(&named(payment.as_str()), &named(method.as_str()), key).await?
            }
            Order::Look { payment } => provider.retrieve(&named(payment.as_str())).await?,
            Order::Capture { payment } => provider.capture(&named(payment.as_str()), key).await?,
            Order::Cancel { payment } => provider.cancel(&named(payment.as_str()), key).await?,
            Order::Refund { payment, refund, amount } => {
                let payment: PaymentId = named(payment.as_str());
                if let Some(done) = self.refund_under(&payment, key).await? {
                    return Ok(refund_said(*refund, done));
                }
                let order = RefundOrder { payment, amount: *amount };
                let done = provider.refund(&order, key).await?;
                return Ok(refund_said(*refund, done.stage));
            }
            Order::LookRefund { payment, refund, ordered } => {
                let ordered = self::key(self.booking, *ordered);
                let found = self.refund_under(&named(payment.as_str()), &ordered).await?;
                return found
                    .map(|stage| refund_said(*refund, stage))
                    .ok_or(Failure::Refused(gateway::Refusal::NotFound));
            }
        };
        snapshot(&payment).map(Said::Payment).ok_or(Failure::Unknown(gateway::Doubt::Garbage))
    }

    /// What became of the refund that was ordered under a key, if it was.
    async fn refund_under(
        &self,
        payment: &PaymentId,
        key: &gateway::Key,
    ) -> Result<Option<gateway::RefundStage>, Failure> {
        let refunds = self.provider.refunds(payment).await?;
        Ok(refunds.into_iter().find(|refund| refund.key.as_ref() == Some(key)).map(|refund| refund.stage))
    }
}

fn key(booking: BookingId, step: Version) -> gateway::Key {
    payment::key(booking, step).parse().expect("an id and a number make a key")
}

/// Names of the rules are names of the gateway: those have a letter more to show.
fn named<T: FromStr<Err = gateway::InvalidName>>(name: &str) -> T {
    name.parse().expect("the gateway takes every name that the rules take")
}

/// A payment as the rules know it; `None` when its name is none that they take.
#[must_use]
pub fn snapshot(payment: &gateway::Payment) -> Option<Snapshot> {
    let name: PaymentName = payment.id.as_str().parse().ok()?;
    let stage = match payment.stage {
        gateway::Stage::AwaitsMethod => Stage::AwaitsMethod,
        gateway::Stage::AwaitsConfirmation => Stage::AwaitsConfirmation,
        gateway::Stage::AwaitsCustomer => Stage::AwaitsCustomer,
        gateway::Stage::Pending => Stage::Pending,
        gateway::Stage::Authorised => Stage::Authorised,
        gateway::Stage::Captured(money) => Stage::Captured(money),
        gateway::Stage::Cancelled => Stage::Cancelled,
    };
    Some(Snapshot { payment: name, amount: payment.amount, stage })
}

const fn refund_said(refund: RefundNumber, stage: gateway::RefundStage) -> Said {
    let stage = match stage {
        gateway::RefundStage::Pending => RefundStage::Pending,
        gateway::RefundStage::Succeeded => RefundStage::Succeeded,
        gateway::RefundStage::Failed => RefundStage::Failed,
    };
    Said::Refund { refund, stage }
}

/// What a failure says for certain. What the provider did not understand is a fault of ours: a payment that it does not
/// open is given up, while an order on one that is open waits until a person has looked.
fn said_of(order: &Order, failure: &Failure) -> Option<Said> {
    let refused = match failure {
        Failure::Declined(decline) => return Some(Said::Declined(reason(decline.reason))),
        Failure::KeySpent => return Some(Said::KeySpent),
        Failure::Unavailable(_) | Failure::Unknown(_) => return None,
        Failure::Refused(refused) => *refused,
    };
    Some(match (refused, order) {
        (gateway::Refusal::NotFound | gateway::Refusal::Invalid, Order::Confirm { .. }) => {
            Said::Declined(DeclineReason::UnknownMethod)
        }
        (gateway::Refusal::NotFound, _) => Said::Refused(Refusal::NotFound),
        (gateway::Refusal::Stage, _) => Said::Refused(Refusal::Stage),
        (gateway::Refusal::Amount, _) => Said::Refused(Refusal::Amount),
        (gateway::Refusal::BeyondCaptured, _) => Said::Refused(Refusal::BeyondCaptured),
        (
            gateway::Refusal::Invalid | gateway::Refusal::Unauthorised | gateway::Refusal::KeyReused,
            Order::Open { .. },
        ) => Said::Refused(Refusal::Unacceptable),
        (gateway::Refusal::Invalid | gateway::Refusal::Unauthorised | gateway::Refusal::KeyReused, _) => {
            return None;
        }
    })
}

const fn reason(reason: gateway::DeclineReason) -> DeclineReason {
    match reason {
        gateway::DeclineReason::Generic => DeclineReason::Generic,
        gateway::DeclineReason::InsufficientFunds => DeclineReason::InsufficientFunds,
        gateway::DeclineReason::ExpiredCard => DeclineReason::ExpiredCard,
        gateway::DeclineReason::IncorrectCvc => DeclineReason::IncorrectCvc,
        gateway::DeclineReason::Suspicious => DeclineReason::Suspicious,
        gateway::DeclineReason::AuthenticationRequired => DeclineReason::AuthenticationRequired,
        gateway::DeclineReason::TryAgain => DeclineReason::TryAgain,
    }
}

fn note(booking: BookingId, failure: &Failure) {
    match failure {
        Failure::Refused(_) => {
            tracing::error!(booking.id = %booking, error = %failure, "a payment's order waits for a person to look");
        }
        Failure::Unavailable(_) | Failure::Unknown(_) | Failure::Declined(_) | Failure::KeySpent => {
            tracing::warn!(booking.id = %booking, error = %failure, "a payment's order is asked again");
        }
    }
}
