//! What a booking does with the places it has: cancelling, changing seats, getting seats.

use domain::flight::{Rejection, Status};
use domain::party::{Breach, SeatRule};
use domain::plan::CabinClass;

use crate::asks::{assign_seats, assign_seats_together, cancel_places, change_seats, hold};
use crate::facts::{
    Fact, holds_claimed, moves, places_cancelled, places_held, places_sold, seats_changed, seats_held,
    status_changed,
};
use crate::language::{
    ALICE, BOB, BOEING, JONES, SMITH, Story, adult, adult_on, at, child, child_on, given, given_on, infant,
    seat, until,
};

/// Alice's hold of 14A and 14C, and a third place; claimed for two adults and a child without a seat.
fn family() -> [Fact; 2] {
    [
        seats_held("14A 14C", ALICE, until("12:10")).of_places(3),
        holds_claimed(["14C"], SMITH, [adult_on("14A", 1), adult_on("14C", 2), child(3)], until("13:00")),
    ]
}

fn a_family_has_seats() -> Story {
    given(family())
}

fn a_family_has_bought() -> Story {
    let [held, claimed] = family();
    given([held, claimed, places_sold(SMITH)])
}

#[test]
fn who_leaves_a_sale_opens_a_place() {
    a_family_has_bought()
        .when(cancel_places(SMITH, [2]), at("12:30"))
        .then([places_cancelled(SMITH, [2])])
        .when(hold("14C", BOB), at("12:30"))
        .then([seats_held("14C", BOB, until("12:45"))])
        .when(hold("14A", BOB), at("12:30"))
        .refused("seat-taken");
}

#[test]
fn who_has_left_has_left() {
    a_family_has_bought()
        .when(cancel_places(SMITH, [2]), at("12:30"))
        .then([places_cancelled(SMITH, [2])])
        .when(cancel_places(SMITH, [2]), at("12:31"))
        .already_so()
        .when(cancel_places(SMITH, [2, 1, 3, 77]), at("12:32"))
        .then([places_cancelled(SMITH, [1, 3])])
        .when(cancel_places(SMITH, [1]), at("12:33"))
        .already_so();
}

#[test]
fn nobody_leaves_what_is_not_sold() {
    a_family_has_seats().when(cancel_places(SMITH, [1]), at("12:30")).already_so();
    a_family_has_seats().when(cancel_places(JONES, [1]), at("12:30")).already_so();
    a_family_has_bought().when(cancel_places(SMITH, []), at("12:30")).already_so();
}

#[test]
fn a_child_does_not_stay_alone() {
    let alone = Breach { seat: None, rule: SeatRule::UnaccompaniedMinor };
    a_family_has_bought()
        .when(cancel_places(SMITH, [1, 2]), at("12:30"))
        .refused_with(Rejection::SeatRules { breaches: vec![alone] });
}

#[test]
fn an_infant_does_not_stay_without_its_lap() {
    given([
        places_held(2, ALICE, until("12:10")),
        holds_claimed(["alice"], SMITH, [adult(1), adult(2), infant(3, 1)], until("13:00")),
        places_sold(SMITH),
    ])
    .when(cancel_places(SMITH, [1]), at("12:30"))
    .refused("seat-rules")
    .when(cancel_places(SMITH, [1, 3]), at("12:30"))
    .then([places_cancelled(SMITH, [1, 3])]);
}

#[test]
fn on_a_cancelled_flight_anybody_may_leave() {
    a_family_has_bought()
        .when(crate::asks::change_status(Status::Cancelled), at("12:30"))
        .then([status_changed(Status::Cancelled)])
        .when(cancel_places(SMITH, [1, 2]), at("12:31"))
        .then([places_cancelled(SMITH, [1, 2])])
        .when(cancel_places(SMITH, [3]), at("12:32"))
        .then([places_cancelled(SMITH, [3])]);
}

#[test]
fn a_passenger_moves_to_an_open_seat() {
    a_family_has_seats()
        .when(change_seats(SMITH, [(2, "13A")]), at("12:05"))
        .then([seats_changed(SMITH, [moves(2, "14C", "13A").pinned_by("14C")])])
        .when(hold("14C", BOB), at("12:05"))
        .then([seats_held("14C", BOB, until("12:20"))]);
    a_family_has_bought()
        .when(change_seats(SMITH, [(2, "13A")]), at("12:30"))
        .then([seats_changed(SMITH, [moves(2, "14C", "13A")])])
        .when(hold("13A", BOB), at("12:30"))
        .refused("seat-taken");
}

#[test]
fn passengers_of_a_booking_swap_seats() {
    a_family_has_bought()
        .when(change_seats(SMITH, [(1, "14C"), (2, "14A")]), at("12:30"))
        .then([seats_changed(SMITH, [moves(1, "14A", "14C"), moves(2, "14C", "14A")])]);
}

#[test]
fn a_swap_across_two_holds_leaves_each_its_places() {
    let story = given([
        seats_held("14A", ALICE, until("12:10")),
        seats_held("14C", ALICE, until("12:20")).of_places(2),
        holds_claimed(
            ["14A", "14C"],
            SMITH,
            [adult_on("14A", 1), adult_on("14C", 2), adult(3)],
            until("13:00"),
        ),
    ])
    .when(change_seats(SMITH, [(1, "14C"), (2, "13A"), (3, "14A")]), at("12:05"))
    .then([seats_changed(
        SMITH,
        [
            moves(1, "14A", "14C").pinned_by("14A"),
            moves(2, "14C", "13A").pinned_by("14C"),
            moves(3, "", "14A").pinned_by("14C"),
        ],
    )]);
    let pins = |hold| {
        let hold = story.departure().hold(story.hold(hold)).unwrap();
        hold.seats.iter().map(|index| story.departure().number(*index)).collect::<Vec<_>>()
    };
    assert_eq!(pins("14A"), [seat("14C")]);
    assert_eq!(pins("14C"), [seat("13A"), seat("14A")]);
}

