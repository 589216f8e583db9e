//! A process: owners of streams and their journal batch. The code under test is called from here.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use actors::entity::{
    Answer, Core, Entity, Handled, Phase, Place, Recalled, Receipt, StoredReply, Submission, recall,
};
use domain::booking::Booking;
use domain::flight::Flight;
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{Activation, Batch, NodeId, NotDurable, Record, Settled, Step};

use super::{Ask, Asker, Event, Reply, Verdict, World};
use crate::planted::Planted;

/// Requests that may wait for a stream to be loaded.
const WAITING_MAX: usize = 64;

/// How late a timer fires at most, in milliseconds.
const TIMER_LATE_MAX: u64 = 25;

/// A machine.
#[derive(Debug)]
pub(super) struct Node {
    pub program: Option<Program>,
    pub paused: bool,
    /// What reached it while it stood still, in order.
    pub deferred: Vec<Event>,
    /// How far its clock is off.
    skew: i64,
}

/// One run of the program.
#[derive(Debug)]
pub(super) struct Program {
    pub life: u64,
    pub batch: Batch<Ack>,
    /// The owners of departures, by stream.
    pub flights: BTreeMap<usize, Owner<Flight>>,
    /// The owners of bookings, by stream.
    pub bookings: BTreeMap<usize, Owner<Booking>>,
    /// The commit under way; what comes back for another one is too late.
    pub write: Option<u64>,
    /// Whether an epoch is being raised.
    pub raising: bool,
    activation: Activation,
}

/// The owner of one stream.
#[derive(Debug)]
pub(super) struct Owner<A: Entity> {
    pub core: Core<A>,
    /// The step of a booking that is on its way.
    pub carrying: Option<Version>,
    waiting: VecDeque<Rc<Ask<A>>>,
    timer: Option<Timestamp>,
}

/// Whom the journal tells.
#[derive(Debug)]
pub(super) enum Ack {
    Flight(Box<Due<Flight>>),
    Booking(Box<Due<Booking>>),
    Barrier { stream: usize, activation: Activation },
}

/// An answer that waits for its entry.
#[derive(Debug)]
pub(super) struct Due<A: Entity> {
    stream: usize,
    receipt: Receipt,
    answer: Answer<A>,
    to: Option<(Asker, u64)>,
    /// The row that the feed is told of.
    row: Option<(Version, Arc<str>)>,
}

/// What a process keeps owners of.
pub(super) trait Kept: Entity {
    fn owners(program: &mut Program) -> &mut BTreeMap<usize, Owner<Self>>;
    fn ack(due: Due<Self>) -> Ack;
    fn told(asker: Asker, op: u64, reply: Reply<Self>) -> Event;
    fn arrive(node: usize, ask: Rc<Ask<Self>>) -> Event;
}

impl Kept for Flight {
    fn owners(program: &mut Program) -> &mut BTreeMap<usize, Owner<Self>> {
        &mut program.flights
    }

    fn ack(due: Due<Self>) -> Ack {
        Ack::Flight(Box::new(due))
    }

    fn told(asker: Asker, op: u64, reply: Reply<Self>) -> Event {
        Event::Told { asker, op, reply }
    }

    fn arrive(node: usize, ask: Rc<Ask<Self>>) -> Event {
        Event::Arrive { node, ask }
    }
}

impl Kept for Booking {
    fn owners(program: &mut Program) -> &mut BTreeMap<usize, Owner<Self>> {
        &mut program.bookings
    }

    fn ack(due: Due<Self>) -> Ack {
        Ack::Booking(Box::new(due))
    }

    fn told(asker: Asker, op: u64, reply: Reply<Self>) -> Event {
        Event::TripTold { asker, op, reply }
    }

    fn arrive(node: usize, ask: Rc<Ask<Self>>) -> Event {
        Event::TripArrive { node, ask }
    }
}

impl Node {
    pub(super) fn new(skew: i64) -> Self {
        Self { program: None, paused: false, deferred: Vec::new(), skew }
    }

    /// The process, if it is the one of this life.
    pub(super) fn living(&mut self, life: u64) -> Option<&mut Program> {
        self.program.as_mut().filter(|program| program.life == life)
    }
}

impl Program {
    pub(super) fn new(life: u64) -> Self {
        Self {
            life,
            batch: Batch::new([]),
            flights: BTreeMap::new(),
            bookings: BTreeMap::new(),
            write: None,
            raising: false,
            activation: Activation::default(),
        }
    }

