//! A booking's hand on holds: taking them over, giving them back, letting them go.

use domain::flight::{BookingParty, Rejection};
use domain::party::SeatRule;
use domain::plan::CabinClass;

use crate::asks::{
    claim, claim_until, confirm, extend, hold, hold_places, release, release_claim, return_claim,
};
use crate::facts::{
    USUAL_TERM, claim_released, claim_returned, hold_lapsed, hold_released, holds_claimed, paying_started,
    places_held, places_sold, seats_held,
};
use crate::language::{
    ALICE, BOB, BOEING, CARLA, JONES, SMITH, Story, adult, adult_on, at, child, given, given_on, infant,
    until,
};

/// Alice holds 14C, and the Smiths' booking has taken it over until 13:00.
fn the_smiths_have_14c() -> Story {
    given([
        seats_held("14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
    ])
}

#[test]
fn a_booking_takes_a_hold_over_with_its_own_deadline() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(claim(["14C"], ALICE, SMITH, [adult(1)]), at("12:05"))
        .then([holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00"))])
        .when(hold("14C", BOB), at("12:59:59.999"))
        .refused("seat-taken")
        .when(hold("14C", BOB), at("13:00"))
        .then([hold_lapsed("14C"), seats_held("14C", BOB, until("13:15"))]);
}

#[test]
fn a_booking_that_claims_again_has_what_it_has() {
    the_smiths_have_14c().when(claim(["14C"], ALICE, SMITH, [adult(1)]), at("12:20")).already_so();
}

#[test]
fn a_booking_does_not_change_its_mind_about_its_holds() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        seats_held("14A", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
    ])
    .when(claim(["14A"], ALICE, SMITH, [adult(1)]), at("12:05"))
    .refused("validation")
    .when(claim(["14A", "14C"], ALICE, SMITH, [adult(1), adult(2)]), at("12:05"))
    .refused("validation");
}

#[test]
fn two_bookings_never_have_one_hold() {
    let taken = Rejection::HoldBooked { hold: the_smiths_have_14c().hold("14C"), booking: SMITH };
    the_smiths_have_14c()
        .when(claim(["14C"], ALICE, JONES, [adult(1)]), at("12:05"))
        .refused_with(taken.clone())
        .when(release("14C", ALICE), at("12:05"))
        .refused_with(taken.clone())
        .when(extend("14C", ALICE, USUAL_TERM), at("12:05"))
        .refused_with(taken);
}

#[test]
fn several_holds_become_one_claim() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        places_held(1, ALICE, until("12:11")),
        seats_held("14A", ALICE, until("12:12")).of_places(2),
    ])
    .when(claim(["14A", "14C", "alice"], ALICE, SMITH, [adult(1), child(2), adult(3), adult(4)]), at("12:05"))
    .then([holds_claimed(
        ["14C", "alice", "14A"],
        SMITH,
        [adult_on("14A", 1), child(2), adult_on("14C", 3), adult(4)],
        until("13:00"),
    )])
    .when(confirm(SMITH), at("12:59"))
    .then([places_sold(SMITH)]);
}

#[test]
fn the_holds_of_a_claim_are_named_and_named_once() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(claim([], ALICE, SMITH, [adult(1)]), at("12:05"))
        .refused("validation")
        .when(claim(["14C", "14C"], ALICE, SMITH, [adult(1), adult(2)]), at("12:05"))
        .refused("validation");
}

#[test]
fn the_holds_of_a_claim_are_of_one_cabin() {
    given_on(
        BOEING,
        [seats_held("3A", ALICE, until("12:10")).in_first(), seats_held("7A", ALICE, until("12:10"))],
    )
    .when(claim(["3A", "7A"], ALICE, SMITH, [adult(1), adult(2)]), at("12:05"))
    .refused("validation");
}

#[test]
fn a_claim_has_one_place_for_each_seated_passenger() {
    let held = || given([places_held(2, ALICE, until("12:10"))]);
    held().when(claim(["alice"], ALICE, SMITH, [adult(1)]), at("12:05")).refused("validation");
    held()
        .when(claim(["alice"], ALICE, SMITH, [adult(1), adult(2), adult(3)]), at("12:05"))
        .refused("validation");
    held().when(claim(["alice"], ALICE, SMITH, [adult(1), infant(2, 1)]), at("12:05")).refused("validation");
    held()
        .when(claim(["alice"], ALICE, SMITH, [adult(1), infant(2, 1), child(3)]), at("12:05"))
        .then([holds_claimed(["alice"], SMITH, [adult(1), infant(2, 1), child(3)], until("13:00"))]);
}

#[test]
fn the_deadline_of_a_claim_lies_within_two_hours() {
    let party = || BookingParty { booking: SMITH, passengers: vec![adult(1)], fare: None };
    for end in ["12:05", "11:00", "14:05:00.001"] {
        given([seats_held("14C", ALICE, until("12:10"))])
            .when(claim_until(until(end), ["14C"], ALICE, party()), at("12:05"))
            .refused("validation");
    }
    for end in ["12:05:00.001", "14:05"] {
        given([seats_held("14C", ALICE, until("12:10"))])
            .when(claim_until(until(end), ["14C"], ALICE, party()), at("12:05"))
            .then([holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until(end))]);
    }
}

