//! The routes, one file a resource. A handler parses, asks the door, and answers.

mod auth;
mod bookings;
mod figures;
mod flights;
mod holds;
mod node;
mod operations;
mod ops;
mod payments;
mod people;
mod places;
mod requests;
mod search;
mod seat_map;
mod sign;
mod users;

use std::sync::Arc;
use std::time::Duration;

use cluster::{Request, Room, Told, Verdict};
use domain::flight::{Command, Event, Flight};
use domain::ids::FlightId;
use domain::ids::Version;
use persistence::journal::RequestKey;
use tower_http::compression::CompressionLayer;
use tracing::Instrument as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::State;
use crate::idempotency::{self, Once};
use crate::problem::Problem;
use crate::state::now;

/// How much longer than the command's own deadline its client waits: the answer is on its way.
const GRACE: Duration = Duration::from_millis(500);

/// Everything under `/api/v1`, with its documentation.
pub fn api() -> OpenApiRouter<Arc<State>> {
    lists()
        .merge(identity())
        .merge(bookings())
        .merge(payments())
        .routes(routes!(flights::show))
        .routes(routes!(flights::availability))
        .routes(routes!(seat_map::show))
        .routes(routes!(seat_map::yours))
        .routes(routes!(holds::create))
        .routes(routes!(holds::show, holds::release))
        .routes(routes!(holds::extend))
        .routes(routes!(operations::change_status))
        .routes(routes!(operations::block, operations::unblock))
        .routes(routes!(ops::live))
        .routes(routes!(sign::ws_ticket))
        .routes(routes!(crate::live::upgrade))
}

/// Accounts and sign-ins.
fn identity() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::profile, auth::change_profile))
        .routes(routes!(auth::change_password))
        .routes(routes!(auth::sessions, auth::end_sessions))
        .routes(routes!(auth::end_session))
        .routes(routes!(auth::verify))
        .routes(routes!(users::create, users::list))
        .routes(routes!(users::stats))
        .routes(routes!(users::show, users::change, users::close))
        .routes(routes!(users::set_status))
        .routes(routes!(users::set_role))
        .routes(routes!(users::customers))
}

/// Bookings, and how the business goes.
fn bookings() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new()
        .routes(routes!(bookings::create::create, bookings::read::list))
        .routes(routes!(bookings::read::mine))
        .routes(routes!(bookings::read::stats))
        .routes(routes!(bookings::locator::show))
        .routes(routes!(bookings::read::show))
        .routes(routes!(bookings::change::confirm))
        .routes(routes!(bookings::change::quote))
        .routes(routes!(bookings::change::cancel))
        .routes(routes!(bookings::change::seats))
        .routes(routes!(figures::bookings))
        .routes(routes!(figures::revenue))
        .routes(routes!(figures::load_factor))
        .routes(routes!(figures::agents))
        .routes(routes!(requests::show))
}

/// Payments, and what their provider tells.
fn payments() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new()
        .routes(routes!(payments::pay::begin))
        .routes(routes!(payments::read::reconciliation))
        .routes(routes!(payments::read::show))
        .routes(routes!(payments::read::ledger))
        .routes(routes!(payments::pay::confirm))
        .routes(routes!(payments::refund::create))
        .routes(routes!(payments::sandbox::play))
        .routes(routes!(payments::webhook::take))
}

/// Lists are long and alike: they are compressed for whoever takes that. A seat map is compressed once a version
/// instead (`seat_map`), and the rest is short.
fn lists() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new()
        .routes(routes!(flights::list, operations::open))
        .routes(routes!(places::airports))
        .routes(routes!(places::airlines))
        .routes(routes!(search::search))
        .layer(CompressionLayer::new())
}

/// What is not part of the contract's paths: probes, metrics, keys.
pub fn outside() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new()
        .routes(routes!(node::healthz))
        .routes(routes!(node::readyz))
        .routes(routes!(node::metrics))
        .routes(routes!(sign::jwks))
}

/// The departure of a path; a text that names none is a departure that is not there.
fn flight_id(text: &str) -> Result<FlightId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

async fn room(state: &State, flight: FlightId) -> Result<Arc<Room>, Problem> {
    state.door.room(flight).await?.ok_or_else(Problem::not_found)
}

/// Asks a departure at once, and waits no longer than its client would.
fn ask(
    state: &State,
    flight: FlightId,
    key: Option<(RequestKey, bool)>,
    command: Command,
) -> impl Future<Output = Result<Told<Flight>, Problem>> + Send {
    let (key, remember_refusal) = key.unzip();
    let request = Request {
        key,
        remember_refusal: remember_refusal.unwrap_or(false),
        deadline: Some(now() + state.options.deadline),
        command,
    };
    // Of debugging, because at a hundred thousand commands a second it would cost more than they do.
    let span = tracing::debug_span!("command", flight.id = %flight, command.kind = kind(&request.command));
    let asked = span.in_scope(|| state.door.ask(flight, request)).instrument(span);
    let asked = tokio::time::timeout(state.options.deadline + GRACE, asked);
    async { Ok(asked.await.unwrap_or(Err(cluster::Unserved::Unknown))?) }
}

/// Asks a departure once: whoever repeats the request gets the first answer.
async fn ask_once(
    state: &State,
    flight: FlightId,
    once: &Once,
    command: Command,
) -> Result<Told<Flight>, Problem> {
    let told = ask(state, flight, Some((once.request, once.is_chosen)), command).await?;
    if matches!(told.verdict, Verdict::KeyReused) { Err(idempotency::reused()) } else { Ok(told) }
}

/// What a command is called in logs.
const fn kind(command: &Command) -> &'static str {
    match command {
        Command::OpenSale(_) => "open-sale",
        Command::HoldSeats(_) => "hold-seats",
        Command::ExtendHold(_) => "extend-hold",
        Command::ReleaseHold(_) => "release-hold",
        Command::ClaimHolds(_) => "claim-holds",
        Command::ReturnClaim { .. } => "return-claim",
        Command::ReleaseClaim { .. } => "release-claim",
        Command::StartPaying(_) => "start-paying",
        Command::Confirm { .. } => "confirm",
        Command::UndoSale { .. } => "undo-sale",
        Command::CancelPlaces(_) => "cancel-places",
        Command::ChangeSeats(_) => "change-seats",
        Command::TrySeats(_) => "try-seats",
        Command::KeepSeats { .. } => "keep-seats",
        Command::UndoSeats { .. } => "undo-seats",
        Command::AssignSeats { .. } => "assign-seats",
        Command::BlockSeats(_) => "block-seats",
        Command::UnblockSeats(_) => "unblock-seats",
        Command::SellElsewhere(_) => "sell-elsewhere",
        Command::ReturnElsewhere(_) => "return-elsewhere",
        Command::ChangeStatus(_) => "change-status",
        Command::LapseDue => "lapse-due",
    }
}

/// The events and the version of what was granted; a refusal is a problem.
fn granted(verdict: &Verdict<Flight>) -> Result<(Version, &[Event]), Problem> {
    match verdict {
        Verdict::Accepted { version, events } => Ok((*version, events)),
        Verdict::AlreadySo { version } => Ok((*version, &[])),
        Verdict::Refused { rejection, .. } => Err(crate::refusals::problem(rejection)),
        Verdict::KeyReused => Err(idempotency::reused()),
    }
}
