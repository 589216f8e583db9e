//! One HTTP/1.1 connection that is kept alive, with one request under way at a time.

use anyhow::{Context, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::task::AbortHandle;

use crate::wire::Address;

/// A connection to one server.
#[derive(Debug)]
pub struct Connection {
    address: Address,
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    authorization: Option<HeaderValue>,
    /// The task that moves the bytes. It ends with us, or when the server closes.
    bytes: AbortHandle,
}

/// What the server said.
#[derive(Debug)]
pub struct Answer {
    /// The status line's number.
    pub status: StatusCode,
    /// The whole body.
    pub body: Bytes,
}

impl Connection {
    /// Connects. Every request will carry `token`, when there is one.
    ///
    /// # Errors
    /// When nobody listens there, or the token is no header.
    pub async fn open(address: &Address, token: Option<&str>) -> anyhow::Result<Self> {
        let host = HeaderValue::from_str(&address.authority).context("the authority is no header")?;
        let bearer =
            |token| HeaderValue::from_str(&format!("Bearer {token}")).context("the token is no header");
        let authorization = token.map(bearer).transpose()?;
        let (sender, bytes) = connect(address).await?;
        Ok(Self { address: address.clone(), sender, host, authorization, bytes })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When the connection breaks: nobody knows then what became of the request.
    pub async fn send(&mut self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body)).context("cannot write the request")?;
        self.renew().await?;
        self.sender.ready().await.context("the server closed the connection")?;
        let response = self.sender.send_request(request).await.context("the connection broke")?;
        let status = response.status();
        let body = response.into_body().collect().await.context("the answer broke off")?.to_bytes();
        Ok(Answer { status, body })
    }

    /// Connects again if it was idle for too long, or broke: a server may close it at any time.
    ///
    /// # Errors
    /// When nobody listens there any more.
    pub async fn renew(&mut self) -> anyhow::Result<()> {
        if self.sender.is_closed() {
            self.bytes.abort();
            (self.sender, self.bytes) = connect(&self.address).await?;
        }
        Ok(())
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, Bytes::new()).await
    }
}

async fn connect(address: &Address) -> anyhow::Result<(SendRequest<Full<Bytes>>, AbortHandle)> {
    let stream = address.connect().await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.context("cannot speak HTTP")?;
    let bytes = tokio::spawn(async move {
        // Its error also reaches the request that is under way, which reports it.
        let _ = connection.await;
    });
    Ok((sender, bytes.abort_handle()))
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.bytes.abort();
    }
}

impl Answer {
    /// Gives the body back if the status is `expected`, for requests that must succeed.
    ///
    /// # Errors
    /// When it is another, and then the error shows what the server said.
    pub fn expect(self, expected: StatusCode) -> anyhow::Result<Bytes> {
        ensure!(self.status == expected, "{} instead of {expected}: {}", self.status, self.excerpt());
        Ok(self.body)
    }

    /// The code of a problem document (RFC 9457); `None` when the body is none.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Problem {
            code: String,
        }
        serde_json::from_slice::<Problem>(&self.body).ok().map(|problem| problem.code)
    }

    /// The beginning of the body, for messages.
    #[must_use]
    pub fn excerpt(&self) -> String {
        /// Enough for a problem's detail, and one paragraph on a terminal.
        const CHARACTERS_MAX: usize = 400;
        String::from_utf8_lossy(&self.body).chars().take(CHARACTERS_MAX).collect()
    }
}
