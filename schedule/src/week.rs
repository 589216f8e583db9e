//! The real week, as it stands in `schedule.csv`.

use std::sync::OnceLock;
use std::time::Duration;

use domain::ids::{AirportCode, CarrierCode};
use jiff::civil::{Date, DateTime, Time, Weekday};
use serde::{Deserialize, Deserializer};

use crate::reference::files;

/// A departure of the real week. Its times are those of the airport that it leaves.
#[derive(Debug, Deserialize)]
pub struct Published {
    pub service_date: Date,
    pub carrier: CarrierCode,
    /// At most [`NUMBER_MAX`].
    #[serde(rename = "flight")]
    pub number: u16,
    pub origin: AirportCode,
    #[serde(rename = "dest")]
    pub destination: AirportCode,
    /// Always on the service date.
    #[serde(rename = "sched_dep_local", deserialize_with = "time_of_day")]
    pub departs: Time,
    /// From the gate that is left to the gate that is reached.
    #[serde(rename = "block_min", deserialize_with = "minutes")]
    pub block: Duration,
    pub distance_mi: u32,
    #[serde(rename = "aircraft_code")]
    pub aircraft: Box<str>,
}

/// The highest flight number of the week.
pub const NUMBER_MAX: u16 = 6177;

fn time_of_day<'de, D: Deserializer<'de>>(column: D) -> Result<Time, D::Error> {
    Ok(DateTime::deserialize(column)?.time())
}

fn minutes<'de, D: Deserializer<'de>>(column: D) -> Result<Duration, D::Error> {
    Ok(Duration::from_secs(60 * u64::from(u16::deserialize(column)?)))
}

/// All of it, in the file's order: by day, and by departure within it.
pub fn all() -> &'static [Published] {
    static WEEK: OnceLock<Vec<Published>> = OnceLock::new();
    WEEK.get_or_init(|| files::rows(files::SCHEDULE))
}

/// The departures of one day of the week.
pub fn on(weekday: Weekday) -> &'static [Published] {
    let all = all();
    // The week runs from Monday to Sunday, so its days ascend with their weekdays.
    let day = |departure: &Published| departure.service_date.weekday().to_monday_zero_offset();
    let wanted = weekday.to_monday_zero_offset();
    let first = all.partition_point(|departure| day(departure) < wanted);
    let end = all.partition_point(|departure| day(departure) <= wanted);
    &all[first..end]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::reference::Reference;

    #[derive(Deserialize)]
    struct Told {
        sched_dep_local: DateTime,
        sched_arr_local: DateTime,
        sched_dep_utc: jiff::Timestamp,
        sched_arr_utc: jiff::Timestamp,
        seats: usize,
    }

    fn told() -> Vec<Told> {
        files::rows(files::SCHEDULE)
    }

    #[test]
    fn the_week_is_whole() {
        assert_eq!(all().len(), 6_759);
        let per_day: Vec<usize> =
            [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday]
                .into_iter()
                .chain([Weekday::Saturday, Weekday::Sunday])
                .map(|weekday| on(weekday).len())
                .collect();
        assert_eq!(per_day, [1_004, 1_001, 1_004, 1_006, 1_002, 811, 931]);
        assert!(all().is_sorted_by_key(|real| real.service_date));
        assert!(all().iter().all(|real| on(real.service_date.weekday()).len() > 800));
        assert_eq!(all()[0].service_date, date(2013, 7, 8));
        assert_eq!(all().iter().map(|real| real.number).max(), Some(NUMBER_MAX));
    }

    #[test]
    fn zones_and_block_times_give_the_published_instants() {
        let reference = Reference::bundled();
        for (real, told) in all().iter().zip(told()) {
            let departs = real.service_date.to_datetime(real.departs);
            assert_eq!(departs, told.sched_dep_local);
            let origin = reference.airport(real.origin).unwrap();
            let departs = origin.zone.to_timestamp(departs).unwrap();
            assert_eq!(departs, told.sched_dep_utc);
            let arrives = departs + real.block;
            assert_eq!(arrives, told.sched_arr_utc);
            let destination = reference.airport(real.destination).unwrap();
            assert_eq!(destination.zone.to_datetime(arrives), told.sched_arr_local);
        }
    }

    #[test]
    fn every_departure_is_flown_by_an_aircraft_of_its_carrier_with_its_seats() {
        let reference = Reference::bundled();
        for (real, told) in all().iter().zip(told()) {
            let aircraft = reference.aircraft(&real.aircraft).unwrap();
            assert_eq!(aircraft.plan.len(), told.seats, "{}", real.aircraft);
            assert_eq!(aircraft.operator, real.carrier);
        }
    }

    #[test]
    fn no_airport_is_both_left_and_reached() {
        let mut ends: BTreeMap<AirportCode, [bool; 2]> = BTreeMap::new();
        for real in all() {
            ends.entry(real.origin).or_default()[0] = true;
            ends.entry(real.destination).or_default()[1] = true;
        }
        assert!(ends.values().all(|ends| ends[0] != ends[1]));
        assert_eq!(ends.len(), 3 + 91);
    }
}
