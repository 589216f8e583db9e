//! One way to ask either database, so that what is asked is written once.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{FromRow, Postgres, Sqlite, Transaction};
use tokio::sync::Mutex;

use super::{Accounts, IdentityError};
use crate::memory::Memory;
use crate::sqlite;
use crate::store::{Fatal, Unavailable, WriteError};

/// What a failed write means. One that the tables refuse has hurt nothing.
fn failed(error: sqlx::Error) -> WriteError {
    let is_refused = error.as_database_error().is_some_and(|error| {
        error.is_unique_violation() || error.is_foreign_key_violation() || error.is_check_violation()
    });
    if is_refused { Unavailable::to(WRITE, error).into() } else { sqlite::write_error(WRITE, error) }
}

/// Where accounts are.
#[derive(Debug, Clone)]
pub enum Place {
    /// A database in memory, beside the store that forgets.
    Memory(Memory),
    /// The file that the journal is in.
    Sqlite(sqlite::Sqlite),
    /// The database that the journal is in; its connections wait for the disk.
    Postgres(PgPool),
}

/// A value of a statement.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(&'a str),
    /// Bytes, or nothing.
    Bytes(Option<&'a [u8]>),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Some(bytes))
    }
}

/// What a row of either database can be read as.
pub trait Columns: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Columns for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A transaction. What is not committed never was.
pub enum Turn<'a> {
    /// With the turn to write, when the journal writes to the same file; it is given back last.
    Sqlite(Transaction<'static, Sqlite>, Option<sqlite::Turn<'a>>),
    /// One among many.
    Postgres(Transaction<'static, Postgres>),
}

