//! A booking, as its page and lists show it. Its people are shown to whoever may read it, on its own page alone.

use domain::booking::{CancelledBy, Quote, Settlement, Status};
use domain::fare::Price as Sum;
use domain::party::TravellerType;
use domain::plan::CabinClass;
use domain::view::{BookingPrice as PriceOf, BookingView, SegmentView};
use persistence::people::{self, KnownPeople};
use serde::Serialize;
use utoipa::ToSchema;

use super::money::Money;
use super::payment;
use super::user::PageShown;

/// A booking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    /// Its name for programs.
    #[schema(example = "7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub id: String,
    /// Its name for people (PNR): six letters and digits.
    #[schema(example = "K7QX2M")]
    pub pnr: String,
    /// `HOLDING`, `HELD`, `PAYING`, `CONFIRMED`, `CANCELLED`, `EXPIRED`, `REFUSED` or `FAILED`.
    #[schema(value_type = String, example = "HELD")]
    pub status: Status,
    /// Whose it is.
    #[schema(example = "usr_v2cJ0oQ2Yy1Xl0kCw1m8Qz7R")]
    pub customer_id: String,
    /// Who made it.
    #[schema(example = "usr_v2cJ0oQ2Yy1Xl0kCw1m8Qz7R")]
    pub made_by: String,
    /// When; RFC 3339.
    #[schema(example = "2026-12-01T12:00:00.000Z")]
    pub created_at: String,
    /// In which cabin they travel.
    #[schema(value_type = String, example = "ECONOMY")]
    pub cabin_class: CabinClass,
    /// Until when its places are held; null once they are bought or let go.
    #[schema(example = "2026-12-01T12:15:00.000Z")]
    pub hold_expires_at: Option<String>,
    /// Until when it can be paid.
    #[schema(example = "2026-12-01T12:15:00.000Z")]
    pub ticketing_time_limit: String,
    /// Until when its price stays what it is.
    #[schema(example = "2026-12-01T12:15:00.000Z")]
    pub price_guaranteed_until: String,
    /// What it costs; null as long as nothing of it is held.
    pub price: Option<BookingPrice>,
    /// The way out and, of a round trip, the way back.
    pub slices: Vec<BookedSlice>,
    /// Who travels.
    pub passengers: Vec<BookedPassenger>,
    /// Whom to call; on its own page alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_info: Option<ContactShown>,
    /// How it is paid.
    pub payment: Payment,
    /// How it ended, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Ending>,
    /// The row of its history after which it is so.
    pub version: u64,
}

/// What a booking costs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingPrice {
    /// Everything.
    pub total: Money,
    /// What the airline keeps of the fares.
    pub base: Money,
    /// What it passes on.
    pub taxes: Money,
    /// What seats cost beyond the fares.
    pub supplements: Money,
    /// What each passenger pays on all departures.
    pub per_passenger: Vec<PassengerPrice>,
}

/// What one passenger pays on all departures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookedPassengerPrice)]
#[serde(rename_all = "camelCase")]
pub struct PassengerPrice {
    /// Who.
    #[schema(example = "1")]
    pub passenger_id: String,
    /// Everything.
    pub total: Money,
    /// What the airline keeps of the fares.
    pub base: Money,
    /// What it passes on.
    pub taxes: Money,
    /// What seats cost beyond the fares.
    pub supplements: Money,
}

/// One direction of a booking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookedSlice {
    /// Its departures, first to last.
    pub segments: Vec<BookedSegment>,
}

/// A departure of a booking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookedSegment {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// From where.
    #[schema(example = "JFK")]
    pub origin: String,
    /// To where, once it is held.
    #[schema(example = "LAX")]
    pub destination: Option<String>,
    /// When it was to depart when it was held; RFC 3339 in UTC. `GET /flights/{flightId}` has the latest word.
    #[schema(example = "2026-12-01T18:00:00.000Z")]
    pub departs: Option<String>,
    /// When it was to land.
    #[schema(example = "2026-12-02T00:11:00.000Z")]
    pub arrives: Option<String>,
    /// Who sits where; null while somebody's seat is yet to be chosen. Infants sit on laps.
    pub seats: Vec<SeatOf>,
}

/// Where one passenger sits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeatOf {
    /// Who.
    #[schema(example = "1")]
    pub passenger_id: String,
    /// Where.
    #[schema(example = "12A")]
    pub seat: Option<String>,
}

