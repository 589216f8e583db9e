//! What we rely on in the actor library, and the traps that we walk around.
//!
//! An upgrade has to pass these. Each one says what to change in our code when it does not: some hold a
//! promise that we need, others hold a fault that we avoid and would rather see mended.

mod asks;
mod links;
#[cfg(target_os = "linux")]
mod memory;
mod restarts;

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, Spawn as _, WeakActorRef};
use kameo::error::ActorStopReason;
use kameo::mailbox;
use kameo::message::{Context, Message};
use kameo::supervision::{RestartPolicy, SupervisedActorBuilder};
use tokio::sync::oneshot;

/// Nothing here takes this long unless it hangs.
const HUNG: Duration = Duration::from_secs(20);

/// A supervisor that goes on whoever dies.
struct Top;

impl Actor for Top {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }

    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        _: ActorId,
        _: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        Ok(ControlFlow::Continue(()))
    }
}

/// What outlives a worker.
#[derive(Default)]
struct Trace {
    lives: AtomicU32,
    notes: AtomicU32,
}

impl Trace {
    fn lives(&self) -> u32 {
        self.lives.load(Ordering::SeqCst)
    }

    fn notes(&self) -> u32 {
        self.notes.load(Ordering::SeqCst)
    }
}

/// An actor that knows which of its lives it is in.
struct Worker {
    life: u32,
    trace: Arc<Trace>,
}

/// Keeps whoever takes it busy until the other end is dropped.
struct Busy {
    taken: oneshot::Sender<()>,
    until: oneshot::Receiver<()>,
}

/// Crashes it.
struct Boom;

/// Asks for its life.
struct Life;

/// To be counted.
struct Note;

impl Actor for Worker {
    type Args = Arc<Trace>;
    type Error = Infallible;

    async fn on_start(trace: Arc<Trace>, _: ActorRef<Self>) -> Result<Self, Infallible> {
        let life = trace.lives.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Self { life, trace })
    }
}

impl Worker {
    fn alone() -> (ActorRef<Self>, Arc<Trace>) {
        let trace = Arc::new(Trace::default());
        (Self::spawn_with_mailbox(trace.clone(), mailbox::bounded(8)), trace)
    }

    async fn under(top: &ActorRef<Top>, policy: RestartPolicy) -> (ActorRef<Self>, Arc<Trace>) {
        let trace = Arc::new(Trace::default());
        let worker: SupervisedActorBuilder<'_, Top, Self> = Self::supervise(top, trace.clone());
        (worker.restart_policy(policy).spawn_with_mailbox(mailbox::bounded(8)).await, trace)
    }
}

/// Has an actor that is up and busy until the returned end is dropped: what is sent meanwhile queues up in
/// order.
async fn keep_busy<A: Message<Busy, Reply = ()>>(actor: &ActorRef<A>) -> oneshot::Sender<()> {
    let ((taken, is_taken), (release, until)) = (oneshot::channel(), oneshot::channel());
    actor.tell(Busy { taken, until }).await.expect("it is alive");
    is_taken.await.expect("it takes its messages");
    release
}

impl Busy {
    async fn wait(self) {
        let _ = self.taken.send(());
        let _ = self.until.await;
    }
}

impl Message<Busy> for Worker {
    type Reply = ();

    async fn handle(&mut self, busy: Busy, _: &mut Context<Self, ()>) {
        busy.wait().await;
    }
}

impl Message<Boom> for Worker {
    type Reply = ();

    async fn handle(&mut self, Boom: Boom, _: &mut Context<Self, ()>) {
        panic!("a planted crash");
    }
}

impl Message<Life> for Worker {
    type Reply = u32;

    async fn handle(&mut self, Life: Life, _: &mut Context<Self, u32>) -> u32 {
        self.life
    }
}

impl Message<Note> for Worker {
    type Reply = ();

    async fn handle(&mut self, Note: Note, _: &mut Context<Self, ()>) {
        self.trace.notes.fetch_add(1, Ordering::SeqCst);
    }
}
