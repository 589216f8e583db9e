//! Bookings over the network: as a newcomer pastes them, as agents make them, as a crowd fights for them, and through
//! crashes at each of their steps.

mod crowd;
mod kills;
mod paste;
mod pasted;
mod together;

use serde_json::{Value, json};

use crate::server::Server;
use crate::web::{Answer, Web, With};

pub const BOOKINGS: &str = "/api/v1/bookings";

/// Opens a departure on 1 June 2030 in UTC hours: number, from, to, leaves, lands, layout. Its id.
pub async fn open(server: &Server, number: u16, way: (&str, &str), hours: (u8, u8), cabins: &str) -> String {
    let token = server.token("AIRLINE_AGENT", "operator");
    let at = |hour: u8| format!("2030-06-01T{hour:02}:00:00Z");
    let body = json!({
        "carrier": "ZZ", "number": number, "date": "2030-06-01", "origin": way.0, "destination": way.1,
        "aircraft": { "name": "Test frame", "cabins": cabins }, "departs": at(hours.0), "arrives": at(hours.1),
        "distanceMi": 1_000, "currency": "USD",
    });
    let with = With { token: Some(&token), body: Some(&body), ..With::default() };
    let answer = server.web().await.insist("POST", "/api/v1/flights", with).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.text("flightId")
}

/// A request for grown-ups of these surnames on these departures, one after the other.
pub fn request(flights: &[&str], surnames: &[&str]) -> Value {
    let segments: Vec<Value> = flights.iter().map(|flight| json!({ "flightId": flight })).collect();
    let passengers: Vec<Value> = surnames
        .iter()
        .map(|surname| {
            json!({ "type": "ADULT", "firstName": "John", "lastName": surname, "dateOfBirth": "1990-01-01" })
        })
        .collect();
    json!({
        "segments": segments, "cabinClass": "ECONOMY", "passengers": passengers,
        "contactInfo": { "email": "test@example.com", "phone": "+1234567890" },
    })
}

/// Posts something for good: again with the same key until there is an answer.
pub async fn post(web: &mut Web, path: &str, token: &str, key: &str, body: &Value) -> Answer {
    let with = With { token: Some(token), key: Some(key), body: Some(body) };
    web.insist("POST", path, with).await
}

/// How many economy seats of a departure are free, held and sold.
pub async fn counts(web: &mut Web, flight: &str) -> (u64, u64, u64) {
    let map = web.insist("GET", &format!("/api/v1/flights/{flight}/seat-map"), With::default()).await.json();
    let counts = &map["cabins"][0]["counts"];
    let count = |what: &str| counts[what].as_u64().expect("a number");
    (count("available"), count("held"), count("sold"))
}
