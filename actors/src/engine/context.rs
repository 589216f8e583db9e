//! What all owners of one kind of stream share.

use std::ops::Deref;
use std::sync::Arc;

use dashmap::DashMap;
use domain::ids::Version;
use kameo::actor::{ActorId, ActorRef};
use persistence::journal::{StoredRow, StreamId};
use persistence::store::{ReadError, Reader};
use rustc_hash::FxBuildHasher;
use tokio::time::{Duration, sleep};

use super::changes::Changes;
use super::owned::Owned;
use super::owner::{CannotOwn, Owner};
use super::shared::Shared;

/// Rows that are read at a time for a follower that has missed many.
const PAGE: u32 = 1_024;

/// What all owners of one kind share: beside the node's own, who is in memory.
pub struct Context<A: Owned> {
    /// The node's.
    pub(super) shared: Arc<Shared>,
    /// The owners in memory. Only streams that exist get in, so nobody from outside fills one slot with many: a
    /// quick hash is enough.
    pub(super) live: DashMap<StreamId, ActorRef<Owner<A>>, FxBuildHasher>,
    /// The followers in memory. One outlives its owner while somebody watches it.
    pub(super) followers: DashMap<StreamId, Arc<A::Follower>, FxBuildHasher>,
    /// The followers with rows that nobody has looked at.
    pub(super) changes: Changes<A::Follower>,
}

impl<A: Owned> Deref for Context<A> {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl<A: Owned> Context<A> {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, live: DashMap::default(), followers: DashMap::default(), changes: Changes::default() }
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
                Err(ReadError::Unavailable(_)) => sleep(Duration::from_millis(100)).await,
            }
        }
    }
}
