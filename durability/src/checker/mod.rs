//! Whether a journal keeps what was acknowledged, and makes sense.
//!
//! A [`Checker`] follows one journal through many deaths of its process: it [hears](Checker::hear) what each
//! life said, and [reads](Checker::check) what is left after it. It never reads twice what it has judged, but
//! sees when that has changed.

mod history;
mod ledger;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;
use std::sync::Arc;

use actors::entity::{Answer, Core, Decided, Handled, Recalled, Request, StoredReply, recall};
use anyhow::{Context, Result};
use domain::aggregate::Aggregate;
use domain::flight::{Command, Flight};
use domain::ids::Version;
use domain::time::Timestamp;
use domain::view;
use persistence::journal::{Activation, Fingerprint, Loaded, RequestId, RequestKey};
use persistence::sqlite::Sqlite;
use persistence::store::Reader;

use crate::departures::{Departure, departures};
use crate::line::{Line, Told, Verdict};
use history::History;

/// Follows one journal.
#[derive(Debug, Clone)]
pub struct Checker {
    watched: Vec<Watched>,
    /// What was told and not yet looked for.
    unverified: Vec<Told>,
    tally: Tally,
}

/// What was seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows in the journal.
    pub rows: usize,
    /// Acknowledgements that were heard.
    pub told: usize,
    /// Those of them that could not be found again.
    pub lost: usize,
    /// Those of them that repeated an earlier answer.
    pub again: usize,
    /// Effects that rows caused.
    pub effects: usize,
}

#[derive(Debug, Clone)]
struct Watched {
    departure: Departure,
    history: History,
    /// The first answer to each request, by what it asked.
    answers: BTreeMap<(RequestId, Fingerprint), (Version, Verdict)>,
    done: BTreeSet<(Version, u16)>,
    wrong: Vec<String>,
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

impl Checker {
    /// Nothing heard, nothing read.
    #[must_use]
    pub fn new() -> Self {
        let watched = |departure| Watched {
            departure,
            history: History::default(),
            answers: BTreeMap::new(),
            done: BTreeSet::new(),
            wrong: Vec::new(),
        };
        let watched = departures().into_iter().map(watched).collect();
        Self { watched, unverified: Vec::new(), tally: Tally::default() }
    }

    /// Takes in what a life said.
    pub fn hear(&mut self, lines: &[Line]) {
        for line in lines {
            match line {
                Line::Told(told) => self.hear_told(told),
                Line::Done { departure, version, ordinal } => {
                    self.watched[*departure].done.insert((*version, *ordinal));
                }
                Line::Live { .. } | Line::Finished { .. } => {}
            }
        }
    }

    fn hear_told(&mut self, told: &Told) {
        self.tally.told += 1;
        self.tally.again += usize::from(told.again);
        if let Some(request) = told.request {
            self.watched[told.departure].hear_answer(request, told);
        }
        self.unverified.push(told.clone());
    }

    /// Reads the journal and says everything that is wrong with it; empty when all is well.
    ///
    /// # Errors
    /// When the store itself cannot be read.
    pub async fn check(&mut self, store: &Sqlite) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        let unverified = std::mem::take(&mut self.unverified);
        let due = store.due(None, u32::MAX).await?;
        let due: BTreeMap<_, _> = due.into_iter().map(|line| (line.stream, line.at)).collect();
        let mut waiting = vec![BTreeMap::new(); self.watched.len()];
        for effect in store.outbox_waiting(None, u32::MAX).await? {
            let of = self.watched.iter().position(|watched| watched.departure.stream == effect.stream);
            let of = of.with_context(|| format!("an effect of {}", effect.stream))?;
            waiting[of].insert((effect.version, effect.ordinal), effect.body);
        }
        for (listed, _) in store.listings_after(None, u32::MAX).await? {
            if self.watched.iter().all(|watched| watched.departure.stream != listed) {
                wrong.push(format!("lists show {listed}, which nobody drives"));
            }
        }
        for (at, watched) in self.watched.iter_mut().enumerate() {
            let told: Vec<&Told> = unverified.iter().filter(|told| told.departure == at).collect();
            let due = due.get(&watched.departure.stream).copied();
            let (found, lost) = watched.check(store, &told, due, &waiting[at]).await?;
            wrong.extend(found.into_iter().map(|what| format!("{}: {what}", watched.departure.stream)));
            self.tally.lost += lost;
        }
        self.tally.rows = self.watched.iter().map(|watched| watched.history.rows().len()).sum();
        self.tally.effects = self.watched.iter().map(|watched| watched.history.effects()).sum();
        Ok(wrong)
    }

    /// What was seen so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

impl Watched {
    /// One request has one answer, in whichever life it is asked.
    fn hear_answer(&mut self, request: (RequestId, Fingerprint), told: &Told) {
        let answer = (told.version, told.verdict.clone());
        let first = self.answers.entry(request).or_insert_with(|| answer.clone());
        if *first != answer {
            self.wrong.push(format!("request {} was answered {first:?} and then {answer:?}", request.0));
        }
    }

