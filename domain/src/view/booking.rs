//! A booking as lists and its own page show it. It says nothing about who travels but a reference to where that is kept.

use serde::{Deserialize, Serialize};

use super::payment::{PaymentView, payment_view};
use crate::booking::{
    CancelledBy, Declined, End, Leg, LegState, Part, Placed, Quote, Settlement, Stage, Status, Terms, Why,
};
use crate::fare::{PassengerPrice, Price};
use crate::ids::{
    AirportCode, BookingId, FlightId, HoldNumber, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version,
};
use crate::party::TravellerType;
use crate::plan::{CabinClass, SeatNumber};
use crate::time::Timestamp;

/// A booking after one of its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingView {
    /// The booking.
    pub booking: BookingId,
    /// The row after which it is so.
    pub version: Version,
    /// What people call it.
    pub locator: RecordLocator,
    /// Where it stands.
    pub status: Status,
    /// Whether nothing is under way: it stays so until somebody asks or its deadline comes.
    pub settled: bool,
    /// Whose it is.
    pub customer: PrincipalId,
    /// Who made it.
    pub made_by: PrincipalId,
    /// In which cabin they travel.
    pub class: CabinClass,
    /// When it was placed.
    pub created: Timestamp,
    /// Until when its places are held; missing once they are bought, or let go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_expires: Option<Timestamp>,
    /// Until when it can be paid.
    pub ticketing_time_limit: Timestamp,
    /// Until when its price stays what it is.
    pub price_guaranteed_until: Timestamp,
    /// The segments of each direction, in the order of travel.
    pub slices: Vec<Vec<SegmentView>>,
    /// Who travels, by number and kind.
    pub passengers: Vec<TravellerView>,
    /// What it costs, once something is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<BookingPrice>,
    /// How it is paid, once paying began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settlement: Option<Settlement>,
    /// Its payment, once paying at a provider began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentView>,
    /// The last quote of a cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// What that quote is about, when it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_part: Option<Part>,
    /// The last no of a departure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<Declined>,
    /// How it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<EndView>,
    /// Where the sealed records of who travels are.
    pub people: PeopleRef,
}

/// A segment of a [`BookingView`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentView {
    /// The departure.
    pub flight: FlightId,
    /// How far the booking is there.
    pub state: LegState,
    /// Where it lands, once it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<AirportCode>,
    /// When it departs, by the word of when it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departs: Option<Timestamp>,
    /// When it arrives, by the word of when it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrives: Option<Timestamp>,
    /// Who sits where; lap infants have no entry.
    pub seats: Vec<SeatOf>,
    /// The holds that the booking has, or had, there.
    pub holds: Vec<HoldNumber>,
}

/// Where one passenger sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatOf {
    /// Who.
    pub passenger: PassengerId,
    /// Where; missing while they have no seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatNumber>,
}

/// A traveller of a [`BookingView`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TravellerView {
    /// Who, within the booking.
    pub id: PassengerId,
    /// Their kind on the first departure.
    pub kind: TravellerType,
}

/// What a booking costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingPrice {
    /// Everybody on all segments.
    #[serde(flatten)]
    pub whole: Price,
    /// Each passenger on all segments.
    pub per_passenger: Vec<PassengerTotal>,
}

/// What one passenger pays on all segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PassengerTotal {
    /// Who.
    pub passenger: PassengerId,
    /// What.
    #[serde(flatten)]
    pub price: Price,
}

/// How a booking ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndView {
    /// Why it was refused, or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// Who cancelled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<CancelledBy>,
    /// Why they did, in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
}

/// The booking as it is after the row `version`.
#[must_use]
pub fn booking_view(placed: &Placed, version: Version) -> BookingView {
    let passengers = travellers(placed);
    let segments = |slice: &Vec<FlightId>| {
        slice.iter().filter_map(|flight| Some(segment(*flight, placed.leg(*flight)?))).collect()
    };
    BookingView {
        booking: placed.booking,
        version,
        locator: placed.locator,
        status: placed.status(),
        settled: placed.is_settled(),
        customer: placed.customer.clone(),
        made_by: placed.made_by.clone(),
        class: placed.class,
        created: placed.created,
        hold_expires: hold_expires(placed),
        ticketing_time_limit: placed.until,
        price_guaranteed_until: placed.until,
        slices: placed.slices.iter().map(segments).collect(),
        price: price(placed, &passengers),
        passengers,
        settlement: placed.settlement.clone(),
        payment: payment_view(placed),
        quote: placed.quote,
        quoted_part: placed.part.clone(),
        declined: placed.declined.clone(),
        end: placed.end().map(end),
        people: placed.people,
    }
}

/// Everybody who travels anywhere, each by their kind on their first departure.
fn travellers(placed: &Placed) -> Vec<TravellerView> {
    let mut travellers: Vec<TravellerView> = Vec::new();
    for passenger in placed.travel().filter_map(|flight| placed.leg(flight)).flat_map(|leg| &leg.passengers) {
        if travellers.iter().all(|known| known.id != passenger.id) {
            travellers.push(TravellerView { id: passenger.id, kind: passenger.kind });
        }
    }
    travellers.sort_by_key(|traveller| traveller.id);
    travellers
}

const fn hold_expires(placed: &Placed) -> Option<Timestamp> {
    match &placed.stage {
        Stage::Paying { fence } => Some(*fence),
        Stage::Holding | Stage::Held => Some(placed.until),
        Stage::ChangingSeats { back: crate::booking::Rest::Held, .. } => Some(placed.until),
        Stage::ChangingSeats { back: crate::booking::Rest::Confirmed, .. }
        | Stage::Closing { .. }
        | Stage::Confirmed
        | Stage::LettingGo { .. }
        | Stage::Cancelling { .. }
        | Stage::CancellingPart { .. }
        | Stage::Ended(_) => None,
    }
}

fn segment(flight: FlightId, leg: &Leg) -> SegmentView {
    let seated = leg.passengers.iter().filter(|passenger| passenger.kind != TravellerType::Infant);
    let seat = |passenger: &crate::party::Passenger| SeatOf { passenger: passenger.id, seat: passenger.seat };
    SegmentView {
        flight,
        state: leg.state,
        destination: leg.passage.map(|passage| passage.destination),
        departs: leg.passage.map(|passage| passage.departs),
        arrives: leg.passage.map(|passage| passage.arrives),
        seats: seated.map(seat).collect(),
        holds: leg.holds.clone(),
    }
}

fn price(placed: &Placed, passengers: &[TravellerView]) -> Option<BookingPrice> {
    let all: Vec<PassengerPrice> = placed.legs().flat_map(|(_, leg)| leg.prices.iter().copied()).collect();
    let total = |passenger: PassengerId| {
        let price = Price::of(all.iter().filter(|price| price.passenger == passenger))?;
        Some(PassengerTotal { passenger, price })
    };
    let per_passenger = passengers.iter().filter_map(|traveller| total(traveller.id)).collect();
    Some(BookingPrice { whole: placed.price()?, per_passenger })
}

fn end(end: &End) -> EndView {
    match end {
        End::Refused(why) | End::Failed(why) => {
            EndView { why: Some(why.clone()), by: None, reason: None, terms: None }
        }
        End::Expired => EndView { why: None, by: None, reason: None, terms: None },
        End::Cancelled(cancelled) => EndView {
            why: None,
            by: Some(cancelled.by),
            reason: cancelled.reason.clone(),
            terms: cancelled.terms,
        },
    }
}
