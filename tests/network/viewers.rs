//! Those who watch see every change in order, wherever they come back.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::server::Server;
use crate::shop;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

fn viewers(usual: usize) -> usize {
    std::env::var("AISLE_VIEWERS").map_or(usual, |viewers| viewers.parse().expect("a number of viewers"))
}

pub async fn socket(port: u16) -> Option<Socket> {
    let mut request = format!("ws://127.0.0.1:{port}/api/v1/ws").into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", "aisle.v1".parse().expect("a value"));
    tokio_tungstenite::connect_async(request).await.ok().map(|(socket, _)| socket)
}

pub async fn send(socket: &mut Socket, what: &Value) -> bool {
    socket.send(Message::text(what.to_string())).await.is_ok()
}

/// The next frame that is JSON; `None` when the socket has ended.
pub async fn next(socket: &mut Socket) -> Option<Value> {
    loop {
        match tokio::time::timeout(PATIENCE, socket.next()).await.expect("a frame in time")?.ok()? {
            Message::Text(text) => return serde_json::from_str(&text).ok(),
            Message::Close(_) => return None,
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }
}

/// A viewer that folds what it is sent into the map it was sent first.
struct Viewer {
    port: u16,
    flight: String,
    map: Value,
    version: u64,
    reconnects: u32,
    afresh: u32,
}

impl Viewer {
    fn new(port: u16, flight: &str) -> Self {
        Self { port, flight: flight.to_owned(), map: Value::Null, version: 0, reconnects: 0, afresh: 0 }
    }

    /// Watches until `last`, and drops its connection at random moments on the way.
    async fn watch_to(mut self, last: u64) -> Self {
        while self.version < last {
            let Some(mut socket) = socket(self.port).await else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let mut subscribe = json!({"op": "subscribe", "topic": "seat-map", "flightId": self.flight});
            if self.version > 0 {
                subscribe["from"] = self.version.into();
            }
            if !send(&mut socket, &subscribe).await {
                continue;
            }
            // A few frames, then away.
            let mut frames = fastrand::u32(1..30);
            while self.version < last && frames > 0 {
                let Some(frame) = next(&mut socket).await else { break };
                self.take_in(&frame);
                frames -= 1;
            }
            self.reconnects += 1;
        }
        self
    }

    fn take_in(&mut self, frame: &Value) {
        match frame["type"].as_str() {
            Some("snapshot") => {
                self.map = frame["seatMap"].clone();
                self.version = frame["version"].as_u64().expect("a version");
                self.afresh += 1;
            }
            Some("delta") => self.fold(frame),
            Some("resync" | "pong") => {}
            other => panic!("{other:?}: {frame}"),
        }
    }

    fn fold(&mut self, frame: &Value) {
        assert_eq!(frame["from"].as_u64(), Some(self.version), "frames join without a gap");
        let mut latest = self.version;
        for change in frame["changes"].as_array().expect("changes") {
            let version = change["version"].as_u64().expect("a version");
            assert!(version >= latest, "changes come in order");
            latest = version;
            let seat = seat_of(&mut self.map, change["seat"].as_str().expect("a seat"));
            seat["state"] = change["state"].clone();
            match change.get("until") {
                Some(until) => seat["until"] = until.clone(),
                None => drop(seat.as_object_mut().expect("a seat").remove("until")),
            }
        }
        self.version = frame["version"].as_u64().expect("a version");
        assert!(latest <= self.version);
        self.map["version"] = self.version.into();
        for counts in frame["counts"].as_array().expect("counts") {
            let cabins = self.map["cabins"].as_array_mut().expect("cabins");
            let cabin = cabins.iter_mut().find(|cabin| cabin["cabinClass"] == counts["cabinClass"]);
            let kept = &mut cabin.expect("a cabin")["counts"];
            for (name, value) in counts.as_object().expect("counts") {
                if name != "cabinClass" || kept.get("cabinClass").is_some() {
                    kept[name] = value.clone();
                }
            }
        }
    }
}

fn seat_of<'a>(map: &'a mut Value, number: &str) -> &'a mut Value {
    let cabins = map["cabins"].as_array_mut().expect("cabins").iter_mut();
    let rows = cabins.flat_map(|cabin| cabin["rows"].as_array_mut().expect("rows"));
    let mut seats = rows.flat_map(|row| row["seats"].as_array_mut().expect("seats"));
    seats.find(|seat| seat["seat"] == number).expect("a seat of the map")
}

/// Holds and releases seats, one after the other; the version of the last row.
async fn change(server: &Server, flight: &str, rounds: usize, seats: &[String]) {
    let token = server.token("AIRLINE_AGENT", "agent:writer");
    let mut web = server.web().await;
    for round in 0..rounds {
        let seat = &seats[round % seats.len()];
        let held = shop::hold(&mut web, flight, &token, None, seat).await;
        assert_eq!(held.status, 201, "{}", held.json());
        let released = shop::release(&mut web, flight, &token, &held.text("holdId")).await;
        assert_eq!(released.status, 204);
    }
}

