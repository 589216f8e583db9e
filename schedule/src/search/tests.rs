//! What travellers type, and what they find.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::Reference;

fn airports(query: &str, most: usize) -> Vec<String> {
    let found = Reference::bundled().find_airports(query, most);
    found.iter().map(|airport| airport.code.to_string()).collect()
}

fn airlines(query: &str, most: usize) -> Vec<String> {
    let found = Reference::bundled().find_airlines(query, most);
    found.iter().map(|airline| airline.code.to_string()).collect()
}

static AIRPORT_NAMES: LazyLock<Index> =
    LazyLock::new(|| Reference::bundled().airports().iter().map(Names::of_airport).collect());

#[test]
fn a_traveller_finds_the_airport_first_that_is_meant() {
    for (query, first) in [
        ("jfk", &["JFK"][..]),
        ("KJFK", &["JFK"]),
        ("new y", &["JFK", "LGA", "EWR", "ISP", "NYS", "SWF"]),
        ("New York", &["JFK", "LGA", "EWR"]),
        ("new york newark", &["EWR"]),
        ("newark", &["EWR"]),
        ("nyc", &["JFK", "LGA", "EWR"]),
        ("lon", &["LHR", "LGW", "STN", "LTN", "LCY", "SEN"]),
        ("london", &["LHR", "LGW", "STN", "LTN", "LCY", "SEN"]),
        ("par", &["CDG", "ORY", "BVA"]),
        ("paris", &["CDG", "ORY", "BVA"]),
        ("tokyo", &["HND", "NRT"]),
        ("chicago", &["ORD", "MDW"]),
        ("washington", &["DCA", "IAD"]),
        ("muenchen", &["MUC"]),
        ("münchen", &["MUC"]),
        ("Munchen", &["MUC"]),
        ("Zuerich", &["ZRH"]),
        ("düsseldorf", &["DUS"]),
        ("duesseldorf", &["DUS"]),
        ("köln", &["CGN"]),
        ("koeln", &["CGN"]),
        ("wien", &["VIE"]),
        ("roma", &["FCO", "CIA"]),
        ("venice", &["VCE"]),
        ("zur", &["ZRH"]),
        ("Zürich", &["ZRH"]),
        ("sao paulo", &["GRU", "CGH", "VCP"]),
        ("São Paulo", &["GRU", "CGH", "VCP"]),
        ("SAO", &["GRU", "CGH", "VCP"]),
        ("kennedy", &["JFK"]),
        ("ohare", &["ORD"]),
        ("O'Hare", &["ORD"]),
        ("london heathrow", &["LHR"]),
        ("heathrow london", &["LHR"]),
        ("los ang", &["LAX"]),
        ("san juan", &["SJU"]),
        ("mun", &["MUN"]),
        ("munich", &["MUC"]),
        ("st louis", &["STL"]),
    ] {
        let found = airports(query, first.len());
        assert_eq!(found, first, "{query}");
    }
}

#[test]
fn an_exact_code_goes_before_all_that_begins_like_it() {
    let found = airports("san", 20);
    assert_eq!(found[..2], ["SAN", "SAT"]);
    assert!(found.contains(&"SFO".to_owned()));
}

#[test]
fn a_code_prefix_goes_before_a_city_and_served_go_before_others() {
    let reference = Reference::bundled();
    let found = reference.find_airports("la", 1_000);
    let fits = |code: &str, airport: &Airport| airport.code.to_string().starts_with(code);
    let codes = found.iter().take_while(|airport| fits("LA", airport)).count();
    assert!(codes > 10 && found[codes..].iter().all(|airport| !fits("LA", airport)));
    assert_eq!(airports("la", 2), ["LAS", "LAX"]);
    assert!(found[..codes].is_sorted_by_key(|airport| (!airport.served, airport.code)));
}

#[test]
fn airlines_are_found_by_code_and_name() {
    for (query, first) in [
        ("b6", &["B6"][..]),
        ("JBU", &["B6"]),
        ("jet", &["B6"]),
        ("a", &["AA", "AS", "FL", "9E"]),
        ("air lines", &["DL", "UA"]),
        ("southwest", &["WN"]),
        ("virgin am", &["VX"]),
    ] {
        let found = airlines(query, 16);
        assert_eq!(found[..first.len().min(found.len())], *first, "{query}");
    }
}

#[test]
fn what_is_empty_too_long_or_nobodys_name_finds_nothing() {
    let long = "a".repeat(QUERY_CHARS_MAX + 1);
    for query in ["", "   ", "--'", long.as_str(), "xqzzy", "京都", "JFK京"] {
        assert!(airports(query, 10).is_empty(), "{query}");
        assert!(airlines(query, 10).is_empty(), "{query}");
    }
    assert!(airports("jfk", 0).is_empty());
    let padded = format!("{:QUERY_CHARS_MAX$}", "jfk");
    assert_eq!(airports(&padded, 1), ["JFK"]);
}

#[test]
fn fewer_asked_for_are_the_first_of_more() {
    for query in ["a", "s", "new", "san ", "international"] {
        let all = airports(query, usize::MAX);
        for most in [1, 2, 10, 50] {
            assert_eq!(airports(query, most), all[..most.min(all.len())], "{query}, {most}");
        }
    }
}

proptest! {
    #[test]
    fn putting_names_aside_by_their_letters_loses_none(query in "[a-z0-9 ]{1,4}") {
        let Some(query) = Query::read(&query) else { return Ok(()) };
        for names in &AIRPORT_NAMES.0 {
            if !names.letters.include(query.letters) {
                prop_assert!(!names.text.contains(&query.text));
                prop_assert!(!query.words.iter().all(|word| names.text.contains(word)));
            }
        }
    }

    #[test]
    fn any_text_is_searched_for_in_peace(query in ".{0,80}", most in 0..20_usize) {
        prop_assert!(airports(&query, most).len() <= most);
    }
}
