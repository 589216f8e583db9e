//! Bookings and departures play together, in any order that the road between them allows: a departure may be asked late, and
//! word of a lost hold may come late. Nobody forgets anything here; crashes are for the simulation.

use std::collections::VecDeque;
use std::time::Duration;

use domain::aggregate::{Aggregate, Turn};
use domain::booking::{self, Booking, Heard, LegState, Placed, PlannedSegment, Stage};
use domain::fare::FareBasis;
use domain::flight::{
    self, ChangeStatus, Effect, Flight, HoldSeats, Holder, HolderKind, NamedSeats, OpenSale, SeatChoice,
    Service,
};
use domain::ids::{BookingId, FlightId, HoldNumber, Version};
use domain::invariants::{breach_of_booking, breach_of_flight};
use domain::money::Currency;
use domain::plan::{CabinClass, SeatNumber, SeatPlan};
use domain::time::Timestamp;
use proptest::prelude::*;

use crate::language::{
    adult, adult_on, at, change_seats, confirm, flight, infant, order, segment, who, wishing,
};

/// Ten seats; row 4 is at an exit.
const LAYOUT: &str = "Y:1-5:A-C";

/// What may happen next, in random numbers.
#[derive(Debug, Clone, Copy)]
struct Move {
    what: u8,
    which: u8,
    more: u8,
    wait: u8,
}

/// Word from a departure that is on its way.
type Word = (usize, booking::Command);

struct World {
    now: Timestamp,
    flights: Vec<(Flight, Version)>,
    bookings: Vec<(Booking, Version)>,
    /// Holds of Alice's that no booking has.
    loose: Vec<(usize, HoldNumber)>,
    words: VecDeque<Word>,
}

