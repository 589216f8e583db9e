//! Cabins, rows and seats of an aircraft, read from its layout text.
//!
//! `F:1-5:AB-EF;Y:10-33:ABC-DEF` reads: first class in rows 1 to 5, two seats on either side of the aisle;
//! economy in rows 10 to 33, three on either side. [`SeatPlan::read`] is the only way to a plan, so every
//! plan is sound: its cabins have seats, its rows ascend, its letters ascend within a row. What each seat is
//! like follows from its place alone, by rules of ours that the module `rules` states.

mod attribute;
mod class;
mod drawing;
mod grid;
mod layout;
mod number;
mod rules;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use attribute::{Attribute, Attributes};
pub use class::{CabinClass, UnknownClass};
pub use layout::InvalidPlan;
pub use number::{InvalidSeatNumber, ROW_MAX, SeatIndex, SeatNumber};

/// How many seats a plan may have: more than any airliner is certified for.
pub const SEATS_MAX: usize = 1_000;

/// One seat of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedSeat {
    /// Its number.
    pub number: SeatNumber,
    /// The class of its cabin.
    pub class: CabinClass,
    /// What is special about it.
    pub attributes: Attributes,
    /// The position of its row in [`Cabin::rows`].
    pub row: u8,
    /// The position of its column in [`Cabin::columns`], aisles counted.
    pub column: u8,
    /// How many aisles lie to its left: seats of one row with the same number form one block.
    pub block: u8,
}

/// One row of a cabin. It has at least one seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The number on the wall.
    pub number: u8,
    seats: Range<u16>,
}

impl Row {
    /// Its seats, left to right.
    pub fn seat_indices(&self) -> impl DoubleEndedIterator<Item = SeatIndex> + use<> {
        self.seats.clone().map(SeatIndex::new)
    }

    /// How many seats it has.
    #[must_use]
    pub fn seat_count(&self) -> usize {
        self.seats.len()
    }
}

/// The part of the aircraft that one class sits in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cabin {
    /// The class.
    pub class: CabinClass,
    /// The letters of the columns as seen from the front, left to right; `None` is an aisle. No row need have
    /// them all.
    pub columns: Vec<Option<char>>,
    rows: Vec<Row>,
    seats: Range<u16>,
}

impl Cabin {
    /// Its seats, by row and from left to right.
    pub fn seat_indices(&self) -> impl DoubleEndedIterator<Item = SeatIndex> + use<> {
        self.seats.clone().map(SeatIndex::new)
    }

    /// How many seats it has, at least 1.
    #[must_use]
    pub fn seat_count(&self) -> usize {
        self.seats.len()
    }

    /// Its rows, front to back.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// The seats of an aircraft. Cheap to clone; stored as the two texts that it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PlanText", into = "PlanText")]
pub struct SeatPlan(Arc<Drawn>);

/// The two texts that say all there is in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PlanText {
    cabins: String,
    missing: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Drawn {
    text: PlanText,
    cabins: Vec<Cabin>,
    /// In the order of their numbers.
    seats: Vec<PlannedSeat>,
    /// Where the seats of each row number begin, and those of the one before end. Rows that do not exist have
    /// none.
    row_starts: [u16; ROW_MAX as usize + 2],
}

impl SeatPlan {
    /// Reads a layout, `F:1-5:AB-EF;Y:10-33:ABC-DEF`, and the seats that it lacks, `32A 36C` (may be empty).
    ///
    /// # Errors
    /// Names the first thing that is wrong. Never panics, whatever the texts are.
    pub fn read(cabins: &str, missing: &str) -> Result<Self, InvalidPlan> {
        let segments = layout::segments(cabins)?;
        let mut absent = layout::missing_seats(missing)?;
        let text = PlanText { cabins: cabins.to_owned(), missing: missing.to_owned() };
        let mut drawn = Drawn::empty(text);
        for cabin in segments.chunk_by(|front, back| front.class == back.class) {
            drawn.add_cabin(cabin, &mut absent)?;
        }
        drawn.index_rows();
        match absent.first() {
            Some(seat) => Err(InvalidPlan::Missing(seat.to_string())),
            None => Ok(Self(Arc::new(drawn))),
        }
    }

    /// How many seats it has, 1–1,000.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.seats.len()
    }

    /// Always false: no text without a seat is a plan.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.seats.is_empty()
    }

    /// Its seats: cabins front to back, their rows, their columns left to right. Indices and numbers both
    /// ascend.
    pub fn seats(&self) -> impl Iterator<Item = (SeatIndex, &PlannedSeat)> {
        (0..).map(SeatIndex::new).zip(&self.0.seats)
    }

    /// The seat at a position.
    ///
    /// # Panics
    /// When the position is not of this plan.
    #[must_use]
    pub fn seat(&self, index: SeatIndex) -> &PlannedSeat {
        &self.0.seats[index.position()]
    }

    /// The position of the seat with this number, if there is one.
    #[must_use]
    pub fn index_of(&self, number: SeatNumber) -> Option<SeatIndex> {
        let row = usize::from(number.row());
        let (first, end) = (self.0.row_starts[row], self.0.row_starts[row + 1]);
        (first..end).map(SeatIndex::new).find(|index| self.seat(*index).number == number)
    }

    /// Its cabins, front to back; no two have the same class.
    #[must_use]
    pub fn cabins(&self) -> &[Cabin] {
        &self.0.cabins
    }

    /// The cabin of this class, if it has one.
    #[must_use]
    pub fn cabin(&self, class: CabinClass) -> Option<&Cabin> {
        self.0.cabins.iter().find(|cabin| cabin.class == class)
    }
}

impl TryFrom<PlanText> for SeatPlan {
    type Error = InvalidPlan;
    fn try_from(text: PlanText) -> Result<Self, InvalidPlan> {
        Self::read(&text.cabins, &text.missing)
    }
}

impl From<SeatPlan> for PlanText {
    fn from(plan: SeatPlan) -> Self {
        plan.0.text.clone()
    }
}
