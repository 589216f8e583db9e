//! A server that is killed at any moment, or at a chosen step of its journal, or by its disk, loses nothing
//! that it acknowledged, and what its clients were told fits one line of events for every seat.

use std::sync::Arc;
use std::time::Duration;

use linear::{Outcome, Recorder, Request, Sighting, Token};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::lines::Journal;
use crate::server::Server;
use crate::shop::{self, SMALL};
use crate::web::{Answer, Web, With};

/// Clients that want seats at a time.
const CLIENTS: u64 = 24;

/// Departures that they want them on.
const FLIGHTS: u16 = 3;

/// How far a deadline may be from what the clients' clock says, in milliseconds: it is the same clock, read at
/// another moment.
const SKEW_MS: u64 = 50;

/// Steps of the search for an order, for each seat.
const BUDGET: u64 = 5_000_000;

fn rounds(usual: usize) -> usize {
    std::env::var("AISLE_KILL_ROUNDS").map_or(usual, |rounds| rounds.parse().expect("a number of rounds"))
}

/// Everything that clients asked and were told, and the seats that they think they have.
#[derive(Default)]
struct Record {
    recorder: Recorder,
    journal: Journal,
    next: u64,
}

/// One client: wants a seat, holds it for a moment, gives it back; keeps its keys through every crash.
struct Client {
    web: Web,
    token: String,
    number: u64,
    flights: Arc<[String]>,
    record: Arc<Mutex<Record>>,
}

impl Client {
    async fn live(&mut self, rounds: u64) {
        for round in 0..rounds {
            let flight = self.flights[fastrand::usize(..self.flights.len())].clone();
            let seat =
                format!("{}{}", fastrand::u8(1..=5), fastrand::choice(["A", "B", "C", "D"]).expect("one"));
            let Some((hold, name)) = self.hold(&flight, &seat, round).await else { continue };
            if fastrand::u8(..4) > 0 {
                self.release(&flight, &seat, hold, &name).await;
            }
        }
    }

    /// The hold's token and its name, when it was granted.
    async fn hold(&mut self, flight: &str, seat: &str, round: u64) -> Option<(Token, String)> {
        let key = format!("{}-{round}-{seat}", self.number);
        let ttl = fastrand::u64(1..=3);
        let (hold, ticket) = {
            let mut record = self.record.lock().await;
            record.next += 1;
            let hold = Token(record.next);
            let now = shop::now();
            let request = Request::Hold { hold, until: now + ttl * 1_000 };
            (hold, record.recorder.invoke(flight, seat, now, request))
        };
        let body = shop::hold_body(&[seat], ttl);
        let with = With { token: Some(&self.token), key: Some(&key), body: Some(&body) };
        let path = format!("/api/v1/flights/{flight}/holds");
        let answer = self.web.insist("POST", &path, with).await;
        let mut record = self.record.lock().await;
        match outcome_of_hold(&answer) {
            Some(outcome) => record.recorder.returned(ticket, shop::now(), outcome),
            None => record.recorder.withdraw(ticket),
        }
        record.journal.told(&path, with, &answer);
        (answer.status == 201).then(|| (hold, answer.text("holdId")))
    }

    async fn release(&mut self, flight: &str, seat: &str, hold: Token, name: &str) {
        let ticket =
            self.record.lock().await.recorder.invoke(flight, seat, shop::now(), Request::Release { hold });
        let answer = shop::release(&mut self.web, flight, &self.token, name).await;
        let outcome = match answer.status {
            204 => Outcome::Done,
            410 => Outcome::Refused,
            status => panic!("a release was answered {status}: {}", answer.json()),
        };
        self.record.lock().await.recorder.returned(ticket, shop::now(), outcome);
    }
}

/// What an answer to a hold says of the seat; nothing, when it is about the client's limits.
fn outcome_of_hold(answer: &Answer) -> Option<Outcome> {
    match (answer.status, answer.text("code").as_str()) {
        (201, _) => Some(Outcome::Granted { until: shop::instant(&answer.text("expiresAt")) }),
        (409, "seat-taken") => {
            let seen = &answer.json()["seats"][0]["state"];
            Some(Outcome::RefusedOver(match seen.as_str() {
                Some("HELD") => Sighting::Held(None),
                Some("SOLD") => Sighting::Sold(None),
                Some("BLOCKED") => Sighting::Blocked,
                other => panic!("a taken seat is {other:?}"),
            }))
        }
        (409, "hold-limit") => None,
        (status, code) => panic!("a hold was answered {status} {code}: {}", answer.json()),
    }
}

