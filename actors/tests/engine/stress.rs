//! The store fails under load: whoever was answered finds exactly that answer, and everybody is answered.

use std::collections::BTreeMap;
use std::time::Duration;

use actors::engine::{Engine, Options, Told, Unserved, Verdict, stream_of};
use actors::entity::{Answer, Entity as _, Recalled, StoredReply, recall};
use domain::aggregate::Aggregate as _;
use domain::flight::{Command, Flight, ReleaseHold};
use domain::ids::{FlightId, Version};
use domain::view;
use persistence::any::Any;
use persistence::journal::{Epoch, NodeId, Outcome, RequestId, Shard, Statement, StoredRow, Tables};
use persistence::memory::{Lane, Memory};
use persistence::store::{Fatal, Store, Unavailable, WriteError};
use persistence::writer::{self, OnFatal};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::house::{House, hold, hold_of, key, sale, seats, shared};

/// Who asks at a time.
const CALLERS: u16 = 256;

/// How often each of them asks for something else.
const ROUNDS: u128 = 8;

/// How often a caller repeats one request at most; by then it hangs.
const REPEATS_MAX: u32 = 200;

/// The departures that they all want.
const FLIGHTS: u16 = 3;

/// No run takes a tenth of it.
const HUNG: Duration = Duration::from_secs(60);

/// A store that loses the outcome of one commit in `lost_one_in`, by turns of one that landed and of one that
/// did not, and is then away for so many questions.
struct Doubtful {
    lane: Lane,
    lost_one_in: u64,
    away_for: u32,
    commits: u64,
    /// Questions that are still not answered.
    away: u32,
}

impl Store for Doubtful {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.lane.claim(shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        if self.away > 0 {
            self.away -= 1;
            return Err(Unavailable::to("raise epochs", "it is away").into());
        }
        self.lane.raise(shards).await
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        self.commits += 1;
        if !self.commits.is_multiple_of(self.lost_one_in) {
            return self.lane.commit(statement).await;
        }
        if self.commits.is_multiple_of(2 * self.lost_one_in) {
            self.lane.commit(statement).await?;
        }
        self.away = self.away_for;
        Ok(Outcome::Unknown("its outcome was lost on the way".to_owned()))
    }
}

async fn doubtful_house(lost_one_in: u64, away_for: u32) -> House {
    let store = Memory::new();
    let lane = store.lane(NodeId::new(fastrand::u128(..)));
    let settings =
        writer::Options { on_fatal: OnFatal::new(|fatal| panic!("{fatal}")), ..writer::Options::default() };
    let lane = Doubtful { lane, lost_one_in, away_for, commits: 0, away: 0 };
    let (journal, _writer) = writer::start(vec![lane], &settings).expect("a thread");
    let engine = Engine::start(Any::Memory(store.clone()), journal, &Options::default()).await;
    House { store, engine }
}

/// A definite answer, and how it was come by.
struct Served {
    flight: FlightId,
    key: u128,
    told: Told<Flight>,
    unknown: u32,
}

/// Asks with one key until the answer is definite.
async fn served(house: &House, flight: FlightId, number: u128, command: Command) -> Served {
    let mut unknown = 0;
    for _ in 0..REPEATS_MAX {
        match house.ask(flight, Some(key(number)), command.clone()).await {
            Ok(told) => return Served { flight, key: number, told, unknown },
            Err(Unserved::Unknown) => unknown += 1,
            Err(Unserved::Busy) => {}
            Err(why @ (Unserved::Late | Unserved::Quarantined | Unserved::StoreDown)) => panic!("{why}"),
        }
    }
    panic!("{number} is never answered")
}

/// One caller's day: holds a seat that others want too, lets it go if it got it, and asks again.
async fn call(house: &House, flights: &[FlightId], caller: u16) -> Vec<Served> {
    let (by, seats) = (format!("c{caller}"), seats());
    let mut all = Vec::new();
    for round in 0..ROUNDS {
        let flight = flights[fastrand::usize(..flights.len())];
        let number = u128::from(caller) << 64 | round << 1;
        let seat = &seats[fastrand::usize(..seats.len())];
        let held = served(house, flight, number, hold(seat, &by, 600)).await;
        let hold = hold_of(&held.told);
        all.push(held);
        if let Some(hold) = hold {
            let release = Command::ReleaseHold(ReleaseHold { hold, by: by.parse().expect("a subject") });
            all.push(served(house, flight, number | 1, release).await);
        }
    }
    all
}

