//! What the tool knows of the product's API: paths, bodies, and the departure that it makes up.
//!
//! Whoever changes the API changes this file, and none of the others.

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

use crate::client::Connection;

/// The letters of a full row.
const COLUMNS: &str = "ABCDEFGHJKLM";
/// How many rows are full.
const ROWS: usize = 83;
/// A thousand seats: 83 rows of twelve, and four.
pub const LAYOUT: &str = "Y:1-83:ABCD-EFGH-JKLM;Y:84-84:ABCD";
/// How many seats [`LAYOUT`] has.
pub const SEATS: usize = 1_000;
/// Far enough that no sale closes, near enough for every horizon.
const DAYS_AHEAD: i32 = 30;
/// The demo schedule's own numbers lie below.
const FIRST_NUMBER: usize = 7_000;

/// A hold that the server has acknowledged.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// Its id.
    pub hold_id: String,
    /// Which seats it has.
    pub seats: Vec<String>,
    /// The departure's version with it.
    pub version: u64,
}

/// What the tool reads of a seat map.
#[derive(Debug, Deserialize)]
pub struct SeatMap {
    /// The departure's version.
    pub version: u64,
    /// Its cabins.
    pub cabins: Vec<Cabin>,
}

/// A cabin of a [`SeatMap`].
#[derive(Debug, Deserialize)]
pub struct Cabin {
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a [`Cabin`].
#[derive(Debug, Deserialize)]
pub struct Row {
    /// Its seats.
    pub seats: Vec<Seat>,
}

/// A seat of a [`Row`].
#[derive(Debug, Deserialize)]
pub struct Seat {
    /// Its name, such as `12A`.
    pub seat: String,
    /// `AVAILABLE`, `HELD`, `SOLD` or `BLOCKED`.
    pub state: String,
}

impl SeatMap {
    /// All seats, front to back.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.cabins.iter().flat_map(|cabin| &cabin.rows).flat_map(|row| &row.seats)
    }
}

/// The name of the seat with this number, from 0 at the front left.
#[must_use]
pub fn seat_name(seat: usize) -> String {
    let letter = &COLUMNS[seat % COLUMNS.len()..][..1];
    format!("{}{letter}", seat / COLUMNS.len() + 1)
}

/// The number of the seat with this name; `None` when the departure has no such seat.
#[must_use]
pub fn seat_number(name: &str) -> Option<usize> {
    let (row, letter) = name.split_at_checked(name.len().checked_sub(1)?)?;
    let row: usize = row.parse().ok()?;
    let seat = row.checked_sub(1)?.checked_mul(COLUMNS.len())? + COLUMNS.find(letter)?;
    (row <= ROWS + 1 && seat < SEATS).then_some(seat)
}

/// Where holds of a departure are made.
#[must_use]
pub fn holds_path(flight: &str) -> String {
    format!("/api/v1/flights/{flight}/holds")
}

/// Where one hold is read and released.
#[must_use]
pub fn hold_path(flight: &str, hold: &str) -> String {
    format!("/api/v1/flights/{flight}/holds/{hold}")
}

/// Where the seat map of a departure is read.
#[must_use]
pub fn seat_map_path(flight: &str) -> String {
    format!("/api/v1/flights/{flight}/seat-map")
}

/// Where sockets are opened.
pub const LIVE_PATH: &str = "/api/v1/ws";
/// What is spoken on them.
pub const SUBPROTOCOL: &str = "aisle.v1";
/// Answers 200 once the server can serve.
pub const READY_PATH: &str = "/readyz";

/// The wish for exactly one seat. It says who travels, because seats at exits are not held for nobody knows whom.
#[must_use]
pub fn hold_body(seat: usize) -> Bytes {
    let travellers = [json!({"type": "ADULT"})];
    json!({"cabinClass": "ECONOMY", "seats": [seat_name(seat)], "travellers": travellers}).to_string().into()
}

/// The frame that subscribes to a seat map.
#[must_use]
pub fn subscribe_frame(flight: &str) -> String {
    json!({"op": "subscribe", "topic": "seat-map", "flightId": flight}).to_string()
}

/// Opens the sale of `count` departures, all alike, the first of them with `number` beyond our own numbers.
/// Returns their ids.
///
/// # Errors
/// When the server refuses, or the connection breaks.
pub async fn open_flights(door: &mut Connection, number: usize, count: usize) -> anyhow::Result<Vec<String>> {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = today.checked_add(DAYS_AHEAD.days()).context("the date is beyond the calendar")?;
    let mut flights = Vec::with_capacity(count);
    for number in FIRST_NUMBER + number..FIRST_NUMBER + number + count {
        let body = opening(number, date).to_string().into();
        let answer = door.send(Method::POST, "/api/v1/flights", body).await?;
        let body = answer.expect(StatusCode::CREATED).context("cannot open a departure")?;
        let opened: Opened = serde_json::from_slice(&body).context("cannot read the opened departure")?;
        flights.push(opened.flight_id);
    }
    Ok(flights)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    flight_id: String,
}

fn opening(number: usize, date: Date) -> serde_json::Value {
    json!({
        "carrier": "B6", "number": number, "date": date.to_string(), "origin": "JFK", "destination": "LAX",
        "aircraft": {"name": "A thousand seats", "cabins": LAYOUT}, "departs": format!("{date}T12:00:00Z"),
        "arrives": format!("{date}T18:00:00Z"), "distanceMi": 2_475,
    })
}

/// Reads a seat map.
///
/// # Errors
/// When the server refuses or says something else, or the connection breaks.
pub async fn seat_map(door: &mut Connection, flight: &str) -> anyhow::Result<SeatMap> {
    let body =
        door.get(&seat_map_path(flight)).await?.expect(StatusCode::OK).context("cannot read a seat map")?;
    serde_json::from_slice(&body).context("cannot understand a seat map")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_found_by_its_name() {
        assert_eq!((seat_name(0), seat_name(12), seat_name(999)), ("1A".into(), "2A".into(), "84D".into()));
        assert!((0..SEATS).all(|seat| seat_number(&seat_name(seat)) == Some(seat)));
        for stranger in ["", "A", "84E", "85A", "1I", "0A", "1Å"] {
            assert_eq!(seat_number(stranger), None, "{stranger}");
        }
    }
}
