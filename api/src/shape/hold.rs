//! Holds, as their principals see them.

use std::fmt;

use domain::flight::{Hold, SeatsHeld};
use domain::ids::{FlightId, HoldId, HoldNumber, Version};
use domain::party::Party;
use domain::plan::{CabinClass, SeatNumber};
use domain::time::Timestamp;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::money::PartyPrice;

/// A hold that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldMade {
    /// Its name.
    #[schema(value_type = String, example = "B6-523-2026-12-01-JFK.17")]
    pub hold_id: HoldId,
    /// The departure.
    #[schema(value_type = String, example = "B6-523-2026-12-01-JFK")]
    pub flight_id: FlightId,
    /// The pinned seats; places beyond them get theirs later.
    #[schema(value_type = Vec<String>, example = json!(["12A"]))]
    pub seats: Vec<SeatNumber>,
    /// How many places.
    pub places: u8,
    /// In which cabin.
    #[schema(value_type = String, example = "ECONOMY")]
    pub cabin_class: CabinClass,
    /// When it lapses; RFC 3339. It is held before that instant and not at it.
    #[schema(value_type = String, example = "2026-12-01T12:10:00.000Z")]
    #[serde(serialize_with = "as_text")]
    pub expires_at: Timestamp,
    /// What it costs, pinned.
    pub price: PartyPrice,
    /// The row of the departure's history that made it.
    pub version: u64,
}

/// A hold as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldShown {
    /// The hold.
    #[serde(flatten)]
    pub made: HoldMade,
    /// `HELD`, `PAYING` or `BOOKED`.
    #[schema(example = "HELD")]
    pub status: &'static str,
    /// The booking that has it, if one has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<String>,
}

/// A hold whose deadline moved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldExtended {
    /// Its name.
    #[schema(example = "B6-523-2026-12-01-JFK.17")]
    pub hold_id: String,
    /// When it lapses now; RFC 3339.
    #[schema(example = "2026-12-01T12:20:00.000Z")]
    pub expires_at: String,
    /// The row of the departure's history that moved it.
    pub version: u64,
}

/// Writes what prints as text, without a text in between.
fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Who travels on a hold: as it was said, or an adult on each place.
fn party(party: Option<Party>, places: u8) -> Party {
    party.unwrap_or(Party { adults: places, children: 0, infants: 0 })
}

impl HoldMade {
    /// A function of the event alone, so that a repeated request gets the same bytes.
    #[must_use]
    pub fn of(flight: FlightId, held: &SeatsHeld) -> Self {
        Self {
            hold_id: HoldId { flight, number: held.hold },
            flight_id: flight,
            seats: held.seats.clone(),
            places: held.places,
            cabin_class: held.class,
            expires_at: held.until,
            price: PartyPrice::of(held.fare, &party(held.party, held.places)),
            version: held.hold.row().number(),
        }
    }

    /// A live hold; `seats` are its pinned ones.
    #[must_use]
    pub fn live(flight: FlightId, number: HoldNumber, hold: &Hold, seats: Vec<SeatNumber>) -> Self {
        Self {
            hold_id: HoldId { flight, number },
            flight_id: flight,
            seats,
            places: hold.places,
            cabin_class: hold.class,
            expires_at: hold.until,
            price: PartyPrice::of(hold.fare, &party(hold.party, hold.places)),
            version: number.row().number(),
        }
    }
}

impl HoldExtended {
    /// The hold after the row `version`.
    #[must_use]
    pub fn of(id: HoldId, until: domain::time::Timestamp, version: Version) -> Self {
        Self { hold_id: id.to_string(), expires_at: until.to_string(), version: version.number() }
    }
}
