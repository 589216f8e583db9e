//! A server that ends at any step of a booking's way, and comes back: the booking ends as it should.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{BOOKINGS, counts, open, post, request};
use crate::server::Server;
use crate::web::Web;

/// Where a life of the journal's writer ends: nothing written yet, written and told to nobody, told.
const PLACES: [&str; 3] = ["before-write", "after-write", "after-ack"];

/// More batches than one trip takes.
const STEPS_MAX: u32 = 80;

/// Of so many steps one is met in a developer's run; of a nightly one, which kills a server more than five times, each.
const STRIDE: usize = 3;

/// Of so many steps one is met over PostgreSQL: the steps are the same, and a restart there takes longer.
const STRIDE_OVER_POSTGRES: usize = 7;

/// How long one trip may take, with a restart in it.
const WITHIN: Duration = Duration::from_secs(60);

/// What becomes of a trip when nothing is in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trip {
    /// Two departures are held, paid and kept.
    Bought,
    /// The same, and cancelled.
    Cancelled,
    /// The second departure is full.
    Refused,
}

fn stride() -> usize {
    let rounds = std::env::var("AISLE_KILL_ROUNDS").map_or(5, |rounds| rounds.parse().expect("a number"));
    if rounds > 5 { 1 } else { STRIDE }
}

struct Scene {
    server: Server,
    agent: String,
    out: String,
    on: String,
    full: String,
}

impl Scene {
    async fn new(store: &[(&'static str, &str)]) -> Self {
        let server = Server::start(store).await;
        let out = open(&server, 1, ("JFK", "DEN"), (13, 17), "Y:1-40:ABC-DEF").await;
        let on = open(&server, 2, ("DEN", "LAX"), (19, 22), "Y:1-40:ABC-DEF").await;
        let full = open(&server, 3, ("DEN", "LAX"), (20, 23), "Y:1-1:A-C").await;
        let agent = server.token("ADMIN", "root");
        let mut web = server.web().await;
        let taken = post(&mut web, BOOKINGS, &agent, "full", &request(&[&full], &["Doe", "Roe"])).await;
        assert_eq!(taken.status, 201, "{}", taken.json());
        let paid = format!("{BOOKINGS}/{}/confirm", taken.text("id"));
        assert_eq!(post(&mut web, &paid, &agent, "full", &json!({ "reference": "x" })).await.status, 200);
        Self { server, agent, out, on, full }
    }

    /// A trip from its request to its end, by a client that never gives up.
    fn travel(&self, trip: Trip, key: String) -> impl Future<Output = ()> + Send + 'static {
        let (port, agent) = (self.server.port(), self.agent.clone());
        let second = if trip == Trip::Refused { &self.full } else { &self.on };
        let body = request(&[&self.out, second], &["Doe"]);
        async move {
            let mut web = loop {
                match Web::connect(port).await {
                    Ok(web) => break web,
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            };
            let made = post(&mut web, BOOKINGS, &agent, &key, &body).await;
            if trip == Trip::Refused {
                assert_eq!((made.status, made.text("code").as_str()), (409, "cabin-full"), "{}", made.json());
                return;
            }
            assert_eq!((made.status, made.text("status").as_str()), (201, "HELD"), "{}", made.json());
            let path = format!("{BOOKINGS}/{}", made.text("id"));
            let paid =
                post(&mut web, &format!("{path}/confirm"), &agent, &key, &json!({ "reference": "x" })).await;
            assert_eq!((paid.status, paid.text("status").as_str()), (200, "CONFIRMED"), "{}", paid.json());
            if trip == Trip::Cancelled {
                let gone = post(&mut web, &format!("{path}/cancel"), &agent, &key, &json!({})).await;
                assert_eq!(
                    (gone.status, gone.text("status").as_str()),
                    (200, "CANCELLED"),
                    "{}",
                    gone.json()
                );
            }
            let again = post(&mut web, BOOKINGS, &agent, &key, &body).await;
            assert_eq!((again.status, again.json()), (201, made.json()), "the first answer is found again");
        }
    }

    /// Lets a trip meet the end of the server at this step; whether it did.
    async fn meets(&mut self, trip: Trip, at: &str) -> bool {
        self.server.launch(&[("AISLE_FAILPOINT", at)]);
        let mut travels = tokio::spawn(self.travel(trip, format!("{trip:?} {at}")));
        let until = Instant::now() + WITHIN;
        let mut has_ended = false;
        while !travels.is_finished() {
            if !has_ended && !self.server.runs() {
                has_ended = true;
                self.server.launch(&[]);
                self.server.ready().await;
            }
            assert!(Instant::now() < until, "{trip:?} does not end at {at}: {}", self.server.said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        (&mut travels).await.unwrap_or_else(|error| panic!("{trip:?} at {at}: {error}"));
        has_ended
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_at_any_step_of_a_booking_leaves_none_half_done() {
    ends_amid_a_booking(&[], stride()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_at_any_step_of_a_booking_leaves_none_half_done_over_postgres() {
    let url = testbed::Postgres::shared().new_database().expect("a database");
    ends_amid_a_booking(&[("DATABASE_URL", &url)], STRIDE_OVER_POSTGRES).await;
}

async fn ends_amid_a_booking(store: &[(&'static str, &str)], stride: usize) {
    let mut scene = Scene::new(store).await;
    let (mut ended, mut bought) = (0, 0);
    for place in PLACES {
        for trip in [Trip::Bought, Trip::Cancelled, Trip::Refused] {
            // Another first one for each, so that all together meet most of them.
            let first = 1 + ended % stride;
            for count in (u32::try_from(first).expect("a small number")..STEPS_MAX).step_by(stride) {
                let has_ended = scene.meets(trip, &format!("{place}:{count}")).await;
                ended += usize::from(has_ended);
                bought += u64::from(trip == Trip::Bought);
                if !has_ended {
                    break;
                }
            }
        }
    }
    println!("ended {ended} times");
    assert!(ended > 3 * 3 * 5 / stride, "every trip met it at several steps: {ended}");
    scene.server.launch(&[]);
    scene.server.ready().await;
    let mut web = scene.server.web().await;
    for (flight, expected) in [
        (&scene.out, (240 - bought, 0, bought)),
        (&scene.on, (240 - bought, 0, bought)),
        (&scene.full, (0, 0, 2)),
    ] {
        assert_eq!(counts(&mut web, flight).await, expected, "{flight}");
    }
    assert_eq!(scene.server.stop(), Some(0));
    scene.server.check();
}
