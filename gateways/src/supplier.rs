//! What a seller of ways to travel must be able to do.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use domain::money::Money;
use jiff::civil::Date;
use search::{Fan, Wish};
use serde::{Deserialize, Serialize};

/// A supplier's answer, on its way.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Found, Failure>> + Send + 'a>>;

/// What a supplier has for a wish.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Its itineraries. Those that may be combined freely stand in one fan; a supplier that sells only whole trips has a
    /// fan for each.
    pub fans: Vec<Fan>,
    /// What the days around cost at least; empty when it does not say.
    pub days: Vec<DayPrice>,
}

/// The least that a trip costs when it begins on some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPrice {
    /// The day.
    pub date: Date,
    /// What the whole party pays; nothing when there is nothing to buy.
    pub least: Option<Money>,
}

/// Why a supplier has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It does not serve yet.
    #[error("it does not serve yet")]
    NotReady,
    /// It is down, or answers what cannot be understood.
    #[error("it does not answer: {0}")]
    Unavailable(String),
}

/// Whoever sells ways to travel.
pub trait Supplier: Send + Sync + 'static {
    /// What clients know it by.
    fn name(&self) -> &str;

    /// How long it may take to answer. Clients wait for the slowest.
    fn deadline(&self) -> Duration;

    /// What it has.
    fn search<'a>(&'a self, wish: &'a Wish) -> Asking<'a>;

    /// What it found before as it is now, where it knows that without asking anybody. The default leaves everything as it
    /// was.
    fn renew(&self, fan: &Fan, _wish: &Wish) -> Fan {
        fan.clone()
    }
}
