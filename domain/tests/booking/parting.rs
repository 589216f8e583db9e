//! A part of a booking is cancelled, and the rest stays.

use std::collections::BTreeSet;

use domain::booking::{Command, LegState, Part, Place, Status};
use domain::flight::Rejection as No;
use domain::ids::PassengerId;
use domain::payment::RefundStage;
use domain::plan::CabinClass;

use crate::language::{
    Say, Story, adult, cancel, change_seats, child, flight, give, given_confirmed, given_held, given_paid,
    infant, order, segment,
};

fn two() -> Place {
    let people = [adult(1), adult(2)];
    order(&[segment("A", &people), segment("B", &people)])
}

fn part(passengers: &[u8], flights: &[&str]) -> Part {
    Part {
        passengers: passengers.iter().map(|number| PassengerId::new(*number)).collect(),
        flights: flights.iter().map(|letter| flight(letter)).collect(),
    }
}

fn quote(story: Story, part: Part, terms: &str) -> Story {
    story.asked(&Command::QuotePart(part)).then(&format!("part quoted: {terms}"))
}

/// Cancels by the quote that was just given.
fn by_quote(story: Story) -> Story {
    let quote = story.placed().quote.expect("it was quoted");
    let terms = format!("{} back, {} kept", quote.terms.refund, quote.terms.fees);
    let began = format!("cancelling a part for customer: {terms}");
    story.asked(&cancel("alice", Some(quote.quote))).then(&began)
}

#[test]
fn one_of_two_leaves_and_the_other_travels() {
    let story = quote(given_paid(two()).when("5 12:00"), part(&[2], &[]), "20.00 USD back, 200.00 USD kept");
    let story = by_quote(story)
        .asks("A cancel 1 passengers")
        .hears(Say::Yes)
        .then("A part given back")
        .asks("B cancel 1 passengers")
        .hears(Say::Already)
        .then(
            "B part given back; part cancelled: 20.00 USD back, 200.00 USD kept; \
             refund 1 of 20.00 USD: part cancelled; provider: refund 1",
        )
        .shows(Status::Confirmed)
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done")
        .is(Status::Confirmed)
        .legs(&[LegState::Secured, LegState::Secured])
        .books("provider 420, fares -200, taxes -20, fees -200");
    let price = story.placed().price().expect("it has a price");
    assert_eq!(price.total.to_string(), "220.00 USD");
    story
        .asked(&change_seats("2:A:12C"))
        .refused("validation")
        .asked(&cancel("alice", None))
        .then("cancelling for customer: 20.00 USD back, 200.00 USD kept")
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .done()
        .gives_back(2, RefundStage::Succeeded)
        .then("refund 2 done")
        .books("provider 400, fees -400");
}

#[test]
fn everybody_leaves_one_departure_and_travels_on_the_other() {
    let story = quote(given_paid(two()), part(&[], &["B"]), "220.00 USD back, 0.00 USD kept");
    let story = by_quote(story)
        .asks("B cancel 2 passengers")
        .hears(Say::Yes)
        .then(
            "B part given back; part cancelled: 220.00 USD back, 0.00 USD kept; \
             refund 1 of 220.00 USD: part cancelled; provider: refund 1",
        )
        .gives_back(1, RefundStage::Succeeded)
        .done()
        .legs(&[LegState::Secured, LegState::Released])
        .books("provider 220, fares -200, taxes -20");
    let view = domain::view::booking_view(story.placed(), story.row());
    assert_eq!(view.passengers.len(), 2);
    story
        .asked(&Command::FlightCancelled { flight: flight("B") })
        .already_so()
        .asked(&Command::FlightCancelled { flight: flight("A") })
        .then("A is cancelled; cancelling for carrier: 220.00 USD back, 0.00 USD kept")
        .hears(Say::Yes)
        .done()
        .gives_back(2, RefundStage::Succeeded)
        .then("refund 2 done")
        .books("");
}

