//! What a booking asks of its payment's provider, and what it makes of the answers.
//!
//! Money is asked for once all fences are up, taken once everything is sold, and given up before the booking comes to any
//! other end. A payment is final once it is captured or cancelled; until it is, a booking whose places are gone waits for the
//! provider's word, however long.

use super::course::{failed, letting_go};
use crate::booking::end::{End, Terms, Why};
use crate::booking::event::Event;
use crate::booking::limits::{CLOSING_WAIT, PAYING_FENCE, POLL_CLOSING, POLL_OPEN, POLL_REFUND};
use crate::booking::payment::{Asked, Payment, RefundCause};
use crate::booking::state::{LegState, Placed, Stage};
use crate::money::Money;
use crate::payment::{self, RefundNumber, RefundStage, Said, Snapshot};
use crate::planted::{self, Bug};
use crate::time::Timestamp;

/// What a provider's answer means to the order that is open. Word of another payment means nothing.
pub(super) fn hear(placed: &Placed, said: &Said, at: Timestamp) -> Vec<Event> {
    let Some((payment, errand)) =
        placed.payment.as_ref().and_then(|known| Some((known, known.errand.as_ref()?)))
    else {
        return Vec::new();
    };
    let event = match (said, &errand.asked) {
        (Said::KeySpent, _) => Some(Event::PaymentKeySpent),
        (Said::Refund { refund, stage }, Asked::Refund(asked) | Asked::LookRefund(asked)) => {
            (refund == asked).then_some(Event::RefundSeen { refund: *refund, stage: *stage, at })
        }
        (Said::Refused(_), Asked::Refund(refund)) => {
            Some(Event::RefundSeen { refund: *refund, stage: RefundStage::Failed, at })
        }
        // It was taken on, so it is on its way, whatever the provider finds of it now.
        (Said::Refused(_), Asked::LookRefund(refund)) => {
            Some(Event::RefundSeen { refund: *refund, stage: RefundStage::Pending, at })
        }
        (Said::Refused(why), _) => Some(Event::PaymentRefused { why: *why, at }),
        (Said::Declined(reason), Asked::Confirm(_)) => Some(Event::PaymentDeclined { reason: *reason, at }),
        (Said::Payment(seen), asked) if is_ours(payment, asked, seen) => {
            Some(Event::PaymentSeen { payment: seen.clone(), at })
        }
        (Said::Payment(_) | Said::Declined(_) | Said::Refund { .. }, _) => None,
    };
    event.into_iter().collect()
}

fn is_ours(payment: &Payment, asked: &Asked, seen: &Snapshot) -> bool {
    let named = match &payment.name {
        Some(name) => *name == seen.payment,
        None => *asked == Asked::Open,
    };
    // An order that takes or gives up is answered when that is so for ever; anything else is no answer to it.
    let answers = match asked {
        Asked::Open | Asked::Confirm(_) | Asked::Look => true,
        Asked::Capture | Asked::Cancel => {
            matches!(seen.stage, payment::Stage::Captured(_) | payment::Stage::Cancelled)
        }
        Asked::Refund(_) | Asked::LookRefund(_) => false,
    };
    named && answers && seen.amount == payment.amount
}

/// Whether the booking waits for somebody to pay: everything is fenced, and nothing is sold.
fn awaits_payer(placed: &Placed, payment: &Payment) -> bool {
    placed.legs().all(|(_, leg)| leg.state == LegState::Fenced) && !payment.is_secured()
}

