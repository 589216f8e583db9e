//! Who is in memory, and how to reach anybody.

use std::sync::Arc;
use std::time::Duration;

use kameo::actor::{ActorRef, Spawn as _};
use kameo::error::{Infallible, SendError};
use kameo::mailbox;
use persistence::journal::{Fingerprint, RequestId, StreamId};
use persistence::store::Reader;
use tokio::sync::oneshot;

use super::context::Context;
use super::owned::Owned;
use super::owner::{Command, LookUp, Owner, Rest, Wake};
use super::told::{Told, Unserved, Verdict};
use crate::entity::{Answer, Place, Recalled, Request, StoredReply, recall};

/// Messages that may wait for one owner. A hot flight is never the bottleneck, so what waits here longer
/// waits for the disk, and more of it would only wait longer.
const MAILBOX_MAX: usize = 1_024;

/// How long a message may wait for room in a mailbox before the request is shed.
const ROOM_WITHIN: Duration = Duration::from_millis(500);

/// How often a message is carried to the next incarnation of an owner that was just leaving.
const TRIES_MAX: u32 = 8;

/// What became of a message. Every error of the library is named, so that an upgrade that adds one does not
/// compile.
enum Fate<M> {
    /// It was never handled: here it is.
    Resend(M),
    /// The mailbox had no room.
    Full,
    /// It may have been handled.
    Unknown,
    /// It was answered with an error of ours.
    Answered(Unserved),
}

fn fate<M>(error: SendError<M, Unserved>) -> Fate<M> {
    match error {
        SendError::ActorNotRunning(message) | SendError::ActorRestarting(message) => Fate::Resend(message),
        SendError::MailboxFull(_) | SendError::Timeout(Some(_)) => Fate::Full,
        SendError::ActorStopped | SendError::Timeout(None) => Fate::Unknown,
        SendError::HandlerError(unserved) => Fate::Answered(unserved),
    }
}

/// Nobody answers what is only told.
fn never(answer: Infallible) -> Unserved {
    match answer {}
}

impl<A: Owned> Context<A> {
    /// The owner of a stream, called into memory if it is not there.
    fn owner(self: &Arc<Self>, stream: &StreamId) -> ActorRef<Owner<A>> {
        if let Some(owner) = self.live.get(stream) {
            return owner.clone();
        }
        let owner = self.live.entry(stream.clone()).or_insert_with(|| {
            Owner::spawn_with_mailbox((stream.clone(), self.clone()), mailbox::bounded(MAILBOX_MAX))
        });
        owner.clone()
    }

    /// Carries a message to the owner, and on to its successor when it was just leaving. `send` hands it to one owner
    /// and says what came back, or the error.
    async fn carry<M, T>(
        self: &Arc<Self>,
        stream: &StreamId,
        mut message: M,
        send: impl AsyncFn(&ActorRef<Owner<A>>, M) -> Result<T, SendError<M, Unserved>>,
    ) -> Result<T, Unserved> {
        for _ in 0..TRIES_MAX {
            if self.quarantine.holds(stream) {
                return Err(Unserved::Quarantined);
            }
            let owner = self.owner(stream);
            let error = match send(&owner, message).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match fate(error) {
                Fate::Resend(again) => message = again,
                Fate::Full => {
                    self.metrics.shed.inc();
                    return Err(Unserved::Busy);
                }
                Fate::Unknown => return Err(self.unknown(stream)),
                Fate::Answered(unserved) => return Err(unserved),
            }
            // Its last words are said, `on_stop` included.
            owner.wait_for_shutdown_with_result(|_| ()).await;
            self.live.remove_if(stream, |_, other| other.id() == owner.id());
        }
        Err(Unserved::Busy)
    }

    /// Why a message that was taken got no answer.
    fn unknown(&self, stream: &StreamId) -> Unserved {
        if self.quarantine.holds(stream) { Unserved::Quarantined } else { Unserved::Unknown }
    }

    pub(super) async fn wake(self: &Arc<Self>, stream: &StreamId) -> Result<(), Unserved> {
        let send = async |owner: &ActorRef<Owner<A>>, wake| {
            owner.ask(wake).mailbox_timeout(ROOM_WITHIN).send().await
        };
        self.carry(stream, Wake, send).await
    }

    /// Tells the owner, if there is one, that it may leave.
    pub(super) async fn rest(&self, stream: &StreamId) {
        let owner = self.live.get(stream).map(|owner| owner.clone());
        if let Some(owner) = owner {
            // One that is leaving already needs no telling.
            let _ = owner.tell(Rest).await;
        }
    }

