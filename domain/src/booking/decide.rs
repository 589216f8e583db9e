//! What a booking answers to a command: events, or the rule that says no.
//!
//! [`decide`] hands the command to the file that knows it, and adds to its events what follows of itself
//! ([`course`]). A client's command is refused as busy while a step is open; an answer to that step, and only that,
//! moves the booking on.

mod clients;
mod course;
mod hear;
mod money;
mod parts;
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
    let settled = placed.is_settled();
    match command {
        Command::Told { step, answer } => {
            let open = placed.open_step().is_some_and(|open| open.number == *step);
            if settled || (!open && !planted::on(Bug::StaleAnswerCounts)) {
                return Ok(Vec::new());
            }
            let heard = hear::hear(placed, answer, turn.now);
            Ok(if heard.is_empty() { heard } else { onwards(placed, heard, turn.now) })
        }
        Command::HoldsLost { flight, reason } => Ok(note(placed, *flight, (*reason).into(), turn.now)),
        Command::FlightCancelled { flight } => Ok(note(placed, *flight, Trouble::FlightCancelled, turn.now)),
        Command::LapseDue => Ok(lapse(placed, turn.now)),
        Command::LookAtPayment => Ok(clients::look_at_payment(placed, turn)),
        Command::Pay { .. } if clients::pays(placed) => Ok(Vec::new()),
        command if !settled && is_for_later(placed, command) => Err(Rejection::Busy),
        Command::Pay { by, provider } => clients::pay(placed, by, provider, turn),
        Command::PayWith { method, .. } => clients::pay_with(placed, method, turn),
        Command::Refund { amount, reason, by } => clients::refund(placed, *amount, (reason, by), turn),
        Command::Confirm { by, reference } => clients::confirm(placed, by, reference, turn),
        Command::QuoteCancellation => clients::quote(placed, turn),
        Command::QuotePart(part) => parts::quote(placed, part, turn),
        Command::Cancel(asked) => clients::cancel(placed, asked, turn),
        Command::ChangeSeats { moves } => clients::change_seats(placed, moves, turn),
        Command::Place(_) => unreachable!("decided above"),
    }
}

/// Whether a command waits until the open step is answered. An end stays what it is, whatever becomes of its money.
const fn is_for_later(placed: &Placed, command: &Command) -> bool {
    match command {
        Command::Confirm { .. }
        | Command::Pay { .. }
        | Command::PayWith { .. }
        | Command::QuoteCancellation
        | Command::QuotePart(_)
        | Command::Cancel(_)
        | Command::ChangeSeats { .. } => placed.end().is_none(),
        Command::Refund { .. } => true,
        Command::Place(_)
        | Command::Told { .. }
        | Command::HoldsLost { .. }
        | Command::FlightCancelled { .. }
        | Command::LookAtPayment
        | Command::LapseDue => false,
    }
}

/// What has fallen due, and what follows. A departure's answer is always waited for.
fn lapse(placed: &Placed, now: Timestamp) -> Vec<Event> {
    let due: Vec<Event> = money::due(placed, now).into_iter().collect();
    if placed.is_settled() || !due.is_empty() { onwards(placed, due, now) } else { due }
}

/// When something falls due by itself.
pub(super) fn deadline(placed: &Placed) -> Option<Timestamp> {
    if matches!(placed.stage, Stage::Held) { Some(placed.until) } else { money::deadline(placed) }
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
    if placed.is_settled() { onwards(placed, noted, now) } else { noted }
}
