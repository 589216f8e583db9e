//! The other side of each ratio: the same routes, doing nothing.
//!
//! The same framework as the product's, the same JSON read, as many bytes answered. No actor, no rule, no
//! disk, no sign-in. What is faster than this is not HTTP.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::broadcast;

use crate::contract::{HEALTH_PATH, LIVE_PATH, READY_PATH, SUBPROTOCOL};

/// How many bytes the answers have.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Sizes {
    /// The body that acknowledges a hold
    #[arg(long, value_name = "BYTES", default_value_t = 300)]
    pub hold_bytes: usize,
    /// The body of a seat map
    #[arg(long, value_name = "BYTES", default_value_t = 60_000)]
    pub map_bytes: usize,
    /// A frame that tells subscribers of a change
    #[arg(long, value_name = "BYTES", default_value_t = 300)]
    pub frame_bytes: usize,
}

/// How many frames a subscriber may be behind. Far more than a writer makes during one broadcast.
const FRAMES_MAX: usize = 256;

#[derive(Debug, Clone)]
struct Doorstep {
    sizes: Sizes,
    map: Bytes,
    version: Arc<AtomicU64>,
    frames: broadcast::Sender<Utf8Bytes>,
}

/// The same fields as the product reads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "they are read from the request and then nothing is done")]
struct Wish {
    cabin_class: String,
    #[serde(default)]
    seats: Vec<String>,
    places: Option<u8>,
    #[serde(default)]
    travellers: Vec<Traveller>,
    ttl_seconds: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "as above")]
struct Traveller {
    r#type: String,
}

/// Connections that may wait to be accepted, as in the product: a limit that drops clients who come at once is none.
const WAITING_MAX: u32 = 4_096;

/// Listens on a port of the loopback.
///
/// # Errors
/// When it is taken.
pub fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let socket = TcpSocket::new_v4().context("cannot open a socket")?;
    socket.set_reuseaddr(true).context("cannot share the port with connections that end")?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into()).context("cannot listen")?;
    socket.listen(WAITING_MAX).context("cannot listen")
}

/// Serves until the process ends.
///
/// # Errors
/// When the listener breaks.
pub async fn serve(listener: TcpListener, sizes: Sizes) -> anyhow::Result<()> {
    let listener = listener.tap_io(|stream| {
        // It is only slower without.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router(sizes)).await.context("cannot serve")
}

fn router(sizes: Sizes) -> Router {
    let map = format!(r#"{{"padding":"{}"}}"#, "x".repeat(sizes.map_bytes.saturating_sub(14))).into();
    let doorstep =
        Doorstep { sizes, map, version: Arc::default(), frames: broadcast::Sender::new(FRAMES_MAX) };
    Router::new()
        .route(READY_PATH, get(|| async { StatusCode::OK }))
        .route(HEALTH_PATH, get(|| async { StatusCode::OK }))
        .route("/api/v1/flights/{flight}/holds", post(hold))
        .route("/api/v1/flights/{flight}/holds/{hold}", delete(release))
        .route("/api/v1/flights/{flight}/seat-map", get(seat_map))
        .route(LIVE_PATH, get(live))
        .with_state(doorstep)
}

async fn hold(
    State(doorstep): State<Doorstep>,
    Path(flight): Path<String>,
    Json(wish): Json<Wish>,
) -> Response {
    let version = doorstep.change();
    let seats = wish.seats.join(r#"",""#);
    let hold =
        format!(r#"{{"holdId":"{version}","flightId":"{flight}","seats":["{seats}"],"version":{version}"#);
    let body = padded(hold, doorstep.sizes.hold_bytes);
    (StatusCode::CREATED, [(CONTENT_TYPE, "application/json")], body).into_response()
}

async fn release(State(doorstep): State<Doorstep>) -> StatusCode {
    doorstep.change();
    StatusCode::NO_CONTENT
}

async fn seat_map(State(doorstep): State<Doorstep>) -> ([(HeaderName, &'static str); 1], Bytes) {
    ([(CONTENT_TYPE, "application/json")], doorstep.map)
}

async fn live(State(doorstep): State<Doorstep>, upgrade: WebSocketUpgrade) -> Response {
    // As small as the product's buffers: with the default ones, ten thousand sockets are a gigabyte.
    let upgrade = upgrade.protocols([SUBPROTOCOL]).read_buffer_size(2_048).write_buffer_size(0);
    upgrade.on_upgrade(|socket| async move {
        // A subscriber that has gone is nobody's loss.
        let _ = watch(socket, &doorstep).await;
    })
}

async fn watch(mut socket: WebSocket, doorstep: &Doorstep) -> Result<(), axum::Error> {
    let Some(_wish) = socket.recv().await.transpose()? else { return Ok(()) };
    let mut frames = doorstep.frames.subscribe();
    let version = doorstep.version.load(Ordering::Acquire);
    socket.send(Message::text(format!(r#"{{"type":"snapshot","version":{version}}}"#))).await?;
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Ok(frame) => socket.send(Message::Text(frame)).await?,
                Err(_too_slow) => return Ok(()),
            },
            said = socket.recv() => if said.transpose()?.is_none() { return Ok(()) },
        }
    }
}

impl Doorstep {
    /// Counts a change, and tells the subscribers if there are any.
    fn change(&self) -> u64 {
        let version = self.version.fetch_add(1, Ordering::AcqRel) + 1;
        if self.frames.receiver_count() > 0 {
            let from = version - 1;
            let frame = format!(r#"{{"type":"delta","from":{from},"version":{version}"#);
            // The last of them may have left in between.
            let _ = self.frames.send(padded(frame, self.sizes.frame_bytes).into());
        }
        version
    }
}

/// Closes an object with as much padding as it needs to have this many bytes.
fn padded(mut object: String, bytes: usize) -> String {
    const EMPTY: &str = r#","padding":""}"#;
    let padding = bytes.saturating_sub(object.len() + EMPTY.len());
    object.reserve(padding + EMPTY.len());
    object.push_str(&EMPTY[..EMPTY.len() - 2]);
    object.extend(std::iter::repeat_n('x', padding));
    object.push_str(&EMPTY[EMPTY.len() - 2..]);
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_padded_to_its_size() {
        assert_eq!(padded(r#"{"a":1"#.to_owned(), 25), r#"{"a":1,"padding":"xxxxx"}"#);
        assert_eq!(padded(r#"{"a":1"#.to_owned(), 0), r#"{"a":1,"padding":""}"#);
    }
}
