//! How the tables are read. The day is 1 December 2026. Trips are made of the departures A, B and C, which leave from
//! 20 December on, one a day. Everybody pays 100 dollars and 10 dollars taxes on each of them, children three quarters.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::aggregate::{Aggregate, Turn};
use domain::booking::{
    Ask, Booking, Cancel, Command, Heard, LegState, Payment, Place, Placed, PlannedSegment, Rejection,
    SeatWish, Status,
};
use domain::fare::{Fare, PassengerPrice, for_traveller};
use domain::flight::{self, HolderKind, Passage, SeatMove};
use domain::ids::{
    BookingId, FlightId, HoldNumber, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version,
};
use domain::invariants;
use domain::ledger::{self, Account};
use domain::money::{Currency, Money};
use domain::party::{Passenger, TravellerType};
use domain::payment::{DeclineReason, RefundNumber, RefundStage, Refusal, Said, Snapshot, Stage};
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
    /// Done, for nothing.
    Free,
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
    /// What each account has, in minor units.
    accounts: BTreeMap<Account, i64>,
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

/// Paying at a provider began.
pub fn pay() -> Command {
    Command::Pay { by: who("alice"), provider: "stripe".parse().expect("a provider") }
}

/// The same, with a card.
pub fn pay_with(method: &str) -> Command {
    Command::PayWith { method: method.parse().expect("a name"), by: who("alice") }
}

pub fn give(amount: Option<i64>) -> Command {
    Command::Refund { amount: amount.map(dollars), reason: "spilt coffee".to_owned(), by: who("carla") }
}

/// The same order is being paid at a provider: all fences are up, and it waits for a means to pay.
pub fn given_open(place: Place) -> Story {
    let mut story = given_held(place).when("12:30").asked(&pay()).then("paying");
    while matches!(story.booking.step().map(|step| step.ask), Some(Ask::Departure { .. })) {
        story = story.hears(Say::Yes).done();
    }
    story.sees(Stage::AwaitsMethod).then("payment awaits a method")
}

/// The same, and it is bought.
pub fn given_paid(place: Place) -> Story {
    let mut story = given_open(place).asked(&pay_with("pm_card_visa")).done().sees(Stage::Authorised).done();
    while matches!(story.booking.step().map(|step| step.ask), Some(Ask::Departure { .. })) {
        story = story.hears(Say::Yes).done();
    }
    story.captured().is(Status::Confirmed)
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
        let accounts = BTreeMap::new();
        Self { booking, row, now: at("12:00"), accounts, events: Vec::new(), said: Ok(String::new()) }
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
            self.keep_books(events);
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
        let Ask::Departure { flight, command } = &step.ask else { panic!("a departure is not asked") };
        let answer = answer(self.placed(), (*flight, command), say);
        self.asked(&Command::Told { step: step.number, answer })
    }

    /// The provider says so to the order that is open.
    pub fn said(self, said: Said) -> Self {
        let step = self.booking.step().expect("a step is open");
        assert!(matches!(step.ask, Ask::Provider(_)), "the provider is not asked");
        self.asked(&Command::Told { step: step.number, answer: Heard::Provider(said) })
    }

    /// The payment is so now, says the provider.
    pub fn sees(self, stage: Stage) -> Self {
        let amount = self.payment().amount;
        self.said(Said::Payment(Snapshot { payment: "pi_1".parse().expect("a name"), amount, stage }))
    }

    /// All of it was taken.
    pub fn captured(self) -> Self {
        let amount = self.payment().amount;
        self.sees(Stage::Captured(amount))
    }

    pub fn declines(self, reason: DeclineReason) -> Self {
        self.said(Said::Declined(reason))
    }

    pub fn refuses(self, why: Refusal) -> Self {
        self.said(Said::Refused(why))
    }

    pub fn gives_back(self, refund: u16, stage: RefundStage) -> Self {
        self.said(Said::Refund { refund: RefundNumber::new(refund), stage })
    }

    pub fn payment(&self) -> &Payment {
        self.placed().payment.as_ref().expect("it is paid at a provider")
    }

    /// What falls due then falls due.
    pub fn due(self, time: &str) -> Self {
        assert_eq!(self.booking.deadline(), Some(at(time)));
        self.when(time).asked(&Command::LapseDue)
    }

    /// Each transaction sums to zero, and the provider has what was captured less what is on its way back.
    fn keep_books(&mut self, events: &[domain::booking::Event]) {
        let mut after = self.booking.clone();
        for event in events {
            let lines = ledger::lines_of(&after, event);
            assert_eq!(lines.iter().map(|line| line.amount.minor()).sum::<i64>(), 0, "{event:?}: {lines:?}");
            for line in lines {
                *self.accounts.entry(line.account).or_default() += line.amount.minor();
            }
            after.evolve(event);
        }
        let taken_on = |refund: &&domain::booking::Refund| {
            matches!(refund.stage, Some(RefundStage::Pending | RefundStage::Succeeded))
        };
        let at_provider = after.placed().and_then(|placed| placed.payment.as_ref()).map_or(0, |payment| {
            let back: i64 = payment.refunds.iter().filter(taken_on).map(|refund| refund.amount.minor()).sum();
            payment.captured().minor() - back
        });
        assert_eq!(self.accounts.get(&Account::Provider).copied().unwrap_or(0), at_provider);
    }

    /// What an account has, in minor units.
    pub fn account(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or(0)
    }

    /// It is that time, or so much later, whichever is later.
    pub fn after(self, time: Option<Timestamp>, wait: Duration) -> Self {
        let now = time.unwrap_or(self.now).max(self.now + wait);
        Self { now, ..self }
    }

    /// What the accounts have, in dollars; those that have nothing are left out.
    #[track_caller]
    pub fn books(self, expected: &str) -> Self {
        let entry = |(account, minor): (&Account, &i64)| format!("{} {}", account.name(), minor / 100);
        let books: Vec<String> = self.accounts.iter().filter(|(_, minor)| **minor != 0).map(entry).collect();
        assert_eq!(books.join(", "), expected);
        self
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

fn answer(placed: &Placed, step: (FlightId, &flight::Command), say: Say) -> Heard {
    match say {
        Say::Already => Heard::AlreadySo,
        Say::No(rejection) => Heard::Refused(rejection),
        Say::Yes => Heard::Accepted(happened(placed, step, (Currency::USD, None, 1))),
        Say::Dear(amount) => Heard::Accepted(happened(placed, step, (Currency::USD, Some(amount), 1))),
        Say::Free => Heard::Accepted(happened(placed, step, (Currency::USD, None, 0))),
        Say::In(currency) => Heard::Accepted(happened(placed, step, (currency, None, 1))),
    }
}

/// What happened on the departure, as far as a booking looks at it.
fn happened(
    placed: &Placed,
    (flight, command): (FlightId, &flight::Command),
    (currency, extra, times): (Currency, Option<i64>, i64),
) -> Vec<flight::Event> {
    let leg = placed.leg(flight).expect("the step is about a leg");
    let money = |amount: i64| Money::from_minor(amount * 100, currency);
    let price = |passenger: &Passenger| PassengerPrice {
        passenger: passenger.id,
        fare: for_traveller(Fare { base: money(100 * times), taxes: money(10 * times) }, passenger.kind),
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
            departs: format!("{}T12:00:00Z", flight.date).parse().expect("a time"),
            arrives: format!("{}T18:00:00Z", flight.date).parse().expect("a time"),
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
    match command {
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
