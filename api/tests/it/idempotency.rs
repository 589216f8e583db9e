//! Requests that are answered once: the same key and body get the first answer, whatever the first one was.

use api::Role;
use serde_json::{Value, json};

use crate::stage::{Answer, Ask, Stage, sale, until};

/// A write that takes a key, and another body for the same path.
struct Write {
    what: &'static str,
    path: String,
    body: Value,
    other: Value,
}

async fn writes(stage: &Stage) -> Vec<Write> {
    let flight = stage.open(1).await;
    let hold = stage.held(&flight, &stage.token(Role::Admin, "ann"), &["10A"]).await;
    vec![
        Write {
            what: "open",
            path: "/api/v1/flights".to_owned(),
            body: sale(4_000),
            other: {
                let mut other = sale(4_000);
                other["distanceMi"] = 99.into();
                other
            },
        },
        Write {
            what: "hold",
            path: format!("{flight}/holds"),
            body: json!({ "cabinClass": "ECONOMY", "seats": ["11A"] }),
            other: json!({ "cabinClass": "ECONOMY", "seats": ["11B"] }),
        },
        Write {
            what: "extend",
            path: format!("{hold}/extend"),
            body: json!({ "ttlSeconds": 700 }),
            other: json!({ "ttlSeconds": 800 }),
        },
        Write {
            what: "block",
            path: format!("{flight}/blocks"),
            body: json!({ "seats": ["17A"] }),
            other: json!({ "seats": ["17B"] }),
        },
    ]
}

fn ask(stage: &Stage, write: &Write, by: &str, key: &str) -> Ask {
    stage.ask("POST", &write.path).by(by).key(key).json(&write.body)
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let stage = Stage::new().await;
    let ann = stage.token(Role::Admin, "ann");
    for write in writes(&stage).await {
        let first = ask(&stage, &write, &ann, "one").send().await;
        assert!(first.status.is_success() && !replayed(&first), "{}: {first:?}", write.what);
        for spelling in ["one", "\"one\""] {
            let again = ask(&stage, &write, &ann, spelling).send().await;
            assert!(replayed(&again), "{}: {again:?}", write.what);
            assert_eq!((again.status, &again.body), (first.status, &first.body), "{}", write.what);
        }
    }
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let stage = Stage::new().await;
    let ann = stage.token(Role::Admin, "ann");
    for write in writes(&stage).await {
        ask(&stage, &write, &ann, "one").send().await;
        let other = ask(&stage, &write, &ann, "one").json(&write.other).send().await;
        assert_eq!(other.outcome(), (422, "idempotency-mismatch".to_owned()), "{}", write.what);
        let again = ask(&stage, &write, &ann, "one").send().await;
        assert!(again.status.is_success() && replayed(&again), "{}: {again:?}", write.what);
    }
}

#[tokio::test]
async fn of_sixteen_at_once_one_is_done_and_all_are_told() {
    let stage = Stage::new().await;
    let ann = stage.token(Role::Admin, "ann");
    for write in writes(&stage).await {
        let asked: Vec<_> = (0..16).map(|_| tokio::spawn(ask(&stage, &write, &ann, "one").send())).collect();
        let mut answers = Vec::new();
        for answer in asked {
            answers.push(answer.await.unwrap());
        }
        let first = answers.iter().filter(|answer| !replayed(answer)).count();
        assert_eq!(first, 1, "{}: {answers:?}", write.what);
        for answer in &answers {
            assert_eq!(
                (answer.status, &answer.body),
                (answers[0].status, &answers[0].body),
                "{}",
                write.what
            );
        }
    }
}

#[tokio::test]
async fn a_key_belongs_to_its_principal() {
    let stage = Stage::new().await;
    let (ann, bob) = (stage.token(Role::Admin, "ann"), stage.token(Role::Admin, "bob"));
    for write in writes(&stage).await {
        let first = ask(&stage, &write, &ann, "one").send().await;
        let other = ask(&stage, &write, &bob, "one").send().await;
        assert!(!replayed(&other), "{}: {other:?}", write.what);
        assert!(first.status.is_success(), "{}: {first:?}", write.what);
        // What is theirs alone is not given to another; what is so already is so for everybody.
        let expected = match write.what {
            "hold" => (409, "seat-taken"),
            "extend" => (404, "not-found"),
            _ => (200, ""),
        };
        assert_eq!(other.outcome(), (expected.0, expected.1.to_owned()), "{}", write.what);
    }
}

#[tokio::test]
async fn a_key_belongs_to_its_path() {
    let stage = Stage::new().await;
    let ann = stage.customer("ann");
    let (one, two) = (stage.open(1).await, stage.open(2).await);
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["11A"] });
    for flight in [&one, &two] {
        let held = stage.ask("POST", &format!("{flight}/holds")).by(&ann).key("one").json(&body).send().await;
        assert!(held.status == 201 && !replayed(&held), "{held:?}");
        assert!(flight.ends_with(&held.text("flightId")));
    }
}

