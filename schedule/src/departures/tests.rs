//! What a window of departures is like, whenever it begins.

use std::collections::{BTreeMap, BTreeSet};

use domain::aggregate::{Aggregate, Turn};
use domain::flight::{Command, Flight, OpenSale, Provenance};
use domain::ids::{AirportCode, CarrierCode, FlightId, Version};
use domain::plan::SeatNumber;
use domain::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, date, time};

use super::*;
use crate::options::{DAYS_DEFAULT, DAYS_MAX, SoldShare, Window, YEAR_MAX, YEAR_MIN};
use crate::reference::Reference;

/// Summer, winter, one across either change of the clocks, and one across a leap day.
const FIRST_DAYS: [Date; 5] =
    [date(2026, 7, 6), date(2026, 12, 3), date(2026, 10, 25), date(2027, 3, 8), date(2028, 2, 22)];

fn window(first_day: Date, days: u16) -> Options {
    Options::new(Window::new(first_day, days).unwrap())
}

fn fortnight(first_day: Date) -> Vec<OpenSale> {
    departures(&window(first_day, DAYS_DEFAULT)).collect()
}

fn day(date: Date) -> Vec<OpenSale> {
    departures(&window(date, 1)).collect()
}

fn clock(opened: &OpenSale) -> jiff::civil::DateTime {
    Reference::bundled().airport(opened.flight.origin).unwrap().clock(opened.departs)
}

fn published(opened: &OpenSale) -> bool {
    opened.service.provenance == Provenance::Published
}

#[test]
fn a_fortnight_has_each_real_day_twice_and_about_as_many_ways_back() {
    for first_day in FIRST_DAYS {
        let all = fortnight(first_day);
        assert!((26_500..=27_500).contains(&all.len()), "{first_day}: {}", all.len());
        assert_eq!(all.iter().filter(|opened| published(opened)).count(), 2 * 6_759);
        let ids: BTreeSet<FlightId> = all.iter().map(|opened| opened.flight).collect();
        assert_eq!(ids.len(), all.len(), "{first_day}: an id is used twice");
        let last_day = first_day + 13.days();
        assert!(ids.iter().all(|id| (first_day..=last_day).contains(&id.date)));
    }
}

#[test]
fn weekday_local_time_and_block_time_are_the_real_ones_in_every_season() {
    for first_day in FIRST_DAYS {
        for date in Window::new(first_day, DAYS_DEFAULT).unwrap().dates() {
            let real_day = week::on(date.weekday());
            let moved: Vec<_> = day(date).into_iter().filter(published).collect();
            assert_eq!(moved.len(), real_day.len());
            for (opened, real) in moved.iter().zip(real_day) {
                assert_eq!(clock(opened), date.to_datetime(real.departs));
                assert_eq!(opened.arrives, opened.departs + real.block);
                let id = FlightId::new(real.carrier, real.number, date, real.origin).unwrap();
                assert_eq!((opened.flight, opened.service.destination), (id, real.destination));
                assert_eq!(opened.basis.distance_mi, real.distance_mi);
                let aircraft = Reference::bundled().aircraft(&real.aircraft).unwrap();
                assert_eq!((&opened.plan, &opened.service.aircraft), (&aircraft.plan, &aircraft.kind));
            }
        }
    }
}

/// Where clocks keep the same time all year, local times of arrival move by an hour in winter: 275 flights a
/// week would be an hour too short or too long if both their ends were kept.
#[test]
fn arrivals_where_clocks_never_change_are_another_hour_in_winter() {
    let local_arrivals = |first_day: Date| {
        let all = departures(&window(first_day, 7));
        let all = all.filter(published).map(|opened| {
            let destination = Reference::bundled().airport(opened.service.destination).unwrap();
            (opened.service.destination, destination.clock(opened.arrives).time())
        });
        all.collect::<Vec<_>>()
    };
    let (summer, winter) = (local_arrivals(date(2026, 7, 6)), local_arrivals(date(2026, 12, 7)));
    let moved: Vec<_> = summer.iter().zip(&winter).filter(|(summer, winter)| summer != winter).collect();
    assert_eq!(moved.len(), 275);
    for ((airport, summer), (_, winter)) in &moved {
        assert_eq!(summer.wrapping_add(1.hour()), *winter, "{airport}");
    }
    let airports: BTreeSet<String> = moved.iter().map(|(summer, _)| summer.0.to_string()).collect();
    assert!(["SJU", "PHX", "HNL"].into_iter().all(|airport| airports.contains(airport)));
}

#[test]
fn a_way_back_leaves_in_daytime_after_its_outbound_has_landed_and_turned_round() {
    for first_day in FIRST_DAYS {
        let of_day: BTreeMap<FlightId, OpenSale> =
            departures(&window(first_day, 8)).map(|opened| (opened.flight, opened)).collect();
        for date in Window::new(first_day, 7).unwrap().dates() {
            for out in outbound(date) {
                let back = &of_day[&out.way_back().flight];
                let out = &of_day[&out.flight];
                assert!(!published(back));
                assert_eq!(
                    (back.flight.origin, back.service.destination),
                    (out.service.destination, out.flight.origin)
                );
                assert_eq!(back.flight.carrier, out.flight.carrier);
                assert_eq!((&back.plan, back.basis), (&out.plan, out.basis));
                assert_eq!(back.arrives.since(back.departs), out.arrives.since(out.departs));
                assert!(back.departs >= out.arrives + leg::turn_round(out.plan.len()));
                assert_eq!(back.departs.millis() % (5 * 60 * 1_000), 0);
                let clock = clock(back);
                assert_eq!(clock.date(), back.flight.date);
                assert!(!(time(0, 30, 0, 0)..time(5, 30, 0, 0)).contains(&clock.time()), "{clock}");
                assert!(back.departs.since(out.arrives).as_secs() <= (90 + 5 + 330 + 60) * 60);
            }
        }
    }
}

