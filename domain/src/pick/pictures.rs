//! Picks in pictures.
//!
//! A picture is a cabin seen from the front, rows parted by `/`: `.` open, `x` taken, `#` picked, `-` aisle,
//! `_` no seat.

use super::*;

const NO_WISH: Preferences = Preferences { together: false, aisle: false, window: false, near_front: false };
const TOGETHER: Preferences = Preferences { together: true, ..NO_WISH };
const AISLE: Preferences = Preferences { aisle: true, ..NO_WISH };
const WINDOW: Preferences = Preferences { window: true, ..NO_WISH };
const BOTH: Preferences = Preferences { aisle: true, window: true, ..NO_WISH };
const FRONT: Preferences = Preferences { near_front: true, ..NO_WISH };

fn plan(layout: &str) -> SeatPlan {
    SeatPlan::read(layout, "").unwrap()
}

/// What a picture shows in each seat of a plan of one cabin.
fn seats_of(plan: &SeatPlan, picture: &str) -> Vec<char> {
    let rows: Vec<Vec<char>> = picture.split('/').map(|row| row.chars().collect()).collect();
    plan.seats().map(|(_, seat)| rows[usize::from(seat.row)][usize::from(seat.column)]).collect()
}

/// The picture with the picked seats in it.
fn draw(plan: &SeatPlan, picture: &str, picked: Option<Vec<SeatIndex>>) -> String {
    let Some(picked) = picked else { return "none".to_owned() };
    let mut rows: Vec<Vec<char>> = picture.split('/').map(|row| row.chars().collect()).collect();
    for seat in picked {
        let seat = plan.seat(seat);
        rows[usize::from(seat.row)][usize::from(seat.column)] = '#';
    }
    let rows: Vec<String> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
    rows.join("/")
}

#[track_caller]
fn check(layout: &str, picture: &str, count: u8, wish: Preferences, expected: &str) {
    check_for(None, layout, picture, (count, wish), expected);
}

#[track_caller]
fn check_for(party: Option<Party>, layout: &str, picture: &str, asked: (u8, Preferences), expected: &str) {
    let plan = plan(layout);
    let shown = seats_of(&plan, picture);
    let choice = Choice { plan: &plan, class: CabinClass::Economy, party: party.as_ref() };
    let picked = best_available(&choice, |seat| shown[seat.position()] == '.', asked.0, asked.1);
    assert_eq!(draw(&plan, picture, picked), expected, "{asked:?} for {party:?}");
}

#[test]
fn one_traveller_leaves_no_lone_seat_behind() {
    check("Y:1-2:ABC-DEF", "...-.../...-...", 1, NO_WISH, "#..-.../...-...");
    check("Y:1-2:ABC-DEF", "..x-.../...-x.x", 1, NO_WISH, "..x-.../...-x#x");
    check("Y:1-2:A-CD", ".-../.-..", 1, NO_WISH, "#-../.-..");
}

#[test]
fn one_traveller_gets_the_aisle_or_the_window_they_wish_for() {
    check("Y:1-2:ABC-DEF", "...-.../...-...", 1, AISLE, "..#-.../...-...");
    check("Y:1-2:ABC-DEF", "x..-..x/...-...", 1, WINDOW, "x..-..x/#..-...");
    check("Y:1-2:ABC-DEF", "x.x-x.x/x.x-x.x", 1, BOTH, "x#x-x.x/x.x-x.x");
    check("Y:1-1:A-BC", ".-..", 1, BOTH, "#-..");
}

#[test]
fn a_pair_sits_side_by_side_and_fills_a_pair_of_seats_first() {
    check("Y:1-2:ABC-DEF", "...-.../...-...", 2, NO_WISH, "##.-.../...-...");
    check("Y:1-2:ABC-DEF", "...-.../...-x..", 2, NO_WISH, "...-.../...-x##");
    check("Y:1-2:ABC-DEF", "...-.../...-x..", 2, AISLE, ".##-.../...-x..");
    check("Y:1-3:ABC-DEF", "x.x-x.x/..x-..x/x.x-x.x", 2, NO_WISH, "x.x-x.x/##x-..x/x.x-x.x");
}

#[test]
fn who_finds_no_block_sits_across_the_aisle() {
    check("Y:1-2:ABC-DEF", "x..-..x/x..-.xx", 3, NO_WISH, "x..-..x/x##-#xx");
    check("Y:1-1:ABC-DEF", "...-...", 4, TOGETHER, "###-#..");
    check("Y:1-1:AB-DEG-HJ", "x.-xxx-.x", 2, TOGETHER, "none");
    check("Y:1-2:AB-CDE-FG", "x.-.x.-.x/..-xx.-xx", 2, TOGETHER, "x.-.x.-.x/##-xx.-xx");
}

