//! One departure's rows, read from the beginning.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::aggregate::Aggregate;
use domain::flight::{Event, Flight};
use domain::ids::Version;
use domain::invariants;
use persistence::journal::{Epoch, RequestId, StoredRow};

use super::ledger::Ledger;

/// What the rows of a departure amount to. It takes rows in as they appear, and remembers them: a row that was
/// read once must never change.
#[derive(Debug, Clone, Default)]
pub struct History {
    rows: Vec<StoredRow>,
    flight: Flight,
    ledger: Ledger,
    /// The row that executed each request.
    executed: BTreeMap<RequestId, Version>,
    /// The effects that rows caused, by row and number.
    effects: BTreeMap<(Version, u16), Arc<str>>,
    /// After something is wrong, nothing that follows means much.
    is_broken: bool,
}

impl History {
    /// Reads all rows that there are now; says what is wrong.
    pub fn read(&mut self, rows: Vec<StoredRow>) -> Vec<String> {
        if self.is_broken {
            return Vec::new();
        }
        let known = self.rows.len();
        let mut wrong: Vec<String> = Vec::new();
        if rows.get(..known) != Some(self.rows.as_slice()) {
            wrong.push(format!("the {known} rows that were there before are no longer the same"));
        }
        for row in rows.into_iter().skip(known) {
            if !wrong.is_empty() {
                break;
            }
            wrong.extend(self.read_row(&row).map(|wrong| format!("row {}: {wrong}", row.version)));
            self.rows.push(row);
        }
        self.is_broken = !wrong.is_empty();
        wrong
    }

    fn read_row(&mut self, row: &StoredRow) -> Option<String> {
        let last = self.rows.last();
        if row.version != last.map_or(Version::EMPTY, |last| last.version).next() {
            return Some(format!("it follows row {:?}", last.map(|last| last.version)));
        }
        let before = last.map(|last| (last.epoch, last.at));
        if before.is_some_and(|(epoch, at)| row.epoch < epoch || row.at < at) || row.epoch == Epoch::default()
        {
            return Some(format!("its epoch or its time goes back: {before:?}"));
        }
        if let Some(key) = row.request
            && let Some(first) = self.executed.insert(key.id, row.version)
        {
            return Some(format!("request {} was executed before, as row {first}", key.id));
        }
        let events: Vec<Event> = match serde_json::from_str(&row.body) {
            Ok(events) => events,
            Err(error) => return Some(format!("it cannot be read: {error}")),
        };
        self.take_in(row, &events).err()
    }

    fn take_in(&mut self, row: &StoredRow, events: &[Event]) -> Result<(), String> {
        let mut effects = Vec::new();
        for event in events {
            self.ledger.enter(row.at, event)?;
            effects.extend(self.flight.react(event));
            self.flight.evolve(event);
        }
        for (ordinal, effect) in (0..).zip(&effects) {
            let body = serde_json::to_string(effect).map_err(|error| error.to_string())?;
            self.effects.insert((row.version, ordinal), body.into());
        }
        if let Some(broken) = invariants::breach_of_flight(&self.flight) {
            return Err(broken.to_string());
        }
        self.flight.departure().and_then(|departure| self.ledger.differs_from(departure)).map_or(Ok(()), Err)
    }

    /// The rows so far.
    #[must_use]
    pub fn rows(&self) -> &[StoredRow] {
        &self.rows
    }

    /// The row with this number.
    #[must_use]
    pub fn row(&self, version: Version) -> Option<&StoredRow> {
        let at = usize::try_from(version.number().checked_sub(1)?).ok()?;
        self.rows.get(at)
    }

    /// The last row's number.
    #[must_use]
    pub fn version(&self) -> Version {
        self.rows.last().map_or(Version::EMPTY, |row| row.version)
    }

    /// The fold of all rows.
    #[must_use]
    pub fn flight(&self) -> &Flight {
        &self.flight
    }

    /// The row that executed a request.
    #[must_use]
    pub fn executed(&self, request: RequestId) -> Option<Version> {
        self.executed.get(&request).copied()
    }

    /// What is wrong with the effects that wait, when these were said to be carried out.
    #[must_use]
    pub fn judge_effects(
        &self,
        waiting: &BTreeMap<(Version, u16), Arc<str>>,
        done: &BTreeSet<(Version, u16)>,
    ) -> Vec<String> {
        let lost = self.effects.keys().filter(|key| !waiting.contains_key(key) && !done.contains(key));
        let lost = lost.map(|key| format!("the effect {key:?} is neither waiting nor carried out"));
        let strange = waiting.iter().filter(|(key, body)| self.effects.get(key) != Some(body));
        lost.chain(strange.map(|(key, body)| format!("no row caused the effect {key:?}: {body}"))).collect()
    }

    /// How many effects there were.
    #[must_use]
    pub fn effects(&self) -> usize {
        self.effects.len()
    }
}
