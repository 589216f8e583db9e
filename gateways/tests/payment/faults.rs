//! Every fault, and what the adapter makes of it.

use std::time::Duration;

use domain::money::{Currency, Money};
use gateways::payment::simulator::{self, Asked, Fault, Proof};
use gateways::payment::{
    Authorisation, DeclineReason, Doubt, Failure, Key, Listing, Options, Outage, Payment,
    PaymentGateway as _, PaymentId, RefundOrder, Refusal, Secret, Stage, Stripe, Unusable,
};

use crate::world::{PRICE, World, adapter, euros, key, long_ago, order, reference};

/// So short that the test of an answer that never comes is quick, and so long that a busy machine answers in it.
const PATIENCE: Duration = Duration::from_millis(700);

/// What becomes of orders that go wrong in one way, so many times in a row.
struct Case {
    fault: Fault,
    times: usize,
    expected: Ending,
}

#[derive(Debug, PartialEq, Eq)]
enum Ending {
    /// Once, and known.
    Done,
    /// Not at all, and known: the same key will do later.
    NotDone(Outage),
    /// Not at all, and known: another key is needed.
    Spent,
    /// Not known, and in truth not done.
    Doubt(Doubt),
}

const fn case(fault: Fault, times: usize, expected: Ending) -> Case {
    Case { fault, times, expected }
}

const CASES: [Case; 19] = [
    case(Fault::Delay(Duration::from_millis(20)), 1, Ending::Done),
    case(Fault::LoseRequest, 1, Ending::Done),
    case(Fault::LoseRequest, 3, Ending::Doubt(Doubt::NoAnswer)),
    case(Fault::LoseAnswer, 1, Ending::Done),
    case(Fault::LoseAnswer, 3, Ending::Done),
    case(Fault::Hang, 1, Ending::Done),
    case(Fault::Hang, 3, Ending::Doubt(Doubt::NoAnswer)),
    case(Fault::HangAfter, 1, Ending::Done),
    case(Fault::HangAfter, 3, Ending::Done),
    case(Fault::RateLimit, 2, Ending::Done),
    case(Fault::RateLimit, 3, Ending::NotDone(Outage::RateLimited)),
    case(Fault::InProgress, 1, Ending::Done),
    case(Fault::InProgress, 3, Ending::Doubt(Doubt::InProgress)),
    case(Fault::Fail, 1, Ending::Spent),
    case(Fault::FailAfter, 1, Ending::Done),
    case(Fault::Garble, 1, Ending::Done),
    case(Fault::Garble, 3, Ending::Done),
    case(Fault::Flood, 1, Ending::Done),
    case(Fault::Flood, 3, Ending::Done),
];

fn ending<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> Ending {
    match outcome {
        Ok(_) => Ending::Done,
        Err(Failure::Unavailable(outage)) => Ending::NotDone(outage),
        Err(Failure::KeySpent) => Ending::Spent,
        Err(Failure::Unknown(doubt)) => Ending::Doubt(doubt),
        Err(failure @ (Failure::Declined(_) | Failure::Refused(_))) => panic!("{failure}"),
    }
}

/// Whether the simulator's book agrees with what the adapter said.
fn agrees(case: &Case, minor: i64, once: i64) {
    let expected = if case.expected == Ending::Done { once } else { 0 };
    assert_eq!(minor, expected, "{:?} × {}", case.fault, case.times);
}

/// Tries every case, side by side: most of the time is spent in waiting for what does not come.
async fn each<F: Future<Output = ()> + Send + 'static>(check: fn(Case) -> F) {
    let mut checks = tokio::task::JoinSet::new();
    for case in CASES {
        checks.spawn(check(case));
    }
    checks.join_all().await;
}

#[tokio::test]
async fn an_authorisation_happens_once_whatever_goes_wrong() {
    each(|case| async move {
        let world = World::simulated(PATIENCE).await;
        (0..case.times).for_each(|_| world.simulator().fail_next(Asked::Create, case.fault));
        assert_eq!(
            ending(world.pay("a", "pm_card_visa").await),
            case.expected,
            "{:?} × {}",
            case.fault,
            case.times
        );
        agrees(&case, world.totals().2, PRICE);
    })
    .await;
}

