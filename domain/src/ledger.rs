//! Where the money of a booking is, in double entry.
//!
//! Each event of a booking that moves money makes one transaction: lines that sum to zero in their one currency. What comes
//! in is positive on the account that has it and negative on the account that it came from.
//!
//! ```text
//! captured      provider +   customer −      we owe it to the customer, until they have what it pays for
//! confirmed     customer +   fares − taxes − (paid outside: outside + customer − before that)
//! cancelled     fares + taxes +   customer − fees −
//! given back    customer +   provider −
//! granted       fares +      customer −
//! ```

use serde::{Deserialize, Serialize};

use crate::booking::{Booking, End, Event, Placed, RefundCause, Settlement, Stage, Terms};
use crate::fare::Price;
use crate::ids::FlightId;
use crate::money::Money;
use crate::payment::{self, RefundNumber, RefundStage};

/// Where money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Account {
    /// At the payment provider: taken, less what was given back.
    Provider,
    /// Paid outside of our sight, by the word of somebody whom we believe.
    Outside,
    /// What the customer has paid for nothing: it goes back, or becomes fares. Never positive.
    Customer,
    /// Earned for transport, seats included.
    Fares,
    /// Owed for those who fly.
    Taxes,
    /// Kept of what was cancelled.
    Fees,
}

impl Account {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Provider, Self::Outside, Self::Customer, Self::Fares, Self::Taxes, Self::Fees];

    /// The stable name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Outside => "outside",
            Self::Customer => "customer",
            Self::Fares => "fares",
            Self::Taxes => "taxes",
            Self::Fees => "fees",
        }
    }
}

/// One line of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// On which account.
    pub account: Account,
    /// How much comes to it; negative for what leaves it. Never nothing.
    pub amount: Money,
}

/// The transaction that an event makes; no lines when it moves no money. Asked before the event is taken in.
#[must_use]
pub fn lines_of(before: &Booking, event: &Event) -> Vec<Line> {
    let Some(placed) = before.placed() else { return Vec::new() };
    match event {
        Event::PaymentSeen { payment, .. } => captured(placed, payment.stage),
        Event::Confirmed => confirmed(placed),
        Event::PartGivenBack { flight } => given_up(placed, *flight),
        Event::PartCancelled { terms } => part_cancelled(placed, *terms),
        Event::Ended(End::Cancelled(cancelled)) => cancelled_on(placed, cancelled.terms),
        Event::RefundBegan { amount, cause: RefundCause::Granted { .. }, .. } => {
            moved(Account::Customer, Account::Fares, *amount)
        }
        Event::RefundSeen { refund, stage, .. } => refunded(placed, *refund, *stage),
        Event::RefundBegan {
            cause: RefundCause::Cancelled | RefundCause::PartCancelled | RefundCause::Undone,
            ..
        }
        | Event::PartQuoted { .. }
        | Event::PartCancellationBegan { .. }
        | Event::PartStays { .. }
        | Event::Placed { .. }
        | Event::SegmentHeld(_)
        | Event::SegmentUnclear { .. }
        | Event::SegmentDeclined(_)
        | Event::SegmentTroubled { .. }
        | Event::HeldDeclared { .. }
        | Event::LettingGoBegan { .. }
        | Event::SegmentReleased { .. }
        | Event::PayingStarted { .. }
        | Event::SegmentFenced { .. }
        | Event::SegmentSecured { .. }
        | Event::PaymentAsked(_)
        | Event::PaymentDeclined { .. }
        | Event::PaymentRefused { .. }
        | Event::PaymentKeySpent
        | Event::PaymentHinted
        | Event::ClosingBegan { .. }
        | Event::PayingResumed
        | Event::PaidLate { .. }
        | Event::CancellationQuoted(_)
        | Event::CancellationBegan { .. }
        | Event::SegmentCancelled { .. }
        | Event::SegmentFlown { .. }
        | Event::CancellationDeclined(_)
        | Event::SeatChangeBegan { .. }
        | Event::SeatsTried(_)
        | Event::SeatsMoved(_)
        | Event::SeatsKept { .. }
        | Event::SeatsUndone { .. }
        | Event::SeatChangeDone
        | Event::SeatChangeUndone
        | Event::Ended(End::Refused(_) | End::Expired | End::Failed(_)) => Vec::new(),
    }
}

/// What a row comes to: the lines of its events, in order. A row may make several transactions; each sums to zero.
#[must_use]
pub fn lines_of_row(before: &Booking, events: &[Event]) -> Vec<Line> {
    let mut booking = before.clone();
    let mut lines = Vec::new();
    for event in events {
        lines.extend(lines_of(&booking, event));
        crate::aggregate::Aggregate::evolve(&mut booking, event);
    }
    lines
}