async fn version(server: &Server, flight: &str) -> (u64, Value) {
    let map = server.web().await.get(&format!("/api/v1/flights/{flight}/seat-map"), None).await;
    let map = map.expect("an answer").json();
    (map["version"].as_u64().expect("a version"), map)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn viewers_who_come_and_go_end_with_the_map_byte_for_byte() {
    let server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    let (rounds, count) = (300, viewers(200));
    let last = 1 + 2 * rounds as u64;
    let mut watching = JoinSet::new();
    for _ in 0..count {
        let viewer = Viewer::new(server.port(), &flight);
        watching.spawn(viewer.watch_to(last));
    }
    let seats: Vec<String> =
        (1..=5).flat_map(|row| ["A", "B"].map(|letter| format!("{row}{letter}"))).collect();
    change(&server, &flight, rounds, &seats).await;
    let (found, map) = version(&server, &flight).await;
    assert_eq!(found, last);
    let (mut reconnects, mut afresh) = (0, 0);
    while let Some(viewer) = watching.join_next().await {
        let viewer = viewer.expect("a viewer that is content");
        assert_eq!(viewer.map, map);
        assert_eq!(viewer.map.to_string(), map.to_string(), "byte for byte");
        reconnects += viewer.reconnects;
        afresh += viewer.afresh;
    }
    println!("{count} viewers, {reconnects} connections, {afresh} whole maps");
    assert!(afresh as usize <= 2 * count, "who comes back is told what changed, not everything again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_goes_on_where_it_was_after_a_crash_of_the_server() {
    let mut server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    let seats = ["1A".to_owned(), "1B".to_owned()];
    let viewer = Viewer::new(server.port(), &flight);
    let watching = tokio::spawn(viewer.watch_to(121));
    for _ in 0..3 {
        change(&server, &flight, 20, &seats).await;
        server.launch(&[]);
        server.ready().await;
    }
    let viewer = watching.await.expect("a viewer that is content");
    let (found, map) = version(&server, &flight).await;
    assert_eq!((found, &viewer.map), (121, &map));
    assert_eq!(viewer.afresh, 1, "every change was found again, in order, across the crashes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_says_so_to_those_who_watch() {
    let mut server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, shop::SMALL).await;
    let mut watching = socket(server.port()).await.expect("a socket");
    send(&mut watching, &json!({"op": "subscribe", "topic": "seat-map", "flightId": flight})).await;
    assert_eq!(next(&mut watching).await.expect("a map")["type"], "snapshot");
    let stopping = tokio::task::spawn_blocking(move || server.stop());
    let code = loop {
        match tokio::time::timeout(PATIENCE, watching.next()).await.expect("a word in time") {
            Some(Ok(Message::Close(Some(frame)))) => break u16::from(frame.code),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, 1012);
    assert_eq!(stopping.await.expect("it stops"), Some(0));
}

/// Clients that hold and release at a time, each on a connection of its own.
const CROWD: usize = 1_000;

/// Those of them who share a token: an agent may have fifty holds on a departure.
const SHARE: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_change_one_map_under_the_eyes_of_its_viewers() {
    let mut server = Server::start(&[]).await;
    let flight = shop::open(&server, 1, "Y:1-83:ABCD-EFGH-JKLM;Y:84-84:ABCD").await;
    let rounds = 3;
    let last = 1 + (2 * rounds * CROWD) as u64;
    let mut watching = JoinSet::new();
    for _ in 0..50 {
        watching.spawn(Viewer::new(server.port(), &flight).watch_to(last));
    }
    let tokens = (0..CROWD / SHARE).map(|agent| server.token("AIRLINE_AGENT", &format!("agent:{agent}")));
    let tokens: Vec<String> = tokens.collect();
    let mut crowd = JoinSet::new();
    for client in 0..CROWD {
        let (mut web, token, flight) = (server.web().await, tokens[client / SHARE].clone(), flight.clone());
        crowd.spawn(async move {
            let letter = ["A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M"][client % 12];
            let seat = format!("{}{letter}", 1 + client / 12);
            for _ in 0..rounds {
                let held = shop::hold_as_adult(&mut web, &flight, &token, &seat).await;
                assert_eq!(held.status, 201, "{}", held.json());
                let released = shop::release(&mut web, &flight, &token, &held.text("holdId")).await;
                assert_eq!(released.status, 204);
            }
        });
    }
    while let Some(client) = crowd.join_next().await {
        client.expect("a client that is content");
    }
    let (found, map) = version(&server, &flight).await;
    assert_eq!(found, last);
    while let Some(viewer) = watching.join_next().await {
        assert_eq!(viewer.expect("a viewer that is content").map.to_string(), map.to_string());
    }
    assert_eq!(server.stop(), Some(0));
    server.check();
}
