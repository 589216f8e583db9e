//! What the bundled files hold.

use super::*;

fn airport(code: &str) -> &'static Airport {
    Reference::bundled().airport(code.parse().unwrap()).unwrap()
}

#[test]
fn all_files_are_read_whole() {
    let reference = Reference::bundled();
    assert_eq!(reference.airports().len(), 7_884);
    assert_eq!(reference.airlines().len(), 16);
    assert_eq!(reference.aircraft.len(), 58);
    assert!(reference.airports.is_sorted_by(|one, next| one.code < next.code));
    assert!(reference.airlines.is_sorted_by(|one, next| one.code < next.code));
    assert!(reference.aircraft.is_sorted_by(|one, next| one.code < next.code));
}

#[test]
fn an_airport_says_where_it_is() {
    let jfk = airport("JFK");
    assert_eq!(jfk.icao, "KJFK");
    assert_eq!(jfk.name, "John F Kennedy International Airport");
    assert_eq!(jfk.city.as_deref(), Some("New York"));
    assert_eq!(jfk.country, "US");
    assert_eq!(jfk.zone_name(), "America/New_York");
    assert!(jfk.served);
    let anaa = airport("AAA");
    assert_eq!((anaa.latitude_udeg, anaa.longitude_udeg), (-17_352_600, -145_509_990));
    assert!(!anaa.served);
}

#[test]
fn a_country_that_looks_like_nothing_and_a_city_that_is_none_are_read_so() {
    let airports = Reference::bundled().airports();
    assert_eq!(airport("WDH").country, "NA");
    assert_eq!(airports.iter().filter(|airport| airport.country == "NA").count(), 23);
    assert!(airports.iter().all(|airport| airport.country.len() == 2));
    assert_eq!(airports.iter().filter(|airport| airport.city.is_none()).count(), 816);
    assert_eq!(airports.iter().filter(|airport| airport.served).count(), 94);
}

#[test]
fn every_zone_keeps_the_name_that_the_file_gives_it() {
    let rows: Vec<AirportRow> = files::rows(files::AIRPORTS);
    for row in rows {
        let airport = Reference::bundled().airport(row.iata).unwrap();
        assert_eq!(airport.zone_name(), row.tz);
        assert!(airport.latitude_udeg.abs() <= 90_000_000, "{}", row.iata);
        assert!(airport.longitude_udeg.abs() <= 180_000_000, "{}", row.iata);
    }
}

#[test]
fn degrees_are_read_without_losing_their_sign() {
    for (text, microdegrees_read) in [
        ("-17.35260", Some(-17_352_600)),
        ("-0.5", Some(-500_000)),
        ("0.000001", Some(1)),
        ("12", Some(12_000_000)),
        ("1.2345678", None),
        ("north", None),
    ] {
        assert_eq!(microdegrees(text), microdegrees_read, "{text}");
    }
}

#[test]
fn every_aircraft_has_the_seats_and_the_cabins_that_its_file_counts() {
    use domain::plan::CabinClass::{Business, Economy, First};
    #[derive(Deserialize)]
    struct Counted {
        aircraft_code: String,
        seats: usize,
        first_seats: usize,
        business_seats: usize,
        economy_seats: usize,
    }
    let rows: Vec<Counted> = files::rows(files::AIRCRAFT);
    for row in rows {
        let aircraft = Reference::bundled().aircraft(&row.aircraft_code).unwrap();
        let count = |class| aircraft.plan.cabin(class).map_or(0, domain::plan::Cabin::seat_count);
        let counted = (aircraft.plan.len(), count(First), count(Business), count(Economy));
        assert_eq!(counted, (row.seats, row.first_seats, row.business_seats, row.economy_seats));
        assert_eq!(aircraft.kind.to_string(), format!("{} {}", aircraft.manufacturer, aircraft.model));
    }
    let confidence = |wanted: Confidence| {
        Reference::bundled().aircraft.iter().filter(|aircraft| aircraft.confidence == wanted).count()
    };
    assert_eq!(confidence(Confidence::Checked), 2);
    assert_eq!(confidence(Confidence::Approximate), 7);
    assert_eq!(confidence(Confidence::Unchecked), 49);
}

#[test]
fn what_does_not_exist_is_not_found() {
    let reference = Reference::bundled();
    assert!(reference.airport("QQQ".parse().unwrap()).is_none());
    assert!(reference.airline("ZZ".parse().unwrap()).is_none());
    assert!(reference.aircraft("B6-999").is_none());
    assert_eq!(reference.airline("B6".parse().unwrap()).unwrap().name, "JetBlue Airways");
}
