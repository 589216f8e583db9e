//! The HTTP and WebSocket face.
//!
//! A request passes the edge (`edge`: connections, load, names, counts), finds its route (`routes`), and a handler
//! parses it, asks the door ([`cluster::Door`]) and answers. No rule about seats or money stands here.
//!
//! * [`router`] and [`serve`]: everything, and the loop that accepts connections.
//! * `routes`: one file a resource; a handler's signature says who may call it.
//! * `auth`: tokens, keys, tickets. `idempotency`: requests that are answered once.
//! * `problem` and `refusals`: the one table from our errors to RFC 9457.
//! * `shape`: what goes over the wire. `sent` and `fields`: reading a request, with everything that is wrong said at once.
//! * `live`: WebSocket sessions that show seat maps as they change.
//! * `openapi`: the contract as a document, at `/api/v1/openapi.json`, and a page to read it, at `/docs`.

#![allow(unused_qualifications, reason = "the documentation's macro repeats the types of signatures")]

mod auth;
mod edge;
mod fields;
mod idempotency;
mod live;
mod metrics;
mod openapi;
mod problem;
mod refusals;
mod routes;
mod sent;
mod shape;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;

pub use auth::{KeyError, Keys, Principal, Role, Tickets, Tokens};
pub use edge::{ServeOptions, serve};
pub use openapi::DOCUMENT;
pub use state::{Options, State};

/// Bytes in a body at most: many times what any request of the contract needs.
const BODY_MAX: usize = 64 * 1024;

/// Every route behind the edge.
pub fn router(state: &Arc<State>) -> Router {
    let (documented, _) = openapi::documented();
    documented
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .fallback(|| async { problem::Problem::not_found() })
        .layer(middleware::from_fn_with_state(state.clone(), edge::pass))
        .with_state(state.clone())
}

/// The contract as a document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    openapi::documented().1
}
