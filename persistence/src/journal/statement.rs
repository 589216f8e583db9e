//! What one commit carries, and what is read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::Version;
use domain::time::Timestamp;

use super::entry::{Due, Entry, Record, RequestId, RequestKey};
use super::listing::{BookedRow, BookingRow, EventRow, LedgerRow, Listing, ListingRow};
use super::stream::{Epoch, Shard, StreamId};

/// The row that begins a stream.
const FIRST: Version = Version::EMPTY.next();

/// Where a row stands among all rows of all streams. It has gaps. Readers of everything go by it; safety
/// never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub i64);

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Its stream.
    pub stream: StreamId,
    /// Its number there.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// The epoch under which it was written.
    pub epoch: Epoch,
    /// The schema of its body.
    pub schema: u16,
    /// The request that it answers.
    pub request: Option<RequestKey>,
    /// The list of its events, as JSON.
    pub body: Arc<str>,
}

/// A remembered answer that is no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Its stream.
    pub stream: StreamId,
    /// The request that it answers.
    pub request: RequestKey,
    /// The version that it rests on.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// The answer, as JSON.
    pub body: Arc<str>,
    /// Until when it is remembered.
    pub expires: Timestamp,
}

/// An effect that waits to be carried out. Its key is (stream, version, ordinal).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// The stream whose row caused it.
    pub stream: StreamId,
    /// That row.
    pub version: Version,
    /// Which of the row's effects it is.
    pub ordinal: u16,
    /// The effect, as JSON.
    pub body: Arc<str>,
}

/// A stream's one line in `due`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// The stream.
    pub stream: StreamId,
    /// When to wake it; `None` takes the line away.
    pub at: Option<Timestamp>,
}

/// A cached fold of a stream. Never the truth: losing it costs time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamId,
    /// The row up to which it is folded.
    pub version: Version,
    /// The schema of the aggregate that wrote it. Another schema's snapshot is ignored.
    pub schema: u16,
    /// The requests of all rows up to this one were forgotten when it was taken.
    pub forgotten: Version,
    /// The state, as JSON, and before it the requests that are remembered, while they are few.
    pub body: Arc<str>,
}

impl Snapshot {
    /// Whether it says itself which requests its rows answered. Nobody needs to read those rows then; a build that does not
    /// know of it reads them, and comes to the same.
    #[must_use]
    pub fn carries_requests(&self) -> bool {
        self.body.starts_with("{\"carried\":[")
    }
}

/// What a stream is rebuilt from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The newest snapshot of the schema asked for.
    pub snapshot: Option<Snapshot>,
    /// What the rows up to the snapshot answered and was not forgotten when it was taken, in order: the request, its row,
    /// and when that was decided. Nothing when the snapshot says so itself.
    pub answered: Vec<(RequestId, Version, Timestamp)>,
    /// The rows after it, in order; all rows without one.
    pub rows: Vec<StoredRow>,
    /// The answers that are remembered, with the end of their memory.
    pub answers: Vec<(RequestId, Timestamp)>,
}

/// One commit: everything in it, or nothing.
///
/// It counts only while this node owns every shard in `shards` at that epoch. No key occurs twice in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statement {
    /// The shards that must be ours, ascending, each with the epoch that it must have.
    pub shards: Vec<(Shard, Epoch)>,
    /// Rows, by stream, those of each in the order in which they were handed in: what follows one another is stored as one.
    pub rows: Vec<StoredRow>,
    /// Answers to remember. One that is there already may be replaced only after it has expired.
    pub answers: Vec<StoredAnswer>,
    /// Effects to carry out.
    pub outbox: Vec<OutboxRow>,
    /// Lines of `due` to set or take away, by stream.
    pub due: Vec<DueRow>,
    /// Lines of the list of departures, by stream. One that is there already is replaced only by a later version.
    pub listings: Vec<ListingRow>,
    /// Lines of the list of bookings, the same.
    pub bookings: Vec<BookingRow>,
    /// On which departures new bookings are.
    pub booked: Vec<BookedRow>,
    /// What is told of the rows, in their order.
    pub events: Vec<EventRow>,
    /// What the rows move, in their order.
    pub ledger: Vec<LedgerRow>,
}

impl Statement {
    /// How many rows, answers, effects, events and lines of the ledger it must write; a store that wrote another number has a bug. Lines of
    /// `due` and listings do not count: one that is as it was, or newer, is rightly left alone.
    #[must_use]
    pub fn written(&self) -> usize {
        self.rows.len() + self.answers.len() + self.outbox.len() + self.events.len() + self.ledger.len()
    }

