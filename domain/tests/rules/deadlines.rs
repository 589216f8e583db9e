//! A hold ends at its deadline: never before, and the command that comes next ends it first.

use domain::aggregate::Aggregate;
use domain::flight::{Effect, Status};

use crate::asks::{change_status, claim, confirm, extend, hold, lapse_due, open_sale, release, start_paying};
use crate::facts::{
    USUAL_TERM, hold_lapsed, holds_claimed, paying_started, places_held, places_sold, seats_held,
    times_changed,
};
use crate::language::{ALICE, BOB, JONES, SMALL, SMITH, adult, adult_on, at, given, until};

#[test]
fn a_lapsed_hold_frees_the_seat() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(hold("14C", BOB), at("12:11"))
        .then([hold_lapsed("14C"), seats_held("14C", BOB, until("12:26"))]);
}

#[test]
fn a_hold_ends_exactly_at_its_deadline() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(hold("14C", BOB), at("12:09:59.999"))
        .refused("seat-taken")
        .when(lapse_due(), at("12:09:59.999"))
        .already_so()
        .when(lapse_due(), at("12:10:00.000"))
        .then([hold_lapsed("14C")])
        .when(lapse_due(), at("12:10:00.000"))
        .already_so();
}

#[test]
fn holds_lapse_in_the_order_of_their_deadlines() {
    given([
        seats_held("10A", ALICE, until("12:12")),
        seats_held("11A", BOB, until("12:10")),
        seats_held("12A", BOB, until("12:11")),
        seats_held("13A", ALICE, until("12:13")),
    ])
    .when(lapse_due(), at("12:12"))
    .then([hold_lapsed("11A"), hold_lapsed("12A"), hold_lapsed("10A")]);
}

#[test]
fn whatever_is_asked_ends_what_is_due_first() {
    let due = || given([seats_held("14C", ALICE, until("12:10")), places_held(2, BOB, until("12:20"))]);
    due().when(open_sale(SMALL), at("12:10")).then([hold_lapsed("14C")]);
    due()
        .when(change_status(Status::Delayed).departing(at("19:00")), at("12:10"))
        .then([hold_lapsed("14C"), times_changed(Status::Delayed, "19:00", "22:00")]);
    due().when(release("14C", ALICE), at("12:10")).refused("hold-gone");
    due().when(extend("14C", ALICE, USUAL_TERM), at("12:10")).refused("hold-gone");
    due().when(claim(["14C"], ALICE, SMITH, [adult(1)]), at("12:10")).refused("hold-gone");
}

#[test]
fn a_refused_command_leaves_what_is_due_for_the_next_one() {
    given([seats_held("14C", ALICE, until("12:10")), seats_held("14A", BOB, until("12:30"))])
        .when(hold("14A", ALICE), at("12:11"))
        .refused("seat-taken")
        .when(hold("14C", BOB), at("12:11"))
        .then([hold_lapsed("14C"), seats_held("14C", BOB, until("12:26"))]);
}

#[test]
fn a_booking_that_is_late_by_nothing_is_too_late() {
    let held = || {
        given([
            seats_held("14C", ALICE, until("12:10")),
            holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
        ])
    };
    held().when(confirm(SMITH), at("12:59:59.999")).then([places_sold(SMITH)]);
    held().when(confirm(SMITH), at("13:00")).refused("claim-gone");
    held().when(start_paying(SMITH, at("13:10")), at("13:00")).refused("claim-gone");
}

#[test]
fn a_hold_in_payment_ends_five_minutes_after_its_fence() {
    let paying = || {
        given([
            seats_held("14C", ALICE, until("12:10")),
            holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("12:30")),
            paying_started(SMITH, until("12:40")),
        ])
    };
    paying().when(hold("14C", BOB), at("12:30")).refused("seat-taken");
    paying().when(confirm(SMITH), at("12:40")).then([places_sold(SMITH)]);
    paying().when(lapse_due(), at("12:44:59.999")).already_so();
    paying().when(confirm(SMITH), at("12:44:59.999")).then([places_sold(SMITH)]);
    paying().when(confirm(SMITH), at("12:45")).refused("claim-gone");
    paying()
        .when(lapse_due(), at("12:45"))
        .then([hold_lapsed("14C")])
        .telling([Effect::TellHoldsLost { booking: SMITH, reason: None }]);
}

#[test]
fn a_booking_learns_once_that_all_its_holds_lapsed() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        seats_held("14A", ALICE, until("12:11")),
        places_held(2, ALICE, until("12:12")),
        holds_claimed(
            ["14C", "14A", "alice"],
            SMITH,
            [adult_on("14C", 1), adult_on("14A", 2), adult(3), adult(4)],
            until("13:00"),
        ),
        seats_held("10A", BOB, until("12:50")),
    ])
    .when(lapse_due(), at("13:00"))
    .then([hold_lapsed("10A"), hold_lapsed("14C"), hold_lapsed("14A"), hold_lapsed("alice")])
    .telling([Effect::TellHoldsLost { booking: SMITH, reason: None }]);
}

#[test]
fn two_bookings_that_lapse_together_learn_it_each() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        seats_held("14A", BOB, until("12:10")),
        seats_held("13A", BOB, until("12:10")),
        holds_claimed(["14A", "13A"], JONES, [adult_on("14A", 1), adult_on("13A", 2)], until("13:00")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
    ])
    .when(lapse_due(), at("13:00"))
    .then([hold_lapsed("14C"), hold_lapsed("14A"), hold_lapsed("13A")])
    .telling([
        Effect::TellHoldsLost { booking: SMITH, reason: None },
        Effect::TellHoldsLost { booking: JONES, reason: None },
    ]);
}

#[test]
fn a_loose_hold_lapses_without_telling_anybody() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(lapse_due(), at("12:10"))
        .then([hold_lapsed("14C")])
        .telling_nobody();
}

#[test]
fn the_timer_is_set_to_the_first_deadline() {
    let story = given([
        seats_held("10A", ALICE, until("12:12")),
        seats_held("11A", BOB, until("12:10")),
        seats_held("12A", BOB, until("12:30")),
    ]);
    assert_eq!(story.flight().deadline(), Some(until("12:10")));
    assert_eq!(given([]).flight().deadline(), None);
}
