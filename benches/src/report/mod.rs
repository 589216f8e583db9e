//! Rates, percentiles, ratios; for people and as JSON.
//!
//! The JSON of `--json` is a [`Report`] as it stands, with names in camelCase. Rates are a second, times
//! microseconds, memory MiB, shares from 0 to 1. Fields may be added; those that are there keep their meaning.
//! A field that is missing reads as empty, so that older reports can still be drawn.

pub mod html;
pub mod numbers;
mod row;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::load::Measured;
use crate::machine::Machine;
use crate::thresholds::Verdict;

/// A whole run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Report {
    /// Where it was measured.
    pub machine: Machine,
    /// How it was called.
    pub command: Vec<String>,
    /// The tool's version.
    pub version: String,
    /// When it began, in UTC: `2026-01-31T12:00:00Z`.
    pub began: String,
    /// What all scenarios have in common.
    pub setting: Setting,
    /// What came out.
    pub outcomes: Vec<Outcome>,
    /// What was required of it, and whether it is so.
    pub required: Vec<Verdict>,
}

/// What all scenarios of a run have in common, unless one of them says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Setting {
    /// How requests come: `closed loop`, or `open loop, poisson, 5000 a second`.
    pub load: String,
    /// How many clients there are.
    pub connections: u32,
    /// In how many rounds each side is measured.
    pub rounds: u32,
    /// How long each side is measured over all rounds, in seconds.
    pub seconds: u32,
    /// How long each round warms up, in seconds.
    pub warm_up: u32,
}

/// What one scenario found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outcome {
    /// Which scenario, and on what store: `hold-hot, SQLite`.
    pub scenario: String,
    /// What its times are.
    pub times: String,
    /// Its sides; the limit first.
    pub rows: Vec<Row>,
    /// What they amount to; what the scenario is about first.
    pub ratios: Vec<Ratio>,
    /// Whether there were promises to be kept: the limits make none.
    pub checked: bool,
    /// Promises that were broken. When there is one, the rest is void.
    pub violations: Vec<String>,
    /// What was left out, and how to read it: whole sentences.
    pub notes: Vec<String>,
}

/// One side of a scenario.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Row {
    /// Which side.
    pub side: String,
    /// Whether it is there for comparison only: the limit, or somebody else's server. Thresholds leave it alone.
    pub reference: bool,
    /// What is counted.
    pub unit: String,
    /// How many a second.
    pub rate: f64,
    /// How many times stand behind the percentiles.
    pub samples: u64,
    /// The median time, in microseconds.
    pub p50_us: u64,
    /// The 99th percentile, in microseconds.
    pub p99_us: u64,
    /// The server's CPU time for each request or frame, in microseconds; `None` when it is not our process.
    pub cpu_us: Option<f64>,
    /// The database server's CPU time for each request, in microseconds; `None` when there is none.
    pub store_cpu_us: Option<f64>,
    /// How much of the machine somebody else used meanwhile, from 0 to 1.
    pub others: Option<f64>,
    /// The server's resident memory at the end, in MiB.
    pub rss_mib: Option<f64>,
    /// The client's CPU time for each request, in microseconds.
    pub client_cpu_us: Option<f64>,
    /// The client's resident memory at the end, in MiB.
    pub client_rss_mib: Option<f64>,
    /// How often the server said something else, by reason: a status and its problem's code, or `no answer`.
    pub refused: BTreeMap<String, u64>,
    /// What was due in an open loop and never sent, because every client was busy.
    pub unsent: u64,
    /// The rate of each round: how far they lie apart is the noise.
    pub rates: Vec<f64>,
    /// Times by quantile, from 0 to 1, in microseconds: the latency curve. Empty when nothing was timed.
    pub curve: Vec<(f64, u64)>,
    /// Rates in slices of 100 ms, round after round: throughput over time.
    pub timeline: Vec<f64>,
    /// Median and 99th percentile of each operation, and how many there were.
    pub operations: BTreeMap<String, Operation>,
    /// What only this scenario has to say. A name ends with its unit.
    pub more: BTreeMap<String, f64>,
}

/// One of several operations of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// How many were carried out.
    pub count: u64,
    /// The median time, in microseconds.
    pub p50_us: u64,
    /// The 99th percentile, in microseconds.
    pub p99_us: u64,
}

