//! The driver: a core, the journal's batch and the tables, in the order in which the engine goes.

use actors::entity::{
    Answer, CannotActivate, Core, Decided, Handled, Place, Recalled, Receipt, Request, StoredReply,
    Submission, recall,
};
use domain::flight::{Command, Flight};
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::{
    Activation, Batch, Due, Loaded, NodeId, NotDurable, Outcome, Record, RequestKey, Row, Settled, Snapshot,
    Statement, Step, Tables,
};

use crate::asks::{at, open_sale, request, stream, time_of};

/// One departure, its owner and its journal.
pub struct House {
    pub core: Core<Flight>,
    pub tables: Tables,
    batch: Batch<Ack>,
    lives: Activation,
    node: NodeId,
    under_way: Option<Statement>,
}

/// Whom the journal tells.
enum Ack {
    /// Whoever asked.
    Client(Receipt, Box<Answer<Flight>>),
    /// Nobody: it came from within.
    Timer(Receipt, Version),
    /// Whoever loads.
    Barrier(Activation),
}

/// What becomes of the statement under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is in the tables.
    Lands,
    /// The store takes offence.
    Refused,
    /// It never arrived, and nobody knows.
    Lost,
    /// It is in the tables, and nobody knows.
    Unheard,
}

impl House {
    /// A departure that nobody has heard of.
    pub fn empty() -> Self {
        let mut house = Self::with(Tables::default());
        assert_eq!(house.rebuild(), ["live at 0"]);
        house
    }

    /// The departure with its sale open: row 1.
    pub fn open() -> Self {
        let mut house = Self::empty();
        assert_eq!(house.ask(&request(open_sale()), at("09:00")), ["row 1"]);
        assert_eq!(house.commit(Fate::Lands), ["accepted 1"]);
        house
    }

    fn with(mut tables: Tables) -> Self {
        let node = NodeId::new(1);
        let owned = [(stream().shard(), tables.claim(node, stream().shard()))];
        let (core, batch) = (Core::new(stream()), Batch::new(owned));
        Self { core, tables, batch, lives: Activation::default(), node, under_way: None }
    }

    /// Asks the core, hands in what it gives, and says what that was.
    pub fn ask(&mut self, request: &Request<Command>, now: Timestamp) -> Vec<String> {
        match self.core.handle(request, now) {
            Handled::Decided(decided) => self.hand_in(decided),
            Handled::Late => vec!["late".to_owned()],
            Handled::NotLive => vec!["not live".to_owned()],
        }
    }

    fn hand_in(&mut self, decided: Decided<Flight>) -> Vec<String> {
        let lapsed = decided.lapsed.map(|lapsed| self.hand_in_lapse(lapsed));
        let Submission { entry, receipt, answer } = decided.own;
        let said = spoken(&entry.record);
        self.batch.push(entry.with_ack(Ack::Client(receipt, Box::new(answer))));
        lapsed.into_iter().chain([said]).collect()
    }

    /// The timer fires.
    pub fn tick(&mut self, now: Timestamp) -> Vec<String> {
        let lapsed = self.core.tick(now);
        lapsed.map(|lapsed| self.hand_in_lapse(lapsed)).into_iter().collect()
    }

    fn hand_in_lapse(&mut self, lapsed: Submission<Flight>) -> String {
        let Record::Row(Row { version, .. }) = lapsed.entry.record else { panic!("a lapse is a row") };
        let said = spoken(&lapsed.entry.record);
        self.batch.push(lapsed.entry.with_ack(Ack::Timer(lapsed.receipt, version)));
        said
    }

    /// Sends what waits, unless a statement is under way; what comes after waits for the next one.
    pub fn send(&mut self) {
        while self.under_way.is_none() {
            match self.batch.next_step() {
                Some(Step::Write(statement)) => self.under_way = Some(statement),
                Some(Step::RaiseEpochs(shards)) => {
                    let ours = self.tables.raise(self.node, &shards);
                    self.batch.raised(&ours);
                }
                None => return,
            }
        }
    }

    /// Lets the statement under way meet its fate, or one of all that waits, and says who is told what.
    pub fn commit(&mut self, fate: Fate) -> Vec<String> {
        self.send();
        if let Some(statement) = self.under_way.take() {
            let lands = matches!(fate, Fate::Lands | Fate::Unheard);
            let landed = lands.then(|| self.tables.commit(self.node, &statement));
            let outcome = match (fate, landed) {
                (Fate::Lands, Some(outcome)) => outcome,
                (Fate::Refused, _) => Outcome::Refused("the store takes offence".into()),
                _ => Outcome::Unknown("no answer".into()),
            };
            self.batch.written(&outcome);
            self.send();
        }
        self.tell()
    }