/// While it is paid, and no departure is to be asked.
pub(super) fn while_paying(placed: &Placed, payment: &Payment) -> Option<Event> {
    if payment.errand.is_some() || placed.ask_departure().is_some() {
        return None;
    }
    let unpayable = || {
        let refusal = payment.refused.as_ref().map(|(_, why)| *why);
        Some(letting_go(End::Failed(failed(placed, Why::Unpayable { refusal }))))
    };
    let look = || payment.look_due.then_some(Event::PaymentAsked(Asked::Look));
    let sold = placed.legs().any(|(_, leg)| leg.state == LegState::Secured);
    match payment.stage {
        None if payment.refuses(&Asked::Open) => unpayable(),
        None => Some(Event::PaymentAsked(Asked::Open)),
        Some(payment::Stage::Captured(money)) if money == payment.amount => Some(Event::Confirmed),
        Some(payment::Stage::Captured(_) | payment::Stage::Cancelled) => unpayable(),
        Some(payment::Stage::Authorised) if !payment.refuses(&Asked::Capture) => {
            Some(Event::PaymentAsked(Asked::Capture))
        }
        Some(payment::Stage::Authorised) => look().or_else(unpayable),
        Some(payment::Stage::Pending) => look(),
        Some(
            payment::Stage::AwaitsMethod
            | payment::Stage::AwaitsConfirmation
            | payment::Stage::AwaitsCustomer,
        ) => look().or_else(|| if sold { unpayable() } else { None }),
    }
}

/// Before the places are let go of, nobody may pay any more. Who has paid in time gets what they paid for, unless they cancelled.
pub(super) fn while_closing(payment: &Payment, towards: &End) -> Option<Event> {
    if payment.errand.is_some() {
        return None;
    }
    match payment.stage {
        Some(payment::Stage::Cancelled) | None => Some(letting_go(towards.clone())),
        Some(_) if payment.is_secured() && *towards == End::Expired => Some(Event::PayingResumed),
        Some(payment::Stage::Captured(_)) => Some(letting_go(towards.clone())),
        Some(
            payment::Stage::AwaitsMethod
            | payment::Stage::AwaitsConfirmation
            | payment::Stage::AwaitsCustomer
            | payment::Stage::Pending
            | payment::Stage::Authorised,
        ) => give_up(payment),
    }
}

/// What a refusal means shows when one looks. After that it is waited for the next word.
fn give_up(payment: &Payment) -> Option<Event> {
    let asked = match (payment.refuses(&Asked::Cancel), payment.look_due) {
        (false, _) => Asked::Cancel,
        (true, true) => Asked::Look,
        (true, false) => return None,
    };
    Some(Event::PaymentAsked(asked))
}

/// What is still to be done about the money of a booking that has nothing any more, before it ends.
pub(super) fn before_end(placed: &Placed, towards: &End, now: Timestamp) -> Option<Event> {
    let payment = placed.payment.as_ref().filter(|payment| payment.errand.is_none())?;
    if planted::on(Bug::EndedWithoutWord) {
        return None;
    }
    match payment.stage {
        None | Some(payment::Stage::Cancelled) => None,
        Some(_) if payment.is_secured() && *towards == End::Expired => {
            Some(Event::PaidLate { fence: now + PAYING_FENCE })
        }
        Some(payment::Stage::Captured(_)) => give_back(payment, payment.left(), &RefundCause::Undone),
        Some(
            payment::Stage::AwaitsMethod
            | payment::Stage::AwaitsConfirmation
            | payment::Stage::AwaitsCustomer
            | payment::Stage::Pending
            | payment::Stage::Authorised,
        ) => give_up(payment),
    }
}

/// Whether a booking that has nothing any more must wait for the provider before it can end.
pub(super) fn awaits_word(placed: &Placed) -> bool {
    let Some(payment) = &placed.payment else { return false };
    let open = payment.stage.is_some_and(|stage| stage.is_open() || stage == payment::Stage::Authorised);
    (payment.errand.is_some() || open) && !planted::on(Bug::EndedWithoutWord)
}

/// What a cancellation gives back of the payment.
pub(super) fn by_terms(placed: &Placed, terms: Terms) -> Option<Event> {
    let payment = placed.payment.as_ref()?;
    let minor = terms.refund.minor().min(payment.left().minor());
    give_back(payment, Money::from_minor(minor, payment.amount.currency()), &RefundCause::Cancelled)
}

/// An end gives money back once.
fn give_back(payment: &Payment, amount: Money, cause: &RefundCause) -> Option<Event> {
    let done = payment.refunds.iter().any(|refund| refund.cause == *cause);
    if done || amount.minor() <= 0 || planted::on(Bug::RefundSkipped) {
        return None;
    }
    Some(Event::RefundBegan { refund: next_refund(payment), amount, cause: cause.clone() })
}

