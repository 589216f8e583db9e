//! A store that fails at random, owners that follow the protocol, and a rival that takes shards away.

mod verdict;

use std::collections::{BTreeMap, VecDeque};

use domain::ids::Version;
use fastrand::Rng;
use persistence::journal::{
    Activation, Batch, Due, Entry, Epoch, NodeId, NotDurable, Outcome, Record, Settled, Shard, Statement,
    Step, StoredRow, StreamId, Tables,
};

use crate::language::{answer, row, stream};

const US: NodeId = NodeId::new(1);
const RIVAL: NodeId = NodeId::new(2);

/// Streams of a life. Capitals lie in shards of their own, a small letter in that of its capital.
const STREAMS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "a", "b"];

/// The owner of one stream: it follows the protocol and remembers what it believes to be stored.
#[derive(Debug, Default)]
struct Owner {
    activation: Activation,
    live: bool,
    /// The bodies of the rows that it read or handed in, in order. The entries of its life rest on them.
    believed: Vec<String>,
    /// The last request that it answered.
    answered: Option<u64>,
}

/// One entry that was handed in.
#[derive(Debug)]
struct Handed {
    stream: usize,
    activation: Activation,
    kind: Kind,
    /// How many rows its owner believed in when it was handed in, its own included.
    rests_on: usize,
    /// What it was told.
    told: Option<Result<(), NotDurable>>,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Row(Version, String),
    Answer(u64),
    Mark,
    Barrier,
}

/// Whether anything may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Luck {
    Any,
    Good,
}

