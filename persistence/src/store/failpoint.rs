//! Named places at which a test may end the process.

use std::fmt;
use std::sync::Arc;

/// A place in the life of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// The shards are claimed; nothing is written yet.
    Claimed,
    /// Entries were taken in; no statement is formed yet.
    Collected,
    /// A statement is formed; the store does not know of it.
    BeforeWrite,
    /// SQLite only: all tables are written, the commit is still to come.
    BeforeCommit,
    /// SQLite only: committed; the transaction's end is not yet known to the writer.
    AfterCommit,
    /// The outcome is known; nobody was told.
    AfterWrite,
    /// About to tell.
    BeforeAck,
    /// The first of several was told, the others were not.
    AmidAcks,
    /// Everybody was told.
    AfterAck,
    /// Epochs are about to be raised after an unknown outcome.
    BeforeRaise,
    /// They were raised.
    AfterRaise,
}

impl Point {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Claimed,
        Self::Collected,
        Self::BeforeWrite,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::AfterWrite,
        Self::BeforeAck,
        Self::AmidAcks,
        Self::AfterAck,
        Self::BeforeRaise,
        Self::AfterRaise,
    ];
}

/// What to do at each [`Point`]; nothing by default.
#[derive(Clone, Default)]
pub struct Failpoints(Option<Arc<dyn Fn(Point) + Send + Sync>>);

impl Failpoints {
    /// Calls `at` whenever a point is reached, on the thread that reaches it.
    pub fn new(at: impl Fn(Point) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(at)))
    }

    pub(crate) fn reach(&self, point: Point) {
        if let Some(at) = &self.0 {
            at(point);
        }
    }
}

impl fmt::Debug for Failpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Failpoints(set)" } else { "Failpoints(none)" })
    }
}
