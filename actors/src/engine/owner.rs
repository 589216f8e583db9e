//! The actor that drives a core: a mailbox, a timer, and the way to the journal.
//!
//! ```text
//! mailbox ─▶ Core::handle ─▶ journal ─▶ news ─▶ Core::settled ─▶ follower, then the reply
//! ```
//!
//! An acknowledgement reaches the owner as *news*, in the order in which the entries were handed in, and the owner's
//! own loop takes it in: follower first, reply second, so that whoever was answered finds in the map what they did.
//! News go before messages, because they make room. What an entry is about stays here in a line meanwhile: a word alone goes
//! through the journal and back. Nothing here decides anything.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::time::Timestamp;
use kameo::Actor;
use kameo::actor::{ActorId, ActorRef, WeakActorRef};
use kameo::error::{ActorStopReason, PanicError};
use kameo::mailbox::{MailboxReceiver, Signal};
use kameo::message::{Context as Ctx, Message};
use persistence::journal::{Activation, Entry, Loaded, NotDurable, Record, RequestId, StreamId};
use persistence::store::Corrupt;
use persistence::writer::Ack;
use std::ops::ControlFlow;
use tokio::sync::{mpsc, oneshot};

use super::clock;
use super::context::Context;
use super::owned::{DurableRow, Follower as _, Owned};
use super::shared::Shared;
use super::told::Unserved;
use crate::entity::{Answer, CannotActivate, Core, Decided, Handled, Phase, Receipt, Request, Submission};

/// Rows that one owner may have on their way at a time: as many as one statement carries.
const UNSETTLED_MAX: usize = 4_096;

/// The owner of one stream.
pub struct Owner<A: Owned> {
    cx: Arc<Context<A>>,
    core: Core<A>,
    follower: Option<Arc<A::Follower>>,
    /// As many as are on their way at most. It has no bound of its own, because none may ever be lost: the next would be
    /// taken for it. `Batch::settled` promises their order.
    news: mpsc::UnboundedReceiver<News>,
    /// The other end of `news`, for acknowledgements.
    teller: mpsc::UnboundedSender<News>,
    /// What was handed in and whose news is still to come, in order.
    on_their_way: VecDeque<HandedIn<A>>,
    /// When it last had something to do.
    busy_at: Instant,
    /// Whether it takes no more messages and leaves once it is quiet.
    closing: bool,
}

/// A command on its way to its owner, and where to send the answer. Nobody answers one that is dropped.
///
/// It carries the way back itself instead of being asked through the library, which would box the answer once more
/// and keep a larger future for everybody who waits.
pub struct Command<A: Owned> {
    /// What is asked.
    pub request: Request<A::Command>,
    /// Who waits.
    pub reply: oneshot::Sender<Reply<A>>,
}

/// Say where the answer to a request stands; nobody answers when the request is not remembered.
pub struct LookUp<A: Owned> {
    /// Which request.
    pub request: RequestId,
    /// Who waits.
    pub reply: oneshot::Sender<Reply<A>>,
}

/// Be in memory.
pub struct Wake;

/// Leave memory as soon as nothing goes on.
pub struct Rest;

/// What an owner answers: the core's answer, once it is durable.
pub type Reply<A> = Result<Answer<A>, Unserved>;

type Sender<A> = Option<oneshot::Sender<Reply<A>>>;

/// What the journal says of the entry that was handed in first of those of which it has said nothing.
type News = Result<(), NotDurable>;

/// What an entry is about.
enum HandedIn<A: Owned> {
    Barrier(Activation),
    Submission(Submitted<A>),
}

struct Submitted<A: Owned> {
    receipt: Receipt,
    answer: Answer<A>,
    at: Timestamp,
    handed_in: Instant,
    reply: Sender<A>,
    bells: Bells,
}

/// Who waits for such a row.
#[derive(Clone, Copy)]
struct Bells {
    /// Whoever carries out orders.
    orders: bool,
    /// Whoever tells live sessions.
    news: bool,
}

impl Bells {
    fn of(record: &Record) -> Self {
        match record {
            Record::Row(row) => Self { orders: !row.outbox.is_empty(), news: !row.news.is_empty() },
            Record::Answer(_) | Record::Mark | Record::Barrier => Self { orders: false, news: false },
        }
    }

    fn ring(self, node: &Shared) {
        if self.orders {
            node.orders.notify_one();
        }
        if self.news {
            node.news.notify_one();
        }
    }
}

