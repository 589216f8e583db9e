//! Searching through the face: over the real departures, page by page, and with rubbish.

use std::collections::BTreeSet;
use std::time::Duration;

use actors::engine::clock;
use api::Role;
use cluster::Request;
use domain::flight::Command;
use domain::time::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::Date;
use schedule::{Options, Reference, Window};
use search::BadOffer;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::stage::{Answer, Stage, sale, until};

/// Departures that are opened at a time.
const OPENING_MAX: usize = 256;

/// A day so many days from now.
fn day(from_now: i64) -> Date {
    let today: Date = clock::now().to_string()[..10].parse().expect("a day");
    today + from_now.days()
}

/// Puts the real departures of some days on sale, and lets them sleep.
async fn open_real(stage: &Stage, days: &[Date]) -> usize {
    let sales = days.iter().flat_map(|date| {
        schedule::departures(&Options::new(Window::new(*date, 1).expect("a window of a day")))
    });
    let (mut opening, mut opened) = (JoinSet::new(), 0);
    for sale in sales {
        if opening.len() >= OPENING_MAX {
            opening.join_next().await;
        }
        let door = stage.state.door.clone();
        opening.spawn(async move {
            let (flight, command) = (sale.flight, Command::OpenSale(sale));
            let request = Request { key: None, remember_refusal: false, deadline: None, command };
            door.ask(flight, request).await.expect("it is opened");
            door.rest(flight).await;
        });
        opened += 1;
    }
    opening.join_all().await;
    opened
}

async fn search(stage: &Stage, wish: &Value) -> Answer {
    stage.ask("POST", "/api/v1/flights/search").json(wish).send().await
}

/// Searches until something is found: the timetable hears of a change a moment later.
async fn found(stage: &Stage, wish: &Value) -> Value {
    let mut last = Value::Null;
    until(async || {
        let answer = search(stage, wish).await;
        last = answer.json();
        answer.status == 200 && last["data"].as_array().is_some_and(|offers| !offers.is_empty())
    })
    .await;
    last
}

fn wish(origin: &str, destination: &str, date: Date) -> Value {
    json!({
        "origin": origin, "destination": destination, "departureDate": date.to_string(),
        "passengers": { "adults": 1 }, "cabinClass": "ECONOMY",
    })
}

fn with(mut wish: Value, name: &str, value: impl Into<Value>) -> Value {
    wish[name] = value.into();
    wish
}

fn offers(answer: &Value) -> &Vec<Value> {
    answer["data"].as_array().expect("offers")
}

