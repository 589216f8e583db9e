//! Rubbish: whatever comes in, the answer is the client's fault and never ours.

use api::Role;
use serde_json::json;

use crate::stage::{Answer, Stage};

/// Every path that reads a body.
const WRITES: [(&str, &str); 18] = [
    ("POST", "/api/v1/flights"),
    ("POST", "/api/v1/flights/search"),
    ("POST", "/api/v1/auth/ws-ticket"),
    ("POST", "{flight}/holds"),
    ("POST", "{hold}/extend"),
    ("PATCH", "{flight}/status"),
    ("POST", "{flight}/blocks"),
    ("DELETE", "{flight}/blocks"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/verify"),
    ("POST", "/api/v1/auth/password"),
    ("PATCH", "/api/v1/auth/profile"),
    ("POST", "/api/v1/users"),
    ("PATCH", "{user}"),
    ("PATCH", "{user}/status"),
    ("PATCH", "{user}/role"),
];

struct Heap {
    stage: Stage,
    flight: String,
    hold: String,
    user: String,
    token: String,
}

impl Heap {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let flight = stage.open(1).await;
        let token = stage.member(Role::Admin).await.access;
        let user = stage.member(Role::Customer).await.path();
        let hold = stage.held(&flight, &token, &["10A"]).await;
        Self { stage, flight, hold, user, token }
    }

    async fn throw(&self, method: &str, path: &str, body: Vec<u8>) -> Answer {
        let path = path
            .replace("{flight}", &self.flight)
            .replace("{hold}", &self.hold)
            .replace("{user}", &self.user);
        self.stage
            .ask(method, &path)
            .by(&self.token)
            .header("content-type", "application/json")
            .raw(body)
            .send()
            .await
    }
}

fn rubbish() -> Vec<Vec<u8>> {
    let texts = [
        "{",
        "}",
        "[]",
        "[[]]",
        "null",
        "true",
        "0",
        "\"\"",
        "nul",
        "{}{}",
        "{\"a\":}",
        "{\"\":\"\"}",
        "{'a':1}",
        "\u{feff}{}",
        "{\"seats\":null}",
        "{\"seats\":{}}",
        "{\"seats\":[null]}",
        "{\"seats\":[[[]]]}",
        "{\"seats\":\"10A\"}",
        "{\"seats\":[\"\\u0000\"]}",
        "{\"\\u0000\":1}",
        "{\"cabinClass\":\"\\ud800\"}",
        "{\"cabinClass\":\"ECONOMY\",\"places\":-1}",
        "{\"cabinClass\":\"ECONOMY\",\"places\":1e99}",
        "{\"cabinClass\":\"ECONOMY\",\"places\":1.5}",
        "{\"cabinClass\":\"ECONOMY\",\"places\":99999999999999999999}",
        "{\"cabinClass\":\"ECONOMY\",\"places\":0}",
        "{\"cabinClass\":\"ECONOMY\",\"seats\":[]}",
        "{\"cabinClass\":\"ECONOMY\",\"travellers\":[]}",
        "{\"cabinClass\":\"ECONOMY\",\"travellers\":[{\"type\":\"INFANT\"}]}",
        "{\"ttlSeconds\":\"600\"}",
        "{\"ttlSeconds\":-1}",
        "{\"ttlSeconds\":18446744073709551615}",
        "{\"status\":\"\"}",
        "{\"status\":{\"a\":[]}}",
        "{\"aircraft\":[],\"departs\":{},\"number\":\"x\"}",
    ];
    let mut heap: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    heap.push(vec![0xff, 0xfe, 0x00]);
    heap.push(vec![0; 1_000]);
    heap.push("[".repeat(30_000).into_bytes());
    heap.push(format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500)).into_bytes());
    let mut chance = fastrand::Rng::with_seed(4_711);
    heap.extend((0..100).map(|_| (0..chance.usize(1..200)).map(|_| chance.u8(..)).collect()));
    heap
}

