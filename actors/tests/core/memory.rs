//! A request is remembered for 24 hours: not longer, and never shorter.

use crate::asks::at;
use crate::house::{Fate, House};
use crate::language::{asked, check, check_on};

#[test]
fn a_request_is_forgotten_after_a_day_and_not_before() {
    for between in
        ["", "rebuild -> live at 2", "restart -> live at 2", "snapshot -> snapshot 2\nrestart -> live at 2"]
    {
        check(&format!(
            "
            09:01 hold 12A by ann key 1            ->  row 2 due 09:16
            09:01 hold 12A by bob key 2            ->  answer at 2
            committed                              ->  accepted 2; refused at 2 seat-taken
            {between}
            2/09:00:59.999 hold 12A by ann key 1   ->  mark
            2/09:00:59.999 hold 12A by bob key 2   ->  mark
            2/09:01 hold 12A by bob key 2          ->  row 3 due 2/09:16
            2/09:01 hold 12A by ann key 1          ->  answer at 3
            committed                              ->  first accepted 2; first refused at 2 seat-taken; accepted 3; refused at 3 seat-taken
            "
        ));
    }
}

/// What is asked with the key for the first time, what goes to the journal, and what its client is told.
const FIRST: [[&str; 3]; 2] = [
    ["hold 12A by ann key 1", "row 2 due 09:16", "accepted 2"],
    ["release #9 by ann key 1", "answer at 1", "refused at 1 not-found"],
];

/// What is asked with it a day later.
const SECOND: [&str; 3] = ["hold 13A by ann key 1", "release #9 by ann key 1", "open key 1"];

/// The key's first day is over and its first answer is still stored. Only the second counts, for another day.
#[test]
fn a_key_that_is_used_again_after_its_day_is_remembered_for_another_one() {
    for first in FIRST {
        for second in SECOND {
            for between in ["quiet?", "rebuild", "restart", "snapshot"] {
                use_again(first, second, between);
            }
        }
    }
}

fn use_again([first, handed_in, told]: [&str; 3], second: &str, between: &str) {
    let mut house = House::open();
    check_on(&mut house, &format!("09:01 {first} -> {handed_in}\n committed -> {told}"));
    house.tick(at("2/09:01:01"));
    house.commit(Fate::Lands);
    let again = asked(&second.split_whitespace().collect::<Vec<_>>());
    assert_ne!(house.ask(&again, at("2/09:01:01")), ["mark"], "the day of {first} is over");
    let told = house.commit(Fate::Lands);
    if between == "snapshot" {
        house.keep_snapshot();
    }
    if between == "rebuild" {
        house.rebuild();
    } else if between != "quiet?" {
        house.restart();
    }
    for time in ["2/09:02", "2/12:00", "3/09:01"] {
        assert_eq!(house.ask(&again, at(time)), ["mark"], "{first}, then {second}, {between}, at {time}");
        assert_eq!(house.commit(Fate::Lands), [format!("first {}", told[0])]);
    }
}
