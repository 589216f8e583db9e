//! How long a statement waits for company.
//!
//! A commit costs about the same with one row as with ten: the same pages of the log, the same sync, the same four hops
//! between threads. When rows come faster than commits end, but not so fast that many wait, commits that follow at once
//! are many and small, and spend the processor that their own clients need. So after a commit that several shared,
//! the next begins no earlier than as long again as that one took. Whoever is alone never waits.

use std::time::{Duration, Instant};

/// A commit that fewer shared says nothing of company to come.
const SHARED_MIN: usize = 3;

/// From as many on it is company enough, and waiting would only add to the time of each.
const SHARED_MAX: usize = 64;

/// The longest wait: about what a client notices least, beside its own way through the network.
const WAIT_MAX: Duration = Duration::from_micros(250);

/// The last commit, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    last: Option<Last>,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    ended: Instant,
    took: Duration,
    shared_by: usize,
}

impl Pace {
    /// A commit has ended.
    pub fn committed(&mut self, begun: Instant, ended: Instant, shared_by: usize) {
        self.last = Some(Last { ended, took: ended.saturating_duration_since(begun), shared_by });
    }

    /// How long a statement that has so many entries now should wait for more.
    pub fn wait(&self, now: Instant, entries: usize) -> Duration {
        let Some(last) = self.last else { return Duration::ZERO };
        if !(SHARED_MIN..SHARED_MAX).contains(&last.shared_by) || entries >= SHARED_MAX {
            return Duration::ZERO;
        }
        last.took.min(WAIT_MAX).saturating_sub(now.saturating_duration_since(last.ended))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wait after a commit of `took` µs that `shared_by` shared, `later` µs after its end, with `entries` waiting.
    fn wait(took: u64, shared_by: usize, later: u64, entries: usize) -> u128 {
        let begun = Instant::now();
        let ended = begun + Duration::from_micros(took);
        let mut pace = Pace::default();
        pace.committed(begun, ended, shared_by);
        pace.wait(ended + Duration::from_micros(later), entries).as_micros()
    }

    #[test]
    fn after_a_shared_commit_the_next_waits_as_long_as_that_took() {
        assert_eq!(wait(120, 8, 0, 1), 120);
        assert_eq!(wait(120, 8, 50, 1), 70);
        assert_eq!(wait(120, 8, 121, 1), 0);
        assert_eq!(wait(9_000, 8, 0, 1), WAIT_MAX.as_micros());
    }

    #[test]
    fn nobody_waits_alone_or_in_a_crowd() {
        assert_eq!(Pace::default().wait(Instant::now(), 1), Duration::ZERO);
        assert_eq!(wait(120, SHARED_MIN - 1, 0, 1), 0);
        assert_eq!(wait(120, SHARED_MAX, 0, 1), 0);
        assert_eq!(wait(120, 8, 0, SHARED_MAX), 0);
    }
}
