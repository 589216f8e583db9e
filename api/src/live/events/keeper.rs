//! Reads events in their order and announces them.

use std::sync::Arc;
use std::time::Duration;

use cluster::Door;
use persistence::bookings::Bookings;
use persistence::journal::StoredEvent;
use persistence::store::Reader as _;

use super::{Events, Happening, RoomName, Subject, happening};

/// Events that are read at a time.
const READ_MAX: u32 = 500;

/// How late an event may be when nobody has rung, as when another node wrote it.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long to wait until a store that does not answer is asked again.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Bookings of a departure that are read at a time.
const ABOARD_MAX: u32 = 500;

/// Announces events for as long as the process lives.
pub async fn keep(door: Door, bookings: Bookings, events: Arc<Events>) {
    let mut reached = loop {
        match door.engine().store().newest_event().await {
            Ok(newest) => break newest,
            Err(error) => {
                tracing::warn!(error = %error, "cannot read events; sockets wait for them");
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
        }
    };
    events.reached.send_replace(Some(reached));
    loop {
        match door.engine().store().events_after(reached, READ_MAX).await {
            Ok(found) if found.is_empty() => {
                // Whether it was the bell or the time: one looks.
                let _ = tokio::time::timeout(LOOK_EVERY, door.news()).await;
            }
            Ok(found) => {
                for event in found {
                    reached = event.id;
                    announce(&bookings, &events, event).await;
                }
            }
            Err(error) => {
                tracing::warn!(error = %error, "cannot read events; sockets wait for them");
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
        }
    }
}

/// Says that it is read, then tells whom it concerns: whoever comes in between finds it in the store, or here, or twice and
/// notices.
async fn announce(bookings: &Bookings, events: &Events, event: StoredEvent) {
    let id = event.id;
    events.reached.send_replace(Some(id));
    if events.rooms.is_empty() {
        return;
    }
    let Some(event) = happening(&event) else {
        tracing::error!(event = %id, "event {id} cannot be read, and is told to nobody");
        return;
    };
    let names = rooms_of(bookings, &event).await;
    events.rooms.announce(&Arc::new(event), &names);
}

/// The rooms that an event concerns.
async fn rooms_of(bookings: &Bookings, event: &Happening) -> Vec<RoomName> {
    let mut names = vec![RoomName::Everything];
    match &event.subject {
        Subject::Booking { customer, made_by } => {
            names.extend([RoomName::Of(customer.clone()), RoomName::Of(made_by.clone())]);
        }
        Subject::Departure(flight) => {
            names.push(RoomName::Departure(*flight));
            let mut after = None;
            loop {
                let aboard = match bookings.on_flight(*flight, after, ABOARD_MAX).await {
                    Ok(aboard) => aboard,
                    Err(error) => {
                        // They read it when they come back, or over HTTP.
                        tracing::warn!(error = %error, flight.id = %flight, "cannot read who is aboard {flight}");
                        break;
                    }
                };
                after = aboard.last().map(|last| last.booking);
                let is_last = aboard.len() < ABOARD_MAX as usize;
                names.extend(
                    aboard
                        .into_iter()
                        .flat_map(|who| [RoomName::Of(who.customer), RoomName::Of(who.made_by)]),
                );
                if is_last {
                    break;
                }
            }
        }
    }
    names
}