#[tokio::test]
async fn a_capture_happens_once_whatever_goes_wrong() {
    each(|case| async move {
        let world = World::simulated(PATIENCE).await;
        let payment = world.authorised("a").await.id;
        (0..case.times).for_each(|_| world.simulator().fail_next(Asked::Capture, case.fault));
        let outcome = world.stripe.capture(&payment, &key("a:capture")).await;
        assert_eq!(ending(outcome), case.expected, "{:?} × {}", case.fault, case.times);
        agrees(&case, world.totals().0, PRICE);
    })
    .await;
}

#[tokio::test]
async fn a_payment_is_given_up_once_whatever_goes_wrong() {
    each(|case| async move {
        let world = World::simulated(PATIENCE).await;
        let payment = world.authorised("a").await.id;
        (0..case.times).for_each(|_| world.simulator().fail_next(Asked::Cancel, case.fault));
        let outcome = world.stripe.cancel(&payment, &key("a:cancel")).await;
        assert_eq!(ending(outcome), case.expected, "{:?} × {}", case.fault, case.times);
        agrees(&case, PRICE - world.totals().2, PRICE);
    })
    .await;
}

#[tokio::test]
async fn money_is_given_back_once_whatever_goes_wrong() {
    each(|case| async move {
        let world = World::simulated(PATIENCE).await;
        let order = RefundOrder { payment: world.captured("a").await.id, amount: euros(900) };
        (0..case.times).for_each(|_| world.simulator().fail_next(Asked::Refund, case.fault));
        let outcome = world.stripe.refund(&order, &key("a:refund:1")).await;
        assert_eq!(ending(outcome), case.expected, "{:?} × {}", case.fault, case.times);
        agrees(&case, world.totals().1, 900);
    })
    .await;
}

#[tokio::test]
async fn another_card_is_tried_once_whatever_goes_wrong() {
    each(|case| async move {
        let world = World::simulated(PATIENCE).await;
        let payment = opened(&world).await.id;
        (0..case.times).for_each(|_| world.simulator().fail_next(Asked::Confirm, case.fault));
        let outcome = confirm(&world, &payment, "pm_card_visa", "a:confirm:1").await;
        assert_eq!(ending(outcome), case.expected, "{:?} × {}", case.fault, case.times);
        agrees(&case, world.totals().2, PRICE);
    })
    .await;
}

async fn opened(world: &World) -> Payment {
    world.stripe.authorise(&order("a", None), &key("a:authorise")).await.expect("open")
}

async fn confirm(world: &World, payment: &PaymentId, method: &str, with: &str) -> Result<Payment, Failure> {
    world.stripe.confirm(payment, &method.parse().expect("a name"), &key(with)).await
}

#[tokio::test]
async fn what_is_asked_for_again_with_the_same_key_happened_once() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.authorised("a").await;
    assert_eq!(world.authorised("a").await.id, payment.id);
    for _ in 0..3 {
        let captured = world.stripe.capture(&payment.id, &key("a:capture")).await.expect("captured");
        assert_eq!(captured.stage, Stage::Captured(euros(PRICE)));
        let order = RefundOrder { payment: payment.id.clone(), amount: euros(900) };
        world.stripe.refund(&order, &key("a:refund:1")).await.expect("given back");
    }
    assert_eq!(world.totals(), (PRICE, 900, 0));
}

#[tokio::test]
async fn an_order_that_arrives_late_is_never_called_a_failure() {
    let world = World::simulated(Duration::from_millis(400)).await;
    let payment = world.authorised("a").await.id;
    (0..3).for_each(|_| world.simulator().fail_next(Asked::Capture, Fault::Late));
    let capture = async || world.stripe.capture(&payment, &key("a:capture")).await;
    assert_eq!(capture().await, Err(Failure::Unknown(Doubt::NoAnswer)));
    assert_eq!(world.simulator().let_late_arrive(), 3);
    assert_eq!(world.totals(), (PRICE, 0, 0), "three times asked, once taken");
    assert_eq!(capture().await.map(|payment| payment.stage), Ok(Stage::Captured(euros(PRICE))));
}

