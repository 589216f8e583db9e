//! The fence's end: nobody may pay any more, the places go, and who has paid all the same gets them or their money.

use domain::aggregate::Aggregate;
use domain::booking::{Command, LegState, Place, Status};
use domain::flight::Rejection as No;
use domain::payment::{RefundStage, Refusal, Stage};

use crate::language::{
    SMITH, Say, Story, adult_on, at, cancel, given_held, given_open, order, pay, pay_with, segment,
};

fn two() -> Place {
    order(&[segment("A", &[adult_on("1A", 1)]), segment("B", &[adult_on("2A", 1)])])
}

/// The fence has come, and the provider is asked to give the payment up.
fn closing() -> Story {
    let waits = given_open(two()).asked(&pay_with("pm_late")).done().sees(Stage::Pending).done();
    waits
        .when("12:43:59.999")
        .asked(&Command::LapseDue)
        .done()
        .sees(Stage::Pending)
        .done()
        .when("12:44")
        .asked(&Command::LapseDue)
        .then("closing: expired; provider: give up")
}

/// The places are let go of without a word.
fn without_a_word() -> Story {
    let refused = closing()
        .refuses(Refusal::Stage)
        .then("provider refuses: Stage; provider: look")
        .sees(Stage::Pending)
        .then("payment pending")
        .is(Status::Paying);
    refused
        .when("12:49")
        .asked(&Command::LapseDue)
        .then("letting go: expired")
        .hears(Say::Yes)
        .then("B let go")
        .hears(Say::Already)
        .then("A let go")
        .is(Status::Paying)
        .due("12:49")
        .then("provider: give up")
        .refuses(Refusal::Stage)
        .done()
        .sees(Stage::Pending)
        .then("payment pending")
        .is(Status::Paying)
}

#[test]
fn at_the_fence_the_payment_is_given_up_and_then_the_places() {
    let story = given_open(two()).when("12:43:59").asked(&Command::LapseDue).then("provider: look");
    assert_eq!(story.booking.deadline(), Some(at("12:44")));
    story
        .sees(Stage::AwaitsMethod)
        .done()
        .due("12:44")
        .then("closing: expired; provider: give up")
        .asks("pi_1 give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; letting go: expired")
        .asks("B release")
        .hears(Say::Yes)
        .then("B let go")
        .hears(Say::Yes)
        .then("A let go; over: expired")
        .is(Status::Expired)
        .asked(&pay_with("pm_1"))
        .refused("hold-expired");
}

#[test]
fn an_order_without_an_answer_gives_way_at_the_fence() {
    let story = given_open(two()).asked(&pay_with("pm_slow")).done();
    let late = story.booking.step().expect("a step is open").number;
    let story = story.due("12:44").then("closing: expired; provider: give up");
    let answer = domain::booking::Heard::Provider(domain::payment::Said::KeySpent);
    story.asked(&Command::Told { step: late, answer }).already_so();
}

#[test]
fn who_paid_in_time_gets_the_places() {
    closing()
        .refuses(Refusal::Stage)
        .done()
        .captured()
        .then("payment captured: 220.00 USD; paying goes on")
        .asks("A sell")
        .hears(Say::Yes)
        .then("A bought")
        .hears(Say::Yes)
        .then("B bought; confirmed");
}

#[test]
fn who_paid_and_cancelled_gets_the_money_back() {
    given_open(two())
        .asked(&cancel("alice", None))
        .done()
        .refuses(Refusal::Stage)
        .then("provider refuses: Stage; provider: look")
        .captured()
        .then("payment captured: 220.00 USD; letting go: cancelled by customer, 0.00 USD back, 0.00 USD kept")
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .then(
            "A let go; refund 1 of 220.00 USD: undone; \
             over: cancelled by customer, 0.00 USD back, 0.00 USD kept; provider: refund 1",
        )
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done")
        .books("");
}

#[test]
fn the_word_is_waited_for_five_minutes_and_then_the_places_go() {
    let story = without_a_word();
    story
        .due("12:54")
        .then("provider: give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: expired")
        .is(Status::Expired);
}

