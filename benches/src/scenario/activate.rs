//! `activate`: the first request to a sleeping departure, beside the same to one that is awake.
//!
//! The server is killed and started again on the same store, so that every departure sleeps and none of the
//! server's caches is warm; the file cache of the system is. Then one client visits each departure: a hold, its
//! release, and both once more. The first hold passes the journal's barrier, is loaded (snapshot and the rows after it) and
//! then committed; the second is only committed. So their difference is what waking costs, the barrier *included*:
//! an upper bound of the goal, which leaves the barrier out. One request is under way at a time, so nothing queues.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::fill;
use super::stage::Stage;
use crate::contract::{self, SEATS};
use crate::load::measured::histogram;
use crate::load::{Measured, Tally};
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Start, StoreKind};

const NAME: &str = "activate";
/// What waking a departure of 1,000 rows may take, in microseconds.
const GOAL_US: f64 = 2_000.0;
/// Departures that are woken before the first that counts: the first requests of a process pay for more than
/// themselves.
const WARM_UPS: usize = 20;
/// So long no request takes: an hour.
const LONG: Duration = Duration::from_secs(3_600);

/// The first and the second visit of every departure, and what the first took longer.
struct Visits {
    asleep: Measured,
    awake: Measured,
    /// In microseconds, one for each departure and round.
    longer: Histogram<u64>,
    /// The median of each round.
    medians: Vec<f64>,
}

/// Fills the store, and wakes all departures in each round.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    Start::require_our_own(options, "lets departures fall asleep")?;
    let start = Start { bare: true, ..Start::default() };
    let count = options.store_flights + u32::try_from(WARM_UPS)?;
    let mut stage = fill::set_stage(options, store, &start, count).await?;
    let tokens = stage.product.agents(options.connections)?;
    let rows = fill::fill(&mut stage, &tokens, options.store_rows).await?;
    let mut visits = Visits {
        asleep: Measured::nothing(),
        awake: Measured::nothing(),
        longer: histogram(),
        medians: Vec::new(),
    };
    let mut violations = Vec::new();
    for round in 0..options.rounds {
        progress::say(&format!("{NAME}: round {} of {}", round + 1, options.rounds));
        let before = fill::versions(&mut stage).await?;
        stage.product.server.kill()?;
        stage.product.server.start_again().await?;
        // A seat that nobody had before, whatever the server has forgotten.
        visits.round(&mut stage, SEATS - 1 - round as usize).await?;
        // Each visit is four rows on top of what was there before the kill.
        let expected = before.iter().map(|version| version + 4).collect::<Vec<_>>();
        let found = fill::versions(&mut stage).await?;
        violations.extend(differences(&stage, &expected, &found));
        violations.extend(not_free(&mut stage).await?);
    }
    let mean = rows.iter().sum::<u64>() as f64 / rows.len() as f64;
    let (rows, ratios) = visits.told(mean);
    violations.extend(stage.end().await);
    let notes = vec![
        "longer: what the first hold of a departure takes longer than the second, the journal's barrier included."
            .to_owned(),
    ];
    let (scenario, times) = (format!("{NAME}, {}", store.name()), "request to 201".to_owned());
    Ok(Outcome { scenario, times, rows, ratios, checked: true, violations, notes })
}

impl Visits {
    async fn round(&mut self, stage: &mut Stage, seat: usize) -> anyhow::Result<()> {
        let now = Instant::now();
        let tally = || Tally::new(now, now + LONG, std::sync::Arc::default());
        let (mut asleep, mut awake) = (tally(), tally());
        let mut longer = histogram();
        let mut times = [Duration::ZERO; 2];
        for (index, flight) in stage.flights.iter().enumerate() {
            let mut took = [Duration::ZERO; 2];
            for (time, tally) in took.iter_mut().zip([&mut asleep, &mut awake]) {
                let sent = Instant::now();
                let held = fill::hold(&mut stage.door, flight, seat).await?;
                if index >= WARM_UPS {
                    tally.counted(sent);
                }
                *time = sent.elapsed();
                fill::release(&mut stage.door, flight, &held).await?;
            }
            if index >= WARM_UPS {
                let more = took[0].saturating_sub(took[1]).as_micros();
                longer.saturating_record(u64::try_from(more).unwrap_or(u64::MAX));
                times.iter_mut().zip(took).for_each(|(sum, time)| *sum += time);
            }
        }
        for ((sum, tally), time) in
            [(&mut self.asleep, asleep), (&mut self.awake, awake)].into_iter().zip(times)
        {
            let mut round = Measured::nothing();
            round.take_in(tally);
            round.end_round(time, None);
            round.slices.clear();
            sum.add(&round);
        }
        self.medians.push(longer.value_at_quantile(0.5) as f64);
        self.longer.add(&longer)?;
        Ok(())
    }

    /// Its rows and its ratio, for departures of so many rows.
    fn told(&self, rows: f64) -> (Vec<Row>, Vec<Ratio>) {
        let mut asleep = Row::of("asleep", "holds/s", &self.asleep);
        for (name, quantile) in [("longerP50Us", 0.5), ("longerP99Us", 0.99)] {
            asleep.more.insert(name.to_owned(), self.longer.value_at_quantile(quantile) as f64);
        }
        asleep.more.insert("rowsPerFlight".to_owned(), rows);
        let awake = Row::of("awake", "holds/s", &self.awake).as_reference();
        let median = self.longer.value_at_quantile(0.5) as f64;
        let mut ratio = Ratio::of("p50 of longer / 2 ms", median, GOAL_US).with_goal(Goal::AtMost(1.0));
        let parts = || self.medians.iter().map(|median| median / GOAL_US);
        ratio.rounds = parts().min_by(f64::total_cmp).zip(parts().max_by(f64::total_cmp));
        (vec![awake, asleep], vec![ratio])
    }
}

/// Departures that have lost rows, or have more than were acknowledged.
fn differences(stage: &Stage, expected: &[u64], found: &[u64]) -> Vec<String> {
    let all = stage.flights.iter().zip(expected).zip(found);
    all.filter(|((_, expected), found)| expected != found)
        .map(|((flight, expected), found)| format!("{flight}: {found} rows, acknowledged were {expected}"))
        .collect()
}

/// Seats that are not free, though every hold was released.
async fn not_free(stage: &mut Stage) -> anyhow::Result<Vec<String>> {
    let mut violations = Vec::new();
    for flight in &stage.flights {
        let map = contract::seat_map(&mut stage.door, flight).await?;
        let taken = map.seats().filter(|seat| seat.state != "AVAILABLE");
        violations
            .extend(taken.map(|seat| format!("{flight} {}: {} after its release", seat.seat, seat.state)));
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waking_is_told_by_the_median_of_what_took_longer() {
        let mut longer = histogram();
        for us in [900, 1_000, 5_000] {
            longer.record(us).unwrap();
        }
        let nothing = Measured::nothing;
        let visits = Visits { asleep: nothing(), awake: nothing(), longer, medians: vec![500.0, 3_000.0] };
        let (rows, ratios) = visits.told(1_000.0);
        assert!(rows[0].reference && !rows[1].reference);
        assert_eq!((rows[1].more["longerP50Us"], rows[1].more["rowsPerFlight"]), (1_000.0, 1_000.0));
        assert_eq!((ratios[0].value, ratios[0].rounds), (0.5, Some((0.25, 1.5))));
    }
}
