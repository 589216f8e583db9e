//! What `Tables` keeps and what it refuses: the meaning of a statement, which both databases are held to.

use domain::ids::Version;
use persistence::journal::{
    DueRow, Epoch, NodeId, OutboxRow, Outcome, Position, Snapshot, Statement, StoredAnswer, StoredRow,
    StreamId, Tables,
};

use crate::language::{at, key, shard, stream};

const US: NodeId = NodeId::new(1);
const THEM: NodeId = NodeId::new(2);

/// Tables in which the shards of A and B are ours, at epoch 1.
fn ours() -> Tables {
    let mut tables = Tables::default();
    assert_eq!(tables.claim(US, shard("A")), Epoch::new(1));
    assert_eq!(tables.claim(US, shard("B")), Epoch::new(1));
    tables
}

/// A statement under the fence of these shards at these epochs.
fn fenced_by(shards: &[(&str, i64)]) -> Statement {
    let shards = shards.iter().map(|(name, epoch)| (shard(name), Epoch::new(*epoch))).collect();
    Statement { shards, ..Statement::default() }
}

fn row(of: &str, version: u64) -> StoredRow {
    StoredRow {
        stream: stream(of),
        version: Version::new(version),
        at: at(100),
        epoch: Epoch::new(1),
        schema: 1,
        request: None,
        body: format!("[{version}]").into(),
    }
}

fn rows(of: &str, versions: impl IntoIterator<Item = u64>) -> Statement {
    let rows = versions.into_iter().map(|version| row(of, version)).collect();
    Statement { rows, ..fenced_by(&[(of, 1)]) }
}

fn answer(of: &str, request: u64, decided: i64, expires: i64) -> StoredAnswer {
    let (stream, version, body) = (stream(of), Version::EMPTY, format!("{decided}").into());
    StoredAnswer { stream, request: key(request), version, at: at(decided), body, expires: at(expires) }
}

fn answers(answers: impl IntoIterator<Item = StoredAnswer>) -> Statement {
    Statement { answers: answers.into_iter().collect(), ..fenced_by(&[("A", 1)]) }
}

fn snapshot(of: &str, version: u64, schema: u16) -> Snapshot {
    let body = format!("{version} in schema {schema}").into();
    Snapshot { stream: stream(of), version: Version::new(version), schema, forgotten: Version::EMPTY, body }
}

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(_))
}

fn versions(tables: &Tables, of: &StreamId) -> Vec<u64> {
    tables.rows(of).iter().map(|row| row.version.number()).collect()
}

#[test]
fn a_statement_counts_only_while_its_node_owns_every_shard_at_that_epoch() {
    for (node, fence, lost) in [
        (US, vec![("A", 1), ("B", 1)], vec![]),
        (US, vec![("A", 2), ("B", 1)], vec!["A"]),
        (US, vec![("A", 0), ("B", 2)], vec!["A", "B"]),
        (US, vec![("A", 1), ("C", 1)], vec!["C"]),
        (THEM, vec![("B", 1)], vec!["B"]),
    ] {
        let mut tables = ours();
        let statement = Statement { rows: vec![row("A", 1)], ..fenced_by(&fence) };
        let expected = match lost.as_slice() {
            [] => Outcome::Committed,
            lost => Outcome::Fenced(lost.iter().map(|name| shard(name)).collect()),
        };
        assert_eq!(tables.commit(node, &statement), expected, "{fence:?}");
        assert_eq!(tables.rows(&stream("A")).len(), usize::from(lost.is_empty()), "{fence:?}");
    }
}

#[test]
fn an_epoch_rises_with_every_claim_and_only_its_owner_may_raise_it() {
    let mut tables = ours();
    assert_eq!(tables.claim(THEM, shard("A")), Epoch::new(2));
    let asked = [shard("A"), shard("B"), shard("C")];
    assert_eq!(tables.raise(US, &asked), [(shard("B"), Epoch::new(2))]);
    assert_eq!(tables.owner(shard("A")), Some((THEM, Epoch::new(2))));
    assert_eq!(tables.owner(shard("B")), Some((US, Epoch::new(2))));
    assert_eq!(tables.owner(shard("C")), None);
}

