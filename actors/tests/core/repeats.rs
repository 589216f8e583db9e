//! The same key gets the first answer, whatever happened in between.

use crate::language::check;

#[test]
fn a_repeated_request_gets_the_first_answer() {
    check(
        "
        09:01 hold 12A by ann key 1  ->  row 2 due 09:16
        09:01 hold 12A by bob key 2  ->  answer at 2
        09:01 open key 3             ->  answer at 2
        committed                    ->  accepted 2; refused at 2 seat-taken; already so at 2
        09:02 release #2 by ann      ->  row 3 due never
        09:03 hold 12A by ann key 1  ->  mark
        09:03 hold 12A by bob key 2  ->  mark
        09:03 open key 3             ->  mark
        committed                    ->  accepted 3; first accepted 2; first refused at 2 seat-taken; first already so at 2
        ",
    );
}

#[test]
fn a_repeat_waits_behind_the_first_that_is_still_on_its_way() {
    check(
        "
        09:01 hold 12A by ann key 1  ->  row 2 due 09:16
        09:01 hold 12A by bob key 2  ->  answer at 2
        09:01 hold 12A by ann key 1  ->  mark
        send                         ->
        09:01 hold 12A by ann key 1  ->  mark
        09:01 hold 12A by bob key 2  ->  mark
        committed                    ->  accepted 2; refused at 2 seat-taken; first accepted 2
        committed                    ->  first accepted 2; first refused at 2 seat-taken
        ",
    );
}

#[test]
fn a_repeat_is_lost_with_the_first() {
    check(
        "
        09:01 hold 12A by ann key 1  ->  row 2 due 09:16
        send                         ->
        09:01 hold 12A by ann key 1  ->  mark
        lost                         ->  lost, unknown; lost, fenced
        rebuild                      ->  live at 1
        09:02 hold 12A by ann key 1  ->  row 2 due 09:17
        committed                    ->  accepted 2
        ",
    );
}

#[test]
fn what_landed_unheard_is_found_again_by_its_key() {
    check(
        "
        09:01 hold 12A by ann key 1  ->  row 2 due 09:16
        09:01 hold 12A by bob key 2  ->  answer at 2
        unheard                      ->  lost, unknown; lost, unknown
        rebuild                      ->  live at 2
        deadline?                    ->  09:16
        09:02 hold 12A by bob key 2  ->  mark
        09:02 hold 12A by ann key 1  ->  mark
        committed                    ->  first refused at 2 seat-taken; first accepted 2
        ",
    );
}

#[test]
fn the_first_answer_is_given_after_a_restart_and_after_a_snapshot_with_a_tail() {
    for (between, after) in [
        ("rebuild -> live at 5", ""),
        ("restart -> live at 5", ""),
        ("snapshot -> snapshot 5", "restart -> live at 5"),
    ] {
        check(&format!(
            "
            09:01 hold 12A by ann key 1  ->  row 2 due 09:16
            09:01 hold 12A by bob key 2  ->  answer at 2
            committed                    ->  accepted 2; refused at 2 seat-taken
            snapshot                     ->  snapshot 2
            09:02 hold 13A by cat key 3  ->  row 3
            09:02 open key 4             ->  answer at 3
            09:02 hold 14A by ann key 5  ->  row 4
            09:02 release #2 by ann      ->  row 5 due 09:17
            committed                    ->  accepted 3; already so at 3; accepted 4; accepted 5
            {between}
            {after}
            deadline?                    ->  09:17
            09:03 hold 12A by ann key 1  ->  mark
            09:03 hold 12A by bob key 2  ->  mark
            09:03 hold 13A by cat key 3  ->  mark
            09:03 open key 4             ->  mark
            09:03 hold 14A by ann key 5  ->  mark
            committed                    ->  first accepted 2; first refused at 2 seat-taken; first accepted 3; first already so at 3; first accepted 4
            "
        ));
    }
}

#[test]
fn a_key_for_something_else_is_told_so() {
    check(
        "
        09:01 hold 12A by ann key 1   ->  row 2 due 09:16
        09:01 hold 12A by bob key 2   ->  answer at 2
        09:01 hold 15A by ann key 1*  ->  mark
        committed                     ->  accepted 2; refused at 2 seat-taken; key reused
        restart                       ->  live at 2
        09:02 hold 15A by ann key 1*  ->  mark
        09:02 hold 15A by bob key 2*  ->  mark
        committed                     ->  key reused; key reused
        ",
    );
}
