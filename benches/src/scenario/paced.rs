//! `paced`: how long a durable hold takes at half of what the server can carry.
//!
//! First a closed loop finds the peak on one departure, as in `hold-hot`. Then holds are due at half of it, in an open
//! loop with Poisson arrivals, and each time counts from the moment it was due. The goal counts in commits: the time
//! of a synced 4 KiB write on the same disk, measured in each round right before, while the server is idle.
//! The limits server gets the same arrivals in turns: what client, kernel and HTTP take by themselves, on cores
//! that they share, is the lowest that could be seen here.

use super::closing;
use super::holder::Side;
use super::stage::Stage;
use crate::load::Measured;
use crate::load::arrivals::Arrivals;
use crate::machine::Machine;
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Running, StoreKind};

const UNIT: &str = "holds/s";
/// Which part of the peak is due.
const PART: f64 = 0.5;

/// What the open loops were held to.
#[derive(Default)]
struct Paces {
    /// The time of a commit before each round, in microseconds.
    commits_us: Vec<f64>,
    /// The 99th percentile of the product in each round, in microseconds.
    p99s_us: Vec<f64>,
}

/// Finds the peak, then paces both sides.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    let name = match store {
        StoreKind::Sqlite => "paced, SQLite",
        StoreKind::Postgres => "paced, PostgreSQL",
    };
    let mut stage = Stage::set(options, store, 1).await?;
    let limits = Running::limits(options, &[("hold-bytes", stage.hold_bytes().await?)]).await?;
    let tokens = stage.product.agents(options.connections)?;
    let mut limit = Side::new("limit", &limits, stage.flights.clone(), &tokens);
    let mut paced = Side::new("half the peak", &stage.product.server, stage.flights.clone(), &tokens);
    let closed = Options { arrivals: None, rate: None, ..options.clone() };
    paced.round(&format!("{name}, peak"), &closed).await?;
    let peak = std::mem::replace(&mut paced.measured, Measured::nothing());
    let open = at_half(options, &peak);
    let disk = testbed::directory()?;
    let mut paces = Paces::default();
    for _ in 0..options.rounds {
        limit.round(name, &open).await?;
        paces.commits_us.push(Machine::look(disk.path())?.commit_us as f64);
        let before = std::mem::replace(&mut paced.measured, Measured::nothing());
        paced.round(name, &open).await?;
        paces.p99s_us.push(paced.measured.counted.value_at_quantile(0.99) as f64);
        let round = std::mem::replace(&mut paced.measured, before);
        paced.measured.add(&round);
    }
    let checked = stage.product.is_real();
    if checked {
        progress::say("checking the promises");
        closing::check(&mut stage.door, &mut paced).await?;
    }
    let mut rows = vec![
        Row::of(limit.name, UNIT, &limit.measured).as_reference(),
        Row::of("peak, closed", UNIT, &peak).as_reference(),
        Row::of(paced.name, UNIT, &paced.measured),
    ];
    rows[2].more.insert("commitUs".to_owned(), paces.commit_us());
    let (ratios, notes) = told(options, checked, &paces, &rows);
    let mut violations = paced.ledger.violations();
    violations.extend(stage.end().await);
    let (scenario, times) = (name.to_owned(), "due to 201".to_owned());
    Ok(Outcome { scenario, times, rows, ratios, checked, violations, notes })
}

/// The same options with an open loop at half of this peak, or at the rate that the caller wants.
fn at_half(options: &Options, peak: &Measured) -> Options {
    let half = (peak.rate() * PART).max(1.0) as u32;
    let arrivals = Some(options.arrivals.unwrap_or(Arrivals::Poisson));
    Options { arrivals, rate: Some(options.rate.unwrap_or(half)), ..options.clone() }
}

fn told(options: &Options, is_real: bool, paces: &Paces, rows: &[Row]) -> (Vec<Ratio>, Vec<String>) {
    let [limit, _, paced] = rows else { return (Vec::new(), Vec::new()) };
    let beside = Ratio::of("p99, half the peak / limit", paced.p99_us as f64, limit.p99_us as f64);
    if options.target.is_some() {
        let note = "The disk of the target is not ours to measure, so its times are not told in commits.";
        return (vec![beside], vec![note.to_owned()]);
    }
    let mut commits = Ratio::of("p99 / time of a commit", paced.p99_us as f64, paces.commit_us());
    commits.rounds = paces.rounds();
    if is_real {
        commits = commits.with_goal(Goal::AtMost(3.0));
    }
    let lowest = Ratio::of("p99 of the limit / commit", limit.p99_us as f64, paces.commit_us());
    (vec![commits, lowest, beside], Vec::new())
}

impl Paces {
    /// The median over all rounds.
    fn commit_us(&self) -> f64 {
        let mut sorted = self.commits_us.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    /// The lowest and the highest of the rounds, each by the commit that was measured right before it.
    fn rounds(&self) -> Option<(f64, f64)> {
        let parts = || self.p99s_us.iter().zip(&self.commits_us).map(|(p99, commit)| p99 / commit.max(1.0));
        parts().min_by(f64::total_cmp).zip(parts().max_by(f64::total_cmp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Load;
    use clap::Parser;
    use std::time::Duration;

    fn options(arguments: &[&str]) -> Options {
        Options::parse_from(["aisle-bench", "paced"].into_iter().chain(arguments.iter().copied()))
    }

    fn peak() -> Measured {
        let mut peak = Measured::nothing();
        peak.counted.record_n(1, 8_000).unwrap();
        peak.time = Duration::from_secs(2);
        peak
    }

    #[test]
    fn half_of_the_peak_is_due_unless_somebody_says_more() {
        let half = at_half(&options(&[]), &peak());
        assert_eq!(half.load(), Load::Open { arrivals: Arrivals::Poisson, rate: 2_000.0 });
        let own = at_half(&options(&["--arrivals", "constant", "--rate", "70"]), &peak());
        assert_eq!(own.load(), Load::Open { arrivals: Arrivals::Constant, rate: 70.0 });
    }

    #[test]
    fn times_are_told_in_commits_of_their_own_round() {
        let paces = Paces { commits_us: vec![100.0, 200.0, 400.0], p99s_us: vec![300.0, 400.0, 400.0] };
        assert_eq!((paces.commit_us(), paces.rounds()), (200.0, Some((1.0, 3.0))));
        let row = |p99_us| Row { p99_us, ..Row::default() };
        let rows = [row(300), row(0), row(600)];
        let (ratios, _) = told(&options(&[]), true, &paces, &rows);
        let values: Vec<_> = ratios.iter().map(|ratio| ratio.value).collect();
        assert_eq!((values, ratios[0].goal), (vec![3.0, 1.5, 2.0], Some(Goal::AtMost(3.0))));
        let (ratios, notes) =
            told(&options(&["--target", "localhost:1", "--data-dir", "."]), true, &paces, &rows);
        assert_eq!((ratios.len(), notes.len()), (1, 1));
    }
}
