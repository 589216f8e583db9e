//! Departures as a test needs them.

use domain::fare::FareBasis;
use domain::flight::{Service, Status, Times};
use domain::ids::{AirportCode, FlightId, Version};
use domain::money::Currency;
use domain::party::Party;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::{CabinCounts, Summary};
use jiff::civil::Date;
use schedule::Reference;
use search::{Direction, Timetable, Wish};

pub const ONE: Party = Party { adults: 1, children: 0, infants: 0 };

pub fn code(text: &str) -> AirportCode {
    text.parse().expect("an airport")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Long before every departure of these tests.
pub fn now() -> Timestamp {
    at("2026-10-01T00:00:00Z")
}

fn economy(sold: u16) -> CabinCounts {
    CabinCounts {
        cabin_class: CabinClass::Economy,
        seats: 100,
        available: 100 - sold,
        held: 0,
        sold,
        blocked: 0,
        sellable: 100 - sold,
    }
}

/// A departure by local times: `B6 18 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15`.
pub fn leg(text: &str) -> Summary {
    let words: Vec<&str> = text.split(' ').collect();
    let [carrier, number, origin, departs, destination, arrives] = words[..] else { panic!("{text}") };
    let instant = |time, airport| Reference::bundled().instant(time, code(airport)).expect("a local time");
    let date: Date = departs[..10].parse().expect("a day");
    let number = number.parse().expect("a number");
    let flight_id =
        FlightId::new(carrier.parse().expect("an airline"), number, date, code(origin)).expect("a flight");
    let times = Times { departs: instant(departs, origin), arrives: instant(arrives, destination) };
    let reference = Reference::bundled();
    let ends = [origin, destination].map(|end| reference.airport(code(end)).expect("a known airport"));
    Summary {
        flight_id,
        version: Version::new(1),
        service: Service::published(destination, "Test frame").expect("a service"),
        scheduled: times,
        latest: times,
        status: Status::Scheduled,
        gate: None,
        basis: FareBasis { distance_mi: search::great_circle_mi(ends[0], ends[1]), currency: Currency::USD },
        cabins: vec![economy(0)],
    }
}

pub fn sold(leg: Summary, sold: u16) -> Summary {
    Summary { cabins: vec![economy(sold)], version: leg.version.next(), ..leg }
}

pub fn timetable(legs: &[Summary]) -> Timetable {
    let mut timetable = Timetable::default();
    for leg in legs {
        assert!(timetable.put(leg.clone()), "{}", leg.flight_id);
    }
    timetable
}

pub fn wish(origin: &str, destination: &str, date: &str, stops_max: u8) -> Wish {
    Wish {
        out: Direction {
            origins: vec![code(origin)],
            destinations: vec![code(destination)],
            date: date.parse().expect("a day"),
        },
        back: None,
        party: ONE,
        class: CabinClass::Economy,
        stops_max,
    }
}

/// What is found, each as the numbers of its flights, in order.
pub fn found(timetable: &Timetable, wish: &Wish) -> Vec<Vec<u16>> {
    let found = timetable.find(&wish.out, wish, now());
    let mut found: Vec<Vec<u16>> =
        found.iter().map(|way| way.legs().map(|leg| leg.flight_id.number()).collect()).collect();
    found.sort();
    found
}
