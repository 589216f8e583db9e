//! Crashes, pauses, takeovers, drops from memory, and their end.

use domain::planted::Bug;
use persistence::journal::{NodeId, Shard};

use super::program::Program;
use super::{Asker, Event, World};
use crate::disk;
use crate::planted::Planted;
use crate::scenario::{Keeping, Scenario};

/// How long after the faults' end departures are still dropped from memory.
const PASSIVATES_AFTER: u64 = 20_000;

impl World {
    /// What reaches a machine that stands still waits there, as in a socket's buffer. The database and the
    /// clients go on.
    pub(super) fn unless_paused(&mut self, event: Event) -> Option<Event> {
        use super::commits::Landing;
        let node = match &event {
            Event::TripArrive { node, .. } | Event::Prepare { node, .. } => *node,
            Event::Reserve(_) if self.scenario.keeping == Keeping::Shared => return Some(event),
            Event::Reserve(reservation) | Event::Reserved { reservation, .. } => reservation.node,
            Event::Told { asker: Asker::Carrier { node, .. }, .. }
            | Event::Patience { asker: Asker::Carrier { node, .. }, .. } => *node,
            Event::ProviderSaid { carrier: (node, ..), .. } => *node,
            Event::Arrive { node, .. } | Event::Load { node, .. } | Event::Timer { node, .. } => *node,
            Event::Passivate(node) | Event::TakeOver(node) | Event::Panic(node) => *node,
            Event::Commit {
                landing: Landing::AtDatabase { .. } | Landing::RaiseAtDatabase { .. }, ..
            } => return Some(event),
            Event::Commit { call, .. } => call.node,
            Event::Think(_)
            | Event::Travel(_)
            | Event::Deliver(_)
            | Event::TripTold { .. }
            | Event::Told { .. }
            | Event::Patience { .. }
            | Event::Crash(_)
            | Event::Start(_) => return Some(event),
            Event::Pause(_) | Event::Resume(_) | Event::Charge(_) | Event::Webhook(_) => return Some(event),
            Event::AtProvider(_) | Event::AtBank { .. } | Event::Storm => return Some(event),
            Event::Frame { .. } | Event::Sweep | Event::Quiet => return Some(event),
        };
        if !self.nodes[node].paused {
            return Some(event);
        }
        self.nodes[node].deferred.push(event);
        None
    }

    /// Everything begins to go wrong.
    pub(super) fn begin_faults(&mut self) {
        let Scenario { crash_every, pause_every, passivate_every, panic_every, .. } = self.scenario;
        for node in 0..self.nodes.len() {
            for (every, event) in [
                (crash_every, Event::Crash(node)),
                (pause_every, Event::Pause(node)),
                (passivate_every, Event::Passivate(node)),
                (panic_every, Event::Panic(node)),
            ] {
                let wait = self.about(every);
                self.agenda.put(wait, event);
            }
        }
    }

    pub(super) fn start(&mut self, node: usize) {
        if self.nodes[node].program.is_some() {
            return;
        }
        self.lives += 1;
        self.nodes[node].program = Some(Program::new(self.lives));
        self.note("start", node as u64, self.lives);
        self.claim_ownerless(node);
        self.pump(node);
    }

    /// Makes this process the owner of every shard whose owner does not seem to live, and wakes what is due
    /// there.
    fn claim_ownerless(&mut self, node: usize) {
        let shards: Vec<Shard> = self.streams().map(|stream| self.stream_id(stream).shard()).collect();
        let by = self.nodes[node].program.as_ref().map(Program::id).expect("a program claims");
        for shard in shards {
            let owner = self.tables.owner(shard).map(|(owner, _)| owner);
            if owner == Some(by) || owner.is_some_and(|owner| self.seems_alive(owner)) {
                continue;
            }
            let epoch = self.tables.claim(by, shard);
            self.record.takeovers += 1;
            self.note("claim", node as u64, u64::from(shard.number()));
            self.drop_owners_of(node, shard);
            let program = self.nodes[node].program.as_mut().expect("a program claims");
            program.batch.own(shard, epoch);
        }
        if !self.is_planted(Planted::NeverWoken) {
            self.wake_due(node);
        }
    }

    /// Owners from before the claim know nothing of what another process did since. Left alone they would be
    /// fenced when they next hand something in; but a hold that they do not know of would have no timer.
    fn drop_owners_of(&mut self, node: usize, shard: Shard) {
        if self.is_planted(Planted::Engine(Bug::OldLivesKept)) {
            return;
        }
        for stream in self.streams() {
            if self.stream_id(stream).shard() == shard {
                self.drop_owner(node, stream);
            }
        }
    }

    fn seems_alive(&self, id: NodeId) -> bool {
        self.nodes
            .iter()
            .any(|node| !node.paused && node.program.as_ref().is_some_and(|program| program.id() == id))
    }

