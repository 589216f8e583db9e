//! From which airport departures leave.
//!
//! The real week in `data/schedule.csv` leaves from New York only, so its airports are taken from the other end:
//! each as often as it is flown to. There Atlanta has 5.1 %; in SEATS it has 6.4 % of all departures, and so it has
//! here.

use std::collections::BTreeMap;

use super::draw::{Random, Weighted};

const WEEK: &str = include_str!("../../../../data/schedule.csv");
/// Which column names where a departure lands.
const DESTINATION: usize = 4;
const ATLANTA: &str = "ATL";
/// Atlanta's part of all departures.
const ATLANTA_SHARE: f64 = 0.064;

/// Airports, and how many departures each has.
#[derive(Debug)]
pub struct Airports {
    codes: Vec<&'static str>,
    weighted: Weighted,
}

impl Airports {
    /// Those of the real week.
    #[must_use]
    pub fn of_the_week() -> Self {
        let mut counts = BTreeMap::new();
        for code in WEEK.lines().skip(1).filter_map(|line| line.split(',').nth(DESTINATION)) {
            *counts.entry(code).or_insert(0.0) += 1.0;
        }
        let others: f64 = counts.iter().filter(|(code, _)| **code != ATLANTA).map(|(_, count)| count).sum();
        counts.insert(ATLANTA, others * ATLANTA_SHARE / (1.0 - ATLANTA_SHARE));
        let (codes, counts): (Vec<_>, Vec<_>) = counts.into_iter().unzip();
        Self { codes, weighted: Weighted::of(counts) }
    }

    /// One airport and another.
    pub fn route(&self, random: &mut Random) -> (&'static str, &'static str) {
        let origin = self.weighted.pick(random);
        loop {
            let destination = self.weighted.pick(random);
            if destination != origin {
                return (self.codes[origin], self.codes[destination]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atlanta_has_its_part_and_the_others_are_as_unequal_as_in_the_week() {
        const DRAWS: usize = 200_000;
        let airports = Airports::of_the_week();
        assert_eq!(airports.codes.len(), 91);
        let mut random = Random::new(5);
        let mut counts = BTreeMap::new();
        for _ in 0..DRAWS {
            let (origin, destination) = airports.route(&mut random);
            assert_ne!(origin, destination);
            *counts.entry(origin).or_insert(0.0) += 100.0 / DRAWS as f64;
        }
        assert!((counts[ATLANTA] - 6.4_f64).abs() < 0.2, "{}", counts[ATLANTA]);
        // 360 of the 6,411 departures of the week that land elsewhere than in Atlanta, out of the other 93.6 %.
        assert!((counts["ORD"] - 5.26_f64).abs() < 0.2, "{}", counts["ORD"]);
    }
}
