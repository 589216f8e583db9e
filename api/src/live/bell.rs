//! How a session tells what woke it.
//!
//! A frame for ten thousand viewers wakes as many sessions, and none of them has anything else to do. Looking
//! whether the client has said something, the clock is due or the process stops costs more than the frame: so
//! it is done only when one of these has rung.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

/// Wakes the session and remembers that it did.
#[derive(Debug)]
struct Bell {
    has_rung: AtomicBool,
    session: Waker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Before the session wakes, so that it finds it.
        self.has_rung.store(true, Ordering::Release);
        self.session.wake_by_ref();
    }
}

/// A session's side of its bell.
#[derive(Debug)]
pub struct Ear {
    bell: Arc<Bell>,
    /// Rings it.
    waker: Waker,
}

impl Ear {
    /// A bell that wakes `session`. It has rung, so that one looks at first.
    pub fn of(session: &Waker) -> Self {
        let bell = Arc::new(Bell { has_rung: AtomicBool::new(true), session: session.clone() });
        Self { waker: Waker::from(bell.clone()), bell }
    }

    /// A context that rings the bell, if it has rung since it was asked last, or if the session has another
    /// waker by now.
    pub fn heard(&mut self, session: &Waker) -> Option<Context<'_>> {
        if !self.bell.session.will_wake(session) {
            *self = Self::of(session);
        }
        self.bell.has_rung.swap(false, Ordering::AcqRel).then(|| Context::from_waker(&self.waker))
    }

    /// Rings it: there may be more.
    pub fn ring(&self) {
        self.bell.has_rung.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_is_heard_once_a_ring_and_by_a_new_session_at_once() {
        let (one, other) = (Waker::noop().clone(), std::task::Waker::from(Arc::new(Nobody)));
        let mut ear = Ear::of(&one);
        let waker = ear.heard(&one).expect("one looks at first").waker().clone();
        assert!(ear.heard(&one).is_none());
        waker.wake_by_ref();
        assert!(ear.heard(&one).is_some() && ear.heard(&one).is_none());
        ear.ring();
        assert!(ear.heard(&one).is_some() && ear.heard(&one).is_none());
        assert!(ear.heard(&other).is_some() && ear.heard(&other).is_none());
    }

    struct Nobody;

    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
}
