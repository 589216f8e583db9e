//! What became of a request, asked by its key.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::Uri;
use cluster::{Told, Verdict};
use domain::aggregate::Aggregate;
use domain::booking::{self, Status};
use domain::flight::Rejection;
use domain::identity::Action;
use domain::ids::{BookingId, FlightId};
use persistence::journal::RequestId;

use super::bookings;
use crate::State;
use crate::auth::Signed;
use crate::fields::{Fields, text};
use crate::idempotency;
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::request::{Became, RequestShown, WhichRequest};

/// Where bookings are made.
const BOOKINGS: &str = "/api/v1/bookings";

/// Characters of a path of ours at most.
const PATH_CHARS_MAX: usize = 200;

/// Tells what became of a request of yours that was sent by POST with this `Idempotency-Key`.
///
/// A key belongs to who sent it and to where, so the path is asked for as well. Sent again with its key, a request gets its
/// first answer and does nothing anew.
#[utoipa::path(get, path = "/api/v1/operations/{key}", operation_id = "showRequest", tag = "Bookings",
    params(("key" = String, Path, example = "7b0c6f0e-6f0a-4d0e-9d55-0c7a7a3f6d11"), WhichRequest), security(("bearer" = [])),
    responses(
        (status = 200, body = RequestShown),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 422, description = "It names no request of ours: `validation`"),
        (status = 503, description = "Come back after `Retry-After`: `overloaded`"),
    ))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(key): Path<String>,
    uri: Uri,
) -> Result<Json<RequestShown>, Problem> {
    let mut fields = Fields::of_query(&uri, &["path"])?;
    let path = fields.optional("path", text(1, PATH_CHARS_MAX)).unwrap_or_else(|| BOOKINGS.to_owned());
    let request = idempotency::posted(principal.subject.as_str(), &path, &key)?;
    let asked = place(&path);
    if asked.is_none() {
        fields.refuse("path", "invalid", "it must be the path of a booking or a hold, as it was sent");
    }
    fields.done()?;
    let shown = match asked.ok_or_else(Problem::not_found)? {
        Place::Bookings => of_booking(&state, request).await?,
        // Who may not see it has asked it nothing.
        Place::Booking(id) => {
            match bookings::visible(&state, &principal, &id.to_string(), Action::Read).await {
                Ok(_) => became(state.door.booking_became(id, request).await?, booking::Rejection::code),
                Err(_) => RequestShown::of(Became::Unknown),
            }
        }
        Place::Flight(flight) => match state.door.room(flight).await? {
            Some(_) => became(state.door.became(flight, request).await?, Rejection::code),
            None => RequestShown::of(Became::Unknown),
        },
    };
    Ok(Json(RequestShown { key, path, ..shown }))
}

/// Who remembers a request.
enum Place {
    /// The booking that it made.
    Bookings,
    /// A booking.
    Booking(BookingId),
    /// A departure.
    Flight(FlightId),
}

fn place(path: &str) -> Option<Place> {
    if path == BOOKINGS {
        return Some(Place::Bookings);
    }
    let mut words = path.strip_prefix("/api/v1/")?.split('/');
    match (words.next()?, words.next()?, words.next()) {
        ("bookings", id, Some(_)) => id.parse().ok().map(Place::Booking),
        ("flights", flight, Some(_)) => flight.parse().ok().map(Place::Flight),
        _ => None,
    }
}

async fn of_booking(state: &State, request: RequestId) -> Result<RequestShown, Problem> {
    let id = bookings::create::booking_of(request);
    let Some(view) = state.bookings.booking(id).await? else { return Ok(RequestShown::of(Became::Unknown)) };
    let became = match view.status {
        Status::Holding => Became::Pending,
        Status::Refused => Became::Refused,
        Status::Held
        | Status::Paying
        | Status::Confirmed
        | Status::Cancelled
        | Status::Expired
        | Status::Failed => Became::Done,
    };
    Ok(RequestShown {
        booking_id: Some(id.to_string()),
        booking_status: Some(view.status),
        ..RequestShown::of(became)
    })
}

/// What became of a request to a departure or a booking, by its verdict.
fn became<A: Aggregate>(
    told: Option<Told<A>>,
    code: impl FnOnce(&A::Rejection) -> &'static str,
) -> RequestShown {
    match told.map(|told| told.verdict) {
        None | Some(Verdict::KeyReused) => RequestShown::of(Became::Unknown),
        Some(Verdict::Accepted { .. } | Verdict::AlreadySo { .. }) => RequestShown::of(Became::Done),
        Some(Verdict::Refused { rejection, .. }) => {
            RequestShown { code: Some(code(&rejection)), ..RequestShown::of(Became::Refused) }
        }
    }
}
