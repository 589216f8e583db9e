//! Plain tables, written once for both databases: the statements are the same text, and this hides whose they are.
//!
//! [`Place`] is where they are, [`Turn`] a transaction on them. `LogSync` makes it durable in SQLite's file without
//! holding the journal up.

mod log_sync;

use sqlx::postgres::{PgArguments, PgPool, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{FromRow, Postgres, Sqlite, Transaction};

use crate::memory::Memory;
use crate::sqlite;
use crate::store::{PlainError, Unavailable, WriteError};

pub(crate) use log_sync::LogSync;

/// What a failed write means. One that the tables refuse has hurt nothing.
fn failed(error: sqlx::Error) -> WriteError {
    let is_refused = error.as_database_error().is_some_and(|error| {
        error.is_unique_violation() || error.is_foreign_key_violation() || error.is_check_violation()
    });
    if is_refused { Unavailable::to(WRITE, error).into() } else { sqlite::write_error(WRITE, error) }
}

/// What fails, in logs.
const WRITE: &str = "write beside the journal";
const READ: &str = "read beside the journal";

/// Where plain tables are.
#[derive(Debug, Clone)]
pub enum Place {
    /// A database in memory, beside the store that forgets.
    Memory(Memory),
    /// The file that the journal is in.
    Sqlite(sqlite::Sqlite),
    /// The database that the journal is in.
    Postgres {
        /// Connections that only read.
        reads: PgPool,
        /// Connections whose commits wait for the disk.
        writes: PgPool,
    },
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

/// A statement that has to be said to each database in its own words.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// To SQLite.
    pub to_sqlite: &'static str,
    /// To PostgreSQL.
    pub to_postgres: &'static str,
}

impl Turn<'_> {
    /// The same as [`Turn::execute`], in the words of whichever database it is.
    pub async fn execute_said(&mut self, said: Said, values: &[Value<'_>]) -> Result<u64, PlainError> {
        self.execute(self.in_its_words(said), values).await
    }

    /// The same as [`Turn::rows`], in the words of whichever database it is.
    pub async fn rows_said<T: Columns>(
        &mut self,
        said: Said,
        values: &[Value<'_>],
    ) -> Result<Vec<T>, PlainError> {
        self.rows(self.in_its_words(said), values).await
    }

    const fn in_its_words(&self, said: Said) -> &'static str {
        match self {
            Self::Sqlite(..) => said.to_sqlite,
            Self::Postgres(_) => said.to_postgres,
        }
    }

    /// Executes a statement; says how many rows it changed.
    pub async fn execute(&mut self, text: &'static str, values: &[Value<'_>]) -> Result<u64, PlainError> {
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
    ) -> Result<Vec<T>, PlainError> {
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
    ) -> Result<Option<T>, PlainError> {
        Ok(self.rows(text, values).await?.pop())
    }
}

impl Place {
    /// Begins a transaction that writes.
    pub async fn turn(&self) -> Result<Turn<'_>, PlainError> {
        match self {
            Self::Memory(memory) => {
                let pool = memory.accounts().await?;
                Ok(Turn::Sqlite(sqlite::begin(pool).await?, None))
            }
            Self::Sqlite(store) => {
                // The turn first: whoever has it never waits for a lock of the database.
                let turn = store.turn().await;
                Ok(Turn::Sqlite(sqlite::begin(store.accounts()).await?, Some(turn)))
            }
            Self::Postgres { writes, .. } => {
                Ok(Turn::Postgres(writes.begin().await.map_err(|error| Unavailable::to(WRITE, error))?))
            }
        }
    }

    /// Takes in what has changed in the store that forgets, whose lists are not kept in a database.
    pub async fn refresh(&self) -> Result<(), PlainError> {
        match self {
            Self::Memory(memory) => Ok(memory.mirror().await?),
            Self::Sqlite(_) | Self::Postgres { .. } => Ok(()),
        }
    }

    /// Ends a transaction so that what it wrote is durable when this returns.
    pub async fn commit(&self, turn: Turn<'_>) -> Result<(), PlainError> {
        match turn {
            Turn::Sqlite(transaction, turn) => {
                transaction.commit().await.map_err(failed)?;
                drop(turn);
                if let Self::Sqlite(store) = self {
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
    pub async fn read<T: Columns>(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<T>, PlainError> {
        let from_sqlite = async |pool: &SqlitePool| to_sqlite(text, values).fetch_all(pool).await;
        let rows = match self {
            Self::Memory(memory) => from_sqlite(memory.accounts().await?).await.and_then(|rows| read(&rows)),
            Self::Sqlite(store) => from_sqlite(store.reads()).await.and_then(|rows| read(&rows)),
            Self::Postgres { reads, .. } => {
                to_postgres(text, values).fetch_all(reads).await.and_then(|rows| read(&rows))
            }
        };
        Ok(rows.map_err(|error| Unavailable::to(READ, error))?)
    }

    /// The one row that such a statement gives, if it gives any.
    pub async fn read_one<T: Columns>(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<T>, PlainError> {
        Ok(self.read(text, values).await?.pop())
    }
}
