//! Paid outside: fences first, then everything is bought, or nothing.

use domain::booking::{Command, LegState, Place, Rejection, Settlement, Status};
use domain::flight::{Command as Ask, Rejection as No};
use domain::time::Timestamp;

use crate::language::{
    SMITH, Say, Story, adult, at, cancel, confirm, given, given_confirmed, given_held, order, segment, who,
};

fn two() -> Place {
    order(&[segment("A", &[adult(1)]), segment("B", &[adult(1)])])
}

fn gone() -> Say {
    Say::No(No::ClaimGone { booking: SMITH })
}

fn paying() -> Story {
    given_held(two()).when("12:30").asked(&confirm("cash 1")).then("paying")
}

#[test]
fn all_fences_are_up_before_anything_is_bought() {
    paying()
        .shows(Status::Paying)
        .asks("A fence")
        .hears(Say::Yes)
        .then("A fenced")
        .asks("B fence")
        .hears(Say::Already)
        .then("B fenced")
        .asks("A sell")
        .hears(Say::Yes)
        .then("A bought")
        .asks("B sell")
        .hears(Say::Already)
        .then("B bought; confirmed")
        .is(Status::Confirmed)
        .legs(&[LegState::Secured, LegState::Secured]);
}

#[test]
fn the_fence_is_one_instant_for_all() {
    let story = paying();
    let fence = at("12:44");
    for _ in 0..2 {
        assert_eq!(fence_of(&story), fence);
    }
    assert_eq!(fence_of(&story.hears(Say::Yes)), fence);
}

fn fence_of(story: &Story) -> Timestamp {
    let step = story.booking.step().expect("a step is open");
    let Some((_, Ask::StartPaying(asked))) = step.departure() else {
        panic!("it asks for a fence: {step:?}")
    };
    asked.fence
}

#[test]
fn a_claim_that_is_gone_undoes_the_fences() {
    paying()
        .hears(Say::Yes)
        .then("A fenced")
        .hears(gone())
        .then("no from B: claim-gone; letting go: failed (B: claim-gone)")
        .shows(Status::Paying)
        .asks("B release")
        .hears(Say::Already)
        .then("B let go")
        .asks("A release")
        .hears(Say::Yes)
        .then("A let go; over: failed (B: claim-gone)")
        .is(Status::Failed);
}

#[test]
fn a_claim_that_is_gone_takes_back_what_was_bought() {
    paying()
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .done()
        .hears(Say::Yes)
        .then("A bought")
        .hears(gone())
        .then("no from B: claim-gone; letting go: failed (B: claim-gone)")
        .asks("B release")
        .hears(Say::Already)
        .then("B let go")
        .asks("A unsell")
        .hears(Say::Yes)
        .then("A let go; over: failed (B: claim-gone)");
}

#[test]
fn what_turns_out_to_be_sold_is_taken_back_as_a_sale() {
    paying()
        .hears(gone())
        .then("no from A: claim-gone; letting go: failed (A: claim-gone)")
        .asks("B release")
        .hears(Say::No(No::AlreadySold { booking: SMITH }))
        .then("B bought")
        .asks("B unsell")
        .hears(Say::Yes)
        .then("B let go")
        .asks("A release")
        .hears(Say::No(No::NotOnSale))
        .then("A let go; over: failed (A: claim-gone)");
}

#[test]
fn nothing_is_paid_at_its_deadline() {
    given_held(two())
        .when("13:00")
        .asked(&confirm("cash 1"))
        .refused_with(Rejection::HoldExpired { until: at("13:00") })
        .asked(&Command::LapseDue)
        .then("letting go: expired")
        .hears(Say::Already)
        .done()
        .hears(Say::Already)
        .done()
        .is(Status::Expired)
        .asked(&confirm("cash 1"))
        .refused("hold-expired");
    given_held(two()).when("12:59:59.999").asked(&confirm("cash 1")).then("paying");
}

#[test]
fn a_fence_outlives_the_deadline() {
    given_held(two())
        .when("12:59")
        .asked(&confirm("cash 1"))
        .then("paying")
        .when("13:05")
        .hears(Say::Yes)
        .then("A fenced")
        .hears(Say::Yes)
        .then("B fenced")
        .hears(Say::Yes)
        .then("A bought")
        .hears(Say::Yes)
        .then("B bought; confirmed");
}

#[test]
fn a_booking_is_paid_once() {
    let story = given_confirmed(two());
    let outside = Settlement::Outside { reference: "cash 1".to_owned(), by: who("carla") };
    assert_eq!(story.placed().settlement, Some(outside));
    story
        .asked(&confirm("cash 1"))
        .already_so()
        .asked(&confirm("cash 2"))
        .refused_with(Rejection::WrongStatus { status: Status::Confirmed });
}

#[test]
fn a_payment_has_a_short_printable_name() {
    for name in ["", "tab\there", &"x".repeat(41)] {
        given_held(two()).asked(&confirm(name)).refused("validation");
    }
    given_held(two()).asked(&confirm(&"é".repeat(40))).then("paying");
}

#[test]
fn nothing_else_is_done_with_a_booking_that_waits_for_an_answer() {
    for story in [given(two()), paying()] {
        let waits = story.booking.step();
        let story = story
            .asked(&confirm("cash 1"))
            .refused("busy")
            .asked(&cancel("alice", None))
            .refused("busy")
            .asked(&Command::QuoteCancellation)
            .refused("busy")
            .asked(&crate::language::change_seats("1:A:12C"))
            .refused("busy")
            .when("18:00")
            .asked(&Command::LapseDue)
            .already_so();
        assert_eq!(story.booking.step(), waits);
    }
}
