//! Clients that mean no good, or do not know better, cost the others nothing.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::server::Server;
use crate::shop;
use crate::viewers::{next, send, socket};

/// A request of an honest client while others abuse the server: how long it takes.
async fn honest(server: &Server, flight: &str) -> Duration {
    let began = Instant::now();
    let answer = server.web().await.get(&format!("/api/v1/flights/{flight}/seat-map"), None).await;
    assert_eq!(answer.expect("an answer").status, 200);
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_sends_its_head_for_ever_is_cut_off() {
    let server = Server::start(&[("AISLE_HEADER_TIMEOUT_MS", "1000")]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection");
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nx-").await.expect("a beginning");
        slow.push(stream);
    }
    assert!(honest(&server, &flight).await < Duration::from_secs(5));
    for mut stream in slow {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "it is still connected");
    }
    assert!(honest(&server, &flight).await < Duration::from_secs(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_refused_and_never_a_fault_of_ours() {
    let mut server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    for garbage in [&b"\x00\xff\xfe garbage \r\n\r\n"[..], b"GET / HTTP/9.9\r\n\r\n", &[b'A'; 100_000]] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection");
        // A server that has heard enough may close before all is said.
        let _ = stream.write_all(garbage).await;
        let mut said = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await;
        assert!(!said.starts_with(b"HTTP/1.1 5"), "{}", String::from_utf8_lossy(&said));
    }
    let token = server.token("CUSTOMER", "ann");
    for body in
        [json!(null), json!([]), json!({"seats": 7}), json!({"cabinClass": "\u{0}"}), json!({"a": "b"})]
    {
        let with = crate::web::With { token: Some(&token), key: None, body: Some(&body) };
        let path = format!("/api/v1/flights/{flight}/holds");
        let answer = server.web().await.ask("POST", &path, with).await.expect("an answer");
        assert!((400..500).contains(&answer.status), "{body}: {} {}", answer.status, answer.json());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{body}");
    }
    let large = json!({ "cabinClass": "x".repeat(1 << 20) });
    let with = crate::web::With { token: Some(&token), key: None, body: Some(&large) };
    if let Ok(answer) = server.web().await.ask("POST", &format!("/api/v1/flights/{flight}/holds"), with).await
    {
        assert_eq!(answer.status, 413);
    }
    assert!(server.runs());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn viewers_that_never_read_cost_the_others_nothing() {
    let server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    let subscribe = json!({"op": "subscribe", "topic": "seat-map", "flightId": flight});
    let mut deaf = Vec::new();
    for _ in 0..50 {
        let mut socket = socket(server.port()).await.expect("a socket");
        assert!(send(&mut socket, &subscribe).await);
        deaf.push(socket);
    }
    let mut quick = socket(server.port()).await.expect("a socket");
    send(&mut quick, &subscribe).await;
    let mut version = next(&mut quick).await.expect("a map")["version"].as_u64().expect("a version");
    let token = server.token("AIRLINE_AGENT", "agent:writer");
    let mut web = server.web().await;
    for _ in 0..200 {
        let held = shop::hold(&mut web, &flight, &token, None, "1A").await;
        let released = shop::release(&mut web, &flight, &token, &held.text("holdId")).await;
        assert_eq!((held.status, released.status), (201, 204));
    }
    while version < 401 {
        let frame = next(&mut quick).await.expect("a frame");
        assert_eq!(frame["from"].as_u64(), Some(version));
        version = frame["version"].as_u64().expect("a version");
    }
    // Those who come to their senses find what they have missed.
    for mut socket in deaf {
        let first = next(&mut socket).await.expect("the map of then");
        assert_eq!(first["type"], "snapshot");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_connections_that_do_nothing_leave_room() {
    let server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    let count: usize =
        std::env::var("AISLE_CONNECTIONS").map_or(2_000, |text| text.parse().expect("a number"));
    let mut idle = Vec::with_capacity(count);
    for _ in 0..count {
        idle.push(TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection"));
    }
    assert!(honest(&server, &flight).await < Duration::from_secs(5));
    drop(idle);
}
