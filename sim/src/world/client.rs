//! What clients want, and how they ask: one thing at a time, again and again until the answer is definite.

use std::rc::Rc;

use actors::entity::Request;
use domain::flight::{
    BlockReason, BlockSeats, BookingParty, CancelPlaces, ChangeSeats, ChangeStatus, ClaimHolds, Command,
    ExtendHold, Flight, HoldSeats, Holder, HolderKind, NamedSeats, ReleaseHold, SeatChoice, StartPaying,
    Status, Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, PrincipalId};
use domain::party::{Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber};
use domain::time::Timestamp;

use super::program::Kept;
use super::{Ask, Asker, Event, World, instant, key, seconds};
use crate::scenario::Keeping;

/// Somebody who uses the engine. The first one also runs the airline's operations.
#[derive(Debug)]
pub(super) struct Client {
    principal: PrincipalId,
    kind: HolderKind,
    pub asking: Option<Asking>,
    /// What must be asked before anything else.
    pub wants: Vec<(usize, Command)>,
    pub holds: Vec<Mine>,
    pub bookings: Vec<Booked>,
    /// Seats that the airline took out of sale: blocked ones, and those sold elsewhere.
    pub out: Vec<(usize, Command)>,
}

/// A request that has no definite answer yet.
#[derive(Debug)]
pub(super) struct Asking {
    pub op: u64,
    pub stream: usize,
    pub command: Command,
    pub purpose: Purpose,
    pub invoked: u64,
    pub attempt: u32,
    /// Whether the client brought a key. Without one it asks once and may never learn.
    pub keyed: bool,
}

/// Who asks for what, however often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intent {
    pub asker: Asker,
    pub op: u64,
    pub stream: usize,
    /// Whether the client brought a key.
    pub keyed: bool,
}

/// A hold, as its client knows it.
#[derive(Debug, Clone)]
pub(super) struct Mine {
    pub stream: usize,
    pub number: HoldNumber,
    pub class: CabinClass,
    pub places: u8,
    /// Names the hold in the histories of seats.
    pub token: u64,
    pub seats: Vec<SeatNumber>,
    /// Virtual milliseconds.
    pub until: u64,
}

/// A booking, as its client knows it.
#[derive(Debug, Clone)]
pub(super) struct Booked {
    pub stream: usize,
    pub booking: BookingId,
    /// Who sits where, with the token of the hold that the seat came from.
    pub seated: Vec<(PassengerId, Option<(SeatNumber, u64)>)>,
    pub holds: Vec<Mine>,
    pub until: u64,
    pub sold: bool,
}

/// What a request is for. It carries what the client knows, until the answer says what became of it.
#[derive(Debug)]
pub(super) enum Purpose {
    Hold { named: Vec<SeatNumber>, until: u64 },
    Extend(Mine),
    Release(Mine),
    Claim { booking: BookingId, holds: Vec<Mine>, until: u64 },
    Return(Booked),
    LetGo(Booked),
    Pay(Booked),
    Cancel(Booked),
    Move(Booked),
    Block,
    Unblock,
    Other,
    EndFlight,
}

