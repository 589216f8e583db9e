//! What a departure answers to a command: events, or the rule that says no.
//!
//! [`decide`] lapses what is due, then hands the command to the file that knows it. Everything that it
//! checks, it checks against the state after those lapses, and they stand in the same row.

mod claims;
mod holds;
mod operations;
mod places;
mod prices;
mod seating;
mod tries;

use super::command::Command;
use super::event::Event;
use super::rejection::{Rejection, TakenSeat};
use super::state::{Departure, Flight, Seat, Status};
use super::{evolve, limits};
use crate::aggregate::Turn;
use crate::pick;
use crate::plan::{CabinClass, SeatIndex, SeatNumber};
use crate::planted::{self, Bug};
use crate::time::Timestamp;
use crate::view;

/// Decides `command` on `flight` as it is at `turn`.
///
/// The events are those of lapsed holds, if any are due, followed by those of the command. No events at
/// all means that what was asked for is already so.
///
/// # Errors
/// The first rule that says no. Then nothing happened, and what is due is still due.
pub fn decide(flight: &Flight, command: &Command, turn: Turn) -> Result<Vec<Event>, Rejection> {
    let lapses = lapses(flight, command, turn.now);
    if lapses.is_empty() {
        return decide_now(flight, command, turn);
    }
    let mut current = flight.clone();
    lapses.iter().for_each(|lapse| evolve::evolve(&mut current, lapse));
    let mut events = lapses;
    events.extend(decide_now(&current, command, turn)?);
    Ok(events)
}

fn lapses(flight: &Flight, command: &Command, now: Timestamp) -> Vec<Event> {
    let Some(departure) = flight.departure() else { return Vec::new() };
    if planted::on(Bug::ConfirmAtDeadline) && matches!(command, Command::Confirm { .. }) {
        return Vec::new();
    }
    if planted::on(Bug::TimerHitsNextHold) && matches!(command, Command::LapseDue) {
        return departure.due(Timestamp::MAX).take(1).map(|hold| Event::HoldLapsed { hold }).collect();
    }
    departure.due(now).map(|hold| Event::HoldLapsed { hold }).collect()
}

/// Decides on a flight on which nothing is due.
fn decide_now(flight: &Flight, command: &Command, turn: Turn) -> Result<Vec<Event>, Rejection> {
    let departure = match (flight, command) {
        (flight, Command::OpenSale(opened)) => return operations::open_sale(flight, opened),
        (_, Command::LapseDue) => return Ok(Vec::new()),
        (Flight::Unopened, _) => return Err(Rejection::NotOnSale),
        (Flight::Opened(departure), _) => departure,
    };
    if departure.status == Status::Cancelled
        && !ends_something(command)
        && !is_sold_already(departure, command)
    {
        return Err(Rejection::FlightCancelled);
    }
    match command {
        Command::HoldSeats(asked) => holds::hold_seats(departure, asked, turn),
        Command::ExtendHold(asked) => holds::extend(departure, asked, turn),
        Command::ReleaseHold(asked) => holds::release(departure, asked, turn),
        Command::ClaimHolds(asked) => claims::claim(departure, asked, turn),
        Command::ReturnClaim { booking } => {
            claims::let_go(departure, *booking, Event::ClaimReturned { booking: *booking })
        }
        Command::ReleaseClaim { booking } => {
            claims::let_go(departure, *booking, Event::ClaimReleased { booking: *booking })
        }
        Command::StartPaying(asked) => claims::start_paying(departure, asked, turn),
        Command::Confirm { booking } => claims::confirm(departure, *booking),
        Command::UndoSale { booking } => Ok(places::undo_sale(departure, *booking)),
        Command::CancelPlaces(asked) => places::cancel(departure, asked),
        Command::ChangeSeats(asked) => places::change_seats(departure, asked),
        Command::TrySeats(asked) => tries::try_seats(departure, asked),
        Command::KeepSeats { booking } => Ok(tries::settled(departure, *booking).into_iter().collect()),
        Command::UndoSeats { booking } => Ok(tries::undo_seats(departure, *booking)),
        Command::AssignSeats { booking, wish } => places::assign_seats(departure, *booking, *wish),
        Command::BlockSeats(asked) => operations::block(departure, asked),
        Command::UnblockSeats(asked) => operations::unblock(departure, asked),
        Command::SellElsewhere(asked) => operations::sell_elsewhere(departure, asked),
        Command::ReturnElsewhere(asked) => operations::return_elsewhere(departure, asked),
        Command::ChangeStatus(asked) => operations::change_status(departure, asked),
        Command::OpenSale(_) | Command::LapseDue => unreachable!("decided above"),
    }
}

