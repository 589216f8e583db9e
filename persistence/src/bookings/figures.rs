//! What bookings come to, and how full departures are.

use std::collections::BTreeMap;

use domain::booking::Status;
use domain::money::{Currency, Money};
use domain::time::Timestamp;
use domain::view::Summary;
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::{Bookings, Made, sql};
use crate::plain::Value;
use crate::store::{Corrupt, PlainError, columns};

/// Departures that are read at a time.
const PAGE: i64 = 1_000;

/// What the bookings of one kind come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// A day `2026-12-01`, a route `JFK-LAX`, or who made them.
    pub of: String,
    /// Where they stand.
    pub status: Status,
    /// So many.
    pub bookings: u64,
    /// Seats of all of them, each departure for itself.
    pub seats: u64,
    /// What they cost together; `None` for those that never had a price.
    pub total: Option<Money>,
}

/// How many bookings there are of a status and a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusFigure {
    /// Where they stand.
    pub status: Status,
    /// So many.
    pub bookings: u64,
    /// Of them, made lately.
    pub recent: u64,
    /// What they cost together; `None` for those that never had a price.
    pub total: Option<Money>,
}

/// How full departures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// So many departures.
    pub departures: u64,
    /// Their seats.
    pub seats: u64,
    /// Sold of them.
    pub sold: u64,
    /// Held of them.
    pub held: u64,
}

/// The same for each day, or each route.
pub type Loads = BTreeMap<String, Load>;

/// `what, currency, status, count, seats, total`.
type Sums = (String, String, String, i64, i64, i64);

impl Bookings {
    /// What the bookings of some time come to, day by day (UTC).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_day(&self, made: Made) -> Result<Vec<Figure>, PlainError> {
        self.figures(sql::BY_DAY, made).await
    }

    /// The same by route, from where the first direction begins to where it ends.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_route(&self, made: Made) -> Result<Vec<Figure>, PlainError> {
        self.figures(sql::BY_ROUTE, made).await
    }

    /// The same by the agents who made them: everybody but those who have a customer's account here.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_maker(&self, made: Made) -> Result<Vec<Figure>, PlainError> {
        self.figures(sql::BY_MAKER, made).await
    }

    async fn figures(&self, text: &'static str, made: Made) -> Result<Vec<Figure>, PlainError> {
        let values = [made.from.millis().into(), made.before.millis().into()];
        let found: Vec<Sums> = self.read(text, &values).await?;
        let figure = |(of, currency, status, bookings, seats, total): Sums| {
            let (status, total) = (stored("the status", &status)?, sum(&currency, total)?);
            Ok(Figure { of, status, bookings: count(bookings), seats: count(seats), total })
        };
        found.into_iter().map(figure).collect()
    }

    /// How many bookings there are of each status, and how many of them were made since `recent`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_status(&self, recent: Timestamp) -> Result<Vec<StatusFigure>, PlainError> {
        type Line = (String, String, i64, i64, i64);
        let found: Vec<Line> = self.read(sql::BY_STATUS, &[recent.millis().into()]).await?;
        let figure = |(status, currency, bookings, recent, total): Line| {
            let (status, total) = (stored("the status", &status)?, sum(&currency, total)?);
            Ok(StatusFigure { status, bookings: count(bookings), recent: count(recent), total })
        };
        found.into_iter().map(figure).collect()
    }

    /// How full the departures of some days are, both ends included: by day, and by route.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn load(&self, (from, to): (Date, Date)) -> Result<(Loads, Loads), PlainError> {
        let (mut by_day, mut by_route) = (Loads::new(), Loads::new());
        let (from, to, mut after) = (from.to_string(), to.to_string(), String::new());
        loop {
            let values: [Value<'_>; 4] =
                [from.as_str().into(), to.as_str().into(), after.as_str().into(), PAGE.into()];
            let page: Vec<(String, String)> = self.read(sql::DEPARTURES_BETWEEN, &values).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            for found in page {
                let (_, summary) = columns::listing(found)?;
                let route = format!("{}-{}", summary.flight_id.origin, summary.service.destination);
                by_day.entry(summary.flight_id.date.to_string()).or_default().add(&summary);
                by_route.entry(route).or_default().add(&summary);
            }
        }
        Ok((by_day, by_route))
    }
}

impl Load {
    fn add(&mut self, departure: &Summary) {
        self.departures += 1;
        for cabin in &departure.cabins {
            self.seats += u64::from(cabin.seats);
            self.sold += u64::from(cabin.sold);
            self.held += u64::from(cabin.held);
        }
    }
}

/// Whose a value that cannot be read is: that of no one stream.
const ALL: &str = "the bookings";

fn stored<T: DeserializeOwned>(what: &'static str, word: &str) -> Result<T, Corrupt> {
    columns::word(what, word).map_err(|unreadable| unreadable.of(ALL))
}

fn sum(currency: &str, minor: i64) -> Result<Option<Money>, Corrupt> {
    if currency.is_empty() {
        return Ok(None);
    }
    let currency: Currency = stored("a currency", currency)?;
    Ok(Some(Money::from_minor(minor, currency)))
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
