//! Changes the key that signs tokens, while servers run.

use anyhow::{Context as _, Result};
use api::Keys;
use clap::Subcommand;

use crate::config::Config;

/// What is done about keys.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Options {
    /// Draw the next key: it is published at once, and signs after one token's life
    Rotate,
}

/// The verb `key`.
///
/// # Errors
/// When the next key is waiting already, or cannot be written.
pub fn run(config: &Config, options: Options) -> Result<()> {
    let Options::Rotate = options;
    let keys = Keys::load_or_create(&config.data_dir).context("cannot use the signing key")?;
    let keys = keys.for_tokens_of(config.access_ttl_seconds);
    let now = actors::engine::clock::now().millis() / 1_000;
    let from = keys.rotate(now).context("cannot draw the next key")?;
    println!(
        "the next key signs in {} seconds; the one before is dropped one token's life later",
        from - now
    );
    Ok(())
}
