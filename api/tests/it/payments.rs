//! Payments: begun, declined, proven, made, given back, and what the provider tells of them.

use api::Role;
use domain::time::Timestamp;
use gateways::payment::{Secret, webhook};
use serde_json::{Value, json};

use crate::bookings::request;
use crate::stage::{Answer, Stage, WEBHOOK_SECRET, until};

const INTENTS: &str = "/api/v1/payments/intents";

impl Stage {
    /// Begins paying a booking, as it must succeed.
    pub async fn begin_paying(&self, by: &str, booking: &str) -> Answer {
        let body = json!({ "bookingId": booking });
        let begun = self.ask("POST", INTENTS).by(by).json(&body).send().await;
        assert!([200, 201].contains(&begun.status.as_u16()), "{begun:?}");
        begun
    }

    /// Tries a means to pay.
    pub async fn pay(&self, by: &str, payment: &str, method: &str) -> Answer {
        let body = json!({ "paymentMethod": method });
        self.ask("POST", &format!("/api/v1/payments/{payment}/confirm")).by(by).json(&body).send().await
    }

    async fn payment(&self, by: &str, payment: &str) -> Answer {
        self.ask("GET", &format!("/api/v1/payments/{payment}")).by(by).send().await
    }

    async fn post(&self, by: &str, path: &str, body: &Value) -> Answer {
        self.ask("POST", &format!("/api/v1/payments/{path}")).by(by).json(body).send().await
    }

    /// A booking of Ann's that waits for a means to pay: her token, the booking, the payment.
    async fn scene(&self, number: u16) -> (String, String, String) {
        let (flight, ann) = (self.open(number).await, self.customer("ann"));
        let booking = self.booked(&ann, &request(&flight)).await.text("id");
        let begun = self.begin_paying(&ann, &booking).await;
        assert_eq!((begun.status.as_u16(), begun.text("status").as_str()), (201, "AWAITING_METHOD"));
        (ann, booking, begun.text("id"))
    }
}

