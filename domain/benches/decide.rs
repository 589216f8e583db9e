//! What the rules cost: `cargo bench --package aisle-domain --bench decide`.
//!
//! A departure is decided on by one thread, so these are the ceilings of what one flight can do. Two
//! departures are measured: an empty one of a thousand seats, the most that a plan may have, and an A330 of
//! 294 seats with 200 live holds.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use domain::aggregate::{Aggregate, Turn};
use domain::fare::FareBasis;
use domain::flight::{
    Command, Departure, Event, Flight, HoldSeats, Holder, HolderKind, OpenSale, Rejection, ReleaseHold,
    SeatChoice, Service, Term,
};
use domain::ids::{HoldNumber, Version};
use domain::money::Currency;
use domain::pick::Preferences;
use domain::plan::{Attribute, CabinClass, SeatNumber, SeatPlan};
use domain::time::Timestamp;
use domain::view;

const THOUSAND: &str = "Y:1-83:ABCD-EFGH-JKLM;Y:84-84:ABCD";
const A330: &str = "F:1-3:AB-CD-GH;Y:10-43:AB-CDEF-GH;Y:44-44:CDEF";

/// Every row that a bench decides stands as this one: nothing that it makes is kept.
const NEXT_ROW: Version = Version::new(1_000);

struct Bench {
    name: &'static str,
    flight: Flight,
    now: Timestamp,
    /// A seat that is open, and one that is held when any is.
    open: SeatNumber,
    taken: SeatNumber,
}

impl Bench {
    fn empty(name: &'static str, layout: &str) -> Self {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().expect("an instant");
        let plan = SeatPlan::read(layout, "").expect("a sound layout");
        let economy = plan.cabin(CabinClass::Economy).expect("an economy cabin");
        let seats: Vec<SeatNumber> = economy.seat_indices().map(|index| plan.seat(index).number).collect();
        let mut flight = Flight::default();
        flight.evolve(&Event::SaleOpened(OpenSale {
            flight: "B6-523-2026-12-01-JFK".parse().expect("a flight id"),
            service: Service::published("LAX", "Airbus A320").expect("a sound service"),
            plan,
            departs: "2026-12-01T18:00:00Z".parse().expect("an instant"),
            arrives: "2026-12-02T00:11:00Z".parse().expect("an instant"),
            basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
            sold_elsewhere: Vec::new(),
        }));
        Self { name, flight, now, open: seats[seats.len() - 1], taken: seats[0] }
    }

    /// So many people hold a seat each, from the front to the back, with deadlines of their own.
    fn busy(name: &'static str, layout: &str, holds: usize) -> Self {
        let mut bench = Self::empty(name, layout);
        let plan = bench.departure().plan.clone();
        let economy = plan.cabin(CabinClass::Economy).expect("an economy cabin");
        // Who holds an exit seat must say who travels; these do not.
        let plain = economy
            .seat_indices()
            .map(|index| plan.seat(index))
            .filter(|seat| !seat.attributes.has(Attribute::ExitRow));
        for (place, seat) in plain.take(holds).enumerate() {
            let row = u64::try_from(place).expect("few holds") + 2;
            let ask = hold(&format!("customer-{place}"), 1, SeatChoice::Exact(vec![seat.number]));
            let now = bench.now.minus(Duration::from_millis(row));
            let events = bench.flight.decide(&ask, Turn { now, version: Version::new(row) });
            events.expect("the seat is open").iter().for_each(|event| bench.flight.evolve(event));
        }
        bench
    }

    fn departure(&self) -> &Departure {
        self.flight.departure().expect("the sale is open")
    }

    fn decide(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        self.flight.decide(command, Turn { now: self.now, version: NEXT_ROW })
    }

    fn does(&mut self, command: &Command) {
        for event in self.decide(command).expect("it may be done") {
            self.flight.evolve(&event);
        }
    }
}

fn hold(who: &str, places: u8, seats: SeatChoice) -> Command {
    Command::HoldSeats(HoldSeats {
        holder: Holder { principal: who.parse().expect("a subject"), kind: HolderKind::Customer },
        class: CabinClass::Economy,
        places,
        seats,
        party: None,
        term: Term::For(Duration::from_secs(600)),
        booking: None,
    })
}

fn release(who: &str) -> Command {
    let by = who.parse().expect("a subject");
    Command::ReleaseHold(ReleaseHold { hold: HoldNumber::made_by(NEXT_ROW), by })
}

fn departures() -> [Bench; 2] {
    [Bench::empty("1,000 seats, no holds", THOUSAND), Bench::busy("294 seats, 200 holds", A330, 200)]
}

fn holding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hold an exact seat and release it");
    for mut bench in departures() {
        let (ask, release) = (hold("alice", 1, SeatChoice::Exact(vec![bench.open])), release("alice"));
        group.bench_function(bench.name, |bencher| {
            bencher.iter(|| {
                bench.does(black_box(&ask));
                bench.does(black_box(&release));
            });
        });
    }
    group.finish();
}

fn picking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide on the best three seats");
    for bench in departures() {
        for (wish, together) in [("", false), (", together", true)] {
            let best = SeatChoice::Best(Preferences { together, ..Preferences::default() });
            let ask = hold("alice", 3, best);
            group.bench_function(format!("{}{wish}", bench.name), |bencher| {
                bencher.iter(|| bench.decide(black_box(&ask)));
            });
        }
    }
    group.finish();
}

fn refusing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("refuse a taken seat with alternatives");
    for mut bench in departures() {
        if bench.departure().holds().next().is_none() {
            bench.does(&hold("bob", 1, SeatChoice::Exact(vec![bench.taken])));
        }
        let ask = hold("alice", 1, SeatChoice::Exact(vec![bench.taken]));
        assert!(bench.decide(&ask).is_err(), "the seat is taken");
        group.bench_function(bench.name, |bencher| bencher.iter(|| bench.decide(black_box(&ask))));
    }
    group.finish();
}

fn mapping(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build a seat map");
    for bench in departures() {
        group.bench_function(bench.name, |bencher| {
            bencher.iter(|| view::seat_map(black_box(bench.departure()), NEXT_ROW));
        });
    }
    group.finish();
}

fn rows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("take in the row of a hold and that of its release");
    for mut bench in departures() {
        let held = bench.decide(&hold("alice", 1, SeatChoice::Exact(vec![bench.open]))).expect("it is open");
        let released = [Event::HoldReleased { hold: HoldNumber::made_by(NEXT_ROW) }];
        group.bench_function(bench.name, |bencher| {
            bencher.iter(|| {
                black_box(view::evolve_row(&mut bench.flight, NEXT_ROW, black_box(&held)));
                black_box(view::evolve_row(&mut bench.flight, NEXT_ROW.next(), black_box(&released)));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, holding, picking, refusing, mapping, rows);
criterion_main!(benches);
