//! What was told of bookings and departures, for those who come back; and how far the bookings of a cancelled departure are
//! told of it.

use domain::ids::{BookingId, FlightId, PrincipalId};

use super::{Bookings, booking_of, sql, stream};
use crate::journal::{EventId, StoredEvent};
use crate::plain::Value;
use crate::store::PlainError;
use crate::store::columns::{self, EventColumns};

/// Who hears what is told.
#[derive(Debug, Clone, Copy)]
pub enum Listener<'a> {
    /// Whoever may hear everything.
    Everything,
    /// Whoever hears of some things.
    Of {
        /// Of the bookings that are theirs or that they made, and of the departures that those are on.
        principal: Option<&'a PrincipalId>,
        /// Of these departures.
        flights: &'a [FlightId],
    },
}

impl Bookings {
    /// What a listener was to hear after a place, up to another one, in order. Pass what [`Reader::events_after`] last came to
    /// as `upto`: what stands before it is complete.
    ///
    /// [`Reader::events_after`]: crate::store::Reader::events_after
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn events_for(
        &self,
        listener: &Listener<'_>,
        (after, upto): (EventId, EventId),
        most: u32,
    ) -> Result<Vec<StoredEvent>, PlainError> {
        let (principal, flights) = match listener {
            Listener::Everything => return self.told(sql::TOLD_ALL, "", (after, upto), most).await,
            Listener::Of { principal, flights } => (principal, flights),
        };
        let mut heard = Vec::new();
        if let Some(principal) = principal {
            heard = self.told(sql::TOLD_PRINCIPAL, principal.as_str(), (after, upto), most).await?;
        }
        for flight in *flights {
            heard.extend(self.told(sql::TOLD_OF_FLIGHT, &flight.to_string(), (after, upto), most).await?);
        }
        // The first of each are the first of all of them.
        heard.sort_by_key(|event| event.id);
        heard.dedup_by_key(|event| event.id);
        heard.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(heard)
    }

    async fn told(
        &self,
        text: &'static str,
        name: &str,
        (after, upto): (EventId, EventId),
        most: u32,
    ) -> Result<Vec<StoredEvent>, PlainError> {
        let values: [Value<'_>; 6] = [
            name.into(),
            after.position.0.into(),
            i64::from(after.ordinal).into(),
            upto.position.0.into(),
            i64::from(upto.ordinal).into(),
            i64::from(most).into(),
        ];
        let found: Vec<EventColumns> = self.read(text, &values).await?;
        found.into_iter().map(|found| Ok(columns::event(found)?)).collect()
    }

    /// The last booking that was told that its departure is cancelled; `None` before the first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn told_last(&self, flight: FlightId) -> Result<Option<BookingId>, PlainError> {
        let flight = flight.to_string();
        let found: Option<(String,)> = self.place.read_one(sql::TOLD, &[flight.as_str().into()]).await?;
        Ok(found.map(|(name,)| booking_of(&name)).transpose()?)
    }

    /// Notes that this booking was told, and all before it.
    ///
    /// # Errors
    /// When nobody knows whether it is noted: to tell one twice does no harm.
    pub async fn tell(&self, flight: FlightId, booking: BookingId) -> Result<(), PlainError> {
        let flight = flight.to_string();
        let mut turn = self.place.turn().await?;
        turn.execute(sql::TELL, &[flight.as_str().into(), stream(booking).as_str().into()]).await?;
        self.place.commit(turn).await
    }

    /// Takes the note away, once everybody was told.
    ///
    /// # Errors
    /// When nobody knows whether it is gone.
    pub async fn told_everybody(&self, flight: FlightId) -> Result<(), PlainError> {
        let flight = flight.to_string();
        let mut turn = self.place.turn().await?;
        turn.execute(sql::TOLD_EVERYBODY, &[flight.as_str().into()]).await?;
        self.place.commit(turn).await
    }
}
