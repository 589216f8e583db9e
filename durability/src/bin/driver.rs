//! The process that the tests kill. See the library.

use std::env;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use durability::driver::{self, Beside, Options, Says};
use durability::kill;

/// Drives a few departures on a SQLite journal and says what it acknowledges.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the journal is, or is to be.
    directory: PathBuf,
    /// Where chance comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many new requests to make.
    #[arg(long, default_value_t = 500)]
    commands: u64,
    /// How many may be under way.
    #[arg(long, default_value_t = 48)]
    window: usize,
    /// Lose the outcome of one commit in so many; 0 for none.
    #[arg(long, default_value_t = 0)]
    doubtful: u64,
    /// Do nothing but commit: no snapshots, no effects, no repeated requests.
    #[arg(long)]
    only_commits: bool,
}

fn main() -> Result<()> {
    let began = Instant::now();
    let arguments = Arguments::parse();
    let kill_at = env::var(kill::VARIABLE).ok().map(|place| place.parse()).transpose()?;
    let early = env::var_os("AISLE_ACK_EARLY").is_some();
    let options = Options {
        directory: arguments.directory,
        seed: arguments.seed,
        commands: arguments.commands,
        window: arguments.window,
        doubtful: arguments.doubtful,
        beside: if arguments.only_commits { Beside::Nothing } else { Beside::Everything },
        kill_at,
        says: if early { Says::Early } else { Says::AfterCommit },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(driver::run(options, began))
}
