//! What a life leaves for the oracle to judge.

use std::collections::BTreeMap;

use domain::plan::SeatNumber;
use linear::Operation;
use persistence::journal::RequestKey;

use super::{TripTold, Verdict};

/// An answer that somebody was told, to be found again in the journal.
#[derive(Debug)]
pub struct Told {
    /// The stream.
    pub stream: usize,
    /// The request.
    pub request: RequestKey,
    /// Whether a refusal was to be remembered.
    pub remembered: bool,
    /// What they were told.
    pub verdict: Verdict,
}

/// What a life leaves for the oracle to judge.
#[derive(Debug, Default)]
pub struct Record {
    /// Every definite answer.
    pub told: Vec<Told>,
    /// Every definite answer of a booking.
    pub trips_told: Vec<TripTold>,
    /// What clients asked of each seat and were told, by stream and seat.
    pub histories: BTreeMap<(usize, SeatNumber), Vec<Operation>>,
    /// Promises that were seen broken on the way.
    pub broken: Vec<String>,
    /// The life in words, when somebody wants to read it.
    pub lines: Option<Vec<String>>,
    /// A hash of all that happened.
    pub trace: u64,
    /// Processes that died.
    pub crashes: u64,
    /// Shards that changed hands.
    pub takeovers: u64,
    /// Commits whose outcome nobody knew.
    pub unknowns: u64,
    /// Statements that the fence stopped.
    pub fenced: u64,
    /// Statements that the store refused.
    pub refused: u64,
    /// Frames that a crash tore.
    pub torn: u64,
    /// Draws of record locators that others had.
    pub taken: u64,
    /// Reservations for bookings that had their locators already.
    pub again: u64,
    /// Bookings that were expected in vain, or no longer.
    pub swept: u64,
    /// Definite answers.
    pub answers: u64,
    /// Payments that the provider opened for bookings.
    pub payments: u64,
    /// Events of the agenda.
    pub events: u64,
}
