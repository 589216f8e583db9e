//! The provider that an embedded server brings along: it is killed with it, and forgets nothing.

use serde_json::json;

use crate::bookings::{BOOKINGS, counts, open, post, request};
use crate::server::Server;
use crate::web::With;

const PAYMENTS: &str = "/api/v1/payments";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_paid_before_a_crash_is_given_back_after_it() {
    let mut server = Server::start(&[]).await;
    let flight = open(&server, 1, ("JFK", "DEN"), (13, 17), "Y:1-40:ABC-DEF").await;
    let agent = server.token("ADMIN", "root");
    let mut web = server.web().await;
    let made = post(&mut web, BOOKINGS, &agent, "one", &request(&[&flight], &["Doe"])).await;
    let booking = made.text("id");
    let begun =
        post(&mut web, &format!("{PAYMENTS}/intents"), &agent, "one", &json!({ "bookingId": booking })).await;
    assert_eq!((begun.status, begun.text("provider").as_str()), (201, "simulator"), "{}", begun.json());
    let payment = format!("{PAYMENTS}/{}", begun.text("id"));
    let card = json!({ "paymentMethod": "pm_card_visa" });
    let paid = post(&mut web, &format!("{payment}/confirm"), &agent, "one", &card).await;
    assert_eq!((paid.status, paid.text("status").as_str()), (200, "CAPTURED"), "{}", paid.json());
    server.launch(&[]);
    server.ready().await;
    let mut web = server.web().await;
    let gone = post(&mut web, &format!("{BOOKINGS}/{booking}/cancel"), &agent, "one", &json!({})).await;
    assert_eq!((gone.status, gone.text("status").as_str()), (200, "CANCELLED"), "{}", gone.json());
    let shown = web.insist("GET", &payment, With { token: Some(&agent), ..With::default() }).await.json();
    assert_eq!(
        shown["refunded"], shown["captured"],
        "a provider that had forgotten it would refuse: {shown}"
    );
    assert_eq!(shown["refunds"][0]["status"], "SUCCEEDED", "{shown}");
    let report = web
        .insist("GET", &format!("{PAYMENTS}/reconciliation"), With { token: Some(&agent), ..With::default() })
        .await;
    let report = report.json();
    assert_eq!((&report["compared"], &report["drift"]), (&json!(1), &json!([])), "{report}");
    assert_eq!(counts(&mut web, &flight).await, (240, 0, 0));
    assert_eq!(server.stop(), Some(0));
    server.check();
}
