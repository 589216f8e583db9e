//! What is measured, one file each.
//!
//! Every scenario starts the product with an empty store, looks at the size of its answers, starts a limits
//! server that answers as much, and lets the two take turns.

mod activate;
mod audience;
mod closing;
mod crowd;
mod fanout;
mod fill;
mod guest;
mod holder;
mod holds;
mod idle;
mod paced;
mod peers;
mod probe;
mod read_map;
mod restart;
mod rush;
mod sale;
mod seats;
mod slow;
mod stage;

use anyhow::Context;

use crate::options::{Choice, Options};
use crate::report::Outcome;
use crate::server::StoreKind;

/// Runs what the options choose.
///
/// # Errors
/// When something cannot be measured. A broken promise is no error but part of the outcome.
pub async fn run(options: &Options) -> anyhow::Result<Vec<Outcome>> {
    let all = options.scenario == Choice::All;
    let wanted = |choice| all || options.scenario == choice;
    let mut outcomes = Vec::new();
    if wanted(Choice::HoldHot) {
        outcomes.push(holds::hot(options, StoreKind::Sqlite).await.context("hold-hot")?);
        if options.postgres {
            outcomes.push(holds::hot(options, StoreKind::Postgres).await.context("hold-hot, PostgreSQL")?);
        }
    }
    if wanted(Choice::HoldSpread) {
        outcomes.push(holds::spread(options).await.context("hold-spread")?);
    }
    if wanted(Choice::ReadMap) {
        outcomes.push(read_map::measure(options).await.context("read-map")?);
    }
    if wanted(Choice::Fanout) {
        outcomes.push(fanout::measure(options).await.context("fanout")?);
    }
    // Only processes of ours can be begun afresh.
    if options.scenario == Choice::Idle || all && options.target.is_none() {
        outcomes.push(idle::measure(options).await.context("idle")?);
    }
    // What kills, slows or overwhelms its server is for processes of ours, unless it is chosen by name.
    let ours = all && options.target.is_none();
    let alone = ours && !options.null;
    if options.scenario == Choice::Paced || ours {
        outcomes.push(paced::measure(options, StoreKind::Sqlite).await.context("paced")?);
        if options.postgres {
            outcomes.push(paced::measure(options, StoreKind::Postgres).await.context("paced, PostgreSQL")?);
        }
    }
    if options.scenario == Choice::Rush || ours {
        outcomes.push(rush::measure(options).await.context("rush")?);
    }
    if options.scenario == Choice::Slow || alone {
        outcomes.push(slow::measure(options).await.context("slow")?);
    }
    if options.scenario == Choice::Activate || alone {
        outcomes.push(activate::measure(options).await.context("activate")?);
    }
    if options.scenario == Choice::Restart || alone {
        outcomes.push(restart::measure(options, StoreKind::Sqlite).await.context("restart")?);
        if options.postgres {
            outcomes.push(restart::measure(options, StoreKind::Postgres).await.context("restart, PostgreSQL")?);
        }
    }
    if options.scenario == Choice::Seats || alone {
        outcomes.push(seats::measure(options, StoreKind::Sqlite).await.context("seats")?);
        if options.postgres {
            outcomes.push(seats::measure(options, StoreKind::Postgres).await.context("seats, PostgreSQL")?);
        }
    }
    // Their programs are built apart.
    if options.scenario == Choice::Peers {
        outcomes.extend(peers::holds(options).await.context("peers")?);
    }
    if options.scenario == Choice::PeersFanout {
        outcomes.push(peers::fanout(options).await.context("peers-fanout")?);
    }
    Ok(outcomes)
}
