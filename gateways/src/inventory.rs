//! Our own departures as a supplier.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use domain::time::Timestamp;
use domain::view::Summary;
use jiff::ToSpan as _;
use search::{Direction, Fan, Itinerary, Timetable, Wish, cheapest};
use tokio::sync::watch;

use crate::supplier::{Asking, DayPrice, Failure, Found, Supplier};

/// Days before and after the one asked for whose least price is told.
pub const DAYS_AROUND: i8 = 3;

/// How long our own answer may take: a hundred times what it does.
const DEADLINE: Duration = Duration::from_secs(2);

/// How long a departure stays in the timetable after it has left.
const KEPT_AFTER_DEPARTURE: Duration = Duration::from_secs(24 * 60 * 60);

/// The departures that are on sale here, with their latest figures.
pub struct Inventory {
    name: Arc<str>,
    clock: fn() -> Timestamp,
    timetable: RwLock<Timetable>,
    /// Turns true when it has been filled for the first time.
    filled: watch::Sender<bool>,
}

impl std::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory").field("departures", &self.read().len()).finish_non_exhaustive()
    }
}

impl Inventory {
    /// An empty one, known to clients as `name`. It answers when it has been filled.
    #[must_use]
    pub fn new(name: &str, clock: fn() -> Timestamp) -> Self {
        let filled = watch::Sender::new(false);
        Self { name: name.into(), clock, timetable: RwLock::default(), filled }
    }

    fn read(&self) -> RwLockReadGuard<'_, Timetable> {
        // A fold that panicked half-way has put in a departure too few: no reason to stop searching.
        self.timetable.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes departures or their later figures in, in any order and any number of times.
    pub fn take_in(&self, departures: impl IntoIterator<Item = Summary>) {
        let mut timetable = self.timetable.write().unwrap_or_else(PoisonError::into_inner);
        for departure in departures {
            timetable.put(departure);
        }
    }

    /// Forgets what has left long ago.
    pub fn tidy(&self) {
        let before = (self.clock)().minus(KEPT_AFTER_DEPARTURE);
        self.timetable.write().unwrap_or_else(PoisonError::into_inner).forget_before(before);
    }

    /// Says that all departures have been taken in, so that searches are answered.
    pub fn mark_filled(&self) {
        self.filled.send_replace(true);
    }

    /// Waits until it has been filled.
    pub async fn filled(&self) {
        let mut filled = self.filled.subscribe();
        // The sender is ours, so it is there as long as we are.
        let _ = filled.wait_for(|filled| *filled).await;
    }

    fn find(&self, direction: &Direction, wish: &Wish) -> Vec<Itinerary> {
        self.read().find(direction, wish, (self.clock)())
    }

    fn fan(&self, wish: &Wish) -> Fan {
        let back = wish.way_back().map(|direction| self.find(&direction, wish));
        Fan { supplier: self.name.clone(), out: self.find(&wish.out, wish), back }
    }

    /// What the days around cost. Each takes as long as a search, so others have their turn between two.
    async fn days(&self, wish: &Wish, fan: &Fan) -> Vec<DayPrice> {
        let mut days = Vec::new();
        for step in -DAYS_AROUND..=DAYS_AROUND {
            let Ok(date) = wish.out.date.checked_add(i64::from(step).days()) else { continue };
            let is_over = wish.back.is_some_and(|back| date > back);
            let least = match step {
                0 => cheapest(std::slice::from_ref(fan), &wish.party),
                _ if is_over => None,
                _ => {
                    tokio::task::yield_now().await;
                    let out = self.find(&Direction { date, ..wish.out.clone() }, wish);
                    cheapest(&[Fan { out, ..fan.clone() }], &wish.party)
                }
            };
            days.push(DayPrice { date, least });
        }
        days
    }

    async fn answer(&self, wish: &Wish) -> Result<Found, Failure> {
        if !*self.filled.borrow() {
            return Err(Failure::NotReady);
        }
        let fan = self.fan(wish);
        let days = self.days(wish, &fan).await;
        Ok(Found { fans: vec![fan], days })
    }
}

impl Supplier for Inventory {
    fn name(&self) -> &str {
        &self.name
    }

    fn deadline(&self) -> Duration {
        DEADLINE
    }

    fn search<'a>(&'a self, wish: &'a Wish) -> Asking<'a> {
        Box::pin(self.answer(wish))
    }

    /// Everything is looked for again: it takes no longer than to look at each that was found, and finds what has gone on
    /// sale since.
    fn renew(&self, _fan: &Fan, wish: &Wish) -> Fan {
        self.fan(wish)
    }
}
