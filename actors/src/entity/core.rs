//! The state machine that owns a stream.

use std::sync::Arc;

use domain::aggregate::{Aggregate, Turn};
use domain::booking::Booking;
use domain::flight::Flight;
use domain::ids::Version;
use domain::ledger::{self, Line};
use domain::news::{self, News};
use domain::planted::{self, Bug};
use domain::time::Timestamp;
use domain::view;
use persistence::journal::{
    Activation, Answer as LoggedAnswer, Due, Entry, Fingerprint, Listing, NotDurable, OutboxOrder, Record,
    RequestId, RequestKey, Row, StreamId, Upcasters,
};

use super::answer::{Answer, AnswerBody};
use super::memory::{Memory, Place, REMEMBERED_FOR};

/// An aggregate that can be owned: it also knows how to read its older events.
pub trait Entity: Aggregate {
    /// From each older schema to today's.
    const UPCASTERS: Upcasters;

    /// How lists show it after the row `version`, which is the last that it has taken in; `None`, the default, when no
    /// list does. Asked after every row, so it must be cheap.
    fn listing(&self, _version: Version) -> Option<Listing> {
        None
    }

    /// What an event tells those whom it concerns; asked before it is taken in. Nothing by default, and of most events.
    fn news(&self, _event: &Self::Event) -> Vec<News> {
        Vec::new()
    }

    /// What an event moves on the ledger; asked before it is taken in. Nothing by default, and of most events.
    fn ledger(&self, _event: &Self::Event) -> Vec<Line> {
        Vec::new()
    }
}

impl Entity for Flight {
    const UPCASTERS: Upcasters = Upcasters::NONE;

    fn listing(&self, version: Version) -> Option<Listing> {
        let summary = |departure| Listing::Departure(Box::new(view::summary(departure, version)));
        self.departure().map(summary)
    }

    fn news(&self, event: &Self::Event) -> Vec<News> {
        news::of_flight(self, event)
    }
}

impl Entity for Booking {
    const UPCASTERS: Upcasters = Upcasters::NONE;

    fn listing(&self, version: Version) -> Option<Listing> {
        self.placed().map(|placed| Listing::Booking(Box::new(view::booking_view(placed, version))))
    }

    fn news(&self, event: &Self::Event) -> Vec<News> {
        news::of_booking(self, event)
    }

    fn ledger(&self, event: &Self::Event) -> Vec<Line> {
        ledger::lines_of(self, event)
    }
}

/// A command, and what its client may expect of it.
#[derive(Debug, Clone)]
pub struct Request<C> {
    /// The request that is to be answered once; `None` for what comes from within.
    pub key: Option<RequestKey>,
    /// Whether a refusal is an answer to remember. A client that brought no key of its own cannot ask again.
    pub remember_refusal: bool,
    /// When the client stops waiting. Past it, the command is dropped undecided.
    pub deadline: Option<Timestamp>,
    /// What is asked.
    pub command: C,
}

/// Names a submission when its fate comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    activation: Activation,
}

/// An entry for the journal, and the answer that may go out when it is durable.
#[derive(Debug)]
pub struct Submission<A: Aggregate> {
    /// To be handed to the journal, in the order of submissions.
    pub entry: Entry<()>,
    /// To be given back to [`Core::settled`].
    pub receipt: Receipt,
    /// What to tell whoever asked.
    pub answer: Answer<A>,
}

/// What a request brings about.
#[derive(Debug)]
pub struct Decided<A: Aggregate> {
    /// The row of what was due, when a refusal rests on it. It goes to the journal first.
    pub lapsed: Option<Submission<A>>,
    /// The request's own.
    pub own: Submission<A>,
}

/// How a request was taken.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "it is nearly always the large one, and moved once")]
pub enum Handled<A: Aggregate> {
    /// Decided.
    Decided(Decided<A>),
    /// Its deadline had passed; nothing was decided.
    Late,
    /// The core is not live. Nothing was decided; the same key may be tried again.
    NotLive,
}

/// Where a core stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It waits for its barrier and for what is stored.
    Loading,
    /// It takes requests.
    Live,
    /// Something that it handed in is lost, so its state may be wrong: it must be rebuilt.
    Fenced,
}

