//! A search that tries every chain of departures, by rules that are written down a second time.

use std::collections::BTreeSet;

use domain::flight::Status;
use domain::ids::FlightId;
use domain::view::Summary;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use schedule::Reference;
use search::Timetable;

use crate::world::{code, leg, now, sold, wish};

const AIRPORTS: [&str; 12] =
    ["JFK", "EWR", "LGA", "BOS", "ORD", "MDW", "LAX", "LHR", "PHX", "MIA", "SJU", "YYZ"];

/// Days on which clocks change, and one on which none does.
const DAYS: [&str; 3] = ["2026-11-01", "2027-03-14", "2026-12-01"];

fn city(airport: &str) -> &str {
    match airport {
        "JFK" | "EWR" | "LGA" => "New York",
        "ORD" | "MDW" => "Chicago",
        other => other,
    }
}

fn country(airport: &str) -> &str {
    match airport {
        "LHR" => "GB",
        "YYZ" => "CA",
        _ => "US",
    }
}

fn minutes_needed(first: [&str; 2], second: [&str; 2], same_airline: bool) -> Option<i64> {
    let comes_in = country(first[0]) != country(first[1]);
    let goes_out = country(second[0]) != country(second[1]);
    if first[1] != second[0] {
        let mut change = [first[1], second[0]];
        change.sort_unstable();
        let ground = match change {
            ["EWR", "JFK"] => 240,
            ["EWR", "LGA"] => 210,
            ["JFK", "LGA"] => 180,
            _ => return None,
        };
        return Some(ground + if comes_in { 60 } else { 0 });
    }
    Some(match (comes_in, goes_out, same_airline) {
        (false, false, true) => 45,
        (false, false, false) | (false, true, true) => 60,
        (false, true, false) | (true, true, true) => 75,
        (true, true, false) | (true, false, true) => 90,
        (true, false, false) => 120,
    })
}

fn ends(leg: &Summary) -> [String; 2] {
    [leg.flight_id.origin.to_string(), leg.service.destination.to_string()]
}

fn miles(one: &str, other: &str) -> u64 {
    let airport = |text| Reference::bundled().airport(code(text)).expect("a known airport");
    search::great_circle_mi(airport(one), airport(other)).into()
}

fn follows(first: &Summary, second: &Summary) -> bool {
    let (one, two) = (ends(first), ends(second));
    let [one, two] = [&one, &two].map(|ends| [ends[0].as_str(), ends[1].as_str()]);
    let same_airline = first.flight_id.carrier == second.flight_id.carrier;
    let waits = (second.latest.departs.millis() - first.latest.arrives.millis()) / 60_000;
    minutes_needed(one, two, same_airline).is_some_and(|needed| waits >= needed && waits <= 480)
}

fn may_be_flown(chain: &[&Summary], from: &str, to: &str, date: &str) -> bool {
    let ends: Vec<[String; 2]> = chain.iter().map(|leg| ends(leg)).collect();
    let mut cities = vec![city(from)];
    cities.extend(ends.iter().map(|leg| city(&leg[1])));
    let distinct: BTreeSet<&str> = cities.iter().copied().collect();
    let changes = ends.windows(2).filter(|pair| pair[0][1] != pair[1][0]).count();
    let flown: u64 = ends.iter().map(|leg| miles(&leg[0], &leg[1])).sum();
    ends[0][0] == from
        && ends.last().is_some_and(|leg| leg[1] == to)
        && chain[0].flight_id.date.to_string() == date
        && distinct.len() == cities.len()
        && changes <= 1
        && flown <= miles(from, to) * 3 / 2 + 300
        && chain.windows(2).all(|pair| follows(pair[0], pair[1]))
        && chain.iter().all(|leg| leg.status == Status::Scheduled && leg.cabins[0].sellable >= 1)
}

