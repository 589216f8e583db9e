//! The developer's commands: `cargo xtask VERB`.
//!
//! - `up` builds the engine and starts it on its embedded default, with the demonstration's schedule on sale.
//! - `test` proves a change: tools, tidy, the crates' tests, the simulation and its planted bugs.
//! - `ci` is `test` after format, clippy and documentation.
//! - `tidy` checks what the text alone can tell: dependencies, lengths, names, tours.
//! - `contract` lets schemathesis try the server, once a role.
//! - `sim` runs the seeded simulation, or replays one life of it.
//! - `bench` measures the engine beside its limits and peers, or runs the micro-benchmarks.
//!
//! [`suite`] says which steps there are, [`steps`] runs and shows them, [`tidy`] holds one file per kind
//! of check. The crate depends on none of ours, so it builds when they do not.

mod bench;
mod contract;
mod localstripe;
mod python;
mod server;
mod sim;
mod steps;
mod suite;
mod tidy;
mod tools;
mod up;
mod web;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The developer's commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the engine and start it, with the demonstration's schedule on sale
    Up {
        /// What is passed on to `aisle serve --dev`
        #[arg(last = true, value_name = "OPTION")]
        options: Vec<String>,
    },
    /// Run everything a change must pass, step by step
    Test {
        /// Try as hard as a night allows: ten times the seeds and the kills
        #[arg(long)]
        all: bool,
    },
    /// Run what CI runs: format, clippy, documentation, then everything of `test`
    Ci,
    /// Check dependencies, lengths, names and documents, without compiling
    Tidy {
        /// Print the dependency table for docs/architecture.md instead
        #[arg(long)]
        print_table: bool,
    },
    /// Let schemathesis try the server, once a role: whatever it is sent, it keeps its own document
    Contract,
    /// Run the seeded simulation
    Sim(sim::Options),
    /// Measure the engine, on both stores, beside its limits and its peers, and draw one report
    Bench {
        /// Only these scenarios of the load tool; or `micro`, and then only micro-benchmarks whose name contains one
        /// of the words after it
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// What is passed on to the load tool
        #[arg(last = true, value_name = "OPTION")]
        options: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode> {
    let root = workspace::root()?;
    match verb {
        Verb::Test { all: false } => Ok(steps::run_all(suite::test(&root, suite::CHANGE))),
        Verb::Test { all: true } => Ok(steps::run_all(suite::test(&root, suite::ALL))),
        Verb::Ci => Ok(steps::run_all(suite::ci(&root))),
        Verb::Tidy { print_table: true } => {
            println!("{}", tidy::layers::table().join("\n"));
            Ok(ExitCode::SUCCESS)
        }
        Verb::Tidy { print_table: false } => {
            let verdict = tidy::run(&root)?;
            for violation in &verdict.violations {
                println!("{violation}");
            }
            println!("{} violations in {} files", verdict.violations.len(), verdict.files);
            Ok(if verdict.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Verb::Contract => {
            let step = steps::Step::inside("contract", &root, contract::check);
            Ok(steps::run_all(vec![step]))
        }
        Verb::Sim(options) => workspace::run(sim::chosen(&root, &options)).map(|()| ExitCode::SUCCESS),
        Verb::Bench { names, options } => bench::run(&root, &names, &options).map(|()| ExitCode::SUCCESS),
        Verb::Up { options } => up::run(&root, &options).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
