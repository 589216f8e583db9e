//! Rows that are committed together may stand in one line, and nobody notices.

use domain::ids::Version;
use persistence::journal::{Outcome, Position, Snapshot, Statement, StoredRow};
use persistence::store::{Reader, Store, Upkeep};

use crate::bed::{Bed, NODE, on_every_store};
use crate::reads::wait_for_rows;
use crate::samples::{Owned, SCHEMA, snapshot, stream};

on_every_store! {
    each_row_of_a_run_is_found_by_its_version,
    a_stream_of_runs_is_read_from_any_row_on,
    runs_are_read_from_any_position_on,
    a_snapshot_may_end_within_a_run,
    whoever_does_not_know_the_last_row_appends_nothing,
    two_runs_of_a_statement_that_overlap_are_refused,
    rows_as_long_as_many_lie_beside_short_ones,
}

const ROWS: u64 = 150;

/// Rows 1 to [`ROWS`] of stream 0, in statements of 1, 2, 3 and so on, each beside one row of stream 1.
async fn filled<B: Bed>(bed: &B) -> (B::Lane, Owned, Vec<StoredRow>) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut next = 1;
    for length in 1.. {
        let rows: Vec<_> = (next..=ROWS).take(length).map(|version| (0, version)).collect();
        if rows.is_empty() {
            break;
        }
        next += rows.len() as u64;
        let beside = (1, u64::try_from(length).unwrap());
        let statement = owned.rows(&[rows, vec![beside]].concat());
        assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    }
    let rows = (1..=ROWS).map(|version| owned.row(0, version)).collect();
    (lane, owned, rows)
}

async fn refused<B: Bed>(lane: &mut B::Lane, statement: &Statement) {
    let outcome = lane.commit(statement).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?} of {:?}", statement.rows);
}

async fn each_row_of_a_run_is_found_by_its_version<B: Bed>(bed: B) {
    let (_lane, _owned, rows) = filled(&bed).await;
    for row in &rows {
        assert_eq!(bed.reader().row(&stream(0), row.version).await.unwrap().as_ref(), Some(row));
    }
    assert_eq!(bed.reader().row(&stream(0), Version::new(ROWS + 1)).await.unwrap(), None);
    assert_eq!(bed.reader().row(&stream(0), Version::EMPTY).await.unwrap(), None);
}

async fn a_stream_of_runs_is_read_from_any_row_on<B: Bed>(bed: B) {
    let (_lane, _owned, rows) = filled(&bed).await;
    assert_eq!(bed.reader().load(&stream(0), SCHEMA).await.unwrap().rows, rows);
    for after in 0..=ROWS + 1 {
        let rest = rows.get(usize::try_from(after).unwrap()..).unwrap_or_default();
        for most in [1, 7, 1_000] {
            let page = bed.reader().rows_of(&stream(0), Version::new(after), most).await.unwrap();
            assert_eq!(page, rest[..rest.len().min(most as usize)], "{most} after {after}");
        }
    }
}

async fn runs_are_read_from_any_position_on<B: Bed>(bed: B) {
    let (_lane, _owned, rows) = filled(&bed).await;
    let count = rows.len() + 17;
    wait_for_rows(bed.reader(), count).await;
    let all = bed.reader().rows_after(Position::default(), 1_000).await.unwrap();
    assert!(all.len() == count && all.is_sorted_by(|one, next| one.0 < next.0));
    let of_stream = all.iter().map(|(_, row)| row).filter(|row| row.stream == stream(0));
    assert!(of_stream.eq(&rows));
    for (seen, (position, _)) in all.iter().enumerate() {
        assert_eq!(bed.reader().rows_after(*position, 1_000).await.unwrap(), all[seen + 1..]);
        let page = bed.reader().rows_after(*position, 3).await.unwrap();
        let rest = &all[seen + 1..];
        assert!(page.len() >= rest.len().min(3) && rest.starts_with(&page), "3 after {position:?}");
    }
}

async fn a_snapshot_may_end_within_a_run<B: Bed>(bed: B) {
    let (_lane, _owned, rows) = filled(&bed).await;
    for version in 1..=ROWS {
        let taken = Snapshot { forgotten: Version::new(version / 3), ..snapshot(0, version) };
        bed.reader().put_snapshot(&taken).await.unwrap();
        let loaded = bed.reader().load(&stream(0), SCHEMA).await.unwrap();
        assert_eq!(loaded.rows, rows[usize::try_from(version).unwrap()..]);
        let kept = rows.iter().filter(|row| row.version > taken.forgotten && row.version <= taken.version);
        let kept = kept.filter_map(|row| Some((row.request?.id, row.version, row.at)));
        assert_eq!(loaded.answered, kept.collect::<Vec<_>>());
    }
}

/// Somebody who knows of the rows up to the end of any line, and not of what came after, appends in vain.
async fn whoever_does_not_know_the_last_row_appends_nothing<B: Bed>(bed: B) {
    let (mut lane, owned, rows) = filled(&bed).await;
    let ends = (1..).scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    for end in std::iter::once(0).chain(ends.take_while(|end| *end < ROWS)) {
        for more in 1..4 {
            let next: Vec<_> = (end + 1..=end + more).map(|version| (0, version)).collect();
            refused::<B>(&mut lane, &owned.rows(&[&next[..], &[(2, 1)]].concat())).await;
        }
    }
    assert_eq!(bed.reader().load(&stream(0), SCHEMA).await.unwrap().rows, rows);
    assert_eq!(bed.reader().load(&stream(2), SCHEMA).await.unwrap().rows, []);
    assert_eq!(lane.commit(&owned.rows(&[(0, ROWS + 1)])).await.unwrap(), Outcome::Committed);
}

async fn two_runs_of_a_statement_that_overlap_are_refused<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for rows in [[(0, 1), (0, 2), (0, 2)], [(0, 2), (0, 1), (0, 2)], [(0, 1), (0, 2), (0, 1)]] {
        refused::<B>(&mut lane, &owned.rows(&rows)).await;
        refused::<B>(&mut lane, &owned.rows(&[&rows[..2], &[(1, 1)], &rows[2..]].concat())).await;
    }
    assert_eq!(bed.reader().load(&stream(0), SCHEMA).await.unwrap().rows, []);
}

async fn rows_as_long_as_many_lie_beside_short_ones<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let rows: Vec<_> = (1..=90).map(|version| (0, version)).collect();
    let mut statement = owned.rows(&rows);
    for (row, length) in statement.rows.iter_mut().zip([0, 1, 3_600, 3_815, 30_000, 200_000].iter().cycle()) {
        row.body = "\n".repeat(*length).into();
    }
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    assert!(bed.reader().load(&stream(0), SCHEMA).await.unwrap().rows == statement.rows);
}
