//! `seats`: it keeps to its mix, and its result is void when a promise was broken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bench::contract::{SMALL_SEATS, small_seat_name};
use bench::options::Options;
use bench::report::{Outcome, Row};
use bench::scenario;
use bench::wire::Address;
use clap::Parser;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// None.
    Nothing,
    /// Everybody is told that 1A is theirs.
    SellsTwice,
    /// None: all seats that maps show are gone when somebody asks for them.
    IsSoldOut,
    /// Now and then an acknowledged hold is not stored.
    Forgets,
    /// Now and then an acknowledged release is not stored.
    ForgetsReleases,
    /// Maps do not show seats that were sold before.
    ForgetsTheBeginning,
    /// Lists count a seat too many.
    MiscountsInLists,
    /// Departures count a seat too many.
    Miscounts,
    /// Lists leave departures out.
    LeavesOut,
    /// None, but now and then it does not say what became of a hold or a release.
    LosesAnswers,
    /// Now and then a hold is gone before it was given back.
    Loses,
    /// Now and then acknowledged names are not stored.
    ForgetsNames,
    /// Whoever is found by their address is somebody else.
    MixesUp,
}

#[derive(Clone)]
struct House {
    fault: Fault,
    flights: Arc<Mutex<BTreeMap<String, Flight>>>,
    /// Each with its id, its address and both names.
    accounts: Arc<Mutex<Vec<Value>>>,
    changes: Arc<AtomicU64>,
}

#[derive(Default)]
struct Flight {
    /// Origin, destination, day.
    route: [String; 3],
    blocked: Vec<String>,
    /// By number.
    held: BTreeMap<u64, String>,
}

/// How often "now and then" is.
const NOW_AND_THEN: u64 = 10;

impl Flight {
    /// All seats and their states, front to back.
    fn states(&self) -> Vec<(String, &'static str)> {
        let held: BTreeSet<_> = self.held.values().collect();
        let state = |seat: &String| match seat {
            seat if self.blocked.contains(seat) => "BLOCKED",
            seat if held.contains(seat) => "HELD",
            _ => "AVAILABLE",
        };
        (0..SMALL_SEATS).map(small_seat_name).map(|seat| (seat.clone(), state(&seat))).collect()
    }

    fn open(&self) -> Vec<String> {
        let states = self.states().into_iter();
        states.filter(|(_, state)| *state == "AVAILABLE").map(|(seat, _)| seat).collect()
    }

    fn counts(&self) -> Value {
        let states = self.states();
        let count = |wanted| states.iter().filter(|(_, state)| *state == wanted).count();
        json!({"available": count("AVAILABLE"), "held": count("HELD"), "blocked": count("BLOCKED")})
    }

    fn shown(&self, id: &str, one_too_many: bool) -> Value {
        let mut counts = self.counts();
        if one_too_many {
            counts["available"] = (counts["available"].as_u64().unwrap() + 1).into();
        }
        json!({"flightId": id, "cabins": [counts]})
    }
}

impl House {
    /// Whether the fault strikes now, if it is this one.
    fn errs(&self, fault: Fault) -> bool {
        self.fault == fault && self.changes.load(Ordering::SeqCst).is_multiple_of(NOW_AND_THEN)
    }

    /// The next version, over all flights.
    fn change(&self) -> u64 {
        self.changes.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// What is said of a request that was carried out.
    fn answer(&self, answer: Response) -> Response {
        if self.errs(Fault::LosesAnswers) {
            return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"code": "overloaded"}))).into_response();
        }
        answer
    }
}

