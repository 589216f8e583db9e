//! A stand-in for the product as a program of its own, for scenarios that start, slow, kill and restart it: it keeps
//! its seats in a file, or breaks one promise.
//!
//! The program is a script around this very test binary: told so by the environment, [`serves_when_it_is_told_to`] is no test but
//! the server.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bench::contract::{self, SEATS};
use bench::options::Options;
use bench::report::Outcome;
use bench::scenario;
use clap::Parser;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None.
    Nothing,
    /// What is acknowledged is not stored at once: a death forgets the last of it.
    ForgetsTheLast,
    /// What is acknowledged is not stored at all.
    Forgets,
    /// None either, but it turns every third hold away.
    Sheds,
}

const FAULTS: [Fault; 4] = [Fault::Nothing, Fault::ForgetsTheLast, Fault::Forgets, Fault::Sheds];

/// How many of the last changes are forgotten.
const LAST: usize = 3;

/// Runs a scenario that starts its server itself, with a server of this fault, for a second.
pub async fn run(fault: Fault, arguments: &[&str]) -> anyhow::Result<Outcome> {
    let directory = testbed::directory()?;
    let fixed = ["--seconds", "1", "--warm-up", "0", "--rounds", "2", "--connections", "8"];
    let mut options = Options::parse_from(["aisle-bench"].iter().chain(arguments).chain(&fixed));
    options.aisle = program(directory.path(), fault);
    options.limits = Some(env!("CARGO_BIN_EXE_limits").into());
    let mut outcomes = scenario::run(&options).await?;
    assert_eq!(outcomes.len(), 1);
    Ok(outcomes.remove(0))
}

