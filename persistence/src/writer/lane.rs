//! One thread's work: drive a batch against a store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::pace::Pace;
use super::{Ack, Counters};
use crate::journal::{Batch, Entry, Epoch, Outcome, Settled, Shard, Statement, Step};
use crate::store::{Failpoints, Fatal, Point, Store, WriteError, chain};

/// Entries that are taken out of the queue at most, as many as one statement carries. The rest waits in the
/// queue, where it is bounded.
const COLLECT_MAX: usize = 4_096;

/// The first pause before a store that did not answer is asked again. Each further one is twice as long.
const RETRY_FIRST: Duration = Duration::from_millis(20);

/// The longest pause: how late the end of an outage may be noticed.
const RETRY_MAX: Duration = Duration::from_secs(1);

/// How often a store that does not answer is asked after nobody can hand in anything more, before what waits
/// is given up. With the pauses above it is about five seconds.
const FAREWELL_TRIES: u32 = 10;

/// A store, the entries for it, and the state in between.
pub struct Lane<S> {
    store: S,
    queue: mpsc::Receiver<Entry<Ack>>,
    batch: Batch<Ack>,
    shards: Vec<Shard>,
    failpoints: Failpoints,
    counters: Arc<Counters>,
    pace: Pace,
    /// How often in a row the store did not answer.
    failures: u32,
}

impl<S: Store> Lane<S> {
    pub fn new(
        store: S,
        queue: mpsc::Receiver<Entry<Ack>>,
        shards: Vec<Shard>,
        failpoints: Failpoints,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            store,
            queue,
            batch: Batch::new([]),
            shards,
            failpoints,
            counters,
            pace: Pace::default(),
            failures: 0,
        }
    }

    /// Works until nobody can hand in anything more and everything is written.
    pub async fn run(mut self) -> Result<(), Fatal> {
        self.claim().await?;
        while !self.gives_up() && self.collect().await {
            self.failpoints.reach(Point::Collected);
            match self.batch.next_step() {
                Some(Step::Write(statement)) => self.write(&statement).await?,
                Some(Step::RaiseEpochs(shards)) => self.raise(&shards).await?,
                None => {}
            }
            self.settle();
        }
        Ok(())
    }

    /// Becomes the owner of its shards, however long the store takes to answer.
    async fn claim(&mut self) -> Result<(), Fatal> {
        let shards = std::mem::take(&mut self.shards);
        while !self.gives_up() {
            let claimed = self.store.claim(&shards).await;
            let Some(claimed) = self.answered(claimed).await? else { continue };
            claimed.into_iter().for_each(|(shard, epoch)| self.batch.own(shard, epoch));
            self.failpoints.reach(Point::Claimed);
            break;
        }
        Ok(())
    }

    /// Takes in what waits, and waits for something when nothing does. False when nothing will come any more.
    async fn collect(&mut self) -> bool {
        if self.batch.is_empty() {
            let Some(entry) = self.queue.recv().await else { return false };
            self.batch.push(entry);
        }
        self.drain();
        let wait = self.pace.wait(Instant::now(), self.batch.len());
        if !wait.is_zero() {
            // The thread itself sleeps, so that whoever hands something in has nobody to wake.
            thread::sleep(wait);
            self.drain();
        }
        true
    }

    fn drain(&mut self) {
        while self.batch.len() < COLLECT_MAX {
            let Ok(entry) = self.queue.try_recv() else { break };
            self.batch.push(entry);
        }
    }

    async fn write(&mut self, statement: &Statement) -> Result<(), Fatal> {
        self.failpoints.reach(Point::BeforeWrite);
        let begun = Instant::now();
        let outcome = self.store.commit(statement).await?;
        self.pace.committed(begun, Instant::now(), statement.rows.len());
        self.failpoints.reach(Point::AfterWrite);
        report(statement, &outcome);
        self.counters.written(statement, &outcome);
        self.batch.written(&outcome);
        Ok(())
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<(), Fatal> {
        self.failpoints.reach(Point::BeforeRaise);
        let raised = self.store.raise(shards).await;
        let Some(still_ours) = self.answered(raised).await? else { return Ok(()) };
        self.failpoints.reach(Point::AfterRaise);
        self.counters.raised();
        self.batch.raised(&still_ours);
        Ok(())
    }

    /// The store's answer; after a pause nothing, when there was none.
    async fn answered(
        &mut self,
        answer: Result<Vec<(Shard, Epoch)>, WriteError>,
    ) -> Result<Option<Vec<(Shard, Epoch)>>, Fatal> {
        match answer {
            Ok(epochs) => {
                self.failures = 0;
                Ok(Some(epochs))
            }
            Err(WriteError::Fatal(fatal)) => Err(fatal),
            Err(WriteError::Unavailable(error)) => {
                tracing::warn!(
                    error = chain(&error),
                    tries = self.failures + 1,
                    "the store does not answer yet"
                );
                tokio::time::sleep(pause(self.failures)).await;
                self.failures += 1;
                Ok(None)
            }
        }
    }

    /// Whether nobody is left who could hand in anything, and the store has not answered for long.
    fn gives_up(&self) -> bool {
        self.failures >= FAREWELL_TRIES && self.queue.is_closed()
    }

    /// Tells everybody whose fate is known.
    fn settle(&mut self) {
        let settled = self.batch.settled();
        if settled.is_empty() {
            return;
        }
        self.counters.settled(settled.len());
        self.failpoints.reach(Point::BeforeAck);
        let amid = settled.len() > 1;
        for (told, entry) in settled.into_iter().enumerate() {
            if amid && told == 1 {
                self.failpoints.reach(Point::AmidAcks);
            }
            tell(entry);
        }
        self.failpoints.reach(Point::AfterAck);
    }
}

/// Calls one acknowledgement. It is somebody else's code: when it panics, the others are still told.
fn tell(entry: Settled<Ack>) {
    let Settled { ack, result } = entry;
    if catch_unwind(AssertUnwindSafe(|| ack(result))).is_err() {
        tracing::error!("an acknowledgement panicked");
    }
}

/// Says aloud what should not go unnoticed.
fn report(statement: &Statement, outcome: &Outcome) {
    let rows = statement.rows.len();
    match outcome {
        Outcome::Committed => {}
        Outcome::Fenced(shards) => tracing::warn!(rows, shards = shards.len(), "a statement was fenced"),
        Outcome::Refused(reason) => tracing::warn!(rows, error = reason, "a statement was refused"),
        Outcome::Unknown(reason) => tracing::warn!(rows, error = reason, "a commit's outcome is unknown"),
    }
}

/// How long to wait after so many failures in a row.
fn pause(failures: u32) -> Duration {
    RETRY_FIRST.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(RETRY_MAX)
}
