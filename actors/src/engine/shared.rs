//! What owners of all kinds share on one node.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use persistence::any::Any;
use persistence::journal::{Activation, Snapshot};
use persistence::store::Upkeep as _;
use persistence::writer::Journal;
use tokio::sync::{Notify, Semaphore};

use super::loads::Loads;
use super::metrics::Metrics;
use super::quarantine::Quarantine;
use super::tree::Tree;

/// Snapshots that are written at a time. They are a cache: one that finds no room is not kept.
const SNAPSHOTS_MAX: usize = 2;

/// One node's store and journal, and everything of which there is one for all owners.
pub struct Shared {
    pub(super) store: Any,
    pub(super) journal: Journal,
    pub(super) loads: Loads,
    pub(super) metrics: Metrics,
    pub(super) quarantine: Quarantine,
    pub(super) tree: Tree,
    /// How long an owner with nothing to do stays in memory.
    pub(super) idle: Duration,
    /// Rung when a durable row has ordered something from the world.
    pub(super) orders: Notify,
    /// Rung when a durable row has news for live sessions.
    pub(super) news: Notify,
    /// One counter for all lives of all owners: the journal tells by it what began before a shard was claimed.
    activations: AtomicU64,
    snapshots: Arc<Semaphore>,
}

impl Shared {
    /// A node over a store and its journal.
    pub(super) async fn over(store: Any, journal: Journal, idle: Duration) -> Self {
        let tree = Tree::plant(store.clone()).await;
        Self {
            loads: Loads::new(store.clone()),
            store,
            journal,
            metrics: Metrics::default(),
            quarantine: Quarantine::default(),
            tree,
            idle,
            orders: Notify::new(),
            news: Notify::new(),
            activations: AtomicU64::new(0),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS_MAX)),
        }
    }

    pub(super) fn next_activation(&self) -> Activation {
        Activation::new(self.activations.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Keeps a snapshot beside the commits, if there is room.
    pub(super) fn keep(&self, snapshot: Snapshot) {
        let Ok(permit) = self.snapshots.clone().try_acquire_owned() else { return };
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.put_snapshot(&snapshot).await {
                tracing::warn!(stream = %snapshot.stream, error = %error, "cannot keep a snapshot");
            }
            drop(permit);
        });
    }
}
