//! `slow`: does goodput hold when the store is slow and far more is asked for than it carries?
//!
//! Each commit takes 20 ms longer: the product's own `AISLE_FAILPOINT=after-write:20ms` makes the journal's thread
//! sleep once a batch, between the store's word and anybody's answer. So batches fill as they do behind a slow
//! disk, and nothing else changes. (`strace` could delay `fdatasync` too, but it stops the process at each system
//! call, needs a right that few containers grant, and does not reach a PostgreSQL server.)
//!
//! Clients hold their own seat and release it, as in `hold-hot`, on as many departures as they need seats. The
//! peak is the best closed loop over some numbers of clients, with the same slow store. Then four times as much is
//! due in an open loop, with more clients than the server lets in at a time, so that it must turn some away
//! (503) whatever it does. Both are measured in turns. Goodput counts 201s only.
//!
//! What is asked is what a store carries, so the store has to be what limits. A commit takes along whoever waits: behind
//! thousands of requests even a slow store keeps two cores busy, and a crowd of four times that wants several more
//! to itself. So the server lets in as many at a time as its store is worth (`AISLE_REQUESTS_MAX`), as whoever runs it on
//! such a disk would, and cores are left for the crowd.

use std::sync::Arc;

use super::crowd::{self, Pair};
use super::fill;
use super::stage::Stage;
use crate::contract::SEATS;
use crate::ledger::Ledger;
use crate::load::arrivals::Arrivals;
use crate::load::{self, Load, Measured, Window};
use crate::machine;
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row};
use crate::server::{Start, StoreKind};

const NAME: &str = "slow";
const UNIT: &str = "holds/s";
/// How much longer each commit takes.
const COMMIT_MS: u32 = 20;
/// How much more is due than the slow store carries.
const TIMES: f64 = 4.0;
/// How many requests the server lets in at a time.
const REQUESTS_MAX: u32 = 128;
/// With how many clients the peak is looked for. With more, the server turns some of them away.
const CLIENTS: [usize; 4] = [32, 64, 96, 112];
/// As many clients as the crowd has at most: each waits for most of the time.
const CROWD_MAX: u32 = 1_024;

/// Looks for the peak, then lets peak and overload take turns.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    Start::require_our_own(options, "slows the store of its server")?;
    let crowd = options.crowd.min(CROWD_MAX);
    machine::allow_open_files(u64::from(crowd) * 2 + 200)?;
    let environment = vec![
        ("AISLE_FAILPOINT", format!("after-write:{COMMIT_MS}ms")),
        ("AISLE_REQUESTS_MAX", REQUESTS_MAX.to_string()),
    ];
    let start = Start { environment, bare: true };
    let flights = crowd.div_ceil(u32::try_from(SEATS)?);
    let mut stage = fill::set_stage(options, store, &start, flights).await?;
    let ledger = Arc::new(Ledger::new(stage.flights.clone()));
    let mut crowd = crowd::gather(&stage, &ledger, crowd).await?;
    let (clients, best) = look_for_peak(&stage, &mut crowd, options.window()).await?;
    let arrivals = options.arrivals.unwrap_or(Arrivals::Poisson);
    let rate = options.rate.map_or(best * TIMES, f64::from).max(1.0);
    let mut peak = Measured::nothing();
    let mut overload = Measured::nothing();
    for _ in 0..options.rounds {
        let what = format!("{NAME}, peak with {clients} clients");
        peak.add(&round(&stage, &mut crowd, (&what, clients, Load::Closed), options.window()).await?);
        let what = format!("{NAME}, {rate:.0}/s due");
        let load = Load::Open { arrivals, rate };
        let everybody = crowd.len();
        overload.add(&round(&stage, &mut crowd, (&what, everybody, load), options.window()).await?);
    }
    progress::say("checking the promises");
    let crowd = crowd::settle(crowd).await?;
    crowd::check(&mut stage, &ledger, crowd).await?;
    let (rows, ratio) = told(&peak, &overload, clients, rate);
    let mut violations = ledger.violations();
    violations.extend(stage.end().await);
    let (scenario, times) = (format!("{NAME}, {}", store.name()), "due to 201".to_owned());
    let notes = vec![
        format!("Each commit takes {COMMIT_MS} ms longer than the disk needs."),
        format!(
            "The server lets {REQUESTS_MAX} requests in at a time: without that the store would not be what limits, since a \
             commit takes along whoever waits."
        ),
    ];
    Ok(Outcome { scenario, times, rows, ratios: vec![ratio], checked: true, violations, notes })
}

/// The number of clients with which a closed loop is fastest, and how fast.
async fn look_for_peak(stage: &Stage, crowd: &mut Vec<Pair>, window: Window) -> anyhow::Result<(usize, f64)> {
    let mut best = (0, 0.0);
    for clients in CLIENTS {
        let clients = clients.min(crowd.len());
        let what = format!("{NAME}, looking for the peak with {clients} clients");
        let rate = round(stage, crowd, (&what, clients, Load::Closed), window).await?.rate();
        if rate > best.1 {
            best = (clients, rate);
        }
    }
    Ok(best)
}

/// Measures one round with the first so many of the crowd.
async fn round(
    stage: &Stage,
    crowd: &mut Vec<Pair>,
    (what, clients, load): (&str, usize, Load),
    window: Window,
) -> anyhow::Result<Measured> {
    let others = crowd.split_off(clients);
    let taking_part = std::mem::take(crowd);
    let (back, measured) = load::run(what, taking_part, load, window, &stage.product.server).await?;
    *crowd = back;
    crowd.extend(others);
    Ok(measured)
}

fn told(peak: &Measured, overload: &Measured, clients: usize, rate: f64) -> (Vec<Row>, Ratio) {
    let mut rows =
        vec![Row::of("peak, closed", UNIT, peak).as_reference(), Row::of("4x as much due", UNIT, overload)];
    rows[0].more.insert("clients".to_owned(), clients as f64);
    rows[1].more.insert("duePerSecond".to_owned(), rate);
    let seconds = overload.time.as_secs_f64().max(f64::MIN_POSITIVE);
    let shed: u64 =
        overload.refused.iter().filter(|(reason, _)| reason.starts_with("503")).map(|(_, count)| count).sum();
    rows[1].more.insert("shedPerSecond".to_owned(), shed as f64 / seconds);
    let ratio = Ratio::of_rates("goodput at 4x / peak", overload, peak).with_goal(Goal::AtLeast(0.9));
    (rows, ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn goodput_counts_what_was_acknowledged_and_not_what_was_shed() {
        let measured = |count| {
            let mut measured = Measured::nothing();
            measured.counted.record_n(1, count).unwrap();
            measured.end_round(Duration::from_secs(2), None);
            measured
        };
        let mut overload = measured(90);
        overload.refused.insert("503 overloaded".to_owned(), 500);
        overload.refused.insert("409 seat-taken".to_owned(), 1);
        let (rows, ratio) = told(&measured(100), &overload, 7, 200.0);
        assert_eq!((ratio.value, ratio.goal), (0.9, Some(Goal::AtLeast(0.9))));
        assert_eq!((rows[1].more["shedPerSecond"], rows[1].rate), (250.0, 45.0));
        assert!(rows[0].reference && !rows[1].reference);
    }
}
