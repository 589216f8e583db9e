//! Who sits where, as the agents know it.
//!
//! As in [`crate::ledger`], a seat is entered when its 201 arrives and struck out *before* its release is sent, so
//! two entries at once are a double sale for certain. Beyond that this one knows customers. A hold has none, so it
//! is kept here that nobody sits twice on a departure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::customers::Customers;
use crate::contract::{self, Counts, SMALL_SEATS, SeatMap};
use crate::ledger::Violations;

/// What is known of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    Free,
    /// Taken before the run began, and never given back.
    SoldBefore,
    /// A customer was told that it is theirs.
    Theirs(u32),
    /// A request about it ended without an answer, so it may be held or not.
    Doubtful,
}

/// One departure.
#[derive(Debug)]
struct Flight {
    id: String,
    inside: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    seats: [Seat; SMALL_SEATS],
    /// Customers who have a seat, or asked for their first one and do not know yet.
    aboard: BTreeSet<u32>,
    /// Whether anybody ever asked for a seat.
    is_touched: bool,
}

/// All departures, and all customers.
#[derive(Debug)]
pub struct Ledger {
    flights: Vec<Flight>,
    /// What was said of their accounts.
    pub customers: Customers,
    made: AtomicU64,
    given_back: AtomicU64,
    doubts: AtomicU64,
    violations: Violations,
}

impl Ledger {
    /// Departures on which nobody sits but those who sat there before.
    #[must_use]
    pub fn new(flights: Vec<(String, Vec<usize>)>, customers: Customers) -> Self {
        let flights = flights.into_iter().map(|(id, sold)| {
            let mut seats = [Seat::Free; SMALL_SEATS];
            sold.into_iter().for_each(|seat| seats[seat] = Seat::SoldBefore);
            Flight { id, inside: Mutex::new(Inside { seats, aboard: BTreeSet::new(), is_touched: false }) }
        });
        Self {
            flights: flights.collect(),
            customers,
            made: AtomicU64::new(0),
            given_back: AtomicU64::new(0),
            doubts: AtomicU64::new(0),
            violations: Violations::default(),
        }
    }

    /// Takes a customer aboard who is about to ask for a seat; `false` when they have one.
    #[must_use]
    pub fn board(&self, flight: usize, customer: u32) -> bool {
        self.inside(flight, |inside| inside.aboard.insert(customer))
    }

    /// Notes that a customer has no seat: it was refused, or given back.
    pub fn leave(&self, flight: usize, customer: u32) {
        self.inside(flight, |inside| inside.aboard.remove(&customer));
    }

    /// Enters that a customer was told that they have `answered`, having asked for the seat `asked`.
    pub fn acknowledged(&self, flight: usize, asked: usize, answered: &[String], customer: u32) {
        let id = self.id(flight);
        let [name] = answered else {
            let asked = contract::small_seat_name(asked);
            return self.violation(format!("{id}: asked for {asked}, acknowledged {answered:?}"));
        };
        if contract::small_seat_number(name) != Some(asked) {
            let asked = contract::small_seat_name(asked);
            self.violation(format!("{id}: asked for {asked}, acknowledged {name}"));
        }
        let Some(seat) = contract::small_seat_number(name) else { return };
        self.made.fetch_add(1, Ordering::Relaxed);
        let before = self.inside(flight, |inside| {
            inside.is_touched = true;
            std::mem::replace(&mut inside.seats[seat], Seat::Theirs(customer))
        });
        match before {
            Seat::Free | Seat::Doubtful => {}
            Seat::Theirs(first) => self.violation(format!(
                "{id} {name}: acknowledged to customer {customer} while customer {first} has it"
            )),
            Seat::SoldBefore => {
                self.violation(format!(
                    "{id} {name}: acknowledged to customer {customer} though sold before"
                ));
            }
        }
    }

    /// Strikes a seat out. Call it before its release is sent.
    pub fn releasing(&self, flight: usize, seat: usize) {
        self.inside(flight, |inside| inside.seats[seat] = Seat::Free);
    }

