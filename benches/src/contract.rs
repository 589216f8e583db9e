//! What the tool knows of the product's API: paths, bodies, and the departure that it makes up.
//!
//! Whoever changes the API changes this file and [`people`], and none of the others.

pub mod people;

use std::time::Duration;

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

/// How a cabin is filled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Counts {
    /// Seats that nobody has.
    pub available: usize,
    /// Places held.
    pub held: usize,
    /// Seats out of sale.
    pub blocked: usize,
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

/// Where one searches.
pub const SEARCH_PATH: &str = "/api/v1/flights/search";
/// Where bookings are made.
pub const BOOKINGS_PATH: &str = "/api/v1/bookings";

/// Where one booking is shown.
#[must_use]
pub fn booking_path(booking: &str) -> String {
    format!("{BOOKINGS_PATH}/{booking}")
}

/// Where payments are begun.
pub const PAYMENTS_PATH: &str = "/api/v1/payments/intents";

/// Where the payment of a booking is shown.
#[must_use]
pub fn payment_path(booking: &str) -> String {
    format!("/api/v1/payments/pay_{booking}")
}

/// Where a payment is made.
#[must_use]
pub fn pay_path(payment: &str) -> String {
    format!("/api/v1/payments/{payment}/confirm")
}

/// Where a booking is cancelled.
#[must_use]
pub fn cancel_path(booking: &str) -> String {
    format!("{BOOKINGS_PATH}/{booking}/cancel")
}

/// The search that finds a departure of ours, by the day in its id.
///
/// # Errors
/// When the id has none.
pub fn search_body(flight: &str) -> anyhow::Result<Bytes> {
    let day = flight.splitn(3, '-').nth(2).and_then(|rest| rest.get(.."2030-01-01".len()));
    let day = day.with_context(|| format!("{flight} has no day"))?;
    let wish = json!({
        "origin": "JFK", "destination": "LAX", "departureDate": day, "cabinClass": "ECONOMY",
        "passengers": {"adults": 1, "children": 0, "infants": 0},
    });
    Ok(wish.to_string().into())
}

/// The wish to book what is held, for one traveller.
#[must_use]
pub fn booking_body(flight: &str, hold: &str) -> Bytes {
    json!({
        "flightId": flight, "cabinClass": "ECONOMY", "holdIds": [hold],
        "passengers": [{"type": "ADULT", "title": "Mr", "firstName": "John", "lastName": "Doe",
            "dateOfBirth": "1990-01-01"}],
        "contactInfo": {"email": "test@example.com", "phone": "+1234567890"},
    })
    .to_string()
    .into()
}

/// The wish to pay a booking.
#[must_use]
pub fn payment_body(booking: &str) -> Bytes {
    json!({"bookingId": booking}).to_string().into()
}

/// With a card that pays.
#[must_use]
pub fn card_body() -> Bytes {
    json!({"paymentMethod": "pm_card_visa"}).to_string().into()
}

/// Where sockets are opened.
pub const LIVE_PATH: &str = "/api/v1/ws";
/// What is spoken on them.
pub const SUBPROTOCOL: &str = "aisle.v1";
/// Answers 200 once the server can serve.
pub const READY_PATH: &str = "/readyz";
/// Answers 200 as long as the server is alive.
pub const HEALTH_PATH: &str = "/healthz";

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

/// The departure that `seats` sells: 25 rows of six.
pub const SMALL_LAYOUT: &str = "Y:1-25:ABC-DEF";
/// How many seats [`SMALL_LAYOUT`] has.
pub const SMALL_SEATS: usize = 150;
/// The letters of its rows.
const SMALL_COLUMNS: &str = "ABCDEF";
/// The longest that one request may hold a seat.
pub const HOLD_TTL_MAX: Duration = Duration::from_secs(1_800);
/// Where departures are opened and listed.
pub const FLIGHTS_PATH: &str = "/api/v1/flights";

/// A departure of [`SMALL_LAYOUT`].
#[derive(Debug, Clone)]
pub struct SmallFlight {
    /// Which one of its day, from 0, beyond our own numbers.
    pub number: usize,
    /// Its day, as its origin counts.
    pub date: Date,
    /// Where it leaves.
    pub origin: String,
    /// Where it lands.
    pub destination: String,
}

