//! What the provider tells unasked.
//!
//! An event is believed to be the provider's by its signature, and then only to be a hint: the payment is fetched, and the
//! booking looks for itself. The event's id is the request of that look, so the row remembers it for ever. The provider is
//! told that its event has arrived when that row is durable, and sends it again until then.

use std::sync::Arc;

use axum::extract::{FromRequest, Request as HttpRequest, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use cluster::{Request, Verdict};
use domain::booking::Command;
use domain::ids::BookingId;
use gateways::payment::webhook::{self, EVENT_BYTES_MAX, Hint};
use gateways::payment::{Failure, PaymentId, Refusal};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use persistence::journal::{RequestId, RequestKey};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::super::GRACE;
use super::provider;
use crate::State;
use crate::idempotency;
use crate::json::Json;
use crate::metrics::{EventFate, EventOf};
use crate::payments::Payments;
use crate::problem::Problem;
use crate::state::now;

/// The header with the signature.
const SIGNATURE: &str = "stripe-signature";

/// Tells the requests of events from those of people.
const ASKER: &str = "payment provider";

/// What the provider is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    /// Always true: the event need not come again.
    pub received: bool,
}

/// A message of the provider, as its bytes came.
#[derive(Debug)]
pub struct Message {
    headers: HeaderMap,
    body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Message {
    type Rejection = Problem;

    async fn from_request(request: HttpRequest, _: &S) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        let body = Limited::new(body, EVENT_BYTES_MAX).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                return Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too-large",
                    "an event has at most 256 KiB",
                );
            }
            Problem::invalid("", "the body broke off; send the event again")
        })?;
        Ok(Self { headers: head.headers, body: body.to_bytes() })
    }
}

/// Takes an event of the payment provider, signed over its raw body.
///
/// It is believed only so far that the payment is looked at. Answered 200 once that is durable, and also when the event is
/// about nothing of ours.
#[utoipa::path(post, path = "/api/v1/webhooks/stripe", operation_id = "takePaymentEvent", tag = "Payments",
    params(("stripe-signature" = String, Header, description = "When it was signed, and how", example = "t=1767225600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd")),
    responses(
        (status = 200, body = Received),
        (status = 400, description = "It is not signed by the provider, or not of these minutes: `bad-signature`; or no event: `validation`"),
        (status = 409, description = "This house takes no payments: `no-provider`"),
        (status = 413, description = "It is longer than 256 KiB: `too-large`"),
        (status = 422, description = "The body broke off: `validation`"),
    ))]
pub async fn take(Shared(state): Shared<Arc<State>>, message: Message) -> Result<Json<Received>, Problem> {
    let payments = provider(&state)?;
    let hint = verified(payments, &message).inspect_err(|_| count(&state, EventFate::Forged))?;
    let fate = follow(&state, payments, &hint).await.inspect_err(|_| count(&state, EventFate::Later))?;
    count(&state, fate);
    Ok(Json(Received { received: true }))
}

fn count(state: &State, fate: EventFate) {
    state.metrics.payment_events.get_or_create(&EventOf::from(fate)).inc();
}

fn verified(payments: &Payments, message: &Message) -> Result<Hint, Problem> {
    let bad = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "bad-signature", detail);
    let header = message.headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let header = header.ok_or_else(|| bad("send the signature in Stripe-Signature".to_owned()))?;
    webhook::verify(header, &message.body, &payments.webhook_secrets, now())
        .map_err(|unsigned| bad(unsigned.to_string()))?;
    webhook::hint(&message.body)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "validation", error.to_string()))
}

/// Lets the booking look, if the event is about one of ours.
async fn follow(state: &State, payments: &Payments, hint: &Hint) -> Result<EventFate, Problem> {
    let Some(payment) = hint.payment.as_ref().filter(|_| hint.mode == payments.mode) else {
        return Ok(EventFate::Ignored);
    };
    let asked = timeout(state.options.deadline, booking_of(payments, payment)).await;
    let later = |_| Problem::overloaded("the payment cannot be fetched now; send the event again");
    let Some(booking) = asked.map_err(later)?? else { return Ok(EventFate::Ignored) };
    if state.bookings.booking(booking).await?.is_none_or(|view| view.payment.is_none()) {
        return Ok(EventFate::Ignored);
    }
    let request = Request {
        key: Some(key_of(&hint.event)),
        remember_refusal: false,
        deadline: Some(now() + state.options.deadline),
        command: Command::LookAtPayment,
    };
    let asked = timeout(state.options.deadline + GRACE, state.door.ask_booking(booking, request)).await;
    let told = asked.unwrap_or(Err(cluster::Unserved::Unknown))?;
    Ok(match told.verdict {
        Verdict::Accepted { .. } if told.replayed => EventFate::Repeated,
        Verdict::Accepted { .. } | Verdict::AlreadySo { .. } => EventFate::Taken,
        Verdict::Refused { .. } | Verdict::KeyReused => EventFate::Ignored,
    })
}

/// What the provider says that the payment pays for; `None` when that is nothing of ours.
async fn booking_of(payments: &Payments, payment: &PaymentId) -> Result<Option<BookingId>, Problem> {
    match payments.gateway.retrieve(payment).await {
        Ok(payment) => Ok(payment.reference.and_then(|reference| reference.as_str().parse().ok())),
        Err(Failure::Refused(Refusal::NotFound)) => Ok(None),
        Err(failure) => {
            tracing::warn!(error = %failure, "an event's payment cannot be fetched; it will be sent again");
            Err(Problem::overloaded("the payment cannot be fetched now; send the event again"))
        }
    }
}

/// The request of an event: whoever sends it again asks the same.
fn key_of(event: &str) -> RequestKey {
    let fingerprint = idempotency::fingerprint(&[ASKER, event]);
    RequestKey { id: RequestId::new(fingerprint.bytes()), fingerprint }
}
