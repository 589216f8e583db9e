//! Making a booking.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::Response;
use domain::booking::{Command, Place, PlannedSegment, Status};
use domain::identity;
use domain::identity::Role;
use domain::ids::{BookingId, FlightId, HoldNumber, PeopleRef, PrincipalId, Version};
use domain::pick::Preferences;
use domain::time::Timestamp;
use domain::view::{self, BookingView, Summary};
use persistence::journal::{Fingerprint, RequestId};
use persistence::people::{self, Expected, WhoTravels};
use sha2::{Digest as _, Sha256};

use super::{ask, at_rest, granted, shown};
use crate::State;
use crate::auth::{Principal, Signed};
use crate::booking::ages;
use crate::booking::person::{Contact, Traveller};
use crate::booking::trip;
use crate::booking::wish::{FIELDS, Wish};
use crate::fields::Fields;
use crate::idempotency::{self, Once};
use crate::json::Json;
use crate::problem::Problem;
use crate::refusals;
use crate::sent::Sent;
use crate::shape::booking::Booking;
use crate::shape::booking_wish::NewBooking;
use crate::state::now;

/// The row that begins a booking.
const FIRST: Version = Version::new(1);

/// Tells the digest that names people from every other.
const PEOPLE: &[u8] = b"aisle people of a booking";

/// Books departures for travellers: class, seats, all segments and the price at once, or nothing.
///
/// The answer is 201 when everything is held, until `holdExpiresAt`. A refused booking answers as the departure did that
/// said no, with `bookingId` and `flightId`; holds that it was to take over are back with you, with their old deadlines.
#[utoipa::path(post, path = "/api/v1/bookings", operation_id = "createBooking", tag = "Bookings", request_body = NewBooking,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = Booking, description = "It is held; `location` says where it is shown"),
        (status = 401, description = "No valid token: `unauthenticated`"),
        (status = 403, description = "Only agents and administrators book for others: `forbidden`"),
        (status = 404, description = "A hold is none of yours: `not-found`"),
        (status = 409, description = "It was refused: `seat-taken` (with `seats` and `alternatives`), `cabin-full`, `hold-limit`, `hold-booked`, `sale-closed`, `flight-cancelled`, `no-suitable-seats`, `hold-expired`, `mixed-currencies`"),
        (status = 410, description = "A hold or an offer is gone: `hold-released`, `offer-expired`"),
        (status = 422, description = "It cannot be taken: `validation`, `offer-unknown`, `no-such-cabin`, `no-such-seats`, `seat-rules`, `idempotency-mismatch`"),
        (status = 503, description = "Come back after `Retry-After`, with the same key: `overloaded`"),
    ))]
pub async fn create(
    Shared(state): Shared<Arc<State>>,
    Signed(principal): Signed,
    sent: Sent,
) -> Result<Response, Problem> {
    let once = Once::of(&principal, &sent)?;
    let id = booking_of(once.request.id);
    let people = people_of(id, &once.request.fingerprint);
    // One that was placed needs no second look: since then its offer may have expired, or a traveller have turned twelve.
    let placed = match state.bookings.booking(id).await? {
        Some(known) if known.people == people => Ok((FIRST, true)),
        Some(_) => Err(idempotency::reused()),
        None => place(&state, &principal, (id, people), (&once, &sent)).await,
    };
    let (from, replayed) = match placed {
        Ok(placed) => placed,
        Err(problem) => return Ok(once.mark(false, problem)),
    };
    let answer = match at_rest(&state, id, from).await {
        Ok(view) => answer(&state, &view).await,
        Err(problem) => Err(problem),
    };
    Ok(once.mark(replayed, answer))
}

/// The booking that a request makes: its name is the request's.
pub fn booking_of(request: RequestId) -> BookingId {
    BookingId::new(u128::from_be_bytes(request.bytes()))
}

async fn answer(
    state: &State,
    view: &BookingView,
) -> Result<(StatusCode, [(header::HeaderName, String); 1], Json<Booking>), Problem> {
    match view.status {
        Status::Held | Status::Holding | Status::Paying | Status::Confirmed => {
            let place = [(header::LOCATION, format!("/api/v1/bookings/{}", view.booking))];
            Ok((StatusCode::CREATED, place, Json(shown(state, view).await?)))
        }
        Status::Refused | Status::Expired | Status::Failed | Status::Cancelled => {
            Err(refusals::ended_booking(view))
        }
    }
}

/// By which name a booking knows its people: another body has others, and never overwrites them.
fn people_of(id: BookingId, body: &Fingerprint) -> PeopleRef {
    let digest =
        Sha256::new().chain_update(PEOPLE).chain_update(id.bits().to_be_bytes()).chain_update(body.bytes());
    let digest: [u8; 32] = digest.finalize().into();
    let (half, _) = digest.split_at(16);
    PeopleRef::new(u128::from_be_bytes(half.try_into().expect("a half of 32 bytes is 16")))
}

