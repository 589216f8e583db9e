//! The embedded store: one SQLite file in a directory of its own. Nothing to install, one process at a time.
//!
//! - A lock on `aisle.lock` keeps a second process out. The file stays; the lock ends with the process.
//! - A commit is one transaction of the one writing connection, in WAL mode with `synchronous = full`: when
//!   it returns, the disk has it. Reads go through connections of their own and never wait for it.
//! - A write that fails for any reason but a constraint is [`Fatal`](crate::store::Fatal): after a failed
//!   fsync nobody knows what the disk holds, and asking again would get a wrong answer.

mod checkpoint;
mod lane;
mod packed;
mod reader;
mod sql;
mod texts;
mod upkeep;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, SqlSafeStr, SqliteConnection, Transaction};
use tokio::sync::{Mutex, MutexGuard};

use crate::bookings::Bookings;
use crate::identity::Accounts;
use crate::journal::NodeId;
use crate::people::{Keys, People, PeopleError};
use crate::plain::{LogSync, Place};
use crate::store::{Failpoints, OpenError, Unavailable, WriteError};

use checkpoint::Growth;
pub use lane::Lane;
pub(crate) use lane::write_error;
pub use sql::STATEMENTS;

/// The database's file in its directory.
const DATABASE: &str = "aisle.db";

/// Its log, which holds what has not yet moved into it.
const LOG: &str = "aisle.db-wal";

/// The file that is locked while a process uses the directory.
const LOCK: &str = "aisle.lock";

/// How long to wait for somebody else's lock on the database: a person with a shell, at most.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Rows that somebody else than the journal writes in a turn, at most.
const ROWS_OF_A_TURN: usize = 8;

/// Connections that read. Each has a thread; more would only compete for two cores.
const READERS_MAX: u32 = 4;

/// So much of the file is mapped by those who read: of an address space, not of memory. What lies beyond is read.
const MAPPED_BYTES_MAX: &str = "1073741824";

/// An open SQLite store. Copies share it; the directory is free again when the last one and all lanes are
/// gone, and a move of the log that is under way has ended.
#[derive(Debug, Clone)]
pub struct Sqlite {
    shared: Arc<Shared>,
}

/// What all copies share. The fields are dropped in this order: the lock is the last to go.
#[derive(Debug)]
struct Shared {
    /// The one connection that commits. Whoever holds it has the turn to write, also through `upkeep`.
    writer: Mutex<SqliteConnection>,
    /// The last position that a row got. Changed with the turn alone.
    positions: AtomicI64,
    /// Writes what need not be durable at once, so it does not wait for the disk. Used only with the turn.
    upkeep: Mutex<SqliteConnection>,
    reads: SqlitePool,
    /// The one connection that writes accounts, with the turn, and then waits for the disk without it.
    accounts: SqlitePool,
    log_sync: Arc<LogSync>,
    /// Moves the log into the file.
    checkpoints: Mutex<SqliteConnection>,
    growth: Arc<Growth>,
    _lock: File,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.growth.end();
    }
}

