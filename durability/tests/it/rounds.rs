//! Killed from outside, at any moment, again and again on one journal that grows.

use std::time::{Duration, Instant};

use durability::checker::Checker;
use fastrand::Rng;

use crate::life::{Life, Place, Way, check, copy, number_from};

/// How late a kill comes at most, in microseconds: after the beginning of a life, so that many die while they
/// recover, or after they went live.
const AMID_RECOVERY_MICROS: u64 = 100_000;
const AMID_WORK_MICROS: u64 = 200_000;

/// One life, killed at any moment.
pub fn round(place: &mut Place, rng: &mut Rng, way: &Way) -> (Life, Vec<String>) {
    let mut running = place.start(way.command(&place.store()));
    let latest = if rng.u8(..4) == 0 {
        AMID_RECOVERY_MICROS
    } else {
        running.wait_until_live();
        AMID_WORK_MICROS
    };
    running.kill_after(Duration::from_micros(rng.u64(..latest)));
    let life = running.wait();
    assert!(life.was_killed(), "it ended before it was killed: {}\n{}", life.status, life.complaints);
    place.checker.hear(&life.said);
    let wrong = place.wrong();
    (life, wrong)
}

/// The middle and the largest of some numbers.
fn middle_and_most(mut numbers: Vec<u64>) -> (u64, u64) {
    numbers.sort_unstable();
    let middle = numbers.get(numbers.len() / 2).copied().unwrap_or_default();
    (middle, numbers.last().copied().unwrap_or_default())
}

#[test]
fn killed_at_any_moment_nothing_that_was_acknowledged_is_lost() {
    let (rounds, begun) = (number_from("AISLE_KILL_ROUNDS", 50), Instant::now());
    let seed = number_from("AISLE_SEED", 7);
    let mut rng = Rng::with_seed(seed);
    let (mut place, mut said, mut recoveries) = (Place::new(), Vec::new(), Vec::new());
    for round_number in 1..=rounds {
        let way = Way::of(&format!("--commands 1000000 --doubtful 80 --seed {seed}"));
        let (life, wrong) = round(&mut place, &mut rng, &way);
        assert_eq!(wrong, [""; 0], "round {round_number}, AISLE_SEED={seed}");
        recoveries.extend(life.recovery());
        said.extend(life.said);
    }
    assert!(recoveries.len() as u64 * 2 > rounds, "most lives must be killed at work: {recoveries:?}");
    let last = place.live(&Way::of("--commands 200"));
    assert!(last.finished().is_some(), "it did not recover: {}\n{}", last.status, last.complaints);
    assert_eq!(place.wrong(), [""; 0], "AISLE_SEED={seed}");
    said.extend(last.said);

    // Once more from the beginning, by somebody who has seen nothing yet.
    let mut stranger = Checker::new();
    stranger.hear(&said);
    let copied = Place::new();
    copy(&place.store(), &copied.store());
    assert_eq!(check(&mut stranger, &copied.store()), [""; 0], "AISLE_SEED={seed}");
    let (tally, (middle, most)) = (place.tally(), middle_and_most(recoveries));
    println!(
        "kill rounds: {rounds}, acknowledged answers {}, lost {}, repeated {}, rows {}, effects {}, \
         recovery p50 {middle} ms, max {most} ms, {:.1} s",
        tally.told,
        tally.lost,
        tally.again,
        tally.rows,
        tally.effects,
        begun.elapsed().as_secs_f32()
    );
}
