//! Airports and airlines, as one types.

use axum::http::Uri;
use schedule::Reference;

use crate::fields::{Fields, text};
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::place::{Airlines, Airports};
use crate::shape::wish::Typed;

/// Places that are shown at most: a list to choose from, not to read.
const SHOWN_MAX: usize = 10;

fn typed(uri: &Uri) -> Result<String, Problem> {
    let mut fields = Fields::of_query(uri, &["q"])?;
    let typed = fields.required("q", text(1, schedule::QUERY_CHARS_MAX));
    fields.done()?;
    Ok(typed.unwrap_or_default())
}

/// Finds airports by code, city or name, the likeliest first.
#[utoipa::path(get, path = "/api/v1/flights/airports", operation_id = "findAirports", tag = "Flights", params(Typed), responses(
    (status = 200, body = Airports),
    (status = 422, description = "The parameter cannot be taken: `validation`"),
))]
pub async fn airports(uri: Uri) -> Result<Json<Airports>, Problem> {
    let found = Reference::bundled().find_airports(&typed(&uri)?, SHOWN_MAX);
    Ok(Json(Airports { data: found.into_iter().map(Into::into).collect() }))
}

/// Finds airlines by code or name, the likeliest first.
#[utoipa::path(get, path = "/api/v1/flights/airlines", operation_id = "findAirlines", tag = "Flights", params(Typed), responses(
    (status = 200, body = Airlines),
    (status = 422, description = "The parameter cannot be taken: `validation`"),
))]
pub async fn airlines(uri: Uri) -> Result<Json<Airlines>, Problem> {
    let found = Reference::bundled().find_airlines(&typed(&uri)?, SHOWN_MAX);
    Ok(Json(Airlines { data: found.into_iter().map(Into::into).collect() }))
}