    pub(super) fn id(&self) -> NodeId {
        NodeId::new(u128::from(self.life))
    }

    pub(super) fn has(&self, stream: usize) -> bool {
        self.flights.contains_key(&stream) || self.bookings.contains_key(&stream)
    }
}

impl World {
    /// The time as a node reads it.
    pub(super) fn clock(&self, node: usize) -> Timestamp {
        let millis = self.now().millis() + self.nodes[node].skew;
        Timestamp::from_millis(millis).expect("clocks are off by little")
    }

    fn program(&mut self, node: usize) -> &mut Program {
        self.nodes[node].program.as_mut().expect("called for a program that lives")
    }

    /// A request arrives. Nobody is there: it is lost. The shard is not ours: try again.
    pub(super) fn arrive<A: Kept>(&mut self, node: usize, ask: Rc<Ask<A>>) {
        let stream = ask.stream;
        let shard = self.stream_id(stream).shard();
        let Some(program) = &mut self.nodes[node].program else { return };
        if !program.batch.owns(shard) {
            return self.reply(Some((ask.asker, ask.op)), Reply::<A>::TryAgain);
        }
        if !A::owners(program).contains_key(&stream) {
            self.activate(node, stream);
        }
        let owner = A::owners(self.program(node)).get_mut(&stream).expect("it was just activated");
        if owner.core.phase() == Phase::Live {
            self.decide(node, &ask);
        } else if owner.waiting.len() < WAITING_MAX {
            owner.waiting.push_back(ask);
        } else {
            self.reply(Some((ask.asker, ask.op)), Reply::<A>::TryAgain);
        }
        self.pump(node);
    }

    /// Begins a new life of a stream's owner.
    pub(super) fn activate(&mut self, node: usize, stream: usize) {
        if self.is_trip(stream) {
            self.activate_as::<Booking>(node, stream);
        } else {
            self.activate_as::<Flight>(node, stream);
        }
    }

    fn activate_as<A: Kept>(&mut self, node: usize, stream: usize) {
        let core = Core::new(self.stream_id(stream).clone());
        let owner = Owner { core, carrying: None, waiting: VecDeque::new(), timer: None };
        A::owners(self.program(node)).insert(stream, owner);
        self.rebuild::<A>(node, stream);
    }

    /// Hands a barrier in; the stream is read when it comes back.
    fn rebuild<A: Kept>(&mut self, node: usize, stream: usize) {
        let hasty = self.is_planted(Planted::LoadedBeforeBarrier);
        let program = self.program(node);
        let activation = program.activation.next();
        let Some(owner) = A::owners(program).get_mut(&stream) else { return };
        let barrier = owner.core.rebuild(activation);
        (owner.timer, owner.carrying) = (None, None);
        program.activation = activation;
        program.batch.push(barrier.with_ack(Ack::Barrier { stream, activation }));
        if hasty {
            let life = program.life;
            self.load(node, life, stream, activation);
        }
    }

    /// Reads a stream and answers who waited for it. What a barrier of an earlier life set off is too late.
    pub(super) fn load(&mut self, node: usize, life: u64, stream: usize, activation: Activation) {
        if self.is_trip(stream) {
            self.load_as::<Booking>(node, life, stream, activation);
            self.drive(node, stream);
        } else {
            self.load_as::<Flight>(node, life, stream, activation);
        }
    }

    fn load_as<A: Kept>(&mut self, node: usize, life: u64, stream: usize, activation: Activation) {
        let loaded = self.tables.load(self.stream_id(stream), 1);
        let Some(program) = self.nodes[node].living(life) else { return };
        let Some(owner) = A::owners(program).get_mut(&stream) else { return };
        if owner.core.phase() != Phase::Loading || owner.core.activation() != activation {
            return;
        }
        if let Err(error) = owner.core.load(&loaded) {
            return self.broken(&format!("a stream cannot be activated: {error}"));
        }
        let waiting = std::mem::take(&mut owner.waiting);
        self.note("load", node as u64, stream as u64);
        for ask in waiting {
            self.decide(node, &ask);
        }
        self.arm::<A>(node, stream);
        self.pump(node);
    }

