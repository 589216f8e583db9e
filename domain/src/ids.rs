//! Names of things: checked on the way in, printed so that they parse back.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::line::Line;

/// A text that is not the name it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}: {text:?}")]
pub struct InvalidId {
    expected: &'static str,
    text: String,
}

impl InvalidId {
    fn new(expected: &'static str, text: &str) -> Self {
        Self { expected, text: text.chars().take(80).collect() }
    }
}

/// Serialises a value as its `Display` text and reads it with `FromStr`.
macro_rules! stored_as_text {
    ($name:ty) => {
        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

mod booking;

pub use booking::{BookingId, PassengerId, PeopleRef, RecordLocator};

/// Two capitals or digits that name an airline (IATA), e.g. `B6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct CarrierCode([u8; 2]);
stored_as_text!(CarrierCode);

/// Three capitals that name an airport (IATA), e.g. `JFK`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct AirportCode([u8; 3]);
stored_as_text!(AirportCode);

/// What a departure is flown with, for people to read, e.g. `Airbus A320-200`. 1–40 printable ASCII characters,
/// spaces between words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct AircraftType(Arc<str>);
stored_as_text!(AircraftType);

impl FromStr for AircraftType {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if !(1..=40).contains(&text.len()) || !printable || text.trim() != text {
            return Err(InvalidId::new("an aircraft type of 1 to 40 printable ASCII characters", text));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for AircraftType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `N` ASCII bytes of `text` when each passes `allowed`.
fn ascii<const N: usize>(text: &str, allowed: impl Fn(&u8) -> bool) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(allowed).then_some(bytes)
}

fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("codes are ASCII: their constructors check")
}

impl FromStr for CarrierCode {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let code = ascii(text, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        code.map(Self).ok_or_else(|| InvalidId::new("an airline code of two capitals or digits", text))
    }
}

impl fmt::Display for CarrierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(as_text(&self.0))
    }
}

impl FromStr for AirportCode {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let code = ascii(text, u8::is_ascii_uppercase);
        code.map(Self).ok_or_else(|| InvalidId::new("an airport code of three capitals", text))
    }
}

impl fmt::Display for AirportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(as_text(&self.0))
    }
}

/// One departure: airline, flight number, local service date, origin. Prints as `B6-523-2026-12-01-JFK`.
///
/// The origin belongs to it: an airline may use one number twice a day from two airports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct FlightId {
    /// The marketing airline.
    pub carrier: CarrierCode,
    number: u16,
    /// The service date in the origin's local time.
    pub date: Date,
    /// Where it departs.
    pub origin: AirportCode,
}
stored_as_text!(FlightId);

impl FlightId {
    /// Names a departure.
    ///
    /// # Errors
    /// Refuses a flight number outside 1–9999.
    pub fn new(
        carrier: CarrierCode,
        number: u16,
        date: Date,
        origin: AirportCode,
    ) -> Result<Self, InvalidId> {
        if !(1..=9999).contains(&number) {
            return Err(InvalidId::new("a flight number from 1 to 9999", &number.to_string()));
        }
        Ok(Self { carrier, number, date, origin })
    }

    /// The flight number, 1–9999.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.number
    }

    fn parse(text: &str) -> Option<Self> {
        let (carrier, rest) = text.split_once('-')?;
        let (number, rest) = rest.split_once('-')?;
        let (date, origin) = rest.rsplit_once('-')?;
        if number.starts_with(['0', '+']) || date.len() != "2026-12-01".len() {
            return None;
        }
        Self::new(carrier.parse().ok()?, number.parse().ok()?, date.parse().ok()?, origin.parse().ok()?).ok()
    }
}

impl FromStr for FlightId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::parse(text).ok_or_else(|| InvalidId::new("a flight id like B6-523-2026-12-01-JFK", text))
    }
}

impl fmt::Display for FlightId {
    /// In one piece, because names of departures are written many times in each request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(year @ 0..=9_999) = u16::try_from(self.date.year()) else {
            return write!(f, "{}-{}-{}-{}", self.carrier, self.number, self.date, self.origin);
        };
        let mut line = Line::<{ "B6-9999-2026-12-01-JFK".len() }>::new();
        line.put(&self.carrier.0);
        line.put(b"-");
        line.number(self.number.into(), 1);
        line.put(b"-");
        line.number(year.into(), 4);
        line.put(b"-");
        line.number(self.date.month().unsigned_abs().into(), 2);
        line.put(b"-");
        line.number(self.date.day().unsigned_abs().into(), 2);
        line.put(b"-");
        line.put(&self.origin.0);
        f.write_str(line.text())
    }
}

