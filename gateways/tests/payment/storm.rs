//! Many payments in bad weather, by a seed, and over the death of the simulator: what the adapter said is what the book says.

use std::time::Duration;

use gateways::payment::simulator::{Asked, Fault, Proof};
use gateways::payment::{Failure, PaymentGateway as _, RefundOrder};

use crate::world::{PRICE, World, euros, key, order};

/// Attempts of the saga that the test plays. By chance a run of faults may be long, but not so long.
const ATTEMPTS_MAX: u32 = 200;

/// Asks as the saga will: again with the same key when in doubt, with another one when the key is spent.
async fn insist<T>(name: &str, ask: impl AsyncFn(gateways::payment::Key) -> Result<T, Failure>) -> T {
    let mut spent = 0;
    for _ in 0..ATTEMPTS_MAX {
        match ask(key(&format!("{name}:{spent}"))).await {
            Ok(done) => return done,
            Err(Failure::KeySpent) => spent += 1,
            Err(Failure::Unknown(_) | Failure::Unavailable(_)) => {}
            Err(failure @ (Failure::Declined(_) | Failure::Refused(_))) => panic!("{name}: {failure}"),
        }
    }
    panic!("{name}: no end");
}

#[tokio::test]
async fn in_bad_weather_no_cent_is_taken_twice_and_none_stays_behind() {
    for seed in 0..6 {
        let world = World::simulated(Duration::from_secs(5)).await;
        world.simulator().storm(seed, 400);
        for number in 0..12_i64 {
            let (stripe, name) = (&world.stripe, format!("{seed}:{number}"));
            let order = order(&name, Some("pm_card_visa"));
            let payment =
                insist(&format!("{name}:a"), async |key| stripe.authorise(&order, &key).await).await.id;
            if number % 3 == 0 {
                insist(&format!("{name}:v"), async |key| stripe.cancel(&payment, &key).await).await;
                continue;
            }
            insist(&format!("{name}:c"), async |key| stripe.capture(&payment, &key).await).await;
            let back = RefundOrder { payment, amount: euros(100 + number) };
            insist(&format!("{name}:r"), async |key| stripe.refund(&back, &key).await).await;
        }
        let given_back: i64 = (0..12).filter(|number| number % 3 != 0).map(|number| 100 + number).sum();
        assert_eq!(world.totals(), (8 * PRICE, given_back, 0), "seed {seed}");
        assert_eq!(world.simulator().balances().len(), 12, "seed {seed}: a payment was opened twice");
    }
}

#[tokio::test]
async fn payments_outlive_the_simulator_that_was_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("payments");
    let first = World::resumed(&file).await;
    let (open, taken) = (first.authorised("a").await.id, first.captured("b").await.id);
    let waits = first.pay("c", "pm_card_authenticationRequired").await.expect("waits").id;
    assert!(first.simulator().authenticate(waits.as_str(), Proof::Given));
    first.simulator().fail_next(Asked::Cancel, Fault::Fail);
    assert_eq!(first.stripe.cancel(&open, &key("a:cancel")).await, Err(Failure::KeySpent));
    let before = first.simulator().balances();
    drop(first);
    // Killed in the middle of a line.
    let mut text = std::fs::read_to_string(&file).expect("there");
    text.push_str(r#"{"at":17,"what":{"Ask"#);
    std::fs::write(&file, text).expect("written");
    for _ in 0..2 {
        let next = World::resumed(&file).await;
        assert_eq!(next.simulator().balances(), before);
        assert_eq!(next.authorised("a").await.id, open, "the key is remembered");
        assert_eq!(next.captured("b").await.id, taken);
        assert_eq!(next.stripe.cancel(&open, &key("a:cancel")).await, Err(Failure::KeySpent));
        assert_eq!(next.simulator().balances(), before);
    }
    let next = World::resumed(&file).await;
    assert_ne!(next.authorised("d").await.id, open);
    assert_eq!(next.simulator().balances().len(), 4);
}