/// The owner of one stream. See the module for the way it goes.
#[derive(Debug)]
pub struct Core<A: Entity> {
    pub(super) stream: StreamId,
    pub(super) activation: Activation,
    pub(super) phase: Phase,
    pub(super) state: A,
    /// The last row that was decided. Runs ahead of what is durable.
    pub(super) version: Version,
    /// The time of the last row: no later decision is made at an earlier time.
    pub(super) latest: Timestamp,
    pub(super) memory: Memory,
    /// Entries handed in whose fate is not known.
    pub(super) unsettled: usize,
    /// The row of the last snapshot, and when that was decided.
    pub(super) snapshot: (Version, Timestamp),
    pub(super) timer_lost: bool,
}

impl<A: Entity> Core<A> {
    /// The owner of `stream` before it is loaded. Take its first barrier from [`Core::rebuild`].
    #[must_use]
    pub fn new(stream: StreamId) -> Self {
        Self {
            stream,
            activation: Activation::default(),
            phase: Phase::Loading,
            state: A::default(),
            version: Version::EMPTY,
            latest: Timestamp::EPOCH,
            memory: Memory::default(),
            unsettled: 0,
            snapshot: (Version::EMPTY, Timestamp::EPOCH),
            timer_lost: false,
        }
    }

    /// Takes a request. The submissions of all requests must reach the journal in the order of the calls.
    pub fn handle(&mut self, request: &Request<A::Command>, now: Timestamp) -> Handled<A> {
        if self.phase != Phase::Live {
            return Handled::NotLive;
        }
        if request.deadline.is_some_and(|deadline| deadline <= now) {
            return Handled::Late;
        }
        let now = now.max(self.latest);
        let known = request.key.and_then(|key| Some((key, self.memory.place(key.id, now)?)));
        if let Some((key, place)) = known {
            let own = self.submit(Record::Mark, Answer::Recall { place, key });
            return Handled::Decided(Decided { lapsed: None, own });
        }
        Handled::Decided(self.decide(request, now))
    }

    /// Where the answer to a request stands, if the request is remembered; to be told once it is durable.
    pub fn look_up(&mut self, request: RequestId, now: Timestamp) -> Option<Submission<A>> {
        let live = self.phase == Phase::Live;
        let place = self.memory.place(request, now.max(self.latest)).filter(|_| live)?;
        // Whoever looks does not know what was asked, and nobody reads this.
        let key = RequestKey { id: request, fingerprint: Fingerprint::new(request.bytes()) };
        Some(self.submit(Record::Mark, Answer::Recall { place, key }))
    }

    fn decide(&mut self, request: &Request<A::Command>, now: Timestamp) -> Decided<A> {
        let turn = Turn { now, version: self.version.next() };
        match self.state.decide(&request.command, turn) {
            Ok(events) if events.is_empty() => {
                let answer = Answer::AlreadySo { version: self.version };
                let own = self.answer(request.key, now, &AnswerBody::AlreadySo, answer);
                Decided { lapsed: None, own }
            }
            Ok(events) => Decided { lapsed: None, own: self.accept(events, request.key, now) },
            Err(rejection) => self.refuse(request, rejection, now),
        }
    }

    /// A refusal may rest on holds that are due. They lapse in a row before it, so that no later clock can
    /// bring them back.
    fn refuse(
        &mut self,
        request: &Request<A::Command>,
        rejection: A::Rejection,
        now: Timestamp,
    ) -> Decided<A> {
        let lapsed = self.lapse(now);
        let remember = request.remember_refusal && A::is_remembered(&rejection);
        let key = request.key.filter(|_| remember && !planted::on(Bug::RefusalsForgotten));
        let body = AnswerBody::Refused(rejection.clone());
        let answer = Answer::Refused { version: self.version, rejection };
        Decided { lapsed, own: self.answer(key, now, &body, answer) }
    }

    /// Takes the events in at once and makes the row that says so.
    fn accept(&mut self, events: Vec<A::Event>, key: Option<RequestKey>, now: Timestamp) -> Submission<A> {
        let before = wakes_at(&self.state);
        let (mut effects, mut news, mut ledger) = (Vec::new(), Vec::new(), Vec::new());
        for event in &events {
            news.extend(self.state.news(event));
            ledger.extend(self.state.ledger(event));
            effects.extend(self.state.react(event));
            self.state.evolve(event);
        }
        debug_assert_eq!(self.state.breach(), None, "after {events:?}");
        self.version = self.version.next();
        self.latest = now;
        if let Some(key) = key {
            self.memory.put(key.id, Place::Row(self.version), now + REMEMBERED_FOR);
        }
        let row = Row {
            version: self.version,
            at: now,
            schema: A::SCHEMA,
            request: key,
            body: json(&events),
            outbox: (0..)
                .zip(&effects)
                .map(|(ordinal, effect)| OutboxOrder { ordinal, body: json(effect) })
                .collect(),
            due: due(before, wakes_at(&self.state)),
            listing: self.state.listing(self.version),
            news,
            ledger,
        };
        let answer = Answer::Accepted { version: self.version, events: events.into() };
        self.submit(Record::Row(row), answer)
    }

