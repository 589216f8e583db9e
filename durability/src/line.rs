//! What a driver says: one line of JSON for each thing that it acknowledges.

use std::io::{self, Write};

use actors::entity::Answer;
use anyhow::{Context, Result};
use domain::flight::{Event, Flight, Rejection};
use domain::ids::Version;
use persistence::journal::{Fingerprint, RequestId, RequestKey};
use serde::{Deserialize, Serialize};

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Line {
    /// All departures are loaded and take requests.
    Live {
        /// Real milliseconds since the process began.
        millis: u64,
    },
    /// Somebody was told something.
    Told(Told),
    /// An effect was carried out and may be struck off.
    Done {
        /// Which departure.
        departure: usize,
        /// The row that caused it.
        version: Version,
        /// Which of the row's effects.
        ordinal: u16,
    },
    /// Every request has its answer; the process ends.
    Finished {
        /// How many times an owner had to rebuild because an outcome was unknown.
        rebuilt: u64,
        /// The most entries that were acknowledged at once.
        largest: u64,
    },
}

/// An acknowledgement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Which departure.
    pub departure: usize,
    /// The request, and a digest of what it asked; `None` without a key.
    pub request: Option<(RequestId, Fingerprint)>,
    /// Whether it was answered before, and the answer read back.
    pub again: bool,
    /// The row that it is, or rests on.
    pub version: Version,
    /// The answer.
    pub verdict: Verdict,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Verdict {
    /// It was done, as these events.
    Accepted(Vec<Event>),
    /// It was so before.
    AlreadySo,
    /// A rule said no.
    Refused(Rejection),
    /// The key was used before for something else.
    KeyReused,
}

impl Told {
    /// The answer to a first request; `None` when it has to be read back.
    #[must_use]
    pub fn first(departure: usize, key: Option<RequestKey>, answer: &Answer<Flight>) -> Option<Self> {
        let (version, verdict) = match answer {
            Answer::Accepted { version, events } => (*version, Verdict::Accepted(events.to_vec())),
            Answer::AlreadySo { version } => (*version, Verdict::AlreadySo),
            Answer::Refused { version, rejection } => (*version, Verdict::Refused(rejection.clone())),
            Answer::Recall { .. } => return None,
        };
        let request = key.map(|key| (key.id, key.fingerprint));
        Some(Self { departure, request, again: false, version, verdict })
    }
}

/// Says a line, in one write: a process that is killed has said it, or nothing of it that counts.
///
/// # Panics
/// When standard output takes no more.
pub fn say(line: &Line) {
    let mut text = serde_json::to_string(line).expect("a line has text keys and no failing parts");
    text.push('\n');
    let mut output = io::stdout().lock();
    let said = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    said.expect("standard output is a file with room");
}

/// Reads what was said. What comes after the last line's end was cut off by a kill and was not said.
///
/// # Errors
/// When a whole line is not one of ours.
pub fn heard(text: &str) -> Result<Vec<Line>> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = whole.lines();
    lines.map(|line| serde_json::from_str(line).with_context(|| format!("not a line: {line}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_off_was_not_said() {
        let said = "{\"Live\":{\"millis\":7}}\n{\"Live\":{\"mil";
        assert_eq!(heard(said).unwrap(), [Line::Live { millis: 7 }]);
        assert_eq!(heard("{\"Live\"").unwrap(), []);
        assert!(heard("{}\n").is_err());
    }
}
