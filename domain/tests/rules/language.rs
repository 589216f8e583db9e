//! How the tables are read: a story is what happened so far, one row a fact; a command meets it at a time of
//! day, and either makes facts or is refused.
//!
//! The day is 1 December 2026; the departure leaves at 18:00, so its sale closes at 17:00. The small aircraft
//! has twelve seats, 10A 11A 12A 13A 14A 14C 15A 15C 16A 17A 18A 19A, and row 15 is at an exit.

use domain::aggregate::{Aggregate, Turn};
use domain::fare::{Fare, FareBasis};
use domain::flight::{
    Departure, Effect, Event, Flight, Holder, HolderKind, OpenSale, Rejection, SeatsHeld, Service,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, PrincipalId, Version};
use domain::invariants;
use domain::money::{Currency, Money};
use domain::party::{Passenger, TravellerType};
use domain::plan::{SeatNumber, SeatPlan};
use domain::time::Timestamp;

use crate::asks::Ask;
use crate::facts::Fact;

/// Twelve seats: one in each row, and a second one in rows 14 and 15.
pub const SMALL: &str = "Y:10-13:A;Y:14-15:A-C;Y:16-19:A";

/// The 737-800 of American: two cabins, 160 seats, exits in rows 15 and 16.
pub const BOEING: &str = "AA-738";

/// Somebody who holds seats.
#[derive(Clone, Copy)]
pub struct Who {
    pub name: &'static str,
    kind: HolderKind,
}

pub const ALICE: Who = Who { name: "alice", kind: HolderKind::Customer };
pub const BOB: Who = Who { name: "bob", kind: HolderKind::Customer };
/// Books for others.
pub const CARLA: Who = Who { name: "carla", kind: HolderKind::Agent };

pub const SMITH: BookingId = BookingId::new(0x51);
pub const JONES: BookingId = BookingId::new(0x70);

impl Who {
    pub fn principal(self) -> PrincipalId {
        self.name.parse().expect("names are short and plain")
    }

    pub fn holder(self) -> Holder {
        Holder { principal: self.principal(), kind: self.kind }
    }
}

/// A time of the day, to the minute, the second or the millisecond.
pub fn at(time: &str) -> Timestamp {
    let seconds = if time.len() == "12:00".len() { ":00" } else { "" };
    format!("2026-12-01T{time}{seconds}Z").parse().expect("tables write times of day")
}

pub fn until(time: &str) -> Timestamp {
    at(time)
}

pub fn seat(number: &str) -> SeatNumber {
    number.parse().expect("tables write seat numbers")
}

/// Seats, separated by spaces.
pub fn seats(numbers: &str) -> Vec<SeatNumber> {
    numbers.split_whitespace().map(seat).collect()
}

pub fn passenger(id: u8) -> PassengerId {
    PassengerId::new(id)
}

fn traveller(id: u8, kind: TravellerType, seat: Option<SeatNumber>) -> Passenger {
    Passenger { id: passenger(id), kind, seat, lap_of: None, no_exit: false }
}

pub fn adult(id: u8) -> Passenger {
    traveller(id, TravellerType::Adult, None)
}

pub fn adult_on(number: &str, id: u8) -> Passenger {
    traveller(id, TravellerType::Adult, Some(seat(number)))
}

pub fn child(id: u8) -> Passenger {
    traveller(id, TravellerType::Child, None)
}

pub fn child_on(number: &str, id: u8) -> Passenger {
    traveller(id, TravellerType::Child, Some(seat(number)))
}

pub fn infant(id: u8, on_the_lap_of: u8) -> Passenger {
    Passenger { lap_of: Some(passenger(on_the_lap_of)), ..traveller(id, TravellerType::Infant, None) }
}

/// What every hold of the stories costs; the fare itself has a test of its own.
pub fn any_fare() -> Fare {
    let cent = Money::from_minor(1, Currency::USD);
    Fare { base: cent, taxes: cent }
}

/// The layout of an aircraft: as it stands, or by its code in the reference list.
pub fn plan(layout: &str) -> SeatPlan {
    if layout.contains(':') {
        return SeatPlan::read(layout, "").expect("the layout is sound");
    }
    let list = include_str!("../../../data/aircraft.csv");
    let line = list.lines().find(|line| line.starts_with(&format!("{layout},"))).expect("a listed aircraft");
    let fields: Vec<&str> = line.split(',').collect();
    SeatPlan::read(fields[10], fields[11]).expect("listed layouts are sound")
}

pub fn sale_of(layout: &str) -> OpenSale {
    OpenSale {
        flight: "B6-523-2026-12-01-JFK".parse().expect("a flight id"),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: plan(layout),
        departs: at("18:00"),
        arrives: at("21:00"),
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    }
}

/// What happened so far.
pub struct Story {
    flight: Flight,
    row: Version,
    /// Every hold ever made, also those that are gone.
    made: Vec<SeatsHeld>,
    /// What the world was told in the last row.
    told: Vec<Effect>,
}

