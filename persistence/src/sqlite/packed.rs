//! Rows of the journal in two pieces of memory, as `WRITE` takes them apart.
//!
//! Every other table takes its rows as a JSON text. For the journal, which gets one or more rows with every
//! statement, reading JSON was most of what SQLite did: bodies are JSON themselves, so each was escaped here,
//! parsed there, and searched eight times. Here a row is a *head* of fixed width, whose numbers are decimal
//! because SQLite reads those from bytes, and its texts stand one after the other in the second piece.

use std::io::Write as _;

use crate::journal::{RequestKey, Statement, StoredRow};

/// Heads and texts.
#[derive(Debug, Default)]
pub struct Packed {
    /// [`HEAD_BYTES`] for each row; the places of the fields stand in `WRITE`.
    pub heads: Vec<u8>,
    /// The texts that the heads point into.
    pub texts: Vec<u8>,
}

/// The width of a head. `WRITE` knows it too.
const HEAD_BYTES: usize = 138;

/// A sum that most texts of a row stay below.
const TEXT_BYTES: usize = 512;

/// For `WRITE`; `None` without rows.
pub fn rows(statement: &Statement) -> Option<Packed> {
    let count = statement.rows.len();
    let mut packed = Packed {
        heads: Vec::with_capacity(count * HEAD_BYTES),
        texts: Vec::with_capacity(count * TEXT_BYTES),
    };
    for row in &statement.rows {
        packed.put(row);
    }
    debug_assert_eq!(packed.heads.len(), count * HEAD_BYTES);
    (count > 0).then_some(packed)
}

impl Packed {
    fn put(&mut self, row: &StoredRow) {
        self.text(row.stream.as_str());
        let (version, epoch, at) = (row.version.number(), row.epoch.number(), row.at.millis());
        self.head(format_args!("{version:020}{epoch:020}{at:020}{:05}", row.schema));
        self.request(row.request);
        self.text(&row.body);
    }

    /// Where a text begins, counted from 1, and how long it is.
    fn text(&mut self, text: &str) {
        let (from, length) = (self.texts.len() + 1, text.len());
        self.texts.extend_from_slice(text.as_bytes());
        self.head(format_args!("{from:010}{length:010}"));
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
