//! Leaves a supplier in peace that has failed again and again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row after which a supplier is left in peace.
pub const FAILURES_MAX: u32 = 5;

/// For how long. Then one search tries it, and the others go on without.
pub const OPEN_FOR: Duration = Duration::from_secs(30);

/// Lets searches through to one supplier while it answers.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nobody asks.
    closed_until: Option<Instant>,
}

impl Breaker {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the supplier may be asked at `now`. Of those who come when its time of peace is over, the first one may;
    /// the others wait as long again for what comes of it.
    #[must_use]
    pub fn admits(&self, now: Instant) -> bool {
        let mut state = self.lock();
        match state.closed_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.closed_until = Some(now + OPEN_FOR);
                true
            }
        }
    }

    /// Notes that it answered.
    pub fn answered(&self) {
        *self.lock() = State::default();
    }

    /// Notes that it failed at `now`.
    pub fn failed(&self, now: Instant) {
        let mut state = self.lock();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES_MAX {
            state.closed_until = Some(now + OPEN_FOR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_again_and_again_is_left_in_peace_and_tried_once() {
        let (breaker, began) = (Breaker::default(), Instant::now());
        for _ in 1..FAILURES_MAX {
            breaker.failed(began);
            assert!(breaker.admits(began));
        }
        breaker.failed(began);
        assert!(!breaker.admits(began));
        let later = began + OPEN_FOR;
        assert!(!breaker.admits(later - Duration::from_millis(1)));
        assert!(breaker.admits(later), "one tries");
        assert!(!breaker.admits(later), "and only one");
        breaker.failed(later);
        assert!(!breaker.admits(later + OPEN_FOR - Duration::from_millis(1)));
        assert!(breaker.admits(later + OPEN_FOR));
        breaker.answered();
        assert!(breaker.admits(later + OPEN_FOR) && breaker.admits(later + OPEN_FOR));
    }

    #[test]
    fn an_answer_makes_all_failures_forgotten() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..3 * FAILURES_MAX {
            (1..FAILURES_MAX).for_each(|_| breaker.failed(now));
            breaker.answered();
        }
        assert!(breaker.admits(now));
    }

    #[test]
    fn whoever_tried_and_never_came_back_does_not_lock_the_door_for_ever() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        (0..FAILURES_MAX).for_each(|_| breaker.failed(now));
        assert!(breaker.admits(now + OPEN_FOR));
        assert!(breaker.admits(now + 2 * OPEN_FOR));
    }
}
