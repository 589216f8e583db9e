//! The real schedule.

use std::sync::{Arc, LazyLock};

use domain::aggregate::{Aggregate, Turn};
use domain::flight::{Command, Flight, Provenance};
use domain::ids::Version;
use domain::time::Timestamp;
use domain::view;
use schedule::{Options, Window};
use search::{Fan, Filters, PageWish, Sort, Timetable, arrange};

use crate::world::{ONE, at, wish};

/// Two weeks from the first of December on.
static TIMETABLE: LazyLock<Timetable> = LazyLock::new(|| {
    let window = Window::new("2026-12-01".parse().expect("a day"), 14).expect("a window");
    let mut timetable = Timetable::default();
    for sale in schedule::departures(&Options::new(window)) {
        let mut flight = Flight::default();
        let turn = Turn { now: Timestamp::EPOCH, version: Version::new(1) };
        for event in flight.decide(&Command::OpenSale(sale), turn).expect("a sound sale") {
            flight.evolve(&event);
        }
        let departure = flight.departure().expect("it is open");
        assert!(timetable.put(view::summary(departure, Version::new(1))), "{}", departure.id);
    }
    timetable
});

fn fan(origin: &str, destination: &str, back: Option<&str>) -> Fan {
    let now = at("2026-11-27T12:00:00Z");
    let mut wish = wish(origin, destination, "2026-12-03", 1);
    wish.back = back.map(|date| date.parse().expect("a day"));
    let out = TIMETABLE.find(&wish.out, &wish, now);
    let back = wish.way_back().map(|direction| TIMETABLE.find(&direction, &wish, now));
    Fan { supplier: Arc::from("own"), out, back }
}

#[test]
fn a_round_trip_with_a_stop_each_way_is_found() {
    let fan = fan("LAX", "BOS", Some("2026-12-08"));
    let (out, back) = (fan.out.len(), fan.back.as_ref().unwrap().len());
    assert!(out > 100 && back > 100, "{out} and {back}");
    let filters = Filters::default();
    let wish = PageWish { filters: &filters, sort: Sort::Best, party: &ONE, after: None, most: 20 };
    let page = arrange(&[fan], &wish);
    assert_eq!(page.trips.len(), 20);
    for trip in &page.trips {
        assert!(trip.slices.iter().all(|slice| slice.stops() == 1));
        let [out, back] = &trip.slices[..] else { panic!("two directions") };
        assert_eq!(out.segments[0].leg.flight_id.origin, back.segments[1].leg.service.destination);
        // Into New York with a way back that was made up, on with a departure that an airline published.
        let provenance = |way: &search::Itinerary, at: usize| way.segments[at].leg.service.provenance;
        assert_eq!(provenance(out, 0), Provenance::Synthetic);
        assert_eq!(provenance(out, 1), Provenance::Published);
    }
}

#[test]
fn direct_ones_are_those_of_the_list_of_the_day() {
    let date = "2026-12-03".parse().unwrap();
    let window = Window::new(date, 1).unwrap();
    let listed = schedule::departures(&Options::new(window));
    let listed = listed.filter(|sale| {
        sale.flight.origin.to_string() == "JFK" && sale.service.destination.to_string() == "LAX"
    });
    let fan = fan("JFK", "LAX", None);
    assert_eq!(fan.out.len(), listed.count());
    assert!(fan.out.iter().all(|way| way.stops() == 0), "no way round leads from New York to Los Angeles");
}
