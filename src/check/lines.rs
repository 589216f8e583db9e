//! The two lines that a stream has beside the journal: when it is woken, and how lists show it.

use std::collections::BTreeMap;

use actors::entity::Entity as _;
use anyhow::{Context as _, Result};
use domain::aggregate::Aggregate as _;
use domain::flight::Flight;
use domain::ids::Version;
use domain::time::Timestamp;
use domain::view::Summary;
use persistence::journal::{Listing, StreamId};
use persistence::store::Reader;

use super::PAGE;
use super::report::Report;

/// All lines of both kinds that were not asked for yet. At most one of each for every stream.
#[derive(Debug, Default)]
pub struct Lines {
    due: BTreeMap<StreamId, Timestamp>,
    listings: BTreeMap<StreamId, Summary>,
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
            lines.listings.extend(page);
        }
        report.due = lines.due.len() as u64;
        report.listings = lines.listings.len() as u64;
        Ok(lines)
    }

    /// The lines of a stream.
    pub fn take(&mut self, stream: &StreamId) -> (Option<Timestamp>, Option<Summary>) {
        (self.due.remove(stream), self.listings.remove(stream))
    }

    /// Lines of streams that have no rows.
    pub fn judge_rest(self, report: &mut Report) {
        for (stream, at) in &self.due {
            report.found(stream, None, format!("it is to be woken at {at}, but has no rows"));
        }
        for stream in self.listings.keys() {
            report.found(stream, None, "lists show it, but it has no rows");
        }
    }
}

/// Whether `due` says what the fold says.
pub fn judge_due(flight: &Flight, line: Option<Timestamp>, wrong: &mut Vec<String>) {
    match (flight.deadline(), line) {
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
pub fn judge_listing(flight: &Flight, last: Version, line: Option<&Summary>, wrong: &mut Vec<String>) {
    let so = match flight.listing(last) {
        Some(Listing::Departure(summary)) => Some(summary),
        Some(Listing::Booking(_)) | None => None,
    };
    if so.as_deref() == line {
        return;
    }
    wrong.push(match (so, line) {
        (Some(_), None) => "no list shows it".to_owned(),
        (_, Some(line)) if line.version != last => {
            format!("lists show it as it was after row {}, and the last is {last}", line.version)
        }
        (Some(_) | None, Some(_)) | (None, None) => format!("lists do not show it as it is after row {last}"),
    });
}