    /// Counts a release that was acknowledged.
    pub fn released(&self) {
        self.given_back.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a request about the seat ended without an answer.
    pub fn doubtful(&self, flight: usize, seat: usize) {
        self.doubts.fetch_add(1, Ordering::Relaxed);
        self.inside(flight, |inside| {
            inside.is_touched = true;
            inside.seats[seat] = Seat::Doubtful;
        });
    }

    /// Compares a departure's seat map, read while nobody asks for anything, with what the customers were told.
    /// Counts what the map shows.
    pub fn compare(&self, flight: usize, map: &SeatMap) -> Counts {
        let id = self.id(flight);
        let seats = self.inside(flight, |inside| inside.seats);
        let mut shown_seats = BTreeSet::new();
        let mut shown = Counts::default();
        for one in map.seats() {
            let Some(seat) = contract::small_seat_number(&one.seat) else {
                self.violation(format!("{id}: the map shows a seat {} that is not of the plan", one.seat));
                continue;
            };
            shown_seats.insert(seat);
            shown.available += usize::from(one.state == "AVAILABLE");
            shown.held += usize::from(one.state == "HELD");
            shown.blocked += usize::from(one.state == "BLOCKED");
            let expected = match seats[seat] {
                Seat::Doubtful => continue,
                Seat::Free => "AVAILABLE",
                Seat::Theirs(_) => "HELD",
                Seat::SoldBefore => "BLOCKED",
            };
            if one.state != expected {
                self.violation(format!(
                    "{id} {}: the map says {}, the ledger {expected}",
                    one.seat, one.state
                ));
            }
        }
        if shown_seats.len() != SMALL_SEATS {
            self.violation(format!("{id}: the map shows {} of {SMALL_SEATS} seats", shown_seats.len()));
        }
        shown
    }

    /// Compares how something counts a departure with what the departure's map shows.
    pub fn expect_counts(
        &self,
        flight: usize,
        what: &str,
        counted: impl IntoIterator<Item = Counts>,
        shown: Counts,
    ) {
        let sum = counted.into_iter().fold(Counts::default(), |sum, one| Counts {
            available: sum.available + one.available,
            held: sum.held + one.held,
            blocked: sum.blocked + one.blocked,
        });
        if sum != shown {
            let id = self.id(flight);
            self.violation(format!("{id}: {what} counts {sum:?}, the map shows {shown:?}"));
        }
    }

    /// Checks that no customer has two seats on a departure, while nobody asks for anything.
    pub fn check_customers(&self, flight: usize) {
        let seats = self.inside(flight, |inside| inside.seats);
        let mut first_seats = BTreeMap::new();
        for (seat, known) in seats.into_iter().enumerate() {
            let Seat::Theirs(customer) = known else { continue };
            if let Some(first) = first_seats.insert(customer, seat) {
                let (id, first, second) =
                    (self.id(flight), contract::small_seat_name(first), contract::small_seat_name(seat));
                self.violation(format!("{id}: customer {customer} has both {first} and {second}"));
            }
        }
    }

    /// Checks that there are as many reservations as were made and not given back. `held` of all departures on
    /// which anybody ever asked for a seat.
    pub fn check_count(&self, held: u64) {
        let made = self.made.load(Ordering::Relaxed);
        let given_back = self.given_back.load(Ordering::Relaxed);
        let doubts = self.doubts.load(Ordering::Relaxed);
        if (made - given_back).abs_diff(held) > doubts {
            self.violation(format!(
                "{held} seats are held after {made} reservations and {given_back} deletions, {doubts} in doubt"
            ));
        }
    }

    /// The departures to be looked at in the end: all when there are few, else those that somebody asked for.
    #[must_use]
    pub fn to_be_checked(&self) -> Vec<usize> {
        /// So many take a moment.
        const FEW: usize = 10_000;
        let all = 0..self.flights.len();
        if all.len() <= FEW {
            return all.collect();
        }
        all.filter(|flight| self.inside(*flight, |inside| inside.is_touched)).collect()
    }

    /// The id of a departure.
    #[must_use]
    pub fn id(&self, flight: usize) -> &str {
        &self.flights[flight].id
    }

    /// Notes a broken promise.
    pub fn violation(&self, what: String) {
        self.violations.note(what);
    }

    /// All broken promises, the first of them in words.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        [self.violations.in_words(), self.customers.violations()].concat()
    }

