//! Rows of the journal in two pieces of memory, as `WRITE` takes them apart.
//!
//! Every other table takes its rows as a JSON text. For the journal, which gets one or more rows with every
//! statement, reading JSON was most of what SQLite did: bodies are JSON themselves, so each was escaped here,
//! parsed there, and searched eight times. Here a line, which is a row or a run of them, is a *head* of fixed width,
//! whose numbers are decimal because SQLite reads those from bytes, and its texts stand one after the other in the
//! second piece.

use std::io::Write as _;

use crate::journal::{RequestKey, Statement, StoredRow};
use crate::store::runs;

/// Heads and texts.
#[derive(Debug, Default)]
pub struct Packed {
    /// [`HEAD_BYTES`] for each line; the places of the fields stand in `WRITE`.
    pub heads: Vec<u8>,
    /// The texts that the heads point into.
    pub texts: Vec<u8>,
}

/// The width of a head. `WRITE` knows it too.
const HEAD_BYTES: usize = 163;

/// A sum that most texts of a row stay below.
const TEXT_BYTES: usize = 512;

/// For `WRITE`; `None` without rows. The first row gets the position after `last`, and so on.
pub fn rows(statement: &Statement, last: i64) -> Option<Packed> {
    let lines = runs::cut(&statement.rows);
    let mut packed = Packed {
        heads: Vec::with_capacity(lines.len() * HEAD_BYTES),
        texts: Vec::with_capacity(statement.rows.len() * TEXT_BYTES),
    };
    let mut position = last + 1;
    for line in &lines {
        packed.put(line, position);
        position += i64::try_from(line.len()).expect("a run is short");
    }
    debug_assert_eq!(packed.heads.len(), lines.len() * HEAD_BYTES);
    (!lines.is_empty()).then_some(packed)
}

impl Packed {
    fn put(&mut self, line: &[StoredRow], position: i64) {
        let (row, run) = (&line[0], line.len());
        self.text(|texts| texts.extend_from_slice(row.stream.as_str().as_bytes()));
        let (version, epoch, at) = (row.version.number(), row.epoch.number(), row.at.millis());
        self.head(format_args!("{version:020}{epoch:020}{at:020}{:05}", row.schema));
        self.request(row.request.filter(|_| run == 1));
        self.text(|texts| runs::write(line, texts));
        self.head(format_args!("{position:020}{run:05}"));
    }

    /// Where a text begins, counted from 1, and how long it is.
    fn text(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let from = self.texts.len();
        write(&mut self.texts);
        let length = self.texts.len() - from;
        self.head(format_args!("{:010}{length:010}", from + 1));
    }

    /// Whether there is one, and its two digests as they are.
    fn request(&mut self, request: Option<RequestKey>) {
        self.heads.push(if request.is_some() { b'1' } else { b'0' });
        let [id, fingerprint] = request.map_or([[0; 16]; 2], |key| [key.id.bytes(), key.fingerprint.bytes()]);
        self.heads.extend_from_slice(&id);
        self.heads.extend_from_slice(&fingerprint);
    }

    fn head(&mut self, field: std::fmt::Arguments<'_>) {
        self.heads.write_fmt(field).expect("memory takes everything");
    }
}
