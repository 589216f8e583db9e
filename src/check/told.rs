//! What is told of rows: each of it was told by a row, stands where that row stands, and says what the fold says.
//!
//! What is old is swept, the oldest first. So a row that tells something and of which nothing is kept is wrong only if
//! something older is kept.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use anyhow::{Context as _, Result};
use domain::ids::Version;
use domain::news::News;
use domain::time::Timestamp;
use persistence::journal::{EventId, Listing, Position, StreamId};
use persistence::store::Reader;

use super::PAGE;
use super::report::Report;

/// What is told, by stream and row: a few words for each.
#[derive(Debug, Default)]
pub struct Told {
    streams: BTreeMap<StreamId, OfStream>,
    positions: BTreeMap<Position, (StreamId, Version)>,
    oldest: Option<Timestamp>,
}

/// What is told of one stream: digests in the order of the row's news.
#[derive(Debug, Default)]
pub struct OfStream {
    rows: BTreeMap<Version, Vec<u64>>,
    oldest: Option<Timestamp>,
}

impl Told {
    /// Reads all of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<R: Reader>(store: &R, report: &mut Report) -> Result<Self> {
        let mut told = Self::default();
        let mut last = EventId::default();
        loop {
            let page = store.events_after(last, PAGE).await.context("cannot read what is told")?;
            let Some(end) = page.last() else { break };
            last = end.id;
            for event in page {
                let row = &event.told;
                report.told += 1;
                told.oldest = Some(told.oldest.map_or(row.at, |oldest| oldest.min(row.at)));
                let of_stream = told.streams.entry(row.stream.clone()).or_default();
                let digest = digest(row.at, &row.news, row.listing.as_ref());
                of_stream.rows.entry(row.version).or_default().push(digest);
                told.positions.insert(event.id.position, (row.stream.clone(), row.version));
            }
        }
        Ok(told)
    }

    /// Takes in where a row stands.
    pub fn stands(&mut self, at: Position, stream: &StreamId, version: Version, report: &mut Report) {
        let Some((of, told)) = self.positions.remove(&at) else { return };
        if (&of, told) != (stream, version) {
            report.found(stream, Some(version), format!("stands where row {told} of {of} is told of"));
        }
    }

    /// What is told of a stream.
    pub fn take(&mut self, stream: &StreamId) -> OfStream {
        OfStream { oldest: self.oldest, ..self.streams.remove(stream).unwrap_or_default() }
    }

    /// What is told of no row.
    pub fn judge_rest(self, report: &mut Report) {
        for (position, (stream, version)) in self.positions {
            let what = format!("is told of at {}, where no row stands", position.0);
            report.found(&stream, Some(version), what);
        }
        for stream in self.streams.keys() {
            report.found(stream, None, "something is told of it, but it has no rows");
        }
    }
}

impl OfStream {
    /// Holds what is told of a row against what it tells.
    pub fn row(
        &mut self,
        (version, at): (Version, Timestamp),
        news: &[News],
        listing: Option<&Listing>,
        wrong: &mut Vec<String>,
    ) {
        let kept = self.rows.remove(&version);
        let digests: Vec<u64> = news.iter().map(|news| digest(at, news, listing)).collect();
        match kept {
            None if digests.is_empty() => {}
            None => {
                if self.oldest.is_some_and(|oldest| at > oldest) {
                    wrong.push("tells something that is not kept, though older news is".to_owned());
                }
            }
            Some(kept) => {
                // Of a row that is just being swept there is a part.
                let is_old = self.oldest.is_some_and(|oldest| at <= oldest);
                if kept != digests && !(is_old && digests.ends_with(&kept)) {
                    wrong.push("is told of otherwise than it was".to_owned());
                }
            }
        }
    }

    /// What is told of rows that are not there.
    pub fn close(&self, last: Version, wrong: &mut Vec<String>) {
        for version in self.rows.keys() {
            wrong.push(format!("row {version} is told of, and the last is {last}"));
        }
    }
}

fn digest(at: Timestamp, news: &News, listing: Option<&Listing>) -> u64 {
    let text = serde_json::to_string(&(at.millis(), news, listing));
    let mut hasher = DefaultHasher::new();
    text.expect("news have text keys and no failing parts").hash(&mut hasher);
    hasher.finish()
}