pub(super) fn next_refund(payment: &Payment) -> RefundNumber {
    RefundNumber::new(u16::try_from(payment.refunds.len() + 1).unwrap_or(u16::MAX))
}

/// What the cancellation of a part gives back: before anything else, because whatever is reckoned next must count it.
pub(super) fn of_part(placed: &Placed) -> Option<Event> {
    let payment = placed.payment.as_ref()?;
    let (refund, cause) = (next_refund(payment), RefundCause::PartCancelled);
    Some(Event::RefundBegan { refund, amount: payment.owed?, cause })
}

/// What a booking that is bought, or over, still asks of the provider: refunds, one after the other.
pub(super) fn aftercare(placed: &Placed) -> Option<Event> {
    let payment = placed.payment.as_ref().filter(|payment| payment.errand.is_none())?;
    let wanted = payment.refunds.iter().find(|refund| refund.stage.is_none());
    if let Some(refund) = wanted {
        return Some(Event::PaymentAsked(Asked::Refund(refund.number)));
    }
    let pending = payment.pending_refund().filter(|_| payment.look_due)?;
    Some(Event::PaymentAsked(Asked::LookRefund(pending)))
}

/// When a payment has something fall due by itself.
pub(in crate::booking) fn deadline(placed: &Placed) -> Option<Timestamp> {
    let payment = placed.payment.as_ref()?;
    let patience = match &placed.stage {
        Stage::Paying { .. } if planted::on(Bug::ExpiryWhilePaying) => Some(placed.until),
        Stage::Paying { fence } if awaits_payer(placed, payment) => Some(*fence),
        Stage::Closing { until, .. } => Some(*until),
        Stage::Paying { .. }
        | Stage::Holding
        | Stage::Held
        | Stage::Confirmed
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
        | Stage::Ended(_) => None,
    };
    let poll = poll(placed, payment).map(|(at, _)| at);
    patience.into_iter().chain(poll).min()
}

/// When the provider is asked unasked, and what: only a booking that waits for no answer does.
fn poll(placed: &Placed, payment: &Payment) -> Option<(Timestamp, Asked)> {
    if placed.open_step().is_some() {
        return None;
    }
    let (pause, asked) = match &placed.stage {
        Stage::Paying { .. } => (POLL_OPEN, Asked::Look),
        Stage::Closing { .. } => (POLL_OPEN, Asked::Cancel),
        Stage::LettingGo { .. } => (POLL_CLOSING, Asked::Cancel),
        Stage::Confirmed | Stage::Ended(_) => (POLL_REFUND, Asked::LookRefund(payment.pending_refund()?)),
        Stage::Holding
        | Stage::Held
        | Stage::ChangingSeats { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. } => return None,
    };
    Some((payment.seen + pause, asked))
}

/// What has fallen due of a payment. Once the fence has come nobody pays any more; once it has been waited long enough the
/// places go, and the order that has no answer is put aside until they are gone.
pub(super) fn due(placed: &Placed, now: Timestamp) -> Option<Event> {
    let payment = placed.payment.as_ref()?;
    match &placed.stage {
        Stage::Paying { .. } if planted::on(Bug::ExpiryWhilePaying) && placed.until <= now => {
            return Some(letting_go(End::Expired));
        }
        Stage::Paying { fence } if *fence <= now && awaits_payer(placed, payment) => {
            // Nobody can pay what was never opened.
            return Some(match payment.name {
                None => letting_go(End::Expired),
                Some(_) => Event::ClosingBegan { towards: End::Expired, until: *fence + CLOSING_WAIT },
            });
        }
        Stage::Closing { towards, until, .. } if *until <= now => return Some(letting_go(towards.clone())),
        Stage::Paying { .. }
        | Stage::Closing { .. }
        | Stage::Holding
        | Stage::Held
        | Stage::Confirmed
        | Stage::ChangingSeats { .. }
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
        | Stage::Ended(_) => {}
    }
    let (at, asked) = poll(placed, payment)?;
    (at <= now).then_some(Event::PaymentAsked(asked))
}
