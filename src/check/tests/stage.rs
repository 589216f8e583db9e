//! A small journal with all that a departure can live through, made by the engine's own core and then spoilt.

use std::time::Duration;

use actors::entity::{Core, Decided, Entity as _, Handled, Request, Submission};
use domain::aggregate::Aggregate as _;
use domain::fare::FareBasis;
use domain::flight::{
    BlockReason, BlockSeats, BookingParty, ChangeSeats, ChangeStatus, ClaimHolds, Command, Event, ExtendHold,
    Flight, HoldSeats, Holder, HolderKind, OpenSale, ReleaseHold, SeatChoice, Service, StartPaying, Status,
    Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, Version};
use domain::money::Currency;
use domain::party::{Passenger, TravellerType};
use domain::plan::{CabinClass, SeatNumber, SeatPlan};
use domain::time::Timestamp;
use persistence::journal::{
    Activation, Batch, DueRow, Entry, Epoch, Fingerprint, Listing, ListingRow, Loaded, NodeId, Outcome,
    RequestId, RequestKey, Shard, Snapshot, Statement, Step, StoredAnswer, StoredRow, StreamId,
};
use persistence::memory::Memory;
use persistence::store::{Store, Upkeep as _};

use crate::check::between::Between;
use crate::check::lines::Lines;
use crate::check::scan::Scanned;
use crate::check::stream::{BesideIt, Examined};
use crate::check::{Report, run};

pub const SMITH: BookingId = BookingId::new(0x51);
pub const JONES: BookingId = BookingId::new(0x10);

/// The epoch under which everything is written.
pub const EPOCH: Epoch = Epoch::new(1);

/// The departure whose history [`Journal::sound`] tells at length.
pub fn long() -> StreamId {
    stream(523)
}

/// One that was cancelled after three rows.
pub fn cancelled() -> StreamId {
    stream(601)
}

/// One that never went on sale, though somebody asked.
pub fn unknown() -> StreamId {
    stream(702)
}

pub fn stream(number: u16) -> StreamId {
    StreamId::of("flight", &flight(number)).unwrap()
}

fn flight(number: u16) -> String {
    format!("B6-{number}-2026-12-10-JFK")
}

/// So many minutes after nine.
pub fn at(minute: u64) -> Timestamp {
    "2026-12-01T09:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(60 * minute)
}

pub fn seat(text: &str) -> SeatNumber {
    text.parse().unwrap()
}

pub fn hold_number(row: u64) -> HoldNumber {
    HoldNumber::made_by(Version::new(row))
}

pub fn key(number: u8) -> RequestKey {
    RequestKey { id: RequestId::new([number; 16]), fingerprint: Fingerprint::new([!number; 16]) }
}

/// What will be committed, and can be spoilt before it is.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    pub statements: Vec<Statement>,
    pub snapshots: Vec<Snapshot>,
}

/// The owner of a departure that writes into a journal.
pub struct Desk<'a> {
    core: Core<Flight>,
    journal: &'a mut Journal,
}

impl<'a> Desk<'a> {
    pub fn of(stream: StreamId, journal: &'a mut Journal) -> Self {
        let mut core = Core::new(stream);
        core.rebuild(Activation::new(1));
        core.load(&Loaded::default()).unwrap();
        Self { core, journal }
    }

    pub fn ask(&mut self, minute: u64, request: Option<u8>, command: Command) -> &mut Self {
        let request = Request { key: request.map(key), remember_refusal: true, deadline: None, command };
        let Handled::Decided(Decided { lapsed, own }) = self.core.handle(&request, at(minute)) else {
            panic!("the desk is open")
        };
        lapsed.into_iter().chain([own]).for_each(|submission| self.write(submission));
        self
    }

    pub fn tick(&mut self, minute: u64) -> &mut Self {
        let lapsed = self.core.tick(at(minute)).expect("something is due");
        self.write(lapsed);
        self
    }

    pub fn snapshot(&mut self) -> &mut Self {
        self.journal.snapshots.push(self.core.snapshot_now().unwrap());
        self
    }

    fn write(&mut self, submission: Submission<Flight>) {
        self.core.settled(submission.receipt, Ok(()));
        self.journal.statements.push(statement(submission.entry));
    }
}

/// The statement that carries an entry alone.
pub fn statement(entry: Entry<()>) -> Statement {
    let mut batch = Batch::new([(entry.stream.shard(), EPOCH)]);
    batch.push(entry);
    match batch.next_step() {
        Some(Step::Write(statement)) => statement,
        other => panic!("an entry is written: {other:?}"),
    }
}

