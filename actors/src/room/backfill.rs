//! Reading the past of a room from the journal, for viewers who were away longer than the room is old.

use std::sync::Arc;

use domain::aggregate::Aggregate;
use domain::flight::Flight;
use domain::ids::Version;
use domain::time::Timestamp;
use domain::view::{self, RowChange};
use persistence::any::Any;
use persistence::journal::{StoredRow, StreamId};
use persistence::store::Reader;

use super::Room;
use super::ring::ROWS_MAX;
use crate::engine::Unserved;
use crate::entity::{Entity, state_at};

impl Room {
    /// Fills the ring with the rows before it, as many as it keeps. One viewer reads for all: whoever waited
    /// finds the ring full. Nothing is read when the ring already goes back as far as it can.
    pub(crate) async fn backfill(&self, store: &Any, stream: &StreamId) -> Result<(), Unserved> {
        let _turn = self.backfilling.lock().await;
        let (before, kept) = {
            let committed = self.lock();
            (committed.ring.before(), committed.version.number() - committed.ring.before().number())
        };
        let missing = (ROWS_MAX as u64).saturating_sub(kept);
        if before == Version::EMPTY || missing == 0 {
            return Ok(());
        }
        let first = Version::new(before.number().saturating_sub(missing));
        let rows = past(store, stream, first, before).await?;
        let mut committed = self.lock();
        // Rows may have left the ring meanwhile; then these no longer join it.
        if committed.ring.before() == before {
            committed.ring.prepend(rows);
        }
        Ok(())
    }
}

/// The changes of the rows after `from` up to `to`.
async fn past(
    store: &Any,
    stream: &StreamId,
    from: Version,
    to: Version,
) -> Result<Vec<(Timestamp, Arc<RowChange>)>, Unserved> {
    let loaded = store.load(stream, Flight::SCHEMA).await.map_err(|_| Unserved::StoreDown)?;
    let snapshot = loaded.snapshot.as_ref().filter(|snapshot| snapshot.version <= from);
    let (mut flight, folded) = match snapshot {
        Some(snapshot) => {
            (state_at::<Flight>(snapshot).map_err(|_| Unserved::Quarantined)?, snapshot.version)
        }
        None => (Flight::default(), Version::EMPTY),
    };
    let rows = match &loaded.snapshot {
        Some(newer) if newer.version > from => rows_until(store, stream, folded, to).await?,
        Some(_) | None => loaded.rows,
    };
    let mut changes = Vec::new();
    for row in rows.iter().take_while(|row| row.version <= to) {
        let events: Vec<<Flight as Aggregate>::Event> =
            <Flight as Entity>::UPCASTERS.events(row.schema, &row.body).map_err(|_| Unserved::Quarantined)?;
        let change = view::evolve_row(&mut flight, row.version, &events);
        if row.version > from {
            changes.push((row.at, Arc::new(change)));
        }
    }
    Ok(changes)
}

async fn rows_until(
    store: &Any,
    stream: &StreamId,
    after: Version,
    to: Version,
) -> Result<Vec<StoredRow>, Unserved> {
    let mut rows: Vec<StoredRow> = Vec::new();
    loop {
        let last = rows.last().map_or(after, |row| row.version);
        let page = if last < to {
            store.rows_of(stream, last, 1_024).await.map_err(|_| Unserved::StoreDown)?
        } else {
            Vec::new()
        };
        if page.is_empty() {
            return Ok(rows);
        }
        rows.extend(page);
    }
}
