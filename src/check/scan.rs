//! The first reading, by position: which streams there are.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use domain::ids::Version;
use persistence::journal::{Epoch, Position, Shard, StreamId};
use persistence::store::Reader;

use super::PAGE;
use super::report::Report;
use super::told::Told;

/// What the order of positions shows of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scanned {
    /// How many rows it has.
    pub rows: u64,
    last: Version,
}

/// What the first reading shows.
#[derive(Debug, Default)]
pub struct Scan {
    /// Every stream that has a row.
    pub streams: BTreeMap<StreamId, Scanned>,
    /// The epoch of every shard that somebody owns.
    pub epochs: BTreeMap<Shard, Epoch>,
}

impl Scan {
    /// Reads all rows in the order of their positions.
    ///
    /// # Errors
    /// When the store cannot be read to its end.
    pub async fn read<R: Reader>(store: &R, told: &mut Told, report: &mut Report) -> Result<Self> {
        let mut scan = Self::default();
        let mut position = Position::default();
        loop {
            let page = store.rows_after(position, PAGE).await.context("cannot read the journal")?;
            for (at, row) in page.iter() {
                ensure!(
                    *at > position,
                    "the order of positions is no order: {} follows {}",
                    at.0,
                    position.0
                );
                position = *at;
                told.stands(*at, &row.stream, row.version, report);
                scan.see(&row.stream, row.version, report);
            }
            if page.is_empty() {
                break;
            }
        }
        for shard in Shard::all() {
            let owner = store.owner(shard).await.context("cannot read who owns a shard")?;
            scan.epochs.extend(owner.map(|(_, epoch)| (shard, epoch)));
        }
        report.streams = scan.streams.len() as u64;
        Ok(scan)
    }

    fn see(&mut self, stream: &StreamId, version: Version, report: &mut Report) {
        // Nearly always it is known, and then its name need not be copied.
        if !self.streams.contains_key(stream) {
            self.streams.insert(stream.clone(), Scanned::default());
        }
        let seen = self.streams.get_mut(stream).expect("it was just put there");
        if version <= seen.last {
            let what = format!("stands behind row {} in the order of positions", seen.last);
            report.found(stream, Some(version), what);
        }
        seen.rows += 1;
        seen.last = seen.last.max(version);
        report.rows += 1;
    }
}
