//! Connections: names, counts, patience, and the end.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use api::{Options, ServeOptions};
use axum::body::Body;
use axum::http::{Method, Request};
use bytes::Bytes;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::stage::{PATIENCE, Stage, until};

/// A stage that listens.
struct Server {
    stage: Stage,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

const IMPATIENT: ServeOptions =
    ServeOptions { connections_max: 100, per_address: 100, header_timeout: Duration::from_millis(200) };

impl Server {
    async fn new(options: ServeOptions) -> Self {
        let stage = Stage::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(api::serve(listener, stage.router.clone(), stage.state.clone(), options));
        Self { stage, address, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    /// Says so much and then nothing more; what comes back until the server hangs up.
    async fn stalls_after(&self, said: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(said).await.expect("it reads");
        let mut heard = Vec::new();
        // However it hangs up, it does.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut heard)).await.expect("the server hangs up");
        String::from_utf8_lossy(&heard).into_owned()
    }
}

#[tokio::test]
async fn who_does_not_finish_the_head_of_a_request_is_cut_off() {
    let server = Server::new(IMPATIENT).await;
    for said in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n",
        "GET",
        "GET /healthz HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    ] {
        let began = Instant::now();
        server.stalls_after(said.as_bytes()).await;
        assert!(began.elapsed() >= Duration::from_millis(150), "{said:?} was given its time");
    }
    until(async || server.stage.state.metrics.connections.get() == 0).await;
}

#[tokio::test]
async fn a_head_that_has_no_end_is_refused() {
    let server = Server::new(ServeOptions { header_timeout: PATIENCE, ..IMPATIENT }).await;
    let bomb = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{}", "X-More: and more\r\n".repeat(20_000));
    let heard = server.stalls_after(bomb.as_bytes()).await;
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 4"), "{heard}");
}

#[tokio::test]
async fn a_body_that_trickles_loses_its_place() {
    let stage = Stage::with(Options { deadline: Duration::ZERO, ..Options::default() }).await;
    let mut request =
        Request::new(Body::from_stream(futures_util::stream::pending::<Result<Bytes, io::Error>>()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = "/api/v1/auth/ws-ticket".parse().unwrap();
    let bearer = format!("Bearer {}", stage.customer("ann")).parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    let answer = timeout(PATIENCE, stage.router.answer(request)).await.expect("it is given up").unwrap();
    assert_eq!((answer.status().as_u16(), stage.state.load.under_way()), (408, 0));
}

#[tokio::test]
async fn others_are_served_while_some_stall() {
    let server = Server::new(ServeOptions { header_timeout: PATIENCE, ..IMPATIENT }).await;
    let mut stalled = Vec::new();
    for _ in 0..50 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        stalled.push(stream);
    }
    let heard = server.stalls_after(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
}

#[tokio::test]
async fn an_address_has_only_so_many_connections() {
    let options = ServeOptions { per_address: 3, header_timeout: PATIENCE, ..IMPATIENT };
    let server = Server::new(options).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(server.connect().await);
    }
    until(async || server.stage.state.metrics.connections.get() == 3).await;
    assert_eq!(server.stalls_after(b"").await, "", "the fourth is closed at once");
    assert_eq!(server.stage.state.metrics.refused.get(), 1);
    drop(open.pop());
    until(async || server.stage.state.metrics.connections.get() == 2).await;
    let heard = server.stalls_after(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(heard.starts_with("HTTP/1.1 200"), "there is room again: {heard}");
}

#[tokio::test]
async fn what_is_under_way_is_finished_and_nothing_new_is_taken() {
    let server = Server::new(ServeOptions { header_timeout: PATIENCE, ..IMPATIENT }).await;
    let flight = server.stage.open(1).await;
    let token = server.stage.customer("ann");
    let body = json!({ "cabinClass": "ECONOMY", "places": 1 }).to_string();
    let (first, rest) = body.split_at(5);
    let mut stream = server.connect().await;
    let head = format!(
        "POST {flight}/holds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    until(async || server.stage.state.load.under_way() == 1).await;
    server.stage.state.stop();
    until(async || TcpStream::connect(server.address).await.is_err()).await;
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut heard = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut heard)).await.unwrap().unwrap();
    assert!(heard.starts_with("HTTP/1.1 201"), "{heard}");
    timeout(PATIENCE, server.serving).await.expect("it ends when all is done").unwrap();
}

#[tokio::test]
async fn beyond_its_load_a_node_sheds_early_and_says_when_to_come_back() {
    let stage = Stage::with(Options { requests_max: 0, ..Options::default() }).await;
    let shed = stage.read("/api/v1/flights/airports?q=jfk").await;
    assert_eq!(shed.outcome(), (503, "overloaded".to_owned()));
    let secs: u32 = shed.header("retry-after").parse().unwrap();
    assert!((1..=3).contains(&secs), "{secs}");
    assert_eq!(stage.state.metrics.shed.get(), 1);
    assert_eq!(stage.read("/healthz").await.status, 200, "probes are always let in");
}

#[tokio::test]
async fn every_answer_is_named_and_guarded() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    for path in [
        "/healthz",
        "/api/v1/flights/airports?q=jfk",
        "/nowhere",
        &flight,
        "/docs/",
        &format!("{flight}/seat-map"),
    ] {
        let answer = stage.read(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("x-request-id").len() >= 16, "{path}");
        let kept = if path.ends_with("/seat-map") { "no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), kept, "{path}");
    }
    for (given, kept) in
        [("trace-1.2_3", true), ("a b", false), ("x\ty", false), (&"x".repeat(65), false), ("\"><", false)]
    {
        let answer = stage.ask("GET", "/nowhere").header("x-request-id", given).send().await;
        assert_eq!(answer.header("x-request-id") == given, kept, "{given}");
        assert_eq!(answer.text("requestId"), answer.header("x-request-id"));
    }
}

#[tokio::test]
async fn the_node_counts_what_it_does() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    stage.held(&flight, &stage.customer("ann"), &["10A"]).await;
    stage.hold(&flight, &stage.customer("bob"), &["10A"]).await;
    let text = String::from_utf8(stage.read("/metrics").await.body.to_vec()).unwrap();
    let route = "route=\"/api/v1/flights/{flightId}/holds\",method=\"POST\"";
    for line in [
        format!("aisle_api_requests_total{{{route},status=\"2xx\"}} 1"),
        format!("aisle_api_requests_total{{{route},status=\"4xx\"}} 1"),
        "aisle_journal_rows_total 2".to_owned(),
        "aisle_api_shed_total 0".to_owned(),
        "aisle_quarantined 0".to_owned(),
    ] {
        assert!(text.contains(&line), "no {line} in\n{text}");
    }
    assert!(
        text.contains("aisle_journal_entries_largest ")
            && text.contains("aisle_api_request_duration_seconds_bucket")
    );
    assert!(!text.contains("ann") && !text.contains("ZZ-1"), "no ids and no names are in it");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn a_node_is_ready_when_it_says_so() {
    let stage = Stage::new().await;
    for (readiness, status) in [
        (cluster::Readiness::Starting, 503),
        (cluster::Readiness::Ready, 200),
        (cluster::Readiness::Stopping, 503),
    ] {
        stage.state.door.becomes(readiness);
        assert_eq!(stage.read("/readyz").await.status.as_u16(), status, "{readiness:?}");
        assert_eq!(stage.read("/healthz").await.status, 200);
    }
}
