//! Who was told that a seat is theirs, as the clients know it.
//!
//! A seat is entered when its 201 arrives and struck out *before* its release is sent. So two entries at
//! once are two acknowledged holds neither of which anybody has asked to end: a double sale for certain,
//! whatever the order in which answers travel.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use crate::contract::{self, SEATS, SeatMap};

/// Nobody was told that it is theirs.
const FREE: u32 = 0;
/// A request for it ended without an answer, so it may be held or not.
const DOUBTFUL: u32 = u32::MAX;
/// A broken server breaks the same promise a million times; the first few show how.
const SHOWN_MAX: usize = 20;

/// What the clients of one measurement were told, over all its departures.
#[derive(Debug)]
pub struct Ledger {
    /// For each departure its id and for each seat [`FREE`], [`DOUBTFUL`] or the client's number plus one.
    flights: Vec<(String, Vec<AtomicU32>)>,
    violations: Violations,
}

/// Broken promises, the first of them in words.
#[derive(Debug, Default)]
pub struct Violations {
    shown: Mutex<Vec<String>>,
    count: AtomicUsize,
}

impl Ledger {
    /// An empty ledger of these departures.
    #[must_use]
    pub fn new(flights: Vec<String>) -> Self {
        let seats = || (0..SEATS).map(|_| AtomicU32::new(FREE)).collect();
        let flights = flights.into_iter().map(|flight| (flight, seats())).collect();
        Self { flights, violations: Violations::default() }
    }

    /// The ids of its departures.
    pub fn flights(&self) -> impl ExactSizeIterator<Item = &str> {
        self.flights.iter().map(|(id, _)| id.as_str())
    }

    /// The id of one departure.
    #[must_use]
    pub fn flight(&self, flight: usize) -> &str {
        &self.flights[flight].0
    }

    /// Enters that `client` was told it has `answered`, having asked for the seat `asked`.
    pub fn acknowledged(&self, flight: usize, asked: usize, answered: &[String], client: u32) {
        let (id, seats) = &self.flights[flight];
        if !(answered.len() == 1 && contract::seat_number(&answered[0]) == Some(asked)) {
            self.violation(format!(
                "{id}: asked for {}, acknowledged {answered:?}",
                contract::seat_name(asked)
            ));
        }
        for name in answered {
            let Some(seat) = contract::seat_number(name) else { continue };
            let before = seats[seat].swap(client + 1, Ordering::AcqRel);
            if before != FREE && before != DOUBTFUL {
                let first = before - 1;
                self.violation(format!(
                    "{id} {name}: acknowledged to client {client} while client {first} has it"
                ));
            }
        }
    }

    /// Strikes a seat out. Call it before the release is sent.
    pub fn releasing(&self, flight: usize, seat: usize) {
        self.flights[flight].1[seat].store(FREE, Ordering::Release);
    }

    /// Notes that a request about the seat ended without an answer.
    pub fn doubtful(&self, flight: usize, seat: usize) {
        self.flights[flight].1[seat].store(DOUBTFUL, Ordering::Release);
    }

    /// Whether a seat may be held without anybody having been told.
    #[must_use]
    pub fn is_doubtful(&self, flight: usize, seat: usize) -> bool {
        self.flights[flight].1[seat].load(Ordering::Acquire) == DOUBTFUL
    }

    /// Compares a departure's seat map, read while nobody asks for anything, with what the clients know.
    pub fn compare(&self, flight: usize, map: &SeatMap) {
        self.compare_with("HELD", flight, map);
    }

    /// The same where whoever was told that a seat is theirs has it in this state.
    pub fn compare_with(&self, theirs: &str, flight: usize, map: &SeatMap) {
        let (id, seats) = &self.flights[flight];
        let mut seen = 0;
        for shown in map.seats() {
            let Some(seat) = contract::seat_number(&shown.seat) else {
                self.violation(format!("{id}: the map shows a seat {} that is not of the plan", shown.seat));
                continue;
            };
            seen += 1;
            let expected = match seats[seat].load(Ordering::Acquire) {
                DOUBTFUL => continue,
                FREE => "AVAILABLE",
                _ => theirs,
            };
            if shown.state != expected {
                self.violation(format!(
                    "{id} {}: the map says {}, the ledger {expected}",
                    shown.seat, shown.state
                ));
            }
        }
        if seen != SEATS {
            self.violation(format!("{id}: the map shows {seen} of {SEATS} seats"));
        }
    }

