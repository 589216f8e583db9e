//! What viewers see is the journal's rows, in order, without a gap.

use std::time::Duration;

use actors::room::{Frame, Next, Watch};
use domain::ids::Version;
use domain::view::SeatMap;
use persistence::memory::Memory;
use tokio::task::JoinSet;

use crate::house::{House, hold, seats, shared};

/// A viewer that folds what it is sent.
struct Viewer {
    map: SeatMap,
    watch: Watch,
    afresh: u32,
}

impl Viewer {
    fn new(mut watch: Watch) -> Self {
        let map = watch.begin_afresh().map().clone();
        Self { map, watch, afresh: 0 }
    }

    fn take_in(&mut self, next: Next) {
        match next {
            Next::Changes(frame) => self.fold(&frame),
            Next::Afresh(shown) => {
                self.afresh += 1;
                self.map = shown.map().clone();
            }
        }
    }

    fn fold(&mut self, frame: &Frame) {
        assert_eq!(frame.from, self.map.version, "frames join");
        for change in &frame.changes {
            assert_eq!(change.version, self.map.version.next(), "no row is left out");
            self.map.take_in(change);
        }
        assert_eq!(frame.version, self.map.version);
    }

    async fn follow_to(&mut self, version: Version) {
        while self.map.version < version {
            self.watch.changed().await;
            if let Some(next) = self.watch.take() {
                self.take_in(next);
            }
        }
    }
}

async fn busy(house: &std::sync::Arc<House>, flight: domain::ids::FlightId, rounds: usize) {
    let mut clients = JoinSet::new();
    for client in 0..16_usize {
        let house = house.clone();
        clients.spawn(async move {
            let (by, seat) = (format!("c{client}"), seats()[client].clone());
            for _ in 0..rounds {
                let hold = house.hold(flight, &seat, &by).await.expect("my own seat is free");
                house.release(flight, hold, &by).await;
            }
        });
    }
    clients.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_map_and_its_changes_are_the_next_map() {
    let house = shared(House::new().await);
    let flight = house.open(1).await;
    let last = Version::new(1 + 16 * 60 * 2);
    let mut viewers = JoinSet::new();
    for _ in 0..20 {
        let mut viewer = Viewer::new(house.engine.watch(flight).await.unwrap().unwrap());
        viewers.spawn(async move {
            viewer.follow_to(last).await;
            viewer
        });
    }
    busy(&house, flight, 60).await;
    let shown = house.engine.room(flight).await.unwrap().unwrap().shown();
    assert_eq!(shown.version(), last);
    for viewer in viewers.join_all().await {
        assert_eq!(&viewer.map, shown.map());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_answered_finds_it_in_the_map() {
    let house = House::new().await;
    let flight = house.open(1).await;
    for seat in seats() {
        let hold = house.hold(flight, &seat, "ann").await;
        let Ok(hold) = hold else { break };
        let room = house.engine.room(flight).await.unwrap().unwrap();
        assert!(room.read(|departure, _| departure.hold(hold).is_some()), "{seat}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_gets_every_change_also_from_another_process() {
    let store = Memory::new();
    let house = shared(House::over(store.clone(), Duration::from_secs(60)).await);
    let flight = house.open(1).await;
    let mut viewer = Viewer::new(house.engine.watch(flight).await.unwrap().unwrap());
    let before = viewer.map.clone();
    busy(&house, flight, 10).await;
    let next = House::over(store, Duration::from_secs(60)).await;
    let mut watch = next.engine.watch(flight).await.unwrap().unwrap();
    next.engine.backfill(watch.room()).await.unwrap();
    viewer.map = before.clone();
    let resumed = watch.resume(before.version).expect("much has happened");
    viewer.take_in(resumed);
    assert_eq!(viewer.afresh, 0);
    assert_eq!(&viewer.map, watch.room().shown().map());
    assert!(watch.resume(viewer.map.version).is_none(), "nothing has happened since");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_away_too_long_starts_afresh() {
    let house = shared(House::new().await);
    let flight = house.open(1).await;
    let mut watch = house.engine.watch(flight).await.unwrap().unwrap();
    busy(&house, flight, 40).await;
    house.engine.backfill(watch.room()).await.unwrap();
    let resumed = watch.resume(Version::new(1));
    assert!(matches!(resumed, Some(Next::Afresh(_))), "{resumed:?}");
    let beyond = watch.resume(Version::new(1_000_000));
    assert!(matches!(beyond, Some(Next::Afresh(_))), "a version that never was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_viewer_takes_many_frames_as_one() {
    let house = shared(House::new().await);
    let flight = house.open(1).await;
    let mut viewer = Viewer::new(house.engine.watch(flight).await.unwrap().unwrap());
    let mut quick = Viewer::new(house.engine.watch(flight).await.unwrap().unwrap());
    for seat in &seats()[..20] {
        house.hold(flight, seat, "ann").await.unwrap();
        let last = house.engine.room(flight).await.unwrap().unwrap().version();
        quick.follow_to(last).await;
    }
    let next = viewer.watch.take().expect("much was published");
    assert!(matches!(&next, Next::Changes(frame) if frame.changes.len() == 20), "{next:?}");
    viewer.take_in(next);
    assert_eq!(viewer.map, quick.map);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_encoding_serves_all_viewers() {
    let house = House::new().await;
    let flight = house.open(1).await;
    let mut one = house.engine.watch(flight).await.unwrap().unwrap();
    let mut other = house.engine.watch(flight).await.unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&one.begin_afresh(), &other.begin_afresh()));
    house.ask(flight, None, hold("1A", "ann", 600)).await.unwrap();
    one.changed().await;
    other.changed().await;
    let (Some(Next::Changes(mine)), Some(Next::Changes(theirs))) = (one.take(), other.take()) else {
        panic!("a change is a frame")
    };
    assert!(std::sync::Arc::ptr_eq(&mine, &theirs));
}