    fn tell(&mut self) -> Vec<String> {
        self.batch.settled().into_iter().map(|told| self.told(told)).collect()
    }

    fn told(&mut self, told: Settled<Ack>) -> String {
        match told.ack {
            Ack::Client(receipt, answer) => {
                self.core.settled(receipt, told.result);
                told.result.map_or_else(lost, |()| self.answered(&answer))
            }
            Ack::Timer(receipt, version) => {
                self.core.settled(receipt, told.result);
                told.result.map_or_else(lost, |()| format!("lapsed {version}"))
            }
            Ack::Barrier(activation) if activation == self.core.activation() => self.load(),
            Ack::Barrier(_) => "nobody waits for this barrier".to_owned(),
        }
    }

    fn load(&mut self) -> String {
        let loaded = self.loaded();
        match self.core.load(&loaded) {
            Ok(()) => format!("live at {}", self.core.version()),
            Err(error) => format!("cannot be loaded: {error}"),
        }
    }

    /// What is stored of the departure.
    pub fn loaded(&self) -> Loaded {
        self.tables.load(&stream(), 1)
    }

    fn answered(&self, answer: &Answer<Flight>) -> String {
        match answer {
            Answer::Recall { place, key } => self.recalled(*place, *key),
            Answer::Accepted { .. } | Answer::AlreadySo { .. } | Answer::Refused { .. } => said(answer),
        }
    }

    fn recalled(&self, place: Place, key: RequestKey) -> String {
        let stored = match place {
            Place::Row(version) => self.tables.row(&stream(), version).cloned().map(StoredReply::Row),
            Place::Log => self.tables.answer(&stream(), key.id).cloned().map(StoredReply::Answer),
        };
        let stored = stored.expect("a recall comes after what it recalls");
        match recall::<Flight>(&stored, key.fingerprint).expect("what we stored can be read") {
            Recalled::Answer(first) => format!("first {}", said(&first)),
            Recalled::KeyReused => "key reused".to_owned(),
        }
    }

    /// Begins a new life and loads as soon as the barrier lets it.
    pub fn rebuild(&mut self) -> Vec<String> {
        self.lives = self.lives.next();
        let barrier = self.core.rebuild(self.lives);
        self.batch.push(barrier.with_ack(Ack::Barrier(self.lives)));
        self.send();
        self.tell()
    }

    /// The process is gone with all that it had in memory, and another one starts.
    pub fn restart(&mut self) -> Vec<String> {
        *self = Self::with(std::mem::take(&mut self.tables));
        self.rebuild()
    }

    /// Keeps a snapshot, and says of which version.
    pub fn keep_snapshot(&mut self) -> Vec<String> {
        let snapshot: Option<Snapshot> = self.core.snapshot_now();
        let said = snapshot.as_ref().map(|snapshot| format!("snapshot {}", snapshot.version));
        snapshot.into_iter().for_each(|snapshot| self.tables.put_snapshot(snapshot));
        said.into_iter().collect()
    }
}

fn lost(why: NotDurable) -> String {
    format!("lost, {why:?}").to_lowercase()
}

/// What an entry is, with what it says of `due` and of effects.
pub fn spoken(record: &Record) -> String {
    match record {
        Record::Row(row) => {
            let due = match row.due {
                Due::Unchanged => String::new(),
                Due::At(at) => format!(" due {}", time_of(at)),
                Due::Never => " due never".to_owned(),
            };
            format!("row {}{due}", row.version)
        }
        Record::Answer(answer) => format!("answer at {}", answer.version),
        Record::Mark => "mark".to_owned(),
        Record::Barrier => "barrier".to_owned(),
    }
}

fn said(answer: &Answer<Flight>) -> String {
    match answer {
        Answer::Accepted { version, events } => {
            assert!(!events.is_empty(), "what is accepted happened");
            format!("accepted {version}")
        }
        Answer::AlreadySo { version } => format!("already so at {version}"),
        Answer::Refused { version, rejection } => format!("refused at {version} {}", rejection.code()),
        Answer::Recall { .. } => "recall".to_owned(),
    }
}

/// What cannot be loaded, as the operator reads it.
pub fn refusal(loaded: &Loaded) -> CannotActivate {
    let mut core: Core<Flight> = Core::new(stream());
    core.rebuild(Activation::new(1));
    core.load(loaded).expect_err("it must not be loaded")
}
