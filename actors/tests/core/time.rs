//! What falls due, and clocks that go wrong.

use crate::language::check;

#[test]
fn a_refusal_that_rests_on_lapsed_holds_stands_behind_the_row_that_says_so() {
    check(
        "
        09:01 hold 12A by ann                 ->  row 2 due 09:16
        09:02 hold 13A by ann                 ->  row 3
        committed                             ->  accepted 2; accepted 3
        09:16 release #2 by ann key 1         ->  row 4 due 09:17; answer at 4
        09:17 release #3 by ann               ->  row 5 due never; mark
        committed                             ->  lapsed 4; refused at 4 hold-gone; lapsed 5; refused at 5 hold-gone
        ",
    );
}

#[test]
fn a_clock_that_goes_backwards_brings_no_lapsed_hold_back() {
    for between in
        ["", "rebuild -> live at 3", "restart -> live at 3", "snapshot -> snapshot 3\nrestart -> live at 3"]
    {
        check(&format!(
            "
            09:01 hold 12A by ann        ->  row 2 due 09:16
            09:16 release #2 by ann      ->  row 3 due never; mark
            committed                    ->  accepted 2; lapsed 3; refused at 3 hold-gone
            {between}
            09:10 release #2 by ann      ->  mark
            09:10 extend #2 by ann       ->  mark
            09:10 hold 12A by bob        ->  row 4 due 09:31
            committed                    ->  refused at 3 hold-gone; refused at 3 hold-gone; accepted 4
            "
        ));
    }
}

/// The clock of the life before was ahead. What it decided counts, so time goes on from there.
#[test]
fn time_never_runs_behind_the_last_row() {
    check(
        "
        10:00 hold 12A by ann        ->  row 2 due 10:15
        committed                    ->  accepted 2
        restart                      ->  live at 2
        09:00 hold 13A by bob        ->  row 3
        09:00 tick                   ->
        committed                    ->  accepted 3
        10:14:59.999 tick            ->
        10:15 tick                   ->  row 4 due never
        ",
    );
}

#[test]
fn a_row_says_what_is_due_exactly_when_the_earliest_deadline_changes() {
    check(
        "
        09:01 hold 12A by ann for 20     ->  row 2 due 09:21
        09:01 hold 13A by bob for 25     ->  row 3
        09:02 hold 14A by cat for 5      ->  row 4 due 09:07
        09:02 hold 16A by ann for 5      ->  row 5
        09:03 release #4 by cat          ->  row 6
        09:03 release #5 by ann          ->  row 7 due 09:21
        09:04 extend #2 by ann for 30    ->  row 8 due 09:26
        09:05 extend #2 by ann for 30    ->  row 9
        09:06 claim #3 by bob till 10:30 ->  row 10 due 09:35
        09:07 release #2 by ann          ->  row 11 due 10:30
        10:30 tick                       ->  row 12 due never
        deadline?                        ->  none
        ",
    );
}

#[test]
fn the_timer_does_nothing_before_its_time_and_everything_at_it() {
    check(
        "
        09:01 hold 12A by ann        ->  row 2 due 09:16
        09:01 hold 13A by bob        ->  row 3
        09:15:59.999 tick            ->
        09:16 tick                   ->  row 4 due never
        09:16 tick                   ->
        committed                    ->  accepted 2; accepted 3; lapsed 4
        ",
    );
}

#[test]
fn what_lapses_in_the_row_of_a_command_needs_no_row_of_its_own() {
    check(
        "
        09:01 hold 12A by ann        ->  row 2 due 09:16
        09:16 hold 12A by bob        ->  row 3 due 09:31
        09:31 open                   ->  row 4 due never
        committed                    ->  accepted 2; accepted 3; accepted 4
        ",
    );
}

#[test]
fn a_core_may_go_only_when_all_is_durable_and_nothing_falls_due() {
    check(
        "
        quiet?                       ->  may go
        09:01 open                   ->  mark
        quiet?                       ->  busy
        committed                    ->  already so at 1
        quiet?                       ->  may go
        09:01 hold 12A by ann        ->  row 2 due 09:16
        quiet?                       ->  busy
        snapshot                     ->
        committed                    ->  accepted 2
        quiet?                       ->  quiet
        snapshot                     ->  snapshot 2
        09:16 tick                   ->  row 3 due never
        quiet?                       ->  busy
        committed                    ->  lapsed 3
        quiet?                       ->  may go
        ",
    );
}
