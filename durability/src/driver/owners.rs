//! The owners of all departures, and what is between them and the journal.

use std::time::Duration;

use actors::entity::{
    Answer, Core, Decided, Handled, Phase, Place, Recalled, Receipt, Request, StoredReply, Submission, recall,
};
use anyhow::{Context, Result, anyhow, bail};
use domain::aggregate::Aggregate;
use domain::flight::{self, Flight, OpenSale};
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::{Activation, Entry, NotDurable, RequestKey, Snapshot, StreamId};
use persistence::sqlite::Sqlite;
use persistence::store::Reader;
use persistence::writer::{Ack, Journal};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Says;
use crate::clock::Clock;
use crate::departures::Departure;
use crate::desk::Asked;
use crate::line::{Line, Told, Verdict, say};

/// Acknowledgements that may wait to be taken in: many more than requests, lapses and barriers can be under
/// way, because whoever acknowledges must never wait.
const WAITING_MAX: usize = 16_384;

/// How often a departure rests for a snapshot: after so many answers.
const REST_EVERY: u64 = 48;

/// The owners. Each departure is known by its place in the list.
#[derive(Debug)]
pub struct Owners {
    owners: Vec<Owner>,
    journal: Journal,
    store: Sqlite,
    says: Says,
    /// One counter for all lives of all owners.
    activation: Activation,
    /// Clients' requests whose answer is on its way.
    under_way: usize,
    answers: u64,
    rebuilt: u64,
    /// The one that takes no requests, so that all it handed in gets durable and a snapshot can be taken.
    resting: Option<usize>,
    news: mpsc::Sender<News>,
    waiting: mpsc::Receiver<News>,
}

#[derive(Debug)]
struct Owner {
    departure: Departure,
    core: Core<Flight>,
}

/// What the journal says, on its way to the owners.
#[derive(Debug)]
enum News {
    Passed { departure: usize, activation: Activation, result: Result<(), NotDurable> },
    Settled { due: Box<Due>, result: Result<(), NotDurable> },
}

/// A submission whose fate is awaited.
#[derive(Debug)]
struct Due {
    departure: usize,
    receipt: Receipt,
    /// Who asked; nobody, when something lapsed by itself.
    asked: Option<Asked>,
    /// Where the answer stands, when it was given before.
    recalled: Option<(Place, RequestKey)>,
}

impl Owners {
    pub fn new(departures: Vec<Departure>, journal: Journal, store: Sqlite, says: Says) -> Self {
        let (news, waiting) = mpsc::channel(WAITING_MAX);
        let owner = |departure: Departure| Owner { core: Core::new(departure.stream.clone()), departure };
        Self {
            owners: departures.into_iter().map(owner).collect(),
            journal,
            store,
            says,
            activation: Activation::default(),
            under_way: 0,
            answers: 0,
            rebuilt: 0,
            resting: None,
            news,
            waiting,
        }
    }

    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// How many clients wait for an answer.
    pub fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many times an owner began anew after something was lost.
    pub fn rebuilt(&self) -> u64 {
        self.rebuilt
    }

    /// The most entries that were acknowledged at once.
    pub fn largest(&self) -> u64 {
        self.journal.counts().entries_largest
    }

    pub fn position(&self, stream: &StreamId) -> Option<usize> {
        self.owners.iter().position(|owner| owner.departure.stream == *stream)
    }

    pub fn is_ready(&self, departure: usize) -> bool {
        self.owners[departure].core.phase() == Phase::Live && self.resting != Some(departure)
    }

    pub fn are_live(&self) -> bool {
        self.owners.iter().all(|owner| owner.core.phase() == Phase::Live)
    }

    /// The departure as it was decided last, ahead of the disk.
    pub fn departure(&self, departure: usize) -> Option<&flight::Departure> {
        self.owners[departure].core.state().departure()
    }

    pub fn sale(&self, departure: usize) -> OpenSale {
        self.owners[departure].departure.sale.clone()
    }

