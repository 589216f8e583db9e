//! Answers that nodes keep for each other.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use search::{Fan, Wish};
use serde::{Deserialize, Serialize};

use crate::market::Report;
use crate::shelf::{Answer, KEPT_FOR};
use crate::supplier::DayPrice;

/// What comes from elsewhere, on its way.
pub type Fetching<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A place that nodes share. It promises nothing: what was put may be gone, and what is there may be from another version
/// of this program. It must answer soon.
pub trait Elsewhere: Send + Sync + 'static {
    /// What is kept under a key.
    fn get(&self, key: String) -> Fetching<'_, Option<Vec<u8>>>;

    /// Keeps something for so long.
    fn put(&self, key: String, kept: Vec<u8>, lives: Duration) -> Fetching<'_, ()>;
}

/// An answer as it is kept elsewhere.
#[derive(Serialize, Deserialize)]
struct Kept {
    fans: Vec<Fan>,
    days: Vec<DayPrice>,
    reports: Vec<Report>,
    /// When it was found, in milliseconds since 1970: an instant of one process says nothing to another.
    found_ms: u64,
}

/// What another node has found for a wish, if it is still worth something.
pub(crate) async fn fetch(elsewhere: &dyn Elsewhere, wish: &Wish) -> Option<Answer> {
    let kept = elsewhere.get(key(wish)).await?;
    let Kept { fans, days, reports, found_ms } = serde_json::from_slice(&kept).ok()?;
    // One from the future is from a clock that is ahead of ours.
    let age = Duration::from_millis(now_ms().saturating_sub(found_ms));
    let found_at = Instant::now().checked_sub(age)?;
    (age < KEPT_FOR).then_some(Answer { fans, days, reports, found_at })
}

/// Keeps a whole answer for other nodes, without anybody's waiting for it.
pub(crate) fn keep(elsewhere: &Arc<dyn Elsewhere>, wish: &Wish, answer: &Answer) {
    if !answer.is_whole() {
        return;
    }
    let Answer { fans, days, reports, found_at } = answer.clone();
    let age = u64::try_from(found_at.elapsed().as_millis()).unwrap_or(u64::MAX);
    let kept = Kept { fans, days, reports, found_ms: now_ms().saturating_sub(age) };
    let (elsewhere, key) = (elsewhere.clone(), key(wish));
    tokio::spawn(async move {
        if let Ok(kept) = serde_json::to_vec(&kept) {
            elsewhere.put(key, kept, KEPT_FOR).await;
        }
    });
}

/// Everything of a wish that decides about its answer. A change of its form loses what is kept, and no more.
fn key(wish: &Wish) -> String {
    format!("search:1:{wish:?}")
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
