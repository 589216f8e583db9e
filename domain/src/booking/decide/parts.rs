//! Cancelling a part of a booking that is bought.

use super::onwards;
use crate::aggregate::Turn;
use crate::booking::command::Cancel;
use crate::booking::conditions;
use crate::booking::end::{CancelledBy, Declined, Terms};
use crate::booking::event::Event;
use crate::booking::limits::QUOTE_FOR;
use crate::booking::part::Part;
use crate::booking::rejection::Rejection;
use crate::booking::state::{LegState, Placed, Quote, Stage};
use crate::fare::Price;
use crate::flight;
use crate::ids::{FlightId, PassengerId};

type Decided = Result<Vec<Event>, Rejection>;

/// A part is something of the booking, and not all of it.
pub(super) fn quote(placed: &Placed, part: &Part, turn: Turn) -> Decided {
    if !matches!(placed.stage, Stage::Confirmed) {
        return Err(Rejection::WrongStatus { status: placed.status() });
    }
    require_known(placed, part)?;
    if part.is_all_of(placed) {
        return Err(Rejection::unacceptable(
            "passengers",
            "leave somebody a departure, or cancel the booking",
        ));
    }
    let terms = conditions::terms_of(placed, part, turn.now)
        .ok_or_else(|| Rejection::unacceptable("passengers", "name who travels on the departures named"))?;
    let quote = Quote { quote: turn.version, terms, expires: turn.now + QUOTE_FOR };
    Ok(vec![Event::PartQuoted { quote, part: part.clone() }])
}

fn require_known(placed: &Placed, part: &Part) -> Result<(), Rejection> {
    let bought = |flight: &FlightId| placed.leg(*flight).is_some_and(|leg| leg.state == LegState::Secured);
    if let Some(flight) = part.flights.iter().find(|flight| !bought(flight)) {
        return Err(Rejection::NoSuchSegment { flight: *flight });
    }
    let travels = |id: &PassengerId| {
        part.legs(placed).any(|(_, leg)| leg.passengers.iter().any(|passenger| passenger.id == *id))
    };
    if part.passengers.iter().all(travels) {
        return Ok(());
    }
    Err(Rejection::unacceptable("passengers", "name who travels on the departures named"))
}

/// Begins to cancel what the quote is about.
pub(super) fn cancel(placed: &Placed, part: &Part, asked: &Cancel, terms: Terms, turn: Turn) -> Decided {
    let price = part.price(placed).ok_or(Rejection::NoSuchQuote)?;
    let by = if asked.by == placed.customer { CancelledBy::Customer } else { CancelledBy::Agent };
    let reason = asked.reason.clone();
    let began = Event::PartCancellationBegan { by, reason, part: part.clone(), price, terms };
    Ok(onwards(placed, vec![began], turn.now))
}

/// Whether it is too late, or the others may not travel alone, shows on the first departure; on a later one those who were to
/// leave stay.
pub(super) fn heard(placed: &Placed, flight: FlightId, refused: Option<&flight::Rejection>) -> Event {
    let Stage::CancellingPart { asked, .. } = &placed.stage else {
        unreachable!("called for the cancellation of a part")
    };
    match refused {
        None => Event::PartGivenBack { flight },
        Some(_) if asked.values().any(|left| *left) => Event::PartStays { flight },
        Some(rejection) => Event::CancellationDeclined(Declined { flight, rejection: rejection.clone() }),
    }
}

/// Once every departure has answered, the terms are those of what has left.
pub(super) fn next(placed: &Placed) -> Option<Event> {
    let Stage::CancellingPart { part, price, terms, asked } = &placed.stage else { return None };
    if placed.ask_departure().is_some() {
        return None;
    }
    let stays = asked.iter().filter(|(_, left)| !**left).map(|(flight, _)| *flight);
    let staying = Part { flights: stays.collect(), ..part.clone() };
    let stays = if staying.flights.is_empty() { None } else { staying.price(placed) };
    Some(Event::PartCancelled { terms: terms_of_rest(placed, price, *terms, stays) })
}

fn terms_of_rest(placed: &Placed, price: &Price, terms: Terms, stays: Option<Price>) -> Terms {
    if stays.is_none() { terms } else { conditions::terms_without(placed, price, terms, stays) }
}
