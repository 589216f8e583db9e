//! One departure and its inventory: the aggregate that must never oversell.
//!
//! Two resources and three invariants (`crate::invariants` checks them after every event):
//!
//! * cabin inventory: `held + sold ≤ authorised`, for each cabin;
//! * exact seats: at most one owner each;
//! * room for the unseated: the open seats of a cabin are at least as many as the places that are held or
//!   sold in it without a seat. Blocking, pinning and seat change keep to it as well.
//!
//! A *hold* claims places in a cabin and may pin exact seats. A *claim* is a booking's hand on one or more
//! holds, with its passengers. A *sale* is what a confirmed booking has on this departure.

mod command;
pub mod decide;
mod event;
mod evolve;
pub mod limits;
mod react;
mod rejection;
mod state;

pub use command::{
    BlockSeats, BookingParty, CancelPlaces, ChangeSeats, ChangeStatus, ClaimHolds, Command, ExtendHold,
    HoldSeats, Holder, HolderKind, NamedSeats, OpenSale, Provenance, ReleaseHold, SeatChoice, Service,
    StartPaying, Term,
};
pub use event::{EndReason, Event, Passage, SeatMove, SeatsHeld, StatusChanged};
pub use react::Effect;
pub use rejection::{Rejection, TakenSeat};
pub use state::{
    BlockReason, Claim, Departure, Flight, Hold, Keeping, Sale, Seat, Stage, Status, Tally, Times, Try,
};

use crate::aggregate::{Aggregate, Turn};
use crate::time::Timestamp;

impl Aggregate for Flight {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type Effect = Effect;

    const KIND: &'static str = "flight";
    const SCHEMA: u16 = 1;

    fn decide(&self, command: &Command, turn: Turn) -> Result<Vec<Event>, Rejection> {
        decide::decide(self, command, turn)
    }

    fn evolve(&mut self, event: &Event) {
        evolve::evolve(self, event);
    }

    fn react(&self, event: &Event) -> Vec<Effect> {
        react::react(self, event)
    }

    fn breach(&self) -> Option<String> {
        crate::invariants::breach_of_flight(self).map(|broken| broken.to_string())
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.departure().and_then(Departure::first_deadline)
    }

    fn lapse() -> Command {
        Command::LapseDue
    }
}
