//! Unknown is not failed: what a lost statement carried is fenced, and its epoch rises before anything else.

use crate::language::check;

#[test]
fn after_an_unknown_outcome_nothing_is_written_before_the_epochs_have_risen() {
    check(
        "A B C",
        "
        A1.r1 B1.m       ->  write A.r1 at A@1 B@1
        C1.r1 A2.b       ->
        unknown          ->  unknown A1.r1 B1.m; raise A B
        again            ->  raise A B
        C1.r2            ->  raise A B
        raised A@2 B@5   ->  write C.r1 C.r2 at A@2 C@1
        committed        ->  ok C1.r1 A2.b C1.r2
        ",
    );
}

#[test]
fn queued_entries_of_fenced_lives_are_dropped_and_others_are_written_after() {
    check(
        "A B",
        "
        A1.r1 B1.r1             ->  write A.r1 B.r1 at A@1 B@1
        A1.r2 a3.r1 A1.m B1.a9  ->
        unknown                 ->  unknown A1.r1 B1.r1; raise A B
        raised A@2 B@2          ->  fenced A1.r2 A1.m B1.a9; write a.r1 at A@2
        A1.r3 A4.b A4.r1        ->
        committed               ->  ok a3.r1; fenced A1.r3; write A.r1 at A@2
        committed               ->  ok A4.b A4.r1
        ",
    );
}

#[test]
fn a_shard_that_was_lost_meanwhile_answers_not_owner_until_it_is_claimed_again() {
    check(
        "A B",
        "
        A1.r1 B1.r1       ->  write A.r1 B.r1 at A@1 B@1
        A2.b a3.r1 B2.b   ->
        unknown           ->  unknown A1.r1 B1.r1; raise A B
        raised B@2        ->  not-owner A2.b a3.r1; ok B2.b
        A4.b              ->  not-owner A4.b
        own A@7           ->
        A5.b              ->  ok A5.b
        A5.r9             ->  write A.r9 at A@7
        ",
    );
}

#[test]
fn a_fenced_statement_loses_its_fenced_streams_and_is_written_again_for_the_innocent() {
    check(
        "A B C",
        "
        A1.r1 B1.r1 a2.r1 C1.a4 B1.r2 -> write A.r1 B.r1 B.r2 a.r1 C.a4 at A@1 B@1 C@1
        A1.r2                         ->
        fenced A                      -> fenced A1.r1 a2.r1; raise A
        raised A@2                    -> write B.r1 B.r2 C.a4 at B@1 C@1
        committed                     -> ok B1.r1 C1.a4 B1.r2; fenced A1.r2
        ",
    );
}

/// An earlier raise may have landed unheard: then our own epoch is behind, and one more raise mends it.
#[test]
fn a_fence_by_our_own_lost_raise_is_mended_by_raising_again() {
    check(
        "A",
        "
        A1.r1       ->  write A.r1 at A@1
        unknown     ->  unknown A1.r1; raise A
        A2.b        ->  raise A
        raised A@3  ->  ok A2.b
        A2.r1       ->  write A.r1 at A@3
        fenced A    ->  fenced A2.r1; raise A
        raised A@4  ->
        A3.b A3.r1  ->  write A.r1 at A@4
        committed   ->  ok A3.b A3.r1
        ",
    );
}

#[test]
fn after_an_outcome_is_known_again_a_life_that_was_lost_stays_lost() {
    check(
        "A B",
        "
        A3.r1        ->  write A.r1 at A@1
        unknown      ->  unknown A3.r1; raise A
        raised A@2   ->
        A3.r2        ->  fenced A3.r2
        A2.m         ->  fenced A2.m
        B3.r1        ->  write B.r1 at B@1
        committed    ->  ok B3.r1
        A3.a1        ->  fenced A3.a1
        A4.b         ->  ok A4.b
        A4.m         ->  write at A@2
        ",
    );
}
