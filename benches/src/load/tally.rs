//! What one client saw.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::Answer;

/// How long a slice of the timeline is.
pub const SLICE: Duration = Duration::from_millis(100);

/// What all clients of a loop together have seen so far, for whoever watches.
#[derive(Debug, Default)]
pub struct Live {
    /// What the scenario counts, the warm-up included.
    pub counted: AtomicU64,
    /// Everything that was refused.
    pub refused: AtomicU64,
}

/// What one client saw.
#[derive(Debug)]
pub struct Tally {
    from: Instant,
    until: Instant,
    live: Arc<Live>,
    /// Times of what the scenario counts, in microseconds.
    pub(super) counted: Vec<u32>,
    /// Times of the requests that go with it.
    pub(super) others: Vec<u32>,
    /// Times by operation, for scenarios that have several.
    pub(super) operations: BTreeMap<&'static str, Vec<u32>>,
    /// How much was counted in each [`SLICE`] of the window.
    pub(super) slices: Vec<u32>,
    /// How often the server said something else, by reason.
    pub(super) refused: BTreeMap<String, u64>,
}

/// What stands for a request that had no answer.
pub const NO_ANSWER: &str = "no answer";

impl Tally {
    /// An empty one for what is answered from `from` until `until`.
    #[must_use]
    pub fn new(from: Instant, until: Instant, live: Arc<Live>) -> Self {
        let slices = (until - from).as_millis().div_ceil(SLICE.as_millis());
        Self {
            from,
            until,
            live,
            counted: Vec::new(),
            others: Vec::new(),
            operations: BTreeMap::new(),
            slices: vec![0; usize::try_from(slices).unwrap_or(0)],
            refused: BTreeMap::new(),
        }
    }

    /// An empty one over the same window, for what a client times by itself.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self::new(self.from, self.until, Arc::default())
    }

    /// Tallies a request that the scenario counts, due at `due` and answered now.
    pub fn counted(&mut self, due: Instant) {
        self.live.counted.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        if let Some(time) = self.time_since(due, now) {
            self.counted.push(time);
            let slice = (now - self.from).as_millis() / SLICE.as_millis();
            if let Some(slice) = self.slices.get_mut(slice as usize) {
                *slice += 1;
            }
        }
    }

    /// Tallies a request that goes with one that is counted.
    pub fn other(&mut self, due: Instant) {
        if let Some(time) = self.time_since(due, Instant::now()) {
            self.others.push(time);
        }
    }

    /// Tallies a request that the scenario counts as one of several operations.
    pub fn operation(&mut self, name: &'static str, due: Instant) {
        self.counted(due);
        if let Some(time) = self.time_since(due, Instant::now()) {
            self.operations.entry(name).or_default().push(time);
        }
    }

    /// Tallies one step of several that together are counted.
    pub fn step(&mut self, name: &'static str, due: Instant) {
        if let Some(time) = self.time_since(due, Instant::now()) {
            self.operations.entry(name).or_default().push(time);
        }
    }

    /// Tallies an answer that the scenario does not want, by its status and its problem's code.
    ///
    /// # Errors
    /// When it is a rate limit: what is then measured is the limit.
    pub fn refused(&mut self, answer: &Answer) -> anyhow::Result<()> {
        anyhow::ensure!(
            answer.status != hyper::StatusCode::TOO_MANY_REQUESTS,
            "a rate limit answers (429), so this measures the limit: lift it for this client first"
        );
        let status = answer.status.as_u16();
        self.refused_because(
            &answer.code().map_or_else(|| status.to_string(), |code| format!("{status} {code}")),
        );
        Ok(())
    }

    /// Tallies a request that had no answer: the connection broke.
    pub fn unanswered(&mut self) {
        self.refused_because(NO_ANSWER);
    }

    /// Tallies something that the scenario itself gives a reason for.
    pub fn refused_because(&mut self, reason: &str) {
        self.live.refused.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        if self.from <= now && now < self.until {
            match self.refused.get_mut(reason) {
                Some(count) => *count += 1,
                None => drop(self.refused.insert(reason.to_owned(), 1)),
            }
        }
    }

    /// `None` outside the window: a request belongs to the moment of its answer.
    fn time_since(&self, due: Instant, now: Instant) -> Option<u32> {
        let is_inside = self.from <= now && now < self.until;
        is_inside.then(|| u32::try_from(now.saturating_duration_since(due).as_micros()).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use hyper::StatusCode;

    fn answer(status: StatusCode, body: &'static str) -> Answer {
        Answer { status, body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn only_answers_inside_the_window_count() {
        let now = Instant::now();
        let hour = Duration::from_secs(3_600);
        for (from, until, expected) in [(now, now + hour, 1), (now + hour, now + hour * 2, 0), (now, now, 0)]
        {
            let mut tally = Tally::new(from, until, Arc::default());
            tally.operation("read", now);
            tally.other(now);
            tally.unanswered();
            assert_eq!((tally.counted.len(), tally.others.len()), (expected, expected));
            assert_eq!((tally.operations.len(), tally.refused.len()), (expected, expected));
            assert_eq!(tally.slices.iter().sum::<u32>() as usize, expected);
            assert_eq!(tally.live.counted.load(Ordering::Relaxed), 1);
        }
    }

    #[test]
    fn a_late_start_is_part_of_the_time() {
        let now = Instant::now();
        let mut tally = Tally::new(now, now + Duration::from_secs(60), Arc::default());
        tally.counted(now.checked_sub(Duration::from_millis(500)).unwrap());
        assert!(tally.counted[0] >= 500_000);
    }

    #[test]
    fn refusals_are_told_apart_by_reason() {
        let mut tally = Tally::new(Instant::now(), Instant::now() + Duration::from_secs(60), Arc::default());
        tally.refused(&answer(StatusCode::CONFLICT, r#"{"code":"seats-taken","status":409}"#)).unwrap();
        tally.refused(&answer(StatusCode::SERVICE_UNAVAILABLE, "")).unwrap();
        tally.refused(&answer(StatusCode::SERVICE_UNAVAILABLE, "")).unwrap();
        tally.unanswered();
        let told: Vec<_> = tally.refused.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
        assert_eq!(told, [("409 seats-taken", 1), ("503", 2), (NO_ANSWER, 1)]);
    }

    #[test]
    fn a_rate_limit_makes_the_result_void() {
        let mut tally = Tally::new(Instant::now(), Instant::now(), Arc::default());
        let error = tally.refused(&answer(StatusCode::TOO_MANY_REQUESTS, "")).unwrap_err();
        assert!(error.to_string().contains("rate limit"), "{error}");
    }
}
