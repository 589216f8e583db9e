//! What clients hear when the journal's writer ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actors::engine::{Engine, Options, Unserved};
use persistence::any::Any;
use persistence::journal::{Epoch, NodeId, Outcome, Shard, Statement};
use persistence::memory::{Lane, Memory};
use persistence::store::{Fatal, Store, WriteError};
use persistence::writer::{self, OnFatal};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::house::{House, hold, key, seats};

/// A store whose disk breaks in the middle of a commit.
struct Breaking {
    lane: Lane,
    breaks: Arc<AtomicBool>,
}

impl Store for Breaking {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.lane.claim(shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.lane.raise(shards).await
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        if self.breaks.load(Ordering::SeqCst) {
            // Others hand something in meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return Err(Fatal::to("commit", "the disk is gone"));
        }
        self.lane.commit(statement).await
    }
}

/// The process usually ends then. Where it does not, nobody waits for an answer that never comes, and nobody is told that
/// something was done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_who_waits_for_a_writer_that_has_ended_hears_that_nobody_knows() {
    let (store, breaks) = (Memory::new(), Arc::new(AtomicBool::new(false)));
    let lane = Breaking { lane: store.lane(NodeId::new(1)), breaks: breaks.clone() };
    let settings = writer::Options { on_fatal: OnFatal::new(|_| {}), ..writer::Options::default() };
    let (journal, _writer) = writer::start(vec![lane], &settings).expect("a thread");
    let engine = Engine::start(Any::Memory(store.clone()), journal, &Options::default()).await;
    let house = House { store, engine };
    let flight = house.open(1).await;
    breaks.store(true, Ordering::SeqCst);
    let mut asked = JoinSet::new();
    for (seat, number) in seats().into_iter().zip(1..) {
        let house = house.clone();
        asked.spawn(async move { house.ask(flight, Some(key(number)), hold(&seat, "ann", 600)).await });
    }
    let heard = timeout(Duration::from_secs(10), asked.join_all()).await.expect("nobody waits for ever");
    for answer in heard {
        assert!(matches!(answer, Err(Unserved::Unknown | Unserved::Busy)), "{answer:?}");
    }
}
