//! What is spoken on a socket: the product's frames as they are, or those of socket.io around them.
//!
//! Of socket.io's protocol (its version 5, on Engine.IO's version 4) only what a subscriber needs: every message is
//! text and begins with its kind as digits.

use anyhow::bail;

use crate::contract::{self, LIVE_PATH, SUBPROTOCOL};

/// A way of speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// The product's.
    #[default]
    Aisle,
    /// The peer's.
    SocketIo,
}

/// What a server said.
#[derive(Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// A frame of the product's kind.
    Frame(&'a str),
    /// Something that wants this answer.
    Answer(&'static str),
    /// That we may subscribe.
    Welcome,
    /// Nothing of interest.
    Nothing,
}

impl Dialect {
    /// Where sockets are opened.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Aisle => LIVE_PATH,
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
        }
    }

    /// What the opening request asks for.
    #[must_use]
    pub fn subprotocol(self) -> Option<&'static str> {
        match self {
            Self::Aisle => Some(SUBPROTOCOL),
            Self::SocketIo => None,
        }
    }

    /// What a client says first; then it waits for [`Said::Welcome`].
    #[must_use]
    pub fn greeting(self) -> Option<&'static str> {
        match self {
            Self::Aisle => None,
            Self::SocketIo => Some("40"),
        }
    }

    /// What subscribes to a departure.
    #[must_use]
    pub fn subscription(self, flight: &str) -> String {
        let wish = contract::subscribe_frame(flight);
        match self {
            Self::Aisle => wish,
            Self::SocketIo => format!(r#"42["subscribe",{wish}]"#),
        }
    }

    /// Understands a message.
    ///
    /// # Errors
    /// When it ends the connection, or is none.
    pub fn understand(self, text: &str) -> anyhow::Result<Said<'_>> {
        if self == Self::Aisle {
            return Ok(Said::Frame(text));
        }
        match text.as_bytes() {
            [b'4', b'2', ..] => {
                let frame = text.strip_prefix(r#"42["seat-map","#).and_then(|rest| rest.strip_suffix(']'));
                Ok(frame.map_or(Said::Nothing, Said::Frame))
            }
            [b'4', b'0', ..] => Ok(Said::Welcome),
            // Its ping, and the pong.
            b"2" => Ok(Said::Answer("3")),
            [b'0' | b'6', ..] => Ok(Said::Nothing),
            _ => bail!("the server says {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_socket_io_hold_frames_of_ours() {
        let understand = |text| Dialect::SocketIo.understand(text).unwrap();
        assert_eq!(understand(r#"0{"sid":"a","pingInterval":25000}"#), Said::Nothing);
        assert_eq!(understand(r#"40{"sid":"b"}"#), Said::Welcome);
        assert_eq!(
            understand(r#"42["seat-map",{"type":"delta","x":[1]}]"#),
            Said::Frame(r#"{"type":"delta","x":[1]}"#)
        );
        assert_eq!(understand(r#"42["other",{}]"#), Said::Nothing);
        assert_eq!(understand("2"), Said::Answer("3"));
        for end in ["41", "1", "", r#"44{"message":"no"}"#] {
            assert!(Dialect::SocketIo.understand(end).is_err(), "{end}");
        }
    }

    #[test]
    fn ours_are_taken_as_they_are() {
        assert_eq!(Dialect::Aisle.understand("2").unwrap(), Said::Frame("2"));
        assert_eq!(Dialect::Aisle.subscription("f"), contract::subscribe_frame("f"));
        assert!(Dialect::SocketIo.subscription("f").starts_with(r#"42["subscribe",{"#));
    }
}
