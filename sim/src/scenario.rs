//! What a seed implies.

use std::fmt;
use std::ops::Range;

use fastrand::Rng;

/// Where the journal is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// One process on its own disk.
    Embedded,
    /// Two processes on one database.
    Shared,
}

/// Who is there, and how often what fails. Rates are in thousandths, times in virtual milliseconds.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Where the journal is kept.
    pub keeping: Keeping,
    /// The cabins of each departure; twelve seats at most over all.
    pub plans: Vec<&'static str>,
    /// How many clients ask.
    pub clients: usize,
    /// How long faults happen and clients begin new things.
    pub active: u64,
    /// The mean time between a client's things.
    pub think: u64,
    /// The mean time between crashes of a process.
    pub crash_every: u64,
    /// The mean time between pauses of a process; the other takes its shards over.
    pub pause_every: u64,
    /// The mean time between drops of idle departures from memory.
    pub passivate_every: u64,
    /// The mean time between panics of an owner.
    pub panic_every: u64,
    /// Messages lost.
    pub lost: u64,
    /// Requests doubled, the second one late.
    pub doubled: u64,
    /// Commits whose answer is lost, or that land late or never.
    pub unknown: u64,
    /// Commits that the store refuses.
    pub refused: u64,
    /// Syncs that fail.
    pub fsync_fails: u64,
    /// The longest a commit takes.
    pub commit: u64,
    /// How far clocks are off, either way.
    pub skew: u64,
    /// Whether a departure may be cancelled or leave.
    pub status_changes: bool,
    /// How many bookings over several departures there are.
    pub trips: usize,
    /// From when to when nobody reaches the payment provider.
    pub outage: Range<u64>,
}

/// Plans of twelve seats or less, over all departures of a life.
const PLANS: [&[&str]; 5] = [
    &["F:1-1:A-C;Y:2-6:A-C"],
    &["Y:1-4:ABC"],
    &["Y:1-3:A-C", "Y:1-3:A-C"],
    &["Y:1-2:A-C", "Y:1-2:A-C", "F:1-1:A-C;Y:2-2:A-C"],
    &["Y:1-2:A"],
];

/// How many lives of a hundred have bookings over several departures: in the others, what every client saw of a seat is
/// judged as well.
const TRIPS_IN_HUNDRED: u8 = 78;

/// How long after paying began the fence comes, nearly.
pub const FENCE_AFTER: u64 = 14 * 60 * 1_000;

/// When the longest outages end: around the time when places go without a word, and some time after it.
const PLACES_GO_AFTER: Range<u64> = FENCE_AFTER + 4 * 60 * 1_000..FENCE_AFTER + 12 * 60 * 1_000;

impl Scenario {
    /// The scenario of a seed, drawn from its own stream of numbers.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x5CE_A210);
        let keeping = if rng.u8(..100) < 45 { Keeping::Embedded } else { Keeping::Shared };
        let often = |rng: &mut Rng, choices: [u64; 4]| choices[rng.usize(..4)];
        let mut scenario = Self {
            keeping,
            plans: PLANS[rng.usize(..PLANS.len())].to_vec(),
            clients: rng.usize(3..=8),
            active: rng.u64(3_000..=12_000),
            think: often(&mut rng, [60, 150, 400, 1_000]),
            crash_every: often(&mut rng, [60, 120, 400, 4_000]),
            pause_every: often(&mut rng, [800, 1_500, 3_000, 60_000]),
            passivate_every: often(&mut rng, [300, 1_000, 3_000, 60_000]),
            panic_every: often(&mut rng, [200, 1_000, 5_000, 60_000]),
            lost: often(&mut rng, [0, 20, 80, 200]),
            doubled: often(&mut rng, [0, 30, 100, 250]),
            unknown: often(&mut rng, [0, 20, 60, 150]),
            refused: often(&mut rng, [0, 0, 10, 40]),
            fsync_fails: often(&mut rng, [0, 0, 10, 50]),
            commit: often(&mut rng, [2, 5, 15, 60]),
            skew: often(&mut rng, [0, 5, 30, 30]),
            status_changes: rng.u8(..10) == 0,
            trips: 0,
            outage: 0..0,
        };
        if rng.u8(..100) < TRIPS_IN_HUNDRED {
            scenario.travel(&mut rng);
        }
        scenario
    }

    /// Bookings want several departures, and see some of them cancelled.
    fn travel(&mut self, rng: &mut Rng) {
        self.trips = rng.usize(3..=6);
        self.plans = PLANS[rng.usize(2..=3)].to_vec();
        self.clients = self.plans.len();
        self.status_changes |= rng.bool();
        self.outage = outage(rng);
    }
}

/// Mostly none; otherwise around the time when places go without the provider's word, or from the beginning until then.
fn outage(rng: &mut Rng) -> Range<u64> {
    let places_go = PLACES_GO_AFTER.start + rng.u64(..PLACES_GO_AFTER.end - PLACES_GO_AFTER.start);
    match rng.u8(..8) {
        0 => rng.u64(500..=8_000)..places_go,
        1 => FENCE_AFTER - rng.u64(..=30_000)..places_go,
        _ => 0..0,
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keeping, plans, clients, trips, active, think, .. } = self;
        write!(f, "{keeping:?}, {plans:?}, {clients} clients and {trips} trips for {active} ms, ")?;
        write!(f, "thinking {think} ms, ")?;
        write!(
            f,
            "crash/{} pause/{} passivate/{} ms, ",
            self.crash_every, self.pause_every, self.passivate_every
        )?;
        write!(f, "lost {}‰ doubled {}‰ unknown {}‰ ", self.lost, self.doubled, self.unknown)?;
        write!(
            f,
            "refused {}‰ fsync {}‰, commit {} ms, skew {} ms",
            self.refused, self.fsync_fails, self.commit, self.skew
        )
    }
}
