//! Instants, to the millisecond.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z. Never negative, at most the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Timestamp(i64);

/// A number or a text that names no instant of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an instant between 1970 and 9999: {0}")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// The earliest instant, 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// The last instant, 9999-12-30T22:00:00Z: the end of what RFC 3339 and jiff both can write.
    pub const MAX: Self = Self(253_402_207_200_000);

    /// Makes an instant of milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// Refuses what lies before 1970 or after [`Timestamp::MAX`].
    pub fn from_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        if (0..=Self::MAX.0).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(InvalidTimestamp(millis.to_string()))
        }
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant `span` earlier, or the epoch when that lies before it.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(whole_millis(span)).max(0))
    }

    /// How long it is from `earlier` to this instant; zero when `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

/// Milliseconds of `span`, cut to what fits an instant's number.
fn whole_millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    /// The instant `span` later, at most [`Timestamp::MAX`].
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(span)).min(Self::MAX.0))
    }
}

impl TryFrom<i64> for Timestamp {
    type Error = InvalidTimestamp;
    fn try_from(millis: i64) -> Result<Self, InvalidTimestamp> {
        Self::from_millis(millis)
    }
}

impl From<Timestamp> for i64 {
    fn from(at: Timestamp) -> Self {
        at.0
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with three decimals: `2026-12-01T12:00:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).expect("our range lies within jiff's");
        write!(f, "{instant:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Reads RFC 3339 with any offset; what is finer than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp(text.to_owned()))?;
        Self::from_millis(instant.as_millisecond()).map_err(|_| InvalidTimestamp(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_prints_as_rfc_3339_and_reads_back() {
        let at = Timestamp::from_millis(1_796_126_400_250).unwrap();
        assert_eq!(at.to_string(), "2026-12-01T12:00:00.250Z");
        assert_eq!("2026-12-01T12:00:00.250Z".parse(), Ok(at));
        assert_eq!("2026-12-01T07:00:00.250-05:00".parse(), Ok(at));
        assert_eq!(Timestamp::MAX.to_string().parse(), Ok(Timestamp::MAX));
    }

    #[test]
    fn what_lies_outside_the_range_is_refused_or_cut() {
        assert!(Timestamp::from_millis(-1).is_err());
        assert!("1969-12-31T23:59:59Z".parse::<Timestamp>().is_err());
        assert!("tomorrow".parse::<Timestamp>().is_err());
        assert_eq!(Timestamp::MAX + Duration::from_secs(1), Timestamp::MAX);
        assert_eq!(Timestamp::EPOCH.minus(Duration::from_secs(1)), Timestamp::EPOCH);
        assert_eq!(Timestamp::EPOCH.since(Timestamp::MAX), Duration::ZERO);
    }
}
