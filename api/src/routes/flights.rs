//! Departures: lists, one, and what can be had on it.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cluster::Listed;
use domain::ids::AirportCode;
use domain::time::Timestamp;
use domain::view;
use jiff::civil::Date;
use persistence::store::DeparturesOn;

use super::{flight_id, room};
use crate::State;
use crate::fields::{Fields, parsed, written};
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::flight::{Availability, Flight, Flights, PageInfo};
use crate::shape::wish::Asked;
use crate::state::now;

/// Departures on a page unless it is said otherwise.
const LIMIT_DEFAULT: u32 = 50;

/// Lists the departures of a day, the earliest first.
#[utoipa::path(get, path = "/api/v1/flights", operation_id = "listFlights", tag = "Flights", params(Asked), responses(
    (status = 200, body = Flights),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn list(Shared(state): Shared<Arc<State>>, uri: Uri) -> Result<Json<Flights>, Problem> {
    let (on, after, limit) = asked(&uri)?;
    let page = state.door.departures(&on, after.as_ref(), limit).await?;
    let now = now();
    let departures = page.departures.iter().map(|summary| Flight::of(summary, now)).collect();
    Ok(Json(Flights { data: departures, page: PageInfo { next_cursor: page.next.as_ref().map(cursor) } }))
}

fn asked(uri: &Uri) -> Result<(DeparturesOn, Option<Listed>, u32), Problem> {
    let mut fields = Fields::of_query(uri, &["date", "origin", "destination", "limit", "cursor"])?;
    let airport = || parsed::<AirportCode>("it must be an airport code like JFK");
    let date: Option<Date> = fields.required("date", parsed("it must be a day like 2026-12-01"));
    let origin = fields.optional("origin", airport());
    let destination = fields.optional("destination", airport());
    let limit = fields.optional("limit", written(1, u64::from(cluster::PAGE_MAX)));
    let after = fields.optional("cursor", |value| {
        value.as_str().and_then(place).ok_or_else(|| "it must be the nextCursor of a page before".to_owned())
    });
    fields.done()?;
    let date = date.ok_or_else(Problem::not_found)?;
    let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(LIMIT_DEFAULT);
    Ok((DeparturesOn { date, origin, destination }, after, limit))
}

fn cursor(listed: &Listed) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {}", listed.departs.millis(), listed.stream))
}

fn place(cursor: &str) -> Option<Listed> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (millis, stream) = text.split_once(' ')?;
    let departs = Timestamp::from_millis(millis.parse().ok()?).ok()?;
    Some(Listed { departs, stream: stream.parse().ok()? })
}

/// Shows one departure.
#[utoipa::path(get, path = "/api/v1/flights/{flightId}", operation_id = "showFlight", tag = "Flights",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK")),
    responses((status = 200, body = Flight), (status = 404, description = "There is none of that name: `not-found`")))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Path(flight): Path<String>,
) -> Result<Json<Flight>, Problem> {
    let room = room(&state, flight_id(&flight)?).await?;
    Ok(Json(Flight::of(&room.read(view::summary), now())))
}

/// Shows what can be had on a departure now, and what an adult pays.
#[utoipa::path(get, path = "/api/v1/flights/{flightId}/availability", operation_id = "showAvailability", tag = "Flights",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK")),
    responses((status = 200, body = Availability), (status = 404, description = "There is none of that name: `not-found`")))]
pub async fn availability(
    Shared(state): Shared<Arc<State>>,
    Path(flight): Path<String>,
) -> Result<Json<Availability>, Problem> {
    let room = room(&state, flight_id(&flight)?).await?;
    Ok(Json(Availability::of(&room.read(view::summary), now())))
}
