//! The departures of a run: drawn, opened, and their first seats taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use hyper::{Method, StatusCode};
use jiff::ToSpan;
use jiff::civil::Date;
use tokio::task::JoinSet;

use super::airports::Airports;
use super::draw::Random;
use super::loading;
use crate::client::Connection;
use crate::contract::{self, SMALL_SEATS, SmallFlight};
use crate::progress;
use crate::wire::Address;

/// Departures at scale 1.
const FLIGHTS: f64 = 78_000.0;
/// Customers at scale 1.
const CUSTOMERS: f64 = 100_000.0;
/// Over how many days departures are spread.
const DAYS: usize = 50;
/// Beyond the days of the demonstration's schedule, so that a day has as many departures as the scale says.
const FIRST_DAY: i32 = 30;
/// How much of every departure is sold before a run, in percent.
const SOLD_PERCENT: u32 = 1;
/// How many connections load. More would only wait for the store.
const LOADERS: usize = 32;

/// What all agents know.
#[derive(Debug)]
pub struct World {
    /// The departures.
    pub flights: Vec<Departure>,
    /// How many customers there are.
    pub customers: usize,
    airports: Airports,
    first_day: Date,
}

/// A departure.
#[derive(Debug)]
pub struct Departure {
    /// The departure.
    pub flight: SmallFlight,
    /// Its id.
    pub id: String,
    /// Which seats are taken before the run.
    pub sold: Vec<usize>,
}

impl World {
    /// Draws a world of this scale, with flight numbers from `number` on.
    ///
    /// # Errors
    /// When its days are beyond the calendar.
    pub fn draw(scale: f64, number: usize) -> anyhow::Result<Self> {
        const SEED: u64 = 1;
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let first_day = today.checked_add(FIRST_DAY.days()).context("the date is beyond the calendar")?;
        let (airports, mut random) = (Airports::of_the_week(), Random::new(SEED));
        let count = (FLIGHTS * scale).ceil() as usize;
        let mut flights = Vec::with_capacity(count);
        for at in 0..count {
            let (origin, destination) = airports.route(&mut random);
            let (origin, destination) = (origin.to_owned(), destination.to_owned());
            let date = day(first_day, at % DAYS)?;
            let flight = SmallFlight { number: number + at / DAYS, date, origin, destination };
            let sold = (0..SMALL_SEATS).filter(|_| random.comes_true(SOLD_PERCENT)).collect();
            flights.push(Departure { id: flight.id(), flight, sold });
        }
        let customers = (CUSTOMERS * scale).ceil() as usize;
        Ok(Self { flights, customers, airports, first_day })
    }

    /// Where the departures of any route and day are listed; mostly there are none.
    pub fn any_list(&self, random: &mut Random) -> String {
        let (origin, destination) = self.airports.route(random);
        let date = day(self.first_day, random.below(DAYS)).unwrap_or(self.first_day);
        contract::list_path(date, origin, destination)
    }

    /// Puts it on sale. Tells how long that took.
    ///
    /// # Errors
    /// When the server refuses, or the connection breaks.
    pub async fn load(self: &Arc<Self>, address: &Address, token: &str) -> anyhow::Result<Duration> {
        let (started, count) = (Instant::now(), self.flights.len());
        progress::say(&format!("loading {count} departures"));
        let next = Arc::new(AtomicUsize::new(0));
        let mut loaders = JoinSet::new();
        for _ in 0..LOADERS.min(count) {
            let door = Connection::open(address, Some(token)).await?;
            loaders.spawn(load(Arc::clone(self), door, Arc::clone(&next)));
        }
        loading::finish(loaders, "departures", &next, count).await?;
        Ok(started.elapsed())
    }
}

async fn load(world: Arc<World>, mut door: Connection, next: Arc<AtomicUsize>) -> anyhow::Result<()> {
    while let Some(departure) = world.flights.get(next.fetch_add(1, Ordering::Relaxed)) {
        let answer = door.send(Method::POST, contract::FLIGHTS_PATH, departure.flight.opening()).await?;
        answer.expect(StatusCode::CREATED).context("cannot open a departure")?;
        if !departure.sold.is_empty() {
            let path = contract::blocks_path(&departure.id);
            let answer = door.send(Method::POST, &path, contract::blocks_body(&departure.sold)).await?;
            answer.expect(StatusCode::OK).context("cannot block seats")?;
        }
    }
    Ok(())
}

fn day(first: Date, after: usize) -> anyhow::Result<Date> {
    let after = i32::try_from(after).context("too many days")?;
    first.checked_add(after.days()).context("the date is beyond the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_world_is_as_large_as_its_scale_says_and_the_same_each_time() {
        let world = World::draw(0.1, 0).unwrap();
        assert_eq!((world.flights.len(), world.customers), (7_800, 10_000));
        let ids: BTreeSet<_> = world.flights.iter().map(|departure| &departure.id).collect();
        assert_eq!(ids.len(), 7_800);
        let sold: usize = world.flights.iter().map(|departure| departure.sold.len()).sum();
        let part = sold as f64 / (7_800 * SMALL_SEATS) as f64;
        assert!((part - 0.01).abs() < 0.001, "{part}");
        let again = World::draw(0.1, 0).unwrap();
        assert!(again.flights.iter().zip(&world.flights).all(|(one, other)| one.id == other.id));
    }
}
