//! All suppliers at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::money::Money;
use jiff::civil::Date;
use search::{Fan, Wish, cheapest};
use serde::{Deserialize, Serialize};

use crate::breaker::Breaker;
use crate::elsewhere::Elsewhere;
use crate::shelf::{Answer, Shelf};
use crate::supplier::{DayPrice, Failure, Found, Supplier};

/// What became of a supplier in a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Who it is.
    pub name: Arc<str>,
    /// What became of it.
    pub status: Status,
    /// How long it took.
    pub took: Duration,
    /// How many trips can be made of what it has.
    pub offers: u64,
}

/// What became of a supplier in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It answered.
    Answered,
    /// It took too long.
    TimedOut,
    /// It said no, or nonsense.
    Failed,
    /// It failed again and again, and was not asked.
    Skipped,
}

/// What there is for a wish now.
#[derive(Debug, Clone)]
pub struct Offers {
    /// The itineraries, our own as they are now.
    pub fans: Vec<Fan>,
    /// What the days around cost at least; the day asked for as it is now, the others as they were when suppliers were
    /// asked.
    pub days: Vec<DayPrice>,
    /// The answer that they are from.
    pub answer: Arc<Answer>,
    /// Whether it had been kept.
    pub is_kept: bool,
    /// How old it is.
    pub age: Duration,
}

struct Stall {
    supplier: Arc<dyn Supplier>,
    name: Arc<str>,
    breaker: Breaker,
}

/// All suppliers, each with its own patience and its own peace.
pub struct Market {
    stalls: Vec<Arc<Stall>>,
    shelf: Shelf,
}

impl std::fmt::Debug for Market {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.stalls.iter().map(|stall| &stall.name)).finish()
    }
}

impl Market {
    /// A market of these suppliers. Their names differ.
    #[must_use]
    pub fn of(suppliers: Vec<Arc<dyn Supplier>>) -> Self {
        let stall = |supplier: Arc<dyn Supplier>| {
            let name = supplier.name().into();
            Arc::new(Stall { supplier, name, breaker: Breaker::default() })
        };
        Self { stalls: suppliers.into_iter().map(stall).collect(), shelf: Shelf::default() }
    }

    /// The same, with answers that nodes keep for each other.
    #[must_use]
    pub fn shared(mut self, elsewhere: Arc<dyn Elsewhere>) -> Self {
        self.shelf.shares(elsewhere);
        self
    }

    /// What all suppliers have; of an answer that is kept, what a supplier knows at once is renewed.
    pub async fn search(&self, wish: &Wish) -> Offers {
        let (answer, is_kept) = self.shelf.answer(wish, self.ask(wish)).await;
        let fans = match is_kept {
            true => answer.fans.iter().map(|fan| self.renewed(fan, wish)).collect(),
            false => answer.fans.clone(),
        };
        let (age, mut days) = (answer.found_at.elapsed(), answer.days.clone());
        if is_kept && let Some(day) = days.iter_mut().find(|day| day.date == wish.out.date) {
            day.least = cheapest(&fans, &wish.party);
        }
        Offers { fans, days, answer, is_kept, age }
    }

    fn renewed(&self, fan: &Fan, wish: &Wish) -> Fan {
        let stall = self.stalls.iter().find(|stall| stall.name == fan.supplier);
        stall.map_or_else(|| fan.clone(), |stall| stall.supplier.renew(fan, wish))
    }

    /// Asks all suppliers side by side.
    async fn ask(&self, wish: &Wish) -> Answer {
        let (found_at, wish) = (Instant::now(), Arc::new(wish.clone()));
        let asked = self.stalls.iter().map(|stall| {
            let (asked, wish) = (stall.clone(), wish.clone());
            (stall, tokio::spawn(async move { asked.ask(&wish).await }))
        });
        let asked: Vec<_> = asked.collect();
        let (mut fans, mut days, mut reports) = (Vec::new(), Vec::new(), Vec::new());
        for (stall, answer) in asked {
            let (report, found) = answer.await.unwrap_or_else(|_| stall.crashed(found_at));
            reports.push(report);
            fans.extend(found.fans);
            found.days.into_iter().for_each(|day| take_in(&mut days, day));
        }
        Answer { fans, days, reports, found_at }
    }
}

/// Of each day, the least that anybody asks.
fn take_in(days: &mut Vec<DayPrice>, day: DayPrice) {
    let place = |date: Date| days.binary_search_by_key(&date, |known| known.date);
    match place(day.date) {
        Err(at) => days.insert(at, day),
        Ok(at) => {
            let least = [days[at].least, day.least].into_iter().flatten();
            days[at].least = least.min_by_key(|price: &Money| domain::fare::comparable_cents(*price));
        }
    }
}

impl Stall {
    async fn ask(&self, wish: &Wish) -> (Report, Found) {
        let began = Instant::now();
        if !self.breaker.admits(began) {
            return (self.report(Status::Skipped, began, 0), Found::default());
        }
        let answered = tokio::time::timeout(self.supplier.deadline(), self.supplier.search(wish)).await;
        let status = match answered {
            Ok(Ok(found)) => {
                self.breaker.answered();
                return (self.report(Status::Answered, began, trips(&found)), found);
            }
            // One that starts is not down.
            Ok(Err(Failure::NotReady)) => Status::Failed,
            Ok(Err(failure @ Failure::Unavailable(_))) => {
                tracing::warn!(supplier = %self.name, error = %failure, "a supplier does not answer");
                self.breaker.failed(Instant::now());
                Status::Failed
            }
            Err(_) => {
                tracing::warn!(supplier = %self.name, "a supplier takes too long");
                self.breaker.failed(Instant::now());
                Status::TimedOut
            }
        };
        (self.report(status, began, 0), Found::default())
    }

    /// What is said of one that panicked while it was asked.
    fn crashed(&self, began: Instant) -> (Report, Found) {
        tracing::error!(supplier = %self.name, "a supplier crashed");
        self.breaker.failed(Instant::now());
        (self.report(Status::Failed, began, 0), Found::default())
    }

    fn report(&self, status: Status, began: Instant, offers: u64) -> Report {
        Report { name: self.name.clone(), status, took: began.elapsed(), offers }
    }
}

fn trips(found: &Found) -> u64 {
    let of = |fan: &Fan| fan.out.len() as u64 * fan.back.as_ref().map_or(1, |back| back.len() as u64);
    found.fans.iter().map(of).sum()
}
