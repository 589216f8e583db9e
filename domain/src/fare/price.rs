//! What passengers pay, and what that comes to.

use serde::{Deserialize, Serialize};

use super::Fare;
use crate::ids::PassengerId;
use crate::money::Money;

/// What one passenger pays on one departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassengerPrice {
    /// Who.
    pub passenger: PassengerId,
    /// The fare of a traveller of their kind.
    pub fare: Fare,
    /// What their seat costs beyond it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement: Option<Money>,
}

/// What several fares and supplements of one currency come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// All bases.
    pub base: Money,
    /// All taxes.
    pub taxes: Money,
    /// All supplements.
    pub supplements: Money,
    /// Everything together.
    pub total: Money,
}

impl PassengerPrice {
    /// The supplement, nothing included.
    #[must_use]
    pub fn supplement_or_zero(self) -> Money {
        self.supplement.unwrap_or_else(|| Money::zero(self.fare.base.currency()))
    }
}

impl Price {
    /// The sum of these; `None` when there are none, when their currencies differ, and when it goes beyond 64 bits.
    #[must_use]
    pub fn of<'a>(prices: impl IntoIterator<Item = &'a PassengerPrice>) -> Option<Self> {
        let mut prices = prices.into_iter();
        let first = Self::one(prices.next()?)?;
        prices.try_fold(first, |sum, price| sum.plus(Self::one(price)?))
    }

    fn one(price: &PassengerPrice) -> Option<Self> {
        let supplements = price.supplement_or_zero();
        let total = price.fare.total().ok()?.plus(supplements).ok()?;
        Some(Self { base: price.fare.base, taxes: price.fare.taxes, supplements, total })
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            base: self.base.plus(other.base).ok()?,
            taxes: self.taxes.plus(other.taxes).ok()?,
            supplements: self.supplements.plus(other.supplements).ok()?,
            total: self.total.plus(other.total).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn price(base: i64, taxes: i64, supplement: Option<i64>, currency: Currency) -> PassengerPrice {
        let money = |minor| Money::from_minor(minor, currency);
        PassengerPrice {
            passenger: PassengerId::new(1),
            fare: Fare { base: money(base), taxes: money(taxes) },
            supplement: supplement.map(money),
        }
    }

    #[test]
    fn a_price_is_the_sum_of_its_parts() {
        let prices =
            [price(10_000, 1_000, None, Currency::USD), price(7_500, 1_000, Some(2_500), Currency::USD)];
        let sum = Price::of(&prices).unwrap();
        let parts = [sum.base, sum.taxes, sum.supplements, sum.total].map(|money| money.to_string());
        assert_eq!(parts, ["175.00 USD", "20.00 USD", "25.00 USD", "220.00 USD"]);
    }

    #[test]
    fn what_has_no_one_sum_has_no_price() {
        let dollars = price(1, 1, None, Currency::USD);
        assert_eq!(Price::of(&[]), None);
        assert_eq!(Price::of(&[dollars, price(1, 1, None, Currency::EUR)]), None);
        assert_eq!(Price::of(&[dollars, price(i64::MAX, 0, None, Currency::USD)]), None);
    }
}
