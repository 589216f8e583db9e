//! The store for many nodes, or one that must not lose its disk: PostgreSQL, from version 13.
//!
//! - A commit is exactly **one** statement that commits itself. There is no moment between two round trips in
//!   which a stopped process holds a lock or has half of its rows in place; what a paused owner sends after a
//!   takeover meets the fence inside the same statement.
//! - Each lane has one connection. When a call takes too long or the connection breaks, the outcome is unknown,
//!   the connection is never used again, and the writer raises the epochs before it goes on.
//! - Reads, and what is written outside the commits, have a pool of their own.

mod arrays;
mod lane;
mod reader;
mod sql;
mod upkeep;

use std::fmt;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection, SqlSafeStr};

use crate::bookings::Bookings;
use crate::identity::Accounts;
use crate::journal::NodeId;
use crate::people::{Keys, People, PeopleError};
use crate::plain::Place;
use crate::store::{OpenError, Unavailable};

pub use lane::Lane;
pub use sql::STATEMENTS;

/// What is put down for bookings that are to come: see the statements of the same names.
pub(crate) mod expected {
    use super::sql;

    pub(crate) const EXPECT: &str = sql::EXPECT;
    pub(crate) const LOCATORS_OF: &str = sql::LOCATORS_OF;
    pub(crate) const RESERVE: &str = sql::RESERVE;
    pub(crate) const KEEP_PEOPLE: &str = sql::KEEP_PEOPLE;
    pub(crate) const KEEP_SUBJECTS: &str = sql::KEEP_SUBJECTS;
}

/// The server gives a statement up after this long. It bounds how long a successor waits for a predecessor's
/// locks.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// We give a statement up after this long: a little later, so that the server's word usually comes first.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Connections that read.
const READERS_MAX: u32 = 8;

/// Connections for accounts: so many can sign in while a hash is made for others.
const ACCOUNTS_MAX: u32 = 4;

/// An open PostgreSQL store. Copies share its reading connections.
#[derive(Clone)]
pub struct Postgres {
    address: PgConnectOptions,
    pool: PgPool,
    /// For accounts: what it writes waits for the disk.
    accounts: PgPool,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Postgres").field(&shown(&self.address)).finish()
    }
}

/// An address as it may be shown to people: without its password.
fn shown(address: &PgConnectOptions) -> String {
    let database = address.get_database().unwrap_or_default();
    format!("{}:{}/{database}", address.get_host(), address.get_port())
}

impl Postgres {
    /// Opens the store at `url`, `postgres://…`, and brings its tables up to date.
    ///
    /// # Errors
    /// When the server cannot be reached, or when it would not keep what it commits.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let address: PgConnectOptions =
            url.parse().map_err(|error: sqlx::Error| OpenError::Address(Box::new(error)))?;
        // Without our time limits: bringing large tables up to date may take long.
        let connection = connect(&address).await?;
        prepare_tables(connection).await?;
        let address = address.options(settings()).disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(READERS_MAX).acquire_timeout(CONNECT_TIMEOUT);
        // What these connections write may be lost in a crash, so it does not wait for the disk.
        let reader = address.clone().application_name("aisle:reader");
        let accounts = PgPoolOptions::new().max_connections(ACCOUNTS_MAX).acquire_timeout(CONNECT_TIMEOUT);
        let accounts = accounts.connect_lazy_with(address.clone().application_name("aisle:accounts"));
        let pool = pool.connect_lazy_with(reader.options([("synchronous_commit", "off")]));
        Ok(Self { address, pool, accounts })
    }

    /// Who may sign in, and where they are signed in.
    #[must_use]
    pub fn people(&self) -> Accounts {
        Accounts::new(Place::Postgres { reads: self.accounts.clone(), writes: self.accounts.clone() })
    }

    /// The lists of bookings, what was told of them, and what they come to.
    #[must_use]
    pub fn bookings(&self) -> Bookings {
        Bookings::new(Place::Postgres { reads: self.pool.clone(), writes: self.accounts.clone() })
    }

    /// Who travels, sealed with these keys.
    ///
    /// # Errors
    /// When others were kept here with other keys.
    pub async fn travellers(&self, keys: Keys) -> Result<People, PeopleError> {
        People::open(Place::Postgres { reads: self.pool.clone(), writes: self.accounts.clone() }, keys).await
    }

    /// The writer's side, for `node`. Each lane has a connection of its own, which it opens when it needs it.
    #[must_use]
    pub fn lane(&self, node: NodeId) -> Lane {
        Lane::new(&self.address, node)
    }
}

/// What every connection asks of the server. `read committed` is what makes a commit that waited for the
/// fence look again.
fn settings() -> [(&'static str, String); 7] {
    let millis = |span: Duration| span.as_millis().to_string();
    [
        ("statement_timeout", millis(STATEMENT_TIMEOUT)),
        ("idle_in_transaction_session_timeout", millis(Duration::from_secs(1))),
        ("tcp_user_timeout", millis(Duration::from_secs(5))),
        ("tcp_keepalives_idle", "5".to_owned()),
        ("tcp_keepalives_interval", "1".to_owned()),
        ("tcp_keepalives_count", "5".to_owned()),
        ("default_transaction_isolation", "read committed".to_owned()),
    ]
}

async fn connect(address: &PgConnectOptions) -> Result<PgConnection, Unavailable> {
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, address.connect()).await;
    connecting
        .map_err(|late| Unavailable::to("connect", late))?
        .map_err(|error| Unavailable::to("connect", error))
}

async fn prepare_tables(mut connection: PgConnection) -> Result<(), OpenError> {
    let unread = |error| Unavailable::to("read the server's settings", error);
    let kept: String =
        sqlx::query_scalar(sql::SYNCHRONOUS_COMMIT).fetch_one(&mut connection).await.map_err(unread)?;
    if kept == "off" {
        return Err(OpenError::NotDurable("synchronous_commit is off".to_owned()));
    }
    migrate(&mut connection).await?;
    let raised = sqlx::query(sql::RAISE_POSITION_BASE).execute(&mut connection).await;
    raised.map_err(|error| Unavailable::to("raise the base of the positions", error))?;
    Ok(())
}

/// Brings the tables up to date.
async fn migrate(connection: &mut PgConnection) -> Result<(), OpenError> {
    let texts = [
        (1, "journal", include_str!("../../migrations/postgres/0001_journal.sql")),
        (2, "departure", include_str!("../../migrations/postgres/0002_departure.sql")),
        (3, "identity", include_str!("../../migrations/postgres/0003_identity.sql")),
        (4, "refresh_by_use", include_str!("../../migrations/postgres/0004_refresh_by_use.sql")),
        (
            5,
            "snapshot_without_memory",
            include_str!("../../migrations/postgres/0005_snapshot_without_memory.sql"),
        ),
        (6, "people", include_str!("../../migrations/postgres/0006_people.sql")),
        (7, "booking", include_str!("../../migrations/postgres/0007_booking.sql")),
        (8, "ledger", include_str!("../../migrations/postgres/0008_ledger.sql")),
        (9, "run", include_str!("../../migrations/postgres/0009_run.sql")),
    ];
    let steps = texts.map(|(number, name, text)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(steps.into());
    // Not `run`: its future cannot be sent to another thread.
    let run = migrator.run_direct(None, connection, false).await;
    run.map_err(|error| OpenError::Migration(Box::new(error)))
}
