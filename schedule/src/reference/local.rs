//! An airport's own time: the one that its travellers and its timetables go by.

use domain::ids::AirportCode;
use domain::time::Timestamp;
use jiff::civil::DateTime;

use super::{Airport, Reference};

/// How a local time is written: to the minute, as timetables do, without an offset.
const WRITTEN: &str = "%Y-%m-%dT%H:%M";

/// What clocks at an airport show at some instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTime<'a> {
    /// The time to the minute, `2026-12-01T13:45`; seconds are cut off.
    pub time: String,
    /// The IANA name of the zone, `America/New_York`.
    pub zone: &'a str,
}

/// Why a local time names no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocalTime {
    /// We know no such airport, so no zone.
    #[error("no airport {0}")]
    UnknownAirport(AirportCode),
    /// The text is not a time as [`LocalTime::time`] writes it.
    #[error("not a local time like 2026-12-01T13:45: {0:?}")]
    Unreadable(String),
    /// It lies before 1970 or after 9999.
    #[error("not a local time between 1970 and 9999: {0}")]
    OutOfRange(DateTime),
}

impl Reference {
    /// What clocks at `airport` show at `instant`; nothing for an airport that we do not know.
    #[must_use]
    pub fn local(&self, instant: Timestamp, airport: AirportCode) -> Option<LocalTime<'_>> {
        let airport = self.airport(airport)?;
        let time = airport.clock(instant).strftime(WRITTEN).to_string();
        Some(LocalTime { time, zone: airport.zone_name() })
    }

    /// The instant at which clocks at `airport` show `time`, which is written like [`LocalTime::time`].
    ///
    /// A time that clocks skip is taken as if they had not been put forward yet, and of one that they show
    /// twice the first is meant: what RFC 5545 asks of calendars.
    ///
    /// # Errors
    /// Refuses other texts, airports that we do not know, and what lies before 1970 or after 9999.
    pub fn instant(&self, time: &str, airport: AirportCode) -> Result<Timestamp, InvalidLocalTime> {
        let airport = self.airport(airport).ok_or(InvalidLocalTime::UnknownAirport(airport))?;
        let unreadable = || InvalidLocalTime::Unreadable(time.chars().take(80).collect());
        let civil: DateTime = time.parse().map_err(|_| unreadable())?;
        // The parser also takes seconds, offsets and zones, and drops what it cannot keep.
        if civil.strftime(WRITTEN).to_string() != time {
            return Err(unreadable());
        }
        airport.instant(civil).ok_or(InvalidLocalTime::OutOfRange(civil))
    }
}

impl Airport {
    /// What its clocks show at `instant`.
    ///
    /// # Panics
    /// Never: our instants are instants of jiff's.
    #[must_use]
    pub fn clock(&self, instant: Timestamp) -> DateTime {
        let instant = jiff::Timestamp::from_millisecond(instant.millis());
        self.zone.to_datetime(instant.expect("the range of our instants lies within jiff's"))
    }

    /// When its clocks show `time`, if that is an instant of ours; skipped and repeated times as
    /// [`Reference::instant`] takes them.
    #[must_use]
    pub fn instant(&self, time: DateTime) -> Option<Timestamp> {
        let instant = self.zone.to_timestamp(time).ok()?;
        Timestamp::from_millis(instant.as_millisecond()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn airport(code: &str) -> AirportCode {
        code.parse().unwrap()
    }

    #[test]
    fn a_local_time_and_its_instant_are_one() {
        let reference = Reference::bundled();
        for (code, time, zone, instant) in [
            ("JFK", "2026-12-01T13:45", "America/New_York", "2026-12-01T18:45:00.000Z"),
            ("JFK", "2026-07-01T13:45", "America/New_York", "2026-07-01T17:45:00.000Z"),
            ("PHX", "2026-07-01T13:45", "America/Phoenix", "2026-07-01T20:45:00.000Z"),
            ("ZRH", "2027-01-01T00:00", "Europe/Zurich", "2026-12-31T23:00:00.000Z"),
            ("KTM", "2026-12-01T05:45", "Asia/Kathmandu", "2026-12-01T00:00:00.000Z"),
        ] {
            let at: Timestamp = instant.parse().unwrap();
            let local = LocalTime { time: time.to_owned(), zone };
            assert_eq!(reference.local(at, airport(code)), Some(local));
            assert_eq!(reference.instant(time, airport(code)), Ok(at));
        }
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_still_name_an_instant() {
        let reference = Reference::bundled();
        for (time, instant) in [
            ("2027-03-14T01:59", "2027-03-14T06:59:00Z"),
            ("2027-03-14T02:30", "2027-03-14T07:30:00Z"),
            ("2027-03-14T03:00", "2027-03-14T07:00:00Z"),
            ("2026-11-01T01:30", "2026-11-01T05:30:00Z"),
            ("2026-11-01T02:00", "2026-11-01T07:00:00Z"),
        ] {
            assert_eq!(reference.instant(time, airport("EWR")), Ok(instant.parse().unwrap()), "{time}");
        }
    }

    #[test]
    fn what_is_not_exactly_a_local_time_of_a_known_airport_is_refused() {
        let reference = Reference::bundled();
        for text in [
            "",
            "13:45",
            "2026-12-01",
            "2026-12-01T13",
            "2026-12-01 13:45",
            "2026-12-01T13:45:00",
            "2026-12-01T13:45Z",
            "2026-12-01T13:45-05:00",
            "2026-12-01T24:00",
            "2026-02-29T13:45",
            "-002026-12-01T13:45",
        ] {
            let refused = Err(InvalidLocalTime::Unreadable(text.to_owned()));
            assert_eq!(reference.instant(text, airport("JFK")), refused, "{text}");
        }
        let nowhere = airport("QQQ");
        assert_eq!(reference.local(Timestamp::EPOCH, nowhere), None);
        let refused = Err(InvalidLocalTime::UnknownAirport(nowhere));
        assert_eq!(reference.instant("2026-12-01T13:45", nowhere), refused);
        for time in ["1969-12-31T18:59", "9999-12-31T23:59"] {
            let out = InvalidLocalTime::OutOfRange(time.parse().unwrap());
            assert_eq!(reference.instant(time, airport("JFK")), Err(out));
        }
        assert!(reference.local(Timestamp::EPOCH, airport("JFK")).is_some());
        assert!(reference.local(Timestamp::MAX, airport("NRT")).is_some());
    }
}