fn sale(letter: &str) -> OpenSale {
    let id: FlightId = flight(letter);
    let day = |time: &str| format!("{}T{time}:00Z", id.date).parse().expect("a time");
    OpenSale {
        flight: id,
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        plan: SeatPlan::read(LAYOUT, "").expect("a sound layout"),
        departs: day("12:00"),
        arrives: day("18:00"),
        basis: FareBasis { distance_mi: 700, currency: Currency::USD },
        sold_elsewhere: Vec::new(),
    }
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            now: at("12:00"),
            flights: vec![(Flight::default(), Version::EMPTY); 3],
            bookings: vec![(Booking::default(), Version::EMPTY); 2],
            loose: Vec::new(),
            words: VecDeque::new(),
        };
        for (place, letter) in ["A", "B", "C"].iter().enumerate() {
            world.ask_flight(place, &flight::Command::OpenSale(sale(letter))).expect("it goes on sale");
        }
        world
    }

    fn ask_flight(
        &mut self,
        place: usize,
        command: &flight::Command,
    ) -> Result<Vec<flight::Event>, flight::Rejection> {
        let (departure, row) = &mut self.flights[place];
        let events = departure.decide(command, Turn { now: self.now, version: row.next() })?;
        if events.is_empty() {
            return Ok(events);
        }
        *row = row.next();
        for event in &events {
            for effect in departure.react(event) {
                self.words.extend(words(&self.bookings, place, &effect));
            }
            departure.evolve(event);
        }
        assert_eq!(breach_of_flight(departure), None, "after {events:?}");
        Ok(events)
    }

    fn ask_booking(&mut self, place: usize, command: &booking::Command) {
        let (state, row) = &mut self.bookings[place];
        let (ended, waits) = (state.placed().and_then(Placed::end).cloned(), state.step());
        let decided = state.decide(command, Turn { now: self.now, version: row.next() });
        let Ok(events) = decided else { return };
        if events.is_empty() {
            return;
        }
        assert_eq!(ended, None, "{command:?} changes an end: {events:?}");
        *row = row.next();
        events.iter().for_each(|event| state.evolve(event));
        assert_eq!(breach_of_booking(state), None, "{command:?}: {events:?}");
        let told = matches!(command, booking::Command::Told { .. });
        assert!(told || waits.is_none() || state.step() == waits, "{command:?} changes an open step");
        assert!(!told || state.step() != waits, "an answer leaves its step open");
    }

    /// Carries the open step of a booking to its departure, and the answer back.
    fn carry(&mut self, place: usize) {
        let Some(step) = self.bookings[place].0.step() else { return };
        let (flight, command) = step.departure().expect("nobody pays at a provider here");
        let departure = usize::from(flight.number()) - 1;
        let answer = match self.ask_flight(departure, command) {
            Ok(events) if events.is_empty() => Heard::AlreadySo,
            Ok(events) => Heard::Accepted(events),
            Err(rejection) => Heard::Refused(rejection),
        };
        self.ask_booking(place, &booking::Command::Told { step: step.number, answer });
    }

    fn deliver(&mut self) {
        if let Some((place, word)) = self.words.pop_front() {
            self.ask_booking(place, &word);
            self.ask_booking(place, &word);
        }
    }

    fn play(&mut self, step: Move) {
        let booking = self.bookings.len() - 1 - usize::from(step.which) % 2;
        let departure = usize::from(step.which) % self.flights.len();
        self.now = self.now + wait(step.wait);
        match step.what {
            0..50 => self.carry(booking),
            50..56 => self.deliver(),
            56..66 => self.place(step.more),
            66..74 => self.ask_booking(booking, &confirm("cash")),
            74..77 => {
                let quote = step.more.is_multiple_of(2).then(|| self.bookings[booking].1);
                self.ask_booking(booking, &crate::language::cancel("alice", quote));
            }
            77..79 => self.ask_booking(booking, &booking::Command::QuoteCancellation),
            79..87 => self.ask_booking(booking, &change_seats(wishes(step.more))),
            87..92 => self.stranger(departure, step.more),
            92..95 => {
                let _ = self.ask_flight(departure, &flight::Command::LapseDue);
                self.ask_booking(booking, &booking::Command::LapseDue);
            }
            95..98 => self.hold(departure),
            98.. if step.more.is_multiple_of(4) => self.operate(departure, step.more / 4),
            98.. => {}
        }
    }

    /// A new booking takes the place of one that has ended, or of one that is bought.
    fn place(&mut self, more: u8) {
        let rests = |state: &Booking| {
            state.is_settled() && !matches!(state.placed().map(|placed| &placed.stage), Some(Stage::Held))
        };
        if !self.bookings.iter().rev().nth(1).is_some_and(|(state, _)| rests(state)) {
            return;
        }
        let place = self.bookings.len();
        self.bookings.push((Booking::default(), Version::EMPTY));
        let people = match more % 4 {
            0 => vec![adult(1)],
            1 => vec![adult(1), adult(2), infant(3, 1)],
            2 => vec![adult_on("1A", 1)],
            _ => vec![adult_on("2A", 1), adult(2)],
        };
        let letters = [["A", "B"], ["B", "C"], ["C", "A"], ["A", "C"]][usize::from(more >> 2) % 4];
        let mut segments: Vec<PlannedSegment> =
            letters.iter().map(|letter| wishing(segment(letter, &people))).collect();
        let of_first =
            |(departure, _): &(usize, HoldNumber)| *departure == usize::from(segments[0].flight.number()) - 1;
        if let Some(found) = self.loose.iter().position(of_first).filter(|_| more.is_multiple_of(4)) {
            segments[0].holds = vec![self.loose.swap_remove(found).1];
        }
        let booking = BookingId::new(0x51 + place as u128);
        let until = self.now + Duration::from_secs(60 * u64::from(5 + more % 60));
        let placed = booking::Place { booking, until, ..order(&segments) };
        self.ask_booking(place, &booking::Command::Place(placed));
    }

    /// Somebody else buys a seat, or gives it back.
    fn stranger(&mut self, departure: usize, more: u8) {
        let seat: SeatNumber =
            format!("{}{}", 1 + more % 5, if more < 128 { 'A' } else { 'C' }).parse().expect("a seat");
        let seats = NamedSeats { seats: vec![seat] };
        let sells = more % 3 < 2;
        let command = if sells {
            flight::Command::SellElsewhere(seats)
        } else {
            flight::Command::ReturnElsewhere(seats)
        };
        let _ = self.ask_flight(departure, &command);
    }

    fn hold(&mut self, departure: usize) {
        let asked = HoldSeats {
            holder: Holder { principal: who("alice"), kind: HolderKind::Customer },
            class: CabinClass::Economy,
            places: 1,
            seats: SeatChoice::Later,
            party: None,
            term: flight::Term::For(Duration::from_secs(600)),
            booking: None,
        };
        if self.ask_flight(departure, &flight::Command::HoldSeats(asked)).is_ok() {
            self.loose.push((departure, HoldNumber::made_by(self.flights[departure].1)));
        }
    }

    fn operate(&mut self, departure: usize, more: u8) {
        let status =
            if more.is_multiple_of(3) { flight::Status::Departed } else { flight::Status::Cancelled };
        let asked = ChangeStatus { status, reason: None, departs: None, arrives: None, gate: None };
        let _ = self.ask_flight(departure, &flight::Command::ChangeStatus(asked));
    }

    /// Every step is answered and every word is heard.
    fn rest(&mut self) {
        for _ in 0..100 {
            (0..self.bookings.len()).for_each(|place| self.carry(place));
            self.deliver();
        }
        for (state, _) in &self.bookings {
            assert!(state.is_settled(), "{state:?} never comes to rest");
        }
        assert!(self.words.is_empty());
    }

    /// What a booking believes to have is what it has, and nothing of it is anywhere else.
    fn assert_agreement(&self) {
        for (state, _) in &self.bookings {
            let Some(placed) = state.placed() else { continue };
            for (number, (departure, _)) in (1_u16..).zip(&self.flights) {
                let departure = departure.departure().expect("it is on sale");
                let leg = placed.legs().find(|(flight, _)| flight.number() == number).map(|(_, leg)| leg);
                let (claim, sale) = (departure.claim(placed.booking), departure.sale(placed.booking));
                assert_eq!(departure.tried(placed.booking), None, "nothing is tried for ever");
                match leg.map(|leg| (leg.state, leg)) {
                    None | Some((LegState::Wanted | LegState::Released, _)) => {
                        assert!(claim.is_none() && sale.is_none(), "{:?} strands something", placed.stage);
                    }
                    Some((LegState::Held, leg)) => {
                        let claim = claim.expect("what is held is claimed");
                        assert_eq!((&claim.passengers, &claim.prices), (&leg.passengers, &leg.prices));
                        assert_eq!((&claim.holds, claim.fence), (&leg.holds, None));
                    }
                    Some((LegState::Secured | LegState::Flown, leg)) => {
                        let sale = sale.expect("what is bought is sold");
                        assert_eq!((&sale.passengers, &sale.prices), (&leg.passengers, &leg.prices));
                    }
                    Some((LegState::Fenced, _)) => panic!("nothing pays at rest"),
                }
            }
        }
    }
}