impl Client {
    pub(super) fn new(number: usize) -> Self {
        let principal: PrincipalId = format!("client-{number}").parse().expect("a principal");
        let kind = if number.is_multiple_of(3) { HolderKind::Customer } else { HolderKind::Agent };
        Self {
            principal,
            kind,
            asking: None,
            wants: Vec::new(),
            holds: Vec::new(),
            bookings: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Every passenger is an adult.
    fn passengers(places: usize) -> Vec<Passenger> {
        let adult = |number| Passenger {
            id: PassengerId::new(number),
            kind: TravellerType::Adult,
            seat: None,
            lap_of: None,
            no_exit: false,
        };
        (1..).take(places).map(adult).collect()
    }
}

impl World {
    pub(super) fn think(&mut self, client: usize) {
        if self.clients[client].asking.is_some() {
            return;
        }
        if let Some((stream, command)) = self.clients[client].wants.pop() {
            return self.begin_asking(client, stream, command, Purpose::Other);
        }
        if self.quiet {
            return;
        }
        let chosen = match self.rng.u8(..10) {
            0..=3 => self.want_with_hold(client).or_else(|| self.want_with_booking(client)),
            4..=6 => self.want_with_booking(client).or_else(|| self.want_with_hold(client)),
            7 if client == 0 => Some(self.want_operations()),
            8..=9 if client == 0 && !self.trips.is_empty() => Some(self.want_end_of_flight()),
            _ => None,
        };
        let (stream, command, purpose) = chosen.unwrap_or_else(|| self.want_hold(client));
        self.begin_asking(client, stream, command, purpose);
    }

    fn want_hold(&mut self, client: usize) -> (usize, Command, Purpose) {
        let stream = self.rng.usize(..self.on_sale.len());
        let plan = &self.on_sale[stream].plan;
        let first = self.rng.usize(..plan.len());
        let seats: Vec<_> = plan.seats().map(|(_, seat)| (seat.number, seat.class)).collect();
        let class = seats[first].1;
        let places = if self.rng.bool() { 1 } else { self.rng.u8(1..=3) };
        let choice = match self.rng.u8(..10) {
            0 => SeatChoice::Later,
            1 => SeatChoice::Best(Preferences { window: self.rng.bool(), ..Preferences::default() }),
            _ => {
                let near = seats.iter().cycle().skip(first).take(seats.len()).filter(|(_, of)| *of == class);
                SeatChoice::Exact(near.take(usize::from(places)).map(|(number, _)| *number).collect())
            }
        };
        let named = if let SeatChoice::Exact(named) = &choice { named.clone() } else { Vec::new() };
        let ttl = self.rng.u64(1..=12);
        let Client { principal, kind, .. } = &self.clients[client];
        let command = Command::HoldSeats(HoldSeats {
            holder: Holder { principal: principal.clone(), kind: *kind },
            class,
            places: if named.is_empty() { places } else { u8::try_from(named.len()).expect("at most three") },
            seats: choice,
            party: None,
            term: Term::For(seconds(ttl)),
            booking: None,
        });
        let until = self.agenda.now() + ttl * 1_000;
        (stream, command, Purpose::Hold { named, until })
    }

    fn want_with_hold(&mut self, client: usize) -> Option<(usize, Command, Purpose)> {
        let count = self.clients[client].holds.len();
        if count == 0 {
            return None;
        }
        let at = self.rng.usize(..count);
        let mine = self.clients[client].holds.swap_remove(at);
        let by = self.clients[client].principal.clone();
        let stream = mine.stream;
        match self.rng.u8(..10) {
            0..=1 => {
                let ttl = seconds(self.rng.u64(1..=12));
                Some((
                    stream,
                    Command::ExtendHold(ExtendHold { hold: mine.number, by, ttl }),
                    Purpose::Extend(mine),
                ))
            }
            2..=4 => Some((
                stream,
                Command::ReleaseHold(ReleaseHold { hold: mine.number, by }),
                Purpose::Release(mine),
            )),
            _ => Some(self.want_booking(client, mine)),
        }
    }

    /// Puts a hold into a booking, together with another one of the same cabin if there is one.
    fn want_booking(&mut self, client: usize, first: Mine) -> (usize, Command, Purpose) {
        let stream = first.stream;
        let alike = |mine: &Mine| mine.stream == stream && mine.class == first.class;
        let second = self.clients[client].holds.iter().position(alike).filter(|_| self.rng.bool());
        let mut holds = vec![first];
        holds.extend(second.map(|at| self.clients[client].holds.swap_remove(at)));
        self.ops += 1;
        let booking = BookingId::new(u128::from(self.ops));
        let until = self.agenda.now() + self.rng.u64(1_000..=20_000);
        let command = Command::ClaimHolds(ClaimHolds {
            holds: holds.iter().map(|mine| mine.number).collect(),
            by: self.clients[client].principal.clone(),
            party: BookingParty {
                booking,
                passengers: Client::passengers(holds.iter().map(|mine| usize::from(mine.places)).sum()),
                fare: None,
            },
            until: instant(until),
        });
        (stream, command, Purpose::Claim { booking, holds, until })
    }

    fn want_with_booking(&mut self, client: usize) -> Option<(usize, Command, Purpose)> {
        let count = self.clients[client].bookings.len();
        if count == 0 {
            return None;
        }
        let at = self.rng.usize(..count);
        let booked = self.clients[client].bookings.swap_remove(at);
        let (stream, booking) = (booked.stream, booked.booking);
        let choice = self.rng.u8(..10);
        Some(match (booked.sold, choice) {
            (_, 0..=1) => self.want_other_seat(booked),
            (_, 2) => (
                stream,
                Command::AssignSeats { booking, wish: Preferences::default() },
                Purpose::Move(booked),
            ),
            (true, _) => {
                let passengers = booked.seated.iter().map(|(id, _)| *id).collect();
                (stream, Command::CancelPlaces(CancelPlaces { booking, passengers }), Purpose::Cancel(booked))
            }
            (false, 3) => (stream, Command::ReturnClaim { booking }, Purpose::Return(booked)),
            (false, 4) => (stream, Command::ReleaseClaim { booking }, Purpose::LetGo(booked)),
            (false, _) => {
                let fence = instant(self.agenda.now() + self.rng.u64(2_000..=30_000));
                (stream, Command::StartPaying(StartPaying { booking, fence }), Purpose::Pay(booked))
            }
        })
    }

    fn want_other_seat(&mut self, booked: Booked) -> (usize, Command, Purpose) {
        let (stream, booking) = (booked.stream, booked.booking);
        let plan = &self.on_sale[stream].plan;
        let seats: Vec<SeatNumber> = plan.seats().map(|(_, seat)| seat.number).collect();
        let moves =
            booked.seated.iter().map(|(id, _)| (*id, seats[self.rng.usize(..seats.len())])).take(2).collect();
        (stream, Command::ChangeSeats(ChangeSeats { booking, moves }), Purpose::Move(booked))
    }

    fn want_operations(&mut self) -> (usize, Command, Purpose) {
        let stream = self.rng.usize(..self.on_sale.len());
        let plan = &self.on_sale[stream].plan;
        let seats: Vec<SeatNumber> = plan.seats().map(|(_, seat)| seat.number).collect();
        let seats = vec![seats[self.rng.usize(..seats.len())]];
        match self.rng.u8(..8) {
            0..=1 => {
                let command = BlockSeats { seats, reason: BlockReason::Operations };
                (stream, Command::BlockSeats(command), Purpose::Block)
            }
            2 => (stream, Command::SellElsewhere(NamedSeats { seats }), Purpose::Block),
            3 => (stream, Command::UnblockSeats(NamedSeats { seats }), Purpose::Unblock),
            4..=6 => match self.clients[0].out.pop() {
                Some((stream, put_back)) => (stream, put_back, Purpose::Unblock),
                None => (stream, Command::ReturnElsewhere(NamedSeats { seats }), Purpose::Unblock),
            },
            _ => self.want_status(stream),
        }
    }

    /// Departures on which bookings are under way are cancelled more often, and leave.
    fn want_end_of_flight(&mut self) -> (usize, Command, Purpose) {
        let stream = self.rng.usize(..self.on_sale.len());
        if self.rng.bool() { self.want_operations() } else { self.want_status(stream) }
    }

    fn want_status(&mut self, stream: usize) -> (usize, Command, Purpose) {
        let rare = if self.trips.is_empty() { 4 } else { 2 };
        let ends = self.scenario.status_changes && self.rng.u8(..rare) == 0;
        let status = match (ends, self.rng.bool()) {
            (true, true) => Status::Cancelled,
            (true, false) => Status::Departed,
            (false, true) => Status::Delayed,
            (false, false) => Status::Scheduled,
        };
        let changed = ChangeStatus { status, reason: None, departs: None, arrives: None, gate: None };
        (stream, Command::ChangeStatus(changed), if ends { Purpose::EndFlight } else { Purpose::Other })
    }

    fn begin_asking(&mut self, client: usize, stream: usize, command: Command, purpose: Purpose) {
        self.ops += 1;
        let op = self.ops;
        let names_seats = matches!(&purpose, Purpose::Hold { named, .. } if !named.is_empty());
        let keyed = !names_seats || self.rng.u8(..20) > 0;
        let invoked = self.agenda.now();
        self.clients[client].asking =
            Some(Asking { op, stream, command, purpose, invoked, attempt: 0, keyed });
        self.ask_again(client);
    }

    /// Sends the client's request once more, and waits.
    fn ask_again(&mut self, client: usize) {
        let Some(asking) = &mut self.clients[client].asking else { return };
        asking.attempt += 1;
        let (op, attempt, keyed) = (asking.op, asking.attempt, asking.keyed);
        let (stream, command) = (asking.stream, asking.command.clone());
        self.send::<Flight>(Intent { asker: Asker::Client(client), op, stream, keyed }, command);
        let wait = self.rng.u64(150..=600);
        self.agenda.put(wait, Event::Patience { asker: Asker::Client(client), op, attempt });
    }

    pub(super) fn patience(&mut self, asker: Asker, op: u64, attempt: u32) {
        match asker {
            Asker::Payment(payment) => self.ask_to_confirm_again(payment, op, attempt),
            Asker::Traveller(trip) => self.travel_again(trip, op, attempt),
            Asker::Carrier { node, life, stream } => self.carry_again((node, life, stream), op),
            Asker::Webhook(trip) => self.bring_hint(trip, op, attempt),
            Asker::Runner { .. } => {}
            Asker::Client(client) => {
                let asking = self.clients[client].asking.as_ref();
                let Some(asking) = asking.filter(|asking| (asking.op, asking.attempt) == (op, attempt))
                else {
                    return;
                };
                if asking.keyed { self.ask_again(client) } else { self.give_up(client) }
            }
        }
    }

    /// Puts a request on the wire: it may be lost, or doubled with the second one late.
    pub(super) fn send<A: Kept>(&mut self, intent: Intent, command: A::Command)
    where
        A::Command: Clone,
    {
        let soon = if self.rng.u8(..3) == 0 { Some(instant(self.agenda.now() + 400)) } else { None };
        self.send_before::<A>(intent, command, [soon, None]);
    }

    /// The same, with the deadlines of the request and of its double.
    pub(super) fn send_before<A: Kept>(
        &mut self,
        intent: Intent,
        command: A::Command,
        [deadline, deadline_of_double]: [Option<Timestamp>; 2],
    ) where
        A::Command: Clone,
    {
        let Intent { asker, op, stream, keyed } = intent;
        let request = Request { key: keyed.then(|| key(op)), remember_refusal: true, deadline, command };
        if keyed && self.chance(self.scenario.doubled) {
            let late = if self.rng.bool() { self.rng.u64(0..=40) } else { self.rng.u64(0..=6_000) };
            let request = Request { deadline: deadline_of_double, ..request.clone() };
            let node = self.route(stream);
            self.agenda.put(late, A::arrive(node, Rc::new(Ask { asker, op, stream, request })));
        }
        if self.chance(self.scenario.lost) {
            return;
        }
        let (node, wait) = (self.route(stream), self.rng.u64(0..=8));
        self.agenda.put(wait, A::arrive(node, Rc::new(Ask { asker, op, stream, request })));
    }

    /// Mostly the owner; sometimes whoever was the owner, or never was.
    fn route(&mut self, stream: usize) -> usize {
        if self.scenario.keeping == Keeping::Embedded {
            return 0;
        }
        let owner = self.tables.owner(self.stream_id(stream).shard()).map(|(owner, _)| owner);
        let living =
            |node: &super::program::Node| node.program.as_ref().map(super::program::Program::id) == owner;
        let known = self.nodes.iter().position(living);
        known.filter(|_| self.rng.u8(..4) > 0).unwrap_or_else(|| self.rng.usize(..2))
    }
}
