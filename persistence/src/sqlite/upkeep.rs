//! What the SQLite store writes outside its commits. It takes its turn with the writer, but does not wait for
//! the disk: the next commit takes it along.

use domain::time::Timestamp;
use sqlx::Sqlite as Dialect;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use super::checkpoint::PAGE_BYTES;
use super::lane::write_error;
use super::reader::number;
use super::{Sqlite, sql, texts};
use crate::journal::Snapshot;
use crate::store::{EffectKey, Upkeep, WriteError};

impl Upkeep for Sqlite {
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        self.shared.growth.grew(snapshot.body.len() as u64 / PAGE_BYTES);
        let query = sqlx::query(sql::PUT_SNAPSHOT)
            .bind(snapshot.stream.as_str())
            .bind(number(snapshot.version))
            .bind(snapshot.schema)
            .bind(number(snapshot.forgotten))
            .bind(&*snapshot.body);
        self.in_turn("keep a snapshot", query).await.map(|_| ())
    }

    async fn outbox_done(&self, effects: &[EffectKey]) -> Result<(), WriteError> {
        let query = sqlx::query(sql::OUTBOX_DONE).bind(texts::keys(effects));
        self.in_turn("strike effects off", query).await.map(|_| ())
    }

    async fn sweep_answers(&self, now: Timestamp, most: u32) -> Result<u64, WriteError> {
        let query = sqlx::query(sql::SWEEP_ANSWERS).bind(now.millis()).bind(most);
        self.in_turn("sweep answers", query).await
    }

    async fn sweep_events(&self, before: Timestamp, most: u32) -> Result<u64, WriteError> {
        let query = sqlx::query(sql::SWEEP_EVENTS).bind(before.millis()).bind(most);
        self.in_turn("sweep events", query).await
    }
}

impl Sqlite {
    /// Executes one statement while the writer does not; says how many rows it changed.
    async fn in_turn(
        &self,
        task: &'static str,
        query: Query<'_, Dialect, SqliteArguments>,
    ) -> Result<u64, WriteError> {
        let _turn = self.shared.writer.lock().await;
        let mut connection = self.shared.upkeep.lock().await;
        let done = query.execute(&mut *connection).await.map_err(|error| write_error(task, error))?;
        Ok(done.rows_affected())
    }
}
