//! The command line.

use std::time::Duration;

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

/// How long a request waits for a connection, or for Redis. Every client of the tool has one request under way, so
/// this is only reached when a store has gone.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What all peers need.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Where to listen, on the loopback
    #[arg(long)]
    pub port: u16,
    /// The PostgreSQL database
    #[arg(long, value_name = "URL")]
    pub database_url: String,
    /// How many connections to it, instead of as many as were measured to be best
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=150))]
    pub pool: Option<u32>,
}

/// What takes part in a hold, for those who may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The seat and its departure, which has a version without gaps.
    Departure,
    /// Only the seat.
    Seat,
}

/// A choice of [`Scope`].
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct ScopeOptions {
    /// Touch only the seat: the departure has then no version and no counts of its cabins, so nobody can follow its
    /// changes without a gap (promise 6)
    #[arg(long)]
    pub seat_locks: bool,
}

impl ScopeOptions {
    /// What goes with the choice: the first for [`Scope::Departure`], the second for [`Scope::Seat`].
    #[must_use]
    pub fn of<T>(self, [departure, seat]: [T; 2]) -> T {
        if self.seat_locks { seat } else { departure }
    }

    /// The choice.
    #[must_use]
    pub fn scope(self) -> Scope {
        self.of([Scope::Departure, Scope::Seat])
    }
}

impl Options {
    /// How to connect to the database.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn database(&self) -> anyhow::Result<PgConnectOptions> {
        self.database_url.parse().context("the database URL is none")
    }

    /// A pool of `default` connections, unless the command line says otherwise; all of them are open.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn pool(&self, default: u32) -> anyhow::Result<PgPool> {
        let pool = pool_of(self.pool.unwrap_or(default));
        pool.connect_with(self.database()?).await.context("cannot connect to the database")
    }
}

/// A pool of exactly so many connections, which are not asked before each use whether they are alive.
#[must_use]
pub fn pool_of(connections: u32) -> PgPoolOptions {
    let pool = PgPoolOptions::new().min_connections(connections).max_connections(connections);
    pool.acquire_timeout(PATIENCE).test_before_acquire(false).idle_timeout(None).max_lifetime(None)
}
