//! What every scenario begins with: the product, and departures on sale.

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};

use crate::client::Connection;
use crate::contract::{self, Held, SEATS};
use crate::options::Options;
use crate::progress;
use crate::server::{Product, StoreKind};

/// The product, started, with departures on sale and a signed-in connection.
pub struct Stage {
    /// The product.
    pub product: Product,
    /// The departures.
    pub flights: Vec<String>,
    /// The token of the agent who opened them.
    pub token: String,
    /// A connection of that agent.
    pub door: Connection,
}

impl Stage {
    /// Starts the product with this many departures.
    pub async fn set(options: &Options, store: StoreKind, flights: u32) -> anyhow::Result<Self> {
        progress::say("starting the product");
        let product = Product::start(options, store).await?;
        let token = product.agents(1)?.remove(0);
        let mut door = Connection::open(&product.server.address, Some(&token)).await?;
        let (first, count) = (first_number(options), flights as usize);
        let flights = match product.is_real() {
            true => contract::open_flights(&mut door, first, count).await?,
            false => (first..first + count).map(|number| format!("B6-{number}-2030-01-01-JFK")).collect(),
        };
        Ok(Self { product, flights, token, door })
    }

    /// Holds the last seat of the first departure.
    pub async fn hold(&mut self) -> anyhow::Result<(Held, Bytes)> {
        let wish = contract::hold_body(SEATS - 1);
        let answer = self.door.send(Method::POST, &contract::holds_path(&self.flights[0]), wish).await?;
        let body = answer.expect(StatusCode::CREATED).context("cannot hold a seat")?;
        let held = serde_json::from_slice(&body).context("cannot understand a hold")?;
        Ok((held, body))
    }

    /// Releases a hold of the first departure.
    pub async fn release(&mut self, held: &Held) -> anyhow::Result<()> {
        let path = contract::hold_path(&self.flights[0], &held.hold_id);
        let released = self.door.send(Method::DELETE, &path, Bytes::new()).await?;
        released.expect(StatusCode::NO_CONTENT).context("cannot release a hold")?;
        Ok(())
    }

    /// How large the acknowledgement of a hold is.
    pub async fn hold_bytes(&mut self) -> anyhow::Result<usize> {
        let (held, body) = self.hold().await?;
        self.release(&held).await?;
        Ok(body.len())
    }

    /// Ends the product. One that does not end well breaks a promise too; its last words are the answer.
    pub async fn end(self) -> Option<String> {
        drop(self.door);
        if !self.product.is_real() {
            return None;
        }
        self.product.server.stop().await.err().map(|error| format!("{error:#}"))
    }
}

/// A server that runs on keeps its departures, so the next run must not open the same ones.
pub fn first_number(options: &Options) -> usize {
    /// Leaves room for the largest spread below 9,999, the last number that a flight may have.
    const FIRSTS: u64 = 900;
    match options.target {
        Some(_) => (jiff::Timestamp::now().as_second().unsigned_abs() % FIRSTS) as usize,
        None => 0,
    }
}
