//! The thread between owners and a store: order, splitting, fencing, patience, and the end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use persistence::journal::{Entry, Epoch, NotDurable, Outcome, Shard, Statement};
use persistence::store::{Failpoints, Fatal, Point, Reader, Store, Unavailable, WriteError};
use persistence::writer::{self, Ack, Journal, NotTaken, OnFatal, Options, Writer};
use tokio::sync::oneshot;

use crate::bed::{Bed, NODE, OTHER, on_every_store};
use crate::samples::{SCHEMA, answer_entry, barrier, key, row_entry, stream};

on_every_store! {
    acknowledged_rows_are_there,
    acknowledgements_come_in_the_order_of_the_entries,
    a_guilty_stream_is_refused_and_the_others_are_committed,
    a_null_character_costs_only_its_own_stream,
    what_rests_on_a_lost_state_is_fenced_until_a_barrier_has_passed,
    after_a_takeover_nothing_more_is_acknowledged,
    an_unknown_outcome_raises_the_epoch_before_anything_is_loaded,
    what_waits_is_written_when_the_last_handle_is_gone,
    two_lanes_share_the_shards,
}

type Fate = Result<(), NotDurable>;

/// Hands an entry in; the receiver hears its fate.
async fn send(journal: &Journal, entry: Entry<()>) -> oneshot::Receiver<Fate> {
    let (tell, hear) = oneshot::channel();
    let ack: Ack = Box::new(move |fate| tell.send(fate).unwrap());
    journal.send(entry.with_ack(ack)).await.unwrap();
    hear
}

async fn fate(journal: &Journal, entry: Entry<()>) -> Fate {
    send(journal, entry).await.await.unwrap()
}

fn start<S: Store>(lanes: Vec<S>) -> (Journal, Writer) {
    writer::start(lanes, &Options::default()).unwrap()
}

async fn stored(reader: &impl Reader, of: usize) -> Vec<u64> {
    let loaded = reader.load(&stream(of), SCHEMA).await.unwrap();
    loaded.rows.iter().map(|row| row.version.number()).collect()
}

async fn acknowledged_rows_are_there<B: Bed>(bed: B) {
    let (journal, writer) = start(vec![bed.lane(NODE)]);
    for version in 1..=20 {
        assert_eq!(fate(&journal, row_entry(0, version)).await, Ok(()));
        assert_eq!(stored(bed.reader(), 0).await.len() as u64, version);
    }
    assert_eq!(fate(&journal, answer_entry(0, 5)).await, Ok(()));
    assert!(bed.reader().answer(&stream(0), key(5).id).await.unwrap().is_some());
    let counts = journal.counts();
    assert_eq!((counts.committed, counts.rows, counts.entries), (21, 20, 21));
    drop(journal);
    writer.join();
}

async fn acknowledgements_come_in_the_order_of_the_entries<B: Bed>(bed: B) {
    let (journal, writer) = start(vec![bed.lane(NODE)]);
    let heard = Arc::new(Mutex::new(Vec::new()));
    for number in 0..500_u64 {
        let heard = heard.clone();
        let ack: Ack = Box::new(move |fate| heard.lock().unwrap().push((number, fate)));
        let of = usize::try_from(number % 7).unwrap();
        journal.send(row_entry(of, number / 7 + 1).with_ack(ack)).await.unwrap();
    }
    drop(journal);
    writer.join();
    let heard = heard.lock().unwrap();
    assert_eq!(*heard, (0..500).map(|number| (number, Ok(()))).collect::<Vec<_>>());
}

/// Sends these together, so that one statement carries them, and hears their fates.
async fn together<B: Bed>(bed: &B, entries: Vec<Entry<()>>) -> Vec<Fate> {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    // The writer stands still after its claim until everything is handed in.
    let failpoints = Failpoints::new(move |point| {
        if point == Point::Claimed {
            gate.lock().unwrap().recv().unwrap();
        }
    });
    let options = Options { failpoints, ..Options::default() };
    let (journal, writer) = writer::start(vec![bed.lane(NODE)], &options).unwrap();
    let mut heard = Vec::new();
    for entry in entries {
        heard.push(send(&journal, entry).await);
    }
    open.send(()).unwrap();
    let mut fates = Vec::new();
    for hear in heard {
        fates.push(hear.await.unwrap());
    }
    drop(journal);
    writer.join();
    fates
}

async fn a_guilty_stream_is_refused_and_the_others_are_committed<B: Bed>(bed: B) {
    let mut entries: Vec<_> = (0..9).map(|of| row_entry(of, 1)).collect();
    entries.push(row_entry(4, 1));
    let fates = together(&bed, entries).await;
    for (number, fate) in fates.into_iter().enumerate() {
        let expected = if number == 4 || number == 9 { Err(NotDurable::Refused) } else { Ok(()) };
        assert_eq!(fate, expected, "{number}");
    }
    for of in 0..9 {
        assert_eq!(stored(bed.reader(), of).await, if of == 4 { vec![] } else { vec![1] });
    }
}

