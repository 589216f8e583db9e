//! One request and its answer over HTTP, with a connection that is used again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response, Uri, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Unusable;
use crate::payment::gateway::Key;
use crate::payment::secret::Secret;

/// The form of requests and answers that this code was written for.
pub const API_VERSION: &str = "2024-06-20";

/// Bytes of an answer: a list of a hundred payments takes some 300 KiB.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Connections that wait for the next request: as many as orders may be under way, so that a busy hour does not open one for
/// each. The provider closes those that it finds too quiet.
const IDLE_MAX: usize = 256;

/// How long a connection may take to come about. Nothing was sent before that.
const CONNECT_DEADLINE: Duration = Duration::from_secs(3);

type Sender = SendRequest<Full<Bytes>>;

/// Where requests go.
pub struct Wire {
    host: String,
    port: u16,
    /// Nothing on loopback, where a simulator listens.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    secret: Secret,
    deadline: Duration,
    idle: Mutex<Vec<Sender>>,
}

/// A request.
pub struct Call<'a> {
    pub method: Method,
    /// Path and query.
    pub path: String,
    pub form: String,
    pub key: Option<&'a Key>,
}

/// An answer, whatever it says.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Whether it is the answer of an earlier request with the same key.
    pub replayed: bool,
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nothing was sent.
    Unsent,
    /// It may have arrived.
    Sent,
    /// The answer is too large.
    TooLarge,
}

impl Wire {
    pub fn to(base: &str, secret: Secret, deadline: Duration) -> Result<Self, Unusable> {
        let uri: Uri = base.parse().map_err(|_| Unusable::Url)?;
        let host = uri.host().ok_or(Unusable::Url)?.to_owned();
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(Unusable::Url);
        }
        let (tls, port) = match uri.scheme_str() {
            Some("https") => (Some(encrypted(&host)?), 443),
            Some("http") if is_loopback(&host) => (None, 80),
            Some("http") => return Err(Unusable::Unencrypted),
            _ => return Err(Unusable::Url),
        };
        let is_sendable = secret.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if secret.expose().is_empty() || !is_sendable {
            return Err(Unusable::Secret);
        }
        let port = uri.port_u16().unwrap_or(port);
        Ok(Self { host, port, tls, secret, deadline, idle: Mutex::default() })
    }

    /// Sends a request and waits for its answer, within the deadline.
    pub async fn exchange(&self, call: &Call<'_>) -> Result<Answer, Lost> {
        let request = self.request(call).ok_or(Lost::Unsent)?;
        let mut sender = match self.waiting() {
            Some(sender) => sender,
            None => timeout(CONNECT_DEADLINE, self.connect()).await.ok().flatten().ok_or(Lost::Unsent)?,
        };
        let exchange = async {
            let response = sender.send_request(request).await.map_err(|_| Lost::Sent)?;
            read(response).await
        };
        let answer = timeout(self.deadline, exchange).await.unwrap_or(Err(Lost::Sent))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !sender.is_closed() && idle.len() < IDLE_MAX {
            idle.push(sender);
        }
        Ok(answer)
    }

    fn request(&self, call: &Call<'_>) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(&call.method)
            .uri(&call.path)
            .header("host", format!("{}:{}", self.host, self.port))
            .header("authorization", format!("Bearer {}", self.secret.expose()))
            .header("stripe-version", API_VERSION)
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(key) = call.key {
            request = request.header("idempotency-key", key.as_str());
        }
        request.body(Full::new(Bytes::from(call.form.clone()))).ok()
    }

    /// A connection that is free and, as far as one can see, alive.
    fn waiting(&self) -> Option<Sender> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|sender| !sender.is_closed());
        // The last that came back: the others grow quiet when fewer are needed.
        let ready = idle.iter().rposition(Sender::is_ready)?;
        Some(idle.swap_remove(ready))
    }

    async fn connect(&self) -> Option<Sender> {
        let host = self.host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, self.port)).await.ok()?;
        // A request is one small write: waiting for more would only cost time.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => speak(stream).await,
            Some((tls, name)) => speak(tls.connect(name.clone(), stream).await.ok()?).await,
        }
    }
}

async fn speak<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(stream: S) -> Option<Sender> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
    // It ends with its sender.
    tokio::spawn(async move { drop(connection.await) });
    Some(sender)
}

async fn read(response: Response<Incoming>) -> Result<Answer, Lost> {
    let status = response.status().as_u16();
    let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|error| {
        let too_large = error.is::<http_body_util::LengthLimitError>();
        if too_large { Lost::TooLarge } else { Lost::Sent }
    })?;
    Ok(Answer { status, replayed, body: body.to_bytes() })
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn encrypted(host: &str) -> Result<(TlsConnector, ServerName<'static>), Unusable> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let ring = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
    let config = config.map_err(|_| Unusable::Url)?.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|_| Unusable::Url)?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}
