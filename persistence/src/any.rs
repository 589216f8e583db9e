//! A store, whichever it is: for everybody who need not know.

use std::fmt;
use std::path::PathBuf;

use domain::ids::Version;
use domain::time::Timestamp;
use domain::view::{BookingView, Summary};

use crate::bookings::Bookings;
use crate::identity::Accounts;
use crate::journal::{
    BookedRow, Epoch, EventId, LedgerRow, Loaded, NodeId, OutboxRow, Outcome, Position, RequestId, Shard,
    Snapshot, Statement, StoredAnswer, StoredEvent, StoredRow, StreamId,
};
use crate::memory::{self, Memory};
use crate::people::{Keys, People, PeopleError};
use crate::postgres::{self, Postgres};
use crate::sqlite::{self, Sqlite};
use crate::store::{
    DeparturesOn, DueAt, EffectKey, Failpoints, Fatal, LedgerKey, ListedAt, OpenError, ReadError, Reader,
    Store, Upkeep, WriteError,
};

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// In the memory of this process; it forgets.
    Memory,
    /// A SQLite file in this directory, which is made if need be.
    Directory(PathBuf),
    /// A PostgreSQL database, `postgres://…`.
    Postgres(String),
}

/// A store of any kind. Copies share it.
#[derive(Debug, Clone)]
pub enum Any {
    /// It forgets.
    Memory(Memory),
    /// The embedded one.
    Sqlite(Sqlite),
    /// The one for many nodes.
    Postgres(Box<Postgres>),
}

/// The writer's side of a store of any kind.
#[derive(Debug)]
pub enum AnyLane {
    /// It forgets.
    Memory(memory::Lane),
    /// The embedded one.
    Sqlite(sqlite::Lane),
    /// The one for many nodes.
    Postgres(Box<postgres::Lane>),
}

impl fmt::Debug for Address {
    /// An address of a database holds a password, so it is not written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Directory(path) => f.debug_tuple("Directory").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

impl Any {
    /// Opens the store at `address`.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn open(address: &Address) -> Result<Self, OpenError> {
        Ok(match address {
            Address::Memory => Self::Memory(Memory::new()),
            Address::Directory(path) => Self::Sqlite(Sqlite::open(path).await?),
            Address::Postgres(url) => Self::Postgres(Box::new(Postgres::open(url).await?)),
        })
    }

    /// The writer's side, for `node`, with places at which a test may end the process.
    #[must_use]
    pub fn lane_with(&self, node: NodeId, failpoints: Failpoints) -> AnyLane {
        match self {
            Self::Memory(store) => AnyLane::Memory(store.lane(node)),
            Self::Sqlite(store) => AnyLane::Sqlite(store.lane_with(node, failpoints)),
            Self::Postgres(store) => AnyLane::Postgres(Box::new(store.lane(node))),
        }
    }
}

/// Asks whichever store it is.
macro_rules! whichever {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Self::Memory($store) => $call,
            Self::Sqlite($store) => $call,
            Self::Postgres($store) => $call,
        }
    };
}

impl Any {
    /// Who may sign in, and where they are signed in.
    #[must_use]
    pub fn people(&self) -> Accounts {
        whichever!(self, store => store.people())
    }

    /// The lists of bookings, what was told of them, and what they come to.
    #[must_use]
    pub fn bookings(&self) -> Bookings {
        whichever!(self, store => store.bookings())
    }

    /// Who travels, sealed with these keys.
    ///
    /// # Errors
    /// When others were kept there with other keys.
    pub async fn travellers(&self, keys: Keys) -> Result<People, PeopleError> {
        whichever!(self, store => store.travellers(keys).await)
    }
}

impl Store for AnyLane {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        whichever!(self, store => store.claim(shards).await)
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        whichever!(self, store => store.raise(shards).await)
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        whichever!(self, store => store.commit(statement).await)
    }
}

