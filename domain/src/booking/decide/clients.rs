//! What people ask of a booking that is at rest.

use std::collections::BTreeMap;

use super::{money, onwards, parts};
use crate::aggregate::Turn;
use crate::booking::command::{Cancel, SeatWish};
use crate::booking::conditions;
use crate::booking::end::{Cancellation, CancelledBy, End, Terms};
use crate::booking::event::Event;
use crate::booking::limits::{CLOSING_WAIT, PAYING_FENCE, QUOTE_FOR, REASON_CHARS_MAX, REFERENCE_CHARS_MAX};
use crate::booking::payment::{Asked, RefundCause};
use crate::booking::rejection::Rejection;
use crate::booking::state::{Placed, Quote, Rest, Settlement, Stage};
use crate::ids::{FlightId, PassengerId, PrincipalId};
use crate::money::Money;
use crate::payment::{self, MethodName, ProviderName, Snapshot};
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
    let fence = turn.now + PAYING_FENCE;
    let paying = Event::PayingStarted { fence, settlement, amount: None, at: None };
    Ok(onwards(placed, vec![paying], turn.now))
}

/// Whether it is paid at a provider already, or costs nothing and is had. Asking for that again changes nothing.
pub(super) fn pays(placed: &Placed) -> bool {
    let asked = matches!(placed.settlement, Some(Settlement::Card { .. } | Settlement::Nothing { .. }));
    let so = match placed.stage {
        Stage::Paying { .. }
        | Stage::Confirmed
        | Stage::ChangingSeats { back: Rest::Confirmed, .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. } => true,
        Stage::Holding
        | Stage::Held
        | Stage::Closing { .. }
        | Stage::ChangingSeats { back: Rest::Held, .. }
        | Stage::LettingGo { .. }
        | Stage::Ended(_) => false,
    };
    asked && so
}

/// Paying begins while a booking is held. What costs nothing needs no provider, and takes the same road.
pub(super) fn pay(placed: &Placed, by: &PrincipalId, provider: &ProviderName, turn: Turn) -> Decided {
    require_held(placed, turn)?;
    let total = placed.price().map(|price| price.total).filter(|total| total.minor() > 0);
    let settlement = match total {
        Some(_) => Settlement::Card { provider: provider.clone(), by: by.clone() },
        None => Settlement::Nothing { by: by.clone() },
    };
    let (fence, at) = (turn.now + PAYING_FENCE, total.map(|_| turn.now));
    let paying = Event::PayingStarted { fence, settlement, amount: total, at };
    Ok(onwards(placed, vec![paying], turn.now))
}

/// A means to pay is tried while the payment waits for one.
pub(super) fn pay_with(placed: &Placed, method: &MethodName, turn: Turn) -> Decided {
    let (Stage::Paying { fence }, Some(payment)) = (&placed.stage, &placed.payment) else {
        let expired = matches!(placed.stage, Stage::Ended(End::Expired));
        return Err(if expired {
            Rejection::HoldExpired { until: placed.until }
        } else {
            Rejection::WrongStatus { status: placed.status() }
        });
    };
    if *fence <= turn.now {
        return Err(Rejection::HoldExpired { until: *fence });
    }
    match payment.stage {
        Some(payment::Stage::AwaitsMethod | payment::Stage::AwaitsConfirmation) => {
            let asked = Event::PaymentAsked(Asked::Confirm(method.clone()));
            Ok(onwards(placed, vec![asked], turn.now))
        }
        stage => Err(Rejection::WrongPaymentStage { stage }),
    }
}

/// A hint is noted, and weighs once no step is open. What it says is not believed: the provider is asked.
pub(super) fn look_at_payment(placed: &Placed, turn: Turn) -> Vec<Event> {
    let Some(payment) = &placed.payment else { return Vec::new() };
    let mut hinted = vec![Event::PaymentHinted];
    if !placed.is_settled() {
        return hinted;
    }
    if planted::on(Bug::WebhookTrusted)
        && payment.stage.is_some_and(payment::Stage::is_open)
        && let Some(name) = payment.name.clone()
    {
        let believed = Snapshot { payment: name, amount: payment.amount, stage: payment::Stage::Authorised };
        hinted.push(Event::PaymentSeen { payment: believed, at: turn.now });
    }
    onwards(placed, hinted, turn.now)
}

