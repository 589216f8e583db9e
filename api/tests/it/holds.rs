//! Holds: what is wished, what is granted, how they end.

use api::{Options, Role};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, until};

async fn wish(stage: &Stage, flight: &str, by: &str, body: &Value) -> Answer {
    stage.ask("POST", &format!("{flight}/holds")).by(by).json(body).send().await
}

#[tokio::test]
async fn a_hold_says_what_was_granted() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let made = stage.hold(&flight, &ann, &["10A", "10B"]).await.json();
    assert_eq!(made["flightId"], "ZZ-1-2090-06-01-JFK");
    assert_eq!(made["holdId"], "ZZ-1-2090-06-01-JFK.2");
    assert_eq!((&made["seats"], &made["places"]), (&json!(["10A", "10B"]), &json!(2)));
    assert_eq!((&made["cabinClass"], &made["version"]), (&json!("ECONOMY"), &json!(2)));
    assert_eq!(made["price"]["perPassenger"][0]["type"], "ADULT");
    assert_eq!(made["price"]["perPassenger"][0]["count"], 2);
    let cents = |price: &Value| {
        let amount = price["total"]["amount"].as_str().unwrap().replace('.', "");
        amount.parse::<u64>().unwrap()
    };
    assert_eq!(
        cents(&made["price"]),
        2 * cents(&made["price"]["perPassenger"][0]),
        "the price is of the party"
    );
    assert_eq!(made["price"]["total"]["currency"], "USD");
}

#[tokio::test]
async fn the_party_makes_the_price() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let body = json!({
        "cabinClass": "ECONOMY", "bestAvailable": { "together": true, "window": true },
        "travellers": [{ "type": "ADULT" }, { "type": "CHILD" }, { "type": "INFANT" }],
    });
    let made = wish(&stage, &flight, &ann, &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    assert_eq!(made["places"], 2, "an infant sits on a lap");
    assert_eq!(made["seats"].as_array().unwrap().len(), 2);
    let kinds: Vec<_> =
        made["price"]["perPassenger"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["ADULT", "CHILD", "INFANT"]);
}

#[tokio::test]
async fn a_hold_is_shown_extended_and_given_back() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let made = stage.hold(&flight, &ann, &["10A"]).await.json();
    let hold = format!("{flight}/holds/{}", made["holdId"].as_str().unwrap());
    let ask = |method: &str, path: &str| stage.ask(method, path).by(&ann);

    let mut shown = ask("GET", &hold).send().await.json();
    assert_eq!(shown["status"].take(), "HELD");
    shown.as_object_mut().unwrap().remove("status");
    assert_eq!(shown, made, "it is shown as it was made");

    let extended = ask("POST", &format!("{hold}/extend")).json(&json!({ "ttlSeconds": 1_800 })).send().await;
    assert_eq!(extended.status, 200, "{extended:?}");
    assert!(extended.text("expiresAt").as_str() > made["expiresAt"].as_str().unwrap());
    assert_eq!(ask("GET", &hold).send().await.text("expiresAt"), extended.text("expiresAt"));
    let by_default = ask("POST", &format!("{hold}/extend")).send().await;
    assert_eq!(by_default.status, 200, "no body at all: {by_default:?}");

    for _ in 0..2 {
        assert_eq!(ask("DELETE", &hold).send().await.status, 204, "giving back again does no harm");
    }
    assert_eq!(ask("GET", &hold).send().await.outcome(), (410, "hold-released".to_owned()));
    let late = ask("POST", &format!("{hold}/extend")).send().await;
    assert_eq!(late.outcome(), (410, "hold-released".to_owned()));
}

#[tokio::test]
async fn a_hold_whose_deadline_passed_is_expired() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["10A"], "ttlSeconds": 1 });
    let made = wish(&stage, &flight, &ann, &body).await;
    let hold = format!("{flight}/holds/{}", made.text("holdId"));
    let ask = |method: &str, path: &str| stage.ask(method, path).by(&ann);
    until(async || ask("GET", &hold).send().await.status != 200).await;
    for (method, path) in
        [("GET", hold.clone()), ("DELETE", hold.clone()), ("POST", format!("{hold}/extend"))]
    {
        assert_eq!(ask(method, &path).send().await.outcome(), (410, "hold-expired".to_owned()), "{method}");
    }
    let stranger = stage.ask("GET", &hold).by(&stage.customer("bob")).send().await;
    assert_eq!(stranger.status, 404, "how a foreign hold ended is nobody's business either");
}

