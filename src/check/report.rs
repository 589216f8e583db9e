//! What is told in the end.

use std::fmt;

use domain::ids::Version;
use persistence::journal::StreamId;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::lateness::Lateness;

/// Violations that are written out: enough to see what kind of thing went wrong.
const WRITTEN_MAX: usize = 100;

/// Of one stream not more than these, so that the first broken one does not hide the others.
const WRITTEN_OF_STREAM_MAX: usize = 10;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Streams that have rows.
    pub streams: u64,
    /// Rows of all of them.
    pub rows: u64,
    /// Remembered answers that are no rows.
    pub answers: u64,
    /// Effects that wait.
    pub effects_waiting: u64,
    /// Lines of `due`.
    pub due: u64,
    /// Lines of the list of departures.
    pub listings: u64,
    /// Bookings, wherever they stand.
    pub bookings: u64,
    /// What is kept of what was told.
    pub told: u64,
    /// Lines of the ledger.
    pub ledger: u64,
    /// Snapshots of today's schema.
    pub snapshots: u64,
    /// The holds, by how they ended.
    pub holds: HoldCounts,
    /// How late they lapsed.
    pub lateness: Lateness,
    violations: Violations,
}

/// Holds, by how they ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldCounts {
    /// All of them.
    pub made: u64,
    /// Those that a booking bought.
    pub sold: u64,
    /// Those that their principal or their booking let go.
    pub released: u64,
    /// Those whose deadline came.
    pub lapsed: u64,
    /// Those that the departure ended.
    pub ended: u64,
    /// Those that live.
    pub live: u64,
}

/// What is wrong: a number, and the first sentences.
#[derive(Debug, Clone, Default, Serialize)]
struct Violations {
    total: u64,
    sentences: Vec<String>,
    /// The stream that was told of last, and how often in a row.
    #[serde(skip)]
    last: Option<(StreamId, usize)>,
}

impl Report {
    /// Whether every promise holds.
    pub const fn is_sound(&self) -> bool {
        self.violations.total == 0
    }

    /// How many violations there are, and sentences about the first of them.
    pub fn violations(&self) -> (u64, &[String]) {
        (self.violations.total, &self.violations.sentences)
    }

    /// Notes a violation: `what` is the sentence that says so.
    pub fn found(&mut self, stream: &StreamId, version: Option<Version>, what: impl fmt::Display) {
        let violations = &mut self.violations;
        violations.total += 1;
        let before = violations.last.take().filter(|(last, _)| last == stream).map_or(0, |(_, times)| times);
        violations.last = Some((stream.clone(), before + 1));
        if before < WRITTEN_OF_STREAM_MAX && violations.sentences.len() < WRITTEN_MAX {
            violations.sentences.push(match version {
                Some(version) => format!("{stream} row {version}: {what}"),
                None => format!("{stream}: {what}"),
            });
        }
    }

    fn counts(&self) -> [(&'static str, u64); 16] {
        let holds = self.holds;
        [
            ("streams", self.streams),
            ("rows", self.rows),
            ("answers", self.answers),
            ("effects that wait", self.effects_waiting),
            ("streams to wake", self.due),
            ("listed departures", self.listings),
            ("bookings", self.bookings),
            ("told", self.told),
            ("ledger", self.ledger),
            ("snapshots", self.snapshots),
            ("holds", holds.made),
            ("  sold", holds.sold),
            ("  released", holds.released),
            ("  lapsed", holds.lapsed),
            ("  ended by the departure", holds.ended),
            ("  live", holds.live),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in self.counts() {
            writeln!(f, "{name:<26}{count:>12}")?;
        }
        let late = self.lateness.report();
        for (name, millis) in [("p50", late.p50_ms), ("p99", late.p99_ms), ("max", late.max_ms)] {
            writeln!(f, "{:<26}{millis:>12} ms", format!("lateness of lapses, {name}"))?;
        }
        let (total, sentences) = self.violations();
        write!(f, "{:<26}{total:>12}", "violations")?;
        for sentence in sentences {
            write!(f, "\n  {sentence}")?;
        }
        let more = total - sentences.len() as u64;
        if more > 0 { write!(f, "\n  and {more} more") } else { Ok(()) }
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 13)?;
        report.serialize_field("streams", &self.streams)?;
        report.serialize_field("rows", &self.rows)?;
        report.serialize_field("answers", &self.answers)?;
        report.serialize_field("effectsWaiting", &self.effects_waiting)?;
        report.serialize_field("due", &self.due)?;
        report.serialize_field("listings", &self.listings)?;
        report.serialize_field("bookings", &self.bookings)?;
        report.serialize_field("told", &self.told)?;
        report.serialize_field("ledger", &self.ledger)?;
        report.serialize_field("snapshots", &self.snapshots)?;
        report.serialize_field("holds", &self.holds)?;
        report.serialize_field("lateness", &self.lateness.report())?;
        report.serialize_field("violations", &self.violations)?;
        report.end()
    }
}
