//! What an owner costs: `cargo bench --package aisle-actors --bench activation`.
//!
//! * `load`: from what is stored to a live core, for a departure with 1,000 rows on a 737-800 of 189 seats, each
//!   row with its client's key: from the rows alone, from a snapshot and the 100 rows after it, and from the rows
//!   and the refusals of a busy day.
//! * `handle`: a hold and its release, from the command to the entry with its JSON, and their acknowledgement.
//!   One flight is decided on by one thread, so this is the ceiling of what it can do.
//!
//! It also prints how many bytes the rows and the snapshot are.

use std::hint::black_box;
use std::time::Duration;

use actors::entity::{Core, Handled, Request, Submission};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use domain::fare::FareBasis;
use domain::flight::{
    Command, Flight, HoldSeats, Holder, HolderKind, OpenSale, ReleaseHold, SeatChoice, Service, Term,
};
use domain::ids::{HoldNumber, PrincipalId, Version};
use domain::money::Currency;
use domain::plan::{Attribute, CabinClass, SeatNumber, SeatPlan};
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::{
    Activation, Fingerprint, Loaded, NodeId, Record, RequestId, RequestKey, Row, Snapshot, Statement,
    StoredRow, StreamId, Tables,
};

const FLIGHT: &str = "B6-523-2026-12-10-JFK";

/// The 737-800 as holiday airlines fly it.
const CABIN: &str = "Y:1-1:ABC;Y:2-32:ABC-DEF";

/// Rows of the departure, and how many of them come after its snapshot.
const ROWS: u64 = 1_000;
const TAIL: u64 = 100;

/// Refusals that are remembered of a day on which many wanted the same seats.
const REFUSALS: u64 = 10_000;

/// The time between two requests: millions of them come before the sale closes, and a hold is released long
/// before it lapses.
const STEP: Duration = Duration::from_millis(100);

fn opening() -> Timestamp {
    "2026-12-01T09:00:00Z".parse().expect("an instant")
}

fn stream() -> StreamId {
    StreamId::of("flight", &FLIGHT).expect("a flight id names a stream")
}

fn key(number: u64) -> RequestKey {
    // Real ids are digests: neighbours in time are not neighbours in a table.
    let digest = Rng::with_seed(number).u128(..).to_be_bytes();
    RequestKey { id: RequestId::new(digest), fingerprint: Fingerprint::new(digest) }
}

/// A departure with its owner, and what its clients do next.
struct Busy {
    core: Core<Flight>,
    plain: Vec<SeatNumber>,
    rng: Rng,
    now: Timestamp,
    asked: u64,
    /// Holds that wait for their release, oldest first.
    held: Vec<(HoldNumber, PrincipalId)>,
}

impl Busy {
    /// The sale has just opened.
    fn opened() -> (Self, Row) {
        let plan = SeatPlan::read(CABIN, "").expect("the layout is sound");
        assert_eq!(plan.len(), 189);
        // Who holds an exit seat must say who travels; these do not.
        let plain = plan.seats().filter(|(_, seat)| !seat.attributes.has(Attribute::ExitRow));
        let plain = plain.map(|(_, seat)| seat.number).collect();
        let mut core = Core::new(stream());
        core.rebuild(Activation::new(1));
        core.load(&Loaded::default()).expect("nothing is stored");
        let mut busy =
            Self { core, plain, rng: Rng::with_seed(189), now: opening(), asked: 0, held: Vec::new() };
        let sale = Command::OpenSale(OpenSale {
            flight: FLIGHT.parse().expect("a flight id"),
            service: Service::published("LAX", "Airbus A320").expect("a sound service"),
            plan,
            departs: "2026-12-10T18:00:00Z".parse().expect("an instant"),
            arrives: "2026-12-10T21:00:00Z".parse().expect("an instant"),
            basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
            sold_elsewhere: Vec::new(),
        });
        let row = busy.row(sale);
        (busy, row)
    }

    /// A keyed request of a moment later, acknowledged at once.
    fn ask(&mut self, command: Command) -> Record {
        self.asked += 1;
        self.now = self.now + STEP;
        let request = Request { key: Some(key(self.asked)), remember_refusal: true, deadline: None, command };
        let Handled::Decided(decided) = self.core.handle(&request, self.now) else {
            panic!("the core is live")
        };
        decided.lapsed.into_iter().for_each(|lapsed| self.core.settled(lapsed.receipt, Ok(())));
        let Submission { entry, receipt, answer } = decided.own;
        self.core.settled(receipt, Ok(()));
        black_box(answer);
        entry.record
    }

    fn row(&mut self, command: Command) -> Row {
        match self.ask(command) {
            Record::Row(row) => row,
            other => panic!("no row: {other:?}"),
        }
    }

