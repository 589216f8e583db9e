//! `fanout`: from a seat change to the last of many subscribers.
//!
//! One writer holds a seat and releases it, at a steady rate. A change is timed from the moment the writer
//! *sends* its request to the moment the last subscriber has read a frame that covers the change; so the
//! product's commit is part of it. The same is measured on the limit's side, where a request of the same
//! shape triggers a bare broadcast of as many bytes on as many sockets. The report also tells the times from
//! the receipt of the answer.
//!
//! The changes are counted, not the seconds: with some hundred on each side a 99th percentile is more than the
//! worst of them. Rounds take turns, and which side begins changes from one to the next.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use tokio::time::MissedTickBehavior;

use super::audience::Audience;
use super::stage::Stage;
use crate::client::Connection;
use crate::contract::{self, Held};
use crate::load::{Cost, Measured};
use crate::machine;
use crate::options::Options;
use crate::progress;
use crate::report::{Goal, Outcome, Ratio, Row, quotient};
use crate::server::{Running, StoreKind};
use crate::socket::{Dialect, Seen, Subscriber};
use crate::wire::Address;

const NAME: &str = "fanout";
/// How long the last frame may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// Files that are no subscribers: the writer's, logs, the runtime's.
pub(super) const OTHER_FILES: u64 = 200;

/// One writer, many subscribers, both servers.
pub async fn measure(options: &Options, store: StoreKind) -> anyhow::Result<Outcome> {
    machine::allow_open_files(u64::from(options.subscribers) + OTHER_FILES)?;
    let mut stage = Stage::set(options, store, 1).await?;
    let frame_bytes = frame_bytes(&mut stage).await?;
    let sizes = [("hold-bytes", stage.hold_bytes().await?), ("frame-bytes", frame_bytes)];
    let limits = Running::limits(options, &sizes).await?;
    let servers = [("limit", &limits), ("seat map", &stage.product.server)];
    let mut sides = servers.map(|(name, _)| Side::nothing(name, Dialect::Aisle));
    for round in 0..options.rounds as usize {
        for turn in 0..servers.len() {
            let place = (round + turn) % servers.len();
            let ((name, server), side) = (servers[place], &mut sides[place]);
            let writer = Writer::open(&server.address, &stage.token, &stage.flights[0]).await?;
            side.round(server, writer, options).await.with_context(|| format!("{NAME}, {name}"))?;
        }
    }
    let mut rows = sides.iter().map(Side::row).collect::<Vec<_>>();
    for row in &mut rows {
        row.more.insert("frameBytes".to_owned(), frame_bytes as f64);
    }
    rows[0].reference = true;
    let [limit, product] = &sides;
    let ratios = ratios(product, limit);
    let checked = stage.product.is_real();
    let mut violations: Vec<_> = product.violations.clone();
    violations.extend(stage.end().await);
    let scenario = format!("{NAME}, {}, {} subscribers", store.name(), options.subscribers);
    let times = "request sent to the last subscriber".to_owned();
    Ok(Outcome { scenario, times, rows, ratios, checked, violations, ..Outcome::default() })
}

/// The product by the limit: as a whole, and how far the rounds lie apart.
fn ratios(product: &Side, limit: &Side) -> Vec<Ratio> {
    let ratio = |what, of: fn(&Side) -> f64| product.by(limit, what, of);
    let mut ratios = vec![
        ratio("last subscriber, p99 / limit", |side| side.time(0.99)).with_goal(Goal::AtMost(1.25)),
        ratio("last subscriber, p50 / limit", |side| side.time(0.5)),
    ];
    if product.measured.cost.is_some() {
        ratios.push(ratio("server CPU a frame / limit", Side::cpu_us));
    }
    ratios
}

/// How large a frame is that tells of one hold.
pub(super) async fn frame_bytes(stage: &mut Stage) -> anyhow::Result<usize> {
    let mut subscriber = Subscriber::open(&stage.product.server.address, &stage.flights[0]).await?;
    let (held, _) = stage.hold().await?;
    let seen =
        tokio::time::timeout(PATIENCE, subscriber.next()).await.context("no frame tells of a hold")??;
    stage.release(&held).await?;
    match seen {
        Seen::Changes { bytes } => Ok(bytes),
        Seen::Snapshot => anyhow::bail!("the first hold already made the server begin anew"),
    }
}