/// What a cancelled flight still lets happen: ends, and being cancelled.
fn ends_something(command: &Command) -> bool {
    match command {
        Command::CancelPlaces(_)
        | Command::UndoSale { .. }
        | Command::KeepSeats { .. }
        | Command::UndoSeats { .. }
        | Command::ReleaseHold(_)
        | Command::ReturnClaim { .. }
        | Command::ReleaseClaim { .. }
        | Command::LapseDue => true,
        Command::ChangeStatus(asked) => asked.status == Status::Cancelled,
        Command::OpenSale(_)
        | Command::HoldSeats(_)
        | Command::ExtendHold(_)
        | Command::ClaimHolds(_)
        | Command::StartPaying(_)
        | Command::Confirm { .. }
        | Command::ChangeSeats(_)
        | Command::TrySeats(_)
        | Command::AssignSeats { .. }
        | Command::BlockSeats(_)
        | Command::UnblockSeats(_)
        | Command::SellElsewhere(_)
        | Command::ReturnElsewhere(_) => false,
    }
}

/// A booking that lost the answer to its confirmation learns that it bought, whatever came after.
fn is_sold_already(departure: &Departure, command: &Command) -> bool {
    matches!(command, Command::Confirm { booking } if departure.sale(*booking).is_some())
}

/// The seats with these numbers, in the same order; of one cabin when `class` is given.
fn find_seats(
    departure: &Departure,
    numbers: &[SeatNumber],
    class: Option<CabinClass>,
) -> Result<Vec<SeatIndex>, Rejection> {
    if numbers.len() > limits::SEATS_NAMED_MAX {
        return Err(Rejection::unacceptable(
            "seats",
            format!("name at most {} seats", limits::SEATS_NAMED_MAX),
        ));
    }
    let find = |number: &SeatNumber| {
        let index = departure.plan.index_of(*number)?;
        let in_cabin = class.is_none_or(|class| departure.plan.seat(index).class == class);
        in_cabin.then_some(index)
    };
    let found: Vec<SeatIndex> = numbers.iter().filter_map(find).collect();
    if found.len() < numbers.len() {
        let seats = numbers.iter().filter(|number| find(number).is_none()).copied().collect();
        return Err(Rejection::NoSuchSeats { seats });
    }
    let mut sorted = found.clone();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Rejection::unacceptable("seats", "name each seat once"));
    }
    Ok(found)
}

/// Refuses with `SeatTaken` when any of `seats` is not free for the taking.
fn require_free(
    departure: &Departure,
    seats: &[SeatIndex],
    free: impl Fn(SeatIndex) -> bool,
) -> Result<(), Rejection> {
    let taken: Vec<SeatIndex> = seats.iter().copied().filter(|seat| !free(*seat)).collect();
    if taken.is_empty() {
        return Ok(());
    }
    let alternatives = pick::alternatives(
        &departure.plan,
        |seat| departure.is_open(seat) && !seats.contains(&seat),
        &taken,
        limits::ALTERNATIVES_MAX,
    );
    Err(Rejection::SeatTaken {
        seats: taken.into_iter().map(|seat| taken_seat(departure, seat)).collect(),
        alternatives: alternatives.into_iter().map(|seat| departure.number(seat)).collect(),
    })
}

fn taken_seat(departure: &Departure, seat: SeatIndex) -> TakenSeat {
    let shown = view::seat_change(departure, seat);
    TakenSeat { seat: shown.seat, state: shown.state, until: shown.until }
}

/// Refuses when a cabin would have less room than its unseated passengers need, were `seats` taken away.
fn require_room(departure: &Departure, seats: &[SeatIndex]) -> Result<(), Rejection> {
    for cabin in departure.plan.cabins() {
        let taken = seats.iter().filter(|seat| departure.plan.seat(**seat).class == cabin.class).count();
        let sellable = departure.tally(cabin.class).map_or(0, super::Tally::sellable);
        if taken > usize::from(sellable) {
            return Err(Rejection::CabinFull { class: cabin.class, sellable });
        }
    }
    Ok(())
}

fn numbers(departure: &Departure, seats: &[SeatIndex]) -> Vec<SeatNumber> {
    seats.iter().map(|seat| departure.number(*seat)).collect()
}

fn is_blocked(seat: Seat) -> bool {
    matches!(seat, Seat::Blocked { .. })
}
