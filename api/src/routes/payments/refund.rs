//! Money that the house gives back without a change of what is booked.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
use domain::booking::Command;
use domain::identity::{Action, Role};
use domain::money::Money;
use serde_json::Value;

use super::{provider, shown, visible};
use crate::State;
use crate::auth::Signed;
use crate::auth::caller::Caller;
use crate::fields::{Fields, text};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::routes::bookings::{ask, at_rest, granted};
use crate::sent::Sent;
use crate::shape::payment::PaymentShown;
use crate::shape::payment_wish::NewRefund;

/// Characters of why money is given back.
const REASON_CHARS_MAX: usize = 200;

/// Gives captured money back: all that is left, or part of it. Agents may for bookings that they made; it stands in the audit
/// who did. What a cancellation gives back goes by itself.
#[utoipa::path(post, path = "/api/v1/payments/{paymentId}/refunds", operation_id = "refundPayment", tag = "Payments", request_body = NewRefund,
    params(("paymentId" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = PaymentShown, description = "It is on its way, or done; the last of `refunds` says which"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Not your role: `forbidden`"),
        (status = 404, description = "There is no such payment for you: `not-found`"),
        (status = 409, description = "Nothing or not so much is left to give back: `wrong-status`, `wrong-payment-status`, `refund-limit`"),
        (status = 422, description = "It cannot be taken: `validation`, `card-number`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn create(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(id): Path<String>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let view = visible(&state, &principal, &id, Action::Read).await?;
    match principal.role {
        Role::AirlineAgent | Role::TravelAgent | Role::BusinessOwner | Role::Admin => {}
        Role::Customer => return Err(Problem::forbidden()),
    }
    let payments = provider(&state)?;
    let once = Once::of(&principal, &sent)?;
    let mut fields = Fields::of(&sent, &["amount", "reason"])?;
    let amount = fields.optional("amount", money);
    let reason = fields.required("reason", text(1, REASON_CHARS_MAX));
    fields.done()?;
    let reason = reason.ok_or_else(Problem::not_found)?;
    let command = Command::Refund { amount, reason, by: principal.subject.clone() };
    let told = match ask(&state, view.booking, Some(&once), command).await {
        Ok(told) => told,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let answer = async {
        let granted = granted(&told)?;
        // Before anything is waited for: whoever asks again is not noted again.
        if !told.replayed {
            let by = caller.audited(&principal.subject);
            state.people.note(&by, "refund-granted", &view.customer, &view.booking.to_string()).await?;
        }
        let after = at_rest(&state, view.booking, granted).await?;
        Ok::<_, Problem>((StatusCode::CREATED, Json(shown(payments, &after)?)))
    };
    Ok(once.mark(told.replayed, answer.await))
}

/// An amount like `{"amount":"10.00","currency":"USD"}`.
fn money(value: &Value) -> Result<Money, String> {
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let named = value.as_object().is_some_and(|members| members.len() == 2);
    let read = match (member("amount"), member("currency")) {
        (Some(amount), Some(currency)) if named => format!("{amount} {currency}").parse::<Money>().ok(),
        _ => None,
    };
    let some = read.filter(|money| money.minor() > 0);
    some.ok_or_else(|| {
        "it must be more than nothing, like {\"amount\":\"10.00\",\"currency\":\"USD\"}".to_owned()
    })
}
