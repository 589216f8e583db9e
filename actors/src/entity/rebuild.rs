//! How a core comes back from what is stored.

use domain::aggregate::Aggregate;
use domain::ids::Version;
use domain::planted::{self, Bug};
use domain::time::Timestamp;
use persistence::journal::{
    Activation, CannotDecode, Entry, Loaded, Record, RequestId, Snapshot, StoredRow, StreamId,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::core::{Core, Entity, Phase, json};
use super::memory::{Memory, Place, REMEMBERED_FOR};
use std::time::Duration;

/// Rows after the last snapshot from which on another one pays: reading it then saves a rebuild about a
/// millisecond.
const SNAPSHOT_EVERY: u64 = 500;

/// How long after the last one a busy stream waits with the next: one takes as long as some fifty commands, and what
/// comes in between is read in a fraction of this time.
const SNAPSHOT_PAUSE: Duration = Duration::from_secs(1);

/// So many requests at most stand in a snapshot. Their rows lie far from one another in the store, so reading those takes
/// milliseconds; but more of them would make the snapshot itself long.
const CARRIED_MAX: usize = 1_024;

/// Why a stream cannot be owned. Nothing of it may be served: a person has to look.
#[derive(Debug, thiserror::Error)]
pub enum CannotActivate {
    /// A row is missing, or one is there twice.
    #[error("{stream}: row {found} follows row {after}")]
    NotDense {
        /// The stream.
        stream: StreamId,
        /// The row before.
        after: Version,
        /// The row that was found.
        found: Version,
    },
    /// A row cannot be read.
    #[error("{stream}: cannot read row {version}")]
    Unreadable {
        /// The stream.
        stream: StreamId,
        /// The row.
        version: Version,
        /// Why.
        #[source]
        source: CannotDecode,
    },
}

/// What a snapshot's body holds.
#[derive(Serialize)]
struct Kept<'a, A> {
    /// First, where `Snapshot::carries_requests` looks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    carried: Option<Carried>,
    state: &'a A,
    latest: Timestamp,
}

/// The same, read back. What else stands in older ones is read from the rows.
#[derive(Deserialize)]
#[serde(bound = "A: DeserializeOwned")]
struct Restored<A> {
    state: A,
    latest: Timestamp,
    carried: Option<Carried>,
}

/// The requests that are remembered of rows, each with its row and the end of its memory, when they are few.
type Carried = Vec<(RequestId, Version, Timestamp)>;

impl CannotActivate {
    #[cfg(feature = "engine")]
    pub(crate) fn unreadable(row: &StoredRow, source: CannotDecode) -> Self {
        Self::Unreadable { stream: row.stream.clone(), version: row.version, source }
    }
}

/// The state that a snapshot keeps.
///
/// # Errors
/// When it cannot be read.
pub fn state_at<A: Entity>(snapshot: &Snapshot) -> Result<A, CannotDecode> {
    let kept: serde_json::Result<Restored<A>> = serde_json::from_str(&snapshot.body);
    kept.map(|kept| kept.state).map_err(|source| CannotDecode::Body { schema: snapshot.schema, source })
}

impl<A: Entity> Core<A> {
    /// Begins a new life, numbered by the process's counter: the barrier to hand to the journal. When it is
    /// acknowledged, read the stream and [`Core::load`] it; what is read before that may miss what an earlier
    /// life has on its way.
    ///
    /// # Panics
    /// When the number is not higher than that of the life before.
    pub fn rebuild(&mut self, activation: Activation) -> Entry<()> {
        assert!(self.activation < activation, "lives are numbered upwards");
        *self = Self { activation, ..Self::new(self.stream.clone()) };
        Entry { stream: self.stream.clone(), activation: self.activation, record: Record::Barrier, ack: () }
    }

