//! Bookings: what they say of departures, what lists say of them, and what is told.

use std::collections::BTreeMap;

use actors::entity::{Answer, Core, Decided, Entity, Handled, Request};
use domain::aggregate::Aggregate as _;
use domain::booking::{Booking, Command as OfBooking, Heard, Place, PlannedSegment};
use domain::flight::{Command, Event, Flight, HolderKind, SeatMove};
use domain::ids::{BookingId, FlightId, PassengerId, PeopleRef, RecordLocator, Version};
use domain::party::{Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::CabinClass;
use persistence::journal::{
    Activation, EventRow, LedgerRow, Listing, ListingRow, Loaded, Record, Statement, StoredRow, StreamId,
};

use super::stage::{Journal, at, open, seat, statement, stream};
use crate::check::Report;

/// Bought at minute 5, on both departures.
const BOUGHT: u128 = 1;

/// Held until minute 25, on both.
const HELD: u128 = 2;

/// Two departures and their bookings, with all that they wrote.
struct House {
    journal: Journal,
    flights: BTreeMap<FlightId, Core<Flight>>,
    bookings: BTreeMap<u128, Core<Booking>>,
}

fn live<A: Entity>(stream: StreamId) -> Core<A> {
    let mut core = Core::new(stream);
    core.rebuild(Activation::new(1));
    core.load(&Loaded::default()).unwrap();
    core
}

fn ask<A: Entity>(journal: &mut Journal, core: &mut Core<A>, minute: u64, command: A::Command) -> Answer<A> {
    let request = Request { key: None, remember_refusal: false, deadline: None, command };
    let Handled::Decided(Decided { lapsed, own }) = core.handle(&request, at(minute)) else {
        panic!("the owner is live")
    };
    if let Some(lapsed) = lapsed {
        core.settled(lapsed.receipt, Ok(()));
        journal.statements.push(statement(lapsed.entry));
    }
    core.settled(own.receipt, Ok(()));
    // A refusal without a key writes nothing.
    if !matches!(own.entry.record, Record::Mark) {
        journal.statements.push(statement(own.entry));
    }
    own.answer
}

fn name(number: u16) -> FlightId {
    stream(number).as_str().strip_prefix("flight/").unwrap().parse().unwrap()
}

fn booking_stream(number: u128) -> StreamId {
    StreamId::of("booking", &BookingId::new(number)).unwrap()
}

fn place(number: u128) -> Place {
    let adult = Passenger {
        id: PassengerId::new(1),
        kind: TravellerType::Adult,
        seat: None,
        lap_of: None,
        no_exit: false,
    };
    let segment = |flight: u16| PlannedSegment {
        flight: name(flight),
        passengers: vec![adult],
        holds: Vec::new(),
        wish: Some(Preferences::default()),
        promised: None,
    };
    Place {
        booking: BookingId::new(number),
        locator: RecordLocator::of(u32::try_from(number).unwrap()),
        customer: "ann".parse().unwrap(),
        made_by: "ann".parse().unwrap(),
        kind: HolderKind::Customer,
        class: CabinClass::Economy,
        slices: vec![vec![segment(801)], vec![segment(802)]],
        people: PeopleRef::new(number),
        until: at(25),
    }
}

impl House {
    fn sound() -> Self {
        let mut house =
            Self { journal: Journal::sound(), flights: BTreeMap::new(), bookings: BTreeMap::new() };
        for number in [801, 802] {
            let mut core = live(stream(number));
            ask(&mut house.journal, &mut core, 0, open(number, &[]));
            house.flights.insert(name(number), core);
        }
        for number in [BOUGHT, HELD] {
            house.bookings.insert(number, live(booking_stream(number)));
            house.ask(number, 1, OfBooking::Place(place(number)));
        }
        let paid = OfBooking::Confirm { by: "bob".parse().unwrap(), reference: "cash 7".to_owned() };
        house.ask(BOUGHT, 5, paid);
        house
    }

    /// Asks a booking, and carries its steps until none is open.
    fn ask(&mut self, number: u128, minute: u64, command: OfBooking) {
        let core = self.bookings.get_mut(&number).unwrap();
        ask(&mut self.journal, core, minute, command);
        while let Some(step) = core.state().step() {
            let (flight, command) = step.departure().unwrap();
            let flight = self.flights.get_mut(&flight).unwrap();
            let answer = match ask(&mut self.journal, flight, minute, command.clone()) {
                Answer::Accepted { events, .. } => Heard::Accepted(events.to_vec()),
                Answer::AlreadySo { .. } => Heard::AlreadySo,
                Answer::Refused { rejection, .. } => Heard::Refused(rejection),
                Answer::Recall { .. } => unreachable!("no request has a key"),
            };
            ask(&mut self.journal, core, minute, OfBooking::Told { step: step.number, answer });
        }
    }

    /// Ends the holds of a departure whose deadline has come; their bookings have not heard of it.
    fn lapse(&mut self, flight: u16, minute: u64) {
        let core = self.flights.get_mut(&name(flight)).unwrap();
        let lapsed = core.tick(at(minute)).expect("something is due");
        core.settled(lapsed.receipt, Ok(()));
        self.journal.statements.push(statement(lapsed.entry));
    }

    /// What a departure's row would be that its bookings know nothing of.
    fn behind_their_backs(&mut self, flight: u16, event: Event) {
        let of = stream(flight);
        let core = &self.flights[&name(flight)];
        let mut state = core.state().clone();
        state.evolve(&event);
        let version = core.version().next();
        let last = self.statement(&of, core.version().number()).rows[0].clone();
        let row = StoredRow { version, body: serde_json::to_string(&[event]).unwrap().into(), ..last };
        let Some(Listing::Departure(summary)) = state.listing(version) else {
            unreachable!("it is a departure")
        };
        let listings = vec![ListingRow::of(&of, &summary)];
        let statement = Statement { rows: vec![row], listings, ..self.journal.on(&of) };
        self.journal.statements.push(statement);
    }

    fn statement(&mut self, of: &StreamId, version: u64) -> &mut Statement {
        let is_it = |statement: &&mut Statement| {
            statement.rows.iter().any(|row| row.stream == *of && row.version == Version::new(version))
        };
        self.journal.statements.iter_mut().find(is_it).unwrap()
    }

    /// The statement of the last row of a booking.
    fn last_of(&mut self, number: u128) -> &mut Statement {
        let version = self.bookings[&number].version().number();
        self.statement(&booking_stream(number), version)
    }

    /// The statements that tell something of a booking.
    /// What the first row that moves money moves.
    fn ledger(&mut self) -> &mut Vec<LedgerRow> {
        let mut ledgers = self.journal.statements.iter_mut().map(|statement| &mut statement.ledger);
        ledgers.find(|ledger| !ledger.is_empty()).unwrap()
    }

    fn told(&mut self) -> Vec<&mut EventRow> {
        let events = self.journal.statements.iter_mut().flat_map(|statement| &mut statement.events);
        events.filter(|told| told.stream.as_str().starts_with("booking/")).collect()
    }

    fn checked(&self) -> Report {
        self.journal.checked()
    }
}

#[track_caller]
fn finds(spoil: impl FnOnce(&mut House), words: &str) {
    let mut house = House::sound();
    spoil(&mut house);
    let report = house.checked();
    assert!(report.violations().1.iter().any(|sentence| sentence.contains(words)), "{words}:\n{report}");
}

#[track_caller]
fn finds_only(spoil: impl FnOnce(&mut House), words: &str) {
    let mut house = House::sound();
    spoil(&mut house);
    let report = house.checked();
    let (total, sentences) = report.violations();
    assert!(total == 1 && sentences[0].contains(words), "{words}:\n{report}");
}

#[test]
fn sound_bookings_pass_and_are_counted() {
    let mut house = House::sound();
    let report = house.checked();
    assert!(report.is_sound(), "{report}");
    assert_eq!(report.bookings, 2);
    // Both were made, one was paid and bought; a departure of the long history was cancelled.
    assert_eq!(report.told, 5);
    assert!(report.ledger > 0, "what was bought moved money");
    house.ask(HELD, 7, OfBooking::LapseDue);
    house.ask(HELD, 26, OfBooking::LapseDue);
    assert!(house.checked().is_sound(), "an end is sound as well: {}", house.checked());
}

#[test]
fn a_booking_half_way_is_not_held_against_its_departures() {
    let mut house = House::sound();
    let core = house.bookings.get_mut(&HELD).unwrap();
    let paid = OfBooking::Confirm { by: "bob".parse().unwrap(), reference: "cash 8".to_owned() };
    ask(&mut house.journal, core, 6, paid);
    let step = core.state().step().unwrap();
    assert!(house.checked().is_sound(), "the step was not asked: {}", house.checked());
    let (flight, command) = step.departure().unwrap();
    ask(&mut house.journal, house.flights.get_mut(&flight).unwrap(), 6, command.clone());
    assert!(house.checked().is_sound(), "the answer was not heard: {}", house.checked());
}

#[test]
fn a_sale_that_the_departure_does_not_know_is_found() {
    let cut = |house: &mut House| {
        let of = stream(802);
        let last = house.flights[&name(802)].version().number();
        let sold = |statement: &Statement| {
            statement.rows.iter().any(|row| row.stream == of && row.version == Version::new(last))
        };
        house.journal.statements.retain(|statement| !sold(statement));
    };
    let words = "has a claim of booking 00000000000000000000000000000001, which says that it has a sale";
    finds(cut, words);
}

#[test]
fn passengers_who_sit_elsewhere_than_the_booking_says_are_found() {
    let moved = |house: &mut House| {
        let sale = house.flights[&name(801)].state().departure().unwrap();
        let passenger = &sale.sale(BookingId::new(BOUGHT)).unwrap().passengers[0];
        let step = SeatMove { passenger: passenger.id, from: passenger.seat, to: seat("19A"), hold: None };
        let booking = BookingId::new(BOUGHT);
        let event = Event::SeatsChanged { booking, moves: vec![step], prices: Vec::new() };
        house.behind_their_backs(801, event);
    };
    let words =
        "flight/B6-801-2026-12-10-JFK: seats the passengers of booking 00000000000000000000000000000001";
    finds_only(moved, words);
}

#[test]
fn a_claim_that_lapsed_must_be_told_to_its_booking() {
    let mut house = House::sound();
    house.lapse(801, 25);
    assert!(house.checked().is_sound(), "it waits in the outbox: {}", house.checked());
    let forgotten = |house: &mut House| {
        house.lapse(801, 25);
        house.journal.statements.last_mut().unwrap().outbox.clear();
    };
    finds_only(
        forgotten,
        "has nothing of booking 00000000000000000000000000000002, which says that it has a claim",
    );
}

#[test]
fn a_claim_without_a_segment_is_found() {
    let mut house = House::sound();
    let strange = Command::ReleaseClaim { booking: BookingId::new(HELD) };
    // The booking was let go of on one departure: it does not know.
    ask(&mut house.journal, house.flights.get_mut(&name(802)).unwrap(), 6, strange);
    let report = house.checked();
    assert_eq!(report.violations().0, 1, "{report}");
}

#[test]
fn a_booking_that_lists_do_not_show_as_it_is_is_found() {
    finds_only(|house| house.last_of(BOUGHT).bookings.clear(), "lists show it as it was after row");
    finds_only(
        |house| house.last_of(HELD).bookings[0].view.settled = false,
        "lists do not show it as it is after row",
    );
    let unlisted = |house: &mut House| {
        let of = booking_stream(HELD);
        let statements = house.journal.statements.iter_mut();
        statements.for_each(|statement| statement.bookings.retain(|line| line.stream != of));
    };
    finds_only(unlisted, "no list shows it");
    let rowless = |house: &mut House| {
        let mut line = house.last_of(HELD).bookings[0].clone();
        line.stream = booking_stream(77);
        line.view.locator = RecordLocator::of(77);
        house.journal.statements.push(Statement { bookings: vec![line], ..Statement::default() });
    };
    finds_only(rowless, "lists show it, but it has no rows");
}

#[test]
fn a_booking_that_is_not_on_board_is_found() {
    let missing = |house: &mut House| {
        house.statement(&booking_stream(HELD), 1).booked.pop();
    };
    finds_only(missing, "is not on the departures that the lists say");
    let rowless = |house: &mut House| {
        let mut row = house.statement(&booking_stream(HELD), 1).booked[0].clone();
        row.stream = booking_stream(77);
        house.journal.statements.push(Statement { booked: vec![row], ..Statement::default() });
    };
    finds_only(rowless, "lists say on which departures it is, but it has no rows");
}

#[test]
fn what_is_told_otherwise_or_not_kept_is_found() {
    finds_only(|house| house.told()[0].news.customer = None, "is told of otherwise than it was");
    finds_only(|house| house.told()[0].listing = None, "is told of otherwise than it was");
    finds_only(|house| house.last_of(BOUGHT).events.clear(), "tells something that is not kept");
    let twice = |house: &mut House| {
        let statement = house.last_of(BOUGHT);
        let again = EventRow { ordinal: 7, ..statement.events[0].clone() };
        statement.events.push(again);
    };
    finds_only(twice, "is told of otherwise than it was");
}

#[test]
fn a_booking_that_nobody_carries_on_is_found() {
    let asleep = |house: &mut House| {
        let core = house.bookings.get_mut(&HELD).unwrap();
        let paid = OfBooking::Confirm { by: "bob".parse().unwrap(), reference: "cash 8".to_owned() };
        ask(&mut house.journal, core, 6, paid);
        house.journal.statements.last_mut().unwrap().due.clear();
    };
    finds_only(asleep, "it falls due at 1970-01-01T00:00:00.000Z, but is to be woken at");
}

#[test]
fn money_that_the_ledger_has_otherwise_is_found() {
    let entered = |house: &House| {
        house.journal.statements.iter().map(|statement| statement.ledger.len()).sum::<usize>()
    };
    assert!(entered(&House::sound()) >= 2, "what is bought moves money");
    let lose_one = |house: &mut House| {
        house.ledger().pop();
    };
    finds(lose_one, "the ledger has");
    finds(lose_one, "come to");
    let gone = |house: &mut House| house.ledger().clear();
    finds_only(gone, "the ledger has");
    let astray = |house: &mut House| house.ledger()[0].stream = booking_stream(990);
    finds(astray, "the ledger has lines of it, but it has no rows");
    let later = |house: &mut House| house.ledger().iter_mut().for_each(|row| row.version = Version::new(900));
    finds(later, "which is not there");
}
