//! What a supervised restart keeps, and what it does badly.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn as _, WeakActorRef};
use kameo::error::{ActorStopReason, SendError};
use kameo::supervision::RestartPolicy;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::{Boom, HUNG, Life, Note, Top, Worker, keep_busy};
use crate::house::eventually;

/// When it fails: what waits for a shard's supervisor or the sweeper is lost with a crash; have `tree` say
/// so and plant again. Owners are not concerned, the directory carries their messages on.
#[tokio::test]
async fn queued_asks_survive_supervised_restart() {
    let top = Top::spawn(());
    let (worker, trace) = Worker::under(&top, RestartPolicy::Transient).await;
    let busy = keep_busy(&worker).await;
    let boom = worker.ask(Boom).enqueue().await.unwrap();
    let first = worker.ask(Life).enqueue().await.unwrap();
    worker.tell(Note).await.unwrap();
    let second = worker.ask(Life).enqueue().await.unwrap();
    drop(busy);
    assert!(matches!(boom.await, Err(SendError::ActorStopped)));
    assert!(matches!(first.await, Ok(2)), "the next life answers");
    assert!(matches!(second.await, Ok(2)));
    assert_eq!((trace.lives(), trace.notes()), (2, 1));
}

/// When it fails: `directory::fate` no longer gets back what waited behind a crash; every one of those
/// requests is answered `Unknown` instead of being carried to the next life.
#[tokio::test]
async fn asks_behind_an_unsupervised_crash_come_back() {
    let (worker, _) = Worker::alone();
    let busy = keep_busy(&worker).await;
    let boom = worker.ask(Boom).enqueue().await.unwrap();
    let behind = worker.ask(Life).enqueue().await.unwrap();
    drop(busy);
    assert!(matches!(boom.await, Err(SendError::ActorStopped)));
    assert!(matches!(behind.await, Err(SendError::ActorNotRunning(Life))));
}

/// The library sets messages that come before the start is over aside, and takes them out in one go; what is
/// set aside dies with a crash. When it fails, that is mended or worse: nothing must change as long as the
/// error is one of those that `directory::fate` resends.
#[tokio::test]
async fn asks_from_before_the_start_die_with_a_crash() {
    let (worker, _) = Worker::alone();
    let boom = worker.ask(Boom).enqueue().await.unwrap();
    let behind = worker.ask(Life).enqueue().await.unwrap();
    assert!(matches!(boom.await, Err(SendError::ActorStopped)));
    assert!(matches!(behind.await, Err(SendError::ActorStopped)));
}

/// Whether the next life began before the last one had said its last words.
#[derive(Default)]
struct Overlap {
    began: Notify,
    stopping: AtomicBool,
    seen: AtomicBool,
}

struct Farewell(Arc<Overlap>);

impl Actor for Farewell {
    type Args = Arc<Overlap>;
    type Error = Infallible;

    async fn on_start(overlap: Arc<Overlap>, _: ActorRef<Self>) -> Result<Self, Infallible> {
        if overlap.stopping.load(Ordering::SeqCst) {
            overlap.began.notify_one();
        }
        Ok(Self(overlap))
    }

    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        if !self.0.stopping.swap(true, Ordering::SeqCst) {
            let seen = timeout(HUNG, self.0.began.notified()).await.is_ok();
            self.0.seen.store(seen, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// When it fails, <https://github.com/tqwewe/kameo/pull/387> has arrived: nothing must change, and a
/// supervised actor may then keep in `on_stop` what its next life reads. `Owner::on_stop` keeps nothing.
#[tokio::test]
async fn on_start_overlaps_on_stop() {
    let top = Top::spawn(());
    let overlap = Arc::new(Overlap::default());
    let dying = Farewell::supervise(&top, overlap.clone()).spawn().await;
    dying.wait_for_startup().await;
    dying.kill();
    eventually("the next life begins", async || overlap.seen.load(Ordering::SeqCst)).await;
}

/// When it fails, the library can end permanent children: `tree` may use `Permanent` for shards as well.
#[tokio::test]
async fn permanent_child_stopped_gracefully_is_a_zombie() {
    let top = Top::spawn(());
    let (worker, trace) = Worker::under(&top, RestartPolicy::Permanent).await;
    assert!(matches!(worker.ask(Life).await, Ok(1)));
    worker.stop_gracefully().await.unwrap();
    eventually("it is restarted", async || trace.lives() == 2).await;
    assert!(!worker.mailbox_sender().is_closed(), "it is there");
    assert!(matches!(worker.ask(Life).await, Err(SendError::ActorNotRunning(Life))), "and serves nobody");
}

/// When it fails, <https://github.com/tqwewe/kameo/issues/392> is mended: nothing must change, and a shard
/// may be ended with `kill` through the reference that `Tree` keeps.
#[tokio::test]
async fn old_ref_kill_is_a_noop() {
    let top = Top::spawn(());
    let (worker, _) = Worker::under(&top, RestartPolicy::Transient).await;
    assert!(worker.ask(Boom).await.is_err());
    assert!(matches!(worker.ask(Life).await, Ok(2)));
    worker.kill();
    assert!(matches!(worker.ask(Life).await, Ok(2)), "it still lives the same life");
}

struct Slow {
    leave: Arc<Notify>,
    gone: Arc<AtomicBool>,
}

impl Actor for Slow {
    type Args = (Arc<Notify>, Arc<AtomicBool>);
    type Error = Infallible;

    async fn on_start((leave, gone): Self::Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { leave, gone })
    }

    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        self.leave.notified().await;
        self.gone.store(true, Ordering::SeqCst);
        Ok(())
    }
}

/// When the first half fails, `directory` may wait with `wait_for_shutdown`. When the second half fails it
/// has nothing left to wait with, and two owners of one stream can be in memory: do not upgrade.
#[tokio::test]
async fn wait_for_shutdown_returns_early() {
    let (leave, gone) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let slow = Slow::spawn((leave.clone(), gone.clone()));
    slow.stop_gracefully().await.unwrap();
    timeout(HUNG, slow.wait_for_shutdown()).await.unwrap();
    assert!(!gone.load(Ordering::SeqCst), "its last words are still to come");
    leave.notify_one();
    timeout(HUNG, slow.wait_for_shutdown_with_result(|_| ())).await.unwrap();
    assert!(gone.load(Ordering::SeqCst));
}
