//! A stranger learns nothing: somebody else's hold is not to be found, however it stands.

use crate::asks::{claim, extend, release};
use crate::facts::{USUAL_TERM, hold_released, holds_claimed, paying_started, places_sold, seats_held};
use crate::language::{ALICE, BOB, CARLA, JONES, SMITH, Story, adult, adult_on, at, given, until};

/// Bob and even an agent, with every hand that one can lay on Alice's hold of 14C.
fn strangers_find_nothing(story: impl Fn() -> Story) {
    for stranger in [BOB, CARLA] {
        story().when(release("14C", stranger), at("12:05")).refused("not-found");
        story().when(extend("14C", stranger, USUAL_TERM), at("12:05")).refused("not-found");
        story().when(claim(["14C"], stranger, JONES, [adult(1)]), at("12:05")).refused("not-found");
    }
}

#[test]
fn a_stranger_does_not_find_a_loose_hold() {
    strangers_find_nothing(|| given([seats_held("14C", ALICE, until("12:10"))]));
}

#[test]
fn a_stranger_does_not_find_a_hold_that_a_booking_has() {
    strangers_find_nothing(|| {
        given([
            seats_held("14C", ALICE, until("12:10")),
            holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
        ])
    });
    strangers_find_nothing(|| {
        given([
            seats_held("14C", ALICE, until("12:10")),
            holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
            paying_started(SMITH, until("12:10")),
        ])
    });
}

#[test]
fn a_stranger_does_not_find_a_hold_that_was_sold() {
    strangers_find_nothing(|| {
        given([
            seats_held("14C", ALICE, until("12:10")),
            holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
            places_sold(SMITH),
        ])
    });
}

#[test]
fn whose_a_hold_was_that_is_gone_stands_in_the_journal() {
    given([seats_held("14C", ALICE, until("12:10")), hold_released("14C")])
        .when(release("14C", ALICE), at("12:05"))
        .refused("hold-gone")
        .when(release("14C", BOB), at("12:05"))
        .refused("hold-gone");
}

#[test]
fn one_foreign_hold_spoils_the_claim() {
    given([seats_held("14A", BOB, until("12:10")), seats_held("14C", ALICE, until("12:10"))])
        .when(claim(["14A", "14C"], BOB, JONES, [adult(1), adult(2)]), at("12:05"))
        .refused("not-found");
}
