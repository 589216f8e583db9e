//! A server that keeps the contract, without being durable; or breaks one promise of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bench::contract::{self, SEATS};
use bench::wire::Address;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::broadcast;

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None.
    Nothing,
    /// Everybody is told that 1A is theirs.
    SellsTwice,
    /// What is acknowledged is not stored.
    Forgets,
    /// A release is acknowledged and not remembered.
    ForgetsReleases,
    /// None either, but now and then it does not know what became of a hold.
    LosesAnswers,
    /// A rate limit answers.
    RateLimits,
    /// Subscribers miss a change.
    LeavesGaps,
    /// A payment is acknowledged, and nothing was taken.
    TakesNothing,
}

#[derive(Clone)]
struct House {
    fault: Fault,
    flights: Arc<Mutex<BTreeMap<String, Flight>>>,
    bookings: Arc<Mutex<Vec<Booking>>>,
    frames: broadcast::Sender<String>,
}

#[derive(Default)]
struct Flight {
    version: u64,
    /// By number.
    held: BTreeMap<u64, String>,
    released: Vec<u64>,
    /// The holds that are bought.
    sold: Vec<u64>,
}

struct Booking {
    flight: String,
    hold: u64,
    status: &'static str,
}

/// Starts one on a free port of the loopback; it ends with the test's runtime.
pub async fn start(fault: Fault) -> Address {
    let house = House {
        fault,
        flights: Arc::default(),
        bookings: Arc::default(),
        frames: broadcast::Sender::new(1_000),
    };
    let router = Router::new()
        .route("/readyz", get(|| async { StatusCode::OK }))
        .route("/healthz", get(|| async { StatusCode::OK }))
        .route("/api/v1/flights", post(open))
        .route("/api/v1/flights/{flight}/holds", post(hold))
        .route("/api/v1/flights/{flight}/holds/{hold}", get(read).delete(release))
        .route("/api/v1/flights/{flight}/seat-map", get(seat_map))
        .route("/api/v1/flights/search", post(search))
        .route("/api/v1/bookings", post(book))
        .route("/api/v1/bookings/{booking}", get(booking))
        .route("/api/v1/payments/intents", post(begin_to_pay))
        .route("/api/v1/payments/{payment}/confirm", post(pay))
        .route("/api/v1/payments/{payment}", get(payment))
        .route("/api/v1/bookings/{booking}/cancel", post(cancel))
        .route("/api/v1/ws", get(live))
        .with_state(house);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::local(listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn open(State(house): State<House>, Json(wish): Json<Value>) -> Response {
    let word = |field: &str| wish[field].as_str().unwrap().to_owned();
    let id = format!("{}-{}-{}-{}", word("carrier"), wish["number"], word("date"), word("origin"));
    house.flights.lock().unwrap().insert(id.clone(), Flight::default());
    (StatusCode::CREATED, Json(json!({"flightId": id}))).into_response()
}

async fn hold(State(house): State<House>, Path(id): Path<String>, Json(wish): Json<Value>) -> Response {
    if house.fault == Fault::RateLimits {
        return (StatusCode::TOO_MANY_REQUESTS, Json(json!({"code": "rate-limited"}))).into_response();
    }
    let mut flights = house.flights.lock().unwrap();
    let flight = flights.get_mut(&id).unwrap();
    let mut seat = wish["seats"][0].as_str().unwrap().to_owned();
    if flight.held.values().any(|held| *held == seat) {
        return (StatusCode::CONFLICT, Json(json!({"code": "seat-taken"}))).into_response();
    }
    let version = house.change(flight);
    if house.fault != Fault::Forgets {
        flight.held.insert(version, seat.clone());
    }
    if house.fault == Fault::LosesAnswers && version.is_multiple_of(501) {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"code": "overloaded"}))).into_response();
    }
    if house.fault == Fault::SellsTwice {
        seat = "1A".to_owned();
    }
    let held = json!({"holdId": version.to_string(), "flightId": id, "seats": [seat], "version": version});
    (StatusCode::CREATED, Json(held)).into_response()
}

async fn release(State(house): State<House>, Path((id, hold)): Path<(String, u64)>) -> StatusCode {
    let mut flights = house.flights.lock().unwrap();
    let flight = flights.get_mut(&id).unwrap();
    if house.fault != Fault::ForgetsReleases {
        flight.held.remove(&hold);
        flight.released.push(hold);
    }
    house.change(flight);
    StatusCode::NO_CONTENT
}

async fn read(State(house): State<House>, Path((id, hold)): Path<(String, u64)>) -> Response {
    let flights = house.flights.lock().unwrap();
    let flight = &flights[&id];
    if flight.held.contains_key(&hold) {
        Json(json!({"status": "HELD"})).into_response()
    } else if flight.released.contains(&hold) {
        (StatusCode::GONE, Json(json!({"code": "hold-released", "status": 410}))).into_response()
    } else {
        (StatusCode::NOT_FOUND, Json(json!({"code": "not-found", "status": 404}))).into_response()
    }
}