#[test]
fn turning_round_takes_longer_with_more_seats() {
    for (seats, minutes) in [(37, 45), (99, 45), (100, 60), (199, 60), (200, 90), (294, 90)] {
        assert_eq!(leg::turn_round(seats).as_secs(), minutes * 60, "{seats}");
    }
}

/// What makes the number of a way back its own: the two steps differ by 3,000, and no two numbers of an
/// airline to one airport do.
#[test]
fn no_two_numbers_of_an_airline_to_an_airport_are_as_far_apart_as_the_steps() {
    let mut numbers: BTreeMap<(CarrierCode, AirportCode), BTreeSet<u16>> = BTreeMap::new();
    for real in week::all() {
        numbers.entry((real.carrier, real.destination)).or_default().insert(real.number);
    }
    for ((carrier, destination), numbers) in numbers {
        let clash = numbers.iter().find(|number| numbers.contains(&(**number + 3_000)));
        assert_eq!(clash, None, "{carrier} to {destination}");
    }
    let mut seen = BTreeSet::new();
    for real in week::all() {
        let to = (real.service_date, real.carrier, real.number, real.destination);
        assert!(seen.insert(to), "two ways back would share a number: {to:?}");
    }
}

#[test]
fn a_departure_is_the_same_in_every_window() {
    for first_day in FIRST_DAYS {
        let days = Window::new(first_day, DAYS_DEFAULT).unwrap().dates();
        assert_eq!(fortnight(first_day), days.flat_map(day).collect::<Vec<_>>());
    }
    let (today, tomorrow) = (fortnight(date(2027, 3, 8)), fortnight(date(2027, 3, 9)));
    let known: BTreeSet<FlightId> = today.iter().map(|opened| opened.flight).collect();
    let new = tomorrow.iter().filter(|opened| !known.contains(&opened.flight));
    assert_eq!(new.cloned().collect::<Vec<_>>(), day(date(2027, 3, 22)));
}

#[test]
fn every_departure_may_be_opened() {
    for first_day in FIRST_DAYS {
        for opened in fortnight(first_day) {
            let flight = opened.flight;
            let turn = Turn { now: Timestamp::EPOCH, version: Version::EMPTY.next() };
            let decided = Flight::default().decide(&Command::OpenSale(opened), turn);
            assert_eq!(decided.map(|events| events.len()), Ok(1), "{flight}");
        }
    }
}

#[test]
fn each_cabin_has_sold_its_share_and_no_seat_twice() {
    let share = SoldShare::USUAL;
    let mut percents = BTreeSet::new();
    for opened in fortnight(date(2026, 12, 3)) {
        let sold: BTreeSet<SeatNumber> = opened.sold_elsewhere.iter().copied().collect();
        assert_eq!(sold.len(), opened.sold_elsewhere.len());
        let order = opened.sold_elsewhere.iter().map(|seat| opened.plan.index_of(*seat));
        assert!(order.is_sorted());
        for cabin in opened.plan.cabins() {
            let taken =
                cabin.seat_indices().filter(|seat| sold.contains(&opened.plan.seat(*seat).number)).count();
            let (hundredths, seats) = (100 * taken, cabin.seat_count());
            assert!(hundredths <= seats * usize::from(share.most_percent()), "{}", opened.flight);
            assert!(hundredths + 100 > seats * usize::from(share.least_percent()), "{}", opened.flight);
            percents.insert(hundredths / seats);
        }
    }
    assert!(percents.len() > 55, "loads are spread: {percents:?}");
}

#[test]
fn the_seed_moves_the_sold_seats_and_nothing_else() {
    let options = window(date(2026, 12, 3), 1);
    let other = Options { seed: options.seed + 1, ..options };
    let (mut one, mut two): (Vec<_>, Vec<_>) = (departures(&options).collect(), departures(&other).collect());
    assert_ne!(one, two);
    one.iter_mut().chain(&mut two).for_each(|opened| opened.sold_elsewhere.clear());
    assert_eq!(one, two);
    let empty = Options { sold: SoldShare::NOTHING, ..options };
    assert_eq!(departures(&empty).collect::<Vec<_>>(), one);
    let full = Options { sold: SoldShare::between(100, 100).unwrap(), ..options };
    assert!(departures(&full).all(|opened| opened.sold_elsewhere.len() == opened.plan.len()));
}

/// A fixed point: whoever changes how seats are drawn changes every demonstration, and shall know it.
#[test]
fn the_sold_seats_of_a_departure_are_these() {
    let wanted: FlightId = "9E-4127-2026-12-03-JFK".parse().unwrap();
    let found = day(wanted.date).into_iter().find(|opened| opened.flight == wanted);
    let sold: Vec<String> = found.unwrap().sold_elsewhere.iter().map(ToString::to_string).collect();
    assert_eq!(sold.join(" "), "3A 3C 3D 3F 4A 4C 4D 4F 6D 6F 7A 7F 8A 8C 8F 11C");
}

#[test]
fn the_first_and_the_last_day_of_all_windows_are_made_whole() {
    let last_window = Window::new(date(YEAR_MAX, 12, 31), DAYS_MAX).unwrap();
    let (first_day, last_day) = (date(YEAR_MIN, 1, 1), last_window.dates().last().unwrap());
    assert_eq!(last_day, date(YEAR_MAX + 1, 12, 31));
    for date in [first_day, last_day] {
        let opened = legs_on(date).map(|leg| leg.open_sale(0, SoldShare::USUAL));
        assert!(opened.filter(|opened| opened.arrives > opened.departs).count() > 1_600, "{date}");
    }
}