fn everything<'a>(legs: &'a [Summary], from: &str, to: &str, date: &str) -> BTreeSet<Vec<FlightId>> {
    let mut found = BTreeSet::new();
    let mut keep = |chain: &[&Summary]| {
        if may_be_flown(chain, from, to, date) {
            found.insert(chain.iter().map(|leg| leg.flight_id).collect());
        }
    };
    let after = |first: &'a Summary| legs.iter().filter(move |second| follows(first, second));
    for first in legs {
        keep(&[first]);
        for second in after(first) {
            keep(&[first, second]);
            after(second).for_each(|third| keep(&[first, second, third]));
        }
    }
    found
}

/// A departure on the first or the second day, of one of two airlines, perhaps sold out or cancelled.
fn any_leg() -> impl Strategy<Value = (usize, usize, i64, i64, u8, u8)> {
    (0..AIRPORTS.len(), 0..AIRPORTS.len(), 0..30 * 12_i64, 6..60_i64, 0..2_u8, 0..20_u8)
}

fn departures(drawn: &[(usize, usize, i64, i64, u8, u8)], day: &str) -> Vec<Summary> {
    let legs = drawn.iter().enumerate().filter(|(_, (from, to, ..))| from != to);
    let legs = legs.map(|(number, (from, to, start, long, airline, state))| {
        let carrier = ["B6", "AA"][usize::from(*airline)];
        let origin = AIRPORTS[*from];
        let minutes = i32::try_from(start * 5).expect("minutes of a day and a bit");
        let begins =
            day.parse::<jiff::civil::Date>().expect("a day").to_datetime(jiff::civil::Time::midnight());
        let clock = begins + jiff::Span::new().minutes(minutes);
        let clock = clock.strftime("%Y-%m-%dT%H:%M");
        let text = format!("{carrier} {} {origin} {clock} {} {clock}", number + 1, AIRPORTS[*to]);
        let mut made = leg(&text);
        let long = u64::try_from(long * 5 * 60).expect("it flies forward");
        made.latest.arrives = made.latest.departs + std::time::Duration::from_secs(long);
        match state {
            0 => sold(made, 100),
            1 => Summary { status: Status::Cancelled, ..made },
            _ => made,
        }
    });
    legs.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_found_is_what_trying_everything_finds(
        drawn in proptest::collection::vec(any_leg(), 0..90),
        (from, to) in (0..AIRPORTS.len(), 0..AIRPORTS.len()),
        stops_max in 0..=2_u8,
        day in proptest::sample::select(&DAYS[..]),
    ) {
        let legs = departures(&drawn, day);
        let mut timetable = Timetable::default();
        for leg in &legs {
            timetable.put(leg.clone());
        }
        let wish = wish(AIRPORTS[from], AIRPORTS[to], day, stops_max);
        let found = timetable.find(&wish.out, &wish, now());
        let names = |way: &search::Itinerary| way.legs().map(|leg| leg.flight_id).collect::<Vec<_>>();
        let set: BTreeSet<_> = found.iter().map(names).collect();
        prop_assert_eq!(set.len(), found.len(), "each once");
        let mut expected = everything(&legs, AIRPORTS[from], AIRPORTS[to], day);
        expected.retain(|chain| chain.len() <= usize::from(stops_max) + 1);
        prop_assert_eq!(set, expected);
    }
}

/// The property above would hold of nothing as well: draws like its own must find all kinds.
#[test]
fn the_drawn_timetables_have_something_to_find() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut by_stops = [0; 3];
    for _ in 0..40 {
        let drawn = proptest::collection::vec(any_leg(), 90).new_tree(&mut runner).unwrap().current();
        let legs = departures(&drawn, DAYS[0]);
        for (from, to) in [("JFK", "BOS"), ("LAX", "MIA"), ("SJU", "ORD"), ("LHR", "PHX")] {
            everything(&legs, from, to, DAYS[0]).iter().for_each(|chain| by_stops[chain.len() - 1] += 1);
        }
    }
    assert!(by_stops.iter().all(|count| *count > 20), "{by_stops:?}");
}