    pub(super) fn decide<A: Kept>(&mut self, node: usize, ask: &Ask<A>) {
        let now = self.clock(node);
        let owner = A::owners(self.program(node)).get_mut(&ask.stream).expect("requests go to owners");
        let to = Some((ask.asker, ask.op));
        match owner.core.handle(&ask.request, now) {
            Handled::NotLive | Handled::Late => self.reply(to, Reply::<A>::TryAgain),
            Handled::Decided(decided) => {
                self.note("decide", ask.op, ask.stream as u64);
                self.say(|| format!("{:?} gives {:?}", ask.request.command, decided.own.answer));
                if let Some(lapsed) = decided.lapsed {
                    self.submit(node, ask.stream, lapsed, None);
                }
                self.submit(node, ask.stream, decided.own, to);
            }
        }
        self.arm::<A>(node, ask.stream);
    }

    fn submit<A: Kept>(
        &mut self,
        node: usize,
        stream: usize,
        submission: Submission<A>,
        to: Option<(Asker, u64)>,
    ) {
        let Submission { entry, receipt, answer } = submission;
        let row = match &entry.record {
            Record::Row(row) => Some((row.version, row.body.clone())),
            Record::Answer(_) | Record::Mark | Record::Barrier => None,
        };
        if self.is_planted(Planted::FeedFromMemory) {
            self.publish(stream, row.clone());
        }
        let due = Due { stream, receipt, answer, to, row };
        self.program(node).batch.push(entry.with_ack(A::ack(due)));
    }

    /// Sets the stream's one timer.
    fn arm<A: Kept>(&mut self, node: usize, stream: usize) {
        let (now, skew) = (self.clock(node), self.nodes[node].skew);
        let program = self.program(node);
        let life = program.life;
        let Some(owner) = A::owners(program).get_mut(&stream) else { return };
        let deadline = owner.core.deadline();
        if owner.timer == deadline {
            return;
        }
        owner.timer = deadline;
        if let Some(at) = deadline {
            let wait = u64::try_from(at.since(now).as_millis()).expect("holds are short");
            // A timer may fire a moment early, by rounding, or late, by load. The core must not mind either.
            let early = u64::from(skew % 2 != 0 && wait > 1);
            let late = self.rng.u64(0..=TIMER_LATE_MAX);
            self.agenda.put(wait - early + late, Event::Timer { node, life, stream, at });
        }
    }

    pub(super) fn timer(&mut self, node: usize, life: u64, stream: usize, at: Timestamp) {
        if self.is_trip(stream) {
            self.timer_as::<Booking>(node, life, stream, at);
        } else {
            self.timer_as::<Flight>(node, life, stream, at);
        }
    }

    fn timer_as<A: Kept>(&mut self, node: usize, life: u64, stream: usize, at: Timestamp) {
        let now = self.clock(node);
        let Some(program) = self.nodes[node].living(life) else { return };
        let Some(owner) = A::owners(program).get_mut(&stream).filter(|owner| owner.timer == Some(at)) else {
            return;
        };
        owner.timer = None;
        if let Some(lapsed) = owner.core.tick(now) {
            self.note("lapse", node as u64, stream as u64);
            self.submit(node, stream, lapsed, None);
        }
        self.arm::<A>(node, stream);
        self.pump(node);
    }

    /// Lets the batch do what it can, until it waits for the store or for entries.
    pub(super) fn pump(&mut self, node: usize) {
        loop {
            let Some(program) = &mut self.nodes[node].program else { return };
            if program.raising {
                return;
            }
            let step = program.batch.next_step();
            let settled = program.batch.settled();
            let settled_any = !settled.is_empty();
            match step {
                Some(Step::Write(statement)) => self.begin_write(node, statement),
                Some(Step::RaiseEpochs(shards)) => self.begin_raise(node, shards),
                None => {}
            }
            self.settle(node, settled);
            if !settled_any {
                return;
            }
        }
    }

    /// Gives acknowledgements out.
    pub(super) fn settle(&mut self, node: usize, settled: Vec<Settled<Ack>>) {
        for Settled { ack, result } in settled {
            match ack {
                Ack::Barrier { stream, activation } => self.passed(node, stream, activation, result),
                Ack::Flight(due) => self.acknowledged(node, *due, result),
                Ack::Booking(due) => {
                    let stream = due.stream;
                    self.acknowledged(node, *due, result);
                    self.drive(node, stream);
                }
            }
        }
    }

    fn passed(&mut self, node: usize, stream: usize, activation: Activation, result: Result<(), NotDurable>) {
        let program = self.program(node);
        let life = program.life;
        let owned = program.flights.get(&stream).map(|owner| owner.core.activation());
        let owned = owned.or(program.bookings.get(&stream).map(|owner| owner.core.activation()));
        let current = owned == Some(activation);
        match result {
            Ok(()) if current => {
                let wait = self.rng.u64(0..=3);
                self.agenda.put(wait, Event::Load { node, life, stream, activation });
            }
            Err(_) if current => self.drop_owner(node, stream),
            Ok(()) | Err(_) => {}
        }
    }

