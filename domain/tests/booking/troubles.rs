//! What departures say without being asked.

use domain::aggregate::Aggregate;
use domain::booking::{Command, LegState, Place, Status};
use domain::flight::{EndReason, Rejection as No};

use crate::language::{
    SMITH, Say, adult, at, cancel, confirm, flight, given, given_confirmed, given_held, order, segment,
};

fn two() -> Place {
    order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])])
}

fn lost(letter: &str, reason: Option<EndReason>) -> Command {
    Command::HoldsLost { flight: flight(letter), reason }
}

fn cancelled(letter: &str) -> Command {
    Command::FlightCancelled { flight: flight(letter) }
}

#[test]
fn a_booking_expires_at_its_deadline() {
    let story = given_held(two());
    assert_eq!(story.booking.deadline(), Some(at("13:00")));
    story
        .when("12:59:59.999")
        .asked(&Command::LapseDue)
        .already_so()
        .when("13:00")
        .asked(&Command::LapseDue)
        .then("letting go: expired")
        .shows(Status::Held)
        .asks("B release")
        .hears(Say::Already)
        .then("B let go")
        .asks("A release")
        .hears(Say::Already)
        .then("A let go; over: expired")
        .is(Status::Expired)
        .asked(&Command::LapseDue)
        .already_so();
}

#[test]
fn only_what_is_held_has_a_deadline() {
    assert_eq!(given(two()).booking.deadline(), None);
    assert_eq!(given_confirmed(two()).booking.deadline(), None);
}

#[test]
fn a_hold_that_lapsed_ends_the_booking_with_the_others() {
    given_held(two())
        .asked(&lost("A", None))
        .then("A lapsed; letting go: expired")
        .asked(&lost("A", None))
        .already_so()
        .asked(&lost("B", None))
        .already_so()
        .hears(Say::Yes)
        .then("B let go")
        .hears(Say::Already)
        .then("A let go; over: expired")
        .asked(&lost("B", None))
        .already_so();
}

#[test]
fn a_hold_that_is_lost_on_the_way_is_noticed_when_everything_is_held() {
    given(two())
        .hears(Say::Yes)
        .done()
        .asked(&lost("A", Some(EndReason::FlightDeparted)))
        .then("A left")
        .asks("B hold 1 places, later")
        .hears(Say::Yes)
        .then("B held on -; letting go: refused (A: flight-departed)")
        .asks("B release");
}

#[test]
fn word_of_a_loss_may_come_before_the_answer() {
    given(two())
        .asked(&lost("A", None))
        .then("A lapsed")
        .asks("A hold 1 places, later")
        .hears(Say::Yes)
        .then("A held on -; letting go: refused (A: hold-expired)")
        .asks("A release")
        .hears(Say::Already)
        .then("A let go; over: refused (A: hold-expired)")
        .legs(&[LegState::Released, LegState::Wanted]);
}

#[test]
fn a_cancelled_flight_ends_what_is_held() {
    for word in [cancelled("B"), lost("B", Some(EndReason::FlightCancelled))] {
        given_held(two())
            .asked(&word)
            .then("B is cancelled; letting go: cancelled by carrier")
            .hears(Say::Already)
            .then("B let go")
            .hears(Say::Yes)
            .then("A let go; over: cancelled by carrier")
            .is(Status::Cancelled)
            .asked(&word)
            .already_so();
    }
}

#[test]
fn a_cancelled_flight_ends_what_is_being_held() {
    given(two())
        .hears(Say::Yes)
        .done()
        .asked(&lost("A", None))
        .then("A lapsed")
        .asked(&cancelled("A"))
        .then("A is cancelled")
        .asked(&lost("A", None))
        .already_so()
        .hears(Say::Yes)
        .then("B held on -; letting go: cancelled by carrier");
    given(two())
        .hears(Say::No(No::FlightCancelled))
        .then("no from A: flight-cancelled; letting go: refused (A: flight-cancelled); over: refused (A: flight-cancelled)");
}

