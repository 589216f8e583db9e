//! What other nodes have made void. Where no news is heard for a while, the store is asked again from where it last answered.

use std::sync::Arc;
use std::time::Duration;

use domain::time::Timestamp;
use persistence::identity::IdentityError;
use tokio::time::MissedTickBehavior;

use crate::State;
use crate::state::now;

/// How often the store is asked: news is heard within five seconds, also by a node that is busy.
const EVERY: Duration = Duration::from_secs(3);

/// How far the clocks of two nodes may be apart, and how long a transaction may take until others see it.
const OVERLAP: Duration = Duration::from_secs(60);

/// How many times it is asked before what is over is swept once: five minutes.
const ASKED_BEFORE_SWEEP: u32 = 100;

/// Rows that one sweep takes away: so few that nobody waits for it.
const SWEPT_MAX: u32 = 500;

fn before(time: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(time.millis().saturating_sub(span).max(0)).unwrap_or(time)
}

/// Takes in what has become void while this process did not run: as far back as a token lives.
///
/// # Errors
/// When the store does not answer; then nobody knows which tokens are void.
pub async fn catch_up(state: &State) -> Result<(), IdentityError> {
    let life = Duration::from_secs(state.options.access_ttl_secs);
    take_in(state, before(now(), life + OVERLAP)).await
}

async fn take_in(state: &State, since: Timestamp) -> Result<(), IdentityError> {
    let revoked = state.people.revoked_since(since).await?;
    revoked.sessions.iter().for_each(|(account, sid)| state.tokens.revoked.end(account, sid));
    revoked.accounts.iter().for_each(|(account, ver)| state.tokens.revoked.void(account, *ver));
    Ok(())
}

/// Keeps up with other nodes until the process stops: void tokens, new keys; and sweeps what is over.
pub async fn watch(state: Arc<State>) {
    let mut stopping = state.stopping();
    let mut beat = tokio::time::interval(EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut heard, mut asked) = (now(), 0_u32);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            _ = stopping.wait_for(|stops| *stops) => return,
        }
        let asking = now();
        match take_in(&state, before(heard, OVERLAP)).await {
            Ok(()) => heard = asking,
            Err(error) => tracing::warn!(error = %error, "cannot ask which tokens are void; asking again"),
        }
        state.tokens.refresh_keys();
        asked += 1;
        if asked.is_multiple_of(ASKED_BEFORE_SWEEP) {
            sweep(&state).await;
        }
    }
}

/// Takes away what is over, and wraps the keys of people anew when there is a new master key.
async fn sweep(state: &State) {
    state.tokens.revoked.sweep();
    if let Err(error) = state.people.sweep_sessions(now(), SWEPT_MAX).await {
        tracing::warn!(error = %error, "cannot sweep sessions that are over");
    }
    if let Err(error) = state.travellers.sweep(now(), SWEPT_MAX).await {
        tracing::warn!(error = %error, "cannot sweep what bookings left behind that never came to be");
    }
    loop {
        match state.travellers.rewrap(&mut |bytes| getrandom::fill(bytes).is_ok()).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(error = %error, "cannot wrap keys of people anew");
                return;
            }
        }
    }
}
