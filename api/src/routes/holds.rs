//! Holds: made, shown, extended, given back.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use cluster::{End, Told, Verdict};
use domain::flight::{
    Command, Event, ExtendHold, Flight, HoldSeats, Rejection, ReleaseHold, SeatChoice, SeatsHeld, Stage,
    Term, limits,
};
use domain::identity::{Action, Resource};
use domain::ids::{FlightId, HoldId, PrincipalId};
use domain::party::{Party, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber};

use super::{ask, ask_once, flight_id, granted, room};
use crate::State;
use crate::auth::{Principal, Signed};
use crate::fields::{Fields, parsed, truth, whole, word};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::refusals;
use crate::sent::Sent;
use crate::shape::hold::{HoldExtended, HoldMade, HoldShown};
use crate::shape::wish::{Extension, HoldWish};
use crate::state::now;

/// How long a hold lasts unless it is said otherwise, in seconds.
const TTL_DEFAULT_SECS: u64 = 600;

/// Holds seats, or places, until a deadline.
///
/// The answer is durable: it is found again after any crash, refusals included. Send an `Idempotency-Key` and repeat
/// the request whenever the answer was lost.
#[utoipa::path(post, path = "/api/v1/flights/{flightId}/holds", operation_id = "holdSeats", tag = "Holds", request_body = HoldWish,
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = HoldMade),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "There is no such departure: `not-found`"),
        (status = 409, description = "The departure's state forbids it: `seat-taken` (with `seats` and `alternatives`), `cabin-full`, `hold-limit`, `sale-closed`, `flight-cancelled`"),
        (status = 422, description = "It cannot be taken: `validation`, `no-such-seats`, `no-such-cabin`, `seat-rules`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn create(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(flight): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let flight = flight_id(&flight)?;
    let once = Once::of(&principal, &sent)?;
    let command = wish(&state, &principal, &sent)?;
    room(&state, flight).await?;
    let told = match ask_once(&state, flight, &once, command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    if !told.replayed && matches!(told.verdict, Verdict::Accepted { .. }) {
        state.heat.held(flight, now());
    }
    let made = granted(&told.verdict).and_then(|(_, events)| {
        held(events).map(|held| HoldMade::of(flight, held)).ok_or_else(Problem::not_found)
    });
    Ok(once.mark(told.replayed, made.map(|made| (StatusCode::CREATED, Json(made)))))
}

fn held(events: &[Event]) -> Option<&SeatsHeld> {
    events.iter().find_map(|event| if let Event::SeatsHeld(held) = event { Some(held) } else { None })
}

fn wish(state: &State, principal: &Principal, sent: &Sent) -> Result<Command, Problem> {
    let known = ["cabinClass", "seats", "places", "bestAvailable", "travellers", "ttlSeconds"];
    let mut fields = Fields::of(sent, &known)?;
    let class = fields.required("cabinClass", word("it must be ECONOMY, PREMIUM_ECONOMY, BUSINESS or FIRST"));
    let most = usize::from(limits::HOLD_PLACES_MAX);
    let seats: Option<Vec<SeatNumber>> = fields.list("seats", most, parsed("it must be a seat like 12A"));
    let best = best(&mut fields);
    let party = party(&mut fields);
    let places = places(&mut fields, seats.as_deref(), party);
    let ttl = ttl(&mut fields, state);
    if seats.is_some() && best.is_some() {
        fields.refuse("bestAvailable", "invalid", "name seats, or leave the choice; not both");
    }
    fields.done()?;
    let seats = match (seats, best) {
        (Some(seats), _) => SeatChoice::Exact(seats),
        (None, Some(best)) => SeatChoice::Best(best),
        (None, None) => SeatChoice::Later,
    };
    let class: CabinClass = class.ok_or_else(Problem::not_found)?;
    Ok(Command::HoldSeats(HoldSeats {
        holder: principal.holder(),
        class,
        places,
        seats,
        party,
        term: Term::For(ttl),
        booking: None,
    }))
}

fn best(fields: &mut Fields) -> Option<Preferences> {
    fields.object("bestAvailable", &["together", "aisle", "window", "nearFront"], |inner| {
        let mut wished = |name| inner.optional(name, truth).unwrap_or(false);
        Preferences {
            together: wished("together"),
            aisle: wished("aisle"),
            window: wished("window"),
            near_front: wished("nearFront"),
        }
    })
}

fn party(fields: &mut Fields) -> Option<Party> {
    let most = 2 * usize::from(limits::HOLD_PLACES_MAX);
    let travellers: Vec<TravellerType> = fields.objects("travellers", most, &["type"], |inner| {
        inner.required("type", word("it must be ADULT, CHILD or INFANT"))
    })?;
    let count = |kind| {
        let count = travellers.iter().filter(|other| **other == kind).count();
        u8::try_from(count).unwrap_or(u8::MAX)
    };
    Some(Party {
        adults: count(TravellerType::Adult),
        children: count(TravellerType::Child),
        infants: count(TravellerType::Infant),
    })
}

fn places(fields: &mut Fields, seats: Option<&[SeatNumber]>, party: Option<Party>) -> u8 {
    if fields.has("places") {
        let places = fields.optional("places", whole(1, u64::from(limits::HOLD_PLACES_MAX)));
        return places.and_then(|places| u8::try_from(places).ok()).unwrap_or(0);
    }
    let implied =
        party.map(|party| party.seated()).or(seats.and_then(|seats| u8::try_from(seats.len()).ok()));
    let implied = implied.filter(|places| *places > 0);
    if implied.is_none() && !fields.has("seats") && !fields.has("travellers") {
        fields.refuse("places", "missing", "say how many places, which seats, or who travels");
    } else if implied.is_none() {
        fields.refuse("places", "invalid", "hold 1 to 9 places");
    }
    implied.unwrap_or(0)
}

fn ttl(fields: &mut Fields, state: &State) -> Duration {
    let (least, most) = (state.options.hold_ttl_min_secs, limits::HOLD_TTL_MAX.as_secs());
    let ttl = fields.optional("ttlSeconds", whole(least, most));
    Duration::from_secs(ttl.unwrap_or(TTL_DEFAULT_SECS))
}

/// The hold of a path: it must belong to the departure of the path.
fn hold_id(flight: &str, hold: &str) -> Result<HoldId, Problem> {
    let (flight, hold): (FlightId, HoldId) =
        (flight_id(flight)?, hold.parse().map_err(|_| Problem::not_found())?);
    if hold.flight == flight { Ok(hold) } else { Err(Problem::not_found()) }
}

/// Shows a hold of yours.
#[utoipa::path(get, path = "/api/v1/flights/{flightId}/holds/{holdId}", operation_id = "showHold", tag = "Holds",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK"),
        ("holdId" = String, Path, example = "B6-523-2026-12-01-JFK.17")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = HoldShown),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such hold: `not-found`"),
        (status = 410, description = "It has ended: `hold-released` or `hold-expired`"),
    ))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path((flight, hold)): Path<(String, String)>,
) -> Result<Json<HoldShown>, Problem> {
    let id = hold_id(&flight, &hold)?;
    let room = room(&state, id.flight).await?;
    let live = room.read(|departure, _| {
        let hold = departure.hold(id.number).filter(|hold| is_theirs(&principal, &hold.holder))?;
        let seats = hold.seats.iter().map(|seat| departure.number(*seat)).collect();
        let (status, booking) = match hold.stage {
            Stage::Loose => ("HELD", None),
            Stage::Claimed { booking, .. } => {
                let pays = departure.claim(booking).is_some_and(|claim| claim.fence.is_some());
                (if pays { "PAYING" } else { "HELD" }, Some(booking.to_string()))
            }
        };
        Some(HoldShown {
            made: HoldMade::live(id.flight, id.number, hold, seats),
            status,
            booking_id: booking,
        })
    });
    if let Some(live) = live {
        return Ok(Json(live));
    }
    let fate = fate(&state, &principal, id).await?;
    match fate.end {
        Some(End::Sold(booking)) => Ok(Json(HoldShown {
            made: HoldMade::of(id.flight, &fate.made),
            status: "BOOKED",
            booking_id: Some(booking.to_string()),
        })),
        Some(End::Released | End::Lapsed | End::Ended(_)) | None => Err(refusals::ended(&fate)),
    }
}

