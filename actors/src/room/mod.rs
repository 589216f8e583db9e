//! A departure as everybody may see it.
//!
//! A [`Room`] is the fold of the *durable* rows of one departure: a second, patient copy of the state whose
//! owner runs ahead of the disk. Reads look at it and never visit the owner's mailbox. It keeps the last rows'
//! changes, so that a viewer who was away gets every change in order, and it publishes frames to those who
//! wait: at once when the departure is quiet, at most twenty a second when it is busy.
//!
//! ```text
//! owner ─ durable row ─▶ Room ─▶ ring of the last changes ─▶ a viewer who comes back
//!                          │
//!                          └─▶ publisher ─▶ one frame for all ─▶ every Watch
//! ```
//!
//! * [`Shown`]: the seat map of one version. Its encodings are made by the first reader and kept.
//! * [`Frame`]: the changes between two versions, encoded once for all viewers.
//! * [`Watch`]: one viewer's place in the line. It has no queue: a slow viewer skips frames and then gets all
//!   the changes in one, or the whole map when the ring no longer has them. So nobody's slowness costs memory.
//!
//! A room never blocks: its lock is held for a fold or a copy, never across a wait.

mod backfill;
mod crowd;
mod frame;
mod publisher;
mod ring;
mod shown;
mod watch;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use domain::flight::{Departure, Flight};
use domain::ids::{FlightId, Version};
use domain::view;
use tokio::sync::Notify;

use crate::engine::{DurableRow, Follower, Mark, Metrics};
use crowd::Crowd;
pub use frame::{Encoding, Frame};
use ring::Ring;
pub use shown::Shown;
pub use watch::{Next, Watch};

/// Rows that wait for the publisher at most: what a flight does in the time between two frames, many times over. When
/// it has been kept from its work for longer, viewers are served by the ring, or begin afresh.
const PENDING_MAX: usize = 16_384;

/// One departure, durable rows only.
#[derive(Debug)]
pub struct Room {
    /// The last row folded in; readable without the lock.
    version: AtomicU64,
    committed: Mutex<Committed>,
    /// The seat map as it was last asked for.
    shown: ArcSwapOption<Shown>,
    /// The newest frame; it lags behind `committed` by a twentieth of a second at most.
    published: ArcSwap<Frame>,
    /// How many frames there were. Counted after the frame is there and before anybody is woken for it, so who
    /// finds it unchanged after leaving a waker will be woken.
    issue: AtomicU64,
    crowd: Crowd,
    /// Frames made for viewers who came in between two published ones, newest last.
    slices: Mutex<Vec<Arc<Frame>>>,
    /// Wakes the publisher.
    news: Notify,
    /// One viewer reads the past for all of them.
    backfilling: tokio::sync::Mutex<()>,
    /// Whether it is on the list of those that have changed.
    mark: Mark,
    metrics: Metrics,
}

/// What the lock protects.
#[derive(Debug)]
struct Committed {
    flight: Flight,
    version: Version,
    ring: Ring,
    /// Whether a publisher runs. It ends under this lock when nobody watches.
    is_published: bool,
    /// What the publisher has not published yet; empty when none runs.
    pending: Vec<Arc<view::RowChange>>,
}

impl Room {
    fn lock(&self) -> MutexGuard<'_, Committed> {
        // A fold that panicked is a bug that the owner's own fold has met first.
        self.committed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last durable row.
    #[must_use]
    pub fn version(&self) -> Version {
        Version::new(self.version.load(Ordering::Acquire))
    }

    /// Whether the departure is on sale or past that.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.version() > Version::EMPTY
    }

    /// Looks at the departure, briefly: owners wait for the lock.
    ///
    /// # Panics
    /// When the departure was never opened: see [`Room::is_open`].
    pub fn read<T>(&self, look: impl FnOnce(&Departure, Version) -> T) -> T {
        let committed = self.lock();
        look(committed.departure(), committed.version)
    }

    /// Which departure it is.
    #[must_use]
    pub fn flight(&self) -> FlightId {
        self.read(|departure, _| departure.id)
    }

    /// The seat map now. Copied by the first reader of a version, then shared.
    #[must_use]
    pub fn shown(&self) -> Arc<Shown> {
        if let Some(shown) = self.shown.load_full()
            && shown.version() == self.version()
        {
            return shown;
        }
        let shown = Arc::new(Shown::new(self.read(view::seat_map)));
        self.shown.store(Some(shown.clone()));
        shown
    }

    /// How many watch.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.crowd.size()
    }
}

impl Committed {
    fn departure(&self) -> &Departure {
        self.flight.departure().expect("only open departures are shown")
    }
}

impl Follower<Flight> for Room {
    fn begin(state: &Flight, version: Version, metrics: &Metrics) -> Self {
        Self {
            version: AtomicU64::new(version.number()),
            committed: Mutex::new(Committed {
                flight: state.clone(),
                version,
                ring: Ring::starting_after(version),
                is_published: false,
                pending: Vec::new(),
            }),
            shown: ArcSwapOption::empty(),
            published: ArcSwap::from_pointee(Frame::nothing(version)),
            issue: AtomicU64::new(0),
            crowd: Crowd::default(),
            slices: Mutex::new(Vec::new()),
            news: Notify::new(),
            backfilling: tokio::sync::Mutex::new(()),
            mark: Mark::default(),
            metrics: metrics.clone(),
        }
    }

    fn version(&self) -> Version {
        Self::version(self)
    }

    fn follow(self: &Arc<Self>, row: &DurableRow<'_, Flight>) {
        let mut committed = self.lock();
        if row.version <= committed.version {
            return;
        }
        assert_eq!(row.version, committed.version.next(), "rows come without a gap");
        let change = Arc::new(view::evolve_row(&mut committed.flight, row.version, row.events));
        committed.version = row.version;
        committed.ring.push(row.at, change.clone());
        if committed.is_published {
            if committed.pending.len() >= PENDING_MAX {
                committed.pending.clear();
            }
            committed.pending.push(change);
        }
        self.version.store(row.version.number(), Ordering::Release);
        let is_published = committed.is_published;
        drop(committed);
        if is_published {
            self.news.notify_one();
        }
    }

    fn is_watched(&self) -> bool {
        self.viewers() > 0
    }

    fn mark(&self) -> Option<&Mark> {
        Some(&self.mark)
    }
}

#[cfg(test)]
mod tests;
