//! The closed loop: so many clients, each with one request under way.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;
use hyper::StatusCode;
use tokio::task::JoinSet;

use crate::progress;
use crate::server::Running;

/// One client of a closed loop.
pub trait Client: Send + 'static {
    /// Does once what the scenario measures, and tallies it.
    ///
    /// # Errors
    /// When the result would be void: the server has gone, or a rate limit answers.
    fn step(&mut self, tally: &mut Tally) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What one client saw.
#[derive(Debug)]
pub struct Tally {
    from: Instant,
    until: Instant,
    /// Times of what the scenario counts, in microseconds.
    counted: Vec<u32>,
    /// Times of the requests that go with it.
    others: Vec<u32>,
    /// How often the server said something else, by status; 0 stands for no answer at all.
    refused: BTreeMap<u16, u64>,
}

impl Tally {
    fn new(from: Instant, until: Instant) -> Self {
        Self { from, until, counted: Vec::new(), others: Vec::new(), refused: BTreeMap::new() }
    }

    /// Tallies a request that the scenario counts, sent at `sent` and answered now.
    pub fn counted(&mut self, sent: Instant) {
        if let Some(time) = self.time_since(sent) {
            self.counted.push(time);
        }
    }

    /// Tallies a request that goes with one that is counted.
    pub fn other(&mut self, sent: Instant) {
        if let Some(time) = self.time_since(sent) {
            self.others.push(time);
        }
    }

    /// Tallies an answer that the scenario does not want; `None` when there was none.
    ///
    /// # Errors
    /// When it is a rate limit: what is then measured is the limit.
    pub fn refused(&mut self, status: Option<StatusCode>) -> anyhow::Result<()> {
        anyhow::ensure!(
            status != Some(StatusCode::TOO_MANY_REQUESTS),
            "a rate limit answers: this is no result"
        );
        *self.refused.entry(status.map_or(0, |status| status.as_u16())).or_default() += 1;
        Ok(())
    }

    /// `None` outside the window: a request belongs to the moment of its answer.
    fn time_since(&self, sent: Instant) -> Option<u32> {
        let now = Instant::now();
        let is_inside = self.from <= now && now < self.until;
        is_inside.then(|| u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX))
    }
}

/// What all clients saw, and what it cost the server.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Times of what the scenario counts, in microseconds.
    pub counted: Histogram<u64>,
    /// Times of the requests that go with it.
    pub others: Histogram<u64>,
    /// How often the server said something else, by status; 0 stands for no answer at all.
    pub refused: BTreeMap<u16, u64>,
    /// How long was measured.
    pub time: Duration,
    /// What it cost; `None` when the server is none of our processes.
    pub cost: Option<Cost>,
    /// The rate of each round.
    pub rates: Vec<f64>,
}

/// What a measurement cost a server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// The server's own CPU time.
    pub cpu: Duration,
    /// The CPU time of the database server beside it.
    pub store_cpu: Duration,
    /// The CPU time of everybody else on the machine, the client excepted: whoever disturbed us.
    pub foreign_cpu: Duration,
    /// The server's resident memory at the end, in bytes.
    pub rss_bytes: u64,
}

impl Cost {
    /// What was used between two looks.
    #[must_use]
    pub fn between(before: Self, after: Self) -> Self {
        Self {
            cpu: after.cpu.saturating_sub(before.cpu),
            store_cpu: after.store_cpu.saturating_sub(before.store_cpu),
            foreign_cpu: after.foreign_cpu.saturating_sub(before.foreign_cpu),
            rss_bytes: after.rss_bytes,
        }
    }

    fn add(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.store_cpu += other.store_cpu;
        self.foreign_cpu += other.foreign_cpu;
        self.rss_bytes = other.rss_bytes;
    }
}

impl Measured {
    /// Nothing yet.
    ///
    /// # Panics
    /// Never: the bounds are constants.
    #[must_use]
    pub fn nothing() -> Self {
        /// No request of a closed loop takes longer than this without something being broken.
        const LONGEST_US: u64 = 600_000_000;
        let histogram = Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds are in order");
        let others = histogram.clone();
        Self {
            counted: histogram,
            others,
            refused: BTreeMap::new(),
            time: Duration::ZERO,
            cost: None,
            rates: Vec::new(),
        }
    }

