//! The verb `check`: proves the promises over everything that a store holds.
//!
//! It reads the whole journal twice. First by position, to learn which streams there are; then stream by
//! stream, with what stands beside each of them: remembered answers, waiting effects, the line in `due`, the
//! line in the list of departures, the snapshot. So it keeps a few words for every stream in memory, and all of
//! one stream at a time, whatever the number of rows.
//!
//! | part | what must hold |
//! |---|---|
//! | `order` | versions are dense from 1; epochs and times never fall |
//! | `ledger`, `holds`, `seats` | no seat has two owners; a hold ends once, and never lapses early |
//! | `fold` | every body can be read; the invariants of the domain hold after every row |
//! | `requests` | a request is answered once within its day |
//! | `effects` | what waits in the outbox was caused by a row |
//! | `lines` | `due` and the list of departures say what the fold says |
//! | `snapshot` | an owner that starts from a snapshot is where the fold is, and remembers as much |
//!
//! The ledger is built from the events alone: it shares no line with the fold that the engine goes by, and the
//! two are held against each other at the end of each stream.
//!
//! Nobody may write meanwhile. An embedded store is locked while it is open; of a database nobody's word is
//! taken, so a node that still writes shows up as violations.

mod by_stream;
mod effects;
mod fold;
mod holds;
mod lateness;
mod ledger;
mod lines;
mod order;
mod report;
mod requests;
mod scan;
mod seats;
mod snapshot;
mod stream;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use persistence::any::{Address, Any};
use persistence::journal::{OutboxRow, StoredAnswer, StreamId};
use persistence::store::Reader;

use crate::config::Config;

pub use report::Report;

use by_stream::ByStream;
use lines::Lines;
use scan::Scan;
use stream::Examined;

/// What is read at a time: enough that the store's own work outweighs the way there, and a few megabytes.
const PAGE: u32 = 2_000;

/// The exit code when a promise is broken; 1 is for not being able to look.
const BROKEN: u8 = 2;

/// How the findings are printed.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// The verb `check`: prints the report; the exit code says whether every promise holds.
///
/// # Errors
/// When the store cannot be opened, or not be read to its end.
pub async fn verb(config: Config, options: Options) -> Result<ExitCode> {
    let address = config.address();
    if let Address::Directory(path) = &address {
        // Opening would make an empty store, and nothing is wrong with that one.
        ensure!(path.is_dir(), "there is no data directory {}", path.display());
    }
    let store = Any::open(&address).await.context("cannot open the store")?;
    let report = run(&store).await?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}

/// Reads all that there is and says what is wrong with it.
///
/// # Errors
/// When the store does not answer, or holds a value that no version of the software writes.
pub async fn run<R: Reader>(store: &R) -> Result<Report> {
    let mut report = Report::default();
    let Scan { streams, epochs } = Scan::read(store, &mut report).await?;
    let mut beside = Beside {
        answers: ByStream::default(),
        effects: ByStream::default(),
        lines: Lines::read(store, &mut report).await?,
    };
    for (stream, scanned) in &streams {
        let answers = beside.answers_of(store, stream, &mut report).await?;
        let effects = beside.effects_of(store, stream, &mut report).await?;
        let mut examined =
            Examined::new(stream.clone(), epochs.get(&stream.shard()).copied(), answers, effects);
        examined.read(store, &mut report).await.with_context(|| format!("cannot read {stream}"))?;
        examined.close(scanned, beside.lines.take(stream), &mut report);
    }
    beside.rest(store, &mut report).await?;
    Ok(report)
}

/// What stands beside the journal. Taken out stream by stream, in the order of their names.
struct Beside {
    answers: ByStream<StoredAnswer>,
    effects: ByStream<OutboxRow>,
    lines: Lines,
}

impl Beside {
    /// The answers of a stream; those of streams before it, which have no rows, are judged at once.
    async fn answers_of<R: Reader>(
        &mut self,
        store: &R,
        stream: &StreamId,
        report: &mut Report,
    ) -> Result<Vec<StoredAnswer>> {
        let mut own = Vec::new();
        while let Some(answer) = self.answers.next_up_to(store, Some(stream)).await? {
            report.answers += 1;
            if answer.stream == *stream { own.push(answer) } else { requests::judge_rowless(&answer, report) }
        }
        Ok(own)
    }

    /// The same for the effects.
    async fn effects_of<R: Reader>(
        &mut self,
        store: &R,
        stream: &StreamId,
        report: &mut Report,
    ) -> Result<Vec<OutboxRow>> {
        let mut own = Vec::new();
        while let Some(effect) = self.effects.next_up_to(store, Some(stream)).await? {
            report.effects_waiting += 1;
            if effect.stream == *stream { own.push(effect) } else { effects::judge_rowless(&effect, report) }
        }
        Ok(own)
    }

    /// Judges what is left when the last stream with rows is done.
    async fn rest<R: Reader>(mut self, store: &R, report: &mut Report) -> Result<()> {
        while let Some(answer) = self.answers.next_up_to(store, None).await? {
            report.answers += 1;
            requests::judge_rowless(&answer, report);
        }
        while let Some(effect) = self.effects.next_up_to(store, None).await? {
            report.effects_waiting += 1;
            effects::judge_rowless(&effect, report);
        }
        self.lines.judge_rest(report);
        Ok(())
    }
}
