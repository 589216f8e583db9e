//! The writer's state machine: collect, write, split, fence, acknowledge.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use domain::planted::{self, Bug};

use super::entry::{Activation, Entry, Record};
use super::statement::Statement;
use super::stream::{Epoch, Shard, StreamId};

/// Entries in one statement at most. More would make everybody wait for one long commit, and gain nothing:
/// at this size the commit itself is already a small part of the time.
const ENTRIES_MAX: usize = 4_096;

/// Bytes of bodies in one statement at most, far below what either database takes in one message.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Committed,
    /// Nothing was written, because these shards are not ours at the epoch that it names.
    Fenced(Vec<Shard>),
    /// Nothing was written, and the store says why: a key twice, a value that it cannot take.
    Refused(String),
    /// Nobody knows. It may have landed, and until the epoch has risen it may still land.
    Unknown(String),
}

/// What the driver must do next.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is carried out where it is made"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Write this, and report with [`Batch::written`].
    Write(Statement),
    /// Raise the epochs of these shards wherever they are still ours, and report with [`Batch::raised`]. When
    /// the store cannot be reached, ask for the next step again later.
    RaiseEpochs(Vec<Shard>),
}

/// Why an entry was not acknowledged. What it asked for may have happened all the same: whoever asks again
/// with the same key finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDurable {
    /// The outcome of its statement is unknown.
    #[error("the outcome of the commit is unknown")]
    Unknown,
    /// The store refused it.
    #[error("the store refused the row")]
    Refused,
    /// It rests on a state that no longer counts.
    #[error("it rests on a state that was lost")]
    Fenced,
    /// The shard belongs to another node.
    #[error("the shard belongs to another node")]
    NotOwner,
}

/// An entry whose fate is known.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled<T> {
    /// Whom to tell.
    pub ack: T,
    /// What to tell.
    pub result: Result<(), NotDurable>,
}

/// Group commit over all streams of some shards.
///
/// One statement is under way at a time. `T` tells whom to acknowledge; the driver keeps what it needs in it.
#[derive(Debug)]
pub struct Batch<T> {
    /// The shards that are ours, with the epoch under which we write.
    epochs: BTreeMap<Shard, Epoch>,
    /// Entries that no statement carries yet, in the order in which they came.
    waiting: VecDeque<Entry<T>>,
    /// Parts of a refused statement, to be written before anything else. None holds a barrier.
    parts: VecDeque<Vec<Entry<T>>>,
    /// What the statement under way carries.
    under_way: Option<Vec<Entry<T>>>,
    /// Activations that rest on lost state: this one of the stream, and all before it.
    lost: BTreeMap<StreamId, Activation>,
    /// The same for whole shards: what was activated before we claimed them, and whatever another owner did
    /// with them in between is unknown to it.
    claimed: BTreeMap<Shard, Activation>,
    /// The newest activation of any stream that handed something in.
    newest: Activation,
    /// Shards on which a statement may still land. Nothing is written or loaded until their epoch rose.
    doubtful: BTreeSet<Shard>,
    /// Entries whose fate is known, not yet handed out.
    settled: Vec<Settled<T>>,
}

impl<T> Batch<T> {
    /// A batch that owns these shards at these epochs.
    #[must_use]
    pub fn new(owned: impl IntoIterator<Item = (Shard, Epoch)>) -> Self {
        Self {
            epochs: owned.into_iter().collect(),
            waiting: VecDeque::new(),
            parts: VecDeque::new(),
            under_way: None,
            lost: BTreeMap::new(),
            claimed: BTreeMap::new(),
            newest: Activation::default(),
            doubtful: BTreeSet::new(),
            settled: Vec::new(),
        }
    }

    /// Takes an entry in. The caller bounds how many may wait.
    pub fn push(&mut self, entry: Entry<T>) {
        self.newest = self.newest.max(entry.activation);
        self.waiting.push_back(entry);
    }

