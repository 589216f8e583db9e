//! The store that forgets: `journal::Tables` behind a lock. For tests, and for trying things out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ids::Version;
use domain::time::Timestamp;
use domain::view::{BookingView, Summary};

use sqlx::SqlitePool;
use tokio::sync::OnceCell;

use crate::bookings::Bookings;
use crate::identity::Accounts;
use crate::journal::{
    BookedRow, Epoch, EventId, LedgerRow, ListingRow, Loaded, NodeId, OutboxRow, Outcome, Position,
    RequestId, Shard, Snapshot, Statement, StoredAnswer, StoredEvent, StoredRow, StreamId, Tables,
};
use crate::people::{Keys, People, PeopleError};
use crate::plain::Place;
use crate::sqlite;
use crate::store::{
    Corrupt, DeparturesOn, DueAt, EffectKey, Fatal, LedgerKey, ListedAt, ReadError, Reader, Store, Upkeep,
    WriteError, columns, lines, unstorable,
};

/// Everything in the memory of this process. Copies share it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    tables: Arc<Mutex<Tables>>,
    /// A database in memory: for accounts there is no other definition of what is meant.
    accounts: Arc<OnceCell<SqlitePool>>,
}

/// The writer's side, for one node.
#[derive(Debug)]
pub struct Lane {
    memory: Memory,
    node: NodeId,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The writer's side, for `node`.
    #[must_use]
    pub fn lane(&self, node: NodeId) -> Lane {
        Lane { memory: self.clone(), node }
    }

    /// A copy of what is stored.
    #[must_use]
    pub fn tables(&self) -> Tables {
        self.lock().clone()
    }

    /// Who may sign in, and where they are signed in.
    #[must_use]
    pub fn people(&self) -> Accounts {
        Accounts::new(Place::Memory(self.clone()))
    }

    /// Who travels, sealed with these keys.
    ///
    /// # Errors
    /// When others were kept here with other keys.
    pub async fn travellers(&self, keys: Keys) -> Result<People, PeopleError> {
        People::open(Place::Memory(self.clone()), keys).await
    }

    pub(crate) async fn accounts(&self) -> Result<&SqlitePool, WriteError> {
        self.accounts.get_or_try_init(sqlite::in_memory).await
    }

    /// Puts the lists where statements find them: there is no other definition of what is meant by a search.
    pub(crate) async fn mirror(&self) -> Result<(), WriteError> {
        let tables = self.tables();
        let listings = Statement { listings: tables.listings().cloned().collect(), ..Statement::default() };
        let told: Vec<StoredEvent> = tables.events_after(EventId::default()).collect();
        let rows = [
            lines::bookings(tables.bookings()),
            lines::booked(tables.booked()),
            lines::told(told.iter()),
            sqlite::listings(&listings),
            lines::ledger(tables.ledger()),
        ];
        sqlite::mirror(self.accounts().await?, rows).await
    }

