//! Playing the bank and its customer, where no money moves.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use domain::booking::Command;
use domain::identity::Action;
use gateways::payment::simulator::Proof;
use serde::Deserialize;

use super::pay::outcome;
use super::{provider, visible};
use crate::State;
use crate::auth::Signed;
use crate::fields::{Fields, word};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::routes::bookings::{ask, at_rest, granted};
use crate::sent::Sent;
use crate::shape::payment::PaymentShown;
use crate::shape::payment_wish::SandboxPlay;

/// What somebody plays.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Play {
    /// The customer proves who they are.
    Authenticate,
    /// They do not.
    Refuse,
    /// The bank says yes at last.
    Settle,
}

/// Plays the bank and its customer for a payment in the sandbox. There is no such route where real money moves.
#[utoipa::path(post, path = "/api/v1/payments/{paymentId}/sandbox", operation_id = "playPayment", tag = "Payments", request_body = SandboxPlay,
    params(("paymentId" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = PaymentShown, description = "What the payment is now"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 402, description = "They did not prove who they are; everything is still held: `payment-declined`"),
        (status = 404, description = "You have no such payment, or this is no sandbox: `not-found`"),
        (status = 409, description = "Nobody waits for that: `wrong-payment-status`, `paid-late`"),
        (status = 422, description = "It cannot be taken: `validation`, `card-number`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn play(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &id, Action::Change).await?;
    let payments = provider(&state)?;
    let simulator = payments.simulator.as_ref().ok_or_else(Problem::not_found)?;
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of(&sent, &["outcome"])?;
    let play = fields.required("outcome", word("it must be authenticate, refuse or settle"));
    fields.done()?;
    let play: Play = play.ok_or_else(Problem::not_found)?;
    let name = view.payment.as_ref().and_then(|payment| payment.name.as_ref());
    let name = name.ok_or_else(Problem::not_found)?.as_str();
    if state.door.booking_became(view.booking, once.request.id).await?.is_none() {
        match play {
            Play::Authenticate => simulator.authenticate(name, Proof::Given),
            Play::Refuse => simulator.authenticate(name, Proof::Failed),
            Play::Settle => simulator.pay_late(name),
        };
    }
    let told = match ask(&state, view.booking, Some(&once), Command::LookAtPayment).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let answer = async {
        let after = at_rest(&state, view.booking, granted(&told)?).await?;
        outcome(payments, &after).map(Json)
    };
    Ok(once.mark(told.replayed, answer.await))
}