async fn a_null_character_costs_only_its_own_stream<B: Bed>(bed: B) {
    let mut guilty = row_entry(2, 1);
    let persistence::journal::Record::Row(row) = &mut guilty.record else { unreachable!() };
    row.body = "[\"\0\"]".into();
    let fates = together(&bed, vec![row_entry(0, 1), guilty, row_entry(1, 1), answer_entry(3, 1)]).await;
    assert_eq!(fates, [Ok(()), Err(NotDurable::Refused), Ok(()), Ok(())]);
    assert!(stored(bed.reader(), 2).await.is_empty());
}

async fn what_rests_on_a_lost_state_is_fenced_until_a_barrier_has_passed<B: Bed>(bed: B) {
    let (journal, writer) = start(vec![bed.lane(NODE)]);
    assert_eq!(fate(&journal, row_entry(0, 1)).await, Ok(()));
    assert_eq!(fate(&journal, row_entry(0, 1)).await, Err(NotDurable::Refused));
    assert_eq!(fate(&journal, row_entry(0, 2)).await, Err(NotDurable::Fenced));
    assert_eq!(fate(&journal, barrier(0, 2)).await, Ok(()));
    assert_eq!(fate(&journal, row_entry(0, 2)).await, Ok(()));
    drop(journal);
    writer.join();
}

async fn after_a_takeover_nothing_more_is_acknowledged<B: Bed>(bed: B) {
    let (journal, writer) = start(vec![bed.lane(NODE)]);
    assert_eq!(fate(&journal, row_entry(0, 1)).await, Ok(()));
    let mut successor = bed.lane(OTHER);
    successor.claim(&[stream(0).shard()]).await.unwrap();
    assert_eq!(fate(&journal, answer_entry(0, 1)).await, Err(NotDurable::Fenced));
    assert_eq!(fate(&journal, row_entry(0, 2)).await, Err(NotDurable::NotOwner));
    assert_eq!(fate(&journal, barrier(0, 2)).await, Err(NotDurable::NotOwner));
    assert_eq!(fate(&journal, row_entry(1, 1)).await, Ok(()));
    assert_eq!(stored(bed.reader(), 0).await, [1]);
    drop(journal);
    writer.join();
}

/// A lane whose next commit goes through while its answer is lost, and whose raise fails a few times first.
struct Losing<S> {
    lane: S,
    loses: Arc<AtomicBool>,
    deaf: u32,
}

impl<S: Store> Store for Losing<S> {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.lane.claim(shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        let raised = self.lane.raise(shards).await;
        if self.deaf > 0 {
            self.deaf -= 1;
            return Err(unavailable());
        }
        raised
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        let outcome = self.lane.commit(statement).await?;
        if self.loses.swap(false, Ordering::SeqCst) {
            return Ok(Outcome::Unknown("the answer was lost".to_owned()));
        }
        Ok(outcome)
    }
}

/// What a store says that is not there.
fn unavailable() -> WriteError {
    Unavailable::to("raise epochs", "nobody answers").into()
}

async fn an_unknown_outcome_raises_the_epoch_before_anything_is_loaded<B: Bed>(bed: B) {
    let loses = Arc::new(AtomicBool::new(false));
    let lane = Losing { lane: bed.lane(NODE), loses: loses.clone(), deaf: 2 };
    let (journal, writer) = start(vec![lane]);
    assert_eq!(fate(&journal, row_entry(0, 1)).await, Ok(()));
    let (_, epoch) = bed.reader().owner(stream(0).shard()).await.unwrap().unwrap();
    loses.store(true, Ordering::SeqCst);
    let lost = send(&journal, row_entry(0, 2)).await;
    let waiting = send(&journal, barrier(0, 2)).await;
    assert_eq!(lost.await.unwrap(), Err(NotDurable::Unknown));
    assert_eq!(waiting.await.unwrap(), Ok(()));
    // Twice in vain, as far as the writer knows, and then for good.
    let (_, raised) = bed.reader().owner(stream(0).shard()).await.unwrap().unwrap();
    assert_eq!(raised, epoch.next().next().next());
    assert_eq!((journal.counts().unknown, journal.counts().raised), (1, 1));
    assert_eq!(stored(bed.reader(), 0).await, [1, 2]);
    let mut next = row_entry(0, 3);
    next.activation = next.activation.next();
    assert_eq!(fate(&journal, next).await, Ok(()));
    drop(journal);
    writer.join();
}

