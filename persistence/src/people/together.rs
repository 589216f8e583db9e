//! Bookings that are asked for at once are prepared in one transaction.
//!
//! Beside SQLite's journal a transaction holds the turn to write, so each is time in which no hold becomes durable, and on
//! every store each ends with a sync. Whoever comes while one is under way waits for the next, together with everybody else
//! who does: the first of them to have its turn takes all along.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ids::RecordLocator;
use domain::time::Timestamp;
use tokio::sync::{Mutex as Turns, oneshot};

use super::PeopleError;
use super::envelope::{self, Sealed};
use super::locators;
use crate::plain::{Place, Said, Turn};
use crate::register::DRAWS;
use crate::{postgres, sqlite};

/// Bookings in one transaction at most: the journal may be waiting for it to end.
const BOOKINGS_MAX: usize = 64;

/// What is put down for one booking.
#[derive(Debug)]
pub struct Asked {
    pub booking: String,
    pub people: String,
    pub sealed: Vec<Sealed>,
    pub at: Timestamp,
    /// Of these it gets the first that is free.
    pub draws: [RecordLocator; DRAWS],
}

/// A booking that waits. It is told nothing when the transaction fails that takes it along.
type Waiting = (Arc<Asked>, oneshot::Sender<RecordLocator>);

/// Who waits to be prepared, and whose turn it is to prepare.
#[derive(Debug, Default)]
pub struct Together {
    waiting: Mutex<Vec<Waiting>>,
    turn: Turns<()>,
}

impl Together {
    /// Prepares it together with whatever else waits; `None` when that failed, and it has to be tried alone: whatever was
    /// wrong may be another booking's. Whoever stops waiting in the middle spoils it for the others, who then try alone.
    pub async fn with_others(&self, place: &Place, asked: &Arc<Asked>) -> Option<RecordLocator> {
        let (told, mut hears) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((asked.clone(), told));
        let _turn = tokio::select! {
            biased;
            locator = &mut hears => return locator.ok(),
            turn = self.turn.lock() => turn,
        };
        loop {
            match hears.try_recv() {
                Ok(locator) => return Some(locator),
                Err(oneshot::error::TryRecvError::Closed) => return None,
                Err(oneshot::error::TryRecvError::Empty) => prepare_all(place, self.next()).await,
            }
        }
    }

    /// Prepares it when its turn has come.
    pub async fn alone(&self, place: &Place, asked: &Asked) -> Result<RecordLocator, PeopleError> {
        let _turn = self.turn.lock().await;
        let mut locators = prepare(place, &[asked]).await?;
        locators.pop().ok_or(PeopleError::Chance)
    }

    /// Those who have waited longest, no booking twice. Whoever has gone waits no more, so there are never more than requests
    /// under way, which the facade bounds. Every node takes bookings in the order of their names, so that no two
    /// wait for each other.
    fn next(&self) -> BTreeMap<String, Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = BTreeMap::new();
        let mut later = Vec::new();
        for one in waiting.drain(..).filter(|(_, told)| !told.is_closed()) {
            if next.len() < BOOKINGS_MAX && !next.contains_key(&one.0.booking) {
                next.insert(one.0.booking.clone(), one);
            } else {
                later.push(one);
            }
        }
        *waiting = later;
        next
    }
}

/// Prepares them all, and tells each; or none, and tells nobody.
async fn prepare_all(place: &Place, bookings: BTreeMap<String, Waiting>) {
    let all: Vec<&Asked> = bookings.values().map(|(asked, _)| asked.as_ref()).collect();
    match prepare(place, &all).await {
        Ok(locators) => {
            for ((_, told), locator) in bookings.into_values().zip(locators) {
                // Who has gone meanwhile comes again, and then hears the same.
                let _ = told.send(locator);
            }
        }
        Err(error) => {
            tracing::warn!(%error, bookings = all.len(), "bookings could not be prepared together");
        }
    }
}

async fn prepare(place: &Place, all: &[&Asked]) -> Result<Vec<RecordLocator>, PeopleError> {
    let mut turn = place.turn().await?;
    let locators = locators::reserve(&mut turn, all).await?;
    keep(&mut turn, all).await?;
    place.commit(turn).await?;
    Ok(locators)
}

/// Keeps people who are nobody's yet, in two statements, however many they are.
async fn keep(turn: &mut Turn<'_>, all: &[&Asked]) -> Result<(), PeopleError> {
    const PEOPLE: Said =
        Said { to_sqlite: sqlite::expected::KEEP_PEOPLE, to_postgres: postgres::expected::KEEP_PEOPLE };
    const SUBJECTS: Said =
        Said { to_sqlite: sqlite::expected::KEEP_SUBJECTS, to_postgres: postgres::expected::KEEP_SUBJECTS };
    let lines = envelope::lines(all);
    if turn.execute_said(PEOPLE, &[lines.as_str().into()]).await? > 0 {
        turn.execute_said(SUBJECTS, &[lines.as_str().into()]).await?;
    }
    Ok(())
}
