//! What clients may ask for, for the document. Bodies and queries are read field by field (`fields`), so that everything that is
//! wrong is said at once; nothing is ever read into these.

use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// What is to be held.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"cabinClass": "ECONOMY", "seats": ["12A"], "ttlSeconds": 600}))]
pub struct HoldWish {
    /// In which cabin: `ECONOMY`, `PREMIUM_ECONOMY`, `BUSINESS` or `FIRST`.
    pub cabin_class: String,
    /// Exactly these seats.
    pub seats: Option<Vec<String>>,
    /// How many places, 1–9; as many as seats or seated travellers when missing.
    pub places: Option<u8>,
    /// The best seats that are open, for every place.
    pub best_available: Option<BestAvailable>,
    /// Who travels. Needed for exit rows and for exact prices.
    pub travellers: Option<Vec<Traveller>>,
    /// How long it is held, 30–1,800 seconds; 600 when missing.
    pub ttl_seconds: Option<u64>,
}

/// What is wished of the seats that are found.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct BestAvailable {
    /// Side by side, or not at all.
    pub together: Option<bool>,
    /// Somebody at an aisle, if that can be.
    pub aisle: Option<bool>,
    /// Somebody at a window, if that can be.
    pub window: Option<bool>,
    /// As far in front as can be.
    pub near_front: Option<bool>,
}

/// One who travels.
#[derive(Debug, ToSchema)]
pub struct Traveller {
    /// `ADULT`, `CHILD` or `INFANT`.
    #[schema(rename = "type", example = "ADULT")]
    pub kind: String,
}

/// How long a hold is to last from now on.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"ttlSeconds": 600}))]
pub struct Extension {
    /// 30–1,800 seconds; 600 when missing.
    pub ttl_seconds: Option<u64>,
}

/// A departure to be put on sale.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "carrier": "B6", "number": 9001, "date": "2030-06-01", "origin": "JFK", "destination": "LAX", "aircraft": "B6-320",
    "departs": "2030-06-01T09:00", "arrives": "2030-06-01T12:10", "distanceMi": 2475, "currency": "USD"}))]
pub struct NewFlight {
    /// The airline.
    pub carrier: String,
    /// Its number, 1–9999.
    pub number: u16,
    /// The service date in the origin's local time.
    pub date: String,
    /// Where it departs.
    pub origin: String,
    /// Where it lands.
    pub destination: String,
    /// A known aircraft, `B6-320`; or `{"name", "cabins": "F:1-5:AB-EF;Y:10-33:ABC-DEF", "missing": "32A 36C"}`.
    #[schema(value_type = Object)]
    pub aircraft: Value,
    /// When it departs: RFC 3339, or local to the origin, `2030-06-01T09:00`.
    pub departs: String,
    /// When it lands: RFC 3339, or local to the destination.
    pub arrives: String,
    /// The distance flown, in statute miles; its fares are made from it.
    pub distance_mi: u32,
    /// The currency that it is sold in; `USD` when missing.
    pub currency: Option<String>,
}

/// What becomes of a departure.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"status": "DELAYED", "newDeparture": "2030-06-01T14:30:00Z", "reason": "late aircraft", "gate": "B22"}))]
pub struct NewStatus {
    /// `SCHEDULED`, `DELAYED`, `BOARDING`, `DEPARTED`, `ARRIVED` or `CANCELLED`.
    pub status: String,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// When it departs now; RFC 3339.
    pub new_departure: Option<String>,
    /// When it lands now; RFC 3339.
    pub new_arrival: Option<String>,
    /// The gate.
    pub gate: Option<String>,
}

/// Seats to be taken out of sale, or put back.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"seats": ["12A", "12B"], "reason": "CREW"}))]
pub struct Blocks {
    /// Which seats.
    pub seats: Vec<String>,
    /// `CREW`, `DEFECT`, `BALANCE` or `OPERATIONS`, which it is when missing. Only for taking out.
    pub reason: Option<String>,
}

/// Which departures.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The service date in the origin's local time.
    #[param(example = "2026-12-01")]
    pub date: String,
    /// Only from this airport.
    #[param(example = "JFK")]
    pub origin: Option<String>,
    /// Only to this airport.
    #[param(example = "LAX")]
    pub destination: Option<String>,
    /// Departures on a page, 1–100; 50 when missing.
    #[param(example = 50)]
    pub limit: Option<u32>,
    /// The `nextCursor` of the page before.
    #[param(example = "MTc5NjEzMDAwMDAwMCBmbGlnaHQvQjYtNTIzLTIwMjYtMTItMDEtSkZL")]
    pub cursor: Option<String>,
}

/// What was typed so far.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Typed {
    /// Part of a code, a city or a name; 1–64 characters.
    #[param(example = "new y")]
    pub q: String,
}

/// With whom one travels: so many, or those of a booking.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct Travelling {
    /// Adults, 0–9.
    #[param(example = 2)]
    pub adults: Option<u8>,
    /// Children with a seat, 0–9.
    #[param(example = 1)]
    pub children: Option<u8>,
    /// Infants on a lap, 0–9.
    #[param(example = 0)]
    pub infants: Option<u8>,
    /// Or the booking that they are of, one that you may see.
    #[param(example = "7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub booking_id: Option<String>,
}

/// Nothing to say: an empty object, or no body at all.
#[derive(Debug, ToSchema)]
#[schema(example = json!({}))]
pub struct Nothing {}