/// Somebody who travels. What is personal stands on the booking's own page alone, and nowhere once it was erased.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookedPassenger {
    /// Their name within the booking.
    #[schema(example = "1")]
    pub id: String,
    /// What kind of traveller they are on the first departure.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "ADULT")]
    pub kind: TravellerType,
    /// Who they are.
    #[serde(flatten)]
    pub person: Option<Person>,
}

/// Who somebody is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// How they are addressed.
    #[schema(example = "Mr")]
    pub title: Option<String>,
    /// What they are called.
    #[schema(example = "John")]
    pub first_name: String,
    /// And their family.
    #[schema(example = "Doe")]
    pub last_name: String,
    /// When they were born.
    #[schema(example = "1990-01-01")]
    pub date_of_birth: String,
    /// What they show at a border.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentShown>,
}

/// What somebody shows at a border. Its number is never shown in full.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentShown {
    /// `PASSPORT` or `IDENTITY_CARD`.
    #[serde(rename = "type")]
    #[schema(example = "PASSPORT")]
    pub kind: String,
    /// The last two characters of its number.
    #[schema(example = "•••••89")]
    pub number: String,
    /// Who issued it.
    #[schema(example = "US")]
    pub country: String,
    /// The last day on which it is good.
    #[schema(example = "2031-05-30")]
    pub expires: String,
}

/// Whom to call.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactShown {
    /// Where to write.
    #[schema(example = "test@example.com")]
    pub email: String,
    /// Where to call.
    #[schema(example = "+1234567890")]
    pub phone: String,
}

/// How a booking is paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// `OUTSTANDING`; `OUTSIDE`, when an agent or administrator says that it was paid; `CARD`, when it is or was paid at a
    /// provider, which the payment `id` tells of; `NONE` when nothing is to be paid.
    #[schema(example = "OUTSTANDING")]
    pub status: &'static str,
    /// What is to be paid, or was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What they call the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "INV-2026-118")]
    pub reference: Option<String>,
    /// Which payment, with `CARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "pay_7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub id: Option<String>,
    /// At which provider, with `CARD`; `simulator` moves no real money.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "simulator")]
    pub provider: Option<String>,
}

/// How a booking ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ending {
    /// Why it could not be had, or bought: the same codes as elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "flight-cancelled")]
    pub code: Option<&'static str>,
    /// Who cancelled it: `CUSTOMER`, `AGENT` or `CARRIER`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "CUSTOMER")]
    pub by: Option<CancelledBy>,
    /// Why they did, in their own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<Money>,
    /// What is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fees: Option<Money>,
}

/// A page of bookings, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bookings {
    /// The bookings, without their people.
    pub data: Vec<Booking>,
    /// Which page it is, of how many.
    pub page: PageShown,
}

/// What a cancellation gives back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuoteShown {
    /// Send it with the cancellation to get these terms.
    #[schema(example = "7")]
    pub quote_id: String,
    /// What is given back.
    pub refund: Money,
    /// What is kept.
    pub fees: Money,
    /// Until when these terms are good; RFC 3339.
    #[schema(example = "2026-12-01T12:15:00.000Z")]
    pub expires_at: String,
}

/// What somebody may know who has a record locator and a surname.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PnrShown {
    /// The record locator.
    #[schema(example = "K7QX2M")]
    pub pnr: String,
    /// Where the booking stands.
    #[schema(value_type = String, example = "CONFIRMED")]
    pub status: Status,
    /// Its departures, in the order of travel.
    #[schema(example = json!(["B6-523-2026-12-01-JFK"]))]
    pub flights: Vec<String>,
}

impl Booking {
    /// The booking with its people, if they are to be shown.
    #[must_use]
    pub fn of(view: &BookingView, people: Option<&KnownPeople>) -> Self {
        // Passengers are numbered from 1 in the order in which their people are kept.
        let person = |place: usize| people?.travellers.get(place)?.known.as_ref().map(Person::of);
        let passengers = view.passengers.iter().enumerate().map(|(place, passenger)| BookedPassenger {
            id: passenger.id.to_string(),
            kind: passenger.kind,
            person: person(place),
        });
        Self {
            id: view.booking.to_string(),
            pnr: view.locator.to_string(),
            status: view.status,
            customer_id: view.customer.to_string(),
            made_by: view.made_by.to_string(),
            created_at: view.created.to_string(),
            cabin_class: view.class,
            hold_expires_at: view.hold_expires.map(|at| at.to_string()),
            ticketing_time_limit: view.ticketing_time_limit.to_string(),
            price_guaranteed_until: view.price_guaranteed_until.to_string(),
            price: view.price.as_ref().map(BookingPrice::of),
            slices: view.slices.iter().map(|segments| BookedSlice::of(segments)).collect(),
            passengers: passengers.collect(),
            contact_info: people.and_then(|people| people.contact.known.as_ref()).map(ContactShown::of),
            payment: Payment::of(view),
            end: Ending::of(view),
            version: view.version.number(),
        }
    }
}

