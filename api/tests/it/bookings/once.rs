//! Bookings that are asked for more than once with one key.

use api::Role;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{BOOKINGS, request, with};
use crate::stage::{Answer, Stage};

/// The writes that take a key, on a booking of the administrator's; each with another body.
async fn writes(stage: &Stage, flight: &str, by: &str) -> Vec<(String, Value, Value)> {
    let other = with(request(flight), json!({ "cabinClass": "FIRST" }));
    let mut writes = vec![(BOOKINGS.to_owned(), request(flight), other)];
    for (what, body, other) in [
        ("confirm", json!({ "reference": "INV-1" }), json!({ "reference": "INV-2" })),
        ("cancel/quote", json!({}), json!({ "x": 1 })),
        ("cancel", json!({ "reason": "one" }), json!({ "reason": "two" })),
    ] {
        let made = stage.booked(by, &request(flight)).await;
        writes.push((format!("{BOOKINGS}/{}/{what}", made.text("id")), body, other));
    }
    writes
}

async fn post(stage: &Stage, path: &str, by: &str, body: &Value) -> Answer {
    stage.ask("POST", path).by(by).key("one").json(body).send().await
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_request_gets_its_first_answer_whatever_happened_since() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let root = stage.token(Role::Admin, "root");
    for (path, body, other) in writes(&stage, &flight, &root).await {
        let first = post(&stage, &path, &root, &body).await;
        assert!(first.status.is_success() && !replayed(&first), "{path}: {first:?}");
        let booking = first.json()["id"].as_str().map(str::to_owned);
        if let Some(id) = booking.filter(|_| path == BOOKINGS) {
            let cancel = format!("{BOOKINGS}/{id}/cancel");
            assert_eq!(stage.ask("POST", &cancel).by(&root).json(&json!({})).send().await.status, 200);
        }
        for stage in [&stage, &stage.again()] {
            let token = stage.token(Role::Admin, "root");
            let again = post(stage, &path, &token, &body).await;
            assert!(replayed(&again), "{path}: {again:?}");
            assert_eq!((again.status, again.json()), (first.status, first.json()), "{path}");
        }
        let reused = post(&stage, &path, &root, &other).await;
        let code = if other == json!({ "x": 1 }) { "validation" } else { "idempotency-mismatch" };
        assert_eq!(reused.outcome(), (422, code.to_owned()), "{path}: {reused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_at_once_make_one_booking() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    let mut asking = JoinSet::new();
    for _ in 0..16 {
        let (stage, ann, body) = (stage.clone(), ann.clone(), request(&flight));
        asking.spawn(async move { post(&stage, BOOKINGS, &ann, &body).await });
    }
    let answers = asking.join_all().await;
    assert!(
        answers.iter().all(|answer| answer.status == 201 && answer.json() == answers[0].json()),
        "{answers:?}"
    );
    assert_eq!(answers.iter().filter(|answer| !replayed(answer)).count(), 1);
    assert_eq!(stage.counts(&flight).await, (31, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_the_answer_to_its_repetition_too() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, bob) = (stage.customer("ann"), stage.customer("bob"));
    let hold = stage.held(&flight, &bob, &["12A"]).await;
    let body = with(
        request(&flight),
        json!({ "passengers": [with(super::adult("Doe"), json!({ "seat": "12A" }))] }),
    );
    let first = post(&stage, BOOKINGS, &ann, &body).await;
    assert_eq!(first.outcome(), (409, "seat-taken".to_owned()), "{first:?}");
    stage.ask("DELETE", &hold).by(&bob).send().await;
    let again = post(&stage, BOOKINGS, &ann, &body).await;
    assert!(replayed(&again));
    assert_eq!(again.text("bookingId"), first.text("bookingId"));
    let other = post(&stage, BOOKINGS, &bob, &body).await;
    assert_eq!(other.status, 201, "somebody else's same key is another request: {other:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sent_a_request_can_ask_what_became_of_it() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    let became = async |by: &str, key: &str, path: &str| {
        let query = if path.is_empty() { String::new() } else { format!("?path={path}") };
        stage.ask("GET", &format!("/api/v1/operations/{key}{query}")).by(by).send().await.json()
    };
    assert_eq!(became(&ann, "one", "").await["state"], "UNKNOWN");
    let made = post(&stage, BOOKINGS, &ann, &request(&flight)).await;
    let known = became(&ann, "one", "").await;
    assert_eq!(
        (&known["state"], &known["bookingId"], &known["bookingStatus"]),
        (&"DONE".into(), &made.text("id").into(), &"HELD".into())
    );
    assert_eq!(became(&stage.customer("bob"), "one", "").await["state"], "UNKNOWN", "it is not his");
    let holds = format!("{flight}/holds");
    assert_eq!(became(&ann, "two", &holds).await["state"], "UNKNOWN");
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["13A"] });
    let held = stage.ask("POST", &holds).by(&ann).key("two").json(&body).send().await;
    assert_eq!(held.status, 201);
    assert_eq!(became(&ann, "two", &holds).await["state"], "DONE");
    let again = stage.ask("POST", &holds).by(&ann).key("two").json(&body).send().await;
    assert_eq!((again.status, &again.body), (held.status, &held.body), "to ask has changed nothing");
    let quote = format!("{BOOKINGS}/{}/cancel/quote", made.text("id"));
    assert_eq!(became(&ann, "three", &quote).await["state"], "UNKNOWN");
    assert_eq!(stage.ask("POST", &quote).by(&ann).key("three").send().await.status, 200);
    assert_eq!(became(&ann, "three", &quote).await["state"], "DONE");
    let refused = stage
        .ask("POST", &holds)
        .by(&ann)
        .key("four")
        .json(&json!({ "cabinClass": "ECONOMY", "seats": ["13A"] }));
    assert_eq!(refused.send().await.status, 409);
    let known = became(&ann, "four", &holds).await;
    assert_eq!((&known["state"], &known["code"]), (&"REFUSED".into(), &"seat-taken".into()));
    assert_eq!(became(&ann, "one", "/api/v1/auth/login").await["code"], "validation");
}