#[tokio::test]
async fn a_cancelled_departure_ends_its_holds() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let hold = stage.held(&flight, &ann, &["10A"]).await;
    stage.becomes(&flight, "CANCELLED").await;
    let ended = stage.ask("GET", &hold).by(&ann).send().await;
    assert_eq!(ended.outcome(), (410, "hold-released".to_owned()));
    assert!(ended.json()["reason"].is_string(), "{ended:?}");
    let late = stage.hold(&flight, &ann, &["11A"]).await;
    assert_eq!(late.outcome(), (409, "flight-cancelled".to_owned()));
}

#[tokio::test]
async fn a_taken_seat_is_refused_with_what_is_left() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    stage.held(&flight, &stage.customer("ann"), &["10A"]).await;
    let refused = stage.hold(&flight, &stage.customer("bob"), &["10A"]).await;
    assert_eq!(refused.outcome(), (409, "seat-taken".to_owned()));
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let problem = refused.json();
    assert_eq!(problem["seats"][0]["seat"], "10A");
    assert_eq!(problem["seats"][0]["state"], "HELD");
    assert!(problem["seats"][0]["until"].is_string(), "{problem}");
    assert!(!problem["alternatives"].as_array().unwrap().is_empty(), "{problem}");
    assert_eq!(problem["requestId"], refused.header("x-request-id"));
    assert!(!refused.body.windows(3).any(|word| word == b"ann"), "who has it is not said");
}

#[tokio::test]
async fn refusals_have_their_codes() {
    let stage = Stage::new().await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let cases = [
        (json!({ "cabinClass": "BUSINESS", "places": 1 }), 422, "no-such-cabin"),
        (json!({ "cabinClass": "ECONOMY", "seats": ["99A"] }), 422, "no-such-seats"),
        (json!({ "cabinClass": "FIRST", "places": 9 }), 409, "cabin-full"),
        (json!({ "cabinClass": "ECONOMY", "seats": ["10A", "10A"] }), 422, "validation"),
        (
            json!({ "cabinClass": "ECONOMY", "places": 2, "travellers": [{ "type": "ADULT" }] }),
            422,
            "validation",
        ),
    ];
    for (body, status, code) in cases {
        let answer = wish(&stage, &flight, &ann, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{body}: {answer:?}");
    }
    for seat in ["10A", "10B", "10C", "10D"] {
        stage.held(&flight, &ann, &[seat]).await;
    }
    let beyond = stage.hold(&flight, &ann, &["11A"]).await;
    assert_eq!(beyond.outcome(), (409, "hold-limit".to_owned()));
    let agent = stage.token(Role::TravelAgent, "agency");
    for seat in ["11A", "11B", "11C", "11D", "12A"] {
        stage.held(&flight, &agent, &[seat]).await;
    }
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once() {
    let stage = Stage::with(Options::default()).await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    let body = json!({
        "cabinClass": "COUCH", "seats": ["12A", "nowhere", 7], "places": 10, "bestAvailable": { "isle": true, "aisle": 1 },
        "travellers": [{ "type": "ADULT" }, { "type": "DOG" }, { "age": 3 }, "child"], "ttlSeconds": 29, "holdId": "x",
    });
    let answer = wish(&stage, &flight, &ann, &body).await;
    assert_eq!(answer.outcome(), (422, "validation".to_owned()));
    let mut bad = answer.bad_fields();
    bad.sort();
    let expected = [
        ("bestAvailable", "invalid"),
        ("bestAvailable.aisle", "invalid"),
        ("bestAvailable.isle", "unknown"),
        ("cabinClass", "invalid"),
        ("holdId", "unknown"),
        ("places", "invalid"),
        ("seats[1]", "invalid"),
        ("seats[2]", "invalid"),
        ("travellers[1].type", "invalid"),
        ("travellers[2].age", "unknown"),
        ("travellers[2].type", "missing"),
        ("travellers[3]", "invalid"),
        ("ttlSeconds", "invalid"),
    ];
    assert_eq!(bad, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn the_deadline_has_its_limits() {
    let stage = Stage::with(Options::default()).await;
    let (flight, ann) = (stage.open(1).await, stage.customer("ann"));
    for (secs, takes) in [(29, false), (30, true), (1_800, true), (1_801, false), (0, false)] {
        let body = json!({ "cabinClass": "ECONOMY", "places": 1, "ttlSeconds": secs });
        let answer = wish(&stage, &flight, &ann, &body).await;
        assert_eq!(answer.status == 201, takes, "{secs}: {answer:?}");
    }
}
