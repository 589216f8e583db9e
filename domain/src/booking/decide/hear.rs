//! What the answer of a departure means to the step that was open.

use super::course::failed;
use super::{money, parts};
use crate::booking::command::Heard;
use crate::booking::end::{CancelledBy, Declined, End, Why};
use crate::booking::event::{Event, Reseated, SegmentHeld};
use crate::booking::state::{LegState, Placed, SeatProgress, Stage};
use crate::flight::{self, SeatMove};
use crate::ids::FlightId;
use crate::time::Timestamp;

/// A departure's answer.
#[derive(Clone, Copy)]
enum Word<'a> {
    Done(&'a [flight::Event]),
    AlreadySo,
    Refused(&'a flight::Rejection),
}

/// The events that say so. What follows from them is for [`super::course`]. Who was not asked has nothing to say.
pub(super) fn hear(placed: &Placed, answer: &Heard, now: Timestamp) -> Vec<Event> {
    let word = match answer {
        Heard::Accepted(events) => Word::Done(events),
        Heard::AlreadySo => Word::AlreadySo,
        Heard::Refused(rejection) => Word::Refused(rejection),
        Heard::Provider(said) => {
            let asked = placed.ask_departure().is_none();
            return if asked { money::hear(placed, said, now) } else { Vec::new() };
        }
    };
    placed
        .ask_departure()
        .map_or_else(Vec::new, |(flight, command)| departure(placed, flight, &command, word))
}

fn departure(placed: &Placed, flight: FlightId, command: &flight::Command, answer: Word<'_>) -> Vec<Event> {
    let wanted = placed.leg(flight).is_some_and(|leg| leg.state == LegState::Wanted);
    match &placed.stage {
        Stage::Holding => acquired(placed, flight, answer),
        Stage::Paying { .. } if wanted => acquired(placed, flight, answer),
        Stage::Paying { .. } => vec![match answer {
            Word::Refused(rejection) => Event::SegmentDeclined(no(flight, rejection)),
            Word::Done(_) | Word::AlreadySo if matches!(command, flight::Command::StartPaying(_)) => {
                Event::SegmentFenced { flight }
            }
            Word::Done(_) | Word::AlreadySo => Event::SegmentSecured { flight },
        }],
        Stage::LettingGo { .. } => vec![let_go(flight, answer)],
        Stage::Cancelling { by, .. } => vec![cancelled(placed, *by, flight, answer)],
        Stage::CancellingPart { .. } => {
            let refused = if let Word::Refused(rejection) = answer { Some(rejection) } else { None };
            vec![parts::heard(placed, flight, refused)]
        }
        Stage::ChangingSeats { .. } => vec![reseated(placed, flight, command, answer)],
        Stage::Held | Stage::Closing { .. } | Stage::Confirmed | Stage::Ended(_) => Vec::new(),
    }
}

fn no(flight: FlightId, rejection: &flight::Rejection) -> Declined {
    Declined { flight, rejection: rejection.clone() }
}

/// A departure that has the booking's claim without saying how it holds gives it back: nobody could say what it costs.
fn acquired(placed: &Placed, flight: FlightId, answer: Word<'_>) -> Vec<Event> {
    let held = match answer {
        Word::Refused(rejection) => return vec![Event::SegmentDeclined(no(flight, rejection))],
        Word::Done(events) => events.iter().find_map(|event| claimed(placed, flight, event)),
        Word::AlreadySo => None,
    };
    match held {
        Some(held) => vec![Event::SegmentHeld(held)],
        None => {
            let unclear = Why::Unclear { flight };
            let pays = matches!(placed.stage, Stage::Paying { .. });
            let towards = if pays { End::Failed(failed(placed, unclear)) } else { End::Refused(unclear) };
            vec![Event::SegmentUnclear { flight }, Event::LettingGoBegan { towards }]
        }
    }
}

fn claimed(placed: &Placed, flight: FlightId, event: &flight::Event) -> Option<SegmentHeld> {
    let flight::Event::HoldsClaimed { booking, holds, passengers, prices, passage, .. } = event else {
        return None;
    };
    (*booking == placed.booking).then(|| SegmentHeld {
        flight,
        holds: holds.clone(),
        passengers: passengers.clone(),
        prices: prices.clone(),
        passage: *passage,
    })
}

/// What is gone already is let go of. What turns out to be sold is taken back as a sale.
fn let_go(flight: FlightId, answer: Word<'_>) -> Event {
    match answer {
        Word::Refused(flight::Rejection::AlreadySold { .. }) => Event::SegmentSecured { flight },
        Word::Done(_) | Word::AlreadySo | Word::Refused(_) => Event::SegmentReleased { flight },
    }
}

/// The first departure of the trip says whether it is too late. Only the airline cancels beyond that.
fn cancelled(placed: &Placed, by: CancelledBy, flight: FlightId, answer: Word<'_>) -> Event {
    match answer {
        Word::Done(_) | Word::AlreadySo => Event::SegmentCancelled { flight },
        Word::Refused(rejection) => {
            let begun = placed.legs().any(|(_, leg)| leg.state != LegState::Secured);
            if begun || by == CancelledBy::Carrier {
                Event::SegmentFlown { flight }
            } else {
                Event::CancellationDeclined(no(flight, rejection))
            }
        }
    }
}

fn reseated(placed: &Placed, flight: FlightId, command: &flight::Command, answer: Word<'_>) -> Event {
    match (command, answer) {
        (flight::Command::KeepSeats { .. }, _) => Event::SeatsKept { flight },
        (flight::Command::UndoSeats { .. }, _) => Event::SeatsUndone { flight },
        (_, Word::Refused(rejection)) => Event::SegmentDeclined(no(flight, rejection)),
        (flight::Command::TrySeats(_), answer) => Event::SeatsTried(moved(placed, flight, answer)),
        (_, answer) => Event::SeatsMoved(moved(placed, flight, answer)),
    }
}

/// Who moved, by the departure's word; by the wish, when it only says that they sit there.
fn moved(placed: &Placed, flight: FlightId, answer: Word<'_>) -> Reseated {
    let said = match answer {
        Word::Done(events) => events.iter().find_map(|event| changed(placed, flight, event)),
        Word::AlreadySo | Word::Refused(_) => None,
    };
    said.unwrap_or_else(|| Reseated { flight, moves: wished(placed, flight), prices: Vec::new() })
}

fn changed(placed: &Placed, flight: FlightId, event: &flight::Event) -> Option<Reseated> {
    let (flight::Event::SeatsChanged { booking, moves, prices }
    | flight::Event::SeatsTried { booking, moves, prices }) = event
    else {
        return None;
    };
    let reseated = || Reseated { flight, moves: moves.clone(), prices: prices.clone() };
    (*booking == placed.booking).then(reseated)
}

fn wished(placed: &Placed, flight: FlightId) -> Vec<SeatMove> {
    let Stage::ChangingSeats { changes, .. } = &placed.stage else { return Vec::new() };
    let asked = changes.get(&flight).filter(|change| change.progress == SeatProgress::Asked);
    let wishes = asked.map(|change| change.moves.clone()).unwrap_or_default();
    let step = |(passenger, to)| SeatMove { passenger, from: None, to, hold: None };
    wishes.into_iter().map(step).collect()
}
