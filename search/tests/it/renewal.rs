//! What is done with figures that come late, twice, or out of order; and with what was found before.

use std::time::Duration;

use domain::flight::Status;
use domain::ids::Version;
use domain::party::TravellerType;
use domain::view::Summary;
use search::Timetable;

use crate::world::{at, found, leg, now, sold, timetable, wish};

#[test]
fn the_highest_version_counts_in_whatever_order_it_comes() {
    let first = leg("B6 1 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15");
    let second = sold(first.clone(), 100);
    for order in [[&first, &second, &first], [&second, &first, &second]] {
        let mut timetable = Timetable::default();
        order.into_iter().for_each(|leg| {
            timetable.put(leg.clone());
        });
        assert_eq!(timetable.len(), 1);
        assert_eq!(timetable.departure(first.flight_id).unwrap().version, Version::new(2));
        assert!(found(&timetable, &wish("JFK", "BOS", "2026-12-01", 0)).is_empty(), "it is full");
    }
}

#[test]
fn a_departure_between_unknown_airports_is_left_out() {
    let mut lost = leg("B6 1 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15");
    lost.service.destination = "QQQ".parse().unwrap();
    let mut timetable = Timetable::default();
    assert!(!timetable.put(lost));
    assert!(timetable.is_empty());
}

#[test]
fn what_has_left_is_forgotten_with_its_route() {
    let legs = [
        leg("B6 1 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15"),
        leg("B6 2 JFK 2026-12-01T11:00 BUF 2026-12-01T12:15"),
    ];
    let mut timetable = timetable(&legs);
    timetable.forget_before(at("2026-12-01T15:00:00Z"));
    assert_eq!(timetable.len(), 1);
    assert!(found(&timetable, &wish("JFK", "BOS", "2026-12-01", 0)).is_empty());
    assert_eq!(found(&timetable, &wish("JFK", "BUF", "2026-12-01", 0)), [[2]]);
}

/// Two departures that connect, one of them changed as told after they were found.
#[track_caller]
fn renewed_after(change: impl Fn(&mut Summary)) -> Option<search::Itinerary> {
    let legs = [
        leg("B6 1 LAX 2026-12-01T07:00 JFK 2026-12-01T15:30"),
        leg("B6 2 JFK 2026-12-01T16:30 BOS 2026-12-01T17:40"),
    ];
    let mut timetable = timetable(&legs);
    let wish = wish("LAX", "BOS", "2026-12-01", 1);
    let before = timetable.find(&wish.out, &wish, now()).remove(0);
    let mut changed = sold(legs[0].clone(), 0);
    change(&mut changed);
    timetable.put(changed);
    timetable.renewed(&before, &wish, now())
}

#[test]
fn an_itinerary_that_was_found_before_is_renewed_or_gone() {
    let same = renewed_after(|_| {}).unwrap();
    let fuller = renewed_after(|leg| {
        (leg.cabins[0].sold, leg.cabins[0].sellable, leg.cabins[0].available) = (90, 10, 10);
    });
    let fuller = fuller.unwrap();
    assert!(fuller.total.minor() > same.total.minor(), "a full cabin costs more");
    assert_eq!((same.seats_left, fuller.seats_left), (100, 10));
    assert_eq!(renewed_after(|leg| leg.cabins[0].sellable = 0), None);
    assert_eq!(renewed_after(|leg| leg.status = Status::Cancelled), None);
    let late = |minutes: u64| {
        renewed_after(move |leg| leg.latest.arrives = leg.latest.arrives + Duration::from_secs(60 * minutes))
    };
    assert!(late(15).is_some());
    assert!(late(16).is_none(), "the connection is missed");
}

#[test]
fn a_party_pays_the_sum_of_what_each_pays_on_each_departure() {
    let legs = [
        leg("B6 1 LAX 2026-12-01T07:00 JFK 2026-12-01T15:30"),
        leg("B6 2 JFK 2026-12-01T16:30 BOS 2026-12-01T17:40"),
    ];
    let party = domain::party::Party { adults: 2, children: 1, infants: 1 };
    let wish = search::Wish { party, ..wish("LAX", "BOS", "2026-12-01", 1) };
    let way = timetable(&legs).find(&wish.out, &wish, now()).remove(0);
    let each = |kind| way.fare_of(kind).total().expect("one currency").minor();
    let sum = 2 * each(TravellerType::Adult) + each(TravellerType::Child) + each(TravellerType::Infant);
    assert_eq!(way.total.minor(), sum);
    assert!(each(TravellerType::Adult) > each(TravellerType::Child));
}
