//! Money: decimal text outside, whole minor units inside.

use domain::fare::{self, Fare};
use domain::money::Money as Amount;
use domain::party::{Party, TravellerType};
use serde::Serialize;
use utoipa::ToSchema;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Money {
    /// A decimal number with the currency's own number of decimals.
    #[schema(example = "129.00")]
    pub amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: &'static str,
}

impl From<Amount> for Money {
    fn from(money: Amount) -> Self {
        Self { amount: money.amount(), currency: money.currency().code() }
    }
}

/// A fare: what the airline keeps, and what it passes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Price {
    /// Base and taxes together.
    pub total: Money,
    /// What the airline keeps.
    pub base: Money,
    /// What it passes on.
    pub taxes: Money,
}

/// The price of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HoldPrice {
    /// The fare of everybody; supplements of seats, which the seat map shows, come on top when it is booked.
    pub total: Money,
    /// What the airline keeps of it.
    pub base: Money,
    /// What it passes on.
    pub taxes: Money,
    /// The fare of one traveller of each kind.
    pub per_passenger: Vec<PassengerPrice>,
}

/// The fare of one traveller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassengerPrice {
    /// What kind of traveller.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "ADULT")]
    pub kind: TravellerType,
    /// How many of them.
    pub count: u8,
    /// What each pays.
    pub total: Money,
    /// What the airline keeps of it.
    pub base: Money,
    /// What it passes on.
    pub taxes: Money,
}

impl From<Fare> for Price {
    fn from(fare: Fare) -> Self {
        let total = fare.total().expect("a fare of ours has one currency and fits");
        Self { total: total.into(), base: fare.base.into(), taxes: fare.taxes.into() }
    }
}

impl HoldPrice {
    /// The price of a party when an adult pays `adult`.
    #[must_use]
    pub fn of(adult: Fare, party: &Party) -> Self {
        let kinds = [
            (TravellerType::Adult, party.adults),
            (TravellerType::Child, party.children),
            (TravellerType::Infant, party.infants),
        ];
        let per_passenger = kinds.into_iter().filter(|(_, count)| *count > 0).map(|(kind, count)| {
            let Price { total, base, taxes } = fare::for_traveller(adult, kind).into();
            PassengerPrice { kind, count, total, base, taxes }
        });
        let all = fare::for_party(adult, party).expect("nine fares of ours fit");
        let Price { total, base, taxes } = all.into();
        Self { total, base, taxes, per_passenger: per_passenger.collect() }
    }
}