/// Changes one seat of one departure. Nobody else changes anything there.
pub(super) struct Writer {
    connection: Connection,
    flight: String,
    held: Option<Held>,
}

/// One change and when it was asked for and acknowledged.
struct Change {
    version: u64,
    sent: Instant,
    received: Instant,
}

impl Writer {
    pub(super) async fn open(address: &Address, token: &str, flight: &str) -> anyhow::Result<Self> {
        let connection = Connection::open(address, Some(token)).await?;
        Ok(Self { connection, flight: flight.to_owned(), held: None })
    }

    /// Holds the seat, or releases it if it is held.
    async fn change(&mut self) -> anyhow::Result<Change> {
        let sent = Instant::now();
        if let Some(held) = self.held.take() {
            let path = contract::hold_path(&self.flight, &held.hold_id);
            let answer = self.connection.send(Method::DELETE, &path, Bytes::new()).await?;
            let received = Instant::now();
            answer.expect(StatusCode::NO_CONTENT).context("cannot release the seat")?;
            // A release tells no version. It is one row, and nobody else writes any.
            return Ok(Change { version: held.version + 1, sent, received });
        }
        let wish = contract::hold_body(0);
        let answer = self.connection.send(Method::POST, &contract::holds_path(&self.flight), wish).await?;
        let received = Instant::now();
        let body = answer.expect(StatusCode::CREATED).context("cannot hold the seat")?;
        let held: Held = serde_json::from_slice(&body).context("cannot understand a hold")?;
        let version = held.version;
        self.held = Some(held);
        Ok(Change { version, sent, received })
    }
}

/// What one side measured in all rounds, or in one.
pub(super) struct Side {
    name: &'static str,
    /// What its sockets speak.
    dialect: Dialect,
    pub(super) measured: Measured,
    /// Times from the receipt of the answer; 1 us when the last subscriber was faster than it.
    from_receipt: Measured,
    frames: u64,
    resyncs: u64,
    pub(super) violations: Vec<String>,
    /// Each round alone.
    rounds: Vec<Self>,
}

impl Side {
    pub(super) fn nothing(name: &'static str, dialect: Dialect) -> Self {
        let (measured, from_receipt) = (Measured::nothing(), Measured::nothing());
        let (violations, rounds) = (Vec::new(), Vec::new());
        Self { name, dialect, measured, from_receipt, frames: 0, resyncs: 0, violations, rounds }
    }

    pub(super) async fn round(
        &mut self,
        server: &Running,
        writer: Writer,
        options: &Options,
    ) -> anyhow::Result<()> {
        let round = self.alone(server, writer, options).await?;
        self.measured.add(&round.measured);
        self.from_receipt.add(&round.from_receipt);
        self.frames += round.frames;
        self.resyncs += round.resyncs;
        self.violations.extend_from_slice(&round.violations);
        self.rounds.push(round);
        Ok(())
    }

    /// One round.
    async fn alone(&self, server: &Running, mut writer: Writer, options: &Options) -> anyhow::Result<Self> {
        let (name, dialect) = (self.name, self.dialect);
        // A whole number of pairs, so that the seat is free at the end.
        let warming = (options.warm_up * options.changes_per_second).next_multiple_of(2) as usize;
        let measured = options.changes.div_ceil(options.rounds).next_multiple_of(2) as usize;
        let size = options.subscribers;
        progress::say(&format!("{NAME}, {name}: {size} subscribers come"));
        let (address, changes) = (&server.address, warming + measured);
        let audience = Audience::gather_in(dialect, address, &writer.flight, size, changes).await?;
        progress::say(&format!("{NAME}, {name}: {} changes", warming + measured));
        let pace = Duration::from_secs(1) / options.changes_per_second;
        write(&mut writer, &audience, warming, pace).await?;
        let (before, frames, started) = (server.usage()?, audience.frames(), Instant::now());
        let written = write(&mut writer, &audience, measured, pace).await?;
        let cost = before.zip(server.usage()?).map(|(before, after)| Cost::between(before, after));
        let mut side = Self::nothing(name, dialect);
        side.measured.time = started.elapsed();
        side.measured.cost = cost;
        side.frames = audience.frames() - frames;
        side.resyncs = audience.resyncs();
        side.add_times(&audience, &written)?;
        Ok(side)
    }

