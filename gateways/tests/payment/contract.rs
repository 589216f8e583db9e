//! What every server that speaks Stripe's wire format must do. These tests also run against one that the environment names.

use gateways::payment::{
    DeclineReason, Failure, Listing, PaymentGateway as _, RefundOrder, RefundStage, Refusal, Stage,
};

use crate::world::{PRICE, World, euros, fresh, key, order, reference};

#[tokio::test]
async fn money_is_set_aside_and_then_taken() {
    let (world, name) = (World::any().await, fresh("taken"));
    let payment = world.authorised(&name).await;
    assert_eq!((payment.stage, payment.amount), (Stage::Authorised, euros(PRICE)));
    assert_eq!(payment.reference, Some(reference(&name)));
    let captured =
        world.stripe.capture(&payment.id, &key(&format!("{name}:capture"))).await.expect("captured");
    assert_eq!(captured.stage, Stage::Captured(euros(PRICE)));
    assert_eq!(world.stripe.retrieve(&payment.id).await.expect("there").stage, captured.stage);
}

#[tokio::test]
async fn money_that_is_set_aside_can_be_given_up() {
    let (world, name) = (World::any().await, fresh("given-up"));
    let payment = world.authorised(&name).await;
    let given_up =
        world.stripe.cancel(&payment.id, &key(&format!("{name}:cancel"))).await.expect("cancelled");
    assert_eq!(given_up.stage, Stage::Cancelled);
    assert_eq!(world.stripe.retrieve(&payment.id).await.expect("there").stage, Stage::Cancelled);
}

#[tokio::test]
async fn a_payment_without_a_card_waits_for_the_customer() {
    let (world, name) = (World::any().await, fresh("waits"));
    let payment =
        world.stripe.authorise(&order(&name, None), &key(&format!("{name}:authorise"))).await.expect("open");
    assert_eq!(payment.stage, Stage::AwaitsMethod);
    assert!(payment.client_secret.is_some_and(|secret| secret.expose().starts_with(payment.id.as_str())));
    let given_up =
        world.stripe.cancel(&payment.id, &key(&format!("{name}:cancel"))).await.expect("cancelled");
    assert_eq!(given_up.stage, Stage::Cancelled);
}

#[tokio::test]
async fn captured_money_is_given_back_in_parts() {
    let (world, name) = (World::any().await, fresh("back"));
    let payment = world.captured(&name).await.id;
    for (number, minor) in [(1, 900), (2, PRICE - 900)] {
        let order = RefundOrder { payment: payment.clone(), amount: euros(minor) };
        let refund =
            world.stripe.refund(&order, &key(&format!("{name}:refund:{number}"))).await.expect("given back");
        assert_eq!((refund.stage, refund.amount), (RefundStage::Succeeded, euros(minor)));
    }
    let refunds = world.stripe.refunds(&payment).await.expect("listed");
    assert_eq!(refunds.iter().map(|refund| refund.amount.minor()).sum::<i64>(), PRICE);
    let keys: Vec<_> = refunds.into_iter().filter_map(|refund| refund.key).collect();
    assert!(keys.contains(&key(&format!("{name}:refund:1"))));
}

#[tokio::test]
async fn a_payment_is_found_in_the_list() {
    let (world, name) = (World::any().await, fresh("listed"));
    let payment = world.authorised(&name).await.id;
    let mut listing = Listing::default();
    loop {
        let page = world.stripe.list(&listing).await.expect("a page");
        if page.payments.iter().any(|listed| listed.id == payment) {
            break;
        }
        assert!(page.next.is_some(), "not in the list");
        listing.after = page.next;
    }
}

#[tokio::test]
async fn a_declined_card_is_a_definite_no() {
    let (world, name) = (World::any().await, fresh("declined"));
    let failure = world.pay(&name, "pm_card_chargeCustomerFail").await.expect_err("declined");
    let Failure::Declined(decline) = failure else { panic!("{failure}") };
    assert_eq!(decline.reason, DeclineReason::Generic);
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_so() {
    let world = World::any().await;
    let stranger = "pi_nobody".parse().expect("a name");
    assert_eq!(world.stripe.retrieve(&stranger).await, Err(Failure::Refused(Refusal::NotFound)));
}
