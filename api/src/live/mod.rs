//! Live sockets: seat maps that change under their viewers' eyes.
//!
//! A socket is one task (`session`) that waits for whatever comes first: a word from the client, news from a
//! departure that it watches, the time for a ping, the end of its token, the end of the process. It has no
//! queue of its own: a departure's room publishes one frame for all, and a session that is ready takes what
//! has happened since its last one. So a slow client costs nobody anything, and skips frames instead of
//! filling memory.
//!
//! * `turns` and `bell`: what a session does next, and how it tells what woke it.
//! * `handshake`: who may open a socket, and how it is opened.
//! * `line`: the socket itself. It writes shared bytes and keeps no copy of them.
//! * `wish`: what clients say. `frame`: what we say. `ending`: why we hang up.
//! * `events`: what happens to bookings and departures, told to whom it concerns.
//! * `watched`: the departures that a session watches. `yours`: what is only for one viewer.

mod bell;
mod ending;
pub mod events;
mod frame;
mod handshake;
mod line;
mod session;
mod turns;
mod watched;
mod wish;
mod yours;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::response::Response;
pub(crate) use handshake::is_welcome;

use crate::State;
use crate::problem::Problem;

/// Sockets that one node keeps open: a gigabyte of sessions, and no limit on connections counts them any more
/// once they have left HTTP.
const SOCKETS_MAX: i64 = 100_000;

/// Departures that one socket may watch: more than fits a screen.
const SUBSCRIPTIONS_MAX: usize = 32;

/// Words that we cannot take before we hang up: a client with so many has a bug, and answering it for ever
/// helps nobody.
const MISTAKES_MAX: u8 = 10;

/// Bytes of the longest word a client may say: ours have some hundred.
const WORD_BYTES_MAX: usize = 16 * 1_024;

/// How patient sessions are.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How often a client is pinged. Proxies in between close what is silent for a minute, as a rule.
    ping_every: Duration,
    /// Pings in a row that may stay without any sign of life; at the next one it is given up.
    pings_unanswered_max: u8,
    /// How long sending one frame may take.
    send_within: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(30),
            pings_unanswered_max: 2,
            send_within: Duration::from_secs(10),
        }
    }
}

/// Opens a live socket: seat maps as they change.
///
/// Offer the subprotocol `aisle.v1`, and sign in with a second one, `ticket.<ticket>`, or with the first frame. Without
/// a ticket the socket may only watch seat maps.
#[utoipa::path(get, path = "/api/v1/ws", tag = "Live",
    responses(
        (status = 101, description = "The socket is open"),
        (status = 400, description = "Only other subprotocols were offered: `unknown-subprotocol`"),
        (status = 426, description = "The request opens no WebSocket: `upgrade-required`"),
        (status = 403, description = "A page of this origin may not open sockets: `forbidden`"),
        (status = 503, description = "No socket can be opened now: `overloaded`"),
    ))]
pub async fn upgrade(Shared(state): Shared<Arc<State>>, request: Request) -> Result<Response, Problem> {
    open(state, request, Pace::default())
}

fn open(state: Arc<State>, mut request: Request, pace: Pace) -> Result<Response, Problem> {
    if !handshake::is_welcome(request.headers(), &state.options.origins) {
        let detail = "pages of this origin may not open live sockets; ask the operator to allow it";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    }
    if *state.stopping().borrow() || state.metrics.sockets.get() >= SOCKETS_MAX {
        return Err(Problem::overloaded("no live socket can be opened now; come back shortly"));
    }
    let opening = handshake::read(&mut request)?;
    let response = opening.response();
    tokio::spawn(session::open(opening, state, pace));
    Ok(response)
}
