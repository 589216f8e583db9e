//! Results are void when a promise was broken.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use bench::options::Options;
use bench::report::Outcome;
use bench::scenario;
use clap::Parser;

use super::stand_in::{self, Fault};

/// Runs one scenario for a second.
pub async fn run(scenario: &str, fault: Fault) -> anyhow::Result<Vec<Outcome>> {
    let directory = testbed::directory()?;
    let aisle = directory.path().join("aisle");
    prints_a_token(&aisle);
    let address = stand_in::start(fault).await;
    let fixed = ["aisle-bench", scenario, "--seconds", "1", "--warm-up", "0", "--connections", "8"];
    let small = ["--flights", "20", "--subscribers", "5", "--changes", "30"];
    let mut options = Options::parse_from(fixed.iter().chain(&small));
    options.target = Some(address);
    options.data_dir = Some(directory.path().to_owned());
    options.limits = Some(env!("CARGO_BIN_EXE_limits").into());
    options.aisle = aisle;
    scenario::run(&options).await
}

fn prints_a_token(program: &Path) {
    fs::write(program, "#!/bin/sh\necho token\n").unwrap();
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The violations of a scenario's only outcome.
pub async fn violations(scenario: &str, fault: Fault) -> Vec<String> {
    let mut outcomes = run(scenario, fault).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0).violations
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_its_promises_gets_its_numbers() {
    let outcomes = run("all", Fault::Nothing).await.unwrap();
    let scenarios: Vec<_> = outcomes.iter().map(|outcome| outcome.scenario.as_str()).collect();
    assert_eq!(scenarios, ["hold-hot", "hold-spread", "read-map", "fanout, 5 subscribers"]);
    for outcome in &outcomes {
        assert_eq!(outcome.violations, [""; 0], "{}", outcome.scenario);
        assert!(outcome.rows.iter().all(|row| row.rate > 0.0 && row.samples > 0 && row.p99_us >= row.p50_us));
        assert!(outcome.rows.iter().all(|row| row.refused.is_empty()), "{:?}", outcome.rows);
        assert!(outcome.ratios.iter().all(|ratio| ratio.value > 0.0));
    }
    let [limit, target] = &outcomes[0].rows[..] else { panic!("{:?}", outcomes[0].rows) };
    assert!(limit.more["slowestSyncOfTheDiskUs"] > 0.0);
    assert!(!target.more.contains_key("slowestSyncOfTheDiskUs"), "somebody else's disk is not here");
}

/// On both sides is the limits server, started afresh.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_subscriber_takes_some_memory_and_as_much_on_either_side() {
    let fixed = ["aisle-bench", "idle", "--null", "--rounds", "1", "--idlers", "1000"];
    let mut options = Options::parse_from(fixed);
    options.limits = Some(env!("CARGO_BIN_EXE_limits").into());
    let outcomes = scenario::run(&options).await.unwrap();
    let values: Vec<_> = outcomes[0].ratios.iter().map(|ratio| ratio.value).collect();
    let [one, other, ratio] = values[..] else { panic!("{values:?}") };
    // A read buffer of 2 KiB and a task are in it, and no snapshot of 60 kB each.
    assert!((2.0..=30.0).contains(&one) && (2.0..=30.0).contains(&other), "{values:?}");
    assert!((0.5..=2.0).contains(&ratio), "{values:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_sale_is_noticed() {
    let violations = violations("hold-hot", Fault::SellsTwice).await;
    assert!(
        violations.iter().any(|violation| violation.contains("1A: acknowledged to client")),
        "{violations:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_hold_that_is_not_stored_is_noticed() {
    let violations = violations("hold-hot", Fault::Forgets).await;
    assert!(
        violations.iter().any(|violation| violation.contains("the map says AVAILABLE")),
        "{violations:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_release_that_is_not_stored_is_noticed() {
    let violations = violations("hold-spread", Fault::ForgetsReleases).await;
    assert!(violations.iter().any(|violation| violation.contains("alone asks for it")), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_breaks_no_promise() {
    let outcomes = run("hold-hot", Fault::LosesAnswers).await.unwrap();
    assert_eq!(outcomes[0].violations, [""; 0]);
    let refused = &outcomes[0].rows[1].refused;
    assert!(refused.keys().any(|reason| reason.starts_with("503")), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_measured_while_a_rate_limit_answers() {
    let error = run("hold-hot", Fault::RateLimits).await.unwrap_err();
    assert!(format!("{error:#}").contains("429"), "{error:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_subscribers_miss_is_noticed() {
    let error = run("fanout", Fault::LeavesGaps).await.unwrap_err();
    assert!(format!("{error:#}").contains("a gap: a frame begins at 7"), "{error:#}");
}
