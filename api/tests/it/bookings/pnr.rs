//! Bookings that are found by their record locator and a surname.

use std::time::{Duration, Instant};

use api::{Limits, Options, RateLimits};
use serde_json::json;

use super::{adult, name, request, with};
use crate::stage::{Answer, Stage};

async fn find(stage: &Stage, pnr: &str, surname: &str) -> Answer {
    stage.read(&format!("/api/v1/bookings/pnr/{pnr}?lastName={surname}")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_both_learns_where_it_stands_and_nothing_else() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let body = with(request(&flight), json!({ "passengers": [adult("Doe"), adult("O'Neil-Smith")] }));
    let made = stage.booked(&stage.customer("ann"), &body).await;
    let pnr = made.text("pnr");
    for (pnr, surname) in [(&*pnr, "Doe"), (&*pnr.to_lowercase(), "doe"), (&*pnr, "ONEIL%20SMITH")] {
        let found = find(&stage, pnr, surname).await;
        let expected = json!({ "pnr": made.text("pnr"), "status": "HELD", "flights": [name(&flight)] });
        assert_eq!((found.status.as_u16(), found.json()), (200, expected), "{surname}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_and_what_is_somebody_elses_look_the_same() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let pnr = stage.booked(&stage.customer("ann"), &request(&flight)).await.text("pnr");
    let other = if pnr == "222222" { "333333" } else { "222222" };
    let mut answers = Vec::new();
    for (pnr, surname) in [(&*pnr, "Roe"), (other, "Doe"), (other, "Roe"), ("nothing", "Doe")] {
        let began = Instant::now();
        let answer = find(&stage, pnr, surname).await;
        assert!(began.elapsed() >= Duration::from_millis(50), "the time says nothing");
        let mut body = answer.json();
        body.as_object_mut().expect("an object").remove("requestId");
        answers.push((answer.status, body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_is_stopped_by_address_and_by_locator() {
    let limits = Limits {
        lookups_per_address: 5,
        lookups_per_locator: 10,
        wait_max: Duration::from_secs(900),
        ..Limits::LIFTED
    };
    let stage = Stage::with(Options { limits, rates: RateLimits::LIFTED, ..Options::default() }).await;
    let flight = stage.open(1).await;
    let pnr = stage.booked(&stage.customer("ann"), &request(&flight)).await.text("pnr");
    let ask = async |address: &str, surname: &str| {
        let path = format!("/api/v1/bookings/pnr/{pnr}?lastName={surname}");
        stage.ask("GET", &path).from(address).send().await.status.as_u16()
    };
    let mut told = Vec::new();
    for _ in 0..6 {
        told.push(ask("192.0.2.9", "Roe").await);
    }
    assert_eq!(told, [404, 404, 404, 404, 404, 429]);
    for last in 10..15 {
        assert_eq!(ask(&format!("192.0.2.{last}"), "Roe").await, 404);
    }
    assert_eq!(ask("192.0.2.20", "Doe").await, 429, "nobody asks for this one for a while");
}