/// So much comes to one account and leaves the other.
fn moved(from: Account, to: Account, amount: Money) -> Vec<Line> {
    entry([(to, amount.minor()), (from, -amount.minor())], amount)
}

/// The lines that are not nothing, in the currency of `like`.
fn entry<const N: usize>(parts: [(Account, i64); N], like: Money) -> Vec<Line> {
    let line = |(account, minor)| Line { account, amount: Money::from_minor(minor, like.currency()) };
    parts.into_iter().filter(|(_, minor)| *minor != 0).map(line).collect()
}

fn captured(placed: &Placed, stage: payment::Stage) -> Vec<Line> {
    let (Some(payment), Some(now)) = (&placed.payment, stage.captured()) else { return Vec::new() };
    let news = Money::from_minor(now.minor() - payment.captured().minor(), now.currency());
    moved(Account::Customer, Account::Provider, news)
}

/// The customer has what they paid for.
fn confirmed(placed: &Placed) -> Vec<Line> {
    let Some(price) = placed.price() else { return Vec::new() };
    let mut lines = match &placed.settlement {
        Some(Settlement::Outside { .. }) => moved(Account::Customer, Account::Outside, price.total),
        Some(Settlement::Card { .. } | Settlement::Nothing { .. }) | None => Vec::new(),
    };
    let (total, taxes) = (price.total.minor(), price.taxes.minor());
    let earned = [(Account::Customer, total), (Account::Fares, taxes - total), (Account::Taxes, -taxes)];
    lines.extend(entry(earned, price.total));
    lines
}

/// What was earned is given up, and becomes fees and what is owed to the customer. Before a booking was bought nothing was
/// earned.
fn cancelled_on(placed: &Placed, terms: Option<Terms>) -> Vec<Line> {
    let (Stage::Cancelling { .. }, Some(price), Some(terms)) = (&placed.stage, placed.price(), terms) else {
        return Vec::new();
    };
    let (refund, fees) = (terms.refund.minor(), terms.fees.minor());
    let taxes = price.taxes.minor();
    let given_up = [
        (Account::Taxes, taxes),
        (Account::Fares, refund + fees - taxes),
        (Account::Customer, -refund),
        (Account::Fees, -fees),
    ];
    let mut lines = entry(given_up, price.total);
    if matches!(placed.settlement, Some(Settlement::Outside { .. })) {
        lines.extend(moved(Account::Outside, Account::Customer, terms.refund));
    }
    lines
}

/// What a part cost on a departure is not earned any more.
fn given_up(placed: &Placed, flight: FlightId) -> Vec<Line> {
    let (Stage::CancellingPart { part, .. }, Some(leg)) = (&placed.stage, placed.leg(flight)) else {
        return Vec::new();
    };
    let Some(price) = Price::of(part.prices(leg)) else { return Vec::new() };
    let (total, taxes) = (price.total.minor(), price.taxes.minor());
    let unearned = [(Account::Taxes, taxes), (Account::Fares, total - taxes), (Account::Customer, -total)];
    entry(unearned, price.total)
}

/// Of what a part cost, the fees are kept.
fn part_cancelled(placed: &Placed, terms: Terms) -> Vec<Line> {
    let mut lines = moved(Account::Fees, Account::Customer, terms.fees);
    if matches!(placed.settlement, Some(Settlement::Outside { .. })) {
        lines.extend(moved(Account::Outside, Account::Customer, terms.refund));
    }
    lines
}

/// Money is on its way back once the provider has taken the refund on, and ours again when that fails. What somebody granted
/// is not granted then; what is owed stays owed.
fn refunded(placed: &Placed, number: RefundNumber, stage: RefundStage) -> Vec<Line> {
    let refund = placed.payment.as_ref().and_then(|payment| payment.refund(number));
    let Some(refund) = refund else { return Vec::new() };
    let (before, failed) = (refund.stage, stage == RefundStage::Failed);
    let mut lines = match before {
        None | Some(RefundStage::Failed) if !failed => {
            moved(Account::Provider, Account::Customer, refund.amount)
        }
        Some(RefundStage::Pending | RefundStage::Succeeded) if failed => {
            moved(Account::Customer, Account::Provider, refund.amount)
        }
        None | Some(RefundStage::Pending | RefundStage::Succeeded | RefundStage::Failed) => Vec::new(),
    };
    if failed && before != Some(RefundStage::Failed) && matches!(refund.cause, RefundCause::Granted { .. }) {
        lines.extend(moved(Account::Fares, Account::Customer, refund.amount));
    }
    lines
}
