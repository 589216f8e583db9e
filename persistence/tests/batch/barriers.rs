//! A barrier is acknowledged when the fate of everything before it is known, and not earlier.

use crate::language::check;

#[test]
fn a_barrier_with_nothing_before_it_costs_no_statement() {
    check(
        "A B",
        "
        A1.b           ->  ok A1.b
        B2.b a3.b      ->  ok B2.b a3.b
        B2.r1          ->  write B.r1 at B@1
        ",
    );
}

#[test]
fn a_barrier_waits_for_the_rows_before_it() {
    check(
        "A",
        "
        A1.r1 A1.r2 A2.b  ->  write A.r1 A.r2 at A@1
        committed         ->  ok A1.r1 A1.r2 A2.b
        A2.r3             ->  write A.r3 at A@1
        A3.b              ->
        committed         ->  ok A2.r3 A3.b
        ",
    );
}

#[test]
fn a_barrier_behind_a_refused_statement_waits_until_all_parts_are_written() {
    check(
        "A B C D",
        "
        A1.r1 B1.r1 A2.b C1.r1 D1.r1 -> write A.r1 B.r1 C.r1 D.r1 at A@1 B@1 C@1 D@1
        B2.b                         ->
        refused                      -> write A.r1 B.r1 at A@1 B@1
        refused                      -> write A.r1 at A@1
        refused                      -> refused A1.r1; write B.r1 at B@1
        committed                    -> ok B1.r1; write C.r1 D.r1 at C@1 D@1
        committed                    -> ok C1.r1 D1.r1 A2.b B2.b
        ",
    );
}

#[test]
fn a_barrier_behind_an_unknown_statement_waits_until_the_epoch_has_risen() {
    check(
        "A B",
        "
        A1.r1 A2.b B1.b  ->  write A.r1 at A@1 B@1
        unknown          ->  unknown A1.r1; raise A
        again            ->  raise A
        B1.r1            ->  raise A
        raised A@2       ->  write B.r1 at A@2 B@1
        committed        ->  ok A2.b B1.b B1.r1
        A2.r1            ->  write A.r1 at A@2
        ",
    );
}

#[test]
fn a_barrier_behind_a_fenced_statement_is_answered_by_whether_the_shard_is_still_ours() {
    check(
        "A B",
        "
        A1.r1 A2.b B1.r1 ->  write A.r1 B.r1 at A@1 B@1
        fenced A         ->  fenced A1.r1; raise A
        raised A@3       ->  write B.r1 at B@1
        committed        ->  ok B1.r1 A2.b
        A2.r1 A3.b       ->  write A.r1 at A@3
        fenced A         ->  fenced A2.r1; raise A
        raised           ->  not-owner A3.b
        ",
    );
}

#[test]
fn a_barrier_in_the_statement_of_others_puts_its_shard_under_the_fence() {
    check(
        "A B",
        "
        B1.b A1.r1       ->  write A.r1 at A@1 B@1
        fenced B         ->  raise B
        raised           ->  write A.r1 at A@1
        committed        ->  ok A1.r1; not-owner B1.b
        ",
    );
}

#[test]
fn barriers_that_were_set_aside_keep_their_order() {
    check(
        "A B",
        "
        A1.r1 A2.b B2.b A3.b  ->  write A.r1 at A@1 B@1
        a4.b                  ->
        unknown               ->  unknown A1.r1; raise A
        raised A@2            ->  ok A2.b B2.b A3.b a4.b
        ",
    );
}
