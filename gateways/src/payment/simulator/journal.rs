//! What the simulator's book is made of, in a file, so that payments outlive its process.
//!
//! One line for each thing that changed the book. It is written before it is answered and not forced to the disk: it outlives a
//! process that is killed, and need not outlive a power cut. A killed process leaves half a line at
//! most, which was never answered and is cut off.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::book::Book;
use super::request::Request;

/// Something that changes the book, and when, in seconds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    pub at: i64,
    pub what: What,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum What {
    /// A request, carried out.
    Asked(Request),
    /// A request that was answered with 500.
    Failed(Request),
    /// The customer proved who they are, or failed to.
    Proof { payment: String, given: bool },
    /// The bank said yes at last.
    PaidLate { payment: String },
}

impl What {
    /// Whether it can change the book. Looking does not.
    fn is_change(&self) -> bool {
        match self {
            Self::Asked(request) | Self::Failed(request) => request.order.asked() != super::Asked::Read,
            Self::Proof { .. } | Self::PaidLate { .. } => true,
        }
    }
}

/// The file; nothing when the book is kept in memory only.
#[derive(Debug, Default)]
pub struct Journal(Option<File>);

impl Journal {
    /// Opens a file, and makes the book that it tells of.
    pub fn open(path: &Path, series: &str) -> io::Result<(Self, Book)> {
        let mut bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
        let text = std::str::from_utf8(&bytes).map_err(io::Error::other)?;
        let mut lines = text.lines();
        let known = lines.next();
        let mut book = Book::of_series(known.unwrap_or(series).to_owned());
        for line in lines {
            let entry = serde_json::from_str(line).map_err(io::Error::other)?;
            book.enter(&entry);
        }
        // Whoever listened then has heard of it, or will ask.
        book.take_happened();
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.set_len(bytes.len() as u64)?;
        if known.is_none() {
            file.write_all(format!("{series}\n").as_bytes())?;
        }
        Ok((Self(Some(file)), book))
    }

    /// Writes what is about to change the book.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let Some(file) = self.0.as_mut().filter(|_| entry.what.is_change()) else { return Ok(()) };
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        file.write_all(&line)
    }
}
