//! Bookings over several departures, and the travellers who want them.

use domain::booking::{Booking, Cancel, Command, Part, Place, PlannedSegment, Rejection, SeatWish};
use domain::flight::{
    Command as FlightCommand, Event as Fact, Flight, HoldSeats, Holder, HolderKind, SeatChoice, Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version};
use domain::money::{Currency, Money};
use domain::party::{Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber};
use persistence::journal::{RequestKey, StreamId};

use super::answers::fact;
use super::client::Intent;
use super::{Asker, Event, Reply, Verdict, World, instant, key, seconds};
use crate::provider::METHODS;

/// Things that a traveller asks of one booking.
const ASKS_MAX: u32 = 12;

/// How often, in thousandths, a traveller who wants to book goes away before they ask again, and for how long at most.
const GOES_AWAY: u64 = 60;
const AWAY_MAX: u64 = 30_000;

/// One booking, before and after it is placed, and its traveller.
#[derive(Debug)]
pub struct Trip {
    /// The stream of the booking.
    pub stream: StreamId,
    /// The booking.
    pub booking: BookingId,
    asking: Option<Asking>,
    /// What was placed, once that is answered.
    placed: Option<Place>,
    /// Whether paying at the provider began, as far as the traveller knows.
    pays: bool,
    /// The quote of a part, by which it can be cancelled.
    quoted: Option<Version>,
    asks: u32,
}

/// A request that has no definite answer yet.
#[derive(Debug)]
struct Asking {
    op: u64,
    attempt: u32,
    wish: Wish,
}

#[derive(Debug, Clone)]
enum Wish {
    /// A hold of their own, for the booking to take over.
    Hold(usize, FlightCommand),
    Booking(Command),
}

/// A definite answer of a booking, to be found again in the journal.
#[derive(Debug)]
pub struct TripTold {
    /// Which trip.
    pub trip: usize,
    /// The request.
    pub request: RequestKey,
    /// What the traveller was told.
    pub verdict: Verdict<Booking>,
}

impl Trip {
    pub(super) fn new(number: usize) -> Self {
        let booking = BookingId::new(0xB00C_0000_0000 + number as u128);
        let stream = StreamId::of("booking", &booking).expect("a stream id");
        Self { stream, booking, asking: None, placed: None, pays: false, quoted: None, asks: 0 }
    }

    pub(super) const fn waits(&self) -> bool {
        self.asking.is_some()
    }

    /// The order to place the booking, if it still waits for its answer.
    pub(super) fn order(&mut self, op: u64) -> Option<&mut Place> {
        match &mut self.asking.as_mut().filter(|asking| asking.op == op)?.wish {
            Wish::Booking(Command::Place(place)) => Some(place),
            Wish::Booking(_) | Wish::Hold(..) => None,
        }
    }

    pub(super) fn stop_waiting(&mut self) {
        self.asking = None;
    }
}

/// Everybody books through one agency, so one of its bookings may be after the hold of another.
fn agency() -> PrincipalId {
    "agency".parse().expect("a principal")
}

fn adults(count: u8) -> Vec<Passenger> {
    let adult = |number| Passenger {
        id: PassengerId::new(number),
        kind: TravellerType::Adult,
        seat: None,
        lap_of: None,
        no_exit: false,
    };
    (1..=count).map(adult).collect()
}

impl World {
    pub(super) fn travel(&mut self, trip: usize) {
        if self.quiet || self.trips[trip].waits() || self.trips[trip].asks >= ASKS_MAX {
            return;
        }
        let pays = self.trips[trip].pays;
        let wish = match &self.trips[trip].placed {
            None if self.is_late() => return,
            None if self.rng.u8(..3) == 0 => self.want_loose_hold(),
            None => Wish::Booking(Command::Place(self.want_trip(trip))),
            Some(place) => {
                let place = place.clone();
                Wish::Booking(if pays {
                    self.want_of_payment(trip, &place)
                } else {
                    self.want_with_trip(&place)
                })
            }
        };
        self.ops += 1;
        self.trips[trip].asks += 1;
        self.trips[trip].asking = Some(Asking { op: self.ops, attempt: 0, wish });
        self.ask_for_trip(trip);
    }

    fn want_loose_hold(&mut self) -> Wish {
        let stream = self.rng.usize(..self.on_sale.len());
        let hold = HoldSeats {
            holder: Holder { principal: agency(), kind: HolderKind::Agent },
            class: CabinClass::Economy,
            places: 1,
            seats: if self.rng.bool() { SeatChoice::Later } else { SeatChoice::Best(Preferences::default()) },
            party: None,
            term: Term::For(seconds(self.rng.u64(1..=12))),
            booking: None,
        };
        Wish::Hold(stream, FlightCommand::HoldSeats(hold))
    }

