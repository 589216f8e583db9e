//! Signing in: tickets for live sockets, and the keys by which tokens are verified.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::State;
use crate::auth::{Signed, TICKET_LIVES};
use crate::fields::Fields;
use crate::json::Json;
use crate::problem::Problem;
use crate::sent::Sent;
use crate::shape::wish::Nothing;

/// A ticket for one live socket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// To be sent as the subprotocol `ticket.<ticket>`, or in the first frame. Good for one use.
    pub ticket: String,
    /// For how many seconds it is good.
    #[schema(example = 30)]
    pub expires_in: u64,
}

/// Makes a ticket that signs one live socket in.
#[utoipa::path(post, path = "/api/v1/auth/ws-ticket", operation_id = "drawTicket", tag = "Auth", request_body = Option<Nothing>,
    security(("bearer" = [])), responses(
    (status = 200, body = Ticket),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 422, description = "There is something in the body: `validation`"),
))]
pub async fn ws_ticket(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    sent: Sent,
) -> Result<Json<Ticket>, Problem> {
    Fields::of_perhaps(&sent, &[])?.done()?;
    let ticket = state.tickets.issue(principal).map_err(|_| Problem::overloaded("no randomness"))?;
    Ok(Json(Ticket { ticket, expires_in: TICKET_LIVES.as_secs() }))
}

/// Shows the keys by which our tokens are verified (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "readKeys", tag = "Auth", responses(
    (status = 200, description = "A set of JSON web keys"),
))]
pub async fn jwks(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(state.tokens.keys().jwks())
}
