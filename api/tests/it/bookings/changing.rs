//! What is done to bookings.

use api::Role;
use serde_json::{Value, json};

use super::{adult, name, request, seats, with};
use crate::stage::{Answer, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_confirms_what_was_paid_outside() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, agent) = (stage.member(Role::Customer).await, stage.member(Role::AirlineAgent).await);
    let made =
        stage.booked(&agent.access, &with(request(&flight), json!({ "customerId": ann.id.as_str() }))).await;
    let reference = json!({ "reference": "INV-2026-118" });
    let refused = stage.act(&ann.access, &made, "confirm", &reference).await;
    assert_eq!(
        refused.outcome(),
        (403, "forbidden".to_owned()),
        "it is hers, but she does not say what was paid"
    );
    let other = stage.token(Role::TravelAgent, "other");
    assert_eq!(stage.act(&other, &made, "confirm", &reference).await.status, 404);
    assert_eq!(stage.act(&agent.access, &made, "confirm", &json!({})).await.bad_fields()[0].0, "reference");
    let paid = stage.act(&agent.access, &made, "confirm", &reference).await;
    assert_eq!((paid.status.as_u16(), paid.text("status").as_str()), (200, "CONFIRMED"), "{paid:?}");
    assert_eq!(paid.json()["payment"]["status"], "OUTSIDE");
    assert_eq!(paid.json()["payment"]["reference"], "INV-2026-118");
    assert!(paid.json()["holdExpiresAt"].is_null());
    assert_eq!(stage.counts(&flight).await, (31, 0, 1));
    let again = stage.act(&agent.access, &made, "confirm", &json!({ "reference": "another" })).await;
    assert_eq!(again.outcome(), (409, "wrong-status".to_owned()));
    let audit = stage.state.people.audit_of(&ann.id, 10).await.unwrap();
    let told: Vec<_> = audit.iter().filter(|line| line.action == "paid-outside").collect();
    assert_eq!(told.len(), 1, "the refusals are none: {audit:?}");
    assert_eq!((&told[0].actor, &told[0].detail), (&agent.id, &made.text("id")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_gives_back_what_was_quoted() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, admin) = (stage.customer("ann"), stage.token(Role::Admin, "root"));
    let made = stage.booked(&ann, &request(&flight)).await;
    stage.act(&admin, &made, "confirm", &json!({ "reference": "INV-1" })).await;
    let quote = stage.act(&ann, &made, "cancel/quote", &json!({})).await;
    assert_eq!(quote.status, 200, "{quote:?}");
    // Within 24 hours, years before departure: all of it (14 CFR 259.5(b)(4)).
    assert_eq!(quote.json()["refund"], made.json()["price"]["total"]);
    assert_eq!(quote.json()["fees"]["amount"], "0.00");
    let wrong = stage.act(&ann, &made, "cancel", &json!({ "quoteId": "999" })).await;
    assert_eq!(wrong.bad_fields()[0].0, "quoteId", "{wrong:?}");
    let body = json!({ "quoteId": quote.json()["quoteId"], "reason": "plans changed" });
    let cancelled = stage.act(&ann, &made, "cancel", &body).await;
    assert_eq!(
        (cancelled.status.as_u16(), cancelled.text("status").as_str()),
        (200, "CANCELLED"),
        "{cancelled:?}"
    );
    let end = &cancelled.json()["end"];
    assert_eq!(
        (&end["refund"], &end["by"], &end["reason"]),
        (&quote.json()["refund"], &"CUSTOMER".into(), &"plans changed".into())
    );
    assert_eq!(stage.counts(&flight).await, (32, 0, 0));
    let again = stage.act(&ann, &made, "cancel", &json!({})).await;
    assert_eq!(
        (again.status.as_u16(), again.text("status").as_str()),
        (200, "CANCELLED"),
        "it is so already"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_paid_yet_is_let_go_for_nothing() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    let made = stage.booked(&ann, &request(&flight)).await;
    for stranger in [stage.customer("bob"), stage.token(Role::BusinessOwner, "owner")] {
        assert_eq!(stage.act(&stranger, &made, "cancel", &json!({})).await.status, 404);
    }
    let cancelled = stage.act(&ann, &made, "cancel", &json!({})).await;
    assert_eq!(cancelled.text("status"), "CANCELLED", "{cancelled:?}");
    assert_eq!(stage.counts(&flight).await, (32, 0, 0));
}

async fn move_seats(stage: &Stage, by: &str, booking: &Answer, moves: &[(&str, &str, &str)]) -> Answer {
    let moves: Vec<Value> = moves
        .iter()
        .map(|(passenger, flight, seat)| json!({ "passengerId": passenger, "flightId": name(flight), "seat": seat }))
        .collect();
    let path = format!("/api/v1/bookings/{}/seats", booking.text("id"));
    stage.ask("PATCH", &path).by(by).json(&json!({ "seats": moves })).send().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_of_several_departures_change_together_or_not_at_all() {
    let stage = Stage::new().await;
    let (out, on) = (stage.open(1).await, stage.open_connection(2).await);
    let (ann, bob) = (stage.customer("ann"), stage.customer("bob"));
    stage.held(&on, &bob, &["16D"]).await;
    let body = with(
        request(&out),
        json!({
            "flightId": null, "segments": [{ "flightId": name(&out) }, { "flightId": name(&on) }],
            "passengers": [adult("Doe"), adult("Roe")],
        }),
    );
    let made = stage.booked(&ann, &body).await;
    let (before_out, before_on) = (seats(&made.json(), 0, 0), seats(&made.json(), 0, 1));
    let refused = move_seats(&stage, &ann, &made, &[("1", &out, "16C"), ("2", &on, "16D")]).await;
    assert_eq!(refused.outcome(), (409, "seat-taken".to_owned()), "{refused:?}");
    assert_eq!(refused.text("flightId"), name(&on));
    let shown = stage.shown(&ann, &made).await.json();
    assert_eq!((seats(&shown, 0, 0), seats(&shown, 0, 1)), (before_out.clone(), before_on.clone()));
    let moved = move_seats(&stage, &ann, &made, &[("1", &out, "16C"), ("2", &on, "16C")]).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    let shown = moved.json();
    assert_eq!((&*seats(&shown, 0, 0)[0], &*seats(&shown, 0, 1)[1]), ("16C", "16C"));
    assert_eq!((&seats(&shown, 0, 0)[1], &seats(&shown, 0, 1)[0]), (&before_out[1], &before_on[0]));
    let swapped = move_seats(&stage, &ann, &made, &[("1", &out, &before_out[1]), ("2", &out, "16C")]).await;
    assert_eq!(swapped.status, 200, "passengers of a booking swap: {swapped:?}");
    let field = |answer: Answer| answer.bad_fields().first().map(|bad| bad.0.clone()).unwrap_or_default();
    assert_eq!(field(move_seats(&stage, &ann, &made, &[("7", &out, "16A")]).await), "seats");
    assert_eq!(field(move_seats(&stage, &ann, &made, &[("x", &out, "16A")]).await), "seats[0].passengerId");
    assert_eq!(field(move_seats(&stage, &ann, &made, &[]).await), "seats");
    assert_eq!(move_seats(&stage, &bob, &made, &[("1", &out, "16A")]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_sees_the_seats_of_their_bookings_whoever_made_them() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, agent) = (stage.member(Role::Customer).await, stage.member(Role::TravelAgent).await);
    let people = json!([with(adult("Doe"), json!({ "seat": "14A" })), adult("Roe")]);
    let body = with(request(&flight), json!({ "passengers": people, "customerId": ann.id.as_str() }));
    let made = stage.booked(&agent.access, &body).await;
    let yours = async |by: &str, query: &str| {
        stage.ask("GET", &format!("{flight}/seat-map/yours{query}")).by(by).send().await
    };
    stage.act(&agent.access, &made, "confirm", &json!({ "reference": "INV-1" })).await;
    let booking = format!("?bookingId={}", made.text("id"));
    for (by, query) in
        [(&ann.access, ""), (&ann.access, &*booking), (&agent.access, ""), (&agent.access, &booking)]
    {
        let seen = yours(by, query).await.json();
        let seats = seen["seats"].as_array().unwrap_or_else(|| panic!("{seen}")).clone();
        assert!(seats.contains(&"14A".into()) && seats.len() == 2, "{query}: {seen}");
    }
    let bob = stage.customer("bob");
    assert_eq!(yours(&bob, "").await.json()["seats"], json!([]));
    assert_eq!(yours(&bob, &booking).await.status, 404);
    let both = yours(&ann.access, &format!("{booking}&adults=1")).await;
    assert_eq!(both.bad_fields()[0].0, "bookingId");
}
