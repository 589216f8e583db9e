//! How many rows a second: the pure batch alone, and a commit on each database with the disk behind it.
//!
//! `cargo bench -p aisle-persistence --bench append`. The number in a name is the entries of one statement;
//! each is one row of about 200 bytes, and they spread over 64 streams. `listed` writes statements of 512 rows
//! beside a list of a real week's departures: rows of one departure that no list shows, rows of one that lists
//! show, and rows of 512 of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use domain::fare::FareBasis;
use domain::flight::{Service, Status, Times};
use domain::ids::Version;
use domain::money::Currency;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::{CabinCounts, Summary};
use persistence::journal::{
    Activation, Batch, Due, Entry, Epoch, Fingerprint, Listing, ListingRow, NodeId, Outcome, Record,
    RequestId, RequestKey, Row, Shard, Statement, Step, StreamId,
};
use persistence::postgres::Postgres;
use persistence::sqlite::Sqlite;
use persistence::store::Store;
use persistence::writer::{self, Ack, Journal, Options};
use testbed::Durability;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

const SIZES: [u64; 5] = [1, 8, 64, 512, 4_096];
const STREAMS: u64 = 64;
const NODE: NodeId = NodeId::new(1);
const BODY: &str = r#"[{"seatsHeld":{"hold":"17","cabin":"economy","seats":["14C","14D"],"places":2,
    "until":1796126400250,"fare":{"minor":12900,"currency":"USD"},"request":"00112233445566778899aabbccddeeff"}}]"#;

/// Departures of a real week, roughly.
const WEEK: u64 = 27_000;

/// Rows that follow one another on some streams.
struct Rows {
    streams: Vec<StreamId>,
    next: u64,
    listed: bool,
}

impl Rows {
    fn new() -> Self {
        Self::on(0..STREAMS, false)
    }

    /// Rows of these departures of the week.
    fn on(departures: impl Iterator<Item = u64>, listed: bool) -> Self {
        Self { streams: departures.map(stream).collect(), next: 0, listed }
    }

    fn entry(&mut self) -> Entry<()> {
        let number = self.next;
        self.next += 1;
        let streams = self.streams.len() as u64;
        let stream = usize::try_from(number % streams).expect("there are few streams");
        let version = Version::new(number / streams + 1);
        let row = Row {
            version,
            at: Timestamp::EPOCH,
            schema: 1,
            request: Some(RequestKey {
                id: RequestId::new(u128::from(number).to_be_bytes()),
                fingerprint: Fingerprint::new([7; 16]),
            }),
            body: BODY.into(),
            outbox: Vec::new(),
            due: Due::At(Timestamp::EPOCH),
            listing: self
                .listed
                .then(|| Listing::Departure(Box::new(summary(&self.streams[stream], version)))),
            news: Vec::new(),
            ledger: Vec::new(),
        };
        let stream = self.streams[stream].clone();
        Entry { stream, activation: Activation::new(1), record: Record::Row(row), ack: () }
    }

    /// A statement with so many rows, as the batch forms it.
    fn statement(&mut self, rows: u64, owned: &[(Shard, Epoch)]) -> Statement {
        let mut batch = Batch::new(owned.iter().copied());
        (0..rows).for_each(|_| batch.push(self.entry()));
        let Some(Step::Write(statement)) = batch.next_step() else { panic!("a batch with rows writes them") };
        statement
    }
}

/// A departure of the week.
fn stream(number: u64) -> StreamId {
    let (flight, day) = (number % 4_000 + 1, number / 4_000 + 1);
    format!("flight/B6-{flight}-2026-12-{day:02}-JFK").parse().expect("a flight's name is a stream's")
}

/// A listing as large as a real one.
fn summary(stream: &StreamId, version: Version) -> Summary {
    let flight = stream.as_str().strip_prefix("flight/").expect("it is a flight's");
    let departs = Timestamp::from_millis(1_796_126_400_000).expect("a day in 2026");
    let times = Times { departs, arrives: departs + Duration::from_secs(7_200) };
    let counts = |cabin_class| CabinCounts {
        cabin_class,
        seats: 150,
        available: 75,
        held: 25,
        sold: 49,
        blocked: 1,
        sellable: 75,
    };
    Summary {
        flight_id: flight.parse().expect("a flight's name"),
        version,
        service: Service::published("LAX", "Airbus A320-200").expect("a sound service"),
        scheduled: times,
        latest: times,
        status: Status::Scheduled,
        gate: Some("C12".to_owned()),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        cabins: vec![counts(CabinClass::Business), counts(CabinClass::Economy)],
    }
}

fn batch_alone(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("batch");
    let owned: Vec<_> = Shard::all().map(|shard| (shard, Epoch::new(1))).collect();
    for size in SIZES {
        group.throughput(Throughput::Elements(size));
        group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, size| {
            let mut rows = Rows::new();
            let entries = || (0..*size).map(|_| rows.entry()).collect::<Vec<_>>();
            let mut batch = Batch::new(owned.iter().copied());
            let round = |entries: Vec<Entry<()>>| {
                entries.into_iter().for_each(|entry| batch.push(entry));
                let step = batch.next_step();
                batch.written(&Outcome::Committed);
                (step, batch.settled())
            };
            bencher.iter_batched(entries, round, BatchSize::SmallInput);
        });
    }
}

