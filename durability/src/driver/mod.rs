//! The process that is killed: departures, their owners and clients that keep many requests under way.
//!
//! It follows the core's protocol as an actor would: a barrier through the journal, then load; every submission
//! handed in at once and in order; what is acknowledged is said by the acknowledgement itself, on the writer's
//! thread; an owner that lost something rebuilds, and the client asks again with the same key.

mod owners;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use domain::flight::Command;
use fastrand::Rng;
use persistence::journal::NodeId;
use persistence::sqlite::Sqlite;
use persistence::store::{EffectKey, Failpoints, Reader, Upkeep as _, WriteError};
use persistence::writer::{self, Journal, Writer};

use crate::clock::Clock;
use crate::departures::{departures, first_instant};
use crate::desk::{Asked, Desk};
use crate::doubtful::Doubtful;
use crate::kill::KillAt;
use crate::line::{Line, say};
use crate::wishes::Wish;
use owners::Owners;

/// The clients' notes, beside the journal.
pub const NOTES: &str = "asked.jsonl";

/// How long the loop sleeps at most: nothing else wakes it when a departure comes to rest.
const SLEEP_MAX: Duration = Duration::from_millis(20);

/// How many seconds of the clients' time may pass between two lives.
const ASLEEP_SECS: std::ops::RangeInclusive<u64> = 5..=25;

/// How a driver behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where journal and notes are.
    pub directory: PathBuf,
    /// Where chance comes from.
    pub seed: u64,
    /// How many new requests it makes before it ends.
    pub commands: u64,
    /// How many are under way at a time.
    pub window: usize,
    /// One commit in so many has an unknown outcome; none when it is zero.
    pub doubtful: u64,
    /// Whether there is anything beside commits: snapshots, effects, repeated requests.
    pub beside: Beside,
    /// Where it ends itself.
    pub kill_at: Option<KillAt>,
    /// When it says what it acknowledges.
    pub says: Says,
}

/// What a driver does beside committing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Snapshots, effects, repeated requests.
    Everything,
    /// Nothing: every line that it says follows from one commit.
    Nothing,
}

/// When a driver acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// When the journal did.
    AfterCommit,
    /// At once: the mistake that the tests must notice.
    Early,
}

/// A running driver.
#[derive(Debug)]
pub struct Driver {
    options: Options,
    clock: Clock,
    store: Sqlite,
    owners: Owners,
    desk: Desk,
    rng: Rng,
    /// New requests so far.
    asked: u64,
    /// Whether it has said that all departures are live.
    is_live: bool,
    began: Instant,
}

