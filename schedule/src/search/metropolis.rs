//! Codes of cities with several airports.

use domain::ids::AirportCode;

/// City codes of IATA that travellers type, and the airports that they stand for. None is an airport's own.
const CITIES: [(&str, &[&str]); 18] = [
    ("BJS", &["PEK", "PKX"]),
    ("BUE", &["AEP", "EZE"]),
    ("CHI", &["MDW", "ORD"]),
    ("JKT", &["CGK", "HLP"]),
    ("LON", &["LCY", "LGW", "LHR", "LTN", "SEN", "STN"]),
    ("MIL", &["BGY", "LIN", "MXP"]),
    ("MOW", &["DME", "SVO", "VKO", "ZIA"]),
    ("NYC", &["EWR", "JFK", "LGA"]),
    ("OSA", &["ITM", "KIX", "UKB"]),
    ("PAR", &["BVA", "CDG", "ORY"]),
    ("RIO", &["GIG", "SDU"]),
    ("ROM", &["CIA", "FCO"]),
    ("SAO", &["CGH", "GRU", "VCP"]),
    ("SEL", &["GMP", "ICN"]),
    ("STO", &["ARN", "BMA", "NYO"]),
    ("TYO", &["HND", "NRT"]),
    ("WAS", &["BWI", "DCA", "IAD"]),
    ("YTO", &["YTZ", "YYZ"]),
];

/// The code of the city that an airport is one of several for.
pub fn of(airport: AirportCode) -> Option<&'static str> {
    let code = airport.to_string();
    let city = CITIES.iter().find(|(_, airports)| airports.contains(&code.as_str()));
    city.map(|(city, _)| *city)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;

    #[test]
    fn a_city_code_is_no_airport_and_its_airports_are() {
        let reference = Reference::bundled();
        for (city, airports) in CITIES {
            assert!(reference.airport(city.parse().unwrap()).is_none(), "{city}");
            for airport in airports {
                assert_eq!(of(airport.parse().unwrap()), Some(city));
                assert!(reference.airport(airport.parse().unwrap()).is_some(), "{airport}");
            }
        }
    }
}
