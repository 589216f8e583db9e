//! What a session hears of beside seats: events of its viewer's bookings, and of the departures that it watches.

use domain::identity::Role;
use domain::ids::FlightId;
use persistence::bookings::Listener;
use persistence::journal::EventId;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::{Ending, Refusal, Session};
use crate::auth::Principal;
use crate::live::events::{Happening, Place, Post, RoomName, Subject};

/// Events that a session which comes back reads at a time.
const READ_MAX: u32 = 200;

/// A session's ear for events.
#[derive(Debug)]
pub struct Hearing {
    place: Place,
    /// The last event that it was told of, or knew of when it came.
    last: Option<EventId>,
}

impl Hearing {
    pub fn new(place: Place) -> Self {
        Self { place, last: None }
    }

    /// Stands where this principal's events are heard, and nowhere else but at its departures.
    pub fn sign_in(&mut self, principal: &Principal) {
        self.place.enter(RoomName::Of(principal.subject.clone()));
        if is_overseer(principal) {
            self.place.enter(RoomName::Everything);
        } else {
            self.place.leave(&RoomName::Everything);
        }
    }

    pub fn watch(&mut self, flight: FlightId) {
        self.place.enter(RoomName::Departure(flight));
    }

    pub fn unwatch(&mut self, flight: FlightId) {
        self.place.leave(&RoomName::Departure(flight));
    }

    pub fn place(&self) -> &Place {
        &self.place
    }
}

/// Whether somebody sees everything.
const fn is_overseer(principal: &Principal) -> bool {
    match principal.role {
        Role::BusinessOwner | Role::Admin => true,
        Role::Customer | Role::AirlineAgent | Role::TravelAgent => false,
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Tells everything that waits in the mailbox.
    pub(super) async fn tell_events(&mut self) -> Result<(), Ending> {
        while let Some(post) = self.hearing.as_ref().and_then(|hearing| hearing.place.take()) {
            match post {
                Post::Event(event) => self.tell_event(&event).await?,
                Post::Missed => return Err(Ending::Slow),
            }
        }
        Ok(())
    }

    async fn tell_event(&mut self, event: &Happening) -> Result<(), Ending> {
        let Some(hearing) = &mut self.hearing else { return Ok(()) };
        if hearing.last.is_some_and(|last| last >= event.id) {
            return Ok(());
        }
        hearing.last = Some(event.id);
        let principal = self.viewer.as_ref().map(|viewer| viewer.socket.principal().clone());
        if !event.concerns(principal.as_deref()) {
            return Ok(());
        }
        self.say(&event.text).await?;
        match &event.subject {
            // Seats that somebody else booked for them.
            Subject::Booking { customer, made_by } if customer != made_by => self.look_for_bookings().await,
            Subject::Booking { .. } | Subject::Departure(_) => Ok(()),
        }
    }

    /// Tells everything that happened after an event, as far as it concerns the viewer; what happens meanwhile waits.
    pub(super) async fn resume(&mut self, after: &str) -> Result<(), Ending> {
        let Ok(mut after) = after.parse::<EventId>() else {
            let detail = "`after` must be the `id` of an event";
            return self.refuse(Refusal::mistake("validation", detail)).await;
        };
        let state = self.state().clone();
        // It stands in its rooms before it asks how far events have been told in them.
        self.hear();
        let Ok(Some(upto)) = timeout(state.options.deadline, state.events.reached()).await else {
            return self.refuse(Refusal::unserved(cluster::Unserved::StoreDown)).await;
        };
        let principal = self.viewer.as_ref().map(|viewer| viewer.socket.principal().clone());
        let flights: Vec<FlightId> = self.watched.iter().map(|watched| watched.flight).collect();
        let listener = match &principal {
            Some(principal) if is_overseer(principal) => Listener::Everything,
            principal => Listener::Of {
                principal: principal.as_ref().map(|principal| &principal.subject),
                flights: &flights,
            },
        };
        while after < upto {
            let Ok(found) = state.bookings.events_for(&listener, (after, upto), READ_MAX).await else {
                return self.refuse(Refusal::unserved(cluster::Unserved::StoreDown)).await;
            };
            let is_last = found.len() < READ_MAX as usize;
            for event in &found {
                after = event.id;
                if let Some(event) = crate::live::events::happening(event) {
                    self.tell_event(&event).await?;
                }
            }
            if is_last {
                break;
            }
        }
        if let Some(hearing) = &mut self.hearing {
            hearing.last = hearing.last.max(Some(upto));
        }
        Ok(())
    }

    /// Its ear; whoever is not signed in and watches nothing has none.
    pub(super) fn hear(&mut self) -> &mut Hearing {
        let rooms = &self.open.0.events.rooms;
        self.hearing.get_or_insert_with(|| Box::new(Hearing::new(Place::new(rooms.clone()))))
    }
}
