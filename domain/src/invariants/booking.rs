//! What holds of a booking after every row.

use std::collections::BTreeSet;

use crate::aggregate::Aggregate as _;
use crate::booking::{
    Ask, Booking, Cancellation, End, Leg, LegState, Payment, Placed, Rest, Stage, Step, Why,
};
use crate::ids::{FlightId, PassengerId};
use crate::money::Money;
use crate::payment::{self, Order};

/// An invariant of a booking that does not hold: a bug, never a customer's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingBroken {
    /// The slices and the legs name different departures.
    #[error("slices and legs name different departures")]
    Slices,
    /// A leg is where it cannot be in this stage.
    #[error("legs are {legs:?} while the booking is {stage}")]
    Legs {
        /// How far each of them is.
        legs: Vec<LegState>,
        /// The stage.
        stage: String,
    },
    /// A leg that has something lacks its holds, or somebody's price, or seats two people on one seat.
    #[error("the leg on {flight} is not sound")]
    Leg {
        /// Which leg.
        flight: FlightId,
    },
    /// It is bought, or being bought, and nobody pays.
    #[error("nobody pays for what is bought")]
    Settlement,
    /// It has no price although everything was held.
    #[error("what is held has no price")]
    Price,
    /// It is bought and not all of its price was taken, or it is over and money of it can still be taken, or was taken.
    #[error("{captured} taken, {refunded} given back, while the booking is {stage}")]
    Money {
        /// What was taken.
        captured: Money,
        /// What is given back, or on its way back.
        refunded: Money,
        /// The stage.
        stage: String,
    },
    /// More is given back than was taken, or two refunds have one number.
    #[error("refunds do not add up")]
    Refunds,
    /// It is under way and waits for nothing, or is at rest and waits.
    #[error("the booking is {stage}, and a step is open: {open}")]
    Step {
        /// The stage.
        stage: String,
        /// Whether a step is open.
        open: bool,
    },
}

/// The first invariant that does not hold after a whole row, if any.
#[must_use]
pub fn breach_of_booking(booking: &Booking) -> Option<BookingBroken> {
    let placed = booking.placed()?;
    let checks: [fn(&Placed) -> Option<BookingBroken>; 6] = [
        breach_of_slices,
        breach_of_stage,
        breach_of_legs,
        breach_of_payment,
        breach_of_money,
        breach_of_refunds,
    ];
    checks.iter().find_map(|check| check(placed)).or_else(|| breach_of_step(booking, placed))
}

fn breach_of_slices(placed: &Placed) -> Option<BookingBroken> {
    let travel: Vec<FlightId> = placed.travel().collect();
    let named: BTreeSet<FlightId> = travel.iter().copied().collect();
    let legs: BTreeSet<FlightId> = placed.legs().map(|(flight, _)| flight).collect();
    (travel.len() != named.len() || named != legs || legs.is_empty()).then_some(BookingBroken::Slices)
}

/// Whether the legs are where the stage says.
fn breach_of_stage(placed: &Placed) -> Option<BookingBroken> {
    use LegState::{Fenced, Flown, Held, Released, Secured, Wanted};
    let legs: Vec<LegState> = placed.legs().map(|(_, leg)| leg.state).collect();
    let all = |allowed: &[LegState]| legs.iter().all(|state| allowed.contains(state));
    let any = |wanted: LegState| legs.contains(&wanted);
    let falling = legs.windows(2).all(|pair| pair[0] >= pair[1]);
    let sound = match &placed.stage {
        Stage::Holding => all(&[Held, Wanted]) && falling && any(Wanted),
        Stage::Held | Stage::ChangingSeats { back: Rest::Held, .. } => all(&[Held]),
        Stage::Paying { .. } => {
            let late = placed.payment.as_ref().is_some_and(|payment| payment.late);
            let fewest = if late { Wanted } else { Held };
            let spread = any(Secured) && (any(Held) || any(Wanted)) || any(Wanted) && any(Fenced);
            all(&[fewest, Held, Fenced, Secured]) && falling && !spread
        }
        Stage::Closing { .. } => all(&[Fenced]),
        Stage::Confirmed | Stage::ChangingSeats { back: Rest::Confirmed, .. } => {
            // Only a part that was cancelled leaves a departure without anybody.
            let fewest = if placed.kept.is_some() { Released } else { Secured };
            all(&[Secured, fewest]) && any(Secured)
        }
        Stage::CancellingPart { .. } => all(&[Secured, Released]) && any(Secured),
        Stage::LettingGo { .. } => !any(Flown),
        Stage::Cancelling { .. } => all(&[Secured, Released, Flown]) && any(Secured),
        Stage::Ended(End::Refused(_)) => all(&[Wanted, Released]),
        // Whoever paid late may have wanted a part of it again in vain.
        Stage::Ended(End::Failed(Why::PaidLate(_))) => all(&[Wanted, Released]),
        Stage::Ended(End::Expired | End::Failed(_)) => all(&[Released]),
        Stage::Ended(End::Cancelled(_)) => all(&[Wanted, Released, Flown]),
    };
    (!sound).then(|| BookingBroken::Legs { legs, stage: name(placed) })
}

