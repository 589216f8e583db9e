//! An event as clients see it.

use domain::flight::Status;
use domain::news::NewsKind;
use domain::view::Summary;
use persistence::journal::{Listing, StoredEvent};
use serde::Serialize;

use super::{Happening, Subject};
use crate::live::frame;
use crate::shape::booking::Booking;

#[derive(Serialize)]
struct Event {
    #[serde(rename = "type")]
    kind: &'static str,
    event: &'static str,
    id: String,
    data: Told,
}

/// What is told of it: how it is after the row that made the event.
#[derive(Serialize)]
#[serde(untagged)]
enum Told {
    /// A booking, without its people.
    Booking(Box<Booking>),
    /// A departure, as far as it can change.
    Departure(Departure),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Departure {
    flight_id: String,
    status: Status,
    departure: String,
    arrival: String,
    gate: Option<String>,
    version: u64,
}

/// What sessions are told of a stored event; nothing, when it lacks what is told.
pub fn happening(event: &StoredEvent) -> Option<Happening> {
    let (subject, data) = match (&event.told.news.kind, event.told.listing.as_ref()?) {
        (
            NewsKind::BookingCreated
            | NewsKind::BookingConfirmed
            | NewsKind::BookingCancelled
            | NewsKind::BookingUpdated
            | NewsKind::PaymentCompleted,
            Listing::Booking(view),
        ) => {
            let subject = Subject::Booking { customer: view.customer.clone(), made_by: view.made_by.clone() };
            (subject, Told::Booking(Box::new(Booking::of(view, None))))
        }
        (NewsKind::FlightStatusChanged, Listing::Departure(summary)) => {
            (Subject::Departure(summary.flight_id), Told::Departure(Departure::of(summary)))
        }
        _mixed => return None,
    };
    let name = event.told.news.kind.name();
    let text = frame::rest(&Event { kind: "event", event: name, id: event.id.to_string(), data });
    Some(Happening { id: event.id, subject, text })
}

impl Departure {
    fn of(summary: &Summary) -> Self {
        Self {
            flight_id: summary.flight_id.to_string(),
            status: summary.status,
            departure: summary.latest.departs.to_string(),
            arrival: summary.latest.arrives.to_string(),
            gate: summary.gate.clone(),
            version: summary.version.number(),
        }
    }
}