impl Journal {
    /// The history that the tests spoil; the rows of the long one are numbered in it.
    pub fn sound() -> Self {
        let mut journal = Self::default();
        Desk::of(long(), &mut journal)
            .ask(0, Some(1), open(523, &["19A"])) // 1
            .ask(1, Some(2), hold("ann", "10A", 10)) // 2, until 11
            .ask(2, None, hold("bob", "11A", 5)) // 3, until 7
            .ask(3, Some(3), extend("bob", 3, 10)) // 4, now until 13
            .ask(3, Some(4), hold("cid", "10A", 5)) // refused
            .ask(4, None, claim("ann", 2, SMITH, 20)) // 5
            .ask(5, None, Command::StartPaying(StartPaying { booking: SMITH, fence: at(18) })) // 6
            .ask(6, None, Command::Confirm { booking: SMITH }) // 7
            .ask(6, None, change(SMITH, "12A")) // 8
            .ask(7, None, hold("cid", "14A", 5)) // 9
            .ask(8, None, release("cid", 9)) // 10
            .ask(8, None, hold("dee", "14C", 6)) // 11, until 14
            .ask(9, None, claim("dee", 11, JONES, 16)) // 12
            .tick(15) // 13: hold 3, two minutes late
            .tick(17) // 14: hold 11, one minute late, and its booking is told
            .ask(18, None, block("16A")) // 15
            .ask(20, Some(5), hold("eve", "17A", 10)) // 16, lives until 30
            .snapshot()
            .ask(21, None, hold("fay", "18A", 20)); // 17
        Desk::of(cancelled(), &mut journal)
            .ask(0, None, open(601, &[]))
            .ask(1, None, hold("ann", "10A", 10))
            .ask(2, None, cancel_flight());
        Desk::of(unknown(), &mut journal).ask(5, Some(9), hold("ann", "10A", 10));
        journal
    }

    /// A row of the long history.
    pub fn row(&mut self, version: u64) -> &mut StoredRow {
        let mut rows = self.statements.iter_mut().flat_map(|statement| &mut statement.rows);
        rows.find(|row| row.stream == long() && row.version == Version::new(version)).unwrap()
    }

    /// The statement of that row.
    pub fn of(&mut self, version: u64) -> &mut Statement {
        let version = Version::new(version);
        let is_it = |row: &StoredRow| row.stream == long() && row.version == version;
        self.statements.iter_mut().find(|statement| statement.rows.iter().any(is_it)).unwrap()
    }

    /// The one refusal of the long history.
    pub fn answer(&mut self) -> &mut StoredAnswer {
        self.statements.iter_mut().flat_map(|statement| &mut statement.answers).next().unwrap()
    }

    /// Spoils the events of a row of the long history.
    pub fn edit(&mut self, version: u64, spoil: impl FnOnce(&mut Vec<Event>)) {
        let row = self.row(version);
        let mut events: Vec<Event> = serde_json::from_str(&row.body).unwrap();
        spoil(&mut events);
        row.body = serde_json::to_string(&events).unwrap().into();
    }

    /// One more row at the end of the long history, and what stands beside it if the fold can take it.
    pub fn append(&mut self, minute: u64, events: &[Event]) {
        let rows = self.statements.iter().flat_map(|statement| &statement.rows);
        let last = rows.filter(|row| row.stream == long()).map(|row| row.version).max().unwrap();
        let body = serde_json::to_string(events).unwrap().into();
        let (stream, version, at) = (long(), last.next(), at(minute));
        let row = StoredRow { stream, version, at, epoch: EPOCH, schema: 1, request: None, body };
        let shards = vec![(row.stream.shard(), EPOCH)];
        self.statements.push(Statement { shards, rows: vec![row], ..Statement::default() });
    }

    /// Lets `due` and the lists say what the fold of the long history says.
    pub fn mend_lines(&mut self) {
        let mut flight = Flight::default();
        let mut version = Version::EMPTY;
        for row in self.statements.iter().flat_map(|statement| &statement.rows) {
            if row.stream == long() {
                let events: Vec<Event> = serde_json::from_str(&row.body).unwrap();
                events.iter().for_each(|event| flight.evolve(event));
                version = row.version;
            }
        }
        let last = self.of(version.number());
        last.due = vec![DueRow { stream: long(), at: flight.deadline() }];
        let Some(Listing::Departure(summary)) = flight.listing(version) else {
            unreachable!("it is a departure")
        };
        last.listings = vec![ListingRow::of(&long(), &summary)];
    }

    pub fn on(&self, stream: &StreamId) -> Statement {
        Statement { shards: vec![(stream.shard(), EPOCH)], ..Statement::default() }
    }

