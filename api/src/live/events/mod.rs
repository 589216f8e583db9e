//! What happens to bookings and departures, told to whom it concerns, resumable by name.
//!
//! One task of this process reads the events of the store in their order, everybody's once, and announces each in the
//! rooms that it concerns. A session that comes back asks the store itself for what it has missed, up to where the task
//! is; what the task announces meanwhile waits in the session's mailbox. So nothing is missed and nothing is told twice.
//!
//! * `rooms`: who hears of what. `keeper`: the task. `told`: an event as clients see it.

mod keeper;
mod rooms;
mod told;

use std::sync::Arc;

use domain::identity::{Action, Resource};
use domain::ids::{FlightId, PrincipalId};
use persistence::journal::EventId;
use tokio::sync::watch;

pub use keeper::keep;
pub use rooms::{Place, Post, RoomName, Rooms};
pub use told::happening;

use crate::auth::Principal;

/// Something that happened, as sessions are told of it.
#[derive(Debug)]
pub struct Happening {
    /// Its name, and its place in the line of all events.
    pub id: EventId,
    /// What it happened to.
    pub subject: Subject,
    /// The rest of its frame, made once for all.
    pub text: Vec<u8>,
}

/// What an event happened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A booking.
    Booking {
        /// Whose it is.
        customer: PrincipalId,
        /// Who made it.
        made_by: PrincipalId,
    },
    /// A departure.
    Departure(FlightId),
}

/// Events of this process.
#[derive(Debug)]
pub struct Events {
    /// Who hears of what.
    pub rooms: Arc<Rooms>,
    /// How far the task has read. It is said before an event is announced.
    reached: watch::Sender<Option<EventId>>,
}

impl Default for Events {
    fn default() -> Self {
        Self { rooms: Arc::default(), reached: watch::Sender::new(None) }
    }
}

impl Events {
    /// How far the task has read; waits until it has begun.
    pub async fn reached(&self) -> Option<EventId> {
        let mut reached = self.reached.subscribe();
        let known = reached.wait_for(Option::is_some).await.ok()?;
        *known
    }
}

impl Happening {
    /// Whether somebody who stands in one of its rooms may hear of it: it is asked anew each time, because rooms know no
    /// roles.
    #[must_use]
    pub fn concerns(&self, principal: Option<&Principal>) -> bool {
        match &self.subject {
            Subject::Booking { customer, made_by } => principal.is_some_and(|principal| {
                principal.may(Action::Read, Resource::Booking { owner: customer, made_by }).is_ok()
            }),
            Subject::Departure(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::identity::Role;

    use super::*;

    /// An event about Ann's booking, the n-th one.
    pub fn happening(number: u16) -> Arc<Happening> {
        let subject =
            Subject::Booking { customer: "ann".parse().unwrap(), made_by: "agent".parse().unwrap() };
        Arc::new(Happening { id: format!("1.{number}").parse().unwrap(), subject, text: Vec::new() })
    }

    #[test]
    fn a_booking_concerns_whoever_may_read_it() {
        let principal = |subject: &str, role| Principal {
            subject: subject.parse().unwrap(),
            role,
            session: String::new(),
            expires: 0,
            ver: 0,
        };
        let event = happening(1);
        for (subject, role, concerned) in [
            ("ann", Role::Customer, true),
            ("bob", Role::Customer, false),
            ("agent", Role::TravelAgent, true),
            ("agent", Role::Customer, false),
            ("other", Role::AirlineAgent, false),
            ("owner", Role::BusinessOwner, true),
            ("root", Role::Admin, true),
        ] {
            assert_eq!(event.concerns(Some(&principal(subject, role))), concerned, "{subject} {role}");
        }
        assert!(!event.concerns(None));
    }
}
