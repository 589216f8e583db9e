//! What is offered, and what never is.

use domain::flight::Status;
use domain::party::Party;

use crate::world::{ONE, code, found, leg, sold, timetable, wish};

#[track_caller]
fn check(legs: &[&str], (origin, destination): (&str, &str), stops_max: u8, expected: &[&[u16]]) {
    let legs: Vec<_> = legs.iter().map(|text| leg(text)).collect();
    let wish = wish(origin, destination, "2026-12-01", stops_max);
    assert_eq!(found(&timetable(&legs), &wish), expected, "{legs:?}");
}

const LAX_JFK: &str = "B6 1 LAX 2026-12-01T07:00 JFK 2026-12-01T15:30";

#[test]
fn direct_ones_leave_on_the_day_asked_for_by_the_clocks_of_their_airport() {
    let legs = [
        "B6 1 JFK 2026-11-30T23:59 BOS 2026-12-01T01:10",
        "B6 2 JFK 2026-12-01T00:00 BOS 2026-12-01T01:10",
        "B6 3 JFK 2026-12-01T23:59 BOS 2026-12-02T01:10",
        "B6 4 JFK 2026-12-02T00:00 BOS 2026-12-02T01:10",
        "B6 5 BOS 2026-12-01T12:00 JFK 2026-12-01T13:10",
        "B6 6 LGA 2026-12-01T12:00 BOS 2026-12-01T13:10",
    ];
    check(&legs, ("JFK", "BOS"), 2, &[&[2], &[3]]);
}

#[test]
fn a_connection_leaves_time_enough_and_not_too_much() {
    let to_boston = |number: u16, carrier: &str, time: &str| {
        format!("{carrier} {number} JFK 2026-12-01T{time} BOS 2026-12-02T02:00")
    };
    let legs = [
        LAX_JFK.to_owned(),
        to_boston(10, "B6", "16:14"),
        to_boston(11, "B6", "16:15"),
        to_boston(12, "DL", "16:29"),
        to_boston(13, "DL", "16:30"),
        to_boston(14, "DL", "23:30"),
        to_boston(15, "DL", "23:31"),
    ];
    let legs: Vec<&str> = legs.iter().map(String::as_str).collect();
    check(&legs, ("LAX", "BOS"), 0, &[]);
    check(&legs, ("LAX", "BOS"), 1, &[&[1, 11], &[1, 13], &[1, 14]]);
}

#[test]
fn a_change_of_airport_is_offered_only_with_the_time_over_the_ground() {
    let legs = [
        LAX_JFK,
        "B6 20 EWR 2026-12-01T19:29 BOS 2026-12-01T20:40",
        "B6 21 EWR 2026-12-01T19:30 BOS 2026-12-01T20:40",
        "B6 22 LGA 2026-12-01T18:29 BOS 2026-12-01T19:40",
        "B6 23 LGA 2026-12-01T18:30 BOS 2026-12-01T19:40",
    ];
    check(&legs, ("LAX", "BOS"), 1, &[&[1, 21], &[1, 23]]);
}

#[test]
fn other_cities_have_no_way_over_the_ground() {
    let legs =
        ["AA 1 LAX 2026-12-01T07:00 ORD 2026-12-01T13:00", "AA 2 MDW 2026-12-01T18:00 BOS 2026-12-01T21:00"];
    check(&legs, ("LAX", "BOS"), 2, &[]);
}

#[test]
fn one_changes_airports_and_goes_on_but_flies_between_them_never() {
    let legs = [
        LAX_JFK,
        "B6 2 LGA 2026-12-01T19:00 BUF 2026-12-01T20:20",
        "B6 3 BUF 2026-12-01T21:10 BOS 2026-12-01T22:20",
    ];
    check(&legs, ("LAX", "BOS"), 2, &[&[1, 2, 3]]);
    let hops = [
        "B6 1 LAX 2026-12-01T05:00 JFK 2026-12-01T13:00",
        "B6 2 JFK 2026-12-01T14:00 LGA 2026-12-01T14:30",
        "B6 3 LGA 2026-12-01T16:00 BOS 2026-12-01T17:00",
    ];
    check(&hops, ("LAX", "BOS"), 2, &[&[1, 3]]);
}

#[test]
fn nobody_comes_through_a_city_twice() {
    let legs = [
        "B6 1 BOS 2026-12-01T06:00 JFK 2026-12-01T07:10",
        "B6 2 JFK 2026-12-01T08:00 BOS 2026-12-01T09:10",
        "B6 3 BOS 2026-12-01T10:00 LAX 2026-12-01T13:30",
        "B6 4 JFK 2026-12-01T08:30 PHL 2026-12-01T09:20",
        "B6 5 PHL 2026-12-01T10:20 EWR 2026-12-01T11:00",
        "B6 6 EWR 2026-12-01T12:20 LAX 2026-12-01T15:30",
    ];
    // Not back to Boston, and not out of New York and into it again.
    check(&legs, ("BOS", "LAX"), 2, &[&[1, 6], &[3]]);
    check(&legs, ("JFK", "LAX"), 2, &[&[2, 3]]);
    check(&legs, ("JFK", "EWR"), 2, &[]);
    check(&legs, ("JFK", "JFK"), 2, &[]);
}

