//! What is special about a seat, told from its place alone.
//!
//! Our source of layouts says nothing about exits, cots or legroom. These rules are ours; they are the same
//! for every aircraft, and they are simple enough to be checked against the seat in front of you:
//!
//! * **Window**: the outermost columns of the cabin. **Aisle**: nobody sits between the seat and an aisle. A
//!   seat can be both (A of `A-BC`). **Middle**: neither.
//! * **Bulkhead**: the first row of a cabin. **Bassinet**: those of its seats that stand between two aisles.
//! * **Exit rows**: in the economy cabin, none below ten rows. A single-aisle cabin of more than 20 rows,
//!   five or more abreast, has two, one behind the other, two fifths of the way back: rows 10 and 11 of a
//!   JetBlue A320, where the airline sells extra legroom. Every other cabin has one, its middle row.
//! * **Exit seats**: those of an exit row from the side of the aircraft to the first aisle, which is where 14
//!   CFR 121.585 draws the line. Between two aisles nobody stands in the way of an exit.
//! * An exit seat has **extra legroom**, and nobody may hold an infant there (**no infant**).
//! * No rule sets **restricted view** or **accessible**: a place alone does not tell.

use std::ops::Range;

use super::{Attribute, Attributes, CabinClass};

/// Below this many rows an economy cabin has no exit of its own.
const ROWS_WITH_EXIT_MIN: usize = 10;

/// From this many rows on a single-aisle cabin has two exit rows, if it is wide enough.
const ROWS_WITH_TWO_EXITS_MIN: usize = 21;

/// From this many seats abreast on a single-aisle cabin has two exit rows, if it is long enough.
const ABREAST_WITH_TWO_EXITS_MIN: usize = 5;

/// A cabin, as far as the rules look at it.
pub(super) struct Surroundings<'a> {
    pub class: CabinClass,
    pub columns: &'a [Option<char>],
    /// The positions of its exit rows, from 0.
    exit_rows: Range<usize>,
}

impl<'a> Surroundings<'a> {
    pub fn new(class: CabinClass, columns: &'a [Option<char>], rows: usize) -> Self {
        let exit_rows = if class == CabinClass::Economy { exit_rows(columns, rows) } else { 0..0 };
        Self { class, columns, exit_rows }
    }

    /// The attributes of the seat in `column` of the `row`-th row, whose seats stand in the columns `taken`.
    pub fn attributes(&self, row: usize, column: usize, taken: &[usize]) -> Attributes {
        let mut all = self.by_column(column, taken);
        if row == 0 {
            all = all.with(Attribute::Bulkhead);
            if self.is_between_aisles(column) {
                all = all.with(Attribute::Bassinet);
            }
        }
        if self.exit_rows.contains(&row) && !self.is_between_aisles(column) {
            all = all.with(Attribute::ExitRow).with(Attribute::ExtraLegroom).with(Attribute::NoInfant);
        }
        all
    }

    fn by_column(&self, column: usize, taken: &[usize]) -> Attributes {
        let window = column == 0 || column + 1 == self.columns.len();
        let aisle = self.opens_to_aisle((0..column).rev(), taken)
            || self.opens_to_aisle(column + 1..self.columns.len(), taken);
        let sides =
            [(window, Attribute::Window), (aisle, Attribute::Aisle), (!window && !aisle, Attribute::Middle)];
        sides.into_iter().filter(|(holds, _)| *holds).map(|(_, attribute)| attribute).collect()
    }

    /// Whether the columns, walked in this order, reach an aisle before a seat of the row.
    fn opens_to_aisle(&self, mut columns: impl Iterator<Item = usize>, taken: &[usize]) -> bool {
        let first = columns.find(|column| self.columns[*column].is_none() || taken.contains(column));
        first.is_some_and(|column| self.columns[column].is_none())
    }

    fn is_between_aisles(&self, column: usize) -> bool {
        self.columns[..column].contains(&None) && self.columns[column..].contains(&None)
    }
}

/// The positions of the exit rows of an economy cabin.
fn exit_rows(columns: &[Option<char>], rows: usize) -> Range<usize> {
    let abreast = columns.iter().flatten().count();
    let aisles = columns.len() - abreast;
    if rows < ROWS_WITH_EXIT_MIN {
        0..0
    } else if aisles < 2 && rows >= ROWS_WITH_TWO_EXITS_MIN && abreast >= ABREAST_WITH_TWO_EXITS_MIN {
        let second = rows * 2 / 5;
        second - 1..second + 1
    } else {
        let middle = rows / 2;
        middle..middle + 1
    }
}