    fn wake_due(&mut self, node: usize) {
        for (due, _) in self.tables.due() {
            let Some(stream) = self.streams().find(|stream| *self.stream_id(*stream) == due) else {
                continue;
            };
            let program = self.nodes[node].program.as_ref().expect("a program wakes");
            if program.batch.owns(due.shard()) && !program.has(stream) {
                self.activate(node, stream);
            }
        }
    }

    pub(super) fn crash_by_fate(&mut self, node: usize) {
        if self.quiet {
            return;
        }
        self.crash(node);
        let again = self.about(self.scenario.crash_every);
        self.agenda.put(again, Event::Crash(node));
    }

    /// The process is gone, with all that it had in memory. On its disk is what a crash leaves.
    pub(super) fn crash(&mut self, node: usize) {
        if self.nodes[node].program.take().is_none() {
            return;
        }
        self.record.crashes += 1;
        self.note("crash", node as u64, 0);
        self.nodes[node].paused = false;
        self.nodes[node].deferred.clear();
        if let Some(frame) = self.in_flight.take() {
            let whole = disk::frame(&frame.statement);
            let left = disk::torn(&whole, &mut self.rng);
            self.record.torn += u64::from(left != whole);
            if let Some(mut statement) = disk::read_back(&left, !self.is_planted(Planted::NoChecksum)) {
                statement.shards.clear();
                self.commit(frame.by, &statement);
            }
        }
        self.lose_reservations();
        let wait = self.rng.u64(1..=100);
        self.agenda.put(wait, Event::Start(node));
        self.suspect(node);
    }

    /// The other process takes over, unless the first is back before that.
    fn suspect(&mut self, node: usize) {
        if self.scenario.keeping == Keeping::Shared {
            let wait = self.rng.u64(20..=300);
            self.agenda.put(wait, Event::TakeOver(1 - node));
        }
    }

    pub(super) fn take_over(&mut self, node: usize) {
        if self.nodes[node].program.is_some() {
            self.claim_ownerless(node);
            self.pump(node);
        }
    }

    /// An owner panics: what it knew is gone, what it handed in is on its way. Its supervisor starts another.
    pub(super) fn panic(&mut self, node: usize) {
        if self.quiet {
            return;
        }
        let again = self.about(self.scenario.panic_every);
        self.agenda.put(again, Event::Panic(node));
        let stream = self.rng.usize(self.streams());
        let program = self.nodes[node].program.as_mut();
        let forget = |program: &mut Program| {
            program.flights.remove(&stream).is_some() || program.bookings.remove(&stream).is_some()
        };
        if program.is_some_and(forget) {
            self.note("panic", node as u64, stream as u64);
            self.activate(node, stream);
            self.pump(node);
        }
    }

    /// The process stands still for a while, and does not know it.
    pub(super) fn pause(&mut self, node: usize) {
        if self.quiet {
            return;
        }
        let again = self.about(self.scenario.pause_every);
        self.agenda.put(again, Event::Pause(node));
        if self.nodes[node].program.is_none() || self.nodes[node].paused {
            return;
        }
        self.nodes[node].paused = true;
        self.note("pause", node as u64, 0);
        let wait = self.rng.u64(50..=1_500);
        self.agenda.put(wait, Event::Resume(node));
        self.suspect(node);
    }

    pub(super) fn resume(&mut self, node: usize) {
        if !self.nodes[node].paused {
            return;
        }
        self.nodes[node].paused = false;
        self.note("resume", node as u64, 0);
        for event in std::mem::take(&mut self.nodes[node].deferred) {
            self.agenda.put(0, event);
        }
    }

    /// Drops departures from memory that have nothing to do. That is no fault: it goes on for a while after faults end.
    pub(super) fn passivate(&mut self, node: usize) {
        if self.agenda.now() < self.scenario.active + PASSIVATES_AFTER {
            let again = self.about(self.scenario.passivate_every);
            self.agenda.put(again, Event::Passivate(node));
        }
        let careless = self.is_planted(Planted::PassivatedWithHold);
        let Some(program) = &mut self.nodes[node].program else { return };
        let before = program.flights.len() + program.bookings.len();
        program
            .flights
            .retain(|_, owner| if careless { !owner.core.is_quiet() } else { !owner.core.may_passivate() });
        program.bookings.retain(|_, owner| !owner.core.may_passivate());
        let dropped = before - program.flights.len() - program.bookings.len();
        self.note("passivate", node as u64, dropped as u64);
    }

    /// Faults end: everybody is there, nothing is lost any more, and nothing new begins.
    pub(super) fn fall_quiet(&mut self) {
        if self.agenda.now() < self.storm_until {
            return;
        }
        self.quiet = true;
        self.note("quiet", 0, 0);
        for node in 0..self.nodes.len() {
            self.agenda.put(0, Event::Resume(node));
            self.agenda.put(0, Event::Start(node));
            self.agenda.put(400, Event::TakeOver(node));
        }
    }
}
