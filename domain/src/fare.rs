//! Prices, as an integer function of distance, cabin, load and days to departure.
//!
//! The schedule that we run on has no prices, so the tariff is ours. It is a table in US cents, in four
//! steps: a sum by distance, a factor for the class, one for how full the cabin is, one for how soon it
//! leaves. Each step rounds up, so a fare never falls when the distance, the class or the load rises, nor
//! when departure comes nearer. Other currencies are sold at fixed parities: a tariff has no exchange rate of
//! the day.

mod price;

use serde::{Deserialize, Serialize};

use crate::money::{Currency, InvalidMoney, Money};
use crate::party::{Party, TravellerType};
use crate::plan::{Attribute, Attributes, CabinClass};

pub use price::{PassengerPrice, Price};

/// What a departure's fares are computed from; fixed when its sale opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FareBasis {
    /// The distance flown, in statute miles.
    pub distance_mi: u32,
    /// The currency that the departure is sold in.
    pub currency: Currency,
}

/// The price of one traveller, or of several. Both parts have the same currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fare {
    /// What the airline keeps.
    pub base: Money,
    /// What it passes on.
    pub taxes: Money,
}

impl Fare {
    /// Base and taxes together.
    ///
    /// # Errors
    /// Refuses parts of two currencies and sums beyond 64 bits; no fare that [`adult`] makes has either.
    pub fn total(self) -> Result<Money, InvalidMoney> {
        self.base.plus(self.taxes)
    }

    /// Base added to base, and taxes to taxes.
    ///
    /// # Errors
    /// Refuses two currencies and sums beyond 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, InvalidMoney> {
        Ok(Self { base: self.base.plus(other.base)?, taxes: self.taxes.plus(other.taxes)? })
    }

    /// The fare so many times over.
    ///
    /// # Errors
    /// Refuses products beyond 64 bits.
    pub fn times(self, count: u8) -> Result<Self, InvalidMoney> {
        let count = i64::from(count);
        Ok(Self { base: self.base.times(count)?, taxes: self.taxes.times(count)? })
    }
}

/// How full a cabin is: sold or held places per thousand, 0–1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Load(u16);

impl Load {
    /// Nothing is sold or held.
    pub const EMPTY: Self = Self(0);

    /// Everything is sold or held.
    pub const FULL: Self = Self(1000);

    /// The load of a cabin of `seats` of which `taken` are sold or held, rounded down. A cabin without seats
    /// is full, and so is one with more takers than seats.
    #[must_use]
    pub fn of(taken: u32, seats: u32) -> Self {
        if taken >= seats {
            return Self::FULL;
        }
        let permille = u64::from(taken) * 1000 / u64::from(seats);
        Self(u16::try_from(permille).expect("fewer takers than seats are less than 1000 per thousand"))
    }

    /// Places sold or held per thousand, 0–1000.
    #[must_use]
    pub const fn permille(self) -> u16 {
        self.0
    }
}

/// What a fare starts from before a mile is flown, in US cents.
const START_CENTS: u64 = 45_00;

/// What a mile costs, in US cents, and up to which distance. Long flights cost less a mile.
const MILE_CENTS: [(u64, u64); 3] = [(500, 14), (1_500, 9), (u32::MAX as u64, 7)];

/// Below how many days to departure which factor applies, per thousand.
const ADVANCE_PERMILLE: [(u32, u64); 5] = [(3, 1_600), (7, 1_400), (14, 1_200), (21, 1_050), (60, 950)];

/// The factor for whoever books earlier than all that, per thousand.
const EARLY_PERMILLE: u64 = 850;

/// Taxes, as a share of the base …
const TAX_PERMILLE: u64 = 75;

/// … and as a sum per departure, in US cents. A model of what an airport and a state ask, of none in
/// particular.
const TAX_CENTS: u64 = 10_10;

/// The supplement for extra legroom up to a distance, in US cents.
const LEGROOM_CENTS: [(u32, u64); 3] = [(500, 25_00), (1_500, 45_00), (u32::MAX, 75_00)];

