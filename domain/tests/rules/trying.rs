//! Trying other seats before it is known which are kept, and taking back what a booking bought in vain.

use domain::flight::{Rejection, Status};
use domain::plan::CabinClass;

use crate::asks::{
    assign_seats, cancel_places, change_seats, change_status, confirm, hold, keep_seats, release_claim,
    return_claim, sell_elsewhere, try_seats, undo_sale, undo_seats,
};
use crate::facts::{
    Fact, claim_released, claim_returned, hold_lapsed, holds_claimed, moves, places_cancelled, places_sold,
    seats_changed, seats_held, seats_kept, seats_sold_elsewhere, seats_tried, seats_undone, status_changed,
};
use crate::language::{ALICE, BOB, SMITH, Story, adult, adult_on, at, given, seat, until};

/// Two adults on 14A and 14C, and a third one without a seat.
fn three() -> [Fact; 2] {
    [
        seats_held("14A 14C", ALICE, until("12:10")).of_places(3),
        holds_claimed(["14C"], SMITH, [adult_on("14A", 1), adult_on("14C", 2), adult(3)], until("13:00")),
    ]
}

fn the_smiths_hold() -> Story {
    given(three())
}

fn the_smiths_have_bought() -> Story {
    let [held, claimed] = three();
    given([held, claimed, places_sold(SMITH)])
}

/// The first of them tries 16A.
fn the_smiths_try() -> Story {
    the_smiths_hold()
        .when(try_seats(SMITH, [(1, "16A")]), at("12:30"))
        .then([seats_tried(SMITH, [moves(1, "14A", "16A").pinned_by("14C")])])
}

#[test]
fn a_seat_that_is_left_for_a_try_is_nobody_elses() {
    the_smiths_try()
        .when(hold("14A", BOB), at("12:30"))
        .refused("seat-taken")
        .when(hold("16A", BOB), at("12:30"))
        .refused("seat-taken")
        .when(keep_seats(SMITH), at("12:31"))
        .then([seats_kept(SMITH, "14A")])
        .when(hold("14A", BOB), at("12:31"))
        .then([seats_held("14A", BOB, until("12:46"))])
        .when(hold("16A", BOB), at("12:31"))
        .refused("seat-taken");
}

#[test]
fn a_try_is_undone_without_a_trace() {
    the_smiths_try()
        .when(undo_seats(SMITH), at("12:31"))
        .then([seats_undone(SMITH, [moves(1, "14A", "16A").pinned_by("14C")])])
        .when(hold("14A", BOB), at("12:31"))
        .refused("seat-taken")
        .when(hold("16A", BOB), at("12:31"))
        .then([seats_held("16A", BOB, until("12:46"))]);
}

#[test]
fn what_is_bought_is_tried_and_undone_as_well() {
    the_smiths_have_bought()
        .when(try_seats(SMITH, [(1, "16A")]), at("12:30"))
        .then([seats_tried(SMITH, [moves(1, "14A", "16A")])])
        .when(hold("14A", BOB), at("12:30"))
        .refused("seat-taken")
        .when(undo_seats(SMITH), at("12:31"))
        .then([seats_undone(SMITH, [moves(1, "14A", "16A")])])
        .when(hold("16A", BOB), at("12:31"))
        .then([seats_held("16A", BOB, until("12:46"))])
        .when(cancel_places(SMITH, [1, 2, 3]), at("12:32"))
        .then([places_cancelled(SMITH, [1, 2, 3])])
        .when(hold("14A", BOB), at("12:33"))
        .then([seats_held("14A", BOB, until("12:48"))]);
}

