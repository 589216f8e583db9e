//! What the tables mean, in plain memory: the reference that both databases are held against.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use domain::ids::Version;
use domain::time::Timestamp;

use super::batch::Outcome;
use super::entry::RequestId;
use super::listing::{BookedRow, BookingRow, EventId, EventRow, LedgerRow, ListingRow, StoredEvent};
use super::statement::{DueRow, Loaded, OutboxRow, Position, Snapshot, Statement, StoredAnswer, StoredRow};
use super::stream::{Epoch, NodeId, Shard, StreamId};

/// The journal and the tables beside it.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    owners: BTreeMap<Shard, (NodeId, Epoch)>,
    journal: BTreeMap<StreamId, Vec<StoredRow>>,
    order: Vec<(StreamId, Version)>,
    /// The first row that each commit brought of a stream. A database is sure to have a key there; of rows that were committed together
    /// it may keep one key alone.
    begun: BTreeSet<(StreamId, Version)>,
    /// Rows that are here twice and that a database's key would not refuse.
    unlocked: Vec<(StreamId, Version)>,
    answers: BTreeMap<(StreamId, RequestId), StoredAnswer>,
    outbox: BTreeMap<(StreamId, Version, u16), OutboxRow>,
    due: BTreeMap<StreamId, Timestamp>,
    listings: BTreeMap<StreamId, ListingRow>,
    bookings: BTreeMap<StreamId, BookingRow>,
    booked: BTreeSet<BookedRow>,
    events: BTreeMap<EventId, EventRow>,
    ledger: BTreeMap<(StreamId, Version, u16), LedgerRow>,
    snapshots: BTreeMap<StreamId, Snapshot>,
}

impl Tables {
    /// Makes `node` the owner of a shard and raises its epoch.
    pub fn claim(&mut self, node: NodeId, shard: Shard) -> Epoch {
        let epoch = self.owners.get(&shard).map_or(Epoch::default(), |(_, epoch)| *epoch).next();
        self.owners.insert(shard, (node, epoch));
        epoch
    }

    /// Raises the epochs of those shards that `node` still owns, and names them.
    pub fn raise(&mut self, node: NodeId, shards: &[Shard]) -> Vec<(Shard, Epoch)> {
        let ours =
            shards.iter().filter(|shard| self.owners.get(shard).is_some_and(|(owner, _)| *owner == node));
        let ours: Vec<Shard> = ours.copied().collect();
        ours.into_iter().map(|shard| (shard, self.claim(node, shard))).collect()
    }

    /// Who owns a shard, at which epoch.
    #[must_use]
    pub fn owner(&self, shard: Shard) -> Option<(NodeId, Epoch)> {
        self.owners.get(&shard).copied()
    }

    /// Commits a statement of `node`, whole or not at all.
    pub fn commit(&mut self, node: NodeId, statement: &Statement) -> Outcome {
        let fenced: Vec<Shard> = statement
            .shards
            .iter()
            .filter(|(shard, epoch)| self.owners.get(shard) != Some(&(node, *epoch)))
            .map(|(shard, _)| *shard)
            .collect();
        if !fenced.is_empty() {
            return Outcome::Fenced(fenced);
        }
        if let Some(key) = self.key_twice(statement) {
            self.note_unlocked(statement);
            return Outcome::Refused(format!("{key} is there already"));
        }
        self.apply(statement);
        Outcome::Committed
    }

    /// What was refused and begins within rows that were committed together: whoever appends begins where a commit ended, so
    /// there is none, or somebody went on from a state that they never read.
    #[must_use]
    pub fn unlocked(&self) -> &[(StreamId, Version)] {
        &self.unlocked
    }

    fn note_unlocked(&mut self, statement: &Statement) {
        let there = |row: &&StoredRow| self.row(&row.stream, row.version).is_some();
        let unlocked = firsts(statement).filter(there).map(|row| (row.stream.clone(), row.version));
        let unlocked: Vec<_> = unlocked.filter(|first| !self.begun.contains(first)).collect();
        self.unlocked.extend(unlocked);
    }

    /// The first key of the statement that is taken, or that it brings twice.
    fn key_twice(&self, statement: &Statement) -> Option<String> {
        let mut versions: BTreeMap<&StreamId, Vec<Version>> = BTreeMap::new();
        for row in &statement.rows {
            let seen = versions.entry(&row.stream).or_default();
            if seen.contains(&row.version) || self.row(&row.stream, row.version).is_some() {
                return Some(format!("{} {}", row.stream, row.version));
            }
            seen.push(row.version);
        }
        let mut requests: Vec<(&StreamId, RequestId)> = Vec::new();
        for answer in &statement.answers {
            let key = (&answer.stream, answer.request.id);
            let stored = self.answer(&answer.stream, answer.request.id);
            if requests.contains(&key) || stored.is_some_and(|stored| answer.at < stored.expires) {
                return Some(format!("{} {}", answer.stream, answer.request.id));
            }
            requests.push(key);
        }
        self.locator_twice(statement)
    }

