//! One subscriber of a seat map.

mod dialect;

use std::borrow::Cow;

use anyhow::{Context, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::wire::{Address, Wire};

pub use dialect::Dialect;
use dialect::Said;

/// Frames are small, and the default of 128 KiB would make ten thousand subscribers a gigabyte.
const BUFFER_BYTES: usize = 4_096;

/// A socket that watches one departure.
#[derive(Debug)]
pub struct Subscriber {
    stream: WebSocketStream<Wire>,
    dialect: Dialect,
    /// The version up to which it has seen everything.
    pub version: u64,
}

/// What a frame did to a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It led from the version before to the subscriber's version now.
    Changes {
        /// How many bytes it had.
        bytes: usize,
    },
    /// It began anew: the first frame, and later when the server had to drop something.
    Snapshot,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    from: Option<u64>,
    version: Option<u64>,
}

impl Subscriber {
    /// Connects, subscribes and waits for the snapshot.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn open(address: &Address, flight: &str) -> anyhow::Result<Self> {
        Self::open_in(Dialect::Aisle, address, flight).await
    }

    /// The same where something else is spoken.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn open_in(dialect: Dialect, address: &Address, flight: &str) -> anyhow::Result<Self> {
        let stream = address.connect().await?;
        let url = address.socket_url(dialect.path());
        let mut request = url.into_client_request().context("the authority is no address")?;
        if let Some(subprotocol) = dialect.subprotocol() {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(subprotocol));
        }
        let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(0);
        let (stream, _response) =
            client_async_with_config(request, stream, Some(config)).await.context("cannot open a socket")?;
        let mut subscriber = Self { stream, dialect, version: 0 };
        if let Some(greeting) = dialect.greeting() {
            subscriber.say(greeting.to_owned()).await?;
            subscriber.wait_for_welcome().await?;
        }
        subscriber.say(dialect.subscription(flight)).await?;
        while subscriber.next().await? != Seen::Snapshot {}
        Ok(subscriber)
    }

    /// Waits for the next frame about the seat map.
    ///
    /// # Errors
    /// When the socket ends, the server reports an error, or frames do not join: each must begin where the
    /// one before ended.
    pub async fn next(&mut self) -> anyhow::Result<Seen> {
        loop {
            let text = self.hear().await?;
            let answer = match self.dialect.understand(&text)? {
                Said::Frame(frame) => match self.take_in(frame)? {
                    Some(seen) => return Ok(seen),
                    None => continue,
                },
                Said::Answer(answer) => answer,
                Said::Welcome | Said::Nothing => continue,
            };
            self.say(answer.to_owned()).await?;
        }
    }

    async fn hear(&mut self) -> anyhow::Result<Utf8Bytes> {
        loop {
            let message = self.stream.next().await.context("the server closed the socket")?;
            if let Message::Text(text) = message.context("the socket broke")? {
                return Ok(text);
            }
        }
    }

    async fn say(&mut self, text: String) -> anyhow::Result<()> {
        self.stream.send(Message::text(text)).await.context("cannot write to the socket")
    }

    async fn wait_for_welcome(&mut self) -> anyhow::Result<()> {
        loop {
            let text = self.hear().await?;
            if self.dialect.understand(&text)? == Said::Welcome {
                return Ok(());
            }
        }
    }

    fn take_in(&mut self, text: &str) -> anyhow::Result<Option<Seen>> {
        let frame: Frame = serde_json::from_str(text).with_context(|| format!("cannot understand {text}"))?;
        match (&*frame.kind, frame.from, frame.version) {
            ("delta", Some(from), Some(version)) => {
                let before = self.version;
                ensure!(from == before, "a gap: a frame begins at {from}, the one before ended at {before}");
                ensure!(version > from, "a frame leads from {from} back to {version}");
                self.version = version;
                Ok(Some(Seen::Changes { bytes: text.len() }))
            }
            ("snapshot", _, Some(version)) => {
                self.version = version;
                Ok(Some(Seen::Snapshot))
            }
            ("error", ..) => bail!("the server says {text}"),
            // Events and whatever else may come are not about the seat map.
            _ => Ok(None),
        }
    }
}
