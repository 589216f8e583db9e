//! Which departures connect: time enough, not too long, no loop, no absurd detour.
//!
//! The least times are ours, in the manner of what airports publish; no airport's own. A traveller who is late for the
//! next departure is our fault, so they are on the safe side.

use std::time::Duration;

use domain::ids::AirportCode;
use domain::view::Summary;

use crate::place::Spot;

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// The longest stop: beyond it one would rather travel on another day.
pub const LAYOVER_MAX: Duration = minutes(8 * 60);

/// How long one is at the destination at least before the way back leaves.
pub const STAY_MIN: Duration = minutes(60);

/// What the way over the ground may be in per mille of the direct one …
const DETOUR_PERMILLE: u64 = 1_500;

/// … and beyond that in any case, in statute miles: between near places any hub is a detour.
const DETOUR_FREE_MI: u64 = 300;

/// The least times at one airport, by the border that the connection passes: within a country, out of it, into it,
/// and from abroad to abroad; first for one airline and then for two, where the baggage changes hands.
const DOMESTIC: [Duration; 2] = [minutes(45), minutes(60)];
const OUTWARD: [Duration; 2] = [minutes(60), minutes(75)];
const INWARD: [Duration; 2] = [minutes(90), minutes(120)];
const ABROAD: [Duration; 2] = [minutes(75), minutes(90)];

/// How long it takes from an arrival at one airport of New York to a departure from another: by road, in traffic, with
/// baggage that is claimed and checked in again. No other change of airport is ever offered: nobody has told us how
/// long one takes.
const GROUND: [(&str, &str, Duration); 3] =
    [("EWR", "JFK", minutes(240)), ("EWR", "LGA", minutes(210)), ("JFK", "LGA", minutes(180))];

/// What entering the country adds to a change of airport.
const GROUND_INWARD: Duration = minutes(60);

/// The time over the ground between two airports, in either direction, where there is a way.
pub(crate) fn ground(one: AirportCode, other: AirportCode) -> Option<Duration> {
    let (one, other) = (one.to_string(), other.to_string());
    let is_way = |(from, to): (&str, &str)| (from, to) == (&one, &other) || (from, to) == (&other, &one);
    GROUND.iter().find(|(from, to, _)| is_way((from, to))).map(|(_, _, time)| *time)
}

/// Where a connection passes: the airports before, between and after. The two in the middle are one, unless the
/// traveller changes over the ground.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing<'a> {
    pub from: &'a Spot,
    pub arrival: &'a Spot,
    pub departure: &'a Spot,
    pub to: &'a Spot,
}

/// The least times of a crossing for one airline and for two; `None` when nobody may pass there.
pub(crate) fn least(crossing: Crossing<'_>) -> Option<[Duration; 2]> {
    let Crossing { from, arrival, departure, to } = crossing;
    let comes_in = from.country() != arrival.country();
    let goes_out = departure.country() != to.country();
    if arrival.airport.code != departure.airport.code {
        let ground = ground(arrival.airport.code, departure.airport.code)?;
        let time = if comes_in { ground + GROUND_INWARD } else { ground };
        return Some([time; 2]);
    }
    Some(match (comes_in, goes_out) {
        (false, false) => DOMESTIC,
        (false, true) => OUTWARD,
        (true, false) => INWARD,
        (true, true) => ABROAD,
    })
}

/// Whether the second departure is caught from the first and not waited for too long, with the least times of their
/// crossing.
pub(crate) fn connects(first: &Summary, second: &Summary, least: [Duration; 2]) -> bool {
    let (arrives, departs) = (first.latest.arrives, second.latest.departs);
    let other_airline = first.flight_id.carrier != second.flight_id.carrier;
    let least = least[usize::from(other_airline)];
    departs >= arrives + least && departs <= arrives + LAYOVER_MAX
}

/// Whether so many miles over the ground are a way to a place that is `direct_mi` away.
pub(crate) fn is_on_the_way(path_mi: u32, direct_mi: u32) -> bool {
    let most = u64::from(direct_mi) * DETOUR_PERMILLE / 1_000 + DETOUR_FREE_MI;
    u64::from(path_mi) <= most
}

#[cfg(test)]
mod tests {
    use schedule::Reference;

    use super::*;

    fn spot(code: &str) -> Spot {
        Spot::of(Reference::bundled().airport(code.parse().unwrap()).unwrap())
    }

    #[track_caller]
    fn check(path: [&str; 4], expected: Option<[u64; 2]>) {
        let [from, arrival, departure, to] = path.map(spot);
        let crossing = Crossing { from: &from, arrival: &arrival, departure: &departure, to: &to };
        assert_eq!(least(crossing), expected.map(|both| both.map(minutes)), "{path:?}");
    }

    #[test]
    fn how_long_a_connection_takes_depends_on_borders_airlines_and_airports() {
        check(["LAX", "JFK", "JFK", "BOS"], Some([45, 60]));
        check(["SJU", "JFK", "JFK", "BOS"], Some([45, 60]));
        check(["LAX", "JFK", "JFK", "LHR"], Some([60, 75]));
        check(["LHR", "JFK", "JFK", "BOS"], Some([90, 120]));
        check(["CDG", "LHR", "LHR", "JFK"], Some([75, 90]));
        check(["LAX", "EWR", "JFK", "BOS"], Some([240, 240]));
        check(["LAX", "JFK", "EWR", "BOS"], Some([240, 240]));
        check(["LAX", "LGA", "JFK", "BOS"], Some([180, 180]));
        check(["LHR", "EWR", "LGA", "BOS"], Some([270, 270]));
    }

    #[test]
    fn no_other_city_is_crossed_over_the_ground() {
        check(["JFK", "LHR", "LGW", "CDG"], None);
        check(["JFK", "ORD", "MDW", "LAX"], None);
    }

    #[test]
    fn a_detour_ends_somewhere() {
        for (path_mi, direct_mi, is) in
            [(2_662, 2_611, true), (488, 395, true), (5_008, 679, false), (1_849, 595, false), (301, 1, true)]
        {
            assert_eq!(is_on_the_way(path_mi, direct_mi), is, "{path_mi} for {direct_mi}");
        }
    }
}
