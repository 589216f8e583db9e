//! Other seats, on every departure or on none.

use domain::booking::{Command, Place, Status};
use domain::flight::Rejection as No;

use crate::language::{
    SMITH, Say, Story, adult_on, change_seats, flight, given_confirmed, given_held, order, segment,
};

fn two() -> Place {
    let couple = [adult_on("12A", 1), adult_on("12B", 2)];
    order(&[segment("A", &couple), segment("B", &couple)])
}

fn taken() -> Say {
    Say::No(No::SeatTaken { seats: Vec::new(), alternatives: Vec::new() })
}

#[track_caller]
fn sits(story: Story, letter: &str, seats: &str) -> Story {
    let leg = story.placed().leg(flight(letter)).expect("a leg");
    let sits: Vec<String> =
        leg.passengers.iter().map(|one| one.seat.map_or_else(String::new, |seat| seat.to_string())).collect();
    assert_eq!(sits.join(" "), seats);
    story
}

#[test]
fn on_one_departure_seats_are_simply_changed() {
    let story = given_held(two())
        .asked(&change_seats("1:B:14A 2:B:14B"))
        .then("changing seats")
        .shows(Status::Held)
        .asks("B move")
        .hears(Say::Dear(25))
        .then("B moves 1:14A 2:14B; seats changed")
        .is(Status::Held);
    assert_eq!(story.placed().price().expect("a price").total.to_string(), "490.00 USD");
    let story = sits(story, "A", "12A 12B");
    sits(story, "B", "14A 14B");
}

#[test]
fn on_several_departures_seats_are_tried_and_then_kept() {
    let story = given_confirmed(two())
        .asked(&change_seats("1:B:14A 1:A:15A"))
        .then("changing seats")
        .shows(Status::Confirmed)
        .asks("A try")
        .hears(Say::Yes)
        .then("A tries 1:15A")
        .asks("B try")
        .hears(Say::Yes)
        .then("B tries 1:14A")
        .asks("A keep")
        .hears(Say::Yes)
        .then("A keeps")
        .asks("B keep")
        .hears(Say::Already)
        .then("B keeps; seats changed")
        .is(Status::Confirmed);
    let story = sits(story, "A", "15A 12B");
    sits(story, "B", "14A 12B");
}

#[test]
fn a_no_undoes_what_was_tried() {
    let story = given_held(two())
        .asked(&change_seats("1:A:15A 2:B:14A"))
        .done()
        .hears(Say::Dear(25))
        .then("A tries 1:15A")
        .hears(taken())
        .then("no from B: seat-taken")
        .asks("A undo")
        .hears(Say::Yes)
        .then("A undone; seats unchanged")
        .is(Status::Held);
    assert_eq!(story.placed().price().expect("a price").total.to_string(), "440.00 USD");
    assert_eq!(story.placed().declined.as_ref().map(|no| no.rejection.code()), Some("seat-taken"));
    let story = sits(story, "A", "12A 12B");
    let story = story.asked(&change_seats("1:A:15A")).then("changing seats");
    assert_eq!(story.placed().declined, None);
}

#[test]
fn tries_are_undone_in_reverse() {
    let one = [adult_on("12A", 1)];
    given_held(order(&[segment("A", &one), segment("B", &one), segment("C", &one)]))
        .asked(&change_seats("1:A:15A 1:B:15A 1:C:15A"))
        .hears(Say::Yes)
        .hears(Say::Yes)
        .then("B tries 1:15A")
        .hears(taken())
        .then("no from C: seat-taken")
        .asks("B undo")
        .hears(Say::Yes)
        .then("B undone")
        .asks("A undo")
        .hears(Say::Yes)
        .then("A undone; seats unchanged");
}

#[test]
fn a_no_on_the_only_departure_changes_nothing() {
    given_confirmed(two())
        .asked(&change_seats("1:A:15A"))
        .done()
        .hears(Say::No(No::SeatCostsMore { seats: Vec::new() }))
        .then("no from A: seat-costs-more; seats unchanged")
        .is(Status::Confirmed);
}

#[test]
fn a_departure_where_they_sit_there_already_is_tried_and_kept_like_any_other() {
    let story = given_held(two())
        .asked(&change_seats("1:A:15A 1:B:14A"))
        .done()
        .hears(Say::Already)
        .then("A tries 1:15A")
        .hears(taken())
        .then("no from B: seat-taken")
        .hears(Say::Already)
        .then("A undone; seats unchanged");
    sits(story, "A", "12A 12B");
}

#[test]
fn a_deadline_that_came_meanwhile_counts_afterwards() {
    given_held(two())
        .when("12:59:59")
        .asked(&change_seats("1:A:15A"))
        .then("changing seats")
        .when("13:00")
        .hears(Say::No(No::ClaimGone { booking: SMITH }))
        .then("no from A: claim-gone; seats unchanged; letting go: expired")
        .asks("B release");
}

#[test]
fn a_flight_cancelled_meanwhile_counts_afterwards() {
    given_confirmed(two())
        .asked(&change_seats("1:A:15A"))
        .done()
        .asked(&Command::FlightCancelled { flight: flight("B") })
        .then("B is cancelled")
        .hears(Say::Yes)
        .then("A moves 1:15A; seats changed; cancelling for carrier: 440.00 USD back, 0.00 USD kept");
}

#[test]
fn wishes_are_about_this_booking_and_about_each_passenger_once() {
    given_held(two())
        .asked(&change_seats(""))
        .refused("validation")
        .asked(&change_seats("1:C:12A"))
        .refused("not-found")
        .asked(&change_seats("3:A:12A"))
        .refused("validation")
        .asked(&change_seats("1:A:14A 1:A:15A"))
        .refused("validation")
        .when("13:00")
        .asked(&change_seats("1:A:14A"))
        .refused("hold-expired");
}
