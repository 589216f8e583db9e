//! The room's own task: gathers what has changed, and publishes it to all at once.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::ids::Version;
use tokio::time::{Instant, timeout};

use super::{Frame, Room};

/// At most twenty frames a second: more than an eye can follow, and a busy flight has hundreds of changes in
/// each.
const FRAME_EVERY: Duration = Duration::from_millis(50);

/// How often a publisher with nothing to say looks whether anybody still watches.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Publishes until nobody watches any more.
pub async fn run(room: Arc<Room>, mut published: Version) {
    let mut last = Instant::now().checked_sub(FRAME_EVERY);
    loop {
        // An answer or the end of patience: both mean to look.
        let _ = timeout(LOOK_EVERY, room.news.notified()).await;
        if let Some(last) = last {
            tokio::time::sleep_until(last + FRAME_EVERY).await;
        }
        match room.gather(published) {
            Gathered::NobodyWatches => return,
            Gathered::Nothing => {}
            Gathered::Frame(frame) => {
                published = frame.version;
                last = Some(Instant::now());
                room.metrics.frames.inc();
                room.publish(frame);
            }
        }
    }
}

enum Gathered {
    NobodyWatches,
    Nothing,
    Frame(Frame),
}

impl Room {
    /// Shows a frame to everybody.
    pub(super) fn publish(&self, frame: Frame) {
        self.published.store(Arc::new(frame));
        self.issue.fetch_add(1, Ordering::Release);
        self.crowd.wake();
    }

    fn gather(&self, published: Version) -> Gathered {
        let mut committed = self.lock();
        if self.viewers() == 0 {
            committed.is_published = false;
            committed.pending = Vec::new();
            return Gathered::NobodyWatches;
        }
        let pending = std::mem::take(&mut committed.pending);
        match (pending.first(), pending.last()) {
            (Some(first), Some(last)) if first.version == published.next() => {
                Gathered::Frame(Frame::new(published, last.version, pending))
            }
            // Some rows were let go: nobody's version joins this frame, so each viewer looks in the ring.
            (Some(_), Some(last)) => Gathered::Frame(Frame::nothing(last.version)),
            (_, _) => Gathered::Nothing,
        }
    }
}
