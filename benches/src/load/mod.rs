//! Many clients at once, in a closed or an open loop.
//!
//! * Closed: so many clients, each with one request under way. It finds what a server can carry. Its times are
//!   those at saturation, and leave out the waits that a slow answer causes for those who come after it.
//! * Open: requests are due at moments that nobody's answer delays (see [`arrivals`]), and every time counts
//!   from the moment a request was *due*, not from when a client was free to send it. So a server that stalls
//!   for a second is charged with everybody who came in that second (no coordinated omission: G. Tene, "How NOT
//!   to measure latency", 2013).

pub mod arrivals;
pub mod measured;
pub mod tally;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::task::JoinSet;

pub use self::measured::{Cost, Measured};
pub use self::tally::{Live, Tally};
use crate::disk::Watch;
use crate::load::arrivals::{Arrivals, Dues};
use crate::progress;
use crate::server::Running;

/// One client of a loop.
pub trait Client: Send + 'static {
    /// Does once what the scenario measures, and tallies it. It was `due` a while ago if the client was busy
    /// then, and times count from there.
    ///
    /// # Errors
    /// When the result would be void: the server has gone, or a rate limit answers.
    fn step(&mut self, due: Instant, tally: &mut Tally) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// How requests come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Load {
    /// Each client sends its next request as soon as it has the answer to the one before.
    Closed,
    /// So many steps a second are due, whatever becomes of them.
    Open {
        /// In what rhythm.
        arrivals: Arrivals,
        /// Steps a second, above zero.
        rate: f64,
    },
}

/// How long a measurement warms up, and how long it then measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Not measured.
    pub warm_up: Duration,
    /// Measured.
    pub measure: Duration,
}

/// Runs all clients at once, first for the warm-up, then for as long as is measured. Gives the clients back.
///
/// In an open loop, what is due before the end but could not be sent because every client was busy counts as
/// [`Measured::unsent`]: with that the server, or the number of clients, is shown to be too small.
///
/// # Errors
/// When one of them gives up.
pub async fn run<C: Client>(
    what: &str,
    clients: Vec<C>,
    load: Load,
    window: Window,
    server: &Running,
) -> anyhow::Result<(Vec<C>, Measured)> {
    let from = Instant::now() + window.warm_up;
    let until = from + window.measure;
    let live = Arc::new(Live::default());
    let dues = match load {
        Load::Closed => None,
        Load::Open { arrivals, rate } => Some(arrivals::start(arrivals, rate, until)?),
    };
    let mut running = JoinSet::new();
    for client in clients {
        let tally = Tally::new(from, until, Arc::clone(&live));
        running.spawn(go(client, tally, until, dues.clone()));
    }
    progress::wait(&format!("{what}: warm-up"), from, &live).await;
    let before = server.usage()?;
    let disk = server.watch_disk()?;
    progress::wait(&format!("{what}: measuring"), until, &live).await;
    let after = server.usage()?;
    let disk = disk.map(Watch::end).transpose().context("the disk cannot be watched any more")?;
    let mut measured = Measured::nothing();
    let mut clients = Vec::new();
    while let Some(ended) = running.join_next().await {
        let (client, tally) = ended.context("a client panicked")?.with_context(|| what.to_owned())?;
        measured.take_in(tally);
        clients.push(client);
    }
    measured.disk = disk;
    measured.unsent = dues.map_or(0, |dues| dues.len() as u64);
    measured.end_round(window.measure, before.zip(after).map(|(before, after)| Cost::between(before, after)));
    Ok((clients, measured))
}

async fn go<C: Client>(
    mut client: C,
    mut tally: Tally,
    until: Instant,
    dues: Option<Dues>,
) -> anyhow::Result<(C, Tally)> {
    match dues {
        None => {
            while Instant::now() < until {
                client.step(Instant::now(), &mut tally).await?;
            }
        }
        Some(dues) => {
            // What is still waiting at the end is left there, and counted.
            while Instant::now() < until
                && let Ok(due) = dues.recv().await
            {
                client.step(due, &mut tally).await?;
            }
        }
    }
    Ok((client, tally))
}
