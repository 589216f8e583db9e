//! Paid at a provider: fences first, then the money is set aside, then everything is bought, then the money is taken.

use domain::aggregate::Aggregate;
use domain::booking::{Command, Heard, LegState, Place, Rejection, Settlement, Status};
use domain::flight::Rejection as No;
use domain::payment::{DeclineReason, Refusal, Said, Stage, key};

use crate::language::{
    SMITH, Say, Story, adult, at, cancel, confirm, dollars, given, given_held, given_open, given_paid, order,
    pay, pay_with, segment, who,
};

fn two() -> Place {
    order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])])
}

fn one() -> Place {
    order(&[segment("A", &[adult(1)])])
}

fn authorised() -> Story {
    given_open(two()).asked(&pay_with("pm_card_visa")).done().sees(Stage::Authorised)
}

#[test]
fn money_is_asked_for_after_the_fences_and_taken_after_the_places() {
    given_held(two())
        .when("12:30")
        .asked(&pay())
        .then("paying")
        .shows(Status::Paying)
        .asks("A fence")
        .hears(Say::Yes)
        .then("A fenced")
        .hears(Say::Yes)
        .then("B fenced; provider: open")
        .asks("open 220.00 USD")
        .sees(Stage::AwaitsMethod)
        .then("payment awaits a method")
        .is(Status::Paying)
        .asked(&pay_with("pm_card_visa"))
        .then("provider: try pm_card_visa")
        .asks("pi_1 try pm_card_visa")
        .sees(Stage::Authorised)
        .then("payment authorised")
        .books("")
        .asks("A sell")
        .hears(Say::Yes)
        .then("A bought")
        .hears(Say::Yes)
        .then("B bought; provider: capture")
        .asks("pi_1 capture")
        .shows(Status::Paying)
        .captured()
        .then("payment captured: 220.00 USD; confirmed")
        .books("provider 220, fares -200, taxes -20")
        .is(Status::Confirmed);
}

#[test]
fn it_is_known_who_pays_where() {
    let story = given_open(two());
    let card = Settlement::Card { provider: "stripe".parse().expect("a provider"), by: who("alice") };
    assert_eq!(story.placed().settlement, Some(card));
    assert_eq!((story.payment().amount, story.payment().captured()), (dollars(220), dollars(0)));
}

#[test]
fn what_costs_nothing_is_had_without_a_provider() {
    let free = |story: Story| {
        let mut story = story.asked(&pay()).then("paying");
        while story.booking.step().is_some() {
            story = story.hears(Say::Yes).done();
        }
        story.is(Status::Confirmed).books("")
    };
    let held = given(one()).hears(Say::Free).then("A held on -; all held for 0.00 USD");
    let story = free(held);
    assert_eq!(story.placed().settlement, Some(Settlement::Nothing { by: who("alice") }));
    assert_eq!(story.placed().payment, None);
    story.asked(&pay()).already_so().asked(&Command::LookAtPayment).already_so();
}

#[test]
fn whoever_pays_already_need_not_begin_again() {
    let story = given_held(two()).asked(&pay()).then("paying").asked(&pay()).already_so();
    let story = story.hears(Say::Yes).done().asked(&pay()).already_so();
    assert!(story.booking.step().is_some());
    given_open(two()).asked(&pay()).already_so().asked(&confirm("cash")).refused("wrong-status");
    given_paid(two()).asked(&pay()).already_so();
    given_held(two()).when("13:00").asked(&pay()).refused("hold-expired");
}

#[test]
fn a_declined_means_to_pay_leaves_the_booking_to_another_try() {
    let story = given_open(two())
        .asked(&pay_with("pm_broke"))
        .done()
        .declines(DeclineReason::InsufficientFunds)
        .then("declined: insufficient-funds")
        .is(Status::Paying)
        .legs(&[LegState::Fenced, LegState::Fenced]);
    assert_eq!(story.payment().declined, Some(DeclineReason::InsufficientFunds));
    let story = story.when("12:35").asked(&pay_with("pm_card_visa")).then("provider: try pm_card_visa");
    assert_eq!(story.payment().declined, None);
    story.sees(Stage::Authorised).then("payment authorised").asks("A sell");
}

#[test]
fn a_means_to_pay_is_tried_when_the_payment_waits_for_one() {
    let story = given_open(two()).asked(&pay_with("pm_3ds")).done().sees(Stage::AwaitsCustomer);
    let stage = Some(Stage::AwaitsCustomer);
    story
        .then("payment awaits the customer")
        .asked(&pay_with("pm_2"))
        .refused_with(Rejection::WrongPaymentStage { stage });
    given_held(two()).asked(&pay_with("pm_1")).refused_with(Rejection::WrongStatus { status: Status::Held });
    given_held(two()).asked(&pay()).done().asked(&pay_with("pm_1")).refused("busy");
    given_open(two())
        .when("12:44")
        .asked(&pay_with("pm_1"))
        .refused_with(Rejection::HoldExpired { until: at("12:44") });
}

