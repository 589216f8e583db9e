//! Reading streams, not too many at a time, and for as long as the store needs to come back.

use std::time::Duration;

use persistence::any::Any;
use persistence::journal::{Loaded, StreamId};
use persistence::store::{Corrupt, ReadError, Reader};
use tokio::sync::{Mutex, Semaphore};

/// Streams that are read at a time. After an outage every owner rebuilds at once; more would only queue up
/// inside the store and make the first ones late.
const LOADS_MAX: usize = 16;

/// The first pause before a store that did not answer is asked again. Each further one is twice as long.
const RETRY_FIRST: Duration = Duration::from_millis(20);

/// The longest pause: how late the end of an outage may be noticed.
const RETRY_MAX: Duration = Duration::from_millis(500);

/// The gate through which owners read their streams.
#[derive(Debug)]
pub struct Loads {
    store: Any,
    permits: Semaphore,
    /// Held by the one who asks whether a store that failed is back; the others wait for its word.
    probe: Mutex<()>,
}

impl Loads {
    /// A gate to this store.
    #[must_use]
    pub fn new(store: Any) -> Self {
        Self { store, permits: Semaphore::new(LOADS_MAX), probe: Mutex::new(()) }
    }

    /// What the stream is rebuilt from, however long the store takes to answer.
    ///
    /// # Errors
    /// When what is stored cannot be read: a person has to look.
    pub async fn load(&self, stream: &StreamId, schema: u16) -> Result<Loaded, Corrupt> {
        let _permit = self.permits.acquire().await.expect("the gate is never closed");
        match self.store.load(stream, schema).await {
            Ok(loaded) => return Ok(loaded),
            Err(ReadError::Corrupt(corrupt)) => return Err(corrupt),
            Err(ReadError::Unavailable(error)) => {
                tracing::warn!(stream = %stream, error = %error, "cannot read {stream} yet");
            }
        }
        // Whoever gets the probe next finds the store back, or goes on asking.
        let _probe = self.probe.lock().await;
        let mut pause = RETRY_FIRST;
        loop {
            match self.store.load(stream, schema).await {
                Ok(loaded) => return Ok(loaded),
                Err(ReadError::Corrupt(corrupt)) => return Err(corrupt),
                Err(ReadError::Unavailable(_)) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(RETRY_MAX);
        }
    }
}
