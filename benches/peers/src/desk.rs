//! What each peer can do.

use std::time::Duration;

use domain::fare::Fare;
use domain::flight::OpenSale;
use domain::ids::FlightId;
use domain::party::Party;
use domain::plan::SeatNumber;
use domain::time::Timestamp;
use domain::view::SeatMap;

use crate::problem::Problem;

/// A way of holding seats.
pub trait Desk: Clone + Send + Sync + 'static {
    /// Puts a departure on sale and gives its version.
    fn open(&self, sale: OpenSale) -> impl Future<Output = Result<u64, Problem>> + Send;

    /// Holds a seat. What it answers is durable.
    fn hold(&self, wish: Wish) -> impl Future<Output = Result<Held, Problem>> + Send;

    /// Tells of a hold that is alive; one that has ended is a problem that says how.
    fn show(&self, flight: FlightId, hold: &str) -> impl Future<Output = Result<Held, Problem>> + Send;

    /// Ends a hold. Once it has ended by that, doing it again does no harm.
    fn release(&self, flight: FlightId, hold: &str) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Shows all seats of a departure as they are now.
    fn seat_map(&self, flight: FlightId) -> impl Future<Output = Result<SeatMap, Problem>> + Send;
}

/// What somebody would like to hold.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// On which departure.
    pub flight: FlightId,
    /// Which seat.
    pub seat: SeatNumber,
    /// Who travels, if it was said.
    pub party: Option<Party>,
    /// For how long.
    pub ttl: Duration,
}

/// A hold that is alive.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Its name.
    pub id: String,
    /// On which departure.
    pub flight: FlightId,
    /// Which seat.
    pub seat: SeatNumber,
    /// When it lapses.
    pub until: Timestamp,
    /// What an adult pays.
    pub fare: Fare,
    /// The departure's version with it; without counting versions, whatever is at hand.
    pub version: u64,
}

/// The time, to the millisecond.
///
/// # Panics
/// When the machine's clock is not between 1970 and 9999.
#[must_use]
pub fn now() -> Timestamp {
    let millis = jiff::Timestamp::now().as_millisecond();
    Timestamp::from_millis(millis).expect("the clock is between 1970 and 9999")
}
