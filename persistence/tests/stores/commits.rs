//! A statement lands whole or not at all, and what it holds is found again.

use domain::ids::Version;
use persistence::journal::{Outcome, Statement};
use persistence::store::{DueAt, EffectKey, Reader, Store, Upkeep};

use crate::bed::{Bed, NODE, on_every_store};
use crate::samples::{Owned, SCHEMA, answer, at, due, effect, key, stream};

on_every_store! {
    what_was_committed_is_found_again,
    a_version_that_is_there_is_refused_and_nothing_else_lands,
    a_version_twice_in_one_statement_is_refused,
    a_remembered_answer_cannot_be_replaced_and_nothing_else_lands,
    an_expired_answer_can_be_replaced,
    a_refused_statement_does_not_spoil_the_next,
    the_last_word_on_when_to_wake_a_stream_counts,
    a_body_with_a_null_character_is_refused,
    the_longest_and_strangest_texts_come_back_as_they_were,
    effects_wait_until_they_are_struck_off,
    expired_answers_are_swept,
    an_empty_statement_of_an_owner_is_committed,
}

async fn what_was_committed_is_found_again<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let statement = Statement {
        answers: vec![answer(1, 7, 10, 20)],
        outbox: vec![effect(0, 1, 0), effect(0, 1, 1), effect(2, 1, 0)],
        due: vec![due(0, Some(500)), due(1, None), due(2, Some(400))],
        ..owned.rows(&[(0, 1), (0, 2), (2, 1), (1, 1)])
    };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);

    let reader = bed.reader();
    let loaded = reader.load(&stream(0), SCHEMA).await.unwrap();
    assert_eq!(loaded.rows, [owned.row(0, 1), owned.row(0, 2)]);
    assert_eq!(reader.row(&stream(0), Version::new(2)).await.unwrap(), Some(owned.row(0, 2)));
    assert_eq!(reader.row(&stream(0), Version::new(3)).await.unwrap(), None);
    assert_eq!(reader.answer(&stream(1), key(7).id).await.unwrap(), Some(answer(1, 7, 10, 20)));
    assert_eq!(reader.load(&stream(1), SCHEMA).await.unwrap().answers, [(key(7).id, at(20))]);
    assert_eq!(
        reader.outbox_waiting(None, 9).await.unwrap(),
        [effect(0, 1, 0), effect(0, 1, 1), effect(2, 1, 0)]
    );
    let line = |of, when| DueAt { at: at(when), stream: stream(of) };
    assert_eq!(reader.due(None, 9).await.unwrap(), [line(2, 400), line(0, 500)]);
}

/// Says that a statement is refused, and that it left no trace on streams 0 to 3 beyond `rows` of stream 0.
async fn refused_without_a_trace<B: Bed>(bed: &B, lane: &mut B::Lane, statement: &Statement, rows: usize) {
    let outcome = lane.commit(statement).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    let reader = bed.reader();
    assert_eq!(reader.load(&stream(0), SCHEMA).await.unwrap().rows.len(), rows);
    for other in 1..4 {
        assert_eq!(reader.load(&stream(other), SCHEMA).await.unwrap().rows, []);
    }
    assert_eq!(reader.outbox_waiting(None, 9).await.unwrap(), []);
    assert_eq!(reader.due(None, 9).await.unwrap(), []);
}

async fn a_version_that_is_there_is_refused_and_nothing_else_lands<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    assert_eq!(lane.commit(&owned.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
    let statement = Statement {
        answers: vec![answer(2, 1, 10, 20)],
        outbox: vec![effect(1, 1, 0)],
        due: vec![due(1, Some(5))],
        ..owned.rows(&[(1, 1), (0, 1), (2, 1)])
    };
    refused_without_a_trace(&bed, &mut lane, &statement, 1).await;
    assert_eq!(bed.reader().answer(&stream(2), key(1).id).await.unwrap(), None);
}

async fn a_version_twice_in_one_statement_is_refused<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    refused_without_a_trace(&bed, &mut lane, &owned.rows(&[(1, 1), (0, 1), (0, 1)]), 0).await;
}

async fn a_remembered_answer_cannot_be_replaced_and_nothing_else_lands<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let first = Statement { answers: vec![answer(0, 1, 10, 100)], ..owned.on(&[0]) };
    assert_eq!(lane.commit(&first).await.unwrap(), Outcome::Committed);
    let again = Statement {
        answers: vec![answer(1, 1, 99, 200), answer(0, 1, 99, 200)],
        outbox: vec![effect(1, 1, 0)],
        due: vec![due(1, Some(5))],
        ..owned.rows(&[(0, 1), (1, 1)])
    };
    refused_without_a_trace(&bed, &mut lane, &again, 0).await;
    assert_eq!(bed.reader().answer(&stream(0), key(1).id).await.unwrap(), Some(answer(0, 1, 10, 100)));
    assert_eq!(bed.reader().answer(&stream(1), key(1).id).await.unwrap(), None);
}

async fn an_expired_answer_can_be_replaced<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for next in [answer(0, 1, 10, 100), answer(0, 1, 100, 200)] {
        let statement = Statement { answers: vec![next.clone()], ..owned.on(&[0]) };
        assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
        assert_eq!(bed.reader().answer(&stream(0), key(1).id).await.unwrap(), Some(next));
    }
}

