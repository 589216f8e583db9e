//! Who may place what.

use domain::booking::{Command, Place, PlannedSegment};
use domain::ids::PeopleRef;

use crate::language::{Story, adult, at, child, confirm, given, order, segment};

#[track_caller]
fn placing(place: Place) -> Story {
    Story::new().asked(&Command::Place(place))
}

#[test]
fn a_booking_begins_with_an_order() {
    placing(order(&[segment("A", &[adult(1)])])).then("placed").asks("A hold 1 places, later");
}

#[test]
fn nothing_happens_to_a_booking_that_nobody_placed() {
    for command in [confirm("cash"), Command::QuoteCancellation, Command::ChangeSeats { moves: Vec::new() }] {
        Story::new().asked(&command).refused("not-found");
    }
    Story::new().asked(&Command::LapseDue).already_so();
}

#[test]
fn an_order_is_placed_once() {
    let place = order(&[segment("A", &[adult(1)])]);
    given(place.clone()).asked(&Command::Place(place.clone())).already_so();
    let a_day_later = Place { until: at("2 13:00"), ..place.clone() };
    given(place.clone()).when("2 12:00").asked(&Command::Place(a_day_later)).already_so();
    let other = Place { people: PeopleRef::new(2), ..place };
    given(other.clone())
        .asked(&Command::Place(order(&[segment("A", &[adult(1)])])))
        .refused("already-placed");
}

#[test]
fn an_order_names_each_departure_once_and_at_most_eight() {
    let on = |letters: &str| -> Vec<PlannedSegment> {
        letters.split(' ').map(|letter| segment(letter, &[adult(1)])).collect()
    };
    placing(order(&[])).refused("validation");
    placing(order(&on("A B A"))).refused("validation");
    placing(order(&on("A B C D E F G H I"))).refused("validation");
    placing(order(&on("A B C D E F G H"))).then("placed");
    let mut with_a_gap = order(&on("A"));
    with_a_gap.slices.push(Vec::new());
    placing(with_a_gap).refused("validation");
}

#[test]
fn the_same_people_travel_on_each_departure() {
    placing(order(&[segment("A", &[])])).refused("validation");
    placing(order(&[segment("A", &[adult(1), child(2)]), segment("B", &[adult(1)])])).refused("validation");
    placing(order(&[segment("A", &[adult(1), child(2)]), segment("B", &[adult(2), adult(1)])]))
        .then("placed");
}

#[test]
fn a_booking_is_held_for_at_most_two_hours() {
    let until = |time: &str| Place { until: at(time), ..order(&[segment("A", &[adult(1)])]) };
    for time in ["11:00", "12:00", "14:00:00.001"] {
        placing(until(time)).refused("validation");
    }
    for time in ["12:00:00.001", "14:00"] {
        placing(until(time)).then("placed");
    }
}
