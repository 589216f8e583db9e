//! The verb `check`: proves the promises over everything that a store holds.
//!
//! It reads the whole journal twice. First by position, to learn which streams there are; then stream by
//! stream, with what stands beside each of them: remembered answers, waiting effects, the line in `due`, the
//! line in its list, the snapshot. So it keeps a few words for every stream in memory, and all of
//! one stream at a time, whatever the number of rows.
//!
//! | part | what must hold |
//! |---|---|
//! | `order` | versions are dense from 1; epochs and times never fall |
//! | `ledger`, `holds`, `seats` | no seat has two owners; a hold ends once, and never lapses early |
//! | `fold` | every body can be read; the invariants of the domain hold after every row |
//! | `requests` | a request is answered once within its day |
//! | `effects` | what waits in the outbox was caused by a row |
//! | `lines` | `due` and the lists of departures and bookings say what the fold says |
//! | `told` | what live sessions resume from was told by a row, and says what the fold says |
//! | `between` | a booking at rest has on each departure what it says, on the same seats, and nothing else |
//! | `money` | the ledger of money has what each row moves; the lines of each row come to nothing |
//! | `snapshot` | an owner that starts from a snapshot is where the fold is, and remembers as much |
//!
//! The ledger is built from the events alone: it shares no line with the fold that the engine goes by, and the
//! two are held against each other at the end of each stream.
//!
//! Nobody may write meanwhile. An embedded store is locked while it is open; of a database nobody's word is
//! taken, so a node that still writes shows up as violations.

mod between;
mod by_stream;
mod effects;
mod fold;
mod holds;
mod kind;
mod lateness;
mod ledger;
mod lines;
mod money;
mod order;
mod report;
mod requests;
mod scan;
mod seats;
mod snapshot;
mod stream;
#[cfg(test)]
mod tests;
mod told;

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use domain::booking::Booking;
use domain::flight::Flight;
use domain::view::BookingView;
use persistence::any::{Address, Any};
use persistence::journal::{Epoch, Listing, OutboxRow, StoredAnswer, StreamId};
use persistence::store::Reader;

use crate::config::Config;

pub use report::Report;

use between::Between;
use by_stream::ByStream;
use kind::{Checked, Kind};
use lines::Lines;
use money::Money;
use scan::{Scan, Scanned};
use stream::{BesideIt, Examined};
use told::Told;

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
    let mut told = Told::read(store, &mut report).await?;
    let scan = Scan::read(store, &mut told, &mut report).await?;
    let mut beside = Beside {
        answers: ByStream::default(),
        effects: ByStream::default(),
        bookings: ByStream::default(),
        lines: Lines::read(store, &mut report).await?,
        between: booked(store).await?,
        told,
        money: Money::read(store, &mut report).await?,
    };
    for (stream, scanned) in &scan.streams {
        let epoch = scan.epochs.get(&stream.shard()).copied();
        match Kind::of(stream) {
            Some(Kind::Booking) => {
                beside.examine::<Booking, R>(store, (stream, scanned), epoch, &mut report).await?;
            }
            // One that nobody knows is a finding as well.
            Some(Kind::Flight) | None => {
                beside.examine::<Flight, R>(store, (stream, scanned), epoch, &mut report).await?;
            }
        }
    }
    beside.rest(store, &mut report).await?;
    Ok(report)
}

/// On which departures the lists say that bookings are.
async fn booked<R: Reader>(store: &R) -> Result<Between> {
    let mut between = Between::default();
    let mut last = None;
    loop {
        let page = store.booked_after(last.as_ref(), PAGE).await.context("cannot read who is on board")?;
        if page.is_empty() {
            return Ok(between);
        }
        last = page.last().cloned();
        page.iter().for_each(|row| between.put(row));
    }
}

/// What stands beside the journal. Taken out stream by stream, in the order of their names.
struct Beside {
    answers: ByStream<StoredAnswer>,
    effects: ByStream<OutboxRow>,
    bookings: ByStream<(StreamId, BookingView)>,
    lines: Lines,
    between: Between,
    told: Told,
    money: Money,
}

impl Beside {
    /// Looks at one stream.
    async fn examine<A: Checked, R: Reader>(
        &mut self,
        store: &R,
        (stream, scanned): (&StreamId, &Scanned),
        epoch: Option<Epoch>,
        report: &mut Report,
    ) -> Result<()> {
        let answers = self.answers_of(store, stream, report).await?;
        let effects = self.effects_of(store, stream, report).await?;
        self.between.expect(&effects);
        let beside =
            BesideIt { answers, effects, told: self.told.take(stream), money: self.money.take(stream) };
        let mut examined: Examined<A> = Examined::new(stream.clone(), epoch, beside);
        examined.read(store, report).await.with_context(|| format!("cannot read {stream}"))?;
        let (due, departure) = self.lines.take(stream);
        let booking = self.booking_of(store, stream, report).await?;
        let listing = departure.or_else(|| booking.map(|view| Listing::Booking(Box::new(view))));
        examined.close(scanned, (due, listing), &mut self.between, report);
        Ok(())
    }

    /// The line of a stream in the list of bookings; those of streams before it, which have no rows, are judged at once.
    async fn booking_of<R: Reader>(
        &mut self,
        store: &R,
        stream: &StreamId,
        report: &mut Report,
    ) -> Result<Option<BookingView>> {
        let mut own = None;
        while let Some((of, view)) = self.bookings.next_up_to(store, Some(stream)).await? {
            if of == *stream { own = Some(view) } else { report.found(&of, None, lines::ROWLESS) }
        }
        Ok(own)
    }

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
        while let Some((of, _)) = self.bookings.next_up_to(store, None).await? {
            report.found(&of, None, lines::ROWLESS);
        }
        self.lines.judge_rest(report);
        self.between.judge_rest(report);
        self.told.judge_rest(report);
        self.money.judge_rest(report);
        Ok(())
    }
}