/// A small aircraft goes on sale, and then these things happen, a row each.
pub fn given<const N: usize>(rows: [Fact; N]) -> Story {
    given_on(SMALL, rows)
}

/// The same on another aircraft.
pub fn given_on<const N: usize>(layout: &str, rows: [Fact; N]) -> Story {
    let mut story = nothing_yet();
    story.take_in(&[Event::SaleOpened(sale_of(layout))]);
    for fact in rows {
        let event = fact.event(&story);
        story.take_in(&[event]);
    }
    story
}

/// A departure of which nothing is known.
pub fn nothing_yet() -> Story {
    Story { flight: Flight::default(), row: Version::EMPTY, made: Vec::new(), told: Vec::new() }
}

impl Story {
    pub fn departure(&self) -> &Departure {
        self.flight.departure().expect("the sale is open")
    }

    pub fn flight(&self) -> &Flight {
        &self.flight
    }

    pub fn row(&self) -> Version {
        self.row
    }

    /// The number of a hold that is named by one of its seats; by its holder's name, when it has no seat; or
    /// by `#` and its number. The last one made, when several had that seat.
    pub fn hold(&self, word: &str) -> HoldNumber {
        if let Some(number) = word.strip_prefix('#') {
            return HoldNumber::made_by(Version::new(number.parse().expect("a number")));
        }
        let named = |held: &&SeatsHeld| match word.parse::<SeatNumber>() {
            Ok(number) => held.seats.contains(&number),
            Err(_) => held.seats.is_empty() && held.holder.to_string() == word,
        };
        self.made.iter().rev().find(named).expect("the story has such a hold").hold
    }

    pub fn when(self, ask: impl Into<Ask>, now: Timestamp) -> Answer {
        let command = ask.into().command(&self);
        let answer = self.flight.decide(&command, Turn { now, version: self.row.next() });
        Answer { asked: format!("{command:?}"), answer, story: self, now }
    }

    /// Takes in one row.
    fn take_in(&mut self, row: &[Event]) {
        self.row = self.row.next();
        self.told.clear();
        for event in row {
            self.told.extend(self.flight.react(event));
            self.flight.evolve(event);
            if let Event::SeatsHeld(held) = event {
                self.made.push(held.clone());
            }
        }
        assert_eq!(invariants::breach_of_flight(&self.flight), None, "after {row:?}");
    }

    /// What the last row told the world: exactly this.
    #[track_caller]
    pub fn telling<const N: usize>(self, effects: [Effect; N]) -> Self {
        assert_eq!(self.told, Vec::from(effects));
        self
    }

    /// The last row told nobody anything.
    #[track_caller]
    pub fn telling_nobody(self) -> Self {
        self.telling([])
    }
}

/// What a command was answered.
pub struct Answer {
    story: Story,
    asked: String,
    answer: Result<Vec<Event>, Rejection>,
    now: Timestamp,
}

impl Answer {
    /// It made exactly these facts, in one row.
    #[track_caller]
    pub fn then<const N: usize>(mut self, facts: [Fact; N]) -> Story {
        let row = match &self.answer {
            Ok(row) => row,
            Err(rejection) => panic!("{} is refused: {rejection:?}", self.asked),
        };
        let row: Vec<Event> = row.iter().map(without_prices).collect();
        // Each fact names holds that the ones before it may have made.
        let mut ahead = Story { made: self.story.made.clone(), ..nothing_yet() };
        (ahead.flight, ahead.row) = (self.story.flight.clone(), self.story.row.next());
        let mut expected = Vec::new();
        for fact in facts {
            let event = fact.event_in_row(&ahead, ahead.row);
            if let Event::SeatsHeld(held) = &event {
                assert_eq!(held.created, self.now, "a hold is made at the time of its command");
                ahead.made.push(held.clone());
            }
            expected.push(event);
        }
        assert_eq!(row, expected, "{}", self.asked);
        self.story.take_in(&row);
        self.story
    }

    /// What was asked for is so already.
    #[track_caller]
    pub fn already_so(self) -> Story {
        assert_eq!(self.answer, Ok(Vec::new()), "{}", self.asked);
        self.story
    }

    /// A rule with this code said no, and nothing happened.
    #[track_caller]
    pub fn refused(self, code: &str) -> Story {
        let answered = self.answer.as_ref().map_err(Rejection::code);
        assert_eq!(answered, Err(code), "{} is answered {:?}", self.asked, self.answer);
        self.story
    }

    /// Exactly this rule said no.
    #[track_caller]
    pub fn refused_with(self, rejection: Rejection) -> Story {
        assert_eq!(self.answer, Err(rejection), "{}", self.asked);
        self.story
    }
}

/// What somebody pays has tables of its own.
fn without_prices(event: &Event) -> Event {
    let mut event = event.clone();
    match &mut event {
        Event::SeatsHeld(held) => held.fare = any_fare(),
        Event::HoldsClaimed { prices, passage, .. } => (*prices, *passage) = (Vec::new(), None),
        Event::SeatsChanged { prices, .. } | Event::SeatsTried { prices, .. } => prices.clear(),
        _ => {}
    }
    event
}
