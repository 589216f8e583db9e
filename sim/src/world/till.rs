//! Where bookings are paid: orders on their way to the provider, what customers and banks do there, and hints that come back.
//!
//! An order may be lost before it arrives or after it was carried out, linger on the way and be carried out when nobody waits
//! for it any more, or find its key spent. Hints are lost, doubled, and come in any order.

use std::rc::Rc;

use domain::booking::{Booking, Command, Heard, LegState, Placed, Stage as At};
use domain::payment::{Order, RefundStage, Refusal, Said, Stage};

use actors::entity::Request;

use super::client::Intent;
use super::road::{Carrier, number_in};
use super::{Ask, Asker, Event, World};
use crate::oracle;
use crate::planted::Planted;
use crate::provider::{self, Act, METHODS};
use crate::scenario::FENCE_AFTER as FENCE;

/// How long after the fence the places go.
const WAIT: u64 = 5 * 60 * 1_000;

/// How often the provider sends an event that nobody takes in.
const HINTS_MAX: u32 = 12;

/// An order on its way to the provider.
#[derive(Debug, Clone)]
pub(super) struct Errand {
    carrier: Carrier,
    op: u64,
    order: Rc<Order>,
    /// Whether somebody is told what came of it.
    answered: bool,
}

impl World {
    /// Sends an order on its way, or asks again after nobody answered.
    pub(super) fn ask_provider(&mut self, carrier: Carrier, op: u64, order: &Order, again: bool) {
        if again && self.is_planted(Planted::DoubtIsRefusal) {
            return self.provider_said(carrier, op, Said::Refused(Refusal::Stage));
        }
        let errand = Errand { carrier, op, order: Rc::new(order.clone()), answered: true };
        if self.is_out() || self.chance(self.scenario.lost) {
            return;
        }
        if self.chance(self.scenario.unknown) {
            let late = if self.rng.bool() { self.rng.u64(200..=1_000) } else { self.rng.u64(..=20_000) };
            return self.agenda.put(late, Event::AtProvider(Errand { answered: false, ..errand }));
        }
        let wait = self.rng.u64(1..=40);
        self.agenda.put(wait, Event::AtProvider(errand));
    }

    fn is_out(&self) -> bool {
        self.scenario.outage.contains(&self.agenda.now())
    }

    /// How long whoever asks waits before they ask again. While the provider is out that goes up to a minute, so that lives stay
    /// short.
    pub(super) fn patience_for_answer(&mut self) -> u64 {
        if self.is_out() { self.rng.u64(1_000..=60_000) } else { self.rng.u64(150..=600) }
    }

    /// How long a traveller waits before they ask a busy booking again.
    pub(super) fn patience_while_busy(&mut self) -> u64 {
        if self.is_out() { self.rng.u64(1_000..=60_000) } else { self.rng.u64(5..=80) }
    }

    /// The name of a step, or a name of its own for each process when that bug is planted, makes the key.
    pub(super) fn at_provider(&mut self, errand: Errand) {
        let Errand { carrier, op, order, answered } = errand;
        let trip = carrier.2 - self.on_sale.len();
        let mut key = (trip, number_in(op).number());
        if self.is_planted(Planted::KeysRenamed) {
            key.1 |= carrier.1 << 32;
        }
        if !order.is_look() && self.chance(self.scenario.refused) {
            let said = self.provider.spend(key);
            return self.answer(carrier, op, answered, said);
        }
        let before = self.provider.payments.len();
        let stages = self.stages_of(&order);
        let said = self.provider.order(key, &order);
        self.note("provider", op, u64::from(answered));
        self.say(|| format!("{order:?} gives {said:?}"));
        if self.provider.payments.len() > before {
            self.record.payments += 1;
            self.require_fenced(trip);
            self.customer_looks(before);
        }
        if self.stages_of(&order) != stages {
            self.changed(&order, trip);
        }
        self.answer(carrier, op, answered, said);
    }