impl SmallFlight {
    /// The wish to open its sale.
    #[must_use]
    pub fn opening(&self) -> Bytes {
        let Self { number, date, origin, destination } = self;
        json!({
            "carrier": "B6", "number": FIRST_NUMBER + number, "date": date.to_string(),
            "origin": origin, "destination": destination,
            "aircraft": {"name": "A hundred and fifty seats", "cabins": SMALL_LAYOUT},
            "departs": format!("{date}T16:00:00Z"), "arrives": format!("{date}T19:00:00Z"), "distanceMi": 1_000,
        })
        .to_string()
        .into()
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> String {
        format!("B6-{}-{}-{}", FIRST_NUMBER + self.number, self.date, self.origin)
    }

    /// Where the departures of its route and day are listed.
    #[must_use]
    pub fn list_path(&self) -> String {
        list_path(self.date, &self.origin, &self.destination)
    }
}

/// Where the departures of a route and a day are listed, the first hundred of them.
#[must_use]
pub fn list_path(date: Date, origin: &str, destination: &str) -> String {
    format!("{FLIGHTS_PATH}?date={date}&origin={origin}&destination={destination}&limit=100")
}

/// Where one departure is shown.
#[must_use]
pub fn flight_path(flight: &str) -> String {
    format!("{FLIGHTS_PATH}/{flight}")
}

/// Where seats of a departure are taken out of sale.
#[must_use]
pub fn blocks_path(flight: &str) -> String {
    format!("{FLIGHTS_PATH}/{flight}/blocks")
}

/// The wish to take seats of a [`SmallFlight`] out of sale.
#[must_use]
pub fn blocks_body(seats: &[usize]) -> Bytes {
    let names: Vec<_> = seats.iter().copied().map(small_seat_name).collect();
    json!({"seats": names}).to_string().into()
}

/// The wish for exactly one seat of a [`SmallFlight`], for as long as one may ask.
#[must_use]
pub fn reservation_body(seat: usize) -> Bytes {
    let (seats, travellers) = ([small_seat_name(seat)], [json!({"type": "ADULT"})]);
    let ttl = HOLD_TTL_MAX.as_secs();
    json!({"cabinClass": "ECONOMY", "seats": seats, "travellers": travellers, "ttlSeconds": ttl})
        .to_string()
        .into()
}

/// The name of the seat of a [`SmallFlight`] with this number, from 0 at the front left.
#[must_use]
pub fn small_seat_name(seat: usize) -> String {
    let letter = &SMALL_COLUMNS[seat % SMALL_COLUMNS.len()..][..1];
    format!("{}{letter}", seat / SMALL_COLUMNS.len() + 1)
}

/// The number of the seat with this name; `None` when a [`SmallFlight`] has no such seat.
#[must_use]
pub fn small_seat_number(name: &str) -> Option<usize> {
    let (row, letter) = name.split_at_checked(name.len().checked_sub(1)?)?;
    let row: usize = row.parse().ok()?;
    let seat = row.checked_sub(1)?.checked_mul(SMALL_COLUMNS.len())? + SMALL_COLUMNS.find(letter)?;
    (seat < SMALL_SEATS).then_some(seat)
}

/// A page of departures.
#[derive(Debug, Deserialize)]
pub struct Flights {
    /// The departures.
    pub data: Vec<Flight>,
}

/// What the tool reads of a departure, listed or shown.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Flight {
    /// Its id.
    pub flight_id: String,
    /// Its cabins.
    pub cabins: Vec<Counts>,
}

/// Whether a refusal says that a seat is taken and no other seat is open.
#[must_use]
pub fn says_flight_is_full(problem: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Problem {
        alternatives: Option<Vec<String>>,
    }
    let problem = serde_json::from_slice::<Problem>(problem);
    problem.is_ok_and(|problem| problem.alternatives.is_some_and(|seats| seats.is_empty()))
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

/// Reads a seat map, and how its cabins are counted.
///
/// # Errors
/// When the server refuses or says something else, or the connection breaks.
pub async fn counted_seat_map(door: &mut Connection, flight: &str) -> anyhow::Result<(SeatMap, Vec<Counts>)> {
    #[derive(Deserialize)]
    struct Counted {
        cabins: Vec<CountedCabin>,
    }
    #[derive(Deserialize)]
    struct CountedCabin {
        counts: Counts,
    }
    let body =
        door.get(&seat_map_path(flight)).await?.expect(StatusCode::OK).context("cannot read a seat map")?;
    let map = serde_json::from_slice(&body).context("cannot understand a seat map")?;
    let counted: Counted = serde_json::from_slice(&body).context("a seat map has no counts")?;
    Ok((map, counted.cabins.into_iter().map(|cabin| cabin.counts).collect()))
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

    #[test]
    fn a_seat_of_a_small_departure_is_found_by_its_name() {
        assert_eq!((small_seat_name(0), small_seat_name(149)), ("1A".into(), "25F".into()));
        assert!((0..SMALL_SEATS).all(|seat| small_seat_number(&small_seat_name(seat)) == Some(seat)));
        for stranger in ["", "A", "1G", "26A", "0A", "1Å"] {
            assert_eq!(small_seat_number(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn a_full_flight_offers_no_other_seat() {
        for (problem, is_full) in [
            (r#"{"code":"seat-taken","alternatives":[]}"#, true),
            (r#"{"code":"seat-taken","alternatives":["1A"]}"#, false),
            (r#"{"code":"hold-limit"}"#, false),
            ("", false),
        ] {
            assert_eq!(says_flight_is_full(problem.as_bytes()), is_full, "{problem}");
        }
    }
}