    /// Makes the entry for an answer that is no row: remembered under its key, or only owned and in order.
    fn answer(
        &mut self,
        key: Option<RequestKey>,
        now: Timestamp,
        body: &AnswerBody<A::Rejection>,
        answer: Answer<A>,
    ) -> Submission<A> {
        let Some(request) = key else { return self.submit(Record::Mark, answer) };
        let expires = now + REMEMBERED_FOR;
        self.memory.put(request.id, Place::Log, expires);
        let logged = LoggedAnswer { request, version: self.version, at: now, body: json(body), expires };
        self.submit(Record::Answer(logged), answer)
    }

    fn submit(&mut self, record: Record, answer: Answer<A>) -> Submission<A> {
        self.unsettled += 1;
        let entry = Entry { stream: self.stream.clone(), activation: self.activation, record, ack: () };
        Submission { entry, receipt: Receipt { activation: self.activation }, answer }
    }

    /// Takes in the fate of a submission. After an error the core is fenced: take a barrier from
    /// [`Core::rebuild`].
    pub fn settled(&mut self, receipt: Receipt, result: Result<(), NotDurable>) {
        if receipt.activation != self.activation {
            return;
        }
        self.unsettled -= 1;
        match result {
            Err(_) if !planted::on(Bug::NoRollbackWhenFenced) => self.phase = Phase::Fenced,
            Ok(()) | Err(_) => {}
        }
    }

    /// When [`Core::tick`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        let armed = self.phase == Phase::Live && !self.timer_lost;
        self.state.deadline().filter(|_| armed)
    }

    /// Brings about what has fallen due, if anything has.
    pub fn tick(&mut self, now: Timestamp) -> Option<Submission<A>> {
        if self.phase != Phase::Live {
            return None;
        }
        self.lapse(now.max(self.latest))
    }

    fn lapse(&mut self, now: Timestamp) -> Option<Submission<A>> {
        self.state.deadline().filter(|deadline| *deadline <= now)?;
        let turn = Turn { now, version: self.version.next() };
        let events = self.state.decide(&A::lapse(), turn).ok().filter(|events| !events.is_empty())?;
        Some(self.accept(events, None, now))
    }

    /// Where it stands.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The stream that it owns.
    #[must_use]
    pub const fn stream(&self) -> &StreamId {
        &self.stream
    }

    /// Its life.
    #[must_use]
    pub const fn activation(&self) -> Activation {
        self.activation
    }

    /// The state, ahead of the disk: nothing of it may leave before [`Core::is_quiet`].
    #[must_use]
    pub const fn state(&self) -> &A {
        &self.state
    }

    /// The last row that was decided.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Whether all that was handed in is durable: the state may be read, kept as a snapshot, or dropped.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        self.unsettled == 0 && matches!(self.phase, Phase::Live)
    }

    /// Whether the core may be dropped from memory: nothing is under way and nothing falls due.
    #[must_use]
    pub fn may_passivate(&self) -> bool {
        self.is_quiet() && wakes_at(&self.state).is_none()
    }
}

/// When a stream in this state is to be woken at the latest: at once, after any start, when it waits for an answer.
#[must_use]
pub fn wakes_at<A: Aggregate>(state: &A) -> Option<Timestamp> {
    let unfinished = state.is_unfinished() && !planted::on(Bug::PassivatedMidStep);
    if unfinished { Some(Timestamp::EPOCH) } else { state.deadline() }
}

fn due(before: Option<Timestamp>, after: Option<Timestamp>) -> Due {
    match after {
        _ if before == after => Due::Unchanged,
        Some(at) => Due::At(at),
        None => Due::Never,
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> Arc<str> {
    /// Most rows take less, and a buffer that grows is copied each time.
    const BYTES: usize = 512;
    let mut text = Vec::with_capacity(BYTES);
    serde_json::to_writer(&mut text, value).expect("our own types have text keys and no failing parts");
    String::from_utf8(text).expect("JSON is UTF-8").into()
}
