//! The limits server answers what the product would, and as much.

use std::time::Duration;

use bench::client::Connection;
use bench::contract::{self, Held};
use bench::limits::{Sizes, serve};
use bench::socket::{Seen, Subscriber};
use bench::wire::Address;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use tokio::net::TcpListener;

const FLIGHT: &str = "B6-7000-2030-01-01-JFK";
const SIZES: Sizes = Sizes { hold_bytes: 300, map_bytes: 10_000, frame_bytes: 200 };

async fn start() -> (Address, Connection) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::local(listener.local_addr().unwrap().port());
    tokio::spawn(serve(listener, SIZES));
    let connection = Connection::open(&address, Some("token")).await.unwrap();
    (address, connection)
}

#[tokio::test]
async fn a_hold_is_acknowledged_with_as_many_bytes_as_ours() {
    let (_, mut connection) = start().await;
    let path = contract::holds_path(FLIGHT);
    let answer = connection.send(Method::POST, &path, contract::hold_body(3)).await.unwrap();
    let body = answer.expect(StatusCode::CREATED).unwrap();
    let held: Held = serde_json::from_slice(&body).unwrap();
    assert_eq!((held.seats, held.version, body.len()), (vec!["1D".to_owned()], 1, SIZES.hold_bytes));
    let path = contract::hold_path(FLIGHT, &held.hold_id);
    let answer = connection.send(Method::DELETE, &path, Bytes::new()).await.unwrap();
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_unknown_field_is_refused() {
    let (_, mut connection) = start().await;
    let body = Bytes::from_static(br#"{"cabinClass":"ECONOMY","seat":"1A"}"#);
    let answer = connection.send(Method::POST, &contract::holds_path(FLIGHT), body).await.unwrap();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_seat_map_is_as_large_as_ours() {
    let (_, mut connection) = start().await;
    let answer = connection.get(&contract::seat_map_path(FLIGHT)).await.unwrap();
    assert_eq!(answer.expect(StatusCode::OK).unwrap().len(), SIZES.map_bytes);
}

#[tokio::test]
async fn a_subscriber_gets_every_change() {
    let (address, mut connection) = start().await;
    let mut subscriber = Subscriber::open(&address, FLIGHT).await.unwrap();
    for version in 1..=3 {
        connection.send(Method::POST, &contract::holds_path(FLIGHT), contract::hold_body(0)).await.unwrap();
        let seen = tokio::time::timeout(Duration::from_secs(5), subscriber.next()).await.unwrap().unwrap();
        assert_eq!((seen, subscriber.version), (Seen::Changes { bytes: SIZES.frame_bytes }, version));
    }
}
