//! What a booking answers to a command: events, or the rule that says no.
//!
//! [`decide`] hands the command to the file that knows it, and adds to its events what follows of itself
//! ([`course`]). A client's command is refused as busy while a step is open; an answer to that step, and only that,
//! moves the booking on.

mod clients;
mod course;
mod hear;
mod place;

use super::command::Command;
use super::event::Event;
use super::rejection::Rejection;
use super::state::{Booking, LegState, Placed, Stage, Trouble};
use crate::aggregate::Turn;
use crate::ids::FlightId;
use crate::planted::{self, Bug};
use crate::time::Timestamp;

/// Decides `command` on `booking` as it is at `turn`. No events at all means that what was asked for is already so.
///
/// # Errors
/// The first rule that says no. Then nothing happened.
pub(super) fn decide(booking: &Booking, command: &Command, turn: Turn) -> Result<Vec<Event>, Rejection> {
    let placed = match (booking, command) {
        (booking, Command::Place(place)) => return place::place(booking, place, turn),
        (Booking::Unplaced, Command::LapseDue) => return Ok(Vec::new()),
        (Booking::Unplaced, _) => return Err(Rejection::NoSuchBooking),
        (Booking::Placed(placed), _) => placed,
    };
    let settled = booking.is_settled();
    match command {
        Command::Told { step, answer } => {
            if settled || (*step != placed.step && !planted::on(Bug::StaleAnswerCounts)) {
                return Ok(Vec::new());
            }
            Ok(onwards(placed, hear::hear(placed, answer), turn.now))
        }
        Command::HoldsLost { flight, reason } => Ok(note(placed, *flight, (*reason).into(), turn.now)),
        Command::FlightCancelled { flight } => Ok(note(placed, *flight, Trouble::FlightCancelled, turn.now)),
        Command::LapseDue if settled => Ok(onwards(placed, Vec::new(), turn.now)),
        Command::LapseDue => Ok(Vec::new()),
        Command::Confirm { .. }
        | Command::QuoteCancellation
        | Command::Cancel(_)
        | Command::ChangeSeats { .. }
            if !settled =>
        {
            Err(Rejection::Busy)
        }
        Command::Confirm { by, reference } => clients::confirm(placed, by, reference, turn),
        Command::QuoteCancellation => clients::quote(placed, turn),
        Command::Cancel(asked) => clients::cancel(placed, asked, turn),
        Command::ChangeSeats { moves } => clients::change_seats(placed, moves, turn),
        Command::Place(_) => unreachable!("decided above"),
    }
}

/// The events, and all that follows of themselves from them.
fn onwards(placed: &Placed, mut events: Vec<Event>, now: Timestamp) -> Vec<Event> {
    let mut after = placed.clone();
    events.iter().for_each(|event| after.take_in(event));
    while let Some(event) = course::next(&after, now) {
        after.take_in(&event);
        events.push(event);
    }
    events
}

/// Notes what a departure says unasked. A booking that waits for an answer weighs it when the answer is there.
fn note(placed: &Placed, flight: FlightId, trouble: Trouble, now: Timestamp) -> Vec<Event> {
    let over = matches!(placed.stage, Stage::LettingGo { .. } | Stage::Ended(_));
    let Some(leg) = placed.leg(flight).filter(|_| !over) else { return Vec::new() };
    let gone = matches!(leg.state, LegState::Released | LegState::Flown);
    let known = leg.trouble.is_some_and(|known| known == trouble || known == Trouble::FlightCancelled);
    if gone || known {
        return Vec::new();
    }
    if planted::on(Bug::CancelledUnheard) && trouble == Trouble::FlightCancelled {
        return Vec::new();
    }
    let noted = vec![Event::SegmentTroubled { flight, trouble }];
    if placed.ask().is_some() { noted } else { onwards(placed, noted, now) }
}
