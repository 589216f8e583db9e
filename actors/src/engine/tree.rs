//! The supervision tree: a root, a supervisor for each shard, and the sweeper.
//!
//! The tree is small and static, and only it is supervised by the library. Owners come and go; they link to
//! their shard's supervisor, which is told when one dies and goes on. The directory brings a dead owner back
//! when somebody next asks for it, and [`Quarantine`](super::quarantine::Quarantine) counts its crashes.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, Spawn as _, WeakActorRef};
use kameo::error::ActorStopReason;
use kameo::mailbox::{self, MailboxReceiver, Signal};
use kameo::supervision::RestartPolicy;
use persistence::any::Any;
use persistence::journal::Shard;
use persistence::store::Upkeep;

use super::clock;

/// How often expired answers are swept.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Answers that one sweep forgets at most, so that it never holds the store up for long.
const SWEEP_MOST: u32 = 1_000;

/// How long news are kept for sessions that come back: a week.
const NEWS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Deaths of owners that may wait to be noted.
const NOTES_MAX: usize = 1_024;

/// A supervisor that keeps failing passes it on after so many restarts in [`RESTARTS_WITHIN`].
const RESTARTS_MAX: u32 = 3;

/// See [`RESTARTS_MAX`].
const RESTARTS_WITHIN: Duration = Duration::from_secs(5);

/// The top of the tree. When it stops, the process has no reason to go on.
pub struct Root;

/// Supervises the owners of one shard's streams.
#[derive(Default)]
pub struct ShardSupervisor {
    deaths: u64,
}

/// Forgets answers whose memory is over.
pub struct Sweeper {
    store: Any,
}

/// The running tree.
#[derive(Clone)]
pub struct Tree {
    root: ActorRef<Root>,
    shards: Vec<ActorRef<ShardSupervisor>>,
}

impl Tree {
    /// Plants it.
    pub async fn plant(store: Any) -> Self {
        let root = Root::spawn_with_mailbox((), mailbox::bounded(NOTES_MAX));
        let mut shards = Vec::new();
        for _ in Shard::all() {
            let shard = ShardSupervisor::supervise_with(&root, || ())
                .restart_policy(RestartPolicy::Transient)
                .restart_limit(RESTARTS_MAX, RESTARTS_WITHIN);
            shards.push(shard.spawn_with_mailbox(mailbox::bounded(NOTES_MAX)).await);
        }
        let tree = Self { root, shards };
        tree.tend::<Sweeper>(store).await;
        tree
    }

    /// Starts a worker under the root, which is started again whenever it ends.
    pub async fn tend<W: Actor<Args: Clone + Sync>>(&self, args: W::Args) {
        let worker = W::supervise_with(&self.root, move || args.clone())
            .restart_policy(RestartPolicy::Permanent)
            .restart_limit(RESTARTS_MAX, RESTARTS_WITHIN);
        worker.spawn_with_mailbox(mailbox::bounded(1)).await;
    }

    /// The supervisor of a shard.
    pub fn shard(&self, shard: Shard) -> &ActorRef<ShardSupervisor> {
        &self.shards[usize::from(shard.number())]
    }

    /// Waits until the root has stopped: a supervisor failed more often than is bearable.
    pub async fn fallen(&self) {
        self.root.wait_for_shutdown_with_result(|_| ()).await;
    }
}

impl Actor for Root {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Actor for ShardSupervisor {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self::default())
    }

    /// Goes on: through the mutual links, stopping would take every other owner of the shard along.
    async fn on_link_died(
        &mut self,
        _: WeakActorRef<Self>,
        owner: ActorId,
        why: ActorStopReason,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        if !why.is_normal() {
            self.deaths += 1;
            tracing::warn!(owner = %owner, deaths = self.deaths, "an owner died: {why}");
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Actor for Sweeper {
    type Args = Any;
    type Error = Infallible;

    async fn on_start(store: Any, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { store })
    }

    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, Infallible> {
        loop {
            tokio::select! {
                signal = mailbox.recv() => return Ok(signal),
                () = tokio::time::sleep(SWEEP_EVERY) => self.sweep().await,
            }
        }
    }
}

impl Sweeper {
    async fn sweep(&self) {
        self.sweep_answers().await;
        let before = clock::now().minus(NEWS_KEPT);
        if let Err(error) = self.store.sweep_events(before, SWEEP_MOST).await {
            tracing::warn!(error = %error, "cannot sweep old news");
        }
    }

    async fn sweep_answers(&self) {
        match self.store.sweep_answers(clock::now(), SWEEP_MOST).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::debug!(forgotten, "swept expired answers"),
            Err(error) => tracing::warn!(error = %error, "cannot sweep expired answers"),
        }
    }
}