    /// How many entries wait or are under way.
    #[must_use]
    pub fn len(&self) -> usize {
        let parts: usize = self.parts.iter().map(Vec::len).sum();
        self.waiting.len() + parts + self.under_way.as_ref().map_or(0, Vec::len)
    }

    /// Whether nothing waits and nothing is under way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes a shard ours at this epoch, after it was claimed in the store.
    ///
    /// Another process may have owned it since we last did, perhaps without our noticing. So every stream
    /// of it that was activated before this call is lost, and rebuilds when it next hands something in.
    pub fn own(&mut self, shard: Shard, epoch: Epoch) {
        if !planted::on(Bug::OldLivesKept) {
            self.claimed.insert(shard, self.newest);
        }
        self.go_on(shard, epoch);
    }

    /// Goes on with a shard that stayed ours, under a new epoch.
    fn go_on(&mut self, shard: Shard, epoch: Epoch) {
        self.epochs.insert(shard, epoch);
        self.doubtful.remove(&shard);
    }

    /// Gives a shard up: from now on its entries are answered [`NotDurable::NotOwner`].
    pub fn disown(&mut self, shard: Shard) {
        self.epochs.remove(&shard);
        self.doubtful.remove(&shard);
    }

    /// Whether the shard is ours, as far as we know.
    #[must_use]
    pub fn owns(&self, shard: Shard) -> bool {
        self.epochs.contains_key(&shard)
    }

    /// The entries whose fate has become known since the last call, those of one stream in the order in which
    /// they came.
    pub fn settled(&mut self) -> Vec<Settled<T>> {
        std::mem::take(&mut self.settled)
    }

    /// What to do next; `None` while a statement is under way or nothing waits. Call [`Batch::settled`] after
    /// it: some entries may be settled without a statement.
    pub fn next_step(&mut self) -> Option<Step> {
        if self.under_way.is_some() {
            return None;
        }
        if !self.doubtful.is_empty() {
            return Some(Step::RaiseEpochs(self.doubtful.iter().copied().collect()));
        }
        loop {
            let entries = match self.parts.pop_front() {
                Some(part) => self.keep_live(part),
                None => self.collect(),
            };
            if entries.is_empty() {
                if self.parts.is_empty() && self.waiting.is_empty() {
                    return None;
                }
                continue;
            }
            if entries.iter().all(|entry| entry.record == Record::Barrier) {
                entries.into_iter().for_each(|entry| self.settle(entry, Ok(())));
                continue;
            }
            let mut statement = Statement::of(&entries, &self.epochs);
            if planted::on(Bug::RefusalsSkipFence) && statement.rows.is_empty() {
                statement.shards.clear();
            }
            self.under_way = Some(entries);
            return Some(Step::Write(statement));
        }
    }

    /// Takes as many waiting entries as one statement carries.
    fn collect(&mut self) -> Vec<Entry<T>> {
        let mut entries: Vec<Entry<T>> = Vec::with_capacity(self.waiting.len().min(ENTRIES_MAX));
        let mut bytes = 0;
        while entries.len() < ENTRIES_MAX && bytes < BYTES_MAX {
            let Some(entry) = self.waiting.pop_front() else { break };
            bytes += entry.bytes();
            if let Some(entry) = self.if_live(entry) {
                entries.push(entry);
            }
        }
        entries
    }

    fn keep_live(&mut self, part: Vec<Entry<T>>) -> Vec<Entry<T>> {
        part.into_iter().filter_map(|entry| self.if_live(entry)).collect()
    }

    /// The entry, unless it rests on lost state or its shard is not ours: then it is settled here.
    fn if_live(&mut self, entry: Entry<T>) -> Option<Entry<T>> {
        let shard = entry.stream.shard();
        if !self.owns(shard) {
            self.settle(entry, Err(NotDurable::NotOwner));
            return None;
        }
        let reaches = |lost: Option<&Activation>| lost.is_some_and(|lost| entry.activation <= *lost);
        let lost = reaches(self.lost.get(&entry.stream)) || reaches(self.claimed.get(&shard));
        if lost && entry.record != Record::Barrier {
            self.settle(entry, Err(NotDurable::Fenced));
            return None;
        }
        Some(entry)
    }

