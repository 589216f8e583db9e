//! What a booking knows of its payment at a provider.

use serde::{Deserialize, Serialize};

use crate::ids::{PrincipalId, Version};
use crate::money::Money;
use crate::payment::{
    DeclineReason, MethodName, Order, PaymentName, ProviderName, RefundNumber, RefundStage, Refusal,
    Snapshot, Stage,
};
use crate::time::Timestamp;

/// A booking's payment at a provider. A booking has one at most, and no second one is ever opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// At which provider.
    pub provider: ProviderName,
    /// How much is to be paid: what the booking cost when paying began.
    pub amount: Money,
    /// What the provider calls it, once it is open. Its client secret may be out from then on.
    pub name: Option<PaymentName>,
    /// What it has come to, by the provider's last word; `None` before it is open.
    pub stage: Option<Stage>,
    /// When that word came, or else when paying began.
    pub seen: Timestamp,
    /// The last no to a means to pay, until another one is tried.
    pub declined: Option<DeclineReason>,
    /// What is given back, in the order in which it began.
    pub refunds: Vec<Refund>,
    /// What a part that was cancelled gives back, until that begins.
    pub(super) owed: Option<Money>,
    /// Whether it succeeded only after its places were let go of.
    pub late: bool,
    /// The order that is open, under the number of its step.
    pub(super) errand: Option<Errand>,
    /// What the provider refused last, until it is asked for something else or the payment changes.
    pub(super) refused: Option<(Asked, Refusal)>,
    /// Whether somebody hinted that it has changed, or a refusal is to be understood.
    pub(super) look_due: bool,
}

/// A refund of a booking's payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Which one.
    pub number: RefundNumber,
    /// How much.
    pub amount: Money,
    /// Why it is given back.
    pub cause: RefundCause,
    /// What it has come to; `None` until the provider has taken it on.
    pub stage: Option<RefundStage>,
    /// The number of the step that ordered it, once it is ordered.
    pub(super) ordered: Option<Version>,
}

/// Why money is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundCause {
    /// The booking was cancelled, on its terms.
    Cancelled,
    /// A part of the booking was cancelled, on the terms of that.
    PartCancelled,
    /// The booking was not had after all.
    Undone,
    /// Somebody of the house gives it back.
    Granted {
        /// Who.
        by: PrincipalId,
        /// Why, in their own words.
        reason: String,
    },
}

/// An order that has no definite answer yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Errand {
    /// The number of its step, which makes its key.
    pub number: Version,
    /// What is asked.
    pub asked: Asked,
}

/// What a provider is asked for, of the booking's own payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Asked {
    /// To open it.
    Open,
    /// To try a means to pay.
    Confirm(MethodName),
    /// How it is.
    Look,
    /// To take what was set aside.
    Capture,
    /// To give it up.
    Cancel,
    /// To give money back.
    Refund(RefundNumber),
    /// How a refund is.
    LookRefund(RefundNumber),
}

impl Refund {
    pub(super) fn begun(number: RefundNumber, amount: Money, cause: &RefundCause) -> Self {
        Self { number, amount, cause: cause.clone(), stage: None, ordered: None }
    }
}

impl Payment {
    pub(super) const fn begun(provider: ProviderName, amount: Money, at: Timestamp) -> Self {
        Self {
            provider,
            amount,
            name: None,
            stage: None,
            seen: at,
            declined: None,
            refunds: Vec::new(),
            owed: None,
            late: false,
            errand: None,
            refused: None,
            look_due: false,
        }
    }

    /// What was taken, refunds not counted.
    #[must_use]
    pub fn captured(&self) -> Money {
        self.stage.and_then(Stage::captured).unwrap_or(Money::zero(self.amount.currency()))
    }

    /// What is given back, or on its way back; what failed is not counted.
    #[must_use]
    pub fn refunded(&self) -> Money {
        let counted = self.refunds.iter().filter(|refund| refund.stage != Some(RefundStage::Failed));
        let minor = counted.map(|refund| refund.amount.minor()).sum();
        Money::from_minor(minor, self.amount.currency())
    }

    /// What was taken and is neither given back nor on its way back.
    #[must_use]
    pub fn left(&self) -> Money {
        Money::from_minor(self.captured().minor() - self.refunded().minor(), self.amount.currency())
    }

    /// Whether all of the amount is set aside or taken.
    #[must_use]
    pub fn is_secured(&self) -> bool {
        match self.stage {
            Some(Stage::Authorised) => true,
            Some(Stage::Captured(money)) => money == self.amount,
            Some(
                Stage::AwaitsMethod
                | Stage::AwaitsConfirmation
                | Stage::AwaitsCustomer
                | Stage::Pending
                | Stage::Cancelled,
            )
            | None => false,
        }
    }

