//! The ledger of money: it has what each row moves, nothing else, and the lines of each row come to nothing.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use domain::ids::Version;
use domain::ledger::Line;
use domain::money::Currency;
use persistence::journal::StreamId;
use persistence::store::{LedgerKey, Reader};

use super::PAGE;
use super::report::Report;

/// All lines of the ledger that were not asked for yet, by stream and row.
#[derive(Debug, Default)]
pub struct Money {
    streams: BTreeMap<StreamId, OfStream>,
}

/// The lines of one stream, by row.
#[derive(Debug, Default)]
pub struct OfStream {
    rows: BTreeMap<Version, Vec<Line>>,
}

impl Money {
    /// Reads all of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<R: Reader>(store: &R, report: &mut Report) -> Result<Self> {
        let mut money = Self::default();
        let mut last: Option<LedgerKey> = None;
        loop {
            let page = store.ledger_after(last.as_ref(), PAGE).await.context("cannot read the ledger")?;
            let Some(end) = page.last() else { return Ok(money) };
            last = Some((end.stream.clone(), end.version, end.ordinal));
            report.ledger += page.len() as u64;
            for row in page {
                let of_stream = money.streams.entry(row.stream).or_default();
                of_stream.rows.entry(row.version).or_default().push(row.line);
            }
        }
    }

    /// The lines of a stream.
    pub fn take(&mut self, stream: &StreamId) -> OfStream {
        self.streams.remove(stream).unwrap_or_default()
    }

    /// Lines of streams that have no rows.
    pub fn judge_rest(self, report: &mut Report) {
        for (stream, _) in self.streams {
            report.found(&stream, None, "the ledger has lines of it, but it has no rows");
        }
    }
}

impl OfStream {
    /// Holds a row's lines against what it moves.
    pub fn row(&mut self, version: Version, moves: &[Line], wrong: &mut Vec<String>) {
        let kept = self.rows.remove(&version).unwrap_or_default();
        if kept != moves {
            wrong.push(format!("the ledger has {kept:?} of it; it moves {moves:?}"));
        }
        let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
        for line in &kept {
            *sums.entry(line.amount.currency()).or_default() += line.amount.minor();
        }
        if let Some((currency, sum)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
            wrong.push(format!(
                "its lines of the ledger come to {sum} of {}, not to nothing",
                currency.code()
            ));
        }
    }

    /// Judges lines of rows that are not there.
    pub fn close(self, wrong: &mut Vec<String>) {
        for (version, _) in self.rows {
            wrong.push(format!("the ledger has lines of row {version}, which is not there"));
        }
    }
}
