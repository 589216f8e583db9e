//! Serves until told to stop.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use api::{Keys, ServeOptions, State};
use clap::Args;
use cluster::Readiness;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::load;
use crate::node::Node;
use crate::payments;

/// How it serves.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// For a developer's own machine: loopback only, short holds, no limit by address, the demo schedule
    #[arg(long)]
    dev: bool,
    /// With --dev: do not put the demo schedule on sale
    #[arg(long, requires = "dev")]
    no_demo: bool,
}

/// The verb `serve`.
///
/// # Errors
/// When it cannot start.
pub async fn run(mut config: Config, options: Options) -> Result<ExitCode> {
    let began = Instant::now();
    if options.dev {
        config.for_development()?;
        tracing::warn!("--dev: holds of one second, no limit by address, loopback only; not for production");
    }
    if cfg!(feature = "hollow") {
        tracing::warn!("a hollow build: holds are answered and kept nowhere; for measurements only");
    }
    // Its tables take a moment to read; the first request must not wait for that.
    let _ = schedule::Reference::bundled();
    let payments = payments::start(&config).await?;
    let node = Node::start(&config, payments::till(payments.as_ref())).await?;
    let keys = Keys::load_or_create(&config.data_dir).context("cannot use the signing key")?;
    let state = State::new(node.door.clone(), node.stores.clone(), keys, face(&config, payments.clone())?);
    api::catch_up(&state).await.context("cannot ask which tokens are void")?;
    let listener = api::listen(config.socket());
    let listener = listener.with_context(|| format!("cannot listen on {}", config.socket()))?;
    let address = listener.local_addr().context("the listener has no address")?;
    if let Some(payments) = &payments {
        // Where it cannot tell, bookings look by themselves.
        if let Err(error) = payments::tell(payments, config.reached_on(address.port())) {
            tracing::warn!("{error:#}");
        }
        tokio::spawn(api::keep_reconciled(state.clone()));
    }
    let serving = tokio::spawn(api::serve(listener, api::face(&state), state.clone(), connections(&config)));
    tracing::info!(%address, store = ?config, "listening; not ready yet");
    let ready = tokio::spawn(become_ready(state.clone(), config.clone(), options.clone(), began));
    let code = until_told(&state, &node, ready).await;
    serving.await.context("the accept loop failed")?;
    tracing::info!("stopped");
    Ok(code)
}

fn face(config: &Config, payments: Option<api::Payments>) -> Result<api::Options> {
    Ok(api::Options {
        hold_ttl_min_secs: config.hold_ttl_min_seconds,
        booking_held_secs: config.booking_held_seconds,
        deadline: config.deadline(),
        requests_max: config.requests_max,
        origins: config.origins(),
        access_ttl_secs: config.access_ttl_seconds,
        session_ttl_secs: config.session_ttl_seconds,
        proxies: config.proxies(),
        limits: config.limits(),
        rates: config.rates(),
        shared: config.shared()?,
        payments,
    })
}

fn connections(config: &Config) -> ServeOptions {
    ServeOptions {
        connections_max: config.connections_max,
        per_address: config.connections_per_address,
        header_timeout: std::time::Duration::from_millis(config.header_timeout_ms),
    }
}

/// Wakes who has something due, and on a first development start puts the schedule on sale.
async fn become_ready(state: Arc<State>, config: Config, options: Options, began: Instant) -> Result<()> {
    let door = &state.door;
    let woken = door.engine().wake_due().await.context("cannot read what is due")?;
    if options.dev && !options.no_demo {
        let window = load::window(None, config.demo_days)?;
        load::open_all(door, schedule::Options::new(window)).await?;
    }
    state.can_search().await;
    door.becomes(Readiness::Ready);
    let millis = began.elapsed().as_millis();
    tracing::info!(woken, millis, "ready");
    Ok(())
}

/// Waits for a signal, or for something that cannot be mended; then tells everybody to stop.
async fn until_told(state: &Arc<State>, node: &Node, ready: tokio::task::JoinHandle<Result<()>>) -> ExitCode {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    let mut interrupt = signal(SignalKind::interrupt()).expect("signals can be listened for");
    let mut ready = std::pin::pin!(ready);
    let mut is_ready = false;
    let code = loop {
        tokio::select! {
            _ = terminate.recv() => break ExitCode::SUCCESS,
            _ = interrupt.recv() => break ExitCode::SUCCESS,
            () = node.door.engine().fallen() => {
                tracing::error!("the supervision tree has fallen");
                break ExitCode::FAILURE;
            }
            started = &mut ready, if !is_ready => match started {
                Ok(Ok(())) => is_ready = true,
                Ok(Err(error)) => {
                    tracing::error!("cannot become ready: {error:#}");
                    break ExitCode::FAILURE;
                }
                Err(error) => {
                    tracing::error!("cannot become ready: {error}");
                    break ExitCode::FAILURE;
                }
            },
        }
    };
    node.door.becomes(Readiness::Stopping);
    tracing::info!("stopping");
    state.stop();
    code
}
