//! The last rows' changes of a room.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::Version;
use domain::time::Timestamp;
use domain::view::RowChange;

/// Rows that are kept: what a busy flight does in some seconds, and a viewer who was away longer is served
/// better by one map than by so many changes.
pub const ROWS_MAX: usize = 1_024;

/// Rows older than this are not kept: who was away longer starts afresh.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);

/// Changes of consecutive rows, oldest first.
#[derive(Debug)]
pub struct Ring {
    rows: VecDeque<(Timestamp, Arc<RowChange>)>,
    /// The row before the first one that is kept.
    before: Version,
}

impl Ring {
    /// An empty ring; the next row is the one after `version`.
    pub fn starting_after(version: Version) -> Self {
        Self { rows: VecDeque::new(), before: version }
    }

    /// The row before the first one that is kept: who has seen it can be told everything since.
    pub fn before(&self) -> Version {
        self.before
    }

    /// Takes the next row in, and lets go of what is too old.
    pub fn push(&mut self, at: Timestamp, change: Arc<RowChange>) {
        self.rows.push_back((at, change));
        while self.rows.len() > ROWS_MAX
            || self.rows.front().is_some_and(|(then, _)| at.since(*then) > KEPT_FOR)
        {
            let Some((_, gone)) = self.rows.pop_front() else { break };
            self.before = gone.version;
        }
    }

    /// Puts rows in front that were read from the journal; the last of them must be the one before the first
    /// that is kept.
    pub fn prepend(&mut self, rows: Vec<(Timestamp, Arc<RowChange>)>) {
        let room = ROWS_MAX.saturating_sub(self.rows.len());
        for row in rows.into_iter().rev().take(room) {
            assert_eq!(row.1.version, self.before, "rows join without a gap");
            self.before = Version::new(row.1.version.number() - 1);
            self.rows.push_front(row);
        }
    }

    /// All changes after `from` up to `to`; `None` when some are no longer kept.
    pub fn between(&self, from: Version, to: Version) -> Option<Vec<Arc<RowChange>>> {
        if from < self.before {
            return None;
        }
        let skip = usize::try_from(from.number() - self.before.number()).ok()?;
        let rows = self.rows.iter().skip(skip).map(|(_, change)| change);
        Some(rows.take_while(|change| change.version <= to).cloned().collect())
    }
}
