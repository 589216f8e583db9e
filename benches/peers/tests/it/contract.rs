//! One client after the other.

use std::time::{Duration, Instant};

use bench::client::Connection;
use bench::contract;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{House, Versions};

pub async fn check(house: &mut House) {
    a_hold_is_seen_until_it_is_released(house).await;
    a_held_seat_cannot_be_held_again(house).await;
    a_lapsed_hold_frees_its_seat(house).await;
    what_does_not_exist_is_not_found(house).await;
}

async fn a_hold_is_seen_until_it_is_released(house: &mut House) {
    let held = house.hold("1A").await;
    assert_eq!(held.seats, ["1A"]);
    let (status, shown) = house.read(&held.hold_id).await;
    assert_eq!((status, &shown["status"], &shown["seats"]), (StatusCode::OK, &json!("HELD"), &json!(["1A"])));
    // As large as the product's: within a fifth of 508 bytes.
    assert!((400..=610).contains(&shown.to_string().len()), "{}: {shown}", shown.to_string().len());
    assert_eq!(shown["flightId"], house.flight);
    assert_eq!(house.held().await.0, ["1A"]);
    assert_eq!(house.counts().await, (999, 1));
    for _ in 0..2 {
        assert_eq!(house.release(&held.hold_id).await.status, StatusCode::NO_CONTENT);
        let (status, problem) = house.read(&held.hold_id).await;
        assert_eq!((status, &problem["code"]), (StatusCode::GONE, &json!("hold-released")));
    }
    assert_eq!(house.held().await.0, [""; 0]);
    assert_eq!(house.counts().await, (1_000, 0));
    let again = house.hold("1A").await;
    assert_ne!(again.hold_id, held.hold_id);
    // An old id must not end a new hold.
    assert_eq!(house.release(&held.hold_id).await.status, StatusCode::NO_CONTENT);
    let (held, version) = house.held().await;
    assert_eq!(held, ["1A"]);
    if house.versions == Versions::Counted {
        assert_eq!((again.version, version), (4, 4), "opened, held, released, held");
    }
    assert_eq!(house.release(&again.hold_id).await.status, StatusCode::NO_CONTENT);
}

async fn a_held_seat_cannot_be_held_again(house: &mut House) {
    let held = house.hold("2B").await;
    let before = house.held().await;
    let answer = house.ask("2B").await;
    assert_eq!((answer.status, answer.code().as_deref()), (StatusCode::CONFLICT, Some("seat-taken")));
    let problem: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((&problem["seats"][0]["seat"], &problem["seats"][0]["state"]), (&json!("2B"), &json!("HELD")));
    assert_eq!(house.held().await, before, "a refusal changes nothing");
    let other = house.hold("2C").await;
    assert_eq!(house.held().await.0, ["2B", "2C"]);
    for hold in [held, other] {
        assert_eq!(house.release(&hold.hold_id).await.status, StatusCode::NO_CONTENT);
    }
}

async fn a_lapsed_hold_frees_its_seat(house: &mut House) {
    let answer = house.ask_for("3C", 1).await.expect(StatusCode::CREATED).unwrap();
    let lapsing: contract::Held = serde_json::from_slice(&answer).unwrap();
    let made = Instant::now();
    while house.read(&lapsing.hold_id).await.0 == StatusCode::OK {
        assert!(made.elapsed() < Duration::from_secs(10), "it does not lapse");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(made.elapsed() > Duration::from_millis(900), "it lapsed too early");
    assert_eq!(house.held().await.0, [""; 0]);
    assert_eq!(house.counts().await, (1_000, 0));
    for answer in [house.read(&lapsing.hold_id).await.1, {
        let released = house.release(&lapsing.hold_id).await;
        assert_eq!(released.status, StatusCode::GONE);
        serde_json::from_slice(&released.body).unwrap()
    }] {
        assert_eq!(answer["code"], "hold-expired");
    }
    // Redis counts by its own clock, and in whole milliseconds as well.
    let next = loop {
        let answer = house.ask("3C").await;
        if answer.status == StatusCode::CREATED {
            break serde_json::from_slice::<contract::Held>(&answer.body).unwrap();
        }
        assert!(made.elapsed() < Duration::from_secs(10), "the seat stays taken: {}", answer.excerpt());
    };
    let (status, problem) = house.read(&lapsing.hold_id).await;
    assert_eq!((status, &problem["code"]), (StatusCode::GONE, &json!("hold-expired")));
    assert_eq!(house.held().await.0, ["3C"]);
    assert_eq!(house.counts().await, (999, 1), "the hold before is not counted any more");
    assert_eq!(house.release(&next.hold_id).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.counts().await, (1_000, 0));
}

async fn what_does_not_exist_is_not_found(house: &mut House) {
    let strangers = ["", "1", "01890a5d-ac96-774b-bcce-b302099a8057", &format!("{}.4711", house.flight)];
    for hold in strangers.map(str::to_owned).into_iter().skip(1) {
        assert_eq!(house.read(&hold).await.0, StatusCode::NOT_FOUND, "{hold}");
        assert_eq!(house.release(&hold).await.status, StatusCode::NOT_FOUND, "{hold}");
    }
    let answer = house.ask("84E").await;
    assert_eq!(
        (answer.status, answer.code().as_deref()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("no-such-seats"))
    );
    let unknown = contract::hold_body(0);
    for flight in ["B6-1-2030-01-01-JFK", "nothing"] {
        let path = contract::holds_path(flight);
        let answer = house.door.send(Method::POST, &path, unknown.clone()).await.unwrap();
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{flight}: {}", answer.excerpt());
        let answer = house.door.get(&contract::seat_map_path(flight)).await.unwrap();
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{flight}");
    }
    let mut door = Connection::open(&house.server.address, None).await.unwrap();
    let again = contract::open_flights(&mut door, 0, 1).await.unwrap_err();
    assert!(format!("{again:#}").contains("already-on-sale"), "{again:#}");
}
