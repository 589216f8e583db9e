//! Plans as a whole: what is read, how it looks, and what is refused.

use proptest::prelude::*;

use super::*;

fn plan(cabins: &str, missing: &str) -> SeatPlan {
    SeatPlan::read(cabins, missing).unwrap()
}

fn seat<'a>(plan: &'a SeatPlan, number: &str) -> &'a PlannedSeat {
    plan.seat(plan.index_of(number.parse().unwrap()).unwrap())
}

/// The attributes of a seat, as their stored names.
fn attributes(plan: &SeatPlan, number: &str) -> String {
    let names = seat(plan, number).attributes.iter().map(|one| serde_json::to_string(&one).unwrap());
    names.map(|name| name.trim_matches('"').to_owned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn seats_come_by_cabin_and_row_and_from_left_to_right() {
    let plan = plan("F:1-1:A-CD;Y:5-6:AC-DF;Y:7-7:DF", "6C");
    let numbers: Vec<String> = plan.seats().map(|(_, seat)| seat.number.to_string()).collect();
    assert_eq!(numbers.join(" "), "1A 1C 1D 5A 5C 5D 5F 6A 6D 6F 7D 7F");
    assert_eq!((plan.len(), plan.is_empty()), (12, false));
    for (index, seat) in plan.seats() {
        assert_eq!(plan.index_of(seat.number), Some(index));
        assert_eq!(plan.seat(index), seat);
    }
    assert_eq!(plan.index_of("6C".parse().unwrap()), None);
    let economy = plan.cabin(CabinClass::Economy).unwrap();
    assert_eq!((economy.seat_count(), economy.rows().len()), (9, 3));
    assert_eq!(economy.rows().iter().map(|row| row.number).collect::<Vec<_>>(), [5, 6, 7]);
    assert_eq!(economy.seat_indices().next(), Some(SeatIndex::new(3)));
    assert_eq!(plan.cabin(CabinClass::Business), None);
}

#[test]
fn a_seat_knows_its_row_its_column_and_its_block() {
    let plan = plan("Y:10-12:AB-DE-HJ;Y:13-13:DE", "");
    for (number, place) in [("10A", (0, 0, 0)), ("11D", (1, 3, 1)), ("12J", (2, 7, 2)), ("13E", (3, 4, 1))] {
        let seat = seat(&plan, number);
        assert_eq!((seat.row, seat.column, seat.block), place, "{number}");
    }
}

#[test]
fn a_place_says_what_a_seat_is_like() {
    let narrow = plan("F:1-5:AB-EF;F:6-6:EF;Y:8-34:ABC-DEF;Y:35-35:AB-EF", "");
    let jet = plan("Y:1-12:A-BC;Y:13-13:A", "");
    let wide = plan("J:1-5:AB-DE-HJ;Y:12-36:ABC-DEF-GHJ;Y:37-37:AC-D-J", "20E");
    for (plan, number, expected) in [
        (&narrow, "1A", "WINDOW BULKHEAD"),
        (&narrow, "6E", "AISLE"),
        (&narrow, "8B", "MIDDLE BULKHEAD"),
        (&narrow, "9C", "AISLE"),
        (&narrow, "18A", "WINDOW EXIT_ROW EXTRA_LEGROOM NO_INFANT"),
        (&narrow, "19D", "AISLE EXIT_ROW EXTRA_LEGROOM NO_INFANT"),
        (&narrow, "20D", "AISLE"),
        (&narrow, "35B", "AISLE"),
        (&jet, "2A", "WINDOW AISLE"),
        (&jet, "2B", "AISLE"),
        (&jet, "7C", "WINDOW EXIT_ROW EXTRA_LEGROOM NO_INFANT"),
        (&wide, "1D", "AISLE BULKHEAD BASSINET"),
        (&wide, "12E", "MIDDLE BULKHEAD BASSINET"),
        (&wide, "12C", "AISLE BULKHEAD"),
        (&wide, "20D", "AISLE"),
        (&wide, "25C", "AISLE EXIT_ROW EXTRA_LEGROOM NO_INFANT"),
        (&wide, "25D", "AISLE"),
        (&wide, "37D", "AISLE"),
    ] {
        assert_eq!(attributes(plan, number), expected, "{number}");
    }
}

#[test]
fn exit_rows_follow_from_the_size_of_the_economy_cabin() {
    for (layout, rows) in [
        ("Y:1-9:ABC-DEF", &[][..]),
        ("Y:1-10:ABC-DEF", &[6]),
        ("Y:1-20:ABC-DEF", &[11]),
        ("Y:1-21:ABC-DEF", &[8, 9]),
        ("Y:1-25:ABC-DEF", &[10, 11]),
        ("Y:1-25:AC-DF", &[13]),
        ("F:1-30:AB-CD;Y:31-35:AB-CD", &[]),
        ("Y:10-42:AB-CDE-FG", &[26]),
    ] {
        let plan = plan(layout, "");
        let exits = plan.seats().filter(|(_, seat)| seat.attributes.has(Attribute::ExitRow));
        let mut found: Vec<u8> = exits.map(|(_, seat)| seat.number.row()).collect();
        found.dedup();
        assert_eq!(found, rows, "{layout}");
    }
}

#[test]
fn a_plan_is_stored_as_the_two_texts_it_was_read_from() {
    let plan = plan("Y:1-24:ABC-DEF", "11F");
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(text, r#"{"cabins":"Y:1-24:ABC-DEF","missing":"11F"}"#);
    assert_eq!(serde_json::from_str::<SeatPlan>(&text).unwrap(), plan);
    assert!(serde_json::from_str::<SeatPlan>(r#"{"cabins":"Y:1-24","missing":""}"#).is_err());
}

#[test]
fn a_text_that_is_no_plan_is_refused_with_what_is_wrong() {
    use InvalidPlan::{Class, Columns, EmptyCabin, Missing, RowOrder, Rows, Segment, SplitCabin, TooWide};
    let text = str::to_owned;
    for (cabins, missing, expected) in [
        ("", "", Segment(text(""))),
        ("Y:1-2", "", Segment(text("Y:1-2"))),
        ("Y:1-2:A:B", "", Segment(text("Y:1-2:A:B"))),
        ("Y:1-2:A;", "", Segment(text(""))),
        ("C:1-2:A", "", Class(text("C"))),
        ("YY:1-2:A", "", Class(text("YY"))),
        (":1-2:A", "", Class(text(""))),
        ("Y:2-1:A", "", Rows(text("2-1"))),
        ("Y:0-1:A", "", Rows(text("0-1"))),
        ("Y:1-100:A", "", Rows(text("1-100"))),
        ("Y:+1-2:A", "", Rows(text("+1-2"))),
        ("Y:1:A", "", Rows(text("1"))),
        ("Y:1-2-3:A", "", Rows(text("1-2-3"))),
        ("Y:1-2:", "", Columns(text(""))),
        ("Y:1-2:A--B", "", Columns(text("A--B"))),
        ("Y:1-2:-AB", "", Columns(text("-AB"))),
        ("Y:1-2:BA", "", Columns(text("BA"))),
        ("Y:1-2:AA", "", Columns(text("AA"))),
        ("Y:1-2:HI", "", Columns(text("HI"))),
        ("Y:1-2:ÄÖ", "", Columns(text("ÄÖ"))),
        ("Y:1-2:A-B-C-D", "", Columns(text("A-B-C-D"))),
        ("Y:1-2:ABCDEFGHJKLMN", "", Columns(text("ABCDEFGHJKLMN"))),
        ("Y:1-2:ABCDEF;Y:3-3:GHJKLMN", "", TooWide(CabinClass::Economy)),
        ("F:1-2:A;Y:2-3:A", "", RowOrder(2)),
        ("F:1-2:A;Y:3-3:A;F:4-4:A", "", SplitCabin(CabinClass::First)),
        ("Y:1-2:A", "3A", Missing(text("3A"))),
        ("Y:1-2:A", "1A 1A", Missing(text("1A"))),
        ("Y:1-2:A", "1A  2A", Missing(text(""))),
        ("Y:1-2:A", "01A", Missing(text("01A"))),
        ("F:1-1:A;Y:2-2:A", "1A", EmptyCabin(CabinClass::First)),
        ("Y:1-99:ABCD-EFGH-JKLM", "", InvalidPlan::TooManySeats(99 * 12)),
    ] {
        assert_eq!(SeatPlan::read(cabins, missing), Err(expected), "{cabins} without {missing}");
    }
    assert_eq!(SeatPlan::read(&"Y".repeat(2_001), ""), Err(InvalidPlan::TooLong(2_001)));
}

/// Pieces of layouts, so that some of what they make is nearly right.
const PIECES: [&str; 16] =
    ["F", "J", "Y", ":", ":", ";", "1", "9", "12", "-", "-", "ABC", "DEF", "AB-CD", "Y:3-5:AB-DE-GH", "ß"];

proptest! {
    #[test]
    fn no_text_makes_reading_panic(cabins in any::<String>(), missing in any::<String>()) {
        let _ = SeatPlan::read(&cabins, &missing);
        let _ = SeatPlan::read("Y:1-2:ABC", &missing);
    }

    #[test]
    fn nearly_right_texts_are_read_or_refused(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..12),
        missing in "([1-9][A-F] ?){0,3}",
    ) {
        if let Ok(plan) = SeatPlan::read(&pieces.concat(), &missing) {
            let numbers: Vec<SeatNumber> = plan.seats().map(|(_, seat)| seat.number).collect();
            prop_assert!(!plan.is_empty() && numbers.is_sorted_by(|left, right| left < right));
            let by_cabin: Vec<SeatIndex> = plan.cabins().iter().flat_map(Cabin::seat_indices).collect();
            prop_assert_eq!(by_cabin.len(), plan.len());
        }
    }

    #[test]
    fn every_seat_of_a_sound_plan_has_its_place(
        first in 1..40_u8, rows in 1..40_u8, columns in "A(B(C)?)?-D(E)?(-G(H)?)?",
    ) {
        let plan = plan(&format!("Y:{first}-{}:{columns}", first + rows - 1), "");
        let cabin = &plan.cabins()[0];
        prop_assert_eq!(plan.len(), usize::from(rows) * cabin.columns.iter().flatten().count());
        for (_, seat) in plan.seats() {
            prop_assert_eq!(cabin.columns[usize::from(seat.column)], Some(seat.number.column()));
            prop_assert_eq!(cabin.rows()[usize::from(seat.row)].number, seat.number.row());
            let has = |attribute| seat.attributes.has(attribute);
            prop_assert_eq!(has(Attribute::Middle), !has(Attribute::Window) && !has(Attribute::Aisle));
            prop_assert_eq!(has(Attribute::ExitRow), has(Attribute::NoInfant));
            prop_assert_eq!(has(Attribute::ExitRow), has(Attribute::ExtraLegroom));
        }
    }
}
