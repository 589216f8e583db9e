//! The seat map and its changes.
//!
//! A map is a function of (flight, version): no clock and nothing personal is in it, so its bytes are the same
//! for everybody. A map plus the changes after it is the next map, byte for byte.

use domain::money::Money as Amount;
use domain::plan::{Attribute, CabinClass};
use domain::view::{self, SeatState};
use serde::Serialize;
use utoipa::ToSchema;

use super::money::Money;

/// A departure's seats, as everybody may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeatMap {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The row of the departure's history after which the map is so.
    pub version: u64,
    /// What it is flown with.
    #[schema(example = "Airbus A320")]
    pub aircraft: String,
    /// Its cabins, front to back.
    pub cabins: Vec<Cabin>,
}

/// A cabin of a seat map.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cabin {
    /// Which cabin.
    #[schema(value_type = String, example = "ECONOMY")]
    pub cabin_class: CabinClass,
    /// Which deck it is on.
    #[schema(example = "MAIN")]
    pub deck: &'static str,
    /// Its columns from left to right; the empty text is an aisle.
    #[schema(example = json!(["A", "B", "C", "", "D", "E", "F"]))]
    pub columns: Vec<String>,
    /// Its rows, front to back.
    pub rows: Vec<Row>,
    /// How it is filled.
    pub counts: Counts,
}

/// A row of a cabin.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row {
    /// Its number.
    pub row: u8,
    /// Whether it is an exit row.
    pub exit: bool,
    /// Whether it faces a bulkhead.
    pub bulkhead: bool,
    /// Its seats, left to right.
    pub seats: Vec<Seat>,
}

/// A seat of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct Seat {
    /// Its number and its state.
    #[serde(flatten)]
    pub shown: SeatChange,
    /// What is special about it.
    #[schema(value_type = Vec<String>, example = json!(["WINDOW"]))]
    pub attributes: Vec<Attribute>,
    /// What it costs beyond the fare; fixed for the departure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplement: Option<Money>,
}

/// A seat as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatChange {
    /// The seat.
    #[schema(example = "12A")]
    pub seat: String,
    /// `AVAILABLE`, `HELD`, `SOLD` or `BLOCKED`.
    #[schema(value_type = String, example = "HELD")]
    pub state: SeatState,
    /// When a held seat lapses unless its hold is extended; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// How a cabin is filled.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Its seats.
    pub seats: u16,
    /// Seats that nobody has.
    pub available: u16,
    /// Places held.
    pub held: u16,
    /// Places sold, here and elsewhere.
    pub sold: u16,
    /// Seats out of sale.
    pub blocked: u16,
    /// Places that may still be held.
    pub sellable: u16,
}

/// The counts of one cabin, on their own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CabinCounts {
    /// Which cabin.
    #[schema(value_type = String, example = "ECONOMY")]
    pub cabin_class: CabinClass,
    /// How it is filled.
    #[serde(flatten)]
    pub counts: Counts,
}

impl From<&view::SeatMap> for SeatMap {
    fn from(map: &view::SeatMap) -> Self {
        Self {
            flight_id: map.flight_id.to_string(),
            version: map.version.number(),
            aircraft: map.aircraft.to_string(),
            cabins: map.cabins.iter().map(Cabin::from).collect(),
        }
    }
}

impl From<&view::CabinMap> for Cabin {
    fn from(cabin: &view::CabinMap) -> Self {
        Self {
            cabin_class: cabin.cabin_class,
            deck: "MAIN",
            columns: cabin
                .columns
                .iter()
                .map(|column| column.map(String::from).unwrap_or_default())
                .collect(),
            rows: cabin.rows.iter().map(Row::from).collect(),
            counts: Counts::from(&cabin.counts),
        }
    }
}

impl From<&view::RowMap> for Row {
    fn from(row: &view::RowMap) -> Self {
        let seats = row.seats.iter().map(|seat| Seat {
            shown: SeatChange::from(&seat.shown),
            attributes: seat.attributes.into(),
            supplement: seat.supplement.map(|supplement: Amount| supplement.into()),
        });
        Self { row: row.row, exit: row.exit, bulkhead: row.bulkhead, seats: seats.collect() }
    }
}

impl From<&view::SeatChange> for SeatChange {
    fn from(change: &view::SeatChange) -> Self {
        let until = change.until.map(|until| until.to_string());
        Self { seat: change.seat.to_string(), state: change.state, until }
    }
}

impl From<&view::CabinCounts> for Counts {
    fn from(counts: &view::CabinCounts) -> Self {
        let view::CabinCounts { cabin_class: _, seats, available, held, sold, blocked, sellable } = *counts;
        Self { seats, available, held, sold, blocked, sellable }
    }
}

impl From<&view::CabinCounts> for CabinCounts {
    fn from(counts: &view::CabinCounts) -> Self {
        Self { cabin_class: counts.cabin_class, counts: counts.into() }
    }
}

/// The document that readers of the seat map get.
#[must_use]
pub fn encode(map: &view::SeatMap) -> Vec<u8> {
    serde_json::to_vec(&SeatMap::from(map)).expect("texts and numbers always have a JSON form")
}
