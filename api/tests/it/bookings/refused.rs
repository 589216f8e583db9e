//! Bookings that cannot be had, and what they leave behind: nothing.

use api::{Limits, Options, RateLimits, Role};
use serde_json::json;

use super::{adult, name, request, with};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_one_departure_says_no_the_others_are_let_go() {
    let stage = Stage::new().await;
    let (out, on) = (stage.open(1).await, stage.open_connection(2).await);
    let (ann, bob) = (stage.customer("ann"), stage.customer("bob"));
    stage.held(&on, &bob, &["12A"]).await;
    let seat = json!([{ "flightId": name(&on), "seat": "12A" }]);
    let body = with(
        request(&out),
        json!({
            "flightId": null, "segments": [{ "flightId": name(&out) }, { "flightId": name(&on) }],
            "passengers": [with(adult("Doe"), json!({ "seats": seat }))],
        }),
    );
    let refused = stage.book(&ann, &body).send().await;
    assert_eq!(refused.outcome(), (409, "seat-taken".to_owned()), "{refused:?}");
    let said = refused.json();
    assert_eq!((&said["flightId"], &said["seats"][0]["seat"]), (&name(&on).into(), &"12A".into()));
    assert!(!said["alternatives"].as_array().expect("alternatives").is_empty());
    let shown =
        stage.ask("GET", &format!("/api/v1/bookings/{}", refused.text("bookingId"))).by(&ann).send().await;
    assert_eq!(
        (shown.text("status"), shown.json()["end"]["code"].clone()),
        ("REFUSED".to_owned(), "seat-taken".into())
    );
    assert_eq!(stage.counts(&out).await, (32, 0, 0), "the first departure was let go before the answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn holds_that_were_to_be_taken_over_come_back_with_their_deadlines() {
    let stage = Stage::new().await;
    let (out, on) = (stage.open(1).await, stage.open_connection(2).await);
    let (ann, bob) = (stage.customer("ann"), stage.customer("bob"));
    stage.held(&on, &bob, &["12A"]).await;
    let hold = stage.held(&out, &ann, &["10C"]).await;
    let before = stage.ask("GET", &hold).by(&ann).send().await.json();
    let seat = json!([{ "flightId": name(&on), "seat": "12A" }]);
    let body = with(
        request(&out),
        json!({
            "flightId": null, "segments": [{ "flightId": name(&out) }, { "flightId": name(&on) }],
            "passengers": [with(adult("Doe"), json!({ "seats": seat }))], "holdIds": [name(&hold)],
        }),
    );
    assert_eq!(stage.book(&ann, &body).send().await.outcome(), (409, "seat-taken".to_owned()));
    let after = stage.ask("GET", &hold).by(&ann).send().await.json();
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn holds_of_others_and_holds_that_do_not_fit_are_refused() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, bob) = (stage.customer("ann"), stage.customer("bob"));
    let (of_bob, of_ann) =
        (stage.held(&flight, &bob, &["12A"]).await, stage.held(&flight, &ann, &["13A", "13B"]).await);
    let book = async |hold: &str| {
        stage.book(&ann, &with(request(&flight), json!({ "holdIds": [hold] }))).send().await
    };
    assert_eq!(book(name(&of_bob)).await.outcome(), (404, "not-found".to_owned()));
    assert_eq!(book(name(&of_ann)).await.outcome(), (422, "validation".to_owned()), "two places for one");
    assert_eq!(book("ZZ-9-2090-06-01-JFK.3").await.bad_fields()[0].0, "holdIds[0]");
    stage.ask("DELETE", &of_ann).by(&ann).send().await;
    assert_eq!(book(name(&of_ann)).await.status, 410);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_wrong_is_said_at_once() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let body = with(
        request(&flight),
        json!({
            "flightId": "ZZ-9-2090-06-01-JFK", "price": 1,
            "passengers": [with(adult("R2D2"), json!({ "type": "CHILD", "seat": "A1" }))],
            "contactInfo": { "email": "nobody", "phone": "1" },
        }),
    );
    let refused = stage.book(&stage.customer("ann"), &body).send().await;
    let fields: Vec<String> = refused.bad_fields().into_iter().map(|(field, _)| field).collect();
    let expected = [
        "price",
        "passengers[0].lastName",
        "passengers[0].type",
        "passengers[0].seat",
        "contactInfo.email",
        "contactInfo.phone",
    ];
    assert_eq!(fields, expected, "{refused:?}");
    let nowhere = with(request(&flight), json!({ "flightId": "ZZ-9-2090-06-01-JFK" }));
    let refused = stage.book(&stage.customer("ann"), &nowhere).send().await;
    assert_eq!(refused.bad_fields()[0].0, "flightId");
    let two = json!([{ "flightId": name(&flight) }, { "flightId": name(&stage.open(2).await) }]);
    let backwards = with(request(&flight), json!({ "flightId": null, "segments": two }));
    let refused = stage.book(&stage.customer("ann"), &backwards).send().await;
    assert_eq!(refused.bad_fields()[0].0, "segments[1].flightId", "both depart at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_that_nobody_pays_expires_and_its_seats_open() {
    let options = Options {
        booking_held_secs: 1,
        limits: Limits::LIFTED,
        rates: RateLimits::LIFTED,
        ..Options::default()
    };
    let stage = Stage::with(options).await;
    let flight = stage.open(1).await;
    let (ann, admin) = (stage.customer("ann"), stage.token(Role::Admin, "root"));
    let made = stage.booked(&ann, &request(&flight)).await;
    let shown = stage.becomes_booking(&ann, &made, "EXPIRED").await;
    assert!(shown.json()["holdExpiresAt"].is_null());
    assert_eq!(stage.counts(&flight).await, (32, 0, 0));
    for (by, what, body) in [(&admin, "confirm", json!({ "reference": "x" })), (&ann, "cancel", json!({}))] {
        let late = stage.act(by, &made, what, &body).await;
        assert_eq!(late.outcome(), (410, "hold-expired".to_owned()), "{what}: {late:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_flight_reaches_its_bookings() {
    let stage = Stage::new().await;
    let (out, on) = (stage.open(1).await, stage.open_connection(2).await);
    let (ann, agent) = (stage.customer("ann"), stage.token(Role::Admin, "agent"));
    let body = with(
        request(&out),
        json!({
            "flightId": null, "segments": [{ "flightId": name(&out) }, { "flightId": name(&on) }],
        }),
    );
    let (held, bought) = (stage.booked(&ann, &body).await, stage.booked(&ann, &body).await);
    let paid = stage.act(&agent, &bought, "confirm", &json!({ "reference": "INV-1" })).await;
    assert_eq!(paid.status, 200, "{paid:?}");
    stage.becomes(&on, "CANCELLED").await;
    for booking in [&held, &bought] {
        let ended = stage.becomes_booking(&ann, booking, "CANCELLED").await.json();
        assert_eq!(ended["end"]["by"], "CARRIER", "{ended}");
    }
    let ended = stage.shown(&ann, &bought).await.json();
    assert_eq!(
        (&ended["end"]["refund"], &ended["end"]["fees"]["amount"]),
        (&ended["price"]["total"], &"0.00".into())
    );
    assert_eq!(stage.counts(&out).await, (32, 0, 0), "the other departure is open again");
}