fn cents(money: &Value) -> i64 {
    assert_eq!(money["currency"], "USD");
    money["amount"].as_str().expect("an amount").replace('.', "").parse().expect("digits")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_trip_with_a_stop_is_found_among_the_real_departures() {
    let stage = Stage::new().await;
    let (out, back) = (day(20), day(27));
    let opened = open_real(&stage, &[out, back]).await;
    assert!(opened > 3_000, "{opened}");
    let wish = with(wish("LAX", "BOS", out), "returnDate", back.to_string());
    let wish = with(wish, "passengers", json!({ "adults": 2, "children": 1, "infants": 1 }));
    until(async || offers(&found(&stage, &wish).await).len() == 20).await;
    let answer = search(&stage, &wish).await.json();
    for offer in offers(&answer) {
        let [out, back] = &offer["slices"].as_array().expect("slices")[..] else { panic!("{offer}") };
        assert_eq!((&out["origin"], &out["destination"]), (&json!("LAX"), &json!("BOS")));
        assert_eq!((&back["origin"], &back["destination"]), (&json!("BOS"), &json!("LAX")));
        assert_eq!((&out["stops"], &back["stops"]), (&json!(1), &json!(1)));
        assert_eq!(out["connections"][0]["arrival"], out["segments"][0]["arrival"]["airport"]);
        assert!(offer["flightId"].is_null(), "it is more than one departure");
        assert!(offer["seatsLeft"].as_u64().expect("a number") >= 3, "three need a seat");
        let price = &offer["price"];
        let each = price["perPassenger"].as_array().expect("prices");
        let sum: i64 =
            each.iter().map(|one| one["count"].as_i64().expect("a count") * cents(&one["total"])).sum();
        assert_eq!(
            each.iter().map(|one| one["type"].clone()).collect::<Vec<_>>(),
            ["ADULT", "CHILD", "INFANT"]
        );
        assert_eq!(cents(&price["total"]), sum);
        assert_eq!(cents(&price["total"]), cents(&price["base"]) + cents(&price["taxes"]));
    }
    let offer = offers(&answer)[0]["slices"][0]["segments"].as_array().expect("segments").clone();
    assert_eq!(offer[0]["synthetic"], true, "the way into New York is made up, and says so");
    assert_eq!(offer[1]["synthetic"], false);
    let days = answer["days"].as_array().expect("days");
    assert_eq!(days.len(), 7);
    assert_eq!(days[3]["date"], out.to_string());
    assert!(days[3]["price"].is_object() && days[0]["price"].is_null(), "{days:?}");
    assert_eq!(answer["suppliers"][0]["name"], "aisle");
    assert_eq!(answer["suppliers"][0]["status"], "OK");
    let again = search(&stage, &wish).await.json();
    assert_eq!(again["cache"]["hit"], true);
    // Another node, or this one after a restart, reads its timetable from the store.
    let restarted = stage.again();
    assert_eq!(offers(&found(&restarted, &wish).await).len(), offers(&again).len());
}

#[tokio::test]
async fn a_direct_offer_is_a_departure_and_its_id_opens_at_its_price() {
    let stage = Stage::new().await;
    stage.open(1).await;
    let answer = found(&stage, &wish("JFK", "LAX", "2090-06-01".parse().unwrap())).await;
    let offer = &offers(&answer)[0];
    assert_eq!(offer["flightId"], "ZZ-1-2090-06-01-JFK");
    assert_eq!(offer["slices"][0]["stops"], 0);
    assert_eq!((&offer["supplier"], &offer["seatsLeft"]), (&json!("aisle"), &json!(32)));
    assert_eq!(offer["fare"]["brand"], "Economy");
    let id = offer["id"].as_str().unwrap();
    let now = clock::now();
    let opened = stage.state.open_offer(id, now).unwrap();
    let (flight, fare) = opened.slices[0][0];
    assert_eq!(flight.to_string(), "ZZ-1-2090-06-01-JFK");
    assert_eq!(fare.total().unwrap().minor(), cents(&offer["price"]["total"]));
    assert_eq!(opened.expires.to_string(), offer["expiresAt"]);
    assert!(opened.expires > now && opened.expires <= now + Duration::from_secs(600));
    // A hold that is made now pins the very same fare.
    let hold = stage.hold("/api/v1/flights/ZZ-1-2090-06-01-JFK", &stage.customer("ann"), &["10A"]).await;
    assert_eq!(hold.json()["price"]["total"], offer["price"]["total"]);
    assert_eq!(stage.state.open_offer(id, opened.expires), Err(BadOffer::Expired(opened.expires)));
    let mut changed = id.to_owned().into_bytes();
    changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    assert_eq!(stage.state.open_offer(&changed, now), Err(BadOffer::Forged));
    assert_eq!(Stage::new().await.state.open_offer(id, now), Err(BadOffer::Forged), "another house's key");
}

#[tokio::test]
async fn a_price_holds_no_longer_than_its_departure_is_on_sale() {
    let stage = Stage::new().await;
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let departs = clock::now() + minutes(65);
    let airport = Reference::bundled().airport("JFK".parse().unwrap()).unwrap();
    let date = airport.clock(departs).date();
    let mut soon = sale(1);
    soon["date"] = date.to_string().into();
    soon["departs"] = departs.to_string().into();
    soon["arrives"] = (departs + minutes(360)).to_string().into();
    let operator = stage.token(Role::AirlineAgent, "operator");
    let opened = stage.ask("POST", "/api/v1/flights").by(&operator).json(&soon).send().await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let answer = found(&stage, &wish("JFK", "LAX", date)).await;
    let expires: Timestamp = offers(&answer)[0]["expiresAt"].as_str().unwrap().parse().unwrap();
    let closes = departs.minus(minutes(60));
    assert!(expires <= closes && closes.since(expires) < Duration::from_secs(1), "{expires} for {closes}");
}

#[tokio::test]
async fn what_is_held_and_what_is_cancelled_is_seen_at_once_though_the_answer_is_kept() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let wish = wish("JFK", "LAX", "2090-06-01".parse().unwrap());
    let before = found(&stage, &wish).await;
    assert_eq!(offers(&before)[0]["seatsLeft"], 32);
    stage.held(&flight, &stage.customer("ann"), &["10A", "10B"]).await;
    until(async || {
        let answer = search(&stage, &wish).await.json();
        answer["cache"]["hit"] == true && offers(&answer)[0]["seatsLeft"] == 30
    })
    .await;
    stage.becomes(&flight, "CANCELLED").await;
    until(async || offers(&search(&stage, &wish).await.json()).is_empty()).await;
    let second = stage.open(2).await;
    until(async || offers(&search(&stage, &wish).await.json()).len() == 1).await;
    stage.state.door.rest(second.rsplit('/').next().unwrap().parse().unwrap()).await;
    assert_eq!(offers(&search(&stage, &wish).await.json()).len(), 1, "also while it sleeps");
}