/// Commits statements of all sizes to a lane.
fn commits<S: Store>(criterion: &mut Criterion, name: &str, runtime: &Runtime, mut lane: S) {
    let shards: Vec<Shard> = Shard::all().collect();
    let owned = runtime.block_on(lane.claim(&shards)).expect("a fresh store can be claimed");
    let mut rows = Rows::new();
    let mut group = criterion.benchmark_group(name);
    for size in SIZES {
        group.throughput(Throughput::Elements(size)).sample_size(10);
        group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, size| {
            bencher.iter_custom(|rounds| {
                let mut taken = Duration::ZERO;
                for _ in 0..rounds {
                    let statement = rows.statement(*size, &owned);
                    let started = Instant::now();
                    let outcome = runtime.block_on(lane.commit(&statement));
                    taken += started.elapsed();
                    assert_eq!(black_box(outcome).ok(), Some(Outcome::Committed));
                }
                taken
            });
        });
    }
}

/// Commits statements of 512 rows with listings and without, beside a week's list.
fn listed<S: Store>(criterion: &mut Criterion, name: &str, runtime: &Runtime, mut lane: S) {
    const SIZE: u64 = 512;
    let shards: Vec<Shard> = Shard::all().collect();
    let owned = runtime.block_on(lane.claim(&shards)).expect("a fresh store can be claimed");
    for from in (0..WEEK).step_by(1_000) {
        let listings = (from..from + 1_000).map(|number| {
            let stream = stream(number);
            ListingRow::of(&stream, &summary(&stream, Version::EMPTY))
        });
        let statement =
            Statement { shards: owned.clone(), listings: listings.collect(), ..Statement::default() };
        let outcome = runtime.block_on(lane.commit(&statement));
        assert_eq!(outcome.ok(), Some(Outcome::Committed));
    }
    let mut group = criterion.benchmark_group(format!("listed/{name}"));
    group.throughput(Throughput::Elements(SIZE)).sample_size(10);
    // Every 37th departure: of all days, and far from one another in the table.
    let spread = |first: u64| (0..SIZE).map(move |number| first + number * 37);
    for (case, mut rows) in [
        ("none-of-1", Rows::on(0..1, false)),
        ("1-of-1", Rows::on(1..2, true)),
        ("none-of-512", Rows::on(spread(2), false)),
        ("512-of-512", Rows::on(spread(3), true)),
    ] {
        group.bench_function(case, |bencher| {
            bencher.iter_custom(|rounds| {
                let mut taken = Duration::ZERO;
                for _ in 0..rounds {
                    let statement = rows.statement(SIZE, &owned);
                    let started = Instant::now();
                    let outcome = runtime.block_on(lane.commit(&statement));
                    taken += started.elapsed();
                    assert_eq!(black_box(outcome).ok(), Some(Outcome::Committed));
                }
                taken
            });
        });
    }
}

/// Keeps so many entries under way through the writer's thread: what a busy node does.
fn through_the_writer<S: Store>(criterion: &mut Criterion, name: &str, runtime: &Runtime, lanes: Vec<S>) {
    let (journal, writer) = writer::start(lanes, &Options::default()).expect("there is a thread to be had");
    let mut rows = Rows::new();
    let mut group = criterion.benchmark_group(name);
    for under_way in [64_u64, 512, 4_096] {
        group.throughput(Throughput::Elements(1)).sample_size(10);
        group.bench_with_input(BenchmarkId::from_parameter(under_way), &under_way, |bencher, under_way| {
            bencher.iter_custom(|entries| runtime.block_on(drive(&journal, &mut rows, entries, *under_way)));
        });
    }
    group.finish();
    drop(journal);
    writer.join();
}

/// How long it takes until this many entries are acknowledged, when each acknowledgement lets the next one in.
async fn drive(journal: &Journal, rows: &mut Rows, entries: u64, under_way: u64) -> Duration {
    let (tell, mut hear) = mpsc::unbounded_channel();
    let started = Instant::now();
    let mut sent = 0;
    let mut told = 0;
    while told < entries {
        while sent < entries && sent - told < under_way {
            let tell = tell.clone();
            let ack: Ack = Box::new(move |result| tell.send(result).expect("somebody counts"));
            journal.send(rows.entry().with_ack(ack)).await.expect("the writer lives");
            sent += 1;
        }
        hear.recv().await.expect("we hold a sender ourselves").expect("everything is committed");
        told += 1;
    }
    started.elapsed()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("there is a runtime to be had")
}

fn sqlite(criterion: &mut Criterion) {
    let runtime = runtime();
    let open = || {
        let directory = testbed::directory().expect("there is a temporary directory");
        let store =
            runtime.block_on(Sqlite::open(directory.path())).expect("an empty directory can be opened");
        (directory, store)
    };
    let (_directory, store) = open();
    commits(criterion, "sqlite", &runtime, store.lane(NODE));
    let (_directory, store) = open();
    listed(criterion, "sqlite", &runtime, store.lane(NODE));
    let (_directory, store) = open();
    through_the_writer(criterion, "writer/sqlite", &runtime, vec![store.lane(NODE)]);
}

fn postgres(criterion: &mut Criterion) {
    let server = testbed::Postgres::start(Durability::Full).expect("PostgreSQL is installed");
    let runtime = runtime();
    let open = || {
        let url = server.new_database().expect("a server makes databases");
        runtime.block_on(Postgres::open(&url)).expect("an empty database can be opened")
    };
    commits(criterion, "postgres", &runtime, open().lane(NODE));
    listed(criterion, "postgres", &runtime, open().lane(NODE));
    for lanes in [1, 2] {
        let store = open();
        let name = format!("writer/postgres/lanes-{lanes}");
        through_the_writer(criterion, &name, &runtime, (0..lanes).map(|_| store.lane(NODE)).collect());
    }
}

criterion_group!(benches, batch_alone, sqlite, postgres);
criterion_main!(benches);
