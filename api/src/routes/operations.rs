//! What an airline's agents do: open, delay, board, cancel, block.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::Response;
use cluster::Verdict;
use domain::fare::FareBasis;
use domain::flight::{
    BlockReason, BlockSeats, ChangeStatus, Command, NamedSeats, OpenSale, Provenance, Service, limits,
};
use domain::ids::{AircraftType, AirportCode, CarrierCode, FlightId, Version};
use domain::money::Currency;
use domain::plan::{SeatNumber, SeatPlan};
use domain::time::Timestamp;
use domain::view;
use schedule::Reference;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{ask, ask_once, flight_id, granted, room};
use crate::State;
use crate::auth::Operator;
use crate::fields::{Fields, parsed, text, whole, word};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::sent::Sent;
use crate::shape::flight::Flight;
use crate::shape::wish::{Blocks, NewFlight, NewStatus};
use crate::state::now;

/// What was done to a departure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The row of its history after which it is so.
    pub version: u64,
}

impl Done {
    /// It was done as the row `version`.
    fn at(flight: FlightId, version: Version) -> Self {
        Self { flight_id: flight.to_string(), version: version.number() }
    }
}

/// Puts a departure on sale.
///
/// The answer is a function of what was written down, so that a repeated request gets the same one. A departure
/// remembers the keys of what was asked of it: here an `Idempotency-Key` belongs to the departure that the body names,
/// beside principal, method and path.
#[utoipa::path(post, path = "/api/v1/flights", operation_id = "openFlight", tag = "Operations", request_body = NewFlight,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = Done, description = "It is on sale; `location` says where it is shown"),
        (status = 200, body = Done, description = "It was on sale before, with these particulars"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Not your role: `forbidden`"),
        (status = 409, description = "It is on sale with other particulars: `already-on-sale`"),
        (status = 422, description = "It cannot be taken: `validation`, `no-such-seats`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn open(
    Shared(state): Shared<Arc<State>>,
    Operator(principal): Operator,
    sent: Sent,
) -> Result<Response, Problem> {
    let once = Once::of(&principal, &sent)?;
    let sale = sale(&sent)?;
    let flight = sale.flight;
    let told = match ask_once(&state, flight, &once, Command::OpenSale(sale)).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let status = match &told.verdict {
        Verdict::AlreadySo { .. } => StatusCode::OK,
        Verdict::Accepted { .. } | Verdict::Refused { .. } | Verdict::KeyReused => StatusCode::CREATED,
    };
    let place = [(header::LOCATION, format!("/api/v1/flights/{flight}"))];
    let done = granted(&told.verdict).map(|(version, _)| (status, place, Json(Done::at(flight, version))));
    Ok(once.mark(told.replayed, done))
}

fn sale(sent: &Sent) -> Result<OpenSale, Problem> {
    let known = [
        "carrier",
        "number",
        "date",
        "origin",
        "destination",
        "aircraft",
        "departs",
        "arrives",
        "distanceMi",
        "currency",
    ];
    let mut fields = Fields::of(sent, &known)?;
    let airport = || parsed::<AirportCode>("it must be an airport code like JFK");
    let carrier: Option<CarrierCode> =
        fields.required("carrier", parsed("it must be an airline code like B6"));
    let number = fields.required("number", whole(1, 9_999));
    let date: Option<jiff::civil::Date> = fields.required("date", parsed("it must be a day like 2030-06-01"));
    let (origin, destination) =
        (fields.required("origin", airport()), fields.required("destination", airport()));
    let aircraft = fields.required("aircraft", aircraft);
    let departs = fields.required("departs", instant(origin));
    let arrives = fields.required("arrives", instant(destination));
    let distance = fields.required("distanceMi", whole(1, 15_000));
    let currency = fields.optional("currency", parsed::<Currency>("it must be a currency like USD"));
    fields.done()?;
    let whole = || {
        let (kind, plan) = aircraft?;
        let number = u16::try_from(number?).ok()?;
        Some(OpenSale {
            flight: FlightId::new(carrier?, number, date?, origin?).ok()?,
            service: Service { destination: destination?, aircraft: kind, provenance: Provenance::Published },
            plan,
            departs: departs?,
            arrives: arrives?,
            basis: FareBasis {
                distance_mi: u32::try_from(distance?).ok()?,
                currency: currency.unwrap_or(Currency::USD),
            },
            sold_elsewhere: Vec::new(),
        })
    };
    whole().ok_or_else(|| Problem::invalid("", "the departure cannot be read"))
}

/// A known aircraft by its code, or one that the request describes.
fn aircraft(value: &Value) -> Result<(AircraftType, SeatPlan), String> {
    if let Some(code) = value.as_str() {
        let known = Reference::bundled().aircraft(code);
        let known = known.map(|aircraft| (aircraft.kind.clone(), aircraft.plan.clone()));
        return known
            .ok_or_else(|| "there is no aircraft of this code; describe it with name and cabins".to_owned());
    }
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let known = value.as_object().is_some_and(|members| {
        members.keys().all(|name| ["name", "cabins", "missing"].contains(&name.as_str()))
    });
    let (Some(name), Some(cabins), true) = (member("name"), member("cabins"), known) else {
        return Err("it must be a code like B6-320, or have name, cabins and perhaps missing".to_owned());
    };
    let kind = name.parse().map_err(|error| format!("name: {error}"))?;
    let plan = SeatPlan::read(cabins, member("missing").unwrap_or_default());
    Ok((kind, plan.map_err(|error| format!("cabins: {error}"))?))
}

/// RFC 3339, or a time of day at the airport.
fn instant(airport: Option<AirportCode>) -> impl Fn(&Value) -> Result<Timestamp, String> {
    move |value| {
        let text = value.as_str().unwrap_or_default();
        if let Ok(instant) = text.parse() {
            return Ok(instant);
        }
        let local = airport.and_then(|airport| Reference::bundled().instant(text, airport).ok());
        local.ok_or_else(|| "it must be like 2030-06-01T13:00:00Z, or local like 2030-06-01T09:00".to_owned())
    }
}

/// Delays, boards, departs, lands or cancels a departure, or names its gate.
#[utoipa::path(patch, path = "/api/v1/flights/{flightId}/status", operation_id = "changeStatus", tag = "Operations", request_body = NewStatus,
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Flight),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Not your role: `forbidden`"),
        (status = 404, description = "There is no such departure: `not-found`"),
        (status = 409, description = "It cannot become that: `no-such-transition`, `flight-cancelled`"),
        (status = 422, description = "It cannot be taken: `validation`"),
        (status = 503, description = "Come back after `Retry-After`: `overloaded`"),
    ))]
