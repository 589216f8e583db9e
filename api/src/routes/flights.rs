//! Departures: lists, one, and what can be had on it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cluster::Listed;
use domain::view;
use persistence::store::DeparturesOn;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{flight_id, room};
use crate::State;
use crate::problem::{BadField, Problem};
use crate::shape::flight::{Availability, Flight, Flights, PageInfo};
use crate::state::now;

/// Departures on a page unless it is said otherwise.
const LIMIT_DEFAULT: u32 = 50;

/// Which departures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The service date in the origin's local time.
    #[param(example = "2026-12-01")]
    date: Option<String>,
    /// Only from this airport.
    #[param(example = "JFK")]
    origin: Option<String>,
    /// Only to this airport.
    #[param(example = "LAX")]
    destination: Option<String>,
    /// Departures on a page, 1–100.
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Lists the departures of a day, the earliest first.
#[utoipa::path(get, path = "/flights", tag = "Flights", params(Asked), responses(
    (status = 200, body = Flights),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn list(
    Shared(state): Shared<Arc<State>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Flights>, Problem> {
    let (on, after, limit) = asked.read()?;
    let page = state.door.departures(&on, after.as_ref(), limit).await?;
    let now = now();
    let data = page.departures.iter().map(|summary| Flight::of(summary, now)).collect();
    Ok(Json(Flights { data, page: PageInfo { next_cursor: page.next.as_ref().map(cursor) } }))
}

impl Asked {
    fn read(&self) -> Result<(DeparturesOn, Option<Listed>, u32), Problem> {
        let mut bad = Vec::new();
        let mut refuse = |field: &str, code, message: &str| {
            bad.push(BadField { field: field.to_owned(), code, message: message.to_owned() });
        };
        let date = self.date.as_deref().map(str::parse);
        if date.is_none() {
            refuse("date", "missing", "it must be there, like 2026-12-01");
        }
        let date = date.and_then(Result::ok);
        if self.date.is_some() && date.is_none() {
            refuse("date", "invalid", "it must be a day like 2026-12-01");
        }
        let mut airport = |field: &str, text: &Option<String>| {
            let code = text.as_deref().map(str::parse);
            if matches!(code, Some(Err(_))) {
                refuse(field, "invalid", "it must be an airport code like JFK");
            }
            code.and_then(Result::ok)
        };
        let (origin, destination) = (airport("origin", &self.origin), airport("destination", &self.destination));
        let limit = self.limit.as_deref().map_or(Ok(LIMIT_DEFAULT), str::parse);
        let limit = limit.ok().filter(|limit| (1..=cluster::PAGE_MAX).contains(limit));
        if limit.is_none() {
            refuse("limit", "invalid", "it must be a whole number from 1 to 100");
        }
        let after = self.cursor.as_deref().map(place);
        if matches!(after, Some(None)) {
            refuse("cursor", "invalid", "it must be the nextCursor of a page before");
        }
        match (date, limit, bad.is_empty()) {
            (Some(date), Some(limit), true) => {
                Ok((DeparturesOn { date, origin, destination }, after.flatten(), limit))
            }
            (_, _, _) => Err(Problem::validation(&bad)),
        }
    }
}

fn cursor(listed: &Listed) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {}", listed.departs.millis(), listed.stream))
}

fn place(cursor: &str) -> Option<Listed> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (millis, stream) = text.split_once(' ')?;
    let departs = domain::time::Timestamp::from_millis(millis.parse().ok()?).ok()?;
    Some(Listed { departs, stream: stream.parse().ok()? })
}

/// Shows one departure.
#[utoipa::path(get, path = "/flights/{flightId}", tag = "Flights",
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
#[utoipa::path(get, path = "/flights/{flightId}/availability", tag = "Flights",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK")),
    responses((status = 200, body = Availability), (status = 404, description = "There is none of that name: `not-found`")))]
pub async fn availability(
    Shared(state): Shared<Arc<State>>,
    Path(flight): Path<String>,
) -> Result<Json<Availability>, Problem> {
    let room = room(&state, flight_id(&flight)?).await?;
    Ok(Json(Availability::of(&room.read(view::summary), now())))
}