    fn answer(&mut self, carrier: Carrier, op: u64, answered: bool, said: Said) {
        if answered && !self.chance(self.scenario.lost) {
            let wait = self.rng.u64(0..=20);
            self.agenda.put(wait, Event::ProviderSaid { carrier, op, said });
        }
    }

    fn payment_of(&self, order: &Order) -> Option<usize> {
        let (Order::Confirm { payment, .. }
        | Order::Look { payment }
        | Order::Capture { payment }
        | Order::Cancel { payment }
        | Order::Refund { payment, .. }
        | Order::LookRefund { payment, .. }) = order
        else {
            return None;
        };
        provider::number_in(payment).filter(|number| *number < self.provider.payments.len())
    }

    /// How often the payment of an order has changed, and how many refunds it has.
    fn stages_of(&self, order: &Order) -> Option<(usize, usize)> {
        let payment = &self.provider.payments[self.payment_of(order)?];
        Some((payment.history.len(), payment.refunds.len()))
    }

    /// An order changed its payment: what follows at the banks, and what the provider tells of it.
    fn changed(&mut self, order: &Order, trip: usize) {
        let Some(payment) = self.payment_of(order) else { return };
        if let Order::Capture { .. } = order {
            self.require_sold(trip);
        }
        self.goes_on(payment);
        self.hint(trip);
    }

    /// What a bank or a customer does next with a payment.
    fn goes_on(&mut self, payment: usize) {
        let wait = self.about_the_fence();
        let act = match self.provider.payments[payment].stage {
            Stage::AwaitsCustomer => (self.rng.u8(..5) > 0).then(|| Act::Prove(self.rng.u8(..4) > 0)),
            Stage::Pending => {
                let outcome = [None, Some(false), Some(false), Some(true)][self.rng.usize(..4)];
                Some(Act::Settle(outcome))
            }
            Stage::Authorised => (self.rng.u8(..40) == 0).then_some(Act::Void),
            Stage::Captured(_) => {
                let waits = intent_waits(&self.provider.payments[payment]);
                waits.then(|| Act::Refund(self.rng.u8(..4) > 0))
            }
            Stage::AwaitsMethod | Stage::AwaitsConfirmation | Stage::Cancelled => None,
        };
        // What is pending comes to an end, sooner or later.
        let wait = wait.unwrap_or(FENCE + WAIT + 20_000);
        if let Some(act) = act {
            self.agenda.put(wait, Event::AtBank { payment, act });
        }
    }

    /// The client secret is out: the customer may pay without us, at any time.
    fn customer_looks(&mut self, payment: usize) {
        if self.rng.bool() {
            return;
        }
        if let Some(wait) = self.about_the_fence() {
            let act = Act::Pay(self.rng.usize(..METHODS.len()));
            self.agenda.put(wait, Event::AtBank { payment, act });
        }
    }

    /// Soon, about when the fence comes, about when the places go, some time, or never.
    fn about_the_fence(&mut self) -> Option<u64> {
        Some(match self.rng.u8(..10) {
            0..=4 => self.rng.u64(10..=4_000),
            5..=6 => FENCE - 3_000 + self.rng.u64(..=6_000),
            7 => FENCE + WAIT - 3_000 + self.rng.u64(..=6_000),
            8 => self.rng.u64(..=2 * FENCE),
            _ => return None,
        })
    }

    pub(super) fn at_bank(&mut self, payment: usize, act: Act) {
        let before = (self.provider.payments[payment].history.len(), self.provider.payments[payment].left());
        self.provider.act(payment, act);
        let Some(intent) = self.provider.payments.get(payment) else { return };
        let (trip, after) = (intent.trip, (intent.history.len(), intent.left()));
        self.note("bank", payment as u64, trip as u64);
        self.say(|| format!("{act:?}"));
        if before != after || matches!(act, Act::Refund(_)) {
            self.hint(trip);
        }
        if before.0 != after.0 {
            self.goes_on(payment);
        }
    }

