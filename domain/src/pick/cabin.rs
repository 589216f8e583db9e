//! A cabin as rows of bits: bit n stands for column n of its grid.

use crate::plan::{Attribute, Cabin, PlannedSeat, Row, SeatIndex, SeatPlan};

/// A set of columns of one row. A grid has at most 14.
pub(super) type Columns = u16;

/// One row of a cabin at one moment.
#[derive(Debug, Default)]
pub(super) struct OpenRow {
    /// The position of its first seat in the plan.
    first: u16,
    /// Where it has seats.
    pub seats: Columns,
    /// Which of them are open.
    pub open: Columns,
    /// Which are exit seats.
    pub exit: Columns,
    /// Which of its seats take an infant.
    pub infant: Columns,
    pub aisle: Columns,
    pub window: Columns,
    pub bassinet: Columns,
}

impl OpenRow {
    fn new(plan: &SeatPlan, row: &Row, open: &impl Fn(SeatIndex) -> bool) -> Self {
        let mut bits = Self::default();
        for index in row.seat_indices().rev() {
            let seat = plan.seat(index);
            bits.add(seat, open(index));
            bits.first = u16::try_from(index.position()).expect("a plan has at most 1,000 seats");
        }
        bits
    }

    fn add(&mut self, seat: &PlannedSeat, open: bool) {
        let bit = 1 << seat.column;
        let when = |holds: bool| if holds { bit } else { 0 };
        self.seats |= bit;
        self.open |= when(open);
        self.exit |= when(seat.attributes.has(Attribute::ExitRow));
        self.infant |=
            when(!seat.attributes.has(Attribute::NoInfant) && !seat.attributes.has(Attribute::ExitRow));
        self.aisle |= when(seat.attributes.has(Attribute::Aisle));
        self.window |= when(seat.attributes.has(Attribute::Window));
        self.bassinet |= when(seat.attributes.has(Attribute::Bassinet));
    }

    /// The position in the plan of the seat in the lowest column of `columns`.
    pub fn lowest(&self, columns: Columns) -> SeatIndex {
        let before = self.seats & (lowest_bit(columns) - 1);
        let offset = u16::try_from(before.count_ones()).expect("a row has at most 12 seats");
        SeatIndex::new(self.first + offset)
    }

    /// Every run of `count` neighbouring seats, left to right, whoever has them. Aisles do not part
    /// neighbours.
    pub fn runs(&self, count: usize) -> impl Iterator<Item = Columns> + use<> {
        let (mut run, mut rest) = (0, self.seats);
        for _ in 0..count {
            let next = lowest_bit(rest);
            run |= next;
            rest ^= next;
        }
        let enough = run.count_ones() as usize == count;
        let first = enough.then_some((run, rest));
        std::iter::successors(first, |(run, rest)| {
            let next = lowest_bit(*rest);
            (next != 0).then_some(((run & (run - 1)) | next, rest ^ next))
        })
        .map(|(run, _)| run)
    }
}

/// The set of the lowest column alone; empty for the empty set.
pub(super) const fn lowest_bit(columns: Columns) -> Columns {
    columns & columns.wrapping_neg()
}

/// A cabin at one moment.
#[derive(Debug)]
pub(super) struct OpenCabin {
    /// Front to back.
    pub rows: Vec<OpenRow>,
    /// The columns of each block, left to right.
    pub blocks: Vec<Columns>,
    /// How many columns the grid has, aisles counted.
    pub width: usize,
    /// How many seats the longest row has.
    pub abreast: usize,
}

impl OpenCabin {
    /// The cabin as it is when the seats that `open` says are open.
    pub fn new(plan: &SeatPlan, cabin: &Cabin, open: impl Fn(SeatIndex) -> bool) -> Self {
        let rows: Vec<OpenRow> = cabin.rows().iter().map(|row| OpenRow::new(plan, row, &open)).collect();
        let mut blocks = vec![0];
        for (column, letter) in cabin.columns.iter().enumerate() {
            match (letter, blocks.last_mut()) {
                (Some(_), Some(block)) => *block |= 1 << column,
                (None, _) | (Some(_), None) => blocks.push(0),
            }
        }
        let abreast = cabin.rows().iter().map(Row::seat_count).max().unwrap_or(0);
        Self { rows, blocks, width: cabin.columns.len(), abreast }
    }

    /// Every span of neighbouring columns with seats at both ends, and its width; narrow ones first.
    pub fn spans(&self) -> impl Iterator<Item = (Columns, usize)> {
        let seats = self.blocks.iter().fold(0, |all, block| all | block);
        let spans =
            (1..=self.width).flat_map(|width| (0..=self.width - width).map(move |left| (left, width)));
        spans.filter_map(move |(left, width)| {
            let columns: Columns = ((1 << width) - 1) << left;
            let ends = 1 << left | 1 << (left + width - 1);
            (seats & ends == ends).then_some((columns, width))
        })
    }

    /// In how many blocks of a row a set of its columns lies.
    pub fn blocks_of(&self, columns: Columns) -> usize {
        self.blocks.iter().filter(|block| **block & columns != 0).count()
    }
}
