//! A departure, as lists and pages show it.

use domain::fare::{self, Load};
use domain::flight::{Provenance, Status, limits};
use domain::ids::{AirportCode, CarrierCode};
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::{self, Summary};
use schedule::Reference;
use serde::Serialize;
use utoipa::ToSchema;

use super::money::Price;
use super::seat_map::Counts;

/// A departure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Flight {
    /// Its name: airline, number, local day, origin.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The airline.
    pub carrier: Carrier,
    /// Its number.
    #[schema(example = 523)]
    pub number: u16,
    /// Where and when it departs.
    pub departure: End,
    /// Where and when it lands.
    pub arrival: End,
    /// From departure to landing, as planned.
    #[schema(example = 371)]
    pub duration_minutes: u64,
    /// The distance flown, in statute miles.
    #[schema(example = 2475)]
    pub distance_mi: u32,
    /// What it is flown with.
    #[schema(example = "Airbus A320")]
    pub aircraft: String,
    /// Where it stands in its day.
    #[schema(value_type = String, example = "SCHEDULED")]
    pub status: Status,
    /// The gate, once it is known.
    #[schema(example = "B22")]
    pub gate: Option<String>,
    /// Whether it was made up for a demonstration: no airline ever published it.
    pub synthetic: bool,
    /// Until when places can be held; RFC 3339.
    pub sale_closes_at: String,
    /// The row of its history after which it is so.
    pub version: u64,
    /// Its cabins, front to back, with what an adult pays now.
    pub cabins: Vec<CabinOffer>,
}

/// An airline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Carrier {
    /// IATA's two letters or digits.
    #[schema(example = "B6")]
    pub code: String,
    /// Its name, when we know it.
    #[schema(example = "JetBlue Airways")]
    pub name: Option<String>,
}

/// One end of a departure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct End {
    /// The airport.
    #[schema(example = "JFK")]
    pub airport: String,
    /// Its city, when we know it.
    #[schema(example = "New York")]
    pub city: Option<String>,
    /// As planned, in the airport's local time.
    #[schema(example = "2026-12-01T13:00")]
    pub scheduled_local: Option<String>,
    /// The airport's IANA time zone.
    #[schema(example = "America/New_York")]
    pub zone: Option<String>,
    /// As planned; RFC 3339 in UTC.
    pub scheduled: String,
    /// By the latest word; RFC 3339 in UTC.
    pub latest: String,
}

/// A cabin, and what an adult pays in it now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CabinOffer {
    /// Which cabin.
    #[schema(value_type = String, example = "ECONOMY")]
    pub cabin_class: CabinClass,
    /// How it is filled.
    #[serde(flatten)]
    pub counts: Counts,
    /// The fare of one adult for one more place, now.
    pub adult_price: Price,
}

/// What can be had on a departure now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Availability {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The row of its history after which it is so.
    pub version: u64,
    /// Where it stands in its day.
    #[schema(value_type = String, example = "SCHEDULED")]
    pub status: Status,
    /// Until when places can be held; RFC 3339.
    pub sale_closes_at: String,
    /// Its cabins, front to back.
    pub cabins: Vec<CabinOffer>,
}

/// A page of departures.
#[derive(Debug, Serialize, ToSchema)]
pub struct Flights {
    /// The departures, the earliest first.
    pub data: Vec<Flight>,
    /// Where the list goes on.
    pub page: PageInfo,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// To be sent as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// One end of a departure.
pub(super) fn end(airport: AirportCode, scheduled: Timestamp, latest: Timestamp) -> End {
    let known = Reference::bundled();
    let local = known.local(scheduled, airport);
    End {
        airport: airport.to_string(),
        city: known.airport(airport).and_then(|airport| airport.city.clone()),
        zone: local.as_ref().map(|local| local.zone.to_owned()),
        scheduled_local: local.map(|local| local.time),
        scheduled: scheduled.to_string(),
        latest: latest.to_string(),
    }
}

/// An airline, with its name when we know it.
pub(super) fn carrier(code: CarrierCode) -> Carrier {
    let name = Reference::bundled().airline(code).map(|airline| airline.name.clone());
    Carrier { code: code.to_string(), name }
}

fn sale_closes(summary: &Summary) -> String {
    summary.latest.departs.minus(limits::SALE_CLOSES_BEFORE).to_string()
}

fn offer(summary: &Summary, counts: &view::CabinCounts, now: Timestamp) -> CabinOffer {
    const SECS_A_DAY: u64 = 24 * 60 * 60;
    let load = Load::of(u32::from(counts.held + counts.sold), u32::from(counts.seats));
    let days = summary.latest.departs.since(now).as_secs() / SECS_A_DAY;
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let adult = fare::adult(summary.basis, counts.cabin_class, load, days);
    CabinOffer { cabin_class: counts.cabin_class, counts: counts.into(), adult_price: adult.into() }
}

fn offers(summary: &Summary, now: Timestamp) -> Vec<CabinOffer> {
    summary.cabins.iter().map(|counts| offer(summary, counts, now)).collect()
}

impl Flight {
    /// The departure, with prices of this instant.
    #[must_use]
    pub fn of(summary: &Summary, now: Timestamp) -> Self {
        let (id, scheduled, latest) = (summary.flight_id, summary.scheduled, summary.latest);
        Self {
            flight_id: id.to_string(),
            carrier: carrier(id.carrier),
            number: id.number(),
            departure: end(id.origin, scheduled.departs, latest.departs),
            arrival: end(summary.service.destination, scheduled.arrives, latest.arrives),
            duration_minutes: scheduled.arrives.since(scheduled.departs).as_secs() / 60,
            distance_mi: summary.basis.distance_mi,
            aircraft: summary.service.aircraft.to_string(),
            status: summary.status,
            gate: summary.gate.clone(),
            synthetic: summary.service.provenance == Provenance::Synthetic,
            sale_closes_at: sale_closes(summary),
            version: summary.version.number(),
            cabins: offers(summary, now),
        }
    }
}

impl Availability {
    /// What can be had at this instant.
    #[must_use]
    pub fn of(summary: &Summary, now: Timestamp) -> Self {
        Self {
            flight_id: summary.flight_id.to_string(),
            version: summary.version.number(),
            status: summary.status,
            sale_closes_at: sale_closes(summary),
            cabins: offers(summary, now),
        }
    }
}
