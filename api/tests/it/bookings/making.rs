//! Bookings that can be had.

use api::Role;
use serde_json::json;

use super::{adult, name, request, seats, with};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pasted_request_books_exactly_that_flight() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let john = stage.member(Role::Customer).await;
    let made = stage.booked(&john.access, &request(&flight)).await;
    let shown = made.json();
    assert_eq!(made.header("location"), format!("/api/v1/bookings/{}", made.text("id")));
    let pnr = made.text("pnr");
    assert!(
        pnr.len() == 6 && pnr.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
        "{pnr}"
    );
    assert_eq!(shown["slices"][0]["segments"][0]["flightId"], name(&flight));
    assert_eq!(shown["slices"][0]["segments"][0]["destination"], "LAX");
    assert_ne!(seats(&shown, 0, 0), ["-"], "whoever names no seat gets one");
    let john_doe = &shown["passengers"][0];
    assert_eq!(
        (&john_doe["id"], &john_doe["type"], &john_doe["lastName"]),
        (&"1".into(), &"ADULT".into(), &"Doe".into())
    );
    assert_eq!(shown["contactInfo"]["phone"], "+1234567890");
    assert_eq!(
        (&shown["customerId"], &shown["madeBy"]),
        (&john.id.as_str().into(), &john.id.as_str().into())
    );
    assert_eq!(shown["payment"]["status"], "OUTSTANDING");
    assert_eq!(shown["payment"]["amount"], shown["price"]["total"]);
    assert_eq!(shown["price"]["perPassenger"][0]["total"], shown["price"]["total"]);
    assert_eq!(shown["holdExpiresAt"], shown["ticketingTimeLimit"]);
    assert_eq!(stage.counts(&flight).await, (31, 1, 0));
    let again = stage.shown(&john.access, &made).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, shown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_books_two_segments_for_three_side_by_side() {
    let stage = Stage::new().await;
    let (out, on) = (stage.open(1).await, stage.open_connection(2).await);
    let (agent, ann) = (stage.member(Role::TravelAgent).await, stage.member(Role::Customer).await);
    let body = with(
        request(&out),
        json!({
            "flightId": null, "segments": [{ "flightId": name(&out) }, { "flightId": name(&on) }],
            "passengers": [adult("Doe"), adult("Roe"), adult("Poe")], "customerId": ann.id.as_str(),
        }),
    );
    let made = stage.booked(&agent.access, &body).await.json();
    assert_eq!(made["slices"].as_array().expect("slices").len(), 1, "one changes: it is one direction");
    for segment in 0..2 {
        let mut seats = seats(&made, 0, segment);
        seats.sort();
        let rows: Vec<&str> = seats.iter().map(|seat| &seat[..seat.len() - 1]).collect();
        assert!(rows.iter().all(|row| *row == rows[0]), "side by side: {seats:?}");
    }
    assert_eq!(made["price"]["perPassenger"].as_array().expect("prices").len(), 3);
    assert_eq!((&made["customerId"], &made["madeBy"]), (&ann.id.as_str().into(), &agent.id.as_str().into()));
    assert_eq!((stage.counts(&out).await, stage.counts(&on).await), ((29, 3, 0), (29, 3, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_takes_holds_over_with_their_seats_and_their_price() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    let hold = stage.held(&flight, &ann, &["12A", "12B"]).await;
    let price = stage.ask("GET", &hold).by(&ann).send().await.json()["price"]["total"].clone();
    let body = with(
        request(&flight),
        json!({
            "passengers": [with(adult("Doe"), json!({ "seat": "12B" })), adult("Roe")], "holdIds": [name(&hold)],
        }),
    );
    let made = stage.booked(&ann, &body).await;
    assert_eq!(seats(&made.json(), 0, 0), ["12B", "12A"]);
    assert_eq!(made.json()["price"]["total"], price);
    assert_eq!(stage.counts(&flight).await, (30, 2, 0), "nothing is held twice");
    let gone = stage.ask("DELETE", &hold).by(&ann).send().await;
    assert_eq!(gone.outcome(), (409, "hold-booked".to_owned()));
    assert_eq!(gone.text("bookingId"), made.text("id"));
    let second = stage.book(&ann, &body).send().await;
    assert_eq!(second.outcome(), (409, "hold-booked".to_owned()), "{second:?}");
    assert!(!second.text("bookingId").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_is_booked_at_its_price() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let ann = stage.customer("ann");
    stage.state.can_search().await;
    let wish = json!({ "origin": "JFK", "destination": "LAX", "departureDate": "2090-06-01",
        "passengers": { "adults": 2 }, "cabinClass": "ECONOMY" });
    let mut offer = json!(null);
    crate::stage::until(async || {
        offer =
            stage.ask("POST", "/api/v1/flights/search").json(&wish).send().await.json()["data"][0].clone();
        offer.is_object()
    })
    .await;
    // The cabin fills, so today's price rises; the offer's does not.
    for row in 10..=13 {
        stage
            .held(&flight, &stage.customer(&format!("c{row}")), &[&format!("{row}A"), &format!("{row}B")])
            .await;
    }
    let body = with(
        request(&flight),
        json!({
            "flightId": null, "cabinClass": null, "offerId": offer["id"], "passengers": [adult("Doe"), adult("Roe")],
        }),
    );
    let made = stage.booked(&ann, &body).await;
    let (price, offered) = (&made.json()["price"], &offer["price"]);
    assert_eq!((&price["base"], &price["taxes"]), (&offered["base"], &offered["taxes"]));
    for (changes, code) in [
        (json!({ "passengers": [adult("Doe")] }), "validation"),
        (json!({ "offerId": "nothing" }), "offer-unknown"),
    ] {
        let refused = stage.book(&ann, &with(body.clone(), changes)).send().await;
        assert_eq!(refused.outcome(), (422, code.to_owned()), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_clerks_book_for_others_and_only_for_customers() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (ann, agent) = (stage.member(Role::Customer).await, stage.member(Role::TravelAgent).await);
    let for_ann = with(request(&flight), json!({ "customerId": ann.id.as_str() }));
    let refused = stage.book(&stage.customer("bob"), &for_ann).send().await;
    assert_eq!(refused.outcome(), (403, "forbidden".to_owned()));
    for nobody in ["usr_nobody", agent.id.as_str()] {
        let admin = stage.token(Role::Admin, "root");
        let body = with(request(&flight), json!({ "customerId": nobody }));
        let refused = stage.book(&admin, &body).send().await;
        assert_eq!(refused.bad_fields(), [("customerId".to_owned(), "invalid".to_owned())], "{refused:?}");
    }
    let made = stage.booked(&agent.access, &for_ann).await;
    for (reader, status) in [(&ann.access, 200), (&agent.access, 200), (&stage.customer("bob"), 404)] {
        assert_eq!(stage.shown(reader, &made).await.status, status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_never_shown_in_full() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let document =
        json!({ "type": "PASSPORT", "number": "X1234589", "country": "US", "expires": "2091-01-01" });
    let body = with(
        request(&flight),
        json!({ "passengers": [with(adult("Doe"), json!({ "document": document }))] }),
    );
    let made = stage.booked(&stage.customer("ann"), &body).await;
    assert_eq!(made.json()["passengers"][0]["document"]["number"], "••••••89");
    assert!(!String::from_utf8_lossy(&made.body).contains("X12345"));
}
