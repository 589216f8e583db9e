//! `activate` counts what it wakes, and notices rows that are gone.

use super::mortal::{Fault, run};

const SMALL: [&str; 5] = ["activate", "--store-flights", "4", "--store-rows", "10"];

#[tokio::test(flavor = "multi_thread")]
async fn every_departure_is_woken_once_a_round() {
    let outcome = run(Fault::Nothing, &SMALL).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let samples: Vec<_> = outcome.rows.iter().map(|row| (row.side.as_str(), row.samples)).collect();
    assert_eq!(samples, [("awake", 8), ("asleep", 8)]);
    // Ten rows to fill, and the one that opened the sale.
    assert_eq!(outcome.rows[1].more["rowsPerFlight"], 11.0);
    assert!(outcome.ratios[0].rounds.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_gone_after_a_death_are_noticed() {
    let violations = run(Fault::ForgetsTheLast, &SMALL).await.unwrap().violations;
    assert!(
        violations.iter().any(|violation| violation.contains("rows, acknowledged were")),
        "{violations:?}"
    );
}