#[tokio::test]
async fn a_list_of_offers_goes_on_where_its_cursor_says() {
    let stage = Stage::new().await;
    for number in 1..=7 {
        stage.open(number).await;
    }
    let wish = wish("NYC", "LAX", "2090-06-01".parse().unwrap());
    until(async || offers(&search(&stage, &wish).await.json()).len() == 7).await;
    for sort in ["best", "price", "duration", "departure", "arrival"] {
        let wish = with(with(wish.clone(), "sort", sort), "limit", 3);
        let (mut seen, mut pages, mut cursor) = (BTreeSet::new(), Vec::new(), Value::Null);
        for _ in 0..4 {
            let page = search(&stage, &with(wish.clone(), "cursor", cursor)).await.json();
            pages.push(offers(&page).len());
            seen.extend(offers(&page).iter().map(|offer| offer["flightId"].to_string()));
            cursor = page["page"]["nextCursor"].clone();
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!((pages, seen.len()), (vec![3, 3, 1], 7), "{sort}");
    }
    let page = search(&stage, &with(with(wish.clone(), "sort", "price"), "limit", 3)).await.json();
    let elsewhere = with(with(wish, "sort", "duration"), "cursor", page["page"]["nextCursor"].clone());
    let refused = search(&stage, &elsewhere).await;
    assert_eq!(refused.bad_fields(), [("cursor".to_owned(), "invalid".to_owned())]);
}

#[tokio::test]
async fn filters_hide_what_is_not_wanted() {
    let stage = Stage::new().await;
    stage.open(1).await;
    let wish = wish("JFK", "LAX", "2090-06-01".parse().unwrap());
    let offer = offers(&found(&stage, &wish).await)[0].clone();
    let total = offer["price"]["total"].clone();
    for (filters, shown) in [
        (json!({}), 1),
        (json!({ "maxPrice": total }), 1),
        (json!({ "maxPrice": { "amount": "1.00", "currency": "USD" } }), 0),
        (json!({ "airlines": ["ZZ"] }), 1),
        (json!({ "airlines": ["B6", "DL"] }), 0),
        (json!({ "maxDurationMinutes": 360 }), 1),
        (json!({ "maxDurationMinutes": 359 }), 0),
        // It leaves New York at nine in the morning and lands in Los Angeles at noon.
        (json!({ "departure": { "from": "09:00", "to": "09:00" } }), 1),
        (json!({ "departure": { "from": "09:01" } }), 0),
        (json!({ "arrival": { "to": "12:00" }, "maxConnections": 0 }), 1),
        (json!({ "arrival": { "from": "22:00", "to": "06:00" } }), 0),
    ] {
        let answer = search(&stage, &with(wish.clone(), "filters", filters.clone())).await;
        assert_eq!(offers(&answer.json()).len(), shown, "{filters}: {answer:?}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_search_is_said_at_once() {
    let stage = Stage::new().await;
    let good = wish("JFK", "LAX", "2090-06-01".parse().unwrap());
    let missing = ["origin", "destination", "departureDate", "passengers", "cabinClass"];
    let cases = [
        (json!({}), missing.map(|name| (name, "missing")).to_vec()),
        (
            json!({
                "origin": "QQQ", "destination": "new york", "departureDate": "soon", "returnDate": 7,
                "passengers": { "adults": 10, "pets": 1 }, "cabinClass": "economy", "maxConnections": 3, "sort": "cheap",
                "limit": 0, "cursor": "x", "page": 1,
                "filters": { "maxPrice": { "amount": "1.5", "currency": "USD" }, "airlines": ["JetBlue"], "price": 1,
                    "departure": { "from": "6:00", "to": "24:00" } },
            }),
            vec![
                ("page", "unknown"),
                ("origin", "invalid"),
                ("destination", "invalid"),
                ("departureDate", "invalid"),
                ("returnDate", "invalid"),
                ("passengers.pets", "unknown"),
                ("passengers.adults", "invalid"),
                ("cabinClass", "invalid"),
                ("maxConnections", "invalid"),
                ("sort", "invalid"),
                ("filters.price", "unknown"),
                ("filters.maxPrice.amount", "invalid"),
                ("filters.airlines[0]", "invalid"),
                ("filters.departure.from", "invalid"),
                ("filters.departure.to", "invalid"),
                ("limit", "invalid"),
                ("cursor", "invalid"),
            ],
        ),
        (with(good.clone(), "destination", "EWR"), vec![("destination", "invalid")]),
        (with(good.clone(), "departureDate", "2020-01-01"), vec![("departureDate", "invalid")]),
        (with(good.clone(), "returnDate", "2090-05-31"), vec![("returnDate", "invalid")]),
        (with(good.clone(), "passengers", json!({ "children": 1 })), vec![("passengers.adults", "missing")]),
        (with(good.clone(), "passengers", json!({ "adults": 0 })), vec![("passengers", "invalid")]),
        (
            with(good.clone(), "passengers", json!({ "adults": 9, "children": 1 })),
            vec![("passengers", "invalid")],
        ),
        (
            with(good.clone(), "passengers", json!({ "adults": 0, "children": 1 })),
            vec![("passengers", "invalid")],
        ),
        (
            with(good.clone(), "passengers", json!({ "adults": 1, "infants": 2 })),
            vec![("passengers", "invalid")],
        ),
    ];
    for (wish, bad) in cases {
        let answer = search(&stage, &wish).await;
        let bad: Vec<_> = bad.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
        assert_eq!((answer.outcome().1.as_str(), answer.bad_fields()), ("validation", bad), "{wish}");
    }
}

#[tokio::test]
async fn the_command_line_that_a_newcomer_pastes_finds_flights() {
    let stage = Stage::new().await;
    stage.open(1).await;
    let wish = json!({
        "origin": "JFK", "destination": "LAX", "departureDate": "2090-06-01",
        "passengers": { "adults": 1, "children": 0, "infants": 0 }, "cabinClass": "ECONOMY",
    });
    found(&stage, &wish).await;
    let token = stage.token(Role::Customer, "ann");
    let signed_in = stage.ask("POST", "/api/v1/flights/search").by(&token).json(&wish).send().await;
    assert_eq!(offers(&signed_in.json()).len(), 1, "a token does no harm");
}
