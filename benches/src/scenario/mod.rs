//! What is measured, one file each.
//!
//! Every scenario starts the product with an empty store, looks at the size of its answers, starts a limits
//! server that answers as much, and lets the two take turns.

mod activate;
mod audience;
mod book;
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
    let stores: &[_] = match options.postgres {
        true => &[StoreKind::Sqlite, StoreKind::Postgres],
        false => &[StoreKind::Sqlite],
    };
    let mut outcomes = Vec::new();
    for choice in Choice::EACH.into_iter().filter(|choice| is_wanted(*choice, options)) {
        for store in stores {
            let name = || format!("{}, {}", choice.name(), store.name());
            let mut found = one(choice, options, *store).await.with_context(name)?;
            if options.target.is_some() {
                // What store somebody else's server has, it does not say.
                let store = format!(", {}", store.name());
                found.iter_mut().for_each(|outcome| outcome.scenario = outcome.scenario.replace(&store, ""));
            }
            outcomes.extend(found);
            // It brings its own stores.
            if matches!(choice, Choice::Peers | Choice::PeersFanout) {
                break;
            }
        }
    }
    Ok(outcomes)
}

/// By its own name everything is measured that can be. Among all, what kills, slows or begins servers afresh is
/// left out when somebody else runs the server, and what needs promises when there is only the limit.
fn is_wanted(choice: Choice, options: &Options) -> bool {
    let theirs = options.target.is_some();
    match choice {
        _ if options.scenario != Choice::All => options.scenario == choice,
        Choice::HoldHot | Choice::HoldSpread | Choice::ReadMap | Choice::Fanout => true,
        Choice::Idle | Choice::Paced | Choice::Rush => !theirs,
        _ => !theirs && !options.null,
    }
}

async fn one(choice: Choice, options: &Options, store: StoreKind) -> anyhow::Result<Vec<Outcome>> {
    let outcome = match choice {
        Choice::All => return Ok(Vec::new()),
        Choice::HoldHot => holds::hot(options, store).await?,
        Choice::HoldSpread => holds::spread(options, store).await?,
        Choice::ReadMap => read_map::measure(options, store).await?,
        Choice::Fanout => fanout::measure(options, store).await?,
        Choice::Idle => idle::measure(options, store).await?,
        Choice::Paced => paced::measure(options, store).await?,
        Choice::Rush => rush::measure(options, store).await?,
        Choice::Slow => slow::measure(options, store).await?,
        Choice::Activate => activate::measure(options, store).await?,
        Choice::Restart => restart::measure(options, store).await?,
        Choice::Book => book::measure(options, store).await?,
        Choice::Seats => seats::measure(options, store).await?,
        Choice::Peers => return peers::holds(options).await,
        Choice::PeersFanout => peers::fanout(options).await?,
    };
    Ok(vec![outcome])
}
