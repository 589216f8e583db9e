//! Killed, or failed by the disk, at each system call that writes.

use std::fs;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use durability::kill;

use crate::life::{Place, Way, is_long};
use crate::strace::{Fault, Spoiled, Traced, require, trace};

/// Points of one sweep at most, unless tests may take long.
const POINTS_MAX: u64 = 48;

/// As many sweeps go on at a time as the smallest machine has cores.
const LANES: usize = 2;

/// The life that is swept: short, and nothing but commits; long enough for some syncs more than are asked for below, because
/// a busy machine makes fewer and larger batches of the same commands.
fn short() -> Way {
    Way::of("--commands 40 --window 8 --only-commits")
}

/// After how many acknowledged batches earlier lives are killed, by the size of the log. It is copied into the
/// database at about four million bytes, and the last lives write less than the one that is swept, however its
/// batches fall. They are killed because a process that ends well may copy the log on its way out.
const EARLIER: [(u64, u32); 3] = [(1_600_000, 40), (3_300_000, 8), (u64::MAX, 2)];

/// Where the lives of a sweep begin.
struct Base {
    name: &'static str,
    place: Place,
    /// An undisturbed life from there.
    counted: Traced,
}

/// Nothing is there yet: everything is made, and each table.
fn fresh() -> Base {
    let counted = trace(&mut Place::new(), &short(), None);
    Base { name: "fresh", place: Place::new(), counted }
}

/// A journal whose log is about to be copied into the database. That is seen when it has happened, so this is the
/// place before the life that did it.
fn grown() -> Base {
    let mut place = Place::new();
    let size =
        |place: &Place, file: &str| fs::metadata(place.store().join(file)).map_or(0, |file| file.len());
    let mut before = loop {
        let before = Place::like(&place);
        let log = size(&place, "aisle.db-wal");
        let (_, batches) = EARLIER.iter().find(|(until, _)| log < *until).expect("the last has no limit");
        let earlier = Way::of("--commands 1000000 --window 8 --only-commits");
        let life = place.live(&earlier.with(kill::VARIABLE, format!("AfterAck:{batches}")));
        assert!(life.was_killed(), "{}", life.complaints);
        if size(&before, "aisle.db") > 0 && size(&place, "aisle.db") > size(&before, "aisle.db") {
            break before;
        }
    };
    assert_eq!(before.wrong(), [""; 0]);
    let counted = trace(&mut Place::like(&before), &short(), None);
    let copies = counted.calls.iter().filter(|call| call.is_of("pwrite64", "/aisle.db")).count();
    assert!(copies > 20, "the log was not copied: {copies} writes");
    Base { name: "grown", place: before, counted }
}

/// One way to spoil one system call, at every one of its times.
#[derive(Debug, Clone, Copy)]
struct Sweep {
    call: &'static str,
    fault: Fault,
}

const SWEEPS: [Sweep; 8] = [
    Sweep { call: "pwrite64", fault: Fault::Kill },
    Sweep { call: "fsync", fault: Fault::Kill },
    Sweep { call: "fdatasync", fault: Fault::Kill },
    Sweep { call: "unlink", fault: Fault::Kill },
    Sweep { call: "ftruncate", fault: Fault::Kill },
    Sweep { call: "fsync", fault: Fault::Error("EIO") },
    Sweep { call: "fdatasync", fault: Fault::Error("EIO") },
    Sweep { call: "pwrite64", fault: Fault::Error("ENOSPC") },
];

/// What came of a sweep.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    points: usize,
    /// Points at which the call was spoiled; the others came after the life's end, which varies a little.
    hit: usize,
    /// Points after which the process went on, rightly.
    went_on: usize,
    told: usize,
}

/// What came of one point.
enum Fate {
    NotHit,
    Ended(usize),
    WentOn(usize),
}

/// The times that are tried: all, or as many as allowed, evenly.
fn times(count: u64) -> Vec<u64> {
    if is_long() || count <= POINTS_MAX {
        return (1..=count).collect();
    }
    (0..POINTS_MAX).map(|at| 1 + at * (count - 1) / (POINTS_MAX - 1)).collect()
}

/// Spoils one call and looks at what is left, before and after a life that recovers.
fn spoil(base: &Base, sweep: Sweep, time: u64) -> Fate {
    let what = || format!("{}: {} {} at {time}", base.name, sweep.call, sweep.fault);
    let mut place = Place::like(&base.place);
    let traced = trace(&mut place, &short(), Some((sweep.call, sweep.fault, time)));
    let (life, told) = (&traced.life, traced.life.told());
    let fate = match (sweep.fault, traced.spoiled()) {
        (Fault::Kill, _) if life.was_killed() => Fate::Ended(told),
        (Fault::Error(_), Some(spoiled)) if life.status.success() => {
            assert!(may_go_on(&spoiled), "{}: it went on after {:?}", what(), spoiled.call);
            Fate::WentOn(told)
        }
        (Fault::Error(_), Some(_)) => {
            assert!(!life.was_killed() && !life.complaints.is_empty(), "{}: {}", what(), life.status);
            Fate::Ended(told)
        }
        (Fault::Kill | Fault::Error(_), _) => {
            assert!(life.status.success(), "{}: {}\n{}", what(), life.status, life.complaints);
            Fate::NotHit
        }
    };
    if told > 0 {
        assert_eq!(place.wrong(), [""; 0], "{}", what());
    }
    let wrong = place.recover(&Way::of("--commands 30"));
    assert_eq!(wrong, [""; 0], "{}, recovered", what());
    fate
}

