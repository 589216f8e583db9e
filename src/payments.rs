//! Where this node's bookings are paid: Stripe with a key of theirs, or a simulator in this process that moves no money.

use std::net::SocketAddr;
use std::sync::Arc;

use actors::booking::Till;
use anyhow::{Context as _, Result};
use api::Payments;
use gateways::payment::{Mode, Options, Secret, Simulator, Stripe, simulator};

use crate::config::{Config, PaidAt};

/// The simulator's book, in the data directory: test money outlives a crash as real money would.
const BOOK: &str = "simulated-payments.jsonl";

/// What clients know the simulator by.
const SIMULATOR: &str = "simulator";

/// How keys begin with which real money moves: of the whole account, and restricted ones.
const LIVE: [&str; 2] = ["sk_live_", "rk_live_"];

/// Starts what bookings are paid with; nothing where nothing is configured.
///
/// # Errors
/// When a key or an address cannot be used, or the simulator cannot start.
pub async fn start(config: &Config) -> Result<Option<Payments>> {
    match config.paid_at() {
        PaidAt::Stripe { key, base_url } => stripe(config, key, base_url).map(Some),
        PaidAt::Simulator => simulated(config).await.map(Some),
        PaidAt::Nowhere => {
            tracing::warn!(
                "no payment provider: set STRIPE_SECRET_KEY; until then agents confirm what is paid outside"
            );
            Ok(None)
        }
    }
}

/// Where bookings are paid, for the engine.
#[must_use]
pub fn till(payments: Option<&Payments>) -> Till {
    payments.map_or_else(Till::default, |payments| Till::at(payments.gateway.clone()))
}

/// Lets the simulator tell this server what happens, as Stripe would.
///
/// # Errors
/// When the server does not listen on this machine.
pub fn tell(payments: &Payments, server: SocketAddr) -> Result<()> {
    let (Some(simulator), [secret, ..]) = (&payments.simulator, &payments.webhook_secrets[..]) else {
        return Ok(());
    };
    let url = format!("http://{server}/api/v1/webhooks/stripe");
    simulator.send_events_to(&url, secret.clone()).context("the simulator of payments cannot tell its events")
}

fn stripe(config: &Config, key: &str, base_url: &str) -> Result<Payments> {
    let mode = mode_of(key);
    let options = Options { base_url: base_url.to_owned(), ..Options::stripe(Secret::new(key)) };
    let gateway = Stripe::new(options).context("STRIPE_SECRET_KEY or STRIPE_API_BASE cannot be used")?;
    let webhook_secrets = config.webhook_secrets();
    if webhook_secrets.is_empty() {
        tracing::warn!(
            "no STRIPE_WEBHOOK_SECRET: payments are looked at every half minute instead of at once"
        );
    }
    tracing::info!(?mode, "payments go through Stripe");
    let publishable_key = config.publishable_key();
    Ok(Payments { gateway: Arc::new(gateway), simulator: None, webhook_secrets, mode, publishable_key })
}

async fn simulated(config: &Config) -> Result<Payments> {
    std::fs::create_dir_all(&config.data_dir).context("cannot make the data directory")?;
    let book = config.data_dir.join(BOOK);
    let simulator = Simulator::resume("127.0.0.1:0", &book).await;
    let simulator = simulator.with_context(|| format!("cannot simulate payments with {}", book.display()))?;
    let options = Options {
        provider: SIMULATOR.to_owned(),
        base_url: simulator.base_url(),
        ..Options::stripe(Secret::new(simulator::KEY))
    };
    let gateway = Stripe::new(options).context("the simulator of payments has no address")?;
    tracing::warn!("payments are simulated: no money moves; set STRIPE_SECRET_KEY for Stripe");
    Ok(Payments {
        gateway: Arc::new(gateway),
        simulator: Some(Arc::new(simulator)),
        webhook_secrets: vec![drawn_secret()?],
        mode: Mode::Test,
        publishable_key: None,
    })
}

/// A secret of this process, between its two halves.
fn drawn_secret() -> Result<Secret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("no randomness")?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Secret::new(format!("whsec_{digits}")))
}

/// Whether real money moves with this key.
fn mode_of(key: &str) -> Mode {
    if LIVE.iter().any(|live| key.starts_with(live)) { Mode::Live } else { Mode::Test }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_money_moves_with_live_keys_alone() {
        let modes = ["sk_live_1", "rk_live_1", "sk_test_1", "rk_test_1"].map(mode_of);
        assert_eq!(modes, [Mode::Live, Mode::Live, Mode::Test, Mode::Test]);
    }
}