pub struct World {
    rng: Rng,
    ids: Vec<StreamId>,
    batch: Batch<usize>,
    tables: Tables,
    owners: Vec<Owner>,
    handed: Vec<Handed>,
    activations: Activation,
    /// Statements of unknown outcome that may still reach the store.
    late: VecDeque<Statement>,
    pub seen: BTreeMap<&'static str, u32>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut tables = Tables::default();
        let ids: Vec<StreamId> = STREAMS.iter().map(|name| stream(name)).collect();
        let shards = ids.iter().map(StreamId::shard);
        let owned: BTreeMap<Shard, Epoch> = shards.map(|shard| (shard, tables.claim(US, shard))).collect();
        Self {
            rng: Rng::with_seed(seed),
            ids,
            batch: Batch::new(owned),
            tables,
            owners: STREAMS.map(|_| Owner::default()).into(),
            handed: Vec::new(),
            activations: Activation::default(),
            late: VecDeque::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Lets so many things happen, then lets everything come to rest, and checks all that must hold.
    pub fn live(&mut self, events: u32) {
        for _ in 0..events {
            self.anything();
        }
        self.rest();
        self.check();
    }

    fn saw(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    fn anything(&mut self) {
        let which = self.rng.usize(..STREAMS.len());
        match self.rng.u8(..100) {
            0..50 => self.act(which),
            50..52 => self.begin_life(which),
            52..53 => self.rival_takes(self.ids[which].shard()),
            53..56 => self.take_back(self.ids[which].shard()),
            56 if self.rng.bool() => self.batch.disown(self.ids[which].shard()),
            56..59 => self.land_late(),
            59.. => self.step(Luck::Any),
        }
    }

    /// An owner hands in whatever it may.
    fn act(&mut self, which: usize) {
        if !self.owners[which].live {
            return;
        }
        let serial = self.handed.len() as u64;
        match self.rng.u8(..10) {
            0..6 => {
                let body = format!("[{serial}]");
                self.owners[which].believed.push(body.clone());
                let version = Version::new(self.owners[which].believed.len() as u64);
                let Record::Row(mut made) = row(version.number(), Due::Unchanged) else {
                    unreachable!("a row is a row")
                };
                made.body = body.as_str().into();
                self.hand_in(which, Record::Row(made), Kind::Row(version, body));
            }
            6..8 => {
                self.owners[which].answered = Some(serial);
                self.hand_in(which, answer(serial), Kind::Answer(serial));
            }
            8 => {
                // A request that was answered before: the store refuses it, and the batch finds out who brought it.
                let again = self.owners[which].answered.unwrap_or(serial);
                self.hand_in(which, answer(again), Kind::Answer(again));
            }
            _ => self.hand_in(which, Record::Mark, Kind::Mark),
        }
    }

    fn hand_in(&mut self, which: usize, record: Record, kind: Kind) {
        let Owner { activation, believed, .. } = &self.owners[which];
        let (activation, rests_on) = (*activation, believed.len());
        let ack = self.handed.len();
        self.handed.push(Handed { stream: which, activation, kind, rests_on, told: None });
        self.batch.push(Entry { stream: self.ids[which].clone(), activation, record, ack });
    }

    fn begin_life(&mut self, which: usize) {
        self.activations = self.activations.next();
        self.owners[which] = Owner { activation: self.activations, ..Owner::default() };
        self.hand_in(which, Record::Barrier, Kind::Barrier);
    }

    /// Another process claims the shard, decides on what it finds there, and writes.
    fn rival_takes(&mut self, shard: Shard) {
        self.saw("takeover");
        let epoch = self.tables.claim(RIVAL, shard);
        for stream in self.ids.iter().filter(|id| id.shard() == shard).cloned() {
            let last = self.tables.rows(&stream).len() as u64;
            let Record::Row(made) = row(last + 1, Due::Unchanged) else { unreachable!("a row is a row") };
            let stored = StoredRow {
                stream,
                version: made.version,
                at: made.at,
                epoch,
                schema: 1,
                request: None,
                body: "[\"the rival\"]".into(),
            };
            let statement =
                Statement { shards: vec![(shard, epoch)], rows: vec![stored], ..Statement::default() };
            assert_eq!(self.tables.commit(RIVAL, &statement), Outcome::Committed);
        }
    }

    fn take_back(&mut self, shard: Shard) {
        let epoch = self.tables.claim(US, shard);
        self.batch.own(shard, epoch);
    }

    /// A statement that nobody waits for any more reaches the store. It must find its epoch gone.
    fn land_late(&mut self) {
        let Some(statement) = self.late.pop_front() else { return };
        self.saw("late");
        let outcome = self.tables.commit(US, &statement);
        if outcome == Outcome::Committed {
            self.saw("late and committed");
        }
    }

    /// What the driver does: the next step, with an outcome that may be bad luck.
    fn step(&mut self, luck: Luck) {
        match self.batch.next_step() {
            None => {}
            Some(Step::RaiseEpochs(shards)) => {
                let ours = self.tables.raise(US, &shards);
                if luck == Luck::Good || self.rng.u8(..3) > 0 {
                    self.batch.raised(&ours);
                }
            }
            Some(Step::Write(statement)) => self.write(&statement, luck),
        }
        let settled = self.batch.settled();
        for told in settled {
            self.tell(&told);
        }
    }

    fn write(&mut self, statement: &Statement, luck: Luck) {
        for _ in 0..self.rng.u8(..4) {
            // While the statement is on its way, owners go on, and a rival may be faster.
            let which = self.rng.usize(..STREAMS.len());
            let rivals = luck == Luck::Any && self.rng.u8(..25) == 0;
            if rivals { self.rival_takes(self.ids[which].shard()) } else { self.act(which) }
        }
        let fate = if luck == Luck::Any { self.rng.u8(..20) } else { u8::MAX };
        let outcome = match fate {
            0 => {
                self.late.push_back(statement.clone());
                Outcome::Unknown("on its way".into())
            }
            1 => {
                self.tables.commit(US, statement);
                Outcome::Unknown("landed unheard".into())
            }
            2 => Outcome::Unknown("lost".into()),
            _ => self.tables.commit(US, statement),
        };
        self.saw(match &outcome {
            Outcome::Committed => "committed",
            Outcome::Fenced(_) => "fenced",
            Outcome::Refused(_) => "refused",
            Outcome::Unknown(_) => "unknown",
        });
        if let Outcome::Refused(why) = &outcome {
            // Only a repeated request is offensive here. A row that is there already would be a life too many.
            let brought = statement.answers.iter().any(|answer| why.contains(&answer.request.id.to_string()));
            assert!(brought, "a row was written twice: {why}");
        }
        self.batch.written(&outcome);
    }

    fn tell(&mut self, told: &Settled<usize>) {
        let handed = &mut self.handed[told.ack];
        assert_eq!(handed.told, None, "entry {} is told twice", told.ack);
        handed.told = Some(told.result);
        let (which, current) = (handed.stream, handed.activation == self.owners[handed.stream].activation);
        match (told.result, &self.handed[told.ack].kind) {
            (Ok(()), Kind::Barrier) if current => self.load(which),
            (Ok(()), Kind::Barrier) => {}
            (Ok(()), _) => self.check_acknowledged(told.ack),
            (Err(NotDurable::NotOwner), Kind::Barrier) => {}
            (Err(_), Kind::Barrier) => panic!("a barrier is told {:?}", told.result),
            (Err(_), _) if current => self.begin_life(which),
            (Err(_), _) => {}
        }
    }

    fn load(&mut self, which: usize) {
        let rows = self.tables.rows(&self.ids[which]);
        self.owners[which].believed = rows.iter().map(|row| row.body.to_string()).collect();
        self.owners[which].live = true;
    }

    /// No more bad luck: what waits is written, what was lost is loaded again.
    fn rest(&mut self) {
        while !self.late.is_empty() {
            self.land_late();
        }
        for which in 0..STREAMS.len() {
            self.take_back(self.ids[which].shard());
        }
        for which in 0..STREAMS.len() {
            // Who has nothing to hand in never hears that its life is over: a mark finds out.
            if self.owners[which].live {
                self.hand_in(which, Record::Mark, Kind::Mark);
            } else {
                self.begin_life(which);
            }
        }
        for _ in 0..10_000 {
            if self.batch.is_empty() {
                return;
            }
            self.step(Luck::Good);
        }
        panic!("the batch does not come to rest");
    }
}