#[test]
fn passengers_swap_and_swap_back_in_a_try() {
    the_smiths_hold()
        .when(try_seats(SMITH, [(1, "14C"), (2, "14A"), (3, "17A")]), at("12:30"))
        .then([seats_tried(
            SMITH,
            [
                moves(1, "14A", "14C").pinned_by("14C"),
                moves(2, "14C", "14A").pinned_by("14C"),
                moves(3, "", "17A").pinned_by("14C"),
            ],
        )])
        .when(undo_seats(SMITH), at("12:31"))
        .then([seats_undone(
            SMITH,
            [
                moves(1, "14A", "14C").pinned_by("14C"),
                moves(2, "14C", "14A").pinned_by("14C"),
                moves(3, "", "17A").pinned_by("14C"),
            ],
        )])
        .when(change_seats(SMITH, [(1, "16A")]), at("12:32"))
        .then([seats_changed(SMITH, [moves(1, "14A", "16A").pinned_by("14C")])]);
}

#[test]
fn a_swap_keeps_no_seat() {
    the_smiths_hold()
        .when(try_seats(SMITH, [(1, "14C"), (2, "14A")]), at("12:30"))
        .then([seats_tried(
            SMITH,
            [moves(1, "14A", "14C").pinned_by("14C"), moves(2, "14C", "14A").pinned_by("14C")],
        )])
        .when(keep_seats(SMITH), at("12:31"))
        .then([seats_kept(SMITH, "")]);
}

#[test]
fn what_is_kept_lapses_with_the_claim() {
    the_smiths_try()
        .when(hold("14A", BOB), at("13:00"))
        .then([hold_lapsed("14C"), seats_held("14A", BOB, until("13:15"))])
        .when(hold("16A", BOB), at("13:00"))
        .then([seats_held("16A", BOB, until("13:15"))])
        .when(keep_seats(SMITH), at("13:00"))
        .already_so()
        .when(undo_seats(SMITH), at("13:00"))
        .already_so();
}

#[test]
fn what_is_kept_is_let_go_of_with_the_claim() {
    the_smiths_try()
        .when(release_claim(SMITH), at("12:31"))
        .then([claim_released(SMITH)])
        .when(hold("14A 16A", BOB), at("12:31"))
        .then([seats_held("14A 16A", BOB, until("12:46"))]);
    the_smiths_try()
        .when(return_claim(SMITH), at("12:05"))
        .then([claim_returned(SMITH)])
        .when(hold("14A", BOB), at("12:05"))
        .then([seats_held("14A", BOB, until("12:20"))])
        .when(hold("16A", BOB), at("12:05"))
        .refused("seat-taken");
}

#[test]
fn a_try_needs_room_for_those_who_have_no_seat() {
    let crowded = || {
        the_smiths_hold()
            .when(sell_elsewhere("10A 11A 12A 13A 15A 15C 17A 18A"), at("12:10"))
            .then([seats_sold_elsewhere("10A 11A 12A 13A 15A 15C 17A 18A")])
    };
    crowded()
        .when(try_seats(SMITH, [(1, "16A"), (2, "19A")]), at("12:30"))
        .refused_with(Rejection::CabinFull { class: CabinClass::Economy, sellable: 1 })
        .when(try_seats(SMITH, [(1, "16A"), (3, "19A")]), at("12:30"))
        .then([seats_tried(
            SMITH,
            [moves(1, "14A", "16A").pinned_by("14C"), moves(3, "", "19A").pinned_by("14C")],
        )]);
    crowded().when(change_seats(SMITH, [(1, "16A"), (2, "19A")]), at("12:30")).then([seats_changed(
        SMITH,
        [moves(1, "14A", "16A").pinned_by("14C"), moves(2, "14C", "19A").pinned_by("14C")],
    )]);
}

#[test]
fn one_try_at_a_time() {
    the_smiths_try()
        .when(try_seats(SMITH, [(1, "16A")]), at("12:31"))
        .already_so()
        .when(try_seats(SMITH, [(1, "17A")]), at("12:31"))
        .refused("validation")
        .when(change_seats(SMITH, [(2, "17A")]), at("12:31"))
        .refused("validation")
        .when(assign_seats(SMITH), at("12:31"))
        .refused("validation")
        .when(keep_seats(SMITH), at("12:32"))
        .then([seats_kept(SMITH, "14A")])
        .when(keep_seats(SMITH), at("12:32"))
        .already_so()
        .when(undo_seats(SMITH), at("12:32"))
        .already_so();
}

