//! Offers: ways to travel with their price and their conditions.

use domain::brand;
use domain::fare::Fare;
use domain::flight::{Provenance, Status};
use domain::party::{Party, TravellerType};
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::Summary;
use search::{Itinerary, Trip};
use serde::Serialize;
use utoipa::ToSchema;

use super::flight::{Carrier, End, carrier, end};
use super::money::PartyPrice;

/// A way to travel, with its price and its conditions. The price holds until it expires.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// Its name: send it to book the offer. It carries the price, so nobody can change it.
    #[schema(example = "AVkBAAAAAAAAaSgPRFVTRAEBQjYCC1AAAGO…")]
    pub id: String,
    /// The departure, when the offer is one departure and nothing more: booking it books exactly that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: Option<String>,
    /// The way out and, of a round trip, the way back.
    pub slices: Vec<Slice>,
    /// What the whole party pays.
    pub price: PartyPrice,
    /// In which cabin.
    #[schema(value_type = String, example = "ECONOMY")]
    pub cabin_class: CabinClass,
    /// Under which conditions.
    pub fare: Conditions,
    /// Places that can still be held on its fullest departure.
    #[schema(example = 7)]
    pub seats_left: u16,
    /// Who sells it.
    #[schema(example = "aisle")]
    pub supplier: String,
    /// Until when the price holds; RFC 3339.
    #[schema(example = "2026-12-01T12:10:00.000Z")]
    pub expires_at: String,
}

/// One direction of an offer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Slice {
    /// From which airport.
    #[schema(example = "LAX")]
    pub origin: String,
    /// To which airport.
    #[schema(example = "BOS")]
    pub destination: String,
    /// From the first departure to the last landing, by the latest word.
    #[schema(example = 455)]
    pub duration_minutes: u64,
    /// How often one changes.
    #[schema(example = 1)]
    pub stops: usize,
    /// The departures, first to last.
    pub segments: Vec<Segment>,
    /// What lies between them.
    pub connections: Vec<Connection>,
}

/// A departure of a slice.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Its name.
    #[schema(example = "B6-523-2026-12-01-JFK")]
    pub flight_id: String,
    /// The airline.
    pub carrier: Carrier,
    /// Its number.
    #[schema(example = 523)]
    pub number: u16,
    /// Where and when it departs.
    pub departure: End,
    /// Where and when it lands.
    pub arrival: End,
    /// From departure to landing, by the latest word.
    #[schema(example = 371)]
    pub duration_minutes: u64,
    /// What it is flown with.
    #[schema(example = "Airbus A320")]
    pub aircraft: String,
    /// Where it stands in its day.
    #[schema(value_type = String, example = "SCHEDULED")]
    pub status: Status,
    /// Whether it was made up for a demonstration: no airline ever published it.
    pub synthetic: bool,
}

/// What lies between two departures.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Where one lands.
    #[schema(example = "JFK")]
    pub arrival: String,
    /// Where one goes on; another airport of the same city when it differs.
    #[schema(example = "JFK")]
    pub departure: String,
    /// How long it takes.
    #[schema(example = 75)]
    pub minutes: u64,
    /// Whether one changes airports over the ground, with one's baggage.
    pub change_of_airport: bool,
}

/// The conditions of a fare.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conditions {
    /// What the fare is sold as.
    #[schema(example = "Economy")]
    pub brand: &'static str,
    /// Whether it is given back when one cancels; fees may be kept of it.
    pub refundable: bool,
    /// Whether it may be used for another departure.
    pub changeable: bool,
    /// Pieces of baggage that are included, for each passenger with a seat.
    pub bags: Bags,
}

/// Pieces of baggage.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bags {
    /// Into the cabin.
    #[schema(example = 1)]
    pub carry_on: u8,
    /// Into the hold.
    #[schema(example = 0)]
    pub checked: u8,
}

impl Offer {
    /// The offer of a trip under this name.
    #[must_use]
    pub fn of(trip: &Trip, id: String, (party, class): (&Party, CabinClass), expires: Timestamp) -> Self {
        let only = match &trip.slices[..] {
            [only] if only.stops() == 0 => Some(only.segments[0].leg.flight_id.to_string()),
            _ => None,
        };
        Self {
            id,
            flight_id: only,
            slices: trip.slices.iter().map(Slice::of).collect(),
            price: PartyPrice::of_each(|kind| fare_of(trip, kind), party),
            cabin_class: class,
            fare: conditions(class),
            seats_left: trip.seats_left,
            supplier: trip.supplier.to_string(),
            expires_at: expires.to_string(),
        }
    }
}

/// What one traveller of a kind pays for all of a trip.
fn fare_of(trip: &Trip, kind: TravellerType) -> Fare {
    let fares = trip.slices.iter().map(|slice| slice.fare_of(kind));
    let whole = fares.reduce(|sum, fare| sum.plus(fare).expect("a trip has one currency: search checks"));
    whole.expect("a trip has a way out")
}

fn conditions(class: CabinClass) -> Conditions {
    let brand::Brand { name, refundable, changeable, bags } = brand::of(class);
    let bags = Bags { carry_on: bags.carry_on, checked: bags.checked };
    Conditions { brand: name, refundable, changeable, bags }
}

impl Slice {
    fn of(way: &Itinerary) -> Self {
        let legs: Vec<&Summary> = way.legs().collect();
        let last = legs.last().expect("an itinerary has a segment");
        Self {
            origin: legs[0].flight_id.origin.to_string(),
            destination: last.service.destination.to_string(),
            duration_minutes: way.duration().as_secs() / 60,
            stops: way.stops(),
            segments: legs.iter().map(|leg| Segment::of(leg)).collect(),
            connections: legs.windows(2).map(|pair| Connection::between(pair[0], pair[1])).collect(),
        }
    }
}

impl Segment {
    fn of(leg: &Summary) -> Self {
        let (id, scheduled, latest) = (leg.flight_id, leg.scheduled, leg.latest);
        Self {
            flight_id: id.to_string(),
            carrier: carrier(id.carrier),
            number: id.number(),
            departure: end(id.origin, scheduled.departs, latest.departs),
            arrival: end(leg.service.destination, scheduled.arrives, latest.arrives),
            duration_minutes: latest.arrives.since(latest.departs).as_secs() / 60,
            aircraft: leg.service.aircraft.to_string(),
            status: leg.status,
            synthetic: leg.service.provenance == Provenance::Synthetic,
        }
    }
}

impl Connection {
    fn between(first: &Summary, second: &Summary) -> Self {
        let (arrival, departure) = (first.service.destination, second.flight_id.origin);
        Self {
            arrival: arrival.to_string(),
            departure: departure.to_string(),
            minutes: second.latest.departs.since(first.latest.arrives).as_secs() / 60,
            change_of_airport: arrival != departure,
        }
    }
}
