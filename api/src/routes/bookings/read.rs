//! Bookings as they stand.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::Uri;
use domain::identity::{Action, Resource, Role};
use domain::ids::{FlightId, RecordLocator};
use jiff::civil::{Date, date};
use persistence::bookings::{Audience, Filter, Page};

use super::super::figures::made;
use super::{shown, visible};
use crate::State;
use crate::auth::{Principal, Signed};
use crate::fields::{Fields, parsed, text, word, written};
use crate::json::Json;
use crate::problem::Problem;
use crate::shape::booking::{Booking, Bookings};
use crate::shape::booking_wish::{BookingFilter, MyBookings};
use crate::shape::figures::BookingStats;
use crate::shape::user::PageShown;
use crate::state::now;

/// Bookings on a page unless it is said otherwise.
const LIMIT_DEFAULT: u32 = 20;

/// Bookings on a page at most, as in every list.
const LIMIT_MAX: u64 = 100;

/// The last page that is asked for: beyond it nobody reads.
const PAGE_MAX: u64 = 1_000_000;

/// Before and after every booking.
const FIRST_DAY: Date = date(1970, 1, 1);
const LAST_DAY: Date = date(9998, 1, 1);

/// Bookings are recent that were made in this time.
const RECENT: Duration = Duration::from_secs(24 * 60 * 60);

/// What statuses there are.
const STATUSES: &str = "it must be HOLDING, HELD, PAYING, CONFIRMED, CANCELLED, EXPIRED, REFUSED or FAILED";

/// Whose bookings a principal sees.
fn audience(principal: &Principal) -> Audience<'_> {
    match principal.role {
        Role::Customer => Audience::Customer(&principal.subject),
        Role::AirlineAgent | Role::TravelAgent => Audience::MadeBy(&principal.subject),
        Role::BusinessOwner | Role::Admin => Audience::All,
    }
}

/// The page that a query asks for.
fn page(fields: &mut Fields) -> Page {
    let number = fields.optional("page", written(1, PAGE_MAX)).and_then(|page| u32::try_from(page).ok());
    let limit = fields.optional("limit", written(1, LIMIT_MAX)).and_then(|limit| u32::try_from(limit).ok());
    Page { number: number.unwrap_or(1), limit: limit.unwrap_or(LIMIT_DEFAULT) }
}

async fn listed(state: &State, filter: &Filter<'_>, page: Page) -> Result<Json<Bookings>, Problem> {
    let (found, total) = state.bookings.list(filter, page).await?;
    let shown =
        PageShown { number: page.number, limit: page.limit, total, pages: total.div_ceil(page.limit.into()) };
    Ok(Json(Bookings { data: found.iter().map(|view| Booking::of(view, None)).collect(), page: shown }))
}

/// Lists the bookings that you may see, the latest first: customers theirs, agents those that they made, administrators and
/// business owners all.
#[utoipa::path(get, path = "/api/v1/bookings", operation_id = "listBookings", tag = "Bookings", params(BookingFilter),
    security(("bearer" = [])), responses(
    (status = 200, body = Bookings),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn list(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    uri: Uri,
) -> Result<Json<Bookings>, Problem> {
    let known = ["status", "flightId", "pnr", "search", "from", "to", "page", "limit"];
    let mut fields = Fields::of_query(&uri, &known)?;
    let status = fields.optional("status", word(STATUSES));
    let flight: Option<FlightId> =
        fields.optional("flightId", parsed("it must be a departure like B6-523-2026-12-01-JFK"));
    let locator: Option<RecordLocator> =
        fields.optional("pnr", parsed("it must be six letters and digits like K7QX2M"));
    let search = fields.optional("search", text(1, 100));
    let day = || parsed::<Date>("it must be a day like 2026-12-01");
    let (from, to) = (fields.optional("from", day()), fields.optional("to", day()));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        fields.refuse("to", "invalid", "it must not be before from");
    }
    let page = page(&mut fields);
    fields.done()?;
    let filter = Filter {
        audience: audience(&principal),
        status,
        flight,
        locator,
        sought: search.map(|search| state.travellers.sought(&search)),
        made: (from.is_some() || to.is_some())
            .then(|| made((from.unwrap_or(FIRST_DAY), to.unwrap_or(LAST_DAY)))),
    };
    listed(&state, &filter, page).await
}

/// Lists your own bookings, the latest first: those that are yours, and for agents those that they made.
#[utoipa::path(get, path = "/api/v1/bookings/my-bookings", operation_id = "listMyBookings", tag = "Bookings", params(MyBookings),
    security(("bearer" = [])), responses(
    (status = 200, body = Bookings),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 422, description = "A parameter cannot be taken: `validation`"),
))]
pub async fn mine(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    uri: Uri,
) -> Result<Json<Bookings>, Problem> {
    let mut fields = Fields::of_query(&uri, &["status", "page", "limit"])?;
    let status = fields.optional("status", word(STATUSES));
    let page = page(&mut fields);
    fields.done()?;
    let audience = match principal.role {
        Role::AirlineAgent | Role::TravelAgent => Audience::MadeBy(&principal.subject),
        Role::Customer | Role::BusinessOwner | Role::Admin => Audience::Customer(&principal.subject),
    };
    listed(&state, &Filter { status, ..Filter::of(audience) }, page).await
}

/// Counts bookings by where they stand.
#[utoipa::path(get, path = "/api/v1/bookings/stats", operation_id = "countBookings", tag = "Bookings", security(("bearer" = [])),
    responses(
    (status = 200, body = BookingStats),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
))]
pub async fn stats(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
) -> Result<Json<BookingStats>, Problem> {
    principal.may(Action::Read, Resource::Figures)?;
    Ok(Json(BookingStats::of(&state.bookings.by_status(now().minus(RECENT)).await?)))
}

/// Shows a booking, with its people.
#[utoipa::path(get, path = "/api/v1/bookings/{bookingId}", operation_id = "showBooking", tag = "Bookings",
    params(("bookingId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Booking),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 404, description = "You have no such booking: `not-found`"),
))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(booking): Path<String>,
) -> Result<Json<Booking>, Problem> {
    let view = visible(&state, &principal, &booking, Action::Read).await?;
    Ok(Json(shown(&state, &view).await?))
}
