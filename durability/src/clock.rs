//! The clients' time: it runs faster than ours, so that holds lapse while a test waits.

use std::time::{Duration, Instant};

use domain::time::Timestamp;

/// How much faster it runs. A hold of ten seconds lapses after a quarter of a real one.
const SPEED: u32 = 40;

/// A clock that begins where the life before may have ended.
#[derive(Debug)]
pub struct Clock {
    origin: Timestamp,
    started: Instant,
}

impl Clock {
    /// A clock that reads `origin` now.
    #[must_use]
    pub fn starting_at(origin: Timestamp) -> Self {
        Self { origin, started: Instant::now() }
    }

    /// What it reads.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.origin + self.started.elapsed() * SPEED
    }

    /// How long to wait, in real time, until it reads `at`; rounded up, so that it does not read less then.
    #[must_use]
    pub fn wait_until(&self, at: Timestamp) -> Duration {
        at.since(self.now()) / SPEED + Duration::from_millis(1)
    }
}