#[test]
fn who_proves_on_their_own_device_is_found_by_a_hint_or_by_looking() {
    let waits = || given_open(two()).asked(&pay_with("pm_3ds")).done().sees(Stage::AwaitsCustomer).done();
    waits()
        .asked(&Command::LookAtPayment)
        .then("hinted; provider: look")
        .asks("pi_1 look")
        .sees(Stage::Authorised)
        .then("payment authorised")
        .asks("A sell");
    waits()
        .due("12:30:30")
        .then("provider: look")
        .sees(Stage::AwaitsCustomer)
        .then("payment awaits the customer")
        .due("12:31")
        .then("provider: look");
}

#[test]
fn a_hint_that_comes_while_a_step_is_open_weighs_when_it_is_answered() {
    let story = given_open(two()).asked(&pay_with("pm_3ds")).done();
    let waits = story.booking.step();
    let story = story.asked(&Command::LookAtPayment).then("hinted");
    assert_eq!(story.booking.step(), waits);
    story.sees(Stage::AwaitsCustomer).then("payment awaits the customer; provider: look");
    let story = given_paid(two()).asked(&Command::LookAtPayment).then("hinted");
    story.is(Status::Confirmed).asked(&Command::LookAtPayment).then("hinted");
}

#[test]
fn a_means_to_pay_that_is_taken_away_again_was_declined() {
    let looked = |stage, then| {
        let story = given_open(two()).asked(&pay_with("pm_1")).done().sees(stage).done();
        story.asked(&Command::LookAtPayment).done().sees(then).done().payment().declined
    };
    let reason = looked(Stage::AwaitsCustomer, Stage::AwaitsMethod);
    assert_eq!(reason, Some(DeclineReason::AuthenticationRequired));
    assert_eq!(looked(Stage::Pending, Stage::AwaitsMethod), Some(DeclineReason::Generic));
    assert_eq!(looked(Stage::AwaitsCustomer, Stage::Pending), None);
}

#[test]
fn a_hint_alone_is_not_believed() {
    given_open(two()).asked(&Command::LookAtPayment).done().sees(Stage::AwaitsMethod).is(Status::Paying);
}

#[test]
fn what_is_taken_at_once_takes_the_same_road() {
    given_open(two())
        .asked(&pay_with("pm_at_once"))
        .done()
        .captured()
        .then("payment captured: 220.00 USD")
        .books("provider 220, customer -220")
        .asks("A sell")
        .hears(Say::Yes)
        .then("A bought")
        .hears(Say::Yes)
        .then("B bought; confirmed")
        .books("provider 220, fares -200, taxes -20");
}

#[test]
fn an_order_that_nobody_answers_goes_out_under_the_same_key() {
    let story = given_open(two()).asked(&pay_with("pm_card_visa")).done();
    let step = story.booking.step().expect("a step is open");
    let again = story.asked(&Command::LapseDue).already_so().booking.step();
    assert_eq!(again.as_ref(), Some(&step));
    assert_eq!(key(SMITH, step.number), format!("booking:00000000000000000000000000000051:{}", step.number));
}

#[test]
fn a_spent_key_makes_another_one_and_nothing_else_does() {
    let story = given_open(two()).asked(&pay_with("pm_card_visa")).done();
    let first = story.booking.step().expect("a step is open");
    let story = story.said(Said::KeySpent).then("key spent").asks("pi_1 try pm_card_visa");
    let second = story.booking.step().expect("a step is open");
    assert!(second.number > first.number);
    let late = Command::Told { step: first.number, answer: Heard::Provider(Said::KeySpent) };
    story.asked(&late).already_so();
}

#[test]
fn an_opening_whose_key_is_spent_is_decided_anew() {
    let open = || given_held(one()).asked(&pay()).done().hears(Say::Yes).then("A fenced; provider: open");
    open().said(Said::KeySpent).then("key spent; provider: open").asks("open 110.00 USD");
    let troubled = open().asked(&Command::FlightCancelled { flight: crate::language::flight("A") }).done();
    troubled
        .said(Said::KeySpent)
        .then("key spent; letting go: cancelled by carrier")
        .hears(Say::Yes)
        .then("A let go; over: cancelled by carrier");
}

#[test]
fn a_refused_opening_fails_the_booking() {
    let open = || given_held(one()).asked(&pay()).done().hears(Say::Yes).then("A fenced; provider: open");
    open()
        .refuses(Refusal::Amount)
        .then("provider refuses: Amount; letting go: failed (unpayable)")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; over: failed (unpayable)");
}