/// A number that does not depend on the machine as much as others do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ratio {
    /// What is divided by what.
    pub what: String,
    /// The quotient.
    pub value: f64,
    /// The lowest and the highest quotient of a single round, where rounds have one: the noise.
    pub rounds: Option<(f64, f64)>,
    /// What it should be.
    pub goal: Option<Goal>,
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Ratio {
    /// Divides `one` by `other`.
    #[must_use]
    pub fn of(what: &str, one: f64, other: f64) -> Self {
        Self { what: what.to_owned(), value: quotient(one, other), rounds: None, goal: None }
    }

    /// Divides the rate of `one` by that of `other`, as a whole and round by round.
    #[must_use]
    pub fn of_rates(what: &str, one: &Measured, other: &Measured) -> Self {
        let rounds = || one.rates.iter().zip(&other.rates).map(|(one, other)| quotient(*one, *other));
        let lowest = rounds().min_by(f64::total_cmp);
        let highest = rounds().max_by(f64::total_cmp);
        Self { rounds: lowest.zip(highest), ..Self::of(what, one.rate(), other.rate()) }
    }

    /// Says what it should be.
    #[must_use]
    pub fn with_goal(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }
}

/// Nothing divided by nothing is nothing: no measurement should end as NaN, which JSON cannot say.
pub(crate) fn quotient(one: f64, other: f64) -> f64 {
    if other == 0.0 { 0.0 } else { one / other }
}

/// Bytes as MiB.
#[must_use]
pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

impl Goal {
    /// The highest or lowest that is as it should be.
    #[must_use]
    pub fn bound(self) -> f64 {
        let (Self::AtLeast(bound) | Self::AtMost(bound)) = self;
        bound
    }

    /// In signs: `≥ 0.7`.
    #[must_use]
    pub fn written(self) -> String {
        let sign = match self {
            Self::AtLeast(_) => '≥',
            Self::AtMost(_) => '≤',
        };
        format!("{sign} {}", self.bound())
    }

    /// Whether a ratio is as it should be.
    #[must_use]
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(goal) => value >= goal,
            Self::AtMost(goal) => value <= goal,
        }
    }
}

impl Row {
    /// The time at a quantile of the latency curve, in microseconds; `None` when nothing was timed, or the
    /// curve has no such point.
    #[must_use]
    pub fn time(&self, quantile: f64) -> Option<f64> {
        self.curve.iter().find(|(at, _)| *at == quantile).map(|(_, us)| *us as f64)
    }

    /// The same, but `None` too where no time lies beyond the quantile: it would say no more than the longest.
    #[must_use]
    pub fn backed_time(&self, quantile: f64) -> Option<f64> {
        self.time(quantile).filter(|_| quantile == 1.0 || self.backs(quantile))
    }

    /// Whether at least one time lies beyond a quantile.
    #[must_use]
    pub fn backs(&self, quantile: f64) -> bool {
        self.samples as f64 * (1.0 - quantile) >= 1.0 - 1e-9
    }

    /// How many answers were other than wanted.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }
}

impl Outcome {
    /// Whether a promise was broken: then no number counts, and no goal is met.
    #[must_use]
    pub fn is_void(&self) -> bool {
        !self.violations.is_empty()
    }

    /// What its sides count, each unit once.
    #[must_use]
    pub fn units(&self) -> String {
        let mut units: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !units.contains(&row.unit.as_str()) {
                units.push(&row.unit);
            }
        }
        units.join(", ")
    }
}

impl Report {
    /// Whether every promise was kept.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.outcomes.iter().any(Outcome::is_void)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_ratio_divides_and_knows_its_goal() {
        let ratio = Ratio::of("a / b", 30.0, 40.0).with_goal(Goal::AtLeast(0.7));
        assert_eq!(ratio.value, 0.75);
        assert!(Goal::AtLeast(0.75).is_met(0.75) && !Goal::AtLeast(0.76).is_met(0.75));
        assert!(Goal::AtMost(0.75).is_met(0.75) && !Goal::AtMost(0.74).is_met(0.75));
        assert_eq!(Ratio::of("a / nothing", 1.0, 0.0).value, 0.0);
    }

    #[test]
    fn a_ratio_of_rates_tells_how_far_its_rounds_lie_apart() {
        let measured = |rates: &[f64]| {
            let mut measured = Measured::nothing();
            measured.counted.record_n(1, rates.iter().sum::<f64>() as u64).unwrap();
            measured.time = Duration::from_secs(rates.len() as u64);
            measured.rates.extend(rates);
            measured
        };
        let ratio = Ratio::of_rates("a / b", &measured(&[50.0, 30.0]), &measured(&[50.0, 50.0]));
        assert_eq!((ratio.value, ratio.rounds), (0.8, Some((0.6, 1.0))));
        let text = ratio.with_goal(Goal::AtLeast(0.9)).to_string();
        assert!(text.ends_with("0.800  (rounds 0.600 to 1.000)  goal >= 0.9, missed"), "{text}");
    }

    #[test]
    fn a_violation_makes_a_result_void() {
        let violations = vec!["B6-1 1D: acknowledged twice".to_owned()];
        let outcome = Outcome { violations, ..Outcome::default() };
        let report = Report { outcomes: vec![outcome], ..Report::default() };
        assert!(!report.is_valid());
        assert!(report.text().contains("VOID: B6-1 1D: acknowledged twice"));
    }
}