/// The fare of one adult, in whole major units before taxes.
///
/// `days_to_departure` counts whole days that are still to pass. The fare is never negative and never zero.
#[must_use]
pub fn adult(basis: FareBasis, class: CabinClass, load: Load, days_to_departure: u32) -> Fare {
    let by_distance = distance_cents(u64::from(basis.distance_mi));
    let by_class = portion(by_distance, class_permille(class));
    let by_load = portion(by_class, load_permille(load));
    let cents = portion(by_load, advance_permille(days_to_departure));
    let base = whole_units(cents, basis.currency);
    let taxes = portion(base, TAX_PERMILLE) + in_currency(TAX_CENTS, basis.currency);
    Fare { base: money(base, basis.currency), taxes: money(taxes, basis.currency) }
}

/// The fare of a traveller of this kind when an adult pays `adult`.
///
/// A child pays three quarters of the base, and all the taxes: it has a seat. An infant pays a tenth of the
/// base and no taxes. Parts of a minor unit round up, so never against the airline.
#[must_use]
pub fn for_traveller(adult: Fare, kind: TravellerType) -> Fare {
    match kind {
        TravellerType::Adult => adult,
        TravellerType::Child => Fare { base: share(adult.base, 750), taxes: adult.taxes },
        TravellerType::Infant => {
            Fare { base: share(adult.base, 100), taxes: Money::zero(adult.taxes.currency()) }
        }
    }
}

/// The fare of a whole party: the sum of its travellers', each rounded alone.
///
/// # Errors
/// Refuses sums beyond 64 bits.
pub fn for_party(adult: Fare, party: &Party) -> Result<Fare, InvalidMoney> {
    let adults = adult.times(party.adults)?;
    let children = for_traveller(adult, TravellerType::Child).times(party.children)?;
    let infants = for_traveller(adult, TravellerType::Infant).times(party.infants)?;
    adults.plus(children)?.plus(infants)
}

/// What it costs to choose a seat with these attributes: extra legroom has a price, all else is free.
///
/// It depends on nothing that changes while a departure is on sale.
#[must_use]
pub fn supplement(basis: FareBasis, attributes: Attributes) -> Option<Money> {
    if !attributes.has(Attribute::ExtraLegroom) {
        return None;
    }
    let step = LEGROOM_CENTS.iter().find(|(limit_mi, _)| basis.distance_mi <= *limit_mi);
    let (_, cents) = step.expect("the last step has no limit");
    Some(money(whole_units(*cents, basis.currency), basis.currency))
}

/// What an amount is in US cents at the tariff's parities, rounded down; nothing for what is owed. To put prices of several
/// currencies in order, never to charge.
#[must_use]
pub fn comparable_cents(amount: Money) -> u64 {
    let minor = u128::try_from(amount.minor()).unwrap_or(0);
    let cents = minor * 1_000 / u128::from(parity(amount.currency()));
    u64::try_from(cents).unwrap_or(u64::MAX)
}

/// A fee of so many US cents, in whole major units of a currency.
pub(crate) fn fee(cents: u64, currency: Currency) -> Money {
    money(whole_units(cents, currency), currency)
}

fn distance_cents(distance_mi: u64) -> u64 {
    let mut cents = START_CENTS;
    let mut paid_mi = 0;
    for (limit_mi, mile_cents) in MILE_CENTS {
        let reached_mi = distance_mi.min(limit_mi);
        cents += (reached_mi - paid_mi) * mile_cents;
        paid_mi = reached_mi;
    }
    cents
}

const fn class_permille(class: CabinClass) -> u64 {
    match class {
        CabinClass::First => 3_400,
        CabinClass::Business => 2_600,
        CabinClass::PremiumEconomy => 1_600,
        CabinClass::Economy => 1_000,
    }
}

/// From 700 for the first seat to 1900 for the last, steeper towards the end.
fn load_permille(load: Load) -> u64 {
    let load = u64::from(load.0);
    700 + load / 2 + load * load * 7 / 10_000
}

