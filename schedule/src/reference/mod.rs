//! Airports, airlines and aircraft.

pub mod files;
mod local;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use domain::ids::{AircraftType, AirportCode, CarrierCode};
use domain::plan::SeatPlan;
use jiff::tz::TimeZone;
use serde::Deserialize;

use self::files::COMPILED_IN;
pub use self::local::{InvalidLocalTime, LocalTime};
use crate::search::{Index, Names, metropolis};
use crate::week;

/// An airport of the world.
#[derive(Debug, Clone)]
pub struct Airport {
    /// Its code of three letters (IATA).
    pub code: AirportCode,
    /// Its code of four characters (ICAO), e.g. `KJFK`.
    pub icao: String,
    /// Its name, in its own language or in English.
    pub name: String,
    /// The city that it is in; about one airport in ten has none.
    pub city: Option<String>,
    /// The country's two letters (ISO 3166). `NA` is Namibia.
    pub country: String,
    /// Millionths of a degree north of the equator.
    pub latitude_udeg: i32,
    /// Millionths of a degree east of Greenwich.
    pub longitude_udeg: i32,
    /// What its clocks go by.
    pub zone: TimeZone,
    /// Whether the bundled week goes there or leaves from there.
    pub served: bool,
}

impl Airport {
    /// The IANA name of its zone, `America/New_York`.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().expect("every zone was found by its name")
    }

    /// IATA's code of the city that it is one of several airports for, e.g. `NYC`.
    #[must_use]
    pub fn city_code(&self) -> Option<AirportCode> {
        metropolis::of(self.code).and_then(|(city, _)| city.code.parse().ok())
    }
}

/// An airline of the bundled week.
#[derive(Debug, Clone, Deserialize)]
pub struct Airline {
    /// Its code of two characters (IATA).
    #[serde(rename = "iata")]
    pub code: CarrierCode,
    /// Its code of three letters (ICAO), as it was in 2013.
    #[serde(rename = "icao_2013")]
    pub icao: String,
    /// Its name, as it was in 2013.
    pub name: String,
}

/// How far a cabin layout can be trusted. None is an airline's own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It was compared with another source.
    Checked,
    /// It comes near, and is known not to be exact.
    Approximate,
    /// It is a typical layout of the type.
    Unchecked,
}

/// An aircraft type in the cabin of one airline.
#[derive(Debug, Clone)]
pub struct Aircraft {
    /// What the schedule calls it, e.g. `B6-320`.
    pub code: String,
    /// Whose cabin it is.
    pub operator: CarrierCode,
    /// Who built it.
    pub manufacturer: String,
    /// What they call it.
    pub model: String,
    /// Manufacturer and model, as a departure tells them.
    pub kind: AircraftType,
    /// Its seats. Every departure that it flies shares this one plan.
    pub plan: SeatPlan,
    /// How far the plan can be trusted.
    pub confidence: Confidence,
}

/// All that the bundled files say of airports, airlines and aircraft.
#[derive(Debug)]
pub struct Reference {
    /// By code.
    airports: Vec<Airport>,
    /// By code.
    airlines: Vec<Airline>,
    /// By code.
    aircraft: Vec<Aircraft>,
    /// Over `airports`, in their order.
    airport_names: Index,
    /// Over `airlines`, in their order.
    airline_names: Index,
}

