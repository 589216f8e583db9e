//! The numbers of a stream's rows: versions, epochs and times.

use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{Epoch, StoredRow};

/// The last row so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Order {
    version: Version,
    epoch: Epoch,
    at: Timestamp,
    /// The epoch that the shard has now, if anybody owns it.
    newest: Option<Epoch>,
}

impl Order {
    /// The stream before its first row.
    pub fn new(newest: Option<Epoch>) -> Self {
        Self { newest, ..Self::default() }
    }

    /// The last version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The time of the last row.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Takes a row in. Says whether it is the one after the last: what rests on all rows ends here if not.
    pub fn row(&mut self, row: &StoredRow, wrong: &mut Vec<String>) -> bool {
        let is_next = row.version == self.version.next();
        if !is_next {
            wrong.push(format!("follows row {}: the versions are not dense", self.version));
        }
        if row.epoch < self.epoch {
            let (now, before) = (row.epoch.number(), self.epoch.number());
            wrong.push(format!("was written under epoch {now}, after a row under epoch {before}"));
        }
        if let Some(newest) = self.newest.filter(|newest| row.epoch > *newest) {
            let (now, newest) = (row.epoch.number(), newest.number());
            wrong.push(format!("was written under epoch {now}, but its shard is at {newest}"));
        }
        if row.at < self.at {
            wrong.push(format!("was decided at {}, after a row of {}", row.at, self.at));
        }
        self.version = row.version;
        self.epoch = self.epoch.max(row.epoch);
        self.at = self.at.max(row.at);
        is_next
    }
}
