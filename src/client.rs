//! How verbs ask the running server: one connection, with a token of the house itself.

use anyhow::{Context as _, Result};
use api::{Keys, Role};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use crate::config::Config;

/// A connection to the running server.
pub struct Client {
    place: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
    connection: AbortHandle,
}

/// What the server said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// When to come back, if it said so.
    pub retry_after: Option<Duration>,
    /// The body; null when it was none.
    pub body: Value,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Client {
    /// Connects to the server that this configuration reaches.
    ///
    /// # Errors
    /// When none listens.
    pub async fn connect(config: &Config) -> Result<Self> {
        let place = config.reached_at();
        let stream = TcpStream::connect(place).await;
        let stream =
            stream.with_context(|| format!("no server answers at {place}; start it with `aisle serve`"))?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with this client; its error is the request's as well.
        let connection = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        Ok(Self { place, sender, connection })
    }

    /// Asks once. An error means that nobody knows what became of it.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn ask(&mut self, method: Method, path: &str, token: &str, body: &Value) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.place.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body.to_string())))?;
        self.sender.ready().await.context("the server broke off")?;
        let answer = self.sender.send_request(request).await.context("the server broke off")?;
        let status = answer.status().as_u16();
        let said =
            answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body = answer.into_body().collect().await.context("the server broke off")?.to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Ok(Answer { status, retry_after: said.map(Duration::from_secs), body })
    }
}

impl Answer {
    /// A refusal on one line.
    #[must_use]
    pub fn refusal(&self) -> String {
        let detail = self.body["detail"].as_str().unwrap_or("no reason was given");
        let mut text = format!("refused with {}: {detail}", self.status);
        for bad in self.body["errors"].as_array().into_iter().flatten() {
            let member = |name: &str| bad[name].as_str().unwrap_or_default();
            text = format!("{text}; {}: {}", member("field"), member("message"));
        }
        text
    }
}

/// A token of the house itself for one of its programs, good for `secs` seconds.
///
/// # Errors
/// When the key cannot be read or made.
pub fn token(config: &Config, role: Role, program: &str, secs: u64) -> Result<String> {
    let keys = Keys::load_or_create(&config.data_dir).context("cannot use the signing key")?;
    let subject = program.parse().context("a subject")?;
    let now = actors::engine::clock::now().millis() / 1_000;
    Ok(keys.issue(role, &subject, secs, now))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_names_every_field() {
        let body =
            json!({ "detail": "some fields", "errors": [{ "field": "email", "message": "it must be" }] });
        let answer = Answer { status: 422, retry_after: None, body };
        assert_eq!(answer.refusal(), "refused with 422: some fields; email: it must be");
    }
}
