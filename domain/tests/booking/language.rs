//! How the tables are read. The day is 1 December 2026. Trips are made of the departures A, B and C, which leave from
//! 20 December on, one a day. Everybody pays 100 dollars and 10 dollars taxes on each of them, children three quarters.

use domain::aggregate::{Aggregate, Turn};
use domain::booking::{
    Booking, Cancel, Command, Heard, LegState, Place, Placed, PlannedSegment, Rejection, SeatWish, Status,
};
use domain::fare::{Fare, PassengerPrice, for_traveller};
use domain::flight::{self, HolderKind, Passage, SeatMove};
use domain::ids::{
    BookingId, FlightId, HoldNumber, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version,
};
use domain::invariants;
use domain::money::{Currency, Money};
use domain::party::{Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::CabinClass;
use domain::time::Timestamp;

use crate::words;

pub const SMITH: BookingId = BookingId::new(0x51);

/// A time of 1 December, or of another day of that month: `12:00`, `2 12:00`.
pub fn at(time: &str) -> Timestamp {
    let (day, time) = time.split_once(' ').unwrap_or(("1", time));
    let seconds = if time.len() == "12:00".len() { ":00" } else { "" };
    let day: u8 = day.parse().expect("a day");
    format!("2026-12-{day:02}T{time}{seconds}Z").parse().expect("tables write times")
}

pub fn flight(letter: &str) -> FlightId {
    let number = u16::from(letter.as_bytes()[0] - b'A') + 1;
    format!("B6-{number}-2026-12-{}-JFK", 19 + number).parse().expect("a flight id")
}

pub fn who(name: &str) -> PrincipalId {
    name.parse().expect("names are plain")
}

pub fn passenger(id: u8, kind: TravellerType, seat: Option<&str>) -> Passenger {
    let seat = seat.map(|number| number.parse().expect("a seat"));
    Passenger { id: PassengerId::new(id), kind, seat, lap_of: None, no_exit: false }
}

pub fn adult(id: u8) -> Passenger {
    passenger(id, TravellerType::Adult, None)
}

pub fn adult_on(seat: &str, id: u8) -> Passenger {
    passenger(id, TravellerType::Adult, Some(seat))
}

pub fn child(id: u8) -> Passenger {
    passenger(id, TravellerType::Child, None)
}

pub fn infant(id: u8, lap: u8) -> Passenger {
    Passenger { lap_of: Some(PassengerId::new(lap)), ..passenger(id, TravellerType::Infant, None) }
}

pub fn segment(letter: &str, passengers: &[Passenger]) -> PlannedSegment {
    PlannedSegment {
        flight: flight(letter),
        passengers: passengers.to_vec(),
        holds: Vec::new(),
        wish: None,
        promised: None,
    }
}

/// The segment takes over a hold of its principal.
pub fn taking_over(segment: PlannedSegment) -> PlannedSegment {
    PlannedSegment { holds: vec![HoldNumber::made_by(Version::new(7))], ..segment }
}

pub fn wishing(segment: PlannedSegment) -> PlannedSegment {
    PlannedSegment { wish: Some(Preferences::default()), ..segment }
}

/// An order of Alice's for herself, until one o'clock.
pub fn order(segments: &[PlannedSegment]) -> Place {
    Place {
        booking: SMITH,
        locator: RecordLocator::of(51),
        customer: who("alice"),
        made_by: who("alice"),
        kind: HolderKind::Customer,
        class: CabinClass::Economy,
        slices: vec![segments.to_vec()],
        people: PeopleRef::new(1),
        until: at("13:00"),
    }
}

pub fn dollars(amount: i64) -> Money {
    Money::from_minor(amount * 100, Currency::USD)
}

/// What a departure says to the step that is open.
#[derive(Clone)]
pub enum Say {
    /// Done; what was asked for happened.
    Yes,
    /// Done, with a supplement for everybody.
    Dear(i64),
    /// Done, in another currency.
    In(Currency),
    /// It was so already.
    Already,
    /// A rule says no.
    No(flight::Rejection),
}

/// Everything so far.
pub struct Story {
    pub booking: Booking,
    row: Version,
    now: Timestamp,
    events: Vec<domain::booking::Event>,
    said: Result<String, Rejection>,
}

/// A booking is placed at noon and has been heard of nothing yet.
pub fn given(place: Place) -> Story {
    let story = Story::new();
    story.asked(&Command::Place(place)).then("placed")
}

/// The same, and every departure has held.
pub fn given_held(place: Place) -> Story {
    let mut story = given(place);
    while story.booking.step().is_some() {
        story = story.hears(Say::Yes).done();
    }
    story.is(Status::Held)
}

/// The same, and it is bought.
pub fn given_confirmed(place: Place) -> Story {
    let mut story = given_held(place).when("12:30").asked(&confirm("cash 1")).done();
    while story.booking.step().is_some() {
        story = story.hears(Say::Yes).done();
    }
    story.is(Status::Confirmed)
}

pub fn confirm(reference: &str) -> Command {
    Command::Confirm { by: who("carla"), reference: reference.to_owned() }
}

pub fn cancel(by: &str, quote: Option<Version>) -> Command {
    Command::Cancel(Cancel { quote, reason: Some("change of plans".to_owned()), by: who(by) })
}

/// `1:A:12C` is the first passenger's wish for 12C on A.
pub fn change_seats(wishes: &str) -> Command {
    let wish = |text: &str| {
        let parts: Vec<&str> = text.split(':').collect();
        SeatWish {
            passenger: PassengerId::new(parts[0].parse().expect("a number")),
            flight: flight(parts[1]),
            seat: parts[2].parse().expect("a seat"),
        }
    };
    Command::ChangeSeats { moves: wishes.split_whitespace().map(wish).collect() }
}

impl Story {
    pub fn new() -> Self {
        let (booking, row) = (Booking::default(), Version::EMPTY);
        Self { booking, row, now: at("12:00"), events: Vec::new(), said: Ok(String::new()) }
    }

    pub fn placed(&self) -> &Placed {
        self.booking.placed().expect("the booking is placed")
    }

    /// What came of the last command.
    pub fn events(&self) -> &[domain::booking::Event] {
        &self.events
    }

    pub fn row(&self) -> Version {
        self.row
    }

    /// From now on it is later.
    pub fn when(self, time: &str) -> Self {
        Self { now: at(time), ..self }
    }

    pub fn asked(mut self, command: &Command) -> Self {
        let turn = Turn { now: self.now, version: self.row.next() };
        let decided = self.booking.decide(command, turn);
        self.events = decided.clone().unwrap_or_default();
        if let Ok(events) = &decided
            && !events.is_empty()
        {
            self.row = self.row.next();
            for event in events {
                let text = serde_json::to_string(event).expect("events are written");
                assert_eq!(&serde_json::from_str::<domain::booking::Event>(&text).expect("and read"), event);
                self.booking.evolve(event);
            }
            assert_eq!(invariants::breach_of_booking(&self.booking), None, "after {events:?}");
        }
        self.said = decided.map(|events| events.iter().map(words::event).collect::<Vec<_>>().join("; "));
        self
    }

    /// The departure that was asked says so.
    pub fn hears(self, say: Say) -> Self {
        let step = self.booking.step().expect("a step is open");
        let answer = answer(self.placed(), &step, say);
        self.asked(&Command::Told { step: step.number, answer })
    }

    /// These events came of it, in one row.
    #[track_caller]
    pub fn then(self, events: &str) -> Self {
        assert_eq!(self.said.as_deref(), Ok(events));
        self
    }

    /// Something came of it.
    #[track_caller]
    pub fn done(self) -> Self {
        assert!(self.said.as_deref().is_ok_and(|said| !said.is_empty()), "{:?}", self.said);
        self
    }

    #[track_caller]
    pub fn already_so(self) -> Self {
        self.then("")
    }

    #[track_caller]
    pub fn refused(self, code: &str) -> Self {
        assert_eq!(self.said.as_ref().map_err(Rejection::code), Err(code));
        self
    }

    #[track_caller]
    pub fn refused_with(self, rejection: Rejection) -> Self {
        assert_eq!(self.said, Err(rejection));
        self
    }

    /// It waits for this.
    #[track_caller]
    pub fn asks(self, step: &str) -> Self {
        assert_eq!(self.booking.step().map(|open| words::step(&open)).as_deref(), Some(step));
        self
    }

    /// It waits for nothing and stands like this.
    #[track_caller]
    pub fn is(self, status: Status) -> Self {
        assert!(self.booking.is_settled(), "{:?} waits for {:?}", self.placed().stage, self.booking.step());
        assert_eq!(self.placed().status(), status);
        self
    }

    /// Not yet at rest, it shows itself like this.
    #[track_caller]
    pub fn shows(self, status: Status) -> Self {
        assert_eq!(self.placed().status(), status);
        self
    }

    /// How far it is on each departure.
    #[track_caller]
    pub fn legs(self, expected: &[LegState]) -> Self {
        let legs: Vec<LegState> = self.placed().legs().map(|(_, leg)| leg.state).collect();
        assert_eq!(legs, expected);
        self
    }
}

fn answer(placed: &Placed, step: &domain::booking::Step, say: Say) -> Heard {
    match say {
        Say::Already => Heard::AlreadySo,
        Say::No(rejection) => Heard::Refused(rejection),
        Say::Yes => Heard::Accepted(happened(placed, step, (Currency::USD, None))),
        Say::Dear(amount) => Heard::Accepted(happened(placed, step, (Currency::USD, Some(amount)))),
        Say::In(currency) => Heard::Accepted(happened(placed, step, (currency, None))),
    }
}

/// What happened on the departure, as far as a booking looks at it.
fn happened(
    placed: &Placed,
    step: &domain::booking::Step,
    (currency, extra): (Currency, Option<i64>),
) -> Vec<flight::Event> {
    let leg = placed.leg(step.flight).expect("the step is about a leg");
    let money = |amount: i64| Money::from_minor(amount * 100, currency);
    let price = |passenger: &Passenger| PassengerPrice {
        passenger: passenger.id,
        fare: for_traveller(Fare { base: money(100), taxes: money(10) }, passenger.kind),
        supplement: extra.map(money),
    };
    let claimed = |holds: Vec<HoldNumber>| flight::Event::HoldsClaimed {
        booking: placed.booking,
        holds,
        passengers: leg.passengers.clone(),
        until: placed.until,
        prices: leg.passengers.iter().map(price).collect(),
        passage: Some(Passage {
            destination: "LAX".parse().expect("an airport"),
            departs: format!("{}T12:00:00Z", step.flight.date).parse().expect("a time"),
            arrives: format!("{}T18:00:00Z", step.flight.date).parse().expect("a time"),
        }),
    };
    let moved = |moves: &[(PassengerId, domain::plan::SeatNumber)]| -> (Vec<SeatMove>, Vec<PassengerPrice>) {
        let step = |(passenger, to): &(PassengerId, _)| {
            let from = leg.passengers.iter().find(|one| one.id == *passenger).and_then(|one| one.seat);
            SeatMove { passenger: *passenger, from, to: *to, hold: None }
        };
        let movers = leg.passengers.iter().filter(|one| moves.iter().any(|(id, _)| *id == one.id));
        let prices = movers.map(price).filter(|price| price.supplement.is_some()).collect();
        (moves.iter().map(step).collect(), prices)
    };
    let booking = placed.booking;
    match &step.command {
        flight::Command::HoldSeats(_) => vec![claimed(vec![HoldNumber::made_by(Version::new(9))])],
        flight::Command::ClaimHolds(asked) => vec![claimed(asked.holds.clone())],
        flight::Command::ChangeSeats(asked) => {
            let (moves, prices) = moved(&asked.moves);
            vec![flight::Event::SeatsChanged { booking, moves, prices }]
        }
        flight::Command::TrySeats(asked) => {
            let (moves, prices) = moved(&asked.moves);
            vec![flight::Event::SeatsTried { booking, moves, prices }]
        }
        _ => Vec::new(),
    }
}
