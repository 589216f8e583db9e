//! Many subscribers of one departure, and when the last of them saw a change.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tokio::task::JoinSet;

use crate::socket::{Dialect, Seen, Subscriber};
use crate::wire::Address;

/// How many sockets are opened at once: more would overflow the server's backlog.
const OPENING_MAX: usize = 64;
/// How often we look whether the last subscriber has seen the last change.
const LOOK: Duration = Duration::from_millis(5);

/// Subscribers that read whatever comes, each in a task of its own, until the value is dropped.
pub struct Audience {
    sightings: Arc<Sightings>,
    size: u32,
    _readers: JoinSet<()>,
}

/// What the subscribers have seen.
struct Sightings {
    started: Instant,
    /// The version that all of them began with.
    first: u64,
    /// What became of the versions after it.
    changes: Vec<Sighting>,
    frames: AtomicU64,
    resyncs: AtomicU64,
    /// What ended a subscriber before its time, the first time that it happened.
    failure: Mutex<Option<String>>,
}

/// Who has seen one version.
#[derive(Default)]
struct Sighting {
    subscribers: AtomicU32,
    /// When the last of them did, in nanoseconds after the start.
    last_ns: AtomicU64,
}

impl Audience {
    /// Opens `size` subscribers of a departure that nobody changes meanwhile, and then lets them read. They can
    /// follow `changes` changes.
    ///
    /// # Errors
    /// When one is refused.
    pub async fn gather(address: &Address, flight: &str, size: u32, changes: usize) -> anyhow::Result<Self> {
        Self::gather_in(Dialect::Aisle, address, flight, size, changes).await
    }

    /// The same where something else is spoken.
    ///
    /// # Errors
    /// When one is refused.
    pub async fn gather_in(
        dialect: Dialect,
        address: &Address,
        flight: &str,
        size: u32,
        changes: usize,
    ) -> anyhow::Result<Self> {
        let subscribers = open_all(dialect, address, flight, size).await?;
        let first = subscribers.first().map_or(0, |subscriber| subscriber.version);
        let together = subscribers.iter().all(|subscriber| subscriber.version == first);
        ensure!(together, "snapshots of a departure that nobody changes differ in their version");
        let sightings = Arc::new(Sightings {
            started: Instant::now(),
            first,
            changes: (0..changes).map(|_| Sighting::default()).collect(),
            frames: AtomicU64::new(0),
            resyncs: AtomicU64::new(0),
            failure: Mutex::default(),
        });
        let mut readers = JoinSet::new();
        for subscriber in subscribers {
            readers.spawn(read(subscriber, Arc::clone(&sightings)));
        }
        Ok(Self { sightings, size, _readers: readers })
    }

    /// When the last subscriber saw `version`; `None` as long as one has not.
    #[must_use]
    pub fn last_saw(&self, version: u64) -> Option<Instant> {
        let sighting = self.sightings.of(version)?;
        let all = sighting.subscribers.load(Ordering::Acquire) == self.size;
        all.then(|| self.sightings.started + Duration::from_nanos(sighting.last_ns.load(Ordering::Acquire)))
    }

    /// Waits until all have seen `version`.
    ///
    /// # Errors
    /// When one has not after `patience`, or has ended.
    pub async fn wait_for(&self, version: u64, patience: Duration) -> anyhow::Result<()> {
        let deadline = Instant::now() + patience;
        while self.last_saw(version).is_none() {
            if let Some(failure) = self.failure() {
                anyhow::bail!("a subscriber ended: {failure}");
            }
            let sighting = self.sightings.of(version).context("more changes than were announced")?;
            let seen = sighting.subscribers.load(Ordering::Acquire);
            let size = self.size;
            ensure!(Instant::now() < deadline, "{seen} of {size} subscribers saw version {version}");
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// How many frames all subscribers together have read.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.sightings.frames.load(Ordering::Relaxed)
    }

    /// How often a subscriber had to start anew.
    #[must_use]
    pub fn resyncs(&self) -> u64 {
        self.sightings.resyncs.load(Ordering::Relaxed)
    }

    /// What ended a subscriber before its time.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.sightings.failure.lock().expect("nobody panics while holding it").clone()
    }
}

impl Sightings {
    fn of(&self, version: u64) -> Option<&Sighting> {
        let after = version.checked_sub(self.first + 1)?;
        self.changes.get(usize::try_from(after).ok()?)
    }

    /// Notes that one subscriber went from one version to another.
    fn note(&self, from: u64, to: u64) {
        let now = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        for sighting in (from + 1..=to).filter_map(|version| self.of(version)) {
            sighting.last_ns.fetch_max(now, Ordering::AcqRel);
            // After the time, so that whoever sees everybody here sees the last time too.
            sighting.subscribers.fetch_add(1, Ordering::AcqRel);
        }
    }
}

async fn read(mut subscriber: Subscriber, sightings: Arc<Sightings>) {
    loop {
        let from = subscriber.version;
        match subscriber.next().await {
            Ok(Seen::Changes { .. }) => {
                sightings.frames.fetch_add(1, Ordering::Relaxed);
                sightings.note(from, subscriber.version);
            }
            Ok(Seen::Snapshot) => {
                sightings.resyncs.fetch_add(1, Ordering::Relaxed);
                sightings.note(from, subscriber.version);
            }
            Err(error) => {
                let mut failure = sightings.failure.lock().expect("nobody panics while holding it");
                failure.get_or_insert_with(|| format!("{error:#}"));
                return;
            }
        }
    }
}

async fn open_all(
    dialect: Dialect,
    address: &Address,
    flight: &str,
    size: u32,
) -> anyhow::Result<Vec<Subscriber>> {
    let mut subscribers = Vec::with_capacity(size as usize);
    let mut opening = JoinSet::new();
    for _ in 0..size {
        if opening.len() == OPENING_MAX {
            let opened = opening.join_next().await.context("some are under way")?;
            subscribers.push(opened.context("a subscriber panicked")??);
        }
        let (address, flight) = (address.clone(), flight.to_owned());
        opening.spawn(async move { Subscriber::open_in(dialect, &address, &flight).await });
    }
    while let Some(opened) = opening.join_next().await {
        subscribers.push(opened.context("a subscriber panicked")??);
    }
    Ok(subscribers)
}