    /// An order for up to three departures. Of two orders that know of a loose hold, both may be after it.
    fn want_trip(&mut self, trip: usize) -> Place {
        let mut departures: Vec<usize> = (0..self.on_sale.len()).collect();
        self.rng.shuffle(&mut departures);
        departures.truncate(self.rng.usize(1..=3));
        let loose = self.rng.choice(0..self.loose.len()).filter(|_| self.rng.u8(..4) > 0);
        let taken = loose.map(|at| self.loose[at]);
        if let Some(at) = loose.filter(|_| self.rng.bool()) {
            self.loose.swap_remove(at);
        }
        if let Some((stream, _)) = taken.filter(|(stream, _)| !departures.contains(stream)) {
            departures[0] = stream;
        }
        let people = adults(if taken.is_some() { 1 } else { self.rng.u8(1..=2) });
        let segments =
            departures.into_iter().map(|stream| self.want_segment(stream, &people, taken)).collect();
        let wait = if self.rng.bool() { 60_000 } else { self.rng.u64(200..=12_000) };
        Place {
            booking: self.trips[trip].booking,
            // Nobody has this one; the node that places it knows better.
            locator: RecordLocator::of(u32::MAX),
            customer: agency(),
            made_by: agency(),
            kind: HolderKind::Agent,
            class: CabinClass::Economy,
            slices: vec![segments],
            people: PeopleRef::new(trip as u128),
            until: instant(self.agenda.now() + wait),
        }
    }

    fn want_segment(
        &mut self,
        stream: usize,
        people: &[Passenger],
        taken: Option<(usize, HoldNumber)>,
    ) -> PlannedSegment {
        let holds: Vec<HoldNumber> =
            taken.filter(|(of, _)| *of == stream).map(|(_, hold)| hold).into_iter().collect();
        let mut passengers = people.to_vec();
        if holds.is_empty() && self.rng.u8(..3) == 0 {
            passengers[0].seat = Some(self.any_seat(stream));
        }
        let wish = (self.rng.u8(..3) > 0).then(Preferences::default);
        PlannedSegment { flight: self.on_sale[stream].flight, passengers, holds, wish, promised: None }
    }

    fn any_seat(&mut self, stream: usize) -> SeatNumber {
        let plan = &self.on_sale[stream].plan;
        let seats: Vec<SeatNumber> = plan.seats().map(|(_, seat)| seat.number).collect();
        seats[self.rng.usize(..seats.len())]
    }

    fn want_with_trip(&mut self, place: &Place) -> Command {
        match self.rng.u8(..12) {
            0 => Command::Confirm { by: agency(), reference: "cash".to_owned() },
            1..=7 => Command::Pay { by: agency(), provider: "model".parse().expect("a provider") },
            8 => Command::QuoteCancellation,
            9 => Command::Cancel(Cancel { quote: None, reason: None, by: agency() }),
            _ => {
                let segments: Vec<PlannedSegment> = place.slices.iter().flatten().cloned().collect();
                let most = self.rng.usize(1..=segments.len());
                let moves = segments.iter().take(most).map(|segment| {
                    let stream = self.on_sale.iter().position(|departure| departure.flight == segment.flight);
                    let seat = self.any_seat(stream.expect("trips are made of departures that are on sale"));
                    SeatWish { passenger: PassengerId::new(1), flight: segment.flight, seat }
                });
                Command::ChangeSeats { moves: moves.collect() }
            }
        }
    }

    /// Mostly another means to pay; sometimes everything else.
    fn want_of_payment(&mut self, trip: usize, place: &Place) -> Command {
        match self.rng.u8(..10) {
            0..=4 => {
                let method = METHODS[self.rng.usize(..METHODS.len())];
                Command::PayWith { method: method.parse().expect("a name"), by: agency() }
            }
            5 if self.trips[trip].quoted.is_some() => self.want_of_part(trip, place),
            6 => Command::Cancel(Cancel { quote: None, reason: None, by: agency() }),
            7 => {
                let part = Money::from_minor(self.rng.i64(1..=20_000), Currency::USD);
                let amount = self.rng.bool().then_some(part);
                Command::Refund { amount, reason: "granted".to_owned(), by: agency() }
            }
            8 => self.want_of_part(trip, place),
            _ => self.want_with_trip(place),
        }
    }

    /// A quote for somebody or a departure, and then what it is for.
    fn want_of_part(&mut self, trip: usize, place: &Place) -> Command {
        if let Some(quote) = self.trips[trip].quoted.take() {
            return Command::Cancel(Cancel { quote: Some(quote), reason: None, by: agency() });
        }
        let segments: Vec<&PlannedSegment> = place.slices.iter().flatten().collect();
        let mut part = Part::default();
        if self.rng.bool() {
            part.flights.insert(segments[self.rng.usize(..segments.len())].flight);
        } else {
            part.passengers.insert(PassengerId::new(self.rng.u8(1..=2)));
        }
        Command::QuotePart(part)
    }

