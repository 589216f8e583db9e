//! Owners that crash: over a stream of our own, whose rules hold what a departure's must never hold.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actors::engine::{
    DurableRow, Follower, Metrics, Options, Owned, Owners, Router as _, Unserved, Verdict, clock,
};
use actors::entity::{Entity, Request};
use domain::aggregate::{Aggregate, Turn};
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::any::Any;
use persistence::journal::{Epoch, NodeId, Outcome, Shard, Statement, StoredRow, StreamId, Upcasters};
use persistence::memory::{Lane, Memory};
use persistence::store::{Fatal, Store, WriteError};
use persistence::writer::{self, OnFatal};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::house::{eventually, key};

/// No run takes a tenth of it.
const HUNG: Duration = Duration::from_secs(60);

/// A stream that counts, and crashes its owner when it is told to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Fuse {
    burnt: u64,
}

#[derive(Debug, Clone, Copy)]
enum Light {
    /// Count.
    Burn,
    /// Crash while it is decided.
    Blow,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Lit {
    Burnt,
    Spoilt,
}

impl Aggregate for Fuse {
    type Command = Light;
    type Event = Lit;
    type Rejection = ();
    type Effect = ();

    const KIND: &'static str = "fuse";
    const SCHEMA: u16 = 1;

    fn decide(&self, command: &Light, _: Turn) -> Result<Vec<Lit>, ()> {
        match command {
            Light::Burn => Ok(vec![Lit::Burnt]),
            Light::Blow => panic!("a poison command"),
        }
    }

    fn evolve(&mut self, event: &Lit) {
        match event {
            Lit::Burnt => self.burnt += 1,
            Lit::Spoilt => panic!("a poison row"),
        }
    }

    fn react(&self, _: &Lit) -> Vec<()> {
        Vec::new()
    }

    fn breach(&self) -> Option<String> {
        None
    }

    fn deadline(&self) -> Option<Timestamp> {
        None
    }

    fn lapse() -> Light {
        Light::Burn
    }
}

impl Entity for Fuse {
    const UPCASTERS: Upcasters = Upcasters::NONE;
}

impl Owned for Fuse {
    type Follower = Ash;
}

/// Follows, and counts what it is shown.
struct Ash(AtomicU64);

impl Follower<Fuse> for Ash {
    fn begin(_: &Fuse, version: Version, _: &Metrics) -> Self {
        Self(AtomicU64::new(version.number()))
    }

    fn version(&self) -> Version {
        Version::new(self.0.load(Ordering::SeqCst))
    }

    fn follow(self: &Arc<Self>, row: &DurableRow<'_, Fuse>) {
        let before = self.0.fetch_max(row.version.number(), Ordering::SeqCst);
        assert!(row.version.number() <= before + 1, "rows come without a gap");
    }

    fn is_watched(&self) -> bool {
        false
    }
}

/// A store that takes as long as a disk, so that a crash finds rows on their way.
struct Disk(Lane);

/// What a commit takes on a good disk.
const COMMIT: Duration = Duration::from_millis(1);

impl Store for Disk {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.0.claim(shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.0.raise(shards).await
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        tokio::time::sleep(COMMIT).await;
        self.0.commit(statement).await
    }
}

#[derive(Clone)]
struct Works {
    store: Memory,
    owners: Owners<Fuse>,
}

impl Works {
    async fn new() -> Self {
        Self::over(Memory::new()).await
    }

    async fn over(store: Memory) -> Self {
        let settings = writer::Options {
            on_fatal: OnFatal::new(|fatal| panic!("{fatal}")),
            ..writer::Options::default()
        };
        let lane = Disk(store.lane(NodeId::new(fastrand::u128(..))));
        let (journal, _writer) = writer::start(vec![lane], &settings).expect("a thread");
        let owners = Owners::start(Any::Memory(store.clone()), journal, &Options::default()).await;
        Self { store, owners }
    }

    async fn ask(&self, fuse: &StreamId, number: u128, command: Light) -> Result<Verdict<Fuse>, Unserved> {
        let request = Request {
            key: Some(key(number)),
            remember_refusal: true,
            deadline: Some(clock::now() + Duration::from_secs(20)),
            command,
        };
        self.owners.ask(fuse.clone(), request).await.map(|told| told.verdict)
    }