/// A script that serves with this fault, prints a token, and ends well when it is asked to.
fn program(directory: &FilePath, fault: Fault) -> PathBuf {
    let path = directory.join("aisle");
    // The running one, even when somebody builds another meanwhile.
    let binary = format!("/proc/{}/exe", std::process::id());
    let script = format!(
        r#"#!/bin/sh
if [ "$1" = token ]; then echo token; exit; fi
AISLE_STAND_IN={fault:?} setpriv --pdeathsig KILL -- {binary} mortal::serves_when_it_is_told_to --exact &
trap "kill -9 $!; exit 0" TERM
wait
"#
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn serves_when_it_is_told_to() {
    let Ok(fault) = std::env::var("AISLE_STAND_IN") else { return };
    let fault = FAULTS.into_iter().find(|known| format!("{known:?}") == fault).unwrap();
    let file = PathBuf::from(std::env::var("AISLE_DATA_DIR").unwrap()).join("changes");
    let port: u16 = std::env::var("AISLE_PORT").unwrap().parse().unwrap();
    let house = House::open(fault, &file);
    let router = Router::new()
        .route("/readyz", get(|| async { StatusCode::OK }))
        .route("/healthz", get(|| async { StatusCode::OK }))
        .route("/api/v1/flights", post(open))
        .route("/api/v1/flights/{flight}/holds", post(hold))
        .route("/api/v1/flights/{flight}/holds/{hold}", get(read).delete(release))
        .route("/api/v1/flights/{flight}/seat-map", get(seat_map))
        .with_state(house);
    let listener = loop {
        // The one before may be still dying.
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => break listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    axum::serve(listener, router).await.unwrap();
}

#[derive(Clone)]
struct House {
    fault: Fault,
    asked: Arc<AtomicU64>,
    memory: Arc<Mutex<Memory>>,
}

struct Memory {
    flights: BTreeMap<String, Flight>,
    file: File,
    /// Changes that are not in the file yet.
    unwritten: VecDeque<String>,
}

#[derive(Default)]
struct Flight {
    version: u64,
    /// Seats by the version that took them.
    held: BTreeMap<u64, String>,
}

impl House {
    /// As the file says.
    fn open(fault: Fault, path: &FilePath) -> Self {
        let mut flights = BTreeMap::new();
        for change in fs::read_to_string(path).unwrap_or_default().lines() {
            apply(&mut flights, change);
        }
        let file = File::options().append(true).create(true).open(path).unwrap();
        let memory = Memory { flights, file, unwritten: VecDeque::new() };
        Self { fault, asked: Arc::default(), memory: Arc::new(Mutex::new(memory)) }
    }
}

impl Memory {
    /// Applies a change and stores it, sooner or later. Gives the departure's version with it.
    fn change(&mut self, fault: Fault, change: String) -> u64 {
        let version = apply(&mut self.flights, &change);
        self.unwritten.push_back(change);
        let keeps_back = if fault == Fault::ForgetsTheLast { LAST } else { 0 };
        while self.unwritten.len() > keeps_back {
            let change = self.unwritten.pop_front().unwrap();
            writeln!(self.file, "{change}").unwrap();
        }
        version
    }
}

fn apply(flights: &mut BTreeMap<String, Flight>, change: &str) -> u64 {
    let words: Vec<_> = change.split(' ').collect();
    let flight = flights.entry(words[1].to_owned()).or_default();
    flight.version += 1;
    match words[0] {
        "hold" => drop(flight.held.insert(flight.version, words[2].to_owned())),
        "release" => drop(flight.held.remove(&words[2].parse().unwrap())),
        _ => {}
    }
    flight.version
}

async fn open(State(house): State<House>, Json(wish): Json<Value>) -> Response {
    let word = |field: &str| wish[field].as_str().unwrap().to_owned();
    let id = format!("{}-{}-{}-{}", word("carrier"), wish["number"], word("date"), word("origin"));
    house.memory.lock().unwrap().change(Fault::Nothing, format!("open {id}"));
    (StatusCode::CREATED, Json(json!({"flightId": id}))).into_response()
}

async fn hold(State(house): State<House>, Path(id): Path<String>, Json(wish): Json<Value>) -> Response {
    if house.fault == Fault::Sheds && house.asked.fetch_add(1, Ordering::Relaxed) % 3 == 0 {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"code": "overloaded"}))).into_response();
    }
    take_time().await;
    let mut memory = house.memory.lock().unwrap();
    let seat = wish["seats"][0].as_str().unwrap().to_owned();
    if memory.flights[&id].held.values().any(|held| *held == seat) {
        return (StatusCode::CONFLICT, Json(json!({"code": "seat-taken"}))).into_response();
    }
    let change = if house.fault == Fault::Forgets { "forget" } else { "hold" };
    let version = memory.change(house.fault, format!("{change} {id} {seat}"));
    let held = json!({"holdId": version.to_string(), "flightId": id, "seats": [seat], "version": version});
    (StatusCode::CREATED, Json(held)).into_response()
}

async fn release(State(house): State<House>, Path((id, hold)): Path<(String, u64)>) -> StatusCode {
    take_time().await;
    house.memory.lock().unwrap().change(house.fault, format!("release {id} {hold}"));
    StatusCode::NO_CONTENT
}

async fn read(State(house): State<House>, Path((id, hold)): Path<(String, u64)>) -> Response {
    let memory = house.memory.lock().unwrap();
    if memory.flights[&id].held.contains_key(&hold) {
        return Json(json!({"status": "HELD"})).into_response();
    }
    (StatusCode::GONE, Json(json!({"code": "hold-released"}))).into_response()
}

/// As the product does when it is told to.
async fn take_time() {
    let failpoint = std::env::var("AISLE_FAILPOINT").unwrap_or_default();
    if let Some(millis) = failpoint.strip_prefix("after-write:").and_then(|wait| wait.strip_suffix("ms")) {
        tokio::time::sleep(Duration::from_millis(millis.parse().unwrap())).await;
    }
}

async fn seat_map(State(house): State<House>, Path(id): Path<String>) -> Json<Value> {
    let memory = house.memory.lock().unwrap();
    let flight = &memory.flights[&id];
    let state =
        |seat: &String| if flight.held.values().any(|held| held == seat) { "HELD" } else { "AVAILABLE" };
    let seats = (0..SEATS).map(contract::seat_name).map(|seat| json!({"seat": seat, "state": state(&seat)}));
    let rows = json!([{"seats": seats.collect::<Vec<_>>()}]);
    Json(json!({"version": flight.version, "cabins": [{"rows": rows}]}))
}
