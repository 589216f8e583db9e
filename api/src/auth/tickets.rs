//! Tickets with which a browser signs a live socket in: a token must never stand in an address.

use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::{KeyError, Principal, draw_name};

/// How long a ticket lives.
pub const TICKET_LIVES: Duration = Duration::from_secs(30);

/// Tickets that are out at a time. Beyond them the oldest are void.
const TICKETS_MAX: u64 = 100_000;

/// The tickets that are out.
#[derive(Debug)]
pub struct Tickets {
    out: Cache<String, Arc<Principal>>,
}

impl Default for Tickets {
    fn default() -> Self {
        let out = Cache::builder().max_capacity(TICKETS_MAX).eviction_policy(EvictionPolicy::lru());
        Self { out: out.time_to_live(TICKET_LIVES).build() }
    }
}

impl Tickets {
    /// A ticket for `principal`, good for one use.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn issue(&self, principal: Arc<Principal>) -> Result<String, KeyError> {
        let ticket = draw_name()?;
        self.out.insert(ticket.clone(), principal);
        Ok(ticket)
    }

    /// Uses a ticket up: whose it was.
    #[must_use]
    pub fn take(&self, ticket: &str) -> Option<Arc<Principal>> {
        self.out.remove(ticket)
    }
}
