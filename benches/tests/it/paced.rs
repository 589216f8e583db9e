//! `paced` asks for half of what it found, and tells times in commits only where the disk is ours.

use super::mortal::{Fault, run};

#[tokio::test(flavor = "multi_thread")]
async fn half_of_the_peak_is_what_comes() {
    let outcome = run(Fault::Nothing, &["paced"]).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let [limit, peak, paced] = &outcome.rows[..] else { panic!("{:?}", outcome.rows) };
    for row in [limit, paced] {
        let part = row.rate / peak.rate;
        assert!((0.3..=0.7).contains(&part), "{}: {part} of the peak", row.side);
        assert!(!row.curve.is_empty());
    }
    let [commits, lowest, beside] = &outcome.ratios[..] else { panic!("{:?}", outcome.ratios) };
    assert!(commits.goal.is_some() && lowest.goal.is_none() && beside.goal.is_none());
    let expected = paced.p99_us as f64 / paced.more["commitUs"];
    assert!((commits.value / expected - 1.0).abs() < 1e-9 && commits.rounds.is_some(), "{commits:?}");
}
