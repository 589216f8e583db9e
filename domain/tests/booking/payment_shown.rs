//! What the owner of a booking sees of its payment, and what everybody is told of money.

use domain::aggregate::Aggregate;
use domain::booking::{Command, Part, Place, RefundCause};
use domain::ids::PassengerId;
use domain::news::{self, NewsKind};
use domain::payment::{DeclineReason, RefundStage, Refusal, Stage};
use domain::view::{PaymentStatus, PaymentView, booking_view};

use crate::language::{
    Say, Story, adult, at, cancel, confirm, dollars, give, given_held, given_open, given_paid, order, pay,
    pay_with, segment,
};

fn one() -> Place {
    order(&[segment("A", &[adult(1)])])
}

/// The payment, as it is shown; it says nothing of the means to pay.
fn shown(story: &Story) -> PaymentView {
    let view = booking_view(story.placed(), story.row());
    let text = serde_json::to_string(&view.payment).expect("it is written");
    assert!(!text.contains("pm_"), "{text}");
    view.payment.expect("it is paid at a provider")
}

#[test]
fn a_payment_is_shown_by_what_the_customer_can_do() {
    let opening = given_held(one()).when("12:30").asked(&pay()).done();
    let view = shown(&opening);
    assert_eq!((view.status, view.fence, view.name), (PaymentStatus::Opening, Some(at("12:44")), None));
    let open = given_open(one());
    assert_eq!((shown(&open).status, shown(&open).amount), (PaymentStatus::AwaitingMethod, dollars(110)));
    let tried = |stage| shown(&given_open(one()).asked(&pay_with("pm_1")).done().sees(stage)).status;
    assert_eq!(tried(Stage::AwaitsConfirmation), PaymentStatus::AwaitingMethod);
    assert_eq!(tried(Stage::AwaitsCustomer), PaymentStatus::AwaitingCustomer);
    assert_eq!(tried(Stage::Pending), PaymentStatus::Pending);
    assert_eq!(tried(Stage::Authorised), PaymentStatus::Authorised);
    assert_eq!(tried(Stage::Cancelled), PaymentStatus::Cancelled);
    let refused = opening.hears(Say::Yes).done().refuses(Refusal::Amount).hears(Say::Yes).done();
    assert_eq!(shown(&refused).status, PaymentStatus::Failed);
}

#[test]
fn the_fence_is_shown_while_somebody_may_pay() {
    let secured = given_open(one()).asked(&pay_with("pm_1")).done().sees(Stage::Authorised).done();
    assert_eq!(shown(&secured).fence, None);
    let closing = given_open(one()).asked(&cancel("alice", None)).done();
    assert_eq!(shown(&closing).fence, None);
    assert_eq!(shown(&given_open(one())).fence, Some(at("12:44")));
}

#[test]
fn a_decline_is_shown_until_another_means_to_pay_is_tried() {
    let declined = given_open(one()).asked(&pay_with("pm_1")).done().declines(DeclineReason::Suspicious);
    let view = shown(&declined);
    assert_eq!(view.status, PaymentStatus::AwaitingMethod);
    assert_eq!(view.declined.map(DeclineReason::code), Some("card-declined"), "no more is told");
    assert_eq!(shown(&declined.asked(&pay_with("pm_2")).done()).declined, None);
}

#[test]
fn what_is_taken_and_given_back_stands_beside_each_other() {
    let given = given_paid(one()).asked(&give(Some(30))).done();
    let view = shown(&given);
    assert_eq!(
        (view.status, view.captured, view.refunded),
        (PaymentStatus::Captured, dollars(110), dollars(30))
    );
    assert_eq!(view.refunds[0].stage, RefundStage::Pending, "it is on its way from the start");
    assert!(matches!(view.refunds[0].cause, RefundCause::Granted { .. }));
    let failed = given.gives_back(1, RefundStage::Failed);
    assert_eq!((shown(&failed).refunded, shown(&failed).refunds[0].stage), (dollars(0), RefundStage::Failed));
}

#[test]
fn what_is_paid_elsewhere_has_no_payment_here() {
    let story = given_held(one()).asked(&confirm("cash")).done();
    assert_eq!(booking_view(story.placed(), story.row()).payment, None);
}

/// The news of the last row.
fn news_of(before: &Story, after: &Story) -> Vec<NewsKind> {
    let mut state = before.booking.clone();
    let mut kinds = Vec::new();
    for event in after.events() {
        kinds.extend(news::of_booking(&state, event).into_iter().map(|news| news.kind));
        state.evolve(event);
    }
    kinds
}

#[test]
fn money_is_news_once_it_is_taken() {
    let capture = || {
        let authorised = given_open(one()).asked(&pay_with("pm_1")).done().sees(Stage::Authorised).done();
        authorised.hears(Say::Yes).then("A bought; provider: capture")
    };
    assert_eq!(news_of(&given_open(one()), &given_open(one()).asked(&Command::LookAtPayment)), []);
    assert_eq!(
        news_of(&capture(), &capture().captured()),
        [NewsKind::PaymentCompleted, NewsKind::BookingConfirmed]
    );
}

#[test]
fn a_part_that_is_cancelled_is_news_once() {
    let people = [adult(1), adult(2)];
    let part = Part { passengers: [PassengerId::new(2)].into(), ..Part::default() };
    let quoted =
        || given_paid(order(&[segment("A", &people)])).asked(&Command::QuotePart(part.clone())).done();
    let leaving = || {
        let quote = quoted().placed().quote.map(|quote| quote.quote);
        quoted().asked(&cancel("alice", quote)).done()
    };
    assert_eq!(news_of(&quoted(), &leaving()), []);
    assert_eq!(news_of(&leaving(), &leaving().hears(Say::Yes)), [NewsKind::BookingUpdated]);
}
