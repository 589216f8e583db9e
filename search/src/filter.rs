//! Which of the itineraries that were found somebody wants to see.

use std::time::Duration;

use domain::ids::{AirportCode, CarrierCode};
use domain::money::Money;
use domain::time::Timestamp;
use jiff::civil::Time;
use schedule::Reference;

use crate::itinerary::Itinerary;
use crate::order::comparable;

/// Local times from one to another, both included; over midnight when the second is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first minute.
    pub from: Time,
    /// The last one.
    pub to: Time,
}

impl Window {
    fn holds(self, time: Time) -> bool {
        if self.from <= self.to {
            (self.from..=self.to).contains(&time)
        } else {
            time >= self.from || time <= self.to
        }
    }
}

/// When one direction is to begin and to end, each by the clocks of its airport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hours {
    /// When it leaves its origin.
    pub departs: Option<Window>,
    /// When it reaches its destination.
    pub arrives: Option<Window>,
}

/// What somebody wants to see. The default is everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// What the whole trip may cost the whole party.
    pub price_max: Option<Money>,
    /// How many stops each direction may have.
    pub stops_max: Option<u8>,
    /// Only with these airlines, on every segment; with any, when there are none.
    pub carriers: Vec<CarrierCode>,
    /// How long each direction may take.
    pub duration_max: Option<Duration>,
    /// When the way out begins and ends.
    pub out: Hours,
    /// When the way back does.
    pub back: Hours,
}

impl Filters {
    /// Whether an itinerary passes, all but the price: that is the whole trip's.
    pub(crate) fn pass(&self, itinerary: &Itinerary, hours: Hours) -> bool {
        let stops = self.stops_max.is_none_or(|most| itinerary.stops() <= usize::from(most));
        let duration = self.duration_max.is_none_or(|most| itinerary.duration() <= most);
        let with = |carrier| self.carriers.is_empty() || self.carriers.contains(&carrier);
        stops
            && duration
            && itinerary.legs().all(|leg| with(leg.flight_id.carrier))
            && hours.departs.is_none_or(|window| {
                shows(itinerary.segments[0].leg.flight_id.origin, itinerary.departs(), window)
            })
            && hours.arrives.is_none_or(|window| {
                let last = itinerary.legs().last();
                last.is_some_and(|leg| shows(leg.service.destination, itinerary.arrives(), window))
            })
    }

    /// Whether a trip that costs so much passes.
    pub(crate) fn affords(&self, total: Money) -> bool {
        self.price_max.is_none_or(|most| {
            if most.currency() == total.currency() {
                total.minor() <= most.minor()
            } else {
                comparable(total) <= comparable(most)
            }
        })
    }
}

/// Whether clocks at an airport show a time within the window, to the minute.
fn shows(airport: AirportCode, at: Timestamp, window: Window) -> bool {
    Reference::bundled().airport(airport).is_some_and(|airport| {
        let time = airport.clock(at).time();
        window.holds(Time::constant(time.hour(), time.minute(), 0, 0))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn a_window_has_both_its_ends_and_may_go_over_midnight() {
        let day = Window { from: time(6, 0, 0, 0), to: time(12, 0, 0, 0) };
        let night = Window { from: time(22, 0, 0, 0), to: time(1, 30, 0, 0) };
        for (hour, minute, in_day, in_night) in [
            (5, 59, false, false),
            (6, 0, true, false),
            (12, 0, true, false),
            (12, 1, false, false),
            (22, 0, false, true),
            (0, 0, false, true),
            (1, 30, false, true),
            (1, 31, false, false),
        ] {
            let at = time(hour, minute, 0, 0);
            assert_eq!((day.holds(at), night.holds(at)), (in_day, in_night), "{at}");
        }
    }

    #[test]
    fn a_window_is_of_local_time_on_both_sides_of_a_change_of_the_clocks() {
        let morning = Window { from: time(8, 0, 0, 0), to: time(8, 59, 0, 0) };
        let jfk = "JFK".parse().unwrap();
        for (instant, is) in [
            ("2026-10-31T12:30:00Z", true),
            ("2026-11-01T12:30:00Z", false),
            ("2026-11-01T13:30:59Z", true),
            ("2027-03-13T13:30:00Z", true),
            ("2027-03-14T13:30:00Z", false),
        ] {
            assert_eq!(shows(jfk, instant.parse().unwrap(), morning), is, "{instant}");
        }
    }
}
