//! `rush` counts what was sold and refused, and notices when it was not as people were told.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use bench::options::Options;
use bench::report::{Outcome, Row};
use bench::scenario;
use clap::Parser;

use super::stand_in::{self, Fault};

/// One sale of a thousand seats, with three thousand people in a second, beside the limits server.
async fn run(fault: Fault) -> anyhow::Result<Outcome> {
    let directory = testbed::directory()?;
    let aisle = directory.path().join("aisle");
    fs::write(&aisle, "#!/bin/sh\necho token\n")?;
    fs::set_permissions(&aisle, fs::Permissions::from_mode(0o755))?;
    let mut options = Options::parse_from(
        "aisle-bench rush --seconds 1 --warm-up 0 --rounds 1 --connections 8 --crowd 16 --sale-flights 1 \
         --arrivals poisson --rate 3000"
            .split_whitespace(),
    );
    options.target = Some(stand_in::start(fault).await);
    options.data_dir = Some(directory.path().to_owned());
    options.limits = Some(env!("CARGO_BIN_EXE_limits").into());
    options.aisle = aisle;
    Ok(scenario::run(&options).await?.remove(0))
}

fn row<'a>(outcome: &'a Outcome, side: &str) -> &'a Row {
    outcome.rows.iter().find(|row| row.side == side).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_came_got_a_seat_or_was_refused() {
    let outcome = run(Fault::Nothing).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let (sold, refused) = (row(&outcome, "sold"), row(&outcome, "refused"));
    // At its last moment a round may leave out what was answered just then.
    let seats = sold.more["seats"];
    assert!((0.0..=16.0).contains(&(seats - sold.samples as f64)), "{seats} seats, {} timed", sold.samples);
    // The same window, looked at twice: each of the sixteen clients can be caught in between at its end, once.
    let apart = refused.samples.abs_diff(sold.refused["409 seat-taken"]);
    assert!(apart <= 16, "{apart} of {}", refused.samples);
    let came = (sold.samples + refused.samples + sold.unsent) as f64;
    assert!((2_700.0..=3_300.0).contains(&came), "{came} came");
    // Random wishes for one of a thousand seats: so many different ones are among so many.
    let wishes = (sold.samples + refused.samples) as f64;
    let expected = 1_000.0 * (1.0 - (-wishes / 1_000.0).exp());
    assert!((seats - expected).abs() < 60.0, "{seats} seats of {wishes} wishes");
    assert_eq!(row(&outcome, "shed (503)").samples, 0);
    assert_eq!((row(&outcome, "limit").samples > 0, row(&outcome, "probe").samples > 0), (true, true));
    assert_eq!(outcome.ratios[1].value, 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_is_sold_to_two_is_noticed() {
    let violations = run(Fault::SellsTwice).await.unwrap().violations;
    assert!(
        violations.iter().any(|violation| violation.contains("1A: acknowledged to client")),
        "{violations:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_is_acknowledged_and_not_stored_is_noticed() {
    let violations = run(Fault::Forgets).await.unwrap().violations;
    assert!(
        violations.iter().any(|violation| violation.contains("the map says AVAILABLE, it was acknowledged")
            || violation.contains("while client")),
        "{violations:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_503_leaves_in_the_dark_is_counted_and_breaks_no_promise() {
    let outcome = run(Fault::LosesAnswers).await.unwrap();
    assert_eq!(outcome.violations, [""; 0]);
    let sold = row(&outcome, "sold");
    assert_eq!(sold.more["untoldSeats"], sold.refused["503 overloaded"] as f64);
    assert_eq!(row(&outcome, "shed (503)").samples, sold.refused["503 overloaded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_is_no_refusal() {
    let error = run(Fault::RateLimits).await.unwrap_err();
    assert!(format!("{error:#}").contains("429"), "{error:#}");
}
