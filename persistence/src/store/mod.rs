//! What a store can do, whichever it is.
//!
//! A store has two sides. The [`Store`] side belongs to one writer thread and commits statements; the
//! [`Reader`] side is anybody's and never waits for the writer. [`Upkeep`] is what may be written outside a
//! commit because losing it costs only time.

pub(crate) mod columns;
mod error;
mod failpoint;
pub(crate) mod lines;
pub(crate) mod runs;

use std::future::Future;

use domain::ids::{AirportCode, Version};
use domain::time::Timestamp;
use domain::view::{BookingView, Summary};
use jiff::civil::Date;

use crate::journal::{
    BookedRow, Epoch, EventId, LedgerRow, Loaded, NodeId, OutboxRow, Outcome, Position, RequestId, Shard,
    Snapshot, Statement, StoredAnswer, StoredEvent, StoredRow, StreamId,
};

pub(crate) use error::chain;
pub use error::{Corrupt, Fatal, OpenError, PlainError, ReadError, Unavailable, WriteError};
pub use failpoint::{Failpoints, Point};

/// The writer's side of a store. One node writes through it, one statement at a time.
pub trait Store: Send + 'static {
    /// Makes this node the owner of the shards and raises their epochs: at the start of the process, and when
    /// it takes shards over from another.
    fn claim(
        &mut self,
        shards: &[Shard],
    ) -> impl Future<Output = Result<Vec<(Shard, Epoch)>, WriteError>> + Send;

    /// Raises the epochs of those of the shards that are still this node's, and names them. Asking again after
    /// a lost answer does no harm.
    fn raise(
        &mut self,
        shards: &[Shard],
    ) -> impl Future<Output = Result<Vec<(Shard, Epoch)>, WriteError>> + Send;

    /// Commits a statement, whole or not at all.
    ///
    /// # Errors
    /// When the store can no longer be trusted: the process must end, and must not acknowledge anything more.
    fn commit(&mut self, statement: &Statement) -> impl Future<Output = Result<Outcome, Fatal>> + Send;
}