#[tokio::test]
async fn no_body_makes_us_fail() {
    let heap = Heap::new().await;
    for (method, path) in WRITES {
        for body in rubbish() {
            let answer = heap.throw(method, path, body.clone()).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            assert!(answer.status.is_client_error(), "{method} {path} {shown:?}: {answer:?}");
            let problem = answer.json();
            for member in ["type", "title", "detail", "code", "requestId"] {
                assert!(problem[member].is_string(), "{method} {path} {shown:?}: no {member}");
            }
            assert_eq!(problem["status"], answer.status.as_u16());
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
}

#[tokio::test]
async fn no_path_makes_us_fail() {
    let heap = Heap::new().await;
    let mut chance = fastrand::Rng::with_seed(42);
    for _ in 0..300 {
        let piece: String = (0..chance.usize(1..12)).map(|_| format!("%{:02x}", chance.u8(..))).collect();
        for path in [
            format!("/api/v1/flights/{piece}"),
            format!("{}/holds/{piece}", heap.flight),
            format!("/api/v1/flights/airports?q={piece}"),
            format!("/api/v1/flights?date=2090-06-01&cursor={piece}&{piece}=1"),
        ] {
            let answer = heap.throw("GET", &path, Vec::new()).await;
            assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_text_with_nul_is_refused_before_it_could_be_stored() {
    let heap = Heap::new().await;
    let body = json!({ "status": "DELAYED", "reason": "late\u{0}" }).to_string();
    let answer = heap.throw("PATCH", "{flight}/status", body.into_bytes()).await;
    assert_eq!(answer.outcome(), (422, "validation".to_owned()));
    assert!(answer.json()["errors"][0]["message"].as_str().unwrap().contains("U+0000"));
}

#[tokio::test]
async fn an_answer_to_rubbish_stays_small() {
    let heap = Heap::new().await;
    let many: serde_json::Map<_, _> = (0..4_000).map(|at| (format!("field{at}"), json!(1))).collect();
    let answer = heap.throw("POST", "{flight}/holds", serde_json::to_vec(&many).unwrap()).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.len() < 8_192, "{} bytes", answer.body.len());
}

#[tokio::test]
async fn a_body_has_64_kib_at_most() {
    let heap = Heap::new().await;
    let of = |bytes: usize| {
        let mut body = b"{}".to_vec();
        body.resize(bytes, b' ');
        body
    };
    for (method, path) in WRITES {
        let fits = heap.throw(method, path, of(64 * 1_024)).await;
        assert_ne!(fits.status, 413, "{method} {path}");
        let beyond = heap.throw(method, path, of(64 * 1_024 + 1)).await;
        assert_eq!(beyond.outcome(), (413, "too-large".to_owned()), "{method} {path}");
    }
}

#[tokio::test]
async fn json_is_read_unless_the_body_is_said_to_be_something_else() {
    let heap = Heap::new().await;
    let path = format!("{}/holds", heap.flight);
    for (kind, takes) in [
        (None, true),
        (Some("application/json"), true),
        (Some("application/json; charset=utf-8"), true),
        (Some("Application/JSON"), true),
        (Some("application/vnd.aisle+json"), true),
        (Some("text/plain"), true),
        (Some("application/octet-stream"), true),
        (Some("application/xml"), false),
        (Some("text/csv"), false),
        (Some("multipart/form-data; boundary=x"), false),
        (Some("application/x-www-form-urlencoded"), false),
    ] {
        let body = json!({ "cabinClass": "ECONOMY", "places": 1 }).to_string();
        let mut ask = heap.stage.ask("POST", &path).by(&heap.token).raw(body);
        if let Some(kind) = kind {
            ask = ask.header("content-type", kind);
        }
        let answer = ask.send().await;
        let expected = if takes { 201 } else { 415 };
        assert_eq!(answer.status.as_u16(), expected, "{kind:?}: {answer:?}");
    }
}
