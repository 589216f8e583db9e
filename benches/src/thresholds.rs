//! What somebody requires of a run, so that their own continuous integration can fail.

mod parse;
mod quantity;

use serde::{Deserialize, Serialize};

use self::quantity::Quantity;
use crate::report::{Outcome, Row, numbers};

/// What `--help` says below the options.
pub const HELP: &str = "\
Thresholds: --require '[SCENARIO:]WHAT<=BOUND', with <=, >=, < or >, or --require goals.
  p50 p90 p95 p99 p99.9 p99.99 max  a time: 5ms, 800us, 1.5s
  rate                              what the scenario counts, a second: 20000
  refused errors unsent             a count or a share: 0, 1%. Errors are refusals with a status of 500 or
                                    more, or no answer at all; unsent is what an open loop could not send
  ratio, ratio(NAME)                the scenario's first ratio, or those with NAME in their name: 0.3
  cpu store-cpu client-cpu          CPU time a request: 40us
  rss                               the server's memory at the end: 500MiB
  spread others                     how far rounds lie apart; the machine's share that went to others: 5%
Each applies to every side that is no reference, in every scenario or in the named one. What was not measured
meets no threshold.

Exit status:
  0  measured, all promises kept, all thresholds met
  1  could not measure
  2  the command line is wrong
  3  a promise was broken: the result is void
  4  a threshold was missed";

/// One `--require`.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// As it was written.
    text: String,
    /// Only in this scenario.
    scenario: Option<String>,
    demand: Demand,
}

#[derive(Debug, Clone, PartialEq)]
enum Demand {
    /// Every stated goal is met.
    Goals,
    /// A number of each side.
    OfSides(Bound<Quantity>),
    /// A ratio, by a part of its name; the first when there is none.
    OfRatio(Option<String>, Bound<()>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bound<T> {
    what: T,
    operator: Operator,
    value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    AtMost,
    AtLeast,
    Below,
    Above,
}

/// What became of a requirement in one place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Verdict {
    /// What was required, as it was written.
    pub require: String,
    /// Of which scenario and side, or which ratio.
    pub place: String,
    /// What was measured.
    pub actual: String,
    /// Whether it is as required.
    pub met: bool,
}

/// Holds every requirement to what was measured. One that applies to nothing is missed: it would else pass for
/// ever once a scenario has another name.
#[must_use]
pub fn check(requirements: &[Requirement], outcomes: &[Outcome]) -> Vec<Verdict> {
    requirements.iter().flat_map(|requirement| requirement.check(outcomes)).collect()
}

impl Requirement {
    fn check(&self, outcomes: &[Outcome]) -> Vec<Verdict> {
        let concerned = outcomes.iter().filter(|outcome| self.concerns(outcome));
        let verdicts: Vec<_> = concerned.flat_map(|outcome| self.check_one(outcome)).collect();
        if verdicts.is_empty() {
            let place = self.scenario.clone().unwrap_or_else(|| "all scenarios".to_owned());
            return vec![self.verdict(place, "there is nothing that it applies to".to_owned(), false)];
        }
        verdicts
    }

    /// `hold-hot` means it on every store, `hold-hot, SQLite` on one.
    fn concerns(&self, outcome: &Outcome) -> bool {
        let Some(name) = &self.scenario else { return true };
        let rest = outcome.scenario.strip_prefix(name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(','))
    }

    fn check_one(&self, outcome: &Outcome) -> Vec<Verdict> {
        match &self.demand {
            Demand::Goals => self.check_goals(outcome),
            Demand::OfRatio(name, bound) => self.check_ratios(outcome, name.as_deref(), bound),
            Demand::OfSides(bound) => {
                let sides = outcome.rows.iter().filter(|row| !row.reference);
                sides.map(|row| self.check_side(outcome, row, bound)).collect()
            }
        }
    }

    fn check_goals(&self, outcome: &Outcome) -> Vec<Verdict> {
        let goals = outcome.ratios.iter().filter_map(|ratio| Some((ratio, ratio.goal?)));
        let verdict = |(ratio, goal): (&crate::report::Ratio, crate::report::Goal)| {
            let place = format!("{}, {}, goal {goal}", outcome.scenario, ratio.what);
            self.verdict(place, numbers::number(ratio.value), goal.is_met(ratio.value))
        };
        goals.map(verdict).collect()
    }

    fn check_ratios(&self, outcome: &Outcome, name: Option<&str>, bound: &Bound<()>) -> Vec<Verdict> {
        let mut ratios: Vec<_> = outcome.ratios.iter().collect();
        match name {
            Some(name) => ratios.retain(|ratio| ratio.what.contains(name)),
            None => ratios.truncate(1),
        }
        let verdict = |ratio: &crate::report::Ratio| {
            let place = format!("{}, {}", outcome.scenario, ratio.what);
            self.verdict(place, numbers::number(ratio.value), bound.is_met(ratio.value))
        };
        ratios.into_iter().map(verdict).collect()
    }

    fn check_side(&self, outcome: &Outcome, row: &Row, bound: &Bound<Quantity>) -> Verdict {
        let place = format!("{}, {}", outcome.scenario, row.side);
        match bound.what.of(row) {
            None => self.verdict(place, "not measured".to_owned(), false),
            Some(value) => self.verdict(place, bound.what.written(value), bound.is_met(value)),
        }
    }

    fn verdict(&self, place: String, actual: String, met: bool) -> Verdict {
        Verdict { require: self.text.clone(), place, actual, met }
    }
}

impl<T> Bound<T> {
    /// What is no number meets nothing.
    fn is_met(&self, value: f64) -> bool {
        match self.operator {
            Operator::AtMost => value <= self.value,
            Operator::AtLeast => value >= self.value,
            Operator::Below => value < self.value,
            Operator::Above => value > self.value,
        }
    }
}

#[cfg(test)]
mod tests;
