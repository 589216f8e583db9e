//! The store takes offence at one stream: all others commit at once, and only the guilty one is lost.

use std::collections::BTreeSet;

use domain::ids::Version;
use persistence::journal::{
    Activation, Batch, Due, Entry, Epoch, NotDurable, Outcome, Record, Shard, Step, StreamId,
};

use crate::language::{check, row};

#[test]
fn the_guilty_stream_is_found_by_halves_and_the_others_are_committed() {
    check(
        "A B C",
        "
        A1.r1 B1.r1 C1.r1 A1.r2 B1.m -> write A.r1 A.r2 B.r1 C.r1 at A@1 B@1 C@1
        refused                      -> write A.r1 A.r2 at A@1
        committed                    -> ok A1.r1 A1.r2; write B.r1 C.r1 at B@1 C@1
        refused                      -> write B.r1 at B@1
        committed                    -> ok B1.r1 B1.m; write C.r1 at C@1
        refused                      -> refused C1.r1
        ",
    );
}

#[test]
fn what_the_guilty_stream_handed_in_later_is_dropped_until_its_barrier() {
    check(
        "A B",
        "
        A1.r1 B1.r1        ->  write A.r1 B.r1 at A@1 B@1
        A1.r2 A1.m B1.r2   ->
        refused            ->  write A.r1 at A@1
        refused            ->  refused A1.r1; write B.r1 at B@1
        A1.a3 A2.b         ->
        committed          ->  ok B1.r1; fenced A1.r2 A1.m A1.a3; write B.r2 at A@1 B@1
        committed          ->  ok B1.r2 A2.b
        A2.r1              ->  write A.r1 at A@1
        committed          ->  ok A2.r1
        ",
    );
}

#[test]
fn a_stream_that_is_refused_alone_is_lost_at_once() {
    check(
        "A",
        "
        A1.r1 A1.r2 A2.b  ->  write A.r1 A.r2 at A@1
        refused           ->  refused A1.r1 A1.r2; ok A2.b
        A2.r1             ->  write A.r1 at A@1
        ",
    );
}

#[test]
fn parts_of_a_refused_statement_survive_an_unknown_and_a_fenced_outcome() {
    check(
        "A B C D",
        "
        A1.r1 B1.r1 C1.r1 D1.r1 -> write A.r1 B.r1 C.r1 D.r1 at A@1 B@1 C@1 D@1
        refused                 -> write A.r1 B.r1 at A@1 B@1
        unknown                 -> unknown A1.r1 B1.r1; raise A B
        raised A@2 B@2          -> write C.r1 D.r1 at C@1 D@1
        fenced D                -> fenced D1.r1; raise D
        raised                  -> write C.r1 at C@1
        committed               -> ok C1.r1
        ",
    );
}

#[test]
fn parts_whose_shard_was_given_up_meanwhile_are_not_written() {
    check(
        "A B C",
        "
        A1.r1 B1.r1 C1.r1 ->  write A.r1 B.r1 C.r1 at A@1 B@1 C@1
        refused           ->  write A.r1 at A@1
        disown B          ->
        committed         ->  ok A1.r1; not-owner B1.r1; write C.r1 at C@1
        ",
    );
}

/// How often a statement was written until everything was settled, and who was refused.
struct Split {
    statements: u32,
    refused: BTreeSet<usize>,
    committed: BTreeSet<usize>,
}

fn numbered(stream: usize) -> StreamId {
    format!("test/{stream:03}").parse().expect("a number names a stream")
}

/// Writes a row for each of so many streams, to a store that refuses whatever has a guilty one in it.
fn split(streams: usize, guilty: &[usize]) -> Split {
    let offending: Vec<StreamId> = guilty.iter().map(|stream| numbered(*stream)).collect();
    let mut batch = Batch::new(Shard::all().map(|shard| (shard, Epoch::new(1))));
    for ack in 0..streams {
        let record = row(1, Due::Unchanged);
        batch.push(Entry { stream: numbered(ack), activation: Activation::new(1), record, ack });
    }
    let mut split = Split { statements: 0, refused: BTreeSet::new(), committed: BTreeSet::new() };
    while let Some(step) = batch.next_step() {
        let Step::Write(statement) = step else { panic!("nothing is in doubt") };
        assert!(statement.rows.iter().all(|row| row.version == Version::new(1)));
        let offends = statement.rows.iter().any(|row| offending.contains(&row.stream));
        let outcome = if offends { Outcome::Refused("no".into()) } else { Outcome::Committed };
        split.statements += 1;
        batch.written(&outcome);
        for told in batch.settled() {
            let new = match told.result {
                Ok(()) => split.committed.insert(told.ack),
                Err(NotDurable::Refused) => split.refused.insert(told.ack),
                Err(other) => panic!("stream {} is told {other:?}", told.ack),
            };
            assert!(new, "stream {} is told twice", told.ack);
        }
    }
    split
}

#[test]
fn one_guilty_stream_of_any_number_costs_about_two_statements_a_halving() {
    for streams in [1_usize, 2, 3, 8, 100] {
        let most = 2 * streams.next_power_of_two().ilog2() + 1;
        for guilty in 0..streams {
            let split = split(streams, &[guilty]);
            assert_eq!(split.refused, BTreeSet::from([guilty]), "of {streams}");
            assert_eq!(split.committed.len(), streams - 1, "of {streams}, guilty is {guilty}");
            assert!(split.statements <= most, "{} statements for {streams}, {guilty}", split.statements);
        }
    }
}

#[test]
fn several_guilty_streams_are_found_and_nobody_else_suffers() {
    for guilty in [vec![0, 1], vec![0, 99], vec![3, 50, 51, 77], (0..100).collect()] {
        let split = split(100, &guilty);
        assert_eq!(split.refused, guilty.iter().copied().collect());
        assert_eq!(split.committed.len(), 100 - guilty.len());
    }
}

/// A stream that only brings marks has nothing that a store could refuse, and is not held guilty for others.
#[test]
fn a_mark_is_not_refused_for_the_row_of_another_stream() {
    let mut batch = Batch::new(Shard::all().map(|shard| (shard, Epoch::new(1))));
    for (ack, record) in [(0, Record::Mark), (1, row(1, Due::Unchanged)), (2, Record::Mark)] {
        batch.push(Entry { stream: numbered(ack), activation: Activation::new(1), record, ack });
    }
    let mut told = Vec::new();
    while let Some(Step::Write(statement)) = batch.next_step() {
        let offends = !statement.rows.is_empty();
        batch.written(&if offends { Outcome::Refused("no".into()) } else { Outcome::Committed });
        told.extend(batch.settled().into_iter().map(|told| (told.ack, told.result)));
    }
    assert_eq!(told, [(0, Ok(())), (1, Err(NotDurable::Refused)), (2, Ok(()))]);
}