    /// The lists of bookings, what was told of them, and what they come to.
    #[must_use]
    pub fn bookings(&self) -> Bookings {
        Bookings::new(Place::Memory(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        // No method of the tables leaves them half changed.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Lane {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        let mut tables = self.memory.lock();
        Ok(shards.iter().map(|shard| (*shard, tables.claim(self.node, *shard))).collect())
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        Ok(self.memory.lock().raise(self.node, shards))
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        if let Some(reason) = unstorable(statement) {
            return Ok(Outcome::Refused(reason));
        }
        Ok(self.memory.lock().commit(self.node, statement))
    }
}

impl Reader for Memory {
    async fn load(&self, stream: &StreamId, schema: u16) -> Result<Loaded, ReadError> {
        Ok(self.lock().load(stream, schema))
    }

    async fn row(&self, stream: &StreamId, version: Version) -> Result<Option<StoredRow>, ReadError> {
        Ok(self.lock().row(stream, version).cloned())
    }

    async fn rows_of(
        &self,
        stream: &StreamId,
        after: Version,
        most: u32,
    ) -> Result<Vec<StoredRow>, ReadError> {
        let tables = self.lock();
        let rows = tables.rows(stream).iter().filter(|row| row.version > after);
        Ok(rows.take(size(most)).cloned().collect())
    }

    async fn rows_after(
        &self,
        position: Position,
        most: u32,
    ) -> Result<Vec<(Position, StoredRow)>, ReadError> {
        Ok(self.lock().rows_after(position, size(most)))
    }

    async fn answer(&self, stream: &StreamId, request: RequestId) -> Result<Option<StoredAnswer>, ReadError> {
        Ok(self.lock().answer(stream, request).cloned())
    }

    async fn due(&self, after: Option<&DueAt>, most: u32) -> Result<Vec<DueAt>, ReadError> {
        let due = self.lock().due().into_iter().map(|(stream, at)| DueAt { at, stream });
        Ok(due.filter(|line| after.is_none_or(|after| line > after)).take(size(most)).collect())
    }

    async fn outbox_waiting(
        &self,
        after: Option<&EffectKey>,
        most: u32,
    ) -> Result<Vec<OutboxRow>, ReadError> {
        let tables = self.lock();
        let waiting = tables.outbox().filter(|row| after.is_none_or(|after| EffectKey::of(row) > *after));
        Ok(waiting.take(size(most)).cloned().collect())
    }

    async fn departure(&self, stream: &StreamId) -> Result<Option<Summary>, ReadError> {
        let listing = self.lock().listing(stream).cloned();
        Ok(listing.as_ref().map(read).transpose()?.map(|(_, summary)| summary))
    }

    async fn departures(
        &self,
        on: &DeparturesOn,
        after: Option<&ListedAt>,
        most: u32,
    ) -> Result<Vec<Summary>, ReadError> {
        let at = |line: &ListingRow| ListedAt { departs: line.departs, stream: line.stream.clone() };
        let asked = |line: &&ListingRow| {
            line.date == on.date
                && on.origin.is_none_or(|origin| line.origin == origin)
                && on.destination.is_none_or(|destination| line.destination == destination)
                && after.is_none_or(|after| at(line) > *after)
        };
        let mut found: Vec<ListingRow> = self.lock().listings().filter(asked).cloned().collect();
        found.sort_by_key(at);
        let summaries = found.iter().take(size(most)).map(|line| read(line).map(|(_, summary)| summary));
        Ok(summaries.collect::<Result<_, Corrupt>>()?)
    }

    async fn listings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> Result<Vec<(StreamId, Summary)>, ReadError> {
        let tables = self.lock();
        let lines = tables.listings().filter(|line| after.is_none_or(|after| line.stream > *after));
        Ok(lines.take(size(most)).map(read).collect::<Result<_, Corrupt>>()?)
    }

    async fn bookings_after(
        &self,
        after: Option<&StreamId>,
        most: u32,
    ) -> Result<Vec<(StreamId, BookingView)>, ReadError> {
        let tables = self.lock();
        let lines = tables.bookings().filter(|line| after.is_none_or(|after| line.stream > *after));
        Ok(lines.take(size(most)).map(|line| (line.stream.clone(), (*line.view).clone())).collect())
    }

    async fn booked_after(&self, after: Option<&BookedRow>, most: u32) -> Result<Vec<BookedRow>, ReadError> {
        let tables = self.lock();
        // As texts, which is how the databases sort departures.
        let key = |row: &BookedRow| (row.flight.to_string(), row.stream.clone());
        let mut booked: Vec<BookedRow> = tables.booked().cloned().collect();
        booked.sort_by_cached_key(key);
        booked.retain(|row| after.is_none_or(|after| key(row) > key(after)));
        booked.truncate(size(most));
        Ok(booked)
    }

    async fn ledger_after(&self, after: Option<&LedgerKey>, most: u32) -> Result<Vec<LedgerRow>, ReadError> {
        let tables = self.lock();
        let key = |row: &LedgerRow| (row.stream.clone(), row.version, row.ordinal);
        let behind = tables.ledger().filter(|row| after.is_none_or(|after| key(row) > *after));
        Ok(behind.take(size(most)).cloned().collect())
    }

    async fn events_after(&self, after: EventId, most: u32) -> Result<Vec<StoredEvent>, ReadError> {
        Ok(self.lock().events_after(after).take(size(most)).collect())
    }

    async fn newest_event(&self) -> Result<EventId, ReadError> {
        Ok(self.lock().newest_event())
    }

    async fn answers_after(
        &self,
        after: Option<(&StreamId, RequestId)>,
        most: u32,
    ) -> Result<Vec<StoredAnswer>, ReadError> {
        let tables = self.lock();
        let key =
            |answer: &&StoredAnswer| after.is_none_or(|after| (&answer.stream, answer.request.id) > after);
        Ok(tables.answers().filter(key).take(size(most)).cloned().collect())
    }

    async fn owner(&self, shard: Shard) -> Result<Option<(NodeId, Epoch)>, ReadError> {
        Ok(self.lock().owner(shard))
    }
}

impl Upkeep for Memory {
    async fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        self.lock().put_snapshot(snapshot.clone());
        Ok(())
    }

    async fn outbox_done(&self, effects: &[EffectKey]) -> Result<(), WriteError> {
        let mut tables = self.lock();
        for EffectKey { stream, version, ordinal } in effects {
            tables.outbox_done(stream, *version, *ordinal);
        }
        Ok(())
    }

    async fn sweep_answers(&self, now: Timestamp, most: u32) -> Result<u64, WriteError> {
        Ok(self.lock().forget_answers(now, size(most)))
    }

    async fn sweep_events(&self, before: Timestamp, most: u32) -> Result<u64, WriteError> {
        Ok(self.lock().forget_events(before, size(most)))
    }
}

fn read(line: &ListingRow) -> Result<(StreamId, Summary), Corrupt> {
    columns::listing((line.stream.to_string(), line.body.to_string()))
}

fn size(most: u32) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}
