//! What a search costs: `cargo bench --package aisle-search --bench find`.
//!
//! The timetable is the real one of two weeks with its ways back: 27,000 departures. Los Angeles to Boston has a stop in New
//! York, at one of three airports, whatever one does: the search with the most to look at.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use domain::aggregate::{Aggregate, Turn};
use domain::flight::{Command, Flight};
use domain::ids::{AirportCode, Version};
use domain::party::Party;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::{self, Summary};
use schedule::{Options, Window};
use search::{Direction, Fan, Filters, PageWish, Sort, Timetable, Wish, arrange};

const ONE: Party = Party { adults: 1, children: 0, infants: 0 };

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().expect("an instant")
}

fn listings() -> Vec<Summary> {
    let window = Window::new("2026-12-01".parse().expect("a day"), 14).expect("a window");
    let listing = |sale| {
        let mut flight = Flight::default();
        let turn = Turn { now: Timestamp::EPOCH, version: Version::new(1) };
        for event in flight.decide(&Command::OpenSale(sale), turn).expect("a sound sale") {
            flight.evolve(&event);
        }
        view::summary(flight.departure().expect("it is open"), Version::new(1))
    };
    schedule::departures(&Options::new(window)).map(listing).collect()
}

fn code(text: &str) -> AirportCode {
    text.parse().expect("an airport")
}

fn wish(origin: &str, destination: &str, stops_max: u8) -> Wish {
    let date = "2026-12-03".parse().expect("a day");
    Wish {
        out: Direction { origins: vec![code(origin)], destinations: vec![code(destination)], date },
        back: Some("2026-12-08".parse().expect("a day")),
        party: ONE,
        class: CabinClass::Economy,
        stops_max,
    }
}

fn finding(criterion: &mut Criterion, timetable: &Timetable) {
    let mut group = criterion.benchmark_group("find a day's itineraries");
    for (name, origin, destination, stops_max) in [
        ("JFK to LAX, direct", "JFK", "LAX", 0),
        ("JFK to LAX, up to one stop", "JFK", "LAX", 1),
        ("LAX to BOS, up to one stop", "LAX", "BOS", 1),
        ("LAX to BOS, up to two stops", "LAX", "BOS", 2),
    ] {
        let wish = wish(origin, destination, stops_max);
        let count = timetable.find(&wish.out, &wish, now()).len();
        group.bench_function(format!("{name}: {count}"), |bencher| {
            bencher.iter(|| timetable.find(black_box(&wish.out), &wish, now()));
        });
    }
    group.finish();
}

fn paging(criterion: &mut Criterion, timetable: &Timetable) {
    let wish = wish("LAX", "BOS", 1);
    let find = |direction: &Direction| timetable.find(direction, &wish, now());
    let back = wish.way_back().map(|direction| find(&direction));
    let fans = [Fan { supplier: Arc::from("own"), out: find(&wish.out), back }];
    let filters = Filters::default();
    let first = PageWish { filters: &filters, sort: Sort::Best, party: &ONE, after: None, most: 20 };
    let mut group = criterion.benchmark_group("take twenty round trips, LAX to BOS with a stop each way");
    group.bench_function("the best", |bencher| bencher.iter(|| arrange(black_box(&fans), &first)));
    let next = PageWish { after: arrange(&fans, &first).next, ..first };
    group.bench_function("those after them", |bencher| bencher.iter(|| arrange(black_box(&fans), &next)));
    group.finish();
}

fn keeping(criterion: &mut Criterion, timetable: &mut Timetable, listings: &[Summary]) {
    let mut group = criterion.benchmark_group("take a departure's new figures in");
    let mut version = Version::new(1);
    let mut at = 0;
    group.bench_function("one of 27,000", |bencher| {
        bencher.iter(|| {
            at = (at + 7_919) % listings.len();
            version = version.next();
            timetable.put(Summary { version, ..listings[at].clone() })
        });
    });
    group.finish();
    criterion.bench_function("fill a timetable with two weeks", |bencher| {
        bencher.iter(|| {
            let mut timetable = Timetable::default();
            for listing in listings {
                timetable.put(listing.clone());
            }
            timetable
        });
    });
}

fn searching(criterion: &mut Criterion) {
    let listings = listings();
    let mut timetable = Timetable::default();
    for listing in &listings {
        timetable.put(listing.clone());
    }
    finding(criterion, &timetable);
    paging(criterion, &timetable);
    keeping(criterion, &mut timetable, &listings);
}

criterion_group!(benches, searching);
criterion_main!(benches);
