//! Airports as far as connections need them.

use domain::ids::AirportCode;
use schedule::Airport;

/// The Earth's mean radius, in statute miles.
const RADIUS_MI: f64 = 3_958.8;

/// An airport of the timetable.
#[derive(Debug)]
pub struct Spot {
    pub airport: &'static Airport,
    /// Whoever was here was here: the code of a city with several airports, or the airport's own.
    pub city: AirportCode,
}

impl Spot {
    pub fn of(airport: &'static Airport) -> Self {
        Self { airport, city: airport.city_code().unwrap_or(airport.code) }
    }

    /// Within which travellers pass no border. Puerto Rico and the Virgin Islands stand in the file as what they are to
    /// customs, a part of the United States.
    pub fn country(&self) -> &'static str {
        &self.airport.country
    }
}

/// How far two airports are apart over the ground, in whole statute miles, rounded down. It weighs detours; nothing is
/// charged by it.
#[must_use]
#[expect(clippy::float_arithmetic, reason = "the surface of a ball; rounded to whole miles")]
pub fn great_circle_mi(one: &Airport, other: &Airport) -> u32 {
    let radians = |udeg: i32| (f64::from(udeg) / 1e6).to_radians();
    let (lat_one, lat_other) = (radians(one.latitude_udeg), radians(other.latitude_udeg));
    let (lat_step, lon_step) =
        (lat_other - lat_one, radians(other.longitude_udeg) - radians(one.longitude_udeg));
    let haversine =
        (lat_step / 2.0).sin().powi(2) + lat_one.cos() * lat_other.cos() * (lon_step / 2.0).sin().powi(2);
    let miles = 2.0 * RADIUS_MI * haversine.sqrt().min(1.0).asin();
    // At most half the Earth's girth.
    miles as u32
}

#[cfg(test)]
mod tests {
    use schedule::Reference;

    use super::*;

    fn airport(code: &str) -> &'static Airport {
        Reference::bundled().airport(code.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_ball_is_as_large_as_the_schedule_says() {
        for (one, other, miles) in
            [("JFK", "LAX", 2_475), ("JFK", "BOS", 187), ("EWR", "SFO", 2_565), ("JFK", "HNL", 4_983)]
        {
            let counted = great_circle_mi(airport(one), airport(other));
            assert!(counted.abs_diff(miles) <= 15, "{one} {other}: {counted}");
        }
        assert_eq!(great_circle_mi(airport("JFK"), airport("JFK")), 0);
    }

    #[test]
    fn airports_of_one_city_are_one_place_and_islands_may_be_at_home() {
        let city = |code: &str| Spot::of(airport(code)).city.to_string();
        assert_eq!(["EWR", "JFK", "LGA", "BOS"].map(city), ["NYC", "NYC", "NYC", "BOS"]);
        let country = |code: &str| Spot::of(airport(code)).country();
        assert_eq!(["SJU", "STT", "BOS", "LHR"].map(country), ["US", "US", "US", "GB"]);
    }
}
