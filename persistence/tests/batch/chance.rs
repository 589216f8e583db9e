//! Random lives: whatever the store, a rival and bad luck do, nothing is acknowledged that is not stored, nothing
//! is lost or told twice, and every stream stays dense and in order.

use std::collections::BTreeMap;

use crate::world::World;

/// Replays one life: `SEED=17 cargo test -p aisle-persistence --test batch lives`.
fn seeds() -> std::ops::Range<u64> {
    match std::env::var("SEED").map(|seed| seed.parse::<u64>()) {
        Ok(seed) => {
            let seed = seed.expect("SEED is a number");
            seed..seed + 1
        }
        Err(_) => 0..1_000,
    }
}

#[test]
fn in_random_lives_nothing_is_acknowledged_that_is_not_stored_and_nothing_is_lost() {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let lives = seeds().count();
    for seed in seeds() {
        let life = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            world.live(400);
            world.seen
        });
        let life = life.unwrap_or_else(|_| panic!("replay it with SEED={seed}"));
        life.into_iter().for_each(|(what, count)| *seen.entry(what).or_default() += count);
    }
    // A property over lives in which nothing happens would say nothing.
    for what in ["committed", "fenced", "refused", "unknown", "takeover", "late"] {
        assert!(lives == 1 || seen.get(what).is_some_and(|count| *count > 1_000), "{what}: {seen:?}");
    }
}
