//! Which seats are named, found and offered.

use domain::flight::{Rejection, TakenSeat};
use domain::plan::{CabinClass, SeatNumber};
use domain::view::SeatState;

use crate::asks::{change_seats, hold, hold_best, hold_together};
use crate::facts::{holds_claimed, places_held, seats_held, seats_sold_elsewhere};
use crate::language::{ALICE, BOB, BOEING, SMITH, adult_on, at, given, given_on, seat, seats, until};

fn held(number: &str, end: &str) -> TakenSeat {
    TakenSeat { seat: seat(number), state: SeatState::Held, until: Some(until(end)) }
}

fn taken(seats_taken: Vec<TakenSeat>, instead: &str) -> Rejection {
    let alternatives: Vec<SeatNumber> = seats(instead);
    Rejection::SeatTaken { seats: seats_taken, alternatives }
}

#[test]
fn seats_that_the_cabin_lacks_are_named() {
    let missing = Rejection::NoSuchSeats { seats: seats("14B 99A") };
    given([]).when(hold("14B 14C 99A", ALICE), at("12:00")).refused_with(missing);
    let in_first = Rejection::NoSuchSeats { seats: seats("3A") };
    given_on(BOEING, []).when(hold("3A 7A", ALICE), at("12:00")).refused_with(in_first);
}

#[test]
fn seats_are_named_once_and_no_more_than_places() {
    given([]).when(hold("14C 14C", ALICE), at("12:00")).refused("validation");
    given([]).when(hold("14A 14C", ALICE).of_places(1), at("12:00")).refused("validation");
}

#[test]
fn the_nearest_seats_of_the_same_kind_are_offered_instead() {
    given([seats_held("14C", BOB, until("12:10"))])
        .when(hold("14C", ALICE), at("12:00"))
        .refused_with(taken(vec![held("14C", "12:10")], "14A 13A 12A 16A 11A 17A"));
}

#[test]
fn a_window_is_offered_for_a_window_and_an_aisle_for_an_aisle() {
    let crowd = || given_on(BOEING, [seats_held("20A 20C", BOB, until("12:10"))]);
    crowd()
        .when(hold("20A", ALICE), at("12:00"))
        .refused_with(taken(vec![held("20A", "12:10")], "19A 21A 18A 22A 17A 20F"));
    crowd()
        .when(hold("20C", ALICE), at("12:00"))
        .refused_with(taken(vec![held("20C", "12:10")], "19C 20D 21C 18C 19D 21D"));
}

#[test]
fn an_exit_seat_is_offered_only_for_an_exit_seat() {
    given([seats_held("15A", BOB, until("12:10")).travelling(1, 0, 0)])
        .when(hold("15A", ALICE), at("12:00"))
        .refused_with(taken(vec![held("15A", "12:10")], "15C 14A 16A 13A 14C 17A"));
}

#[test]
fn no_seat_is_offered_that_was_asked_for() {
    given([seats_held("14C", BOB, until("12:10"))])
        .when(hold("14A 13A 14C", ALICE), at("12:00"))
        .refused_with(taken(vec![held("14C", "12:10")], "12A 16A 11A 17A 10A 18A"));
}

#[test]
fn a_full_cabin_offers_nothing() {
    let rest = "10A 11A 12A 13A 14A 16A 17A 18A 19A";
    given([seats_sold_elsewhere(rest), seats_held("14C", BOB, until("12:10"))])
        .when(hold("14C", ALICE), at("12:00"))
        .refused_with(taken(vec![held("14C", "12:10")], ""));
}

#[test]
fn a_seat_change_is_offered_alternatives_too() {
    given([
        seats_held("10A", ALICE, until("12:10")),
        holds_claimed(["10A"], SMITH, [adult_on("10A", 1)], until("13:00")),
        seats_held("14C", BOB, until("12:50")),
    ])
    .when(change_seats(SMITH, [(1, "14C")]), at("12:05"))
    .refused_with(taken(vec![held("14C", "12:50")], "14A 13A 12A 16A 11A 17A"));
}

#[test]
fn the_best_two_seats_are_beside_each_other() {
    given([]).when(hold_best(2, ALICE), at("12:00")).then([seats_held("14A 14C", ALICE, until("12:15"))]);
    given_on(BOEING, []).when(hold_best(3, ALICE), at("12:00")).then([seats_held(
        "7A 7B 7C",
        ALICE,
        until("12:15"),
    )]);
}

#[test]
fn together_or_not_at_all() {
    let apart = || given([seats_held("14C", BOB, until("12:10"))]);
    apart()
        .when(hold_together(2, ALICE), at("12:00"))
        .refused_with(Rejection::NoSuitableSeats { class: CabinClass::Economy });
    apart().when(hold_best(2, ALICE), at("12:00")).then([seats_held("10A 11A", ALICE, until("12:15"))]);
    apart().when(hold_together(2, ALICE).travelling(2, 0, 0), at("12:00")).then([seats_held(
        "15A 15C",
        ALICE,
        until("12:15"),
    )
    .travelling(2, 0, 0)]);
}

#[test]
fn unknown_travellers_are_not_seated_at_an_exit() {
    let only_exits = || given([seats_sold_elsewhere("10A 11A 12A 13A 14A 14C 16A 17A 18A 19A")]);
    only_exits().when(hold_best(1, ALICE), at("12:00")).refused("no-suitable-seats");
    only_exits().when(hold_best(1, ALICE).travelling(1, 0, 1), at("12:00")).refused("no-suitable-seats");
    only_exits().when(hold_best(2, ALICE).travelling(2, 0, 0), at("12:00")).then([seats_held(
        "15A 15C",
        ALICE,
        until("12:15"),
    )
    .travelling(2, 0, 0)]);
    only_exits().when(hold_best(2, ALICE).travelling(1, 1, 0), at("12:00")).refused("no-suitable-seats");
}

#[test]
fn the_unseated_are_not_offered_what_is_no_longer_sellable() {
    given([places_held(9, BOB, until("12:10")), seats_held("14C", ALICE, until("12:10"))])
        .when(hold_best(2, ALICE), at("12:00"))
        .then([seats_held("10A 11A", ALICE, until("12:15"))])
        .when(hold_best(1, ALICE), at("12:00"))
        .refused("cabin-full");
}
