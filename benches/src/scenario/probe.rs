//! A health probe: what whoever runs the server asks while it is overwhelmed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;
use hyper::StatusCode;

use crate::client::Connection;
use crate::contract::HEALTH_PATH;
use crate::load::Measured;
use crate::load::measured::histogram;
use crate::wire::Address;

/// How often it asks.
const EVERY: Duration = Duration::from_millis(50);
/// How long it waits: a probe of Kubernetes gives up after as long, by default.
const PATIENCE: Duration = Duration::from_secs(1);

/// A thread that asks whether the server is alive, each time over a new connection. It has a runtime of its own:
/// the clients' threads are busy, and that must not look like a slow server.
#[derive(Debug)]
pub struct Probe {
    over: Arc<AtomicBool>,
    thread: JoinHandle<anyhow::Result<Seen>>,
}

/// What it saw.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Times of good answers, in microseconds.
    pub times: Histogram<u64>,
    /// How often nothing good came in time.
    pub failures: u64,
    /// How long it asked.
    pub time: Duration,
}

impl Probe {
    /// Begins to ask.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn begin(address: Address) -> anyhow::Result<Self> {
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot start the probe")?;
        let ask = move || Ok(runtime.block_on(ask_on(&address, &is_over)));
        let thread = std::thread::Builder::new().name("probe".to_owned()).spawn(ask)?;
        Ok(Self { over, thread })
    }

    /// Ends it, and gives what it saw.
    ///
    /// # Errors
    /// When it panicked.
    pub fn end(self) -> anyhow::Result<Seen> {
        self.over.store(true, Ordering::Release);
        self.thread.join().map_err(|_| anyhow::anyhow!("the probe panicked"))?
    }
}

impl Seen {
    /// Nothing yet.
    #[must_use]
    pub fn nothing() -> Self {
        Self { times: histogram(), failures: 0, time: Duration::ZERO }
    }

    /// Adds what another one saw.
    ///
    /// # Errors
    /// Never: all our histograms have the same bounds.
    pub fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.times.add(&other.times)?;
        self.failures += other.failures;
        self.time += other.time;
        Ok(())
    }

    /// The same as a report's rows are made of.
    #[must_use]
    pub fn measured(&self) -> Measured {
        let mut measured = Measured::nothing();
        measured.counted = self.times.clone();
        measured.time = self.time;
        if self.failures > 0 {
            measured.refused.insert("no 200 within a second".to_owned(), self.failures);
        }
        measured
    }
}

async fn ask_on(address: &Address, is_over: &AtomicBool) -> Seen {
    let began = Instant::now();
    let mut seen = Seen::nothing();
    while !is_over.load(Ordering::Acquire) {
        let sent = Instant::now();
        match tokio::time::timeout(PATIENCE, is_alive(address)).await {
            Ok(true) => seen.times.saturating_record(sent.elapsed().as_micros().max(1) as u64),
            Ok(false) | Err(_) => seen.failures += 1,
        }
        tokio::time::sleep_until((sent + EVERY).into()).await;
    }
    seen.time = began.elapsed();
    seen
}

async fn is_alive(address: &Address) -> bool {
    let Ok(mut connection) = Connection::open(address, None).await else { return false };
    connection.get(HEALTH_PATH).await.is_ok_and(|answer| answer.status == StatusCode::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_there_fails_each_probe() {
        let probe = Probe::begin(Address::local(1)).unwrap();
        std::thread::sleep(Duration::from_millis(120));
        let seen = probe.end().unwrap();
        assert!(seen.failures >= 2 && seen.times.is_empty(), "{seen:?}");
        assert_eq!(seen.measured().refused["no 200 within a second"], seen.failures);
    }
}
