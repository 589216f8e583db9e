//! Bookings: made, shown, paid, cancelled, seated anew.
//!
//! A booking answers at once to whom it may, and the rest of its way it goes by itself. So a handler asks it, waits until
//! it is at rest, and answers with what it is then: for a repeated request that is the same row again.

pub mod change;
pub mod create;
pub mod locator;
pub mod read;

use std::time::Duration;

use cluster::{Request, Told, Unserved, Verdict};
use domain::booking::{Booking, Command, Rejection};
use domain::identity::{Action, Resource};
use domain::ids::{BookingId, Version};
use domain::view::{BookingView, booking_view};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

use super::GRACE;
use crate::State;
use crate::auth::Principal;
use crate::idempotency::{self, Once};
use crate::problem::Problem;
use crate::refusals;
use crate::shape::booking as shape;
use crate::state::now;

/// How long to wait until a booking is asked again that is on its way somewhere.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// The booking of a path, if this principal may do this to it.
pub async fn visible(
    state: &State,
    principal: &Principal,
    text: &str,
    action: Action,
) -> Result<BookingView, Problem> {
    let id: BookingId = text.parse().map_err(|_| Problem::not_found())?;
    let view = state.bookings.booking(id).await?.ok_or_else(Problem::not_found)?;
    let resource = Resource::Booking { owner: &view.customer, made_by: &view.made_by };
    principal.may(action, resource)?;
    Ok(view)
}

/// Asks a booking, again and again while it is busy, and waits no longer than its client would.
pub(super) async fn ask(
    state: &State,
    id: BookingId,
    once: Option<&Once>,
    command: Command,
) -> Result<Told<Booking>, Problem> {
    let deadline = now() + state.options.deadline;
    let until = Instant::now() + state.options.deadline + GRACE;
    loop {
        let request = Request {
            key: once.map(|once| once.request),
            remember_refusal: once.is_some_and(|once| once.is_chosen),
            deadline: Some(deadline),
            command: command.clone(),
        };
        let span = tracing::debug_span!("command", booking.id = %id, command.kind = kind(&request.command));
        let asked = state.door.ask_booking(id, request).instrument(span);
        let told = timeout_at(until, asked).await.unwrap_or(Err(Unserved::Unknown))?;
        match &told.verdict {
            Verdict::KeyReused => return Err(idempotency::reused()),
            Verdict::Refused { rejection: Rejection::Busy, .. } if Instant::now() + BUSY_PAUSE < until => {
                sleep(BUSY_PAUSE).await;
            }
            Verdict::Accepted { .. } | Verdict::AlreadySo { .. } | Verdict::Refused { .. } => {
                return Ok(told);
            }
        }
    }
}

/// The row after which what was asked for is under way, or so already; a refusal is a problem.
pub(super) fn granted(told: &Told<Booking>) -> Result<Version, Problem> {
    match &told.verdict {
        Verdict::Accepted { version, .. } | Verdict::AlreadySo { version } => Ok(*version),
        Verdict::Refused { rejection, .. } => Err(refusals::booking(rejection)),
        Verdict::KeyReused => Err(idempotency::reused()),
    }
}

/// The booking as it first was at rest at this row or later.
pub(super) async fn at_rest(state: &State, id: BookingId, from: Version) -> Result<BookingView, Problem> {
    let until = Instant::now() + state.options.deadline + GRACE;
    let rested = timeout_at(until, state.door.rested(id, from)).await;
    let (version, booking) = rested.unwrap_or(Err(Unserved::Unknown))?;
    let placed = booking.placed().ok_or_else(Problem::not_found)?;
    Ok(booking_view(placed, version))
}

/// The booking with its people, for whoever may read it.
async fn shown(state: &State, view: &BookingView) -> Result<shape::Booking, Problem> {
    let people = state.travellers.people(view.people).await?;
    Ok(shape::Booking::of(view, people.as_ref()))
}

/// What a command is called in logs.
const fn kind(command: &Command) -> &'static str {
    match command {
        Command::Place(_) => "place",
        Command::Told { .. } => "told",
        Command::HoldsLost { .. } => "holds-lost",
        Command::FlightCancelled { .. } => "flight-cancelled",
        Command::Confirm { .. } => "confirm",
        Command::Pay { .. } => "pay",
        Command::PayWith { .. } => "pay-with",
        Command::LookAtPayment => "look-at-payment",
        Command::Refund { .. } => "refund",
        Command::QuotePart(_) => "quote-part",
        Command::QuoteCancellation => "quote-cancellation",
        Command::Cancel(_) => "cancel",
        Command::ChangeSeats { .. } => "change-seats",
        Command::LapseDue => "lapse-due",
    }
}