/// Drives until every request has its answer.
///
/// # Errors
/// When the store, or anything else that a life depends on, cannot be used.
pub async fn run(options: Options, began: Instant) -> Result<()> {
    let store = Sqlite::open(&options.directory).await?;
    let mut rng = Rng::with_seed(options.seed);
    let desk = Desk::open(&options.directory.join(NOTES), &mut rng)?;
    let desk = match options.beside {
        Beside::Everything => desk,
        Beside::Nothing => desk.without_repetition(),
    };
    rng.seed(options.seed ^ desk.next().wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let asleep = Duration::from_secs(rng.u64(ASLEEP_SECS));
    let clock = Clock::starting_at(desk.last().map_or_else(first_instant, |last| last + asleep));
    let (journal, writer) = start_writer(&store, &options, &mut rng)?;
    let owners = Owners::new(departures(), journal, store.clone(), options.says);
    let driver = Driver { options, clock, store, owners, desk, rng, asked: 0, is_live: false, began };
    driver.drive().await?;
    writer.join();
    Ok(())
}

fn start_writer(store: &Sqlite, options: &Options, rng: &mut Rng) -> Result<(Journal, Writer)> {
    let failpoints = options.kill_at.map_or_else(Failpoints::default, KillAt::failpoints);
    // A process that starts again is another node, also when its seed is the same.
    let lane = store.lane_with(NodeId::new(fastrand::u128(..)), failpoints.clone());
    let lane = Doubtful::new(lane, options.doubtful, rng.fork());
    let settings = writer::Options { failpoints, ..writer::Options::default() };
    Ok(writer::start(vec![lane], &settings)?)
}

impl Driver {
    async fn drive(mut self) -> Result<()> {
        self.owners.activate_all()?;
        while !self.is_finished() {
            self.ask_more()?;
            self.owners.tick(&self.clock)?;
            self.wait().await?;
            if self.options.beside == Beside::Everything {
                self.look_after().await?;
            }
        }
        let (rebuilt, largest) = (self.owners.rebuilt(), self.owners.largest());
        say(&Line::Finished { rebuilt, largest });
        Ok(())
    }

    fn is_finished(&self) -> bool {
        self.asked >= self.options.commands && self.owners.under_way() == 0 && self.desk.is_settled()
    }

    fn ask_more(&mut self) -> Result<()> {
        while self.owners.under_way() < self.options.window {
            let Some(asked) = self.next_request()? else { break };
            if let Some(undecided) = self.owners.handle(asked, &self.clock)? {
                self.desk.put_back(undecided);
            }
        }
        Ok(())
    }

    /// What is to be asked next: something again, or something new.
    fn next_request(&mut self) -> Result<Option<Asked>> {
        let owners = &self.owners;
        if let Some(asked) = self.desk.again(|departure| owners.is_ready(departure)) {
            return Ok(Some(asked));
        }
        if self.asked >= self.options.commands {
            return Ok(None);
        }
        if self.options.beside == Beside::Everything && self.rng.u8(..100) < 8 {
            let repeated = self.desk.recent(&mut self.rng);
            let repeated = repeated.filter(|asked| self.owners.is_ready(asked.departure));
            return Ok(repeated.map(|asked| self.ask_otherwise_sometimes(asked)));
        }
        self.new_request()
    }

    /// A client that uses a key twice must be told so.
    fn ask_otherwise_sometimes(&mut self, asked: Asked) -> Asked {
        if self.rng.u8(..10) > 0 {
            return asked;
        }
        Asked { command: Command::LapseDue, ..asked }
    }

    fn new_request(&mut self) -> Result<Option<Asked>> {
        let departure = self.rng.usize(..self.owners.len());
        if !self.owners.is_ready(departure) {
            return Ok(None);
        }
        let (number, now) = (self.desk.next(), self.clock.now());
        let command = match self.owners.departure(departure) {
            None => Command::OpenSale(self.owners.sale(departure)),
            Some(state) => Wish { rng: &mut self.rng, now, number }.command(state),
        };
        let keyed = self.rng.u8(..20) > 0;
        let asked = Asked { number, at: now, departure, keyed, command };
        self.desk.note(&asked)?;
        self.asked += 1;
        Ok(Some(asked))
    }

    /// Waits for an acknowledgement or for a deadline, and takes in all that came.
    async fn wait(&mut self) -> Result<()> {
        let deadline = self.owners.deadline().map(|at| self.clock.wait_until(at));
        let wait = deadline.map_or(SLEEP_MAX, |wait| wait.min(SLEEP_MAX));
        for asked in self.owners.take_in(wait).await? {
            self.desk.put_back(asked);
        }
        if !self.is_live && self.owners.are_live() {
            self.is_live = true;
            let millis = u64::try_from(self.began.elapsed().as_millis())?;
            say(&Line::Live { millis });
        }
        Ok(())
    }

    /// Keeps snapshots, and carries effects out.
    async fn look_after(&mut self) -> Result<()> {
        if let Some(snapshot) = self.owners.snapshot(&mut self.rng) {
            tolerate_locks(self.store.put_snapshot(&snapshot).await)?;
        }
        if self.rng.u8(..64) > 0 {
            return Ok(());
        }
        let waiting = self.store.outbox_waiting(None, 4).await?;
        for effect in &waiting {
            let departure = self.owners.position(&effect.stream);
            let Some(departure) = departure else {
                bail!("an effect of {}, which we do not own", effect.stream)
            };
            say(&Line::Done { departure, version: effect.version, ordinal: effect.ordinal });
        }
        let done: Vec<EffectKey> = waiting.iter().map(EffectKey::of).collect();
        tolerate_locks(self.store.outbox_done(&done).await)
    }
}

/// What is lost because another process holds the lock costs nothing but time.
fn tolerate_locks(written: Result<(), WriteError>) -> Result<()> {
    match written {
        Ok(()) | Err(WriteError::Unavailable(_)) => Ok(()),
        Err(WriteError::Fatal(fatal)) => Err(fatal.into()),
    }
}
