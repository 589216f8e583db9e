//! Draws cabins from their segments.

use super::grid::Grid;
use super::layout::{InvalidPlan, Segment};
use super::rules::Surroundings;
use super::{Cabin, Drawn, PlanText, PlannedSeat, ROW_MAX, Row, SEATS_MAX, SeatNumber};

/// A row, as it is known before its seats are: its number, and the columns of the grid that stand in it.
struct RowDraft {
    number: u8,
    columns: Vec<usize>,
}

impl Drawn {
    /// A plan of this text, to which cabins are still to be added.
    pub(super) const fn empty(text: PlanText) -> Self {
        Self { text, cabins: Vec::new(), seats: Vec::new(), row_starts: [0; ROW_MAX as usize + 2] }
    }

    /// Notes where each row starts, once all cabins are there.
    pub(super) fn index_rows(&mut self) {
        for (row, start) in self.row_starts.iter_mut().enumerate() {
            let position = self.seats.partition_point(|seat| usize::from(seat.number.row()) < row);
            *start = u16::try_from(position).expect("a plan has at most 1,000 seats: add_cabin() checks");
        }
    }

    /// Adds the cabin that these segments make, without the seats in `absent`, which it strikes off there.
    pub(super) fn add_cabin(
        &mut self,
        segments: &[Segment],
        absent: &mut Vec<SeatNumber>,
    ) -> Result<(), InvalidPlan> {
        let class = segments[0].class;
        let columns = Grid::of(segments)?.columns();
        let drafts = draft_rows(segments, &columns, absent);
        if drafts.is_empty() {
            return Err(InvalidPlan::EmptyCabin(class));
        }
        let count = self.seats.len() + drafts.iter().map(|draft| draft.columns.len()).sum::<usize>();
        if count > SEATS_MAX {
            return Err(InvalidPlan::TooManySeats(count));
        }
        let first = self.next_index();
        let around = Surroundings::new(class, &columns, drafts.len());
        let rows = (0..).zip(&drafts).map(|(row, draft)| self.add_row(&around, row, draft)).collect();
        self.cabins.push(Cabin { class, rows, seats: first..self.next_index(), columns });
        Ok(())
    }

    fn add_row(&mut self, around: &Surroundings<'_>, row: u8, draft: &RowDraft) -> Row {
        let first = self.next_index();
        for column in &draft.columns {
            let letter =
                around.columns[*column].expect("a drafted column has a letter: draft_rows() looked it up");
            self.seats.push(PlannedSeat {
                number: SeatNumber::new(draft.number, letter)
                    .expect("rows and letters were checked when read"),
                class: around.class,
                attributes: around.attributes(usize::from(row), *column, &draft.columns),
                row,
                column: narrow(*column),
                block: narrow(around.columns[..*column].iter().filter(|column| column.is_none()).count()),
            });
        }
        Row { number: draft.number, seats: first..self.next_index() }
    }

    fn next_index(&self) -> u16 {
        u16::try_from(self.seats.len()).expect("a plan has at most 1,000 seats: add_cabin() checks")
    }
}

/// A position among the columns, which are at most twelve and two aisles.
fn narrow(position: usize) -> u8 {
    u8::try_from(position).expect("a cabin has at most 14 columns: Grid::of() checks")
}

/// The rows that have seats when those in `absent` are struck off, there too.
fn draft_rows(segments: &[Segment], columns: &[Option<char>], absent: &mut Vec<SeatNumber>) -> Vec<RowDraft> {
    let mut drafts = Vec::new();
    for segment in segments {
        for number in segment.first_row..=segment.last_row {
            let row_columns = present_columns(segment, number, columns, absent);
            if !row_columns.is_empty() {
                drafts.push(RowDraft { number, columns: row_columns });
            }
        }
    }
    drafts
}

/// Where the seats of one row stand in the grid.
fn present_columns(
    segment: &Segment,
    row: u8,
    columns: &[Option<char>],
    absent: &mut Vec<SeatNumber>,
) -> Vec<usize> {
    let mut present = Vec::new();
    for letter in segment.columns() {
        let struck = absent.iter().position(|seat| seat.row() == row && seat.column() == letter);
        match struck {
            Some(place) => drop(absent.swap_remove(place)),
            None => present.extend(columns.iter().position(|column| *column == Some(letter))),
        }
    }
    present
}