    /// Becomes live with what is stored. The driver sees to it that it was read after the barrier of this life.
    ///
    /// # Panics
    /// When the core is not loading.
    ///
    /// # Errors
    /// When the rows are not dense or cannot be read. The core is then of no use.
    pub fn load(&mut self, loaded: &Loaded) -> Result<(), CannotActivate> {
        assert_eq!(self.phase, Phase::Loading, "{} is loaded once a life", self.stream);
        if let Some(snapshot) = &loaded.snapshot {
            self.restore(snapshot)?;
            let answered = loaded.answered.iter();
            self.memory.put_all(answered.map(|(id, row, at)| (*id, Place::Row(*row), *at + REMEMBERED_FOR)));
        }
        for row in &loaded.rows {
            self.fold(row)?;
        }
        let answers = loaded.answers.iter().map(|(request, expires)| (*request, Place::Log, *expires));
        self.memory.put_all(answers);
        if planted::on(Bug::MemoryNotJournaled) {
            self.memory = Memory::default();
        }
        self.timer_lost = planted::on(Bug::TimerLost);
        debug_assert_eq!(self.state.breach(), None, "{} at {}", self.stream, self.version);
        self.phase = Phase::Live;
        Ok(())
    }

    /// Takes a snapshot over. The rows before it were not read, so one that cannot be read is an error.
    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), CannotActivate> {
        let unreadable = |source| CannotActivate::Unreadable {
            stream: self.stream.clone(),
            version: snapshot.version,
            source,
        };
        let kept: Restored<A> = serde_json::from_str(&snapshot.body)
            .map_err(|source| unreadable(CannotDecode::Body { schema: snapshot.schema, source }))?;
        self.state = kept.state;
        self.latest = kept.latest;
        self.version = snapshot.version;
        self.snapshot = (snapshot.version, kept.latest);
        self.memory.begin_after(snapshot.forgotten);
        let carried = kept.carried.into_iter().flatten();
        self.memory.put_all(carried.map(|(id, row, expires)| (id, Place::Row(row), expires)));
        Ok(())
    }

    fn fold(&mut self, row: &StoredRow) -> Result<(), CannotActivate> {
        if row.version != self.version.next() {
            return Err(CannotActivate::NotDense {
                stream: self.stream.clone(),
                after: self.version,
                found: row.version,
            });
        }
        let events: Vec<A::Event> = A::UPCASTERS.events(row.schema, &row.body).map_err(|source| {
            CannotActivate::Unreadable { stream: self.stream.clone(), version: row.version, source }
        })?;
        for event in &events {
            self.state.evolve(event);
        }
        if let Some(key) = row.request {
            self.memory.put(key.id, Place::Row(row.version), row.at + REMEMBERED_FOR);
        }
        self.version = row.version;
        self.latest = row.at;
        Ok(())
    }

    /// A snapshot, when the state is durable, and enough rows have come since the last one and some time has passed.
    pub fn snapshot(&mut self) -> Option<Snapshot> {
        let pays = self.snapshot_pays() && self.latest >= self.snapshot.1 + SNAPSHOT_PAUSE;
        if pays { self.snapshot_now() } else { None }
    }

    /// A last snapshot before the core leaves memory, when one pays.
    pub fn snapshot_at_leaving(&mut self) -> Option<Snapshot> {
        if self.snapshot_pays() { self.snapshot_now() } else { None }
    }

    const fn snapshot_pays(&self) -> bool {
        self.version.number() - self.snapshot.0.number() >= SNAPSHOT_EVERY
    }

    /// A snapshot, when the state is durable.
    pub fn snapshot_now(&mut self) -> Option<Snapshot> {
        if !self.is_quiet() {
            return None;
        }
        self.snapshot = (self.version, self.latest);
        let forgotten = self.memory.forgotten(self.latest);
        let carried = (self.memory.len() <= CARRIED_MAX).then(|| self.memory.rows().collect());
        let kept = Kept { carried, state: &self.state, latest: self.latest };
        let (stream, body) = (self.stream.clone(), json(&kept));
        Some(Snapshot { stream, version: self.version, schema: <A as Aggregate>::SCHEMA, forgotten, body })
    }
}
