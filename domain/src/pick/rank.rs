//! How good a choice of seats is.

use super::Preferences;
use super::cabin::{Columns, OpenCabin, OpenRow};

/// What a lone open seat left behind weighs. Hard to sell to two, so worth walking four rows.
const LONE_SEAT_BURDEN: i32 = 4;

/// What a cot position weighs that is taken without an infant, or saved by one.
const BASSINET_BURDEN: i32 = 1;

/// The badness of a choice: the fields are compared one after the other, less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// How far from each other: columns between them for a row, else the size of the rectangle.
    pub spread: usize,
    /// Exit seats.
    exits: u32,
    /// Wishes that nobody of them has fulfilled.
    unmet: u32,
    /// Travellers with nobody of the party in their row.
    alone: u32,
    /// See the weights above; rows from the front count one each if wished.
    burden: i32,
}

/// The seats taken in one row: its position in the cabin and the columns.
pub(super) type RowPick = (usize, Columns);

impl Rank {
    /// Weighs a choice, given as its rows from front to back.
    pub fn of(cabin: &OpenCabin, picks: &[RowPick], wish: Preferences, infants: bool, spread: usize) -> Self {
        let (mut exits, mut alone, mut burden) = (0, 0, 0);
        let (mut aisle, mut window) = (false, false);
        let count: u32 = picks.iter().map(|(_, taken)| taken.count_ones()).sum();
        for (position, taken) in picks {
            let row = &cabin.rows[*position];
            exits += (taken & row.exit).count_ones();
            alone += u32::from(count > 1 && taken.count_ones() == 1);
            aisle |= taken & row.aisle != 0;
            window |= taken & row.window != 0;
            burden += lone_seats_made(row, *taken) * LONE_SEAT_BURDEN;
            let cots = signed((taken & row.bassinet).count_ones()) * BASSINET_BURDEN;
            burden += if infants { -cots } else { cots };
        }
        let unmet = u32::from(wish.aisle && !aisle) + u32::from(wish.window && !window);
        if let (true, Some((back, _))) = (wish.near_front, picks.last()) {
            burden += i32::try_from(*back).expect("a cabin has at most 99 rows");
        }
        Self { spread, exits, unmet, alone, burden }
    }
}

/// How many more open seats of a row have no open neighbour once `taken` is gone. Negative when lone seats
/// are taken.
fn lone_seats_made(row: &OpenRow, taken: Columns) -> i32 {
    signed(lone_seats(row.open & !taken)) - signed(lone_seats(row.open))
}

/// How many open seats have no open neighbour. An aisle is a column without a seat, so it parts neighbours.
const fn lone_seats(open: Columns) -> u32 {
    (open & !(open << 1) & !(open >> 1)).count_ones()
}

fn signed(count: u32) -> i32 {
    i32::try_from(count).expect("a row has at most 12 seats")
}
