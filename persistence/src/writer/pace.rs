//! How long a statement waits for company.
//!
//! A commit costs about the same with one row as with ten: the same pages of the log, the same sync, the same four hops
//! between threads. When rows come faster than commits end, but not so fast that many wait, commits that follow at once
//! are many and small, and spend the processor that their own clients need. So after a commit that several shared,
//! the next begins no earlier than as long again as that one took; in a crowd, where each waits for the processor far longer
//! than for the disk, commits begin a few hundred times a second. Whoever is alone never waits.

use std::time::{Duration, Instant};

/// A commit that fewer shared says nothing of company to come.
const SHARED_MIN: usize = 3;

/// As many are a crowd.
const CROWD: usize = 64;

/// The longest wait for company: about what a client notices least, beside its own way through the network.
const WAIT_MAX: Duration = Duration::from_micros(250);

/// How often commits begin in a crowd, at most. A store that takes longer for one is never kept waiting.
const CROWD_EVERY: Duration = Duration::from_millis(3);

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
        let after_it = match last.shared_by {
            ..SHARED_MIN => Duration::ZERO,
            CROWD.. => CROWD_EVERY.saturating_sub(last.took),
            // A crowd that is only now coming together has waited for that commit already.
            _ if entries >= CROWD => Duration::ZERO,
            _ => last.took.min(WAIT_MAX),
        };
        after_it.saturating_sub(now.saturating_duration_since(last.ended))
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
    fn nobody_waits_alone_or_while_a_crowd_comes_together() {
        assert_eq!(Pace::default().wait(Instant::now(), 1), Duration::ZERO);
        assert_eq!(wait(120, SHARED_MIN - 1, 0, 1), 0);
        assert_eq!(wait(120, 8, 0, CROWD), 0);
    }

    #[test]
    fn in_a_crowd_commits_begin_a_few_hundred_times_a_second() {
        assert_eq!(wait(800, CROWD, 0, 1), 2_200);
        assert_eq!(wait(800, 300, 200, 300), 2_000);
        assert_eq!(wait(800, CROWD, 2_200, CROWD), 0);
        assert_eq!(wait(20_000, 300, 0, 300), 0, "a slow store is not kept waiting");
    }
}