    fn ask_for_trip(&mut self, trip: usize) {
        let stream = self.on_sale.len() + trip;
        let mut wait = self.patience_for_answer();
        let Some(Asking { op, attempt, wish }) = &mut self.trips[trip].asking else { return };
        *attempt += 1;
        let (op, attempt) = (*op, *attempt);
        let asker = Asker::Traveller(trip);
        match wish {
            Wish::Hold(flight, command) => {
                let (intent, command) = (Intent { asker, op, stream: *flight, keyed: true }, command.clone());
                self.send::<Flight>(intent, command);
            }
            Wish::Booking(Command::Place(_)) => {
                self.ask_to_place(trip, op);
                wait = if self.chance(GOES_AWAY) { self.rng.u64(..AWAY_MAX) } else { self.rng.u64(40..=300) };
            }
            Wish::Booking(command) => {
                let command = command.clone();
                self.send::<Booking>(Intent { asker, op, stream, keyed: true }, command);
            }
        }
        self.agenda.put(wait, Event::Patience { asker, op, attempt });
    }

    pub(super) fn travel_again(&mut self, trip: usize, op: u64, attempt: u32) {
        let asking = self.trips[trip].asking.as_ref();
        if asking.is_some_and(|asking| (asking.op, asking.attempt) == (op, attempt)) {
            self.ask_for_trip(trip);
        }
    }

    pub(super) fn trip_told(&mut self, asker: Asker, op: u64, reply: &Reply<Booking>) {
        match (asker, reply) {
            (Asker::Traveller(trip), reply) => self.traveller_told(trip, op, reply),
            (Asker::Runner { order, trip }, Reply::Definite(_)) => self.delivered(order, trip),
            (Asker::Webhook(trip), Reply::Definite(verdict)) => self.hint_told(trip, op, verdict),
            (Asker::Runner { .. } | Asker::Webhook(_), Reply::TryAgain) | (Asker::Carrier { .. }, _) => {}
            (Asker::Client(_) | Asker::Payment(_), _) => unreachable!("clients ask departures"),
        }
    }

    /// A booking that is busy is asked again, like one that cannot be reached.
    fn traveller_told(&mut self, trip: usize, op: u64, reply: &Reply<Booking>) {
        let Some(asking) = self.trips[trip].asking.take_if(|asking| asking.op == op) else { return };
        let verdict = match reply {
            Reply::Definite(Verdict::Refused(Rejection::Busy)) | Reply::TryAgain => {
                let attempt = asking.attempt;
                self.trips[trip].asking = Some(asking);
                let (asker, wait) = (Asker::Traveller(trip), self.patience_while_busy());
                return self.agenda.put(wait, Event::Patience { asker, op, attempt });
            }
            Reply::Definite(verdict) => verdict,
        };
        self.record.answers += 1;
        self.record.trips_told.push(TripTold { trip, request: key(op), verdict: verdict.clone() });
        match (asking.wish, verdict) {
            (Wish::Booking(Command::Place(place)), Verdict::Accepted(..)) => {
                self.trips[trip].placed = Some(place);
            }
            (Wish::Booking(Command::Pay { .. }), Verdict::Accepted(..)) => {
                self.trips[trip].pays = true;
                self.expect_storms();
            }
            (Wish::Booking(Command::QuotePart(_)), Verdict::Accepted(version, _)) => {
                self.trips[trip].quoted = Some(*version);
            }
            _ => {}
        }
        self.travel_on(trip);
    }

    /// An event that was taken in is not sent again, and is known for ever.
    fn hint_told(&mut self, trip: usize, op: u64, verdict: &Verdict<Booking>) {
        if self.hinted.insert(op) {
            self.record.answers += 1;
            self.record.trips_told.push(TripTold { trip, request: key(op), verdict: verdict.clone() });
        }
    }

    pub(super) fn hold_told(&mut self, trip: usize, op: u64, reply: &Reply) {
        let Some(asking) = self.trips[trip].asking.take_if(|asking| asking.op == op) else { return };
        let Reply::Definite(verdict) = reply else {
            let (attempt, wait) = (asking.attempt, self.rng.u64(5..=80));
            self.trips[trip].asking = Some(asking);
            let asker = Asker::Traveller(trip);
            return self.agenda.put(wait, Event::Patience { asker, op, attempt });
        };
        if let Wish::Hold(stream, _) = asking.wish {
            self.remember_told(stream, op, verdict);
            let held =
                fact(verdict, |event| if let Fact::SeatsHeld(held) = event { Some(held.hold) } else { None });
            self.loose.extend(held.map(|hold| (stream, hold)));
        }
        self.travel_on(trip);
    }

    fn travel_on(&mut self, trip: usize) {
        let wait = self.about(self.scenario.think);
        self.agenda.put(wait, Event::Travel(trip));
    }
}
