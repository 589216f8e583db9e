//! Sends events, signed, until they are taken.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use super::faults::Delivery;
use super::{Shared, State};
use crate::payment::secret::Secret;
use crate::payment::webhook;

/// How often one event is sent at most. Stripe goes on for three days.
const ATTEMPTS_MAX: u32 = 12;

/// How long one attempt may take.
const ATTEMPT_DEADLINE: Duration = Duration::from_secs(5);

/// How long to wait before the second attempt; then twice as long each time, up to the longest.
const PAUSE: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Events that wait, at most; older ones are lost, as they would be after three days.
const WAITING_MAX: usize = 10_000;

/// Who hears of events.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    uri: Uri,
    authority: String,
    secret: Secret,
}

/// An event on its way.
#[derive(Debug, Clone)]
pub(super) struct Post {
    body: Bytes,
    attempts: u32,
}

impl Endpoint {
    pub(super) fn new(url: &str, secret: Secret) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let address = uri.host()?.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok()?;
        let authority = format!("{}:{}", uri.host()?, uri.port_u16().unwrap_or(80));
        let is_local = uri.scheme_str() == Some("http") && address.is_loopback();
        is_local.then_some(Self { uri, authority, secret })
    }

    /// Sends an event, over the line on which the last one was answered if it is still open.
    async fn send(&self, body: Bytes, now: domain::time::Timestamp, kept: &mut Option<Line>) -> Option<u16> {
        let mut line = match kept.take() {
            Some(line) if line.authority == self.authority => line.or_anew().await?,
            _ => Line::to(&self.authority).await?,
        };
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::post(path)
            .header("host", &self.authority)
            .header("content-type", "application/json")
            .header("stripe-signature", webhook::sign(&body, &self.secret, now));
        let response = line.sender.send_request(request.body(Full::new(body)).ok()?).await.ok()?;
        let status = response.status().as_u16();
        if response.into_body().collect().await.is_ok() {
            *kept = Some(line);
        }
        Some(status)
    }
}

/// An open connection.
#[derive(Debug)]
struct Line {
    authority: String,
    sender: SendRequest<Full<Bytes>>,
}

impl Line {
    async fn to(authority: &str) -> Option<Self> {
        let stream = TcpStream::connect(authority).await.ok()?;
        let _ = stream.set_nodelay(true);
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        // It ends with its sender.
        tokio::spawn(async move { drop(connection.await) });
        Some(Self { authority: authority.to_owned(), sender })
    }

    /// This one when it is ready for the next event, another when it was closed meanwhile.
    async fn or_anew(mut self) -> Option<Self> {
        match self.sender.ready().await {
            Ok(()) => Some(self),
            Err(_) => Self::to(&self.authority).await,
        }
    }
}

impl State {
    /// Makes events of what happened. Without an endpoint nobody hears of them.
    pub(super) fn announce(&mut self, now: i64) {
        for (kind, object) in self.book.take_happened() {
            self.events += 1;
            if self.endpoint.is_none() {
                continue;
            }
            let id = format!("evt_{}{:08}", self.book.series, self.events);
            let event = json!({
                "id": id,
                "object": "event",
                "api_version": crate::payment::API_VERSION,
                "created": now,
                "data": {"object": object},
                "livemode": false,
                "pending_webhooks": 1,
                "type": kind,
            });
            let post = Post { body: Bytes::from(event.to_string()), attempts: 0 };
            match self.faults.next_delivery() {
                Delivery::Once => self.waiting.push_back(post),
                Delivery::Twice => self.waiting.extend([post.clone(), post]),
                Delivery::Never => {}
                Delivery::HeldBack => self.held.push(post),
            }
        }
        let too_many = self.waiting.len().saturating_sub(WAITING_MAX);
        self.waiting.drain(..too_many);
    }
}

/// Sends what waits, one after the other; what is not taken is tried again later, behind the others.
pub(super) async fn deliver(shared: Arc<Shared>) {
    let mut line = None;
    loop {
        let next = {
            let mut state = shared.state();
            let endpoint = state.endpoint.clone();
            endpoint.and_then(|endpoint| Some((endpoint, state.waiting.pop_front()?, state.now())))
        };
        let Some((endpoint, mut post, now)) = next else {
            shared.bell.notified().await;
            continue;
        };
        let send = endpoint.send(post.body.clone(), now, &mut line);
        let sent = tokio::time::timeout(ATTEMPT_DEADLINE, send).await;
        let is_taken = sent.ok().flatten().is_some_and(|status| (200..300).contains(&status));
        post.attempts += 1;
        if !is_taken && post.attempts < ATTEMPTS_MAX {
            tokio::spawn(again(shared.clone(), post));
        }
    }
}

async fn again(shared: Arc<Shared>, post: Post) {
    let doublings = post.attempts.saturating_sub(1).min(10);
    tokio::time::sleep((PAUSE * 2_u32.pow(doublings)).min(PAUSE_MAX)).await;
    shared.state().waiting.push_back(post);
    shared.bell.notify_one();
}
