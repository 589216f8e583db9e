//! Bookings that are paid at a provider, which fails in every way that it knows.

use std::sync::Arc;
use std::time::Duration;

use actors::booking::Till;
use domain::booking::{Cancel, Command, Placed, Status};
use domain::ids::{BookingId, FlightId};
use domain::ledger::Account;
use domain::payment::{DeclineReason, Stage};
use gateways::payment::simulator::{self, Asked, Fault, Proof};
use gateways::payment::{Options, Secret, Simulator, Stripe};
use persistence::memory::Memory;

use crate::house::House;
use crate::sagas::{ask, has, id, place, placed, rest, row};

const PROVIDER: &str = "simulator";

/// A provider, and a house whose bookings are paid there.
struct Street {
    simulator: Simulator,
    house: House,
    flights: [FlightId; 2],
}

impl Street {
    async fn new() -> Self {
        let simulator = Simulator::start("127.0.0.1:0").await.expect("it listens");
        let house = House::paying(Memory::new(), till(&simulator)).await;
        let flights = [house.open(1).await, house.open(2).await];
        Self { simulator, house, flights }
    }

    /// A booking whose payment waits for a means to pay.
    async fn paying(&self, number: u128, seats: [&str; 2]) -> Placed {
        let held = placed(&self.house, place(number, &self.flights, seats)).await;
        assert_eq!(held.status(), Status::Held);
        let paying = rest(&self.house, id(number), pay()).await;
        assert_eq!(stage(&paying), Some(Stage::AwaitsMethod));
        paying
    }

    async fn pay_with(&self, number: u128, method: &str) -> Placed {
        rest(&self.house, id(number), pay_with(method)).await
    }

    /// What the provider has taken of a booking and not given back, what is still set aside, and what the ledger says that
    /// the provider has.
    async fn money(&self, booking: BookingId) -> (i64, i64, i64) {
        let reference = Some(booking.to_string());
        let balances = self.simulator.balances();
        let mine = balances.iter().filter(|balance| balance.reference == reference);
        let (taken, aside) = mine.fold((0, 0), |(taken, aside), balance| {
            (taken + balance.captured_minor - balance.refunded_minor, aside + balance.authorised_minor)
        });
        let lines = self.house.store.bookings().ledger(booking).await.expect("the ledger");
        assert_eq!(lines.iter().map(|row| row.line.amount.minor()).sum::<i64>(), 0, "{lines:?}");
        let ours = lines.iter().filter(|row| row.line.account == Account::Provider);
        (taken, aside, ours.map(|row| row.line.amount.minor()).sum())
    }
}

fn till(simulator: &Simulator) -> Till {
    let options = Options {
        provider: PROVIDER.to_owned(),
        base_url: simulator.base_url(),
        pause: Duration::from_millis(5),
        attempt_deadline: Duration::from_millis(500),
        ..Options::stripe(Secret::new(simulator::KEY))
    };
    Till::at(Arc::new(Stripe::new(options).expect("a sound address")))
}

fn pay() -> Command {
    let by = "ann".parse().expect("a subject");
    Command::Pay { by, provider: PROVIDER.parse().expect("a name") }
}

fn pay_with(method: &str) -> Command {
    Command::PayWith { method: method.parse().expect("a name"), by: "ann".parse().expect("a subject") }
}

fn cancel() -> Command {
    Command::Cancel(Cancel { quote: None, reason: None, by: "ann".parse().expect("a subject") })
}

fn stage(booking: &Placed) -> Option<Stage> {
    booking.payment.as_ref()?.stage
}

