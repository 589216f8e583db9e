//! The owners of one kind of stream, whichever it is.

use std::sync::Arc;

use persistence::any::Any;
use persistence::journal::{RequestId, StreamId};
use persistence::writer::Journal;

use super::context::Context;
use super::metrics::Metrics;
use super::owned::Owned;
use super::quarantine::Quarantine;
use super::shared::Shared;
use super::told::{Told, Unserved};
use super::{Options, Router};
use crate::entity::Request;

/// One node's owners of one kind of stream. Copies share them.
pub struct Owners<A: Owned>(pub(super) Arc<Context<A>>);

impl<A: Owned> Clone for Owners<A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A: Owned> Owners<A> {
    /// Starts over a store and its journal. Nobody is in memory yet.
    pub async fn start(store: Any, journal: Journal, options: &Options) -> Self {
        Self::on(Arc::new(Shared::over(store, journal, options.idle).await))
    }

    /// The owners of another kind on the same node.
    #[must_use]
    pub fn beside<B: Owned>(&self) -> Owners<B> {
        Owners::on(self.0.shared.clone())
    }

    fn on(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Context::new(shared)))
    }

    /// Waits until a durable row of this node has ordered something from the world.
    pub async fn ordered(&self) {
        self.0.orders.notified().await;
    }

    /// Waits until a durable row of this node has news for live sessions.
    pub async fn news(&self) {
        self.0.news.notified().await;
    }

    /// From now on, followers with new rows are kept for [`Owners::changed`].
    pub fn listen(&self) {
        self.0.changes.listen();
    }

    /// The followers with rows that nobody has looked at; waits until there are some.
    pub async fn changed(&self) -> Vec<Arc<A::Follower>> {
        self.0.changes.next().await
    }

    /// The followers in memory.
    #[must_use]
    pub fn followers(&self) -> Vec<Arc<A::Follower>> {
        self.0.followers.iter().map(|follower| follower.clone()).collect()
    }

    /// The follower of a stream, if it is in memory.
    #[must_use]
    pub fn follower(&self, stream: &StreamId) -> Option<Arc<A::Follower>> {
        self.0.followers.get(stream).map(|follower| follower.clone())
    }

    /// The store, for readers.
    #[must_use]
    pub fn store(&self) -> &Any {
        &self.0.store
    }

    /// Calls a stream into memory, with its follower.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn wake(&self, stream: &StreamId) -> Result<Option<Arc<A::Follower>>, Unserved> {
        self.0.wake(stream).await?;
        Ok(self.follower(stream))
    }

    /// What became of a request, whatever it asked; `None` when it is not remembered.
    ///
    /// # Errors
    /// When that cannot be found out now.
    pub async fn became(&self, stream: &StreamId, request: RequestId) -> Result<Option<Told<A>>, Unserved> {
        self.0.became(stream, request).await
    }

    /// What they count.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Who is out of service.
    #[must_use]
    pub fn quarantine(&self) -> &Quarantine {
        &self.0.quarantine
    }
}

impl<A: Owned> Router<A> for Owners<A> {
    fn ask(
        &self,
        stream: StreamId,
        request: Request<A::Command>,
    ) -> impl Future<Output = Result<Told<A>, Unserved>> + Send {
        self.0.ask(stream, request)
    }
}