    fn inside<T>(&self, flight: usize, change: impl FnOnce(&mut Inside) -> T) -> T {
        change(&mut self.flights[flight].inside.lock().expect("nobody panics while holding it"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Cabin, Row, Seat as Shown, small_seat_name};

    const SOLD_BEFORE: usize = 149;

    fn nobody() -> Customers {
        Customers::new(Vec::new()).unwrap()
    }

    fn ledger() -> Ledger {
        Ledger::new(vec![("B6-1".to_owned(), vec![SOLD_BEFORE])], nobody())
    }

    fn told(seat: usize) -> Vec<String> {
        vec![small_seat_name(seat)]
    }

    /// A map on which exactly these seats are held.
    fn map(held: &[usize]) -> SeatMap {
        let state = |seat| match seat {
            SOLD_BEFORE => "BLOCKED",
            seat if held.contains(&seat) => "HELD",
            _ => "AVAILABLE",
        };
        let seats =
            (0..SMALL_SEATS).map(|seat| Shown { seat: small_seat_name(seat), state: state(seat).to_owned() });
        SeatMap { version: 1, cabins: vec![Cabin { rows: vec![Row { seats: seats.collect() }] }] }
    }

    #[test]
    fn a_double_sale_is_noticed() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &told(3), 7);
        ledger.releasing(0, 3);
        ledger.acknowledged(0, 3, &told(3), 8);
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.acknowledged(0, 3, &told(3), 9);
        ledger.acknowledged(0, SOLD_BEFORE, &told(SOLD_BEFORE), 9);
        assert_eq!(
            ledger.violations(),
            [
                "B6-1 1D: acknowledged to customer 9 while customer 8 has it",
                "B6-1 25F: acknowledged to customer 9 though sold before"
            ]
        );
    }

    #[test]
    fn another_seat_than_the_one_asked_for_is_noticed() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &told(4), 0);
        ledger.acknowledged(0, 5, &[], 1);
        assert_eq!(ledger.violations().len(), 2);
    }

    #[test]
    fn the_map_must_say_what_the_customers_were_told() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &told(3), 0);
        ledger.compare(0, &map(&[3]));
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.compare(0, &map(&[]));
        assert_eq!(ledger.violations(), ["B6-1 1D: the map says AVAILABLE, the ledger HELD"]);
        ledger.compare(0, &SeatMap { version: 1, cabins: Vec::new() });
        assert_eq!(ledger.violations()[1], "B6-1: the map shows 0 of 150 seats");
    }

    #[test]
    fn counts_must_say_what_the_map_shows() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &told(3), 0);
        let shown = ledger.compare(0, &map(&[3]));
        assert_eq!(shown, Counts { available: 148, held: 1, blocked: 1 });
        ledger.expect_counts(0, "the list", [shown], shown);
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.expect_counts(0, "the list", [Counts { held: 2, ..shown }], shown);
        assert!(ledger.violations()[0].starts_with("B6-1: the list counts"), "{:?}", ledger.violations());
    }

    #[test]
    fn a_seat_in_doubt_may_be_held_or_not() {
        let ledger = ledger();
        ledger.doubtful(0, 3);
        ledger.compare(0, &map(&[3]));
        ledger.compare(0, &map(&[]));
        ledger.check_count(0);
        ledger.check_count(1);
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.check_count(2);
        assert_eq!(
            ledger.violations(),
            ["2 seats are held after 0 reservations and 0 deletions, 1 in doubt"]
        );
    }

    #[test]
    fn a_customer_sits_on_a_departure_once() {
        let ledger = ledger();
        assert!(ledger.board(0, 7) && !ledger.board(0, 7) && ledger.board(0, 8));
        ledger.leave(0, 7);
        assert!(ledger.board(0, 7));
        ledger.acknowledged(0, 3, &told(3), 7);
        ledger.check_customers(0);
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.acknowledged(0, 5, &told(5), 7);
        ledger.check_customers(0);
        assert_eq!(ledger.violations(), ["B6-1: customer 7 has both 1D and 1F"]);
    }

    #[test]
    fn a_reservation_too_many_or_too_few_is_noticed() {
        let ledger = ledger();
        ledger.acknowledged(0, 3, &told(3), 7);
        ledger.acknowledged(0, 4, &told(4), 8);
        ledger.releasing(0, 3);
        ledger.released();
        ledger.check_count(1);
        assert_eq!(ledger.violations(), [""; 0]);
        ledger.check_count(2);
        ledger.check_count(0);
        assert_eq!(ledger.violations().len(), 2);
    }

    #[test]
    fn of_many_departures_those_are_looked_at_that_somebody_asked_for() {
        let flights = (0..10_001).map(|flight| (format!("B6-{flight}"), Vec::new()));
        let ledger = Ledger::new(flights.collect(), nobody());
        ledger.acknowledged(4, 3, &told(3), 7);
        ledger.doubtful(10_000, 3);
        assert_eq!(ledger.to_be_checked(), [4, 10_000]);
        assert_eq!(self::ledger().to_be_checked(), [0]);
    }
}
