//! How lists show a stream, and what is told of it: written in the statement of the row that changes it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use domain::ids::{AirportCode, FlightId, Version};
use domain::ledger::Line;
use domain::news::News;
use domain::time::Timestamp;
use domain::view::{BookingView, SegmentView, Summary};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::statement::Position;
use super::stream::StreamId;

/// How lists show a stream after a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Listing {
    /// A departure.
    Departure(Box<Summary>),
    /// A booking.
    Booking(Box<BookingView>),
}

impl Listing {
    /// The row after which it is so.
    #[must_use]
    pub fn version(&self) -> Version {
        match self {
            Self::Departure(summary) => summary.version,
            Self::Booking(view) => view.version,
        }
    }
}

/// A stream's one line in the list of departures: how lists show it, and the columns that they are asked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    /// The stream of the departure.
    pub stream: StreamId,
    /// The row after which it is so.
    pub version: Version,
    /// Where it departs.
    pub origin: AirportCode,
    /// Where it lands.
    pub destination: AirportCode,
    /// The service date in the origin's local time.
    pub date: Date,
    /// When it departs, by the latest word.
    pub departs: Timestamp,
    /// The [`Summary`], as JSON.
    pub body: Arc<str>,
}

impl ListingRow {
    /// The line of a stream that lists show like this.
    #[must_use]
    pub fn of(stream: &StreamId, summary: &Summary) -> Self {
        let body = serde_json::to_string(summary);
        Self {
            stream: stream.clone(),
            version: summary.version,
            origin: summary.flight_id.origin,
            destination: summary.service.destination,
            date: summary.flight_id.date,
            departs: summary.latest.departs,
            body: body.expect("a summary has text keys and no failing parts").into(),
        }
    }
}

/// A stream's one line in the list of bookings. Its columns are taken from the view where a database needs them.
#[derive(Debug, Clone, PartialEq)]
pub struct BookingRow {
    /// The stream of the booking.
    pub stream: StreamId,
    /// How lists show it.
    pub view: Box<BookingView>,
}

impl BookingRow {
    /// The first segment of the first direction.
    #[must_use]
    pub fn first(&self) -> Option<&SegmentView> {
        self.view.slices.first()?.first()
    }

    /// Where the first direction leads, once that is known.
    #[must_use]
    pub fn destination(&self) -> Option<AirportCode> {
        self.view.slices.first()?.last()?.destination
    }

    /// Seats on all its departures together.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.view.slices.iter().flatten().map(|segment| segment.seats.len()).sum()
    }

    /// The UTC date of its making.
    #[must_use]
    pub fn day(&self) -> Date {
        let made = jiff::Timestamp::from_millisecond(self.view.created.millis());
        made.map_or(Date::ZERO, |made| made.to_zoned(jiff::tz::TimeZone::UTC).date())
    }
}

/// That a booking has a segment on a departure. Written once, with the booking's first row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookedRow {
    /// The departure.
    pub flight: FlightId,
    /// The stream of the booking.
    pub stream: StreamId,
}

/// Where something that is told stands among everything that is told: with its row, and after what that row told before it.
/// Prints as `81923.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EventId {
    /// The position of the row.
    pub position: Position,
    /// Which of the row's it is.
    pub ordinal: u16,
}

/// A text that names no place among what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an event like 81923.0")]
pub struct InvalidEventId;

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.position.0, self.ordinal)
    }
}

impl FromStr for EventId {
    type Err = InvalidEventId;
    fn from_str(text: &str) -> Result<Self, InvalidEventId> {
        let (position, ordinal) = text.split_once('.').ok_or(InvalidEventId)?;
        let are_digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        if !are_digits(position) || !are_digits(ordinal) {
            return Err(InvalidEventId);
        }
        let position = Position(position.parse().map_err(|_| InvalidEventId)?);
        Ok(Self { position, ordinal: ordinal.parse().map_err(|_| InvalidEventId)? })
    }
}

/// Something to tell those whom a row concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// The stream.
    pub stream: StreamId,
    /// The row.
    pub version: Version,
    /// Which of the row's it is.
    pub ordinal: u16,
    /// When the row was decided.
    pub at: Timestamp,
    /// What, and whom it concerns.
    pub news: News,
    /// How lists show the stream after that row.
    pub listing: Option<Listing>,
}

/// The same once it is stored: it can be told, and resumed from.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// Where it stands.
    pub id: EventId,
    /// What is told.
    pub told: EventRow,
}

/// One line of a transaction of a booking's money. Its key is (stream, version, ordinal); it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// The stream of the booking.
    pub stream: StreamId,
    /// The row that moves it.
    pub version: Version,
    /// Which of the row's lines it is.
    pub ordinal: u16,
    /// When the row was decided.
    pub at: Timestamp,
    /// What comes to which account.
    pub line: Line,
}

/// What an [`EventRow`] has beside its columns, as JSON.
#[cfg(feature = "stores")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EventBody {
    pub flights: Vec<FlightId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_what_is_told_prints_so_that_it_reads_back() {
        let id = EventId { position: Position(81_923), ordinal: 2 };
        assert_eq!(id.to_string(), "81923.2");
        assert_eq!("81923.2".parse(), Ok(id));
        for text in
            ["", ".", "1", "1.", ".1", "-1.0", "+1.0", "1.70000", "1.0.0", "x.0", "99999999999999999999.0"]
        {
            assert_eq!(text.parse::<EventId>(), Err(InvalidEventId), "{text}");
        }
    }
}