    /// Whether anything of bookings is in it, or anything to tell: most statements only have holds.
    #[cfg(feature = "stores")]
    #[must_use]
    pub(crate) fn is_told(&self) -> bool {
        !(self.bookings.is_empty()
            && self.booked.is_empty()
            && self.events.is_empty()
            && self.ledger.is_empty())
    }

    /// Whether it neither remembers answers nor has effects nor takes lines of `due` away: most do not.
    #[cfg(feature = "stores")]
    #[must_use]
    pub(crate) fn has_only_rows(&self) -> bool {
        self.answers.is_empty() && self.outbox.is_empty() && self.due.iter().all(|line| line.at.is_some())
    }

    /// The statement that `entries` ask for, under these epochs.
    pub(super) fn of<T>(entries: &[Entry<T>], epochs: &BTreeMap<Shard, Epoch>) -> Self {
        let mut shards: BTreeMap<Shard, Epoch> = BTreeMap::new();
        let mut due: BTreeMap<&StreamId, Option<Timestamp>> = BTreeMap::new();
        let mut listings: BTreeMap<&StreamId, &Listing> = BTreeMap::new();
        let mut statement = Self::default();
        for entry in entries {
            let shard = entry.stream.shard();
            let epoch = epochs.get(&shard).copied().unwrap_or_default();
            shards.insert(shard, epoch);
            match &entry.record {
                Record::Row(row) => {
                    statement.put_row(&entry.stream, epoch, row);
                    statement.put_news(&entry.stream, row);
                    statement.put_ledger(&entry.stream, row);
                    match row.due {
                        Due::Unchanged => None,
                        Due::At(at) => due.insert(&entry.stream, Some(at)),
                        Due::Never => due.insert(&entry.stream, None),
                    };
                    listings.extend(row.listing.as_ref().map(|listing| (&entry.stream, listing)));
                }
                Record::Answer(answer) => statement.put_answer(&entry.stream, answer),
                Record::Mark | Record::Barrier => {}
            }
        }
        statement.rows.sort_by(|one, other| one.stream.cmp(&other.stream));
        statement.due = due.into_iter().map(|(stream, at)| DueRow { stream: stream.clone(), at }).collect();
        // Only the last one of a stream is worth its JSON, and a key twice would be refused.
        for (stream, listing) in listings {
            match listing {
                Listing::Departure(summary) => statement.listings.push(ListingRow::of(stream, summary)),
                Listing::Booking(view) => {
                    statement.bookings.push(BookingRow { stream: stream.clone(), view: view.clone() });
                }
            }
        }
        statement.shards = shards.into_iter().collect();
        statement
    }

    fn put_row(&mut self, stream: &StreamId, epoch: Epoch, row: &super::Row) {
        debug_assert!(row.listing.as_ref().is_none_or(|listing| listing.version() == row.version));
        self.rows.push(StoredRow {
            stream: stream.clone(),
            version: row.version,
            at: row.at,
            epoch,
            schema: row.schema,
            request: row.request,
            body: row.body.clone(),
        });
        self.outbox.extend(row.outbox.iter().map(|order| OutboxRow {
            stream: stream.clone(),
            version: row.version,
            ordinal: order.ordinal,
            body: order.body.clone(),
        }));
    }

    /// What the row tells, and on which departures a new booking is.
    fn put_news(&mut self, stream: &StreamId, row: &super::Row) {
        self.events.extend((0..).zip(&row.news).map(|(ordinal, news)| EventRow {
            stream: stream.clone(),
            version: row.version,
            ordinal,
            at: row.at,
            news: news.clone(),
            listing: row.listing.clone(),
        }));
        let Some(Listing::Booking(view)) = &row.listing else { return };
        if row.version == FIRST {
            let flights = view.slices.iter().flatten().map(|segment| segment.flight);
            self.booked.extend(flights.map(|flight| BookedRow { flight, stream: stream.clone() }));
        }
    }

    fn put_ledger(&mut self, stream: &StreamId, row: &super::Row) {
        self.ledger.extend((0..).zip(&row.ledger).map(|(ordinal, line)| LedgerRow {
            stream: stream.clone(),
            version: row.version,
            ordinal,
            at: row.at,
            line: *line,
        }));
    }

    fn put_answer(&mut self, stream: &StreamId, answer: &super::Answer) {
        self.answers.push(StoredAnswer {
            stream: stream.clone(),
            request: answer.request,
            version: answer.version,
            at: answer.at,
            body: answer.body.clone(),
            expires: answer.expires,
        });
    }
}
