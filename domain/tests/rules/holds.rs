//! Holding seats and places, and letting them go.

use domain::fare::{self, Load};
use domain::flight::{BlockReason, Status};
use domain::plan::CabinClass;

use crate::asks::{hold, hold_places, lapse_due, release, sell_elsewhere};
use crate::facts::{
    hold_released, places_held, seats_blocked, seats_held, seats_sold_elsewhere, status_changed,
};
use crate::language::{ALICE, BOB, BOEING, at, given, given_on, nothing_yet, until};

#[test]
fn an_open_seat_is_held_for_whoever_asks() {
    given([]).when(hold("14C", ALICE), at("12:00")).then([seats_held("14C", ALICE, until("12:15"))]);
}

#[test]
fn several_seats_are_held_in_the_order_of_the_plan() {
    given([]).when(hold("16A 14C 12A", ALICE), at("12:00")).then([seats_held(
        "12A 14C 16A",
        ALICE,
        until("12:15"),
    )]);
}

#[test]
fn places_may_be_held_before_anybody_chooses_a_seat() {
    given([]).when(hold_places(3, ALICE), at("12:00")).then([places_held(3, ALICE, until("12:15"))]);
}

#[test]
fn a_hold_may_pin_fewer_seats_than_it_has_places() {
    given([]).when(hold("14C", ALICE).of_places(3), at("12:00")).then([seats_held(
        "14C",
        ALICE,
        until("12:15"),
    )
    .of_places(3)]);
}

#[test]
fn a_seat_in_another_cabin_is_held_there() {
    given_on(BOEING, [])
        .when(hold("3A 3B", ALICE).in_cabin(CabinClass::First), at("12:00"))
        .then([seats_held("3A 3B", ALICE, until("12:15")).in_first()]);
}

#[test]
fn a_held_seat_cannot_be_held_again() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(hold("14C", BOB), at("12:00"))
        .refused("seat-taken")
        .when(hold("14C", ALICE), at("12:00"))
        .refused("seat-taken");
}

#[test]
fn one_seat_that_is_gone_spoils_the_whole_hold() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(hold("14A 14C", BOB), at("12:00"))
        .refused("seat-taken")
        .when(hold("14A", BOB), at("12:00"))
        .then([seats_held("14A", BOB, until("12:15"))]);
}

#[test]
fn a_seat_that_is_out_of_sale_cannot_be_held() {
    for out in [seats_blocked("14C", BlockReason::Crew), seats_sold_elsewhere("14C")] {
        given([out]).when(hold("14C", BOB), at("12:00")).refused("seat-taken");
    }
}

#[test]
fn nothing_is_held_before_the_sale_opens() {
    nothing_yet().when(hold("14C", ALICE), at("12:00")).refused("not-on-sale");
    nothing_yet().when(sell_elsewhere("14C"), at("12:00")).refused("not-on-sale");
    nothing_yet().when(lapse_due(), at("12:00")).already_so();
}

#[test]
fn sale_closes_exactly_an_hour_before_departure() {
    given([])
        .when(hold("14C", ALICE), at("17:00:00"))
        .refused_with(domain::flight::Rejection::SaleClosed { closed: at("17:00") })
        .when(hold("14C", ALICE), at("16:59:59.999"))
        .then([seats_held("14C", ALICE, until("17:14:59.999"))]);
}

#[test]
fn nobody_holds_seats_once_boarding_has_begun() {
    for status in [Status::Boarding, Status::Departed, Status::Arrived] {
        given([status_changed(status)]).when(hold("14C", ALICE), at("12:00")).refused("sale-closed");
    }
    given([status_changed(Status::Delayed)]).when(hold("14C", ALICE), at("12:00")).then([seats_held(
        "14C",
        ALICE,
        until("12:15"),
    )]);
}

#[test]
fn a_cabin_that_the_aircraft_lacks_has_no_places() {
    given([])
        .when(hold_places(1, ALICE).in_cabin(CabinClass::First), at("12:00"))
        .refused_with(domain::flight::Rejection::NoSuchCabin { class: CabinClass::First });
}

#[test]
fn a_cabin_with_too_few_open_seats_is_full() {
    given([seats_sold_elsewhere("10A 11A 12A 13A 14A 14C 15A 15C 16A 17A")])
        .when(hold_places(3, ALICE), at("12:00"))
        .refused_with(domain::flight::Rejection::CabinFull { class: CabinClass::Economy, sellable: 2 })
        .when(hold_places(2, ALICE), at("12:00"))
        .then([places_held(2, ALICE, until("12:15"))]);
}

#[test]
fn a_released_seat_is_open_at_once() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(release("14C", ALICE), at("12:01"))
        .then([hold_released("14C")])
        .when(hold("14C", BOB), at("12:01"))
        .then([seats_held("14C", BOB, until("12:16"))]);
}

#[test]
fn a_hold_is_released_once() {
    given([seats_held("14C", ALICE, until("12:10"))])
        .when(release("14C", ALICE), at("12:01"))
        .then([hold_released("14C")])
        .when(release("14C", ALICE), at("12:01"))
        .refused("hold-gone");
}

#[test]
fn what_never_was_cannot_be_released() {
    given([]).when(release("#99", ALICE), at("12:00")).refused("not-found");
}

#[test]
fn a_hold_pins_the_fare_of_its_moment() {
    let story = given([seats_held("10A 11A 12A", BOB, until("12:15"))]);
    let basis = story.departure().basis;
    for (day, days_to_departure) in [("2026-12-01T12:00:00Z", 0), ("2026-11-30T18:00:00Z", 1)] {
        let now = day.parse().unwrap();
        let ask = crate::asks::Ask::from(hold("14C", ALICE)).command(&story);
        let turn = domain::aggregate::Turn { now, version: story.row().next() };
        let row = domain::flight::decide::decide(story.flight(), &ask, turn).unwrap();
        let [domain::flight::Event::SeatsHeld(held)] = row.as_slice() else { panic!("{row:?}") };
        let fare = fare::adult(basis, CabinClass::Economy, Load::of(3, 12), days_to_departure);
        assert_eq!(held.fare, fare, "{days_to_departure} days before departure");
    }
}