fn advance_permille(days: u32) -> u64 {
    let step = ADVANCE_PERMILLE.iter().find(|(limit, _)| days < *limit);
    step.map_or(EARLY_PERMILLE, |(_, permille)| *permille)
}

/// So many thousandths of an amount, rounded up.
fn portion(amount: u64, permille: u64) -> u64 {
    (amount * permille).div_ceil(1_000)
}

/// How many minor units of a currency the tariff asks for a thousand US cents. Fixed, and ours.
const fn parity(currency: Currency) -> u64 {
    match currency {
        Currency::CHF => 900,
        Currency::EUR => 920,
        Currency::GBP => 790,
        Currency::JPY => 1_500,
        Currency::KWD => 3_100,
        Currency::USD => 1_000,
    }
}

/// Minor units of a currency for so many US cents, rounded up.
fn in_currency(cents: u64, currency: Currency) -> u64 {
    portion(cents, parity(currency))
}

/// Minor units of a currency for so many US cents, rounded up to whole major units.
fn whole_units(cents: u64, currency: Currency) -> u64 {
    in_currency(cents, currency).next_multiple_of(10_u64.pow(currency.decimals()))
}

fn money(minor: u64, currency: Currency) -> Money {
    Money::from_minor(i64::try_from(minor).expect("the dearest fare is far below 64 bits"), currency)
}