#[test]
fn a_row_that_is_there_or_that_comes_twice_refuses_the_whole_statement() {
    let mut tables = ours();
    assert_eq!(tables.commit(US, &rows("A", [1, 2])), Outcome::Committed);
    let (mut taken, mut twice) = (rows("A", [2]), rows("A", [3, 3]));
    for statement in [&mut taken, &mut twice] {
        statement.rows.push(row("B", 1));
        statement.answers.push(answer("A", 1, 100, 900));
        statement.due.push(DueRow { stream: stream("A"), at: Some(at(5)) });
        assert!(is_refused(&tables.commit(US, statement)));
    }
    assert_eq!(versions(&tables, &stream("A")), [1, 2]);
    assert!(tables.rows(&stream("B")).is_empty());
    assert_eq!((tables.answers().count(), tables.due().len()), (0, 0));
}

#[test]
fn what_begins_within_a_commit_is_noted() {
    let mut tables = ours();
    assert_eq!(tables.commit(US, &rows("A", [1, 2, 3])), Outcome::Committed);
    assert_eq!(tables.commit(US, &rows("A", [4, 5])), Outcome::Committed);
    for versions in [&[1, 2][..], &[4], &[1, 2, 3, 4, 5, 6]] {
        assert!(matches!(tables.commit(US, &rows("A", versions.iter().copied())), Outcome::Refused(_)));
    }
    assert_eq!(tables.unlocked(), [], "each begins where a commit began");
    for first in [2, 5] {
        assert!(matches!(tables.commit(US, &rows("A", first..first + 2)), Outcome::Refused(_)));
    }
    assert_eq!(tables.unlocked(), [2, 5].map(|first| (stream("A"), Version::new(first))));
}

#[test]
fn an_answer_may_be_replaced_only_after_it_has_expired() {
    let mut tables = ours();
    assert_eq!(tables.commit(US, &answers([answer("A", 1, 100, 900)])), Outcome::Committed);
    assert!(is_refused(&tables.commit(US, &answers([answer("A", 1, 899, 1_800)]))));
    assert!(is_refused(&tables.commit(US, &answers([answer("A", 2, 100, 900), answer("A", 2, 950, 1_900)]))));
    assert_eq!(tables.commit(US, &answers([answer("A", 1, 900, 1_800)])), Outcome::Committed);
    let stored = tables.answer(&stream("A"), key(1).id).expect("it was replaced");
    assert_eq!((stored.at, stored.expires), (at(900), at(1_800)));
    let loaded = tables.load(&stream("A"), 1).answers;
    assert_eq!(loaded, [(key(1).id, at(1_800))]);
}

#[test]
fn answers_are_forgotten_when_they_have_expired_and_not_before() {
    let mut tables = ours();
    let three = [answer("A", 1, 100, 900), answer("A", 2, 100, 901), answer("A", 3, 100, 899)];
    assert_eq!(tables.commit(US, &answers(three)), Outcome::Committed);
    assert_eq!(tables.forget_answers(at(898), 9), 0);
    assert_eq!(tables.forget_answers(at(900), 1), 1);
    assert_eq!(tables.forget_answers(at(900), 9), 1);
    let left: Vec<_> = tables.answers().map(|answer| answer.request).collect();
    assert_eq!(left, [key(2)]);
}

#[test]
fn a_later_snapshot_is_kept_and_an_earlier_one_is_not() {
    let mut tables = ours();
    assert_eq!(tables.commit(US, &rows("A", 1..=9)), Outcome::Committed);
    for (put, kept) in [(4, 4), (7, 7), (5, 7), (7, 7), (8, 8)] {
        tables.put_snapshot(snapshot("A", put, 1));
        let loaded = tables.load(&stream("A"), 1);
        assert_eq!(loaded.snapshot, Some(snapshot("A", kept, 1)), "after {put}");
        let rest: Vec<u64> = loaded.rows.iter().map(|row| row.version.number()).collect();
        assert_eq!(rest, (kept + 1..=9).collect::<Vec<_>>(), "after {put}");
    }
}