    /// Notes a broken promise.
    pub fn violation(&self, what: String) {
        self.violations.note(what);
    }

    /// All broken promises, the first of them in words.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.violations.in_words()
    }
}

impl Violations {
    /// Notes a broken promise.
    pub fn note(&self, what: String) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let mut shown = self.shown.lock().expect("nobody panics while holding it");
        if shown.len() < SHOWN_MAX {
            shown.push(what);
        }
    }

    /// The first of them in words, and how many more there are.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let mut shown = self.shown.lock().expect("nobody panics while holding it").clone();
        let unshown = self.count.load(Ordering::Relaxed) - shown.len();
        if unshown > 0 {
            shown.push(format!("and {unshown} more"));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Cabin, Row, Seat, seat_name};

    fn ledger() -> Ledger {
        Ledger::new(vec!["B6-1".to_owned()])
    }

    /// A map on which exactly these seats are held.
    fn map(held: &[usize]) -> SeatMap {
        let state = |seat| if held.contains(&seat) { "HELD" } else { "AVAILABLE" };
        let seats =
            (0..SEATS).map(|seat| Seat { seat: seat_name(seat), state: state(seat).to_owned() }).collect();
        SeatMap { version: 1, cabins: vec![Cabin { rows: vec![Row { seats }] }] }
    }

    #[test]
    fn a_double_sale_is_noticed() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &["1D".to_owned()], 0);
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.acknowledged(0, 3, &["1D".to_owned()], 1);
        assert_eq!(ledger.violations(), ["B6-1 1D: acknowledged to client 1 while client 0 has it"]);
    }

    #[test]
    fn a_seat_may_be_held_again_after_its_release() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &["1D".to_owned()], 0);
        ledger.releasing(0, 3);
        ledger.acknowledged(0, 3, &["1D".to_owned()], 1);
        assert_eq!(ledger.violations(), [""; 0]);
    }

    #[test]
    fn another_seat_than_the_one_asked_for_is_noticed() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &["1E".to_owned()], 0);
        ledger.acknowledged(0, 5, &[], 1);
        assert_eq!(ledger.violations().len(), 2);
    }

    #[test]
    fn the_map_must_say_what_the_clients_were_told() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &["1D".to_owned()], 0);
        ledger.compare(0, &map(&[3]));
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.compare(0, &map(&[]));
        assert_eq!(ledger.violations(), ["B6-1 1D: the map says AVAILABLE, the ledger HELD"]);
        ledger.compare(0, &map(&[3, 4]));
        assert_eq!(ledger.violations().len(), 2);
        ledger.compare(0, &SeatMap { version: 1, cabins: Vec::new() });
        assert_eq!(ledger.violations()[2], "B6-1: the map shows 0 of 1000 seats");
    }

    #[test]
    fn a_seat_in_doubt_may_be_held_or_not() {
        let ledger = ledger();
        ledger.doubtful(0, 3);
        assert!(ledger.is_doubtful(0, 3) && !ledger.is_doubtful(0, 4));
        ledger.compare(0, &map(&[3]));
        ledger.compare(0, &map(&[]));
        assert_eq!(ledger.violations(), [""; 0]);
    }

    #[test]
    fn only_the_first_violations_are_told_in_words() {
        let ledger = ledger();
        ledger.compare(0, &map(&(0..SEATS).collect::<Vec<_>>()));
        let violations = ledger.violations();
        assert_eq!(violations.len(), SHOWN_MAX + 1);
        assert_eq!(violations[SHOWN_MAX], "and 980 more");
    }
}
