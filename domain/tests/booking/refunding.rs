//! Money that was taken and is given back: on the terms of a cancellation, or because somebody grants it.

use domain::booking::{Command, Place, Rejection, Status};
use domain::payment::{RefundStage, Refusal};

use crate::language::{
    Say, Story, adult, cancel, dollars, flight, give, given_confirmed, given_held, given_open, given_paid,
    order, segment,
};

fn two() -> Place {
    order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])])
}

fn one() -> Place {
    order(&[segment("A", &[adult(1)])])
}

#[test]
fn what_a_cancellation_gives_back_is_given_back_once() {
    given_paid(two())
        .when("5 12:00")
        .asked(&cancel("alice", None))
        .then("cancelling for customer: 20.00 USD back, 200.00 USD kept")
        .hears(Say::Yes)
        .then("A given back")
        .hears(Say::Yes)
        .then(
            "B given back; refund 1 of 20.00 USD: cancelled; \
             over: cancelled by customer, 20.00 USD back, 200.00 USD kept; provider: refund 1",
        )
        .shows(Status::Cancelled)
        .asked(&cancel("alice", None))
        .already_so()
        .books("provider 220, customer -20, fees -200")
        .asks("pi_1 refund 1 of 20.00 USD")
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done")
        .books("provider 200, fees -200")
        .is(Status::Cancelled);
}

#[test]
fn what_is_kept_whole_is_not_given_back() {
    let cancelled = given_paid(one()).asked(&give(None)).done().gives_back(1, RefundStage::Succeeded).done();
    cancelled
        .asked(&cancel("alice", None))
        .then("cancelling for customer: 0.00 USD back, 0.00 USD kept")
        .hears(Say::Yes)
        .then("A given back; over: cancelled by customer, 0.00 USD back, 0.00 USD kept")
        .books("");
}

#[test]
fn a_flight_that_does_not_take_place_gives_everything_back() {
    given_paid(one())
        .asked(&Command::FlightCancelled { flight: flight("A") })
        .then("A is cancelled; cancelling for carrier: 110.00 USD back, 0.00 USD kept")
        .hears(Say::Yes)
        .then(
            "A given back; refund 1 of 110.00 USD: cancelled; \
             over: cancelled by carrier, 110.00 USD back, 0.00 USD kept; provider: refund 1",
        )
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done")
        .books("");
}

#[test]
fn somebody_of_the_house_may_grant_a_part_and_never_more_than_is_left() {
    let left = |amount| Rejection::BeyondCaptured { left: dollars(amount) };
    given_paid(two())
        .asked(&give(Some(0)))
        .refused_with(left(220))
        .asked(&give(Some(221)))
        .refused_with(left(220))
        .asked(&give(Some(50)))
        .then("refund 1 of 50.00 USD: granted; provider: refund 1")
        .asked(&give(Some(1)))
        .refused("busy")
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done")
        .is(Status::Confirmed)
        .books("provider 170, fares -150, taxes -20")
        .asked(&give(Some(171)))
        .refused_with(left(170))
        .asked(&give(None))
        .then("refund 2 of 170.00 USD: granted; provider: refund 2")
        .gives_back(2, RefundStage::Succeeded)
        .done()
        .asked(&give(None))
        .refused_with(left(0));
}

#[test]
fn what_was_granted_is_not_given_back_a_second_time() {
    given_paid(two())
        .asked(&give(Some(50)))
        .done()
        .gives_back(1, RefundStage::Succeeded)
        .done()
        .asked(&Command::QuoteCancellation)
        .then("quoted: 170.00 USD back, 0.00 USD kept")
        .when("5 12:00")
        .asked(&Command::QuoteCancellation)
        .then("quoted: 20.00 USD back, 150.00 USD kept")
        .asked(&cancel("alice", None))
        .done()
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .done()
        .gives_back(2, RefundStage::Succeeded)
        .then("refund 2 done")
        .books("provider 150, fees -150");
}

#[test]
fn a_refund_voids_a_quote() {
    let story =
        given_paid(two()).asked(&Command::QuoteCancellation).then("quoted: 220.00 USD back, 0.00 USD kept");
    let quote = story.placed().quote.map(|quote| quote.quote);
    story
        .asked(&give(Some(50)))
        .done()
        .gives_back(1, RefundStage::Succeeded)
        .done()
        .asked(&cancel("alice", quote))
        .refused_with(Rejection::NoSuchQuote);
}

#[test]
fn what_was_not_taken_here_is_not_given_back_here() {
    given_held(two()).asked(&give(None)).refused_with(Rejection::WrongStatus { status: Status::Held });
    given_open(two()).asked(&give(None)).refused_with(Rejection::WrongStatus { status: Status::Paying });
    given_confirmed(two()).asked(&give(None)).refused("wrong-status");
    let reason = |reason: &str| Command::Refund {
        amount: None,
        reason: reason.to_owned(),
        by: crate::language::who("carla"),
    };
    for text in ["", "tab\there", &"x".repeat(201)] {
        given_paid(two()).asked(&reason(text)).refused("validation");
    }
}

/// A refund of everything that the provider has taken on.
fn on_its_way() -> Story {
    given_paid(one())
        .when("12:40")
        .asked(&give(None))
        .done()
        .gives_back(1, RefundStage::Pending)
        .then("refund 1 on its way")
        .is(Status::Confirmed)
        .books("fares 10, taxes -10")
}

#[test]
fn a_refund_that_is_on_its_way_is_asked_about_every_hour() {
    on_its_way()
        .due("13:40")
        .then("provider: look at refund 1")
        .asks("pi_1 look at refund 1")
        .refuses(Refusal::NotFound)
        .then("refund 1 on its way")
        .due("14:40")
        .then("provider: look at refund 1")
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done");
    let story = on_its_way().asked(&Command::LookAtPayment).then("hinted; provider: look at refund 1");
    assert_eq!(
        domain::aggregate::Aggregate::deadline(&story.gives_back(1, RefundStage::Succeeded).booking),
        None
    );
}

#[test]
fn a_refund_that_failed_is_not_tried_again_by_itself_and_may_be_granted_again() {
    on_its_way()
        .asked(&Command::LookAtPayment)
        .done()
        .gives_back(1, RefundStage::Failed)
        .then("refund 1 failed")
        .is(Status::Confirmed)
        .books("provider 110, fares -100, taxes -10")
        .asked(&give(None))
        .then("refund 2 of 110.00 USD: granted; provider: refund 2")
        .refuses(Refusal::BeyondCaptured)
        .then("refund 2 failed")
        .books("provider 110, fares -100, taxes -10");
}

#[test]
fn a_refund_goes_out_under_one_key_until_that_is_spent() {
    let story = given_paid(one()).asked(&give(None)).done();
    let first = story.booking.step();
    let story = story.when("18:00").asked(&Command::LapseDue).already_so();
    assert_eq!(story.booking.step(), first);
    let story =
        story.said(domain::payment::Said::KeySpent).then("key spent").asks("pi_1 refund 1 of 110.00 USD");
    assert_ne!(story.booking.step(), first);
}
