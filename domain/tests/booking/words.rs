//! Events and steps in the words of the tables.

use domain::booking::{Cancellation, CancelledBy, Declined, End, Event, Reseated, Step, Terms, Trouble, Why};
use domain::flight::{Command, SeatChoice};
use domain::ids::FlightId;
use domain::party::Passenger;

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
        Why::TooLate | Why::MixedCurrencies => why.code().to_owned(),
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

/// What is asked of a departure.
pub fn step(step: &Step) -> String {
    let flight = letter(step.flight);
    match &step.command {
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