    pub async fn commit(&self, lane: &mut impl Store) {
        lane.claim(&Shard::all().collect::<Vec<_>>()).await.unwrap();
        for statement in &self.statements {
            assert_eq!(lane.commit(statement).await.unwrap(), Outcome::Committed);
        }
    }

    /// Commits it all to a store in memory and checks that.
    pub fn checked(&self) -> Report {
        at_once(async { run(&self.stored().await).await.unwrap() })
    }

    /// Checks the long history alone, as if its positions had shown this of it.
    pub fn checked_with(&self, scanned: &Scanned) -> Report {
        let mut report = Report::default();
        at_once(async {
            let store = self.stored().await;
            let mut lines = Lines::read(&store, &mut report).await.unwrap();
            let mut examined: Examined<Flight> = Examined::new(long(), Some(EPOCH), BesideIt::default());
            examined.read(&store, &mut report).await.unwrap();
            examined.close(scanned, lines.take(&long()), &mut Between::default(), &mut report);
        });
        report
    }

    async fn stored(&self) -> Memory {
        let store = Memory::new();
        self.commit(&mut store.lane(NodeId::new(1))).await;
        for snapshot in &self.snapshots {
            store.put_snapshot(snapshot).await.unwrap();
        }
        store
    }
}

/// Runs what waits for nothing but memory.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

/// Spoils the sound history and expects a sentence with these words.
#[track_caller]
pub fn finds(spoil: impl FnOnce(&mut Journal), words: &str) {
    let mut journal = Journal::sound();
    spoil(&mut journal);
    let report = journal.checked();
    assert!(report.violations().1.iter().any(|sentence| sentence.contains(words)), "{words}:\n{report}");
}

/// The same, and nothing else.
#[track_caller]
pub fn finds_only(spoil: impl FnOnce(&mut Journal), words: &str) {
    let mut journal = Journal::sound();
    spoil(&mut journal);
    let report = journal.checked();
    let (total, sentences) = report.violations();
    assert!(total == 1 && sentences[0].contains(words), "{words}:\n{report}");
}

pub fn open(number: u16, sold_elsewhere: &[&str]) -> Command {
    Command::OpenSale(OpenSale {
        flight: flight(number).parse().unwrap(),
        service: Service::published("LAX", "Airbus A320").unwrap(),
        plan: SeatPlan::read("Y:10-13:A;Y:14-15:A-C;Y:16-19:A", "").unwrap(),
        departs: "2026-12-10T18:00:00Z".parse().unwrap(),
        arrives: "2026-12-10T21:00:00Z".parse().unwrap(),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: sold_elsewhere.iter().map(|text| seat(text)).collect(),
    })
}

pub fn hold(by: &str, text: &str, minutes: u64) -> Command {
    Command::HoldSeats(HoldSeats {
        holder: Holder { principal: by.parse().unwrap(), kind: HolderKind::Customer },
        class: CabinClass::Economy,
        places: 1,
        seats: SeatChoice::Exact(vec![seat(text)]),
        party: None,
        term: Term::For(Duration::from_secs(60 * minutes)),
        booking: None,
    })
}

fn extend(by: &str, row: u64, minutes: u64) -> Command {
    let ttl = Duration::from_secs(60 * minutes);
    Command::ExtendHold(ExtendHold { hold: hold_number(row), by: by.parse().unwrap(), ttl })
}

pub fn release(by: &str, row: u64) -> Command {
    Command::ReleaseHold(ReleaseHold { hold: hold_number(row), by: by.parse().unwrap() })
}

fn claim(by: &str, row: u64, booking: BookingId, until: u64) -> Command {
    let adult = Passenger {
        id: PassengerId::new(1),
        kind: TravellerType::Adult,
        seat: None,
        lap_of: None,
        no_exit: false,
    };
    Command::ClaimHolds(ClaimHolds {
        holds: vec![hold_number(row)],
        by: by.parse().unwrap(),
        party: BookingParty { booking, passengers: vec![adult], fare: None },
        until: at(until),
    })
}

fn change(booking: BookingId, to: &str) -> Command {
    Command::ChangeSeats(ChangeSeats { booking, moves: vec![(PassengerId::new(1), seat(to))] })
}

fn block(text: &str) -> Command {
    Command::BlockSeats(BlockSeats { seats: vec![seat(text)], reason: BlockReason::Defect })
}

fn cancel_flight() -> Command {
    let status = Status::Cancelled;
    Command::ChangeStatus(ChangeStatus { status, reason: None, departs: None, arrives: None, gate: None })
}
