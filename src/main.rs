//! The `aisle` command: the engine, and what an operator needs around it.
//!
//! | verb | does | exit code |
//! |---|---|---|
//! | `serve` | serves until SIGTERM or SIGINT | 0 after a graceful stop, 1 when it cannot start or go on |
//! | `load` | puts the bundled schedule on sale in a store that nobody serves | 0, or 1 |
//! | `check` | proves the promises over the whole journal | 0 when they hold, 2 when one is broken, 1 when it cannot look |
//! | `token` | prints a bearer token, signed by the key in the data directory | 0, or 1 |
//! | `replay` | drives what really happened in a week through the running server | 0, 1 when it cannot |
//! | `admin create` | makes the first administrator, over the running server | 0, or 1 |
//! | `key rotate` | draws the next key that signs tokens | 0, or 1 |
//!
//! `serve`, `load` and `check` take the data directory's lock; `token` and `key` read only the keys,
//! `admin` and `replay` ask the running server with a token of theirs. This crate reads the
//! environment, starts the parts and introduces them to each other; it holds no rule.

mod admin;
mod check;
mod client;
mod config;
mod key;
mod load;
mod logs;
mod node;
mod payments;
mod replay;
mod serve;
mod token;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use config::Config;

/// What one thread allocates another frees: a row is made by its owner and dropped by the journal's thread. The
/// system's allocator takes a lock for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A booking engine for departures that cannot oversell.
#[derive(Parser)]
#[command(name = "aisle", version, about)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve HTTP and WebSocket until told to stop
    Serve(serve::Options),
    /// Put the bundled schedule on sale, in a store that nobody serves
    Load(load::Options),
    /// Prove the promises over the whole journal of a store that nobody serves
    Check(check::Options),
    /// Print a bearer token for development, signed by the key in the data directory
    Token(token::Options),
    /// Drive the delays and cancellations of a real week through the running server
    Replay(replay::Options),
    /// Make the first administrator, over the running server
    #[command(subcommand)]
    Admin(admin::Options),
    /// Change the key that signs tokens
    #[command(subcommand)]
    Key(key::Options),
}

fn main() -> ExitCode {
    let verb = Arguments::parse().verb;
    match run(verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode> {
    let config = Config::read(|name| std::env::var(name).ok())?;
    match &verb {
        Verb::Token(options) => return token::run(&config, options).map(|()| ExitCode::SUCCESS),
        Verb::Key(options) => return key::run(&config, *options).map(|()| ExitCode::SUCCESS),
        Verb::Serve(_) | Verb::Load(_) | Verb::Check(_) | Verb::Replay(_) | Verb::Admin(_) => {}
    }
    logs::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = match verb {
        Verb::Serve(options) => runtime.block_on(serve::run(config, options)),
        Verb::Load(options) => runtime.block_on(load::run(config, options)).map(|()| ExitCode::SUCCESS),
        Verb::Check(options) => runtime.block_on(check::verb(config, options)),
        Verb::Replay(options) => runtime.block_on(replay::run(config, options)).map(|()| ExitCode::SUCCESS),
        Verb::Admin(options) => runtime.block_on(admin::run(&config, &options)).map(|()| ExitCode::SUCCESS),
        Verb::Token(_) | Verb::Key(_) => unreachable!("answered above"),
    };
    // Whoever still waits inside a blocking call must not keep the process alive.
    runtime.shutdown_background();
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
