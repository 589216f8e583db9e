//! Why a socket ends, as its client is told.

use std::borrow::Cow;

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client has gone, or the connection broke.
    Gone,
    /// The client gave no sign of life.
    Silent,
    /// The client read too slowly, and can be told so.
    Slow,
    /// The client does not read at all: a frame stands half written, so nothing more can be said.
    Stuck,
    /// The process stops.
    Restarting,
    /// The token has ended, or the ticket was none.
    SignedOut,
    /// A ticket of somebody else.
    Forbidden,
    /// The client said too much that cannot be taken.
    Mistaken,
    /// The client said something too long.
    TooLong,
    /// The client said something that is no text.
    NoText,
    /// The client broke the protocol.
    Broken,
}

impl Ending {
    /// The close code (RFC 6455, section 7.4, and ours from 4000) and the reason for people; `None` when there
    /// is nobody to tell.
    pub fn told(self) -> Option<(u16, Cow<'static, str>)> {
        let (code, reason) = match self {
            Self::Gone | Self::Silent | Self::Stuck => return None,
            Self::Slow => (1013, "too slow: come back and start afresh"),
            Self::Restarting => (1012, "restarting: come back in a moment, not all at once"),
            Self::SignedOut => (4401, "your ticket is not valid, or your token has ended: sign in again"),
            Self::Forbidden => (4403, "a socket stays its first principal's"),
            Self::Mistaken => (1008, "too many words that cannot be taken"),
            Self::TooLong => (1009, "a word may have 16 KiB"),
            Self::NoText => (1007, "words are UTF-8"),
            Self::Broken => (1002, "the WebSocket protocol was broken"),
        };
        Some((code, Cow::Borrowed(reason)))
    }
}
