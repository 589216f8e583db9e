//! What an airline's agents do.

use api::Role;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, sale};

async fn open(stage: &Stage, body: &Value) -> Answer {
    let operator = stage.token(Role::AirlineAgent, "operator");
    stage.ask("POST", "/api/v1/flights").by(&operator).json(body).send().await
}

fn with(mut value: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    value.as_object_mut().expect("an object").extend(changes);
    value
}

#[tokio::test]
async fn a_known_aircraft_and_local_times_open_a_departure() {
    let stage = Stage::new().await;
    let known = json!({
        "aircraft": "B6-320", "departs": "2090-06-01T09:00", "arrives": "2090-06-01T12:10", "distanceMi": 2_475,
    });
    let opened = open(&stage, &with(sale(1), known)).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    assert_eq!(opened.header("location"), "/api/v1/flights/ZZ-1-2090-06-01-JFK");
    let shown = stage.read(opened.header("location")).await.json();
    assert_eq!(shown["departure"]["scheduled"], "2090-06-01T13:00:00.000Z");
    assert_eq!(shown["arrival"]["scheduled"], "2090-06-01T19:10:00.000Z");
    assert_eq!(shown["departure"]["scheduledLocal"], "2090-06-01T09:00");
}

#[tokio::test]
async fn what_is_on_sale_is_not_opened_twice() {
    let stage = Stage::new().await;
    assert_eq!(open(&stage, &sale(1)).await.status, 201);
    assert_eq!(open(&stage, &sale(1)).await.status, 200, "the same again is so already");
    let other = open(&stage, &with(sale(1), json!({ "distanceMi": 99 }))).await;
    assert_eq!(other.outcome(), (409, "already-on-sale".to_owned()));
}

#[tokio::test]
async fn a_departure_that_cannot_be_is_refused_with_all_its_faults() {
    let stage = Stage::new().await;
    let bad = json!({
        "carrier": "ZZZ9", "number": 10_000, "date": "2090-02-30", "origin": "J", "destination": 7,
        "aircraft": { "name": "x", "cabins": "nonsense" }, "departs": "noon", "distanceMi": 0, "currency": "BTC2",
        "gate": "B1",
    });
    let mut named: Vec<_> = open(&stage, &bad).await.bad_fields();
    named.sort();
    let expected = [
        ("aircraft", "invalid"),
        ("arrives", "missing"),
        ("carrier", "invalid"),
        ("currency", "invalid"),
        ("date", "invalid"),
        ("departs", "invalid"),
        ("destination", "invalid"),
        ("distanceMi", "invalid"),
        ("gate", "unknown"),
        ("number", "invalid"),
        ("origin", "invalid"),
    ];
    assert_eq!(named, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let reversed = with(sale(1), json!({ "arrives": "2090-06-01T12:00:00Z" }));
    assert_eq!(open(&stage, &reversed).await.outcome(), (422, "validation".to_owned()));
    for aircraft in
        [json!("XX-000"), json!({ "name": "x" }), json!({ "name": "x", "cabins": "Y:1-9:AB", "wings": 2 })]
    {
        let answer = open(&stage, &with(sale(1), json!({ "aircraft": aircraft }))).await;
        assert_eq!(answer.bad_fields(), [("aircraft".to_owned(), "invalid".to_owned())], "{aircraft}");
    }
}

#[tokio::test]
async fn a_departure_is_delayed_boarded_and_gone() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let operator = stage.token(Role::Admin, "root");
    let change =
        |body: Value| stage.ask("PATCH", &format!("{flight}/status")).by(&operator).json(&body).send();
    let delay = json!({
        "status": "DELAYED", "reason": "late aircraft", "gate": "B22",
        "newDeparture": "2090-06-01T14:00:00Z", "newArrival": "2090-06-01T20:00:00Z",
    });
    let delayed = change(delay).await.json();
    assert_eq!((&delayed["status"], &delayed["gate"]), (&json!("DELAYED"), &json!("B22")));
    assert_eq!(delayed["departure"]["scheduled"], "2090-06-01T13:00:00.000Z");
    assert_eq!(delayed["departure"]["latest"], "2090-06-01T14:00:00.000Z");
    for status in ["BOARDING", "DEPARTED", "ARRIVED"] {
        assert_eq!(change(json!({ "status": status })).await.text("status"), status);
    }
    let back = change(json!({ "status": "BOARDING" })).await;
    assert_eq!(back.outcome(), (409, "no-such-transition".to_owned()));
    let bad = change(json!({ "status": "LOST", "gate": "", "newDeparture": "soon", "until": 1 })).await;
    let mut named = bad.bad_fields();
    named.sort();
    let expected =
        [("gate", "invalid"), ("newDeparture", "invalid"), ("status", "invalid"), ("until", "unknown")];
    assert_eq!(named, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn a_blocked_seat_is_out_of_sale_until_it_is_put_back() {
    let stage = Stage::new().await;
    let flight = stage.open(1).await;
    let (operator, ann) = (stage.token(Role::AirlineAgent, "operator"), stage.customer("ann"));
    let blocks = |method: &str, body: Value| {
        stage.ask(method, &format!("{flight}/blocks")).by(&operator).json(&body).send()
    };
    let blocked = blocks("POST", json!({ "seats": ["10A"], "reason": "DEFECT" })).await;
    assert_eq!(blocked.status, 200, "{blocked:?}");
    let refused = stage.hold(&flight, &ann, &["10A"]).await;
    assert_eq!(refused.json()["seats"][0]["state"], "BLOCKED", "{refused:?}");
    assert_eq!(blocks("DELETE", json!({ "seats": ["10A"] })).await.status, 200);
    stage.held(&flight, &ann, &["10A"]).await;
    let taken = blocks("POST", json!({ "seats": ["10A"] })).await;
    assert_eq!(taken.outcome(), (409, "seat-taken".to_owned()));
    let nothing = blocks("POST", json!({})).await;
    assert_eq!(nothing.bad_fields(), [("seats".to_owned(), "missing".to_owned())]);
}
