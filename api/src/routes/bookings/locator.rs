//! Looking a booking up by what people have in their hand: its record locator, and a surname.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::Uri;
use domain::ids::RecordLocator;
use tokio::time::{Instant, sleep_until};

use crate::State;
use crate::auth::caller::Caller;
use crate::fields::{Fields, text};
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::booking::PnrShown;
use crate::shape::booking_wish::Surname;

/// How long every answer takes, found or not: longer than the store needs, so that the time says nothing.
const ANSWERED_AFTER: Duration = Duration::from_millis(50);

/// Shows where a booking stands, to whoever has its record locator and the surname of one who travels.
#[utoipa::path(get, path = "/api/v1/bookings/pnr/{pnr}", operation_id = "findBooking", tag = "Bookings",
    params(("pnr" = String, Path, example = "K7QX2M"), Surname),
    responses(
        (status = 200, body = PnrShown),
        (status = 404, description = "There is no booking of that name with such a traveller: `not-found`"),
        (status = 422, description = "A parameter cannot be taken: `validation`"),
        (status = 429, description = "Too many tries; come back after `Retry-After`: `rate-limited`"),
    ))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Path(locator): Path<String>,
    caller: Caller,
    uri: Uri,
) -> Result<Json<PnrShown>, Problem> {
    let answered = Instant::now() + ANSWERED_AFTER;
    let mut fields = Fields::of_query(&uri, &["lastName"])?;
    let surname = fields.required("lastName", text(1, 80));
    fields.done()?;
    let surname = state.travellers.surname(&surname.ok_or_else(Problem::not_found)?);
    let locator = locator.parse::<RecordLocator>().ok();
    state.throttle.look_up(locator, caller.address)?;
    let found = match locator {
        Some(locator) => state.bookings.by_locator_and_surname(locator, surname).await,
        None => Ok(None),
    };
    sleep_until(answered).await;
    let view = found?.ok_or_else(Problem::not_found)?;
    state.throttle.found(view.locator);
    Ok(Json(PnrShown::of(&view)))
}
