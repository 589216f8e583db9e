//! Answers that are kept for a while.
//!
//! They are kept in this process and, where nodes share a place for them, there too: it is asked before the suppliers are.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;
use search::{Fan, Wish};

use crate::elsewhere::{self, Elsewhere};
use crate::market::Report;
use crate::supplier::DayPrice;

/// How long an answer is kept. What suppliers know at once is renewed whenever it is looked at.
pub const KEPT_FOR: Duration = Duration::from_secs(5 * 60);

/// How long an answer is kept when a supplier is missing in it: so that it is not asked by everybody at once, and is not
/// missed for long.
pub const KEPT_IN_PART_FOR: Duration = Duration::from_secs(5);

/// Itineraries that are kept at most, over all answers. Each takes some 300 bytes.
const ITINERARIES_MAX: u64 = 200_000;

/// What all suppliers have for a wish.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The itineraries of those who answered.
    pub fans: Vec<Fan>,
    /// What the days around cost at least.
    pub days: Vec<DayPrice>,
    /// What became of each supplier.
    pub reports: Vec<Report>,
    /// When they were asked.
    pub found_at: Instant,
}

impl Answer {
    /// Whether every supplier answered.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.reports.iter().all(|report| report.status == crate::Status::Answered)
    }

    fn itineraries(&self) -> usize {
        let ways = |fan: &Fan| fan.out.len() + fan.back.as_ref().map_or(0, Vec::len);
        self.fans.iter().map(ways).sum()
    }
}

struct Keeping;

impl Expiry<Wish, Arc<Answer>> for Keeping {
    fn expire_after_create(&self, _: &Wish, answer: &Arc<Answer>, _: Instant) -> Option<Duration> {
        // One that came from another node is some time old.
        let kept_for = if answer.is_whole() { KEPT_FOR } else { KEPT_IN_PART_FOR };
        Some(kept_for.saturating_sub(answer.found_at.elapsed()))
    }
}

/// The answers that are kept.
pub struct Shelf {
    here: Cache<Wish, Arc<Answer>>,
    elsewhere: Option<Arc<dyn Elsewhere>>,
}

impl Default for Shelf {
    fn default() -> Self {
        let weight = |_: &Wish, answer: &Arc<Answer>| {
            u32::try_from(answer.itineraries()).unwrap_or(u32::MAX).saturating_add(1)
        };
        let cache = Cache::builder().max_capacity(ITINERARIES_MAX).weigher(weight);
        Self { here: cache.expire_after(Keeping).build(), elsewhere: None }
    }
}

impl Shelf {
    /// From now on nodes keep answers for each other.
    pub fn shares(&mut self, elsewhere: Arc<dyn Elsewhere>) {
        self.elsewhere = Some(elsewhere);
    }

    /// The answer that is kept, or the one that `ask` brings; whether it was kept. Equal wishes wait for one answer.
    pub async fn answer(&self, wish: &Wish, ask: impl Future<Output = Answer>) -> (Arc<Answer>, bool) {
        let was_elsewhere = AtomicBool::new(false);
        let found = async {
            let Some(elsewhere) = &self.elsewhere else { return Arc::new(ask.await) };
            if let Some(kept) = elsewhere::fetch(&**elsewhere, wish).await {
                was_elsewhere.store(true, Ordering::Relaxed);
                return Arc::new(kept);
            }
            let answer = Arc::new(ask.await);
            elsewhere::keep(elsewhere, wish, &answer);
            answer
        };
        let entry = self.here.entry_by_ref(wish).or_insert_with(found).await;
        let is_kept = !entry.is_fresh() || was_elsewhere.load(Ordering::Relaxed);
        (entry.into_value(), is_kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::Status;

    #[test]
    fn an_answer_in_which_somebody_is_missing_is_not_kept_for_long() {
        let report = |status| Report { name: "own".into(), status, took: Duration::ZERO, offers: 0 };
        let party = domain::party::Party { adults: 1, children: 0, infants: 0 };
        let date = jiff::civil::date(2026, 12, 1);
        let out = search::Direction { origins: Vec::new(), destinations: Vec::new(), date };
        let class = domain::plan::CabinClass::Economy;
        let wish = Wish { out, back: None, party, class, stops_max: 1 };
        for (statuses, kept) in [
            (vec![Status::Answered, Status::Answered], KEPT_FOR),
            (vec![Status::Answered, Status::TimedOut], KEPT_IN_PART_FOR),
            (vec![Status::Answered, Status::Failed], KEPT_IN_PART_FOR),
            (vec![Status::Skipped], KEPT_IN_PART_FOR),
        ] {
            let reports = statuses.into_iter().map(report).collect();
            let found_at = Instant::now();
            let answer = Arc::new(Answer { fans: Vec::new(), days: Vec::new(), reports, found_at });
            let expires = Keeping.expire_after_create(&wish, &answer, found_at).unwrap();
            assert!(expires <= kept && expires > kept - Duration::from_secs(1), "{expires:?}");
        }
    }
}