/// Reads the request, keeps its people, and places the booking; the row that did, and whether it was there before.
async fn place(
    state: &State,
    principal: &Principal,
    (booking, people): (BookingId, PeopleRef),
    (once, sent): (&Once, &Sent),
) -> Result<(Version, bool), Problem> {
    let now = now();
    let mut fields = Fields::of(sent, &FIELDS)?;
    let wish = Wish::read(&mut fields, now, |offer| state.open_offer(offer, now))?;
    let directions = match &wish {
        Some(wish) => directions(state, &mut fields, wish).await?,
        None => None,
    };
    let customer = match wish.as_ref().and_then(|wish| wish.customer.as_ref()) {
        Some(customer) => customer_of(state, principal, &mut fields, customer).await?,
        None => principal.subject.clone(),
    };
    fields.done()?;
    let (Some(wish), Some(directions)) = (wish, directions) else { return Err(Problem::not_found()) };
    let who = who(&wish);
    let expected = Expected { booking, people, who: &who, at: now };
    let locator = state.travellers.prepare(&expected, &mut |bytes| getrandom::fill(bytes).is_ok()).await?;
    let command = Command::Place(Place {
        booking,
        locator,
        customer,
        made_by: principal.subject.clone(),
        kind: principal.holder().kind,
        class: wish.trip.class,
        slices: slices(&wish, &directions),
        people,
        until: until(state, now),
    });
    let told = ask(state, booking, Some(once), command).await?;
    Ok((granted(&told)?, told.replayed))
}

fn until(state: &State, now: Timestamp) -> Timestamp {
    now + std::time::Duration::from_secs(state.options.booking_held_secs)
}

/// How many departures each direction has. What is not there, or cannot be flown in this order, is noted.
async fn directions(state: &State, fields: &mut Fields, wish: &Wish) -> Result<Option<Vec<usize>>, Problem> {
    let mut legs: Vec<Summary> = Vec::with_capacity(wish.trip.legs.len());
    let is_one = wish.trip.legs.len() == 1;
    let place = |at: usize| if is_one { "flightId".to_owned() } else { format!("segments[{at}].flightId") };
    for (at, leg) in wish.trip.legs.iter().enumerate() {
        match state.door.room(leg.flight).await? {
            Some(room) => legs.push(room.read(view::summary)),
            None => fields.refuse(&place(at), "invalid", "there is no departure of that name"),
        }
    }
    if legs.len() < wish.trip.legs.len() {
        return Ok(None);
    }
    match trip::directions(&legs) {
        Ok(found) => Ok(Some(wish.trip.directions.clone().unwrap_or(found))),
        Err((at, why)) => {
            fields.refuse(&place(at), "invalid", why);
            Ok(None)
        }
    }
}

/// The customer that somebody else books for.
async fn customer_of(
    state: &State,
    principal: &Principal,
    fields: &mut Fields,
    customer: &PrincipalId,
) -> Result<PrincipalId, Problem> {
    match principal.role {
        _ if *customer == principal.subject => return Ok(customer.clone()),
        Role::AirlineAgent | Role::TravelAgent | Role::Admin => {}
        Role::Customer | Role::BusinessOwner => return Err(Problem::forbidden()),
    }
    let account = state.people.account(customer).await?;
    let is_one = account.is_some_and(|account| {
        !account.is_erased() && account.role == Role::Customer && account.status == identity::Status::Active
    });
    if !is_one {
        fields.refuse("customerId", "invalid", "there is no customer of that name");
    }
    Ok(customer.clone())
}

fn who(wish: &Wish) -> WhoTravels {
    let Contact { email, phone } = &wish.contact;
    let traveller = |traveller: &Traveller| people::Traveller {
        title: traveller.title.clone(),
        first_name: traveller.first_name.clone(),
        last_name: traveller.last_name.clone(),
        born: traveller.born,
        document: traveller.document.as_ref().map(|document| people::Document {
            kind: document.kind.as_str().to_owned(),
            number: document.number.clone(),
            country: document.country.clone(),
            expires: document.expires,
        }),
    };
    WhoTravels {
        travellers: wish.travellers.iter().map(traveller).collect(),
        contact: people::Contact { email: email.to_string(), phone: phone.clone() },
    }
}

fn slices(wish: &Wish, directions: &[usize]) -> Vec<Vec<PlannedSegment>> {
    let mut holds: BTreeMap<FlightId, Vec<HoldNumber>> = BTreeMap::new();
    for hold in &wish.holds {
        holds.entry(hold.flight).or_default().push(hold.number);
    }
    let is_only = wish.trip.legs.len() == 1;
    let mut segments = wish.trip.legs.iter().map(|leg| PlannedSegment {
        flight: leg.flight,
        passengers: ages::passengers(&wish.travellers, leg.flight, is_only),
        holds: holds.remove(&leg.flight).unwrap_or_default(),
        // Whoever names no seat gets one with the others.
        wish: Some(Preferences { together: true, ..Preferences::default() }),
        promised: leg.promised,
    });
    directions.iter().map(|count| segments.by_ref().take(*count).collect()).collect()
}
