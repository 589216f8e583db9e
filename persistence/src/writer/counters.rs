//! What a writer has done.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::journal::{Outcome, Statement};

/// Counts of all lanes of a writer since its start. They only rise.
#[derive(Debug, Default)]
pub struct Counters {
    committed: AtomicU64,
    fenced: AtomicU64,
    refused: AtomicU64,
    unknown: AtomicU64,
    raised: AtomicU64,
    entries: AtomicU64,
    rows: AtomicU64,
    entries_largest: AtomicU64,
}

/// What the counters said at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Statements that were committed.
    pub committed: u64,
    /// Statements that were fenced.
    pub fenced: u64,
    /// Statements that were refused; each was split, or cost its one stream an activation.
    pub refused: u64,
    /// Statements whose outcome is unknown.
    pub unknown: u64,
    /// How often epochs were raised.
    pub raised: u64,
    /// Entries that were acknowledged, with whichever result.
    pub entries: u64,
    /// Rows that were committed.
    pub rows: u64,
    /// Entries that were acknowledged at once, at most.
    pub entries_largest: u64,
}

impl Counters {
    pub(super) fn written(&self, statement: &Statement, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Committed => {
                self.rows.fetch_add(statement.rows.len() as u64, Ordering::Relaxed);
                &self.committed
            }
            Outcome::Fenced(_) => &self.fenced,
            Outcome::Refused(_) => &self.refused,
            Outcome::Unknown(_) => &self.unknown,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn raised(&self) {
        self.raised.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn settled(&self, entries: usize) {
        self.entries.fetch_add(entries as u64, Ordering::Relaxed);
        self.entries_largest.fetch_max(entries as u64, Ordering::Relaxed);
    }

    /// What they say now. Read one by one: while a writer runs, they need not fit together.
    #[must_use]
    pub fn read(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            committed: read(&self.committed),
            fenced: read(&self.fenced),
            refused: read(&self.refused),
            unknown: read(&self.unknown),
            raised: read(&self.raised),
            entries: read(&self.entries),
            rows: read(&self.rows),
            entries_largest: read(&self.entries_largest),
        }
    }
}
