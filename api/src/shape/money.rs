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

/// The price of a party: of a hold, or of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartyPrice {
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

impl PartyPrice {
    /// The price of a party when an adult pays `adult`.
    #[must_use]
    pub fn of(adult: Fare, party: &Party) -> Self {
        Self::of_each(|kind| fare::for_traveller(adult, kind), party)
    }

    /// The price of a party when each traveller pays what `each` says of its kind.
    #[must_use]
    pub fn of_each(each: impl Fn(TravellerType) -> Fare, party: &Party) -> Self {
        let kinds = [
            (TravellerType::Adult, party.adults),
            (TravellerType::Child, party.children),
            (TravellerType::Infant, party.infants),
        ];
        let travelling = kinds.into_iter().filter(|(_, count)| *count > 0);
        let per_passenger = travelling.clone().map(|(kind, count)| {
            let Price { total, base, taxes } = each(kind).into();
            PassengerPrice { kind, count, total, base, taxes }
        });
        let all = travelling.map(|(kind, count)| each(kind).times(count).expect("nine fares of ours fit"));
        let all = all.reduce(|sum, fares| sum.plus(fares).expect("they have one currency, and fit"));
        let Price { total, base, taxes } = all.expect("somebody travels").into();
        Self { total, base, taxes, per_passenger: per_passenger.collect() }
    }
}
