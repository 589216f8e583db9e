//! What is made before anything is measured, over several connections at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::task::JoinSet;

use crate::progress;

/// How often the loading says how far it is.
const STEP: Duration = Duration::from_secs(1);

/// Waits for all loaders, and says how many of `count` are begun: the `next` one is the first that is not. Gives what
/// each loader made.
///
/// # Errors
/// When one of them gives up.
pub async fn finish<T: 'static>(
    mut loaders: JoinSet<anyhow::Result<T>>,
    what: &str,
    next: &AtomicUsize,
    count: usize,
) -> anyhow::Result<Vec<T>> {
    let mut made = Vec::new();
    while !loaders.is_empty() {
        match tokio::time::timeout(STEP, loaders.join_next()).await {
            Ok(ended) => made.push(ended.context("some are under way")?.context("a loader panicked")??),
            Err(_) => {
                let begun = next.load(Ordering::Relaxed).min(count);
                progress::say(&format!("loading: {begun} of {count} {what}"));
            }
        }
    }
    Ok(made)
}
