//! One stream, from its first row to its last.

use actors::entity::Entity as _;
use anyhow::Result;
use domain::aggregate::{Aggregate as _, Turn};
use domain::flight::{Event, Flight};
use domain::time::Timestamp;
use domain::view::Summary;
use persistence::journal::{Epoch, OutboxRow, StoredAnswer, StoredRow, StreamId};
use persistence::store::Reader;

use super::effects::Effects;
use super::fold::Fold;
use super::ledger::Ledger;
use super::order::Order;
use super::report::Report;
use super::requests::Requests;
use super::scan::Scanned;
use super::snapshot::Start;
use super::{PAGE, lines};

/// What is known of a stream so far.
pub struct Examined {
    stream: StreamId,
    rows: u64,
    order: Order,
    requests: Requests,
    effects: Effects,
    /// The books and the fold mean nothing after a row that is missing or cannot be read.
    is_followed: bool,
    ledger: Ledger,
    fold: Fold,
    start: Option<Start>,
}

impl Examined {
    /// Before the first row, with what stands beside the journal.
    pub fn new(
        stream: StreamId,
        newest: Option<Epoch>,
        answers: Vec<StoredAnswer>,
        effects: Vec<OutboxRow>,
    ) -> Self {
        Self {
            stream,
            rows: 0,
            order: Order::new(newest),
            requests: Requests::new(answers),
            effects: Effects::new(effects),
            is_followed: true,
            ledger: Ledger::default(),
            fold: Fold::new(),
            start: None,
        }
    }

    /// Reads all rows. Without a snapshot they are what an owner that starts reads at once; with one, pages.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<R: Reader>(&mut self, store: &R, report: &mut Report) -> Result<()> {
        if !self.stream.as_str().starts_with(&format!("{}/", Flight::KIND)) {
            report.found(&self.stream, None, "nobody knows this kind of stream");
            self.lose();
        }
        let mut loaded = store.load(&self.stream, Flight::SCHEMA).await?;
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
                self.ledger.enter(turn, event, &mut report.lateness, &mut wrong);
            }
            self.fold.row(&events, &mut wrong)
        });
        self.effects.row(row.version, caused.as_deref(), &mut wrong);
        if let Some(start) = &mut self.start {
            start.row(row.version, self.fold.flight(), &mut wrong);
        }
        wrong.into_iter().for_each(|what| report.found(&row.stream, Some(row.version), what));
    }

    fn events(&mut self, row: &StoredRow, wrong: &mut Vec<String>) -> Option<Vec<Event>> {
        match Flight::UPCASTERS.events::<Event>(row.schema, &row.body) {
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

    /// Judges the whole, with the lines that the stream has beside the journal.
    pub fn close(
        self,
        scanned: &Scanned,
        (due, listing): (Option<Timestamp>, Option<Summary>),
        report: &mut Report,
    ) {
        let mut wrong = Vec::new();
        let (last, at) = (self.order.version(), self.order.at());
        if self.rows != scanned.rows {
            wrong.push(format!("{} rows by position, {} by stream", scanned.rows, self.rows));
        }
        self.requests.close(last, &mut wrong);
        self.effects.close(last, &mut wrong);
        self.ledger.count(&mut report.holds);
        if let Some(flight) = self.fold.flight() {
            flight.departure().into_iter().for_each(|departure| self.ledger.compare(departure, &mut wrong));
            lines::judge_due(flight, due, &mut wrong);
            lines::judge_listing(flight, last, listing.as_ref(), &mut wrong);
        }
        if let Some(start) = self.start {
            start.close(self.fold.flight(), (last, at), &self.requests, &mut wrong);
        }
        wrong.into_iter().for_each(|what| report.found(&self.stream, None, what));
    }
}
