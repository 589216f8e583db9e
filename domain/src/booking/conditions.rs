//! What a cancellation gives back.

use std::time::Duration;

use super::end::Terms;
use super::part::Part;
use super::state::{Leg, Placed, Stage};
use crate::brand;
use crate::fare::{self, Price};
use crate::ids::PassengerId;
use crate::money::Money;
use crate::party::{self, Passenger};
use crate::plan::CabinClass;
use crate::time::Timestamp;

/// Whoever booked early enough may think again for a day (14 CFR 259.5(b)(4)), whatever the fare says …
const THINK_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);

/// … and early enough is a week before the first departure.
const BOOKED_BEFORE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What each traveller with a seat pays for cancelling a fare that is given back, in US cents. Ours, like the tariff.
const fn fee_cents(class: CabinClass) -> u64 {
    match class {
        CabinClass::Economy | CabinClass::PremiumEconomy => 15_000,
        CabinClass::Business => 10_000,
        CabinClass::First => 5_000,
    }
}

/// What a cancellation at `now` gives back to whoever asks for it.
///
/// What was given back already is not given back again. Nothing was paid before the booking is confirmed. After that taxes are given back, because they are passed on only for
/// those who fly; the rest is given back less a fee where the brand says so, and is kept otherwise.
pub(super) fn terms(placed: &Placed, now: Timestamp) -> Terms {
    let price = price(placed);
    let currency = price.total.currency();
    if !matches!(placed.stage, Stage::Confirmed) {
        return Terms { refund: Money::zero(currency), fees: Money::zero(currency) };
    }
    keeping(placed, price.total, kept(placed, price, seated_travellers(placed, |_| true), now))
}

/// What the conditions keep of a price for so many travellers with a seat.
fn kept(placed: &Placed, price: Price, travellers: i64, now: Timestamp) -> i64 {
    if may_think_again(placed, now) {
        return 0;
    }
    let airline = price.total.minor() - price.taxes.minor();
    if !brand::of(placed.class).refundable {
        return airline;
    }
    let fee = fare::fee(fee_cents(placed.class), price.total.currency()).minor();
    (fee * travellers).min(airline)
}

/// What the cancellation of a part at `now` gives back: the same, of what that part costs.
pub(super) fn terms_of(placed: &Placed, part: &Part, now: Timestamp) -> Option<Terms> {
    let price = part.price(placed)?;
    let kept = kept(placed, price, seated_travellers(placed, |passenger| part.has(passenger)), now);
    let fees = Money::from_minor(kept, price.total.currency());
    Some(terms_without(placed, &price, Terms { refund: price.total, fees }, None))
}

/// The terms of a part when some of it stays: the same conditions, of what has left.
pub(super) fn terms_without(placed: &Placed, part: &Price, terms: Terms, stays: Option<Price>) -> Terms {
    let (stays, stay_taxes) = stays.map_or((0, 0), |price| (price.total.minor(), price.taxes.minor()));
    let (total, taxes) = (part.total.minor() - stays, part.taxes.minor() - stay_taxes);
    let kept = terms.fees.minor().min(total - taxes);
    let refund = (total - kept).min(left(placed).unwrap_or(total));
    let money = |minor| Money::from_minor(minor, terms.refund.currency());
    Terms { refund: money(refund), fees: money(total - refund) }
}

/// Everything is given back for a flight that does not take place (14 CFR 260.6; Regulation (EC) No 261/2004, article 8).
pub(super) fn by_carrier(placed: &Placed) -> Terms {
    keeping(placed, price(placed).total, 0)
}

/// The terms when a segment is flown after all: what it cost is kept.
pub(super) fn keep(terms: Terms, leg: &Leg) -> Terms {
    let (refund, fees) = (terms.refund.minor(), terms.fees.minor());
    let flown = Price::of(&leg.prices).map_or(0, |price| price.total.minor()).min(refund);
    let money = |minor| Money::from_minor(minor, terms.refund.currency());
    Terms { refund: money(refund - flown), fees: money(fees + flown) }
}

fn price(placed: &Placed) -> Price {
    placed.price().expect("nothing is declared held that has no price")
}

fn keeping(placed: &Placed, total: Money, kept: i64) -> Terms {
    let money = |minor| Money::from_minor(minor, total.currency());
    let left = left(placed).unwrap_or(total.minor());
    let refund = (total.minor() - kept).min(left);
    Terms { refund: money(refund), fees: money(left - refund) }
}

/// What was taken for what the booking still has, and was not given back.
fn left(placed: &Placed) -> Option<i64> {
    let payment = placed.payment.as_ref()?;
    Some((payment.left().minor() - placed.kept.map_or(0, Money::minor)).max(0))
}

fn may_think_again(placed: &Placed, now: Timestamp) -> bool {
    let departs =
        placed.travel().find_map(|flight| placed.leg(flight)?.passage).map(|passage| passage.departs);
    let early = departs.is_some_and(|departs| placed.created + BOOKED_BEFORE <= departs);
    early && now < placed.created + THINK_AGAIN
}

/// Those who are meant and have a seat, on the departure where most of them have one.
fn seated_travellers(placed: &Placed, meant: impl Fn(PassengerId) -> bool) -> i64 {
    let seated = |leg: &Leg| {
        let travellers: Vec<Passenger> =
            leg.passengers.iter().filter(|passenger| meant(passenger.id)).copied().collect();
        party::party_of(&travellers).seated()
    };
    i64::from(placed.legs().map(|(_, leg)| seated(leg)).max().unwrap_or(0))
}
