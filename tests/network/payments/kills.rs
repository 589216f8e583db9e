//! A server that ends at any step of paying, or of cancelling what was paid: every cent is a price, or went back, once.

use std::time::{Duration, Instant};

use gateways::payment::Simulator;
use gateways::payment::simulator::{Balance, KEY};
use serde_json::json;

use crate::bookings::{BOOKINGS, counts, open, post, request};
use crate::server::Server;
use crate::web::Web;

/// Where a life of the journal's writer ends: nothing written yet, written and told to nobody, told.
const PLACES: [&str; 3] = ["before-write", "after-write", "after-ack"];

/// More batches than one trip takes.
const STEPS_MAX: u32 = 120;

/// Of so many steps one is met in a developer's run; of a nightly one, which kills a server more than five times, each.
const STRIDE: usize = 5;

/// Of so many steps one is met over PostgreSQL: the steps are the same, and a restart there takes longer.
const STRIDE_OVER_POSTGRES: usize = 9;

/// How long one trip may take, with a restart in it.
const WITHIN: Duration = Duration::from_secs(90);

const PAYMENTS: &str = "/api/v1/payments";

/// What a traveller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trip {
    /// Pays, after a card was declined.
    Paid,
    /// Pays, and cancels within the day.
    Cancelled,
}

fn stride() -> usize {
    let rounds = std::env::var("AISLE_KILL_ROUNDS").map_or(5, |rounds| rounds.parse().expect("a number"));
    if rounds > 5 { 1 } else { STRIDE }
}

struct Scene {
    server: Server,
    provider: Simulator,
    agent: String,
    out: String,
    on: String,
}

impl Scene {
    async fn new(store: &[(&'static str, &str)]) -> Self {
        let provider = Simulator::start("127.0.0.1:0").await.expect("a provider on loopback");
        let base = provider.base_url();
        let provided = [("STRIPE_API_BASE", base.as_str()), ("STRIPE_SECRET_KEY", KEY)];
        let server = Server::start(&[&provided, store].concat()).await;
        let out = open(&server, 1, ("JFK", "DEN"), (13, 17), "Y:1-40:ABC-DEF").await;
        let on = open(&server, 2, ("DEN", "LAX"), (19, 22), "Y:1-40:ABC-DEF").await;
        let agent = server.token("ADMIN", "root");
        Self { server, provider, agent, out, on }
    }

    /// A trip from its request to its end, by a client that never gives up.
    fn travel(&self, trip: Trip, key: String) -> impl Future<Output = ()> + Send + 'static {
        let (port, agent) = (self.server.port(), self.agent.clone());
        let body = request(&[&self.out, &self.on], &["Doe"]);
        async move {
            let mut web = loop {
                match Web::connect(port).await {
                    Ok(web) => break web,
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            };
            let made = post(&mut web, BOOKINGS, &agent, &key, &body).await;
            assert_eq!((made.status, made.text("status").as_str()), (201, "HELD"), "{}", made.json());
            let booking = made.text("id");
            let intents = format!("{PAYMENTS}/intents");
            let begun = post(&mut web, &intents, &agent, &key, &json!({ "bookingId": booking })).await;
            assert_eq!(begun.status, 201, "{}", begun.json());
            let confirm = format!("{PAYMENTS}/{}/confirm", begun.text("id"));
            if trip == Trip::Paid {
                let declined = json!({ "paymentMethod": "pm_card_visa_chargeDeclined" });
                let no = post(&mut web, &confirm, &agent, &format!("{key} no"), &declined).await;
                assert_eq!((no.status, no.text("code").as_str()), (402, "payment-declined"), "{}", no.json());
            }
            let card = json!({ "paymentMethod": "pm_card_visa" });
            let paid = post(&mut web, &confirm, &agent, &key, &card).await;
            assert_eq!((paid.status, paid.text("status").as_str()), (200, "CAPTURED"), "{}", paid.json());
            if trip == Trip::Cancelled {
                let cancel = format!("{BOOKINGS}/{booking}/cancel");
                let gone = post(&mut web, &cancel, &agent, &key, &json!({})).await;
                let status = (gone.status, gone.text("status"));
                assert_eq!(status, (200, "CANCELLED".to_owned()), "{}", gone.json());
            }
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

    /// One payment for each trip; what was taken is kept for those who travel and went back to those who do not.
    fn assert_money(&self, paid: usize, cancelled: usize) {
        let balances = self.provider.balances();
        let kept = |one: &&Balance| one.captured_minor > 0 && one.refunded_minor == 0;
        let back = |one: &&Balance| one.captured_minor > 0 && one.refunded_minor == one.captured_minor;
        let counted = (balances.iter().filter(kept).count(), balances.iter().filter(back).count());
        assert_eq!(counted, (paid, cancelled), "{balances:?}");
        assert_eq!(balances.len(), paid + cancelled, "{balances:?}");
        assert!(balances.iter().all(|one| one.authorised_minor == 0), "{balances:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_at_any_step_of_paying_loses_no_cent() {
    ends_amid_paying(&[], stride()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_at_any_step_of_paying_loses_no_cent_over_postgres() {
    let url = testbed::Postgres::shared().new_database().expect("a database");
    ends_amid_paying(&[("DATABASE_URL", &url)], STRIDE_OVER_POSTGRES).await;
}

async fn ends_amid_paying(store: &[(&'static str, &str)], stride: usize) {
    let mut scene = Scene::new(store).await;
    let (mut ended, mut paid, mut cancelled) = (0, 0, 0);
    for place in PLACES {
        for trip in [Trip::Paid, Trip::Cancelled] {
            // Another first one for each, so that all together meet most of them.
            let first = 1 + ended % stride;
            for count in (u32::try_from(first).expect("a small number")..STEPS_MAX).step_by(stride) {
                let has_ended = scene.meets(trip, &format!("{place}:{count}")).await;
                ended += usize::from(has_ended);
                paid += usize::from(trip == Trip::Paid);
                cancelled += usize::from(trip == Trip::Cancelled);
                if !has_ended {
                    break;
                }
            }
        }
    }
    println!("ended {ended} times");
    assert!(ended > 3 * 2 * 8 / stride, "every trip met it at several steps: {ended}");
    scene.server.launch(&[]);
    scene.server.ready().await;
    scene.assert_money(paid, cancelled);
    let (mut web, sold) = (scene.server.web().await, u64::try_from(paid).expect("a few"));
    for flight in [&scene.out, &scene.on] {
        assert_eq!(counts(&mut web, flight).await, (240 - sold, 0, sold), "{flight}");
    }
    assert_eq!(scene.server.stop(), Some(0));
    scene.server.check();
}