    /// The first record locator that a new line of the list of bookings brings and another line has.
    fn locator_twice(&self, statement: &Statement) -> Option<String> {
        let is_new = |line: &&BookingRow| !self.bookings.contains_key(&line.stream);
        let new: Vec<&BookingRow> = statement.bookings.iter().filter(is_new).collect();
        let taken = new.iter().enumerate().find(|(at, line)| {
            let mut before = self.bookings.values().chain(new[..*at].iter().copied());
            before.any(|other| other.view.locator == line.view.locator)
        });
        taken.map(|(_, line)| line.view.locator.to_string())
    }

    fn apply(&mut self, statement: &Statement) {
        self.begun.extend(firsts(statement).map(|row| (row.stream.clone(), row.version)));
        for row in &statement.rows {
            self.order.push((row.stream.clone(), row.version));
            let rows = self.journal.entry(row.stream.clone()).or_default();
            let at = rows.partition_point(|stored| stored.version < row.version);
            rows.insert(at, row.clone());
        }
        for answer in &statement.answers {
            self.answers.insert((answer.stream.clone(), answer.request.id), answer.clone());
        }
        for order in &statement.outbox {
            self.outbox.insert((order.stream.clone(), order.version, order.ordinal), order.clone());
        }
        for DueRow { stream, at } in &statement.due {
            match at {
                Some(at) => self.due.insert(stream.clone(), *at),
                None => self.due.remove(stream),
            };
        }
        self.apply_bookings(statement);
        for line in &statement.listings {
            if self.listing(&line.stream).is_none_or(|stored| stored.version < line.version) {
                self.listings.insert(line.stream.clone(), line.clone());
            }
        }
    }

    fn apply_bookings(&mut self, statement: &Statement) {
        for line in &statement.bookings {
            let stored = self.bookings.get(&line.stream);
            if stored.is_none_or(|stored| stored.view.version < line.view.version) {
                self.bookings.insert(line.stream.clone(), line.clone());
            }
        }
        self.booked.extend(statement.booked.iter().cloned());
        let keyed = |row: &LedgerRow| ((row.stream.clone(), row.version, row.ordinal), row.clone());
        self.ledger.extend(statement.ledger.iter().map(keyed));
        for told in &statement.events {
            let at = self
                .order
                .iter()
                .rposition(|(stream, version)| (stream, *version) == (&told.stream, told.version));
            let Some(position) = at.and_then(position_of) else { continue };
            self.events.insert(EventId { position, ordinal: told.ordinal }, told.clone());
        }
    }

    /// What a stream is rebuilt from. A snapshot of another schema than `schema` does not count.
    #[must_use]
    pub fn load(&self, stream: &StreamId, schema: u16) -> Loaded {
        let snapshot = self.snapshots.get(stream).filter(|snapshot| snapshot.schema == schema).cloned();
        let (forgotten, folded) = snapshot
            .as_ref()
            .map_or_else(Default::default, |snapshot| (snapshot.forgotten, snapshot.version));
        let (kept, rest): (Vec<&StoredRow>, Vec<&StoredRow>) =
            self.rows(stream).iter().partition(|row| row.version <= folded);
        let carries = snapshot.as_ref().is_some_and(Snapshot::carries_requests);
        let kept = kept.into_iter().filter(|row| row.version > forgotten && !carries);
        let answered = kept.filter_map(|row| Some((row.request?.id, row.version, row.at))).collect();
        let rows = rest.into_iter().cloned().collect();
        let from = (stream.clone(), RequestId::new([0; 16]));
        let answers = self.answers.range(from..).take_while(|((of, _), _)| of == stream);
        let answers = answers.map(|((_, request), answer)| (*request, answer.expires)).collect();
        Loaded { snapshot, answered, rows, answers }
    }

    /// The rows of a stream, in order.
    #[must_use]
    pub fn rows(&self, stream: &StreamId) -> &[StoredRow] {
        self.journal.get(stream).map_or(&[], Vec::as_slice)
    }

    /// One row.
    #[must_use]
    pub fn row(&self, stream: &StreamId, version: Version) -> Option<&StoredRow> {
        let rows = self.rows(stream);
        rows.binary_search_by_key(&version, |row| row.version).ok().map(|at| &rows[at])
    }

