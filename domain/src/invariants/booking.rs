//! What holds of a booking after every row.

use std::collections::BTreeSet;

use crate::booking::{Booking, End, Leg, LegState, Placed, Rest, Stage};
use crate::ids::{FlightId, PassengerId};

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
    let checks: [fn(&Placed) -> Option<BookingBroken>; 5] =
        [breach_of_slices, breach_of_stage, breach_of_legs, breach_of_payment, breach_of_step];
    checks.iter().find_map(|check| check(placed))
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
        Stage::Paying { .. } => all(&[Held, Fenced, Secured]) && falling && !(any(Held) && any(Secured)),
        Stage::Confirmed | Stage::ChangingSeats { back: Rest::Confirmed, .. } => all(&[Secured]),
        Stage::LettingGo { .. } => !any(Flown),
        Stage::Cancelling { .. } => all(&[Secured, Released, Flown]) && any(Secured),
        Stage::Ended(End::Refused(_)) => all(&[Wanted, Released]),
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
        | Stage::Confirmed
        | Stage::Cancelling { .. }
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

/// Whoever is under way waits for an answer: nothing is ever stuck.
fn breach_of_step(placed: &Placed) -> Option<BookingBroken> {
    let rests = matches!(placed.stage, Stage::Held | Stage::Confirmed | Stage::Ended(_));
    let open = !placed.is_settled();
    (rests == open).then(|| BookingBroken::Step { stage: name(placed), open })
}

fn name(placed: &Placed) -> String {
    format!("{:?}", placed.stage)
}
