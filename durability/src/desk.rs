//! What the clients remember. They are other machines: they do not die with the process that they ask.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, Result};
use domain::flight::Command;
use domain::time::Timestamp;
use fastrand::Rng;
use persistence::journal::{Fingerprint, RequestId, RequestKey};
use serde::{Deserialize, Serialize};

/// How much of the end of the notes is read again at a start: all that may have been under way, and some more.
const REREAD_LAST_BYTES: u64 = 16 * 1024;

/// How much is read again from anywhere.
const REREAD_ANY_BYTES: u64 = 4 * 1024;

/// Requests that may be asked again while the process lives.
const RECENT_MAX: usize = 256;

/// A request that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Which one, counted over all lives.
    pub number: u64,
    /// When it was made, by the clients' clock.
    pub at: Timestamp,
    /// Of which departure.
    pub departure: usize,
    /// Whether it has a key, so that it may be asked again.
    pub keyed: bool,
    /// What it asks.
    pub command: Command,
}

impl Asked {
    /// Its key, if it has one.
    #[must_use]
    pub fn key(&self) -> Option<RequestKey> {
        let command = serde_json::to_string(&self.command).expect("a command has text keys");
        let id = RequestId::new(digest(&format!("request {}", self.number)));
        self.keyed.then(|| RequestKey { id, fingerprint: Fingerprint::new(digest(&command)) })
    }
}

/// FNV-1a, 128 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>).
fn digest(text: &str) -> [u8; 16] {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = text.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    hash.to_be_bytes()
}

/// The clients' notes, and who still waits for an answer.
#[derive(Debug)]
pub struct Desk {
    notes: File,
    /// The number of the next request.
    next: u64,
    /// The time of the last one.
    last: Option<Timestamp>,
    /// What must be asked again, because nobody knows what became of it or to see whether it is answered alike.
    again: VecDeque<Asked>,
    recent: VecDeque<Asked>,
}

impl Desk {
    /// Opens the notes of earlier lives. Some of what stands there will be asked again.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(path: &Path, rng: &mut Rng) -> Result<Self> {
        let file = File::options().create(true).read(true).append(true).open(path);
        let mut notes = file.with_context(|| format!("cannot use {}", path.display()))?;
        let length = notes.metadata()?.len();
        let last = length.saturating_sub(REREAD_LAST_BYTES);
        let mut again = read_from(&mut notes, last, REREAD_LAST_BYTES)?;
        let newest = again.last().map(|asked| (asked.number, asked.at));
        if last > 0 {
            again.extend(read_from(&mut notes, rng.u64(..last), REREAD_ANY_BYTES)?);
        }
        again.retain(|asked| asked.keyed && rng.u8(..4) > 0);
        // The last line may have been cut off by a kill; then it was never asked.
        notes.write_all(b"\n").context("cannot write notes")?;
        let (next, last) = newest.map_or((1, None), |(number, at)| (number + 1, Some(at)));
        Ok(Self { notes, next, last, again: again.into(), recent: VecDeque::new() })
    }

    /// Lets what earlier lives left unanswered be.
    #[must_use]
    pub fn without_repetition(self) -> Self {
        Self { again: VecDeque::new(), ..self }
    }

    /// When the last request of earlier lives was made.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// The number of the next new request.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Writes a new request down; to be called before it is asked.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&mut self, asked: &Asked) -> Result<()> {
        let mut line = serde_json::to_string(asked).expect("a request has text keys");
        line.push('\n');
        self.notes.write_all(line.as_bytes()).context("cannot write notes")?;
        self.next = asked.number + 1;
        if asked.keyed {
            self.recent.push_back(asked.clone());
        }
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
        Ok(())
    }

    /// Puts a request back whose answer is not known. Without a key nobody can ask again.
    pub fn put_back(&mut self, asked: Asked) {
        if asked.keyed {
            self.again.push_back(asked);
        }
    }

    /// The next request that must be asked again and whose departure is ready.
    pub fn again(&mut self, is_ready: impl Fn(usize) -> bool) -> Option<Asked> {
        let at = self.again.iter().position(|asked| is_ready(asked.departure))?;
        self.again.remove(at)
    }

    /// Whether nobody waits for an answer that must be asked for again.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.again.is_empty()
    }

    /// Any request of late; it may not be answered yet.
    pub fn recent(&self, rng: &mut Rng) -> Option<Asked> {
        let count = self.recent.len();
        (count > 0).then(|| self.recent[rng.usize(..count)].clone())
    }
}

/// The whole notes within `bytes` from `start` on.
fn read_from(notes: &mut File, start: u64, bytes: u64) -> Result<Vec<Asked>> {
    let mut piece = Vec::new();
    notes.seek(SeekFrom::Start(start)).context("cannot read notes")?;
    notes.take(bytes).read_to_end(&mut piece).context("cannot read notes")?;
    Ok(piece.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}