#[test]
fn an_order_without_an_answer_is_put_aside_until_the_places_are_gone() {
    let story = closing();
    let asked = story.booking.step().expect("a step is open");
    let story = story.due("12:49").then("letting go: expired").asks("B release").hears(Say::Yes).done();
    let story = story.hears(Say::Yes).then("A let go").legs(&[LegState::Released, LegState::Released]);
    assert_eq!(story.booking.step(), Some(asked));
    story.sees(Stage::Cancelled).then("payment cancelled; over: expired");
}

#[test]
fn what_was_never_opened_lets_go_at_the_fence_and_is_given_up_once_it_is_there() {
    let story = given_held(order(&[segment("A", &[adult_on("1A", 1)])])).when("12:30").asked(&pay()).done();
    let story = story.hears(Say::Yes).then("A fenced; provider: open");
    let asked = story.booking.step();
    let story = story.due("12:44").then("letting go: expired").hears(Say::Yes).then("A let go");
    assert_eq!(story.booking.step(), asked);
    story
        .sees(Stage::AwaitsMethod)
        .then("payment awaits a method; provider: give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: expired");
}

#[test]
fn who_paid_late_gets_the_same_seats_at_the_same_fare() {
    let story = without_a_word()
        .when("13:10")
        .asked(&Command::LookAtPayment)
        .then("hinted; provider: look")
        .sees(Stage::Authorised)
        .then("payment authorised; paid late")
        .asks("A hold 1 places, exactly 1")
        .hears(Say::Yes)
        .then("A held on 1A")
        .asks("B hold 1 places, exactly 1")
        .hears(Say::Yes)
        .then("B held on 2A")
        .asks("A fence")
        .hears(Say::Yes)
        .then("A fenced")
        .hears(Say::Yes)
        .then("B fenced")
        .hears(Say::Yes)
        .then("A bought")
        .hears(Say::Yes)
        .then("B bought; provider: capture")
        .captured()
        .then("payment captured: 220.00 USD; confirmed")
        .books("provider 220, fares -200, taxes -20")
        .is(Status::Confirmed);
    assert!(story.payment().late);
}

#[test]
fn who_paid_late_for_places_that_are_gone_gets_the_money_back() {
    let gone = || Say::No(No::ClaimGone { booking: SMITH });
    let late = || without_a_word().when("13:10").asked(&Command::LookAtPayment).done();
    late()
        .sees(Stage::Authorised)
        .then("payment authorised; paid late")
        .hears(Say::Yes)
        .then("A held on 1A")
        .hears(gone())
        .then("no from B: claim-gone; letting go: failed (paid late, B: claim-gone)")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; provider: give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: failed (paid late, B: claim-gone)")
        .is(Status::Failed);
    late()
        .captured()
        .then("payment captured: 220.00 USD; paid late")
        .hears(gone())
        .then(
            "no from A: claim-gone; letting go: failed (paid late, A: claim-gone); \
             refund 1 of 220.00 USD: undone; over: failed (paid late, A: claim-gone); provider: refund 1",
        )
        .gives_back(1, RefundStage::Succeeded)
        .then("refund 1 done")
        .books("");
}

#[test]
fn places_that_cost_something_else_by_now_are_not_what_was_paid_for() {
    without_a_word()
        .when("13:10")
        .asked(&Command::LookAtPayment)
        .done()
        .sees(Stage::Authorised)
        .done()
        .hears(Say::Yes)
        .done()
        .hears(Say::Dear(5))
        .then("B held on 2A; letting go: failed (paid late, unpayable)");
}

#[test]
fn a_departure_that_does_not_say_how_it_holds_late_fails_the_booking() {
    without_a_word()
        .asked(&Command::LookAtPayment)
        .done()
        .sees(Stage::Authorised)
        .done()
        .hears(Say::Already)
        .then("A unclear; letting go: failed (paid late, A: hold-unclear)")
        .hears(Say::Yes)
        .then("A let go; provider: give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: failed (paid late, A: hold-unclear)");
}
