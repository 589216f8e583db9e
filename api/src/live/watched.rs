//! The departures that a session watches.

use std::future::pending;

use cluster::Watch;
use domain::ids::FlightId;
use futures_util::future::select_all;

use super::yours::Yours;

/// A departure that a session watches.
#[derive(Debug)]
pub struct Watched {
    /// Which.
    pub flight: FlightId,
    /// The session's place in its line.
    pub watch: Watch,
    /// What the viewer was last told of their own. Nothing at first, and for who is not signed in.
    pub yours: Yours,
}

/// Waits until one of them has news. Nothing is lost when nobody waits any more.
pub async fn news(watched: &mut [Watched]) {
    match watched {
        [] => pending().await,
        [only] => only.watch.changed().await,
        // Rare, and large: who watches one departure does not pay for it.
        several => {
            select_all(several.iter_mut().map(|one| Box::pin(one.watch.changed()))).await;
        }
    }
}
