//! The peer on Node. Its packages come from npm the first time, as ours come from cargo's registry.

use std::path::Path;
use std::time::Duration;

use bench::client::Connection;
use bench::contract::{self, Held};
use bench::peer::socket_io;
use bench::socket::{Dialect, Seen, Subscriber};
use bytes::Bytes;
use hyper::{Method, StatusCode};

const FLIGHT: &str = "B6-7000-2030-01-01-JFK";
const FRAME_BYTES: usize = 331;
const HOLD_BYTES: usize = 508;

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_of_socket_io_gets_every_change_of_its_room() {
    let programs = Path::new(env!("CARGO_BIN_EXE_peer-locking")).parent().unwrap();
    let server = socket_io::start(programs, HOLD_BYTES, FRAME_BYTES).await.unwrap();
    let mut door = Connection::open(&server.address, None).await.unwrap();
    let mut subscriber = Subscriber::open_in(Dialect::SocketIo, &server.address, FLIGHT).await.unwrap();
    assert_eq!(subscriber.version, 0);
    // Somebody else's departure is another room.
    hold(&mut door, "B6-7001-2030-01-01-JFK").await;
    let held = hold(&mut door, FLIGHT).await;
    assert_eq!((held.seats, held.version), (vec!["1D".to_owned()], 1));
    let path = contract::hold_path(FLIGHT, &held.hold_id);
    let released = door.send(Method::DELETE, &path, Bytes::new()).await.unwrap();
    assert_eq!(released.status, StatusCode::NO_CONTENT);
    for version in 1..=2 {
        let seen = tokio::time::timeout(Duration::from_secs(5), subscriber.next()).await.unwrap().unwrap();
        assert_eq!((seen, subscriber.version), (Seen::Changes { bytes: FRAME_BYTES }, version));
    }
    let late = Subscriber::open_in(Dialect::SocketIo, &server.address, FLIGHT).await.unwrap();
    assert_eq!(late.version, 2);
    server.stop().await.unwrap();
}

async fn hold(door: &mut Connection, flight: &str) -> Held {
    let answer =
        door.send(Method::POST, &contract::holds_path(flight), contract::hold_body(3)).await.unwrap();
    let body = answer.expect(StatusCode::CREATED).unwrap();
    assert_eq!(body.len(), HOLD_BYTES);
    serde_json::from_slice(&body).unwrap()
}