#[test]
fn a_snapshot_of_another_schema_does_not_count() {
    let mut tables = ours();
    assert_eq!(tables.commit(US, &rows("A", 1..=3)), Outcome::Committed);
    tables.put_snapshot(snapshot("A", 2, 1));
    let loaded = tables.load(&stream("A"), 2);
    assert_eq!((loaded.snapshot, loaded.rows.len()), (None, 3));
}

#[test]
fn a_stream_is_loaded_without_the_answers_and_rows_of_its_neighbours() {
    let mut tables = ours();
    let mut statement = rows("A", [1]);
    statement.rows.push(row("a", 1));
    statement.answers = vec![answer("a", 1, 1, 9), answer("A", 2, 1, 9), answer("B", 3, 1, 9)];
    assert_eq!(tables.commit(US, &statement), Outcome::Committed);
    let loaded = tables.load(&stream("A"), 1);
    assert_eq!(loaded.rows, [row("A", 1)]);
    assert_eq!(loaded.answers, [(key(2).id, at(9))]);
    assert_eq!(tables.load(&stream("C"), 1), persistence::journal::Loaded::default());
}

#[test]
fn a_reader_of_everything_sees_rows_in_the_order_of_their_commits() {
    let mut tables = ours();
    for statement in [rows("B", [1]), rows("A", [1, 2]), rows("B", [2])] {
        assert_eq!(tables.commit(US, &statement), Outcome::Committed);
    }
    let names = |position, most| -> Vec<(i64, StoredRow)> {
        let rows = tables.rows_after(Position(position), most);
        rows.into_iter().map(|(position, row)| (position.0, row)).collect()
    };
    let all = [(1, row("B", 1)), (2, row("A", 1)), (3, row("A", 2)), (4, row("B", 2))];
    assert_eq!(names(0, 9), all);
    assert_eq!(names(1, 2), all[1..3]);
    assert_eq!(names(4, 9), []);
    assert_eq!(names(99, 9), []);
}

#[test]
fn each_stream_has_one_line_in_due_and_the_earliest_comes_first() {
    let mut tables = ours();
    let due = |of, millis: Option<i64>| DueRow { stream: stream(of), at: millis.map(at) };
    for lines in [
        vec![due("A", Some(7)), due("B", Some(5)), due("C", Some(5))],
        vec![due("B", Some(9))],
        vec![due("C", None), due("D", None)],
    ] {
        let statement = Statement { due: lines, ..fenced_by(&[("A", 1)]) };
        assert_eq!(tables.commit(US, &statement), Outcome::Committed);
    }
    assert_eq!(tables.due(), [(stream("A"), at(7)), (stream("B"), at(9))]);
}

#[test]
fn effects_wait_in_the_order_of_their_keys_until_they_are_struck_off() {
    let mut tables = ours();
    let effect = |of, version, ordinal| OutboxRow {
        stream: stream(of),
        version: Version::new(version),
        ordinal,
        body: format!("{of}{version}{ordinal}").into(),
    };
    let outbox = vec![effect("B", 1, 0), effect("A", 2, 0), effect("A", 1, 1), effect("A", 1, 0)];
    let statement = Statement { outbox, ..fenced_by(&[("A", 1), ("B", 1)]) };
    assert_eq!(tables.commit(US, &statement), Outcome::Committed);
    tables.outbox_done(&stream("A"), Version::new(1), 1);
    tables.outbox_done(&stream("A"), Version::new(1), 1);
    let waiting: Vec<&str> = tables.outbox().map(|row| row.body.as_ref()).collect();
    assert_eq!(waiting, ["A10", "A20", "B10"]);
}