    /// One remembered answer.
    #[must_use]
    pub fn answer(&self, stream: &StreamId, request: RequestId) -> Option<&StoredAnswer> {
        self.answers.get(&(stream.clone(), request))
    }

    /// Every remembered answer, by stream and request.
    pub fn answers(&self) -> impl Iterator<Item = &StoredAnswer> {
        self.answers.values()
    }

    /// Forgets at most `most` answers whose memory ends at `now` or before, and says how many there were.
    pub fn forget_answers(&mut self, now: Timestamp, most: usize) -> u64 {
        let expired = self.answers.iter().filter(|(_, answer)| answer.expires <= now);
        let keys: Vec<_> = expired.map(|(key, _)| key.clone()).take(most).collect();
        keys.iter().filter(|key| self.answers.remove(*key).is_some()).count() as u64
    }

    /// The streams that have rows.
    pub fn streams(&self) -> impl Iterator<Item = &StreamId> {
        self.journal.keys()
    }

    /// The rows of all streams after a position, in the order of their commits.
    #[must_use]
    pub fn rows_after(&self, position: Position, most: usize) -> Vec<(Position, StoredRow)> {
        let seen = usize::try_from(position.0).unwrap_or(0);
        let rows = self.order.iter().enumerate().skip(seen).take(most);
        rows.filter_map(|(at, (stream, version))| {
            let position = position_of(at)?;
            Some((position, self.row(stream, *version)?.clone()))
        })
        .collect()
    }

    /// The streams to wake, the earliest first.
    #[must_use]
    pub fn due(&self) -> Vec<(StreamId, Timestamp)> {
        let mut due: Vec<_> = self.due.iter().map(|(stream, at)| (stream.clone(), *at)).collect();
        due.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
        due
    }

    /// A stream's line in the list of departures.
    #[must_use]
    pub fn listing(&self, stream: &StreamId) -> Option<&ListingRow> {
        self.listings.get(stream)
    }

    /// The list of departures, by stream.
    pub fn listings(&self) -> impl Iterator<Item = &ListingRow> {
        self.listings.values()
    }

    /// The list of bookings, by stream.
    pub fn bookings(&self) -> impl Iterator<Item = &BookingRow> {
        self.bookings.values()
    }

    /// Which bookings are on which departures.
    pub fn booked(&self) -> impl Iterator<Item = &BookedRow> {
        self.booked.iter()
    }

    /// What was moved, by stream and row.
    pub fn ledger(&self) -> impl Iterator<Item = &LedgerRow> {
        self.ledger.values()
    }

    /// What was told after a place, in order.
    pub fn events_after(&self, after: EventId) -> impl Iterator<Item = StoredEvent> {
        let after = self.events.range((Bound::Excluded(after), Bound::Unbounded));
        after.map(|(id, told)| StoredEvent { id: *id, told: told.clone() })
    }

    /// The last place where something was told.
    #[must_use]
    pub fn newest_event(&self) -> EventId {
        self.events.last_key_value().map(|(id, _)| *id).unwrap_or_default()
    }

    /// Forgets at most `most` of what was told before an instant, and says how much there was.
    pub fn forget_events(&mut self, before: Timestamp, most: usize) -> u64 {
        let old = self.events.iter().filter(|(_, told)| told.at < before);
        let mut old: Vec<_> = old.map(|(id, told)| (told.at, *id)).collect();
        old.sort_unstable();
        old.truncate(most);
        old.iter().filter(|(_, id)| self.events.remove(id).is_some()).count() as u64
    }

    /// The effects that wait, in the order of their keys.
    pub fn outbox(&self) -> impl Iterator<Item = &OutboxRow> {
        self.outbox.values()
    }

    /// Strikes an effect off after it was carried out.
    pub fn outbox_done(&mut self, stream: &StreamId, version: Version, ordinal: u16) {
        self.outbox.remove(&(stream.clone(), version, ordinal));
    }

    /// Keeps a snapshot, unless a later one is there.
    pub fn put_snapshot(&mut self, snapshot: Snapshot) {
        let newer =
            self.snapshots.get(&snapshot.stream).is_none_or(|stored| stored.version < snapshot.version);
        if newer {
            self.snapshots.insert(snapshot.stream.clone(), snapshot);
        }
    }
}

/// The position of the row at this place of the order.
fn position_of(at: usize) -> Option<Position> {
    i64::try_from(at).ok().map(|at| Position(at + 1))
}

/// The first row of each stream in a statement.
fn firsts(statement: &Statement) -> impl Iterator<Item = &StoredRow> {
    let mut seen = BTreeSet::new();
    statement.rows.iter().filter(move |row| seen.insert(&row.stream))
}