#[test]
fn a_party_that_may_not_travel_claims_nothing() {
    given([places_held(2, ALICE, until("12:10"))])
        .when(claim(["alice"], ALICE, SMITH, [child(1), child(2)]), at("12:05"))
        .refused("seat-rules");
    let breaches = vec![domain::party::Breach { seat: None, rule: SeatRule::PartyTooLarge }];
    given_on(BOEING, [places_held(5, CARLA, until("12:10")), places_held(5, CARLA, until("12:10"))])
        .when(claim(["#2", "#3"], CARLA, SMITH, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(adult)), at("12:05"))
        .refused_with(Rejection::SeatRules { breaches });
}

#[test]
fn returned_holds_have_their_old_deadlines() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        seats_held("14A", ALICE, until("12:20")),
        holds_claimed(["14C", "14A"], SMITH, [adult_on("14C", 1), adult_on("14A", 2)], until("13:00")),
    ])
    .when(return_claim(SMITH), at("12:05"))
    .then([claim_returned(SMITH)])
    .when(return_claim(SMITH), at("12:05"))
    .already_so()
    .when(release("14A", ALICE), at("12:09:59.999"))
    .then([hold_released("14A")])
    .when(hold("14C", BOB), at("12:10"))
    .then([hold_lapsed("14C"), seats_held("14C", BOB, until("12:25"))]);
}

#[test]
fn a_hold_that_comes_back_after_its_old_deadline_lapses_next() {
    the_smiths_have_14c()
        .when(return_claim(SMITH), at("12:30"))
        .then([claim_returned(SMITH)])
        .when(hold("14C", BOB), at("12:30"))
        .then([hold_lapsed("14C"), seats_held("14C", BOB, until("12:45"))])
        .telling_nobody();
}

#[test]
fn a_booking_returns_its_holds_even_while_it_pays() {
    given([
        seats_held("14C", ALICE, until("12:30")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1)], until("13:00")),
        paying_started(SMITH, until("12:25")),
    ])
    .when(return_claim(SMITH), at("12:20"))
    .then([claim_returned(SMITH)])
    .when(claim(["14C"], ALICE, JONES, [adult(1)]), at("12:29:59.999"))
    .then([holds_claimed(["14C"], JONES, [adult_on("14C", 1)], until("13:00"))]);
}

#[test]
fn a_released_claim_opens_all_its_seats() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        seats_held("14A", ALICE, until("12:20")).of_places(2),
        holds_claimed(
            ["14C", "14A"],
            SMITH,
            [adult_on("14C", 1), adult_on("14A", 2), adult(3)],
            until("13:00"),
        ),
    ])
    .when(release_claim(SMITH), at("12:05"))
    .then([claim_released(SMITH)])
    .telling_nobody()
    .when(release_claim(SMITH), at("12:05"))
    .already_so()
    .when(hold("14A 14C", BOB), at("12:05"))
    .then([seats_held("14A 14C", BOB, until("12:20"))]);
}

#[test]
fn what_is_sold_is_neither_claimed_nor_let_go() {
    let sold = Rejection::AlreadySold { booking: SMITH };
    let story = the_smiths_have_14c().when(confirm(SMITH), at("12:20")).then([places_sold(SMITH)]);
    story
        .when(release_claim(SMITH), at("12:21"))
        .refused_with(sold.clone())
        .when(return_claim(SMITH), at("12:21"))
        .refused_with(sold.clone())
        .when(claim(["14C"], ALICE, SMITH, [adult(1)]), at("12:21"))
        .refused_with(sold.clone())
        .when(hold("14A", ALICE).for_booking(SMITH, [adult(1)]), at("12:21"))
        .refused_with(sold)
        .when(release("14C", ALICE), at("12:21"))
        .refused("hold-booked");
}

#[test]
fn a_booking_holds_seats_of_its_own_in_one_step() {
    given([])
        .when(
            hold("14C 14A", ALICE).for_booking(SMITH, [adult(1), child_and_lap().0, child_and_lap().1]),
            at("12:00"),
        )
        .then([
            seats_held("14A 14C", ALICE, until("12:15")).travelling(1, 1, 1),
            holds_claimed(
                ["14C"],
                SMITH,
                [adult_on("14C", 1), crate::language::child_on("14A", 2), infant(3, 1)],
                until("12:15"),
            ),
        ])
        .when(hold("14C 14A", ALICE).for_booking(SMITH, [adult(1), child(2)]), at("12:01"))
        .already_so();
}

fn child_and_lap() -> (domain::party::Passenger, domain::party::Passenger) {
    (child(2), infant(3, 1))
}

#[test]
fn a_booking_may_hold_places_and_choose_seats_later() {
    given_on(BOEING, [])
        .when(
            hold_places(2, ALICE).in_cabin(CabinClass::First).for_booking(SMITH, [adult(7), adult(9)]),
            at("12:00"),
        )
        .then([
            places_held(2, ALICE, until("12:15")).in_first().travelling(2, 0, 0),
            holds_claimed(["alice"], SMITH, [adult(7), adult(9)], until("12:15")),
        ]);
}

#[test]
fn a_booking_that_names_a_passenger_twice_holds_nothing() {
    given([])
        .when(hold("14C 14A", ALICE).for_booking(SMITH, [adult(1), adult(1)]), at("12:00"))
        .refused("validation");
}