async fn start(fault: Fault) -> Address {
    let house = House { fault, flights: Arc::default(), accounts: Arc::default(), changes: Arc::default() };
    let router = Router::new()
        .route("/readyz", get(|| async { StatusCode::OK }))
        .route("/api/v1/flights", post(open).get(list))
        .route("/api/v1/flights/{flight}", get(show))
        .route("/api/v1/flights/{flight}/blocks", post(block))
        .route("/api/v1/flights/{flight}/holds", post(hold))
        .route("/api/v1/flights/{flight}/holds/{hold}", get(read).delete(release))
        .route("/api/v1/flights/{flight}/seat-map", get(seat_map))
        .route("/api/v1/users", post(enrol))
        .route("/api/v1/users/{user}", get(account).patch(rename))
        .route("/api/v1/customers", get(find))
        .with_state(house);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::local(listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn open(State(house): State<House>, Json(wish): Json<Value>) -> Response {
    let word = |field: &str| wish[field].as_str().unwrap().to_owned();
    let id = format!("{}-{}-{}-{}", word("carrier"), wish["number"], word("date"), word("origin"));
    let route = ["origin", "destination", "date"].map(word);
    house.flights.lock().unwrap().insert(id.clone(), Flight { route, ..Flight::default() });
    (StatusCode::CREATED, Json(json!({"flightId": id}))).into_response()
}

async fn block(State(house): State<House>, Path(id): Path<String>, Json(wish): Json<Value>) -> Json<Value> {
    let mut flights = house.flights.lock().unwrap();
    let seats = wish["seats"].as_array().unwrap();
    if house.fault != Fault::ForgetsTheBeginning {
        flights.get_mut(&id).unwrap().blocked =
            seats.iter().map(|seat| seat.as_str().unwrap().into()).collect();
    }
    Json(json!({"flightId": id}))
}

async fn list(State(house): State<House>, uri: Uri) -> Json<Value> {
    let asked: BTreeMap<_, _> =
        uri.query().unwrap().split('&').filter_map(|one| one.split_once('=')).collect();
    let flights = house.flights.lock().unwrap();
    let route = ["origin", "destination", "date"].map(|field| asked[field].to_owned());
    let found = flights.iter().filter(|(_, flight)| flight.route == route);
    let found = found.map(|(id, flight)| flight.shown(id, house.fault == Fault::MiscountsInLists));
    let skipped = usize::from(house.fault == Fault::LeavesOut);
    Json(json!({"data": found.skip(skipped).collect::<Vec<_>>()}))
}

async fn show(State(house): State<House>, Path(id): Path<String>) -> Json<Value> {
    Json(house.flights.lock().unwrap()[&id].shown(&id, house.fault == Fault::Miscounts))
}

async fn hold(State(house): State<House>, Path(id): Path<String>, Json(wish): Json<Value>) -> Response {
    let mut flights = house.flights.lock().unwrap();
    let flight = flights.get_mut(&id).unwrap();
    let mut seat = wish["seats"][0].as_str().unwrap().to_owned();
    let mut open = flight.open();
    if house.fault == Fault::IsSoldOut {
        open.clear();
    }
    if !open.contains(&seat) {
        let problem = json!({"code": "seat-taken", "alternatives": open});
        return (StatusCode::CONFLICT, Json(problem)).into_response();
    }
    let version = house.change();
    if !house.errs(Fault::Forgets) {
        flight.held.insert(version, seat.clone());
    }
    if house.fault == Fault::SellsTwice {
        seat = "1A".to_owned();
    }
    let held = json!({"holdId": version.to_string(), "flightId": id, "seats": [seat], "version": version});
    house.answer((StatusCode::CREATED, Json(held)).into_response())
}

async fn release(State(house): State<House>, Path((id, hold)): Path<(String, u64)>) -> Response {
    let mut flights = house.flights.lock().unwrap();
    let flight = flights.get_mut(&id).unwrap();
    house.change();
    if house.errs(Fault::Loses) {
        return (StatusCode::GONE, Json(json!({"code": "hold-expired"}))).into_response();
    }
    if !house.errs(Fault::ForgetsReleases) {
        flight.held.remove(&hold);
    }
    house.answer(StatusCode::NO_CONTENT.into_response())
}

async fn read(State(house): State<House>, Path((id, hold)): Path<(String, u64)>) -> Response {
    let flights = house.flights.lock().unwrap();
    if flights[&id].held.contains_key(&hold) {
        Json(json!({"status": "HELD"})).into_response()
    } else {
        (StatusCode::GONE, Json(json!({"code": "hold-released", "status": 410}))).into_response()
    }
}

async fn seat_map(State(house): State<House>, Path(id): Path<String>) -> Json<Value> {
    let flights = house.flights.lock().unwrap();
    let flight = &flights[&id];
    let seats = flight.states().into_iter().map(|(seat, state)| json!({"seat": seat, "state": state}));
    let rows = json!([{"seats": seats.collect::<Vec<_>>()}]);
    Json(json!({"version": 1, "cabins": [{"rows": rows, "counts": flight.counts()}]}))
}

async fn enrol(State(house): State<House>, Json(wish): Json<Value>) -> Response {
    let mut accounts = house.accounts.lock().unwrap();
    assert!(wish["password"].is_string() && wish["role"] == "CUSTOMER", "{wish}");
    if accounts.iter().any(|account| account["email"] == wish["email"]) {
        return (StatusCode::CONFLICT, Json(json!({"code": "email-taken"}))).into_response();
    }
    let mut account = wish;
    account["id"] = accounts.len().to_string().into();
    accounts.push(account.clone());
    (StatusCode::CREATED, Json(account)).into_response()
}

async fn account(State(house): State<House>, Path(user): Path<usize>) -> Json<Value> {
    Json(house.accounts.lock().unwrap()[user].clone())
}

async fn rename(State(house): State<House>, Path(user): Path<usize>, Json(wish): Json<Value>) -> Response {
    let mut accounts = house.accounts.lock().unwrap();
    let mut account = accounts[user].clone();
    for name in ["firstName", "lastName"] {
        account[name] = wish[name].clone();
    }
    house.change();
    if !house.errs(Fault::ForgetsNames) {
        accounts[user] = account.clone();
    }
    house.answer(Json(account).into_response())
}

async fn find(State(house): State<House>, uri: Uri) -> Json<Value> {
    let email = uri.query().unwrap().strip_prefix("email=").unwrap();
    let accounts = house.accounts.lock().unwrap();
    let mut found = accounts.iter().position(|account| account["email"] == email);
    if house.fault == Fault::MixesUp {
        found = found.map(|found| (found + 1) % accounts.len());
    }
    Json(json!({"data": found.map(|found| accounts[found].clone()).into_iter().collect::<Vec<_>>()}))
}

/// Runs the scenario on 78 departures, with 100 customers.
async fn run(fault: Fault, arguments: &[&str]) -> Outcome {
    run_at(start(fault).await, arguments).await
}

async fn run_at(address: Address, arguments: &[&str]) -> Outcome {
    let directory = testbed::directory().unwrap();
    let tokens = directory.path().join("tokens");
    fs::write(&tokens, "token\n").unwrap();
    let fixed = ["aisle-bench", "seats", "--warm-up", "0", "--connections", "8", "--scale", "0.001"];
    let mut options = Options::parse_from(fixed.iter().chain(arguments));
    options.target = Some(address);
    options.tokens = Some(tokens);
    let mut outcomes = scenario::run(&options).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

/// What is found of a fault in a round of BenchBase's mix.
async fn violations(fault: Fault) -> Vec<String> {
    let outcome = run(fault, &["--seconds", "1", "--rounds", "1", "--mix", "benchbase"]).await;
    outcome.violations
}

fn expect(violations: &[String], words: &str) {
    assert!(violations.iter().any(|violation| violation.contains(words)), "no `{words}` in {violations:#?}");
}

fn count(row: &Row, operation: &str) -> f64 {
    row.operations[operation].count as f64
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_its_promises_gets_its_numbers() {
    let outcome = run(Fault::Nothing, &["--seconds", "2", "--rounds", "2"]).await;
    assert_eq!(outcome.violations, [""; 0]);
    let sides: Vec<_> = outcome.rows.iter().map(|row| row.side.as_str()).collect();
    assert_eq!(sides, ["BenchBase", "BenchBase, hot", "H-Store", "H-Store, hot"]);
    for row in &outcome.rows {
        assert_eq!((row.operations.len(), row.rates.len(), row.more["errors"]), (6, 2, 0.0), "{row:?}");
        assert!(row.operations.values().all(|operation| operation.count > 0), "{row:?}");
    }
    assert!(outcome.ratios.iter().all(|ratio| ratio.value > 0.0 && ratio.goal.is_none()));
    assert!(outcome.notes.iter().any(|note| note.starts_with("Update customer reads an account")));
    for (row, operation, weight) in [
        (&outcome.rows[0], "find open seats", 3.5),
        (&outcome.rows[2], "find open seats", 5.0),
        (&outcome.rows[0], "update customer", 1.0),
        (&outcome.rows[2], "update customer", 0.5),
    ] {
        let (these, flights) = (count(row, operation), count(row, "find flights"));
        // Four deviations of so few draws, which are fewer on a busy machine; `mix` shows it of a million.
        let noise = 4.0 * (1.0 / these + 1.0 / flights).sqrt();
        let found = these / flights;
        assert!(
            (found / weight - 1.0).abs() < noise,
            "{}: {operation}: {found}, {these} and {flights}",
            row.side
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_no_errors() {
    let outcome = run(Fault::IsSoldOut, &["--seconds", "1", "--rounds", "1", "--mix", "benchbase"]).await;
    assert_eq!(outcome.violations, [""; 0]);
    for row in &outcome.rows {
        // Who was on a flight before it was full is not asked about again.
        let known = ["409 seat-taken, the flight is full", "not sent: the customer is already on the flight"];
        assert!(row.refused.contains_key(known[0]), "{:?}", row.refused);
        assert!(row.refused.keys().all(|reason| known.contains(&reason.as_str())), "{:?}", row.refused);
        assert_eq!(row.more["errors"], 0.0);
        assert!(row.operations.keys().all(|name| name != "new reservation"), "{:?}", row.operations);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_sale_is_noticed() {
    let violations = violations(Fault::SellsTwice).await;
    expect(&violations, "acknowledged to customer");
    expect(&violations, ", acknowledged 1A");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_hold_that_is_not_stored_is_noticed() {
    let violations = violations(Fault::Forgets).await;
    expect(&violations, "the map says AVAILABLE, the ledger HELD");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_release_that_is_not_stored_is_noticed() {
    let violations = violations(Fault::ForgetsReleases).await;
    expect(&violations, "the map says HELD, the ledger AVAILABLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_is_gone_too_early_is_noticed() {
    let violations = violations(Fault::Loses).await;
    expect(&violations, "410 Gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_before_must_stay_so() {
    let violations = violations(Fault::ForgetsTheBeginning).await;
    expect(&violations, "the map says AVAILABLE, the ledger BLOCKED");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_counts_are_noticed() {
    expect(&violations(Fault::MiscountsInLists).await, "the list counts");
    expect(&violations(Fault::Miscounts).await, "the departure counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_that_is_missing_in_a_list_is_noticed() {
    expect(&violations(Fault::LeavesOut).await, "not in the list of its route and day");
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_names_that_are_not_stored_are_noticed() {
    expect(&violations(Fault::ForgetsNames).await, "the ledger has");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_is_found_as_somebody_else_is_noticed() {
    expect(&violations(Fault::MixesUp).await, "which is somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_a_run_before_are_found_again() {
    let address = start(Fault::Nothing).await;
    for _ in 0..2 {
        let arguments = ["--seconds", "1", "--rounds", "1", "--mix", "h-store"];
        let outcome = run_at(address.clone(), &arguments).await;
        assert_eq!(outcome.violations, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_are_errors_and_break_no_promise() {
    let outcome = run(Fault::LosesAnswers, &["--seconds", "1", "--rounds", "1", "--mix", "h-store"]).await;
    assert_eq!(outcome.violations, [""; 0]);
    let row = &outcome.rows[1];
    assert!(row.more["errors"] > 0.0 && row.refused.contains_key("503 overloaded"), "{:?}", row.refused);
}
