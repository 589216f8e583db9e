//! Who does not read skips frames, and keeps nobody waiting.

use std::pin::pin;
use std::sync::Arc;

use crate::house::House;
use crate::viewer::Viewer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_viewer_gets_many_frames_as_one() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let mut quick = house.viewer(flight).await;
    let mut slow = Viewer::subscribed(house.socket().await, flight).await;
    // Each row is a frame for who reads.
    for row in 10..40 {
        house.hold(flight, &format!("{row}A"), "ann").await;
        quick.follow_to(house.version(flight).await).await;
    }
    slow.follow_to(house.version(flight).await).await;
    assert_eq!((quick.deltas, quick.longest), (30, 1));
    assert_eq!((slow.maps, slow.resyncs), (1, 0));
    assert!(slow.longest > 1 && slow.deltas < quick.deltas, "{} frames, {}", slow.deltas, slow.longest);
    assert_eq!(slow.map, quick.map);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_who_is_far_too_slow_starts_afresh() {
    let house = Arc::new(House::new().await);
    let flight = house.open(1).await;
    let mut slow = Viewer::subscribed(house.socket().await, flight).await;
    let mut quick = house.viewer(flight).await;
    let mut busy = pin!(house.is_busy(flight, 40));
    loop {
        tokio::select! {
            () = &mut busy => break,
            () = quick.step() => {}
        }
    }
    let version = house.version(flight).await;
    quick.follow_to(version).await;
    assert_eq!((quick.maps, quick.resyncs), (1, 0), "nobody waits for the slow one");
    slow.follow_to(version).await;
    assert_eq!(slow.resyncs, 1);
    assert_eq!(slow.maps, 2, "the map of then and the map of now");
    assert_eq!(slow.map, quick.map);
}
