//! What the PostgreSQL store writes outside its commits: single statements that commit themselves, and that do
//! not wait for the disk.

use domain::time::Timestamp;
use sqlx::Postgres as Dialect;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

use super::reader::number;
use super::{Postgres, sql};
use crate::journal::Snapshot;
use crate::store::{EffectKey, Unavailable, Upkeep, WriteError};

impl Upkeep for Postgres {
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        let query = sqlx::query(sql::PUT_SNAPSHOT)
            .bind(snapshot.stream.as_str())
            .bind(number(snapshot.version))
            .bind(i32::from(snapshot.schema))
            .bind(number(snapshot.forgotten))
            .bind(&*snapshot.body);
        self.execute("keep a snapshot", query).await.map(|_| ())
    }

    async fn outbox_done(&self, effects: &[EffectKey]) -> Result<(), WriteError> {
        let effects = effects.iter();
        let query = sqlx::query(sql::OUTBOX_DONE)
            .bind(effects.clone().map(|key| key.stream.as_str()).collect::<Vec<_>>())
            .bind(effects.clone().map(|key| number(key.version)).collect::<Vec<_>>())
            .bind(effects.map(|key| i32::from(key.ordinal)).collect::<Vec<_>>());
        self.execute("strike effects off", query).await.map(|_| ())
    }

    async fn sweep_answers(&self, now: Timestamp, most: u32) -> Result<u64, WriteError> {
        let query = sqlx::query(sql::SWEEP_ANSWERS).bind(now.millis()).bind(i64::from(most));
        self.execute("sweep answers", query).await
    }

    async fn sweep_events(&self, before: Timestamp, most: u32) -> Result<u64, WriteError> {
        let query = sqlx::query(sql::SWEEP_EVENTS).bind(before.millis()).bind(i64::from(most));
        self.execute("sweep events", query).await
    }
}

impl Postgres {
    /// Executes one statement; says how many rows it changed.
    async fn execute(
        &self,
        task: &'static str,
        query: Query<'_, Dialect, PgArguments>,
    ) -> Result<u64, WriteError> {
        let done = query.execute(&self.pool).await.map_err(|error| Unavailable::to(task, error))?;
        Ok(done.rows_affected())
    }
}
