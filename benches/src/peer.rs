//! What Aisle is compared with beside its limits: what one would write instead. Each is a program of its own, in
//! `peers/`; its file there says how it is tuned.

pub mod socket_io;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use testbed::{Durability, Postgres};

use testbed::Redis;

use crate::server::{Running, free_port};

/// A server that does what Aisle does, in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Transactions that lock rows.
    Locking,
    /// Versions of rows.
    Optimistic,
    /// Locks in Redis.
    Redis,
    /// Actors of another framework.
    Actix,
    /// Rooms of another framework.
    SocketIo,
}

const SAME_ANSWER: &str = "P5: a repeated request gets the first answer";
const NO_BOTTLENECK: &str = "P7: a hot flight is as fast as a thousand cool ones";
const NO_GAP: &str = "P6: a subscriber sees every change, across reconnects and failover";

impl Peer {
    /// Those that hold seats.
    pub const HOLDING: [Self; 4] = [Self::Locking, Self::Optimistic, Self::Redis, Self::Actix];

    /// What the report and the command line call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Locking => "locking",
            Self::Optimistic => "optimistic",
            Self::Redis => "redis",
            Self::Actix => "actix",
            Self::SocketIo => "socket.io",
        }
    }

    /// What it is, on one line.
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::Locking => "axum + sqlx on PostgreSQL: begin, select … for update, write, commit",
            Self::Optimistic => {
                "axum + sqlx on PostgreSQL: read a version, update … where version = it, or again"
            }
            Self::Redis => "axum: set … nx ex in Redis as the lock, then an insert into PostgreSQL",
            Self::Actix => {
                "axum + actix: an actor for each departure, which inserts each row before it goes on"
            }
            Self::SocketIo => "socket.io on Node: a room for each departure",
        }
    }

    /// Which of Aisle's promises it does not make.
    #[must_use]
    pub fn lacks(self) -> &'static [&'static str] {
        match self {
            Self::Locking | Self::Optimistic | Self::Actix => &[SAME_ANSWER, NO_BOTTLENECK],
            Self::Redis => &[
                "P1: one seat never has two live holders, whatever crashes",
                "P4: a hold ends exactly once",
                SAME_ANSWER,
                NO_BOTTLENECK,
            ],
            Self::SocketIo => &["P1 to P5: it keeps nothing", NO_GAP],
        }
    }

    /// Starts one that holds seats, with a throw-away PostgreSQL and whatever else it needs beside it. Its program
    /// is in the directory `programs`; `arguments` are its own.
    ///
    /// # Errors
    /// When it was not built, or does not start.
    ///
    /// # Panics
    /// For the one that holds no seats.
    pub async fn start(self, programs: &Path, arguments: &[&str]) -> anyhow::Result<Running> {
        assert!(Self::HOLDING.contains(&self), "{} holds no seats", self.name());
        let program = programs.join(format!("peer-{}", self.name()));
        ensure!(
            program.is_file(),
            "there is no {}: build it with cargo build --release -p aisle-bench-peers",
            program.display()
        );
        let postgres = Postgres::start(Durability::Full)?;
        let redis = if self == Self::Redis { Some(Redis::start()?) } else { None };
        let port = free_port()?;
        let mut command = testbed::dies_with_us(&program);
        command.args(["--port", &port.to_string(), "--database-url", &postgres.new_database()?]);
        if let Some(redis) = &redis {
            command.args(["--redis-url", &redis.url()]);
        }
        command.args(arguments);
        let mut server = Running::start(command, port, testbed::directory()?, Some(postgres)).await?;
        server.redis = redis;
        Ok(server)
    }
}

/// The directory that this program is in, where the peers' programs are too.
///
/// # Errors
/// When the system does not tell.
pub fn beside_us() -> anyhow::Result<PathBuf> {
    let us = std::env::current_exe().context("cannot tell where this program is")?;
    us.parent().map(Path::to_owned).context("a program is in a directory")
}
