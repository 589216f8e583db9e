//! Pages of the list of bookings.

use domain::booking::Status;
use domain::ids::{FlightId, PrincipalId, RecordLocator};
use domain::time::Timestamp;
use domain::view::BookingView;

use super::{Bookings, Page, sql, view};
use crate::people::{Blind, Sought};
use crate::plain::Value;
use crate::store::{PlainError, lines};

/// Whose bookings a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience<'a> {
    /// Everybody's.
    All,
    /// Those of a customer.
    Customer(&'a PrincipalId),
    /// Those that somebody made.
    MadeBy(&'a PrincipalId),
}

/// When bookings were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub before: Timestamp,
}

/// Which bookings a list shows. `None` is all of them.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    /// Whose.
    pub audience: Audience<'a>,
    /// Only of this status.
    pub status: Option<Status>,
    /// Only with a segment on this departure.
    pub flight: Option<FlightId>,
    /// Only of this record locator.
    pub locator: Option<RecordLocator>,
    /// Only of what somebody typed who looks for one.
    pub sought: Option<Sought>,
    /// Only made in this time.
    pub made: Option<Made>,
}

impl<'a> Filter<'a> {
    /// All bookings of an audience.
    #[must_use]
    pub const fn of(audience: Audience<'a>) -> Self {
        Self { audience, status: None, flight: None, locator: None, sought: None, made: None }
    }
}

impl Audience<'_> {
    fn name(&self) -> &str {
        match self {
            Self::All => "",
            Self::Customer(principal) | Self::MadeBy(principal) => principal.as_str(),
        }
    }
}

/// What leads to the bookings of a list.
enum Way {
    /// The list itself.
    Any,
    /// A departure.
    OnFlight(String),
    /// A record locator, a surname or an address; and perhaps a departure.
    Sought { locator: String, blind: Option<(Blind, Blind)>, flight: String },
}

impl Way {
    /// The way that leads to the fewest.
    fn of(filter: &Filter<'_>) -> Self {
        let name = |locator: Option<RecordLocator>| locator.map(|locator| locator.to_string());
        let flight = filter.flight.map(|flight| flight.to_string());
        match (filter.sought, filter.locator, flight) {
            (Some(sought), _, flight) => Self::Sought {
                locator: name(sought.locator).unwrap_or_default(),
                blind: Some((sought.surname, sought.email)),
                flight: flight.unwrap_or_default(),
            },
            (None, locator @ Some(_), flight) => Self::Sought {
                locator: name(locator).unwrap_or_default(),
                blind: None,
                flight: flight.unwrap_or_default(),
            },
            (None, None, Some(flight)) => Self::OnFlight(flight),
            (None, None, None) => Self::Any,
        }
    }

    /// The statements of a page and of its count.
    const fn statements(&self, audience: &Audience<'_>) -> (&'static str, &'static str) {
        match (self, audience) {
            (Self::Any, Audience::All) => (sql::LIST_ALL, sql::COUNT_ALL),
            (Self::Any, Audience::Customer(_)) => (sql::LIST_OF_CUSTOMER, sql::COUNT_OF_CUSTOMER),
            (Self::Any, Audience::MadeBy(_)) => (sql::LIST_OF_MAKER, sql::COUNT_OF_MAKER),
            (Self::OnFlight(_), Audience::All) => (sql::FLIGHT_LIST_ALL, sql::FLIGHT_COUNT_ALL),
            (Self::OnFlight(_), Audience::Customer(_)) => {
                (sql::FLIGHT_LIST_OF_CUSTOMER, sql::FLIGHT_COUNT_OF_CUSTOMER)
            }
            (Self::OnFlight(_), Audience::MadeBy(_)) => {
                (sql::FLIGHT_LIST_OF_MAKER, sql::FLIGHT_COUNT_OF_MAKER)
            }
            (Self::Sought { .. }, Audience::All) => (sql::SOUGHT_LIST_ALL, sql::SOUGHT_COUNT_ALL),
            (Self::Sought { .. }, Audience::Customer(_)) => {
                (sql::SOUGHT_LIST_OF_CUSTOMER, sql::SOUGHT_COUNT_OF_CUSTOMER)
            }
            (Self::Sought { .. }, Audience::MadeBy(_)) => {
                (sql::SOUGHT_LIST_OF_MAKER, sql::SOUGHT_COUNT_OF_MAKER)
            }
        }
    }

    /// What the statements have from $6 on.
    fn values(&self) -> Vec<Value<'_>> {
        match self {
            Self::Any => Vec::new(),
            Self::OnFlight(flight) => vec![flight.as_str().into()],
            Self::Sought { locator, blind, flight } => {
                let (surname, email) = match blind {
                    Some((surname, email)) => (surname.bytes(), email.bytes()),
                    // No index is empty.
                    None => (&[][..], &[][..]),
                };
                vec![locator.as_str().into(), surname.into(), email.into(), flight.as_str().into()]
            }
        }
    }
}

/// Before and after every booking.
const ALWAYS: (i64, i64) = (0, i64::MAX);

impl Bookings {
    /// A page of a list, the latest booking first, and how many bookings the list has.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(&self, filter: &Filter<'_>, page: Page) -> Result<(Vec<BookingView>, u64), PlainError> {
        let way = Way::of(filter);
        let (of_page, of_count) = way.statements(&filter.audience);
        let status = filter.status.map(|status| lines::word(&status)).unwrap_or_default();
        let locator = filter.locator.map(|locator| locator.to_string()).unwrap_or_default();
        let (from, before) = filter.made.map_or(ALWAYS, |made| (made.from.millis(), made.before.millis()));
        let mut values: Vec<Value<'_>> = vec![
            filter.audience.name().into(),
            status.as_str().into(),
            locator.as_str().into(),
            from.into(),
            before.into(),
        ];
        values.extend(way.values());
        let all: Vec<(i64,)> = self.read(of_count, &values).await?;
        let limit = i64::from(page.limit);
        values.push(limit.into());
        values.push((i64::from(page.number.saturating_sub(1)) * limit).into());
        let found: Vec<(String,)> = self.read(of_page, &values).await?;
        let views = found.iter().map(|(body,)| Ok(view(body)?)).collect::<Result<_, PlainError>>()?;
        let count = all.first().map_or(0, |(count,)| *count);
        Ok((views, u64::try_from(count).unwrap_or_default()))
    }
}