    /// The provider sends an event: one to three times, soon or late, or never.
    fn hint(&mut self, trip: usize) {
        if self.rng.u8(..5) == 0 {
            return;
        }
        self.ops += 1;
        let op = self.ops;
        for _ in 0..self.rng.u8(1..=2) {
            let wait = if self.rng.u8(..4) > 0 { self.rng.u64(..=300) } else { self.rng.u64(..=60_000) };
            self.agenda.put(wait, Event::Patience { asker: Asker::Webhook(trip), op, attempt: 0 });
        }
    }

    /// Brings an event to its booking, until that has taken it in. Its name is the name of the request.
    pub(super) fn bring_hint(&mut self, trip: usize, op: u64, attempt: u32) {
        if attempt >= HINTS_MAX || (attempt > 0 && self.hinted.contains(&op)) {
            return;
        }
        let asker = Asker::Webhook(trip);
        let stream = self.on_sale.len() + trip;
        self.send::<Booking>(Intent { asker, op, stream, keyed: true }, Command::LookAtPayment);
        let wait = self.rng.u64(300..=3_000);
        self.agenda.put(wait, Event::Patience { asker, op, attempt: attempt + 1 });
    }

    /// Hands the provider's answer to the booking, if its owner is still the one who asked.
    pub(super) fn provider_said(&mut self, carrier: Carrier, op: u64, said: Said) {
        let (node, life, stream) = carrier;
        let Some(program) = self.nodes[node].living(life) else { return };
        if !program.bookings.contains_key(&stream) {
            return;
        }
        let command = Command::Told { step: number_in(op), answer: Heard::Provider(said) };
        let request = Request { key: None, remember_refusal: false, deadline: None, command };
        let asker = Asker::Carrier { node, life, stream };
        self.decide::<Booking>(node, &Ask { asker, op, stream, request });
        self.pump(node);
    }

    /// A payment is opened, and its secret may be out, once all fences are up. An opening that lingered is given up at once.
    fn require_fenced(&mut self, trip: usize) {
        let lets_go = |placed: &Placed| matches!(placed.stage, At::LettingGo { .. });
        let sound = |placed: &Placed| lets_go(placed) || all(placed, LegState::Fenced);
        self.require(trip, sound, "is opened before the fences are up");
    }

    /// Money is taken once everything is sold.
    fn require_sold(&mut self, trip: usize) {
        self.require(trip, |placed| all(placed, LegState::Secured), "is captured before the places are sold");
    }

    fn require(&mut self, trip: usize, sound: impl Fn(&Placed) -> bool, otherwise: &str) {
        if !oracle::booking_of(self, trip).placed().is_some_and(sound) {
            self.broken(&format!("trip {trip}: its payment {otherwise}"));
        }
    }

    /// Faults come back for a while, about when the fence of a booking comes, and when its places go.
    pub(super) fn expect_storms(&mut self) {
        for at in [FENCE, FENCE + WAIT] {
            if self.rng.bool() {
                let wait = at - self.rng.u64(..=2_500);
                self.agenda.put(wait, Event::Storm);
            }
        }
    }

    pub(super) fn storm(&mut self) {
        let wait = self.rng.u64(1_500..=4_000);
        self.storm_until = self.storm_until.max(self.agenda.now() + wait);
        self.agenda.put(wait, Event::Quiet);
        if self.quiet {
            self.quiet = false;
            self.note("storm", 0, 0);
            self.begin_faults();
            for trip in 0..self.trips.len() {
                let wait = self.about(self.scenario.think);
                self.agenda.put(wait, Event::Travel(trip));
            }
        }
    }

    /// Whether nothing may begin: a storm brings faults back, but nobody new.
    pub(super) const fn is_late(&self) -> bool {
        self.storm_until > 0
    }
}

fn all(placed: &Placed, state: LegState) -> bool {
    placed.legs().all(|(_, leg)| leg.state == state)
}

/// Whether a refund is on its way.
fn intent_waits(intent: &provider::Intent) -> bool {
    intent.refunds.iter().any(|given| given.stage == RefundStage::Pending)
}