fn status(answer: &Answer) -> (String, String) {
    (answer.text("status"), answer.text("bookingStatus"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_everything_held_and_the_next_one_buys_it() {
    let (stage, simulator) = Stage::paying().await;
    let (ann, booking, payment) = stage.scene(1).await;
    let shown = stage.payment(&ann, &payment).await;
    assert_eq!((shown.text("provider").as_str(), shown.text("mode").as_str()), ("simulator", "test"));
    assert!(shown.json()["clientSecret"].is_null(), "only who begins to pay is told: {shown:?}");
    let declined = stage.pay(&ann, &payment, "pm_card_chargeDeclinedInsufficientFunds").await;
    assert_eq!(declined.outcome(), (402, "payment-declined".to_owned()));
    assert_eq!(declined.text("reason"), "insufficient-funds");
    assert_eq!(stage.payment(&ann, &payment).await.json()["lastDecline"]["code"], "insufficient-funds");
    let unknown = stage.pay(&ann, &payment, "pm_of_nobody").await;
    assert_eq!((unknown.outcome().0, unknown.text("reason").as_str()), (402, "unknown-method"));
    let paid = stage.pay(&ann, &payment, "pm_card_visa").await;
    assert_eq!(status(&paid), ("CAPTURED".to_owned(), "CONFIRMED".to_owned()), "{paid:?}");
    assert_eq!(paid.json()["captured"], paid.json()["amount"]);
    let shown = stage.ask("GET", &format!("/api/v1/bookings/{booking}")).by(&ann).send().await;
    assert_eq!(shown.json()["payment"]["status"], "CARD");
    assert_eq!(shown.json()["payment"]["id"], payment.as_str());
    assert_eq!(simulator.balances().len(), 1, "one payment was opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_its_first_answer_and_moves_no_money_again() {
    let (stage, simulator) = Stage::paying().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let booking = stage.booked(&ann, &request(&flight)).await.text("id");
    let begin = stage.ask("POST", INTENTS).by(&ann).key("k1").json(&json!({ "bookingId": booking }));
    let (first, again) = (begin.clone().send().await, begin.send().await);
    assert_eq!((first.status, again.status), (again.status, first.status));
    assert_eq!(first.json(), again.json(), "the secret as well");
    assert!(first.text("clientSecret").contains("_secret_"));
    assert_eq!(again.header("idempotent-replayed"), "true");
    let payment = first.text("id");
    let pay = |method: &str| {
        let body = json!({ "paymentMethod": method });
        stage.ask("POST", &format!("/api/v1/payments/{payment}/confirm")).by(&ann).key("k2").json(&body)
    };
    let declined = pay("pm_card_chargeDeclined").send().await;
    assert_eq!(declined.status, 402);
    assert_eq!(pay("pm_card_visa").send().await.outcome(), (422, "idempotency-mismatch".to_owned()));
    assert_eq!(stage.pay(&ann, &payment, "pm_card_visa").await.status, 200);
    let replayed = pay("pm_card_chargeDeclined").send().await;
    assert_eq!((replayed.status.as_u16(), replayed.json()["reason"].clone()), (402, "card-declined".into()));
    let late = stage.pay(&ann, &payment, "pm_card_visa").await;
    assert_eq!(late.outcome(), (409, "wrong-status".to_owned()), "{late:?}");
    let taken: i64 = simulator.balances().iter().map(|balance| balance.captured_minor).sum();
    assert_eq!(first.json()["amount"]["amount"], format!("{}.{:02}", taken / 100, taken % 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_must_prove_who_they_are_pays_once_they_did() {
    let (stage, _simulator) = Stage::paying().await;
    let (ann, _, payment) = stage.scene(1).await;
    let asked = stage.pay(&ann, &payment, "pm_card_authenticationRequired").await;
    assert_eq!(status(&asked), ("AWAITING_CUSTOMER".to_owned(), "PAYING".to_owned()));
    let refused = stage.post(&ann, &format!("{payment}/sandbox"), &json!({ "outcome": "refuse" })).await;
    assert_eq!(refused.status, 402, "{refused:?}");
    let asked = stage.pay(&ann, &payment, "pm_card_authenticationRequired").await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let paid = stage.post(&ann, &format!("{payment}/sandbox"), &json!({ "outcome": "authenticate" })).await;
    assert_eq!(status(&paid), ("CAPTURED".to_owned(), "CONFIRMED".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_never_exceed_what_was_taken_and_the_ledger_sums_to_nothing() {
    let (stage, simulator) = Stage::paying().await;
    let (ann, booking, payment) = stage.scene(1).await;
    let (admin, owner) = (stage.token(Role::Admin, "root"), stage.token(Role::BusinessOwner, "boss"));
    let refunds = format!("{payment}/refunds");
    let early = stage.post(&admin, &refunds, &json!({ "reason": "late bags" })).await;
    assert_eq!(early.status, 409, "{early:?}");
    assert_eq!(stage.pay(&ann, &payment, "pm_card_visa").await.status, 200);
    let some = json!({ "amount": { "amount": "10.00", "currency": "USD" }, "reason": "late bags" });
    let given = stage.post(&admin, &refunds, &some).await;
    assert_eq!(
        (given.status.as_u16(), &given.json()["refunded"]["amount"]),
        (201, &json!("10.00")),
        "{given:?}"
    );
    assert_eq!(given.json()["refunds"][0]["reason"], "late bags");
    let much = json!({ "amount": { "amount": "100000.00", "currency": "USD" }, "reason": "generous" });
    assert_eq!(stage.post(&admin, &refunds, &much).await.outcome(), (409, "refund-limit".to_owned()));
    for amount in [
        json!("10.00"),
        json!({ "amount": "-1.00", "currency": "USD" }),
        json!({ "amount": "1.001", "currency": "USD" }),
    ] {
        let bad = stage.post(&admin, &refunds, &json!({ "amount": amount, "reason": "x" })).await;
        assert_eq!(bad.outcome(), (422, "validation".to_owned()), "{amount}");
    }
    let cancelled = stage.ask("POST", &format!("/api/v1/bookings/{booking}/cancel")).by(&ann).send().await;
    assert_eq!(cancelled.text("status"), "CANCELLED", "{cancelled:?}");
    let balance = simulator.balances().remove(0);
    assert!(balance.refunded_minor <= balance.captured_minor, "{balance:?}");
    let ledger = stage.ask("GET", &format!("/api/v1/payments/{payment}/ledger")).by(&owner).send().await;
    let cents = |line: &Value| {
        let amount = line["amount"]["amount"].as_str().unwrap_or_default().replace('.', "");
        amount.parse::<i64>().expect("a number")
    };
    let lines = ledger.json()["data"].as_array().cloned().unwrap_or_default();
    assert_eq!(lines.iter().map(cents).sum::<i64>(), 0, "{lines:?}");
    let provider: i64 = lines.iter().filter(|line| line["account"] == "provider").map(cents).sum();
    assert_eq!(provider, balance.captured_minor - balance.refunded_minor);
    let report = stage.ask("GET", "/api/v1/payments/reconciliation").by(&owner).send().await;
    assert_eq!((&report.json()["compared"], &report.json()["drift"]), (&json!(1), &json!([])), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_taken_by_its_signature_and_believed_for_nothing_else() {
    let (stage, simulator) = Stage::paying().await;
    let (ann, booking, payment) = stage.scene(1).await;
    let asked = stage.pay(&ann, &payment, "pm_sim_paysLate").await;
    assert_eq!(status(&asked), ("PENDING".to_owned(), "PAYING".to_owned()));
    let name = simulator.balances().remove(0).payment;
    let event = json!({
        "id": "evt_forged", "type": "payment_intent.amount_capturable_updated", "livemode": false,
        "data": { "object": { "id": name, "object": "payment_intent", "status": "requires_capture" } },
    });
    let send = async |id: &str, secret: &str, live: bool| {
        let mut event = event.clone();
        (event["id"], event["livemode"]) = (id.into(), live.into());
        let body = event.to_string();
        let now = Timestamp::from_millis(actors::engine::clock::now().millis()).expect("in range");
        let signature = webhook::sign(body.as_bytes(), &Secret::new(secret), now);
        stage
            .ask("POST", "/api/v1/webhooks/stripe")
            .header("stripe-signature", &signature)
            .raw(body)
            .send()
            .await
    };
    assert_eq!(send("evt_1", "whsec_of_somebody", false).await.outcome(), (400, "bad-signature".to_owned()));
    let version = async || {
        let shown = stage.ask("GET", &format!("/api/v1/bookings/{booking}")).by(&ann).send().await;
        shown.json()["version"].as_u64().expect("a version")
    };
    let before = version().await;
    assert_eq!(send("evt_2", WEBHOOK_SECRET, true).await.status, 200);
    assert_eq!(version().await, before, "an event of real money is none of ours");
    // It says that the money is set aside, which is not so: the payment is fetched, and nothing is bought.
    assert_eq!(send("evt_3", WEBHOOK_SECRET, false).await.status, 200);
    assert_eq!(stage.payment(&ann, &payment).await.text("bookingStatus"), "PAYING");
    until(async || stage.payment(&ann, &payment).await.text("status") == "PENDING").await;
    let looked = version().await;
    assert!(looked > before, "it was looked at");
    assert_eq!(send("evt_3", WEBHOOK_SECRET, false).await.status, 200);
    assert_eq!(version().await, looked, "an event that comes again is known");
    assert!(simulator.pay_late(&name));
    assert_eq!(send("evt_4", WEBHOOK_SECRET, false).await.status, 200);
    until(async || stage.payment(&ann, &payment).await.text("bookingStatus") == "CONFIRMED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_a_card_is_refused_wherever_it_stands() {
    let (stage, _simulator) = Stage::paying().await;
    let (ann, booking, payment) = stage.scene(1).await;
    for (path, body) in [
        (format!("{payment}/confirm"), json!({ "paymentMethod": "4242424242424242" })),
        (format!("{payment}/confirm"), json!({ "card": { "number": "4242 4242 4242 4242" } })),
        ("intents".to_owned(), json!({ "bookingId": booking, "note": 4_242_424_242_424_242_u64 })),
    ] {
        let refused = stage.post(&ann, &path, &body).await;
        assert_eq!(refused.outcome(), (422, "card-number".to_owned()), "{refused:?}");
        assert!(!String::from_utf8_lossy(&refused.body).contains("4242"), "it is not repeated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_takes_payments_that_is_said() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let booking = stage.booked(&ann, &request(&flight)).await.text("id");
    let asked = stage.ask("POST", INTENTS).by(&ann).json(&json!({ "bookingId": booking })).send().await;
    assert_eq!(asked.outcome(), (409, "no-provider".to_owned()));
}
