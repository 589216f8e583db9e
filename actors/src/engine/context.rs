//! What all owners of one kind of stream share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use domain::ids::Version;
use kameo::actor::{ActorId, ActorRef};
use persistence::any::Any;
use persistence::journal::{Activation, Snapshot, StoredRow, StreamId};
use persistence::store::{ReadError, Reader, Upkeep};
use persistence::writer::Journal;
use rustc_hash::FxBuildHasher;
use tokio::sync::Semaphore;

use super::changes::Changes;
use super::loads::Loads;
use super::metrics::Metrics;
use super::owned::Owned;
use super::owner::{CannotOwn, Owner};
use super::quarantine::Quarantine;
use super::tree::Tree;

/// Snapshots that are written at a time. They are a cache: one that finds no room is not kept.
const SNAPSHOTS_MAX: usize = 2;

/// Rows that are read at a time for a follower that has missed many.
const PAGE: u32 = 1_024;

/// What all owners share. One context a kind of stream, and one kind for now.
pub struct Context<A: Owned> {
    pub(super) store: Any,
    pub(super) journal: Journal,
    pub(super) loads: Loads,
    pub(super) metrics: Metrics,
    pub(super) quarantine: Quarantine,
    pub(super) tree: Tree,
    /// How long an owner with nothing to do stays in memory.
    pub(super) idle: Duration,
    /// The owners in memory. Only streams that exist get in, so nobody from outside fills one slot with many: a
    /// quick hash is enough.
    pub(super) live: DashMap<StreamId, ActorRef<Owner<A>>, FxBuildHasher>,
    /// The followers in memory. One outlives its owner while somebody watches it.
    pub(super) followers: DashMap<StreamId, Arc<A::Follower>, FxBuildHasher>,
    /// The followers with rows that nobody has looked at.
    pub(super) changes: Changes<A::Follower>,
    /// One counter for all lives of all owners.
    activations: AtomicU64,
    snapshots: Arc<Semaphore>,
}

impl<A: Owned> Context<A> {
    pub(super) fn new(store: Any, journal: Journal, tree: Tree, idle: Duration) -> Self {
        Self {
            loads: Loads::new(store.clone()),
            store,
            journal,
            metrics: Metrics::default(),
            quarantine: Quarantine::default(),
            tree,
            idle,
            live: DashMap::default(),
            followers: DashMap::default(),
            changes: Changes::default(),
            activations: AtomicU64::new(0),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS_MAX)),
        }
    }

    pub(super) fn next_activation(&self) -> Activation {
        Activation::new(self.activations.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Takes an owner that has stopped out of the directory, unless another one has its place.
    pub(super) fn left(&self, stream: &StreamId, owner: ActorId) {
        self.metrics.owners.dec();
        self.live.remove_if(stream, |_, other| other.id() == owner);
    }

    /// Says why an owner stops, and takes its stream out of service when a person has to look.
    pub(super) fn give_up(&self, stream: &StreamId, error: &CannotOwn) {
        match error {
            CannotOwn::Corrupt(_) | CannotOwn::Activate(_) => {
                let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
                self.quarantine.shut(stream, format!("{error}{}", cause.unwrap_or_default()));
            }
            CannotOwn::NotOwner(_) | CannotOwn::Stopped => {
                tracing::warn!(stream = %stream, error = %error, "the owner of {stream} stops");
            }
        }
    }

    /// The rows after `version`, all of them, however long the store takes.
    pub(super) async fn missed(
        &self,
        stream: &StreamId,
        version: Version,
    ) -> Result<Vec<StoredRow>, CannotOwn> {
        let mut rows: Vec<StoredRow> = Vec::new();
        loop {
            let after = rows.last().map_or(version, |row| row.version);
            match self.store.rows_of(stream, after, PAGE).await {
                Ok(page) if page.is_empty() => return Ok(rows),
                Ok(page) => rows.extend(page),
                Err(ReadError::Corrupt(corrupt)) => return Err(corrupt.into()),
                Err(ReadError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
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
