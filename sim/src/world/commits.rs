//! What a commit goes through: on the disk of the embedded store, or on its way to the database and back.

use std::rc::Rc;

use persistence::journal::{Epoch, NodeId, Outcome, Shard, Statement};

use super::{Event, World};
use crate::planted::Planted;
use crate::scenario::Keeping;

/// How long a process waits for the database before it calls the outcome unknown.
const COMMIT_PATIENCE: u64 = 150;

/// A call to the store, and who waits for what becomes of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub node: usize,
    /// The life of the process that called.
    pub life: u64,
    /// Numbers the calls of all lives.
    pub write: u64,
}

/// The next thing that happens to a commit.
#[derive(Debug)]
pub(super) enum Landing {
    /// The frame is in the page cache.
    Written,
    /// The frame is on the disk, or the sync failed.
    Synced,
    /// The statement reaches the database. Nobody may be left who waits for it.
    AtDatabase { by: NodeId, statement: Rc<Statement>, answered: bool },
    /// The process learns the outcome.
    Outcome(Outcome),
    /// The order to raise epochs reaches the database.
    RaiseAtDatabase { by: NodeId, shards: Vec<Shard>, answered: bool },
    /// The process learns which shards are still its own.
    Raised(Vec<(Shard, Epoch)>),
    /// The process heard nothing of its order, and gives it again.
    RaiseAgain,
}

/// A frame that is being written to the disk.
#[derive(Debug)]
pub(super) struct InFlight {
    pub write: u64,
    pub by: NodeId,
    pub statement: Rc<Statement>,
}

impl World {
    pub(super) fn begin_write(&mut self, node: usize, statement: Statement) {
        self.writes += 1;
        let write = self.writes;
        let program = self.nodes[node].program.as_mut().expect("a batch that writes has a program");
        program.write = Some(write);
        let (call, by) = (Call { node, life: program.life, write }, program.id());
        let wait = self.rng.u64(1..=self.scenario.commit);
        self.note("write", write, statement.rows.len() as u64);
        let statement = Rc::new(statement);
        match self.scenario.keeping {
            Keeping::Shared => self.send_to_database(call, by, statement, wait),
            Keeping::Embedded => {
                if let Some(outcome) = self.refusal_by_fate(&statement) {
                    return self.agenda.put(wait, Event::Commit { call, landing: Landing::Outcome(outcome) });
                }
                self.in_flight = Some(InFlight { write, by, statement });
                self.agenda.put(wait, Event::Commit { call, landing: Landing::Written });
            }
        }
    }

    /// A commit on its way. It may land late or never, and its answer may be lost.
    fn send_to_database(&mut self, call: Call, by: NodeId, statement: Rc<Statement>, wait: u64) {
        let put = |world: &mut Self, wait, landing| world.agenda.put(wait, Event::Commit { call, landing });
        if !self.chance(self.scenario.unknown) {
            return put(self, wait, Landing::AtDatabase { by, statement, answered: true });
        }
        self.record.unknowns += 1;
        put(self, COMMIT_PATIENCE, Landing::Outcome(Outcome::Unknown("no answer".into())));
        match self.rng.u8(..3) {
            0 => put(self, wait, Landing::AtDatabase { by, statement, answered: false }),
            1 => {
                let longest = if self.rng.bool() { 4 * COMMIT_PATIENCE } else { 4_000 };
                let late = self.rng.u64(COMMIT_PATIENCE / 2..=longest);
                put(self, late, Landing::AtDatabase { by, statement, answered: false });
            }
            _ => {}
        }
    }

    pub(super) fn landing(&mut self, call: Call, landing: Landing) {
        match landing {
            Landing::Written => self.written_to_cache(call),
            Landing::Synced => self.synced(call),
            Landing::AtDatabase { by, statement, answered } => {
                let outcome = self.commit_at_database(by, &statement);
                if answered {
                    let wait = self.rng.u64(0..=self.scenario.commit);
                    self.agenda.put(wait, Event::Commit { call, landing: Landing::Outcome(outcome) });
                }
            }
            Landing::Outcome(outcome) => self.outcome(call, &outcome),
            Landing::RaiseAtDatabase { by, shards, answered } => {
                let ours = self.raise_at_database(by, &shards);
                if answered {
                    let wait = self.rng.u64(0..=self.scenario.commit);
                    self.agenda.put(wait, Event::Commit { call, landing: Landing::Raised(ours) });
                }
            }
            Landing::Raised(ours) => self.raised(call, Some(&ours)),
            Landing::RaiseAgain => self.raised(call, None),
        }
    }

