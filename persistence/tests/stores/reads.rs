//! What is read back: whole streams, pages of one, pages of all.

use domain::ids::Version;
use domain::view::Summary;
use persistence::journal::{
    ListingRow, Outcome, Position, Snapshot, Statement, StoredAnswer, StoredRow, StreamId,
};
use persistence::store::{DeparturesOn, ListedAt, Reader, Store, Upkeep};

use crate::bed::{Bed, NODE, on_every_store};
use crate::samples::{Owned, SCHEMA, answer, at, key, listing, snapshot, stream};

on_every_store! {
    a_stream_is_loaded_from_its_snapshot_the_rows_after_it_and_the_answers,
    a_snapshot_of_another_schema_does_not_count,
    a_snapshot_never_goes_backwards,
    a_stream_is_read_in_pages,
    all_streams_are_read_in_the_order_of_their_commits,
    rows_of_a_statement_keep_their_order,
    departures_of_a_day_are_read_in_pages_that_neither_skip_nor_repeat,
    all_answers_are_read_in_pages,
}

async fn departures_of_a_day_are_read_in_pages_that_neither_skip_nor_repeat<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let listings = (0..7).map(|of| listing(of, 1)).collect();
    let statement = Statement { listings, ..owned.on(&[0, 1, 2, 3, 4, 5, 6]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let to_boston = DeparturesOn {
        date: "2026-12-01".parse().unwrap(),
        origin: Some("JFK".parse().unwrap()),
        destination: Some("BOS".parse().unwrap()),
    };
    for (on, expected) in [
        (DeparturesOn { destination: None, ..to_boston }, vec![0, 1, 2, 3, 4, 5, 6]),
        (DeparturesOn { origin: None, ..to_boston }, vec![1, 3, 5]),
        (to_boston, vec![1, 3, 5]),
        (DeparturesOn { origin: Some("LGA".parse().unwrap()), ..to_boston }, vec![]),
        (DeparturesOn { date: "2026-12-02".parse().unwrap(), ..to_boston }, vec![]),
    ] {
        let mut found: Vec<StreamId> = Vec::new();
        let mut after: Option<ListedAt> = None;
        loop {
            let page = bed.reader().departures(&on, after.as_ref(), 2).await.unwrap();
            let Some(last) = page.last() else { break };
            let of = |summary: &Summary| StreamId::of("flight", &summary.flight_id).unwrap();
            found.extend(page.iter().map(of));
            after = Some(ListedAt { departs: last.latest.departs, stream: of(last) });
        }
        assert_eq!(found, expected.into_iter().map(stream).collect::<Vec<_>>(), "{on:?}");
    }
    assert_eq!(bed.reader().departure(&stream(8)).await.unwrap(), None);
    let known = bed.reader().departure(&stream(2)).await.unwrap().unwrap();
    assert_eq!(ListingRow::of(&stream(2), &known), listing(2, 1));
}

async fn all_answers_are_read_in_pages<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let answers: Vec<_> = [(0, 1), (0, 2), (1, 1), (2, 9)].map(|(of, id)| answer(of, id, 10, 90)).into();
    let statement = Statement { answers, ..owned.on(&[0, 1, 2]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let mut found: Vec<StoredAnswer> = Vec::new();
    loop {
        let after = found.last().map(|last| (&last.stream, last.request.id));
        let page = bed.reader().answers_after(after, 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    assert_eq!(found, statement.answers);
}

async fn filled<B: Bed>(bed: &B) -> Owned {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for version in 1..=10 {
        let rows = owned.rows(&[(1, 2 * version - 1), (0, version), (1, 2 * version)]);
        assert_eq!(lane.commit(&rows).await.unwrap(), Outcome::Committed);
    }
    let answers = vec![answer(0, 1, 1, 10), answer(0, 9, 1, 11), answer(1, 4, 1, 12)];
    let answers = Statement { answers, ..owned.on(&[0, 1]) };
    assert_eq!(lane.commit(&answers).await.unwrap(), Outcome::Committed);
    owned
}

fn versions(rows: &[StoredRow]) -> Vec<u64> {
    rows.iter().map(|row| row.version.number()).collect()
}

async fn a_stream_is_loaded_from_its_snapshot_the_rows_after_it_and_the_answers<B: Bed>(bed: B) {
    filled(&bed).await;
    let reader = bed.reader();
    reader.put_snapshot(&snapshot(0, 7)).await.unwrap();
    let loaded = reader.load(&stream(0), SCHEMA).await.unwrap();
    assert_eq!(loaded.snapshot, Some(snapshot(0, 7)));
    assert_eq!(versions(&loaded.rows), [8, 9, 10]);
    let answered = [5_u8, 7].map(|row| (key(row).id, Version::new(row.into()), at(1_000 + i64::from(row))));
    assert_eq!(loaded.answered, answered, "after row 3, up to which all was forgotten, and up to row 7");
    assert_eq!(loaded.answers, [(key(1).id, at(10)), (key(9).id, at(11))]);
    assert_eq!(reader.load(&stream(2), SCHEMA).await.unwrap(), Default::default());
}

async fn a_snapshot_of_another_schema_does_not_count<B: Bed>(bed: B) {
    filled(&bed).await;
    bed.reader().put_snapshot(&snapshot(0, 7)).await.unwrap();
    let loaded = bed.reader().load(&stream(0), SCHEMA + 1).await.unwrap();
    assert_eq!((loaded.snapshot, loaded.answered, loaded.rows.len()), (None, vec![], 10));
}

async fn a_snapshot_never_goes_backwards<B: Bed>(bed: B) {
    let reader = bed.reader();
    let other = Snapshot { body: "other".into(), ..snapshot(0, 7) };
    for late in [snapshot(0, 7), snapshot(0, 3), other] {
        reader.put_snapshot(&late).await.unwrap();
        assert_eq!(reader.load(&stream(0), SCHEMA).await.unwrap().snapshot, Some(snapshot(0, 7)));
    }
    reader.put_snapshot(&snapshot(0, 8)).await.unwrap();
    assert_eq!(reader.load(&stream(0), SCHEMA).await.unwrap().snapshot, Some(snapshot(0, 8)));
}

async fn a_stream_is_read_in_pages<B: Bed>(bed: B) {
    filled(&bed).await;
    let reader = bed.reader();
    let page = reader.rows_of(&stream(1), Version::new(5), 4).await.unwrap();
    assert_eq!(versions(&page), [6, 7, 8, 9]);
    assert_eq!(reader.rows_of(&stream(1), Version::new(20), 4).await.unwrap(), []);
    assert_eq!(reader.rows_of(&stream(1), Version::new(u64::MAX), 4).await.unwrap(), []);
}

/// Waits until readers of everything may see so many rows: on PostgreSQL, another test's transaction that is
/// still running keeps them back.
pub async fn wait_for_rows(reader: &impl Reader, count: usize) {
    let started = std::time::Instant::now();
    while reader.rows_after(Position::default(), 100_000).await.unwrap().len() < count {
        assert!(started.elapsed().as_secs() < 20, "the rows never appeared");
    }
}

async fn all_streams_are_read_in_the_order_of_their_commits<B: Bed>(bed: B) {
    filled(&bed).await;
    wait_for_rows(bed.reader(), 30).await;
    let mut seen = Vec::new();
    let mut last = Position::default();
    loop {
        let page = bed.reader().rows_after(last, 4).await.unwrap();
        assert!(page.len() <= 4);
        let Some((position, _)) = page.last() else { break };
        assert!(page.is_sorted_by(|one, next| one.0 < next.0) && page[0].0 > last);
        last = *position;
        seen.extend(page.into_iter().map(|(_, row)| (row.stream, row.version.number())));
    }
    let rows = (1..=10).flat_map(|version| [(1, 2 * version - 1), (0, version), (1, 2 * version)]);
    assert_eq!(seen, rows.map(|(of, version)| (stream(of), version)).collect::<Vec<_>>());
}

async fn rows_of_a_statement_keep_their_order<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let rows: Vec<_> = (0..4_096_usize).map(|row| (row % 41, row as u64 / 41 + 1)).rev().collect();
    let statement = owned.rows(&rows);
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    wait_for_rows(bed.reader(), rows.len()).await;
    let found = bed.reader().rows_after(Position::default(), 5_000).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|(_, row)| row).collect();
    assert!(found == statement.rows);
}