#[test]
fn who_sits_there_already_need_not_move() {
    a_family_has_bought().when(change_seats(SMITH, [(1, "14A"), (2, "14C")]), at("12:30")).already_so();
    a_family_has_bought()
        .when(change_seats(SMITH, [(1, "14A"), (3, "13A")]), at("12:30"))
        .then([seats_changed(SMITH, [moves(3, "", "13A")])]);
}

#[test]
fn all_move_or_none() {
    given([
        seats_held("14A 14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14A", 1), adult_on("14C", 2)], until("13:00")),
        places_sold(SMITH),
        seats_held("13A", BOB, until("12:50")),
    ])
    .when(change_seats(SMITH, [(1, "12A"), (2, "13A")]), at("12:30"))
    .refused("seat-taken")
    .when(change_seats(SMITH, [(1, "14C")]), at("12:30"))
    .refused("seat-taken")
    .when(hold("12A", BOB), at("12:30"))
    .then([seats_held("12A", BOB, until("12:45"))]);
}

#[test]
fn a_seat_change_that_makes_no_sense_is_refused() {
    let story = a_family_has_bought();
    story
        .when(change_seats(SMITH, []), at("12:30"))
        .refused("validation")
        .when(change_seats(SMITH, [(1, "12A"), (1, "13A")]), at("12:30"))
        .refused("validation")
        .when(change_seats(SMITH, [(1, "12A"), (2, "12A")]), at("12:30"))
        .refused("validation")
        .when(change_seats(SMITH, [(4, "12A")]), at("12:30"))
        .refused_with(Rejection::NoSuchPassengers { booking: SMITH })
        .when(change_seats(SMITH, [(1, "14B")]), at("12:30"))
        .refused_with(Rejection::NoSuchSeats { seats: vec![seat("14B")] })
        .when(change_seats(JONES, [(1, "12A")]), at("12:30"))
        .refused_with(Rejection::ClaimGone { booking: JONES });
}

#[test]
fn nobody_moves_to_another_cabin() {
    given_on(
        BOEING,
        [
            seats_held("7A", ALICE, until("12:10")),
            holds_claimed(["7A"], SMITH, [adult_on("7A", 1)], until("13:00")),
        ],
    )
    .when(change_seats(SMITH, [(1, "3A")]), at("12:05"))
    .refused("no-such-seats");
}

#[test]
fn an_infant_has_no_seat_to_change() {
    given([
        seats_held("14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14C", 1), infant(2, 1)], until("13:00")),
    ])
    .when(change_seats(SMITH, [(2, "13A")]), at("12:05"))
    .refused("not-found")
    .when(change_seats(SMITH, [(1, "15A")]), at("12:05"))
    .refused("seat-rules");
}

#[test]
fn the_unseated_get_the_best_seats_that_are_left() {
    a_family_has_seats()
        .when(assign_seats(SMITH), at("12:05"))
        .then([seats_changed(SMITH, [moves(3, "", "10A").pinned_by("14C")])])
        .when(assign_seats(SMITH), at("12:05"))
        .already_so();
    a_family_has_bought()
        .when(assign_seats(SMITH), at("12:30"))
        .then([seats_changed(SMITH, [moves(3, "", "10A")])])
        .when(assign_seats(SMITH), at("12:30"))
        .already_so();
}

#[test]
fn an_assignment_keeps_together_who_asks_for_it() {
    given([
        places_held(2, ALICE, until("12:10")),
        holds_claimed(["alice"], SMITH, [adult(1), adult(2)], until("13:00")),
    ])
    .when(assign_seats_together(SMITH), at("12:05"))
    .then([seats_changed(
        SMITH,
        [moves(1, "", "14A").pinned_by("alice"), moves(2, "", "14C").pinned_by("alice")],
    )]);
    given([
        places_held(2, ALICE, until("12:10")),
        holds_claimed(["alice"], SMITH, [adult(1), child(2)], until("13:00")),
        seats_held("14C", BOB, until("12:30")),
    ])
    .when(assign_seats_together(SMITH), at("12:05"))
    .refused_with(Rejection::NoSuitableSeats { class: CabinClass::Economy });
}

#[test]
fn nobody_gets_a_seat_without_a_place() {
    given([]).when(assign_seats(JONES), at("12:05")).refused("claim-gone");
}

#[test]
fn after_departure_nobody_moves() {
    let [held, claimed] = family();
    given([held, claimed, places_sold(SMITH), status_changed(Status::Departed)])
        .when(change_seats(SMITH, [(1, "13A")]), at("18:01"))
        .refused("flight-departed")
        .when(assign_seats(SMITH), at("18:01"))
        .refused("flight-departed");
}

#[test]
fn children_do_not_move_to_an_exit() {
    given([
        seats_held("14A 14C", ALICE, until("12:10")),
        holds_claimed(["14C"], SMITH, [adult_on("14A", 1), child_on("14C", 2)], until("13:00")),
    ])
    .when(change_seats(SMITH, [(2, "15C")]), at("12:05"))
    .refused_with(Rejection::SeatRules {
        breaches: vec![Breach { seat: Some(seat("15C")), rule: SeatRule::ExitRowAdultsOnly }],
    })
    .when(change_seats(SMITH, [(1, "15C")]), at("12:05"))
    .then([seats_changed(SMITH, [moves(1, "14A", "15C").pinned_by("14C")])]);
}