impl Reader for Any {
    async fn load(&self, stream: &StreamId, schema: u16) -> Result<Loaded, ReadError> {
        whichever!(self, store => store.load(stream, schema).await)
    }

    async fn row(&self, stream: &StreamId, version: Version) -> Result<Option<StoredRow>, ReadError> {
        whichever!(self, store => store.row(stream, version).await)
    }

    async fn rows_of(
        &self,
        stream: &StreamId,
        after: Version,
        most: u32,
    ) -> Result<Vec<StoredRow>, ReadError> {
        whichever!(self, store => store.rows_of(stream, after, most).await)
    }

    async fn rows_after(
        &self,
        position: Position,
        most: u32,
    ) -> Result<Vec<(Position, StoredRow)>, ReadError> {
        whichever!(self, store => store.rows_after(position, most).await)
    }

    async fn answer(&self, stream: &StreamId, request: RequestId) -> Result<Option<StoredAnswer>, ReadError> {
        whichever!(self, store => store.answer(stream, request).await)
    }

    async fn due(&self, after: Option<&DueAt>, most: u32) -> Result<Vec<DueAt>, ReadError> {
        whichever!(self, store => store.due(after, most).await)
    }

    async fn outbox_waiting(
        &self,
        after: Option<&EffectKey>,
        most: u32,
    ) -> Result<Vec<OutboxRow>, ReadError> {
        whichever!(self, store => store.outbox_waiting(after, most).await)
    }

    async fn departure(&self, stream: &StreamId) -> Result<Option<Summary>, ReadError> {
        whichever!(self, store => store.departure(stream).await)
    }

    async fn departures(
        &self,
        on: &DeparturesOn,
        after: Option<&ListedAt>,
        most: u32,
    ) -> Result<Vec<Summary>, ReadError> {
        whichever!(self, store => store.departures(on, after, most).await)
    }

    async fn listings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> Result<Vec<(StreamId, Summary)>, ReadError> {
        whichever!(self, store => store.listings_after(after, most).await)
    }

    async fn bookings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> Result<Vec<(StreamId, BookingView)>, ReadError> {
        whichever!(self, store => store.bookings_after(after, most).await)
    }

    async fn booked_after(&self, after: Option<&BookedRow>, most: u32) -> Result<Vec<BookedRow>, ReadError> {
        whichever!(self, store => store.booked_after(after, most).await)
    }

    async fn ledger_after(&self, after: Option<&LedgerKey>, most: u32) -> Result<Vec<LedgerRow>, ReadError> {
        whichever!(self, store => store.ledger_after(after, most).await)
    }

    async fn events_after(&self, after: EventId, most: u32) -> Result<Vec<StoredEvent>, ReadError> {
        whichever!(self, store => store.events_after(after, most).await)
    }

    async fn newest_event(&self) -> Result<EventId, ReadError> {
        whichever!(self, store => store.newest_event().await)
    }

    async fn answers_after(
        &self,
        after: Option<(&StreamId, RequestId)>,
        most: u32,
    ) -> Result<Vec<StoredAnswer>, ReadError> {
        whichever!(self, store => store.answers_after(after, most).await)
    }

    async fn owner(&self, shard: Shard) -> Result<Option<(NodeId, Epoch)>, ReadError> {
        whichever!(self, store => store.owner(shard).await)
    }
}

impl Upkeep for Any {
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        whichever!(self, store => store.put_snapshot(snapshot).await)
    }

    async fn outbox_done(&self, effects: &[EffectKey]) -> Result<(), WriteError> {
        whichever!(self, store => store.outbox_done(effects).await)
    }

    async fn sweep_answers(&self, now: Timestamp, most: u32) -> Result<u64, WriteError> {
        whichever!(self, store => store.sweep_answers(now, most).await)
    }

    async fn sweep_events(&self, before: Timestamp, most: u32) -> Result<u64, WriteError> {
        whichever!(self, store => store.sweep_events(before, most).await)
    }
}
