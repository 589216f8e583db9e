//! A store that forgets to say what became of a commit.

use fastrand::Rng;
use persistence::journal::{Epoch, Outcome, Shard, Statement};
use persistence::store::{Fatal, Store, WriteError};

/// A store some of whose commits have an unknown outcome: half of those landed, half did not. The embedded
/// store itself says so only when another process locks it for seconds.
#[derive(Debug)]
pub struct Doubtful<S> {
    store: S,
    /// One commit in so many; none at all when it is zero.
    one_in: u64,
    rng: Rng,
}

impl<S> Doubtful<S> {
    /// Loses the outcome of one commit in `one_in`, of none when that is zero.
    #[must_use]
    pub fn new(store: S, one_in: u64, rng: Rng) -> Self {
        Self { store, one_in, rng }
    }
}

impl<S: Store> Store for Doubtful<S> {
    async fn claim(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.store.claim(shards).await
    }

    async fn raise(&mut self, shards: &[Shard]) -> Result<Vec<(Shard, Epoch)>, WriteError> {
        self.store.raise(shards).await
    }

    async fn commit(&mut self, statement: &Statement) -> Result<Outcome, Fatal> {
        let is_lost = self.one_in > 0 && self.rng.u64(..self.one_in) == 0;
        if !is_lost {
            return self.store.commit(statement).await;
        }
        if self.rng.bool() {
            self.store.commit(statement).await?;
        }
        Ok(Outcome::Unknown("its outcome was lost on the way".to_owned()))
    }
}