#[test]
fn a_part_is_given_back_before_the_rest_is_reckoned() {
    let story = quote(given_paid(two()), part(&[], &["B"]), "220.00 USD back, 0.00 USD kept");
    by_quote(story)
        .asked(&Command::FlightCancelled { flight: flight("A") })
        .then("A is cancelled")
        .hears(Say::Yes)
        .then(
            "B part given back; part cancelled: 220.00 USD back, 0.00 USD kept; \
             refund 1 of 220.00 USD: part cancelled; cancelling for carrier: 220.00 USD back, 0.00 USD kept",
        )
        .hears(Say::Yes)
        .then(
            "A given back; refund 2 of 220.00 USD: cancelled; \
             over: cancelled by carrier, 220.00 USD back, 0.00 USD kept; provider: refund 1",
        )
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done; provider: refund 2")
        .gives_back(2, RefundStage::Succeeded)
        .then("refund 2 done")
        .books("");
}

#[test]
fn a_fee_is_kept_of_each_who_leaves() {
    let family = [adult(1), child(2), infant(3, 1)];
    let place = Place { class: CabinClass::Business, ..order(&[segment("A", &family)]) };
    let story = given_confirmed(place).when("5 12:00");
    let story = quote(story, part(&[2], &[]), "10.00 USD back, 75.00 USD kept");
    by_quote(story)
        .hears(Say::Yes)
        .then("A part given back; part cancelled: 10.00 USD back, 75.00 USD kept")
        .is(Status::Confirmed);
}

#[test]
fn what_a_departure_does_not_let_go_stays() {
    let story = quote(given_paid(two()).when("5 12:00"), part(&[2], &[]), "20.00 USD back, 200.00 USD kept");
    by_quote(story)
        .hears(Say::Yes)
        .then("A part given back")
        .hears(Say::No(No::FlightDeparted))
        .then(
            "B part stays; part cancelled: 10.00 USD back, 100.00 USD kept; \
             refund 1 of 10.00 USD: part cancelled; provider: refund 1",
        )
        .gives_back(1, RefundStage::Succeeded)
        .done()
        .books("provider 430, fares -300, taxes -30, fees -100");
}

#[test]
fn when_the_first_departure_says_no_nothing_is_cancelled() {
    let story = quote(given_paid(two()), part(&[1], &[]), "220.00 USD back, 0.00 USD kept");
    by_quote(story)
        .hears(Say::No(No::SeatRules { breaches: Vec::new() }))
        .then("not cancelled, A: seat-rules")
        .is(Status::Confirmed)
        .books("provider 440, fares -400, taxes -40");
}

#[test]
fn a_part_is_something_and_not_all() {
    let ask = |part: Part| given_paid(two()).asked(&Command::QuotePart(part));
    ask(part(&[], &[])).refused("validation");
    ask(part(&[1, 2], &["A", "B"])).refused("validation");
    ask(part(&[3], &[])).refused("validation");
    ask(part(&[], &["C"])).refused("not-found");
    given_held(two()).asked(&Command::QuotePart(part(&[1], &[]))).refused("wrong-status");
    assert_eq!(part(&[], &[]), Part { passengers: BTreeSet::new(), flights: BTreeSet::new() });
}

#[test]
fn without_its_quote_everything_is_cancelled() {
    let story = quote(given_paid(two()), part(&[2], &[]), "220.00 USD back, 0.00 USD kept");
    story.asked(&cancel("alice", None)).then("cancelling for customer: 440.00 USD back, 0.00 USD kept");
    let story = quote(given_paid(two()), part(&[2], &[]), "220.00 USD back, 0.00 USD kept");
    story
        .asked(&Command::QuoteCancellation)
        .then("quoted: 440.00 USD back, 0.00 USD kept")
        .asked(&cancel("alice", None))
        .done();
}

#[test]
fn a_part_is_not_given_back_beyond_what_is_left() {
    let story = given_paid(two()).asked(&give(Some(300))).done().gives_back(1, RefundStage::Succeeded).done();
    let story = quote(story, part(&[2], &[]), "140.00 USD back, 80.00 USD kept");
    by_quote(story)
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .done()
        .gives_back(2, RefundStage::Succeeded)
        .then("refund 2 done");
}

#[test]
fn a_part_that_was_paid_outside_is_given_back_outside() {
    let story =
        quote(given_confirmed(two()).when("5 12:00"), part(&[2], &[]), "20.00 USD back, 200.00 USD kept");
    by_quote(story)
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .then("B part given back; part cancelled: 20.00 USD back, 200.00 USD kept")
        .books("outside 420, fares -200, taxes -20, fees -200");
}
