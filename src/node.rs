//! One node: a store, its journal, and the engine over both.

use actors::booking::Till;
use actors::engine::{Engine, Options};
use anyhow::{Context as _, Result};
use cluster::Door;
use persistence::any::Any;
use persistence::journal::NodeId;
use persistence::people::Keys;
use persistence::store::{Failpoints, Point};
use persistence::writer::{self, Writer};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::config::Config;

/// The environment variable that does something at a place of the writer. `before-ack:17` ends the process the
/// seventeenth time that an acknowledgement is about to go out; `after-write:20ms` waits there each time, as a
/// slower store would. For tests of crashes and of slow stores; never set otherwise.
const FAILPOINT: &str = "AISLE_FAILPOINT";

/// The file with the keys of personal data, made at the first start. Whoever loses it loses who travels.
const PERSONAL_KEYS: &str = "personal.key";

/// A running node. It ends with its process: what was acknowledged is durable, and what was not is nobody's.
pub struct Node {
    /// Where to ask.
    pub door: Door,
    /// What stands in the store beside the journal.
    pub stores: api::Stores,
    /// The journal's threads. They outlive whoever hands something in.
    _writer: Writer,
}

impl Node {
    /// Opens the store, starts the writer and the actors, whose bookings are paid at `till`. Nobody is woken yet.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn start(config: &Config, till: Till) -> Result<Self> {
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
        let stores = stores(&store, config).await?;
        let engine = Engine::start(store, journal, &Options { idle, till }).await;
        Ok(Self { door: Door::new(engine), stores, _writer: writer })
    }
}

/// What stands in the store beside the journal. The keys of personal data lie beside the embedded store, or where the
/// configuration says.
async fn stores(store: &Any, config: &Config) -> Result<api::Stores> {
    let keys = match config.master_key_file() {
        Some(file) => Keys::open(&file).with_context(|| format!("cannot use {}", file.display())),
        None => {
            std::fs::create_dir_all(&config.data_dir).context("cannot make the data directory")?;
            let file = config.data_dir.join(PERSONAL_KEYS);
            let keys = Keys::open_or_make(&file, &mut |bytes| getrandom::fill(bytes).is_ok());
            keys.with_context(|| format!("cannot use {}", file.display()))
        }
    }?;
    let travellers = store.travellers(keys).await.context("cannot use the keys of personal data")?;
    Ok(api::Stores { accounts: store.people(), travellers, bookings: store.bookings() })
}

fn failpoints() -> Result<Failpoints> {
    let Ok(text) = std::env::var(FAILPOINT) else { return Ok(Failpoints::default()) };
    let (point, action) = failpoint(&text)?;
    Ok(Failpoints::new(move |reached| {
        if reached == point {
            action.act();
        }
    }))
}

/// What happens at a place.
#[derive(Debug)]
enum Action {
    /// The process ends when this has counted down to 1.
    End(AtomicU64),
    /// The thread sleeps, each time.
    Wait(Duration),
}

impl Action {
    fn act(&self) {
        match self {
            // As kill -9 would: nothing is flushed, nobody is told.
            Self::End(left) if left.fetch_sub(1, Ordering::Relaxed) == 1 => std::process::abort(),
            Self::End(_) => {}
            Self::Wait(time) => std::thread::sleep(*time),
        }
    }
}

fn failpoint(text: &str) -> Result<(Point, Action)> {
    let (name, action) =
        text.split_once(':').context("AISLE_FAILPOINT must be like before-ack:17 or after-write:20ms")?;
    let point = Point::ALL.into_iter().find(|point| point_name(*point) == name);
    let point = point.context("AISLE_FAILPOINT names no place")?;
    let action = match action.strip_suffix("ms") {
        Some(millis) => Action::Wait(Duration::from_millis(
            millis.parse().context("AISLE_FAILPOINT waits whole milliseconds")?,
        )),
        None => Action::End(AtomicU64::new(action.parse().context("AISLE_FAILPOINT counts from 1")?)),
    };
    Ok((point, action))
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
    use std::time::Instant;

    #[test]
    fn a_place_is_written_in_lower_case() {
        assert_eq!(point_name(Point::BeforeAck), "before-ack");
        assert_eq!(point_name(Point::Claimed), "claimed");
    }

    #[test]
    fn a_failpoint_ends_the_process_or_waits() {
        let (point, action) = failpoint("before-ack:17").unwrap();
        assert!(
            point == Point::BeforeAck
                && matches!(action, Action::End(ref left) if left.load(Ordering::Relaxed) == 17)
        );
        let (point, action) = failpoint("after-write:20ms").unwrap();
        assert!(point == Point::AfterWrite && matches!(action, Action::Wait(time) if time.as_millis() == 20));
        for nonsense in ["", "before-ack", "nowhere:1", "before-ack:x", "before-ack:ms", "before-ack:1s"] {
            assert!(failpoint(nonsense).unwrap_err().to_string().contains("AISLE_FAILPOINT"), "{nonsense}");
        }
    }

    #[test]
    fn a_failpoint_that_waits_takes_its_time() {
        let began = Instant::now();
        Action::Wait(Duration::from_millis(20)).act();
        assert!(began.elapsed() >= Duration::from_millis(20));
    }
}
