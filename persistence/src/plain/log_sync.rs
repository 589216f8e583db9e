//! When what was written beside the journal is durable.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::store::{Fatal, WriteError};

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