    /// The row that burnt, however often it takes to learn it.
    async fn burn(&self, fuse: &StreamId, number: u128) -> Version {
        for _ in 0..1_000 {
            match self.ask(fuse, number, Light::Burn).await {
                Ok(Verdict::Accepted { version, .. }) => return version,
                Err(Unserved::Unknown | Unserved::Busy) => {}
                other => panic!("{other:?}"),
            }
        }
        panic!("{number} is never answered")
    }
}

fn fuse(number: u64) -> StreamId {
    format!("fuse/{number}").parse().expect("a stream's name")
}

/// Two crashes of each stream; a third would take it out of service.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn panic_under_load_has_no_duplicate_version() {
    let works = Works::new().await;
    let mut callers = JoinSet::new();
    for caller in 0..256_u64 {
        let works = works.clone();
        callers.spawn(async move {
            let mut burnt = Vec::new();
            for round in 0..10 {
                let number = caller % 16;
                burnt.push((number, works.burn(&fuse(number), u128::from(caller * 100 + round)).await));
                if caller < 16 && round % 4 == 3 {
                    let blown = works.ask(&fuse(number), u128::MAX - u128::from(caller), Light::Blow).await;
                    assert_eq!(blown, Err(Unserved::Unknown));
                }
            }
            burnt
        });
    }
    let burnt: Vec<_> = timeout(HUNG, callers.join_all()).await.expect("nobody hangs").concat();
    assert_eq!(burnt.len(), 2_560);
    let told: BTreeSet<_> = burnt.iter().collect();
    assert_eq!(told.len(), burnt.len(), "a row was told to two");
    let tables = works.store.tables();
    let mut logged = 0;
    for number in 0..16 {
        for (row, version) in tables.rows(&fuse(number)).iter().zip(1..) {
            assert_eq!(row.version, Version::new(version));
            assert!(told.contains(&(number, row.version)));
            logged += 1;
        }
    }
    assert_eq!(logged, burnt.len());
    let metrics = works.owners.metrics();
    assert_eq!((metrics.crashes.get(), metrics.rebuilds.get()), (32, 0), "no second life overtook a first");
    assert_eq!(metrics.owners.get(), 16, "nobody is counted who is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_command_takes_its_own_stream_out_of_service_and_no_other() {
    let works = Works::new().await;
    for number in 0..4 {
        works.burn(&fuse(number), 1).await;
    }
    for _ in 0..2 {
        assert_eq!(works.ask(&fuse(0), 2, Light::Blow).await, Err(Unserved::Unknown));
        works.burn(&fuse(0), 3).await;
    }
    // Its own caller may learn of the crash before the count of crashes does.
    let third = works.ask(&fuse(0), 2, Light::Blow).await;
    assert!(matches!(third, Err(Unserved::Unknown | Unserved::Quarantined)), "{third:?}");
    assert_eq!(works.ask(&fuse(0), 3, Light::Burn).await, Err(Unserved::Quarantined));
    for number in 1..4 {
        works.burn(&fuse(number), 4).await;
    }
    assert_eq!(works.owners.quarantine().len(), 1);
    eventually("only the others are in memory", async || works.owners.metrics().owners.get() == 3).await;
}

/// The fold of what is stored crashes, in whichever life.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_row_takes_its_own_stream_out_of_service_and_no_other() {
    let store = Memory::new();
    spoil(&store).await;
    let works = Works::over(store).await;
    works.burn(&fuse(1), 1).await;
    let mut told = Vec::new();
    for _ in 0..8 {
        told.push(timeout(HUNG, works.ask(&fuse(0), 9, Light::Burn)).await.expect("nobody hangs"));
    }
    assert_eq!(told.last(), Some(&Err(Unserved::Quarantined)));
    works.burn(&fuse(1), 2).await;
    assert_eq!(works.owners.metrics().owners.get(), 1, "nobody is counted who is gone");
}

/// Puts a row there that no fold takes.
async fn spoil(store: &Memory) {
    let node = NodeId::new(77);
    let mut lane = store.lane(node);
    let shard = fuse(0).shard();
    let (_, epoch) = lane.claim(&[shard]).await.expect("memory answers")[0];
    let row = StoredRow {
        stream: fuse(0),
        version: Version::new(1),
        at: clock::now(),
        epoch,
        schema: 1,
        request: None,
        body: r#"["Spoilt"]"#.into(),
    };
    let statement = Statement { shards: vec![(shard, epoch)], rows: vec![row], ..Statement::default() };
    assert_eq!(lane.commit(&statement).await.expect("memory answers"), Outcome::Committed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shard_that_moves_away_is_no_crash() {
    let store = Memory::new();
    let works = Works::over(store.clone()).await;
    works.burn(&fuse(0), 1).await;
    let next = Works::over(store).await;
    next.burn(&fuse(0), 2).await;
    for number in 3..9 {
        assert_eq!(works.ask(&fuse(0), number, Light::Burn).await, Err(Unserved::Unknown));
    }
    let metrics = works.owners.metrics();
    assert_eq!((metrics.crashes.get(), metrics.owners.get()), (0, 0));
}
