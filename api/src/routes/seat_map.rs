//! The seat map, and what only its viewer sees beside it.

use std::io::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use cluster::Room;
use domain::flight::{Departure, limits};
use domain::identity::Action;
use domain::ids::{BookingId, HoldId, PrincipalId};
use domain::party::{self, Party};
use domain::view;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use utoipa::ToSchema;

use super::{bookings, flight_id, room};
use crate::State;
use crate::auth::Signed;
use crate::fields::{Fields, any_text, written};
use crate::json::Json;
use crate::negotiation;
use crate::problem::Problem;
use crate::shape::seat_map::{SeatMap, encode};
use crate::shape::wish::Travelling;
use crate::state::now;

/// Shows a departure's seats.
///
/// The map is a function of (flight, version) and the same for everybody. Send its `ETag` as `If-None-Match` to be
/// told that nothing has changed; the time is in `Server-Time`, in milliseconds since 1970.
#[utoipa::path(get, path = "/api/v1/flights/{flightId}/seat-map", operation_id = "showSeatMap", tag = "Flights",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK")),
    responses(
        (status = 200, body = SeatMap),
        (status = 304, description = "Nothing has changed since the version of `If-None-Match`"),
        (status = 404, description = "There is none of that name: `not-found`"),
    ))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Path(flight): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let room = room(&state, flight_id(&flight)?).await?;
    let format = if negotiation::takes(&headers, "gzip") { Format::Gzip } else { Format::Plain };
    let tag = format.tag(&room);
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| negotiation::names(known, &tag));
    let (status, body, tag) = if known {
        (StatusCode::NOT_MODIFIED, Body::empty(), tag)
    } else {
        let (body, tag) = format.body(&room);
        (StatusCode::OK, body, tag)
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert("server-time", HeaderValue::from(now().millis()));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if status == StatusCode::OK && matches!(format, Format::Gzip) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Plain,
    Gzip,
}

impl Format {
    fn tag(self, room: &Room) -> String {
        self.tag_of(room.version().number())
    }

    fn tag_of(self, version: u64) -> String {
        match self {
            Self::Plain => format!("W/\"{version}.json\""),
            Self::Gzip => format!("W/\"{version}.json-gzip\""),
        }
    }

    /// The body and its tag. The map may be newer than the version that was looked at before.
    fn body(self, room: &Room) -> (Body, String) {
        let shown = room.shown();
        let bytes = match self {
            Self::Plain => shown.plain(|map| encode(map).into()),
            Self::Gzip => shown.compressed(|map| gzip(&encode(map)).into()),
        };
        (Body::from(bytes.clone()), self.tag_of(shown.version().number()))
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.expect("memory takes whatever is written")
}

/// Whom the open seats are looked at for.
enum Asked {
    /// Nobody in particular.
    Nobody,
    /// So many.
    Party(Party),
    /// Those of a booking.
    Booking(String),
}

/// Who travels, as the query says.
fn asked(uri: &Uri) -> Result<Asked, Problem> {
    let mut fields = Fields::of_query(uri, &["adults", "children", "infants", "bookingId"])?;
    let booking = fields.optional("bookingId", any_text);
    let most = u64::from(limits::HOLD_PLACES_MAX);
    let mut count =
        |name| fields.optional(name, written(0, most)).map(|count| u8::try_from(count).unwrap_or(u8::MAX));
    let (adults, children, infants) = (count("adults"), count("children"), count("infants"));
    let is_said = adults.or(children).or(infants).is_some();
    if booking.is_some() && is_said {
        fields.refuse("bookingId", "invalid", "name a booking, or say how many travel; not both");
    }
    fields.done()?;
    Ok(match booking {
        Some(booking) => Asked::Booking(booking),
        None if is_said => Asked::Party(Party {
            adults: adults.unwrap_or(0),
            children: children.unwrap_or(0),
            infants: infants.unwrap_or(0),
        }),
        None => Asked::Nobody,
    })
}

/// Who travels with a booking on a departure, as seats are looked for.
fn party_of(departure: &Departure, booking: BookingId) -> Option<Party> {
    let claimed = departure.claim(booking).map(|claim| &claim.passengers);
    let passengers = claimed.or_else(|| departure.sale(booking).map(|sale| &sale.passengers))?;
    Some(party::seating_party_of(passengers))
}

/// What only you see of a departure.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Yours {
    /// The departure.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The row of its history after which it is so.
    pub version: u64,
    /// Your live holds.
    pub holds: Vec<YourHold>,
    /// Seats sold to you, and those of the booking that you asked about.
    pub seats: Vec<String>,
    /// Open seats that your party may not take, each with the reason.
    #[schema(value_type = Vec<Object>, example = json!([{"seat": "10A", "reason": "EXIT_ROW"}]))]
    pub not_for_you: Vec<serde_json::Value>,
}

