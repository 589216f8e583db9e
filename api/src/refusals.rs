//! How a departure's refusals look to clients: the one table from rule to HTTP.

use axum::http::StatusCode;
use cluster::{End, HoldFate};
use domain::booking::{self, Declined, Why};
use domain::flight::{Rejection, TakenSeat};
use domain::party::{Breach, SeatRule};
use domain::payment::Stage;
use domain::plan::SeatNumber;
use domain::view::BookingView;
use serde_json::{Value, json};

use crate::problem::Problem;

/// What a client is told of a refusal.
#[must_use]
pub fn problem(rejection: &Rejection) -> Problem {
    let (code, detail) = (rejection.code(), rejection.to_string());
    let conflict = || Problem::new(StatusCode::CONFLICT, code, detail.clone());
    let unprocessable = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone());
    match rejection {
        Rejection::Unacceptable { member, why } => Problem::invalid(member, why.clone()),
        Rejection::NotOnSale | Rejection::NoSuchHold { .. } | Rejection::NoSuchPassengers { .. } => {
            Problem::not_found()
        }
        Rejection::SaleClosed { closed } => conflict().with("closed", closed.to_string()),
        Rejection::AlreadyOnSale | Rejection::FlightCancelled | Rejection::FlightDeparted => conflict(),
        Rejection::NoSuchTransition { from, to } => {
            conflict().with("from", json!(from)).with("to", json!(to))
        }
        Rejection::NoSuchCabin { class } => unprocessable().with("cabinClass", json!(class)),
        Rejection::NoSuchSeats { seats } => unprocessable().with("seats", names(seats)),
        Rejection::SeatTaken { seats, alternatives } => {
            let seats: Vec<Value> = seats.iter().map(taken).collect();
            conflict().with("seats", seats).with("alternatives", names(alternatives))
        }
        Rejection::CabinFull { class, sellable } => {
            conflict().with("cabinClass", json!(class)).with("sellable", *sellable)
        }
        Rejection::SeatCostsMore { seats } => conflict().with("seats", names(seats)),
        Rejection::NoSuitableSeats { class } => conflict().with("cabinClass", json!(class)),
        Rejection::HoldLimit { holds_max, places_max } => {
            conflict().with("holdsMax", *holds_max).with("placesMax", *places_max)
        }
        Rejection::SeatRules { breaches } => {
            let breaches: Vec<Value> = breaches.iter().map(breach).collect();
            unprocessable().with("breaches", breaches)
        }
        Rejection::HoldGone { .. } => Problem::new(StatusCode::GONE, "hold-released", "the hold is gone"),
        Rejection::HoldBooked { booking, .. } => conflict().with("bookingId", booking.to_string()),
        Rejection::ClaimGone { booking } | Rejection::AlreadySold { booking } => {
            conflict().with("bookingId", booking.to_string())
        }
    }
}

/// What a client is told of a booking's own refusal.
#[must_use]
pub fn booking(rejection: &booking::Rejection) -> Problem {
    let (code, detail) = (rejection.code(), rejection.to_string());
    let conflict = || Problem::new(StatusCode::CONFLICT, code, detail.clone());
    let gone = || Problem::new(StatusCode::GONE, code, detail.clone());
    match rejection {
        booking::Rejection::NoSuchBooking => Problem::not_found(),
        booking::Rejection::AlreadyPlaced => conflict(),
        booking::Rejection::Unacceptable { member, why } => Problem::invalid(member, why.clone()),
        booking::Rejection::Busy => Problem::overloaded("the booking is on its way; come back shortly"),
        booking::Rejection::HoldExpired { until } => gone().with("until", until.to_string()),
        booking::Rejection::WrongStatus { status } => conflict().with("bookingStatus", json!(status)),
        booking::Rejection::NoSuchQuote => {
            Problem::invalid("quoteId", "there is no such quote, or a later one took its place")
        }
        booking::Rejection::QuoteExpired { expired } => gone().with("expiredAt", expired.to_string()),
        booking::Rejection::WrongPaymentStage { stage } => {
            conflict().with("paymentStatus", json!(stage.map(payment_stage)))
        }
        booking::Rejection::BeyondCaptured { left } => {
            conflict().with("left", json!({ "amount": left.amount(), "currency": left.currency().code() }))
        }
        booking::Rejection::NoSuchSegment { flight } => {
            Problem::invalid("seats", format!("the booking has no segment on {flight}"))
        }
    }
}

