//! What people ask of a booking that is at rest.

use std::collections::BTreeMap;

use super::onwards;
use crate::aggregate::Turn;
use crate::booking::command::{Cancel, SeatWish};
use crate::booking::conditions;
use crate::booking::event::Event;
use crate::booking::limits::{PAYING_FENCE, QUOTE_FOR, REASON_CHARS_MAX, REFERENCE_CHARS_MAX};
use crate::booking::rejection::Rejection;
use crate::booking::state::{Cancellation, CancelledBy, End, Placed, Quote, Settlement, Stage, Terms};
use crate::ids::{FlightId, PassengerId, PrincipalId};
use crate::plan::SeatNumber;
use crate::planted::{self, Bug};

type Decided = Result<Vec<Event>, Rejection>;

/// A booking is paid while it is held, and not at its deadline.
pub(super) fn confirm(placed: &Placed, by: &PrincipalId, reference: &str, turn: Turn) -> Decided {
    require_printable("reference", reference, REFERENCE_CHARS_MAX)?;
    if reference.is_empty() {
        return Err(Rejection::unacceptable("reference", "name the payment"));
    }
    let settlement = Settlement::Outside { reference: reference.to_owned(), by: by.clone() };
    if matches!(placed.stage, Stage::Confirmed)
        && placed.settlement.as_ref().is_some_and(|known| known.is_of(reference))
    {
        return Ok(Vec::new());
    }
    require_held(placed, turn)?;
    let paying = Event::PayingStarted { fence: turn.now + PAYING_FENCE, settlement };
    Ok(onwards(placed, vec![paying], turn.now))
}

impl Settlement {
    fn is_of(&self, asked: &str) -> bool {
        match self {
            Self::Outside { reference, .. } => reference == asked,
        }
    }
}

fn require_held(placed: &Placed, turn: Turn) -> Result<(), Rejection> {
    match placed.stage {
        Stage::Held => require_in_time(placed, turn),
        Stage::Ended(End::Expired) => Err(Rejection::HoldExpired { until: placed.until }),
        Stage::Holding
        | Stage::Paying { .. }
        | Stage::Confirmed
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::Ended(_) => Err(Rejection::WrongStatus { status: placed.status() }),
    }
}

/// A booking that is held is held before its deadline.
fn require_in_time(placed: &Placed, turn: Turn) -> Result<(), Rejection> {
    let late = matches!(placed.stage, Stage::Held) && placed.until <= turn.now;
    let late = late && !planted::on(Bug::PaidAtDeadline);
    if late { Err(Rejection::HoldExpired { until: placed.until }) } else { Ok(()) }
}

/// Held in time, or confirmed.
fn require_alive(placed: &Placed, turn: Turn) -> Result<(), Rejection> {
    match placed.stage {
        Stage::Confirmed => Ok(()),
        Stage::Holding
        | Stage::Held
        | Stage::Paying { .. }
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::Ended(_) => require_held(placed, turn),
    }
}

pub(super) fn quote(placed: &Placed, turn: Turn) -> Decided {
    require_alive(placed, turn)?;
    let quote = Quote {
        quote: turn.version,
        terms: conditions::terms(placed, turn.now),
        expires: turn.now + QUOTE_FOR,
    };
    Ok(vec![Event::CancellationQuoted(quote)])
}

/// Before it is paid a booking is let go of; after that its places are cancelled.
pub(super) fn cancel(placed: &Placed, asked: &Cancel, turn: Turn) -> Decided {
    if let Some(reason) = &asked.reason {
        require_printable("reason", reason, REASON_CHARS_MAX)?;
    }
    if matches!(placed.stage, Stage::Ended(End::Cancelled(_))) {
        return Ok(Vec::new());
    }
    require_alive(placed, turn)?;
    let terms = agreed_terms(placed, asked, turn)?;
    let by = if asked.by == placed.customer { CancelledBy::Customer } else { CancelledBy::Agent };
    let reason = asked.reason.clone();
    let began = if matches!(placed.stage, Stage::Confirmed) {
        Event::CancellationBegan { by, reason, terms }
    } else {
        let cancelled = Cancellation { by, reason, terms: Some(terms) };
        Event::LettingGoBegan { towards: End::Cancelled(cancelled) }
    };
    Ok(onwards(placed, vec![began], turn.now))
}

/// The terms of the quote while it is good, or those of now when none is named.
fn agreed_terms(placed: &Placed, asked: &Cancel, turn: Turn) -> Result<Terms, Rejection> {
    let Some(named) = asked.quote else { return Ok(conditions::terms(placed, turn.now)) };
    let quote = placed.quote.filter(|quote| quote.quote == named).ok_or(Rejection::NoSuchQuote)?;
    if quote.expires <= turn.now {
        return Err(Rejection::QuoteExpired { expired: quote.expires });
    }
    Ok(quote.terms)
}

pub(super) fn change_seats(placed: &Placed, wishes: &[SeatWish], turn: Turn) -> Decided {
    require_alive(placed, turn)?;
    let mut moves: BTreeMap<FlightId, Vec<(PassengerId, SeatNumber)>> = BTreeMap::new();
    for wish in wishes {
        let flight = wish.flight;
        let leg = placed.leg(flight).ok_or(Rejection::NoSuchSegment { flight })?;
        let moves = moves.entry(flight).or_default();
        let known = leg.passengers.iter().any(|passenger| passenger.id == wish.passenger);
        if !known || moves.iter().any(|(passenger, _)| *passenger == wish.passenger) {
            return Err(Rejection::unacceptable(
                "seats",
                "name passengers of the booking, each once on a departure",
            ));
        }
        moves.push((wish.passenger, wish.seat));
    }
    if moves.is_empty() {
        return Err(Rejection::unacceptable("seats", "move at least one passenger"));
    }
    Ok(onwards(placed, vec![Event::SeatChangeBegan { moves }], turn.now))
}

fn require_printable(member: &str, text: &str, chars_max: usize) -> Result<(), Rejection> {
    if text.chars().count() <= chars_max && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Rejection::unacceptable(member, format!("write at most {chars_max} printable characters")))
}