    /// Gives a stream up and sends whoever waits for it elsewhere.
    pub(super) fn drop_owner(&mut self, node: usize, stream: usize) {
        if self.is_trip(stream) {
            self.drop_owner_as::<Booking>(node, stream);
        } else {
            self.drop_owner_as::<Flight>(node, stream);
        }
    }

    fn drop_owner_as<A: Kept>(&mut self, node: usize, stream: usize) {
        let Some(owner) = A::owners(self.program(node)).remove(&stream) else { return };
        for ask in owner.waiting {
            self.reply(Some((ask.asker, ask.op)), Reply::<A>::TryAgain);
        }
    }

    fn acknowledged<A: Kept>(&mut self, node: usize, due: Due<A>, result: Result<(), NotDurable>) {
        let Due { stream, receipt, answer, to, row } = due;
        if let Some(owner) = A::owners(self.program(node)).get_mut(&stream) {
            owner.core.settled(receipt, result);
        }
        match result {
            Ok(()) => {
                if !self.is_planted(Planted::FeedFromMemory) {
                    self.publish(stream, row);
                }
                let verdict = self.verdict(stream, answer);
                if let Some(verdict) = verdict {
                    self.reply(to, Reply::Definite(verdict));
                }
                self.snapshot_sometimes::<A>(node, stream);
            }
            Err(why) => {
                self.reply(to, Reply::<A>::TryAgain);
                self.after_loss::<A>(node, stream, why);
            }
        }
    }

    fn after_loss<A: Kept>(&mut self, node: usize, stream: usize, why: NotDurable) {
        let owner = A::owners(self.program(node)).get(&stream);
        let fenced = owner.is_some_and(|owner| owner.core.phase() == Phase::Fenced);
        match why {
            NotDurable::NotOwner => self.drop_owner(node, stream),
            NotDurable::Unknown | NotDurable::Refused | NotDurable::Fenced if fenced => {
                self.rebuild::<A>(node, stream);
            }
            NotDurable::Unknown | NotDurable::Refused | NotDurable::Fenced => {}
        }
    }

    /// The answer as it goes out; a repeat's is read from where the first one stands.
    fn verdict<A: Kept>(&mut self, stream: usize, answer: Answer<A>) -> Option<Verdict<A>> {
        match answer {
            Answer::Accepted { version, events } => Some(Verdict::Accepted(version, events)),
            Answer::AlreadySo { .. } => Some(Verdict::AlreadySo),
            Answer::Refused { rejection, .. } => Some(Verdict::Refused(rejection)),
            Answer::Recall { place, key } => {
                let id = self.stream_id(stream);
                let stored = match place {
                    Place::Row(version) => self.tables.row(id, version).cloned().map(StoredReply::Row),
                    Place::Log => self.tables.answer(id, key.id).cloned().map(StoredReply::Answer),
                };
                let Some(stored) = stored else {
                    self.broken("an answer that is remembered is not stored");
                    return None;
                };
                match recall::<A>(&stored, key.fingerprint) {
                    Ok(Recalled::Answer(answer)) => self.verdict(stream, answer),
                    Ok(Recalled::KeyReused) => {
                        self.broken("a repeated request met another one's answer");
                        None
                    }
                    Err(error) => {
                        self.broken(&format!("an answer cannot be read back: {error}"));
                        None
                    }
                }
            }
        }
    }

    fn snapshot_sometimes<A: Kept>(&mut self, node: usize, stream: usize) {
        if self.rng.u8(..12) != 0 {
            return;
        }
        let owner = A::owners(self.program(node)).get_mut(&stream);
        if let Some(snapshot) = owner.and_then(|owner| owner.core.snapshot_now()) {
            self.tables.put_snapshot(snapshot);
        }
    }

    /// Sends a reply on its way, if anybody asked and it is not lost.
    pub(super) fn reply<A: Kept>(&mut self, to: Option<(Asker, u64)>, reply: Reply<A>) {
        let Some((asker, op)) = to else { return };
        if self.chance(self.scenario.lost) {
            return;
        }
        let wait = self.rng.u64(0..=8);
        self.agenda.put(wait, A::told(asker, op, reply));
    }
}
