//! A store of our own making: departures with many rows each, in a server that may be killed.

use std::sync::Arc;

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use tokio::task::JoinSet;

use super::stage::Stage;
use crate::client::Connection;
use crate::contract::{self, Held};
use crate::options::Options;
use crate::progress;
use crate::server::{Product, Start, StoreKind};
use crate::wire::Address;

/// Starts the product in this way and opens so many departures; nothing else is in its store.
pub async fn set_stage(
    options: &Options,
    store: StoreKind,
    start: &Start,
    flights: u32,
) -> anyhow::Result<Stage> {
    progress::say("starting the product");
    let product = Product::start_with(options, store, start).await?;
    let token = product.agents(1)?.remove(0);
    let mut door = Connection::open(&product.server.address, Some(&token)).await?;
    let flights = contract::open_flights(&mut door, 0, flights as usize).await?;
    Ok(Stage { product, flights, token, door })
}

/// Makes rows on all departures of the stage, with one client for each token: seats are held and released until
/// each departure has at least `rows`. Gives how many rows each has.
pub async fn fill(stage: &mut Stage, tokens: &[String], rows: u32) -> anyhow::Result<Vec<u64>> {
    let count = stage.flights.len();
    progress::say(&format!("filling {count} departures with {rows} rows each"));
    // So many clients work on each departure at once, each with a seat of its own.
    let share = (tokens.len() / count).max(1);
    let pairs = (rows as usize).div_ceil(2).div_ceil(share);
    let flights = Arc::new(stage.flights.clone());
    let (jobs, work) = async_channel::unbounded();
    for seat in 0..share {
        for flight in 0..count {
            jobs.try_send((flight, seat)).context("there is room for any number of jobs")?;
        }
    }
    drop(jobs);
    let mut workers = JoinSet::new();
    for token in tokens {
        let connection = Connection::open(&stage.product.server.address, Some(token)).await?;
        workers.spawn(work_off(connection, Arc::clone(&flights), work.clone(), pairs));
    }
    while let Some(worker) = workers.join_next().await {
        worker.context("a client panicked")?.context("cannot fill the store")?;
    }
    versions(stage).await
}

/// The version of each departure: how many rows it has.
pub async fn versions(stage: &mut Stage) -> anyhow::Result<Vec<u64>> {
    let mut versions = Vec::with_capacity(stage.flights.len());
    for flight in &stage.flights {
        versions.push(contract::seat_map(&mut stage.door, flight).await?.version);
    }
    Ok(versions)
}

/// A connection for each token.
pub async fn connect(address: &Address, tokens: &[String]) -> anyhow::Result<Vec<Connection>> {
    let mut connections = Vec::with_capacity(tokens.len());
    for token in tokens {
        connections.push(Connection::open(address, Some(token)).await?);
    }
    Ok(connections)
}

/// Holds a seat; it must be had.
pub async fn hold(connection: &mut Connection, flight: &str, seat: usize) -> anyhow::Result<Held> {
    let path = contract::holds_path(flight);
    let answer = connection.send(Method::POST, &path, contract::hold_body(seat)).await?;
    let body = answer.expect(StatusCode::CREATED).context("cannot hold a seat")?;
    serde_json::from_slice(&body).context("cannot understand a hold")
}

/// Releases a hold that is there.
pub async fn release(connection: &mut Connection, flight: &str, held: &Held) -> anyhow::Result<()> {
    let path = contract::hold_path(flight, &held.hold_id);
    let answer = connection.send(Method::DELETE, &path, Bytes::new()).await?;
    answer.expect(StatusCode::NO_CONTENT).context("cannot release a hold")?;
    Ok(())
}

async fn work_off(
    mut connection: Connection,
    flights: Arc<Vec<String>>,
    work: async_channel::Receiver<(usize, usize)>,
    pairs: usize,
) -> anyhow::Result<()> {
    while let Ok((flight, seat)) = work.recv().await {
        for _ in 0..pairs {
            let held = hold(&mut connection, &flights[flight], seat).await?;
            release(&mut connection, &flights[flight], &held).await?;
        }
    }
    Ok(())
}
