//! Prints a bearer token for development.

use anyhow::{Context as _, Result, bail};
use api::{Keys, Role};
use clap::Args;
use domain::ids::PrincipalId;

use crate::config::Config;

/// Whose token.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// CUSTOMER, AIRLINE_AGENT, TRAVEL_AGENT, BUSINESS_OWNER or ADMIN
    #[arg(long)]
    role: Role,
    /// The subject: who asks
    #[arg(long)]
    subject: PrincipalId,
    /// How many seconds it lives; AISLE_ACCESS_TTL_SECONDS when missing
    #[arg(long)]
    ttl: Option<u64>,
}

/// The verb `token`.
///
/// # Errors
/// When the key cannot be read or made.
pub fn run(config: &Config, options: &Options) -> Result<()> {
    let keys = Keys::load_or_create(&config.data_dir).context("cannot use the signing key")?;
    if domain::identity::is_account(&options.subject) {
        bail!("--subject names an account, which has tokens of its own: sign in with it");
    }
    let ttl_secs = options.ttl.unwrap_or(config.access_ttl_seconds);
    let now = actors::engine::clock::now().millis() / 1_000;
    println!("{}", keys.issue(options.role, &options.subject, ttl_secs, now));
    Ok(())
}
