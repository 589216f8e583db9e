//! Where a booking goes from here by itself.

use super::{money, parts};
use crate::booking::end::{Cancellation, CancelledBy, Declined, End, Terms, Why};
use crate::booking::event::Event;
use crate::booking::payment::Payment;
use crate::booking::state::{LegState, Placed, SeatProgress, Stage, Trouble};
use crate::booking::{conditions, state::Leg};
use crate::flight;
use crate::ids::FlightId;
use crate::payment::Refusal;
use crate::planted::{self, Bug};
use crate::time::Timestamp;

/// The next thing that happens to a booking whose last step is answered; `None` when it waits for a step, for
/// somebody, or for its deadline, or has ended.
pub(super) fn next(placed: &Placed, now: Timestamp) -> Option<Event> {
    match &placed.stage {
        Stage::Holding => while_holding(placed, now),
        Stage::Held => while_held(placed, now).map(letting_go),
        Stage::Paying { .. } => while_paying(placed),
        Stage::Closing { towards, .. } => {
            placed.payment.as_ref().and_then(|payment| money::while_closing(payment, towards))
        }
        Stage::Confirmed => {
            let part = money::of_part(placed);
            part.or_else(|| while_confirmed(placed)).or_else(|| money::aftercare(placed))
        }
        Stage::ChangingSeats { changes, .. } => {
            let tried = changes.values().any(super::super::SeatChange::is_tried);
            let asked = changes.values().any(|change| change.progress == SeatProgress::Asked);
            match placed.declined {
                Some(_) => (!tried).then_some(Event::SeatChangeUndone),
                None => (!tried && !asked).then_some(Event::SeatChangeDone),
            }
        }
        Stage::LettingGo { .. } if planted::on(Bug::CompensationForgotten) && in_hand(placed).is_some() => {
            in_hand(placed).map(|flight| Event::SegmentReleased { flight })
        }
        Stage::LettingGo { towards, .. } => {
            if in_hand(placed).is_some() {
                return None;
            }
            let ended = || (!money::awaits_word(placed)).then(|| Event::Ended(towards.clone()));
            money::before_end(placed, towards, now).or_else(ended)
        }
        Stage::Cancelling { by, reason, terms } => {
            if placed.first(LegState::Secured).is_some() {
                return None;
            }
            let terms = without_flown(placed, *terms);
            let cancelled = Cancellation { by: *by, reason: reason.clone(), terms: Some(terms) };
            money::by_terms(placed, terms).or(Some(Event::Ended(End::Cancelled(cancelled))))
        }
        Stage::CancellingPart { .. } => parts::next(placed),
        Stage::Ended(_) => money::aftercare(placed),
    }
}

pub(super) const fn letting_go(towards: End) -> Event {
    Event::LettingGoBegan { towards }
}

/// The first leg on which the booking still has something.
fn in_hand(placed: &Placed) -> Option<FlightId> {
    let states = [LegState::Held, LegState::Fenced, LegState::Secured];
    states.into_iter().find_map(|state| placed.first(state))
}

/// Nothing is declared held at or after the deadline, nor while a segment of it is lost.
fn while_holding(placed: &Placed, now: Timestamp) -> Option<Event> {
    if let Some(end) = ended_by_carrier(placed) {
        return Some(letting_go(end));
    }
    let declined = placed.declined.clone().map(Why::Declined);
    let late = (placed.until <= now).then_some(Why::TooLate);
    if let Some(why) = declined.or_else(|| lost(placed)).or(late) {
        return Some(letting_go(End::Refused(why)));
    }
    if placed.first(LegState::Wanted).is_some() {
        return None;
    }
    Some(match placed.price() {
        Some(price) => Event::HeldDeclared { price },
        None => letting_go(End::Refused(Why::MixedCurrencies)),
    })
}

fn while_held(placed: &Placed, now: Timestamp) -> Option<End> {
    let expired = placed.until <= now || lost(placed).is_some();
    ended_by_carrier(placed).or_else(|| expired.then_some(End::Expired))
}

fn while_paying(placed: &Placed) -> Option<Event> {
    if let Some(end) = ended_by_carrier(placed) {
        return Some(letting_go(end));
    }
    if let Some(why) = placed.declined.clone().map(Why::Declined).or_else(|| lost(placed)) {
        return Some(letting_go(End::Failed(failed(placed, why))));
    }
    if let Some(payment) = &placed.payment {
        return paid_for(placed, payment)
            .map_or_else(|| money::while_paying(placed, payment), |why| Some(letting_go(End::Failed(why))));
    }
    let open = placed.legs().any(|(_, leg)| leg.state != LegState::Secured);
    (!open).then_some(Event::Confirmed)
}

/// Why a booking that pays fails: whoever paid late is told that, too.
pub(super) fn failed(placed: &Placed, why: Why) -> Why {
    let late = placed.payment.as_ref().is_some_and(|payment| payment.late);
    if late { Why::PaidLate(Box::new(why)) } else { why }
}

/// Places that were had again late must cost what was paid for them.
fn paid_for(placed: &Placed, payment: &Payment) -> Option<Why> {
    let again = payment.late && placed.first(LegState::Wanted).is_none();
    let differs = again && placed.price().is_none_or(|price| price.total != payment.amount);
    differs.then(|| failed(placed, Why::Unpayable { refusal: Some(Refusal::Amount) }))
}

fn while_confirmed(placed: &Placed) -> Option<Event> {
    let carrier = placed.legs().any(|(_, leg)| is_cancelled(leg));
    carrier.then(|| Event::CancellationBegan {
        by: CancelledBy::Carrier,
        reason: None,
        terms: conditions::by_carrier(placed),
    })
}

/// A flight that does not take place ends a booking that was not confirmed. It may say so by itself, or to a step.
fn ended_by_carrier(placed: &Placed) -> Option<End> {
    let told = placed.legs().any(|(_, leg)| is_cancelled(leg) && leg.state != LegState::Wanted);
    let heard = matches!(
        &placed.declined,
        Some(Declined { flight, rejection: flight::Rejection::FlightCancelled })
            if placed.leg(*flight).is_some_and(|leg| leg.state != LegState::Wanted)
    );
    let by_carrier = Cancellation { by: CancelledBy::Carrier, reason: None, terms: None };
    (told || heard).then_some(End::Cancelled(by_carrier))
}

fn is_cancelled(leg: &Leg) -> bool {
    leg.trouble == Some(Trouble::FlightCancelled)
}

fn lost(placed: &Placed) -> Option<Why> {
    placed.legs().find_map(|(flight, leg)| leg.trouble.map(|trouble| Why::Lost { flight, trouble }))
}

/// What is flown is not given back.
fn without_flown(placed: &Placed, terms: Terms) -> Terms {
    let flown = placed.legs().filter(|(_, leg)| leg.state == LegState::Flown);
    flown.fold(terms, |terms, (_, leg)| conditions::keep(terms, leg))
}
