//! Airports and airlines.

use schedule::{Airline as KnownAirline, Airport as KnownAirport};
use serde::Serialize;
use utoipa::ToSchema;

/// An airport.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Airport {
    /// IATA's three letters.
    #[schema(example = "JFK")]
    pub code: String,
    /// Its name.
    #[schema(example = "John F Kennedy International Airport")]
    pub name: String,
    /// Its city, when it has one.
    #[schema(example = "New York")]
    pub city: Option<String>,
    /// ISO 3166's two letters.
    #[schema(example = "US")]
    pub country: String,
    /// Its IANA time zone.
    #[schema(example = "America/New_York")]
    pub zone: String,
}

/// An airline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Airline {
    /// IATA's two letters or digits.
    #[schema(example = "B6")]
    pub code: String,
    /// Its name.
    #[schema(example = "JetBlue Airways")]
    pub name: String,
}

/// Airports that were found, the likeliest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Airports {
    /// The airports.
    pub data: Vec<Airport>,
}

/// Airlines that were found, the likeliest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Airlines {
    /// The airlines.
    pub data: Vec<Airline>,
}

impl From<&KnownAirport> for Airport {
    fn from(airport: &KnownAirport) -> Self {
        Self {
            code: airport.code.to_string(),
            name: airport.name.clone(),
            city: airport.city.clone(),
            country: airport.country.clone(),
            zone: airport.zone_name().to_owned(),
        }
    }
}

impl From<&KnownAirline> for Airline {
    fn from(airline: &KnownAirline) -> Self {
        Self { code: airline.code.to_string(), name: airline.name.clone() }
    }
}
