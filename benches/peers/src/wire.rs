//! What goes over the wire: the product's names, and about as many bytes.

use std::time::Duration;

use domain::fare::{self, Fare, FareBasis};
use domain::flight::{OpenSale, Service};
use domain::ids::FlightId;
use domain::money::{Currency, Money as Amount};
use domain::party::{Party, TravellerType};
use domain::plan::{CabinClass, SeatPlan};
use serde::{Deserialize, Serialize};

use crate::desk::{Held, Wish};
use crate::problem::Problem;

/// How long a hold lasts when nothing else is asked for, and how long at most, in seconds.
const TTL_SECS: (u32, u32) = (600, 1_800);

/// The wish for a seat.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HoldAsked {
    cabin_class: CabinClass,
    seats: Vec<String>,
    #[serde(default)]
    travellers: Vec<Traveller>,
    ttl_seconds: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Traveller {
    r#type: TravellerType,
}

impl HoldAsked {
    /// What it asks for on a departure.
    ///
    /// # Errors
    /// Refuses anything but one seat in economy, and a time that is too short or too long.
    pub fn on(&self, flight: FlightId) -> Result<Wish, Problem> {
        if self.cabin_class != CabinClass::Economy {
            return Err(Problem::invalid("there is only one cabin, ECONOMY"));
        }
        let [seat] = self.seats.as_slice() else { return Err(Problem::invalid("name exactly one seat")) };
        let seat = seat.parse().map_err(|_| Problem::no_such_seat())?;
        let ttl = self.ttl_seconds.unwrap_or(TTL_SECS.0);
        if !(1..=TTL_SECS.1).contains(&ttl) {
            return Err(Problem::invalid(format!("hold for 1 to {} seconds", TTL_SECS.1)));
        }
        let count = |kind| {
            let count = self.travellers.iter().filter(|traveller| traveller.r#type == kind).count();
            u8::try_from(count).unwrap_or(u8::MAX)
        };
        let party = Party {
            adults: count(TravellerType::Adult),
            children: count(TravellerType::Child),
            infants: count(TravellerType::Infant),
        };
        let party = (!self.travellers.is_empty()).then_some(party);
        let ttl = Duration::from_secs(ttl.into());
        Ok(Wish { flight, seat, party, ttl })
    }
}

/// A hold as its holder sees it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HoldShown {
    hold_id: String,
    flight_id: String,
    seats: [String; 1],
    places: u8,
    cabin_class: CabinClass,
    expires_at: String,
    price: Price,
    version: u64,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Price {
    #[serde(flatten)]
    all: Sums,
    per_passenger: [PassengerPrice; 1],
}

#[derive(Debug, Serialize)]
struct PassengerPrice {
    r#type: TravellerType,
    count: u8,
    #[serde(flatten)]
    price: Sums,
}

#[derive(Debug, Serialize)]
struct Sums {
    total: Money,
    base: Money,
    taxes: Money,
}

#[derive(Debug, Serialize)]
struct Money {
    amount: String,
    currency: &'static str,
}

impl From<Amount> for Money {
    fn from(money: Amount) -> Self {
        Self { amount: money.amount(), currency: money.currency().code() }
    }
}

impl From<Fare> for Sums {
    fn from(fare: Fare) -> Self {
        let total = fare.total().expect("a fare of ours has one currency and fits");
        Self { total: total.into(), base: fare.base.into(), taxes: fare.taxes.into() }
    }
}

impl From<Held> for HoldShown {
    fn from(held: Held) -> Self {
        let passenger = PassengerPrice { r#type: TravellerType::Adult, count: 1, price: held.fare.into() };
        Self {
            hold_id: held.id,
            flight_id: held.flight.to_string(),
            seats: [held.seat.to_string()],
            places: 1,
            cabin_class: CabinClass::Economy,
            expires_at: held.until.to_string(),
            price: Price { all: held.fare.into(), per_passenger: [passenger] },
            version: held.version,
            status: "HELD",
        }
    }
}

/// The fare of those who do not compute one for each hold.
#[must_use]
pub fn only_fare() -> Fare {
    /// From New York to Los Angeles, and a month ahead.
    const BASIS: FareBasis = FareBasis { distance_mi: 2_475, currency: Currency::USD };
    fare::adult(BASIS, CabinClass::Economy, fare::Load::EMPTY, 30)
}

/// A departure to be put on sale.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewFlight {
    carrier: String,
    number: u16,
    date: String,
    origin: String,
    destination: String,
    aircraft: Aircraft,
    departs: String,
    arrives: String,
    distance_mi: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Aircraft {
    name: String,
    cabins: String,
}

impl NewFlight {
    /// The sale that it opens.
    ///
    /// # Errors
    /// Refuses what is no departure.
    pub fn sale(&self) -> Result<OpenSale, Problem> {
        let invalid = |what: &dyn std::fmt::Display| Problem::invalid(what.to_string());
        let carrier = self.carrier.parse().map_err(|error| invalid(&error))?;
        let origin = self.origin.parse().map_err(|error| invalid(&error))?;
        let date = self.date.parse().map_err(|error: jiff::Error| invalid(&error))?;
        Ok(OpenSale {
            flight: FlightId::new(carrier, self.number, date, origin).map_err(|error| invalid(&error))?,
            service: Service::published(&self.destination, &self.aircraft.name)
                .map_err(|error| invalid(&error))?,
            plan: SeatPlan::read(&self.aircraft.cabins, "").map_err(|error| invalid(&error))?,
            departs: self.departs.parse().map_err(|error| invalid(&error))?,
            arrives: self.arrives.parse().map_err(|error| invalid(&error))?,
            basis: FareBasis { distance_mi: self.distance_mi, currency: Currency::USD },
            sold_elsewhere: Vec::new(),
        })
    }
}

/// What was put on sale.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// The departure.
    pub flight_id: String,
    /// Its version.
    pub version: u64,
}
