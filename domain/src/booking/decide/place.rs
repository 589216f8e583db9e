//! Placing a booking.

use std::collections::BTreeSet;

use crate::aggregate::Turn;
use crate::booking::command::{Place, PlannedSegment};
use crate::booking::event::Event;
use crate::booking::limits::{HELD_MAX, SEGMENTS_MAX};
use crate::booking::rejection::Rejection;
use crate::booking::state::{Booking, Placed};
use crate::ids::{FlightId, PassengerId};

/// The same order again is already so.
pub(super) fn place(booking: &Booking, place: &Place, turn: Turn) -> Result<Vec<Event>, Rejection> {
    if let Booking::Placed(placed) = booking {
        return if is_same(placed, place) { Ok(Vec::new()) } else { Err(Rejection::AlreadyPlaced) };
    }
    if place.until <= turn.now || place.until > turn.now + HELD_MAX {
        return Err(Rejection::unacceptable("until", "name an instant within the next two hours"));
    }
    let segments: Vec<&PlannedSegment> = place.slices.iter().flatten().collect();
    if place.slices.iter().any(Vec::is_empty) || !(1..=SEGMENTS_MAX).contains(&segments.len()) {
        return Err(Rejection::unacceptable("segments", format!("name 1 to {SEGMENTS_MAX} departures")));
    }
    let flights: BTreeSet<FlightId> = segments.iter().map(|segment| segment.flight).collect();
    if flights.len() < segments.len() {
        return Err(Rejection::unacceptable("segments", "name each departure once"));
    }
    let travellers = travellers(segments[0]);
    if travellers.is_empty() || segments.iter().any(|segment| self::travellers(segment) != travellers) {
        return Err(Rejection::unacceptable("passengers", "name the same passengers on each departure"));
    }
    Ok(vec![Event::Placed { place: place.clone(), at: turn.now }])
}

fn travellers(segment: &PlannedSegment) -> BTreeSet<PassengerId> {
    segment.passengers.iter().map(|passenger| passenger.id).collect()
}

/// The deadline does not tell two orders apart: the edge makes it of its clock, and an order may be repeated for ever.
fn is_same(placed: &Placed, place: &Place) -> bool {
    let flights = |slice: &Vec<PlannedSegment>| slice.iter().map(|segment| segment.flight).collect();
    let slices: Vec<Vec<FlightId>> = place.slices.iter().map(flights).collect();
    (placed.booking, placed.people) == (place.booking, place.people)
        && placed.slices == slices
        && placed.customer == place.customer
}