/// What a payment has come to, in the words of [`crate::shape::payment`].
const fn payment_stage(stage: Stage) -> &'static str {
    match stage {
        Stage::AwaitsMethod | Stage::AwaitsConfirmation => "AWAITING_METHOD",
        Stage::AwaitsCustomer => "AWAITING_CUSTOMER",
        Stage::Pending => "PENDING",
        Stage::Authorised => "AUTHORISED",
        Stage::Captured(_) => "CAPTURED",
        Stage::Cancelled => "CANCELLED",
    }
}

/// What a client is told of a departure's no to a booking.
#[must_use]
pub fn declined(declined: &Declined) -> Problem {
    problem(&declined.rejection).with("flightId", declined.flight.to_string())
}

/// What a client is told of a booking that did not come to what they asked for.
#[must_use]
pub fn ended_booking(view: &BookingView) -> Problem {
    let conflict = |code, detail: &str| Problem::new(StatusCode::CONFLICT, code, detail);
    let why = view.end.as_ref().and_then(|end| end.why.as_ref());
    let problem = match (why, &view.declined) {
        (Some(Why::Declined(no)), _) | (None, Some(no)) => declined(no),
        (Some(why @ Why::Lost { flight, .. }), _) => {
            conflict(why.code(), "a departure was lost on the way").with("flightId", flight.to_string())
        }
        (Some(why @ Why::Unclear { flight }), _) => {
            conflict(why.code(), "a departure did not say how it holds").with("flightId", flight.to_string())
        }
        (Some(why @ Why::TooLate), _) => conflict(why.code(), "its deadline came before everything was held"),
        (Some(why @ Why::MixedCurrencies), _) => {
            conflict(why.code(), "its departures are sold in different currencies; book them apart")
        }
        (Some(why @ Why::Unpayable { .. }), _) => {
            conflict(why.code(), "the provider did not take the payment on; nothing was taken, book it again")
        }
        (Some(why @ Why::PaidLate(_)), _) => {
            conflict(why.code(), "it was paid when its places were gone; the money is given back")
        }
        (None, None) => conflict("wrong-status", "the booking went another way"),
    };
    problem.with("bookingId", view.booking.to_string()).with("bookingStatus", json!(view.status))
}

/// What a client is told of a hold of theirs that has ended.
#[must_use]
pub fn ended(fate: &HoldFate) -> Problem {
    let gone = |code, detail: &str| Problem::new(StatusCode::GONE, code, detail);
    match fate.end {
        Some(End::Lapsed) => gone("hold-expired", "the hold's deadline has passed"),
        Some(End::Released) | None => gone("hold-released", "the hold was given back"),
        Some(End::Ended(reason)) => {
            gone("hold-released", "the departure ended the hold").with("reason", json!(reason))
        }
        Some(End::Sold(booking)) => {
            let detail = "a booking has the hold";
            Problem::new(StatusCode::CONFLICT, "hold-booked", detail).with("bookingId", booking.to_string())
        }
    }
}

fn names(seats: &[SeatNumber]) -> Vec<Value> {
    seats.iter().map(|seat| Value::from(seat.to_string())).collect()
}

fn taken(seat: &TakenSeat) -> Value {
    let mut shown = json!({ "seat": seat.seat.to_string(), "state": seat.state });
    if let Some(until) = seat.until {
        shown["until"] = until.to_string().into();
    }
    shown
}

/// A seating rule that is broken, as clients see it.
#[must_use]
pub fn breach(breach: &Breach) -> Value {
    json!({ "seat": breach.seat.map(|seat| seat.to_string()), "reason": breach.rule })
}

/// What to do about a party that may not travel.
#[must_use]
pub fn why_not(rule: SeatRule) -> String {
    let known = [
        (SeatRule::NobodySeated, "somebody must travel"),
        (SeatRule::PartyTooLarge, "at most nine adults and children travel in one party"),
        (SeatRule::UnaccompaniedMinor, "children travel with an adult"),
        (SeatRule::MoreInfantsThanAdults, "each infant needs the lap of an adult of its own"),
    ];
    let said = known.into_iter().find(|(other, _)| *other == rule);
    said.map_or_else(|| format!("such a party may not travel: {rule:?}"), |(_, why)| why.to_owned())
}
