//! Claiming a shard and giving it up.

use crate::language::check;

/// Another owner may have written while the shard was away, so what was alive before must be read anew.
#[test]
fn what_was_alive_before_a_shard_was_claimed_is_fenced_and_what_came_after_is_not() {
    check(
        "A B",
        "
        A1.b a2.b B3.b  ->  ok A1.b a2.b B3.b
        own A@5         ->
        A1.r1           ->  fenced A1.r1
        a2.m            ->  fenced a2.m
        B3.r1           ->  write B.r1 at B@1
        committed       ->  ok B3.r1
        A4.b            ->  ok A4.b
        A4.r1           ->  write A.r1 at A@5
        committed       ->  ok A4.r1
        a2.a1           ->  fenced a2.a1
        ",
    );
}

/// It began to load before the claim: whether it read what the other owner wrote is not known.
#[test]
fn a_life_whose_barrier_waits_while_its_shard_is_claimed_is_fenced_too() {
    check(
        "A B",
        "
        B1.r1      ->  write B.r1 at B@1
        A2.b       ->
        own A@3    ->
        committed  ->  ok B1.r1 A2.b
        A2.r1      ->  fenced A2.r1
        A3.b A3.r1 ->  write A.r1 at A@3
        ",
    );
}

#[test]
fn entries_of_a_shard_that_is_not_ours_are_answered_so() {
    check(
        "A B",
        "
        C1.r1 C1.b C1.m -> not-owner C1.r1 C1.b C1.m
        A1.r1           -> write A.r1 at A@1
        A1.r2 B1.r1     ->
        disown A        ->
        committed       -> ok A1.r1; not-owner A1.r2; write B.r1 at B@1
        disown B        ->
        fenced B        -> fenced B1.r1
        ",
    );
}

#[test]
fn a_shard_that_is_claimed_again_while_it_is_in_doubt_is_in_doubt_no_longer() {
    check(
        "A B",
        "
        A1.r1 B1.r1  ->  write A.r1 B.r1 at A@1 B@1
        unknown      ->  unknown A1.r1 B1.r1; raise A B
        own A@2      ->  raise B
        A2.b         ->  raise B
        raised B@2   ->  ok A2.b
        A2.r1        ->  write A.r1 at A@2
        ",
    );
}

#[test]
fn a_shard_that_is_given_up_while_it_is_in_doubt_is_in_doubt_no_longer() {
    check(
        "A B",
        "
        A1.r1 B1.m  ->  write A.r1 at A@1 B@1
        unknown     ->  unknown A1.r1 B1.m; raise A B
        disown A B  ->
        A2.b        ->  not-owner A2.b
        ",
    );
}

#[test]
fn an_outcome_that_comes_after_the_shard_was_given_up_still_counts() {
    check(
        "A B",
        "
        A1.r1 B1.r1  ->  write A.r1 B.r1 at A@1 B@1
        disown A     ->
        committed    ->  ok A1.r1 B1.r1
        own A@4      ->
        A1.r2        ->  fenced A1.r2
        ",
    );
}
