//! `restart` notices what a death has forgotten.

use super::mortal::{Fault, run};

const SMALL: [&str; 5] = ["restart", "--store-flights", "3", "--store-rows", "10"];

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_with_everything_is_timed() {
    let outcome = run(Fault::Nothing, &SMALL).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let row = &outcome.rows[0];
    assert_eq!((row.samples, row.rates.len(), row.more["flights"]), (2, 2, 3.0));
    // Ten rows each to fill, and the changes amid which it was killed.
    assert!(row.more["rows"] > 36.0, "{:?}", row.more);
    assert!(row.more["fastestMs"] > 1.0 && row.more["fastestMs"] <= row.more["slowestMs"], "{:?}", row.more);
    assert!(row.more["storeMib"] > 0.0 && row.rss_mib.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_hold_that_a_death_forgets_is_noticed() {
    let violations = run(Fault::ForgetsTheLast, &SMALL).await.unwrap().violations;
    assert!(violations.iter().any(|violation| violation.contains("the map says")), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_server_is_killed() {
    for arguments in [&["restart", "--target", "localhost:1", "--data-dir", "."][..], &["restart", "--null"]]
    {
        let error = format!("{:#}", run(Fault::Nothing, arguments).await.unwrap_err());
        assert!(error.contains("this scenario kills its server"), "{error}");
    }
}
