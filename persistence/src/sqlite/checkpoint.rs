//! Moves the log into the file, beside the commits.
//!
//! SQLite would do that inside of whichever commit makes the log a thousand pages long: that commit, and everybody who
//! waits for it, would wait for some four megabytes more and another sync. Here a connection of its own does
//! it while commits go on. They never let the log begin anew, though, so when it has grown long the turn to write is taken
//! for a moment, for the few pages that came meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::SqliteConnection;
use tokio::sync::Notify;

use super::{Shared, sql};

/// Pages in the log from which on moving them pays: as many as SQLite waits for.
const PAGES_MIN: u64 = 1_000;

/// Pages in the log from which on it is to begin anew, 32 MiB: a start after a crash reads all of it.
const LOG_PAGES_MAX: i64 = 8_192;

/// Bytes of a page.
pub(super) const PAGE_BYTES: u64 = 4_096;

/// How long to wait for readers of the log when it is to begin anew. It can wait for the next time.
pub(super) const READERS_WITHIN: Duration = Duration::from_millis(50);

/// How much the log has grown since it was last moved.
#[derive(Debug, Default)]
pub(super) struct Growth {
    pages: AtomicU64,
    is_wanted: Notify,
}

impl Growth {
    /// About so many pages came.
    pub fn grew(&self, pages: u64) {
        if self.pages.fetch_add(pages, Ordering::Relaxed) + pages >= PAGES_MIN {
            self.is_wanted.notify_one();
        }
    }

    /// Nothing comes any more.
    pub fn end(&self) {
        self.is_wanted.notify_one();
    }
}

/// Pages that a commit of so many rows makes at most: each has part of a leaf and of an index, and the way there is new for
/// all. Of a hot flight, whose rows stand close together, they are a third, and it is better to move those early: what is
/// moved at a time is synced at a time.
pub(super) const fn pages_of(rows: usize) -> u64 {
    6 + rows as u64 / 2
}

/// Moves the log whenever it has grown, for as long as the store is open. So many bytes were `left` in it by lives that
/// ended before they could: they count, and a log that is too long already is moved before anything else, or lives
/// that are short enough would let it grow for ever.
pub(super) async fn start(shared: &Arc<Shared>, left: u64) -> Result<(), sqlx::Error> {
    let left = left / PAGE_BYTES;
    if i64::try_from(left).is_ok_and(|left| left > LOG_PAGES_MAX) {
        moved(&mut *shared.checkpoints.lock().await, sql::MOVE_ALL_OF_LOG).await?;
    } else {
        shared.growth.grew(left);
    }
    let (shared, growth) = (Arc::downgrade(shared), shared.growth.clone());
    tokio::spawn(async move {
        loop {
            growth.is_wanted.notified().await;
            let Some(shared) = shared.upgrade() else { return };
            growth.pages.store(0, Ordering::Relaxed);
            // What it could not move stays in the log, where it is as durable, and is moved next time.
            if let Err(error) = shared.move_log().await {
                tracing::error!(error = %error, "the log cannot be moved into the database: it grows");
            }
        }
    });
    Ok(())
}

impl Shared {
    async fn move_log(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.checkpoints.lock().await;
        let pages = moved(&mut connection, sql::MOVE_LOG).await?;
        if pages > LOG_PAGES_MAX {
            let _turn = self.writer.lock().await;
            moved(&mut connection, sql::MOVE_ALL_OF_LOG).await?;
        }
        Ok(())
    }
}

/// How many pages the log has.
async fn moved(connection: &mut SqliteConnection, how: &'static str) -> Result<i64, sqlx::Error> {
    let (_is_busy, pages, _moved): (i64, i64, i64) = sqlx::query_as(how).fetch_one(connection).await?;
    Ok(pages)
}