    fn settle(&mut self, entry: Entry<T>, result: Result<(), NotDurable>) {
        if result.is_ok() && entry.record == Record::Barrier {
            // What earlier lives left is behind us: their number need not be remembered.
            self.lost.remove(&entry.stream);
        }
        self.settled.push(Settled { ack: entry.ack, result });
    }

    /// Takes in what became of the statement under way.
    ///
    /// # Panics
    /// When none is.
    pub fn written(&mut self, outcome: &Outcome) {
        let entries = self.under_way.take().expect("an outcome follows a statement");
        match outcome {
            Outcome::Committed => entries.into_iter().for_each(|entry| self.settle(entry, Ok(()))),
            Outcome::Fenced(shards) => self.fenced(entries, shards),
            Outcome::Refused(_) => self.refused(entries),
            Outcome::Unknown(_) => self.unknown(entries),
        }
    }

    /// Everything in the statement is in doubt: fence it before anybody is answered.
    fn unknown(&mut self, entries: Vec<Entry<T>>) {
        if planted::on(Bug::UnknownIsFailure) {
            return entries.into_iter().for_each(|entry| self.settle(entry, Err(NotDurable::Refused)));
        }
        let entries = self.set_barriers_aside(entries);
        self.doubtful.extend(entries.iter().map(|entry| entry.stream.shard()));
        self.lose(entries, NotDurable::Unknown);
    }

    /// The streams of the fenced shards are lost; what else was in the statement is written again.
    fn fenced(&mut self, entries: Vec<Entry<T>>, shards: &[Shard]) {
        let entries = self.set_barriers_aside(entries);
        let (lost, rest): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| shards.contains(&entry.stream.shard()));
        self.doubtful.extend(shards.iter().filter(|shard| self.epochs.contains_key(shard)));
        self.lose(lost, NotDurable::Fenced);
        if !rest.is_empty() {
            self.parts.push_front(rest);
        }
    }

    /// Halves the statement between streams until the guilty one stands alone.
    fn refused(&mut self, entries: Vec<Entry<T>>) {
        let entries = self.set_barriers_aside(entries);
        let streams: BTreeSet<&StreamId> = entries.iter().map(|entry| &entry.stream).collect();
        let Some(middle) = streams.iter().nth(streams.len() / 2).map(|stream| (*stream).clone()) else {
            return;
        };
        if streams.len() == 1 {
            return self.lose(entries, NotDurable::Refused);
        }
        let (first, second): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.stream < middle);
        if planted::on(Bug::SplitDropsRest) {
            second.into_iter().for_each(|entry| self.settle(entry, Ok(())));
        } else {
            self.parts.push_front(second);
        }
        self.parts.push_front(first);
    }

    /// Fences the activations of these entries, then answers them.
    fn lose(&mut self, entries: Vec<Entry<T>>, why: NotDurable) {
        for entry in &entries {
            let lost = self.lost.entry(entry.stream.clone()).or_default();
            *lost = entry.activation.max(*lost);
        }
        entries.into_iter().for_each(|entry| self.settle(entry, Err(why)));
    }

    /// Barriers of a statement that did not commit wait again, before all others: what they wait for is not
    /// over yet.
    fn set_barriers_aside(&mut self, entries: Vec<Entry<T>>) -> Vec<Entry<T>> {
        let (barriers, others): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.record == Record::Barrier);
        for barrier in barriers.into_iter().rev() {
            self.waiting.push_front(barrier);
        }
        others
    }

    /// Takes in which of the doubtful shards are still ours, with their new epochs; the others are gone.
    pub fn raised(&mut self, still_ours: &[(Shard, Epoch)]) {
        for shard in std::mem::take(&mut self.doubtful) {
            match still_ours.iter().find(|(ours, _)| *ours == shard) {
                Some((_, epoch)) => self.go_on(shard, *epoch),
                None => self.disown(shard),
            }
        }
    }
}
