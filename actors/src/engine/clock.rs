//! The one place that reads the wall clock for the actors.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;

/// The instant that it is now. Before 1970 it is 1970.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}
