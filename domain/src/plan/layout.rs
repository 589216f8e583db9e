//! Reads the text of a layout: `F:1-5:AB-EF;Y:10-33:ABC-DEF`.

use super::CabinClass;
use super::number::{is_column, row_number};

/// How long a layout or a list of missing seats may be, in bytes: several times the longest real one.
const TEXT_MAX: usize = 2_000;

/// How many seats may stand in one row. The widest airliner has eleven.
pub(super) const ABREAST_MAX: usize = 12;

/// How many aisles a row may have. No airliner has three.
const AISLES_MAX: usize = 2;

/// Why a text is no seat plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlan {
    /// A text is longer than 2,000 bytes.
    #[error("layout of {0} bytes is too long")]
    TooLong(usize),
    /// A segment does not have the form `CLASS:FIRST-LAST:COLUMNS`.
    #[error("not a segment like Y:10-33:ABC-DEF: {0:?}")]
    Segment(String),
    /// The class is none of F, J, W and Y.
    #[error("not a class letter of F, J, W and Y: {0:?}")]
    Class(String),
    /// The rows are not two ascending numbers from 1 to 99.
    #[error("not rows like 10-33: {0:?}")]
    Rows(String),
    /// The columns are not ascending capitals without I, in blocks between at most two aisles.
    #[error("not columns like ABC-DEF: {0:?}")]
    Columns(String),
    /// Rows must ascend from segment to segment.
    #[error("row {0} does not follow the rows before it")]
    RowOrder(u8),
    /// Another cabin stands between two parts of this one.
    #[error("cabin {0} is in two places")]
    SplitCabin(CabinClass),
    /// A cabin's segments together have more than twelve columns.
    #[error("cabin {0} has more than 12 columns")]
    TooWide(CabinClass),
    /// The plan has more than 1,000 seats.
    #[error("plan of {0} seats is too large")]
    TooManySeats(usize),
    /// A missing seat is not a seat of the layout, or is named twice.
    #[error("missing seat is none of the layout: {0:?}")]
    Missing(String),
    /// Every seat of a cabin is missing.
    #[error("cabin {0} has no seat")]
    EmptyCabin(CabinClass),
}

/// Rows of one class with the same columns: `Y:10-33:ABC-DEF`.
#[derive(Debug)]
pub(super) struct Segment {
    pub class: CabinClass,
    pub first_row: u8,
    pub last_row: u8,
    /// The columns between aisles, left to right; no block is empty.
    pub blocks: Vec<Vec<char>>,
}

impl Segment {
    /// How many seats stand in each of its rows.
    pub fn abreast(&self) -> usize {
        self.blocks.iter().map(Vec::len).sum()
    }

    /// The columns, left to right.
    pub fn columns(&self) -> impl Iterator<Item = char> {
        self.blocks.iter().flatten().copied()
    }
}

/// As much of a text as an error should repeat.
fn quoted(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Refuses a text that no real layout needs.
fn check_length(text: &str) -> Result<(), InvalidPlan> {
    if text.len() > TEXT_MAX { Err(InvalidPlan::TooLong(text.len())) } else { Ok(()) }
}

/// Reads the segments, front to back: rows ascend, and each cabin is in one place.
pub(super) fn segments(text: &str) -> Result<Vec<Segment>, InvalidPlan> {
    check_length(text)?;
    let mut read: Vec<Segment> = Vec::new();
    for part in text.split(';') {
        let next = segment(part)?;
        if let Some(last) = read.last() {
            check_follows(&next, last, &read)?;
        }
        read.push(next);
    }
    Ok(read)
}

fn check_follows(next: &Segment, last: &Segment, read: &[Segment]) -> Result<(), InvalidPlan> {
    if next.first_row <= last.last_row {
        return Err(InvalidPlan::RowOrder(next.first_row));
    }
    let known = read.iter().any(|segment| segment.class == next.class);
    if known && next.class != last.class {
        return Err(InvalidPlan::SplitCabin(next.class));
    }
    Ok(())
}

fn segment(text: &str) -> Result<Segment, InvalidPlan> {
    let mut fields = text.split(':');
    let (Some(class), Some(rows), Some(columns), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(InvalidPlan::Segment(quoted(text)));
    };
    let (first_row, last_row) = rows_of(rows)?;
    Ok(Segment { class: class_of(class)?, first_row, last_row, blocks: blocks_of(columns)? })
}

fn class_of(text: &str) -> Result<CabinClass, InvalidPlan> {
    let mut letters = text.chars();
    let class = match (letters.next(), letters.next()) {
        (Some(letter), None) => CabinClass::from_letter(letter),
        (None | Some(_), _) => None,
    };
    class.ok_or_else(|| InvalidPlan::Class(quoted(text)))
}

fn rows_of(text: &str) -> Result<(u8, u8), InvalidPlan> {
    let rows = text.split_once('-').and_then(|(first, last)| Some((row_number(first)?, row_number(last)?)));
    rows.filter(|(first, last)| first <= last).ok_or_else(|| InvalidPlan::Rows(quoted(text)))
}

fn blocks_of(text: &str) -> Result<Vec<Vec<char>>, InvalidPlan> {
    let letters: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
    let ascending = letters.is_sorted_by(|left, right| left < right);
    let blocks: Vec<Vec<char>> = text.split('-').map(|block| block.chars().collect()).collect();
    let sound = ascending
        && letters.iter().all(|letter| is_column(*letter))
        && letters.len() <= ABREAST_MAX
        && blocks.len() <= AISLES_MAX + 1
        && blocks.iter().all(|block| !block.is_empty());
    if sound { Ok(blocks) } else { Err(InvalidPlan::Columns(quoted(text))) }
}

/// Reads the missing seats, separated by single spaces; the empty text names none.
pub(super) fn missing_seats(text: &str) -> Result<Vec<super::SeatNumber>, InvalidPlan> {
    check_length(text)?;
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(' ').map(|name| name.parse().map_err(|_| InvalidPlan::Missing(quoted(name)))).collect()
}
