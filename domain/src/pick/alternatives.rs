//! What to offer instead of a seat that is gone.

use crate::plan::{Attribute, PlannedSeat, SeatIndex, SeatPlan};

/// What another row weighs against another column: two seats further in the row are as near as the row
/// behind.
const ROW_STEP: u8 = 2;

/// Up to `most` open seats that come nearest to those of `wanted` that are no longer open.
///
/// Each is in the cabin of the seat that it stands in for. A window is replaced by a window and an aisle by
/// an aisle while the cabin has one, then by what is nearest; a seat in an exit row is offered only instead
/// of one. None of `wanted` is offered. Several seats that are gone take turns, so the first offers are the
/// best for each.
///
/// # Panics
/// When a seat of `wanted` is not of this plan.
#[must_use]
pub fn alternatives(
    plan: &SeatPlan,
    open: impl Fn(SeatIndex) -> bool,
    wanted: &[SeatIndex],
    most: usize,
) -> Vec<SeatIndex> {
    let spare: Vec<(SeatIndex, &PlannedSeat)> =
        plan.seats().filter(|(index, _)| !wanted.contains(index) && open(*index)).collect();
    let gone = wanted.iter().filter(|seat| !open(**seat)).map(|seat| plan.seat(*seat));
    let mut queues: Vec<_> = gone.map(|lost| nearest_first(lost, &spare, most).into_iter()).collect();
    let mut offers = Vec::new();
    while !queues.is_empty() {
        queues.retain_mut(|queue| match queue.find(|seat| !offers.contains(seat)) {
            Some(seat) => {
                offers.push(seat);
                true
            }
            None => false,
        });
    }
    offers.truncate(most);
    offers
}

/// The `most` seats that may stand in for `lost`, the most alike first.
fn nearest_first(lost: &PlannedSeat, spare: &[(SeatIndex, &PlannedSeat)], most: usize) -> Vec<SeatIndex> {
    let suitable = spare.iter().filter(|(_, seat)| may_replace(lost, seat));
    let mut ranked: Vec<_> = suitable.map(|(index, seat)| (unlikeness(lost, seat), *index)).collect();
    if most < ranked.len() {
        ranked.select_nth_unstable(most);
        ranked.truncate(most);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, index)| index).collect()
}

fn may_replace(lost: &PlannedSeat, seat: &PlannedSeat) -> bool {
    let exit = |one: &PlannedSeat| one.attributes.has(Attribute::ExitRow);
    lost.class == seat.class && (exit(lost) || !exit(seat))
}

/// How little a seat resembles the one that is gone: in kind, then in exit, then in place.
fn unlikeness(lost: &PlannedSeat, seat: &PlannedSeat) -> (u8, u8, u8) {
    let differs = |attribute| u8::from(lost.attributes.has(attribute) != seat.attributes.has(attribute));
    let kind = differs(Attribute::Window) + differs(Attribute::Aisle);
    let distance = lost.row.abs_diff(seat.row) * ROW_STEP + lost.column.abs_diff(seat.column);
    (kind, differs(Attribute::ExitRow), distance)
}
