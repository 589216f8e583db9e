//! Killed at each named place of the writer.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use durability::kill;
use persistence::store::Point;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::life::{Place, Way};

/// Which time it comes to the place; the shards are claimed once in a life.
fn times(point: Point) -> &'static [u64] {
    match point {
        Point::Claimed => &[1],
        Point::BeforeRaise | Point::AfterRaise => &[1, 2, 5],
        Point::Collected
        | Point::BeforeWrite
        | Point::BeforeCommit
        | Point::AfterCommit
        | Point::AfterWrite
        | Point::BeforeAck
        | Point::AmidAcks
        | Point::AfterAck => &[1, 2, 5, 17, 40],
    }
}

/// Epochs rise only after an unknown outcome.
fn way(point: Point, seed: usize) -> Way {
    match point {
        Point::BeforeRaise | Point::AfterRaise => {
            Way::of(&format!("--commands 3000 --doubtful 4 --seed {seed}"))
        }
        _ => Way::of(&format!("--commands 3000 --doubtful 60 --seed {seed}")),
    }
}

/// Lives and dies at one place, again and again on one journal. Says how many deaths there were.
fn die_at(point: Point, seed: usize) -> (Point, usize, usize) {
    let mut place = Place::new();
    for time in times(point) {
        let life = place.live(&way(point, seed).with(kill::VARIABLE, format!("{point:?}:{time}")));
        assert!(
            life.was_killed(),
            "{point:?}:{time} was never reached: {}\n{}",
            life.status,
            life.complaints
        );
        assert_eq!(place.wrong(), [""; 0], "killed at {point:?}:{time}, seed {seed}");
    }
    let wrong = place.recover(&Way::of(&format!("--commands 150 --seed {seed}")));
    assert_eq!(wrong, [""; 0], "recovered from {point:?}, seed {seed}");
    (point, times(point).len(), place.tally().told)
}

#[test]
fn killed_at_every_failpoint_nothing_that_was_acknowledged_is_lost() {
    let begun = Instant::now();
    let lanes: Vec<Vec<(usize, Point)>> = [0, 1]
        .map(|lane| Point::ALL.into_iter().enumerate().filter(|(at, _)| at % 2 == lane).collect())
        .into();
    let lanes: Vec<_> = lanes
        .into_iter()
        .map(|lane| {
            thread::spawn(move || lane.into_iter().map(|(seed, point)| die_at(point, seed)).collect())
        })
        .collect();
    let died: Vec<(Point, usize, usize)> =
        lanes.into_iter().flat_map(|lane: thread::JoinHandle<Vec<_>>| lane.join().unwrap()).collect();
    assert_eq!(died.len(), Point::ALL.len());
    let (deaths, told) = died.iter().fold((0, 0), |sum, (_, deaths, told)| (sum.0 + deaths, sum.1 + told));
    println!(
        "failpoints: {} points, {deaths} kills, {told} acknowledged answers, 0 lost, {:.1} s",
        died.len(),
        begun.elapsed().as_secs_f32()
    );
}

/// Longer than the five seconds that the store waits for a lock.
const LOCKED: Duration = Duration::from_millis(6_500);

/// Locks the database as a person with a shell would, while a driver works on it, and kills that where it finds
/// out.
fn lock_until_killed(point: Point) {
    let mut place = Place::new();
    assert_eq!(place.recover(&Way::of("--commands 60")), [""; 0]);
    // A snapshot that waits for the lock would keep the commits from waiting for it.
    let way = Way::of("--commands 1000000 --only-commits").with(kill::VARIABLE, format!("{point:?}:1"));
    let mut running = place.start(way.command(&place.store()));
    running.wait_until_live();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(lock(&place.store().join("aisle.db")));
    let life = running.wait();
    assert!(life.was_killed(), "{point:?} was never reached: {}\n{}", life.status, life.complaints);
    place.checker.hear(&life.said);
    assert_eq!(place.wrong(), [""; 0], "locked, and killed at {point:?}");
    assert_eq!(place.recover(&Way::of("--commands 150")), [""; 0], "locked, and recovered from {point:?}");
}

async fn lock(database: &Path) {
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(LOCKED);
    let mut intruder = options.connect().await.unwrap();
    let lock = intruder.begin_with("begin immediate").await.unwrap();
    tokio::time::sleep(LOCKED).await;
    lock.rollback().await.unwrap();
}

#[test]
fn killed_while_a_locked_database_leaves_a_commit_in_doubt_nothing_is_lost() {
    let begun = Instant::now();
    let locked =
        [Point::BeforeRaise, Point::AfterRaise].map(|at| thread::spawn(move || lock_until_killed(at)));
    locked.into_iter().for_each(|locked| locked.join().unwrap());
    println!("locked database: 2 kills, 0 lost, {:.1} s", begun.elapsed().as_secs_f32());
}
