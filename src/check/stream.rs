//! One stream, from its first row to its last.

use actors::entity::wakes_at;
use anyhow::Result;
use domain::aggregate::Turn;
use domain::time::Timestamp;
use persistence::journal::{Epoch, Listing, OutboxRow, StoredAnswer, StoredRow, StreamId};
use persistence::store::Reader;

use super::between::Between;
use super::effects::Effects;
use super::fold::Fold;
use super::kind::{Checked, Kind};
use super::money;
use super::order::Order;
use super::report::Report;
use super::requests::Requests;
use super::scan::Scanned;
use super::snapshot::Start;
use super::told::OfStream;
use super::{PAGE, lines};

/// What is known of a stream so far.
pub struct Examined<A: Checked> {
    stream: StreamId,
    rows: u64,
    order: Order,
    requests: Requests,
    effects: Effects,
    /// The books and the fold mean nothing after a row that is missing or cannot be read.
    is_followed: bool,
    books: A::Books,
    fold: Fold<A>,
    start: Option<Start<A>>,
    told: OfStream,
    money: money::OfStream,
}

/// What stands beside the journal for a stream.
#[derive(Debug, Default)]
pub struct BesideIt {
    /// Its remembered answers.
    pub answers: Vec<StoredAnswer>,
    /// Its effects that wait.
    pub effects: Vec<OutboxRow>,
    /// What is told of it.
    pub told: OfStream,
    /// What its rows moved.
    pub money: money::OfStream,
}

impl<A: Checked> Examined<A> {
    /// Before the first row, with what stands beside the journal.
    pub fn new(stream: StreamId, newest: Option<Epoch>, beside: BesideIt) -> Self {
        Self {
            stream,
            rows: 0,
            order: Order::new(newest),
            requests: Requests::new(beside.answers),
            effects: Effects::new(beside.effects),
            is_followed: true,
            books: A::Books::default(),
            fold: Fold::new(),
            start: None,
            told: beside.told,
            money: beside.money,
        }
    }

    /// Reads all rows. Without a snapshot they are what an owner that starts reads at once; with one, pages.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<R: Reader>(&mut self, store: &R, report: &mut Report) -> Result<()> {
        if Kind::of(&self.stream).is_none() {
            report.found(&self.stream, None, "nobody knows this kind of stream");
            self.lose();
        }
        let mut loaded = store.load(&self.stream, A::SCHEMA).await?;
        if loaded.snapshot.is_none() {
            let rows = std::mem::take(&mut loaded.rows);
            rows.iter().for_each(|row| self.row(row, report));
            return Ok(());
        }
        report.snapshots += 1;
        let mut wrong = Vec::new();
        self.start = Start::of(loaded, &mut wrong);
        wrong.into_iter().for_each(|what| report.found(&self.stream, None, what));
        loop {
            let page = store.rows_of(&self.stream, self.order.version(), PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            page.iter().for_each(|row| self.row(row, report));
        }
    }

    fn row(&mut self, row: &StoredRow, report: &mut Report) {
        let mut wrong = Vec::new();
        self.rows += 1;
        if !self.order.row(row, &mut wrong) {
            self.lose();
        }
        self.requests.row(row, &mut wrong);
        let events = if self.is_followed { self.events(row, &mut wrong) } else { None };
        let caused = events.and_then(|events| {
            let turn = Turn { now: row.at, version: row.version };
            for event in &events {
                wrong.extend(A::enter(&mut self.books, turn, event, report));
            }
            self.fold.row(&events, &mut wrong)
        });
        self.effects.row(row.version, caused.as_ref().map(|caused| &*caused.effects), &mut wrong);
        if let (Some(caused), Some(state)) = (caused, self.fold.state()) {
            self.money.row(row.version, &caused.moves, &mut wrong);
            let listing = if caused.news.is_empty() { None } else { state.listing(row.version) };
            self.told.row((row.version, row.at), &caused.news, listing.as_ref(), &mut wrong);
        }
        if let Some(start) = &mut self.start {
            start.row(row.version, self.fold.state(), &mut wrong);
        }
        wrong.into_iter().for_each(|what| report.found(&row.stream, Some(row.version), what));
    }

    fn events(&mut self, row: &StoredRow, wrong: &mut Vec<String>) -> Option<Vec<A::Event>> {
        match A::UPCASTERS.events::<A::Event>(row.schema, &row.body) {
            Ok(events) => {
                if events.is_empty() {
                    wrong.push("has no events".to_owned());
                }
                Some(events)
            }
            Err(error) => {
                wrong.push(format!("cannot be read: {:#}", anyhow::Error::from(error)));
                self.lose();
                None
            }
        }
    }

    fn lose(&mut self) {
        self.is_followed = false;
        self.fold.give_up();
    }

    /// Judges the whole, with the lines that the stream has beside the journal, and with other streams.
    pub fn close(
        self,
        scanned: &Scanned,
        (due, listing): (Option<Timestamp>, Option<Listing>),
        between: &mut Between,
        report: &mut Report,
    ) {
        let mut wrong = Vec::new();
        let (last, at) = (self.order.version(), self.order.at());
        if self.rows != scanned.rows {
            wrong.push(format!("{} rows by position, {} by stream", scanned.rows, self.rows));
        }
        self.requests.close::<A>(last, &mut wrong);
        self.effects.close(last, &mut wrong);
        wrong.extend(A::close(&self.books, self.fold.state(), between, report));
        if let Some(state) = self.fold.state() {
            self.told.close(last, &mut wrong);
            self.money.close(&mut wrong);
            lines::judge_due(wakes_at(state), due, &mut wrong);
            lines::judge_listing(state.listing(last).as_ref(), last, listing.as_ref(), &mut wrong);
        }
        if let Some(start) = self.start {
            start.close(self.fold.state(), (last, at), &self.requests, &mut wrong);
        }
        wrong.into_iter().for_each(|what| report.found(&self.stream, None, what));
    }
}
