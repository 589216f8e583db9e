//! Airports and airlines, as one types.

use axum::Json;
use axum::extract::Query;
use schedule::Reference;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::shape::place::{Airlines, Airports};

/// Places that are shown at most: a list to choose from, not to read.
const SHOWN_MAX: usize = 10;

/// What was typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Typed {
    /// Part of a code, a city or a name; 1–64 characters.
    #[param(example = "new y")]
    q: Option<String>,
}

impl Typed {
    fn query(&self) -> Result<&str, Problem> {
        let query = self.q.as_deref().map(str::trim).unwrap_or_default();
        if (1..=schedule::QUERY_CHARS_MAX).contains(&query.chars().count()) {
            return Ok(query);
        }
        Err(Problem::invalid("q", "it must be 1 to 64 characters"))
    }
}

/// Finds airports by code, city or name, the likeliest first.
#[utoipa::path(get, path = "/flights/airports", tag = "Flights", params(Typed), responses(
    (status = 200, body = Airports),
    (status = 422, description = "The parameter cannot be taken: `validation`"),
))]
pub async fn airports(Query(typed): Query<Typed>) -> Result<Json<Airports>, Problem> {
    let found = Reference::bundled().find_airports(typed.query()?, SHOWN_MAX);
    Ok(Json(Airports { data: found.into_iter().map(Into::into).collect() }))
}

/// Finds airlines by code or name, the likeliest first.
#[utoipa::path(get, path = "/flights/airlines", tag = "Flights", params(Typed), responses(
    (status = 200, body = Airlines),
    (status = 422, description = "The parameter cannot be taken: `validation`"),
))]
pub async fn airlines(Query(typed): Query<Typed>) -> Result<Json<Airlines>, Problem> {
    let found = Reference::bundled().find_airlines(typed.query()?, SHOWN_MAX);
    Ok(Json(Airlines { data: found.into_iter().map(Into::into).collect() }))
}