/// The number of a row in its stream: 1, 2, 3 … without a gap. Zero is the empty stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// The stream before its first row.
    pub const EMPTY: Self = Self(0);

    /// The version with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The version of the row after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A hold, within its departure: the version of the row that made it. So it is never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HoldNumber(Version);

impl HoldNumber {
    /// The hold that the row with this version makes.
    #[must_use]
    pub const fn made_by(row: Version) -> Self {
        Self(row)
    }

    /// The row that made the hold.
    #[must_use]
    pub const fn row(self) -> Version {
        self.0
    }
}

impl fmt::Display for HoldNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A hold anywhere: its departure and its number there. Prints as `B6-523-2026-12-01-JFK.17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct HoldId {
    /// The departure.
    pub flight: FlightId,
    /// The hold on it.
    pub number: HoldNumber,
}
stored_as_text!(HoldId);

impl FromStr for HoldId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new("a hold id like B6-523-2026-12-01-JFK.17", text);
        let (flight, number) = text.split_once('.').ok_or_else(invalid)?;
        if number.starts_with(['0', '+']) {
            return Err(invalid());
        }
        let row = Version::new(number.parse().map_err(|_| invalid())?);
        Ok(Self { flight: flight.parse()?, number: HoldNumber::made_by(row) })
    }
}

impl fmt::Display for HoldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.flight, self.number)
    }
}

/// Who asks: the `sub` of a token. 1–64 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct PrincipalId(Arc<str>);
stored_as_text!(PrincipalId);

impl PrincipalId {
    /// The subject as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PrincipalId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if !(1..=64).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidId::new("a subject of 1 to 64 printable ASCII characters", text));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_prints_so_that_it_parses_back() {
        for text in ["B6-523-2026-12-01-JFK", "9E-1-2027-02-28-LGA", "UA-9999-2026-12-31-EWR"] {
            assert_eq!(text.parse::<FlightId>().unwrap().to_string(), text);
        }
        assert_eq!(
            "B6-523-2026-12-01-JFK.17".parse::<HoldId>().unwrap().to_string(),
            "B6-523-2026-12-01-JFK.17"
        );
        let booking = BookingId::new(0x000A_151E);
        assert_eq!(booking.to_string().parse(), Ok(booking));
        assert_eq!("customer:42".parse::<PrincipalId>().unwrap().to_string(), "customer:42");
    }

    #[test]
    fn a_text_that_is_no_flight_id_is_refused() {
        for text in [
            "",
            "B6",
            "b6-523-2026-12-01-JFK",
            "B6-0523-2026-12-01-JFK",
            "B6-0-2026-12-01-JFK",
            "B6-10000-2026-12-01-JFK",
            "B6-523-2026-13-01-JFK",
            "B6-523-2026-12-01-jfk",
            "B6-523-2026-12-01",
            "B6-523-20261201-JFK",
            "B6-523-2026-12-01-JFK\0",
        ] {
            assert!(text.parse::<FlightId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_hold_or_booking_or_principal_is_refused() {
        for text in [
            "B6-523-2026-12-01-JFK",
            "B6-523-2026-12-01-JFK.0",
            "B6-523-2026-12-01-JFK.+1",
            "B6-523-2026-12-01-JFK.x",
        ] {
            assert!(text.parse::<HoldId>().is_err(), "{text}");
        }
        for text in ["", "abc", "0000000000000000000000000000000G", "+0000000000000000000000000000001"] {
            assert!(text.parse::<BookingId>().is_err(), "{text}");
        }
        for text in ["", "two words", "nul\0", "ä"] {
            assert!(text.parse::<PrincipalId>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_aircraft_type_is_a_short_printable_text() {
        assert_eq!("Airbus A320-200".parse::<AircraftType>().unwrap().to_string(), "Airbus A320-200");
        for text in ["", " ", " A320", "A320\n", "Ä320", &"x".repeat(41)] {
            assert!(text.parse::<AircraftType>().is_err(), "{text}");
        }
    }
}
