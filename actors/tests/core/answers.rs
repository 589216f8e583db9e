//! Nobody is told anything before it is durable.

use crate::house::House;
use crate::language::{check, check_on};

#[test]
fn an_answer_comes_with_its_entry_and_not_before() {
    check(
        "
        09:01 hold 12A by ann          ->  row 2 due 09:16
        09:01 hold 13A by bob          ->  row 3
        send                           ->
        09:02 hold 12A by cat key 3    ->  answer at 3
        09:02 release #9 by cat        ->  mark
        quiet?                         ->  busy
        committed                      ->  accepted 2; accepted 3
        quiet?                         ->  busy
        committed                      ->  refused at 3 seat-taken; refused at 3 not-found
        quiet?                         ->  quiet
        ",
    );
}

#[test]
fn what_was_so_before_is_remembered_under_a_key_and_only_marked_without() {
    check(
        "
        09:01 open key 7               ->  answer at 1
        09:02 open                     ->  mark
        09:03 open key 8 unremembered  ->  answer at 1
        committed                      ->  already so at 1; already so at 1; already so at 1
        09:04 open key 7               ->  mark
        09:04 open key 8               ->  mark
        committed                      ->  first already so at 1; first already so at 1
        ",
    );
}

#[test]
fn a_refusal_without_a_key_or_not_to_be_remembered_is_a_mark() {
    check(
        "
        09:01 release #9 by ann                     ->  mark
        09:01 release #9 by ann unremembered        ->  mark
        09:01 release #9 by ann key 1 unremembered  ->  mark
        09:01 release #9 by ann key 1               ->  answer at 1
        committed                                   ->  refused at 1 not-found; refused at 1 not-found; refused at 1 not-found; refused at 1 not-found
        ",
    );
}

/// A key whose refusal was not remembered is free: its owner asks again and is decided anew.
#[test]
fn a_refusal_that_is_not_remembered_is_decided_anew() {
    check(
        "
        09:01 hold 12A by ann for 2                ->  row 2 due 09:03
        09:02 hold 12A by bob key 1 unremembered   ->  mark
        09:03 hold 12A by bob key 1 unremembered   ->  row 3 due 09:18
        committed                                  ->  accepted 2; refused at 2 seat-taken; accepted 3
        ",
    );
}

#[test]
fn a_late_request_decides_nothing() {
    let mut house = House::open();
    let before = house.core.state().clone();
    check_on(
        &mut house,
        "
        09:05 hold 12A by ann until 09:05 key 1      ->  late
        09:05 hold 12A by ann until 09:04:59.999     ->  late
        committed                                    ->
        ",
    );
    assert_eq!(house.core.state(), &before);
    assert_eq!(house.core.version().number(), 1);
    check_on(&mut house, "09:05 hold 12A by ann until 09:05:00.001 key 1  ->  row 2 due 09:20");
}

/// Deciding late would also be deciding: what is due stays due.
#[test]
fn a_late_request_lapses_nothing() {
    check(
        "
        09:01 hold 12A by ann                    ->  row 2 due 09:16
        09:30 hold 13A by bob until 09:20        ->  late
        deadline?                                ->  09:16
        09:30 tick                               ->  row 3 due never
        ",
    );
}

#[test]
fn a_core_that_is_not_live_decides_nothing() {
    let mut house = House::open();
    check_on(
        &mut house,
        "
        09:01 hold 12A by ann key 1    ->  row 2 due 09:16
        lost                           ->  lost, unknown
        09:02 hold 13A by bob key 2    ->  not live
        09:02 hold 12A by ann key 1    ->  not live
        09:30 tick                     ->
        deadline?                      ->  none
        quiet?                         ->  busy
        snapshot                       ->
        ",
    );
    let (state, version) = (house.core.state().clone(), house.core.version());
    check_on(&mut house, "09:31 hold 14A by bob -> not live");
    assert_eq!((house.core.state(), house.core.version()), (&state, version));
    check_on(&mut house, "rebuild -> live at 1");
}
