//! What all clients saw, and what it cost.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::tally::Tally;

/// What all clients saw, over all rounds, and what it cost.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Times of what the scenario counts, in microseconds.
    pub counted: Histogram<u64>,
    /// Times of the requests that go with it.
    pub others: Histogram<u64>,
    /// Times by operation, for scenarios that have several. Each is also in `counted`, or a step of what is.
    pub operations: BTreeMap<&'static str, Histogram<u64>>,
    /// How often the server said something else, by reason.
    pub refused: BTreeMap<String, u64>,
    /// What was due in an open loop and never sent, because every client was busy.
    pub unsent: u64,
    /// How long was measured.
    pub time: Duration,
    /// What it cost; `None` when the server is none of our processes.
    pub cost: Option<Cost>,
    /// The longest that a commit of 4 KiB took meanwhile, where the server keeps its files; `None` when that is not here.
    pub disk: Option<Duration>,
    /// The rate of each round.
    pub rates: Vec<f64>,
    /// How much was counted in each slice of time ([`super::tally::SLICE`]), round after round.
    pub slices: Vec<u32>,
}

/// What a measurement cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// The server's own CPU time.
    pub cpu: Duration,
    /// The CPU time of the database server beside it.
    pub store_cpu: Duration,
    /// This process's CPU time.
    pub client_cpu: Duration,
    /// The CPU time of everybody else on the machine: whoever disturbed us.
    pub foreign_cpu: Duration,
    /// The server's resident memory at the end, in bytes.
    pub rss_bytes: u64,
    /// This process's resident memory at the end, in bytes.
    pub client_rss_bytes: u64,
}

impl Cost {
    /// What was used between two looks.
    #[must_use]
    pub fn between(before: Self, after: Self) -> Self {
        Self {
            cpu: after.cpu.saturating_sub(before.cpu),
            store_cpu: after.store_cpu.saturating_sub(before.store_cpu),
            client_cpu: after.client_cpu.saturating_sub(before.client_cpu),
            foreign_cpu: after.foreign_cpu.saturating_sub(before.foreign_cpu),
            ..after
        }
    }

    fn add(&mut self, other: Self) {
        *self = Self {
            cpu: self.cpu + other.cpu,
            store_cpu: self.store_cpu + other.store_cpu,
            client_cpu: self.client_cpu + other.client_cpu,
            foreign_cpu: self.foreign_cpu + other.foreign_cpu,
            ..other
        };
    }
}

/// An empty histogram of microseconds, with three significant digits.
///
/// # Panics
/// Never: the bounds are constants.
#[must_use]
pub fn histogram() -> Histogram<u64> {
    /// No request takes longer than this without something being broken.
    const LONGEST_US: u64 = 600_000_000;
    Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are in order")
}

impl Measured {
    /// Nothing yet.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            counted: histogram(),
            others: histogram(),
            operations: BTreeMap::new(),
            refused: BTreeMap::new(),
            unsent: 0,
            time: Duration::ZERO,
            cost: None,
            disk: None,
            rates: Vec::new(),
            slices: Vec::new(),
        }
    }

    /// Adds what one client saw in the round that is being measured.
    pub fn take_in(&mut self, tally: Tally) {
        record(&mut self.counted, &tally.counted);
        record(&mut self.others, &tally.others);
        for (name, times) in tally.operations {
            record(self.operations.entry(name).or_insert_with(histogram), &times);
        }
        for (reason, count) in tally.refused {
            *self.refused.entry(reason).or_default() += count;
        }
        self.slices.resize(self.slices.len().max(tally.slices.len()), 0);
        for (sum, count) in self.slices.iter_mut().zip(tally.slices) {
            *sum += count;
        }
    }

    /// Says how long the round took that all clients' tallies are of, and what it cost.
    pub fn end_round(&mut self, time: Duration, cost: Option<Cost>) {
        self.time = time;
        self.cost = cost;
        self.rates.push(self.rate());
    }

    /// Adds another round.
    ///
    /// # Panics
    /// Never: all our histograms have the same bounds.
    pub fn add(&mut self, round: &Self) {
        self.counted.add(&round.counted).expect("the bounds are the same");
        self.others.add(&round.others).expect("the bounds are the same");
        for (name, times) in &round.operations {
            let sum = self.operations.entry(name).or_insert_with(histogram);
            sum.add(times).expect("the bounds are the same");
        }
        for (reason, count) in &round.refused {
            *self.refused.entry(reason.clone()).or_default() += count;
        }
        self.unsent += round.unsent;
        self.time += round.time;
        if let Some(cost) = round.cost {
            self.cost.get_or_insert_default().add(cost);
        }
        self.disk = self.disk.max(round.disk);
        self.rates.extend(&round.rates);
        self.slices.extend(&round.slices);
    }

    /// What the scenario counts, per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.time.is_zero() { 0.0 } else { self.counted.len() as f64 / self.time.as_secs_f64() }
    }

    /// How many requests were answered in time, counted or not.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.counted.len() + self.others.len()
    }
}

fn record(histogram: &mut Histogram<u64>, times: &[u32]) {
    for time in times {
        histogram.saturating_record(u64::from(*time).max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::time::Instant;

    #[test]
    fn rounds_add_up() {
        let round = |times: &[u32], cpu| {
            let mut tally = Tally::new(Instant::now(), Instant::now(), Arc::default());
            tally.counted.extend(times);
            tally.operations.insert("read", times.to_vec());
            let mut measured = Measured::nothing();
            measured.take_in(tally);
            let cost = Cost { cpu: Duration::from_secs(cpu), rss_bytes: cpu, ..Cost::default() };
            measured.end_round(Duration::from_secs(2), Some(cost));
            measured.disk = Some(Duration::from_millis(cpu));
            measured
        };
        let mut sum = Measured::nothing();
        sum.add(&round(&[100; 99], 1));
        sum.add(&round(&[9_000], 2));
        assert_eq!((sum.requests(), sum.rate()), (100, 25.0));
        assert_eq!(sum.rates, [49.5, 0.5]);
        assert_eq!(sum.counted.value_at_quantile(0.5), 100);
        assert_eq!(sum.counted.value_at_quantile(0.99), 100);
        assert!(sum.counted.value_at_quantile(1.0) >= 8_990);
        assert_eq!(sum.operations["read"].len(), 100);
        let cost = sum.cost.unwrap();
        assert_eq!((cost.cpu.as_secs(), cost.rss_bytes), (3, 2));
        assert_eq!(sum.disk, Some(Duration::from_millis(2)));
    }
}
