//! What is searched for, and what is found.

use gateways::{DayPrice, Report, Status};
use serde::Serialize;
use utoipa::ToSchema;

use super::flight::PageInfo;
use super::money::Money;
use super::offer::Offer;

/// What is searched for.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "origin": "LAX", "destination": "BOS", "departureDate": "2026-12-01", "returnDate": "2026-12-08",
    "passengers": {"adults": 2, "children": 1, "infants": 0}, "cabinClass": "ECONOMY", "maxConnections": 1, "sort": "best",
    "filters": {"maxPrice": {"amount": "1500.00", "currency": "USD"}, "departure": {"from": "06:00", "to": "12:00"}}}))]
#[expect(dead_code, reason = "it documents what is read field by field")]
pub struct SearchWish {
    /// From this airport, or any of this city: `JFK`, `NYC`.
    pub origin: String,
    /// To this airport, or any of this city.
    pub destination: String,
    /// The day of the way out, local to where it begins.
    pub departure_date: String,
    /// The day of the way back; a single trip when it is missing.
    pub return_date: Option<String>,
    /// Who travels.
    pub passengers: Passengers,
    /// `ECONOMY`, `PREMIUM_ECONOMY`, `BUSINESS` or `FIRST`.
    pub cabin_class: String,
    /// How often one may change in each direction, 0–2; 1 when it is missing.
    pub max_connections: Option<u8>,
    /// What comes first: `best`, which it is when missing, `price`, `duration`, `departure` or `arrival`.
    pub sort: Option<String>,
    /// What is shown of what is found.
    pub filters: Option<SearchFilters>,
    /// Offers on a page, 1–100; 20 when it is missing.
    pub limit: Option<u32>,
    /// The `nextCursor` of the page before, with the same search and the same `sort`.
    pub cursor: Option<String>,
}

/// Who travels: at most nine with a seat, children with an adult, each infant on an adult's lap.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it documents what is read field by field")]
pub struct Passengers {
    /// Adults, 0–9.
    #[schema(example = 2)]
    pub adults: u8,
    /// Children with a seat, 0–9; none when it is missing.
    #[schema(example = 1)]
    pub children: Option<u8>,
    /// Infants on a lap, 0–9; none when it is missing.
    #[schema(example = 0)]
    pub infants: Option<u8>,
}

/// What is shown of what is found. What is missing hides nothing.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it documents what is read field by field")]
pub struct SearchFilters {
    /// What the whole trip may cost all of the party.
    pub max_price: Option<Money>,
    /// How often one may change in each direction, 0–2.
    pub max_connections: Option<u8>,
    /// Only with these airlines, at most 20.
    #[schema(example = json!(["B6", "DL"]))]
    pub airlines: Option<Vec<String>>,
    /// How long each direction may take.
    #[schema(example = 600)]
    pub max_duration_minutes: Option<u32>,
    /// When the way out begins, by its airport's clock.
    pub departure: Option<Hours>,
    /// When the way out ends.
    pub arrival: Option<Hours>,
    /// When the way back begins.
    pub return_departure: Option<Hours>,
    /// When the way back ends.
    pub return_arrival: Option<Hours>,
}

/// Hours of a day, both ends included; over midnight when `to` is earlier than `from`.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what is read field by field")]
pub struct Hours {
    /// The first minute; `00:00` when it is missing.
    #[schema(example = "06:00")]
    pub from: Option<String>,
    /// The last minute; `23:59` when it is missing.
    #[schema(example = "12:00")]
    pub to: Option<String>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer {
    /// The offers, in the order asked for.
    pub data: Vec<Offer>,
    /// Where the list goes on.
    pub page: PageInfo,
    /// What a trip costs at least when it begins on the days around; filters do not touch it.
    pub days: Vec<Day>,
    /// What became of each supplier: offers of one that did not answer are missing.
    pub suppliers: Vec<Supplier>,
    /// Where the answer comes from.
    pub cache: Cache,
}

/// What a day costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Day {
    /// The day of the way out.
    #[schema(example = "2026-12-01")]
    pub date: String,
    /// The least that the whole party pays; null when there is nothing to buy.
    pub price: Option<Money>,
}

/// What became of a supplier.
#[derive(Debug, Serialize, ToSchema)]
pub struct Supplier {
    /// Who it is.
    #[schema(example = "aisle")]
    pub name: String,
    /// `OK`, `TIMED_OUT`, `FAILED`, or `SKIPPED` when it was not asked because it has failed again and again.
    #[schema(example = "OK")]
    pub status: &'static str,
    /// How long it took, when it was asked.
    #[schema(example = 2)]
    pub ms: u64,
    /// How many trips can be made of what it had, before filters.
    #[schema(example = 17)]
    pub offers: u64,
}

/// Where an answer comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cache {
    /// Whether the suppliers had been asked before. Prices and places of our own departures are of now all the same.
    pub hit: bool,
    /// How long ago they were asked.
    #[schema(example = 0)]
    pub age_seconds: u64,
}

impl From<&DayPrice> for Day {
    fn from(day: &DayPrice) -> Self {
        Self { date: day.date.to_string(), price: day.least.map(Money::from) }
    }
}

impl From<&Report> for Supplier {
    fn from(report: &Report) -> Self {
        let status = match report.status {
            Status::Answered => "OK",
            Status::TimedOut => "TIMED_OUT",
            Status::Failed => "FAILED",
            Status::Skipped => "SKIPPED",
        };
        let ms = u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX);
        Self { name: report.name.to_string(), status, ms, offers: report.offers }
    }
}