impl Sqlite {
    /// Opens the store in `directory`, and makes both when they do not exist.
    ///
    /// # Errors
    /// When another process uses it, when the file is damaged, and when the disk refuses.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        make_directory(directory)?;
        let lock = lock(directory)?;
        let path = directory.join(DATABASE);
        let mut writer = connect(&path, SqliteSynchronous::Full).await?;
        check(&mut writer, &path).await?;
        check_durability(&mut writer, &path).await?;
        migrate(&mut writer).await?;
        let positions = AtomicI64::new(last_position(&mut writer, &path).await?);
        sync_directory(directory)?;
        let upkeep = connect(&path, SqliteSynchronous::Normal).await?;
        let reads = pool(READERS_MAX).connect_lazy_with(
            SqliteConnectOptions::new()
                .filename(&path)
                .read_only(true)
                .busy_timeout(BUSY_TIMEOUT)
                // What a reader has in its cache it forgets whenever somebody has written. Mapped, it finds the file's pages
                // again without asking the system for each.
                .pragma("mmap_size", MAPPED_BYTES_MAX)
                .disable_statement_logging(),
        );
        // The key of somebody who is forgotten is overwritten, not only struck off.
        let accounts = alone(options(&path, SqliteSynchronous::Normal).pragma("secure_delete", "on"));
        let log_sync = LogSync::new(directory.join(LOG));
        let checkpoints = options(&path, SqliteSynchronous::Normal).busy_timeout(checkpoint::READERS_WITHIN);
        let checkpoints = checkpoints.connect().await.map_err(|error| unusable(&path, error))?;
        let (writer, upkeep, checkpoints) = (Mutex::new(writer), Mutex::new(upkeep), Mutex::new(checkpoints));
        let growth = Arc::new(Growth::default());
        let left = fs::metadata(directory.join(LOG)).map_or(0, |log| log.len());
        let shared =
            Shared { writer, positions, upkeep, reads, accounts, log_sync, checkpoints, growth, _lock: lock };
        let shared = Arc::new(shared);
        checkpoint::start(&shared, left).await.map_err(|error| unusable(&path, error))?;
        Ok(Self { shared })
    }

    /// Who may sign in, and where they are signed in.
    #[must_use]
    pub fn people(&self) -> Accounts {
        Accounts::new(Place::Sqlite(self.clone()))
    }

    /// The lists of bookings, what was told of them, and what they come to.
    #[must_use]
    pub fn bookings(&self) -> Bookings {
        Bookings::new(Place::Sqlite(self.clone()))
    }

    /// Who travels, sealed with these keys.
    ///
    /// # Errors
    /// When others were kept here with other keys.
    pub async fn travellers(&self, keys: Keys) -> Result<People, PeopleError> {
        People::open(Place::Sqlite(self.clone()), keys).await
    }

    /// The turn to write: the journal waits for whoever has it.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        self.shared.growth.grew(checkpoint::pages_of(ROWS_OF_A_TURN));
        Turn { _writer: self.shared.writer.lock().await }
    }

    pub(crate) fn accounts(&self) -> &SqlitePool {
        &self.shared.accounts
    }

    pub(crate) fn reads(&self) -> &SqlitePool {
        &self.shared.reads
    }

    pub(crate) fn log_sync(&self) -> &LogSync {
        &self.shared.log_sync
    }

    /// The writer's side, for `node`.
    #[must_use]
    pub fn lane(&self, node: NodeId) -> Lane {
        self.lane_with(node, Failpoints::default())
    }

    /// The writer's side, with places at which a test may end the process.
    #[must_use]
    pub fn lane_with(&self, node: NodeId, failpoints: Failpoints) -> Lane {
        Lane::new(self.shared.clone(), node, failpoints)
    }
}

/// The turn to write, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    _writer: MutexGuard<'a, SqliteConnection>,
}

/// A pool of one connection, which stays open.
fn alone(options: SqliteConnectOptions) -> SqlitePool {
    pool(1).connect_lazy_with(options)
}

/// A pool whose connections stay open, and are not asked whether they still are: there is no network on which one gets
/// lost, and each question is a way to its thread and back.
fn pool(connections_max: u32) -> SqlitePoolOptions {
    let pool = SqlitePoolOptions::new().max_connections(connections_max);
    pool.idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

/// Begins a transaction that may write.
pub(crate) async fn begin(pool: &SqlitePool) -> Result<Transaction<'static, sqlx::Sqlite>, WriteError> {
    pool.begin_with(sql::BEGIN).await.map_err(|error| write_error("begin", error))
}

/// The tables in memory, for the store that forgets.
pub(crate) async fn in_memory() -> Result<SqlitePool, WriteError> {
    let pool =
        alone(SqliteConnectOptions::new().in_memory(true).foreign_keys(true).disable_statement_logging());
    let mut connection =
        pool.acquire().await.map_err(|error| write_error("open a database in memory", error))?;
    migrate(&mut connection).await.map_err(|error| Unavailable::to("make tables in memory", error))?;
    drop(connection);
    Ok(pool)
}

/// What is put down for bookings that are to come: see the statements of the same names.
pub(crate) mod expected {
    use super::sql;

    pub(crate) const EXPECT: &str = sql::EXPECT;
    pub(crate) const LOCATORS_OF: &str = sql::LOCATORS_OF;
    pub(crate) const RESERVE: &str = sql::RESERVE;
    pub(crate) const KEEP_PEOPLE: &str = sql::KEEP_PEOPLE;
    pub(crate) const KEEP_SUBJECTS: &str = sql::KEEP_SUBJECTS;
}

pub(crate) use texts::listings;

