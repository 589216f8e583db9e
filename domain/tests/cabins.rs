//! The real aircraft: every layout that the schedule flies is read, and has the seats that it is said to
//! have.

use domain::plan::{Attribute, CabinClass, SeatPlan};

/// One line of `data/aircraft.csv`, as far as it speaks of seats.
struct Aircraft<'a> {
    code: &'a str,
    /// Seats in all, in first, in business and in economy.
    seats: [usize; 4],
    cabins: &'a str,
    missing: &'a str,
}

/// No field of the file is quoted, which the count of fields would notice.
fn aircraft() -> impl Iterator<Item = Aircraft<'static>> {
    include_str!("../../data/aircraft.csv").lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), 13, "{line}");
        let count = |field: usize| fields[field].parse().expect("a count of seats is a number");
        let seats = [count(6), count(7), count(8), count(9)];
        Aircraft { code: fields[0], seats, cabins: fields[10], missing: fields[11] }
    })
}

fn plan(code: &str) -> SeatPlan {
    let found = aircraft().find(|aircraft| aircraft.code == code).expect("the file has this aircraft");
    SeatPlan::read(found.cabins, found.missing).expect("every aircraft is read: another test says so")
}

#[test]
fn every_aircraft_is_read_and_has_its_seats() {
    let mut count = 0;
    for aircraft in aircraft() {
        let plan = SeatPlan::read(aircraft.cabins, aircraft.missing).unwrap();
        let of = |class| plan.cabin(class).map_or(0, domain::plan::Cabin::seat_count);
        let seats = [plan.len(), of(CabinClass::First), of(CabinClass::Business), of(CabinClass::Economy)];
        assert_eq!(seats, aircraft.seats, "{}", aircraft.code);
        count += 1;
    }
    assert_eq!(count, 58);
}

#[test]
fn every_aircraft_has_the_same_seats_when_it_is_stored_and_read_again() {
    for aircraft in aircraft() {
        let plan = SeatPlan::read(aircraft.cabins, aircraft.missing).unwrap();
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<SeatPlan>(&text).unwrap(), plan, "{}", aircraft.code);
    }
}

#[test]
fn every_seat_of_every_aircraft_is_at_a_window_at_an_aisle_or_in_between() {
    for aircraft in aircraft() {
        let plan = SeatPlan::read(aircraft.cabins, aircraft.missing).unwrap();
        for (index, seat) in plan.seats() {
            let has = |attribute| seat.attributes.has(attribute);
            assert_ne!(has(Attribute::Middle), has(Attribute::Window) || has(Attribute::Aisle));
            assert_eq!(has(Attribute::ExitRow), has(Attribute::NoInfant));
            assert_eq!(plan.index_of(seat.number), Some(index));
        }
    }
}

/// The columns of a cabin as they are written in layouts.
fn columns(plan: &SeatPlan, class: CabinClass) -> String {
    let columns = &plan.cabin(class).expect("the aircraft has this cabin").columns;
    columns.iter().map(|column| column.unwrap_or('-')).collect()
}

/// Letters for the attributes of the seats of one row, left to right: the place, `E` for an exit seat, `b`
/// for a bulkhead, `c` for a cot.
fn row(plan: &SeatPlan, row: u8) -> String {
    let seats = plan.seats().filter(|(_, seat)| seat.number.row() == row);
    let letters = seats.map(|(_, seat)| {
        let mut text = seat.number.column().to_string();
        for (attribute, letter) in [
            (Attribute::Window, 'w'),
            (Attribute::Aisle, 'a'),
            (Attribute::Middle, 'm'),
            (Attribute::ExitRow, 'E'),
            (Attribute::Bulkhead, 'b'),
            (Attribute::Bassinet, 'c'),
        ] {
            text.extend(seat.attributes.has(attribute).then_some(letter));
        }
        text
    });
    letters.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_columns_of_a_cabin_are_those_of_its_widest_rows() {
    for (code, class, letters) in [
        ("AA-752", CabinClass::First, "AB-EF"),
        ("AA-762", CabinClass::Economy, "AB-DEG-HJ"),
        ("AA-763", CabinClass::Economy, "AB-DEG-HJ"),
        ("AA-M80", CabinClass::Economy, "AB-CDE"),
        ("DL-332", CabinClass::First, "A-BC-D"),
        ("DL-772", CabinClass::Economy, "ABC-DEF-GHJ"),
        ("MQ-ER3", CabinClass::Economy, "A-BC"),
        ("UA-763", CabinClass::Economy, "AB-CDE-FG"),
    ] {
        assert_eq!(columns(&plan(code), class), letters, "{code}");
    }
}

#[test]
fn known_rows_of_known_aircraft_look_as_they_should() {
    for (code, number, expected) in [
        ("B6-320", 1, "Awb Bmb Cab Dab Emb Fwb"),
        ("B6-320", 9, "Aw Bm Ca Da Em Fw"),
        ("B6-320", 10, "AwE BmE CaE DaE EmE FwE"),
        ("B6-320", 11, "AwE BmE CaE DaE EmE FwE"),
        ("B6-320", 12, "Aw Bm Ca Da Em Fw"),
        ("B6-E90", 13, "AwE CaE DaE FwE"),
        ("AA-752", 6, "Ea Fw"),
        ("AA-752", 35, "Aw Ba Ea Fw"),
        ("AA-M80", 31, "Ba Ca Dm Ew"),
        ("AA-763", 37, "Aw Ba Da Ea Ha Jw"),
        ("DL-M88", 32, "Bm Ca Da Ew"),
        ("DL-M88", 36, "Aw Ba Da Ew"),
        ("DL-772", 20, "Awb Bmb Cab Dabc Embc Fabc Gab Hmb Jwb"),
        ("DL-772", 44, "Aw Bm Ca Da Fa Ga Hm Jw"),
        ("DL-772", 12, "Ca"),
        ("WN-73G", 9, "AwE BmE CaE DaE EmE FwE"),
        ("WN-73G", 11, "Aw Bm Ca Da Em"),
        ("MQ-ER3", 13, "Awa"),
        ("UA-763", 36, "Awa Gwa"),
    ] {
        assert_eq!(row(&plan(code), number), expected, "{code} row {number}");
    }
}
