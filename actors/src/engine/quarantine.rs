//! Streams that are served to nobody until a person has looked at them.

use std::time::{Duration, Instant};

use dashmap::DashMap;
use persistence::journal::StreamId;

/// So many crashes of one stream's owner put it out of service: by then it is the stream and not chance.
const CRASHES_MAX: usize = 3;

/// Crashes further apart than this have nothing to do with each other.
const CRASHES_WITHIN: Duration = Duration::from_secs(60);

/// Who crashed, and who is out of service.
#[derive(Debug, Default)]
pub struct Quarantine {
    crashes: DashMap<StreamId, Vec<Instant>>,
    shut: DashMap<StreamId, String>,
}

impl Quarantine {
    /// Whether the stream is out of service.
    #[must_use]
    pub fn holds(&self, stream: &StreamId) -> bool {
        !self.shut.is_empty() && self.shut.contains_key(stream)
    }

    /// How many streams are out of service.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shut.len()
    }

    /// Whether every stream is served.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shut.is_empty()
    }

    /// Takes a stream out of service, for a reason that a person can act on.
    pub fn shut(&self, stream: &StreamId, reason: String) {
        tracing::error!(stream = %stream, error = reason, "{stream} is out of service until somebody looks at it");
        self.shut.insert(stream.clone(), reason);
    }

    /// Notes a crash of the stream's owner; the third in a minute takes it out of service.
    pub fn crashed(&self, stream: &StreamId, what: &str) {
        let now = Instant::now();
        let mut crashes = self.crashes.entry(stream.clone()).or_default();
        crashes.retain(|at| now.duration_since(*at) < CRASHES_WITHIN);
        crashes.push(now);
        let count = crashes.len();
        drop(crashes);
        tracing::error!(stream = %stream, crashes = count, error = what, "the owner of {stream} crashed");
        if count >= CRASHES_MAX {
            self.shut(stream, format!("{count} crashes in a minute, the last one: {what}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_crash_in_a_minute_takes_one_stream_out_of_service() {
        let stream = |text: &str| -> StreamId { text.parse().unwrap() };
        let (poisoned, other) = (stream("flight/B6-1-2026-12-01-JFK"), stream("flight/B6-2-2026-12-01-JFK"));
        let quarantine = Quarantine::default();
        for crash in 1..=3 {
            assert!(!quarantine.holds(&poisoned), "after {} crashes", crash - 1);
            quarantine.crashed(&poisoned, "a poison command");
        }
        assert!(quarantine.holds(&poisoned) && !quarantine.holds(&other));
        assert_eq!(quarantine.len(), 1);
    }
}