/// A departure remembers the keys of what was asked of it, so one that is opened cannot know of another's.
#[tokio::test]
async fn a_key_that_opens_belongs_to_its_departure_too() {
    let stage = Stage::new().await;
    let ann = stage.token(Role::Admin, "ann");
    for number in [1, 2] {
        let opened =
            stage.ask("POST", "/api/v1/flights").by(&ann).key("one").json(&sale(number)).send().await;
        assert!(opened.status == 201 && !replayed(&opened), "{opened:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_remembered_for_a_key_that_was_chosen() {
    let stage = Stage::new().await;
    let (ann, bob) = (stage.customer("ann"), stage.customer("bob"));
    let flight = stage.open(1).await;
    let theirs = stage.held(&flight, &ann, &["10A"]).await;
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["10A"] });
    let wish = || stage.ask("POST", &format!("{flight}/holds")).by(&bob).json(&body);
    let refused = wish().key("one").send().await;
    assert_eq!(refused.outcome(), (409, "seat-taken".to_owned()));
    let drawn = wish().send().await;
    assert_eq!(drawn.status, 409);
    stage.ask("DELETE", &theirs).by(&ann).send().await;

    let again = wish().key("one").send().await;
    assert_eq!((again.outcome(), replayed(&again)), ((409, "seat-taken".to_owned()), true));
    let key = drawn.header("idempotency-key").to_owned();
    let granted = wish().key(&key).send().await;
    assert_eq!(
        (granted.status.as_u16(), replayed(&granted)),
        (201, false),
        "a drawn key remembers no refusal"
    );
}

#[tokio::test]
async fn a_drawn_key_is_told_and_asks_for_the_answer_again() {
    let stage = Stage::new().await;
    let ann = stage.customer("ann");
    let flight = stage.open(1).await;
    let first = stage.hold(&flight, &ann, &["10A"]).await;
    let key = first.header("idempotency-key").to_owned();
    assert!(key.len() >= 16, "{first:?}");
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["10A"] });
    let again = stage.ask("POST", &format!("{flight}/holds")).by(&ann).key(&key).json(&body).send().await;
    assert_eq!((again.body, again.status.as_u16()), (first.body, 201));
    assert_eq!(again.headers.get("idempotency-key"), None, "a chosen key is known to its chooser");
}

#[tokio::test]
async fn who_got_no_answer_is_told_by_which_key_to_ask() {
    let mut stage = Stage::new().await;
    let (ann, flight) = (stage.customer("ann"), stage.open(1).await);
    let patient = stage.clone();
    // Every command is late: nothing is decided any more.
    let late = api::Options { deadline: std::time::Duration::ZERO, ..api::Options::default() };
    let (door, stores) = (stage.state.door.clone(), stage.state.stores());
    stage.state = api::State::new(door, stores, api::Keys::drawn().unwrap(), late);
    stage.router = api::face(&stage.state);
    let unserved = stage.hold(&flight, &stage.customer("ann"), &["10A"]).await;
    assert_eq!(unserved.outcome(), (503, "overloaded".to_owned()));
    assert!((1..=3).contains(&unserved.header("retry-after").parse().unwrap()));
    let key = unserved.header("idempotency-key").to_owned();
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["10A"] });
    let ask = || patient.ask("POST", &format!("{flight}/holds")).by(&ann).key(&key).json(&body).send();
    let (first, again) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{first:?}");
    assert_eq!(first.body, again.body);
}

#[tokio::test]
async fn a_wrong_request_uses_no_key_up() {
    let stage = Stage::new().await;
    let ann = stage.customer("ann");
    let flight = stage.open(1).await;
    let ask =
        |body: Value| stage.ask("POST", &format!("{flight}/holds")).by(&ann).key("one").json(&body).send();
    assert_eq!(ask(json!({ "cabinClass": "ECONOMY" })).await.status, 422);
    assert_eq!(ask(json!({ "cabinClass": "ECONOMY", "places": 2 })).await.status, 201);
}

#[tokio::test]
async fn the_first_answer_outlives_what_it_made() {
    let stage = Stage::new().await;
    let ann = stage.customer("ann");
    let flight = stage.open(1).await;
    let body = json!({ "cabinClass": "ECONOMY", "seats": ["10A"], "ttlSeconds": 1 });
    let ask = || stage.ask("POST", &format!("{flight}/holds")).by(&ann).key("one").json(&body).send();
    let first = ask().await;
    let hold = format!("{flight}/holds/{}", first.text("holdId"));
    until(async || stage.ask("GET", &hold).by(&ann).send().await.status == 410).await;
    let again = ask().await;
    assert_eq!((again.status.as_u16(), again.body), (201, first.body));
}

#[tokio::test]
async fn a_key_is_printable_and_not_too_long() {
    let stage = Stage::new().await;
    let ann = stage.customer("ann");
    let flight = stage.open(1).await;
    let long = ("k".repeat(255), "k".repeat(256));
    for (key, takes) in
        [(long.0.as_str(), true), (long.1.as_str(), false), ("", false), ("\"\"", false), ("a\tb", false)]
    {
        let body = json!({ "cabinClass": "ECONOMY", "places": 1 });
        let ask = stage.ask("POST", &format!("{flight}/holds")).by(&ann).key(key).json(&body);
        let answer = ask.send().await;
        assert_eq!(answer.status == 201, takes, "{key}: {answer:?}");
        if !takes {
            assert_eq!(answer.bad_fields(), [("Idempotency-Key".to_owned(), "invalid".to_owned())]);
        }
    }
}