/// Everybody calls. Departures are opened by asking until it is so.
async fn everybody_calls(house: House) -> Vec<Served> {
    let house = shared(house);
    let mut all = Vec::new();
    for number in 1..=FLIGHTS {
        let sale = sale(number);
        let open = Command::OpenSale(sale.clone());
        all.push(served(&house, sale.flight, u128::MAX - u128::from(number), open).await);
    }
    let flights: Vec<FlightId> = all.iter().map(|served| served.flight).collect();
    let mut calling = JoinSet::new();
    for caller in 0..CALLERS {
        let (house, flights) = (house.clone(), flights.clone());
        calling.spawn(async move { call(&house, &flights, caller).await });
    }
    let calls = timeout(HUNG, calling.join_all()).await.expect("nobody hangs");
    all.extend(calls.into_iter().flatten());
    all
}

/// What the tables say to a repeated request is what was said to the first one.
fn stands_in(tables: &Tables, served: &Served) {
    let (stream, key) = (stream_of(served.flight), key(served.key));
    let row = match served.told.verdict {
        Verdict::Accepted { version, .. } => tables.row(&stream, version).cloned().map(StoredReply::Row),
        Verdict::AlreadySo { .. } | Verdict::Refused { .. } => {
            tables.answer(&stream, key.id).cloned().map(StoredReply::Answer)
        }
        Verdict::KeyReused => panic!("every key is for one request"),
    };
    let stored = row.unwrap_or_else(|| panic!("nothing stands for {:?}", served.told));
    let verdict = match recall::<Flight>(&stored, key.fingerprint).expect("it can be read") {
        Recalled::Answer(Answer::Accepted { version, events }) => Verdict::Accepted { version, events },
        Recalled::Answer(Answer::AlreadySo { version }) => Verdict::AlreadySo { version },
        Recalled::Answer(Answer::Refused { version, rejection }) => Verdict::Refused { version, rejection },
        other @ (Recalled::Answer(Answer::Recall { .. }) | Recalled::KeyReused) => panic!("{other:?}"),
    };
    assert_eq!(verdict, served.told.verdict);
}

/// Rows are numbered without a gap, and each of them answers the one request that was told of it.
fn acknowledged_is_logged(tables: &Tables, all: &[Served]) {
    let mut accepted: BTreeMap<(FlightId, Version), RequestId> = BTreeMap::new();
    for Served { flight, key: number, told, .. } in all {
        if let Verdict::Accepted { version, .. } = told.verdict {
            let other = accepted.insert((*flight, version), key(*number).id);
            assert_eq!(other, None, "two requests were told of row {version} of {flight}");
        }
    }
    let mut logged = 0;
    for number in 1..=FLIGHTS {
        let flight = sale(number).flight;
        for (row, version) in tables.rows(&stream_of(flight)).iter().zip(1..) {
            assert_eq!(row.version, Version::new(version), "{flight} has a gap");
            let request = row.request.map(|request| request.id);
            assert_eq!(request, accepted.get(&(flight, row.version)).copied());
            logged += 1;
        }
    }
    assert_eq!(logged, accepted.len());
}

fn fold(rows: &[StoredRow]) -> Flight {
    let mut flight = Flight::default();
    for row in rows {
        for event in Flight::UPCASTERS.events(row.schema, &row.body).expect("it can be read") {
            flight.evolve(&event);
        }
    }
    flight
}

/// Owners lived through it, and everybody is shown what the journal says.
async fn owners_came_through(house: &House) {
    let metrics = house.engine.metrics();
    assert_eq!((metrics.crashes.get(), metrics.passivations.get()), (0, 0));
    assert_eq!(metrics.owners.get(), i64::from(FLIGHTS));
    assert!(house.engine.quarantine().is_empty());
    assert!(metrics.rebuilds.get() > 0, "nothing was lost on the way");
    for number in 1..=FLIGHTS {
        let flight = sale(number).flight;
        let room = house.engine.room(flight).await.expect("it can be woken").expect("it is open");
        let tables = house.store.tables();
        let rows = tables.rows(&stream_of(flight));
        let version = rows.last().expect("it was opened").version;
        let map = view::seat_map(fold(rows).departure().expect("it was opened"), version);
        assert_eq!(room.shown().map(), &map);
    }
}

async fn holds_under(lost_one_in: u64, away_for: u32) {
    let house = doubtful_house(lost_one_in, away_for).await;
    let all = everybody_calls(house.clone()).await;
    let tables = house.store.tables();
    all.iter().for_each(|served| stands_in(&tables, served));
    acknowledged_is_logged(&tables, &all);
    owners_came_through(&house).await;
    let unknown: u32 = all.iter().map(|served| served.unknown).sum();
    let replayed = all.iter().filter(|served| served.told.replayed).count();
    let rebuilds = house.engine.metrics().rebuilds.get();
    println!("{} answers, {unknown} times unknown, {replayed} found by key, {rebuilds} rebuilds", all.len());
    assert!(unknown > 0 && replayed > 0, "no outcome was doubtful");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_lost_commits_acknowledged_is_logged() {
    holds_under(4, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_is_waited_for() {
    holds_under(16, 4).await;
}
