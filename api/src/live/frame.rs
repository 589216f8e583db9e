//! What we say. Each text is made once for all who need it, except for the time, which goes before it.
//!
//! The texts here are the *rest* of an object: they lack its opening brace, because [`head`] brings it.

use std::cell::RefCell;
use std::sync::Arc;

use cluster::{Encoding, Frame, Shown};
use domain::ids::FlightId;
use domain::time::Timestamp;
use serde::Serialize;

use super::wish::Refusal;
use crate::shape::seat_map::{self, CabinCounts, SeatChange};

/// The only thing that can be watched so far.
const SEAT_MAP: &str = "seat-map";

/// What a client is told when it said `ping`.
pub const PONG: &[u8] = br#""type":"pong"}"#;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delta {
    #[serde(rename = "type")]
    kind: &'static str,
    topic: &'static str,
    flight_id: FlightId,
    from: u64,
    version: u64,
    changes: Vec<Change>,
    counts: Vec<CabinCounts>,
}

#[derive(Serialize)]
struct Change {
    version: u64,
    #[serde(flatten)]
    seat: SeatChange,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resync {
    #[serde(rename = "type")]
    kind: &'static str,
    topic: &'static str,
    flight_id: FlightId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refused<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    code: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flight_id: Option<&'a str>,
}

/// How every frame begins. Each thread writes the time once a millisecond, which is as fine as it is told.
pub fn head(now: Timestamp) -> Arc<str> {
    thread_local! {
        static LAST: RefCell<Option<(Timestamp, Arc<str>)>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((then, head)) if *then == now => head.clone(),
        _ => {
            let head: Arc<str> = format!(r#"{{"serverTime":"{now}","#).into();
            *last = Some((now, head.clone()));
            head
        }
    })
}

/// The rest of an object.
pub fn rest(object: &impl Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec(object).expect("texts and numbers always have a JSON form");
    text.remove(0);
    text
}

/// The seat map of one version, around the very document that readers get over HTTP.
pub fn snapshot(shown: &Shown) -> &Encoding {
    let document = shown.plain(|map| seat_map::encode(map).into());
    shown.framed(|map| {
        let (flight, version) = (map.flight_id, map.version);
        let mut text = format!(
            r#""type":"snapshot","topic":"{SEAT_MAP}","flightId":"{flight}","version":{version},"seatMap":"#
        )
        .into_bytes();
        text.extend_from_slice(document);
        text.push(b'}');
        text.into()
    })
}

/// The changes between two versions, in the order in which they happened.
pub fn delta(flight: FlightId, frame: &Frame) -> &Encoding {
    frame.encoded(|frame| {
        let seats = |row: &Arc<domain::view::RowChange>| {
            let version = row.version.number();
            let change = move |seat| Change { version, seat: SeatChange::from(seat) };
            row.seats.iter().map(change).collect::<Vec<_>>()
        };
        let last = frame.changes.last().map(|row| row.counts.as_slice()).unwrap_or_default();
        rest(&Delta {
            kind: "delta",
            topic: SEAT_MAP,
            flight_id: flight,
            from: frame.from.number(),
            version: frame.version.number(),
            changes: frame.changes.iter().flat_map(seats).collect(),
            counts: last.iter().map(CabinCounts::from).collect(),
        })
        .into()
    })
}

/// What a slow client is told before it gets the whole map again.
pub fn resync(flight: FlightId) -> Vec<u8> {
    rest(&Resync { kind: "resync", topic: SEAT_MAP, flight_id: flight })
}

/// Why a wish is not granted.
pub fn refusal(refusal: &Refusal) -> Vec<u8> {
    let Refusal { code, detail, flight, is_mistake: _ } = refusal;
    rest(&Refused { kind: "error", code, detail, flight_id: flight.as_deref() })
}
