//! The thread between those who own streams and a store.
//!
//! ```text
//! owners ── Journal::send(entry) ──▶ bounded queue ──▶ thread: Batch ──▶ Store
//!    ▲                                                    │
//!    └──────────────── entry.ack(result) ◀────────────────┘
//! ```
//!
//! While one statement is being written, entries queue up; the next statement takes all of them. So the thread
//! is never faster than the disk, and nobody tunes a batch size. Between commits that few share it pauses for company
//! (`pace`).
//!
//! It is a plain thread with a runtime of its own. It starts before whoever uses it and outlives them: when the
//! last [`Journal`] is dropped, it writes what waits and ends. An acknowledgement runs on this thread, in the
//! order in which the entries came, so it must be short and must not block.

mod counters;
mod lane;
mod pace;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime;
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::journal::{Entry, NotDurable, Shard};
use crate::store::{Failpoints, Fatal, Store, chain};

pub use counters::{Counters, Counts};
use lane::Lane;

/// Whom to tell what became of an entry. Called once, on the writer's thread. It is dropped without a call
/// when the thread ends first; the entry's fate is then unknown.
pub type Ack = Box<dyn FnOnce(Result<(), NotDurable>) + Send>;

/// How a writer behaves.
#[derive(Clone)]
pub struct Options {
    /// The shards that it claims.
    pub shards: Vec<Shard>,
    /// How many entries may wait in the queue of a lane.
    pub queue_max: usize,
    /// What happens when the store can no longer be trusted.
    pub on_fatal: OnFatal,
    /// Where a test may end the process.
    pub failpoints: Failpoints,
}

/// What happens when the store can no longer be trusted: by default, a line on standard error and the end of
/// the process, without unwinding and without another acknowledgement.
#[derive(Clone)]
pub struct OnFatal(Arc<dyn Fn(&Fatal) + Send + Sync>);

/// Two statements of the largest size: one under way, one that collects.
const QUEUE_MAX: usize = 8_192;

impl Default for Options {
    fn default() -> Self {
        Self {
            shards: Shard::all().collect(),
            queue_max: QUEUE_MAX,
            on_fatal: OnFatal::default(),
            failpoints: Failpoints::default(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shards, queue_max, on_fatal: _, failpoints } = self;
        let mut options = f.debug_struct("Options");
        options.field("shards", &shards.len()).field("queue_max", queue_max);
        options.field("failpoints", failpoints).finish_non_exhaustive()
    }
}

impl OnFatal {
    /// Calls `then` instead. The writer's thread ends when it returns; nothing more is acknowledged.
    pub fn new(then: impl Fn(&Fatal) + Send + Sync + 'static) -> Self {
        Self(Arc::new(then))
    }

    fn call(&self, fatal: &Fatal) {
        (self.0)(fatal);
    }
}

impl Default for OnFatal {
    fn default() -> Self {
        Self::new(|fatal| {
            eprintln!("error: {}", chain(fatal));
            std::process::abort()
        })
    }
}

/// Where owners hand their entries in. Copies share the queues.
#[derive(Debug, Clone)]
pub struct Journal {
    /// One queue for each lane. A shard has its lane for ever.
    lanes: Arc<[mpsc::Sender<Entry<Ack>>]>,
    counters: Arc<Counters>,
}

/// An entry that the journal did not take.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// Too many wait already: shed the load.
    #[error("the journal's queue is full")]
    Full(Box<Untaken>),
    /// The writer has ended.
    #[error("the journal's writer has ended")]
    Stopped(Box<Untaken>),
}

/// The entry itself, given back.
pub struct Untaken(pub Entry<Ack>);

impl fmt::Debug for Untaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Untaken").field(&self.0.stream).field(&self.0.record).finish()
    }
}

impl NotTaken {
    /// The entry that was not taken.
    #[must_use]
    pub fn into_entry(self) -> Entry<Ack> {
        match self {
            Self::Full(untaken) | Self::Stopped(untaken) => untaken.0,
        }
    }
}

impl Journal {
    /// Hands an entry in, and waits while the queue is full.
    ///
    /// # Errors
    /// When the writer has ended.
    pub async fn send(&self, entry: Entry<Ack>) -> Result<(), NotTaken> {
        let sent = self.lane_of(&entry).send(entry).await;
        sent.map_err(|unsent| NotTaken::Stopped(Box::new(Untaken(unsent.0))))
    }

    /// Hands an entry in, unless the queue is full.
    ///
    /// # Errors
    /// When it is, and when the writer has ended.
    pub fn try_send(&self, entry: Entry<Ack>) -> Result<(), NotTaken> {
        self.lane_of(&entry).try_send(entry).map_err(|unsent| match unsent {
            TrySendError::Full(entry) => NotTaken::Full(Box::new(Untaken(entry))),
            TrySendError::Closed(entry) => NotTaken::Stopped(Box::new(Untaken(entry))),
        })
    }

    /// What the writer has done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }

    fn lane_of(&self, entry: &Entry<Ack>) -> &mpsc::Sender<Entry<Ack>> {
        &self.lanes[lane_of(entry.stream.shard(), self.lanes.len())]
    }
}

/// A shard stays on one lane: two that lock its owner's row at once would cost PostgreSQL dearly.
fn lane_of(shard: Shard, lanes: usize) -> usize {
    usize::from(shard.number()) % lanes
}

/// The running threads.
#[derive(Debug)]
pub struct Writer {
    threads: Vec<JoinHandle<()>>,
}

impl Writer {
    /// Waits until the threads have ended. They do so after the last [`Journal`] was dropped, and also when the
    /// store can no longer be trusted.
    pub fn join(self) {
        for thread in self.threads {
            // A panic was already handled on the thread itself.
            let _ = thread.join();
        }
    }
}

/// Starts a thread for each store of `lanes`. Each claims its part of the shards, again and again until the
/// store answers; entries may be handed in meanwhile.
///
/// # Errors
/// When the system gives no thread.
///
/// # Panics
/// When `lanes` is empty.
pub fn start<S: Store>(lanes: Vec<S>, options: &Options) -> io::Result<(Journal, Writer)> {
    assert!(!lanes.is_empty(), "a writer needs a store to write to");
    let count = lanes.len();
    let counters = Arc::new(Counters::default());
    let mut queues = Vec::with_capacity(count);
    let mut threads = Vec::with_capacity(count);
    for (number, store) in lanes.into_iter().enumerate() {
        let (sender, queue) = mpsc::channel(options.queue_max);
        let shards = options.shards.iter().copied().filter(|shard| lane_of(*shard, count) == number);
        let shards = shards.collect();
        let lane = Lane::new(store, queue, shards, options.failpoints.clone(), counters.clone());
        threads.push(spawn(number, lane, options.on_fatal.clone())?);
        queues.push(sender);
    }
    Ok((Journal { lanes: queues.into(), counters }, Writer { threads }))
}

fn spawn<S: Store>(number: usize, lane: Lane<S>, on_fatal: OnFatal) -> io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name(format!("journal-{number}")).spawn(move || {
        let _guard = OnPanic(on_fatal.clone());
        if let Err(fatal) = runtime.block_on(lane.run()) {
            on_fatal.call(&fatal);
        }
    })
}

/// A writer that panicked must not leave a process behind that only seems to work.
struct OnPanic(OnFatal);

impl Drop for OnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.call(&Fatal::to("write", "the writer's thread panicked"));
        }
    }
}
