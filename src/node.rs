//! One node: a store, its journal, and the engine over both.

use actors::engine::{Engine, Options};
use anyhow::{Context as _, Result};
use cluster::Door;
use persistence::any::Any;
use persistence::journal::NodeId;
use persistence::store::{Failpoints, Point};
use persistence::writer::{self, Writer};
use std::time::Duration;

use crate::config::Config;

/// The environment variable that ends the process at a place of the writer: `before-ack:17` is the seventeenth
/// time that an acknowledgement is about to go out. For tests of what a crash leaves; never set otherwise.
const FAILPOINT: &str = "AISLE_FAILPOINT";

/// A running node. It ends with its process: what was acknowledged is durable, and what was not is nobody's.
pub struct Node {
    /// Where to ask.
    pub door: Door,
    /// The journal's threads. They outlive whoever hands something in.
    _writer: Writer,
}

impl Node {
    /// Opens the store, starts the writer and the actors. Nobody is woken yet.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn start(config: &Config) -> Result<Self> {
        let store = Any::open(&config.address()).await.context("cannot open the store")?;
        let failpoints = failpoints()?;
        let lanes = match &store {
            Any::Memory(_) | Any::Sqlite(_) => 1,
            Any::Postgres(_) => config.writer_lanes,
        };
        let node = NodeId::new(fastrand::u128(..));
        let lanes = (0..lanes).map(|_| store.lane_with(node, failpoints.clone())).collect();
        let options = writer::Options { failpoints, ..writer::Options::default() };
        let (journal, writer) =
            writer::start(lanes, &options).context("cannot start the journal's thread")?;
        let idle = Duration::from_secs(config.idle_seconds);
        let engine = Engine::start(store, journal, &Options { idle }).await;
        Ok(Self { door: Door::new(engine), _writer: writer })
    }
}

fn failpoints() -> Result<Failpoints> {
    let Ok(text) = std::env::var(FAILPOINT) else { return Ok(Failpoints::default()) };
    let (name, count) = text.split_once(':').context("AISLE_FAILPOINT must be like before-ack:17")?;
    let point = Point::ALL.into_iter().find(|point| point_name(*point) == name);
    let point = point.context("AISLE_FAILPOINT names no place")?;
    let left = std::sync::atomic::AtomicU64::new(count.parse().context("AISLE_FAILPOINT counts from 1")?);
    Ok(Failpoints::new(move |reached| {
        let counts = reached == point;
        if counts && left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 1 {
            // As kill -9 would: nothing is flushed, nobody is told.
            std::process::abort();
        }
    }))
}

/// How a place is written: `BeforeAck` is `before-ack`.
fn point_name(point: Point) -> String {
    let mut name = String::new();
    for letter in format!("{point:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_lower_case() {
        assert_eq!(point_name(Point::BeforeAck), "before-ack");
        assert_eq!(point_name(Point::Claimed), "claimed");
    }
}