pub async fn change_status(
    Shared(state): Shared<Arc<State>>,
    _: Operator,
    Path(flight): Path<String>,
    sent: Sent,
) -> Result<Json<Flight>, Problem> {
    let flight = flight_id(&flight)?;
    let known = ["status", "reason", "newDeparture", "newArrival", "gate"];
    let mut fields = Fields::of(&sent, &known)?;
    let words = "it must be SCHEDULED, DELAYED, BOARDING, DEPARTED, ARRIVED or CANCELLED";
    let status = fields.required("status", word(words));
    let at = || parsed::<Timestamp>("it must be an instant like 2030-06-01T14:30:00Z");
    let reason = fields.optional("reason", text(1, 200));
    let departs = fields.optional("newDeparture", at());
    let arrives = fields.optional("newArrival", at());
    let gate = fields.optional("gate", text(1, 8));
    fields.done()?;
    let status = status.ok_or_else(Problem::not_found)?;
    room(&state, flight).await?;
    let command = Command::ChangeStatus(ChangeStatus { status, reason, departs, arrives, gate });
    granted(&ask(&state, flight, None, command).await?.verdict)?;
    Ok(Json(Flight::of(&room(&state, flight).await?.read(view::summary), now())))
}

fn blocks(sent: &Sent, known: &[&str]) -> Result<(Vec<SeatNumber>, BlockReason), Problem> {
    let mut fields = Fields::of(sent, known)?;
    let seats = fields.list("seats", limits::SEATS_NAMED_MAX, parsed("it must be a seat like 12A"));
    if !fields.has("seats") {
        fields.refuse("seats", "missing", "it must be there");
    }
    let reason = fields.optional("reason", word("it must be CREW, DEFECT, BALANCE or OPERATIONS"));
    fields.done()?;
    Ok((seats.unwrap_or_default(), reason.unwrap_or(BlockReason::Operations)))
}

/// Takes open seats out of sale.
#[utoipa::path(post, path = "/api/v1/flights/{flightId}/blocks", operation_id = "blockSeats", tag = "Operations", request_body = Blocks,
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Done),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Not your role: `forbidden`"),
        (status = 404, description = "There is no such departure: `not-found`"),
        (status = 409, description = "Somebody has them, or needs them: `seat-taken`, `cabin-full`"),
        (status = 422, description = "It cannot be taken: `validation`, `no-such-seats`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn block(
    Shared(state): Shared<Arc<State>>,
    Operator(principal): Operator,
    Path(flight): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let flight = flight_id(&flight)?;
    let once = Once::of(&principal, &sent)?;
    let (seats, reason) = blocks(&sent, &["seats", "reason"])?;
    room(&state, flight).await?;
    let command = Command::BlockSeats(BlockSeats { seats, reason });
    let told = match ask_once(&state, flight, &once, command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let done = granted(&told.verdict).map(|(version, _)| Json(Done::at(flight, version)));
    Ok(once.mark(told.replayed, done))
}

/// Puts blocked seats back on sale.
#[utoipa::path(delete, path = "/api/v1/flights/{flightId}/blocks", operation_id = "unblockSeats", tag = "Operations", request_body = Blocks,
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Done),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Not your role: `forbidden`"),
        (status = 404, description = "There is no such departure: `not-found`"),
        (status = 409, description = "They are not blocked: `seat-taken`"),
        (status = 422, description = "It cannot be taken: `validation`, `no-such-seats`"),
        (status = 503, description = "Come back after `Retry-After`: `overloaded`"),
    ))]
pub async fn unblock(
    Shared(state): Shared<Arc<State>>,
    _: Operator,
    Path(flight): Path<String>,
    sent: Sent,
) -> Result<Json<Done>, Problem> {
    let flight = flight_id(&flight)?;
    let (seats, _) = blocks(&sent, &["seats"])?;
    room(&state, flight).await?;
    let told = ask(&state, flight, None, Command::UnblockSeats(NamedSeats { seats })).await?;
    granted(&told.verdict).map(|(version, _)| Json(Done::at(flight, version)))
}
