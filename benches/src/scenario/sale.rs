//! Who was told what in a sale in which nobody gives anything back.
//!
//! Many clients ask for the same seats, so a refusal is no wonder here, unless the seat is free in the end: nobody
//! can have had it meanwhile.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;

use crate::contract::{self, Held, SEATS, SeatMap};
use crate::ledger::Ledger;

/// A sale of all seats of some departures.
#[derive(Debug)]
pub struct Sale {
    /// Two acknowledgements of one seat are noticed here.
    ledger: Ledger,
    /// What else the clients were told of each seat, by departure.
    seats: Vec<Vec<Told>>,
    /// How many seats were acknowledged.
    sold: AtomicUsize,
    began: Instant,
    /// When the last seat was acknowledged so far, in microseconds from the beginning.
    last_us: AtomicU64,
}

/// What all clients together were told of one seat.
#[derive(Debug, Default)]
struct Told {
    /// Somebody has it.
    sold: AtomicBool,
    /// Somebody was refused because somebody else has it.
    taken: AtomicBool,
    /// Somebody asked for it and does not know what became of that.
    unknown: AtomicBool,
}

impl Sale {
    /// A sale of these departures that begins now.
    #[must_use]
    pub fn begin(flights: Vec<String>) -> Self {
        let seats = |_| (0..SEATS).map(|_| Told::default()).collect();
        Self {
            seats: (0..flights.len()).map(seats).collect(),
            ledger: Ledger::new(flights),
            sold: AtomicUsize::new(0),
            began: Instant::now(),
            last_us: AtomicU64::new(0),
        }
    }

    /// The id of one departure.
    #[must_use]
    pub fn flight(&self, flight: usize) -> &str {
        self.ledger.flight(flight)
    }

    /// How many seats there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.seats.len() * SEATS
    }

    /// How many were acknowledged so far.
    #[must_use]
    pub fn sold(&self) -> usize {
        self.sold.load(Ordering::Acquire)
    }

    /// From the beginning to the last acknowledgement so far, in microseconds.
    #[must_use]
    pub fn last_us(&self) -> u64 {
        self.last_us.load(Ordering::Acquire)
    }

    /// Notes that `client` was told that the seat is theirs.
    ///
    /// # Errors
    /// When the body is no hold.
    pub fn acknowledged(&self, flight: usize, seat: usize, body: &[u8], client: u32) -> anyhow::Result<()> {
        let held: Held = serde_json::from_slice(body).context("cannot understand a hold")?;
        self.ledger.acknowledged(flight, seat, &held.seats, client);
        // Whatever was asked for, what was said counts.
        for seat in held.seats.iter().filter_map(|name| contract::seat_number(name)) {
            if !self.seats[flight][seat].sold.swap(true, Ordering::AcqRel) {
                self.sold.fetch_add(1, Ordering::AcqRel);
            }
        }
        let passed = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last_us.fetch_max(passed, Ordering::AcqRel);
        Ok(())
    }

    /// Notes that somebody was refused because somebody else has the seat.
    pub fn taken(&self, flight: usize, seat: usize) {
        self.seats[flight][seat].taken.store(true, Ordering::Release);
    }

    /// Notes that somebody does not know whether they have the seat.
    pub fn unknown(&self, flight: usize, seat: usize) {
        self.seats[flight][seat].unknown.store(true, Ordering::Release);
    }

    /// Compares a map, read when the sale is over, with what the clients were told. Gives how many seats are held
    /// of which nobody was told: after a 503 that is no broken promise.
    pub fn compare(&self, flight: usize, map: &SeatMap) -> usize {
        let id = self.flight(flight);
        let (mut seen, mut untold) = (0, 0);
        for shown in map.seats() {
            let Some(seat) = contract::seat_number(&shown.seat) else {
                self.violation(format!("{id}: the map shows a seat {} that is not of the plan", shown.seat));
                continue;
            };
            seen += 1;
            let told = &self.seats[flight][seat];
            let [sold, taken, unknown] =
                [&told.sold, &told.taken, &told.unknown].map(|told| told.load(Ordering::Acquire));
            match (shown.state.as_str(), sold) {
                ("HELD", true) => {}
                ("AVAILABLE", false) if taken => {
                    self.violation(format!("{id} {}: refused as taken, and nobody has it", shown.seat));
                }
                ("AVAILABLE", false) => {}
                ("HELD", false) if unknown => untold += 1,
                (state, _) => {
                    let word = if sold { "acknowledged" } else { "never acknowledged" };
                    self.violation(format!("{id} {}: the map says {state}, it was {word}", shown.seat));
                }
            }
        }
        if seen != SEATS {
            self.violation(format!("{id}: the map shows {seen} of {SEATS} seats"));
        }
        untold
    }

    /// Notes a broken promise.
    pub fn violation(&self, what: String) {
        self.ledger.violation(what);
    }

    /// All broken promises, the first of them in words.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.ledger.violations()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Cabin, Row, Seat, seat_name};

    fn sale() -> Sale {
        Sale::begin(vec!["B6-1".to_owned()])
    }

    fn hold(seat: &str) -> String {
        format!(r#"{{"holdId":"h","seats":["{seat}"],"version":1}}"#)
    }

    /// A map on which exactly these seats are held.
    fn map(held: &[usize]) -> SeatMap {
        let state = |seat| if held.contains(&seat) { "HELD" } else { "AVAILABLE" };
        let seat = |seat| Seat { seat: seat_name(seat), state: state(seat).to_owned() };
        let rows = vec![Row { seats: (0..SEATS).map(seat).collect() }];
        SeatMap { version: 1, cabins: vec![Cabin { rows }] }
    }

    #[test]
    fn what_was_acknowledged_is_counted_once_and_timed() {
        let sale = sale();
        sale.acknowledged(0, 3, hold("1D").as_bytes(), 0).unwrap();
        sale.acknowledged(0, 4, hold("1E").as_bytes(), 1).unwrap();
        assert_eq!((sale.sold(), sale.size()), (2, SEATS));
        assert_eq!(sale.compare(0, &map(&[3, 4])), 0);
        assert_eq!(sale.violations(), [""; 0]);
        let before = sale.last_us();
        sale.acknowledged(0, 4, hold("1E").as_bytes(), 2).unwrap();
        assert!(sale.sold() == 2 && sale.last_us() >= before);
        assert_eq!(sale.violations(), ["B6-1 1E: acknowledged to client 2 while client 1 has it"]);
    }

    #[test]
    fn a_seat_that_was_acknowledged_must_be_held_in_the_end() {
        let sale = sale();
        sale.acknowledged(0, 3, hold("1D").as_bytes(), 0).unwrap();
        sale.compare(0, &map(&[]));
        assert_eq!(sale.violations(), ["B6-1 1D: the map says AVAILABLE, it was acknowledged"]);
    }

    #[test]
    fn a_seat_that_nobody_was_told_of_must_be_free_unless_somebody_does_not_know() {
        let sale = sale();
        sale.unknown(0, 3);
        assert_eq!(sale.compare(0, &map(&[3])), 1);
        assert_eq!(sale.compare(0, &map(&[])), 0);
        assert_eq!(sale.violations(), [""; 0]);
        sale.compare(0, &map(&[4]));
        assert_eq!(sale.violations(), ["B6-1 1E: the map says HELD, it was never acknowledged"]);
    }

    #[test]
    fn a_seat_that_was_refused_as_taken_must_be_taken() {
        let sale = sale();
        sale.taken(0, 3);
        sale.compare(0, &map(&[]));
        assert_eq!(sale.violations(), ["B6-1 1D: refused as taken, and nobody has it"]);
    }
}
