//! Best available seats, and alternatives to a seat that is gone.
//!
//! [`best_available`] looks at three arrangements, in this order, and takes the best of the first that
//! exists:
//!
//! 1. side by side in one block of a row;
//! 2. in one row with nobody between them, across an aisle (or across the gap of a missing seat);
//! 3. in the smallest rectangle of rows and columns that has enough open seats.
//!
//! Among equals it compares, one after the other: seats in exit rows (few), wishes for an aisle and a window
//! (met), travellers alone in their row (few), then the burden on the cabin: lone open seats left behind,
//! cots, and, if asked for, the distance from the front. What is still equal is decided by place: in a row the
//! front before the back, then the left before the right; among rectangles the narrow before the wide, then
//! the left, then the front.
//!
//! Everything is counted in small integers on rows of bits, so an answer takes microseconds and is always the
//! same.
//!
//! Exit seats carry a duty and a supplement. They are given to adults alone, and to the adults of a mixed
//! party only when there is no other way; never to a party that is not known.

mod alternatives;
mod arrange;
mod cabin;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod properties;
mod rank;

use serde::{Deserialize, Serialize};

use crate::party::{Party, Takers};
use crate::plan::{CabinClass, SeatIndex, SeatPlan};

pub use alternatives::alternatives;

use arrange::{Search, Shape};
use cabin::OpenCabin;

/// What a customer asks of the seats that are found for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Preferences {
    /// In one row with nobody between them, or no seats at all. For more than a row has: in consecutive rows,
    /// at most one more than are needed.
    pub together: bool,
    /// Somebody at an aisle, if that can be.
    pub aisle: bool,
    /// Somebody at a window, if that can be.
    pub window: bool,
    /// As far in front as can be.
    pub near_front: bool,
}

/// Where seats are looked for, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The aircraft.
    pub plan: &'a SeatPlan,
    /// The cabin.
    pub class: CabinClass,
    /// Who travels. Without it everybody counts as an adult without an infant who must not sit in an exit
    /// row.
    pub party: Option<&'a Party>,
}

/// The best `count` seats among those that are `open`, ascending.
///
/// [`breaches_of_seats`](crate::party::breaches_of_seats) finds nothing wrong with them. `None` when the
/// cabin has not so many that suit this party, when they cannot be as far together as was wished, or when
/// `count` is zero or more than the party needs.
#[must_use]
pub fn best_available(
    choice: &Choice<'_>,
    open: impl Fn(SeatIndex) -> bool,
    count: u8,
    wish: Preferences,
) -> Option<Vec<SeatIndex>> {
    let takers = Takers::of(choice.party);
    let count = usize::from(count);
    if count == 0 || count > takers.any {
        return None;
    }
    let cabin = OpenCabin::new(choice.plan, choice.plan.cabin(choice.class)?, open);
    let infants = choice.party.is_some_and(|party| party.infants > 0);
    let mut search = Search { cabin: &cabin, takers: Takers { exit: 0, ..takers }, count, wish, infants };
    let all_may_sit_at_exits = takers.exit >= count;
    let without_exits = if all_may_sit_at_exits { None } else { arrangement(&search) };
    if without_exits.is_some() || takers.exit == 0 {
        return without_exits;
    }
    search.takers = takers;
    arrangement(&search)
}

/// The best seats that `search` may take, ascending.
fn arrangement(search: &Search<'_>) -> Option<Vec<SeatIndex>> {
    let beside = search.side_by_side();
    if beside.is_some() {
        return beside;
    }
    if !search.wish.together {
        search.compact(Shape::Any)
    } else if search.fits_one_row() {
        None
    } else {
        search.compact(Shape::Consecutive)
    }
}
