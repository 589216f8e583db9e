//! The departures that are driven: real aircraft of the schedule, on one day.

use std::time::Duration;

use domain::aggregate::Aggregate;
use domain::fare::FareBasis;
use domain::flight::{Flight, OpenSale, Service};
use domain::money::Currency;
use domain::plan::SeatPlan;
use domain::time::Timestamp;
use persistence::journal::StreamId;

/// The aircraft of each departure: with one cabin and with two, from 50 seats to 261.
const FLOWN: [(&str, &str); 6] = [
    ("B6-320", "B6-523-2026-12-01-JFK"),
    ("9E-CR9", "9E-3301-2026-12-01-LGA"),
    ("AA-752", "AA-119-2026-12-01-EWR"),
    ("EV-ER4", "EV-4133-2026-12-01-EWR"),
    ("DL-763", "DL-1715-2026-12-01-JFK"),
    ("B6-E90", "B6-1083-2026-12-01-JFK"),
];

/// The file's columns that say where the seats are.
const CABINS: usize = 10;
const MISSING: usize = 11;

/// A departure, and the stream that remembers it.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Its stream.
    pub stream: StreamId,
    /// What opens its sale.
    pub sale: OpenSale,
}

/// The instant at which the first life of a driver begins, a month before departure: sale never closes during
/// a test.
#[must_use]
pub fn first_instant() -> Timestamp {
    instant("2026-11-01T08:00:00Z")
}

/// All of them, always in the same order.
#[must_use]
pub fn departures() -> Vec<Departure> {
    FLOWN.iter().map(|(aircraft, flight)| departure(aircraft, flight)).collect()
}

fn departure(aircraft: &str, flight: &str) -> Departure {
    let departs = instant("2026-12-01T13:00:00Z");
    let sale = OpenSale {
        flight: flight.parse().expect("the list above names flights"),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: plan(aircraft),
        departs,
        arrives: departs + Duration::from_secs(3 * 60 * 60),
        basis: FareBasis { distance_mi: 1_069, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    };
    let stream = StreamId::of(Flight::KIND, &sale.flight).expect("a flight's name is short and printable");
    Departure { stream, sale }
}

fn plan(aircraft: &str) -> SeatPlan {
    let lines = include_str!("../../data/aircraft.csv").lines();
    let mut found = lines.map(|line| line.split(',').collect::<Vec<_>>());
    let fields =
        found.find(|fields| fields[0] == aircraft).expect("the list above names aircraft of the file");
    SeatPlan::read(fields[CABINS], fields[MISSING]).expect("every aircraft of the file is read")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("the instants above are RFC 3339")
}
