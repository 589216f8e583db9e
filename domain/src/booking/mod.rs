//! One booking: the saga over its departures, all of them or none.
//!
//! A booking asks one departure at a time. What it asks next is a function of its state ([`Booking::step`]), so whoever
//! carries the steps may stop anywhere and begin again: the step that is open is asked once more under the same name, and
//! the departure answers it once. Only the answer moves the booking on; word that comes from elsewhere meanwhile is noted,
//! and weighs when the answer is there. So no step is ever overtaken by the one that takes it back.
//!
//! ```text
//! Holding ─▶ Held ─▶ Paying ─▶ Confirmed ─▶ Cancelling ─▶ Cancelled
//!    │        │ ⇅     │ ⇅ ▲        ⇅
//!    │        │ ⇅     │ ⇅ └──────────────┐ paid late
//!    │        │ ⇅     │ Closing          │
//!    │        │ ChangingSeats  ChangingSeats
//!    ▼        ▼       ▼  ▼               │
//! LettingGo: Refused, Expired or Cancelled, Failed or Cancelled
//! ```
//!
//! Money takes the same road. All fences are up before a payment is opened, everything is sold before money is taken, and a
//! booking comes to an end without money only once the provider has said that nobody can pay any more. What was taken for
//! nothing is given back, once.

mod command;
mod conditions;
mod decide;
mod end;
mod event;
mod evolve;
pub mod limits;
mod part;
mod payment;
mod rejection;
mod state;
mod step;

use serde::Serialize;

pub use command::{Cancel, Command, Heard, Place, PlannedSegment, SeatWish};
pub use end::{Cancellation, CancelledBy, Declined, End, Terms, Why};
pub use event::{Event, Reseated, SegmentHeld};
pub use part::Part;
pub use payment::{Asked, Payment, Refund, RefundCause};
pub use rejection::Rejection;
pub use state::{
    Booking, HoldOrigin, Leg, LegState, Placed, Quote, Rest, SeatChange, SeatProgress, Settlement, Stage,
    Status, Trouble,
};
pub use step::{Ask, Step};

use crate::aggregate::{Aggregate, Turn};
use crate::time::Timestamp;

/// What the world must do because of a booking's event: nothing for now. Its steps are no effects, because they follow
/// from its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Effect {}

impl Aggregate for Booking {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type Effect = Effect;

    const KIND: &'static str = "booking";
    const SCHEMA: u16 = 1;

    fn decide(&self, command: &Command, turn: Turn) -> Result<Vec<Event>, Rejection> {
        decide::decide(self, command, turn)
    }

    fn evolve(&mut self, event: &Event) {
        evolve::evolve(self, event);
    }

    fn react(&self, _: &Event) -> Vec<Effect> {
        Vec::new()
    }

    fn breach(&self) -> Option<String> {
        crate::invariants::breach_of_booking(self).map(|broken| broken.to_string())
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.placed().and_then(decide::deadline)
    }

    fn lapse() -> Command {
        Command::LapseDue
    }

    fn is_unfinished(&self) -> bool {
        !self.is_settled()
    }

    fn is_remembered(rejection: &Rejection) -> bool {
        *rejection != Rejection::Busy
    }
}