    /// The refund with this number.
    #[must_use]
    pub fn refund(&self, number: RefundNumber) -> Option<&Refund> {
        self.refunds.iter().find(|refund| refund.number == number)
    }

    /// The first refund that the provider has not said to have come to an end.
    pub(super) fn pending_refund(&self) -> Option<RefundNumber> {
        let pending = |refund: &&Refund| refund.stage == Some(RefundStage::Pending);
        self.refunds.iter().find(pending).map(|refund| refund.number)
    }

    /// What a provider does not do is asked for once, until the payment changes.
    pub(super) fn refuses(&self, asked: &Asked) -> bool {
        self.refused.as_ref().is_some_and(|(refused, _)| refused == asked)
    }

    pub(super) fn ask(&mut self, asked: &Asked, number: Version) {
        match asked {
            Asked::Look | Asked::LookRefund(_) => self.look_due = false,
            Asked::Open | Asked::Capture | Asked::Cancel => self.refused = None,
            Asked::Confirm(_) => (self.refused, self.declined) = (None, None),
            Asked::Refund(_) => {}
        }
        self.errand = Some(Errand { number, asked: asked.clone() });
        self.note_ordered();
    }

    /// Nothing happened: the order that is open goes out again, as another one. Whether a payment is opened at all, and whether
    /// money is taken, is decided anew: a departure may have been lost meanwhile.
    pub(super) fn ask_anew(&mut self, number: Version) {
        self.errand.take_if(|errand| matches!(errand.asked, Asked::Open | Asked::Capture));
        if let Some(errand) = &mut self.errand {
            errand.number = number;
        }
        self.note_ordered();
    }

    /// A refund is found again by the key that it was ordered with.
    fn note_ordered(&mut self) {
        if let Some(Errand { number, asked: Asked::Refund(refund) }) = &self.errand {
            let ordered = self.refunds.iter_mut().find(|known| known.number == *refund);
            ordered.into_iter().for_each(|known| known.ordered = Some(*number));
        }
    }

    pub(super) fn see(&mut self, snapshot: &Snapshot, at: Timestamp) {
        if self.stage != Some(snapshot.stage) {
            self.refused = None;
        }
        // The provider took the means to pay away again: it says so by waiting for another one.
        match (self.stage, snapshot.stage) {
            (Some(Stage::AwaitsCustomer), Stage::AwaitsMethod) => {
                self.declined = Some(DeclineReason::AuthenticationRequired);
            }
            (Some(Stage::Pending), Stage::AwaitsMethod) => self.declined = Some(DeclineReason::Generic),
            _ => {}
        }
        self.name = Some(snapshot.payment.clone());
        self.answered(Some(snapshot.stage), at);
    }

    pub(super) fn decline(&mut self, reason: DeclineReason, at: Timestamp) {
        self.declined = Some(reason);
        self.answered(Some(Stage::AwaitsMethod), at);
    }

    /// What is refused is looked at, to understand why. A payment that the provider does not know will take nothing.
    pub(super) fn refuse(&mut self, why: Refusal, at: Timestamp) {
        let asked = self.errand.take().map(|errand| errand.asked);
        let unknown = why == Refusal::NotFound && self.name.is_some();
        self.look_due = self.name.is_some() && !unknown;
        self.refused = asked.map(|asked| (asked, why));
        self.answered(if unknown { Some(Stage::Cancelled) } else { self.stage }, at);
    }

    pub(super) fn see_refund(&mut self, number: RefundNumber, stage: RefundStage, at: Timestamp) {
        let seen = self.refunds.iter_mut().find(|known| known.number == number);
        seen.into_iter().for_each(|known| known.stage = Some(stage));
        self.answered(self.stage, at);
    }

    fn answered(&mut self, stage: Option<Stage>, at: Timestamp) {
        (self.stage, self.seen, self.errand) = (stage, at, None);
    }

    /// The order that is open, and the number of its step.
    pub(super) fn order(&self) -> Option<(Version, Order)> {
        let Errand { number, asked } = self.errand.as_ref()?;
        let name = || self.name.clone();
        let order = match asked {
            Asked::Open => Order::Open { amount: self.amount },
            Asked::Confirm(method) => Order::Confirm { payment: name()?, method: method.clone() },
            Asked::Look => Order::Look { payment: name()? },
            Asked::Capture => Order::Capture { payment: name()? },
            Asked::Cancel => Order::Cancel { payment: name()? },
            Asked::Refund(refund) => {
                let amount = self.refund(*refund)?.amount;
                Order::Refund { payment: name()?, refund: *refund, amount }
            }
            Asked::LookRefund(refund) => {
                let ordered = self.refund(*refund)?.ordered?;
                Order::LookRefund { payment: name()?, refund: *refund, ordered }
            }
        };
        Some((*number, order))
    }
}
