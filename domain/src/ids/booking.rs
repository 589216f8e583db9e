//! Names of bookings, and of who travels on them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidId, as_text, ascii};

/// A booking, anywhere. 128 bits, printed as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct BookingId(u128);
stored_as_text!(BookingId);

impl BookingId {
    /// The booking with these 128 bits.
    #[must_use]
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// The 128 bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

impl FromStr for BookingId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bits = hexadecimal(text);
        bits.map(Self).ok_or_else(|| InvalidId::new("a booking id of 32 hexadecimal digits", text))
    }
}

impl fmt::Display for BookingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Names the sealed records of the people who travel on a booking. 128 bits, printed as 32 hexadecimal digits; it says
/// nothing about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct PeopleRef(u128);
stored_as_text!(PeopleRef);

impl PeopleRef {
    /// The reference with these 128 bits: a digest, made outside.
    #[must_use]
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// The 128 bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

impl FromStr for PeopleRef {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bits = hexadecimal(text);
        bits.map(Self).ok_or_else(|| InvalidId::new("a reference of 32 hexadecimal digits", text))
    }
}

impl fmt::Display for PeopleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// 32 lower-case hexadecimal digits.
fn hexadecimal(text: &str) -> Option<u128> {
    let exact = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    exact.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

/// What names a booking to people (PNR): six letters and digits, none of which looks like another. Prints in capitals,
/// and is read in small letters as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RecordLocator([u8; 6]);
stored_as_text!(RecordLocator);

impl RecordLocator {
    /// 32 of them, so that five bits name one. No 0 and O, no 1 and I.
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    /// The locator that the low 30 of these bits name. Which bits is for the caller to draw.
    #[must_use]
    pub fn of(bits: u32) -> Self {
        let digit = |place: usize| Self::ALPHABET[(bits >> (5 * place)) as usize % Self::ALPHABET.len()];
        Self(std::array::from_fn(|at| digit(5 - at)))
    }
}

impl FromStr for RecordLocator {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let code = ascii(&text.to_ascii_uppercase(), |byte| Self::ALPHABET.contains(byte));
        code.map(Self).ok_or_else(|| InvalidId::new("a record locator of six letters and digits", text))
    }
}

impl fmt::Display for RecordLocator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(as_text(&self.0))
    }
}

/// A passenger within a booking: 1, 2, 3 … in the order in which the booking names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PassengerId(u8);

impl PassengerId {
    /// The `number`-th passenger of a booking.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }
}

impl fmt::Display for PassengerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_locator_is_six_characters_that_do_not_look_alike() {
        for (bits, text) in
            [(0, "222222"), (1, "222223"), (31, "22222Z"), (32, "222232"), (u32::MAX, "ZZZZZZ")]
        {
            assert_eq!(RecordLocator::of(bits).to_string(), text);
            assert_eq!(text.to_ascii_lowercase().parse(), Ok(RecordLocator::of(bits)));
        }
        for text in ["", "22222", "2222222", "22222O", "22222I", "222221", "222220", "22222Ä", "22 222"] {
            assert!(text.parse::<RecordLocator>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_reference_to_people_prints_so_that_it_parses_back() {
        let people = PeopleRef::new(0x000A_151E);
        assert_eq!(people.to_string().parse(), Ok(people));
        assert!("0000000000000000000000000000000G".parse::<PeopleRef>().is_err());
    }
}