#[tokio::test]
async fn a_spent_key_gives_way_to_another_one() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.authorised("a").await.id;
    world.simulator().fail_next(Asked::Capture, Fault::Fail);
    assert_eq!(world.stripe.capture(&payment, &key("a:capture")).await, Err(Failure::KeySpent));
    assert_eq!(world.stripe.capture(&payment, &key("a:capture")).await, Err(Failure::KeySpent), "for ever");
    world.stripe.capture(&payment, &key("a:capture:2")).await.expect("captured");
    assert_eq!(world.totals(), (PRICE, 0, 0));
}

#[tokio::test]
async fn a_spent_key_that_nobody_can_look_behind_leaves_doubt() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.authorised("a").await.id;
    world.simulator().fail_next(Asked::Capture, Fault::FailAfter);
    (0..3).for_each(|_| world.simulator().fail_next(Asked::Read, Fault::RateLimit));
    let outcome = world.stripe.capture(&payment, &key("a:capture")).await;
    assert_eq!(outcome, Err(Failure::Unknown(Doubt::Fault)));
    assert_eq!(world.totals(), (PRICE, 0, 0), "it was taken, and not called a failure");
}

#[tokio::test]
async fn a_key_is_good_for_one_order() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.captured("a").await.id;
    let reused = Err(Failure::Refused(Refusal::KeyReused));
    assert_eq!(world.stripe.cancel(&payment, &key("a:capture")).await, reused);
    let dear = Authorisation { amount: euros(PRICE + 1), ..order("a", Some("pm_card_visa")) };
    assert_eq!(world.stripe.authorise(&dear, &key("a:authorise")).await, reused);
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day_and_the_payment_is_found_by_its_matter() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.authorised("a").await;
    world.simulator().advance(Duration::from_secs(24 * 3_600));
    let found = world.stripe.find(&reference("a"), long_ago()).await.expect("listed");
    assert_eq!(found.iter().map(|found| &found.id).collect::<Vec<_>>(), [&payment.id]);
    assert_eq!(world.stripe.find(&reference("b"), long_ago()).await, Ok(Vec::new()));
    assert_eq!(world.stripe.find(&reference("a"), world.simulator().now()).await, Ok(Vec::new()));
    assert_ne!(world.authorised("a").await.id, payment.id);
}

#[tokio::test]
async fn every_declined_card_says_why_and_leaves_the_payment_open() {
    let world = World::simulated(PATIENCE).await;
    for (method, reason) in [
        ("pm_card_chargeDeclined", DeclineReason::Generic),
        ("pm_card_chargeDeclinedInsufficientFunds", DeclineReason::InsufficientFunds),
        ("pm_card_chargeDeclinedExpiredCard", DeclineReason::ExpiredCard),
        ("pm_card_chargeDeclinedIncorrectCvc", DeclineReason::IncorrectCvc),
        ("pm_card_chargeDeclinedProcessingError", DeclineReason::TryAgain),
        ("pm_card_visa_chargeDeclinedStolenCard", DeclineReason::Suspicious),
    ] {
        let failure = world.pay(method, method).await.expect_err("declined");
        let Failure::Declined(decline) = failure else { panic!("{method}: {failure}") };
        assert_eq!(decline.reason, reason, "{method}");
        let payment = decline.payment.expect("told");
        assert_eq!(payment.stage, Stage::AwaitsMethod);
        let paid = confirm(&world, &payment.id, "pm_card_visa", &format!("{method}:2")).await.expect("paid");
        assert_eq!(paid.stage, Stage::Authorised);
    }
}

#[tokio::test]
async fn a_decline_whose_answer_was_lost_is_still_a_decline() {
    let world = World::simulated(PATIENCE).await;
    (0..3).for_each(|_| world.simulator().fail_next(Asked::Create, Fault::LoseAnswer));
    let failure = world.pay("a", "pm_card_chargeDeclinedExpiredCard").await.expect_err("declined");
    let Failure::Declined(decline) = failure else { panic!("{failure}") };
    assert_eq!(decline.reason, DeclineReason::ExpiredCard);
}

