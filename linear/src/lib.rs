//! Judges whether everything the clients of one seat were told fits a single line of events.
//!
//! The oracle is linearizability (Herlihy and Wing, 1990): every acknowledged operation must seem to take
//! effect at one instant between its invocation and its return, in an order which a single seat could have
//! lived through. The search is that of Wing and Gong ("Testing and verifying concurrent objects", 1993) with
//! the memory of Lowe ("Testing for linearizability", 2017): no pair of (operations done, state) is explored
//! twice. A seat is its own object, and linearizability is local, so each seat is judged alone and its
//! history stays short.
//!
//! | file | says |
//! |---|---|
//! | `operation` | what a client asked and what it was told |
//! | `recorder` | how histories are collected, seat by seat |
//! | `seat` | the sequential model: what one seat may answer |
//! | `placed` | which operations an order already holds, compactly |
//! | `search` | the search for an order |
//! | `refutation` | why there is none, for a human |
//!
//! **Time.** All times come from one clock and in one unit, deadlines and skew included; a finer unit sees
//! more. Two operations are ordered only when one returned *strictly* before the other was invoked, so a
//! coarse clock can hide a fault but never invent one.
//!
//! **What belongs in a history.** One client intent is one operation: repeats of a request under one
//! idempotency key are not operations of their own. An answer that says nothing about this seat (a limit, a
//! validation error) proves the lack of any effect: [`Recorder::withdraw`] it. A request about several seats
//! is one operation in each seat's history. The seat starts open; a seat that does not gets a first
//! operation, such as a `Block` answered at 0.
//!
//! **Deliberately absent.** A confirmation is measured against its deadline by its invocation alone: one sent
//! in time and performed late passes, because a client cannot see the instant of performance.

mod operation;
mod placed;
mod recorder;
mod refutation;
mod search;
mod seat;
#[cfg(test)]
mod tests;

pub use operation::{Answer, Operation, Outcome, Request, Sighting, Token};
pub use recorder::{Recorder, SeatName, Ticket};
pub use refutation::{Cause, Refutation, Step};
pub use seat::{Deadline, Seat};

use search::Search;

/// What the search found out about one history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An order exists that explains every answer.
    Linearizable,
    /// No order exists.
    Refuted(Box<Refutation>),
    /// The budget ended before the search did.
    Unknown {
        /// Operations placed, backtracking included.
        steps: u64,
    },
}

impl Verdict {
    /// Says whether an order was found.
    pub fn is_linearizable(&self) -> bool {
        *self == Self::Linearizable
    }
}

/// Judges the history of one seat that starts open.
///
/// `skew` is how far the server's clock may be from the clock of the history, either way, in the unit of the
/// history's times: a hold may lapse from `until - skew` on, and may be confirmed before `until + skew`.
/// `budget` bounds the operations placed, backtracking included; each may cost a few hundred bytes of memory,
/// and time in proportion to the operations without an answer.
///
/// The verdict depends on the arguments alone: the same history is judged, and explained, the same way.
///
/// # Panics
///
/// When an operation returned before it was invoked.
pub fn check(history: &[Operation], skew: u64, budget: u64) -> Verdict {
    Search::new(history, skew, budget).run()
}
