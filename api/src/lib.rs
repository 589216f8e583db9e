//! The HTTP and WebSocket face.
//!
//! A request passes the edge (`edge`: connections, load, names, counts), finds its route (`routes`), and a handler
//! parses it, asks the door ([`cluster::Door`]) and answers. No rule about seats or money stands here.
//!
//! * [`face`], [`listen`] and [`serve`]: everything, where connections come in, and the loop that accepts them.
//! * `routes`: one file a resource; a handler's signature says who may call it.
//! * `auth`: tokens, keys, tickets. `idempotency`: requests that are answered once.
//! * `problem` and `refusals`: the one table from our errors to RFC 9457.
//! * `shape`: what goes over the wire. `sent` and `fields`: reading a request, with everything that is wrong said at once.
//! * `booking`: what a request for a booking says, by the trade's rules.
//! * `live`: WebSocket sessions that show seat maps as they change.
//! * `payments`: the provider and what was agreed with it. `reconcile`: what it has, held against what bookings say.
//! * `card_number`: keeps card numbers out.
//! * `offers`: the market of offers, our own departures in it, and the seal that a price holds under.
//! * `web`: the web app, which is part of the binary.
//! * `openapi`: the contract as a document, at `/api/v1/openapi.json`, and a page to read it, at `/docs`.

#![allow(unused_qualifications, reason = "the documentation's macro repeats the types of signatures")]

mod auth;
mod booking;
mod card_number;
mod chance;
mod edge;
mod fields;
mod heat;
mod idempotency;
mod json;
mod live;
mod metrics;
mod negotiation;
mod offers;
mod openapi;
mod payments;
mod problem;
mod reconcile;
mod refusals;
mod routes;
mod sent;
mod shape;
mod state;
mod web;

use std::sync::Arc;

use axum::extract::Request;
use axum::routing::get;

pub use auth::caller::Peer;
pub use auth::{KeyError, Keys, Limits, Principal, Role, Tickets, Tokens, catch_up};
pub use edge::{Face, InvalidProxies, Proxies, RateLimits, ServeOptions, listen, serve};
pub use openapi::DOCUMENT;
pub use payments::Payments;
pub use reconcile::keep as keep_reconciled;
pub use state::{Options, State, Stores};

/// Every route behind the edge.
#[must_use]
pub fn face(state: &Arc<State>) -> Face {
    let (documented, document) = openapi::documented();
    let has_form = state.options.payments.as_ref().is_some_and(|payments| payments.publishable_key.is_some());
    let app = get(move |request: Request| async move { web::answer(&request, has_form) })
        .fallback(|| async { problem::Problem::not_found() });
    let router = documented.fallback_service(app).with_state(state.clone());
    let templates = document.paths.paths.keys().map(String::as_str);
    Face::new(router, state.clone(), templates.chain(openapi::PAGES))
}

/// The contract as a document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    openapi::documented().1
}
