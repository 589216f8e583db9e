//! What clients may ask for about bookings, for the document. It is read field by field, as in `wish`.

use utoipa::{IntoParams, ToSchema};

/// A booking to be made: of one departure, of several, or of an offer.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "flightId": "B6-523-2026-12-01-JFK", "cabinClass": "ECONOMY",
    "passengers": [{"type": "ADULT", "title": "Mr", "firstName": "John", "lastName": "Doe", "dateOfBirth": "1990-01-01"}],
    "contactInfo": {"email": "test@example.com", "phone": "+1234567890"}}))]
pub struct NewBooking {
    /// The departure, when it is one.
    pub flight_id: Option<String>,
    /// The offer, as the search gave it; its price holds until it expires.
    pub offer_id: Option<String>,
    /// The departures in the order of the journey, when they are several.
    #[schema(max_items = 6)]
    pub segments: Option<Vec<NewSegment>>,
    /// In which cabin; an offer says it itself.
    #[schema(example = "ECONOMY")]
    pub cabin_class: Option<String>,
    /// Who travels: at most nine with seats, an infant on the lap of each.
    #[schema(min_items = 1, max_items = 18)]
    pub passengers: Vec<NewPassenger>,
    /// Whom to call.
    pub contact_info: NewContact,
    /// Holds of yours that the booking takes over. On each departure where there are some, they have exactly one place for
    /// each traveller with a seat.
    pub hold_ids: Option<Vec<String>>,
    /// For which customer, when an agent or administrator books for somebody.
    pub customer_id: Option<String>,
}

/// A departure of a booking.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewSegment {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// In which cabin; all segments in the same.
    #[schema(example = "ECONOMY")]
    pub cabin_class: Option<String>,
}

/// Somebody who travels.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewPassenger {
    /// `ADULT` (from the 12th birthday on), `CHILD` or `INFANT` (before the 2nd): by their age on the day of the first
    /// departure. On later ones their age there counts.
    #[schema(rename = "type", example = "ADULT")]
    pub kind: String,
    /// How they are addressed.
    #[schema(example = "Mr", max_length = 12)]
    pub title: Option<String>,
    /// What they are called; letters of any script.
    #[schema(example = "John", max_length = 80)]
    pub first_name: String,
    /// And their family.
    #[schema(example = "Doe", max_length = 80)]
    pub last_name: String,
    /// When they were born.
    #[schema(example = "1990-01-01")]
    pub date_of_birth: String,
    /// Their seat, when there is one departure.
    #[schema(example = "12A")]
    pub seat: Option<String>,
    /// Their seats, when there are several.
    pub seats: Option<Vec<NewSeat>>,
    /// What they show at a border.
    pub document: Option<NewDocument>,
}

/// A seat on a departure.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewSeat {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The seat.
    #[schema(example = "12A")]
    pub seat: String,
}

/// What somebody shows at a border.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewDocument {
    /// `PASSPORT` or `IDENTITY_CARD`.
    #[schema(rename = "type", example = "PASSPORT")]
    pub kind: String,
    /// Its number.
    #[schema(example = "X1234589")]
    pub number: String,
    /// Who issued it (ISO 3166-1, two letters).
    #[schema(example = "US")]
    pub country: String,
    /// The last day on which it is good: not before the last departure.
    #[schema(example = "2031-05-30")]
    pub expires: String,
}

/// Whom to call.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct NewContact {
    /// Where to write.
    #[schema(example = "test@example.com")]
    pub email: String,
    /// Where to call: `+` and 7 to 15 digits (E.164).
    #[schema(example = "+1234567890")]
    pub phone: String,
}

/// That a booking was paid outside.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reference": "INV-2026-118"}))]
pub struct PaidOutside {
    /// What you call the payment: 1–40 printable characters, nothing personal.
    #[schema(max_length = 40)]
    pub reference: String,
}

/// A cancellation.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"quoteId": "7", "reason": "plans changed"}))]
pub struct Cancellation {
    /// The quote whose terms are taken; without one, the terms of now.
    pub quote_id: Option<String>,
    /// Why: at most 200 printable characters.
    #[schema(max_length = 200)]
    pub reason: Option<String>,
}

/// Other seats for passengers; all of them or none.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"seats": [
    {"passengerId": "1", "flightId": "B6-523-2026-12-01-JFK", "seat": "12A"}]}))]
pub struct SeatChanges {
    /// Who moves where.
    #[schema(min_items = 1)]
    pub seats: Vec<MovedSeat>,
}

/// One passenger's other seat.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct MovedSeat {
    /// Who.
    #[schema(example = "1")]
    pub passenger_id: String,
    /// On which departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// Where.
    #[schema(example = "12A")]
    pub seat: String,
}

/// Which bookings are listed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BookingFilter {
    /// Only of this status.
    #[param(example = "HELD")]
    pub status: Option<String>,
    /// Only on this departure.
    #[param(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: Option<String>,
    /// Only the one of this record locator.
    #[param(example = "K7QX2M")]
    pub pnr: Option<String>,
    /// A record locator, a surname or an e-mail address, whole.
    #[param(example = "doe")]
    pub search: Option<String>,
    /// Made on this day or later (UTC).
    #[param(example = "2026-12-01")]
    pub from: Option<String>,
    /// Made on this day or earlier.
    #[param(example = "2026-12-31")]
    pub to: Option<String>,
    /// Which page, from 1.
    #[param(example = 1)]
    pub page: Option<u32>,
    /// Bookings on a page, 1–100.
    #[param(example = 20)]
    pub limit: Option<u32>,
}

/// Which of one's own bookings are listed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MyBookings {
    /// Only of this status.
    #[param(example = "HELD")]
    pub status: Option<String>,
    /// Which page, from 1.
    #[param(example = 1)]
    pub page: Option<u32>,
    /// Bookings on a page, 1–100.
    #[param(example = 20)]
    pub limit: Option<u32>,
}

/// Whose surname.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct Surname {
    /// The family name of one who travels, however it is written.
    #[param(example = "Doe")]
    pub last_name: String,
}

/// A part of a booking that is to be cancelled. Without passengers all of them, without departures all of those.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"passengers": ["2"]}))]
pub struct CancelledPart {
    /// The ids of passengers.
    #[schema(example = json!(["2"]))]
    pub passengers: Option<Vec<String>>,
    /// Departures.
    #[schema(example = json!(["B6-523-2026-12-01-JFK"]))]
    pub flights: Option<Vec<String>>,
}
