//! The lists of bookings: one booking, pages of many, what was told of them, and what they come to.
//!
//! The lines are written in the statement of the row that changes them, so whoever was answered finds them changed. Whom a
//! list is for is part of its statement ([`Audience`], [`Listener`]): nothing is read and then left out.
//!
//! * [`Bookings`]: the repository. `list`: pages. `money`: the ledger. `told`: what live sessions resume from, and how far the bookings of a
//!   cancelled departure are told. `figures`: sums.

mod figures;
mod list;
mod money;
mod sql;
mod told;

use domain::booking::Status;
use domain::ids::{BookingId, FlightId, PrincipalId, RecordLocator};
use domain::view::BookingView;

pub use figures::{Figure, Load, Loads, StatusFigure};
pub use list::{Audience, Filter, Made};
pub use money::Balance;
pub use sql::STATEMENTS;
pub use told::Listener;

pub use crate::identity::Page;
use crate::journal::StreamId;
use crate::people::Blind;
use crate::plain::{Columns, Place, Value};
use crate::store::{Corrupt, PlainError, columns};

/// The lists of bookings, in whichever store. Copies share it.
#[derive(Debug, Clone)]
pub struct Bookings {
    place: Place,
}

/// Somebody's booking on a departure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aboard {
    /// Which.
    pub booking: BookingId,
    /// Whose it is.
    pub customer: PrincipalId,
    /// Who made it.
    pub made_by: PrincipalId,
    /// Where it stands.
    pub status: Status,
}

/// Bookings of one customer on one departure, at most: nobody has more, and a session need not know more.
const OF_CUSTOMER_MAX: i64 = 100;

impl Bookings {
    pub(crate) const fn new(place: Place) -> Self {
        Self { place }
    }

    async fn read<T: Columns>(&self, text: &'static str, values: &[Value<'_>]) -> Result<Vec<T>, PlainError> {
        self.place.refresh().await?;
        self.place.read(text, values).await
    }

    async fn view(
        &self,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<BookingView>, PlainError> {
        let found: Vec<(String,)> = self.read(text, values).await?;
        Ok(found.into_iter().next().map(|(body,)| view(&body)).transpose()?)
    }

    /// One booking.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn booking(&self, booking: BookingId) -> Result<Option<BookingView>, PlainError> {
        self.view(sql::BOOKING, &[stream(booking).as_str().into()]).await
    }

    /// The booking of a record locator.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_locator(&self, locator: RecordLocator) -> Result<Option<BookingView>, PlainError> {
        self.view(sql::BY_LOCATOR, &[locator.to_string().as_str().into()]).await
    }

    /// The booking of a record locator, if somebody of this surname travels with it. One statement, so that nobody can tell from
    /// the time which of the two is wrong.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_locator_and_surname(
        &self,
        locator: RecordLocator,
        surname: Blind,
    ) -> Result<Option<BookingView>, PlainError> {
        let locator = locator.to_string();
        self.view(sql::BY_LOCATOR_AND_SURNAME, &[locator.as_str().into(), surname.bytes().into()]).await
    }

    /// The bookings on a departure in the order of their names, after one of them; those that have ended are among them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn on_flight(
        &self,
        flight: FlightId,
        after: Option<BookingId>,
        most: u32,
    ) -> Result<Vec<Aboard>, PlainError> {
        type Line = (String, String, String, String);
        let (flight, after) = (flight.to_string(), after.map(stream));
        let after = after.as_ref().map_or("", StreamId::as_str);
        let values = [flight.as_str().into(), after.into(), i64::from(most).into()];
        let found: Vec<Line> = self.read(sql::ON_FLIGHT, &values).await?;
        let aboard = |(name, customer, made_by, status): Line| {
            let principal = |text: &str| {
                text.parse().map_err(|error| Corrupt::new(&name, "a principal", Some(Box::new(error))))
            };
            Ok(Aboard {
                booking: booking_of(&name)?,
                customer: principal(&customer)?,
                made_by: principal(&made_by)?,
                status: columns::word("the status", &status).map_err(|unreadable| unreadable.of(&name))?,
            })
        };
        found.into_iter().map(aboard).collect()
    }

    /// The bookings of a customer on a departure.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of_customer_on(
        &self,
        customer: &PrincipalId,
        flight: FlightId,
    ) -> Result<Vec<BookingId>, PlainError> {
        let flight = flight.to_string();
        let values = [flight.as_str().into(), customer.as_str().into(), OF_CUSTOMER_MAX.into()];
        let found: Vec<(String,)> = self.read(sql::OF_CUSTOMER_ON_FLIGHT, &values).await?;
        found.into_iter().map(|(name,)| Ok(booking_of(&name)?)).collect()
    }
}

/// The kind of a booking's stream.
const KIND: &str = "booking";

fn stream(booking: BookingId) -> StreamId {
    StreamId::of(KIND, &booking).expect("32 digits make a stream's name")
}

fn booking_of(name: &str) -> Result<BookingId, Corrupt> {
    let id = name.strip_prefix(KIND).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
    id.parse().map_err(|error| Corrupt::new(name, "the name of a booking", Some(Box::new(error))))
}

fn view(body: &str) -> Result<BookingView, Corrupt> {
    let beginning = || body.chars().take(60).collect::<String>();
    serde_json::from_str(body)
        .map_err(|error| Corrupt::new(beginning(), "the listing", Some(Box::new(error))))
}
