//! Which streams have new durable rows, for whoever keeps a picture of all of them.
//!
//! Somebody who shows all departures at once cannot watch each. So a follower that has taken a row in is put on a list, once
//! however many rows there are, and whoever keeps the picture takes the list and looks at each. A hot stream costs a
//! look at a flag for each row; nobody waits for whoever keeps the picture, and a stream that has left memory
//! meanwhile is still on the list.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::aggregate::Aggregate;
use tokio::sync::Notify;

use super::owned::{Follower, Owned};

/// Whether a follower is on the list.
#[derive(Debug, Default)]
pub struct Mark(AtomicBool);

impl Mark {
    /// Puts the mark; says whether it was not there.
    fn put(&self) -> bool {
        !self.0.load(Ordering::Relaxed) && !self.0.swap(true, Ordering::AcqRel)
    }

    /// Takes the mark away. What is looked at afterwards is at least as new as any row that found it there: each is taken
    /// in under the follower's own lock, before the mark is looked at.
    fn take_away(&self) {
        self.0.store(false, Ordering::Release);
    }
}

/// The followers with rows that nobody has looked at. Empty until somebody listens.
#[derive(Debug)]
pub struct Changes<F> {
    heard: AtomicBool,
    /// At most as many as there are streams: each is on it once.
    changed: Mutex<Vec<Arc<F>>>,
    bell: Notify,
}

impl<F> Default for Changes<F> {
    fn default() -> Self {
        Self { heard: AtomicBool::new(false), changed: Mutex::new(Vec::new()), bell: Notify::new() }
    }
}

impl<F> Changes<F> {
    /// From now on changes are kept for whoever asks.
    pub fn listen(&self) {
        self.heard.store(true, Ordering::Release);
    }

    /// Puts a follower that has taken a row in on the list.
    pub fn note<A>(&self, follower: &Arc<F>)
    where
        A: Owned<Follower = F> + Aggregate,
        F: Follower<A>,
    {
        if !self.heard.load(Ordering::Acquire) || !follower.mark().is_some_and(Mark::put) {
            return;
        }
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(follower.clone());
        self.bell.notify_one();
    }

    /// Those that have changed, each to be looked at now; waits until there are some.
    pub async fn next<A>(&self) -> Vec<Arc<F>>
    where
        A: Owned<Follower = F> + Aggregate,
        F: Follower<A>,
    {
        loop {
            let changed = std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner));
            if !changed.is_empty() {
                changed.iter().filter_map(|follower| follower.mark()).for_each(Mark::take_away);
                return changed;
            }
            self.bell.notified().await;
        }
    }
}
