//! Rates, percentiles, ratios; for people and as JSON.

mod table;

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::load::Measured;
use crate::load::tally::SLICE;
use crate::machine::{self, Machine};

/// A whole run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where it was measured.
    pub machine: Machine,
    /// How it was called.
    pub command: Vec<String>,
    /// What came out.
    pub outcomes: Vec<Outcome>,
}

/// What one scenario found.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// Which scenario, and on what store.
    pub scenario: String,
    /// What its times are.
    pub times: &'static str,
    /// Its sides; the limit first.
    pub rows: Vec<Row>,
    /// What they amount to.
    pub ratios: Vec<Ratio>,
    /// Whether there were promises to be kept: the limits make none.
    pub checked: bool,
    /// Promises that were broken. When there is one, the rest is void.
    pub violations: Vec<String>,
}

/// One side of a scenario.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Which side.
    pub side: String,
    /// What is counted.
    pub unit: &'static str,
    /// How many a second.
    pub rate: f64,
    /// How many times stand behind the percentiles.
    pub samples: u64,
    /// The median time, in microseconds.
    pub p50_us: u64,
    /// The 99th percentile, in microseconds.
    pub p99_us: u64,
    /// The server's CPU time for each request or frame, in microseconds.
    pub cpu_us: Option<f64>,
    /// The database server's CPU time for each request, in microseconds.
    pub store_cpu_us: Option<f64>,
    /// How much of the machine somebody else used meanwhile, from 0 to 1.
    pub others: Option<f64>,
    /// The server's resident memory at the end, in MiB.
    pub rss_mib: Option<f64>,
    /// The client's CPU time for each request, in microseconds.
    pub client_cpu_us: Option<f64>,
    /// The client's resident memory at the end, in MiB.
    pub client_rss_mib: Option<f64>,
    /// How often the server said something else, by reason.
    pub refused: BTreeMap<String, u64>,
    /// What was due in an open loop and never sent, because every client was busy.
    pub unsent: u64,
    /// The rate of each round: how far they lie apart is the noise.
    pub rates: Vec<f64>,
    /// Times by quantile, in microseconds: the latency curve.
    pub curve: Vec<(f64, u64)>,
    /// Rates in slices of 100 ms, round after round: throughput over time.
    pub timeline: Vec<f64>,
    /// Median and 99th percentile of each operation, in microseconds, and how many there were.
    pub operations: BTreeMap<&'static str, Operation>,
    /// What only this scenario has to say.
    pub more: BTreeMap<&'static str, f64>,
}

/// One of several operations of a scenario.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// How many were carried out.
    pub count: u64,
    /// The median time, in microseconds.
    pub p50_us: u64,
    /// The 99th percentile, in microseconds.
    pub p99_us: u64,
}

/// The quantiles of a latency curve.
const CURVE: [f64; 15] =
    [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1.0];

