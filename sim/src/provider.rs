//! A payment provider as a pure model: what it was asked changes it once, whoever asks and however often.
//!
//! It keeps the first answer to every key, as providers do; it never gives back more than it took, and nothing that was cancelled
//! can be paid. What customers and banks do happens here too, without any key.

use std::collections::BTreeMap;

use domain::money::Money;
use domain::payment::{
    DeclineReason, Order, PaymentName, RefundNumber, RefundStage, Refusal, Said, Snapshot, Stage,
};

/// Marks all attempts of one order as one: the trip, the number of the step, and nothing else unless a bug is planted.
pub type Key = (usize, u64);

/// The means to pay that customers have, and what comes of them.
pub const METHODS: [&str; 6] =
    ["pm_pays", "pm_pays_at_once", "pm_declines", "pm_proves", "pm_late", "pm_unknown"];

/// A payment as the provider has it.
#[derive(Debug)]
pub struct Intent {
    /// What it pays for.
    pub trip: usize,
    /// How much was asked for.
    pub amount: Money,
    /// What it has come to.
    pub stage: Stage,
    /// Everything that it ever was.
    pub history: Vec<Stage>,
    /// What was given back, or is on its way.
    pub refunds: Vec<Given>,
}

/// A refund as the provider has it.
#[derive(Debug)]
pub struct Given {
    /// Which refund of the booking.
    pub number: RefundNumber,
    /// The key that it was ordered with.
    pub key: Key,
    /// How much.
    pub amount: Money,
    /// What it has come to.
    pub stage: RefundStage,
}

/// What an order does to its payment; no word means that the payment is told as it is then.
type Working = fn(&mut Intent, Key, &Order) -> Option<Said>;

/// What a customer or a bank does with a payment, without being asked by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The customer pays on their own device with this one of [`METHODS`].
    Pay(usize),
    /// The customer proves who they are, or does not.
    Prove(bool),
    /// What was pending succeeds (set aside), succeeds (taken), or fails.
    Settle(Option<bool>),
    /// The bank lets go of what was set aside.
    Void,
    /// Refunds that are on their way arrive, or do not.
    Refund(bool),
}

/// The provider.
#[derive(Debug, Default)]
pub struct Provider {
    /// Its payments, in the order in which they were opened.
    pub payments: Vec<Intent>,
    kept: BTreeMap<Key, Said>,
}

impl Provider {
    /// Carries an order out, or answers as it did the first time. Looks have no key.
    pub fn order(&mut self, key: Key, order: &Order) -> Said {
        if !order.is_look()
            && let Some(said) = self.kept.get(&key)
        {
            return said.clone();
        }
        let said = self.carry_out(key, order);
        if !order.is_look() {
            self.kept.insert(key, said.clone());
        }
        said
    }

    /// The order is not carried out, and its key is answered so for ever, unless it was carried out before.
    pub fn spend(&mut self, key: Key) -> Said {
        self.kept.entry(key).or_insert(Said::KeySpent).clone()
    }

    fn carry_out(&mut self, key: Key, order: &Order) -> Said {
        let (payment, act): (&PaymentName, Working) = match order {
            Order::Open { amount } => return self.open(key, *amount),
            Order::Confirm { payment, .. } => (payment, Intent::confirm),
            Order::Look { payment } => (payment, |_, _, _| None),
            Order::Capture { payment } => (payment, Intent::capture),
            Order::Cancel { payment } => (payment, Intent::cancel),
            Order::Refund { payment, .. } => (payment, Intent::refund),
            Order::LookRefund { payment, .. } => (payment, Intent::look_refund),
        };
        let Some(number) = number_in(payment).filter(|number| *number < self.payments.len()) else {
            return Said::Refused(Refusal::NotFound);
        };
        let said = act(&mut self.payments[number], key, order);
        said.unwrap_or_else(|| Said::Payment(self.snapshot(number)))
    }