fn price(booking: &Placed) -> i64 {
    booking.price().expect("it has a price").total.minor()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_everything_held_for_the_next_which_pays_once() {
    let street = Street::new().await;
    let paying = street.paying(1, ["10A", "10B"]).await;
    let declined = street.pay_with(1, "pm_card_chargeDeclinedInsufficientFunds").await;
    assert_eq!(declined.status(), Status::Paying);
    let reason = declined.payment.as_ref().and_then(|payment| payment.declined);
    assert_eq!(reason, Some(DeclineReason::InsufficientFunds));
    assert_eq!(has(&street.house, street.flights[0], id(1)).await, (true, false));
    let paid = street.pay_with(1, "pm_card_visa").await;
    assert_eq!(paid.status(), Status::Confirmed);
    assert_eq!(street.money(id(1)).await, (price(&paying), 0, price(&paying)));
    let over = rest(&street.house, id(1), cancel()).await;
    assert_eq!(over.status(), Status::Cancelled);
    let kept = street.money(id(1)).await;
    assert_eq!(kept.0, kept.2, "the ledger says what the provider says");
    for flight in street.flights {
        assert_eq!(has(&street.house, flight, id(1)).await, (false, false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_provider_does_to_an_order_money_is_taken_once_and_given_back_once() {
    let street = Street::new().await;
    let orders = [Asked::Create, Asked::Confirm, Asked::Capture, Asked::Cancel, Asked::Refund, Asked::Read];
    let faults = [
        Fault::LoseRequest,
        Fault::LoseAnswer,
        Fault::HangAfter,
        Fault::RateLimit,
        Fault::InProgress,
        Fault::Fail,
        Fault::FailAfter,
        Fault::Garble,
    ];
    for (number, (asked, fault)) in
        orders.iter().flat_map(|asked| faults.iter().map(move |fault| (*asked, *fault))).enumerate()
    {
        let number = number as u128 + 1;
        street.simulator.fail_next(asked, fault);
        let paying = street.paying(number, ["10A", "10B"]).await;
        if asked == Asked::Cancel {
            let over = rest(&street.house, id(number), cancel()).await;
            assert_eq!(over.status(), Status::Cancelled, "{asked:?} {fault:?}");
            assert_eq!(street.money(id(number)).await, (0, 0, 0), "{asked:?} {fault:?}");
            continue;
        }
        let paid = street.pay_with(number, "pm_card_visa").await;
        assert_eq!(paid.status(), Status::Confirmed, "{asked:?} {fault:?}");
        let total = price(&paying);
        assert_eq!(street.money(id(number)).await, (total, 0, total), "{asked:?} {fault:?}");
        let over = rest(&street.house, id(number), cancel()).await;
        let back = over.payment.as_ref().map_or(0, |payment| payment.refunded().minor());
        assert!(back > 0, "{over:?}");
        assert_eq!(street.money(id(number)).await, (total - back, 0, total - back), "{asked:?} {fault:?}");
        street.simulator.calm();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_must_prove_who_they_are_pays_when_the_provider_says_so() {
    let street = Street::new().await;
    let paying = street.paying(1, ["10A", "10B"]).await;
    let asked = street.pay_with(1, "pm_card_authenticationRequired").await;
    assert_eq!(stage(&asked), Some(Stage::AwaitsCustomer));
    let name = asked.payment.as_ref().and_then(|payment| payment.name.clone()).expect("it is open");
    assert!(street.simulator.authenticate(name.as_str(), Proof::Given));
    let paid = rest(&street.house, id(1), Command::LookAtPayment).await;
    assert_eq!(paid.status(), Status::Confirmed);
    assert_eq!(street.money(id(1)).await, (price(&paying), 0, price(&paying)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancels_while_the_bank_thinks_gets_nothing_and_loses_nothing() {
    let street = Street::new().await;
    street.paying(1, ["10A", "10B"]).await;
    let pending = street.pay_with(1, "pm_card_authenticationRequired").await;
    assert_eq!(pending.status(), Status::Paying);
    let over = rest(&street.house, id(1), cancel()).await;
    assert_eq!(over.status(), Status::Cancelled);
    assert_eq!(street.money(id(1)).await, (0, 0, 0));
    let again = street.paying(2, ["10A", "10B"]).await;
    assert_eq!(again.status(), Status::Paying, "the seats are open for somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_ends_while_somebody_pays_is_followed_by_one_that_takes_the_money_once() {
    let mut street = Street::new().await;
    for number in 1..=20_u128 {
        let seat = [format!("{number}A"), format!("{number}B")];
        let paying = street.paying(number, [&seat[0], &seat[1]]).await;
        let asked = row(&ask(&street.house, id(number), None, pay_with("pm_card_visa")).await);
        // Nobody waits for its end: the next house finds whatever it has come to.
        tokio::time::sleep(Duration::from_micros(u64::try_from(number * 700).unwrap_or(0))).await;
        street.house = House::paying(street.house.store.clone(), till(&street.simulator)).await;
        street.house.engine.wake_due().await.expect("it wakes");
        let rested = street.house.engine.rested(id(number), asked).await;
        let (_, rested) = rested.expect("it comes to rest");
        assert_eq!(rested.placed().map(Placed::status), Some(Status::Confirmed), "{number}");
        assert_eq!(street.money(id(number)).await, (price(&paying), 0, price(&paying)));
    }
}
