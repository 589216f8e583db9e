//! The writer's side of the SQLite store.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlx::SqliteConnection;

use super::checkpoint::pages_of;
use super::packed::{self, Packed};
use super::{Shared, sql, texts};
use crate::journal::{Epoch, NodeId, Outcome, Shard, Statement};
use crate::store::{Failpoints, Fatal, Point, Store, Unavailable, WriteError, lines, unstorable};

/// `SQLITE_BUSY`: another process holds the lock. Nothing was written.
const BUSY: i32 = 5;
/// `SQLITE_CORRUPT`.
pub(super) const CORRUPT: i32 = 11;
/// `SQLITE_TOOBIG`: a text of more than a billion bytes.
const TOO_BIG: i32 = 18;
/// `SQLITE_CONSTRAINT`, of any kind.
const CONSTRAINT: i32 = 19;
/// `SQLITE_NOTADB`.
pub(super) const NOT_A_DATABASE: i32 = 26;

/// The primary result code of an error that comes from SQLite itself.
pub(super) fn code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}

/// What a failed write means.
pub(crate) fn write_error(task: &'static str, error: sqlx::Error) -> WriteError {
    match code(&error) {
        Some(BUSY) => Unavailable::to(task, error).into(),
        _ => Fatal::to(task, error).into(),
    }
}

/// The writer's side, for one node. Lanes take turns; more than one does not make anything faster.
#[derive(Debug)]
pub struct Lane {
    shared: Arc<Shared>,
    /// As the table writes it.
    node: String,
    failpoints: Failpoints,
}

impl Lane {
    pub(super) fn new(shared: Arc<Shared>, node: NodeId, failpoints: Failpoints) -> Self {
        Self { shared, node: format!("{:032x}", node.bits()), failpoints }
    }

    async fn take_over(
        &self,
        task: &'static str,
        how: &'static str,
        shards: &[Shard],
    ) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        let mut writer = self.shared.writer.lock().await;
        let owned: Vec<(u8, i64)> = sqlx::query_as(how)
            .bind(&self.node)
            .bind(texts::shards(shards))
            .fetch_all(&mut *writer)
            .await
            .map_err(|error| write_error(task, error))?;
        let mut owned: Vec<_> =
            owned.into_iter().map(|(shard, epoch)| (Shard::new(shard), Epoch::new(epoch))).collect();
        owned.sort_unstable();
        Ok(owned)
    }
}

impl Store for Lane {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.take_over("claim shards", sql::CLAIM, shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.take_over("raise epochs", sql::RAISE, shards).await
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        if let Some(reason) = unstorable(statement) {
            return Ok(Outcome::Refused(reason));
        }
        let mut writer = self.shared.writer.lock().await;
        let last = self.shared.positions.fetch_add(count(statement), Ordering::Relaxed);
        let written = Written { statement, rows: packed::rows(statement, last), last };
        match transact(&mut writer, &self.node, &written, &self.failpoints).await {
            Ok(outcome) => {
                self.shared.growth.grew(pages_of(statement.rows.len()));
                Ok(outcome)
            }
            Err(error) => match code(&error) {
                Some(CONSTRAINT | TOO_BIG) => Ok(Outcome::Refused(error.to_string())),
                // Only the beginning waits for a lock, so nothing was written. The epochs rise first all the
                // same: the case is too rare to deserve an outcome of its own.
                Some(BUSY) => Ok(Outcome::Unknown(error.to_string())),
                _ => Err(Fatal::to("commit", error)),
            },
        }
    }
}

/// A statement and its rows.
struct Written<'a> {
    statement: &'a Statement,
    rows: Option<Packed>,
    /// The position before the first of them.
    last: i64,
}

fn count(statement: &Statement) -> i64 {
    i64::try_from(statement.rows.len()).expect("a statement fits into memory")
}

/// One transaction. After an error nothing of it is left.
async fn transact(
    writer: &mut SqliteConnection,
    node: &str,
    written: &Written<'_>,
    failpoints: &Failpoints,
) -> Result<Outcome, sqlx::Error> {
    if let Err(error) = write(writer, node, written).await {
        // A transaction that never began cannot be undone.
        if code(&error) != Some(BUSY) {
            // When undoing fails, that is the graver error.
            sqlx::query(sql::ROLLBACK).execute(&mut *writer).await?;
        }
        let fenced = match code(&error) {
            Some(CONSTRAINT) => shards_not_ours(writer, node, written.statement).await?,
            _ => Vec::new(),
        };
        return if fenced.is_empty() { Err(error) } else { Ok(Outcome::Fenced(fenced)) };
    }
    failpoints.reach(Point::BeforeCommit);
    if let Err(error) = sqlx::query(sql::COMMIT).execute(&mut *writer).await {
        // It may have undone itself, which is as good.
        let _ = sqlx::query(sql::ROLLBACK).execute(&mut *writer).await;
        return Err(error);
    }
    failpoints.reach(Point::AfterCommit);
    Ok(Outcome::Committed)
}

async fn write(writer: &mut SqliteConnection, node: &str, written: &Written<'_>) -> Result<(), sqlx::Error> {
    let statement = written.statement;
    let (heads, texts) = written.rows.as_ref().map(|rows| (&*rows.heads, &*rows.texts)).unzip();
    let text = match (statement.is_told(), statement.has_only_rows()) {
        (true, _) => sql::WRITE_AND_TELL,
        (false, false) => sql::WRITE_AND_REMEMBER,
        (false, true) => sql::WRITE,
    };
    let write = sqlx::query(text)
        .bind(texts::owned(statement))
        .bind(node)
        .bind(texts::answers(statement))
        .bind(texts::effects(statement))
        .bind(texts::due(statement))
        .bind(texts::never_due(statement))
        .bind(texts::listings(statement))
        .bind(heads)
        .bind(texts);
    let write = if statement.is_told() {
        write
            .bind(lines::bookings(statement.bookings.iter()))
            .bind(lines::booked(statement.booked.iter()))
            .bind(lines::events(statement))
            .bind(lines::ledger(statement.ledger.iter()))
            .bind(written.last)
    } else {
        write
    };
    write.execute(writer).await.map(|_| ())
}

async fn shards_not_ours(
    writer: &mut SqliteConnection,
    node: &str,
    statement: &Statement,
) -> Result<Vec<Shard>, sqlx::Error> {
    let shards: Vec<u8> = sqlx::query_scalar(sql::SHARDS_NOT_OURS)
        .bind(texts::owned(statement))
        .bind(node)
        .fetch_all(writer)
        .await?;
    Ok(shards.into_iter().map(Shard::new).collect())
}