fn to_sqlite<'a>(text: &'static str, values: &[Value<'a>]) -> Query<'a, Sqlite, SqliteArguments> {
    values.iter().fold(sqlx::query(text), |query, value| match *value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

fn to_postgres<'a>(text: &'static str, values: &[Value<'a>]) -> Query<'a, Postgres, PgArguments> {
    values.iter().fold(sqlx::query(text), |query, value| match *value {
        Value::Number(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

fn read<'r, T: FromRow<'r, R>, R: sqlx::Row>(rows: &'r [R]) -> Result<Vec<T>, sqlx::Error> {
    rows.iter().map(T::from_row).collect()
}

impl Turn<'_> {
    /// Executes a statement; says how many rows it changed.
    pub async fn execute(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<u64, IdentityError> {
        match self {
            Self::Sqlite(transaction, _) => {
                let done = to_sqlite(text, values).execute(&mut **transaction).await;
                Ok(done.map_err(failed)?.rows_affected())
            }
            Self::Postgres(transaction) => {
                let done = to_postgres(text, values).execute(&mut **transaction).await;
                Ok(done.map_err(|error| Unavailable::to(WRITE, error))?.rows_affected())
            }
        }
    }

    /// The rows that a statement gives.
    pub async fn rows<T: Columns>(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<T>, IdentityError> {
        match self {
            Self::Sqlite(transaction, _) => {
                let rows = to_sqlite(text, values).fetch_all(&mut **transaction).await;
                let rows = rows.and_then(|rows| read(&rows));
                Ok(rows.map_err(failed)?)
            }
            Self::Postgres(transaction) => {
                let rows = to_postgres(text, values).fetch_all(&mut **transaction).await;
                let rows = rows.and_then(|rows| read(&rows));
                Ok(rows.map_err(|error| Unavailable::to(WRITE, error))?)
            }
        }
    }

    /// The one row that a statement gives, if it gives any.
    pub async fn row<T: Columns>(
        &mut self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<T>, IdentityError> {
        Ok(self.rows(text, values).await?.pop())
    }
}

/// What fails, in logs.
const WRITE: &str = "write accounts";

impl Accounts {
    /// Begins a transaction that writes.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, IdentityError> {
        match &self.place {
            Place::Memory(memory) => {
                let pool = memory.accounts().await?;
                Ok(Turn::Sqlite(sqlite::begin(pool).await?, None))
            }
            Place::Sqlite(store) => {
                // The turn first: whoever has it never waits for a lock of the database.
                let turn = store.turn().await;
                Ok(Turn::Sqlite(sqlite::begin(store.accounts()).await?, Some(turn)))
            }
            Place::Postgres(pool) => {
                Ok(Turn::Postgres(pool.begin().await.map_err(|error| Unavailable::to(WRITE, error))?))
            }
        }
    }

    /// Ends a transaction so that what it wrote is durable when this returns.
    pub(super) async fn commit(&self, turn: Turn<'_>) -> Result<(), IdentityError> {
        match turn {
            Turn::Sqlite(transaction, turn) => {
                transaction.commit().await.map_err(failed)?;
                drop(turn);
                if let Place::Sqlite(store) = &self.place {
                    store.log_sync().wait().await?;
                }
                Ok(())
            }
            Turn::Postgres(transaction) => {
                Ok(transaction.commit().await.map_err(|error| Unavailable::to(WRITE, error))?)
            }
        }
    }

    /// The rows that a statement gives which changes nothing.
    pub(super) async fn read<T: Columns>(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<T>, IdentityError> {
        let from_sqlite = async |pool: &SqlitePool| to_sqlite(text, values).fetch_all(pool).await;
        let rows = match &self.place {
            Place::Memory(memory) => from_sqlite(memory.accounts().await?).await.and_then(|rows| read(&rows)),
            Place::Sqlite(store) => from_sqlite(store.reads()).await.and_then(|rows| read(&rows)),
            Place::Postgres(pool) => {
                to_postgres(text, values).fetch_all(pool).await.and_then(|rows| read(&rows))
            }
        };
        Ok(rows.map_err(|error| Unavailable::to("read accounts", error))?)
    }

    /// The one row that such a statement gives, if it gives any.
    pub(super) async fn read_one<T: Columns>(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<T>, IdentityError> {
        Ok(self.read(text, values).await?.pop())
    }
}

/// Makes what was written to SQLite's log durable without the turn to write: the journal does not wait for accounts,
/// and whoever comes while one sync is under way shares the next.
#[derive(Debug)]
pub struct LogSync {
    log: PathBuf,
    /// Transactions that have ended.
    written: AtomicU64,
    /// Of them, those that the disk has.
    synced: Mutex<u64>,
    /// A sync has failed: what the log holds on the disk is not known any more.
    is_broken: AtomicBool,
}

impl LogSync {
    /// Of the log at `log`.
    pub(crate) fn new(log: PathBuf) -> Arc<Self> {
        let (written, synced) = (AtomicU64::new(0), Mutex::new(0));
        Arc::new(Self { log, written, synced, is_broken: AtomicBool::new(false) })
    }

    /// Waits until what has been written before this call is durable.
    pub(super) async fn wait(&self) -> Result<(), WriteError> {
        let mine = self.written.fetch_add(1, Ordering::AcqRel) + 1;
        let mut synced = self.synced.lock().await;
        if self.is_broken.load(Ordering::Acquire) {
            return Err(
                Fatal::to("sync the log", "an earlier sync has failed; start the process anew").into()
            );
        }
        if *synced >= mine {
            return Ok(());
        }
        let all = self.written.load(Ordering::Acquire);
        let log = self.log.clone();
        let done = tokio::task::spawn_blocking(move || std::fs::File::open(log)?.sync_data()).await;
        if let Err(error) = done.map_err(std::io::Error::other).flatten() {
            self.is_broken.store(true, Ordering::Release);
            return Err(Fatal::to("sync the log", error).into());
        }
        *synced = all;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_log_that_could_not_be_synced_is_trusted_no_more() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let log = LogSync::new(path.clone());
        let failed = log.wait().await.unwrap_err();
        assert!(matches!(failed, WriteError::Fatal(_)), "there is no such file: {failed:?}");
        std::fs::write(&path, "it is back").unwrap();
        assert!(matches!(log.wait().await.unwrap_err(), WriteError::Fatal(_)), "what it lost is not");
        let sound = LogSync::new(path);
        let (one, two, three) = tokio::join!(sound.wait(), sound.wait(), sound.wait());
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(*sound.synced.lock().await, 3);
    }
}
