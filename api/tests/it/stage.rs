//! A node in memory with its face, and the words to ask it.

use std::sync::Arc;
use std::time::Duration;

use actors::booking::Till;
use actors::engine::{Engine, Options as EngineOptions, clock};
use api::{Keys, Limits, Options, Payments, Peer, RateLimits, Role, State, Stores};
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use cluster::{Door, Readiness};
use gateways::payment::{Mode, Options as StripeOptions, Secret, Simulator, Stripe, simulator};
use http_body_util::BodyExt as _;
use persistence::any::Any;
use persistence::journal::NodeId;
use persistence::memory::Memory;
use persistence::people;
use persistence::writer;
use serde_json::{Value, json};

/// Forty seats on two decks of the trade: eight in front, thirty-two behind.
pub const CABINS: &str = "F:1-2:AB-CD;Y:10-17:AB-CD";

/// How long a test waits for what must come before it says that it did not.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// With which the simulator signs what it tells.
pub const WEBHOOK_SECRET: &str = "whsec_of_this_test";

/// A node with its face.
#[derive(Clone)]
pub struct Stage {
    pub state: Arc<State>,
    pub router: api::Face,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The status and, of a problem, its code.
    pub fn outcome(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// A text in the body.
    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {self:?}")).to_owned()
    }

    /// The names of the bad fields, each with its code.
    pub fn bad_fields(&self) -> Vec<(String, String)> {
        let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|bad| (said(&bad["field"]), said(&bad["code"]))).collect()
    }
}

/// A request that is put together.
#[derive(Clone)]
pub struct Ask {
    stage: Stage,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
    peer: Peer,
}

impl Ask {
    pub fn by(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header's value"));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").raw(body.to_string())
    }

