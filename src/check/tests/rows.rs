//! Mistakes in the numbers, the bodies and the requests of rows.

use std::time::Duration;

use domain::flight::Event;
use domain::ids::Version;
use domain::time::Timestamp;
use persistence::journal::Epoch;

use crate::check::scan::Scanned;

use super::stage::{Journal, at, finds, finds_only, hold_number, key, long, stream};

fn named(version: u64, what: &str) -> String {
    format!("{} row {version}: {what}", long())
}

#[test]
fn a_missing_row_is_found() {
    finds(
        |journal| {
            journal.statements.retain(|statement| {
                !statement.rows.iter().any(|row| row.stream == long() && row.version == Version::new(10))
            });
        },
        &named(11, "follows row 9"),
    );
}

#[test]
fn a_stream_that_does_not_begin_at_one_is_found() {
    finds(
        |journal| {
            journal.statements.remove(0);
        },
        &named(2, "follows row 0"),
    );
}

#[test]
fn an_epoch_that_falls_is_found() {
    finds_only(|journal| journal.row(9).epoch = Epoch::new(0), &named(9, "was written under epoch 0, after"));
}

#[test]
fn an_epoch_that_the_shard_never_reached_is_found() {
    finds(
        |journal| journal.row(17).epoch = Epoch::new(2),
        &named(17, "was written under epoch 2, but its shard is at 1"),
    );
}

#[test]
fn a_time_that_falls_is_found() {
    finds(
        |journal| journal.row(15).at = at(16),
        &named(15, "was decided at 2026-12-01T09:16:00.000Z, after"),
    );
}

#[test]
fn a_row_behind_a_later_one_is_found() {
    finds_only(
        |journal| journal.statements.swap(1, 2),
        &named(2, "stands behind row 3 in the order of positions"),
    );
}

#[test]
fn rows_that_have_no_position_are_found() {
    let report = Journal::sound().checked_with(&Scanned::default());
    assert_eq!(report.violations().1, [format!("{}: 0 rows by position, 17 by stream", long())]);
}

#[test]
fn a_body_that_cannot_be_read_is_found() {
    finds(|journal| journal.row(9).body = "[{}]".into(), &named(9, "cannot be read"));
    finds(|journal| journal.row(9).schema = 2, &named(9, "cannot be read: schema 2 is newer than 1"));
}

#[test]
fn a_row_without_events_is_found() {
    finds(|journal| journal.append(22, &[]), &named(18, "has no events"));
}

#[test]
fn a_stream_of_no_known_kind_is_found() {
    finds(
        |journal| {
            let mut statement = journal.of(1).clone();
            let other: persistence::journal::StreamId = "parcel/1".parse().unwrap();
            statement.shards[0].0 = other.shard();
            statement.rows[0].stream = other;
            (statement.due, statement.listings) = (Vec::new(), Vec::new());
            journal.statements.push(statement);
        },
        "parcel/1: nobody knows this kind of stream",
    );
}

#[test]
fn events_that_cannot_be_taken_in_are_found_and_do_not_end_the_check() {
    let opened_late = |journal: &mut Journal| {
        journal.edit(1, |events| events[0] = Event::HoldLapsed { hold: hold_number(1) });
    };
    finds(opened_late, &named(1, "cannot be taken into the state before it"));
    finds(opened_late, &named(1, "lapses hold 1, which was never made"));
}

#[test]
fn a_broken_invariant_is_found() {
    let too_many = |events: &mut Vec<Event>| {
        let Event::SeatsHeld(held) = &mut events[0] else { panic!("row 17 holds") };
        held.places = 9;
    };
    finds(|journal| journal.edit(17, too_many), &named(17, "breaks an invariant"));
}

#[test]
fn a_request_with_two_rows_on_one_day_is_found() {
    finds_only(
        |journal| journal.row(17).request = Some(key(1)),
        &named(17, "answers request 01010101010101010101010101010101, which row 1 had answered"),
    );
}

#[test]
fn a_request_may_have_another_row_after_its_day() {
    let mut journal = Journal::sound();
    journal.row(17).request = Some(key(1));
    journal.row(17).at = at(24 * 60);
    // The hold of the row would have ended before it was made.
    let until = journal.row(17).at + Duration::from_secs(60);
    journal.edit(17, |events| {
        let Event::SeatsHeld(held) = &mut events[0] else { panic!("row 17 holds") };
        (held.created, held.until) = (at(24 * 60), until);
    });
    journal.mend_lines();
    let report = journal.checked();
    assert!(report.is_sound(), "{report}");
}

#[test]
fn a_request_with_a_row_and_another_answer_is_found() {
    let asked = "answers request 04040404040404040404040404040404, which has another answer";
    // The row after the answer, and before it.
    finds(|journal| journal.row(17).request = Some(key(4)), &named(17, asked));
    finds(|journal| journal.row(3).request = Some(key(4)), &named(3, asked));
}

#[test]
fn an_answer_that_rests_on_no_row_is_found() {
    finds_only(|journal| journal.answer().version = Version::new(18), "rests on row 18, and the last is 17");
}

#[test]
fn an_answer_of_a_stream_without_rows_rests_on_none() {
    finds_only(
        |journal| {
            let mut statement = journal.on(&stream(903));
            statement.answers.push(journal.answer().clone());
            statement.answers[0].stream = stream(903);
            journal.statements.push(statement);
        },
        "rests on row 4, and the last is 0",
    );
}

#[test]
fn an_answer_that_is_forgotten_too_early_is_found() {
    let early = |at: Timestamp| at.minus(Duration::from_millis(1));
    finds_only(
        |journal| journal.answer().expires = early(journal.answer().expires),
        "is forgotten before its day is over",
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_found() {
    finds_only(
        |journal| journal.answer().body = "{}".into(),
        "the answer to request 04040404040404040404040404040404 cannot be read",
    );
}