/// Why an owner cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum CannotOwn {
    /// What is stored cannot be read.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// What is stored makes no sense.
    #[error(transparent)]
    Activate(#[from] CannotActivate),
    /// Another node owns the shard.
    #[error("another node owns the shard of {0}")]
    NotOwner(StreamId),
    /// The journal's writer has ended.
    #[error("the journal has ended")]
    Stopped,
}

impl<A: Owned> Owner<A> {
    fn new(stream: StreamId, cx: Arc<Context<A>>) -> Self {
        let (teller, news) = mpsc::unbounded_channel();
        Self {
            core: Core::new(stream),
            follower: None,
            news,
            teller,
            on_their_way: VecDeque::new(),
            busy_at: Instant::now(),
            closing: false,
            cx,
        }
    }

    /// Begins a new life and waits until it is live, for as long as the store needs.
    async fn come_alive(&mut self) -> Result<(), CannotOwn> {
        self.begin().await?;
        while self.core.phase() != Phase::Live {
            let news = self.news.recv().await.expect("the owner keeps a sender of its own");
            self.take_in(news).await?;
        }
        Ok(())
    }

    /// Hands a barrier in; when it comes back, the stream is read.
    async fn begin(&mut self) -> Result<(), CannotOwn> {
        let activation = self.cx.next_activation();
        let barrier = self.core.rebuild(activation);
        self.hand_in(barrier, HandedIn::Barrier(activation)).await
    }

    async fn hand_in(&mut self, entry: Entry<()>, about: HandedIn<A>) -> Result<(), CannotOwn> {
        self.on_their_way.push_back(about);
        let teller = Teller(Some(self.teller.clone()));
        let ack: Ack = Box::new(move |news| teller.tell(news));
        self.cx.journal.send(entry.with_ack(ack)).await.map_err(|_| CannotOwn::Stopped)
    }

    async fn submit(
        &mut self,
        submission: Submission<A>,
        at: Timestamp,
        reply: Sender<A>,
    ) -> Result<(), CannotOwn> {
        let Submission { entry, receipt, answer } = submission;
        let (bells, handed_in) = (Bells::of(&entry.record), Instant::now());
        let submitted = Submitted { receipt, answer, at, handed_in, reply, bells };
        self.hand_in(entry, HandedIn::Submission(submitted)).await
    }

    async fn take_in(&mut self, news: News) -> Result<(), CannotOwn> {
        match self.on_their_way.pop_front().expect("there is news of what was handed in alone") {
            HandedIn::Submission(submitted) => self.settle(submitted, news),
            HandedIn::Barrier(activation) if activation == self.core.activation() => {
                self.passed(news).await?;
            }
            HandedIn::Barrier(_) => {}
        }
        if self.core.phase() == Phase::Fenced {
            self.cx.metrics.rebuilds.inc();
            self.begin().await?;
        }
        Ok(())
    }

    fn settle(&mut self, submitted: Submitted<A>, result: News) {
        let Submitted { receipt, answer, at, handed_in, reply, bells } = submitted;
        self.cx.metrics.acknowledgement.observe(handed_in.elapsed().as_secs_f64());
        self.core.settled(receipt, result);
        if let (Ok(()), Answer::Accepted { version, events }, Some(follower)) =
            (result, &answer, &self.follower)
        {
            follower.follow(&DurableRow { version: *version, at, events });
            self.cx.changes.note(follower);
        }
        if result.is_ok() {
            bells.ring(&self.cx.shared);
        }
        if let Some(reply) = reply {
            // Whoever asked may have left.
            let _ = reply.send(result.map(|()| answer).map_err(Unserved::from));
        }
    }

    async fn passed(&mut self, result: Result<(), NotDurable>) -> Result<(), CannotOwn> {
        match result {
            Ok(()) => {}
            Err(NotDurable::NotOwner) => return Err(CannotOwn::NotOwner(self.core.stream().clone())),
            Err(NotDurable::Unknown | NotDurable::Refused | NotDurable::Fenced) => return self.begin().await,
        }
        let loaded = self.cx.loads.load(self.core.stream(), A::SCHEMA).await?;
        self.core.load(&loaded)?;
        self.cx.metrics.activations.inc();
        self.catch_up(&loaded).await
    }