    fn take_in(&mut self, tally: Tally) {
        for time in tally.counted {
            self.counted.saturating_record(time.max(1).into());
        }
        for time in tally.others {
            self.others.saturating_record(time.max(1).into());
        }
        for (status, count) in tally.refused {
            *self.refused.entry(status).or_default() += count;
        }
    }

    /// Adds another round.
    ///
    /// # Panics
    /// Never: all our histograms have the same bounds.
    pub fn add(&mut self, round: &Self) {
        self.counted.add(&round.counted).expect("the bounds are the same");
        self.others.add(&round.others).expect("the bounds are the same");
        for (status, count) in &round.refused {
            *self.refused.entry(*status).or_default() += count;
        }
        self.time += round.time;
        if let Some(cost) = round.cost {
            self.cost.get_or_insert_default().add(cost);
        }
        self.rates.extend(&round.rates);
    }

    /// What the scenario counts, per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.counted.len() as f64 / self.time.as_secs_f64()
    }

    /// How many requests were answered in time, counted or not.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.counted.len() + self.others.len()
    }
}

/// Runs all clients at once, first for `warm_up`, then for as long as is measured. Gives the clients back.
///
/// # Errors
/// When one of them gives up.
pub async fn run<C: Client>(
    what: &str,
    clients: Vec<C>,
    (warm_up, measure): (Duration, Duration),
    server: &Running,
) -> anyhow::Result<(Vec<C>, Measured)> {
    let from = Instant::now() + warm_up;
    let until = from + measure;
    let mut running = JoinSet::new();
    for mut client in clients {
        running.spawn(async move {
            let mut tally = Tally::new(from, until);
            while Instant::now() < until {
                client.step(&mut tally).await?;
            }
            anyhow::Ok((client, tally))
        });
    }
    progress::wait(&format!("{what}: warm-up"), from).await;
    let before = server.usage()?;
    progress::wait(&format!("{what}: measuring"), until).await;
    let after = server.usage()?;
    let mut measured = Measured::nothing();
    let mut clients = Vec::new();
    while let Some(ended) = running.join_next().await {
        let (client, tally) = ended.context("a client panicked")?.with_context(|| what.to_owned())?;
        measured.take_in(tally);
        clients.push(client);
    }
    measured.time = measure;
    measured.cost = before.zip(after).map(|(before, after)| Cost::between(before, after));
    measured.rates.push(measured.rate());
    Ok((clients, measured))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_inside_the_window_count() {
        let now = Instant::now();
        let hour = Duration::from_secs(3_600);
        for (from, until, expected) in [(now, now + hour, 1), (now + hour, now + hour * 2, 0), (now, now, 0)]
        {
            let mut tally = Tally::new(from, until);
            tally.counted(now);
            tally.other(now);
            assert_eq!((tally.counted.len(), tally.others.len()), (expected, expected));
        }
    }

    #[test]
    fn a_rate_limit_makes_the_result_void() {
        let mut tally = Tally::new(Instant::now(), Instant::now());
        assert!(tally.refused(Some(StatusCode::SERVICE_UNAVAILABLE)).is_ok());
        assert!(tally.refused(None).is_ok());
        assert_eq!(tally.refused, BTreeMap::from([(0, 1), (503, 1)]));
        assert!(tally.refused(Some(StatusCode::TOO_MANY_REQUESTS)).is_err());
    }

    #[test]
    fn rounds_add_up() {
        let round = |times: &[u32], cpu| {
            let mut tally = Tally::new(Instant::now(), Instant::now());
            tally.counted.extend(times);
            let mut measured = Measured::nothing();
            measured.take_in(tally);
            measured.time = Duration::from_secs(2);
            measured.cost = Some(Cost { cpu: Duration::from_secs(cpu), rss_bytes: cpu, ..Cost::default() });
            measured
        };
        let mut sum = Measured::nothing();
        sum.add(&round(&[100; 99], 1));
        sum.add(&round(&[9_000], 2));
        assert_eq!((sum.requests(), sum.rate()), (100, 25.0));
        assert_eq!(sum.counted.value_at_quantile(0.5), 100);
        assert_eq!(sum.counted.value_at_quantile(0.99), 100);
        assert!(sum.counted.value_at_quantile(1.0) >= 8_990);
        let cost = sum.cost.unwrap();
        assert_eq!((cost.cpu.as_secs(), cost.rss_bytes), (3, 2));
    }
}
