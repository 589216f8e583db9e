//! `idle`: the memory of a subscriber to whom nothing happens.
//!
//! Every round starts both servers afresh, because one that had more subscribers before gives their memory to
//! those who come now. Even a fresh one has some to give: what its start has left behind. So a quarter of the
//! subscribers comes first and takes that, and what the others add is measured.

use std::time::Duration;

use anyhow::{Context, ensure};

use super::audience::Audience;
use super::stage::Stage;
use crate::machine;
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, quotient};
use crate::server::{Running, StoreKind};

const NAME: &str = "idle";
/// How long a server may take to give back what opening a socket needed and a subscriber does not.
const SETTLE: Duration = Duration::from_secs(2);
/// Files that are no subscribers: logs, stores, the runtime's.
const OTHER_FILES: u64 = 200;

/// What one subscriber takes on each side, in KiB, round by round.
#[derive(Debug, Default)]
struct Sizes {
    limit: Vec<f64>,
    product: Vec<f64>,
}

/// Both servers, afresh in each round.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    ensure!(options.target.is_none(), "only a server that we start can be begun afresh: leave --target out");
    machine::allow_open_files(u64::from(options.idlers) + OTHER_FILES)?;
    let (mut sizes, mut violations) = (Sizes::default(), Vec::new());
    for _ in 0..options.rounds {
        let stage = Stage::set(options, store, 1).await?;
        let flight = stage.flights[0].clone();
        sizes.product.push(kib_each(&stage.product.server, "seat map", &flight, options.idlers).await?);
        violations.extend(stage.end().await);
        let limits = Running::limits(options, &[]).await?;
        sizes.limit.push(kib_each(&limits, "limit", &flight, options.idlers).await?);
    }
    let scenario = format!("{NAME}, {}, {} subscribers", store.name(), options.idlers);
    let ratios = sizes.ratios();
    let (times, checked) = ("none".to_owned(), !options.null);
    Ok(Outcome { scenario, times, ratios, checked, violations, ..Outcome::default() })
}

/// What a subscriber takes on a server that had none before, in KiB.
async fn kib_each(server: &Running, name: &str, flight: &str, size: u32) -> anyhow::Result<f64> {
    progress::say(&format!("{NAME}, {name}: {size} subscribers come"));
    let (first, others) = (size / 4, size - size / 4);
    // Whoever is told anything, or leaves, takes no part in a measurement of idle ones.
    let gather = async |size| Audience::gather(&server.address, flight, size, 0).await;
    let memory = async || {
        tokio::time::sleep(SETTLE).await;
        server.memory_bytes()?.context("only our own processes tell their memory")
    };
    let early = gather(first).await?;
    let before = memory().await?;
    let late = gather(others).await?;
    let after = memory().await?;
    for audience in [early, late] {
        if let Some(failure) = audience.failure() {
            anyhow::bail!("a subscriber ended: {failure}");
        }
        ensure!(audience.frames() + audience.resyncs() == 0, "somebody changes the departure");
    }
    Ok(after.saturating_sub(before) as f64 / 1_024.0 / f64::from(others))
}

impl Sizes {
    fn ratios(&self) -> Vec<Ratio> {
        let alone =
            |what, sizes: &[f64]| Ratio { rounds: Some(bounds(sizes)), ..Ratio::of(what, mean(sizes), 1.0) };
        let quotients: Vec<_> =
            self.product.iter().zip(&self.limit).map(|(product, limit)| quotient(*product, *limit)).collect();
        vec![
            alone("KiB per idle subscriber", &self.product).with_goal(Goal::AtMost(8.0)),
            alone("KiB per idle subscriber, limit", &self.limit),
            Ratio {
                rounds: Some(bounds(&quotients)),
                ..Ratio::of("idle subscriber / limit", mean(&self.product), mean(&self.limit))
            },
        ]
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn bounds(values: &[f64]) -> (f64, f64) {
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    (lowest, values.iter().copied().fold(0.0, f64::max))
}
