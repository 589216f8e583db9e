//! How a seat is named: by the number on the wall, and by its position in the plan.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::line::Line;

/// The last row number that a seat can have. Row numbers are printed with two digits.
pub const ROW_MAX: u8 = 99;

/// A seat as passengers know it: row 1–99 and a column letter, e.g. `12A`. Orders by row, then column.
///
/// There is no column I: it reads as a one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct SeatNumber {
    row: u8,
    column: u8,
}

/// A text, or a row and a letter, that name no seat.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a seat number like 12A: {0:?}")]
pub struct InvalidSeatNumber(String);

impl SeatNumber {
    /// Names the seat in `row` and `column`.
    ///
    /// # Errors
    /// Refuses a row outside 1–99 and a column that is not a capital, or is I.
    pub fn new(row: u8, column: char) -> Result<Self, InvalidSeatNumber> {
        let invalid = || InvalidSeatNumber(format!("{row}{column}"));
        let letter = u8::try_from(column).map_err(|_| invalid())?;
        if !(1..=ROW_MAX).contains(&row) || !is_column(letter) {
            return Err(invalid());
        }
        Ok(Self { row, column: letter })
    }

    /// The row, 1–99.
    #[must_use]
    pub const fn row(self) -> u8 {
        self.row
    }

    /// The column letter, A–Z without I.
    #[must_use]
    pub const fn column(self) -> char {
        self.column as char
    }

    fn parse(text: &str) -> Option<Self> {
        let (letter, digits) = text.as_bytes().split_last()?;
        let row = row_number(std::str::from_utf8(digits).ok()?)?;
        is_column(*letter).then_some(Self { row, column: *letter })
    }
}

/// Whether a byte is a letter that a column can have.
pub(super) const fn is_column(letter: u8) -> bool {
    letter.is_ascii_uppercase() && letter != b'I'
}

/// Reads a row number, 1–99, without sign or leading zero.
pub(super) fn row_number(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let row = if plain { digits.parse().ok()? } else { return None };
    (1..=ROW_MAX).contains(&row).then_some(row)
}

impl FromStr for SeatNumber {
    type Err = InvalidSeatNumber;
    fn from_str(text: &str) -> Result<Self, InvalidSeatNumber> {
        Self::parse(text).ok_or_else(|| InvalidSeatNumber(text.chars().take(80).collect()))
    }
}

impl fmt::Display for SeatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line::<3>::new();
        line.number(self.row.into(), 1);
        line.put(&[self.column]);
        f.write_str(line.text())
    }
}

impl TryFrom<String> for SeatNumber {
    type Error = InvalidSeatNumber;
    fn try_from(text: String) -> Result<Self, InvalidSeatNumber> {
        text.parse()
    }
}

impl Serialize for SeatNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The position of a seat in its plan, from 0: front to back, and left to right within a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeatIndex(u16);

impl SeatIndex {
    /// The `position`-th seat of a plan, counted from 0.
    #[must_use]
    pub const fn new(position: u16) -> Self {
        Self(position)
    }

    /// The position, for indexing a list with one entry per seat.
    #[must_use]
    pub const fn position(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_number_prints_so_that_it_parses_back() {
        for (row, column, text) in [(1, 'A', "1A"), (12, 'H', "12H"), (99, 'Z', "99Z"), (40, 'J', "40J")] {
            let seat = SeatNumber::new(row, column).unwrap();
            assert_eq!((seat.row(), seat.column()), (row, column));
            assert_eq!(seat.to_string(), text);
            assert_eq!(text.parse(), Ok(seat));
            assert_eq!(serde_json::to_string(&seat).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn a_text_that_names_no_seat_is_refused() {
        for text in [
            "", "A", "12", "0A", "01A", "+1A", "-1A", "100A", "256A", "12I", "12a", "12AB", "12 A", " 12A",
            "12Ä", "１A",
        ] {
            assert!(text.parse::<SeatNumber>().is_err(), "{text}");
        }
        for (row, column) in [(0, 'A'), (100, 'A'), (1, 'I'), (1, 'a'), (1, 'Ä'), (1, '1')] {
            assert!(SeatNumber::new(row, column).is_err(), "{row}{column}");
        }
    }

    #[test]
    fn seats_order_by_row_and_then_by_column() {
        let seat = |text: &str| text.parse::<SeatNumber>().unwrap();
        assert!(seat("2A") < seat("10A"));
        assert!(seat("10A") < seat("10C"));
    }
}