    /// Hands the follower all rows that it has missed, or makes one.
    async fn catch_up(&mut self, loaded: &Loaded) -> Result<(), CannotOwn> {
        let (state, version) = (self.core.state(), self.core.version());
        let follower = self
            .cx
            .followers
            .entry(self.core.stream().clone())
            .or_insert_with(|| Arc::new(A::Follower::begin(state, version, &self.cx.metrics)));
        let follower = follower.clone();
        let mut rows = loaded.rows.clone();
        if loaded.snapshot.as_ref().is_some_and(|snapshot| snapshot.version > follower.version()) {
            rows = self.cx.missed(self.core.stream(), follower.version()).await?;
        }
        for row in rows.iter().filter(|row| row.version > follower.version()) {
            let events: Vec<A::Event> = A::UPCASTERS
                .events(row.schema, &row.body)
                .map_err(|source| CannotActivate::unreadable(row, source))?;
            follower.follow(&DurableRow { version: row.version, at: row.at, events: &events });
        }
        // Also one that begins here: the last life may have ended before its row was acknowledged.
        self.cx.changes.note(&follower);
        self.follower = Some(follower);
        Ok(())
    }

    /// Brings about what has fallen due.
    async fn tick(&mut self) -> Result<(), CannotOwn> {
        let now = clock::now();
        if self.core.deadline().is_none_or(|deadline| deadline > now) {
            return Ok(());
        }
        match self.core.tick(now) {
            Some(lapsed) => self.submit(lapsed, now, None).await,
            None => Ok(()),
        }
    }

    /// Takes in all news that are there, and lapses what is due.
    async fn attend(&mut self) -> Result<(), CannotOwn> {
        while let Ok(news) = self.news.try_recv() {
            self.take_in(news).await?;
        }
        while self.core.phase() != Phase::Live || self.on_their_way.len() >= UNSETTLED_MAX {
            let news = self.news.recv().await.expect("the owner keeps a sender of its own");
            self.take_in(news).await?;
        }
        self.tick().await?;
        if let Some(snapshot) = self.core.snapshot() {
            self.cx.keep(snapshot);
        }
        Ok(())
    }

    /// How long to wait for a message before the timer or idleness has its turn.
    fn patience(&self) -> Duration {
        let idle = (self.busy_at + self.cx.idle).saturating_duration_since(Instant::now());
        let due = self.core.deadline().map(|deadline| deadline.since(clock::now()));
        due.unwrap_or(idle.max(Duration::from_millis(1)))
    }

    fn is_idle(&self) -> bool {
        let watched = self.follower.as_ref().is_some_and(|follower| follower.is_watched());
        self.core.may_passivate() && !watched && self.busy_at.elapsed() >= self.cx.idle
    }

    async fn next_signal(
        &mut self,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, CannotOwn> {
        loop {
            self.attend().await?;
            if let Ok(signal) = mailbox.try_recv() {
                self.cx
                    .metrics
                    .mailbox_depth
                    .observe(f64::from(u32::try_from(mailbox.len()).unwrap_or(u32::MAX)));
                self.busy_at = Instant::now();
                return Ok(Some(signal));
            }
            if self.closing && self.on_their_way.is_empty() && mailbox.is_closed() && mailbox.is_empty() {
                return Ok(mailbox.recv().await);
            }
            let patience = self.patience();
            tokio::select! {
                biased;
                Some(news) = self.news.recv() => self.take_in(news).await?,
                signal = mailbox.recv(), if !self.closing => {
                    self.busy_at = Instant::now();
                    return Ok(signal);
                }
                () = tokio::time::sleep(patience) => {
                    if self.is_idle() && !self.closing {
                        self.core.snapshot_at_leaving().into_iter().for_each(|last| self.cx.keep(last));
                        self.closing = true;
                        mailbox.close();
                    }
                }
            }
        }
    }
}

/// Tells an owner what became of an entry; that nobody knows, when the writer ends without a word.
struct Teller(Option<mpsc::UnboundedSender<News>>);

impl Teller {
    fn tell(mut self, news: News) {
        self.say(news);
    }

    /// Says it once, on the writer's thread, which must never wait. An owner that has left needs no telling.
    fn say(&mut self, news: News) {
        if let Some(owner) = self.0.take() {
            let _ = owner.send(news);
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.say(Err(NotDurable::Unknown));
    }
}

/// An owner that is not up yet. The library tells nobody of a panic in there: no hook of the owner's runs.
struct Starting<A: Owned> {
    cx: Arc<Context<A>>,
    stream: StreamId,
    id: ActorId,
}

impl<A: Owned> Drop for Starting<A> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.cx.metrics.crashes.inc();
            self.cx.quarantine.crashed(&self.stream, "it crashed while it came alive");
            self.cx.left(&self.stream, self.id);
        }
    }
}