    /// One place on an open seat.
    fn hold(&mut self) -> Command {
        let departure = self.core.state().departure().expect("the sale is open");
        let seat = loop {
            let seat = self.plain[self.rng.usize(..self.plain.len())];
            if departure.plan.index_of(seat).is_some_and(|index| departure.is_open(index)) {
                break seat;
            }
        };
        let principal: PrincipalId = format!("customer:{}", self.asked).parse().expect("a subject");
        self.held.push((HoldNumber::made_by(self.core.version().next()), principal.clone()));
        Command::HoldSeats(HoldSeats {
            holder: Holder { principal, kind: HolderKind::Customer },
            class: CabinClass::Economy,
            places: 1,
            seats: SeatChoice::Exact(vec![seat]),
            party: None,
            term: Term::For(Duration::from_secs(30 * 60)),
            booking: None,
        })
    }

    fn release(&mut self, which: usize) -> Command {
        let (hold, by) = self.held.remove(which);
        Command::ReleaseHold(ReleaseHold { hold, by })
    }
}

/// A departure's whole history, and a snapshot of it before its last rows.
fn history() -> (Tables, Snapshot) {
    let (mut busy, opening) = Busy::opened();
    let (node, mut tables) = (NodeId::new(1), Tables::default());
    let epoch = tables.claim(node, stream().shard());
    let mut snapshot = None;
    let mut rows = vec![opening];
    while busy.core.version() < Version::new(ROWS) {
        // About a hundred holds live at a time.
        let command = if busy.held.len() < 100 { busy.hold() } else { busy.release(0) };
        rows.push(busy.row(command));
        if busy.core.version() == Version::new(ROWS - TAIL) {
            snapshot = busy.core.snapshot_now();
        }
    }
    let stored = rows.into_iter().map(|row| StoredRow {
        stream: stream(),
        version: row.version,
        at: row.at,
        epoch,
        schema: row.schema,
        request: row.request,
        body: row.body,
    });
    let shards = vec![(stream().shard(), epoch)];
    let statement = Statement { shards, rows: stored.collect(), ..Statement::default() };
    tables.commit(node, &statement);
    (tables, snapshot.expect("there are rows before the tail"))
}

fn load(c: &mut Criterion) {
    let (mut tables, snapshot) = history();
    let rows_alone = tables.load(&stream(), 1);
    assert_eq!(rows_alone.rows.len() as u64, ROWS);
    print_sizes(&rows_alone, &snapshot);
    let busy_day = Loaded {
        answers: (0..REFUSALS)
            .map(|number| (key(1_000_000 + number).id, opening() + Duration::from_millis(number)))
            .collect(),
        ..rows_alone.clone()
    };
    tables.put_snapshot(snapshot);
    let with_snapshot = tables.load(&stream(), 1);
    assert_eq!(with_snapshot.rows.len() as u64, TAIL);
    let mut group = c.benchmark_group("load");
    for (name, loaded) in [
        ("1,000 rows", rows_alone),
        ("snapshot and 100 rows", with_snapshot),
        ("1,000 rows, 10,000 refusals", busy_day),
    ] {
        let fresh = || {
            let mut core: Core<Flight> = Core::new(stream());
            core.rebuild(Activation::new(1));
            core
        };
        group.bench_function(name, |b| {
            b.iter_batched_ref(fresh, |core| core.load(&loaded).expect("it adds up"), BatchSize::LargeInput);
        });
    }
    group.finish();
}

fn print_sizes(loaded: &Loaded, snapshot: &Snapshot) {
    for (kind, word) in
        [("a sale that opens", "SaleOpened"), ("a hold", "SeatsHeld"), ("a release", "HoldReleased")]
    {
        let bodies = loaded.rows.iter().map(|row| &row.body).filter(|body| body.contains(word));
        let (count, bytes) =
            bodies.clone().fold((0, 0), |(count, bytes), body| (count + 1, bytes + body.len()));
        let example = bodies.clone().next_back().expect("the history has each kind");
        println!("{kind}: {} bytes on average of {count}, e.g. {example}", bytes / count.max(1));
    }
    let bytes: usize = loaded.rows.iter().map(|row| row.body.len()).sum();
    println!("{} rows: {bytes} bytes; snapshot: {} bytes", loaded.rows.len(), snapshot.body.len());
}

fn handle(c: &mut Criterion) {
    let mut group = c.benchmark_group("handle");
    for held in [0, 100] {
        let (mut busy, _) = Busy::opened();
        group.throughput(Throughput::Elements(2));
        group.bench_function(format!("hold and release beside {held} holds"), |b| {
            b.iter(|| {
                while busy.held.len() < held {
                    let command = busy.hold();
                    black_box(busy.row(command));
                }
                let command = busy.hold();
                black_box(busy.row(command));
                // The oldest, so that none comes near its deadline.
                let command = busy.release(0);
                black_box(busy.row(command));
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = activation;
    config = Criterion::default().sample_size(50).measurement_time(Duration::from_secs(5));
    targets = load, handle
}
criterion_main!(activation);