    fn written_to_cache(&mut self, call: Call) {
        if self.nodes[call.node].living(call.life).is_none() {
            return;
        }
        let wait = self.rng.u64(1..=self.scenario.commit);
        self.agenda.put(wait, Event::Commit { call, landing: Landing::Synced });
        if self.is_planted(Planted::AckBeforeFsync) {
            self.outcome(call, &Outcome::Committed);
        }
    }

    /// A failed sync ends the process: the pages are gone, and a second sync would lie.
    fn synced(&mut self, call: Call) {
        if self.nodes[call.node].living(call.life).is_none() {
            return;
        }
        let Some(InFlight { by, statement, .. }) = self.in_flight.take_if(|frame| frame.write == call.write)
        else {
            return;
        };
        if self.chance(self.scenario.fsync_fails) {
            self.note("fsync fails", call.write, 0);
            if !self.is_planted(Planted::FsyncErrorIgnored) {
                return self.crash(call.node);
            }
            return self.outcome(call, &Outcome::Committed);
        }
        let outcome = self.commit(by, &statement);
        self.outcome(call, &outcome);
    }

    fn commit_at_database(&mut self, by: NodeId, statement: &Statement) -> Outcome {
        if let Some(outcome) = self.refusal_by_fate(statement) {
            return outcome;
        }
        if !self.is_planted(Planted::NoEpochCheck) {
            return self.commit(by, statement);
        }
        let mut blind = statement.clone();
        blind.shards.clear();
        self.commit(by, &blind)
    }

    /// The store takes offence at one stream, and at every statement with it, until it stands alone.
    fn refusal_by_fate(&mut self, statement: &Statement) -> Option<Outcome> {
        let streams = || {
            statement
                .rows
                .iter()
                .map(|row| &row.stream)
                .chain(statement.answers.iter().map(|answer| &answer.stream))
        };
        if self.poisoned.is_none() && self.chance(self.scenario.refused) {
            self.poisoned = streams().next().cloned();
        }
        let poisoned = self.poisoned.as_ref()?;
        if !streams().any(|stream| stream == poisoned) {
            return None;
        }
        if streams().all(|stream| stream == poisoned) {
            self.poisoned = None;
        }
        self.record.refused += 1;
        Some(Outcome::Refused("the store takes offence".into()))
    }

    fn outcome(&mut self, call: Call, outcome: &Outcome) {
        let Some(program) =
            self.nodes[call.node].living(call.life).filter(|program| program.write == Some(call.write))
        else {
            return;
        };
        program.write = None;
        program.batch.written(outcome);
        let settled = program.batch.settled();
        self.record.fenced += u64::from(matches!(outcome, Outcome::Fenced(_)));
        self.note("outcome", call.write, settled.len() as u64);
        self.say(|| format!("{outcome:?}"));
        self.settle(call.node, settled);
        self.pump(call.node);
    }

    pub(super) fn begin_raise(&mut self, node: usize, shards: Vec<Shard>) {
        self.writes += 1;
        let write = self.writes;
        let program = self.nodes[node].program.as_mut().expect("a batch that raises has a program");
        program.raising = true;
        program.write = Some(write);
        let (call, by) = (Call { node, life: program.life, write }, program.id());
        let unheard = self.chance(self.scenario.unknown);
        let wait = self.rng.u64(1..=self.scenario.commit);
        let landing = Landing::RaiseAtDatabase { by, shards, answered: !unheard };
        self.agenda.put(wait, Event::Commit { call, landing });
        if unheard {
            self.agenda.put(COMMIT_PATIENCE, Event::Commit { call, landing: Landing::RaiseAgain });
        }
    }

    fn raise_at_database(&mut self, by: NodeId, shards: &[Shard]) -> Vec<(Shard, Epoch)> {
        if !self.is_planted(Planted::EpochNotRaised) {
            return self.tables.raise(by, shards);
        }
        let owned = |shard: &Shard| self.tables.owner(*shard).filter(|(owner, _)| *owner == by);
        shards.iter().filter_map(|shard| Some((*shard, owned(shard)?.1))).collect()
    }

    fn raised(&mut self, call: Call, ours: Option<&[(Shard, Epoch)]>) {
        let Some(program) =
            self.nodes[call.node].living(call.life).filter(|program| program.write == Some(call.write))
        else {
            return;
        };
        program.raising = false;
        program.write = None;
        if let Some(ours) = ours {
            program.batch.raised(ours);
        }
        self.note("raised", call.node as u64, call.write);
        self.pump(call.node);
    }
}