impl<A: Owned> Actor for Owner<A> {
    type Args = (StreamId, Arc<Context<A>>);
    type Error = CannotOwn;

    async fn on_start((stream, cx): Self::Args, me: ActorRef<Self>) -> Result<Self, CannotOwn> {
        me.link(cx.tree.shard(stream.shard())).await;
        cx.metrics.owners.inc();
        let _crash = Starting { cx: cx.clone(), stream: stream.clone(), id: me.id() };
        let mut owner = Self::new(stream, cx);
        if let Err(error) = owner.come_alive().await {
            owner.cx.give_up(owner.core.stream(), &error);
            owner.cx.left(owner.core.stream(), me.id());
            return Err(error);
        }
        Ok(owner)
    }

    async fn next(
        &mut self,
        _: WeakActorRef<Self>,
        mailbox: &mut MailboxReceiver<Self>,
    ) -> Result<Option<Signal<Self>>, CannotOwn> {
        let signal = self.next_signal(mailbox).await;
        signal.inspect_err(|error| self.cx.give_up(self.core.stream(), error))
    }

    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        error: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, CannotOwn> {
        // An error of its own loop comes here as well; `next` has said why it stops.
        if error.with_downcast_ref(|_: &CannotOwn| ()).is_some() {
            return Ok(ControlFlow::Break(ActorStopReason::Panicked(error)));
        }
        self.cx.metrics.crashes.inc();
        let what = error.with_str(str::to_owned).unwrap_or_else(|| "no message".to_owned());
        self.cx.quarantine.crashed(self.core.stream(), &what);
        Ok(ControlFlow::Break(ActorStopReason::Panicked(error)))
    }

    async fn on_stop(&mut self, me: WeakActorRef<Self>, why: ActorStopReason) -> Result<(), CannotOwn> {
        if matches!(why, ActorStopReason::Normal) {
            self.cx.metrics.passivations.inc();
            self.cx.followers.remove_if(self.core.stream(), |_, follower| !follower.is_watched());
        }
        self.cx.left(self.core.stream(), me.id());
        Ok(())
    }
}

impl<A: Owned> Message<Command<A>> for Owner<A> {
    type Reply = ();

    async fn handle(&mut self, Command { request, reply }: Command<A>, ctx: &mut Ctx<Self, ()>) {
        let now = clock::now();
        let refused = match self.core.handle(&request, now) {
            Handled::Decided(Decided { lapsed, own }) => {
                if let Some(lapsed) = lapsed
                    && self.submit(lapsed, now, None).await.is_err()
                {
                    ctx.stop();
                }
                if self.submit(own, now, Some(reply)).await.is_err() {
                    ctx.stop();
                }
                return;
            }
            Handled::Late => {
                self.cx.metrics.late.inc();
                Unserved::Late
            }
            // Its loop takes messages only while it is live.
            Handled::NotLive => Unserved::Busy,
        };
        // Whoever asked may have left.
        let _ = reply.send(Err(refused));
    }
}

impl<A: Owned> Message<LookUp<A>> for Owner<A> {
    type Reply = ();

    async fn handle(&mut self, LookUp { request, reply }: LookUp<A>, ctx: &mut Ctx<Self, ()>) {
        let now = clock::now();
        let Some(found) = self.core.look_up(request, now) else { return };
        if self.submit(found, now, Some(reply)).await.is_err() {
            ctx.stop();
        }
    }
}

impl<A: Owned> Message<Wake> for Owner<A> {
    type Reply = Result<(), Unserved>;

    /// Messages are taken while the owner is live, so this one's coming to its turn is the answer.
    async fn handle(&mut self, Wake: Wake, _: &mut Ctx<Self, Self::Reply>) -> Self::Reply {
        Ok(())
    }
}

impl<A: Owned> Message<Rest> for Owner<A> {
    type Reply = ();

    async fn handle(&mut self, Rest: Rest, _: &mut Ctx<Self, ()>) {
        self.busy_at = Instant::now().checked_sub(self.cx.idle).unwrap_or(self.busy_at);
    }
}
