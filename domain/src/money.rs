//! Money, as integer minor units of a currency.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::line::Line;

/// A currency of ISO 4217 that fares are sold in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// Swiss franc.
    CHF,
    /// Euro.
    EUR,
    /// Pound sterling.
    GBP,
    /// Yen; it has no minor unit.
    JPY,
    /// Kuwaiti dinar; a thousand fils make one.
    KWD,
    /// United States dollar.
    USD,
}

impl Currency {
    const ALL: [Self; 6] = [Self::CHF, Self::EUR, Self::GBP, Self::JPY, Self::KWD, Self::USD];

    /// The three letters of ISO 4217.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CHF => "CHF",
            Self::EUR => "EUR",
            Self::GBP => "GBP",
            Self::JPY => "JPY",
            Self::KWD => "KWD",
            Self::USD => "USD",
        }
    }

    /// How many decimals the major unit is written with (ISO 4217's exponent), 0 to 3.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::JPY => 0,
            Self::CHF | Self::EUR | Self::GBP | Self::USD => 2,
            Self::KWD => 3,
        }
    }
}

/// An amount of one currency. May be negative (a refund in a ledger); adding never mixes currencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount could not be made or added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// The two amounts have different currencies.
    #[error("cannot add {1:?} to {0:?}")]
    MixedCurrencies(Currency, Currency),
    /// The result does not fit 64 bits of minor units.
    #[error("amount out of range")]
    OutOfRange,
    /// The text is no amount followed by a currency, or has the wrong number of decimals.
    #[error("not an amount of money: {0}")]
    Unreadable(String),
}

impl Money {
    /// An amount of `minor` units (cents, pence, yen) of `currency`.
    #[must_use]
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// Refuses two currencies and sums beyond 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, InvalidMoney> {
        if self.currency != other.currency {
            return Err(InvalidMoney::MixedCurrencies(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(InvalidMoney::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The amount `count` times over.
    ///
    /// # Errors
    /// Refuses products beyond 64 bits.
    pub fn times(self, count: i64) -> Result<Self, InvalidMoney> {
        let minor = self.minor.checked_mul(count).ok_or(InvalidMoney::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The amount without its currency, in major units: `129.00`, `-0.05`, `1200` (yen).
    #[must_use]
    pub fn amount(self) -> String {
        let decimals = self.currency.decimals();
        let (units, scale) = (self.minor.unsigned_abs(), 10_u64.pow(decimals));
        let mut line = Line::<{ "-9223372036854775.808".len() }>::new();
        line.put(if self.minor < 0 { b"-" } else { b"" });
        line.number(units / scale, 1);
        if decimals > 0 {
            line.put(b".");
            line.number(units % scale, decimals as usize);
        }
        line.text().to_owned()
    }

    /// Reads what [`Money::amount`] writes: exactly the currency's number of decimals, no exponent, no plus.
    ///
    /// # Errors
    /// Refuses anything else, and what does not fit.
    pub fn from_amount(text: &str, currency: Currency) -> Result<Self, InvalidMoney> {
        let unreadable = || InvalidMoney::Unreadable(text.to_owned());
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let decimals = currency.decimals() as usize;
        let (major, minor) =
            if decimals == 0 { (digits, "") } else { digits.split_once('.').ok_or_else(unreadable)? };
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if major.is_empty() || minor.len() != decimals || !digits_only(major) || !digits_only(minor) {
            return Err(unreadable());
        }
        let units: i64 = format!("{major}{minor}").parse().map_err(|_| InvalidMoney::OutOfRange)?;
        Ok(Self::from_minor(sign * units, currency))
    }
}

impl fmt::Display for Money {
    /// `129.00 USD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency.code())
    }
}

impl FromStr for Currency {
    type Err = InvalidMoney;
    fn from_str(code: &str) -> Result<Self, InvalidMoney> {
        let found = Self::ALL.into_iter().find(|currency| currency.code() == code);
        found.ok_or_else(|| InvalidMoney::Unreadable(code.to_owned()))
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;
    fn from_str(text: &str) -> Result<Self, InvalidMoney> {
        let (amount, code) = text.split_once(' ').ok_or_else(|| InvalidMoney::Unreadable(text.to_owned()))?;
        Self::from_amount(amount, code.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_prints_with_its_currency_decimals_and_reads_back() {
        for (minor, currency, text) in [
            (12_900, Currency::USD, "129.00 USD"),
            (-5, Currency::EUR, "-0.05 EUR"),
            (1_200, Currency::JPY, "1200 JPY"),
            (1_005, Currency::KWD, "1.005 KWD"),
        ] {
            let money = Money::from_minor(minor, currency);
            assert_eq!(money.to_string(), text);
            assert_eq!(text.parse(), Ok(money));
        }
    }

    #[test]
    fn what_is_not_exactly_an_amount_is_refused() {
        for text in [
            "129 USD",
            "129.0 USD",
            "129.000 USD",
            "+1.00 USD",
            ".50 USD",
            "1e3.00 USD",
            "1.00",
            "1.00 XYZ",
            "--1.00 USD",
        ] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn currencies_never_mix_and_sums_never_wrap() {
        let dollar = Money::from_minor(100, Currency::USD);
        assert!(dollar.plus(Money::from_minor(100, Currency::EUR)).is_err());
        assert_eq!(Money::from_minor(i64::MAX, Currency::USD).plus(dollar), Err(InvalidMoney::OutOfRange));
        assert_eq!(dollar.times(i64::MAX), Err(InvalidMoney::OutOfRange));
    }
}