#[test]
fn who_finds_no_row_sits_close_together() {
    check("Y:1-4:ABC-DEF", "x.x-xx./xxx-xx./.xx-xxx/xx.-xxx", 2, NO_WISH, "x.x-xx#/xxx-xx#/.xx-xxx/xx.-xxx");
    check("Y:1-3:ABC-DEF", "..x-x../x..-x../xxx-xx.", 4, NO_WISH, "..x-x##/x..-x##/xxx-xx.");
    check("Y:1-3:ABC-DEF", "...-.../...-.../...-...", 9, NO_WISH, "###-.../###-.../###-...");
    check("Y:1-3:ABC-DEF", "...-.../...-.../...-...", 7, NO_WISH, "###-#../###-.../...-...");
    check("Y:1-3:ABC-DEF", "...-.../...-.../...-...", 8, NO_WISH, "###-#../###-#../...-...");
    check("Y:1-2:ABC-DEF", "..x-x../xx.-.xx", 6, NO_WISH, "##x-x##/xx#-#xx");
}

#[test]
fn together_is_one_row_while_a_row_would_do_and_else_rows_in_a_row() {
    check("Y:1-2:ABC-DEF", "..x-xxx/..x-xxx", 3, TOGETHER, "none");
    check("Y:1-2:ABC-DEF", "..x-xxx/..x-xxx", 3, NO_WISH, "##x-xxx/#.x-xxx");
    check("Y:1-4:ABC-DEF", "...-x../xxx-xxx/...-.../...-...", 8, TOGETHER, "...-x../xxx-xxx/###-#../###-#..");
    check("Y:1-3:ABC-DEF", "...-.xx/xxx-xxx/...-.xx", 8, TOGETHER, "none");
    let gap = "...-.xx/xxx-xxx/...-.xx/xxx-xxx/.xx-x../.xx-x../.xx-x..";
    let close = "...-.xx/xxx-xxx/...-.xx/xxx-xxx/#xx-x##/#xx-x##/#xx-x..";
    check("Y:1-7:ABC-DEF", gap, 7, TOGETHER, close);
    check("Y:1-5:AB-CD", ".x-xx/.x-xx/.x-xx/.x-xx/.x-xx", 5, TOGETHER, "none");
}

#[test]
fn the_front_is_nearer_only_for_those_who_wish_for_it() {
    check(
        "Y:1-5:ABC-DEF",
        "...-x.x/xxx-xxx/xxx-xxx/xxx-xxx/..x-xxx",
        2,
        NO_WISH,
        "...-x.x/xxx-xxx/xxx-xxx/xxx-xxx/##x-xxx",
    );
    check(
        "Y:1-6:AB-CD",
        "..-x./xx-xx/xx-xx/xx-xx/xx-xx/.x-xx",
        1,
        NO_WISH,
        "..-x#/xx-xx/xx-xx/xx-xx/xx-xx/.x-xx",
    );
    check("Y:1-2:ABC-DEF", "x..-xxx/.xx-xxx", 1, NO_WISH, "x..-xxx/#xx-xxx");
    check(
        "Y:1-9:A-B",
        "x-x/x-x/x-x/.-x/x-x/x-x/x-x/x-x/.-x",
        1,
        FRONT,
        "x-x/x-x/x-x/#-x/x-x/x-x/x-x/x-x/.-x",
    );
}

#[test]
fn a_lone_seat_is_worth_four_rows_to_those_who_wish_for_the_front() {
    check("Y:1-4:AB-CD", "..-xx/xx-xx/xx-xx/.x-xx", 1, FRONT, "..-xx/xx-xx/xx-xx/#x-xx");
    let far = "..-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/.x-xx";
    check("Y:1-9:AB-CD", far, 1, FRONT, "#.-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/.x-xx");
}

#[test]
fn what_cannot_be_met_is_not_met() {
    check("Y:1-1:ABC-DEF", "x.x-xxx", 2, NO_WISH, "none");
    check("Y:1-1:ABC-DEF", "...-...", 0, NO_WISH, "none");
    check("Y:1-1:ABC-DEF", "xxx-xxx", 1, NO_WISH, "none");
    let couple = Party { adults: 2, children: 0, infants: 0 };
    check_for(Some(couple), "Y:1-1:ABC-DEF", "...-...", (3, NO_WISH), "none");
    let plan = plan("Y:1-1:ABC-DEF");
    let choice = Choice { plan: &plan, class: CabinClass::First, party: None };
    assert_eq!(best_available(&choice, |_| true, 1, NO_WISH), None);
}

#[test]
fn two_infants_are_not_held_in_one_block() {
    let family = Party { adults: 2, children: 0, infants: 2 };
    check_for(Some(family), "Y:1-2:ABC-DEF", "...-.../...-...", (2, NO_WISH), "..#-#../...-...");
    check_for(Some(family), "Y:1-2:ABC-DEF", "..x-xxx/x.x-xxx", (2, NO_WISH), ".#x-xxx/x#x-xxx");
    check_for(Some(family), "Y:1-1:ABC-DEF", "...-xxx", (2, NO_WISH), "none");
    let three = Party { adults: 3, children: 0, infants: 3 };
    check_for(Some(three), "Y:1-2:ABC-DEF", "...-.../...-...", (3, TOGETHER), "..#-#../..#-...");
}

