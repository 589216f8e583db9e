//! What is left to chance, the same in each run: operations, flights, customers, seats.

use crate::load::arrivals;

/// How skewed the choice of hot flights is: the exponent of Zipf's law.
pub const ZIPF_EXPONENT: f64 = 0.99;

/// A sequence of numbers that look random.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        // Far apart, so that no two sequences overlap for long.
        Self(number.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    /// The next number from 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        arrivals::unit(&mut self.0)
    }

    /// The next number from 0 to below `bound`, which is above zero.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.unit() * bound as f64) as usize).min(bound - 1)
    }

    /// Whether something comes true that does so in `percent` of 100 cases.
    pub fn comes_true(&mut self, percent: u32) -> bool {
        self.unit() * 100.0 < f64::from(percent)
    }
}

/// A choice among things that differ in weight.
#[derive(Debug, Clone)]
pub struct Weighted {
    /// The weight of each thing and all before it.
    sums: Vec<f64>,
}

impl Weighted {
    /// A choice among as many things as there are weights. At least one is above zero, none below.
    #[must_use]
    pub fn of(weights: impl IntoIterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums = weights.into_iter().map(|weight| {
            sum += weight;
            sum
        });
        Self { sums: sums.collect() }
    }

    /// A choice among `count` things, the n-th of which weighs `1 / n^`[`ZIPF_EXPONENT`].
    #[must_use]
    pub fn zipf(count: usize) -> Self {
        Self::of((1..=count).map(|rank| (rank as f64).powf(-ZIPF_EXPONENT)))
    }

    /// A choice among `count` things that weigh the same.
    #[must_use]
    pub fn even(count: usize) -> Self {
        Self::of((0..count).map(|_| 1.0))
    }

    /// The number of the next thing, from 0.
    pub fn pick(&self, random: &mut Random) -> usize {
        let whole = self.sums.last().copied().unwrap_or_default();
        let at = random.unit() * whole;
        self.sums.partition_point(|sum| *sum <= at).min(self.sums.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 1_000_000;

    fn counts(choice: &Weighted, things: usize) -> Vec<f64> {
        let mut random = Random::new(1);
        let mut counts = vec![0.0; things];
        (0..DRAWS).for_each(|_| counts[choice.pick(&mut random)] += 1.0);
        counts
    }

    #[test]
    fn hot_flights_are_as_skewed_as_the_formula_says() {
        let harmonic: f64 = (1..=100).map(|rank| f64::from(rank).powf(-0.99)).sum();
        let counts = counts(&Weighted::zipf(100), 100);
        for (rank, count) in (1..=100).zip(counts) {
            let expected = f64::from(rank).powf(-0.99) / harmonic * DRAWS as f64;
            // Five standard deviations of a count.
            assert!((count - expected).abs() < 5.0 * expected.sqrt(), "{rank}: {count} of {expected}");
        }
    }

    #[test]
    fn an_even_choice_is_even() {
        for count in counts(&Weighted::even(10), 10) {
            assert!((count - DRAWS as f64 / 10.0).abs() < 1_500.0, "{count}");
        }
    }

    #[test]
    fn what_weighs_nothing_is_never_chosen() {
        let choice = Weighted::of([0.0, 3.0, 0.0, 1.0, 0.0]);
        let counts = counts(&choice, 5);
        assert_eq!((counts[0], counts[2], counts[4]), (0.0, 0.0, 0.0));
        // Five standard deviations, a three quarters' and a quarter's alike.
        assert!((counts[1] - 0.75 * DRAWS as f64).abs() < 2_200.0, "{counts:?}");
    }

    #[test]
    fn bounds_and_chances_are_kept() {
        let mut random = Random::new(7);
        assert!((0..DRAWS).all(|_| random.below(3) < 3));
        let came_true = (0..DRAWS).filter(|_| random.comes_true(10)).count() as f64;
        assert!((came_true / DRAWS as f64 - 0.1).abs() < 0.002, "{came_true}");
    }
}