#[test]
fn a_flight_cancelled_while_the_booking_pays_is_cancelled_by_the_carrier() {
    let paying = || given_held(two()).asked(&confirm("cash")).then("paying").hears(Say::Yes).then("A fenced");
    paying()
        .hears(Say::No(No::FlightCancelled))
        .then("no from B: flight-cancelled; letting go: cancelled by carrier");
    paying()
        .asked(&cancelled("A"))
        .then("A is cancelled")
        .asks("B fence")
        .hears(Say::Yes)
        .then("B fenced; letting go: cancelled by carrier")
        .asks("B release");
    paying()
        .asked(&lost("A", None))
        .then("A lapsed")
        .hears(Say::Yes)
        .then("B fenced; letting go: failed (A: hold-expired)");
}

#[test]
fn a_flight_cancelled_at_the_last_moment_takes_back_what_was_bought() {
    given_held(two())
        .asked(&confirm("cash"))
        .done()
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .then("A bought")
        .asked(&cancelled("A"))
        .then("A is cancelled")
        .hears(Say::Yes)
        .then("B bought; letting go: cancelled by carrier")
        .asks("B unsell")
        .hears(Say::Yes)
        .then("B let go")
        .asks("A unsell")
        .hears(Say::Yes)
        .then("A let go; over: cancelled by carrier");
}

#[test]
fn a_cancelled_flight_gives_everything_back() {
    given_confirmed(two())
        .when("5 12:00")
        .asked(&cancelled("B"))
        .then("B is cancelled; cancelling for carrier: 220.00 USD back, 0.00 USD kept")
        .shows(Status::Confirmed)
        .asks("A cancel 1 passengers")
        .hears(Say::Yes)
        .then("A given back")
        .asks("B cancel 1 passengers")
        .hears(Say::Yes)
        .then("B given back; over: cancelled by carrier, 220.00 USD back, 0.00 USD kept")
        .is(Status::Cancelled);
}

#[test]
fn what_was_flown_before_a_later_flight_was_cancelled_is_kept() {
    given_confirmed(two())
        .when("21 06:00")
        .asked(&cancelled("B"))
        .done()
        .hears(Say::No(No::FlightDeparted))
        .then("A flown")
        .hears(Say::Yes)
        .then("B given back; over: cancelled by carrier, 110.00 USD back, 110.00 USD kept")
        .legs(&[LegState::Flown, LegState::Released]);
}

#[test]
fn a_flight_is_cancelled_while_the_customer_cancels_in_vain() {
    given_confirmed(two())
        .when("21 06:00")
        .asked(&cancel("alice", None))
        .done()
        .asked(&cancelled("B"))
        .then("B is cancelled")
        .hears(Say::No(No::FlightDeparted))
        .then("not cancelled, A: flight-departed; cancelling for carrier: 220.00 USD back, 0.00 USD kept")
        .hears(Say::No(No::FlightDeparted))
        .then("A flown")
        .hears(Say::Yes)
        .then("B given back; over: cancelled by carrier, 110.00 USD back, 110.00 USD kept");
}

#[test]
fn a_flight_that_was_only_wanted_refuses_the_booking() {
    given(two())
        .asked(&cancelled("B"))
        .then("B is cancelled")
        .hears(Say::Yes)
        .then("A held on -; letting go: refused (B: flight-cancelled)");
}

#[test]
fn word_of_what_is_given_back_already_means_nothing() {
    given_confirmed(two())
        .when("5 12:00")
        .asked(&cancel("alice", None))
        .hears(Say::Yes)
        .then("A given back")
        .asked(&cancelled("A"))
        .already_so()
        .asked(&cancelled("B"))
        .then("B is cancelled");
}

#[test]
fn word_of_other_flights_means_nothing() {
    given_held(two())
        .asked(&cancelled("C"))
        .already_so()
        .asked(&lost("C", None))
        .already_so()
        .is(Status::Held);
}

#[test]
fn a_claim_that_lapsed_is_no_news_to_a_booking_that_failed_for_it() {
    given_held(two())
        .asked(&confirm("cash"))
        .done()
        .hears(Say::No(No::ClaimGone { booking: SMITH }))
        .done()
        .asked(&lost("A", None))
        .already_so();
}