/// A hold of yours.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct YourHold {
    /// Its name.
    #[schema(example = "B6-523-2026-12-01-JFK.17")]
    pub hold_id: String,
    /// Its pinned seats.
    pub seats: Vec<String>,
    /// How many places it has.
    pub places: u8,
    /// When it lapses; RFC 3339.
    pub expires_at: String,
}

/// What a viewer looks at, beside what is their own.
#[derive(Debug)]
pub struct Looks {
    /// Who travels.
    party: Option<Party>,
    /// Or those of this booking.
    booking: Option<BookingId>,
    /// The viewer's bookings here, whoever made them.
    bookings: Vec<BookingId>,
}

impl Yours {
    /// What `viewer` sees of the room beyond the map.
    #[must_use]
    pub fn of(room: &Room, viewer: &PrincipalId, looks: &Looks) -> Self {
        let (flight, version, yours) = room.read(|departure, version| {
            let party = looks.party.or_else(|| party_of(departure, looks.booking?));
            let made =
                departure.sales().filter(|(_, sale)| sale.holder == *viewer).map(|(booking, _)| booking);
            let mut bookings: Vec<BookingId> =
                made.chain(looks.bookings.iter().copied()).chain(looks.booking).collect();
            bookings.sort_unstable();
            bookings.dedup();
            (departure.id, version, view::yours(departure, viewer, &bookings, party.as_ref()))
        });
        let holds = yours.holds.iter().map(|hold| YourHold {
            hold_id: HoldId { flight, number: hold.hold }.to_string(),
            seats: hold.seats.iter().map(ToString::to_string).collect(),
            places: hold.places,
            expires_at: hold.until.to_string(),
        });
        Self {
            flight_id: flight.to_string(),
            version: version.number(),
            holds: holds.collect(),
            seats: yours.seats.iter().map(ToString::to_string).collect(),
            not_for_you: yours.not_for_you.iter().map(crate::refusals::breach).collect(),
        }
    }
}

/// Shows your own holds and seats on a departure, and the open seats that your party, or that of a booking, may not take.
#[utoipa::path(get, path = "/api/v1/flights/{flightId}/seat-map/yours", operation_id = "showYours", tag = "Flights",
    params(("flightId" = String, Path, example = "B6-523-2026-12-01-JFK"), Travelling),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Yours),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 404, description = "There is none of that name: `not-found`"),
        (status = 422, description = "A parameter cannot be taken: `validation`"),
    ))]
pub async fn yours(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    Path(flight): Path<String>,
    uri: Uri,
) -> Result<Json<Yours>, Problem> {
    let asked = asked(&uri)?;
    let flight = flight_id(&flight)?;
    let room = room(&state, flight).await?;
    let (party, booking) = match asked {
        Asked::Nobody => (None, None),
        Asked::Party(party) => (Some(party), None),
        Asked::Booking(booking) => {
            let view = bookings::visible(&state, &principal, &booking, Action::Read).await?;
            (None, Some(view.booking))
        }
    };
    let bookings = state.bookings.of_customer_on(&principal.subject, flight).await?;
    Ok(Json(Yours::of(&room, &principal.subject, &Looks { party, booking, bookings })))
}