impl Reference {
    /// The bundled files, read once in a process.
    ///
    /// # Panics
    /// Never, as the files are compiled in and a test reads all of them.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Reference> = OnceLock::new();
        BUNDLED.get_or_init(Self::read)
    }

    fn read() -> Self {
        let served: BTreeSet<AirportCode> =
            week::all().iter().flat_map(|real| [real.origin, real.destination]).collect();
        let airport = |row: AirportRow| row.airport(&served);
        let mut airports: Vec<_> = files::rows(files::AIRPORTS).into_iter().map(airport).collect();
        let mut airlines: Vec<Airline> = files::rows(files::AIRLINES);
        let mut aircraft: Vec<_> =
            files::rows(files::AIRCRAFT).into_iter().map(AircraftRow::aircraft).collect();
        airports.sort_by_key(|airport| airport.code);
        airlines.sort_by_key(|airline| airline.code);
        aircraft.sort_by(|one, other| one.code.cmp(&other.code));
        let airport_names = airports.iter().map(Names::of_airport).collect();
        let airline_names = airlines.iter().map(Names::of_airline).collect();
        Self { airports, airlines, aircraft, airport_names, airline_names }
    }

    /// The airport with this code, if there is one.
    #[must_use]
    pub fn airport(&self, code: AirportCode) -> Option<&Airport> {
        let found = self.airports.binary_search_by_key(&code, |airport| airport.code).ok()?;
        Some(&self.airports[found])
    }

    /// The airline with this code, if the bundled week has it.
    #[must_use]
    pub fn airline(&self, code: CarrierCode) -> Option<&Airline> {
        let found = self.airlines.binary_search_by_key(&code, |airline| airline.code).ok()?;
        Some(&self.airlines[found])
    }

    /// The aircraft with this code, e.g. `B6-320`, if there is one.
    #[must_use]
    pub fn aircraft(&self, code: &str) -> Option<&Aircraft> {
        let found = self.aircraft.binary_search_by(|aircraft| aircraft.code.as_str().cmp(code)).ok()?;
        Some(&self.aircraft[found])
    }

    /// The airports that a code means: the one that has it, or those of the city that has it, such as `NYC`, the
    /// busiest first. None when nothing has it.
    #[must_use]
    pub fn airports_of(&self, code: AirportCode) -> Vec<&Airport> {
        if let Some(airport) = self.airport(code) {
            return vec![airport];
        }
        let codes = metropolis::with_code(code).map_or(&[][..], |city| city.airports);
        codes.iter().filter_map(|code| self.airport(code.parse().ok()?)).collect()
    }

    /// All airports, by code.
    #[must_use]
    pub fn airports(&self) -> &[Airport] {
        &self.airports
    }

    /// All airlines, by code.
    #[must_use]
    pub fn airlines(&self) -> &[Airline] {
        &self.airlines
    }

    /// At most `most` airports that a traveller may mean who has typed `query`, likeliest first.
    ///
    /// First those with exactly this code (also ICAO's, and a city's such as `NYC`), then codes, cities and
    /// names that begin so, then those where every word typed begins a word of theirs, then those that have
    /// it anywhere. Among equals the served come first, then cities of exactly this name, then the airport of a
    /// city that most travellers mean, then the code decides. A city is known by its English name and often by its
    /// own. Case, accents and punctuation do not matter, and where nothing fits, `ue` is tried as `ü`. What is
    /// empty or longer than [`crate::QUERY_CHARS_MAX`] finds nothing.
    #[must_use]
    pub fn find_airports(&self, query: &str, most: usize) -> Vec<&Airport> {
        self.airport_names.find(query, most).into_iter().map(|index| &self.airports[index]).collect()
    }

    /// At most `most` airlines, found and ranked as [`Reference::find_airports`] does; airlines have no city.
    #[must_use]
    pub fn find_airlines(&self, query: &str, most: usize) -> Vec<&Airline> {
        self.airline_names.find(query, most).into_iter().map(|index| &self.airlines[index]).collect()
    }
}

#[derive(Debug, Deserialize)]
struct AirportRow {
    iata: AirportCode,
    icao: String,
    name: String,
    city: Option<String>,
    country: String,
    lat: String,
    lon: String,
    tz: String,
}

impl AirportRow {
    fn airport(self, served: &BTreeSet<AirportCode>) -> Airport {
        Airport {
            served: served.contains(&self.iata),
            code: self.iata,
            icao: self.icao,
            name: self.name,
            city: self.city,
            country: self.country,
            latitude_udeg: microdegrees(&self.lat).expect(COMPILED_IN),
            longitude_udeg: microdegrees(&self.lon).expect(COMPILED_IN),
            zone: TimeZone::get(&self.tz).expect(COMPILED_IN),
        }
    }
}

#[derive(Debug, Deserialize)]
struct AircraftRow {
    aircraft_code: String,
    operator: CarrierCode,
    manufacturer: String,
    model: String,
    cabins: String,
    missing_seats: String,
    confidence: Confidence,
}

impl AircraftRow {
    fn aircraft(self) -> Aircraft {
        Aircraft {
            code: self.aircraft_code,
            operator: self.operator,
            kind: format!("{} {}", self.manufacturer, self.model).parse().expect(COMPILED_IN),
            manufacturer: self.manufacturer,
            model: self.model,
            plan: SeatPlan::read(&self.cabins, &self.missing_seats).expect(COMPILED_IN),
            confidence: self.confidence,
        }
    }
}

/// Reads degrees with up to six decimals, `-17.3526`.
fn microdegrees(degrees: &str) -> Option<i32> {
    let (whole, decimals) = degrees.split_once('.').unwrap_or((degrees, ""));
    if decimals.len() > 6 {
        return None;
    }
    // The sign stands in front of all digits, so that of `-0.5` is not lost.
    format!("{whole}{decimals:0<6}").parse().ok()
}
