//! Events: signed, sent until they are taken, and never believed.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use gateways::payment::simulator::Delivery;
use gateways::payment::webhook::{self, Hint, Unsigned};
use gateways::payment::{Mode, PaymentGateway as _, Secret};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::world::{World, key};

const SECRET: &str = "whsec_test";

/// An event as it came.
struct Came {
    signature: String,
    body: Bytes,
    /// Over which connection, counted from zero.
    line: usize,
}

/// Takes events; the first so many are answered with 500. It may hang up after each answer.
struct Ear {
    url: String,
    came: mpsc::Receiver<Came>,
}

impl Ear {
    async fn open(deaf: usize, hangs_up: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/webhooks/stripe?x=1", listener.local_addr().expect("bound"));
        let (sender, came) = mpsc::channel(100);
        let left = Arc::new(Mutex::new(deaf));
        tokio::spawn(async move {
            for line in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (sender, left) = (sender.clone(), left.clone());
                let service = service_fn(move |request| hear(request, line, sender.clone(), left.clone()));
                let connection = hyper::server::conn::http1::Builder::new()
                    .keep_alive(!hangs_up)
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Self { url, came }
    }

    async fn next(&mut self) -> Came {
        let came = tokio::time::timeout(Duration::from_secs(20), self.came.recv()).await;
        came.expect("in time").expect("open")
    }

    async fn hint(&mut self) -> Hint {
        webhook::hint(&self.next().await.body).expect("an event")
    }
}

async fn hear(
    request: Request<Incoming>,
    line: usize,
    sender: mpsc::Sender<Came>,
    left: Arc<Mutex<usize>>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let signature = request.headers()["stripe-signature"].to_str().expect("text").to_owned();
    let body = request.into_body().collect().await.expect("whole").to_bytes();
    let mut response = Response::new(Empty::new());
    let is_deaf = {
        let mut left = left.lock().expect("whole");
        let is_deaf = *left > 0;
        *left = left.saturating_sub(1);
        is_deaf
    };
    if is_deaf {
        *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
    } else {
        sender.send(Came { signature, body, line }).await.expect("heard");
    }
    Ok(response)
}

async fn listened(deaf: usize) -> (World, Ear) {
    listened_by(Ear::open(deaf, false).await).await
}

async fn listened_by(ear: Ear) -> (World, Ear) {
    let world = World::simulated(Duration::from_secs(5)).await;
    world.simulator().send_events_to(&ear.url, Secret::new(SECRET)).expect("on loopback");
    (world, ear)
}

#[tokio::test]
async fn an_event_is_proven_and_names_the_payment() {
    let (world, mut ear) = listened(0).await;
    let payment = world.authorised("a").await.id;
    let came = ear.next().await;
    let now = world.simulator().now();
    let secrets = [Secret::new("whsec_next"), Secret::new(SECRET)];
    assert_eq!(webhook::verify(&came.signature, &came.body, &secrets, now), Ok(()));
    assert_eq!(webhook::verify(&came.signature, &came.body, &secrets[..1], now), Err(Unsigned::Forged));
    let hint = webhook::hint(&came.body).expect("an event");
    assert_eq!(
        (hint.kind.as_str(), hint.payment, hint.mode),
        ("payment_intent.created", Some(payment), Mode::Test)
    );
    assert_eq!(ear.hint().await.kind, "payment_intent.amount_capturable_updated");
}

#[tokio::test]
async fn an_event_that_was_not_taken_comes_again() {
    let (world, mut ear) = listened(3).await;
    world.authorised("a").await;
    let mut kinds = [ear.hint().await.kind, ear.hint().await.kind];
    kinds.sort();
    assert_eq!(kinds, ["payment_intent.amount_capturable_updated", "payment_intent.created"]);
}

#[tokio::test]
async fn events_come_over_one_connection_unless_it_is_closed() {
    for (hangs_up, expected) in [(false, [0, 0, 0, 0]), (true, [0, 1, 2, 3])] {
        let (world, mut ear) = listened_by(Ear::open(0, hangs_up).await).await;
        world.authorised("a").await;
        world.authorised("b").await;
        let mut lines = [usize::MAX; 4];
        for line in &mut lines {
            *line = ear.next().await.line;
        }
        assert_eq!(lines, expected);
    }
}

#[tokio::test]
async fn an_event_may_come_twice_with_the_same_id() {
    let (world, mut ear) = listened(0).await;
    world.simulator().deliver_next(Delivery::Twice);
    world.authorised("a").await;
    let [first, second, third] = [ear.hint().await, ear.hint().await, ear.hint().await];
    assert_eq!(first, second);
    assert_ne!(second.event, third.event);
}

#[tokio::test]
async fn events_may_be_lost_and_come_in_any_order() {
    let (world, mut ear) = listened(0).await;
    world.simulator().deliver_next(Delivery::Never);
    world.simulator().deliver_next(Delivery::HeldBack);
    let payment = world.authorised("a").await.id;
    world.stripe.cancel(&payment, &key("a:cancel")).await.expect("cancelled");
    assert_eq!(ear.hint().await.kind, "payment_intent.canceled");
    world.simulator().release_held();
    assert_eq!(
        ear.hint().await.kind,
        "payment_intent.amount_capturable_updated",
        "the older one comes after"
    );
}

#[tokio::test]
async fn an_event_about_a_charge_or_a_refund_names_its_payment() {
    let (world, mut ear) = listened(0).await;
    let payment = world.captured("a").await.id;
    let order = gateways::payment::RefundOrder { payment: payment.clone(), amount: crate::world::euros(5) };
    world.stripe.refund(&order, &key("a:refund:1")).await.expect("given back");
    for (kind, prefix) in [("charge.captured", "ch_"), ("refund.created", "re_")] {
        let hint = loop {
            let hint = ear.hint().await;
            if hint.kind == kind {
                break hint;
            }
        };
        assert!(hint.object.starts_with(prefix), "{hint:?}");
        assert_eq!(hint.payment.as_ref(), Some(&payment), "{kind}");
    }
}