struct Bed {
    server: Server,
    flights: Arc<[String]>,
    tokens: Vec<String>,
    record: Arc<Mutex<Record>>,
}

impl Bed {
    async fn new(settings: &[(&'static str, &str)]) -> Self {
        let server = Server::start(settings).await;
        let mut flights = Vec::new();
        for number in 1..=FLIGHTS {
            flights.push(shop::open(&server, number, SMALL).await);
        }
        let tokens = (0..CLIENTS).map(|client| server.token("AIRLINE_AGENT", &format!("agent:{client}")));
        Self { flights: flights.into(), tokens: tokens.collect(), record: Arc::default(), server }
    }

    /// Lets all clients live for some rounds.
    async fn clients(&self, life: usize, rounds: u64) -> JoinSet<()> {
        let mut clients = JoinSet::new();
        for (number, token) in (0..).zip(&self.tokens) {
            let mut client = Client {
                web: self.server.web().await,
                token: token.clone(),
                number: life as u64 * 1_000 + number,
                flights: self.flights.clone(),
                record: self.record.clone(),
            };
            clients.spawn(async move { client.live(rounds).await });
        }
        clients
    }

    /// Everything that was told is found again; every seat had one life; the journal keeps its promises.
    async fn judge(mut self) {
        let record = self.record.lock().await;
        let asked = record.journal.ask_again(&mut self.server.web().await).await;
        let verdicts = record.recorder.check(SKEW_MS, BUDGET);
        let operations = record.recorder.operations();
        for (seat, verdict) in &verdicts {
            assert!(verdict.is_linearizable(), "{seat:?}: {verdict:?}");
        }
        println!("{operations} operations on {} seats, {asked} answers asked for again", verdicts.len());
        drop(record);
        assert_eq!(self.server.stop(), Some(0), "{}", self.server.said());
        self.server.check();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_a_quiet_server_see_one_line_of_events() {
    let bed = Bed::new(&[]).await;
    let mut clients = bed.clients(0, 40).await;
    while let Some(client) = clients.join_next().await {
        client.expect("a client that is content");
    }
    bed.judge().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_at_any_moment_loses_nothing_that_it_said() {
    let mut bed = Bed::new(&[]).await;
    let rounds = rounds(5);
    for round in 0..rounds {
        let mut clients = bed.clients(round, 8).await;
        tokio::time::sleep(Duration::from_millis(fastrand::u64(5..150))).await;
        bed.server.launch(&[]);
        bed.server.ready().await;
        while let Some(client) = clients.join_next().await {
            client.expect("a client that is content");
        }
    }
    println!("killed {rounds} times");
    bed.judge().await;
}

/// As tests write the places of the journal's writer that a running server comes by.
const PLACES: [&str; 8] = [
    "claimed",
    "collected",
    "before-write",
    "before-commit",
    "after-commit",
    "after-write",
    "before-ack",
    "after-ack",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_at_any_step_of_its_journal_loses_nothing_that_it_said() {
    let mut bed = Bed::new(&[]).await;
    for (round, place) in PLACES.into_iter().chain(["amid-acks"]).enumerate() {
        // Later than a start comes by, and sooner than the clients' requests are over: there are at least fifty
        // batches of them.
        let count = if place == "claimed" { 1 } else { fastrand::u32(15..40) };
        let at = format!("{place}:{count}");
        bed.server.launch(&[("AISLE_FAILPOINT", &at)]);
        if place != "claimed" {
            bed.server.ready().await;
        }
        let mut clients = match place {
            "claimed" => JoinSet::new(),
            _ => bed.clients(100 + round, 30).await,
        };
        assert_ne!(bed.server.ended().await, Some(0), "{at}");
        bed.server.launch(&[]);
        bed.server.ready().await;
        while let Some(client) = clients.join_next().await {
            client.expect("a client that is content");
        }
    }
    bed.judge().await;
}

/// A disk that fails ends the process, and what was said is found by the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_disk_ends_the_server_and_nothing_that_it_said() {
    for (call, error) in [("fsync", "EIO"), ("fsync", "ENOSPC"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO")]
    {
        let mut bed = Bed::new(&[]).await;
        bed.server.spoil(call, error, 20);
        let mut clients = bed.clients(0, 15).await;
        assert_ne!(bed.server.ended().await, Some(0), "{call} {error}: {}", bed.server.said());
        bed.server.launch(&[]);
        bed.server.ready().await;
        while let Some(client) = clients.join_next().await {
            client.expect("a client that is content");
        }
        bed.judge().await;
    }
}
