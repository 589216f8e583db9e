//! One statement for everybody who waits, and one at a time.

use std::sync::Arc;

use domain::fare::FareBasis;
use domain::flight::{Service, Status, Times};
use domain::ids::Version;
use domain::money::Currency;
use domain::time::Timestamp;
use domain::view::Summary;
use persistence::journal::{
    Activation, Batch, Due, Entry, Epoch, Listing, ListingRow, OutboxOrder, Outcome, Record, Statement, Step,
};

use crate::language::{check, key, row, shard, stream};

#[test]
fn all_that_waits_goes_into_one_statement_and_is_acknowledged_in_order() {
    check(
        "A B",
        "
        A1.r1 B2.r7 A1.r2 a3.r1 B2.a5 -> write A.r1 A.r2 B.r7 a.r1 B.a5 at A@1 B@1
        committed                     -> ok A1.r1 B2.r7 A1.r2 a3.r1 B2.a5
        ",
    );
}

#[test]
fn nothing_is_sent_while_a_statement_is_under_way() {
    check(
        "A B",
        "
        A1.r1         ->  write A.r1 at A@1
        A1.r2         ->
        B1.r1 A1.b    ->
        again         ->
        committed     ->  ok A1.r1; write A.r2 B.r1 at A@1 B@1
        B1.r2         ->
        committed     ->  ok A1.r2 B1.r1 A1.b; write B.r2 at B@1
        committed     ->  ok B1.r2
        again         ->
        ",
    );
}

#[test]
fn the_last_word_on_what_is_due_wins_and_silence_changes_nothing() {
    check(
        "A B",
        "
        A1.r1/9 B1.r1/8 A1.r2/5 A1.r3 -> write A.r1 A.r2 A.r3 B.r1 at A@1 B@1 due A/5 B/8
        committed                     -> ok A1.r1 B1.r1 A1.r2 A1.r3
        A1.r4/7 A1.r5/x B1.r2         -> write A.r4 A.r5 B.r2 at A@1 B@1 due A/x
        committed                     -> ok A1.r4 A1.r5 B1.r2
        A1.r6/x A1.r7/3               -> write A.r6 A.r7 at A@1 due A/3
        ",
    );
}

#[test]
fn a_mark_or_an_answer_alone_still_puts_its_shard_under_the_fence() {
    check(
        "A B C",
        "
        A1.m             ->  write at A@1
        committed        ->  ok A1.m
        B1.a1            ->  write B.a1 at B@1
        fenced B         ->  fenced B1.a1; raise B
        raised B@4       ->
        A1.m B1.r1       ->  fenced B1.r1; write at A@1
        fenced A         ->  fenced A1.m; raise A
        raised A@2       ->
        C1.r1 A2.m A2.a2 ->  write C.r1 A.a2 at A@2 C@1
        ",
    );
}

/// What a statement says of a row is what its owner handed in, under the epoch of the shard.
#[test]
fn a_statement_carries_every_part_of_its_entries() {
    let effect = |ordinal| OutboxOrder { ordinal, body: format!("{{\"tell\":{ordinal}}}").into() };
    let Record::Row(mut given) = row(4, Due::Unchanged) else { unreachable!("a row is a row") };
    given.request = Some(key(7));
    given.outbox = vec![effect(0), effect(1)];
    let mut batch = Batch::new([(shard("A"), Epoch::new(3))]);
    let record = Record::Row(given.clone());
    batch.push(Entry { stream: stream("A"), activation: Activation::new(1), record, ack: () });
    let Some(Step::Write(statement)) = batch.next_step() else { panic!("a row is written") };
    let [stored] = statement.rows.as_slice() else { panic!("one row was handed in") };
    assert_eq!((stored.at, stored.schema, stored.request), (given.at, 1, Some(key(7))));
    assert_eq!((stored.version, stored.epoch), (Version::new(4), Epoch::new(3)));
    assert!(Arc::ptr_eq(&stored.body, &given.body));
    let effects: Vec<_> =
        statement.outbox.iter().map(|row| (row.version, row.ordinal, row.body.as_ref())).collect();
    let row = Version::new(4);
    assert_eq!(effects, [(row, 0, "{\"tell\":0}"), (row, 1, "{\"tell\":1}")]);
    assert_eq!(statement.written(), 3);
}

/// How lists show a departure after a row.
fn summary(version: u64) -> Summary {
    let times = Times { departs: Timestamp::EPOCH, arrives: Timestamp::MAX };
    Summary {
        flight_id: "B6-523-2026-12-01-JFK".parse().expect("a flight's name"),
        version: Version::new(version),
        service: Service::published("LAX", "Airbus A320").expect("a sound service"),
        scheduled: times,
        latest: times,
        status: Status::Scheduled,
        gate: None,
        basis: FareBasis { distance_mi: 2_475, currency: Currency::USD },
        cabins: Vec::new(),
    }
}

fn write(batch: &mut Batch<()>) -> Statement {
    match batch.next_step() {
        Some(Step::Write(statement)) => statement,
        other => panic!("a batch with rows writes them: {other:?}"),
    }
}

#[test]
fn of_the_listings_of_a_stream_a_statement_carries_the_last() {
    let mut batch = Batch::new(["A", "B", "C"].map(|name| (shard(name), Epoch::new(1))));
    let listed = [("B", 4, true), ("A", 1, true), ("C", 7, false), ("A", 2, true), ("A", 3, false)];
    for (name, version, is_listed) in listed {
        let Record::Row(mut row) = row(version, Due::Unchanged) else { unreachable!("a row is a row") };
        row.listing = is_listed.then(|| Listing::Departure(Box::new(summary(version))));
        let record = Record::Row(row);
        batch.push(Entry { stream: stream(name), activation: Activation::new(1), record, ack: () });
    }
    let (of_a, of_b) = (ListingRow::of(&stream("A"), &summary(2)), ListingRow::of(&stream("B"), &summary(4)));
    let statement = write(&mut batch);
    assert_eq!(statement.listings, [of_a.clone(), of_b.clone()]);
    assert_eq!(statement.written(), 5);
    // Each part of a refused statement has the listings of its own streams.
    batch.written(&Outcome::Refused("no".into()));
    assert_eq!(write(&mut batch).listings, [of_a]);
    batch.written(&Outcome::Committed);
    assert_eq!(write(&mut batch).listings, [of_b]);
}
