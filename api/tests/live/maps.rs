//! A map and its changes are the next map, wherever a viewer comes back.

use std::sync::Arc;

use domain::ids::{FlightId, HoldNumber};
use serde_json::json;

use crate::house::House;
use crate::viewer::Viewer;

/// What is held on a departure at the moment.
type Held = Vec<(HoldNumber, String)>;

/// Holds and releases at random, seats and places without a seat.
async fn history(house: &House, flight: FlightId, held: &mut Held, rows: usize) {
    for _ in 0..rows {
        if held.len() == 40 || (!held.is_empty() && fastrand::bool()) {
            let (hold, _) = held.swap_remove(fastrand::usize(..held.len()));
            house.release(flight, hold, "ann").await;
            continue;
        }
        let seat = match fastrand::u32(0..8) {
            0 => format!("{}{}", fastrand::u32(1..5), fastrand::choice(["A", "C"]).expect("two")),
            1 => "none".to_owned(),
            _ => format!("{}{}", fastrand::u32(10..50), fastrand::choice(["A", "B", "F"]).expect("three")),
        };
        if seat == "none" {
            held.push((house.hold_place(flight, "ann").await, seat));
        } else if held.iter().all(|(_, taken)| *taken != seat) {
            held.push((house.hold(flight, &seat, "ann").await, seat));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_map_and_its_changes_are_the_next_map_byte_for_byte() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let (mut early, mut held) = (house.viewer(flight).await, Held::new());
    for _ in 0..6 {
        let mut late = house.viewer(flight).await;
        history(&house, flight, &mut held, 50).await;
        let version = house.version(flight).await;
        early.follow_to(version).await;
        late.follow_to(version).await;
        let now = house.viewer(flight).await;
        assert_eq!(now.version, version.number());
        assert_eq!(early.map, now.map);
        assert_eq!(late.map, now.map);
    }
    assert_eq!((early.maps, early.resyncs), (1, 0));
    assert!(early.deltas >= 6, "at least one a round: {}", early.deltas);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_gets_every_change_since_also_from_another_process() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let (viewer, mut held) = (house.viewer(flight).await, Held::new());
    history(&house, flight, &mut held, 40).await;

    let mut viewer = viewer.coming_back(house.socket().await, flight).await;
    viewer.follow_to(house.version(flight).await).await;
    assert_eq!((viewer.maps, viewer.deltas), (0, 1), "all changes in one frame");
    assert_eq!(viewer.map, house.viewer(flight).await.map);

    history(&house, flight, &mut held, 40).await;
    let store = house.store.clone();
    house.stop().await;
    let house = House::over(store).await;
    let mut viewer = viewer.coming_back(house.socket().await, flight).await;
    viewer.step().await;
    viewer.follow_to(house.version(flight).await).await;
    assert_eq!(viewer.maps, 0, "the other process reads the past from the journal");
    assert_eq!(viewer.map, house.viewer(flight).await.map);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_to_the_same_version_is_sent_what_comes_next() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let viewer = house.viewer(flight).await;
    let mut viewer = viewer.coming_back(house.socket().await, flight).await;
    assert_eq!(viewer.socket.until_pong().await, [json!(null); 0]);
    house.hold(flight, "10A", "ann").await;
    viewer.follow_to(house.version(flight).await).await;
    assert_eq!((viewer.maps, viewer.deltas), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_away_too_long_or_says_a_version_that_never_was_starts_afresh() {
    let house = Arc::new(House::new().await);
    let flight = house.open(1).await;
    let viewer = house.viewer(flight).await;
    house.is_busy(flight, 40).await;
    let now = house.viewer(flight).await;
    let viewer = {
        let mut viewer = viewer.coming_back(house.socket().await, flight).await;
        viewer.step().await;
        viewer
    };
    assert_eq!((viewer.maps, viewer.resyncs), (1, 0));
    assert_eq!(viewer.map, now.map);
    let beyond = Viewer { version: 1_000_000, ..now };
    let mut beyond = beyond.coming_back(house.socket().await, flight).await;
    beyond.step().await;
    assert_eq!((beyond.maps, beyond.map), (1, viewer.map));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_map_is_everybodys_and_what_is_yours_is_yours() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let hold = house.hold(flight, "10A", "ann").await;
    let mut ann = Viewer::watching(house.socket_of("ann").await, flight).await;
    let mut bob = Viewer::watching(house.socket_of("bob").await, flight).await;
    let mut anonymous = house.viewer(flight).await;
    house.hold(flight, "10B", "cid").await;
    house.hold(flight, "10C", "bob").await;
    house.release(flight, hold, "ann").await;
    let version = house.version(flight).await;
    for viewer in [&mut ann, &mut bob, &mut anonymous] {
        viewer.follow_to(version).await;
    }
    assert_eq!((&ann.map, &bob.map), (&anonymous.map, &anonymous.map));
    while ann.yours.len() < 2 {
        ann.step().await;
    }
    while bob.yours.is_empty() {
        bob.step().await;
    }
    assert_eq!(ann.yours[0]["holds"][0]["holdId"], json!(format!("{flight}.{hold}")));
    assert_eq!(ann.yours[0]["holds"][0]["seats"], json!(["10A"]));
    assert_eq!(ann.yours[1]["holds"], json!([]), "{:?}", ann.yours);
    assert_eq!(bob.yours.len(), 1, "told once: {:?}", bob.yours);
    assert_eq!(bob.yours[0]["holds"][0]["seats"], json!(["10C"]));
    for viewer in [&mut ann, &mut bob, &mut anonymous] {
        assert!(viewer.socket.until_pong().await.is_empty());
    }
    assert!(anonymous.yours.is_empty());
}
