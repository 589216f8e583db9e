//! How the business goes, for whoever runs the house.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::Uri;
use domain::identity::{Action, Resource};
use domain::time::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::Date;
use persistence::bookings::Made;

use crate::State;
use crate::auth::Signed;
use crate::fields::{Fields, parsed};
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::figures::{self, AgentFigures, BookingFigures, Days, LoadFigures, RevenueFigures};
use crate::state::now;

/// Days that are asked for when nobody says which: the last thirty, today included.
const DAYS_DEFAULT: i64 = 30;

/// Days ahead whose departures are looked at when nobody says which: what a demonstration has on sale.
const AHEAD_DEFAULT: i64 = 14;

/// Days of one figure: a year, to be compared with another one.
const DAYS_MAX: i32 = 366;

/// The day of the clock (UTC).
pub fn today() -> Date {
    let text = now().to_string();
    text.get(.."2026-12-01".len()).and_then(|day| day.parse().ok()).unwrap_or(Date::MIN)
}

/// The days that a query asks for, or those of `usual`.
fn days(uri: &Uri, usual: (Date, Date)) -> Result<(Date, Date), Problem> {
    let mut fields = Fields::of_query(uri, &["from", "to"])?;
    let day = || parsed::<Date>("it must be a day like 2026-12-01");
    let (from, to) = (fields.optional("from", day()), fields.optional("to", day()));
    let (from, to) = match (from, to) {
        (None, None) => usual,
        (Some(from), None) => (from, from.max(usual.1)),
        (None, Some(to)) => (to.min(usual.0), to),
        (Some(from), Some(to)) => (from, to),
    };
    let span = (to - from).get_days();
    if !(0..DAYS_MAX).contains(&span) {
        fields.refuse(
            "to",
            "invalid",
            format!("it must not be before from, and at most {DAYS_MAX} days in all"),
        );
    }
    fields.done()?;
    Ok((from, to))
}

/// The last days, which bookings were made on.
fn lately() -> (Date, Date) {
    let today = today();
    (today.saturating_sub((DAYS_DEFAULT - 1).days()), today)
}

/// When bookings of these days were made.
pub fn made((from, to): (Date, Date)) -> Made {
    let midnight = |day: Date| format!("{day}T00:00:00Z").parse::<Timestamp>();
    let before = to.tomorrow().ok().and_then(|next| midnight(next).ok());
    Made { from: midnight(from).unwrap_or(Timestamp::EPOCH), before: before.unwrap_or(Timestamp::MAX) }
}

/// Shows how many bookings were made, by day and by route.
#[utoipa::path(get, path = "/api/v1/stats/bookings", operation_id = "showBookingFigures", tag = "Figures", params(Days),
    security(("bearer" = [])), responses(
    (status = 200, body = BookingFigures),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn bookings(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    uri: Uri,
) -> Result<Json<BookingFigures>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    let days = days(&uri, lately())?;
    let (by_day, by_route) =
        (state.bookings.by_day(made(days)).await?, state.bookings.by_route(made(days)).await?);
    let (from, to) = figures::days(days);
    Ok(Json(BookingFigures {
        from,
        to,
        by_day: figures::bookings(&by_day),
        by_route: figures::bookings(&by_route),
    }))
}

/// Shows what bookings brought in, by day and by route. Only what is bought and not cancelled counts.
#[utoipa::path(get, path = "/api/v1/stats/revenue", operation_id = "showRevenue", tag = "Figures", params(Days),
    security(("bearer" = [])), responses(
    (status = 200, body = RevenueFigures),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn revenue(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    uri: Uri,
) -> Result<Json<RevenueFigures>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    let days = days(&uri, lately())?;
    let (by_day, by_route) =
        (state.bookings.by_day(made(days)).await?, state.bookings.by_route(made(days)).await?);
    let (from, to) = figures::days(days);
    let total = figures::total(&by_day);
    let (by_day, by_route) = (figures::revenue(&by_day), figures::revenue(&by_route));
    Ok(Json(RevenueFigures { from, to, total, by_day, by_route }))
}

/// Shows how full departures are, by day and by route.
#[utoipa::path(get, path = "/api/v1/stats/load-factor", operation_id = "showLoadFactor", tag = "Figures", params(Days),
    security(("bearer" = [])), responses(
    (status = 200, body = LoadFigures),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn load_factor(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    uri: Uri,
) -> Result<Json<LoadFigures>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    let today = today();
    let days = days(&uri, (today, today.saturating_add((AHEAD_DEFAULT - 1).days())))?;
    let (by_day, by_route) = state.bookings.load(days).await?;
    let (from, to) = figures::days(days);
    Ok(Json(LoadFigures { from, to, by_day: figures::loads(&by_day), by_route: figures::loads(&by_route) }))
}

/// Shows who made how many bookings, and what they brought in.
#[utoipa::path(get, path = "/api/v1/stats/agents", operation_id = "showAgents", tag = "Figures", params(Days),
    security(("bearer" = [])), responses(
    (status = 200, body = AgentFigures),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn agents(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    uri: Uri,
) -> Result<Json<AgentFigures>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    let days = days(&uri, lately())?;
    let by_maker = state.bookings.by_maker(made(days)).await?;
    let (from, to) = figures::days(days);
    let mut agents = figures::bookings(&by_maker);
    for agent in &mut agents {
        let Ok(id) = agent.of.parse() else { continue };
        let account = state.people.account(&id).await?;
        agent.name = account.map(|account| format!("{} {}", account.first_name, account.last_name));
    }
    Ok(Json(AgentFigures { from, to, agents }))
}