/// What a departure tells bookings.
fn words(bookings: &[(Booking, Version)], place: usize, effect: &Effect) -> Vec<Word> {
    let flight = flight(["A", "B", "C"][place]);
    let is_of = |state: &Booking, id: &BookingId| state.placed().is_some_and(|placed| placed.booking == *id);
    match effect {
        Effect::TellHoldsLost { booking, reason } => {
            let found = bookings.iter().position(|(state, _)| is_of(state, booking)).expect("it was placed");
            vec![(found, booking::Command::HoldsLost { flight, reason: *reason })]
        }
        Effect::CancelBookings { .. } => {
            (0..bookings.len()).map(|place| (place, booking::Command::FlightCancelled { flight })).collect()
        }
    }
}

fn wait(number: u8) -> Duration {
    match number {
        0..225 => Duration::ZERO,
        225..250 => Duration::from_secs(60 * u64::from(number - 224) / 4),
        250.. => Duration::from_secs(20 * 60),
    }
}

fn wishes(more: u8) -> &'static str {
    const WISHES: [&str; 6] = [
        "1:A:3A",
        "1:A:3A 1:B:3A",
        "1:B:5A 1:C:5A",
        "1:A:1A 1:C:2A",
        "1:A:4A 1:C:4A",
        "1:C:3C 2:C:3A 2:A:3C",
    ];
    WISHES[usize::from(more) % WISHES.len()]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0_u8..100, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(what, which, more, wait)| Move {
        what,
        which,
        more,
        wait,
    });
    proptest::collection::vec(one, 80..240)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn bookings_and_departures_agree_whenever_they_rest(moves in moves()) {
        let mut world = World::new();
        for chunk in moves.chunks(60) {
            chunk.iter().for_each(|step| world.play(*step));
            world.rest();
            // What fell due meanwhile has lapsed on the departures, and its bookings have heard of it.
            (0..3).for_each(|place| drop(world.ask_flight(place, &flight::Command::LapseDue)));
            world.rest();
            world.assert_agreement();
        }
        world.now = world.now + Duration::from_secs(3 * 60 * 60);
        for place in 0..world.bookings.len() {
            world.ask_booking(place, &booking::Command::LapseDue);
        }
        world.rest();
        world.assert_agreement();
        for (state, _) in &world.bookings {
            let ended = state.placed().is_none_or(|placed| {
                matches!(placed.stage, Stage::Confirmed | Stage::Ended(_))
            });
            prop_assert!(ended, "{state:?} is neither bought nor over");
        }
    }
}