#[test]
fn what_a_refusal_means_is_looked_at() {
    given_open(one())
        .asked(&pay_with("pm_card_visa"))
        .done()
        .refuses(Refusal::Stage)
        .then("provider refuses: Stage; provider: look")
        .sees(Stage::Authorised)
        .then("payment authorised");
}

#[test]
fn money_that_cannot_be_taken_undoes_everything() {
    let sold = || authorised().hears(Say::Yes).done().hears(Say::Yes).then("B bought; provider: capture");
    sold()
        .refuses(Refusal::Stage)
        .then("provider refuses: Stage; provider: look")
        .sees(Stage::Cancelled)
        .then("payment cancelled; letting go: failed (unpayable)")
        .asks("B unsell")
        .hears(Say::Yes)
        .then("B let go")
        .hears(Say::Yes)
        .then("A let go; over: failed (unpayable)")
        .books("");
    sold()
        .refuses(Refusal::Stage)
        .done()
        .sees(Stage::Authorised)
        .then("payment authorised; letting go: failed (unpayable)")
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .then("A let go; provider: give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: failed (unpayable)");
    sold().refuses(Refusal::Stage).done().captured().then("payment captured: 220.00 USD; confirmed");
}

#[test]
fn once_all_is_sold_the_word_is_waited_for_however_long() {
    let story = authorised().hears(Say::Yes).done().hears(Say::Yes).then("B bought; provider: capture");
    assert_eq!(story.booking.deadline(), None);
    story
        .when("18:00")
        .asked(&Command::LapseDue)
        .already_so()
        .captured()
        .then("payment captured: 220.00 USD; confirmed");
}

#[test]
fn a_departure_that_says_no_opens_the_seats_and_gives_the_money_up() {
    let gone = || Say::No(No::ClaimGone { booking: SMITH });
    authorised()
        .hears(Say::Yes)
        .then("A bought")
        .hears(gone())
        .then("no from B: claim-gone; letting go: failed (B: claim-gone)")
        .asks("B release")
        .hears(Say::Already)
        .then("B let go")
        .asks("A unsell")
        .hears(Say::Yes)
        .then("A let go; provider: give up")
        .shows(Status::Paying)
        .asks("pi_1 give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: failed (B: claim-gone)")
        .is(Status::Failed);
    given_open(one())
        .asked(&pay_with("pm_at_once"))
        .done()
        .captured()
        .then("payment captured: 110.00 USD")
        .hears(gone())
        .then("no from A: claim-gone; letting go: failed (A: claim-gone)")
        .hears(Say::Yes)
        .then("A let go; refund 1 of 110.00 USD: undone; over: failed (A: claim-gone); provider: refund 1")
        .shows(Status::Failed)
        .books("provider 110, customer -110")
        .asks("pi_1 refund 1 of 110.00 USD")
        .gives_back(1, domain::payment::RefundStage::Succeeded)
        .then("refund 1 done")
        .books("")
        .is(Status::Failed);
}

#[test]
fn a_flight_that_does_not_take_place_gives_the_payment_up() {
    given_open(one())
        .asked(&Command::FlightCancelled { flight: crate::language::flight("A") })
        .then("A is cancelled; letting go: cancelled by carrier")
        .hears(Say::Yes)
        .then("A let go; provider: give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; over: cancelled by carrier");
}

#[test]
fn word_of_another_payment_or_of_another_amount_is_no_answer() {
    let story = given_open(one()).asked(&pay_with("pm_card_visa")).done();
    let other = |payment: &str, amount| {
        Said::Payment(domain::payment::Snapshot {
            payment: payment.parse().expect("a name"),
            amount: dollars(amount),
            stage: Stage::Authorised,
        })
    };
    let story = story.said(other("pi_2", 110)).already_so().said(other("pi_1", 11)).already_so();
    let step = story.booking.step().expect("a step is open").number;
    let departure = Command::Told { step, answer: Heard::AlreadySo };
    story.asked(&departure).already_so().said(other("pi_1", 110)).then("payment authorised");
}

#[test]
fn who_cancels_while_paying_gives_the_payment_up_before_the_seats() {
    given_open(one())
        .when("12:33")
        .asked(&cancel("alice", None))
        .then("closing: cancelled by customer, 0.00 USD back, 0.00 USD kept; provider: give up")
        .shows(Status::Paying)
        .asks("pi_1 give up")
        .sees(Stage::Cancelled)
        .then("payment cancelled; letting go: cancelled by customer, 0.00 USD back, 0.00 USD kept")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; over: cancelled by customer, 0.00 USD back, 0.00 USD kept")
        .asked(&cancel("alice", None))
        .already_so();
}
