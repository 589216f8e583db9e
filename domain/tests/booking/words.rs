//! Events and steps in the words of the tables.

use domain::booking::{
    Ask, Asked, Cancellation, CancelledBy, Declined, End, Event, RefundCause, Reseated, Step, Terms, Trouble,
    Why,
};
use domain::flight::{Command, SeatChoice};
use domain::ids::FlightId;
use domain::party::Passenger;
use domain::payment::{Order, RefundStage, Stage};

/// `A`, `B` or `C`.
pub fn letter(flight: FlightId) -> char {
    (b'A'..).nth(usize::from(flight.number()) - 1).map_or('?', char::from)
}

fn seats(passengers: &[Passenger]) -> String {
    let seat = |passenger: &Passenger| passenger.seat.map_or_else(|| "-".to_owned(), |seat| seat.to_string());
    passengers.iter().map(seat).collect::<Vec<_>>().join(" ")
}

fn moves(seated: &Reseated) -> String {
    let step = |step: &domain::flight::SeatMove| format!("{}:{}", step.passenger, step.to);
    seated.moves.iter().map(step).collect::<Vec<_>>().join(" ")
}

fn terms(terms: &Terms) -> String {
    format!("{} back, {} kept", terms.refund, terms.fees)
}

fn by(by: CancelledBy) -> &'static str {
    match by {
        CancelledBy::Customer => "customer",
        CancelledBy::Agent => "agent",
        CancelledBy::Carrier => "carrier",
    }
}

fn no(declined: &Declined) -> String {
    format!("{}: {}", letter(declined.flight), declined.rejection.code())
}

pub fn end(end: &End) -> String {
    match end {
        End::Refused(why) => format!("refused ({})", why_not(why)),
        End::Expired => "expired".to_owned(),
        End::Failed(why) => format!("failed ({})", why_not(why)),
        End::Cancelled(Cancellation { by: who, terms: None, .. }) => format!("cancelled by {}", by(*who)),
        End::Cancelled(Cancellation { by: who, terms: Some(given), .. }) => {
            format!("cancelled by {}, {}", by(*who), terms(given))
        }
    }
}

fn why_not(why: &Why) -> String {
    match why {
        Why::Declined(declined) => no(declined),
        Why::Lost { flight, .. } | Why::Unclear { flight } => format!("{}: {}", letter(*flight), why.code()),
        Why::TooLate | Why::MixedCurrencies | Why::Unpayable { .. } => why.code().to_owned(),
        Why::PaidLate(why) => format!("paid late, {}", why_not(why)),
    }
}

/// One event. Each has words that no other has.
pub fn event(event: &Event) -> String {
    let at = |flight: &FlightId| letter(*flight);
    match event {
        Event::Placed { .. } => "placed".to_owned(),
        Event::SegmentHeld(held) => format!("{} held on {}", at(&held.flight), seats(&held.passengers)),
        Event::SegmentUnclear { flight } => format!("{} unclear", at(flight)),
        Event::SegmentDeclined(declined) => format!("no from {}", no(declined)),
        Event::SegmentTroubled { flight, trouble } => {
            let word = match trouble {
                Trouble::Lapsed => "lapsed",
                Trouble::FlightDeparted => "left",
                Trouble::FlightCancelled => "is cancelled",
            };
            format!("{} {word}", at(flight))
        }
        Event::HeldDeclared { price } => format!("all held for {}", price.total),
        Event::LettingGoBegan { towards } => format!("letting go: {}", end(towards)),
        Event::SegmentReleased { flight } => format!("{} let go", at(flight)),
        Event::PayingStarted { .. } => "paying".to_owned(),
        Event::SegmentFenced { flight } => format!("{} fenced", at(flight)),
        Event::SegmentSecured { flight } => format!("{} bought", at(flight)),
        Event::Confirmed => "confirmed".to_owned(),
        Event::PaymentAsked(asked) => format!("provider: {}", asked_for(asked)),
        Event::PaymentSeen { payment, .. } => format!("payment {}", stage(payment.stage)),
        Event::PaymentDeclined { reason, .. } => format!("declined: {}", reason.code()),
        Event::PaymentRefused { why, .. } => format!("provider refuses: {why:?}"),
        Event::PaymentKeySpent => "key spent".to_owned(),
        Event::PaymentHinted => "hinted".to_owned(),
        Event::ClosingBegan { towards, .. } => format!("closing: {}", end(towards)),
        Event::PayingResumed => "paying goes on".to_owned(),
        Event::PaidLate { .. } => "paid late".to_owned(),
        Event::RefundBegan { refund, amount, cause } => {
            format!("refund {refund} of {amount}: {}", caused(cause))
        }
        Event::RefundSeen { refund, stage, .. } => format!("refund {refund} {}", refunded(*stage)),
        Event::PartQuoted { quote, .. } => format!("part quoted: {}", terms(&quote.terms)),
        Event::PartCancellationBegan { by: who, terms: given, .. } => {
            format!("cancelling a part for {}: {}", by(*who), terms(given))
        }
        Event::PartGivenBack { flight } => format!("{} part given back", at(flight)),
        Event::PartStays { flight } => format!("{} part stays", at(flight)),
        Event::PartCancelled { terms: given } => format!("part cancelled: {}", terms(given)),
        Event::CancellationQuoted(quote) => format!("quoted: {}", terms(&quote.terms)),
        Event::CancellationBegan { by: who, terms: given, .. } => {
            format!("cancelling for {}: {}", by(*who), terms(given))
        }
        Event::SegmentCancelled { flight } => format!("{} given back", at(flight)),
        Event::SegmentFlown { flight } => format!("{} flown", at(flight)),
        Event::CancellationDeclined(declined) => format!("not cancelled, {}", no(declined)),
        Event::SeatChangeBegan { .. } => "changing seats".to_owned(),
        Event::SeatsTried(seated) => format!("{} tries {}", at(&seated.flight), moves(seated)),
        Event::SeatsMoved(seated) => format!("{} moves {}", at(&seated.flight), moves(seated)),
        Event::SeatsKept { flight } => format!("{} keeps", at(flight)),
        Event::SeatsUndone { flight } => format!("{} undone", at(flight)),
        Event::SeatChangeDone => "seats changed".to_owned(),
        Event::SeatChangeUndone => "seats unchanged".to_owned(),
        Event::Ended(how) => format!("over: {}", end(how)),
    }
}

