//! What goes to and fro between bookings and departures: steps, asked again until they are answered, and effects, carried out
//! again until each booking has taken them in.
//!
//! The road forgets everything but what the journal knows. A process that starts, or takes a shard over, carries every
//! open step once more, while an older one may still be at it.

use std::collections::BTreeSet;

use actors::entity::Request;
use domain::booking::{Ask as Asks, Booking, Command, Heard, Step};
use domain::flight::{Effect, Flight};
use domain::ids::{FlightId, Version};
use persistence::journal::{NodeId, OutboxRow, Outcome, Statement};

use super::client::Intent;
use super::{Ask, Asker, Event, Reply, Verdict, World};
use crate::planted::Planted;

/// The process that carries a step, its life, and the stream of the booking.
pub(super) type Carrier = (usize, u64, usize);

/// An effect of a durable row, and the bookings that have not taken it in.
#[derive(Debug)]
pub(super) struct Order {
    flight: FlightId,
    effect: Effect,
    waiting: BTreeSet<usize>,
}

/// Steps are numbered apart from everything else that is asked.
const STEPS: u64 = 1 << 62;

/// How many bits of a step's name its number within the booking has.
const NUMBER_BITS: u32 = 20;

fn name_of(stream: usize, number: Version) -> u64 {
    STEPS | (stream as u64) << NUMBER_BITS | number.number()
}

impl World {
    /// Commits a statement. What is durable has effects.
    pub(super) fn commit(&mut self, by: NodeId, statement: &Statement) -> Outcome {
        let outcome = self.tables.commit(by, statement);
        if matches!(outcome, Outcome::Committed) && !self.trips.is_empty() {
            for row in &statement.outbox {
                self.note_effect(row);
            }
        }
        outcome
    }

    fn note_effect(&mut self, row: &OutboxRow) {
        let departure = self.on_sale.iter().find(|departure| departure.stream == row.stream);
        let Ok(effect) = serde_json::from_str::<Effect>(&row.body) else { return };
        let Some(flight) = departure.map(|departure| departure.flight) else { return };
        let concerned = |trip: &super::Trip| match &effect {
            Effect::TellHoldsLost { booking, .. } => trip.booking == *booking,
            Effect::CancelBookings { .. } => true,
        };
        let waiting: BTreeSet<usize> =
            self.trips.iter().enumerate().filter(|(_, trip)| concerned(trip)).map(|(at, _)| at).collect();
        if !waiting.is_empty() {
            self.orders.push(Order { flight, effect, waiting });
            let wait = if self.rng.bool() { self.rng.u64(0..=20) } else { self.rng.u64(0..=2_000) };
            self.agenda.put(wait, Event::Deliver(self.orders.len() - 1));
        }
    }

    /// Tells every booking that has not taken the effect in, and comes back.
    pub(super) fn deliver(&mut self, order: usize) {
        let Order { flight, effect, waiting } = &self.orders[order];
        let command = match effect {
            Effect::TellHoldsLost { reason, .. } => Command::HoldsLost { flight: *flight, reason: *reason },
            Effect::CancelBookings { flight } => Command::FlightCancelled { flight: *flight },
        };
        let trips: Vec<usize> = waiting.iter().copied().collect();
        for trip in &trips {
            let stream = self.on_sale.len() + trip;
            let asker = Asker::Runner { order, trip: *trip };
            self.send::<Booking>(Intent { asker, op: 0, stream, keyed: false }, command.clone());
        }
        if !trips.is_empty() {
            let wait = self.rng.u64(150..=600);
            self.agenda.put(wait, Event::Deliver(order));
        }
    }

    pub(super) fn delivered(&mut self, order: usize, trip: usize) {
        self.orders[order].waiting.remove(&trip);
    }

    /// Carries the step that is open, once it is durable that it is.
    pub(super) fn drive(&mut self, node: usize, stream: usize) {
        let Some(program) = &mut self.nodes[node].program else { return };
        let life = program.life;
        let Some(owner) = program.bookings.get_mut(&stream).filter(|owner| owner.core.is_quiet()) else {
            return;
        };
        let Some(step) = owner.core.state().step() else { return };
        if owner.carrying != Some(step.number) {
            owner.carrying = Some(step.number);
            self.carry((node, life, stream), &step, false);
        }
    }

    fn carry(&mut self, carrier: Carrier, step: &Step, again: bool) {
        let (node, life, stream) = carrier;
        let mut op = name_of(stream, step.number);
        if self.is_planted(Planted::StepsRenamed) {
            op |= (life & 0xFF) << 40;
        }
        self.note("step", stream as u64, step.number.number());
        let asker = Asker::Carrier { node, life, stream };
        match &step.ask {
            Asks::Departure { flight, command } => {
                let flight = self.on_sale.iter().position(|departure| departure.flight == *flight);
                let flight = flight.expect("trips are made of departures that are on sale");
                self.send::<Flight>(Intent { asker, op, stream: flight, keyed: true }, command.clone());
            }
            Asks::Provider(order) => {
                self.ask_provider(carrier, op, order, again);
                let wait = self.patience_for_answer();
                return self.agenda.put(wait, Event::Patience { asker, op, attempt: 0 });
            }
        }
        let wait = self.rng.u64(150..=600);
        self.agenda.put(wait, Event::Patience { asker, op, attempt: 0 });
    }

    /// Asks once more, if the step is still open and nobody else carries it.
    pub(super) fn carry_again(&mut self, carrier: Carrier, op: u64) {
        let (node, life, stream) = carrier;
        let Some(program) = self.nodes[node].living(life) else { return };
        let Some(owner) = program.bookings.get(&stream) else { return };
        let number = number_in(op);
        let step = owner.core.state().step();
        let Some(step) = step.filter(|step| step.number == number && owner.carrying == Some(number)) else {
            return;
        };
        self.carry(carrier, &step, true);
    }

    /// Hands the answer to the booking, if its owner is still the one who asked. It may come late, and twice.
    pub(super) fn step_told(&mut self, carrier: Carrier, op: u64, reply: &Reply) {
        let (node, life, stream) = carrier;
        let asker = Asker::Carrier { node, life, stream };
        let Reply::Definite(verdict) = reply else {
            let wait = self.rng.u64(5..=40);
            return self.agenda.put(wait, Event::Patience { asker, op, attempt: 0 });
        };
        let Some(program) = self.nodes[node].living(life) else { return };
        if !program.bookings.contains_key(&stream) {
            return;
        }
        let answer = match verdict {
            Verdict::Accepted(_, events) => Heard::Accepted(events.to_vec()),
            Verdict::AlreadySo => Heard::AlreadySo,
            Verdict::Refused(rejection) => Heard::Refused(rejection.clone()),
        };
        let command = Command::Told { step: number_in(op), answer };
        let request = Request { key: None, remember_refusal: false, deadline: None, command };
        self.decide::<Booking>(node, &Ask { asker, op, stream, request });
        self.pump(node);
    }
}

pub(super) const fn number_in(op: u64) -> Version {
    Version::new(op & ((1 << NUMBER_BITS) - 1))
}
