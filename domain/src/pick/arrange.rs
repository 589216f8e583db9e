//! The arrangements that a party can sit in.

use super::Preferences;
use super::cabin::{Columns, OpenCabin, OpenRow, lowest_bit};
use super::rank::{Rank, RowPick};
use crate::party::Takers;
use crate::plan::SeatIndex;

/// What is looked for, and where.
pub(super) struct Search<'a> {
    pub cabin: &'a OpenCabin,
    /// How many may sit on each kind of seat.
    pub takers: Takers,
    /// How many seats, at least 1 and at most what `takers` allows.
    pub count: usize,
    pub wish: Preferences,
    /// Whether an infant travels along.
    pub infants: bool,
}

/// What a rectangle must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// Somebody in each of its rows, and at most one row more than are needed.
    Consecutive,
}

/// What part of a cabin offers, for telling whether it is enough.
#[derive(Debug, Clone, Copy, Default)]
struct Offer {
    plain: usize,
    exit: usize,
    /// Blocks with a seat that takes an infant.
    blocks: usize,
}

impl Offer {
    const fn is_nothing(self) -> bool {
        self.plain + self.exit == 0
    }

    fn add(&mut self, row: Self) {
        self.plain += row.plain;
        self.exit += row.exit;
        self.blocks += row.blocks;
    }

    fn subtract(&mut self, row: Self) {
        self.plain -= row.plain;
        self.exit -= row.exit;
        self.blocks -= row.blocks;
    }
}

/// A stretch of rows, both ends included, and of columns.
#[derive(Debug, Clone, Copy)]
struct Rectangle {
    front: usize,
    back: usize,
    columns: Columns,
    width: usize,
}

impl Rectangle {
    const fn rows(&self) -> usize {
        self.back - self.front + 1
    }

    /// The row behind is as near as the seat after the next.
    const fn spread(&self) -> usize {
        2 * (self.rows() - 1) + self.width - 1
    }
}

