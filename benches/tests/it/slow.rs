//! `slow` slows its server, counts what was shed, and notices what was forgotten.

use super::mortal::{Fault, run};

const SMALL: [&str; 3] = ["slow", "--crowd", "16"];

#[tokio::test(flavor = "multi_thread")]
async fn the_store_is_slow_and_far_more_is_due() {
    let outcome = run(Fault::Nothing, &SMALL).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let [peak, overload] = &outcome.rows[..] else { panic!("{:?}", outcome.rows) };
    assert!(peak.p50_us >= 20_000 && peak.more["clients"] >= 1.0, "{peak:?}");
    assert!(overload.rate > 0.0 && overload.more["duePerSecond"] > peak.rate, "{overload:?}");
    assert_eq!(overload.more["shedPerSecond"], 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shed_is_counted_and_breaks_no_promise() {
    let outcome = run(Fault::Sheds, &SMALL).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let row = &outcome.rows[1];
    assert!(row.more["shedPerSecond"] > 0.0 && row.refused["503 overloaded"] > 0, "{row:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_is_not_stored_is_noticed() {
    let violations = run(Fault::Forgets, &SMALL).await.unwrap().violations;
    assert!(
        violations.iter().any(|violation| violation.contains("the map says AVAILABLE")),
        "{violations:?}"
    );
}
