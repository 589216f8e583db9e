//! A seat map and the changes of the rows after it are the seat map of the last of them, byte for byte.

use domain::flight::{Flight, OpenSale};
use domain::ids::Version;
use domain::view::{self, RowChange, SeatMap};
use proptest::prelude::*;

use crate::history::{BOEING, Game, SMALL, days_business, of_cases, sale_of};
use crate::steps::{Step, steps};

fn bytes(map: &SeatMap) -> String {
    serde_json::to_string(map).expect("a map can be written")
}

/// Nothing of a map says who; names and bookings of the histories are marked so that they would be seen.
fn assert_impersonal(map: &str) {
    for mark in ["@hold", "@agency", "b00c000", "passenger", "booking", "holder"] {
        assert!(!map.contains(mark), "{mark} in {map}");
    }
}

fn assert_in_order(change: &RowChange, map: &SeatMap) {
    let seats = map.cabins.iter().flat_map(|cabin| &cabin.rows).flat_map(|row| &row.seats);
    let mut rest = seats.map(|seat| seat.shown.seat);
    for touched in &change.seats {
        assert!(
            rest.any(|seat| seat == touched.seat),
            "{change:?} is not in the plan's order, each seat once"
        );
    }
}

fn maps_join(opened: &OpenSale, steps: &[Step]) {
    let mut flight = Flight::default();
    let mut version = Version::EMPTY;
    let mut followed: Option<SeatMap> = None;
    for (turn, row) in days_business(opened, steps) {
        version = version.next();
        assert_eq!(version, turn.version);
        let change = view::evolve_row(&mut flight, version, &row);
        let departure = flight.departure().expect("the first row opens the sale");
        let map = view::seat_map(departure, version);
        assert_eq!(change.counts, view::counts(departure));
        if let Some(followed) = &mut followed {
            assert_in_order(&change, followed);
            followed.take_in(&change);
            assert_eq!(bytes(followed), bytes(&map), "after {row:?}");
        }
        let text = bytes(&map);
        assert_impersonal(&text);
        assert_impersonal(&serde_json::to_string(&change).expect("a change can be written"));
        assert_eq!(serde_json::from_str::<SeatMap>(&text).expect("a map can be read"), map);
        followed = Some(map);
    }
}

proptest! {
    #![proptest_config(of_cases(256))]

    #[test]
    fn a_map_and_its_changes_are_the_next_map_on_a_small_aircraft(steps in steps(60)) {
        maps_join(&sale_of(SMALL), &steps);
    }

    #[test]
    fn a_map_and_its_changes_are_the_next_map_on_a_boeing(steps in steps(40)) {
        maps_join(&sale_of(BOEING), &steps);
    }
}

#[test]
fn a_map_is_written_as_clients_read_it() {
    let opened = OpenSale { sold_elsewhere: vec!["1C".parse().unwrap()], ..sale_of("Y:1-1:A-C;Y:2-10:A") };
    let game = Game::of(&opened, 0);
    let map: serde_json::Value =
        serde_json::from_str(&bytes(&view::seat_map(game.departure(), Version::new(1)))).unwrap();
    assert_eq!(map["flightId"], "B6-523-2026-12-01-JFK");
    assert_eq!(map["version"], 1);
    let cabin = &map["cabins"][0];
    assert_eq!(cabin["cabinClass"], "ECONOMY");
    assert_eq!(cabin["columns"], serde_json::json!(["A", null, "C"]));
    let sold =
        serde_json::json!({"seat": "1C", "state": "SOLD", "attributes": ["WINDOW", "AISLE", "BULKHEAD"]});
    assert_eq!(cabin["rows"][0]["seats"][1], sold);
    assert_eq!(
        cabin["rows"][5],
        serde_json::json!({"row": 6, "exit": true, "bulkhead": false, "seats": [{
            "seat": "6A", "state": "AVAILABLE", "supplement": {"minor": 7500, "currency": "USD"},
            "attributes": ["WINDOW", "AISLE", "EXIT_ROW", "EXTRA_LEGROOM", "NO_INFANT"],
        }]})
    );
    let counts = serde_json::json!({"cabinClass": "ECONOMY", "seats": 11, "available": 10, "held": 0, "sold": 1, "blocked": 0, "sellable": 10});
    assert_eq!(cabin["counts"], counts);
}
