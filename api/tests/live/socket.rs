//! A client's end of a live socket.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client's end of a live socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The protocol that the server chose.
    pub protocol: Option<String>,
}

/// What came.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Frame(String),
    Closed(u16),
    /// Without a farewell.
    Gone,
}

impl Socket {
    /// Opens a socket; the error is the status of the refusal.
    pub async fn open(authority: &str, protocols: &str, origin: Option<&str>) -> Result<Self, u16> {
        let mut request = format!("ws://{authority}/api/v1/ws").into_client_request().expect("an address");
        if !protocols.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocols.parse().expect("a value"));
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().expect("a value"));
        }
        let socket = TcpSocket::new_v4().expect("a socket");
        // Small, so that the server notices at once when we do not read.
        socket.set_recv_buffer_size(4_096).expect("a size");
        let stream = socket.connect(authority.parse().expect("an address")).await.expect("a connection");
        match client_async(request, stream).await {
            Ok((stream, response)) => {
                let protocol = response.headers().get("sec-websocket-protocol");
                let protocol = protocol.map(|value| value.to_str().expect("a text").to_owned());
                Ok(Self { stream, protocol })
            }
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn say(&mut self, wish: &Value) {
        self.say_text(&wish.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        // Who was closed meanwhile finds out by listening.
        let _ = self.stream.send(Message::text(text)).await;
    }

    pub async fn say_bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.send(Message::binary(bytes.to_vec())).await;
    }

    pub async fn subscribe(&mut self, flight: &str) {
        self.say(&json!({"op": "subscribe", "topic": "seat-map", "flightId": flight})).await;
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            match tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("something in time") {
                Some(Ok(Message::Text(text))) => return Heard::Frame(text.to_string()),
                Some(Ok(Message::Close(Some(frame)))) => return Heard::Closed(frame.code.into()),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Gone,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {}
            }
        }
    }

    /// The next frame, which must be one.
    pub async fn frame(&mut self) -> Value {
        match self.hear().await {
            Heard::Frame(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    /// Says a ping and takes what comes before its answer: nothing else is under way then.
    pub async fn until_pong(&mut self) -> Vec<Value> {
        self.say(&json!({"op": "ping"})).await;
        let mut before = Vec::new();
        loop {
            let frame = self.frame().await;
            if frame["type"] == "pong" {
                return before;
            }
            before.push(frame);
        }
    }
}