async fn what_waits_is_written_when_the_last_handle_is_gone<B: Bed>(bed: B) {
    let (journal, writer) = start(vec![bed.lane(NODE)]);
    let mut heard = Vec::new();
    for version in 1..=300 {
        heard.push(send(&journal, row_entry(0, version)).await);
    }
    drop(journal);
    writer.join();
    for hear in heard {
        assert_eq!(hear.await, Ok(Ok(())));
    }
    assert_eq!(stored(bed.reader(), 0).await.len(), 300);
}

async fn two_lanes_share_the_shards<B: Bed>(bed: B) {
    let (journal, writer) = start(vec![bed.lane(NODE), bed.lane(NODE)]);
    let mut heard = Vec::new();
    for of in 0..100 {
        heard.push(send(&journal, row_entry(of, 1)).await);
    }
    for hear in heard {
        assert_eq!(hear.await, Ok(Ok(())));
    }
    for shard in Shard::all() {
        assert_eq!(bed.reader().owner(shard).await.unwrap(), Some((NODE, Epoch::new(1))));
    }
    drop(journal);
    writer.join();
}

#[tokio::test]
async fn a_full_queue_gives_the_entry_back() {
    let bed = crate::bed::memory().await;
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let failpoints = Failpoints::new(move |point| {
        if point == Point::Claimed {
            // An error means that the test is over.
            let _ = gate.lock().unwrap().recv();
        }
    });
    let options = Options { failpoints, queue_max: 3, ..Options::default() };
    let (journal, writer) = writer::start(vec![bed.lane(NODE)], &options).unwrap();
    let silent = || -> Ack { Box::new(|_| ()) };
    for version in 1..=3 {
        journal.try_send(row_entry(0, version).with_ack(silent())).unwrap();
    }
    let full = journal.try_send(row_entry(0, 4).with_ack(silent())).unwrap_err();
    assert!(matches!(full, NotTaken::Full(_)), "{full:?}");
    assert_eq!(full.into_entry().record, row_entry(0, 4).record);
    drop(open);
    drop(journal);
    writer.join();
    assert_eq!(stored(bed.reader(), 0).await, [1, 2, 3]);
}

#[tokio::test]
async fn an_acknowledgement_that_panics_does_not_silence_the_others() {
    let bed = crate::bed::memory().await;
    let (journal, writer) = start(vec![bed.lane(NODE)]);
    journal.send(row_entry(0, 1).with_ack(Box::new(|_| panic!("on purpose")))).await.unwrap();
    assert_eq!(fate(&journal, row_entry(0, 2)).await, Ok(()));
    drop(journal);
    writer.join();
}

/// A lane that fails like a broken disk, or panics like a bug.
struct Broken<S> {
    lane: S,
    panics: bool,
}

impl<S: Store> Store for Broken<S> {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.lane.claim(shards).await
    }

    async fn raise(&mut self, _: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        Err(unavailable())
    }

    async fn commit(&mut self, _: &Statement) -> Result<Outcome, Fatal> {
        assert!(!self.panics, "on purpose");
        Ok(Outcome::Unknown("nobody answers".to_owned()))
    }
}

#[tokio::test]
async fn a_writer_that_panics_is_fatal_and_acknowledges_nothing() {
    let bed = crate::bed::memory().await;
    let called = Arc::new(AtomicBool::new(false));
    let on_fatal = OnFatal::new({
        let called = called.clone();
        move |_| called.store(true, Ordering::SeqCst)
    });
    let options = Options { on_fatal, ..Options::default() };
    let lane = Broken { lane: bed.lane(NODE), panics: true };
    let (journal, writer) = writer::start(vec![lane], &options).unwrap();
    assert!(send(&journal, row_entry(0, 1)).await.await.is_err());
    writer.join();
    assert!(called.load(Ordering::SeqCst));
    let after = journal.try_send(row_entry(0, 2).with_ack(Box::new(|_| ()))).unwrap_err();
    assert!(matches!(after, NotTaken::Stopped(_)), "{after:?}");
}

#[tokio::test]
async fn while_the_store_is_away_entries_wait_and_the_end_does_not_take_for_ever() {
    let bed = crate::bed::memory().await;
    let lane = Broken { lane: bed.lane(NODE), panics: false };
    let (journal, writer) = start(vec![lane]);
    assert_eq!(fate(&journal, row_entry(0, 1)).await, Err(NotDurable::Unknown));
    let waiting = send(&journal, barrier(0, 2)).await;
    drop(journal);
    let ended = tokio::task::spawn_blocking(|| writer.join());
    tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap().unwrap();
    assert!(waiting.await.is_err(), "its fate is unknown");
}
