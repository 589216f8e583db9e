//! What is done to a booking: paid outside, cancelled, seated anew.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use cluster::{Told, Verdict};
use domain::booking::{self, Cancel, Command, Event, Part, Quote, SeatWish, Status};
use domain::identity::{Action, Role};
use domain::ids::{FlightId, PassengerId, Version};
use domain::plan::SeatNumber;
use serde_json::Value;

use super::{ask, at_rest, granted, shown, visible};
use crate::State;
use crate::auth::Signed;
use crate::auth::caller::Caller;
use crate::booking::trip::SEGMENTS_MAX;
use crate::booking::wish::TRAVELLERS_MAX;
use crate::fields::{Fields, parsed, text};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::refusals;
use crate::sent::Sent;
use crate::shape::booking::{Booking, QuoteShown};
use crate::shape::booking_wish::{Cancellation, CancelledPart, PaidOutside, SeatChanges};

/// Characters of what somebody calls a payment.
const REFERENCE_CHARS_MAX: usize = 40;

/// Characters of why somebody cancels.
const REASON_CHARS_MAX: usize = 200;

/// Confirms a booking that was paid outside: agents and administrators say so, and it stands in its history who did.
#[utoipa::path(post, path = "/api/v1/bookings/{bookingId}/confirm", operation_id = "confirmBooking", tag = "Bookings",
    request_body = PaidOutside,
    params(("bookingId" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Booking, description = "It is bought"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Not your role: `forbidden`"),
        (status = 404, description = "You have no such booking: `not-found`"),
        (status = 409, description = "It is not held, or could not be bought: `wrong-status`, `flight-cancelled`, `flight-departed`, `claim-gone`"),
        (status = 410, description = "Its deadline had passed: `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn confirm(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(booking): Path<String>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &booking, Action::Change).await?;
    match principal.role {
        Role::AirlineAgent | Role::TravelAgent | Role::Admin => {}
        Role::Customer | Role::BusinessOwner => return Err(Problem::forbidden()),
    }
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of(&sent, &["reference"])?;
    let reference = fields.required("reference", text(1, REFERENCE_CHARS_MAX));
    fields.done()?;
    let reference = reference.ok_or_else(Problem::not_found)?;
    let command = Command::Confirm { by: principal.subject.clone(), reference };
    let told = match ask(&state, view.booking, Some(&once), command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let answer = async {
        let after = at_rest(&state, view.booking, granted(&told)?).await?;
        match after.status {
            Status::Confirmed => {
                if !told.replayed {
                    let by = caller.audited(&principal.subject);
                    state
                        .people
                        .note(&by, "paid-outside", &after.customer, &after.booking.to_string())
                        .await?;
                }
                Ok(Json(shown(&state, &after).await?))
            }
            Status::Holding
            | Status::Held
            | Status::Paying
            | Status::Cancelled
            | Status::Expired
            | Status::Refused
            | Status::Failed => Err(refusals::ended_booking(&after)),
        }
    };
    Ok(once.mark(told.replayed, answer.await))
}

/// Says what a cancellation would give back: of all of it, or of some passengers, some departures, or some passengers on some
/// departures. The terms are good for a while.
#[utoipa::path(post, path = "/api/v1/bookings/{bookingId}/cancel/quote", operation_id = "quoteCancellation", tag = "Bookings",
    request_body = Option<CancelledPart>,
    params(("bookingId" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = QuoteShown),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such booking: `not-found`"),
        (status = 409, description = "There is nothing to cancel any more: `wrong-status`"),
        (status = 410, description = "Its deadline had passed: `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn quote(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(booking): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &booking, Action::Change).await?;
    let once = Once::of(&principal, &sent)?;
    let told = match ask(&state, view.booking, Some(&once), quoting(&sent)?).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let quoted = granted(&told).and_then(|_| match &told.verdict {
        Verdict::Accepted { events, .. } => events.iter().find_map(quoted).ok_or_else(Problem::not_found),
        Verdict::AlreadySo { .. } | Verdict::Refused { .. } | Verdict::KeyReused => Err(Problem::not_found()),
    });
    Ok(once.mark(told.replayed, quoted.map(|quote| Json(QuoteShown::of(quote)))))
}

/// What is to be quoted: all of it, unless the body names a part.
fn quoting(sent: &Sent) -> Result<Command, Problem> {
    let mut fields = Fields::of_perhaps(sent, &["passengers", "flights"])?;
    let passengers = fields.list("passengers", TRAVELLERS_MAX, passenger);
    let flights =
        fields.list("flights", SEGMENTS_MAX, parsed::<FlightId>("it must be like B6-523-2026-12-01-JFK"));
    fields.done()?;
    let part = Part {
        passengers: passengers.unwrap_or_default().into_iter().collect(),
        flights: flights.unwrap_or_default().into_iter().collect(),
    };
    let is_all = part.passengers.is_empty() && part.flights.is_empty();
    Ok(if is_all { Command::QuoteCancellation } else { Command::QuotePart(part) })
}

fn quoted(event: &Event) -> Option<&Quote> {
    match event {
        Event::CancellationQuoted(quote) | Event::PartQuoted { quote, .. } => Some(quote),
        _ => None,
    }
}

/// Cancels a booking: held places open again, bought ones are given back by the conditions of their fare. By the quote of a part
/// that part is cancelled, and the rest stays `CONFIRMED`; otherwise all of it is.
#[utoipa::path(post, path = "/api/v1/bookings/{bookingId}/cancel", operation_id = "cancelBooking", tag = "Bookings",
    request_body = Cancellation,
    params(("bookingId" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Booking, description = "It is cancelled, now or before; `end` says what is given back"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such booking: `not-found`"),
        (status = 409, description = "It cannot be cancelled any more: `wrong-status`, `flight-departed`"),
        (status = 410, description = "The quote or the deadline had passed: `quote-expired`, `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn cancel(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(booking): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &booking, Action::Change).await?;
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of_perhaps(&sent, &["quoteId", "reason"])?;
    let quote =
        fields.optional("quoteId", parsed::<u64>("it must be the quoteId of a quote of this booking"));
    let reason = fields.optional("reason", text(1, REASON_CHARS_MAX));
    fields.done()?;
    let command =
        Command::Cancel(Cancel { quote: quote.map(Version::new), reason, by: principal.subject.clone() });
    let told = match ask(&state, view.booking, Some(&once), command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let answer = async {
        let after = at_rest(&state, view.booking, granted(&told)?).await?;
        match after.status {
            Status::Cancelled => Ok(Json(shown(&state, &after).await?)),
            Status::Confirmed if is_of_part(&told) && after.declined.is_none() => {
                Ok(Json(shown(&state, &after).await?))
            }
            Status::Holding
            | Status::Held
            | Status::Paying
            | Status::Confirmed
            | Status::Expired
            | Status::Refused
            | Status::Failed => Err(refusals::ended_booking(&after)),
        }
    };
    Ok(once.mark(told.replayed, answer.await))
}

/// Whether a part of the booking began to be cancelled, and not all of it.
fn is_of_part(told: &Told<booking::Booking>) -> bool {
    let began = |event: &Event| matches!(event, Event::PartCancellationBegan { .. });
    matches!(&told.verdict, Verdict::Accepted { events, .. } if events.iter().any(began))
}

/// Gives passengers other seats, on one departure or several: all of them or none.
#[utoipa::path(patch, path = "/api/v1/bookings/{bookingId}/seats", operation_id = "changeSeats", tag = "Bookings",
    request_body = SeatChanges, params(("bookingId" = String, Path)), security(("bearer" = [])),
    responses(
        (status = 200, body = Booking, description = "They sit where they were to sit"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such booking: `not-found`"),
        (status = 409, description = "Nobody moved: `seat-taken` (with `seats` and `alternatives`), `seat-costs-more`, `wrong-status`, `flight-departed`"),
        (status = 410, description = "Its deadline had passed: `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `no-such-seats`, `seat-rules`"),
        (status = 503, description = "Come back after `Retry-After`: `overloaded`"),
    ))]
pub async fn seats(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(booking): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &booking, Action::Change).await?;
    let mut fields = Fields::of(&sent, &["seats"])?;
    let most = TRAVELLERS_MAX * SEGMENTS_MAX;
    let moves = fields.objects("seats", most, &["passengerId", "flightId", "seat"], |inner| {
        let passenger = inner.required("passengerId", passenger);
        let flight = inner.required("flightId", parsed::<FlightId>("it must be like B6-523-2026-12-01-JFK"));
        let seat = inner.required("seat", parsed::<SeatNumber>("it must be a seat like 12A"));
        Some(SeatWish { passenger: passenger?, flight: flight?, seat: seat? })
    });
    if !fields.has("seats") {
        fields.refuse("seats", "missing", "it must be there");
    }
    fields.done()?;
    let command = Command::ChangeSeats { moves: moves.unwrap_or_default() };
    let told = ask(&state, view.booking, None, command).await?;
    let after = at_rest(&state, view.booking, granted(&told)?).await?;
    if let Some(declined) = &after.declined {
        return Err(refusals::declined(declined));
    }
    Ok((StatusCode::OK, Json(shown(&state, &after).await?)).into_response())
}

/// A passenger's name within a booking: a number, as a text.
fn passenger(value: &Value) -> Result<PassengerId, String> {
    let number = value.as_str().and_then(|text| text.parse::<u8>().ok()).filter(|number| *number > 0);
    number.map(PassengerId::new).ok_or_else(|| "it must be the id of a passenger, like \"1\"".to_owned())
}
