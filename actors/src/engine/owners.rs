//! The owners of one kind of stream, whichever it is.

use std::sync::Arc;

use persistence::any::Any;
use persistence::journal::StreamId;
use persistence::writer::Journal;

use super::context::Context;
use super::metrics::Metrics;
use super::owned::Owned;
use super::quarantine::Quarantine;
use super::told::{Told, Unserved};
use super::tree::Tree;
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
        let tree = Tree::plant(store.clone()).await;
        Self(Arc::new(Context::new(store, journal, tree, options.idle)))
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
