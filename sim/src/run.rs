//! Runs lives: one in words, or very many over all cores.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::oracle;
use crate::planted::Planted;
use crate::world::{Record, World};

/// What one life came to.
#[derive(Debug)]
pub struct Life {
    /// Its seed.
    pub seed: u64,
    /// Promises that it broke.
    pub broken: Vec<String>,
    /// What the seed implied, in words.
    pub scenario: String,
    /// What happened.
    pub record: Record,
    /// How long it lasted, in virtual milliseconds.
    pub virtual_ms: u64,
}

/// Lives the life of a seed and judges it.
#[must_use]
pub fn life(seed: u64, planted: Option<Planted>, in_words: bool) -> Life {
    let mut world = World::new(seed, planted, in_words);
    // A panic is a broken promise like any other; a planted bug may well trip an assertion.
    // So may the folds of the oracle, over rows that no sound owner would write.
    let lived = catch_unwind(AssertUnwindSafe(|| {
        world.live();
        oracle::judge(&world)
    }));
    let broken = match lived {
        Ok(broken) => broken,
        Err(panic) => vec![format!("panicked: {}", words(&*panic))],
    };
    let scenario = world.scenario.to_string();
    Life { seed, broken, scenario, virtual_ms: world.virtual_ms(), record: world.record }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// What many lives came to.
#[derive(Debug, Default)]
pub struct Tally {
    /// Lives lived.
    pub lives: AtomicU64,
    /// Processes that died.
    pub crashes: AtomicU64,
    /// Shards that changed hands.
    pub takeovers: AtomicU64,
    /// Commits of unknown outcome.
    pub unknowns: AtomicU64,
    /// Statements stopped by the fence.
    pub fenced: AtomicU64,
    /// Statements refused by the store.
    pub refused: AtomicU64,
    /// Frames torn by a crash.
    pub torn: AtomicU64,
    /// Definite answers.
    pub answers: AtomicU64,
    /// Lives in which bookings were paid at the provider.
    pub paid: AtomicU64,
    /// Virtual milliseconds.
    pub virtual_ms: AtomicU64,
}

impl Tally {
    fn add(&self, life: &Life) {
        let Record { crashes, takeovers, unknowns, fenced, refused, torn, answers, payments, .. } =
            life.record;
        for (sum, one) in [
            (&self.lives, 1),
            (&self.crashes, crashes),
            (&self.takeovers, takeovers),
            (&self.unknowns, unknowns),
            (&self.fenced, fenced),
            (&self.refused, refused),
            (&self.torn, torn),
            (&self.answers, answers),
            (&self.paid, u64::from(payments > 0)),
            (&self.virtual_ms, life.virtual_ms),
        ] {
            sum.fetch_add(one, Ordering::Relaxed);
        }
    }
}

/// Lives `count` lives from the seed `first` on, over `threads` threads, and stops soon after a broken promise.
///
/// `each` is called after every life, from any thread. The result is the broken life with the lowest seed
/// among those that were lived.
pub fn many(
    first: u64,
    count: u64,
    threads: usize,
    planted: Option<Planted>,
    each: impl Fn(&Tally) + Sync,
) -> (Tally, Option<Life>) {
    let (tally, next, stop) = (Tally::default(), AtomicU64::new(0), AtomicBool::new(false));
    let found = std::thread::scope(|scope| {
        let work = || {
            while !stop.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return None;
                }
                let life = life(first + number, planted, false);
                tally.add(&life);
                each(&tally);
                if !life.broken.is_empty() {
                    stop.store(true, Ordering::Relaxed);
                    return Some(life);
                }
            }
            None
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let found = workers.into_iter().filter_map(|worker| worker.join().expect("a life does not panic"));
        found.min_by_key(|life| life.seed)
    });
    (tally, found)
}