#[tokio::test]
async fn the_customer_proves_who_they_are() {
    let world = World::simulated(PATIENCE).await;
    for (name, proof, stage) in
        [("a", Proof::Given, Stage::Authorised), ("b", Proof::Failed, Stage::AwaitsMethod)]
    {
        let payment = world.pay(name, "pm_card_authenticationRequired").await.expect("waits");
        assert_eq!(payment.stage, Stage::AwaitsCustomer);
        let early = world.stripe.capture(&payment.id, &key(&format!("{name}:early"))).await;
        assert_eq!(early, Err(Failure::Refused(Refusal::Stage)));
        assert!(world.simulator().authenticate(payment.id.as_str(), proof));
        assert!(!world.simulator().authenticate(payment.id.as_str(), proof), "once");
        assert_eq!(world.stripe.retrieve(&payment.id).await.expect("there").stage, stage);
    }
}

#[tokio::test]
async fn a_success_may_come_late_and_cannot_be_given_up_before() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.pay("a", "pm_sim_paysLate").await.expect("pending");
    assert_eq!(payment.stage, Stage::Pending);
    let cancel = async |with: &str| world.stripe.cancel(&payment.id, &key(with)).await;
    assert_eq!(cancel("a:cancel").await, Err(Failure::Refused(Refusal::Stage)));
    assert!(world.simulator().pay_late(payment.id.as_str()));
    assert_eq!(world.stripe.retrieve(&payment.id).await.expect("there").stage, Stage::Authorised);
    assert_eq!(cancel("a:cancel:2").await.map(|payment| payment.stage), Ok(Stage::Cancelled));
}

#[tokio::test]
async fn money_is_not_set_aside_for_ever() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.authorised("a").await.id;
    world.simulator().advance(Duration::from_secs(7 * 24 * 3_600));
    assert_eq!(world.stripe.retrieve(&payment).await.expect("there").stage, Stage::Cancelled);
    let late = world.stripe.capture(&payment, &key("a:capture")).await;
    assert_eq!(late, Err(Failure::Refused(Refusal::Stage)));
}

#[tokio::test]
async fn never_more_is_given_back_than_was_taken() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.captured("a").await.id;
    let refund = async |minor: i64, number: u32| {
        let order = RefundOrder { payment: payment.clone(), amount: euros(minor) };
        world.stripe.refund(&order, &key(&format!("a:refund:{number}"))).await.map(|refund| refund.amount)
    };
    let beyond = Err(Failure::Refused(Refusal::BeyondCaptured));
    assert_eq!(refund(PRICE + 1, 1).await, beyond);
    assert_eq!(refund(PRICE - 1, 2).await, Ok(euros(PRICE - 1)));
    assert_eq!(refund(2, 3).await, beyond);
    assert_eq!(refund(1, 4).await, Ok(euros(1)));
    assert_eq!(refund(1, 5).await, beyond);
    assert_eq!(refund(0, 6).await, Err(Failure::Refused(Refusal::Amount)));
    assert_eq!(world.totals(), (PRICE, PRICE, 0));
}

#[tokio::test]
async fn what_was_not_taken_cannot_be_given_back() {
    let world = World::simulated(PATIENCE).await;
    let payment = world.authorised("a").await.id;
    let order = RefundOrder { payment: payment.clone(), amount: euros(1) };
    let stage = Failure::Refused(Refusal::Stage);
    assert_eq!(world.stripe.refund(&order, &key("a:refund:1")).await, Err(stage.clone()));
    world.stripe.cancel(&payment, &key("a:cancel")).await.expect("cancelled");
    assert_eq!(world.stripe.capture(&payment, &key("a:capture")).await, Err(stage.clone()));
    assert_eq!(world.stripe.refund(&order, &key("a:refund:2")).await, Err(stage));
}

#[tokio::test]
async fn yen_stay_yen_and_half_fils_are_refused_before_anybody_is_asked() {
    let world = World::simulated(PATIENCE).await;
    let pay = async |minor: i64, currency: Currency| {
        let amount = Money::from_minor(minor, currency);
        let name = format!("{minor}{}", currency.code());
        let order = Authorisation { amount, ..order(&name, Some("pm_card_visa")) };
        world.stripe.authorise(&order, &key(&name)).await.map(|payment| payment.amount)
    };
    assert_eq!(pay(1_200, Currency::JPY).await, Ok(Money::from_minor(1_200, Currency::JPY)));
    assert_eq!(pay(1_230, Currency::KWD).await, Ok(Money::from_minor(1_230, Currency::KWD)));
    assert_eq!(pay(1_235, Currency::KWD).await, Err(Failure::Refused(Refusal::Amount)));
    assert_eq!(
        pay(49, Currency::EUR).await,
        Err(Failure::Refused(Refusal::Amount)),
        "the provider's own limit"
    );
    assert_eq!(world.simulator().balances().len(), 2);
}

