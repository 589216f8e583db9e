//! A departure that is played forward.

use domain::aggregate::{Aggregate, Turn};
use domain::fare::FareBasis;
use domain::flight::{Departure, Event, Flight, OpenSale, Service};
use domain::ids::Version;
use domain::money::Currency;
use domain::plan::SeatPlan;
use proptest::prelude::ProptestConfig;

use crate::choices::Accepted;
use crate::naive::{MINUTE, Millis, Naive};
use crate::steps::{Step, at};

/// Twelve seats, two of them at an exit.
pub const SMALL: &str = "Y:10-13:A;Y:14-15:A-C;Y:16-19:A";

/// The 737-800 of American: two cabins, 160 seats.
pub const BOEING: &str = "F:3-6:AB-EF;Y:7-30:ABC-DEF";

/// So many cases, or more when `PROPTEST_CASES` asks for them. A failure prints its shortest history, which
/// then becomes a named test.
pub fn of_cases(least: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.max(least), failure_persistence: None, ..usual }
}

pub fn sale_of(layout: &str) -> OpenSale {
    OpenSale {
        flight: "B6-523-2026-12-01-JFK".parse().expect("a flight id"),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: SeatPlan::read(layout, "").expect("the layout is sound"),
        departs: "2026-12-01T18:00:00Z".parse().expect("an instant"),
        arrives: "2026-12-01T21:00:00Z".parse().expect("an instant"),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    }
}

pub struct Game {
    pub flight: Flight,
    pub row: Version,
    pub rows: u64,
    pub now: Millis,
    pub events: Vec<Event>,
}

impl Game {
    pub fn of(opened: &OpenSale, start: Millis) -> Self {
        let mut game =
            Self { flight: Flight::default(), row: Version::EMPTY, rows: 0, now: start, events: Vec::new() };
        game.take_in(&[Event::SaleOpened(opened.clone())]);
        game
    }

    pub fn take_in(&mut self, row: &[Event]) {
        self.row = self.row.next();
        self.rows += 1;
        for event in row {
            self.flight.evolve(event);
            self.events.push(event.clone());
        }
    }

    pub fn departure(&self) -> &Departure {
        self.flight.departure().expect("the sale is open")
    }
}

/// The rows of a random history that begins at eight in the morning, the opening of the sale among them.
pub fn days_business(opened: &OpenSale, steps: &[Step]) -> Vec<(Turn, Vec<Event>)> {
    let start = opened.departs.millis() - 600 * MINUTE;
    let (mut game, mut naive) = (Game::of(opened, start), Naive::of(opened));
    let mut rows = vec![(Turn { now: at(start), version: game.row }, game.events.clone())];
    for step in steps {
        game.now = step.clock(&naive, game.now);
        let command = step.command(&naive, opened, game.now);
        let turn = Turn { now: at(game.now), version: game.row.next() };
        let Ok(events) = game.flight.decide(&command, turn) else { continue };
        if events.is_empty() {
            continue;
        }
        naive.lapse(game.now);
        naive.does(&command, &Accepted { now: game.now, row: turn.version.number(), events: &events });
        game.take_in(&events);
        rows.push((turn, events));
    }
    rows
}
