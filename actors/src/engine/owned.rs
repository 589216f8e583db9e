//! What an aggregate needs beside its rules so that an actor can own it.

use std::sync::Arc;

use domain::aggregate::Aggregate;
use domain::ids::Version;
use domain::time::Timestamp;

use super::changes::Mark;
use super::metrics::Metrics;
use crate::entity::Entity;

/// An aggregate that an actor owns.
pub trait Owned:
    Entity<Command: Send, Event: Send + Sync, Rejection: Send + Sync> + Send + Sync + 'static
{
    /// What follows its durable rows.
    type Follower: Follower<Self>;
}

/// What follows the durable rows of one stream, one by one: all that anybody may see of it.
///
/// It outlives the owner: an owner that comes back first hands in what the follower has missed.
pub trait Follower<A: Owned>: Send + Sync + 'static {
    /// A follower that starts at this durable state.
    fn begin(state: &A, version: Version, metrics: &Metrics) -> Self;

    /// The last row that it has taken in.
    fn version(&self) -> Version;

    /// Takes the next durable row in. One that it has already is passed over.
    fn follow(self: &Arc<Self>, row: &DurableRow<'_, A>);

    /// Whether somebody waits for the next row: then it stays when the owner leaves.
    fn is_watched(&self) -> bool;

    /// Its mark on the list of those that have changed; `None`, the default, when nobody keeps a picture of all.
    fn mark(&self) -> Option<&Mark> {
        None
    }
}

/// A row that nobody can take back.
#[derive(Debug)]
pub struct DurableRow<'a, A: Aggregate> {
    /// Its number.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// Its events.
    pub events: &'a [A::Event],
}
