//! The accept loop: bounded, impatient with slow heads, and graceful at the end.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::Face;
use super::peer::line;
use crate::State;
use crate::auth::caller::{Peer, is_asked_at};

/// Bytes of a request's head, and of what is read ahead, on one connection: many times what browsers send, and with
/// every connection full still less than a gigabyte.
const BUFFER_MAX: usize = 64 * 1024;

/// How often a quiet HTTP/2 connection is asked for a sign of life. One over HTTP/1 is closed by its header
/// time-out.
const PING_EVERY: Duration = Duration::from_secs(30);

/// Streams of one HTTP/2 connection: as many as browsers open.
const STREAMS_MAX: u32 = 100;

/// How long what is under way may take after the process was told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// How long to wait after the system refused a connection: it has no room for files, and asking at once finds
/// none either.
const BREATH: Duration = Duration::from_millis(50);

/// How connections are treated.
#[derive(Debug, Clone, Copy)]
pub struct ServeOptions {
    /// Connections in all.
    pub connections_max: usize,
    /// Connections from one address.
    pub per_address: usize,
    /// How long a client may take to send a request's head, the first one from when it connected.
    pub header_timeout: Duration,
}

/// Connections that are open, by address.
#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

type Shared = Arc<Mutex<Open>>;

/// An open connection. It is counted until this is dropped.
struct Counted {
    open: Shared,
    address: IpAddr,
    state: Arc<State>,
}

impl Counted {
    fn new(open: &Shared, address: IpAddr, options: &ServeOptions, state: &Arc<State>) -> Option<Self> {
        let mut counts = open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = counts.by_address.get(&address).copied().unwrap_or(0);
        if counts.all >= options.connections_max || here >= options.per_address {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(address, here + 1);
        state.metrics.connections.inc();
        Some(Self { open: open.clone(), address, state: state.clone() })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all -= 1;
        if let Some(here) = counts.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                counts.by_address.remove(&self.address);
            }
        }
        self.state.metrics.connections.dec();
    }
}

/// Serves until the state says that the process stops; then takes nothing new, finishes what is under way, and
/// returns when it is done, or after ten seconds.
pub async fn serve(listener: TcpListener, face: Face, state: Arc<State>, options: ServeOptions) {
    let (builder, graceful, header_timeout) =
        (builder(&options), GracefulShutdown::new(), options.header_timeout);
    let host = Host { builder, face, graceful, header_timeout };
    let open = Shared::default();
    tokio::spawn(crate::auth::watch(state.clone()));
    tokio::spawn(forget(state.clone()));
    let mut stopping = state.stopping();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stops| *stops) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(error = %error, "cannot accept a connection");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Some(counted) = Counted::new(&open, line(address.ip()), &options, &state) else {
            state.metrics.refused.inc();
            continue;
        };
        host.spawn(stream, address.ip(), counted);
    }
    drop(listener);
    let quiet = async {
        host.graceful.shutdown().await;
        while state.metrics.sockets.get() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if timeout(FAREWELL, quiet).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

/// Forgets, every minute, who has not asked for a while.
async fn forget(state: Arc<State>) {
    let mut stopping = state.stopping();
    while timeout(Duration::from_secs(60), stopping.wait_for(|stops| *stops)).await.is_err() {
        state.rates.forget();
    }
}

fn builder(options: &ServeOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(BUFFER_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(PING_EVERY);
    builder
}

/// Notes that a connection has brought a request.
#[derive(Clone)]
struct Heard {
    inner: Face,
    heard: Arc<AtomicBool>,
    address: IpAddr,
    state: Arc<State>,
}

impl Service<Request<Incoming>> for Heard {
    type Response = <Face as Service<Request<Incoming>>>::Response;
    type Error = <Face as Service<Request<Incoming>>>::Error;
    type Future = <Face as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.heard.store(true, Ordering::Relaxed);
        let line = line(self.state.options.proxies.client(self.address, request.headers()));
        if is_asked_at(request.uri().path()) {
            request.extensions_mut().insert(Peer(line));
        }
        self.inner.answer_to(line, request)
    }
}

/// What every connection gets.
struct Host {
    builder: Builder<TokioExecutor>,
    face: Face,
    graceful: GracefulShutdown,
    header_timeout: Duration,
}

impl Host {
    fn spawn(&self, stream: TcpStream, address: IpAddr, counted: Counted) {
        // An answer is written at once or not at all: nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        let heard = Arc::new(AtomicBool::new(false));
        let (inner, state) = (self.face.clone(), counted.state.clone());
        let service = Heard { inner, heard: heard.clone(), address, state };
        let connection =
            self.builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = self.graceful.watch(connection);
        let within = self.header_timeout;
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            // Nobody else minds a client that never says which HTTP it speaks: the timer of heads starts later.
            let ended = match timeout(within, &mut connection).await {
                Ok(ended) => ended,
                Err(_) if heard.load(Ordering::Relaxed) => connection.await,
                Err(_) => Ok(()),
            };
            if let Err(error) = ended {
                tracing::debug!(error = %error, "a connection ended in disorder");
            }
            drop(counted);
        });
    }
}