/// The side of a store that reads. Copies share their connections.
pub trait Reader: Clone + Send + Sync + 'static {
    /// What a stream is rebuilt from: its snapshot, if it is of this schema, the rows after it, and the answers
    /// that are remembered.
    fn load(&self, stream: &StreamId, schema: u16) -> impl Future<Output = Result<Loaded, ReadError>> + Send;

    /// One row.
    fn row(
        &self,
        stream: &StreamId,
        version: Version,
    ) -> impl Future<Output = Result<Option<StoredRow>, ReadError>> + Send;

    /// The rows of a stream after a version, in order.
    fn rows_of(
        &self,
        stream: &StreamId,
        after: Version,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StoredRow>, ReadError>> + Send;

    /// The rows of all streams after a position, in an order in which no later commit ever appears behind: as many as asked
    /// for unless there are fewer, and a few more when those were written as one.
    fn rows_after(
        &self,
        position: Position,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(Position, StoredRow)>, ReadError>> + Send;

    /// A remembered answer, also one that has expired and was not swept yet.
    fn answer(
        &self,
        stream: &StreamId,
        request: RequestId,
    ) -> impl Future<Output = Result<Option<StoredAnswer>, ReadError>> + Send;

    /// The streams to wake, the earliest first, from the beginning or after the last one of the page before.
    fn due(
        &self,
        after: Option<&DueAt>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<DueAt>, ReadError>> + Send;

    /// A departure as lists show it.
    fn departure(&self, stream: &StreamId)
    -> impl Future<Output = Result<Option<Summary>, ReadError>> + Send;

    /// Departures of a day, the earliest first, from the beginning or after the last one of the page before.
    fn departures(
        &self,
        on: &DeparturesOn,
        after: Option<&ListedAt>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<Summary>, ReadError>> + Send;

    /// The whole list of departures in the order of their streams, after one of them: for whoever checks it.
    fn listings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(StreamId, Summary)>, ReadError>> + Send;

    /// The whole list of bookings in the order of their streams, after one of them: for whoever checks it.
    fn bookings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(StreamId, BookingView)>, ReadError>> + Send;

    /// Which bookings are on which departures, in the order of (departure, stream), after one of them.
    fn booked_after(
        &self,
        after: Option<&BookedRow>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<BookedRow>, ReadError>> + Send;

    /// The ledger in the order of its keys, after one of them: for whoever checks it.
    fn ledger_after(
        &self,
        after: Option<&LedgerKey>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<LedgerRow>, ReadError>> + Send;

    /// What was told after a place, in an order in which no later commit ever appears behind.
    fn events_after(
        &self,
        after: EventId,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StoredEvent>, ReadError>> + Send;

    /// The last place that [`Reader::events_after`] would come to now; the first one of all when nothing is there.
    fn newest_event(&self) -> impl Future<Output = Result<EventId, ReadError>> + Send;

    /// All remembered answers in the order of their keys, after one of them: for whoever checks them.
    fn answers_after(
        &self,
        after: Option<(&StreamId, RequestId)>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StoredAnswer>, ReadError>> + Send;

    /// The effects that wait, in the order of their keys, from the beginning or after a key.
    fn outbox_waiting(
        &self,
        after: Option<&EffectKey>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<OutboxRow>, ReadError>> + Send;

    /// Who owns a shard, at which epoch; nobody, as long as it was never claimed.
    fn owner(&self, shard: Shard) -> impl Future<Output = Result<Option<(NodeId, Epoch)>, ReadError>> + Send;
}

/// What is written outside the commits. None of it is waited for by a customer, and a crash may undo the
/// last of it.
pub trait Upkeep: Reader {
    /// Keeps a snapshot, unless a later one is there.
    fn put_snapshot(&self, snapshot: &Snapshot) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// Strikes off effects that were carried out and whose outcome is durable.
    fn outbox_done(&self, effects: &[EffectKey]) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// Forgets at most `most` answers whose memory ends at `now` or before; says how many there were.
    fn sweep_answers(
        &self,
        now: Timestamp,
        most: u32,
    ) -> impl Future<Output = Result<u64, WriteError>> + Send;

    /// Forgets at most `most` of what was told before `before`, the oldest first; says how much there was.
    fn sweep_events(
        &self,
        before: Timestamp,
        most: u32,
    ) -> impl Future<Output = Result<u64, WriteError>> + Send;
}

/// A stream that must be woken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DueAt {
    /// When, at the latest.
    pub at: Timestamp,
    /// Which.
    pub stream: StreamId,
}

/// Which departures of a list are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeparturesOn {
    /// The service date in the origin's local time.
    pub date: Date,
    /// Only from this airport.
    pub origin: Option<AirportCode>,
    /// Only to this airport.
    pub destination: Option<AirportCode>,
}

/// A place in a list of departures: the one that leaves then and has this stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedAt {
    /// When it departs, by the latest word.
    pub departs: Timestamp,
    /// Which.
    pub stream: StreamId,
}

/// Where a line of the ledger stands: its stream, the row, and which of the row's it is.
pub type LedgerKey = (StreamId, Version, u16);

/// Names an effect for ever; its idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectKey {
    /// The stream whose row caused it.
    pub stream: StreamId,
    /// That row.
    pub version: Version,
    /// Which of the row's effects it is.
    pub ordinal: u16,
}

impl EffectKey {
    /// The key of a waiting effect.
    #[must_use]
    pub fn of(effect: &OutboxRow) -> Self {
        Self { stream: effect.stream.clone(), version: effect.version, ordinal: effect.ordinal }
    }
}

/// Why no store takes the statement, if so. U+0000 is the one character that PostgreSQL has no place for; the
/// others refuse it as well, so that what one store holds every store can hold. Bookings and what is told have none: what
/// people wrote is in their JSON alone, which has an escape for it.
pub(crate) fn unstorable(statement: &Statement) -> Option<String> {
    let bodies = statement.rows.iter().map(|row| (&row.stream, &row.body));
    let answers = statement.answers.iter().map(|answer| (&answer.stream, &answer.body));
    let effects = statement.outbox.iter().map(|effect| (&effect.stream, &effect.body));
    let listings = statement.listings.iter().map(|line| (&line.stream, &line.body));
    let mut all = bodies.chain(answers).chain(effects).chain(listings);
    all.find(|(_, body)| body.as_bytes().contains(&0))
        .map(|(stream, _)| format!("U+0000 in a body of {stream}"))
}

/// Declares a driver's statements, and the list of all of them from which a test prepares each.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = $text;)*

        /// Every statement that this store is ever sent, by name.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;
