//! Throw-away servers for tests and benchmarks: started in a moment, on free loopback ports, and gone with
//! whoever started them.
//!
//! * [`Postgres`]: a PostgreSQL cluster in a directory of its own. [`Postgres::shared`] is one for all tests of
//!   a test binary; each test takes a [`Postgres::new_database`].
//! * [`Redis`]: a Redis server.
//! * [`directory`]: a temporary directory.
//! * [`dies_with_us`]: a command for a process that must not outlive the test.
//! * [`signal`]: stops, continues and kills a process by its number.
//!
//! A server survives nothing: a keeper process waits for the end of a pipe that the starter holds open. When
//! the starter ends, however it ends, the keeper stops the server and removes its directory. So a server may
//! also live in a `static`, which is never dropped.

mod keeper;
mod postgres;
mod redis;
pub mod signal;

pub use postgres::{Durability, Postgres};
pub use redis::Redis;

use std::path::Path;
use std::process::Command;

use anyhow::Context;

/// A directory that is removed when the value is dropped.
///
/// # Errors
/// When the system's temporary directory cannot be written.
pub fn directory() -> anyhow::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("aisle-").tempdir().context("cannot make a temporary directory")
}

/// A command that runs `program` as a process that is killed when the thread that starts it ends, however it
/// ends. For children that a test stops: they could not notice by themselves that it has gone.
#[must_use]
pub fn dies_with_us(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}
