//! One keep-alive connection, and the requests of these tests.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// How long a client waits for an answer: longer than the server's own patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Web {
    port: u16,
    sender: SendRequest<Full<Bytes>>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_default().to_owned()
    }
}

/// What is sent beside method and path.
#[derive(Debug, Clone, Copy, Default)]
pub struct With<'a> {
    pub token: Option<&'a str>,
    pub key: Option<&'a str>,
    pub body: Option<&'a Value>,
}

impl Web {
    pub async fn connect(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        // It ends with the connection; its error is the request's as well.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { port, sender })
    }

    pub async fn get(&mut self, path: &str, token: Option<&str>) -> io::Result<Answer> {
        self.ask("GET", path, With { token, ..With::default() }).await
    }

    /// Asks once. An error means that nobody knows what became of it.
    pub async fn ask(&mut self, method: &str, path: &str, with: With<'_>) -> io::Result<Answer> {
        let asked = tokio::time::timeout(PATIENCE, self.try_to(method, path, with)).await;
        asked.map_err(io::Error::other)?.map_err(io::Error::other)
    }

    async fn try_to(&mut self, method: &str, path: &str, with: With<'_>) -> hyper::Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        if let Some(token) = with.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = with.key {
            request = request.header("idempotency-key", key);
        }
        let body = with.body.map(|body| Bytes::from(body.to_string()));
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Full::new(body.unwrap_or_default())).expect("a sound request");
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// Asks with the same key until there is a definite answer, through crashes and restarts.
    pub async fn insist(&mut self, method: &str, path: &str, with: With<'_>) -> Answer {
        let mut tries = 0;
        loop {
            match self.ask(method, path, with).await {
                Ok(answer) if answer.status != 503 && answer.status != 429 => return answer,
                Ok(_) | Err(_) => {}
            }
            tries += 1;
            assert!(tries < 3_000, "{method} {path} has had no definite answer for a minute");
            tokio::time::sleep(Duration::from_millis(20)).await;
            if self.sender.is_closed()
                && let Ok(again) = Self::connect(self.port).await
            {
                *self = again;
            }
        }
    }
}