async fn search(Json(wish): Json<Value>) -> Json<Value> {
    assert!(wish["departureDate"].is_string());
    Json(json!({"data": []}))
}

async fn book(State(house): State<House>, Json(wish): Json<Value>) -> Response {
    let mut bookings = house.bookings.lock().unwrap();
    let (flight, hold) = (wish["flightId"].as_str().unwrap(), wish["holdIds"][0].as_str().unwrap());
    bookings.push(Booking { flight: flight.to_owned(), hold: hold.parse().unwrap(), status: "HELD" });
    (StatusCode::CREATED, Json(json!({"id": (bookings.len() - 1).to_string(), "status": "HELD"})))
        .into_response()
}

async fn booking(State(house): State<House>, Path(booking): Path<usize>) -> Json<Value> {
    let status = house.bookings.lock().unwrap()[booking].status;
    Json(json!({"id": booking.to_string(), "status": status}))
}

async fn begin_to_pay(State(house): State<House>, Json(wish): Json<Value>) -> Json<Value> {
    Json(house.payment(wish["bookingId"].as_str().unwrap().parse().unwrap()))
}

async fn pay(State(house): State<House>, Path(payment): Path<String>) -> Json<Value> {
    let booking = booking_of(&payment);
    let mut bookings = house.bookings.lock().unwrap();
    let Booking { flight, hold, status } = &mut bookings[booking];
    *status = if house.fault == Fault::ForgetsReleases { "HELD" } else { "CONFIRMED" };
    house.flights.lock().unwrap().get_mut(flight).unwrap().sold.push(*hold);
    drop(bookings);
    let mut paid = house.payment(booking);
    paid["bookingStatus"] = "CONFIRMED".into();
    Json(paid)
}

async fn payment(State(house): State<House>, Path(payment): Path<String>) -> Json<Value> {
    Json(house.payment(booking_of(&payment)))
}

fn booking_of(payment: &str) -> usize {
    payment.strip_prefix("pay_").unwrap().parse().unwrap()
}

impl House {
    /// The payment of a booking. All of it is taken, unless the house takes nothing.
    fn payment(&self, booking: usize) -> Value {
        let status = self.bookings.lock().unwrap()[booking].status;
        let sum = |amount: &str| json!({"amount": amount, "currency": "USD"});
        let captured = if self.fault == Fault::TakesNothing { "0.00" } else { "129.00" };
        json!({"id": format!("pay_{booking}"), "bookingStatus": status, "amount": sum("129.00"),
            "captured": sum(captured), "refunded": sum("0.00")})
    }
}

async fn cancel(State(house): State<House>, Path(booking): Path<usize>) -> Json<Value> {
    let mut bookings = house.bookings.lock().unwrap();
    let Booking { flight, hold, status } = &mut bookings[booking];
    *status = "CANCELLED";
    house.flights.lock().unwrap().get_mut(flight).unwrap().held.remove(hold);
    Json(json!({"id": booking.to_string(), "status": "CANCELLED"}))
}

async fn seat_map(State(house): State<House>, Path(id): Path<String>) -> Json<Value> {
    let flights = house.flights.lock().unwrap();
    let flight = &flights[&id];
    let state = |seat: &String| match flight.held.iter().find(|(_, held)| *held == seat) {
        Some((hold, _)) if flight.sold.contains(hold) => "SOLD",
        Some(_) => "HELD",
        None => "AVAILABLE",
    };
    let seats = (0..SEATS).map(contract::seat_name).map(|seat| json!({"seat": seat, "state": state(&seat)}));
    let rows = json!([{"seats": seats.collect::<Vec<_>>()}]);
    Json(json!({"version": flight.version, "cabins": [{"rows": rows}]}))
}

async fn live(State(house): State<House>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols(["aisle.v1"]).on_upgrade(|socket| watch(socket, house))
}

async fn watch(mut socket: WebSocket, house: House) {
    let Some(Ok(Message::Text(wish))) = socket.recv().await else { return };
    let wish: Value = serde_json::from_str(&wish).unwrap();
    let (mut frames, version) = {
        let flights = house.flights.lock().unwrap();
        (house.frames.subscribe(), flights[wish["flightId"].as_str().unwrap()].version)
    };
    let mut frame = json!({"type": "snapshot", "version": version, "seatMap": {}}).to_string();
    // Fails once the subscriber or the house has gone.
    while socket.send(Message::text(frame)).await.is_ok() {
        let Ok(next) = frames.recv().await else { return };
        frame = next;
    }
}

impl House {
    fn change(&self, flight: &mut Flight) -> u64 {
        flight.version += 1;
        let version = flight.version;
        if !(self.fault == Fault::LeavesGaps && version == 7) {
            let frame = json!({"type": "delta", "from": version - 1, "version": version, "changes": []});
            // Mostly nobody watches.
            let _ = self.frames.send(frame.to_string());
        }
        version
    }
}
