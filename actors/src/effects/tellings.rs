//! What a departure has to tell bookings.

use domain::booking::{Booking, Command};
use domain::flight::EndReason;
use domain::ids::{BookingId, FlightId};
use persistence::bookings::{Aboard, Bookings};

use crate::booking::booking_stream;
use crate::engine::{Owners, Router as _, Unserved};
use crate::entity::Request;

/// Bookings of a cancelled flight that are told before it is noted how far this is: so many are told again after a crash.
const TOLD_AT_A_TIME: u32 = 32;

/// Tells bookings what became of their departures.
#[derive(Clone)]
pub struct Tellings {
    bookings: Owners<Booking>,
    read: Bookings,
}

impl Tellings {
    /// Tells these.
    pub fn to(bookings: Owners<Booking>) -> Self {
        let read = bookings.store().bookings();
        Self { bookings, read }
    }

    /// The booking lost its holds there without having asked for it.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn holds_lost(
        &self,
        booking: BookingId,
        flight: FlightId,
        reason: Option<EndReason>,
    ) -> Result<(), Unserved> {
        self.tell(booking, Command::HoldsLost { flight, reason }).await
    }

    /// The flight does not take place: all its bookings, one by one, so that a full aircraft never takes the machine from those who
    /// book.
    ///
    /// # Errors
    /// When one does not answer; the next try begins there.
    pub async fn flight_cancelled(&self, flight: FlightId) -> Result<(), Unserved> {
        let down = |_| Unserved::StoreDown;
        let mut after = self.read.told_last(flight).await.map_err(down)?;
        loop {
            let page = self.read.on_flight(flight, after, TOLD_AT_A_TIME).await.map_err(down)?;
            let Some(last) = page.last().map(|aboard| aboard.booking) else { break };
            for Aboard { booking, .. } in page {
                self.tell(booking, Command::FlightCancelled { flight }).await?;
            }
            self.read.tell(flight, last).await.map_err(down)?;
            after = Some(last);
        }
        self.read.told_everybody(flight).await.map_err(down)
    }

    /// A definite answer, whatever it is: what the booking makes of it is its own affair.
    async fn tell(&self, booking: BookingId, command: Command) -> Result<(), Unserved> {
        let request = Request { key: None, remember_refusal: false, deadline: None, command };
        self.bookings.ask(booking_stream(booking), request).await.map(|_| ())
    }
}
