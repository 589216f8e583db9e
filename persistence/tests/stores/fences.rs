//! Only who owns every shard at the epoch it names writes anything.

use persistence::journal::{Outcome, Shard, Statement};
use persistence::store::{Reader, Store};

use crate::bed::{Bed, NODE, OTHER, on_every_store};
use crate::samples::{Owned, SCHEMA, answer, due, effect, key, stream};

on_every_store! {
    one_stale_shard_of_many_keeps_the_whole_statement_out,
    a_statement_of_refusals_alone_is_fenced_too,
    an_empty_statement_is_fenced_too,
    nobody_owns_a_shard_before_it_is_claimed,
    a_claim_takes_the_shard_and_raises_its_epoch,
    raising_fences_what_the_same_node_sent_before,
    raising_spares_what_belongs_to_others,
    a_repeated_raise_does_no_harm,
}

/// The outcome names exactly these streams' shards, and nothing of the statement is there.
async fn fenced<B: Bed>(bed: &B, lane: &mut B::Lane, statement: &Statement, streams: &[usize]) {
    let mut shards: Vec<Shard> = streams.iter().map(|of| stream(*of).shard()).collect();
    shards.sort_unstable();
    assert_eq!(lane.commit(statement).await.unwrap(), Outcome::Fenced(shards));
    let reader = bed.reader();
    for of in 0..5 {
        let loaded = reader.load(&stream(of), SCHEMA).await.unwrap();
        assert_eq!((loaded.rows, loaded.answers), (vec![], vec![]));
    }
    assert_eq!(reader.outbox_waiting(None, 9).await.unwrap(), []);
    assert_eq!(reader.due(None, 9).await.unwrap(), []);
}

async fn one_stale_shard_of_many_keeps_the_whole_statement_out<B: Bed>(bed: B) {
    let (mut lane, mut successor) = (bed.lane(NODE), bed.lane(OTHER));
    let owned = Owned::all(&mut lane).await;
    successor.claim(&[stream(1).shard(), stream(3).shard()]).await.unwrap();
    let statement = Statement {
        answers: vec![answer(2, 1, 10, 20), answer(1, 1, 10, 20)],
        outbox: vec![effect(0, 1, 0), effect(3, 1, 0)],
        due: vec![due(0, Some(5)), due(3, Some(5))],
        ..owned.rows(&[(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)])
    };
    fenced(&bed, &mut lane, &statement, &[1, 3]).await;
    assert_eq!(lane.commit(&owned.rows(&[(0, 1), (2, 1)])).await.unwrap(), Outcome::Committed);
}

async fn a_statement_of_refusals_alone_is_fenced_too<B: Bed>(bed: B) {
    let (mut lane, mut successor) = (bed.lane(NODE), bed.lane(OTHER));
    let owned = Owned::all(&mut lane).await;
    successor.claim(&[stream(0).shard()]).await.unwrap();
    let refusals = Statement { answers: vec![answer(0, 1, 10, 20)], ..owned.on(&[0]) };
    fenced(&bed, &mut lane, &refusals, &[0]).await;
    assert_eq!(bed.reader().answer(&stream(0), key(1).id).await.unwrap(), None);
}

async fn an_empty_statement_is_fenced_too<B: Bed>(bed: B) {
    let (mut lane, mut successor) = (bed.lane(NODE), bed.lane(OTHER));
    let owned = Owned::all(&mut lane).await;
    successor.claim(&[stream(0).shard()]).await.unwrap();
    fenced(&bed, &mut lane, &owned.on(&[0, 1]), &[0]).await;
}

async fn nobody_owns_a_shard_before_it_is_claimed<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let shard = stream(0).shard();
    assert_eq!(bed.reader().owner(shard).await.unwrap(), None);
    let unclaimed = Owned(Shard::all().map(|shard| (shard, Default::default())).collect());
    fenced(&bed, &mut lane, &unclaimed.rows(&[(0, 1)]), &[0]).await;
}

async fn a_claim_takes_the_shard_and_raises_its_epoch<B: Bed>(bed: B) {
    let (mut lane, mut successor) = (bed.lane(NODE), bed.lane(OTHER));
    let first = Owned::all(&mut lane).await;
    assert_eq!(first.0.len(), 256);
    let shard = stream(0).shard();
    assert_eq!(bed.reader().owner(shard).await.unwrap(), Some((NODE, first.epoch(0))));
    let second = Owned(successor.claim(&[shard]).await.unwrap());
    assert_eq!(second.0, [(shard, first.epoch(0).next())]);
    assert_eq!(bed.reader().owner(shard).await.unwrap(), Some((OTHER, second.epoch(0))));
    assert_eq!(successor.commit(&second.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
    let stale = lane.commit(&first.rows(&[(0, 2)])).await.unwrap();
    assert_eq!(stale, Outcome::Fenced(vec![shard]));
    // The right epoch in the wrong hands is no better.
    let stolen = lane.commit(&second.rows(&[(0, 2)])).await.unwrap();
    assert_eq!(stolen, Outcome::Fenced(vec![shard]));
}

async fn raising_fences_what_the_same_node_sent_before<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let before = Owned::all(&mut lane).await;
    let after = Owned(lane.raise(&[stream(0).shard()]).await.unwrap());
    assert_eq!(after.epoch(0), before.epoch(0).next());
    fenced(&bed, &mut lane, &before.rows(&[(0, 1), (1, 1)]), &[0]).await;
    assert_eq!(lane.commit(&after.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
}

async fn raising_spares_what_belongs_to_others<B: Bed>(bed: B) {
    let (mut lane, mut successor) = (bed.lane(NODE), bed.lane(OTHER));
    Owned::all(&mut lane).await;
    let theirs = successor.claim(&[stream(1).shard()]).await.unwrap();
    let mut asked = [stream(0).shard(), stream(1).shard()];
    asked.sort_unstable();
    let ours = lane.raise(&asked).await.unwrap();
    assert_eq!(ours.iter().map(|(shard, _)| *shard).collect::<Vec<_>>(), [stream(0).shard()]);
    assert_eq!(bed.reader().owner(theirs[0].0).await.unwrap(), Some((OTHER, theirs[0].1)));
}

async fn a_repeated_raise_does_no_harm<B: Bed>(bed: B) {
    let mut lane = bed.lane(NODE);
    let first = Owned::all(&mut lane).await;
    let shard = stream(0).shard();
    lane.raise(&[shard]).await.unwrap();
    let again = Owned(lane.raise(&[shard]).await.unwrap());
    assert_eq!(again.epoch(0), first.epoch(0).next().next());
    assert_eq!(lane.commit(&again.rows(&[(0, 1)])).await.unwrap(), Outcome::Committed);
}
