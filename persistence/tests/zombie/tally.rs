//! What the database says about who wrote what.

use std::collections::BTreeSet;

use persistence::journal::{Epoch, NodeId, Shard};
use persistence::postgres::STATEMENTS;
use sqlx::{Connection, PgConnection};

use crate::shop::{self, OWNER};

/// How many rows, answers and effects the owner has written so far.
pub async fn of_the_owner(admin: &mut PgConnection) -> u64 {
    let text = "
        select (select coalesce(sum(run), 0) from journal where schema = $1)
             + (select count(*) from request_log where body = $2)
             + (select count(*) from outbox where body = $2)";
    let count: i64 = sqlx::query_scalar(text)
        .bind(i32::from(OWNER))
        .bind(format!("\"{OWNER}\""))
        .fetch_one(admin)
        .await
        .unwrap();
    u64::try_from(count).unwrap()
}

/// Takes the shards over in a transaction that stays open for a moment, and counts in it what the owner has
/// written: it waited for everything that began before, so whatever is written besides comes too late.
pub async fn take_over_slowly(admin: &mut PgConnection, node: NodeId) -> (Vec<(Shard, Epoch)>, u64) {
    let (_, claim) = STATEMENTS.iter().find(|(name, _)| *name == "CLAIM").unwrap();
    let shards: Vec<i32> = shop::shards().iter().map(|shard| i32::from(shard.number())).collect();
    let mut transaction = admin.begin().await.unwrap();
    let owned: Vec<(i32, i64)> = sqlx::query_as(*claim)
        .bind(format!("{:032x}", node.bits()))
        .bind(shards)
        .fetch_all(&mut *transaction)
        .await
        .unwrap();
    let before = of_the_owner(&mut transaction).await;
    transaction.commit().await.unwrap();
    let mut owned: Vec<_> = owned
        .into_iter()
        .map(|(shard, epoch)| (Shard::new(u8::try_from(shard).unwrap()), Epoch::new(epoch)))
        .collect();
    owned.sort_unstable();
    (owned, before)
}

/// Ends the connections of a node, as a successor may.
pub async fn end_connections_of(admin: &mut PgConnection, node: NodeId) {
    let text = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = $1";
    let name = format!("aisle:{:032x}", node.bits());
    sqlx::query(text).bind(name).execute(admin).await.unwrap();
}

/// How many of these rows are not there.
pub async fn missing(admin: &mut PgConnection, rows: &BTreeSet<(String, u64)>) -> usize {
    let text = "select stream, generate_series(version, version + run - 1) from journal";
    let stored: Vec<(String, i64)> = sqlx::query_as(text).fetch_all(admin).await.unwrap();
    let stored: BTreeSet<(String, u64)> =
        stored.into_iter().map(|(stream, version)| (stream, u64::try_from(version).unwrap())).collect();
    rows.difference(&stored).count()
}

/// How often a line of a stream has a lower epoch than the line before it, or does not begin where that one ends.
pub async fn epochs_that_fall(admin: &mut PgConnection) -> i64 {
    let text = "
        select count(*) from (
            select epoch, lag(epoch) over stream as epoch_before,
                   version, coalesce(lag(version + run) over stream, 1) as begins
            from journal window stream as (partition by stream order by version)
        ) as row
        where epoch < epoch_before or version <> begins";
    sqlx::query_scalar(text).fetch_one(admin).await.unwrap()
}