    /// Says what is wrong, and how many of the answers that were told are lost.
    async fn check(
        &mut self,
        store: &Sqlite,
        told: &[&Told],
        due: Option<Timestamp>,
        waiting: &BTreeMap<(Version, u16), Arc<str>>,
    ) -> Result<(Vec<String>, usize)> {
        let stream = &self.departure.stream;
        let mut wrong = std::mem::take(&mut self.wrong);
        wrong.extend(self.history.read(store.rows_of(stream, Version::EMPTY, u32::MAX).await?));
        wrong.extend(self.history.judge_effects(waiting, &self.done));
        let departure = self.history.flight().departure();
        let rows_say = departure.map(|departure| view::summary(departure, self.history.version()));
        let listed = store.departure(stream).await?;
        if listed != rows_say {
            wrong.push(format!("lists show {listed:?}, its rows say {rows_say:?}"));
        }
        let loaded = store.load(stream, Flight::SCHEMA).await?;
        let twice = loaded.answers.iter().filter(|(request, _)| self.history.executed(*request).is_some());
        wrong.extend(twice.map(|(request, _)| format!("request {request} has a row and another answer")));
        match self.rebuild(&loaded) {
            Ok(core) => wrong.extend(self.judge_rebuilt(core, due, told)),
            Err(what) => wrong.push(what),
        }
        let mut lost = 0;
        for told in told {
            if !self.is_found(store, told).await? {
                lost += 1;
                wrong.push(format!("an acknowledged answer is lost: {told:?}"));
            }
        }
        Ok((wrong, lost))
    }

    /// An owner, from the snapshot and the rows after it, as a process that starts would have it. One that
    /// stumbles over what it finds is a finding.
    fn rebuild(&self, loaded: &Loaded) -> Result<Core<Flight>, String> {
        let activated = catch_unwind(|| {
            let mut core = Core::new(self.departure.stream.clone());
            core.rebuild(Activation::default().next());
            core.load(loaded).map(|()| core)
        });
        let activated = activated.map_err(|_| "it cannot be activated: its owner panics".to_owned())?;
        activated.map_err(|error| format!("it cannot be activated: {error}"))
    }

    fn judge_rebuilt(&self, mut core: Core<Flight>, due: Option<Timestamp>, told: &[&Told]) -> Vec<String> {
        let mut wrong = Vec::new();
        if core.version() != self.history.version() || core.state() != self.history.flight() {
            let (mine, theirs) = (self.history.version(), core.version());
            wrong
                .push(format!("row by row it is another state at {mine} than from the snapshot at {theirs}"));
        }
        if core.deadline() != due {
            wrong.push(format!("it is to be woken at {due:?}, but falls due at {:?}", core.deadline()));
        }
        let keys = told.iter().filter_map(|told| told.request);
        let forgotten = keys.filter(|(id, fingerprint)| !remembers(&mut core, *id, *fingerprint));
        wrong.extend(forgotten.map(|(id, _)| format!("request {id} is forgotten by an owner that starts")));
        wrong
    }

    /// Whether an answer that was told is in the journal, word for word.
    async fn is_found(&self, store: &Sqlite, told: &Told) -> Result<bool> {
        if told.version > self.history.version() {
            return Ok(false);
        }
        let row = self.history.row(told.version);
        if let (Verdict::Accepted(events), Some(row)) = (&told.verdict, row) {
            let body = serde_json::to_string(events)?;
            let request = row.request.map(|key| (key.id, key.fingerprint));
            return Ok(*row.body == *body && request == told.request);
        }
        match (&told.verdict, told.request) {
            (Verdict::Accepted(_), _) => Ok(false),
            // Nobody who asked without a key can ask again; it rests on a row that is there.
            (Verdict::AlreadySo | Verdict::Refused(_) | Verdict::KeyReused, None) => Ok(true),
            (verdict, Some(request)) => self.is_remembered(store, request, told.version, verdict).await,
        }
    }

    async fn is_remembered(
        &self,
        store: &Sqlite,
        (id, fingerprint): (RequestId, Fingerprint),
        version: Version,
        verdict: &Verdict,
    ) -> Result<bool> {
        let stored = match self.history.executed(id).and_then(|version| self.history.row(version)) {
            Some(row) => Some(StoredReply::Row(row.clone())),
            None => store.answer(&self.departure.stream, id).await?.map(StoredReply::Answer),
        };
        let Some(stored) = stored else { return Ok(false) };
        Ok(match (recall::<Flight>(&stored, fingerprint)?, verdict) {
            (Recalled::KeyReused, Verdict::KeyReused) => true,
            (Recalled::Answer(Answer::AlreadySo { version: of }), Verdict::AlreadySo) => of == version,
            (Recalled::Answer(Answer::Refused { version: of, rejection }), Verdict::Refused(told)) => {
                of == version && rejection == *told
            }
            (Recalled::KeyReused | Recalled::Answer(_), _) => false,
        })
    }
}

/// Whether the owner knows that this request was answered.
fn remembers(core: &mut Core<Flight>, id: RequestId, fingerprint: Fingerprint) -> bool {
    let key = Some(RequestKey { id, fingerprint });
    let request = Request { key, remember_refusal: true, deadline: None, command: Command::LapseDue };
    let handled = core.handle(&request, Timestamp::EPOCH);
    matches!(handled, Handled::Decided(Decided { own, .. }) if matches!(own.answer, Answer::Recall { .. }))
}
