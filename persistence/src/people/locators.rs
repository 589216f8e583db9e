//! Record locators, and what is put down for bookings that never come to be.
//!
//! A locator is reserved, and its people are kept, before the booking's first row is written: the row names both. Whoever
//! crashes in between leaves them behind. So each time the booking is noted as expected, in the same transaction; a day
//! later the note is looked through, and what no booking names goes with it. As far as locators go, [`Register`] says the same
//! in plain memory.
//!
//! [`Register`]: crate::register::Register

use std::collections::HashMap;
use std::time::Duration;

use domain::ids::RecordLocator;
use domain::time::Timestamp;
use serde::Serialize;

use super::together::Asked;
use super::{Draw, People, PeopleError, sql};
use crate::plain::{Said, Turn};
use crate::register::DRAWS;
use crate::store::Corrupt;
use crate::{postgres, sqlite};

/// How long a booking may take from its reservation to its first row: as long as a request may be repeated.
const EXPECTED_WITHIN: Duration = Duration::from_secs(24 * 3_600);

/// Locators to choose from, the first that is free.
pub fn drawn(draw: Draw<'_>) -> Result<[RecordLocator; DRAWS], PeopleError> {
    let mut bytes = [0; DRAWS * 4];
    if !draw(&mut bytes) {
        return Err(PeopleError::Chance);
    }
    let (numbers, _) = bytes.as_chunks::<4>();
    Ok(std::array::from_fn(|at| RecordLocator::of(u32::from_be_bytes(numbers[at]))))
}

/// A booking as the statements take it.
#[derive(Serialize)]
struct Line<'a> {
    booking: &'a str,
    at_ms: i64,
    locator: Option<String>,
}

/// The locators of these bookings, each reserved now unless it was before. Whoever comes for one of them meanwhile waits
/// until the transaction ends.
pub async fn reserve(turn: &mut Turn<'_>, all: &[&Asked]) -> Result<Vec<RecordLocator>, PeopleError> {
    const EXPECT: Said =
        Said { to_sqlite: sqlite::expected::EXPECT, to_postgres: postgres::expected::EXPECT };
    const LOCATORS_OF: Said =
        Said { to_sqlite: sqlite::expected::LOCATORS_OF, to_postgres: postgres::expected::LOCATORS_OF };
    const RESERVE: Said =
        Said { to_sqlite: sqlite::expected::RESERVE, to_postgres: postgres::expected::RESERVE };
    let expected = lines(all.iter().map(|asked| (*asked, None)));
    turn.execute_said(EXPECT, &[expected.as_str().into()]).await?;
    let mut known: HashMap<String, String> =
        turn.rows_said(LOCATORS_OF, &[expected.as_str().into()]).await?.into_iter().collect();
    for draw in 0..DRAWS {
        let without = all.iter().filter(|asked| !known.contains_key(&asked.booking));
        let wanted: Vec<_> = without.map(|asked| (*asked, Some(asked.draws[draw]))).collect();
        if wanted.is_empty() {
            break;
        }
        let reserved: Vec<(String, String)> =
            turn.rows_said(RESERVE, &[lines(wanted.into_iter()).as_str().into()]).await?;
        known.extend(reserved);
    }
    let locator_of = |asked: &&Asked| {
        let locator = known.get(&asked.booking).ok_or(PeopleError::Chance)?;
        let corrupt = |error| Corrupt::new(&asked.booking, "a record locator", Some(Box::new(error)));
        Ok(locator.parse().map_err(corrupt)?)
    };
    all.iter().map(locator_of).collect()
}

fn lines<'a>(all: impl Iterator<Item = (&'a Asked, Option<RecordLocator>)>) -> String {
    let line = |(asked, locator): (&'a Asked, Option<RecordLocator>)| Line {
        booking: &asked.booking,
        at_ms: asked.at.millis(),
        locator: locator.map(|locator| locator.to_string()),
    };
    let lines: Vec<Line<'_>> = all.map(line).collect();
    serde_json::to_string(&lines).expect("texts and whole numbers always have a JSON form")
}

impl People {
    /// Looks through what was put down for at most `most` bookings more than a day ago, and forgets what none of them names;
    /// how many it looked through.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self, now: Timestamp, most: u32) -> Result<u64, PeopleError> {
        let within = i64::try_from(EXPECTED_WITHIN.as_millis()).unwrap_or(i64::MAX);
        let values = [now.millis().saturating_sub(within).into(), i64::from(most).into()];
        // Usually there is nothing, and then the journal need not wait.
        let waiting: Option<(String,)> = self.place.read_one(sql::EXPECTED_BEFORE, &values[..1]).await?;
        if waiting.is_none() {
            return Ok(0);
        }
        self.place.refresh().await?;
        let mut turn = self.place.turn().await?;
        let marked = turn.execute(sql::MARK_EXPECTED, &values).await?;
        for sweep in [sql::SWEEP_SUBJECTS, sql::SWEEP_PEOPLE, sql::SWEEP_LOCATORS, sql::SWEEP_EXPECTED] {
            turn.execute(sweep, &[]).await?;
        }
        self.place.commit(turn).await?;
        Ok(marked)
    }
}
