//! A side's row, from what its clients saw.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use super::{Operation, Row, mib, quotient};
use crate::load::Measured;
use crate::load::tally::SLICE;
use crate::machine;

/// The quantiles of a latency curve.
const CURVE: [f64; 15] =
    [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1.0];

impl Row {
    /// A row from what the closed loop saw.
    #[must_use]
    pub fn of(side: &str, unit: &str, measured: &Measured) -> Self {
        let requests = measured.requests();
        let each = |time: std::time::Duration| quotient(time.as_secs_f64() * 1e6, requests as f64);
        let cost = measured.cost;
        let mut more = BTreeMap::new();
        if !measured.others.is_empty() {
            more.insert("releaseP50Us".to_owned(), measured.others.value_at_quantile(0.5) as f64);
            more.insert("releaseP99Us".to_owned(), measured.others.value_at_quantile(0.99) as f64);
        }
        if let Some(disk) = measured.disk {
            more.insert("slowestSyncOfTheDiskUs".to_owned(), disk.as_secs_f64() * 1e6);
        }
        Self {
            side: side.to_owned(),
            reference: false,
            unit: unit.to_owned(),
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
                .map(|(name, times)| ((*name).to_owned(), Operation::of(times)))
                .collect(),
            more,
        }
    }

    /// Says that it is there for comparison only.
    #[must_use]
    pub fn as_reference(self) -> Self {
        Self { reference: true, ..self }
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

/// The CPU time that the machine had during a measurement, in seconds.
fn available(measured: &Measured) -> f64 {
    measured.time.as_secs_f64() * machine::cores() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

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
}
