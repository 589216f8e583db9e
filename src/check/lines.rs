//! The two lines that a stream has beside the journal: when it is woken, and how lists show it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{Listing, StreamId};
use persistence::store::Reader;

use super::PAGE;
use super::report::Report;

/// What is wrong with a line of a list whose stream is not there.
pub const ROWLESS: &str = "lists show it, but it has no rows";

/// All lines of both kinds that were not asked for yet. At most one of each for every stream.
///
/// There are so many bookings that theirs are read as their streams come: in the order of their names, like these.
#[derive(Debug, Default)]
pub struct Lines {
    due: BTreeMap<StreamId, Timestamp>,
    listings: BTreeMap<StreamId, Listing>,
}

impl Lines {
    /// Reads all of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<R: Reader>(store: &R, report: &mut Report) -> Result<Self> {
        let mut lines = Self::default();
        let mut last = None;
        loop {
            let page = store.due(last.as_ref(), PAGE).await.context("cannot read who is due")?;
            let Some(end) = page.last() else { break };
            last = Some(end.clone());
            lines.due.extend(page.into_iter().map(|line| (line.stream, line.at)));
        }
        let mut last = None;
        loop {
            let page =
                store.listings_after(last.as_ref(), PAGE).await.context("cannot read the departures")?;
            let Some((end, _)) = page.last() else { break };
            last = Some(end.clone());
            lines
                .listings
                .extend(page.into_iter().map(|(of, summary)| (of, Listing::Departure(Box::new(summary)))));
        }
        report.due = lines.due.len() as u64;
        report.listings = lines.listings.len() as u64;
        Ok(lines)
    }

    /// The lines of a stream.
    pub fn take(&mut self, stream: &StreamId) -> (Option<Timestamp>, Option<Listing>) {
        (self.due.remove(stream), self.listings.remove(stream))
    }

    /// Lines of streams that have no rows.
    pub fn judge_rest(self, report: &mut Report) {
        for (stream, at) in &self.due {
            report.found(stream, None, format!("it is to be woken at {at}, but has no rows"));
        }
        for stream in self.listings.keys() {
            report.found(stream, None, ROWLESS);
        }
    }
}

/// Whether `due` says what the fold says: when it must be woken.
pub fn judge_due(so: Option<Timestamp>, line: Option<Timestamp>, wrong: &mut Vec<String>) {
    match (so, line) {
        (None, None) => {}
        (Some(deadline), Some(at)) if deadline == at => {}
        (Some(deadline), Some(at)) => {
            wrong.push(format!("it falls due at {deadline}, but is to be woken at {at}"));
        }
        (Some(deadline), None) => wrong.push(format!("it falls due at {deadline}, but nobody is to wake it")),
        (None, Some(at)) => wrong.push(format!("nothing falls due, but it is to be woken at {at}")),
    }
}

/// Whether lists show what the fold says.
pub fn judge_listing(so: Option<&Listing>, last: Version, line: Option<&Listing>, wrong: &mut Vec<String>) {
    if so == line {
        return;
    }
    wrong.push(match (so, line) {
        (Some(_), None) => "no list shows it".to_owned(),
        (_, Some(line)) if line.version() != last => {
            format!("lists show it as it was after row {}, and the last is {last}", line.version())
        }
        (Some(_) | None, Some(_)) | (None, None) => format!("lists do not show it as it is after row {last}"),
    });
}
