//! What the airline does: opening sale, blocking, other channels, the status of the day.

use super::{Departure, Flight, find_seats, is_blocked, numbers, require_free, require_room};
use crate::flight::command::{BlockSeats, ChangeStatus, NamedSeats, OpenSale};
use crate::flight::event::{EndReason, Event, StatusChanged};
use crate::flight::rejection::Rejection;
use crate::flight::state::{Seat, Status};
use crate::plan::SeatIndex;
use crate::time::Timestamp;

/// The longest reason: a sentence or two.
const REASON_CHARS_MAX: usize = 200;

/// The longest name of a gate.
const GATE_CHARS_MAX: usize = 8;

pub(super) fn open_sale(flight: &Flight, opened: &OpenSale) -> Result<Vec<Event>, Rejection> {
    if let Flight::Opened(departure) = flight {
        let same = departure.id == opened.flight
            && departure.service == opened.service
            && departure.plan == opened.plan
            && departure.basis == opened.basis;
        return if same { Ok(Vec::new()) } else { Err(Rejection::AlreadyOnSale) };
    }
    if opened.arrives <= opened.departs {
        return Err(Rejection::unacceptable("arrives", "name an arrival after the departure"));
    }
    let mut sold = opened.sold_elsewhere.clone();
    sold.sort_unstable();
    if sold.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Rejection::unacceptable("soldElsewhere", "name each seat once"));
    }
    sold.retain(|number| opened.plan.index_of(*number).is_none());
    if !sold.is_empty() {
        return Err(Rejection::NoSuchSeats { seats: sold });
    }
    Ok(vec![Event::SaleOpened(opened.clone())])
}

pub(super) fn block(departure: &Departure, asked: &BlockSeats) -> Result<Vec<Event>, Rejection> {
    let blocked = Seat::Blocked { reason: asked.reason };
    let seats = take_out(departure, &asked.seats, |seat| seat == blocked)?;
    Ok(if_any(&seats, || Event::SeatsBlocked { seats: numbers(departure, &seats), reason: asked.reason }))
}

pub(super) fn unblock(departure: &Departure, asked: &NamedSeats) -> Result<Vec<Event>, Rejection> {
    let seats = put_back(departure, asked, is_blocked)?;
    Ok(if_any(&seats, || Event::SeatsUnblocked { seats: numbers(departure, &seats) }))
}

pub(super) fn sell_elsewhere(departure: &Departure, asked: &NamedSeats) -> Result<Vec<Event>, Rejection> {
    let seats = take_out(departure, &asked.seats, |seat| seat == Seat::SoldElsewhere)?;
    Ok(if_any(&seats, || Event::SeatsSoldElsewhere { seats: numbers(departure, &seats) }))
}

pub(super) fn return_elsewhere(departure: &Departure, asked: &NamedSeats) -> Result<Vec<Event>, Rejection> {
    let seats = put_back(departure, asked, |seat| seat == Seat::SoldElsewhere)?;
    Ok(if_any(&seats, || Event::SeatsReturnedElsewhere { seats: numbers(departure, &seats) }))
}

fn if_any(seats: &[SeatIndex], event: impl FnOnce() -> Event) -> Vec<Event> {
    if seats.is_empty() { Vec::new() } else { vec![event()] }
}

/// The named seats that are to leave the sale: open ones, with room left for whoever has no seat yet.
/// Those that are `already` out as asked are passed over.
fn take_out(
    departure: &Departure,
    named: &[crate::plan::SeatNumber],
    already: impl Fn(Seat) -> bool,
) -> Result<Vec<SeatIndex>, Rejection> {
    let seats = named_seats(departure, named)?;
    require_free(departure, &seats, |seat| departure.is_open(seat) || already(departure.seat(seat)))?;
    let leaving: Vec<SeatIndex> = seats.into_iter().filter(|seat| departure.is_open(*seat)).collect();
    require_room(departure, &leaving)?;
    Ok(leaving)
}

/// The named seats that are to open again: those that are `out`. Open ones are passed over.
fn put_back(
    departure: &Departure,
    asked: &NamedSeats,
    out: impl Fn(Seat) -> bool,
) -> Result<Vec<SeatIndex>, Rejection> {
    let seats = named_seats(departure, &asked.seats)?;
    require_free(departure, &seats, |seat| departure.is_open(seat) || out(departure.seat(seat)))?;
    Ok(seats.into_iter().filter(|seat| out(departure.seat(*seat))).collect())
}

fn named_seats(
    departure: &Departure,
    named: &[crate::plan::SeatNumber],
) -> Result<Vec<SeatIndex>, Rejection> {
    if named.is_empty() {
        return Err(Rejection::unacceptable("seats", "name at least one seat"));
    }
    find_seats(departure, named, None)
}

/// A flight that is cancelled or leaves ends its holds first.
pub(super) fn change_status(departure: &Departure, asked: &ChangeStatus) -> Result<Vec<Event>, Rejection> {
    if !may_become(departure.status, asked.status) {
        return Err(Rejection::NoSuchTransition { from: departure.status, to: asked.status });
    }
    let changed = acceptable_change(departure, asked)?;
    let same = (changed.status, changed.departs, changed.arrives)
        == (departure.status, departure.departs, departure.arrives);
    if same && changed.gate == departure.gate {
        return Ok(Vec::new());
    }
    let ended = |reason| departure.holds().map(move |(hold, _)| Event::HoldEnded { hold, reason }).collect();
    let mut events: Vec<Event> = match asked.status {
        Status::Cancelled => ended(EndReason::FlightCancelled),
        Status::Departed => ended(EndReason::FlightDeparted),
        Status::Scheduled | Status::Delayed | Status::Boarding | Status::Arrived => Vec::new(),
    };
    events.push(Event::StatusChanged(changed));
    Ok(events)
}

fn may_become(from: Status, to: Status) -> bool {
    match from {
        Status::Scheduled | Status::Delayed | Status::Boarding => to != Status::Arrived,
        Status::Departed => matches!(to, Status::Departed | Status::Arrived),
        Status::Arrived => to == Status::Arrived,
        Status::Cancelled => to == Status::Cancelled,
    }
}

fn acceptable_change(departure: &Departure, asked: &ChangeStatus) -> Result<StatusChanged, Rejection> {
    let departs = asked.departs.unwrap_or(departure.departs);
    let arrives = asked.arrives.unwrap_or_else(|| arrival_after(departure, departs));
    if arrives <= departs {
        return Err(Rejection::unacceptable("newArrival", "name an arrival after the departure"));
    }
    let printable =
        |text: &str, chars_max| text.chars().count() <= chars_max && !text.chars().any(char::is_control);
    if asked.reason.as_deref().is_some_and(|reason| !printable(reason, REASON_CHARS_MAX)) {
        return Err(Rejection::unacceptable(
            "reason",
            format!("write at most {REASON_CHARS_MAX} printable characters"),
        ));
    }
    if asked.gate.as_deref().is_some_and(|gate| !printable(gate, GATE_CHARS_MAX)) {
        return Err(Rejection::unacceptable(
            "gate",
            format!("write at most {GATE_CHARS_MAX} printable characters"),
        ));
    }
    let gate = asked.gate.clone().or_else(|| departure.gate.clone());
    Ok(StatusChanged { status: asked.status, reason: asked.reason.clone(), departs, arrives, gate })
}

/// Without another word, the block time stays what it was.
fn arrival_after(departure: &Departure, departs: Timestamp) -> Timestamp {
    departs + departure.arrives.since(departure.departs)
}