/// So many thousandths of an amount, at most all of it, rounded up to the minor unit.
fn share(amount: Money, permille: u16) -> Money {
    let exact = i128::from(amount.minor()) * i128::from(permille);
    let rounded = -((-exact).div_euclid(1_000));
    Money::from_minor(i64::try_from(rounded).expect("a share is no larger than the whole"), amount.currency())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CURRENCIES: [Currency; 6] =
        [Currency::CHF, Currency::EUR, Currency::GBP, Currency::JPY, Currency::KWD, Currency::USD];

    const fn basis(distance_mi: u32, currency: Currency) -> FareBasis {
        FareBasis { distance_mi, currency }
    }

    #[test]
    fn the_tariff_is_what_it_is() {
        use CabinClass::{Economy, First};
        for (distance_mi, currency, class, load, days, base, taxes) in [
            (2_475, Currency::USD, Economy, Load::EMPTY, 90, "163.00 USD", "22.33 USD"),
            (2_475, Currency::USD, Economy, Load::FULL, 0, "831.00 USD", "72.43 USD"),
            (2_475, Currency::USD, First, Load::of(50, 100), 30, "993.00 USD", "84.58 USD"),
            (187, Currency::USD, Economy, Load::of(1, 150), 10, "61.00 USD", "14.68 USD"),
            (187, Currency::JPY, Economy, Load::of(1, 150), 10, "9008 JPY", "2191 JPY"),
            (0, Currency::KWD, Economy, Load::EMPTY, 90, "9.000 KWD", "3.806 KWD"),
        ] {
            let fare = adult(basis(distance_mi, currency), class, load, days);
            assert_eq!((fare.base.to_string().as_str(), fare.taxes.to_string().as_str()), (base, taxes));
        }
    }

    #[test]
    fn a_load_is_what_is_taken_of_what_there_is() {
        for (taken, seats, permille) in [
            (0, 150, 0),
            (1, 150, 6),
            (75, 150, 500),
            (149, 150, 993),
            (150, 150, 1000),
            (9, 3, 1000),
            (0, 0, 1000),
        ] {
            assert_eq!(Load::of(taken, seats).permille(), permille, "{taken} of {seats}");
        }
        assert_eq!(Load::of(u32::MAX - 1, u32::MAX).permille(), 999);
    }

    #[test]
    fn children_and_infants_pay_their_share_rounded_up() {
        let dollars = |minor| Money::from_minor(minor, Currency::USD);
        let fare = Fare { base: dollars(10_101), taxes: dollars(1_234) };
        assert_eq!(for_traveller(fare, TravellerType::Adult), fare);
        let child = Fare { base: dollars(7_576), taxes: dollars(1_234) };
        assert_eq!(for_traveller(fare, TravellerType::Child), child);
        let infant = Fare { base: dollars(1_011), taxes: dollars(0) };
        assert_eq!(for_traveller(fare, TravellerType::Infant), infant);
        let family = Party { adults: 2, children: 2, infants: 1 };
        let whole = for_party(fare, &family).unwrap();
        assert_eq!(whole, Fare { base: dollars(36_365), taxes: dollars(4_936) });
        assert_eq!(whole.total(), Ok(dollars(41_301)));
    }

    #[test]
    fn amounts_of_several_currencies_can_be_put_in_order() {
        for (amount, cents) in [
            ("129.00 USD", 12_900),
            ("92.00 EUR", 10_000),
            ("15000 JPY", 10_000),
            ("31.000 KWD", 10_000),
            ("-1.00 USD", 0),
        ] {
            assert_eq!(comparable_cents(amount.parse().unwrap()), cents, "{amount}");
        }
        assert_eq!(comparable_cents(Money::from_minor(i64::MAX, Currency::GBP)), 11_675_154_477_031_361_781);
    }

    #[test]
    fn a_share_of_any_amount_fits() {
        for minor in [i64::MIN, -1, 0, 1, i64::MAX] {
            let fare =
                Fare { base: Money::from_minor(minor, Currency::EUR), taxes: Money::zero(Currency::EUR) };
            let child = for_traveller(fare, TravellerType::Child);
            assert!(child.base.minor().unsigned_abs() <= minor.unsigned_abs());
        }
        let dear =
            Fare { base: Money::from_minor(i64::MAX, Currency::EUR), taxes: Money::zero(Currency::EUR) };
        let couple = Party { adults: 2, children: 0, infants: 0 };
        assert_eq!(for_party(dear, &couple), Err(InvalidMoney::OutOfRange));
    }

    #[test]
    fn only_extra_legroom_costs_a_supplement() {
        let roomy = Attributes::NONE.with(Attribute::ExitRow).with(Attribute::ExtraLegroom);
        for (distance_mi, currency, price) in [
            (0, Currency::USD, "25.00 USD"),
            (500, Currency::USD, "25.00 USD"),
            (501, Currency::EUR, "42.00 EUR"),
            (5_000, Currency::JPY, "11250 JPY"),
        ] {
            let asked = supplement(basis(distance_mi, currency), roomy).map(|money| money.to_string());
            assert_eq!(asked.as_deref(), Some(price));
        }
        let plain = Attributes::NONE.with(Attribute::Window).with(Attribute::Bulkhead);
        assert_eq!(supplement(basis(500, Currency::USD), plain), None);
    }

    proptest! {
        #[test]
        fn a_fare_never_falls_when_its_reasons_rise(
            (near, far) in (0..=u32::MAX, 0..=u32::MAX).prop_map(|(a, b)| (a.min(b), a.max(b))),
            (low, high) in (0..=1000_u32, 0..=1000_u32).prop_map(|(a, b)| (a.min(b), a.max(b))),
            (soon, late) in (0..=400_u32, 0..=400_u32).prop_map(|(a, b)| (a.min(b), a.max(b))),
            currency in proptest::sample::select(&CURRENCIES[..]),
            class in proptest::sample::select(&CabinClass::ALL[..]),
        ) {
            let price = |distance_mi, class, load, days| {
                let fare = adult(basis(distance_mi, currency), class, Load::of(load, 1000), days);
                fare.total().unwrap().minor()
            };
            let cheap = price(near, class, low, late);
            prop_assert!(cheap > 0);
            prop_assert!(cheap <= price(far, class, low, late));
            prop_assert!(cheap <= price(near, class, high, late));
            prop_assert!(cheap <= price(near, class, low, soon));
            for better in CabinClass::ALL.into_iter().filter(|better| *better <= class) {
                prop_assert!(cheap <= price(near, better, low, late));
            }
        }
    }
}
