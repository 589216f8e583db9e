//! Where it is hot at this moment: holds by departure and second, over the last minute.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ids::FlightId;
use domain::time::Timestamp;
use rustc_hash::FxHashMap;

/// How many seconds are kept.
const SECONDS: usize = 60;

/// Departures of one second that are told apart; a thousand hot ones fit, and nobody fills memory with more.
const FLIGHTS_MAX: usize = 4_096;

/// Holds of the last minute.
#[derive(Debug)]
pub struct Heat {
    seconds: Mutex<Vec<Second>>,
}

/// Holds of one second.
#[derive(Debug, Clone, Default)]
struct Second {
    /// Which, since 1970.
    number: i64,
    holds: u64,
    flights: FxHashMap<FlightId, u32>,
}

/// What was hot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Holds in the last whole second.
    pub last_second: u64,
    /// Holds in the last whole minute.
    pub last_minute: u64,
    /// The departures of that minute, the hottest first, with their holds.
    pub flights: Vec<(FlightId, u32)>,
}

impl Default for Heat {
    fn default() -> Self {
        Self { seconds: Mutex::new(vec![Second::default(); SECONDS + 1]) }
    }
}

impl Heat {
    /// Places of this departure were held at `now`.
    pub fn held(&self, flight: FlightId, now: Timestamp) {
        let number = second(now);
        let mut seconds = self.lock();
        let slot = &mut seconds[slot(number)];
        if slot.number != number {
            slot.number = number;
            slot.holds = 0;
            // It keeps its room: the next second is as busy.
            slot.flights.clear();
        }
        slot.holds += 1;
        if let Some(count) = slot.flights.get_mut(&flight) {
            *count += 1;
        } else if slot.flights.len() < FLIGHTS_MAX {
            slot.flights.insert(flight, 1);
        }
    }

    /// What was hot in the minute before `now`, `most` departures of it.
    pub fn picture(&self, now: Timestamp, most: usize) -> Picture {
        let this = second(now);
        let seconds = self.lock();
        let whole = seconds.iter().filter(|slot| (this - SECONDS as i64..this).contains(&slot.number));
        let mut flights: FxHashMap<FlightId, u32> = FxHashMap::default();
        let (mut last_second, mut last_minute) = (0, 0);
        for slot in whole {
            last_minute += slot.holds;
            if slot.number == this - 1 {
                last_second = slot.holds;
            }
            for (flight, count) in &slot.flights {
                *flights.entry(*flight).or_default() += count;
            }
        }
        drop(seconds);
        let mut flights: Vec<_> = flights.into_iter().collect();
        flights.sort_unstable_by(|(one, more), (other, less)| less.cmp(more).then(one.cmp(other)));
        flights.truncate(most);
        Picture { last_second, last_minute, flights }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Second>> {
        // Whoever panicked while counting has at worst miscounted.
        self.seconds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn second(now: Timestamp) -> i64 {
    now.millis() / 1_000
}

fn slot(second: i64) -> usize {
    usize::try_from(second).unwrap_or_default() % (SECONDS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hottest_departures_of_the_last_minute_come_first_and_older_ones_are_forgotten() {
        let heat = Heat::default();
        let at = |secs: i64| Timestamp::from_millis(1_000 * secs).unwrap();
        let flight = |number: u16| format!("B6-{number}-2026-12-03-JFK").parse::<FlightId>().unwrap();
        for (secs, number, times) in [(100, 1, 1), (159, 2, 3), (159, 3, 4), (120, 2, 2), (160, 9, 9)] {
            (0..times).for_each(|_| heat.held(flight(number), at(secs)));
        }
        let seen = heat.picture(at(160), 10);
        assert_eq!((seen.last_second, seen.last_minute), (7, 10), "the second under way is not counted");
        assert_eq!(seen.flights, [(flight(2), 5), (flight(3), 4), (flight(1), 1)]);
        let later = heat.picture(at(161), 1);
        assert_eq!((later.last_second, later.flights), (9, vec![(flight(9), 9)]));
        assert_eq!(later.last_minute, 2 + 7 + 9, "the first is older than a minute");
        assert_eq!(heat.picture(at(400), 10).last_minute, 0);
        heat.held(flight(1), at(400));
        assert_eq!(heat.picture(at(401), 10).flights, [(flight(1), 1)]);
    }
}
