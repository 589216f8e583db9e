//! What is done with figures that come late, twice, or out of order.

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
        assert!(!timetable.put(second.clone()), "that is no news");
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

#[test]
fn what_a_departure_tells_later_is_what_is_found() {
    let legs = [
        leg("B6 1 LAX 2026-12-01T07:00 JFK 2026-12-01T15:30"),
        leg("B6 2 JFK 2026-12-01T16:30 BOS 2026-12-01T17:40"),
    ];
    let mut timetable = timetable(&legs);
    let wish = wish("LAX", "BOS", "2026-12-01", 1);
    let way = |timetable: &Timetable| timetable.find(&wish.out, &wish, now()).pop();
    let before = way(&timetable).unwrap();
    timetable.put(sold(legs[0].clone(), 90));
    let fuller = way(&timetable).unwrap();
    assert!(fuller.total.minor() > before.total.minor(), "a full cabin costs more");
    assert_eq!((before.seats_left, fuller.seats_left), (100, 10));
    let mut later = Summary { version: Version::new(3), ..legs[0].clone() };
    later.latest.departs = later.latest.departs + Duration::from_secs(15 * 60);
    later.latest.arrives = later.latest.arrives + Duration::from_secs(15 * 60);
    timetable.put(later.clone());
    assert_eq!(way(&timetable).unwrap().departs(), later.latest.departs, "at its new place in the route");
    assert_eq!(timetable.len(), 2);
    later.version = Version::new(4);
    later.latest.arrives = later.latest.arrives + Duration::from_secs(60);
    timetable.put(later.clone());
    assert_eq!(way(&timetable), None, "the connection is missed");
    timetable.put(Summary { version: Version::new(5), status: Status::Cancelled, ..legs[0].clone() });
    assert_eq!(way(&timetable), None);
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