fn breach_of_legs(placed: &Placed) -> Option<BookingBroken> {
    let held_once =
        !matches!(placed.stage, Stage::LettingGo { .. } | Stage::Ended(End::Refused(_) | End::Cancelled(_)));
    let sound = |leg: &Leg| {
        let has = matches!(leg.state, LegState::Held | LegState::Fenced | LegState::Secured);
        let priced: Vec<PassengerId> = leg.prices.iter().map(|price| price.passenger).collect();
        let priced = leg.passengers.iter().all(|passenger| priced.contains(&passenger.id));
        let seats: Vec<_> = leg.passengers.iter().filter_map(|passenger| passenger.seat).collect();
        let distinct: BTreeSet<_> = seats.iter().copied().collect();
        seats.len() == distinct.len() && (!has || !held_once || (!leg.holds.is_empty() && priced))
    };
    placed.legs().find(|(_, leg)| !sound(leg)).map(|(flight, _)| BookingBroken::Leg { flight })
}

fn breach_of_payment(placed: &Placed) -> Option<BookingBroken> {
    let (bought, held) = match &placed.stage {
        Stage::Paying { .. }
        | Stage::Closing { .. }
        | Stage::Confirmed
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
        | Stage::ChangingSeats { back: Rest::Confirmed, .. }
        | Stage::Ended(End::Failed(_)) => (true, true),
        Stage::Held | Stage::ChangingSeats { back: Rest::Held, .. } | Stage::Ended(End::Expired) => {
            (false, true)
        }
        Stage::Holding | Stage::LettingGo { .. } | Stage::Ended(End::Refused(_) | End::Cancelled(_)) => {
            (false, false)
        }
    };
    if bought && placed.settlement.is_none() {
        return Some(BookingBroken::Settlement);
    }
    (held && placed.price().is_none()).then_some(BookingBroken::Price)
}

/// Money that was taken is a booking's price, or on its way back; and no booking ends while somebody can still pay.
fn breach_of_money(placed: &Placed) -> Option<BookingBroken> {
    let payment = placed.payment.as_ref()?;
    let (captured, returned) = (payment.captured(), given_back(payment));
    let all_taken = captured == payment.amount;
    // What was granted after a refund had failed comes on top of it here.
    let none_kept = captured.minor() <= returned.minor();
    let open = payment.stage.is_some_and(|stage| stage.is_open() || stage == payment::Stage::Authorised);
    let sound = match &placed.stage {
        Stage::Holding | Stage::Held | Stage::ChangingSeats { back: Rest::Held, .. } => false,
        Stage::Paying { .. } | Stage::Closing { .. } | Stage::LettingGo { .. } => true,
        Stage::Confirmed
        | Stage::ChangingSeats { back: Rest::Confirmed, .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. } => all_taken,
        Stage::Ended(End::Cancelled(Cancellation { terms, .. })) => {
            let fees = terms.map_or(0, |terms| terms.fees.minor());
            let kept = placed.kept.map_or(0, Money::minor);
            !open && captured.minor() - returned.minor() <= fees + kept
        }
        Stage::Ended(End::Refused(_) | End::Expired | End::Failed(_)) => !open && none_kept,
    };
    (!sound).then(|| BookingBroken::Money { captured, refunded: returned, stage: name(placed) })
}

/// What was given back, tried to be, or is on its way: a refund that failed is for people to look at.
fn given_back(payment: &Payment) -> Money {
    let minor = payment.refunds.iter().map(|refund| refund.amount.minor()).sum();
    Money::from_minor(minor, payment.amount.currency())
}

fn breach_of_refunds(placed: &Placed) -> Option<BookingBroken> {
    let payment = placed.payment.as_ref()?;
    let in_order = (1..).zip(&payment.refunds).all(|(number, refund)| refund.number.number() == number);
    let sound = in_order
        && payment.left().minor() >= 0
        && payment.refunds.iter().all(|refund| refund.amount.minor() > 0);
    (!sound).then_some(BookingBroken::Refunds)
}

/// Whoever is under way waits for an answer: nothing is ever stuck.
fn breach_of_step(booking: &Booking, placed: &Placed) -> Option<BookingBroken> {
    let open = booking.step();
    let sound = match (&placed.stage, &open) {
        (Stage::Held, open) => open.is_none(),
        (Stage::Confirmed | Stage::Ended(_), Some(Step { ask, .. })) => {
            matches!(ask, Ask::Provider(Order::Refund { .. } | Order::LookRefund { .. }))
        }
        (Stage::Confirmed | Stage::Ended(_), None) => true,
        // Whoever waits for the provider, or for whoever pays, comes back to it by itself.
        (Stage::Paying { .. } | Stage::Closing { .. } | Stage::LettingGo { .. }, None) => {
            placed.payment.is_some() && booking.deadline().is_some()
        }
        (_, open) => open.is_some(),
    };
    (!sound).then(|| BookingBroken::Step { stage: name(placed), open: open.is_some() })
}

fn name(placed: &Placed) -> String {
    format!("{:?}", placed.stage)
}
