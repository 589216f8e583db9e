//! Record locators, and what is put down for bookings that never come to be.
//!
//! A locator is reserved, and its people are kept, before the booking's first row is written: the row names both. Whoever
//! crashes in between leaves them behind. So each time the booking is noted as expected, in the same transaction; a day
//! later the note is looked through, and what no booking names goes with it.

use std::time::Duration;

use domain::ids::RecordLocator;
use domain::time::Timestamp;

use super::{Draw, People, PeopleError, sql};
use crate::plain::Turn;
use crate::store::Corrupt;

/// How long a booking may take from its reservation to its first row: as long as a request may be repeated.
const EXPECTED_WITHIN: Duration = Duration::from_secs(24 * 3_600);

/// Locators that are drawn before we give up. There are a billion; with ten million taken, one in a hundred draws is.
const DRAWS_MAX: u32 = 16;

/// The locator of this booking, reserved now unless it was before. Whoever comes for the same booking meanwhile waits until
/// the transaction ends.
pub async fn reserve(
    turn: &mut Turn<'_>,
    booking: &str,
    at: Timestamp,
    draw: Draw<'_>,
) -> Result<RecordLocator, PeopleError> {
    turn.execute(sql::EXPECT, &[booking.into(), at.millis().into()]).await?;
    let reserved: Option<(String,)> = turn.row(sql::LOCATOR_OF, &[booking.into()]).await?;
    if let Some((locator,)) = reserved {
        let corrupt = |error| Corrupt::new(booking, "a record locator", Some(Box::new(error)));
        return Ok(locator.parse().map_err(corrupt)?);
    }
    for _ in 0..DRAWS_MAX {
        let mut bytes = [0; 4];
        if !draw(&mut bytes) {
            break;
        }
        let locator = RecordLocator::of(u32::from_be_bytes(bytes));
        let name = locator.to_string();
        if turn.execute(sql::RESERVE, &[name.as_str().into(), booking.into()]).await? > 0 {
            return Ok(locator);
        }
    }
    Err(PeopleError::Chance)
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