/// Twelve rows, of which row 7 is an exit row.
const WITH_EXIT: &str = "Y:1-12:AB-CD";

#[test]
fn an_exit_row_is_for_adults_who_find_nothing_else() {
    let only_exit = "xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/..-../xx-xx/xx-xx/xx-xx/xx-xx/xx-.x";
    let one_left = "xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/##-../xx-xx/xx-xx/xx-xx/xx-xx/xx-.x";
    let split = "xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/..-#./xx-xx/xx-xx/xx-xx/xx-xx/xx-#x";
    let couple = Party { adults: 2, children: 0, infants: 0 };
    let pair = Party { adults: 1, children: 1, infants: 0 };
    let mother = Party { adults: 1, children: 0, infants: 1 };
    check_for(Some(couple), WITH_EXIT, only_exit, (2, NO_WISH), one_left);
    check_for(Some(pair), WITH_EXIT, only_exit, (2, NO_WISH), split);
    check_for(Some(pair), WITH_EXIT, only_exit, (2, TOGETHER), "none");
    check_for(None, WITH_EXIT, only_exit, (2, NO_WISH), "none");
    let last = only_exit.replace("xx-.x", "xx-#x");
    check_for(Some(mother), WITH_EXIT, only_exit, (1, NO_WISH), &last);
}

#[test]
fn an_exit_row_waits_until_the_other_rows_are_full() {
    let couple = Party { adults: 2, children: 0, infants: 0 };
    let behind = "xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/..-../..-xx/xx-xx/xx-xx/xx-xx/xx-xx";
    check_for(Some(couple), WITH_EXIT, behind, (2, NO_WISH), &behind.replace("..-xx", "##-xx"));
    let pair = Party { adults: 1, children: 1, infants: 0 };
    let far = "xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/.x-xx/..-../xx-xx/xx-xx/xx-xx/xx-xx/xx-.x";
    let apart = far.replace(".x-xx", "#x-xx").replace("xx-.x", "xx-#x");
    check_for(Some(pair), WITH_EXIT, far, (2, NO_WISH), &apart);
    let family = Party { adults: 1, children: 2, infants: 0 };
    let one_of_four = apart.replace("..-..", "#.-..");
    check_for(Some(family), WITH_EXIT, far, (3, NO_WISH), &one_of_four);
}

#[test]
fn a_cot_is_kept_for_those_who_bring_an_infant() {
    let mother = Party { adults: 1, children: 0, infants: 1 };
    let layout = "Y:1-2:A-CDE-F";
    check_for(Some(mother), layout, "x-...-x/x-...-x", (1, NO_WISH), "x-#..-x/x-...-x");
    check(layout, "x-...-x/x-...-x", 1, NO_WISH, "x-...-x/x-#..-x");
}

#[track_caller]
fn check_offers(layout: &str, picture: &str, wanted: &[&str], expected: &[&str]) {
    let plan = plan(layout);
    let shown = seats_of(&plan, picture);
    let index = |text: &&str| plan.index_of(text.parse().unwrap()).unwrap();
    let wanted: Vec<SeatIndex> = wanted.iter().map(index).collect();
    let offers = alternatives(&plan, |seat| shown[seat.position()] == '.', &wanted, 3);
    let offers: Vec<String> = offers.into_iter().map(|seat| plan.seat(seat).number.to_string()).collect();
    assert_eq!(offers, expected);
}

#[test]
fn instead_of_a_seat_that_is_gone_comes_the_nearest_that_is_like_it() {
    check_offers("Y:1-3:ABC-DEF", "...-.../x..-.../...-...", &["2A"], &["1A", "3A", "2F"]);
    check_offers("Y:1-3:ABC-DEF", "...-.../..x-.../...-...", &["2C"], &["1C", "2D", "3C"]);
    check_offers("Y:1-3:ABC-DEF", "..x-.../..x-.../...-...", &["1C", "2C"], &["1D", "2D", "3C"]);
    check_offers("Y:1-2:ABC-DEF", "xx.-xxx/xxx-xxx", &["2A"], &["1C"]);
    check_offers("Y:1-2:ABC-DEF", "x..-.../...-...", &["1B", "1A"], &["2A", "1F", "2F"]);
    check_offers("Y:1-2:ABC-DEF", "...-.../...-...", &["1B"], &[]);
}

#[test]
fn an_exit_row_is_offered_only_instead_of_one() {
    let picture = "xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/xx-xx/x.-../.x-xx/xx-xx/xx-xx/xx-xx/xx-xx";
    check_offers(WITH_EXIT, picture, &["6A"], &["8A"]);
    check_offers(WITH_EXIT, picture, &["7A"], &["7D", "8A", "7B"]);
}

#[test]
fn wishes_are_written_in_camel_case_and_may_be_left_out() {
    let wish: Preferences = serde_json::from_str(r#"{"nearFront":true}"#).unwrap();
    assert_eq!(wish, FRONT);
    assert!(serde_json::from_str::<Preferences>(r#"{"near_front":true}"#).is_err());
}