#[test]
fn a_try_is_judged_like_a_change() {
    the_smiths_hold()
        .when(try_seats(SMITH, []), at("12:30"))
        .refused("validation")
        .when(try_seats(SMITH, [(9, "16A")]), at("12:30"))
        .refused("not-found")
        .when(try_seats(SMITH, [(1, "14A")]), at("12:30"))
        .already_so()
        .when(try_seats(SMITH, [(1, "16A")]), at("13:00"))
        .refused("claim-gone");
}

#[test]
fn whoever_buys_or_leaves_meanwhile_has_the_new_seats() {
    the_smiths_try().when(confirm(SMITH), at("12:31")).then([seats_kept(SMITH, "14A"), places_sold(SMITH)]);
    let bought = || {
        the_smiths_have_bought()
            .when(try_seats(SMITH, [(1, "16A")]), at("12:30"))
            .then([seats_tried(SMITH, [moves(1, "14A", "16A")])])
    };
    bought()
        .when(cancel_places(SMITH, [1]), at("12:31"))
        .then([seats_kept(SMITH, "14A"), places_cancelled(SMITH, [1])]);
    bought()
        .when(undo_sale(SMITH), at("12:31"))
        .then([seats_kept(SMITH, "14A"), places_cancelled(SMITH, [1, 2, 3])]);
}

#[test]
fn a_sale_is_taken_back_whatever_the_flight_does() {
    for status in [Status::Departed, Status::Cancelled] {
        the_smiths_have_bought()
            .when(change_status(status), at("12:30"))
            .then([status_changed(status)])
            .when(undo_sale(SMITH), at("12:31"))
            .then([places_cancelled(SMITH, [1, 2, 3])])
            .when(undo_sale(SMITH), at("12:31"))
            .already_so();
    }
    the_smiths_hold().when(undo_sale(SMITH), at("12:31")).already_so();
}

#[test]
fn who_has_flown_does_not_cancel() {
    the_smiths_have_bought()
        .when(change_status(Status::Departed), at("12:30"))
        .then([status_changed(Status::Departed)])
        .when(cancel_places(SMITH, [1, 2, 3]), at("12:31"))
        .refused("flight-departed")
        .when(cancel_places(SMITH, [7]), at("12:31"))
        .already_so();
}

#[test]
fn a_try_on_a_cancelled_flight_comes_to_its_end() {
    let tried_and_cancelled = || {
        the_smiths_have_bought()
            .when(try_seats(SMITH, [(1, "16A")]), at("12:30"))
            .then([seats_tried(SMITH, [moves(1, "14A", "16A")])])
            .when(change_status(Status::Cancelled), at("12:31"))
            .then([status_changed(Status::Cancelled)])
    };
    tried_and_cancelled().when(keep_seats(SMITH), at("12:32")).then([seats_kept(SMITH, "14A")]);
    tried_and_cancelled()
        .when(undo_seats(SMITH), at("12:32"))
        .then([seats_undone(SMITH, [moves(1, "14A", "16A")])])
        .when(try_seats(SMITH, [(1, "16A")]), at("12:33"))
        .refused("flight-cancelled");
}

#[test]
fn after_paying_nobody_moves_to_a_dearer_seat() {
    let dearer = || Rejection::SeatCostsMore { seats: vec![seat("15A")] };
    the_smiths_have_bought()
        .when(change_seats(SMITH, [(1, "15A")]), at("12:30"))
        .refused_with(dearer())
        .when(try_seats(SMITH, [(1, "15A"), (2, "16A")]), at("12:30"))
        .refused_with(dearer());
    the_smiths_hold()
        .when(change_seats(SMITH, [(1, "15A")]), at("12:30"))
        .then([seats_changed(SMITH, [moves(1, "14A", "15A").pinned_by("14C")])])
        .when(confirm(SMITH), at("12:31"))
        .then([places_sold(SMITH)])
        .when(change_seats(SMITH, [(1, "16A")]), at("12:32"))
        .then([seats_changed(SMITH, [moves(1, "15A", "16A")])]);
}
