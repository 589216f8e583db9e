//! Paying and confirming.

use domain::flight::{Rejection, Status};

use crate::asks::{change_status, confirm, hold, release_claim, start_paying};
use crate::facts::{
    claim_released, holds_claimed, paying_started, places_held, places_sold, seats_held, status_changed,
};
use crate::language::{ALICE, BOB, JONES, SMITH, Story, adult, adult_on, at, child, given, infant, until};

fn the_smiths_have_14c() -> Story {
    given([
        seats_held("14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
    ])
}

#[test]
fn paying_puts_a_fence_in_the_place_of_the_deadline() {
    the_smiths_have_14c()
        .when(start_paying(SMITH, until("13:10")), at("12:55"))
        .then([paying_started(SMITH, until("13:10"))])
        .when(hold("14C", BOB), at("13:00"))
        .refused("seat-taken")
        .when(confirm(SMITH), at("13:09"))
        .then([places_sold(SMITH)]);
}

#[test]
fn a_fence_is_put_up_once() {
    the_smiths_have_14c()
        .when(start_paying(SMITH, until("12:30")), at("12:20"))
        .then([paying_started(SMITH, until("12:30"))])
        .when(start_paying(SMITH, until("12:40")), at("12:29"))
        .already_so();
}

#[test]
fn a_fence_stands_within_the_next_fifteen_minutes() {
    for fence in ["12:20", "12:00", "12:35:00.001", "23:59"] {
        the_smiths_have_14c().when(start_paying(SMITH, until(fence)), at("12:20")).refused("validation");
    }
    for fence in ["12:20:00.001", "12:35"] {
        the_smiths_have_14c()
            .when(start_paying(SMITH, until(fence)), at("12:20"))
            .then([paying_started(SMITH, until(fence))]);
    }
}

#[test]
fn a_confirmed_booking_has_its_seats_for_good() {
    the_smiths_have_14c()
        .when(confirm(SMITH), at("12:20"))
        .then([places_sold(SMITH)])
        .when(hold("14C", BOB), at("16:00"))
        .refused("seat-taken");
}

#[test]
fn confirming_and_paying_again_changes_nothing() {
    the_smiths_have_14c()
        .when(confirm(SMITH), at("12:20"))
        .then([places_sold(SMITH)])
        .when(confirm(SMITH), at("12:21"))
        .already_so()
        .when(start_paying(SMITH, until("12:30")), at("12:21"))
        .already_so();
}

#[test]
fn who_holds_nothing_neither_pays_nor_confirms() {
    let gone = Rejection::ClaimGone { booking: JONES };
    the_smiths_have_14c()
        .when(confirm(JONES), at("12:20"))
        .refused_with(gone.clone())
        .when(start_paying(JONES, until("12:30")), at("12:20"))
        .refused_with(gone);
    the_smiths_have_14c()
        .when(release_claim(SMITH), at("12:20"))
        .then([claim_released(SMITH)])
        .when(confirm(SMITH), at("12:20"))
        .refused("claim-gone");
}

#[test]
fn a_sale_keeps_its_unseated_and_its_infants() {
    let story = given([
        seats_held("14C", ALICE, until("12:10")).of_places(2),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1), child(2), infant(3, 1)], until("13:00")),
    ])
    .when(confirm(SMITH), at("12:20"))
    .then([places_sold(SMITH)])
    .telling_nobody();
    let sale = story.departure().sale(SMITH).unwrap();
    assert_eq!(sale.passengers, [adult_on("14C", 1), child(2), infant(3, 1)]);
    assert_eq!(sale.holds, [story.hold("14C")]);
    let tally = story.departure().tally(sale.class).unwrap();
    assert_eq!((tally.open, tally.held, tally.sold, tally.unseated), (11, 0, 2, 1));
    assert_eq!(tally.sellable(), 10);
}

#[test]
fn what_was_held_before_the_sale_closed_may_be_paid_after_it() {
    given([
        seats_held("14C", ALICE, until("17:05")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("17:30")),
    ])
    .when(start_paying(SMITH, until("17:20")), at("17:06"))
    .then([paying_started(SMITH, until("17:20"))])
    .when(change_status(Status::Boarding), at("17:10"))
    .then([status_changed(Status::Boarding)])
    .when(confirm(SMITH), at("17:19"))
    .then([places_sold(SMITH)]);
}

#[test]
fn a_holder_who_paid_may_hold_again() {
    given([
        places_held(9, ALICE, until("12:10")),
        holds_claimed(["alice"], SMITH, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(adult), until("13:00")),
    ])
    .when(hold("14C", ALICE), at("12:05"))
    .refused("hold-limit")
    .when(confirm(SMITH), at("12:06"))
    .then([places_sold(SMITH)])
    .when(hold("14C", ALICE), at("12:06"))
    .then([seats_held("14C", ALICE, until("12:21"))]);
}