#[tokio::test]
async fn a_list_goes_on_page_by_page() {
    let world = World::simulated(PATIENCE).await;
    for number in 0..120 {
        world.stripe.authorise(&order("many", None), &key(&format!("many:{number}"))).await.expect("open");
    }
    let first = world.stripe.list(&Listing::default()).await.expect("a page");
    let rest = Listing { after: first.next.clone(), since: None };
    let second = world.stripe.list(&rest).await.expect("a page");
    assert_eq!((first.payments.len(), second.payments.len(), second.next), (100, 20, None));
    assert_eq!(world.stripe.find(&reference("many"), long_ago()).await.expect("listed").len(), 120);
}

#[tokio::test]
async fn a_provider_that_is_not_there_did_nothing() {
    let gone = World::simulated(PATIENCE).await.simulator().base_url();
    let stripe = adapter(gone, simulator::KEY, PATIENCE);
    let outcome = stripe.authorise(&order("a", Some("pm_card_visa")), &key("a")).await;
    assert_eq!(outcome, Err(Failure::Unavailable(Outage::Unreachable)));
}

#[tokio::test]
async fn nothing_is_sent_in_clear_to_whoever_does_not_speak_tls() {
    let world = World::simulated(PATIENCE).await;
    let encrypted = world.simulator().base_url().replace("http:", "https:");
    let stripe = adapter(encrypted, simulator::KEY, PATIENCE);
    let outcome = stripe.authorise(&order("a", Some("pm_card_visa")), &key("a")).await;
    assert_eq!(outcome, Err(Failure::Unavailable(Outage::Unreachable)));
    assert_eq!(world.simulator().balances(), []);
}

#[tokio::test]
async fn a_wrong_key_is_a_persons_matter() {
    let world = World::simulated(PATIENCE).await;
    let stripe = adapter(world.simulator().base_url(), "sk_test_other", PATIENCE);
    let outcome = stripe.authorise(&order("a", Some("pm_card_visa")), &key("a")).await;
    assert_eq!(outcome, Err(Failure::Refused(Refusal::Unauthorised)));
}

#[tokio::test]
async fn a_card_number_is_not_taken() {
    let world = World::simulated(PATIENCE).await;
    let failure = world.pay("a", "4242424242424242").await;
    assert_eq!(failure, Err(Failure::Refused(Refusal::NotFound)));
}

#[test]
fn no_key_travels_in_clear_and_none_is_printed() {
    let with = |base_url: &str, secret: &str| {
        Stripe::new(Options { base_url: base_url.to_owned(), ..Options::stripe(Secret::new(secret)) })
    };
    for (base_url, secret, expected) in [
        ("http://api.stripe.com", "sk_live_marker", Unusable::Unencrypted),
        ("http://10.0.0.1", "sk_live_marker", Unusable::Unencrypted),
        ("http://127.0.0.1.example.com", "sk_live_marker", Unusable::Unencrypted),
        ("ftp://127.0.0.1", "sk_live_marker", Unusable::Url),
        ("https://api.stripe.com/v1", "sk_live_marker", Unusable::Url),
        ("", "sk_live_marker", Unusable::Url),
        ("https://api.stripe.com", "", Unusable::Secret),
        ("https://api.stripe.com", "sk_live\r\nx: y", Unusable::Secret),
    ] {
        assert_eq!(with(base_url, secret).err(), Some(expected), "{base_url}");
    }
    let stripe = with("https://api.stripe.com", "sk_live_marker").expect("usable");
    let options = Options::stripe(Secret::new("sk_live_marker"));
    assert!(!format!("{stripe:?} {options:?}").contains("marker"));
}

#[test]
fn the_longest_key_is_taken() {
    assert!("k".repeat(255).parse::<Key>().is_ok());
}