    fn open(&mut self, (trip, _): Key, amount: Money) -> Said {
        let stage = Stage::AwaitsMethod;
        self.payments.push(Intent { trip, amount, stage, history: vec![stage], refunds: Vec::new() });
        Said::Payment(self.snapshot(self.payments.len() - 1))
    }

    fn snapshot(&self, number: usize) -> Snapshot {
        let Intent { amount, stage, .. } = &self.payments[number];
        let payment = format!("pi_{number}").parse().expect("a name");
        Snapshot { payment, amount: *amount, stage: *stage }
    }

    /// Somebody who is not asked by us does something. What cannot be done any more does not happen.
    pub fn act(&mut self, number: usize, act: Act) {
        self.payments[number].act(act);
    }
}

/// Which payment a name means.
#[must_use]
pub fn number_in(payment: &PaymentName) -> Option<usize> {
    payment.as_str().strip_prefix("pi_")?.parse().ok()
}

impl Intent {
    fn become_(&mut self, stage: Stage) {
        if self.stage != stage {
            self.stage = stage;
            self.history.push(stage);
        }
    }

    fn pay(&mut self, method: &str) -> Option<Said> {
        if !matches!(self.stage, Stage::AwaitsMethod | Stage::AwaitsConfirmation) {
            return Some(Said::Refused(Refusal::Stage));
        }
        match method {
            "pm_pays" => self.become_(Stage::Authorised),
            "pm_pays_at_once" => self.become_(Stage::Captured(self.amount)),
            "pm_proves" => self.become_(Stage::AwaitsCustomer),
            "pm_late" => self.become_(Stage::Pending),
            "pm_declines" => return Some(Said::Declined(DeclineReason::InsufficientFunds)),
            _ => return Some(Said::Declined(DeclineReason::UnknownMethod)),
        }
        None
    }

    fn confirm(&mut self, _: Key, order: &Order) -> Option<Said> {
        let Order::Confirm { method, .. } = order else { unreachable!("called for a confirmation") };
        self.pay(method.as_str())
    }

    fn capture(&mut self, _: Key, _: &Order) -> Option<Said> {
        match self.stage {
            Stage::Authorised => self.become_(Stage::Captured(self.amount)),
            Stage::Captured(_) => {}
            Stage::AwaitsMethod
            | Stage::AwaitsConfirmation
            | Stage::AwaitsCustomer
            | Stage::Pending
            | Stage::Cancelled => return Some(Said::Refused(Refusal::Stage)),
        }
        None
    }

    /// What is under way at a bank cannot be given up.
    fn cancel(&mut self, _: Key, _: &Order) -> Option<Said> {
        match self.stage {
            Stage::AwaitsMethod
            | Stage::AwaitsConfirmation
            | Stage::AwaitsCustomer
            | Stage::Authorised
            | Stage::Cancelled => self.become_(Stage::Cancelled),
            Stage::Pending | Stage::Captured(_) => return Some(Said::Refused(Refusal::Stage)),
        }
        None
    }

    /// What was taken and not given back, in minor units.
    #[must_use]
    pub fn left(&self) -> i64 {
        let gone = self.refunds.iter().filter(|refund| refund.stage != RefundStage::Failed);
        let taken = self.stage.captured().map_or(0, Money::minor);
        taken - gone.map(|refund| refund.amount.minor()).sum::<i64>()
    }

    /// Every third one takes its time.
    fn refund(&mut self, key: Key, order: &Order) -> Option<Said> {
        let Order::Refund { refund, amount, .. } = order else { unreachable!("called for a refund") };
        if amount.minor() > self.left() {
            return Some(Said::Refused(Refusal::BeyondCaptured));
        }
        let slow = (key.1 + amount.minor().unsigned_abs()).is_multiple_of(3);
        let stage = if slow { RefundStage::Pending } else { RefundStage::Succeeded };
        self.refunds.push(Given { number: *refund, key, amount: *amount, stage });
        Some(Said::Refund { refund: *refund, stage })
    }

