//! One subscriber of a seat map.

use std::borrow::Cow;

use anyhow::{Context, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::contract::{self, LIVE_PATH, SUBPROTOCOL};
use crate::wire::{Address, Wire};

/// Frames are small, and the default of 128 KiB would make ten thousand subscribers a gigabyte.
const BUFFER_BYTES: usize = 4_096;

/// A socket that watches one departure.
#[derive(Debug)]
pub struct Subscriber {
    stream: WebSocketStream<Wire>,
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
        let stream = address.connect().await?;
        let mut request =
            address.socket_url(LIVE_PATH).into_client_request().context("the authority is no address")?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(0);
        let (stream, _response) =
            client_async_with_config(request, stream, Some(config)).await.context("cannot open a socket")?;
        let mut subscriber = Self { stream, version: 0 };
        let wish = Message::text(contract::subscribe_frame(flight));
        subscriber.stream.send(wish).await.context("cannot subscribe")?;
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
            let message = self.stream.next().await.context("the server closed the socket")?;
            let Message::Text(text) = message.context("the socket broke")? else { continue };
            if let Some(seen) = self.take_in(&text)? {
                return Ok(seen);
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
