//! What must hold of money when all is over: every cent that the provider took is a booking's price, or went back, once.
//!
//! The provider's own record is held against the journal, and both against the ledger that the journal makes.

use std::collections::BTreeMap;

use domain::aggregate::Aggregate;
use domain::booking::{self, Booking, End, Payment, Placed, Refund, RefundCause, Stage as At};
use domain::ledger::{self, Account};
use domain::money::Money;
use domain::payment::{RefundStage, Stage};

use crate::provider::{Intent, number_in};
use crate::world::World;

/// Every promise about money that the life broke.
pub(super) fn judge(world: &World) -> Vec<String> {
    (0..world.trips.len()).flat_map(|trip| judge_trip(world, trip)).collect()
}

fn judge_trip(world: &World, trip: usize) -> Vec<String> {
    let books = Books::of(world, trip);
    let intents: Vec<&Intent> = world.provider.payments.iter().filter(|intent| intent.trip == trip).collect();
    let mut broken = books.broken.clone();
    let Some(placed) = books.booking.placed() else {
        broken.extend((!intents.is_empty()).then(|| "is paid and was never placed".to_owned()));
        return named(trip, broken);
    };
    match (&placed.payment, intents.as_slice()) {
        (None, []) => {}
        (Some(payment), [intent]) => {
            broken.extend(disagreement(payment, intent));
            broken.extend(drift(placed, payment, &books.accounts));
        }
        // An opening that was refused, or is still given up, left nothing.
        (Some(payment), []) => broken.extend(payment.name.as_ref().map(|name| format!("{name} is nowhere"))),
        (_, intents) => broken.push(format!("{} payments were opened", intents.len())),
    }
    named(trip, broken)
}

fn named(trip: usize, broken: Vec<String>) -> Vec<String> {
    broken.into_iter().map(|what| format!("trip {trip}: {what}")).collect()
}

/// At the end the journal knows what became of a payment, and nothing of it can change any more.
fn disagreement(payment: &Payment, intent: &Intent) -> Option<String> {
    let is_final = matches!(intent.stage, Stage::Captured(_) | Stage::Cancelled);
    if !is_final {
        return Some(format!("a payment is left {:?}", intent.stage));
    }
    if payment.stage != Some(intent.stage) {
        return Some(format!("the payment is {:?}, the booking says {:?}", intent.stage, payment.stage));
    }
    let here = payment.refunds.iter().filter(|refund| refund.stage != Some(RefundStage::Failed));
    let here: Vec<_> = here.map(|refund| (refund.number, refund.amount.minor())).collect();
    let there = intent.refunds.iter().filter(|given| given.stage == RefundStage::Succeeded);
    let there: Vec<_> = there.map(|given| (given.number, given.amount.minor())).collect();
    (here != there).then(|| format!("given back are {there:?}, the booking says {here:?}"))
}

/// P3, and what the ledger says of it. A refund that failed is for people to look at: so much is left over.
fn drift(placed: &Placed, payment: &Payment, accounts: &BTreeMap<Account, i64>) -> Option<String> {
    let sum = |failed: bool, granted: bool| {
        let of = |refund: &&Refund| {
            (refund.stage == Some(RefundStage::Failed)) == failed
                && matches!(refund.cause, RefundCause::Granted { .. }) == granted
        };
        payment.refunds.iter().filter(of).map(|refund| refund.amount.minor()).sum::<i64>()
    };
    let (owed, granted) = (sum(true, false), sum(false, true));
    let kept = placed.kept.map_or(0, Money::minor);
    let parts: i64 = payment
        .refunds
        .iter()
        .filter(|refund| {
            refund.cause == RefundCause::PartCancelled && refund.stage != Some(RefundStage::Failed)
        })
        .map(|refund| refund.amount.minor())
        .sum();
    let left = payment.left().minor();
    let kept_rightly = match &placed.stage {
        At::Confirmed => left == payment.amount.minor() - granted - parts,
        At::Ended(End::Cancelled(cancelled)) => {
            left <= cancelled.terms.map_or(0, |terms| terms.fees.minor()) + kept + owed + sum(true, true)
        }
        _ => left == owed - granted,
    };
    let of = |account| accounts.get(&account).copied().unwrap_or(0);
    let booked_rightly = of(Account::Provider) == left && of(Account::Customer) == -owed;
    (!(kept_rightly && booked_rightly))
        .then(|| format!("{:?}: {left} left, {owed} owed, {granted} granted, {accounts:?}", placed.stage))
}

/// The ledger of one booking, and its booking.
struct Books {
    booking: Booking,
    accounts: BTreeMap<Account, i64>,
    broken: Vec<String>,
}

impl Books {
    fn of(world: &World, trip: usize) -> Self {
        let mut books = Self { booking: Booking::default(), accounts: BTreeMap::new(), broken: Vec::new() };
        for row in world.tables.rows(&world.trips[trip].stream) {
            let events: Vec<booking::Event> = serde_json::from_str(&row.body).unwrap_or_default();
            for event in &events {
                books.take_in(world, event);
            }
        }
        books
    }

    fn take_in(&mut self, world: &World, event: &booking::Event) {
        let lines = ledger::lines_of(&self.booking, event);
        if lines.iter().map(|line| line.amount.minor()).sum::<i64>() != 0 {
            self.broken.push(format!("{event:?} does not sum to zero: {lines:?}"));
        }
        for line in lines {
            *self.accounts.entry(line.account).or_default() += line.amount.minor();
        }
        self.broken.extend(untrue(world, event));
        self.booking.evolve(event);
    }
}

/// What the journal says of a payment was so at the provider.
fn untrue(world: &World, event: &booking::Event) -> Option<String> {
    let booking::Event::PaymentSeen { payment, .. } = event else { return None };
    let intent = number_in(&payment.payment).and_then(|number| world.provider.payments.get(number));
    let was = intent.is_some_and(|intent| intent.history.contains(&payment.stage));
    (!was).then(|| format!("{} never was {:?}", payment.payment, payment.stage))
}
