//! Cities with several airports, and the names by which travellers know a city.

use domain::ids::AirportCode;

/// A city that several airports serve.
#[derive(Debug)]
pub struct Metropolis {
    /// IATA's code for the city, which travellers type; no airport has it.
    pub code: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// Its airports, those first that most travellers mean.
    pub airports: &'static [&'static str],
}

const fn city(code: &'static str, name: &'static str, airports: &'static [&'static str]) -> Metropolis {
    Metropolis { code, name, airports }
}

const CITIES: [Metropolis; 18] = [
    city("BJS", "Beijing", &["PEK", "PKX"]),
    city("BUE", "Buenos Aires", &["EZE", "AEP"]),
    city("CHI", "Chicago", &["ORD", "MDW"]),
    city("JKT", "Jakarta", &["CGK", "HLP"]),
    city("LON", "London", &["LHR", "LGW", "STN", "LTN", "LCY", "SEN"]),
    city("MIL", "Milan", &["MXP", "LIN", "BGY"]),
    city("MOW", "Moscow", &["SVO", "DME", "VKO", "ZIA"]),
    city("NYC", "New York", &["JFK", "LGA", "EWR"]),
    city("OSA", "Osaka", &["KIX", "ITM", "UKB"]),
    city("PAR", "Paris", &["CDG", "ORY", "BVA"]),
    city("RIO", "Rio de Janeiro", &["GIG", "SDU"]),
    city("ROM", "Rome", &["FCO", "CIA"]),
    city("SAO", "São Paulo", &["GRU", "CGH", "VCP"]),
    city("SEL", "Seoul", &["ICN", "GMP"]),
    city("STO", "Stockholm", &["ARN", "BMA", "NYO"]),
    city("TYO", "Tokyo", &["HND", "NRT"]),
    city("WAS", "Washington", &["DCA", "IAD", "BWI"]),
    city("YTO", "Toronto", &["YYZ", "YTZ"]),
];

/// Names of cities in their own language, or in English, where the file has the other one.
const OTHER_NAMES: [(&str, &str); 29] = [
    ("ATH", "Athína"),
    ("BEG", "Belgrade"),
    ("BEG", "Beograd"),
    ("BRU", "Bruxelles"),
    ("BRU", "Brussel"),
    ("BSL", "Basel"),
    ("CGN", "Köln"),
    ("CGN", "Bonn"),
    ("CPH", "København"),
    ("FCO", "Roma"),
    ("FLR", "Florence"),
    ("GOA", "Genoa"),
    ("GOT", "Göteborg"),
    ("GVA", "Genève"),
    ("GVA", "Genf"),
    ("IST", "Istanbul"),
    ("LIN", "Milano"),
    ("LIS", "Lisboa"),
    ("MUC", "München"),
    ("MXP", "Milano"),
    ("NAP", "Naples"),
    ("NUE", "Nürnberg"),
    ("OTP", "București"),
    ("PRG", "Praha"),
    ("SVQ", "Seville"),
    ("TRN", "Turin"),
    ("VCE", "Venice"),
    ("VIE", "Wien"),
    ("WAW", "Warszawa"),
];

/// The city that an airport is one of several for, and which of them it is, from 0.
pub fn of(airport: AirportCode) -> Option<(&'static Metropolis, usize)> {
    let code = airport.to_string();
    let place = |city: &'static Metropolis| city.airports.iter().position(|other| *other == code);
    CITIES.iter().find_map(|city| place(city).map(|place| (city, place)))
}

/// The city with this code.
pub fn with_code(code: AirportCode) -> Option<&'static Metropolis> {
    let code = code.to_string();
    CITIES.iter().find(|city| city.code == code)
}

/// What the city of an airport is called beside the name that the file has.
pub fn other_names(airport: AirportCode) -> impl Iterator<Item = &'static str> {
    let code = airport.to_string();
    let others = OTHER_NAMES.iter().filter(move |(other, _)| *other == code).map(|(_, name)| *name);
    of(airport).map(|(city, _)| city.name).into_iter().chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;

    #[test]
    fn a_city_code_is_no_airport_and_its_airports_are() {
        let reference = Reference::bundled();
        for city in &CITIES {
            let code = city.code.parse().unwrap();
            assert!(reference.airport(code).is_none(), "{code}");
            assert_eq!(with_code(code).map(|found| found.name), Some(city.name));
            for (place, airport) in city.airports.iter().enumerate() {
                let airport = airport.parse().unwrap();
                let found = of(airport).map(|(found, place)| (found.code, place));
                assert_eq!(found, Some((city.code, place)));
                assert!(reference.airport(airport).is_some(), "{airport}");
            }
        }
    }

    #[test]
    fn another_name_is_not_the_one_that_the_file_has() {
        for (code, name) in OTHER_NAMES {
            let airport = Reference::bundled().airport(code.parse().unwrap());
            assert_ne!(airport.unwrap().city.as_deref(), Some(name), "{code}");
        }
    }
}
