//! One viewer's place in the line.

use std::future::poll_fn;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use domain::ids::Version;

use super::{Frame, Room, Shown, publisher};

/// Frames that are kept for viewers who came in between two published ones. Those who came in one moment need
/// the same one.
const SLICES_MAX: usize = 8;

/// What a viewer is sent next.
#[derive(Debug)]
pub enum Next {
    /// The changes since what it has seen.
    Changes(Arc<Frame>),
    /// The whole map: the changes since what it has seen are no longer kept.
    Afresh(Arc<Shown>),
}

/// A viewer of a room. It remembers what it has seen, and nothing waits for it: whenever it is ready, it takes
/// all that has happened since.
#[derive(Debug)]
pub struct Watch {
    room: Arc<Room>,
    /// Its place in the room's crowd.
    place: u32,
    /// The waker that it left there.
    waker: Option<Waker>,
    /// Which of the room's frames it looked at last.
    issue: u64,
    /// `None` before the first map, or the first changes, were taken.
    seen: Option<Version>,
}

impl Room {
    /// Takes a place in the line. What is published from now on reaches it.
    #[must_use]
    pub fn watch(room: &Arc<Self>) -> Watch {
        let mut committed = room.lock();
        let place = room.crowd.join();
        if !committed.is_published {
            committed.is_published = true;
            // What came before has no viewer who waits for it: those who come take it from the ring.
            let version = committed.version;
            room.published.store(Arc::new(Frame::nothing(version)));
            tokio::spawn(publisher::run(room.clone(), version));
        }
        drop(committed);
        room.metrics.viewers.inc();
        let issue = room.issue.load(Ordering::Acquire);
        Watch { room: room.clone(), place, waker: None, issue, seen: None }
    }

    /// The frame from one version to another, shared by all who need it; `None` when the ring has it no more.
    fn slice(&self, from: Version, to: Version) -> Option<Arc<Frame>> {
        let mut slices = self.slices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slice) = slices.iter().find(|slice| slice.from == from && slice.version == to) {
            return Some(slice.clone());
        }
        let changes = self.lock().ring.between(from, to)?;
        let slice = Arc::new(Frame::new(from, to, changes));
        if slices.len() == SLICES_MAX {
            slices.remove(0);
        }
        slices.push(slice.clone());
        Some(slice)
    }

    /// Whether the ring still has every change after `version`, and `version` is not beyond what there is.
    #[must_use]
    pub fn remembers(&self, version: Version) -> bool {
        let committed = self.lock();
        committed.ring.before() <= version && version <= committed.version
    }
}

impl Watch {
    /// The room.
    #[must_use]
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// What it has seen.
    #[must_use]
    pub fn seen(&self) -> Option<Version> {
        self.seen
    }

    /// Begins with the whole map.
    pub fn begin_afresh(&mut self) -> Arc<Shown> {
        let shown = self.room.shown();
        self.seen = Some(shown.version());
        shown
    }

    /// Goes on after `from`: what has come since, if anything; or the whole map, when that is no longer kept
    /// or never was. Read the past first with [`Engine::backfill`](crate::engine::Engine::backfill).
    pub fn resume(&mut self, from: Version) -> Option<Next> {
        if !self.room.remembers(from) {
            return Some(Next::Afresh(self.begin_afresh()));
        }
        self.seen = Some(from);
        let now = self.room.version();
        if now == from {
            return None;
        }
        Some(self.go_to(from, now))
    }

    /// Waits until something is published.
    pub async fn changed(&mut self) {
        poll_fn(|cx| self.poll_changed(cx)).await;
    }

    /// Whether something was published since the last [`Watch::take`]. If not, and from then on, every frame
    /// wakes whoever asked last.
    pub fn poll_changed(&mut self, cx: &Context<'_>) -> Poll<()> {
        if self.is_behind() {
            return Poll::Ready(());
        }
        if self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        self.room.crowd.wait(self.place, cx.waker().clone());
        self.waker = Some(cx.waker().clone());
        // What was published before the waker was there woke nobody.
        if self.is_behind() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn is_behind(&self) -> bool {
        self.room.issue.load(Ordering::Acquire) != self.issue
    }

    /// Takes what is to be sent now, if anything.
    pub fn take(&mut self) -> Option<Next> {
        // Before the frame: who looks at a newer one than it notes is only asked once more.
        self.issue = self.room.issue.load(Ordering::Acquire);
        let latest = self.room.published.load_full();
        let seen = self.seen?;
        if latest.version <= seen {
            return None;
        }
        if latest.from == seen {
            self.seen = Some(latest.version);
            return Some(Next::Changes(latest));
        }
        Some(self.go_to(seen, latest.version))
    }

    fn go_to(&mut self, seen: Version, to: Version) -> Next {
        match self.room.slice(seen, to) {
            Some(slice) => {
                self.seen = Some(to);
                Next::Changes(slice)
            }
            None => {
                self.room.metrics.resyncs.inc();
                Next::Afresh(self.begin_afresh())
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.room.crowd.leave(self.place);
        self.room.metrics.viewers.dec();
    }
}
