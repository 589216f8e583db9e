//! Mistakes in what stands beside the journal: effects, `due`, the list of departures, snapshots.

use domain::ids::Version;
use persistence::journal::{DueRow, ListingRow, OutboxRow, StreamId};
use serde_json::Value;

use super::stage::{Journal, at, cancelled, finds, finds_only, long, stream};

/// An effect that says what the one of row 14 says.
fn effect(journal: &mut Journal, stream: &StreamId, version: u64, ordinal: u16) {
    let body = journal.of(14).outbox[0].body.clone();
    let mut statement = journal.on(stream);
    statement.outbox.push(OutboxRow {
        stream: stream.clone(),
        version: Version::new(version),
        ordinal,
        body,
    });
    journal.statements.push(statement);
}

#[test]
fn an_effect_that_no_row_caused_is_found() {
    finds_only(|journal| effect(journal, &long(), 13, 0), "row 13: did not cause effect 0, which waits");
    finds_only(|journal| effect(journal, &long(), 14, 1), "row 14: did not cause effect 1, which waits");
    finds_only(
        |journal| journal.of(14).outbox[0].body = "\"Nothing\"".into(),
        "row 14: did not cause effect 0",
    );
}

#[test]
fn an_effect_of_a_row_that_is_not_there_is_found() {
    finds_only(|journal| effect(journal, &long(), 18, 0), "effect 0 of row 18 waits, but the last row is 17");
    finds_only(
        |journal| effect(journal, &long(), 0, 0),
        "row 1: comes after effect 0 of row 0, which is not there",
    );
    // One in the middle of the order of streams, and one at its end.
    for rowless in [stream(600), stream(990)] {
        let sentence = format!("{rowless}: effect 0 of row 1 waits, but there is no row");
        finds_only(|journal| effect(journal, &rowless, 1, 0), &sentence);
    }
}

/// Sets the line of `due` last of all.
fn due(journal: &mut Journal, stream: &StreamId, minute: Option<u64>) {
    let mut statement = journal.on(stream);
    statement.due.push(DueRow { stream: stream.clone(), at: minute.map(at) });
    journal.statements.push(statement);
}

#[test]
fn a_stream_that_nobody_is_to_wake_is_found() {
    finds_only(|journal| due(journal, &long(), None), "it falls due at 2026-12-01T09:30:00.000Z, but nobody");
}

#[test]
fn a_stream_that_is_woken_at_another_time_is_found() {
    for minute in [29, 31] {
        finds_only(
            |journal| due(journal, &long(), Some(minute)),
            "it falls due at 2026-12-01T09:30:00.000Z, but is",
        );
    }
}

#[test]
fn a_stream_that_is_woken_for_nothing_is_found() {
    finds_only(|journal| due(journal, &cancelled(), Some(30)), "nothing falls due, but it is to be woken at");
    finds_only(
        |journal| due(journal, &stream(990), Some(30)),
        "is to be woken at 2026-12-01T09:30:00.000Z, but has no",
    );
}

#[test]
fn a_departure_that_no_list_shows_is_found() {
    let unlisted = |journal: &mut Journal| {
        let statements = journal.statements.iter_mut();
        statements.for_each(|statement| statement.listings.retain(|line| line.stream != cancelled()));
    };
    finds_only(unlisted, &format!("{}: no list shows it", cancelled()));
}

#[test]
fn a_stale_listing_is_found() {
    finds_only(
        |journal| journal.of(17).listings.clear(),
        "lists show it as it was after row 16, and the last is 17",
    );
}

#[test]
fn a_listing_that_says_something_else_is_found() {
    let spoilt = |journal: &mut Journal| {
        let line = &mut journal.of(17).listings[0];
        let mut body: Value = serde_json::from_str(&line.body).unwrap();
        body["gate"] = "12".into();
        line.body = body.to_string().into();
    };
    finds_only(spoilt, "lists do not show it as it is after row 17");
}

#[test]
fn a_listing_of_a_stream_without_rows_is_found() {
    finds_only(
        |journal| {
            let mut statement = journal.on(&stream(990));
            let line = journal.of(1).listings[0].clone();
            statement.listings.push(ListingRow { stream: stream(990), ..line });
            journal.statements.push(statement);
        },
        "lists show it, but it has no rows",
    );
}

/// Spoils the body of the snapshot of row 16.
fn snapshot(journal: &mut Journal, spoil: impl FnOnce(&mut Value)) {
    let snapshot = &mut journal.snapshots[0];
    let mut body: Value = serde_json::from_str(&snapshot.body).unwrap();
    spoil(&mut body);
    snapshot.body = body.to_string().into();
}

#[test]
fn a_snapshot_that_says_something_else_is_found() {
    let gate = |body: &mut Value| body["state"]["Opened"]["gate"] = "12".into();
    finds(|journal| snapshot(journal, gate), "row 16: is not what its snapshot says");
    finds(|journal| snapshot(journal, gate), "from the snapshot of row 16 an owner comes to another state");
}

#[test]
fn a_snapshot_under_another_row_is_found() {
    finds(|journal| journal.snapshots[0].version = Version::new(15), "row 15: is not what its snapshot says");
    finds_only(
        |journal| journal.snapshots[0].version = Version::new(18),
        "there is a snapshot of row 18, but the last row is 17",
    );
}

#[test]
fn a_snapshot_that_forgets_a_request_is_found() {
    finds_only(
        |journal| snapshot(journal, |body| body["carried"] = Vec::<Value>::new().into()),
        "an owner that starts from the snapshot forgets request 01010101010101010101010101010101",
    );
}

#[test]
fn a_snapshot_that_cannot_be_read_is_found() {
    finds_only(|journal| journal.snapshots[0].body = "{}".into(), "the snapshot of row 16 cannot be read");
}