/// Puts lists in the place of those that a database in memory has.
pub(crate) async fn mirror(pool: &SqlitePool, rows: [Option<String>; 5]) -> Result<(), WriteError> {
    let failed = |error| write_error("mirror lists", error);
    let mut transaction = begin(pool).await?;
    let mirror = rows.into_iter().fold(sqlx::query(sql::MIRROR), Query::bind);
    mirror.execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// A new directory is only there after a crash when the one that names it is durable. That is done for each
/// one that is made here, and always for the last: it may have been made by a start that crashed before this.
fn make_directory(directory: &Path) -> Result<(), OpenError> {
    let named = |path: &&Path| !path.as_os_str().is_empty();
    let made = directory.ancestors().filter(named).skip(1).take_while(|path| !path.exists());
    let changed: Vec<&Path> = std::iter::once(directory).chain(made).filter_map(Path::parent).collect();
    fs::create_dir_all(directory).map_err(file_error(directory))?;
    changed.into_iter().try_for_each(|parent| {
        let here = parent.as_os_str().is_empty();
        sync_directory(if here { Path::new(".") } else { parent })
    })
}

fn sync_directory(directory: &Path) -> Result<(), OpenError> {
    File::open(directory).and_then(|opened| opened.sync_all()).map_err(file_error(directory))
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> OpenError + use<> {
    let path = path.to_owned();
    move |source| OpenError::File { path, source }
}

fn lock(directory: &Path) -> Result<File, OpenError> {
    let path = directory.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(file_error(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(directory.to_owned())),
        Err(TryLockError::Error(source)) => Err(OpenError::File { path, source }),
    }
}

async fn connect(path: &Path, synchronous: SqliteSynchronous) -> Result<SqliteConnection, OpenError> {
    options(path, synchronous).connect().await.map_err(|error| unusable(path, error))
}

fn options(path: &Path, synchronous: SqliteSynchronous) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cell_size_check", "on")
        // See `checkpoint`.
        .pragma("wal_autocheckpoint", "0")
        .disable_statement_logging()
}

/// Tells a damaged file from one that cannot be reached.
fn unusable(path: &Path, error: sqlx::Error) -> OpenError {
    match lane::code(&error) {
        Some(lane::CORRUPT | lane::NOT_A_DATABASE) => {
            OpenError::Damaged { path: path.to_owned(), what: error.to_string() }
        }
        _ => Unavailable::to("open the database", error).into(),
    }
}

async fn check(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let found: Vec<String> =
        sqlx::query_scalar(sql::CHECK).fetch_all(connection).await.map_err(|error| unusable(path, error))?;
    if found == ["ok"] {
        return Ok(());
    }
    Err(OpenError::Damaged { path: PathBuf::from(path), what: found.join("; ") })
}

/// A file system without shared memory, for one, silently gets another journal mode.
async fn check_durability(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let found: (String, i64) =
        sqlx::query_as(sql::DURABILITY).fetch_one(connection).await.map_err(|error| unusable(path, error))?;
    match (found.0.as_str(), found.1) {
        ("wal", 2) => Ok(()),
        (mode, synchronous) => Err(OpenError::NotDurable(format!("{mode}, synchronous = {synchronous}"))),
    }
}

/// The position of the last row.
async fn last_position(connection: &mut SqliteConnection, path: &Path) -> Result<i64, OpenError> {
    let last = sqlx::query_scalar(sql::LAST_POSITION).fetch_optional(connection).await;
    Ok(last.map_err(|error| unusable(path, error))?.unwrap_or_default())
}

/// Brings the tables up to date.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let texts = [
        (1, "journal", include_str!("../../migrations/sqlite/0001_journal.sql")),
        (2, "departure", include_str!("../../migrations/sqlite/0002_departure.sql")),
        (3, "identity", include_str!("../../migrations/sqlite/0003_identity.sql")),
        (4, "refresh_by_use", include_str!("../../migrations/sqlite/0004_refresh_by_use.sql")),
        (
            5,
            "snapshot_without_memory",
            include_str!("../../migrations/sqlite/0005_snapshot_without_memory.sql"),
        ),
        (6, "people", include_str!("../../migrations/sqlite/0006_people.sql")),
        (7, "booking", include_str!("../../migrations/sqlite/0007_booking.sql")),
        (8, "ledger", include_str!("../../migrations/sqlite/0008_ledger.sql")),
        (9, "run", include_str!("../../migrations/sqlite/0009_run.sql")),
    ];
    let steps = texts.map(|(number, name, text)| {
        Migration::new(number, name.into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(steps.into());
    // Not `run`: its future cannot be sent to another thread.
    let run = migrator.run_direct(None, connection, false).await;
    run.map_err(|error| OpenError::Migration(Box::new(error)))
}
