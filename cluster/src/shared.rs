//! What nodes share through Redis: answers that were expensive to find, and how often somebody has asked.
//!
//! Nothing here is a promise. Whoever asks must do without an answer, and gets that word soon: a Redis that is away,
//! slow or full costs speed and nothing else. After it failed once it is left alone for a moment, so that an
//! outage does not cost every request its patience.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, Pipeline, RedisError};

/// How long an answer may take: longer than any network of one house needs, and shorter than what it saves.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long a Redis that failed is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(1);

/// Before every key, so that a Redis may serve others too.
const PREFIX: &str = "aisle:";

/// A Redis that nodes share. Copies share the connection.
#[derive(Clone)]
pub struct Shared {
    connection: ConnectionManager,
    began: Instant,
    /// Until when it is left alone, in milliseconds since `began`; 0 when it answers.
    away_until: Arc<AtomicU64>,
}

/// An address that no Redis can have.
#[derive(Debug, thiserror::Error)]
#[error("REDIS_URL must be an address like redis://host:6379: {0}")]
pub struct NoAddress(#[from] RedisError);

impl fmt::Debug for Shared {
    /// Without its address, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("away", &self.is_away()).finish_non_exhaustive()
    }
}

impl Shared {
    /// The Redis at this address. It need not answer yet. To be called inside a runtime.
    ///
    /// # Errors
    /// When the text is no address.
    pub fn at(url: &str) -> Result<Self, NoAddress> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        let connection = Client::open(url)?.get_connection_manager_lazy(config)?;
        Ok(Self { connection, began: Instant::now(), away_until: Arc::default() })
    }

    /// What is kept under a key, if anything is and Redis says so in time.
    pub async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let asked: Option<Vec<u8>> = self.ask(Cmd::get(named(key))).await?;
        asked
    }

    /// Keeps a value for this long, if Redis will.
    pub async fn put(&self, key: &str, value: &[u8], lives: Duration) {
        let lives = u64::try_from(lives.as_millis()).unwrap_or(u64::MAX).max(1);
        let _kept: Option<()> = self.ask(Cmd::pset_ex(named(key), value, lives)).await;
    }

    /// Counts one more under a key, and says how many it makes since its first of the last `within`; nothing when
    /// Redis does not answer.
    pub async fn count(&self, key: &str, within: Duration) -> Option<u64> {
        let millis = i64::try_from(within.as_millis()).unwrap_or(i64::MAX);
        let mut both = Pipeline::new();
        let key = named(key);
        both.atomic().incr(&key, 1);
        // Only the first sets the end: a window does not move.
        both.cmd("PEXPIRE").arg(&key).arg(millis).arg("NX").ignore();
        let mut connection = self.connection.clone();
        self.within(both.query_async::<(u64,)>(&mut connection)).await.map(|(count,)| count)
    }

    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Option<T> {
        let mut connection = self.connection.clone();
        self.within(command.query_async(&mut connection)).await
    }

    /// The answer, if it comes in time; whoever brought none is left alone for a moment.
    async fn within<T>(&self, answer: impl Future<Output = Result<T, RedisError>>) -> Option<T> {
        if self.is_away() {
            return None;
        }
        // The library waits for each try; this is for all of them.
        match tokio::time::timeout(2 * PATIENCE, answer).await {
            Ok(answer) => answer.inspect_err(|error| self.leave_alone(error)).ok(),
            Err(_) => {
                self.leave_alone("it took too long");
                None
            }
        }
    }

    fn leave_alone(&self, why: impl fmt::Display) {
        let until = (self.began.elapsed() + LEFT_ALONE).as_millis();
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        if self.away_until.swap(until, Ordering::Relaxed) == 0 {
            tracing::warn!(error = %why, "Redis does not answer: nothing is shared until it does");
        }
    }

    fn is_away(&self) -> bool {
        let until = self.away_until.load(Ordering::Relaxed);
        if until == 0 {
            return false;
        }
        let away = self.began.elapsed().as_millis() < u128::from(until);
        if !away {
            // Whoever comes first tries it; when it fails again, the time begins again.
            self.away_until.store(0, Ordering::Relaxed);
        }
        away
    }
}

fn named(key: &str) -> String {
    format!("{PREFIX}{key}")
}