impl BookingPrice {
    fn of(price: &PriceOf) -> Self {
        let Sum { base, taxes, supplements, total } = price.whole;
        let per_passenger = price.per_passenger.iter().map(|one| {
            let Sum { base, taxes, supplements, total } = one.price;
            PassengerPrice {
                passenger_id: one.passenger.to_string(),
                total: total.into(),
                base: base.into(),
                taxes: taxes.into(),
                supplements: supplements.into(),
            }
        });
        Self {
            total: total.into(),
            base: base.into(),
            taxes: taxes.into(),
            supplements: supplements.into(),
            per_passenger: per_passenger.collect(),
        }
    }
}

impl BookedSlice {
    fn of(segments: &[SegmentView]) -> Self {
        let segments = segments.iter().map(|segment| BookedSegment {
            flight_id: segment.flight.to_string(),
            origin: segment.flight.origin.to_string(),
            destination: segment.destination.map(|airport| airport.to_string()),
            departs: segment.departs.map(|at| at.to_string()),
            arrives: segment.arrives.map(|at| at.to_string()),
            seats: segment
                .seats
                .iter()
                .map(|seat| SeatOf {
                    passenger_id: seat.passenger.to_string(),
                    seat: seat.seat.map(|seat| seat.to_string()),
                })
                .collect(),
        });
        Self { segments: segments.collect() }
    }
}

impl Person {
    fn of(traveller: &people::Traveller) -> Self {
        Self {
            title: traveller.title.clone(),
            first_name: traveller.first_name.clone(),
            last_name: traveller.last_name.clone(),
            date_of_birth: traveller.born.to_string(),
            document: traveller.document.as_ref().map(DocumentShown::of),
        }
    }
}

impl DocumentShown {
    fn of(document: &people::Document) -> Self {
        let hidden = document.number.chars().count().saturating_sub(2);
        let shown = document.number.chars().skip(hidden);
        Self {
            kind: document.kind.clone(),
            number: std::iter::repeat_n('•', hidden).chain(shown).collect(),
            country: document.country.clone(),
            expires: document.expires.to_string(),
        }
    }
}

impl ContactShown {
    fn of(contact: &people::Contact) -> Self {
        Self { email: contact.email.clone(), phone: contact.phone.clone() }
    }
}

impl Payment {
    fn of(view: &BookingView) -> Self {
        let amount = || view.price.as_ref().map(|price| price.whole.total.into());
        let none = Self { status: "NONE", amount: None, reference: None, id: None, provider: None };
        let due = |status| Self { status, amount: amount(), reference: None, id: None, provider: None };
        match (&view.settlement, view.status) {
            (Some(Settlement::Outside { reference, .. }), _) => {
                Self { reference: Some(reference.clone()), ..due("OUTSIDE") }
            }
            (None, Status::Holding | Status::Held | Status::Paying | Status::Confirmed) => due("OUTSTANDING"),
            (Some(Settlement::Card { provider, .. }), _) => Self {
                id: Some(payment::id_of(view.booking)),
                provider: Some(provider.to_string()),
                ..due("CARD")
            },
            (Some(Settlement::Nothing { .. }), _)
            | (None, Status::Cancelled | Status::Expired | Status::Refused | Status::Failed) => none,
        }
    }
}

impl Ending {
    fn of(view: &BookingView) -> Option<Self> {
        let end = view.end.as_ref()?;
        Some(Self {
            code: end.why.as_ref().map(domain::booking::Why::code),
            by: end.by,
            reason: end.reason.clone(),
            refund: end.terms.map(|terms| terms.refund.into()),
            fees: end.terms.map(|terms| terms.fees.into()),
        })
    }
}

impl QuoteShown {
    /// The quote.
    #[must_use]
    pub fn of(quote: &Quote) -> Self {
        Self {
            quote_id: quote.quote.to_string(),
            refund: quote.terms.refund.into(),
            fees: quote.terms.fees.into(),
            expires_at: quote.expires.to_string(),
        }
    }
}

impl PnrShown {
    /// What is shown of a booking to whoever knows its locator and a surname.
    #[must_use]
    pub fn of(view: &BookingView) -> Self {
        let flights = view.slices.iter().flatten().map(|segment| segment.flight.to_string());
        Self { pnr: view.locator.to_string(), status: view.status, flights: flights.collect() }
    }
}
