//! What is known of one booking outside its owner: its durable state, and the states in which it rested.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::aggregate::Aggregate as _;
use domain::booking::{Booking, Step};
use domain::ids::{BookingId, Version};
use domain::payment::ProviderName;
use tokio::sync::Notify;

use crate::engine::{DurableRow, Follower, Mark, Metrics, Owned};

/// States of rest that are kept for whoever asks what became of a request. A client asks at once; who comes later finds it
/// in the journal.
const RESTS_KEPT: usize = 8;

impl Owned for Booking {
    type Follower = BookingFile;
}

/// One booking's durable state, and who waits for it.
#[derive(Debug)]
pub struct BookingFile {
    /// The last row, readable without the lock.
    version: AtomicU64,
    known: Mutex<Known>,
    /// Told of each row.
    rows: Notify,
    /// Those who wait for it to come to rest: it stays in memory for them.
    waiting: AtomicUsize,
    /// Whether somebody carries its steps.
    carried: AtomicBool,
    mark: Mark,
}

#[derive(Debug)]
struct Known {
    booking: Booking,
    version: Version,
    /// The states without an open step, each at the row that brought it about, oldest first.
    rests: VecDeque<(Version, Arc<Booking>)>,
    /// Every rest after this row is in `rests`.
    complete_after: Version,
}

/// The right to carry a booking's steps: one at a time has it.
#[derive(Debug)]
pub struct Carrying(Arc<BookingFile>);

/// Somebody who waits; while they do, the file stays.
struct Waiting<'a>(&'a BookingFile);

/// Where a booking rested first, from some row on.
#[derive(Debug)]
pub enum Rest {
    /// Here.
    At(Version, Arc<Booking>),
    /// A step is still open.
    NotYet,
    /// That is too long ago to be known here: the journal knows.
    LongAgo,
}

impl BookingFile {
    /// The one thing that must be asked next, if a step is open.
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        self.lock().booking.step()
    }

    /// The same, with the booking that asks.
    #[must_use]
    pub fn open_step(&self) -> Option<(BookingId, Step)> {
        let known = self.lock();
        Some((known.booking.placed()?.booking, known.booking.step()?))
    }

    /// Whether this step is still the open one.
    #[must_use]
    pub fn is_open(&self, step: &Step) -> bool {
        self.step().is_some_and(|open| open.number == step.number)
    }

    /// Waits until this step is no longer the open one.
    pub(super) async fn moved_on(&self, step: &Step) {
        loop {
            let mut row = std::pin::pin!(self.rows.notified());
            row.as_mut().enable();
            if !self.is_open(step) {
                return;
            }
            row.await;
        }
    }

    /// At which provider the booking is paid, once that has begun.
    pub(super) fn provider(&self) -> Option<ProviderName> {
        let known = self.lock();
        known.booking.placed()?.payment.as_ref().map(|payment| payment.provider.clone())
    }

    /// The first state without an open step at the row `from` or later.
    #[must_use]
    pub fn rest(&self, from: Version) -> Rest {
        let known = self.lock();
        if from <= known.complete_after {
            return Rest::LongAgo;
        }
        let rest = known.rests.iter().find(|(version, _)| *version >= from);
        rest.map_or(Rest::NotYet, |(version, booking)| Rest::At(*version, booking.clone()))
    }

    /// The same, waiting for as long as it takes. Who does not want to wait for ever drops it.
    pub async fn rested(&self, from: Version) -> Option<(Version, Arc<Booking>)> {
        let _waiting = Waiting::at(self);
        loop {
            let mut row = std::pin::pin!(self.rows.notified());
            row.as_mut().enable();
            match self.rest(from) {
                Rest::At(version, booking) => return Some((version, booking)),
                Rest::LongAgo => return None,
                Rest::NotYet => row.await,
            }
        }
    }

    /// The right to carry its steps, unless somebody has it.
    pub(super) fn begin_carrying(self: &Arc<Self>) -> Option<Carrying> {
        let taken = self.carried.swap(true, Ordering::AcqRel);
        (!taken).then(|| Carrying(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn note_rest(&mut self) {
        if self.booking.step().is_some() {
            return;
        }
        self.rests.push_back((self.version, Arc::new(self.booking.clone())));
        if self.rests.len() > RESTS_KEPT
            && let Some((gone, _)) = self.rests.pop_front()
        {
            self.complete_after = gone;
        }
    }
}

impl Carrying {
    /// Whose steps.
    pub(super) fn file(&self) -> &Arc<BookingFile> {
        &self.0
    }
}

impl Drop for Carrying {
    fn drop(&mut self) {
        self.0.carried.store(false, Ordering::Release);
    }
}

impl<'a> Waiting<'a> {
    fn at(file: &'a BookingFile) -> Self {
        file.waiting.fetch_add(1, Ordering::AcqRel);
        Self(file)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Follower<Booking> for BookingFile {
    fn begin(state: &Booking, version: Version, _: &Metrics) -> Self {
        // Where it rested before this row is not known; whether it rests at it, is.
        let complete_after = Version::new(version.number().saturating_sub(1));
        let mut known = Known { booking: state.clone(), version, rests: VecDeque::new(), complete_after };
        known.note_rest();
        Self {
            version: AtomicU64::new(version.number()),
            known: Mutex::new(known),
            rows: Notify::new(),
            waiting: AtomicUsize::new(0),
            carried: AtomicBool::new(false),
            mark: Mark::default(),
        }
    }

    fn version(&self) -> Version {
        Version::new(self.version.load(Ordering::Acquire))
    }

    fn follow(self: &Arc<Self>, row: &DurableRow<'_, Booking>) {
        let mut known = self.lock();
        if row.version <= known.version {
            return;
        }
        assert_eq!(row.version, known.version.next(), "rows come without a gap");
        row.events.iter().for_each(|event| known.booking.evolve(event));
        known.version = row.version;
        known.note_rest();
        drop(known);
        self.version.store(row.version.number(), Ordering::Release);
        self.rows.notify_waiters();
    }

    fn is_watched(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0 || self.carried.load(Ordering::Acquire)
    }

    fn mark(&self) -> Option<&Mark> {
        Some(&self.mark)
    }
}