impl Search<'_> {
    /// In how many blocks somebody must hold an infant, because the others are too few to fill the seats.
    fn infant_blocks(&self) -> usize {
        self.count.saturating_sub(self.takers.no_infant)
    }

    /// Whether an empty row could take them all.
    pub fn fits_one_row(&self) -> bool {
        self.count <= self.cabin.abreast && self.infant_blocks() <= self.cabin.blocks.len()
    }

    /// How many rows they need when all are empty.
    fn rows_needed(&self) -> usize {
        let for_seats = self.count.div_ceil(self.cabin.abreast);
        for_seats.max(self.infant_blocks().div_ceil(self.cabin.blocks.len()))
    }

    /// The seats of a row that may be looked at.
    fn usable(&self, row: &OpenRow) -> Columns {
        if self.takers.exit == 0 { row.open & !row.exit } else { row.open }
    }

    fn offer(&self, row: &OpenRow, columns: Columns) -> Offer {
        let usable = self.usable(row) & columns;
        let exit = (usable & row.exit).count_ones() as usize;
        let plain = usable.count_ones() as usize - exit;
        let blocks = if self.infant_blocks() == 0 { 0 } else { self.cabin.blocks_of(usable & row.infant) };
        Offer { plain, exit, blocks }
    }

    fn suffices(&self, offer: Offer) -> bool {
        offer.plain + offer.exit.min(self.takers.exit) >= self.count && offer.blocks >= self.infant_blocks()
    }

    /// The best seats in one row with nobody between them.
    pub fn side_by_side(&self) -> Option<Vec<SeatIndex>> {
        let mut best: Option<(Rank, RowPick)> = None;
        for (position, row) in self.cabin.rows.iter().enumerate() {
            let usable = self.usable(row);
            for run in row.runs(self.count).filter(|run| run & !usable == 0) {
                if !self.suffices(self.offer(row, run)) {
                    continue;
                }
                let spread = self.columns_between(run);
                let rank = self.rank(&[(position, run)], spread);
                if best.is_none_or(|(least, _)| rank < least) {
                    best = Some((rank, (position, run)));
                }
            }
        }
        best.map(|(_, pick)| self.seats(&[pick]))
    }

    /// Columns between the outer ones of a run that it has no seat in: aisles, and gaps.
    fn columns_between(&self, run: Columns) -> usize {
        let span = Columns::BITS - run.leading_zeros() - run.trailing_zeros();
        span as usize - self.count
    }

    fn rank(&self, picks: &[RowPick], spread: usize) -> Rank {
        Rank::of(self.cabin, picks, self.wish, self.infants, spread)
    }

    /// The best seats in a rectangle of the smallest spread that has enough.
    pub fn compact(&self, shape: Shape) -> Option<Vec<SeatIndex>> {
        let mut best: Option<(Rank, Vec<RowPick>)> = None;
        let mut picks = Vec::new();
        for rectangle in self.smallest_rectangles(shape) {
            self.fill(&rectangle, &mut picks);
            if shape == Shape::Consecutive && picks.len() < rectangle.rows() {
                continue;
            }
            let rank = self.rank(&picks, rectangle.spread());
            if best.as_ref().is_none_or(|(least, _)| rank < *least) {
                best = Some((rank, picks.clone()));
            }
        }
        best.map(|(_, picks)| self.seats(&picks))
    }

    /// All rectangles of the least spread that have enough seats, narrow ones first.
    fn smallest_rectangles(&self, shape: Shape) -> Vec<Rectangle> {
        let rows_max = match shape {
            Shape::Any => usize::MAX,
            Shape::Consecutive => self.rows_needed() + 1,
        };
        let mut smallest: Vec<Rectangle> = Vec::new();
        let mut least = usize::MAX;
        for (columns, width) in self.cabin.spans() {
            if width - 1 > least {
                break;
            }
            for (front, back) in self.stretches(columns, shape) {
                let found = Rectangle { front, back, columns, width };
                if found.rows() > rows_max || found.spread() > least {
                    continue;
                }
                if found.spread() < least {
                    least = found.spread();
                    smallest.clear();
                }
                smallest.push(found);
            }
        }
        smallest
    }

    /// The ends of every shortest stretch of rows that has enough seats in these columns.
    fn stretches(&self, columns: Columns, shape: Shape) -> Vec<(usize, usize)> {
        let offers: Vec<Offer> = self.cabin.rows.iter().map(|row| self.offer(row, columns)).collect();
        let (mut sum, mut front) = (Offer::default(), 0);
        let mut shortest = Vec::new();
        for (back, gained) in offers.iter().enumerate() {
            if shape == Shape::Consecutive && gained.is_nothing() {
                (sum, front) = (Offer::default(), back + 1);
                continue;
            }
            sum.add(*gained);
            let before = front;
            while self.suffices(sum) {
                sum.subtract(offers[front]);
                front += 1;
            }
            if front > before {
                shortest.push((front - 1, back));
            }
        }
        shortest
    }

    /// Takes seats of a rectangle that has enough: one in each block that needs an infant's, then row by row
    /// from the left.
    fn fill(&self, rectangle: &Rectangle, picks: &mut Vec<RowPick>) {
        picks.clear();
        let (mut missing, mut infants, mut exits) = (self.count, self.infant_blocks(), self.takers.exit);
        for position in rectangle.front..=rectangle.back {
            let row = &self.cabin.rows[position];
            let taken = self.infant_seats(self.usable(row) & row.infant & rectangle.columns, infants);
            infants -= taken.count_ones() as usize;
            missing -= taken.count_ones() as usize;
            picks.push((position, taken));
        }
        for (position, taken) in picks.iter_mut() {
            let row = &self.cabin.rows[*position];
            let mut rest = self.usable(row) & rectangle.columns & !*taken;
            while missing > 0 && rest != 0 {
                let seat = lowest_bit(rest);
                rest ^= seat;
                let exit = seat & row.exit != 0;
                if exit && exits == 0 {
                    continue;
                }
                exits -= usize::from(exit);
                missing -= 1;
                *taken |= seat;
            }
        }
        picks.retain(|(_, taken)| *taken != 0);
    }

    /// The lowest seat of each block, for up to `wanted` blocks.
    fn infant_seats(&self, seats: Columns, wanted: usize) -> Columns {
        let of_blocks = self.cabin.blocks.iter().map(|block| lowest_bit(block & seats));
        of_blocks.filter(|seat| *seat != 0).take(wanted).fold(0, |all, seat| all | seat)
    }

    fn seats(&self, picks: &[RowPick]) -> Vec<SeatIndex> {
        let mut seats = Vec::with_capacity(self.count);
        for (position, taken) in picks {
            let mut rest = *taken;
            while rest != 0 {
                seats.push(self.cabin.rows[*position].lowest(rest));
                rest &= rest - 1;
            }
        }
        seats
    }
}