/// A number that does not depend on the machine as much as others do.
#[derive(Debug, Clone, Serialize)]
pub struct Ratio {
    /// What is divided by what.
    pub what: &'static str,
    /// The quotient.
    pub value: f64,
    /// The lowest and the highest quotient of a single round, where rounds have one: the noise.
    pub rounds: Option<(f64, f64)>,
    /// What it should be.
    pub goal: Option<Goal>,
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Row {
    /// A row from what the closed loop saw.
    #[must_use]
    pub fn of(side: &str, unit: &'static str, measured: &Measured) -> Self {
        let requests = measured.requests();
        let each = |time: std::time::Duration| quotient(time.as_secs_f64() * 1e6, requests as f64);
        let cost = measured.cost;
        let mut more = BTreeMap::new();
        if !measured.others.is_empty() {
            more.insert("releaseP50Us", measured.others.value_at_quantile(0.5) as f64);
            more.insert("releaseP99Us", measured.others.value_at_quantile(0.99) as f64);
        }
        Self {
            side: side.to_owned(),
            unit,
            rate: measured.rate(),
            samples: measured.counted.len(),
            p50_us: measured.counted.value_at_quantile(0.5),
            p99_us: measured.counted.value_at_quantile(0.99),
            cpu_us: cost.map(|cost| each(cost.cpu)),
            store_cpu_us: cost.map(|cost| each(cost.store_cpu)).filter(|cpu| *cpu > 0.0),
            others: cost
                .map(|cost| cost.foreign_cpu.as_secs_f64())
                .map(|cpu| quotient(cpu, available(measured))),
            rss_mib: cost.map(|cost| mib(cost.rss_bytes)),
            client_cpu_us: cost.map(|cost| each(cost.client_cpu)),
            client_rss_mib: cost.map(|cost| mib(cost.client_rss_bytes)),
            refused: measured.refused.clone(),
            unsent: measured.unsent,
            rates: measured.rates.clone(),
            curve: curve(&measured.counted),
            timeline: timeline(&measured.slices),
            operations: measured
                .operations
                .iter()
                .map(|(name, times)| (*name, Operation::of(times)))
                .collect(),
            more,
        }
    }
}

impl Operation {
    fn of(times: &Histogram<u64>) -> Self {
        let at = |quantile| times.value_at_quantile(quantile);
        Self { count: times.len(), p50_us: at(0.5), p99_us: at(0.99) }
    }
}

/// Nothing when there are no times: a curve of zeros would be a claim.
fn curve(times: &Histogram<u64>) -> Vec<(f64, u64)> {
    let at = |quantile| (quantile, times.value_at_quantile(quantile));
    if times.is_empty() { Vec::new() } else { CURVE.into_iter().map(at).collect() }
}

fn timeline(slices: &[u32]) -> Vec<f64> {
    slices.iter().map(|count| f64::from(*count) / SLICE.as_secs_f64()).collect()
}

impl Ratio {
    /// Divides `one` by `other`.
    #[must_use]
    pub fn of(what: &'static str, one: f64, other: f64) -> Self {
        Self { what, value: quotient(one, other), rounds: None, goal: None }
    }

    /// Divides the rate of `one` by that of `other`, as a whole and round by round.
    #[must_use]
    pub fn of_rates(what: &'static str, one: &Measured, other: &Measured) -> Self {
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

/// The CPU time that the machine had during a measurement, in seconds.
fn available(measured: &Measured) -> f64 {
    measured.time.as_secs_f64() * machine::cores() as f64
}

/// Nothing divided by nothing is nothing: no measurement should end as NaN, which JSON cannot say.
fn quotient(one: f64, other: f64) -> f64 {
    if other == 0.0 { 0.0 } else { one / other }
}

/// Bytes as MiB.
#[must_use]
pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

impl Goal {
    /// Whether a ratio is as it should be.
    #[must_use]
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(goal) => value >= goal,
            Self::AtMost(goal) => value <= goal,
        }
    }
}

impl Report {
    /// Whether every promise was kept.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.violations.is_empty())
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
    fn a_row_tells_percentiles_and_the_cost_of_each_request() {
        let mut measured = Measured::nothing();
        measured.time = Duration::from_secs(2);
        for time in 1..=100 {
            measured.counted.record(time * 10).unwrap();
            measured.others.record(5).unwrap();
        }
        measured.cost = Some(crate::load::Cost { cpu: Duration::from_millis(4), ..Default::default() });
        let row = Row::of("side", "holds/s", &measured);
        assert_eq!((row.rate, row.samples, row.p50_us, row.p99_us), (50.0, 100, 500, 990));
        assert_eq!((row.cpu_us, row.store_cpu_us), (Some(20.0), None));
        assert_eq!(row.more["releaseP99Us"], 5.0);
    }

    #[test]
    fn a_violation_makes_a_result_void() {
        let violations = vec!["B6-1 1D: acknowledged twice".to_owned()];
        let outcome = Outcome {
            scenario: "s".to_owned(),
            times: "t",
            rows: vec![],
            ratios: vec![],
            checked: true,
            violations,
        };
        let machine = Machine {
            cores: 2,
            cpu: "c".to_owned(),
            kernel: "k".to_owned(),
            load_before: "0".to_owned(),
            commit_us: 900,
        };
        let report = Report { machine, command: Vec::new(), outcomes: vec![outcome] };
        assert!(!report.is_valid());
        assert!(report.text().contains("VOID: B6-1 1D: acknowledged twice"));
    }
}
