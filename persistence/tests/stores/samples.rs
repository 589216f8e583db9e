//! Streams, rows and statements to try the stores with.

use std::time::Duration;

use domain::fare::FareBasis;
use domain::flight::{Service, Status, Times};
use domain::ids::Version;
use domain::money::Currency;
use domain::time::Timestamp;
use domain::view::Summary;
use persistence::journal::{
    Activation, Answer, Due, DueRow, Entry, Epoch, Fingerprint, ListingRow, OutboxRow, Record, RequestId,
    RequestKey, Row, Shard, Snapshot, Statement, StoredAnswer, StoredRow, StreamId,
};
use persistence::store::Store;

/// The schema of all sample rows.
pub const SCHEMA: u16 = 1;

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// The `number`-th sample stream. The first 5 lie in 5 shards.
pub fn stream(number: usize) -> StreamId {
    format!("flight/B6-{}-2026-12-01-JFK", number + 1).parse().unwrap()
}

pub fn key(number: u8) -> RequestKey {
    RequestKey { id: RequestId::new([number; 16]), fingerprint: Fingerprint::new([number ^ 0xff; 16]) }
}

/// A row of a sample stream, under an epoch.
pub fn row(of: usize, version: u64, epoch: Epoch) -> StoredRow {
    StoredRow {
        stream: stream(of),
        version: Version::new(version),
        at: at(1_000 + i64::try_from(version).unwrap()),
        epoch,
        schema: SCHEMA,
        request: (version % 2 == 1).then(|| key(u8::try_from(version % 200).unwrap())),
        body: format!(r#"[{{"seatsHeld":"{version}A","note":"Zoë \"quoted\" \\ 🛫"}}]"#).into(),
    }
}

pub fn answer(of: usize, request: u8, decided: i64, expires: i64) -> StoredAnswer {
    StoredAnswer {
        stream: stream(of),
        request: key(request),
        version: Version::new(3),
        at: at(decided),
        body: format!(r#"{{"seatTaken":"{decided}"}}"#).into(),
        expires: at(expires),
    }
}

pub fn effect(of: usize, version: u64, ordinal: u16) -> OutboxRow {
    let body = format!(r#"{{"charge":{version}}}"#).into();
    OutboxRow { stream: stream(of), version: Version::new(version), ordinal, body }
}

pub fn due(of: usize, when: Option<i64>) -> DueRow {
    DueRow { stream: stream(of), at: when.map(at) }
}

/// How lists show a sample stream's departure after a row; each leaves at its own minute of the same day.
pub fn summary(of: usize, version: u64) -> Summary {
    let stream = stream(of);
    let departs =
        at(1_796_126_400_000 + i64::try_from(of * 60_000 + usize::try_from(version).unwrap()).unwrap());
    let times = Times { departs, arrives: departs + Duration::from_secs(3_600) };
    Summary {
        flight_id: stream.as_str().strip_prefix("flight/").unwrap().parse().unwrap(),
        version: Version::new(version),
        service: Service::published(if of.is_multiple_of(2) { "LAX" } else { "BOS" }, "Airbus A320").unwrap(),
        scheduled: times,
        latest: times,
        status: Status::Scheduled,
        gate: (version.is_multiple_of(3)).then(|| format!("Zoë {version}")),
        basis: FareBasis { distance_mi: 187, currency: Currency::USD },
        cabins: Vec::new(),
    }
}

/// The same as a line of the list.
pub fn listing(of: usize, version: u64) -> ListingRow {
    ListingRow::of(&stream(of), &summary(of, version))
}

pub fn snapshot(of: usize, version: u64) -> Snapshot {
    let body = format!(r#"{{"folded":{version}}}"#).into();
    Snapshot {
        stream: stream(of),
        version: Version::new(version),
        schema: SCHEMA,
        forgotten: Version::new(version / 2),
        body,
    }
}

/// What a node owns, as far as it knows.
#[derive(Clone, Debug)]
pub struct Owned(pub Vec<(Shard, Epoch)>);

impl Owned {
    /// Claims all shards for the node of this lane.
    pub async fn all(lane: &mut impl Store) -> Self {
        Self(lane.claim(&Shard::all().collect::<Vec<_>>()).await.unwrap())
    }

    pub fn epoch(&self, of: usize) -> Epoch {
        let shard = stream(of).shard();
        self.0.iter().find(|(owned, _)| *owned == shard).unwrap().1
    }

    /// A row under the epoch that this node knows.
    pub fn row(&self, of: usize, version: u64) -> StoredRow {
        row(of, version, self.epoch(of))
    }

    /// A statement on these streams, with nothing in it yet.
    pub fn on(&self, streams: &[usize]) -> Statement {
        let mut shards: Vec<_> = streams.iter().map(|of| (stream(*of).shard(), self.epoch(*of))).collect();
        shards.sort_unstable();
        shards.dedup();
        Statement { shards, ..Statement::default() }
    }

    /// A statement with one row for each (stream, version).
    pub fn rows(&self, rows: &[(usize, u64)]) -> Statement {
        let streams: Vec<usize> = rows.iter().map(|(of, _)| *of).collect();
        let rows = rows.iter().map(|(of, version)| self.row(*of, *version)).collect();
        Statement { rows, ..self.on(&streams) }
    }
}

/// An entry with a row that sets nothing else.
pub fn row_entry(of: usize, version: u64) -> Entry<()> {
    let StoredRow { stream, version, at, schema, request, body, .. } = row(of, version, Epoch::default());
    let record = Record::Row(Row {
        version,
        at,
        schema,
        request,
        body,
        outbox: Vec::new(),
        due: Due::Unchanged,
        listing: None,
        news: Vec::new(),
        ledger: Vec::new(),
    });
    Entry { stream, activation: Activation::new(1), record, ack: () }
}

pub fn answer_entry(of: usize, request: u8) -> Entry<()> {
    let StoredAnswer { stream, request, version, at, body, expires } = answer(of, request, 10, 1_000_000);
    let record = Record::Answer(Answer { request, version, at, body, expires });
    Entry { stream, activation: Activation::new(1), record, ack: () }
}

pub fn barrier(of: usize, activation: u64) -> Entry<()> {
    let activation = Activation::new(activation);
    Entry { stream: stream(of), activation, record: Record::Barrier, ack: () }
}