    /// Hands a request in at once; what comes back is its answer. Hundreds wait for theirs at any time, so it is kept
    /// small: what is rare has a box of its own.
    pub(super) fn ask(
        self: &Arc<Self>,
        stream: StreamId,
        request: Request<A::Command>,
    ) -> impl Future<Output = Result<Told<A>, Unserved>> + Send + use<'_, A> {
        let (reply, answer) = oneshot::channel();
        let handed = self.hand_in(&stream, Command { request, reply });
        async move {
            if let Err(command) = handed {
                Box::pin(self.hand_in_later(&stream, command?)).await?;
            }
            let (place, asked) = match answer.await.map_err(|_| self.unknown(&stream))?? {
                Answer::Accepted { version, events } => {
                    return Ok(first(Verdict::Accepted { version, events }));
                }
                Answer::AlreadySo { version } => return Ok(first(Verdict::AlreadySo { version })),
                Answer::Refused { version, rejection } => {
                    return Ok(first(Verdict::Refused { version, rejection }));
                }
                Answer::Recall { place, key } => (place, key),
            };
            let stored = Box::pin(self.first_answer(&stream, place, asked.id)).await?;
            Self::told(&stream, &stored, asked.fingerprint)
        }
    }

    /// What became of a request, whatever it asked; `None` when it is not remembered.
    pub(super) async fn became(
        self: &Arc<Self>,
        stream: &StreamId,
        request: RequestId,
    ) -> Result<Option<Told<A>>, Unserved> {
        let (reply, answer) = oneshot::channel();
        let send = async |owner: &ActorRef<Owner<A>>, look_up| {
            let sent = owner.tell(look_up).mailbox_timeout(ROOM_WITHIN).send().await;
            sent.map_err(|error| error.map_err(never))
        };
        self.carry(stream, LookUp { request, reply }, send).await?;
        let Ok(found) = answer.await else { return Ok(None) };
        let Answer::Recall { place, .. } = found? else { return Ok(None) };
        let stored = self.first_answer(stream, place, request).await?;
        let asked = match &stored {
            StoredReply::Row(row) => row.request.map(|key| key.fingerprint),
            StoredReply::Answer(answer) => Some(answer.request.fingerprint),
        };
        asked.map(|asked| Self::told(stream, &stored, asked)).transpose()
    }

    /// Hands a command in, unless its owner has no room for it or is just leaving: then it comes back.
    fn hand_in(
        self: &Arc<Self>,
        stream: &StreamId,
        command: Command<A>,
    ) -> Result<(), Result<Box<Command<A>>, Unserved>> {
        if self.quarantine.holds(stream) {
            return Err(Err(Unserved::Quarantined));
        }
        match self.owner(stream).tell(command).try_send() {
            Ok(()) => Ok(()),
            Err(SendError::MailboxFull(command)) => Err(Ok(Box::new(command))),
            Err(error) => match fate(error.map_err(never)) {
                Fate::Resend(command) => Err(Ok(Box::new(command))),
                Fate::Full | Fate::Unknown | Fate::Answered(_) => Err(Err(self.unknown(stream))),
            },
        }
    }

    /// The same, waiting for room and for successors.
    async fn hand_in_later(
        self: &Arc<Self>,
        stream: &StreamId,
        command: Box<Command<A>>,
    ) -> Result<(), Unserved> {
        let send = async |owner: &ActorRef<Owner<A>>, command| {
            let sent = owner.tell(command).mailbox_timeout(ROOM_WITHIN).send().await;
            sent.map_err(|error| error.map_err(never))
        };
        self.carry(stream, *command, send).await
    }

    /// What is stored of the answer to a request.
    async fn first_answer(
        &self,
        stream: &StreamId,
        place: Place,
        request: RequestId,
    ) -> Result<StoredReply, Unserved> {
        let stored = match place {
            Place::Row(version) => self.store.row(stream, version).await.map(|row| row.map(StoredReply::Row)),
            Place::Log => {
                let answer = self.store.answer(stream, request).await;
                answer.map(|answer| answer.map(StoredReply::Answer))
            }
        };
        stored.map_err(|_| Unserved::StoreDown)?.ok_or_else(|| unreadable(stream))
    }

    /// The stored answer, to a request that asked this.
    fn told(stream: &StreamId, stored: &StoredReply, asked: Fingerprint) -> Result<Told<A>, Unserved> {
        recall::<A>(stored, asked).map(again).map_err(|_| unreadable(stream))
    }
}

fn unreadable(stream: &StreamId) -> Unserved {
    tracing::error!(stream = %stream, "{stream} remembers a request whose answer cannot be read");
    Unserved::Unknown
}

fn first<A: Owned>(verdict: Verdict<A>) -> Told<A> {
    Told { verdict, replayed: false }
}

fn again<A: Owned>(recalled: Recalled<A>) -> Told<A> {
    let verdict = match recalled {
        Recalled::KeyReused => return Told { verdict: Verdict::KeyReused, replayed: false },
        Recalled::Answer(Answer::Accepted { version, events }) => Verdict::Accepted { version, events },
        Recalled::Answer(Answer::AlreadySo { version }) => Verdict::AlreadySo { version },
        Recalled::Answer(Answer::Refused { version, rejection }) => Verdict::Refused { version, rejection },
        Recalled::Answer(Answer::Recall { .. }) => unreachable!("a stored answer is never a place to look"),
    };
    Told { verdict, replayed: true }
}