    fn add_times(&mut self, audience: &Audience, written: &[Change]) -> anyhow::Result<()> {
        if let Some(failure) = audience.failure() {
            self.violations.push(format!("a subscriber ended: {failure}"));
        }
        for change in written {
            let version = change.version;
            let last =
                audience.last_saw(version).with_context(|| format!("not all saw version {version}"))?;
            for (times, from) in
                [(&mut self.measured, change.sent), (&mut self.from_receipt, change.received)]
            {
                let time =
                    u64::try_from(last.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX);
                times.counted.saturating_record(time.max(1));
            }
        }
        Ok(())
    }

    /// Something of this side by the same of another: as a whole, and how far the rounds lie apart.
    pub(super) fn by(&self, other: &Self, what: &str, of: fn(&Self) -> f64) -> Ratio {
        let rounds = self.rounds.iter().zip(&other.rounds).map(|(one, other)| quotient(of(one), of(other)));
        let lowest = rounds.clone().min_by(f64::total_cmp);
        let highest = rounds.max_by(f64::total_cmp);
        Ratio { rounds: lowest.zip(highest), ..Ratio::of(what, of(self), of(other)) }
    }

    /// How long the last subscriber waited, in microseconds.
    pub(super) fn time(&self, quantile: f64) -> f64 {
        self.measured.counted.value_at_quantile(quantile) as f64
    }

    /// The server's CPU time for each frame, in microseconds.
    pub(super) fn cpu_us(&self) -> f64 {
        let cpu = self.measured.cost.map_or(0.0, |cost| cost.cpu.as_secs_f64() * 1e6);
        cpu / self.frames.max(1) as f64
    }

    pub(super) fn row(&self) -> Row {
        let mut row = Row::of(self.name, "frames/s", &self.measured);
        row.rate = self.frames as f64 / self.measured.time.as_secs_f64();
        row.rates =
            self.rounds.iter().map(|round| round.frames as f64 / round.measured.time.as_secs_f64()).collect();
        row.cpu_us = row.cpu_us.map(|_| self.cpu_us());
        let per_frame = |cpu: Duration| cpu.as_secs_f64() * 1e6 / self.frames.max(1) as f64;
        row.client_cpu_us = self.measured.cost.map(|cost| per_frame(cost.client_cpu));
        row.more
            .insert("fromReceiptP50Us".to_owned(), self.from_receipt.counted.value_at_quantile(0.5) as f64);
        row.more
            .insert("fromReceiptP99Us".to_owned(), self.from_receipt.counted.value_at_quantile(0.99) as f64);
        row.more.insert("resyncs".to_owned(), self.resyncs as f64);
        row
    }
}

/// Makes `count` changes, one every `pace`, and waits until everybody has seen the last.
async fn write(
    writer: &mut Writer,
    audience: &Audience,
    count: usize,
    pace: Duration,
) -> anyhow::Result<Vec<Change>> {
    // The first change keeps its distance from whatever came before, or a busy room would hold it back.
    let mut ticks = tokio::time::interval_at((Instant::now() + pace).into(), pace);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut written: Vec<Change> = Vec::with_capacity(count);
    for _ in 0..count {
        ticks.tick().await;
        let change = writer.change().await?;
        if let Some(before) = written.last() {
            ensure!(change.version == before.version + 1, "somebody else changes the departure");
        }
        written.push(change);
    }
    if let Some(last) = written.last() {
        audience.wait_for(last.version, PATIENCE).await?;
    }
    Ok(written)
}
