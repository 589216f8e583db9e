//! How a hold ended. It is read from the journal, where it stands for ever and costs no memory.

use domain::aggregate::Aggregate;
use domain::flight::{EndReason, Event, Flight, SeatsHeld};
use domain::ids::{BookingId, HoldNumber, Version};
use persistence::any::Any;
use persistence::journal::{StoredRow, StreamId};
use persistence::store::Reader;

use super::told::Unserved;
use crate::entity::Entity;

/// Rows that are read at a time.
const PAGE: u32 = 256;

/// What became of a hold.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldFate {
    /// The hold as it was made.
    pub made: SeatsHeld,
    /// How it ended; `None` while it lives.
    pub end: Option<End>,
}

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its principal, or the booking that had it, let it go.
    Released,
    /// Its deadline came.
    Lapsed,
    /// The departure ended it.
    Ended(EndReason),
    /// It became a sale.
    Sold(BookingId),
}

/// The fate of the hold that the row `made_by` made; `None` when that row made none.
pub async fn fate(store: &Any, stream: &StreamId, made_by: Version) -> Result<Option<HoldFate>, Unserved> {
    let hold = HoldNumber::made_by(made_by);
    let mut after = Version::new(made_by.number().saturating_sub(1));
    let mut fate: Option<HoldFate> = None;
    let mut booking: Option<BookingId> = None;
    loop {
        let rows = store.rows_of(stream, after, PAGE).await.map_err(|_| Unserved::StoreDown)?;
        let Some(last) = rows.last() else { return Ok(fate) };
        after = last.version;
        for event in rows.iter().map(events).collect::<Result<Vec<_>, _>>()?.iter().flatten() {
            match &mut fate {
                None => fate = made(event, hold).map(|made| HoldFate { made, end: None }),
                Some(known) => {
                    known.end = end(event, hold, &mut booking);
                    if known.end.is_some() {
                        return Ok(fate);
                    }
                }
            }
        }
        if fate.is_none() {
            return Ok(None);
        }
    }
}

fn events(row: &StoredRow) -> Result<Vec<<Flight as Aggregate>::Event>, Unserved> {
    <Flight as Entity>::UPCASTERS.events(row.schema, &row.body).map_err(|_| Unserved::Quarantined)
}

fn made(event: &Event, hold: HoldNumber) -> Option<SeatsHeld> {
    let Event::SeatsHeld(held) = event else { return None };
    (held.hold == hold).then(|| held.clone())
}

/// How `event` ends the hold, if it does; on the way it notes in whose hand the hold is.
fn end(event: &Event, hold: HoldNumber, booking: &mut Option<BookingId>) -> Option<End> {
    match event {
        Event::HoldReleased { hold: gone } if *gone == hold => Some(End::Released),
        Event::HoldLapsed { hold: gone } if *gone == hold => Some(End::Lapsed),
        Event::HoldEnded { hold: gone, reason } if *gone == hold => Some(End::Ended(*reason)),
        Event::HoldsClaimed { booking: by, holds, .. } if holds.contains(&hold) => {
            *booking = Some(*by);
            None
        }
        Event::ClaimReturned { booking: by } if Some(*by) == *booking => {
            *booking = None;
            None
        }
        Event::ClaimReleased { booking: by } if Some(*by) == *booking => Some(End::Released),
        Event::PlacesSold { booking: by } if Some(*by) == *booking => Some(End::Sold(*by)),
        Event::SaleOpened(_)
        | Event::SeatsHeld(_)
        | Event::HoldExtended { .. }
        | Event::HoldReleased { .. }
        | Event::HoldLapsed { .. }
        | Event::HoldEnded { .. }
        | Event::HoldsClaimed { .. }
        | Event::ClaimReturned { .. }
        | Event::ClaimReleased { .. }
        | Event::PayingStarted { .. }
        | Event::PlacesSold { .. }
        | Event::PlacesCancelled { .. }
        | Event::SeatsChanged { .. }
        | Event::SeatsTried { .. }
        | Event::SeatsKept { .. }
        | Event::SeatsUndone { .. }
        | Event::SeatsBlocked { .. }
        | Event::SeatsUnblocked { .. }
        | Event::SeatsSoldElsewhere { .. }
        | Event::SeatsReturnedElsewhere { .. }
        | Event::StatusChanged(_) => None,
    }
}
