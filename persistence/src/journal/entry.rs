//! What an owner hands to the journal.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use domain::ids::Version;
use domain::ledger::Line;
use domain::news::News;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::listing::Listing;
use super::stream::StreamId;

/// About how many bytes a listing takes as JSON: the widest aircraft has four cabins of some 120 bytes each, a booking of nine
/// on two departures is twice that.
const LISTING_BYTES: usize = 2_048;

/// One life of an owner in memory. A process draws them from one counter for all streams, so what an earlier
/// life left in the queue is told apart, and also what began before a shard was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Activation(u64);

impl Activation {
    /// The activation with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Sixteen bytes, written as 32 hexadecimal digits.
macro_rules! digest {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// The digest with these bytes.
            #[must_use]
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hexadecimal(self.0, |digits| f.write_str(digits))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                u128::from_str_radix(text, 16).map(|bits| Self(bits.to_be_bytes()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = std::num::ParseIntError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                hexadecimal(self.0, |digits| serializer.serialize_str(digits))
            }
        }
    };
}

/// Hands `take` the 32 digits, without a word of memory: each row has two digests.
fn hexadecimal<T>(bytes: [u8; 16], take: impl FnOnce(&str) -> T) -> T {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 32];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0xF)];
    }
    take(std::str::from_utf8(&text).expect("digits are ASCII"))
}

digest! {
    /// Names a request for ever: a digest of who asked, where, and with which key.
    RequestId
}

digest! {
    /// A digest of what was asked, so that one key with two bodies is noticed.
    Fingerprint
}

/// A request that is to be answered once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey {
    /// Which request.
    pub id: RequestId,
    /// What it asked.
    pub fingerprint: Fingerprint,
}

/// One accepted command.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number in the stream.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// The schema that its body is written in.
    pub schema: u16,
    /// The request that it answers, if a client is to find it again.
    pub request: Option<RequestKey>,
    /// The list of its events, as JSON.
    pub body: Arc<str>,
    /// What the world must do because of it.
    pub outbox: Vec<OutboxOrder>,
    /// When the stream must be woken next.
    pub due: Due,
    /// How lists show the stream after this row; `None` when no list does.
    pub listing: Option<Listing>,
    /// What is told of it to those whom it concerns; usually nothing.
    pub news: Vec<News>,
    /// What it moves, in double entry; usually nothing.
    pub ledger: Vec<Line>,
}

/// An effect that is carried out after the row is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxOrder {
    /// Which of the row's effects it is; with stream and version this is its idempotency key.
    pub ordinal: u16,
    /// The effect, as JSON.
    pub body: Arc<str>,
}

/// What a row says about the stream's one line in `due`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// As it was.
    Unchanged,
    /// Wake the stream at this instant at the latest.
    At(Timestamp),
    /// Nothing falls due.
    Never,
}

/// An answer that is no row: a refusal, or the word that what was asked for is already so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The request that it answers.
    pub request: RequestKey,
    /// The version that it rests on.
    pub version: Version,
    /// When it was decided.
    pub at: Timestamp,
    /// The answer, as JSON.
    pub body: Arc<str>,
    /// Until when it is remembered.
    pub expires: Timestamp,
}

/// What an entry asks of the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// Write a row.
    Row(Row),
    /// Remember an answer.
    Answer(Answer),
    /// Write nothing, but acknowledge only as owner of the shard and after all that this stream handed in
    /// before: for answers that rest on a state and are not remembered.
    Mark,
    /// Acknowledge once the fate of everything before is known, so that the stream may be loaded.
    Barrier,
}

/// One thing for the journal to do, and whom to tell when it is done.
#[derive(Debug)]
pub struct Entry<T> {
    /// The stream.
    pub stream: StreamId,
    /// Which life of its owner asks.
    pub activation: Activation,
    /// What is asked.
    pub record: Record,
    /// Whom to tell.
    pub ack: T,
}

impl<T> Entry<T> {
    /// The same entry, with somebody else to tell.
    pub fn with_ack<U>(self, ack: U) -> Entry<U> {
        Entry { stream: self.stream, activation: self.activation, record: self.record, ack }
    }

    /// About how many bytes it puts into a statement; rather too many, because of the listings of a stream only
    /// the last one is written.
    pub(super) fn bytes(&self) -> usize {
        match &self.record {
            Record::Row(row) => {
                let effects: usize = row.outbox.iter().map(|order| order.body.len()).sum();
                let listings = usize::from(row.listing.is_some()) + row.news.len();
                row.body.len() + effects + listings * LISTING_BYTES
            }
            Record::Answer(answer) => answer.body.len(),
            Record::Mark | Record::Barrier => 0,
        }
    }
}
