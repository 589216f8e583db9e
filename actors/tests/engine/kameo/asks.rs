//! What an answer that does not come means. `directory::fate` is this file in ten lines.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn as _, WeakActorRef};
use kameo::error::{ActorStopReason, SendError};
use kameo::mailbox::{self, MailboxReceiver, Signal};
use kameo::message::{Context, Message};
use kameo::reply::DelegatedReply;
use kameo::supervision::RestartPolicy;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::{Boom, Busy, HUNG, Life, Note, Top, Trace, Worker, keep_busy};

/// Loses its own reply.
struct Forget;

impl Message<Forget> for Worker {
    type Reply = DelegatedReply<u32>;

    async fn handle(&mut self, Forget: Forget, ctx: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let (promise, reply) = ctx.reply_sender();
        drop(reply);
        promise
    }
}

/// When it fails: an owner that dies with replies in hand leaves its callers hanging or answers something
/// else; `directory::carry` needs a deadline of its own, and `Fate::Unknown` another pattern.
#[tokio::test]
async fn dropped_reply_sender_is_actor_stopped() {
    let (worker, _) = Worker::alone();
    let answer = timeout(HUNG, worker.ask(Forget).send()).await.unwrap();
    assert!(matches!(answer, Err(SendError::ActorStopped)));
    assert!(matches!(worker.ask(Life).await, Ok(1)), "the actor itself goes on");
}

/// Closes its mailbox when it is told to leave, as owners do.
struct Leaving {
    closing: bool,
    answered: u32,
}

/// Leave.
struct Leave;

impl Actor for Leaving {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { closing: false, answered: 0 })
    }

    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        if self.closing {
            mailbox.close();
        }
        Ok(mailbox.recv().await)
    }
}

impl Message<Busy> for Leaving {
    type Reply = ();

    async fn handle(&mut self, busy: Busy, _: &mut Context<Self, ()>) {
        busy.wait().await;
    }
}

impl Message<Leave> for Leaving {
    type Reply = ();

    async fn handle(&mut self, Leave: Leave, _: &mut Context<Self, ()>) {
        self.closing = true;
    }
}

impl Message<Life> for Leaving {
    type Reply = u32;

    async fn handle(&mut self, Life: Life, _: &mut Context<Self, u32>) -> u32 {
        self.answered += 1;
        self.answered
    }
}

/// When it fails: an owner that leaves drops requests. `Owner::next_signal` must not close its mailbox
/// before it is empty, and passivation needs another design: do not upgrade.
#[tokio::test]
async fn closed_mailbox_drains_then_stops() {
    let leaving = Leaving::spawn_with_mailbox((), mailbox::bounded(16));
    let busy = keep_busy(&leaving).await;
    leaving.tell(Leave).await.unwrap();
    let mut queued = Vec::new();
    for _ in 0..8 {
        queued.push(leaving.ask(Life).enqueue().await.unwrap());
    }
    drop(busy);
    for (number, answer) in (1..).zip(queued) {
        assert_eq!(answer.await.ok(), Some(number), "what was taken is answered");
    }
    let normal = leaving.wait_for_shutdown_with_result(|why| matches!(why, Ok(ActorStopReason::Normal)));
    assert!(timeout(HUNG, normal).await.unwrap());
    assert!(matches!(leaving.ask(Life).await, Err(SendError::ActorNotRunning(Life))));
}

/// Has a child of its own that stays busy until told, which makes a crash bounce what is queued.
struct Parent;

impl Actor for Parent {
    type Args = Arc<Notify>;
    type Error = Infallible;

    async fn on_start(until: Arc<Notify>, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let child = Worker::supervise(&me, Arc::new(Trace::default())).spawn().await;
        let busy = keep_busy(&child).await;
        tokio::spawn(async move {
            until.notified().await;
            drop(busy);
        });
        Ok(Self)
    }
}

impl Message<Busy> for Parent {
    type Reply = ();

    async fn handle(&mut self, busy: Busy, _: &mut Context<Self, ()>) {
        busy.wait().await;
    }
}

impl Message<Boom> for Parent {
    type Reply = ();

    async fn handle(&mut self, Boom: Boom, _: &mut Context<Self, ()>) {
        panic!("a planted crash");
    }
}

impl Message<Life> for Parent {
    type Reply = u32;

    async fn handle(&mut self, Life: Life, _: &mut Context<Self, u32>) -> u32 {
        0
    }
}

async fn asked_while_restarting() -> Result<u32, SendError<Life>> {
    let top = Top::spawn(());
    let until = Arc::new(Notify::new());
    let parent = Parent::supervise(&top, until.clone()).restart_policy(RestartPolicy::Transient);
    let parent = parent.spawn_with_mailbox(mailbox::bounded(8)).await;
    let busy = keep_busy(&parent).await;
    parent.tell(Boom).await.expect("it is alive");
    let behind = parent.ask(Life).enqueue().await.expect("it is alive");
    drop(busy);
    let answer = behind.await;
    until.notify_one();
    answer
}

/// When it fails: `directory::fate` loses a message that was never handled, or names a fate that it is not;
/// its arms, `Fate::Resend` and `Fate::Full`, are these four.
#[tokio::test]
async fn never_handled_errors_return_the_message() {
    let (gone, _) = Worker::alone();
    gone.stop_gracefully().await.unwrap();
    assert!(matches!(gone.ask(Life).await, Err(SendError::ActorNotRunning(Life))));

    assert!(matches!(asked_while_restarting().await, Err(SendError::ActorRestarting(Life))));

    let (full, trace) = Worker::alone();
    let busy = keep_busy(&full).await;
    for _ in 0..8 {
        full.tell(Note).await.unwrap();
    }
    assert!(matches!(full.ask(Life).try_send().await, Err(SendError::MailboxFull(Life))));
    let waited = full.ask(Life).mailbox_timeout(Duration::from_millis(10)).await;
    assert!(matches!(waited, Err(SendError::Timeout(Some(Life)))));
    drop(busy);
    assert!(matches!(full.ask(Life).await, Ok(1)));
    assert_eq!(trace.notes(), 8);
}

/// When it fails, a timeout means that nothing happened: `directory::fate` may resend after one.
#[tokio::test]
async fn reply_timeout_still_runs_handler() {
    let (worker, trace) = Worker::alone();
    let busy = keep_busy(&worker).await;
    let waited = worker.ask(Note).reply_timeout(Duration::from_millis(10)).await;
    assert!(matches!(waited, Err(SendError::Timeout(None))));
    assert_eq!(trace.notes(), 0);
    drop(busy);
    assert!(matches!(worker.ask(Life).await, Ok(1)));
    assert_eq!(trace.notes(), 1, "it ran although nobody waited");
}

/// Fails, in good order.
struct Fail;

impl Message<Fail> for Worker {
    type Reply = Result<(), &'static str>;

    async fn handle(&mut self, Fail: Fail, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        Err("as asked")
    }
}

/// When it fails, errors are no longer crashes for whoever is told: nothing must change, and `Rest` need
/// not answer with `()`.
#[tokio::test]
async fn tell_error_stops_actor() {
    let (worker, _) = Worker::alone();
    assert!(matches!(worker.ask(Fail).await, Err(SendError::HandlerError("as asked"))));
    assert!(matches!(worker.ask(Life).await, Ok(1)), "an error that is an answer stops nobody");
    worker.tell(Fail).await.unwrap();
    let crashed = worker.wait_for_shutdown_with_result(|why| matches!(why, Ok(ActorStopReason::Panicked(_))));
    assert!(timeout(HUNG, crashed).await.unwrap());
}
