//! A stopped owner wakes up after its shards were taken over. Nothing that it still sends may land.
//!
//! The owner is a process of its own: this test binary, started once more. It commits statements over many
//! shards, each with rows, answers and effects, as fast as it can. The test stops it at a random moment, takes
//! over, writes, ends the owner's connections in every other round, and lets it go on. In every third round the
//! owner runs on during the takeover, so that its statements meet one that is not committed yet.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod owner;
mod shop;
mod tally;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;
use persistence::journal::{NodeId, Outcome};
use persistence::postgres::Postgres;
use persistence::store::Store;
use sqlx::{ConnectOptions, PgConnection};
use testbed::Durability;

use owner::Word;
use shop::Shop;

/// How often the owner is stopped and succeeded.
const ROUNDS: u32 = 200;

/// The server gives a statement up after this long, so nobody is blocked longer.
const BLOCKED_MAX: Duration = Duration::from_secs(2);

const SUCCESSOR: NodeId = NodeId::new(0x5CC);

#[tokio::test]
async fn a_stopped_owner_writes_nothing_after_it_was_succeeded() {
    if let Ok(url) = std::env::var(owner::CHILD) {
        return owner::run(&url).await;
    }
    let server = testbed::Postgres::start(Durability::Full).unwrap();
    let url = server.new_database().unwrap();
    let store = Postgres::open(&url).await.unwrap();
    let mut trial = Trial::new(&url, &store).await;
    for round in 0..ROUNDS {
        trial.round(round).await;
    }
    trial.finish().await;
}

struct Trial {
    lane: persistence::postgres::Lane,
    admin: PgConnection,
    owner: Child,
    orders: ChildStdin,
    words: Receiver<Word>,
    rng: Rng,
    /// What the owner was told is durable: (stream, version).
    acknowledged: BTreeSet<(String, u64)>,
    takeovers: Vec<Duration>,
    blocked_longest: Duration,
    fenced: u32,
    unknown: u32,
    zombies: u64,
}

impl Trial {
    async fn new(url: &str, store: &Postgres) -> Self {
        let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
        let mut owner = testbed::dies_with_us(&std::env::current_exe().unwrap())
            .args(["a_stopped_owner_writes_nothing_after_it_was_succeeded", "--exact", "--nocapture"])
            .env(owner::CHILD, url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (say, words) = channel();
        let lines = BufReader::new(owner.stdout.take().unwrap()).lines().map_while(Result::ok);
        std::thread::spawn(move || {
            lines.filter_map(|line| Word::read(&line)).try_for_each(|word| say.send(word))
        });
        Self {
            lane: store.lane(SUCCESSOR),
            admin: options.connect().await.unwrap(),
            orders: owner.stdin.take().unwrap(),
            owner,
            words,
            rng: Rng::new(),
            acknowledged: BTreeSet::new(),
            takeovers: Vec::new(),
            blocked_longest: Duration::ZERO,
            fenced: 0,
            unknown: 0,
            zombies: 0,
        }
    }

    async fn round(&mut self, round: u32) {
        writeln!(self.orders, "go").unwrap();
        self.wait_for_a_random_moment();
        let started = Instant::now();
        let (owned, before) = if round.is_multiple_of(3) {
            let taken = tally::take_over_slowly(&mut self.admin, SUCCESSOR).await;
            testbed::signal::pause(self.owner.id()).unwrap();
            taken
        } else {
            testbed::signal::pause(self.owner.id()).unwrap();
            let owned = self.lane.claim(&shop::shards()).await.unwrap();
            self.takeovers.push(started.elapsed());
            (owned, tally::of_the_owner(&mut self.admin).await)
        };
        let mut shop =
            Shop::open(&mut self.admin, owned, if round % 4 < 2 { "flight" } else { "sibling" }).await;
        let statement = shop.statement(shop::SUCCESSOR, &mut self.rng);
        assert_eq!(self.lane.commit(&statement).await.unwrap(), Outcome::Committed);
        self.blocked_longest = self.blocked_longest.max(started.elapsed());
        if round.is_multiple_of(2) {
            tally::end_connections_of(&mut self.admin, owner::NODE).await;
        }
        testbed::signal::resume(self.owner.id()).unwrap();
        self.hear_of_the_loss();
        self.zombies += tally::of_the_owner(&mut self.admin).await - before;
        // What the successor has in hand still counts.
        let statement = shop.statement(shop::SUCCESSOR, &mut self.rng);
        assert_eq!(self.lane.commit(&statement).await.unwrap(), Outcome::Committed);
    }

    /// Some microseconds after one of the owner's first commits.
    fn wait_for_a_random_moment(&mut self) {
        for _ in 0..self.rng.u32(1..6) {
            self.hear();
        }
        let moment = Instant::now() + Duration::from_micros(self.rng.u64(..3_000));
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
    }

    fn hear_of_the_loss(&mut self) {
        while !self.hear() {}
    }

    /// Takes in one word of the owner; true when it says that it has lost its shards.
    fn hear(&mut self) -> bool {
        match self.words.recv_timeout(Duration::from_secs(20)).unwrap() {
            Word::Acknowledged(rows) => {
                self.acknowledged.extend(rows);
                return false;
            }
            Word::Fenced => self.fenced += 1,
            Word::Unknown => self.unknown += 1,
        }
        true
    }

    async fn finish(mut self) {
        drop(self.orders);
        self.owner.wait().unwrap();
        self.takeovers.sort_unstable();
        let middle = self.takeovers[self.takeovers.len() / 2];
        let longest = self.takeovers[self.takeovers.len() - 1];
        let missing = tally::missing(&mut self.admin, &self.acknowledged).await;
        let out_of_order = tally::epochs_that_fall(&mut self.admin).await;
        println!(
            "{ROUNDS} rounds: takeover p50 {middle:.1?} max {longest:.1?}, successor's first commit within \
             {:.1?}; fenced {}, unknown {}; acknowledged rows {}, missing {missing}; zombie rows {}",
            self.blocked_longest,
            self.fenced,
            self.unknown,
            self.acknowledged.len(),
            self.zombies
        );
        assert_eq!((self.zombies, missing, out_of_order), (0, 0, 0));
        assert!(self.blocked_longest < BLOCKED_MAX);
        assert_eq!(self.fenced + self.unknown, ROUNDS);
        assert!(self.fenced >= ROUNDS / 4 && self.unknown >= ROUNDS / 8, "the rounds were too tame");
    }
}
