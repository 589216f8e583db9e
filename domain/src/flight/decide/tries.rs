//! Trying a change of seats, so that a booking can change seats on several departures or on none: the seats that are
//! left stay the booking's until it says which of the two it keeps.

use super::Departure;
use super::places::{self, Moves};
use crate::flight::command::ChangeSeats;
use crate::flight::event::Event;
use crate::flight::rejection::Rejection;
use crate::ids::BookingId;
use crate::plan::SeatIndex;

/// A repeat finds the passengers where it would put them.
pub(super) fn try_seats(departure: &Departure, asked: &ChangeSeats) -> Result<Vec<Event>, Rejection> {
    let aboard = places::aboard(departure, asked.booking)?;
    if departure.tried(asked.booking).is_some() {
        return if aboard.sit_there(&asked.moves) { Ok(Vec::new()) } else { Err(under_way()) };
    }
    let moves = places::acceptable_moves(departure, &aboard, asked)?;
    require_room_beside(departure, &moves)?;
    let Some((moves, prices)) = places::moved(departure, &aboard, &moves) else { return Ok(Vec::new()) };
    Ok(vec![Event::SeatsTried { booking: asked.booking, moves, prices }])
}

/// Seats that are left stay taken, so whoever has one and moves to an open seat takes one more from the cabin.
fn require_room_beside(departure: &Departure, moves: &Moves<'_>) -> Result<(), Rejection> {
    let Some(class) = moves.first().and_then(|(_, to)| departure.plan.index_of(*to)) else { return Ok(()) };
    let class = departure.plan.seat(class).class;
    let opens = |index: &SeatIndex| departure.is_open(*index);
    let taken = moves.iter().filter_map(|(_, to)| departure.plan.index_of(*to)).filter(opens).count();
    let seatless = moves.iter().filter(|(mover, _)| mover.seat.is_none()).count();
    let sellable = departure.tally(class).map_or(0, crate::flight::Tally::sellable);
    if taken > usize::from(sellable) + seatless {
        return Err(Rejection::CabinFull { class, sellable });
    }
    Ok(())
}

/// The event that ends a try for good, before the booking does anything else here.
pub(super) fn settled(departure: &Departure, booking: BookingId) -> Option<Event> {
    departure.tried(booking).map(|tried| Event::SeatsKept { booking, opened: tried.kept() })
}

pub(super) fn undo_seats(departure: &Departure, booking: BookingId) -> Vec<Event> {
    let undone = |moves: &[crate::flight::SeatMove]| Event::SeatsUndone { booking, moves: moves.to_vec() };
    departure.tried(booking).map(|tried| undone(&tried.moves)).into_iter().collect()
}

/// Refuses to move passengers whose seats are being tried.
pub(super) fn require_none(departure: &Departure, booking: BookingId) -> Result<(), Rejection> {
    if departure.tried(booking).is_some() { Err(under_way()) } else { Ok(()) }
}

fn under_way() -> Rejection {
    Rejection::unacceptable("seats", "another change of seats is under way")
}