/// Money that was taken is given back, of what is left of it.
pub(super) fn refund(
    placed: &Placed,
    amount: Option<Money>,
    (reason, by): (&str, &PrincipalId),
    turn: Turn,
) -> Decided {
    require_printable("reason", reason, REASON_CHARS_MAX)?;
    if reason.is_empty() {
        return Err(Rejection::unacceptable("reason", "say why"));
    }
    let paid = matches!(placed.stage, Stage::Confirmed | Stage::Ended(_));
    let payment = placed.payment.as_ref().filter(|payment| paid && payment.captured().minor() > 0);
    let payment = payment.ok_or_else(|| Rejection::WrongStatus { status: placed.status() })?;
    let left = payment.left();
    let amount = amount.unwrap_or(left);
    if amount.currency() != left.currency() || !(1..=left.minor()).contains(&amount.minor()) {
        return Err(Rejection::BeyondCaptured { left });
    }
    let cause = RefundCause::Granted { by: by.clone(), reason: reason.to_owned() };
    let began = Event::RefundBegan { refund: money::next_refund(payment), amount, cause };
    Ok(onwards(placed, vec![began], turn.now))
}

impl Settlement {
    fn is_of(&self, asked: &str) -> bool {
        match self {
            Self::Outside { reference, .. } => reference == asked,
            Self::Card { .. } | Self::Nothing { .. } => false,
        }
    }
}

fn require_held(placed: &Placed, turn: Turn) -> Result<(), Rejection> {
    match placed.stage {
        Stage::Held => require_in_time(placed, turn),
        Stage::Ended(End::Expired) => Err(Rejection::HoldExpired { until: placed.until }),
        Stage::Holding
        | Stage::Paying { .. }
        | Stage::Closing { .. }
        | Stage::Confirmed
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
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
        | Stage::Closing { .. }
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
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

/// Before it is paid a booking is let go of; after that its places are cancelled. In between the payment is given up first.
pub(super) fn cancel(placed: &Placed, asked: &Cancel, turn: Turn) -> Decided {
    if let Some(reason) = &asked.reason {
        require_printable("reason", reason, REASON_CHARS_MAX)?;
    }
    if is_cancelled(placed) {
        return Ok(Vec::new());
    }
    let pays = placed.payment.is_some() && matches!(placed.stage, Stage::Paying { .. });
    if !pays {
        require_alive(placed, turn)?;
    }
    let terms = agreed_terms(placed, asked, turn)?;
    if let (Some(_), Some(part)) = (asked.quote, &placed.part) {
        return parts::cancel(placed, part, asked, terms, turn);
    }
    let by = if asked.by == placed.customer { CancelledBy::Customer } else { CancelledBy::Agent };
    let reason = asked.reason.clone();
    let cancelled = || End::Cancelled(Cancellation { by, reason: reason.clone(), terms: Some(terms) });
    let began = if let Stage::Paying { fence } = placed.stage {
        Event::ClosingBegan { towards: cancelled(), until: fence.min(turn.now) + CLOSING_WAIT }
    } else if matches!(placed.stage, Stage::Confirmed) {
        Event::CancellationBegan { by, reason, terms }
    } else {
        Event::LettingGoBegan { towards: cancelled() }
    };
    Ok(onwards(placed, vec![began], turn.now))
}

/// Whether it is cancelled, or on its way there, so that nothing is left to ask for.
fn is_cancelled(placed: &Placed) -> bool {
    let end = match &placed.stage {
        Stage::Closing { towards, .. } | Stage::LettingGo { towards, .. } => Some(towards),
        Stage::Ended(end) => Some(end),
        Stage::Holding
        | Stage::Held
        | Stage::Paying { .. }
        | Stage::Confirmed
        | Stage::ChangingSeats { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. } => None,
    };
    matches!(end, Some(End::Cancelled(_)))
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