async fn a_refused_statement_does_not_spoil_the_next<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for version in 1..20 {
        assert_eq!(lane.commit(&owned.rows(&[(0, version)])).await.unwrap(), Outcome::Committed);
        let again = lane.commit(&owned.rows(&[(1, version), (0, version)])).await.unwrap();
        assert!(matches!(again, Outcome::Refused(_)), "{again:?}");
    }
    assert_eq!(bed.reader().load(&stream(0), SCHEMA).await.unwrap().rows.len(), 19);
}

async fn the_last_word_on_when_to_wake_a_stream_counts<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    for lines in [
        vec![due(0, Some(50)), due(1, Some(10))],
        vec![due(0, Some(5)), due(1, None), due(2, None)],
        vec![due(3, Some(4))],
    ] {
        let statement = Statement { due: lines, ..owned.on(&[0, 1, 2, 3]) };
        assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    }
    let lines = bed.reader().due(None, 9).await.unwrap();
    assert_eq!(lines, [DueAt { at: at(4), stream: stream(3) }, DueAt { at: at(5), stream: stream(0) }]);
    assert_eq!(bed.reader().due(lines.first(), 9).await.unwrap(), lines[1..]);
    assert_eq!(bed.reader().due(None, 1).await.unwrap(), lines[..1]);
}

async fn a_body_with_a_null_character_is_refused<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let mut statement = owned.rows(&[(0, 1), (1, 1)]);
    statement.rows[1].body = "[\"Zo\0\"]".into();
    refused_without_a_trace(&bed, &mut lane, &statement, 0).await;
    let mut refusal = answer(1, 1, 10, 20);
    refusal.body = "\0".into();
    let statement = Statement { answers: vec![refusal], ..owned.rows(&[(0, 1)]) };
    refused_without_a_trace(&bed, &mut lane, &statement, 0).await;
    let mut effect = effect(0, 1, 0);
    effect.body = "a\0b".into();
    let statement = Statement { outbox: vec![effect], ..owned.rows(&[(0, 1)]) };
    refused_without_a_trace(&bed, &mut lane, &statement, 0).await;
}

async fn the_longest_and_strangest_texts_come_back_as_they_were<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let bodies = [
        "x".repeat(1_000_000),
        String::new(),
        r#"["\u0000 written out", "\\", "\"", "\/", "\ud83d\udeeb"]"#.to_owned(),
        (1..0x300).filter_map(char::from_u32).collect(),
        "'; drop table journal; -- $1 ?1 %s {} \u{feff}\u{200b}\u{10ffff}".to_owned(),
    ];
    let mut statement = owned.rows(&[(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]);
    for (row, body) in statement.rows.iter_mut().zip(&bodies) {
        row.body = body.as_str().into();
    }
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let loaded = bed.reader().load(&stream(0), SCHEMA).await.unwrap();
    assert!(loaded.rows == statement.rows);
}

async fn effects_wait_until_they_are_struck_off<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let all = [effect(0, 1, 0), effect(0, 1, 1), effect(0, 2, 0), effect(1, 1, 0)];
    let statement = Statement { outbox: all.to_vec(), ..owned.rows(&[(0, 1), (0, 2), (1, 1)]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let reader = bed.reader();
    let page = reader.outbox_waiting(Some(&EffectKey::of(&all[1])), 1).await.unwrap();
    assert_eq!(page, all[2..3]);
    reader.outbox_done(&[EffectKey::of(&all[0]), EffectKey::of(&all[2])]).await.unwrap();
    // Twice is as good as once.
    reader.outbox_done(&[EffectKey::of(&all[2])]).await.unwrap();
    assert_eq!(reader.outbox_waiting(None, 9).await.unwrap(), [all[1].clone(), all[3].clone()]);
}

async fn expired_answers_are_swept<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    let answers = vec![answer(0, 1, 1, 10), answer(0, 2, 1, 11), answer(1, 1, 1, 12), answer(1, 2, 1, 13)];
    let statement = Statement { answers, ..owned.on(&[0, 1]) };
    assert_eq!(lane.commit(&statement).await.unwrap(), Outcome::Committed);
    let reader = bed.reader();
    assert_eq!(reader.sweep_answers(at(12), 2).await.unwrap(), 2);
    assert_eq!(reader.sweep_answers(at(12), 2).await.unwrap(), 1);
    assert_eq!(reader.sweep_answers(at(12), 2).await.unwrap(), 0);
    assert_eq!(reader.load(&stream(0), SCHEMA).await.unwrap().answers, []);
    assert_eq!(reader.load(&stream(1), SCHEMA).await.unwrap().answers, [(key(2).id, at(13))]);
}

async fn an_empty_statement_of_an_owner_is_committed<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let owned = Owned::all(&mut lane).await;
    assert_eq!(lane.commit(&owned.on(&[0])).await.unwrap(), Outcome::Committed);
    assert_eq!(lane.commit(&Statement::default()).await.unwrap(), Outcome::Committed);
}
