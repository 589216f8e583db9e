//! The departures that a session watches.

use std::task::{Context, Poll};

use cluster::Watch;
use domain::ids::{BookingId, FlightId};

use super::yours::Yours;

/// A departure that a session watches.
#[derive(Debug)]
pub struct Watched {
    /// Which.
    pub flight: FlightId,
    /// The session's place in its line.
    pub watch: Watch,
    /// What is only for its viewer; boxed, because most viewers have nothing there.
    pub mine: Option<Box<Mine>>,
}

/// What is only for one viewer of a departure.
#[derive(Debug, Default)]
pub struct Mine {
    /// Bookings on it whose customer the viewer is, whoever made them.
    pub bookings: Vec<BookingId>,
    /// What the viewer was last told of their own. Nothing at first.
    pub yours: Yours,
}

/// Whether one of them has news. If none has, the first that has some wakes whoever asked.
pub fn poll_news(watched: &mut [Watched], cx: &Context<'_>) -> Poll<()> {
    let mut news = Poll::Pending;
    for one in watched {
        // All are asked, because each must know whom to wake.
        if one.watch.poll_changed(cx).is_ready() {
            news = Poll::Ready(());
        }
    }
    news
}
