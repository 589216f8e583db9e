//! Whoever keeps a picture of all departures misses none of their rows.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ids::{FlightId, Version};
use domain::view::Summary;
use persistence::memory::Memory;
use persistence::store::Reader as _;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::house::{House, eventually, seats, shared};

/// Takes in what has changed until every departure is at the version that lists show.
async fn follow(house: &House, picture: &mut BTreeMap<FlightId, Summary>, wanted: usize) {
    let reader = persistence::any::Any::Memory(house.store.clone());
    let whole = async {
        loop {
            for summary in house.engine.changed().await {
                picture.insert(summary.flight_id, summary);
            }
            let listed = reader.listings_after(None, 1_000).await.expect("a list");
            let is_same = |(_, line): &(_, Summary)| picture.get(&line.flight_id) == Some(line);
            if listed.len() == wanted && listed.iter().all(is_same) {
                return;
            }
        }
    };
    timeout(Duration::from_secs(30), whole).await.expect("the picture becomes whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_picture_of_many_busy_departures_becomes_that_of_the_list() {
    let house = shared(House::new().await);
    house.engine.listen();
    let mut clients = JoinSet::new();
    for number in 1..=20_u16 {
        let house = house.clone();
        clients.spawn(async move {
            let flight = house.open(number).await;
            for (turn, seat) in seats().iter().take(40).enumerate() {
                let hold = house.hold(flight, seat, "agent").await.expect("a free seat");
                if turn % 2 == 0 {
                    house.release(flight, hold, "agent").await;
                }
            }
        });
    }
    let mut picture = BTreeMap::new();
    follow(&house, &mut picture, 20).await;
    clients.join_all().await;
    follow_if_behind(&house, &mut picture).await;
    assert!(picture.values().all(|summary| summary.version == Version::new(61)), "{picture:?}");
    assert!(picture.values().all(|summary| summary.cabins[0].held == 20));
}

/// The last rows may have come after the picture was whole for the first time.
async fn follow_if_behind(house: &House, picture: &mut BTreeMap<FlightId, Summary>) {
    while picture.values().any(|summary| summary.version < Version::new(61)) {
        let changed = timeout(Duration::from_secs(30), house.engine.changed()).await.expect("more comes");
        picture.extend(changed.into_iter().map(|summary| (summary.flight_id, summary)));
    }
}

#[tokio::test]
async fn a_departure_that_has_left_memory_is_still_told() {
    let house = House::over(Memory::new(), Duration::from_millis(1)).await;
    house.engine.listen();
    let flight = house.open(1).await;
    let hold = house.hold(flight, "1A", "agent").await.expect("a free seat");
    house.release(flight, hold, "agent").await;
    house.engine.rest(flight).await;
    eventually("it leaves", async || house.engine.metrics().owners.get() == 0).await;
    let changed = timeout(Duration::from_secs(30), house.engine.changed()).await.expect("it is told");
    assert_eq!(changed.len(), 1, "once, however many rows there were");
    assert_eq!((changed[0].flight_id, changed[0].version), (flight, Version::new(3)));
}

#[tokio::test]
async fn nothing_is_kept_for_nobody() {
    let house = House::new().await;
    house.open(1).await;
    house.engine.listen();
    assert!(timeout(Duration::from_millis(50), house.engine.changed()).await.is_err(), "it was before");
    let second = house.open(2).await;
    let changed = timeout(Duration::from_secs(30), house.engine.changed()).await.expect("it is told");
    assert_eq!(changed.iter().map(|summary| summary.flight_id).collect::<Vec<_>>(), [second]);
}
