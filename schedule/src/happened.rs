//! What really happened to the week, laid onto other days: delays, departures, landings, cancellations.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::flight::Status;
use domain::ids::{AirportCode, CarrierCode, FlightId};
use domain::time::Timestamp;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use crate::departures::Leg;
use crate::options::Window;
use crate::week;

/// From how many minutes on a departure is said to be late: what the trade counts as a delay.
const LATE_MINUTES: i64 = 15;

/// How long before it was to leave a departure is said to be late. The file does not say when people were told.
const DELAY_TOLD_BEFORE: Duration = Duration::from_secs(30 * 60);

/// How long before it was to leave a departure is cancelled. The file does not say this either.
const CANCELLATION_TOLD_BEFORE: Duration = Duration::from_secs(2 * 60 * 60);

/// A change of a departure's status, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When people were told.
    pub at: Timestamp,
    /// Which departure.
    pub flight: FlightId,
    /// What it became.
    pub status: Status,
    /// When it departs or departed by this word, if that changed.
    pub departs: Option<Timestamp>,
    /// When it landed, if it has.
    pub arrives: Option<Timestamp>,
}

/// Why a file of operations was refused.
#[derive(Debug, thiserror::Error)]
pub enum InvalidOperations {
    /// A line is not of the shape of `data/operations.csv`.
    #[error("not a line of operations")]
    Line(#[source] csv::Error),
    /// A departure of the file stands in no schedule of ours.
    #[error("no departure of the schedule: {carrier} {number} from {origin} on {date}")]
    Unknown {
        /// The airline.
        carrier: CarrierCode,
        /// The flight number.
        number: u16,
        /// Where it departs.
        origin: AirportCode,
        /// On which day of the real week.
        date: Date,
    },
}

/// A line of the file. Its times in UTC are those of 2013; what is kept of them is how far they were from the schedule.
#[derive(Debug, Deserialize)]
struct Line {
    service_date: Date,
    carrier: CarrierCode,
    #[serde(rename = "flight")]
    number: u16,
    origin: AirportCode,
    dep_delay_min: Option<i64>,
    arr_delay_min: Option<i64>,
    cancelled: u8,
}

type Key = (Date, CarrierCode, u16, AirportCode);

/// What `operations`, a file like `data/operations.csv`, says of the departures of a window, in the order in which it
/// came. Every day gets what happened on its weekday, as [`crate::departures`] gives it that day's departures.
///
/// A diverted flight lands nowhere: the file does not say where it ended.
///
/// # Errors
/// When a line cannot be read, or names a departure that is not in the schedule.
pub fn happened(operations: &str, window: Window) -> Result<Vec<Change>, InvalidOperations> {
    let published: BTreeMap<Key, &week::Published> = week::all()
        .iter()
        .map(|real| ((real.service_date, real.carrier, real.number, real.origin), real))
        .collect();
    let mut days: BTreeMap<i8, Vec<(&week::Published, Line)>> = BTreeMap::new();
    for line in csv::Reader::from_reader(operations.as_bytes()).into_deserialize() {
        let line: Line = line.map_err(InvalidOperations::Line)?;
        let Line { service_date: date, carrier, number, origin, .. } = line;
        let real = published.get(&(date, carrier, number, origin));
        let real = real.ok_or(InvalidOperations::Unknown { carrier, number, origin, date })?;
        days.entry(day(date.weekday())).or_default().push((real, line));
    }
    let mut changes = Vec::new();
    for date in window.dates() {
        for (real, line) in days.get(&day(date.weekday())).into_iter().flatten() {
            changes.extend(line.changes(&Leg::outbound(real, date)));
        }
    }
    changes.sort_by_key(|change| (change.at, change.flight));
    Ok(changes)
}

fn day(weekday: Weekday) -> i8 {
    weekday.to_monday_zero_offset()
}

impl Line {
    /// What the line says of this departure, in order.
    fn changes(&self, leg: &Leg) -> Vec<Change> {
        let change = |at, status| Change { at, flight: leg.flight, status, departs: None, arrives: None };
        let told = |before: Duration, status| change(leg.departs.minus(before), status);
        if self.cancelled == 1 {
            return vec![told(CANCELLATION_TOLD_BEFORE, Status::Cancelled)];
        }
        let mut changes = Vec::new();
        let Some(late) = self.dep_delay_min else { return changes };
        let departed = later(leg.departs, late);
        if late >= LATE_MINUTES {
            changes.push(Change { departs: Some(departed), ..told(DELAY_TOLD_BEFORE, Status::Delayed) });
        }
        changes.push(Change { departs: Some(departed), ..change(departed, Status::Departed) });
        if let Some(late) = self.arr_delay_min {
            let landed = later(leg.arrives, late);
            changes.push(Change { arrives: Some(landed), ..change(landed, Status::Arrived) });
        }
        changes
    }
}

/// So many minutes later; earlier, when they are negative.
fn later(at: Timestamp, minutes: i64) -> Timestamp {
    let span = Duration::from_secs(60 * minutes.unsigned_abs());
    if minutes < 0 { at.minus(span) } else { at + span }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const FILE: &str = include_str!("../../data/operations.csv");

    fn week() -> Vec<Change> {
        happened(FILE, Window::new(date(2026, 12, 3), 7).unwrap()).unwrap()
    }

    fn count(changes: &[Change], status: Status) -> usize {
        changes.iter().filter(|change| change.status == status).count()
    }

    #[test]
    fn the_whole_week_happens_again() {
        let changes = week();
        assert_eq!(count(&changes, Status::Cancelled), 298);
        assert_eq!(count(&changes, Status::Delayed), 2_413);
        assert_eq!(count(&changes, Status::Departed), 6_759 - 298);
        assert_eq!(count(&changes, Status::Arrived), 6_759 - 298 - 63);
        assert!(changes.is_sorted_by_key(|change| change.at));
    }

    #[test]
    fn a_departure_is_late_then_leaves_then_lands_as_it_did() {
        // Monday's second line: UA 1258 was to leave at 05:15, left 19 minutes late and landed 7 minutes late.
        let flight: FlightId = "UA-1258-2026-12-07-EWR".parse().unwrap();
        let changes: Vec<Change> = week().into_iter().filter(|change| change.flight == flight).collect();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let said: Vec<_> = changes.iter().map(|change| (change.status, change.at, change.departs)).collect();
        let left = at("2026-12-07T10:34:00Z");
        assert_eq!(said[0], (Status::Delayed, at("2026-12-07T09:45:00Z"), Some(left)));
        assert_eq!(said[1], (Status::Departed, left, Some(left)));
        assert_eq!(said[2], (Status::Arrived, at("2026-12-07T14:32:00Z"), None));
        assert_eq!((said.len(), changes[2].arrives), (3, Some(changes[2].at)));
    }

    #[test]
    fn every_change_of_a_departure_comes_after_the_one_before() {
        let mut last: BTreeMap<FlightId, Change> = BTreeMap::new();
        for change in week() {
            if let Some(before) = last.insert(change.flight, change.clone()) {
                assert!(before.at < change.at || before.status == Status::Delayed, "{before:?} {change:?}");
                assert!(!matches!(before.status, Status::Cancelled | Status::Arrived), "{before:?}");
            }
        }
    }

    #[test]
    fn what_is_no_file_of_operations_is_refused_with_the_reason() {
        let window = Window::new(date(2026, 12, 3), 1).unwrap();
        let head = FILE.lines().next().unwrap();
        for (line, part) in [
            ("2013-07-08,UA,9999,EWR,DEN,1,1,0,0,,,1", "UA 9999 from EWR on 2013-07-08"),
            ("yesterday,UA,1258,EWR,DEN,1,1,0,0,,,1", "not a line"),
        ] {
            let error = happened(&format!("{head}\n{line}\n"), window).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