    /// When something falls due next.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.owners.iter().filter_map(|owner| owner.core.deadline()).min()
    }

    pub fn activate_all(&mut self) -> Result<()> {
        (0..self.len()).try_for_each(|departure| self.rebuild(departure))
    }

    /// Hands a barrier in; the departure is loaded when it comes back.
    fn rebuild(&mut self, departure: usize) -> Result<()> {
        self.activation = self.activation.next();
        let activation = self.activation;
        let barrier = self.owners[departure].core.rebuild(activation);
        let news = self.news.clone();
        let ack: Ack = Box::new(move |result| {
            // Nobody listens any more when the driver has given up.
            let _ = news.try_send(News::Passed { departure, activation, result });
        });
        self.hand_in(barrier.with_ack(ack))
    }

    /// Decides a request; gives it back when the owner is not live.
    pub fn handle(&mut self, asked: Asked, clock: &Clock) -> Result<Option<Asked>> {
        let (departure, key, command) = (asked.departure, asked.key(), asked.command.clone());
        let request = Request { key, remember_refusal: true, deadline: None, command };
        match self.owners[departure].core.handle(&request, clock.now()) {
            Handled::NotLive => return Ok(Some(asked)),
            Handled::Late => bail!("a request without a deadline was dropped as late"),
            Handled::Decided(Decided { lapsed, own }) => {
                if let Some(lapsed) = lapsed {
                    self.submit(departure, lapsed, None)?;
                }
                self.under_way += 1;
                self.submit(departure, own, Some(asked))?;
            }
        }
        Ok(None)
    }

    /// Lets holds lapse whose deadline has come.
    pub fn tick(&mut self, clock: &Clock) -> Result<()> {
        for departure in 0..self.len() {
            let core = &mut self.owners[departure].core;
            if core.deadline().is_none_or(|deadline| deadline > clock.now()) {
                continue;
            }
            if let Some(lapsed) = core.tick(clock.now()) {
                self.submit(departure, lapsed, None)?;
            }
        }
        Ok(())
    }

    fn submit(
        &mut self,
        departure: usize,
        submission: Submission<Flight>,
        asked: Option<Asked>,
    ) -> Result<()> {
        let Submission { entry, receipt, answer } = submission;
        let key = asked.as_ref().and_then(Asked::key);
        let mut line = Told::first(departure, key, &answer).map(Line::Told);
        if self.says == Says::Early {
            line.take().iter().for_each(say);
        }
        let recalled = match answer {
            Answer::Recall { place, key } => Some((place, key)),
            Answer::Accepted { .. } | Answer::AlreadySo { .. } | Answer::Refused { .. } => None,
        };
        let due = Box::new(Due { departure, receipt, asked, recalled });
        let news = self.news.clone();
        let ack: Ack = Box::new(move |result| {
            if result.is_ok() {
                line.iter().for_each(say);
            }
            let _ = news.try_send(News::Settled { due, result });
        });
        self.hand_in(entry.with_ack(ack))
    }

    fn hand_in(&self, entry: Entry<Ack>) -> Result<()> {
        self.journal.try_send(entry).map_err(|untaken| anyhow!("{untaken}"))
    }

    /// Waits for news, but not longer than `wait`; then takes in all there is. Gives the requests back whose
    /// answer was lost.
    pub async fn take_in(&mut self, wait: Duration) -> Result<Vec<Asked>> {
        let mut unanswered = Vec::new();
        // The sender is ours as well, so the queue never ends.
        let mut next = timeout(wait, self.waiting.recv()).await.ok().flatten();
        while let Some(news) = next {
            match news {
                News::Passed { departure, activation, result } => {
                    self.passed(departure, activation, result).await?;
                }
                News::Settled { due, result } => unanswered.extend(self.settled(*due, result).await?),
            }
            next = self.waiting.try_recv().ok();
        }
        Ok(unanswered)
    }

    async fn passed(
        &mut self,
        departure: usize,
        activation: Activation,
        result: Result<(), NotDurable>,
    ) -> Result<()> {
        result.context("a barrier did not pass, though nobody else can own the shard")?;
        let owner = &mut self.owners[departure];
        if owner.core.activation() == activation {
            let loaded = self.store.load(&owner.departure.stream, Flight::SCHEMA).await?;
            owner.core.load(&loaded)?;
        }
        Ok(())
    }

    /// Takes in the fate of a submission; gives the request back that has no answer.
    async fn settled(&mut self, due: Due, result: Result<(), NotDurable>) -> Result<Option<Asked>> {
        let Due { departure, receipt, asked, recalled } = due;
        let core = &mut self.owners[departure].core;
        core.settled(receipt, result);
        if core.phase() == Phase::Fenced {
            self.rebuilt += 1;
            self.rebuild(departure)?;
        }
        self.under_way -= usize::from(asked.is_some());
        if result.is_err() {
            return Ok(asked);
        }
        self.answers += 1;
        if let Some((place, key)) = recalled {
            self.say_again(departure, place, key).await?;
        }
        Ok(None)
    }

    /// Reads the first answer back and says it.
    async fn say_again(&self, departure: usize, place: Place, key: RequestKey) -> Result<()> {
        let stream = &self.owners[departure].departure.stream;
        let stored = match place {
            Place::Row(version) => self.store.row(stream, version).await?.map(StoredReply::Row),
            Place::Log => self.store.answer(stream, key.id).await?.map(StoredReply::Answer),
        };
        let stored = stored.with_context(|| format!("{stream} remembers {key:?}, but {place:?} is empty"))?;
        let (first, version) = match &stored {
            StoredReply::Row(row) => (row.request, row.version),
            StoredReply::Answer(answer) => (Some(answer.request), answer.version),
        };
        let told = match recall::<Flight>(&stored, key.fingerprint)? {
            Recalled::Answer(answer) => Told::first(departure, Some(key), &answer),
            Recalled::KeyReused => {
                let request = Some((key.id, key.fingerprint));
                Some(Told { departure, request, again: true, version, verdict: Verdict::KeyReused })
            }
        };
        let told = told.with_context(|| format!("the answer to {first:?} names another one"))?;
        say(&Line::Told(Told { again: true, ..told }));
        Ok(())
    }

    /// A snapshot, when the departure that rests has come to rest. Now and then another one begins to.
    pub fn snapshot(&mut self, rng: &mut Rng) -> Option<Snapshot> {
        let Some(resting) = self.resting else {
            if self.answers >= REST_EVERY {
                self.answers = 0;
                self.resting = Some(rng.usize(..self.len()));
            }
            return None;
        };
        let snapshot = self.owners[resting].core.snapshot_now()?;
        self.resting = None;
        Some(snapshot)
    }
}
