//! Paying: a payment is begun, and confirmed with a means to pay.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::Response;
use cluster::Verdict;
use domain::booking::{Command, Status};
use domain::identity::Action;
use domain::ids::BookingId;
use domain::payment::MethodName;
use domain::view::BookingView;
use serde_json::json;

use super::{provider, shown, shown_to_payer, visible};
use crate::State;
use crate::auth::Signed;
use crate::fields::{Fields, parsed};
use crate::idempotency::Once;
use crate::json::Json;
use crate::payments::Payments;
use crate::problem::Problem;
use crate::refusals;
use crate::routes::bookings::{self, ask, at_rest, granted};
use crate::sent::Sent;
use crate::shape::payment::{self, PaymentShown};
use crate::shape::payment_wish::{NewPayment, PaidWith};

/// Begins paying a booking that is held: every departure puts up a fence in the place of the deadline, then the provider opens
/// a payment. Begun again, it answers with the same payment.
///
/// A booking that costs nothing is bought at once.
#[utoipa::path(post, path = "/api/v1/payments/intents", operation_id = "createPayment", tag = "Payments", request_body = NewPayment,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = PaymentShown, description = "It waits for a means to pay, until `payableUntil`"),
        (status = 200, body = PaymentShown, description = "It was begun before"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "You have no such booking: `not-found`"),
        (status = 409, description = "It is not held, or cannot be paid here: `wrong-status`, `no-provider`, `unpayable`, `flight-cancelled`"),
        (status = 410, description = "Its deadline had passed: `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `card-number`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn begin(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    sent: Sent,
) -> Result<Response, Problem> {
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of(&sent, &["bookingId"])?;
    let booking = fields.required("bookingId", parsed::<BookingId>("it must be the id of a booking"));
    fields.done()?;
    let booking = booking.ok_or_else(Problem::not_found)?;
    let view = bookings::visible(&state, &principal, &booking.to_string(), Action::Change).await?;
    let payments = provider(&state)?;
    let command = Command::Pay { by: principal.subject.clone(), provider: name_of(payments)? };
    let told = match ask(&state, view.booking, Some(&once), command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let status = match told.verdict {
        Verdict::AlreadySo { .. } => StatusCode::OK,
        Verdict::Accepted { .. } | Verdict::Refused { .. } | Verdict::KeyReused => StatusCode::CREATED,
    };
    let answer = async {
        let after = at_rest(&state, view.booking, granted(&told)?).await?;
        match after.status {
            Status::Paying | Status::Confirmed => {
                let place =
                    [(header::LOCATION, format!("/api/v1/payments/{}", payment::id_of(after.booking)))];
                Ok((status, place, Json(shown_to_payer(payments, &after, state.options.deadline).await?)))
            }
            Status::Holding
            | Status::Held
            | Status::Cancelled
            | Status::Expired
            | Status::Refused
            | Status::Failed => Err(refusals::ended_booking(&after)),
        }
    };
    Ok(once.mark(told.replayed, answer.await))
}

fn name_of(payments: &Payments) -> Result<domain::payment::ProviderName, Problem> {
    payments.gateway.provider().parse().map_err(|_| Problem::overloaded("the provider has no proper name"))
}

/// Tries a means to pay. What it is called comes from the provider: in the sandbox the named test cards, otherwise what its form
/// gave to your browser. Never the number of a card.
///
/// Declined, the booking stays held until `payableUntil`, and another one may be tried.
#[utoipa::path(post, path = "/api/v1/payments/{paymentId}/confirm", operation_id = "confirmPayment", tag = "Payments", request_body = PaidWith,
    params(("paymentId" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = PaymentShown, description = "`bookingStatus` says `CONFIRMED` when it is bought; else the customer or the bank has the word"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 402, description = "It was declined; `reason` says why, and everything is still held: `payment-declined`"),
        (status = 404, description = "You have no such payment: `not-found`"),
        (status = 409, description = "It waits for no means to pay, or could not be bought: `wrong-status`, `wrong-payment-status`, `flight-cancelled`, `paid-late`, `unpayable`"),
        (status = 410, description = "It could be paid until then: `hold-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `card-number`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn confirm(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &id, Action::Change).await?;
    let payments = provider(&state)?;
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of(&sent, &["paymentMethod"])?;
    let named = "it must be the provider's name of a means to pay, like pm_card_visa";
    let method = fields.required("paymentMethod", parsed::<MethodName>(named));
    fields.done()?;
    let method = method.ok_or_else(Problem::not_found)?;
    let command = Command::PayWith { method, by: principal.subject.clone() };
    let told = match ask(&state, view.booking, Some(&once), command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let answer = async {
        let after = at_rest(&state, view.booking, granted(&told)?).await?;
        outcome(payments, &after).map(Json)
    };
    Ok(once.mark(told.replayed, answer.await))
}

/// What trying to pay has come to.
pub(super) fn outcome(payments: &Payments, after: &BookingView) -> Result<PaymentShown, Problem> {
    match after.status {
        Status::Confirmed => shown(payments, after),
        Status::Paying => match after.payment.as_ref().and_then(|payment| payment.declined) {
            Some(reason) => {
                let declined =
                    Problem::new(StatusCode::PAYMENT_REQUIRED, "payment-declined", payment::detail(reason));
                let until = after.payment.as_ref().and_then(|payment| payment.fence);
                Err(declined
                    .with("reason", reason.code())
                    .with("payableUntil", json!(until.map(|until| until.to_string()))))
            }
            None => shown(payments, after),
        },
        Status::Holding
        | Status::Held
        | Status::Cancelled
        | Status::Expired
        | Status::Refused
        | Status::Failed => Err(refusals::ended_booking(after)),
    }
}