/// How a hold of this principal's ended; somebody else's is nobody's.
async fn fate(state: &State, principal: &Principal, id: HoldId) -> Result<cluster::HoldFate, Problem> {
    let fate = state.door.fate(id.flight, id.number.row()).await?;
    fate.filter(|fate| is_theirs(principal, &fate.made.holder)).ok_or_else(Problem::not_found)
}

/// Whether a hold of `holder` is this principal's business.
fn is_theirs(principal: &Principal, holder: &PrincipalId) -> bool {
    principal.may(Action::Read, Resource::Hold(holder)).is_ok()
}

/// Gives a hold of yours back. Doing so again does no harm.
#[utoipa::path(delete, path = "/api/v1/flights/{flightId}/holds/{holdId}", operation_id = "releaseHold", tag = "Holds",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK"),
        ("holdId" = String, Path, example = "B6-523-2026-12-01-JFK.17")),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is given back, now or before"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such hold: `not-found`"),
        (status = 409, description = "A booking has it: `hold-booked`"),
        (status = 410, description = "Its deadline had passed: `hold-expired`"),
        (status = 503, description = "Come back after `Retry-After`: `overloaded`"),
    ))]
pub async fn release(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path((flight, hold)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = hold_id(&flight, &hold)?;
    room(&state, id.flight).await?;
    let command = Command::ReleaseHold(ReleaseHold { hold: id.number, by: principal.subject.clone() });
    let told = ask(&state, id.flight, None, command).await?;
    match told.verdict {
        Verdict::Refused { rejection: Rejection::HoldGone { .. }, .. } => {
            let fate = Box::pin(fate(&state, &principal, id)).await?;
            if fate.end == Some(End::Released) {
                Ok(StatusCode::NO_CONTENT)
            } else {
                Err(refusals::ended(&fate))
            }
        }
        verdict => granted(&verdict).map(|_| StatusCode::NO_CONTENT),
    }
}

/// Moves the deadline of a hold of yours: `min(now + ttl, created + 2 h)`.
#[utoipa::path(post, path = "/api/v1/flights/{flightId}/holds/{holdId}/extend", operation_id = "extendHold", tag = "Holds", request_body = Extension,
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK"),
        ("holdId" = String, Path, example = "B6-523-2026-12-01-JFK.17"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = HoldExtended),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such hold: `not-found`"),
        (status = 409, description = "A booking has it: `hold-booked`"),
        (status = 410, description = "It has ended: `hold-released` or `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn extend(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path((flight, hold)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let id = hold_id(&flight, &hold)?;
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of_perhaps(&sent, &["ttlSeconds"])?;
    let ttl = ttl(&mut fields, &state);
    fields.done()?;
    room(&state, id.flight).await?;
    let command = Command::ExtendHold(ExtendHold { hold: id.number, by: principal.subject.clone(), ttl });
    let told = match ask_once(&state, id.flight, &once, command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let extended = extended(&state, &principal, id, &told).await;
    Ok(once.mark(told.replayed, extended.map(Json)))
}

async fn extended(
    state: &State,
    principal: &Principal,
    id: HoldId,
    told: &Told<Flight>,
) -> Result<HoldExtended, Problem> {
    if let Verdict::Refused { rejection: Rejection::HoldGone { .. }, .. } = &told.verdict {
        return Err(refusals::ended(&fate(state, principal, id).await?));
    }
    let (version, events) = granted(&told.verdict)?;
    let moved = events
        .iter()
        .find_map(|event| if let Event::HoldExtended { until, .. } = event { Some(*until) } else { None });
    // Already at the end of its life: it stays as it is.
    let room = room(state, id.flight).await?;
    let until = moved.or_else(|| room.read(|departure, _| departure.hold(id.number).map(|hold| hold.until)));
    until.map(|until| HoldExtended::of(id, until, version)).ok_or_else(Problem::not_found)
}
