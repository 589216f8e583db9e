//! The customers' accounts, made before anything is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::customers::{self, Customers};
use super::loading;
use crate::client::Connection;
use crate::contract::people::{self, Account};
use crate::progress;
use crate::wire::Address;

/// How many connections make accounts. Their passwords are hashed a few at a time, and a server of one core sends away
/// whoever comes twelfth.
const ENROLLERS: usize = 8;

/// Sees to it that so many customers have accounts; a server that runs on has them from the run before. Tells how long
/// that took.
///
/// # Errors
/// When the server refuses, or the connection breaks.
pub async fn enrol(
    address: &Address,
    administrator: &str,
    count: usize,
) -> anyhow::Result<(Customers, Duration)> {
    let started = Instant::now();
    progress::say(&format!("loading {count} customers"));
    let next = Arc::new(AtomicUsize::new(0));
    let mut enrollers = JoinSet::new();
    for _ in 0..ENROLLERS.min(count) {
        let door = Connection::open(address, Some(administrator)).await?;
        enrollers.spawn(enrol_some(door, Arc::clone(&next), count));
    }
    let made = loading::finish(enrollers, "customers", &next, count).await?;
    let mut made: Vec<_> = made.into_iter().flatten().collect();
    made.sort_by_key(|(customer, _)| *customer);
    let customers = Customers::new(made.into_iter().map(|(_, account)| account).collect())?;
    Ok((customers, started.elapsed()))
}

async fn enrol_some(
    mut door: Connection,
    next: Arc<AtomicUsize>,
    count: usize,
) -> anyhow::Result<Vec<(usize, Account)>> {
    let mut made = Vec::new();
    loop {
        let customer = next.fetch_add(1, Ordering::Relaxed);
        if customer >= count {
            return Ok(made);
        }
        let (email, names) = (customers::email(customer), customers::first_names(customer));
        made.push((customer, people::enrol(&mut door, &email, &names).await?));
    }
}