    pub fn raw(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// From another address.
    pub fn from(mut self, address: &str) -> Self {
        self.peer = Peer(address.parse().expect("an address"));
        self
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::new(Body::from(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().expect("a path");
        *request.headers_mut() = self.headers;
        request.extensions_mut().insert(self.peer);
        let response =
            self.stage.router.answer_to(self.peer.0, request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Stage {
    pub async fn new() -> Self {
        // As `serve --dev` has it: a test that waits for a deadline waits for a second, and nobody counts its tries.
        Self::with(Options {
            hold_ttl_min_secs: 1,
            limits: Limits::LIFTED,
            rates: RateLimits::LIFTED,
            ..Options::default()
        })
        .await
    }

    /// One whose bookings are paid at a simulator, with the simulator.
    pub async fn paying() -> (Self, Arc<Simulator>) {
        let simulator = Arc::new(Simulator::start("127.0.0.1:0").await.expect("it listens"));
        let gateway = Stripe::new(StripeOptions {
            provider: "simulator".to_owned(),
            base_url: simulator.base_url(),
            pause: Duration::from_millis(5),
            ..StripeOptions::stripe(Secret::new(simulator::KEY))
        });
        let payments = Payments {
            gateway: Arc::new(gateway.expect("a sound address")),
            simulator: Some(simulator.clone()),
            webhook_secrets: vec![Secret::new(WEBHOOK_SECRET)],
            mode: Mode::Test,
            publishable_key: None,
        };
        let stage = Self::with(Options {
            hold_ttl_min_secs: 1,
            limits: Limits::LIFTED,
            rates: RateLimits::LIFTED,
            payments: Some(payments),
            ..Options::default()
        });
        (stage.await, simulator)
    }

    pub async fn with(options: Options) -> Self {
        let store = Memory::new();
        let lane = store.lane(NodeId::new(fastrand::u128(..)));
        let (journal, _writer) = writer::start(vec![lane], &writer::Options::default()).expect("a thread");
        let idle = Duration::from_secs(60);
        let till = options.payments.as_ref().map(|payments| Till::at(payments.gateway.clone()));
        let till = till.unwrap_or_default();
        let stores = stores(&store).await;
        let engine = Engine::start(Any::Memory(store), journal, &EngineOptions { idle, till }).await;
        let door = Door::new(engine);
        door.becomes(Readiness::Ready);
        let state = State::new(door, stores, Keys::drawn().expect("randomness"), options);
        let router = api::face(&state);
        Self { state, router }
    }

    /// The same engine behind a new face.
    pub fn again(&self) -> Self {
        let keys = Keys::drawn().expect("randomness");
        let (door, stores) = (self.state.door.clone(), self.state.stores());
        let state = State::new(door, stores, keys, self.state.options.clone());
        let router = api::face(&state);
        Self { state, router }
    }

    /// A token that lives for ten minutes.
    pub fn token(&self, role: Role, subject: &str) -> String {
        let subject = subject.parse().expect("a subject");
        self.state.tokens.keys().issue(role, &subject, 600, clock::now().millis() / 1_000)
    }

    pub fn customer(&self, subject: &str) -> String {
        self.token(Role::Customer, subject)
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask {
        Ask {
            stage: self.clone(),
            method: method.parse().expect("a method"),
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            peer: Peer("192.0.2.1".parse().expect("an address")),
        }
    }

    pub async fn read(&self, path: &str) -> Answer {
        self.ask("GET", path).send().await
    }

    /// Opens a departure; its path.
    pub async fn open(&self, number: u16) -> String {
        let operator = self.token(Role::AirlineAgent, "operator");
        let opened = self.ask("POST", "/api/v1/flights").by(&operator).json(&sale(number)).send().await;
        assert_eq!(opened.status, 201, "{opened:?}");
        format!("/api/v1/flights/{}", opened.text("flightId"))
    }

    /// Holds exact seats; the answer.
    pub async fn hold(&self, flight: &str, token: &str, seats: &[&str]) -> Answer {
        let body = json!({ "cabinClass": "ECONOMY", "seats": seats });
        self.ask("POST", &format!("{flight}/holds")).by(token).json(&body).send().await
    }

    /// Holds exact seats, as it must succeed; the hold's path.
    pub async fn held(&self, flight: &str, token: &str, seats: &[&str]) -> String {
        let made = self.hold(flight, token, seats).await;
        assert_eq!(made.status, 201, "{made:?}");
        format!("{flight}/holds/{}", made.text("holdId"))
    }

    /// Cancels the departure, or delays it, or whatever `status` says.
    pub async fn becomes(&self, flight: &str, status: &str) {
        let operator = self.token(Role::AirlineAgent, "operator");
        let asked = self.ask("PATCH", &format!("{flight}/status")).by(&operator);
        let changed = asked.json(&json!({ "status": status })).send().await;
        assert_eq!(changed.status, 200, "{changed:?}");
    }
}

/// What stands in a store beside the journal, its people sealed with keys of this test.
pub async fn stores(store: &Memory) -> Stores {
    let keys = people::Keys::drawn(&mut |bytes: &mut [u8]| {
        fastrand::Rng::new().fill(bytes);
        true
    });
    let travellers =
        store.travellers(keys.expect("randomness")).await.expect("nobody was kept with other keys");
    Stores { accounts: store.people(), travellers, bookings: store.bookings() }
}

/// A departure far enough from now, with forty seats.
pub fn sale(number: u16) -> Value {
    json!({
        "carrier": "ZZ", "number": number, "date": "2090-06-01", "origin": "JFK", "destination": "LAX",
        "aircraft": { "name": "Test frame", "cabins": CABINS },
        "departs": "2090-06-01T13:00:00Z", "arrives": "2090-06-01T19:00:00Z",
        "distanceMi": 2475, "currency": "USD",
    })
}

/// Waits until `met` is: by asking again and again, because nobody tells when a deadline has passed.
pub async fn until(mut met: impl AsyncFnMut() -> bool) {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let waiting = async {
        while !met().await {
            beat.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it came about in time");
}
