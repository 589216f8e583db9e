//! `book` times each step, and notices what was sold twice, forgotten or never bought.

use super::promises::{run, violations};
use super::stand_in::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn each_step_to_a_ticket_is_timed() {
    let outcome = run("book", Fault::Nothing).await.unwrap().remove(0);
    assert_eq!(outcome.violations, [""; 0]);
    let row = &outcome.rows[0];
    let steps: Vec<&str> = row.operations.keys().map(String::as_str).collect();
    assert_eq!(steps, ["begin to pay", "book", "hold", "pay", "search"]);
    assert!(row.samples > 0 && row.refused.is_empty(), "{row:?}");
    assert!(row.operations.values().all(|step| step.count >= row.samples && step.p99_us >= step.p50_us));
    assert!(row.more["releaseP50Us"] > 0.0, "what is given back is timed apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_two_have_bought_is_noticed() {
    let violations = violations("book", Fault::SellsTwice).await;
    assert!(violations.iter().any(|violation| violation.contains("1A")), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bought_seat_that_the_map_does_not_show_is_noticed() {
    let violations = violations("book", Fault::Forgets).await;
    assert!(
        violations.iter().any(|violation| violation.contains("the map says AVAILABLE")),
        "{violations:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_is_confirmed_and_then_is_not_is_noticed() {
    let violations = violations("book", Fault::ForgetsReleases).await;
    assert!(violations.iter().any(|violation| violation.contains("in the end HELD")), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_nobody_paid_is_noticed() {
    let violations = violations("book", Fault::TakesNothing).await;
    assert!(violations.iter().any(|violation| violation.contains("acknowledged as paid")), "{violations:?}");
}
