//! The accept loop: bounded, impatient with slow heads, and graceful at the end.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::State;

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
    /// How long a client may take to send a request's head.
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
/// returns when it is done or [`FAREWELL`] is over.
pub async fn serve(listener: TcpListener, router: Router, state: Arc<State>, options: ServeOptions) {
    let builder = Arc::new(builder(&options));
    let (graceful, open) = (GracefulShutdown::new(), Shared::default());
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
        let Some(counted) = Counted::new(&open, address.ip(), &options, &state) else {
            state.metrics.refused.inc();
            continue;
        };
        spawn(stream, counted, &builder, &graceful, router.clone());
    }
    drop(listener);
    let quiet = async {
        graceful.shutdown().await;
        while state.metrics.sockets.get() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if timeout(FAREWELL, quiet).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

fn builder(options: &ServeOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(options.header_timeout);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS_MAX);
    builder
}

fn spawn(
    stream: TcpStream,
    counted: Counted,
    builder: &Arc<Builder<TokioExecutor>>,
    graceful: &GracefulShutdown,
    router: Router,
) {
    // An answer is written at once or not at all: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = %error, "a connection ended in disorder");
        }
        drop(counted);
    });
}
