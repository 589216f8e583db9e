//! A booking's hand on holds: claiming, letting go, paying, confirming.

use super::holds::find_loose;
use super::{Departure, prices, seating, tries};
use crate::aggregate::Turn;
use crate::flight::command::{ClaimHolds, StartPaying};
use crate::flight::event::Event;
use crate::flight::limits;
use crate::flight::rejection::Rejection;
use crate::flight::state::Hold;
use crate::ids::{BookingId, HoldNumber};
use crate::party;
use crate::plan::SeatIndex;

pub(super) fn claim(departure: &Departure, asked: &ClaimHolds, turn: Turn) -> Result<Vec<Event>, Rejection> {
    let booking = asked.party.booking;
    let mut numbers = asked.holds.clone();
    numbers.sort_unstable();
    if let Some(answer) = answered_by_state(departure, booking, &numbers) {
        return answer;
    }
    if numbers.is_empty() || numbers.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Rejection::unacceptable("holdIds", "name each hold once, and at least one"));
    }
    if asked.until <= turn.now || asked.until > turn.now + limits::HOLD_LIFE_MAX {
        return Err(Rejection::unacceptable("until", "name an instant within the next two hours"));
    }
    let holds: Vec<&Hold> = numbers
        .iter()
        .map(|number| find_loose(departure, *number, &asked.by, turn))
        .collect::<Result<_, _>>()?;
    require_one_cabin(&holds)?;
    require_cover(&holds, asked)?;
    let breaches = party::breaches_of_party(&party::party_of(&asked.party.passengers));
    if !breaches.is_empty() {
        return Err(Rejection::SeatRules { breaches });
    }
    let pinned: Vec<SeatIndex> = holds.iter().flat_map(|hold| hold.seats.iter().copied()).collect();
    let passengers = seating::seated(departure, &asked.party.passengers, &pinned)?;
    let prices = prices::at_fares_of(departure, &passengers, &holds);
    let passage = Some(departure.passage());
    Ok(vec![Event::HoldsClaimed { booking, holds: numbers, passengers, until: asked.until, prices, passage }])
}

fn answered_by_state(
    departure: &Departure,
    booking: BookingId,
    holds: &[HoldNumber],
) -> Option<Result<Vec<Event>, Rejection>> {
    if departure.sale(booking).is_some() {
        return Some(Err(Rejection::AlreadySold { booking }));
    }
    let claim = departure.claim(booking)?;
    let same = claim.holds == holds;
    Some(if same {
        Ok(Vec::new())
    } else {
        Err(Rejection::unacceptable("holdIds", "the booking has other holds here"))
    })
}

fn require_one_cabin(holds: &[&Hold]) -> Result<(), Rejection> {
    let one = holds.windows(2).all(|pair| pair[0].class == pair[1].class);
    if one { Ok(()) } else { Err(Rejection::unacceptable("holdIds", "name holds of one cabin")) }
}

fn require_cover(holds: &[&Hold], asked: &ClaimHolds) -> Result<(), Rejection> {
    let places: u32 = holds.iter().map(|hold| u32::from(hold.places)).sum();
    let seated =
        asked.party.passengers.iter().filter(|passenger| crate::flight::evolve::has_place(passenger)).count();
    let cover = usize::try_from(places) == Ok(seated);
    if cover {
        Ok(())
    } else {
        Err(Rejection::unacceptable("holdIds", "hold one place for each seated passenger"))
    }
}

/// Ends a claim by `event`, or finds it ended.
pub(super) fn let_go(
    departure: &Departure,
    booking: BookingId,
    event: Event,
) -> Result<Vec<Event>, Rejection> {
    if departure.sale(booking).is_some() {
        return Err(Rejection::AlreadySold { booking });
    }
    Ok(departure.claim(booking).map(|_| event).into_iter().collect())
}

/// A fence is put up once: paying again does not move it.
pub(super) fn start_paying(
    departure: &Departure,
    asked: &StartPaying,
    turn: Turn,
) -> Result<Vec<Event>, Rejection> {
    let booking = asked.booking;
    if departure.sale(booking).is_some() {
        return Ok(Vec::new());
    }
    let claim = departure.claim(booking).ok_or(Rejection::ClaimGone { booking })?;
    if claim.fence.is_some() {
        return Ok(Vec::new());
    }
    if asked.fence <= turn.now || asked.fence > turn.now + limits::PAYING_FENCE_MAX {
        return Err(Rejection::unacceptable("fence", "name an instant within the next 15 minutes"));
    }
    Ok(vec![Event::PayingStarted { booking, fence: asked.fence }])
}

/// A claim that is there is before its deadline: what was due has lapsed in this very step.
pub(super) fn confirm(departure: &Departure, booking: BookingId) -> Result<Vec<Event>, Rejection> {
    if departure.sale(booking).is_some() {
        return Ok(Vec::new());
    }
    departure.claim(booking).ok_or(Rejection::ClaimGone { booking })?;
    let settled = tries::settled(departure, booking).into_iter();
    Ok(settled.chain([Event::PlacesSold { booking }]).collect())
}