    fn look_refund(&mut self, (trip, _): Key, order: &Order) -> Option<Said> {
        let Order::LookRefund { refund, ordered, .. } = order else { unreachable!("called for a look") };
        let given = self.refunds.iter().find(|given| given.key == (trip, ordered.number()));
        Some(given.map_or(Said::Refused(Refusal::NotFound), |given| Said::Refund {
            refund: *refund,
            stage: given.stage,
        }))
    }

    fn act(&mut self, act: Act) {
        match (act, self.stage) {
            (Act::Pay(method), _) => drop(self.pay(METHODS[method])),
            (Act::Prove(true), Stage::AwaitsCustomer) => self.become_(Stage::Authorised),
            (Act::Prove(false), Stage::AwaitsCustomer) => self.become_(Stage::AwaitsMethod),
            (Act::Settle(Some(false)), Stage::Pending) => self.become_(Stage::Authorised),
            (Act::Settle(Some(true)), Stage::Pending) => self.become_(Stage::Captured(self.amount)),
            (Act::Settle(None), Stage::Pending) => self.become_(Stage::AwaitsMethod),
            (Act::Void, Stage::Authorised) => self.become_(Stage::Cancelled),
            (Act::Refund(arrives), _) => {
                let stage = if arrives { RefundStage::Succeeded } else { RefundStage::Failed };
                let waiting = self.refunds.iter_mut().filter(|given| given.stage == RefundStage::Pending);
                waiting.for_each(|given| given.stage = stage);
            }
            (Act::Prove(_) | Act::Settle(_) | Act::Void, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::Version;
    use domain::money::Currency;

    fn amount() -> Money {
        Money::from_minor(100, Currency::USD)
    }

    fn opened() -> (Provider, PaymentName) {
        let mut provider = Provider::default();
        let Said::Payment(snapshot) = provider.order((0, 1), &Order::Open { amount: amount() }) else {
            panic!("it opens")
        };
        (provider, snapshot.payment)
    }

    #[test]
    fn an_order_is_carried_out_once_and_answered_so_for_ever() {
        let (mut provider, payment) = opened();
        let again = provider.order((0, 1), &Order::Open { amount: amount() });
        assert_eq!((provider.payments.len(), number_in(&payment)), (1, Some(0)));
        let method = "pm_pays".parse().unwrap();
        let confirm = Order::Confirm { payment: payment.clone(), method };
        provider.order((0, 2), &confirm);
        assert_eq!(provider.order((0, 1), &Order::Open { amount: amount() }), again);
        assert_eq!(provider.payments[0].stage, Stage::Authorised);
        assert_eq!(provider.spend((0, 2)), provider.order((0, 2), &confirm));
        assert_eq!(provider.spend((0, 3)), Said::KeySpent);
        assert_eq!(provider.order((0, 3), &Order::Capture { payment }), Said::KeySpent);
    }

    #[test]
    fn no_more_is_given_back_than_was_taken() {
        let (mut provider, payment) = opened();
        provider.act(0, Act::Pay(1));
        let refund = |number, minor| Order::Refund {
            payment: payment.clone(),
            refund: RefundNumber::new(number),
            amount: Money::from_minor(minor, Currency::USD),
        };
        provider.order((0, 5), &refund(1, 60));
        assert_eq!(provider.order((0, 6), &refund(2, 41)), Said::Refused(Refusal::BeyondCaptured));
        assert_eq!(provider.payments[0].left(), 40);
        let look = Order::LookRefund { payment, refund: RefundNumber::new(1), ordered: Version::new(5) };
        assert!(matches!(provider.order((0, 0), &look), Said::Refund { .. }));
    }

    #[test]
    fn nobody_pays_what_was_given_up() {
        let (mut provider, payment) = opened();
        provider.order((0, 2), &Order::Cancel { payment });
        for act in [Act::Pay(0), Act::Prove(true), Act::Settle(Some(true)), Act::Void] {
            provider.act(0, act);
            assert_eq!(provider.payments[0].stage, Stage::Cancelled);
        }
    }
}