#[test]
fn two_stops_are_found_when_they_may_be() {
    let legs = [
        "AA 1 SEA 2026-12-01T06:00 DFW 2026-12-01T12:00",
        "AA 2 DFW 2026-12-01T13:00 CLT 2026-12-01T16:30",
        "AA 3 CLT 2026-12-01T17:20 BOS 2026-12-01T19:30",
        "UA 4 DFW 2026-12-01T13:00 BOS 2026-12-01T17:30",
    ];
    check(&legs, ("SEA", "BOS"), 2, &[&[1, 2, 3], &[1, 4]]);
    check(&legs, ("SEA", "BOS"), 1, &[&[1, 4]]);
    check(&legs, ("SEA", "BOS"), 9, &[&[1, 2, 3], &[1, 4]]);
}

#[test]
fn a_way_that_leads_far_away_is_none() {
    let legs =
        ["B6 1 SFO 2026-12-01T06:00 JFK 2026-12-01T14:30", "B6 2 JFK 2026-12-01T16:00 SEA 2026-12-01T19:30"];
    check(&legs, ("SFO", "SEA"), 1, &[]);
}

#[test]
fn clocks_that_are_put_back_or_forward_do_not_make_a_connection() {
    // In the night to 2026-11-01 the clocks of New York show one o'clock twice.
    let back = [
        leg("B6 1 BOS 2026-10-31T23:30 JFK 2026-11-01T00:40"),
        leg("B6 2 JFK 2026-11-01T01:24 BUF 2026-11-01T02:30"),
        leg("B6 3 JFK 2026-11-01T01:25 BUF 2026-11-01T02:30"),
        leg("B6 4 JFK 2026-11-01T08:40 BUF 2026-11-01T10:00"),
        leg("B6 5 JFK 2026-11-01T07:40 BUF 2026-11-01T09:00"),
    ];
    assert_eq!(found(&timetable(&back), &wish("BOS", "BUF", "2026-10-31", 1)), [[1, 3], [1, 5]]);
    // And in that to 2027-03-14 no clock shows half past two.
    let forward = [
        leg("B6 1 BOS 2027-03-14T00:10 JFK 2027-03-14T01:30"),
        leg("B6 2 JFK 2027-03-14T03:14 BUF 2027-03-14T04:30"),
        leg("B6 3 JFK 2027-03-14T03:15 BUF 2027-03-14T04:30"),
    ];
    assert_eq!(found(&timetable(&forward), &wish("BOS", "BUF", "2027-03-14", 1)), [[1, 3]]);
}

#[test]
fn what_cannot_be_held_is_not_offered() {
    let wish = |adults| {
        let party = Party { adults, infants: 1, ..ONE };
        search::Wish { party, ..wish("JFK", "BOS", "2026-12-01", 0) }
    };
    let full = sold(leg("B6 1 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15"), 97);
    let places = |adults| found(&timetable(std::slice::from_ref(&full)), &wish(adults)).len();
    assert_eq!([places(2), places(3), places(4)], [1, 1, 0]);
    for (status, is) in [
        (Status::Scheduled, true),
        (Status::Delayed, true),
        (Status::Boarding, false),
        (Status::Departed, false),
        (Status::Arrived, false),
        (Status::Cancelled, false),
    ] {
        let changed = domain::view::Summary { status, ..full.clone() };
        assert_eq!(!found(&timetable(&[changed]), &wish(1)).is_empty(), is, "{status:?}");
    }
    let first = search::Wish { class: domain::plan::CabinClass::First, ..wish(1) };
    assert!(found(&timetable(&[full]), &first).is_empty());
}

#[test]
fn sale_closes_an_hour_before_the_departure_as_holds_have_it() {
    let flight = leg("B6 1 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15");
    let (departs, timetable) = (flight.latest.departs, timetable(&[flight]));
    let wish = wish("JFK", "BOS", "2026-12-01", 0);
    let at = |minutes: u64| {
        let now = departs.minus(std::time::Duration::from_secs(60 * minutes));
        timetable.find(&wish.out, &wish, now).len()
    };
    assert_eq!([at(61), at(60), at(59)], [1, 0, 0]);
}

#[test]
fn a_city_means_each_of_its_airports() {
    let legs: Vec<_> = [
        "B6 1 JFK 2026-12-01T09:00 BOS 2026-12-01T10:15",
        "B6 2 LGA 2026-12-01T09:00 BOS 2026-12-01T10:15",
        "B6 3 EWR 2026-12-01T09:00 BOS 2026-12-01T10:15",
    ]
    .map(leg)
    .into();
    let mut wish = wish("JFK", "BOS", "2026-12-01", 1);
    wish.out.origins = ["JFK", "LGA", "EWR"].map(code).into();
    assert_eq!(found(&timetable(&legs), &wish), [[1], [2], [3]]);
}

#[test]
fn a_late_departure_connects_as_it_really_flies() {
    let first = leg("B6 1 LAX 2026-12-01T07:00 JFK 2026-12-01T15:30");
    let legs = [first.clone(), leg("B6 2 JFK 2026-12-01T16:30 BOS 2026-12-01T17:40")];
    let wish = wish("LAX", "BOS", "2026-12-01", 1);
    let mut timetable = timetable(&legs);
    assert_eq!(found(&timetable, &wish), [[1, 2]]);
    let mut late = sold(first, 0);
    late.latest.departs = late.latest.departs + std::time::Duration::from_secs(3_600);
    late.latest.arrives = late.latest.arrives + std::time::Duration::from_secs(3_600);
    late.status = Status::Delayed;
    assert!(timetable.put(late));
    assert!(found(&timetable, &wish).is_empty());
}