/// After which errors SQLite goes on, because nothing is lost: it syncs a directory that the store syncs once
/// more before it is used, and while it copies its log into the database, the log keeps everything all the same.
fn may_go_on(spoiled: &Spoiled<'_>) -> bool {
    let Spoiled { call, before, after } = spoiled;
    let is_sync = call.name.contains("sync");
    if call.file.ends_with("/store") {
        return is_sync && after.iter().any(|later| later.is_of("fsync", "/store"));
    }
    // A sync of the log when nothing was written to it since the last one is the beginning of a copy.
    let in_log = before.iter().rev().find(|call| call.file.ends_with("/aisle.db-wal"));
    let begins_copy = is_sync && in_log.is_some_and(|last| last.name.contains("sync"));
    call.file.ends_with("/aisle.db") || begins_copy
}

fn sweep(base: &Base, sweep: Sweep) -> Score {
    let count = base.counted.most(sweep.call);
    let left = Mutex::new(times(count));
    let mut score = Score { points: times(count).len(), ..Score::default() };
    let lane = || {
        let mut fates = Vec::new();
        loop {
            let next = left.lock().expect("no lane panics with the lock").pop();
            let Some(time) = next else { return fates };
            fates.push(spoil(base, sweep, time));
        }
    };
    let fates: Vec<Fate> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    });
    for fate in fates {
        match fate {
            Fate::NotHit => {}
            Fate::Ended(told) => (score.hit, score.told) = (score.hit + 1, score.told + told),
            Fate::WentOn(told) => {
                (score.hit, score.went_on, score.told) =
                    (score.hit + 1, score.went_on + 1, score.told + told);
            }
        }
    }
    score
}

fn sweep_all(base: &Base) {
    let begun = Instant::now();
    let scores = SWEEPS.map(|each| (each, sweep(base, each)));
    for (each, score) in scores.iter().filter(|(_, score)| score.points > 0) {
        println!(
            "sweep, {}: {} at {} of {} {}: {} hit, {} went on rightly, {} acknowledged answers, 0 lost",
            base.name,
            each.fault,
            score.points,
            base.counted.most(each.call),
            each.call,
            score.hit,
            score.went_on,
            score.told
        );
        // How many writes a life needs varies with its batches, but not that much.
        assert!(score.hit * 2 >= score.points, "{each:?} missed: {score:?}");
    }
    let hit = |call: &str, fault: Fault| -> usize {
        let same = scores.iter().filter(|(each, _)| each.call.contains(call) && each.fault == fault);
        same.map(|(_, score)| score.hit).sum()
    };
    assert!(hit("pwrite64", Fault::Kill) >= 20, "hardly a write was spoiled");
    assert!(
        hit("sync", Fault::Kill) >= 8 && hit("sync", Fault::Error("EIO")) >= 8,
        "hardly a sync was spoiled"
    );
    println!("sweep, {}: {:.1} s", base.name, begun.elapsed().as_secs_f32());
}

#[test]
fn killed_or_failed_at_every_write_of_a_first_life_nothing_is_lost() {
    require();
    sweep_all(&fresh());
}

#[test]
fn killed_or_failed_at_every_write_while_the_log_is_copied_nothing_is_lost() {
    require();
    sweep_all(&grown());
}

/// A kill leaves the page cache alone, so this is what shows a missing fsync.
#[test]
fn nothing_is_told_before_the_disk_was_made_to_keep_it() {
    require();
    for base in [fresh(), grown()] {
        let (mut unsynced, mut syncing, mut told) = (false, false, 0);
        for call in &base.counted.calls {
            if call.is_of("pwrite64", "/aisle.db-wal") && call.begins {
                (unsynced, syncing) = (true, false);
            }
            if call.is_of("fsync", "/aisle.db-wal") || call.is_of("fdatasync", "/aisle.db-wal") {
                syncing = true;
            }
            if call.name.contains("sync") && call.ends && syncing {
                (unsynced, syncing) = (false, false);
            }
            if call.is_of("write", "/said") && call.rest.contains("Told") {
                assert!(!unsynced, "{}: told while the log was not synced: {call:?}", base.name);
                told += 1;
            }
        }
        assert!(told >= 20, "{}: only {told} answers were seen", base.name);
        println!("order of writes, {}: {told} acknowledged answers, each after its fsync", base.name);
    }
}

/// The files themselves must be there after a power cut, so their directory is synced before anything is told.
#[test]
fn nothing_is_told_before_the_directories_are_durable() {
    require();
    let base = fresh();
    let calls = &base.counted.calls;
    let first = calls.iter().position(|call| call.is_of("write", "/said") && call.rest.contains("Told"));
    let before = &calls[..first.expect("something is told")];
    let opened = before.iter().rposition(|call| call.is_of("pwrite64", "/aisle.db-wal"));
    let own = before.iter().rposition(|call| call.is_of("fsync", "/store"));
    let parents = before.iter().any(|call| call.name == "fsync" && !call.file.contains("/store"));
    assert!(own.is_some() && opened.is_some(), "the store's directory is never synced");
    assert!(parents, "the directory above is never synced");
}