const fn caused(cause: &RefundCause) -> &'static str {
    match cause {
        RefundCause::Cancelled => "cancelled",
        RefundCause::PartCancelled => "part cancelled",
        RefundCause::Undone => "undone",
        RefundCause::Granted { .. } => "granted",
    }
}

const fn refunded(stage: RefundStage) -> &'static str {
    match stage {
        RefundStage::Pending => "on its way",
        RefundStage::Succeeded => "done",
        RefundStage::Failed => "failed",
    }
}

fn asked_for(asked: &Asked) -> String {
    match asked {
        Asked::Open => "open".to_owned(),
        Asked::Confirm(method) => format!("try {method}"),
        Asked::Look => "look".to_owned(),
        Asked::Capture => "capture".to_owned(),
        Asked::Cancel => "give up".to_owned(),
        Asked::Refund(refund) => format!("refund {refund}"),
        Asked::LookRefund(refund) => format!("look at refund {refund}"),
    }
}

fn stage(stage: Stage) -> String {
    match stage {
        Stage::AwaitsMethod => "awaits a method".to_owned(),
        Stage::AwaitsConfirmation => "awaits a word".to_owned(),
        Stage::AwaitsCustomer => "awaits the customer".to_owned(),
        Stage::Pending => "pending".to_owned(),
        Stage::Authorised => "authorised".to_owned(),
        Stage::Captured(money) => format!("captured: {money}"),
        Stage::Cancelled => "cancelled".to_owned(),
    }
}

/// What is asked, and of whom.
pub fn step(step: &Step) -> String {
    match &step.ask {
        Ask::Departure { flight, command } => of_departure(*flight, command),
        Ask::Provider(order) => of_provider(order),
    }
}

fn of_provider(order: &Order) -> String {
    match order {
        Order::Open { amount } => format!("open {amount}"),
        Order::Confirm { payment, method } => format!("{payment} try {method}"),
        Order::Look { payment } => format!("{payment} look"),
        Order::Capture { payment } => format!("{payment} capture"),
        Order::Cancel { payment } => format!("{payment} give up"),
        Order::Refund { payment, refund, amount } => format!("{payment} refund {refund} of {amount}"),
        Order::LookRefund { payment, refund, .. } => format!("{payment} look at refund {refund}"),
    }
}

fn of_departure(flight: FlightId, command: &Command) -> String {
    let flight = letter(flight);
    match command {
        Command::HoldSeats(asked) => {
            let seats = match &asked.seats {
                SeatChoice::Exact(named) => format!("exactly {}", named.len()),
                SeatChoice::Best(_) => "best".to_owned(),
                SeatChoice::ExactAndBest(named, _) => format!("exactly {} and best", named.len()),
                SeatChoice::Later => "later".to_owned(),
            };
            format!("{flight} hold {} places, {seats}", asked.places)
        }
        Command::ClaimHolds(asked) => format!("{flight} claim {} holds", asked.holds.len()),
        Command::ReturnClaim { .. } => format!("{flight} return"),
        Command::ReleaseClaim { .. } => format!("{flight} release"),
        Command::StartPaying(_) => format!("{flight} fence"),
        Command::Confirm { .. } => format!("{flight} sell"),
        Command::UndoSale { .. } => format!("{flight} unsell"),
        Command::CancelPlaces(asked) => format!("{flight} cancel {} passengers", asked.passengers.len()),
        Command::ChangeSeats(_) => format!("{flight} move"),
        Command::TrySeats(_) => format!("{flight} try"),
        Command::KeepSeats { .. } => format!("{flight} keep"),
        Command::UndoSeats { .. } => format!("{flight} undo"),
        other => panic!("a booking never asks {other:?}"),
    }
}
