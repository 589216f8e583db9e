//! Departures to try things on, and clients who want seats.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::server::Server;
use crate::web::{Answer, Web, With};

/// Twenty seats: few enough that clients want the same ones.
pub const SMALL: &str = "Y:1-5:AB-CD";

/// Opens a departure of this layout; its id.
pub async fn open(server: &Server, number: u16, cabins: &str) -> String {
    let token = server.token("AIRLINE_AGENT", "operator");
    let body = json!({
        "carrier": "ZZ", "number": number, "date": "2030-06-01", "origin": "JFK", "destination": "LAX",
        "aircraft": { "name": "Test frame", "cabins": cabins },
        "departs": "2030-06-01T13:00:00Z", "arrives": "2030-06-01T19:00:00Z",
        "distanceMi": 2475, "currency": "USD",
    });
    let with = With { token: Some(&token), body: Some(&body), ..With::default() };
    let answer = server.web().await.insist("POST", "/api/v1/flights", with).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.text("flightId")
}

pub fn hold_body(seats: &[&str], ttl_secs: u64) -> Value {
    json!({ "cabinClass": "ECONOMY", "seats": seats, "ttlSeconds": ttl_secs })
}

pub async fn hold(web: &mut Web, flight: &str, token: &str, key: Option<&str>, seat: &str) -> Answer {
    let body = hold_body(&[seat], 600);
    let with = With { token: Some(token), key, body: Some(&body) };
    web.insist("POST", &format!("/api/v1/flights/{flight}/holds"), with).await
}

/// Holds a seat for one adult: exit rows want to know who comes.
pub async fn hold_as_adult(web: &mut Web, flight: &str, token: &str, seat: &str) -> Answer {
    let mut body = hold_body(&[seat], 600);
    body["travellers"] = json!([{ "type": "ADULT" }]);
    let with = With { token: Some(token), key: None, body: Some(&body) };
    web.insist("POST", &format!("/api/v1/flights/{flight}/holds"), with).await
}

pub async fn release(web: &mut Web, flight: &str, token: &str, hold: &str) -> Answer {
    let with = With { token: Some(token), ..With::default() };
    web.insist("DELETE", &format!("/api/v1/flights/{flight}/holds/{hold}"), with).await
}

/// Milliseconds since 1970, by this machine's clock, which is the server's as well.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    u64::try_from(since.as_millis()).expect("milliseconds of this age")
}

/// An RFC 3339 instant in UTC, as the server writes it, in milliseconds since 1970.
pub fn instant(text: &str) -> u64 {
    let at: domain::time::Timestamp = text.parse().unwrap_or_else(|_| panic!("no instant: {text}"));
    u64::try_from(at.millis()).expect("after 1970")
}
