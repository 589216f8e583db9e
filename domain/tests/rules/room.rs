//! Room for the unseated: whoever has a place has a right to a seat, whatever others pin, block or sell.

use domain::flight::{BlockReason, Rejection};
use domain::plan::CabinClass;

use crate::asks::{assign_seats, block, change_seats, hold, hold_best, hold_places, release, sell_elsewhere};
use crate::facts::{
    hold_lapsed, hold_released, holds_claimed, moves, places_held, places_sold, seats_blocked, seats_changed,
    seats_held, seats_sold_elsewhere,
};
use crate::language::{ALICE, BOB, CARLA, SMITH, Story, adult, at, given, until};

/// Ten of the twelve seats are promised to people without a seat; 14A and 14C are as good as any other.
fn two_left() -> Story {
    given([places_held(9, CARLA, until("12:10")), places_held(1, BOB, until("12:20"))])
}

fn full(sellable: u16) -> Rejection {
    Rejection::CabinFull { class: CabinClass::Economy, sellable }
}

#[test]
fn places_without_a_seat_are_sold_out_like_any_others() {
    two_left()
        .when(hold_places(3, ALICE), at("12:00"))
        .refused_with(full(2))
        .when(hold_best(3, ALICE), at("12:00"))
        .refused_with(full(2))
        .when(hold_places(2, ALICE), at("12:00"))
        .then([places_held(2, ALICE, until("12:15"))])
        .when(hold_places(1, ALICE), at("12:00"))
        .refused_with(full(0));
}

#[test]
fn an_open_seat_cannot_be_pinned_over_the_unseated() {
    two_left()
        .when(hold("14A 14C 16A", ALICE), at("12:00"))
        .refused_with(full(2))
        .when(hold("14A 14C", ALICE), at("12:00"))
        .then([seats_held("14A 14C", ALICE, until("12:15"))])
        .when(hold("16A", ALICE), at("12:00"))
        .refused_with(full(0));
}

#[test]
fn blocking_leaves_room_for_the_unseated() {
    two_left()
        .when(block("10A 11A 12A", BlockReason::Balance), at("12:00"))
        .refused_with(full(2))
        .when(block("10A 11A", BlockReason::Balance), at("12:00"))
        .then([seats_blocked("10A 11A", BlockReason::Balance)])
        .when(block("12A", BlockReason::Balance), at("12:00"))
        .refused_with(full(0));
}

#[test]
fn another_channel_leaves_room_for_the_unseated() {
    two_left()
        .when(sell_elsewhere("10A 11A 12A"), at("12:00"))
        .refused_with(full(2))
        .when(sell_elsewhere("10A 11A"), at("12:00"))
        .then([seats_sold_elsewhere("10A 11A")])
        .when(sell_elsewhere("12A"), at("12:00"))
        .refused_with(full(0));
}

#[test]
fn seats_that_are_out_already_need_no_room() {
    given([seats_blocked("10A 11A", BlockReason::Crew), places_held(9, CARLA, until("12:10"))])
        .when(block("10A 11A 12A", BlockReason::Crew), at("12:00"))
        .then([seats_blocked("12A", BlockReason::Crew)])
        .when(block("10A 11A 12A", BlockReason::Crew), at("12:00"))
        .already_so();
}

#[test]
fn room_comes_back_with_whoever_lets_go() {
    two_left()
        .when(release("bob", BOB), at("12:05"))
        .then([hold_released("bob")])
        .when(hold("14A 14C 16A", ALICE), at("12:05"))
        .then([seats_held("14A 14C 16A", ALICE, until("12:20"))])
        .when(hold_places(9, BOB), at("12:10"))
        .then([hold_lapsed("carla"), places_held(9, BOB, until("12:25"))]);
}

#[test]
fn seats_change_and_are_assigned_even_in_a_cabin_without_room() {
    given([
        seats_held("14A", ALICE, until("12:10")).of_places(2),
        holds_claimed(["14A"], SMITH, [crate::language::adult_on("14A", 1), adult(2)], until("13:00")),
        places_sold(SMITH),
        places_held(9, CARLA, until("13:00")),
        places_held(1, BOB, until("13:00")),
    ])
    .when(hold("14C", ALICE), at("12:30"))
    .refused_with(full(0))
    .when(change_seats(SMITH, [(1, "14C")]), at("12:30"))
    .then([seats_changed(SMITH, [moves(1, "14A", "14C")])])
    .when(assign_seats(SMITH), at("12:30"))
    .then([seats_changed(SMITH, [moves(2, "", "10A")])])
    .when(hold("16A", ALICE), at("12:30"))
    .refused_with(full(0));
}

#[test]
fn the_last_unseated_still_gets_the_last_seat() {
    let taken = "10A 11A 12A 13A 14A 15A 15C 16A 17A 18A 19A";
    given([
        places_held(1, ALICE, until("12:10")),
        holds_claimed(["alice"], SMITH, [adult(1)], until("13:00")),
        seats_sold_elsewhere(taken),
    ])
    .when(sell_elsewhere("14C"), at("12:05"))
    .refused_with(full(0))
    .when(hold("14C", BOB), at("12:05"))
    .refused_with(full(0))
    .when(assign_seats(SMITH), at("12:05"))
    .then([seats_changed(SMITH, [moves(1, "", "14C").pinned_by("alice")])]);
}
