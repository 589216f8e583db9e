//! One flight of the schedule: a real one, or its way back.

use std::time::Duration;

use domain::fare::FareBasis;
use domain::flight::{OpenSale, Provenance, Service};
use domain::ids::{AirportCode, FlightId};
use domain::money::Currency;
use domain::time::Timestamp;
use jiff::civil::{Date, Time, time};

use super::sold;
use crate::options::SoldShare;
use crate::reference::{Aircraft, Airport, Reference};
use crate::week::{self, Published};

/// How long an aircraft with fewer seats than so many stays at its gate before it flies back.
const TURN_ROUNDS: [(usize, Duration); 2] =
    [(100, Duration::from_secs(45 * 60)), (200, Duration::from_secs(60 * 60))];

/// How long all larger ones stay.
const TURN_ROUND_LONGEST: Duration = Duration::from_secs(90 * 60);

/// Ways back leave at full five minutes, as timetables like them.
const TIMETABLE_STEP_MILLIS: i64 = 5 * 60 * 1_000;

/// Nobody leaves between these local times …
const NIGHT_BEGINS: Time = time(0, 30, 0, 0);

/// … and this; whoever would …
const NIGHT_ENDS: Time = time(5, 30, 0, 0);

/// … leaves on the same morning at this time.
const MORNING: Time = time(6, 0, 0, 0);

/// What is added to a flight's number for its way back on the same local date …
const SAME_DAY_NUMBER: u16 = 500;

/// … and on the next. Another number, since the flight of the next day may be back on that date too. No two
/// real flights of an airline to one airport are as far apart as these two, so a way back is the only one
/// with its number; a test holds the week against that.
const NEXT_DAY_NUMBER: u16 = 3_500;

const _: () = assert!(week::NUMBER_MAX + NEXT_DAY_NUMBER <= 9_999, "flight numbers have four digits");

/// A flight of the schedule on one day.
#[derive(Debug, Clone)]
pub struct Leg {
    pub flight: FlightId,
    destination: AirportCode,
    pub departs: Timestamp,
    pub arrives: Timestamp,
    distance_mi: u32,
    aircraft: &'static Aircraft,
    provenance: Provenance,
}

impl Leg {
    /// A real departure, moved to `date`.
    pub fn outbound(real: &Published, date: Date) -> Self {
        let aircraft = Reference::bundled().aircraft(&real.aircraft);
        let departs = airport(real.origin).instant(date.to_datetime(real.departs));
        let departs = departs.expect("windows lie within the range of instants");
        let flight = FlightId::new(real.carrier, real.number, date, real.origin);
        Self {
            flight: flight.expect("numbers of the week have four digits"),
            destination: real.destination,
            departs,
            // Never from the published local arrival: where clocks keep the same time all year, it is
            // another hour away from New York in winter.
            arrives: departs + real.block,
            distance_mi: real.distance_mi,
            aircraft: aircraft.expect("a test finds the aircraft of every departure"),
            provenance: Provenance::Published,
        }
    }

    /// The made-up flight back: the same aircraft, as long in the air, after it has turned round.
    pub fn way_back(&self) -> Self {
        let from = airport(self.destination);
        let ready = self.arrives + turn_round(self.aircraft.plan.len());
        let departs = outside_the_night(from, next_timetable_step(ready));
        let date = from.clock(departs).date();
        let step = if date == self.flight.date { SAME_DAY_NUMBER } else { NEXT_DAY_NUMBER };
        let flight = FlightId::new(self.flight.carrier, self.flight.number() + step, date, from.code);
        Self {
            flight: flight.expect("the highest number of the week leaves room for the step"),
            destination: self.flight.origin,
            departs,
            arrives: departs + self.arrives.since(self.departs),
            provenance: Provenance::Synthetic,
            ..self.clone()
        }
    }

    /// The command that opens its sale.
    pub fn open_sale(&self, seed: u64, share: SoldShare) -> OpenSale {
        let plan = self.aircraft.plan.clone();
        OpenSale {
            flight: self.flight,
            service: Service {
                destination: self.destination,
                aircraft: self.aircraft.kind.clone(),
                provenance: self.provenance,
            },
            departs: self.departs,
            arrives: self.arrives,
            basis: FareBasis { distance_mi: self.distance_mi, currency: Currency::USD },
            sold_elsewhere: sold::elsewhere(self.flight, &plan, seed, share),
            plan,
        }
    }
}

fn airport(code: AirportCode) -> &'static Airport {
    Reference::bundled().airport(code).expect("a test finds the airports of every departure")
}

/// How long an aircraft stays at its gate between two flights.
pub fn turn_round(seats: usize) -> Duration {
    let found = TURN_ROUNDS.iter().find(|(below, _)| seats < *below);
    found.map_or(TURN_ROUND_LONGEST, |(_, stay)| *stay)
}

/// Local steps are those of UTC: zones differ from it by quarters of an hour.
fn next_timetable_step(ready: Timestamp) -> Timestamp {
    let missing = (-ready.millis()).rem_euclid(TIMETABLE_STEP_MILLIS);
    ready + Duration::from_millis(missing.unsigned_abs())
}

fn outside_the_night(airport: &Airport, departs: Timestamp) -> Timestamp {
    let clock = airport.clock(departs);
    if !(NIGHT_BEGINS..NIGHT_ENDS).contains(&clock.time()) {
        return departs;
    }
    let morning = airport.instant(clock.date().to_datetime(MORNING));
    morning.expect("windows lie within the range of instants")
}
