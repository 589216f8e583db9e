//! How late holds lapse.

use std::collections::BTreeMap;

use serde::Serialize;

/// Digits that are kept of a lateness, so that the counts stay few however many lapses there are.
const DIGITS_MAX: u64 = 1_000;

/// The lateness of lapses: the time of the row less the deadline.
#[derive(Debug, Clone, Default)]
pub struct Lateness {
    /// How many lapses were so many milliseconds late, to three digits.
    counts: BTreeMap<u64, u64>,
    lapses: u64,
    max_ms: u64,
}

/// What is told of it, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LatenessReport {
    /// Lapses that were not early.
    pub lapses: u64,
    /// Half of them were no later than this; three digits.
    pub p50_ms: u64,
    /// 99 of 100 were no later than this; three digits.
    pub p99_ms: u64,
    /// The latest one, exactly.
    pub max_ms: u64,
}

impl Lateness {
    /// One more lapse.
    pub fn add(&mut self, late_ms: u64) {
        *self.counts.entry(rounded(late_ms)).or_default() += 1;
        self.lapses += 1;
        self.max_ms = self.max_ms.max(late_ms);
    }

    /// What is told of it.
    pub fn report(&self) -> LatenessReport {
        LatenessReport {
            lapses: self.lapses,
            p50_ms: self.percentile(50),
            p99_ms: self.percentile(99),
            max_ms: self.max_ms,
        }
    }

    fn percentile(&self, percent: u64) -> u64 {
        let rank = (self.lapses * percent).div_ceil(100);
        let mut seen = 0;
        let reached = self.counts.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        });
        reached.map_or(0, |(late_ms, _)| *late_ms)
    }
}

fn rounded(late_ms: u64) -> u64 {
    let mut step = 1;
    while late_ms / step >= DIGITS_MAX {
        step *= 10;
    }
    late_ms / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_list_to_three_digits() {
        let mut lateness = Lateness::default();
        (1..=100).for_each(|late_ms| lateness.add(late_ms));
        let told = lateness.report();
        assert_eq!((told.lapses, told.p50_ms, told.p99_ms, told.max_ms), (100, 50, 99, 100));
        lateness.add(1_234_567);
        assert_eq!(lateness.report().max_ms, 1_234_567);
        assert_eq!(rounded(1_234_567), 1_230_000);
    }

    #[test]
    fn without_a_lapse_nothing_is_late() {
        assert_eq!(Lateness::default().report(), LatenessReport::default());
    }
}
