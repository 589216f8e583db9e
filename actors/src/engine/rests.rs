//! Where a booking came to rest after a request: in its file, or in the journal when that was long ago.

use std::sync::Arc;

use domain::aggregate::Aggregate as _;
use domain::booking::Booking;
use domain::ids::{BookingId, Version};
use persistence::any::Any;
use persistence::journal::StreamId;
use persistence::store::Reader as _;

use super::owners::Owners;
use super::told::Unserved;
use crate::booking::booking_stream;
use crate::entity::Entity as _;

/// Rows that are read at a time: more than a booking has in its life, as a rule.
const PAGE: u32 = 256;

/// A state without an open step, and the row that brought it about.
pub type Rested = (Version, Arc<Booking>);

/// The first state without an open step at the row `from` or later, however long that takes.
pub async fn rested(bookings: &Owners<Booking>, id: BookingId, from: Version) -> Result<Rested, Unserved> {
    let stream = booking_stream(id);
    let mut from = from;
    loop {
        // An owner that leaves takes its file along, so each round looks for it again.
        let file = match bookings.follower(&stream) {
            Some(file) => Some(file),
            None => bookings.wake(&stream).await?,
        };
        let Some(file) = file else { continue };
        if let Some(rested) = file.rested(from).await {
            return Ok(rested);
        }
        match in_journal(bookings.store(), &stream, from).await? {
            Found::At(rested) => return Ok(rested),
            Found::NotUpTo(last) => from = last.next(),
        }
    }
}

enum Found {
    At(Rested),
    NotUpTo(Version),
}

async fn in_journal(store: &Any, stream: &StreamId, from: Version) -> Result<Found, Unserved> {
    let (mut booking, mut version) = (Booking::default(), Version::EMPTY);
    loop {
        let rows = store.rows_of(stream, version, PAGE).await.map_err(|_| Unserved::StoreDown)?;
        if rows.is_empty() {
            return Ok(Found::NotUpTo(version));
        }
        for row in rows {
            let events: Vec<domain::booking::Event> =
                Booking::UPCASTERS.events(row.schema, &row.body).map_err(|_| Unserved::Quarantined)?;
            events.iter().for_each(|event| booking.evolve(event));
            version = row.version;
            if version >= from && booking.is_settled() {
                return Ok(Found::At((version, Arc::new(booking))));
            }
        }
    }
}
