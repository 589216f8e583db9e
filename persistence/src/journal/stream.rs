//! Streams, and the shards that they fall into.

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::sync::Arc;

/// How many shards there are. For ever: a stream's shard is stored with its rows.
pub const SHARDS: u16 = 256;

/// The name of a stream: its kind and its id, `flight/B6-523-2026-12-01-JFK`. Printable ASCII, at most 128
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    name: Arc<str>,
    /// A function of the name, kept because every entry asks for it several times.
    shard: Shard,
}

/// A text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a stream like flight/B6-523-2026-12-01-JFK: {0:?}")]
pub struct InvalidStreamId(String);

/// One of the 256 parts that streams fall into. Ownership and the fence go by shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

/// How often a shard has changed hands, or was fenced. Only ever rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Epoch(i64);

/// One run of one process. A process that starts again is another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u128);

impl StreamId {
    /// The stream of the thing called `id`, of this `kind`.
    ///
    /// # Errors
    /// Refuses what is not printable ASCII, and more than 128 characters.
    pub fn of(kind: &str, id: &impl fmt::Display) -> Result<Self, InvalidStreamId> {
        /// Room for any departure's name.
        const BYTES: usize = 48;
        let mut name = String::with_capacity(BYTES);
        write!(name, "{kind}/{id}").expect("memory takes everything");
        name.parse()
    }

    /// The name as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The word that it begins with: what kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.name.split_once('/').map_or(&*self.name, |(kind, _)| kind)
    }

    /// The shard that the stream falls into.
    #[must_use]
    pub const fn shard(&self) -> Shard {
        self.shard
    }
}

/// FNV-1a of the name, 32 bits, folded to 8 (<http://www.isthe.com/chongo/tech/comp/fnv/>).
fn shard_of(name: &str) -> Shard {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_le_bytes();
    Shard(a ^ b ^ c ^ d)
}

impl FromStr for StreamId {
    type Err = InvalidStreamId;
    fn from_str(text: &str) -> Result<Self, InvalidStreamId> {
        let named = text.split_once('/').is_some_and(|(kind, id)| !kind.is_empty() && !id.is_empty());
        if named && text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self { name: text.into(), shard: shard_of(text) });
        }
        Err(InvalidStreamId(text.chars().take(140).collect()))
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Shard {
    /// The shard with this number.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    /// Its number, 0–255.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Epoch {
    /// The epoch with this number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The epoch after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl NodeId {
    /// The node with these 128 bits, drawn afresh at each start of a process.
    #[must_use]
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shard_of_a_stream_never_changes() {
        let shard = |text: &str| text.parse::<StreamId>().unwrap().shard().number();
        assert_eq!(shard("flight/B6-523-2026-12-01-JFK"), 88);
        assert_eq!(shard("booking/00000000000000000000000000000001"), 214);
    }

    #[test]
    fn real_departures_spread_over_the_shards() {
        let mut counts = [0_u32; SHARDS as usize];
        for number in 1..=5_120 {
            let stream: StreamId = format!("flight/B6-{number}-2026-12-01-JFK").parse().unwrap();
            counts[usize::from(stream.shard().number())] += 1;
        }
        assert!(counts.iter().all(|count| (1..=80).contains(count)), "{counts:?}");
    }

    #[test]
    fn what_names_no_stream_is_refused() {
        for text in [
            "",
            "flight",
            "flight/",
            "/x",
            "flight/a b",
            "flight/\0",
            "flight/ä",
            &format!("flight/{}", "x".repeat(128)),
        ] {
            assert!(text.parse::<StreamId>().is_err(), "{text}");
        }
    }
}
