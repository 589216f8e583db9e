//! Which departures are made, and how full they are.

use jiff::ToSpan;
use jiff::civil::Date;

/// How many days are made unless somebody says otherwise: two of the real weeks.
pub const DAYS_DEFAULT: u16 = 14;

/// The most days of one window: the trade sells about a year ahead.
pub const DAYS_MAX: u16 = 366;

/// The seed unless somebody says otherwise: the year of the real week.
pub const SEED_DEFAULT: u64 = 2013;

/// The first year that a window may touch: every instant of it lies after the epoch, in every zone.
pub const YEAR_MIN: i16 = 1971;

/// The last year that a window may begin in: a window of [`DAYS_MAX`] days and its flights end before
/// [`domain::time::Timestamp::MAX`].
pub const YEAR_MAX: i16 = 9997;

/// Why options were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOptions {
    /// The window has no day, or too many.
    #[error("not a window of 1 to {DAYS_MAX} days: {0}")]
    Days(u16),
    /// The window begins too early or too late.
    #[error("not a first day between {YEAR_MIN} and {YEAR_MAX}: {0}")]
    FirstDay(Date),
    /// The shares are no percentages, or stand in the wrong order.
    #[error("not a share from a lower to a higher percentage: {least_percent} to {most_percent}")]
    SoldShare {
        /// The lower one.
        least_percent: u8,
        /// The higher one.
        most_percent: u8,
    },
}

/// Some days in a row. They are service dates, each in the local time of the airport that is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    first_day: Date,
    days: u16,
}

impl Window {
    /// The `days` days that begin with `first_day`.
    ///
    /// # Errors
    /// Refuses fewer than one day, more than [`DAYS_MAX`], and years outside [`YEAR_MIN`]–[`YEAR_MAX`].
    pub fn new(first_day: Date, days: u16) -> Result<Self, InvalidOptions> {
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(InvalidOptions::Days(days));
        }
        if !(YEAR_MIN..=YEAR_MAX).contains(&first_day.year()) {
            return Err(InvalidOptions::FirstDay(first_day));
        }
        Ok(Self { first_day, days })
    }

    /// Its days, in order.
    pub fn dates(self) -> impl Iterator<Item = Date> + use<> {
        (0..i64::from(self.days)).map(move |day| self.first_day + day.days())
    }
}

/// Between which percentages of a cabin other channels have sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldShare {
    least_percent: u8,
    most_percent: u8,
}

impl SoldShare {
    /// Other channels have sold nothing.
    pub const NOTHING: Self = Self { least_percent: 0, most_percent: 0 };

    /// Between a quarter and 85 % of each cabin: neither empty nor without a choice.
    pub const USUAL: Self = Self { least_percent: 25, most_percent: 85 };

    /// From `least_percent` to `most_percent` of each cabin, both 0–100.
    ///
    /// # Errors
    /// Refuses what is beyond 100 or in the wrong order.
    pub const fn between(least_percent: u8, most_percent: u8) -> Result<Self, InvalidOptions> {
        if least_percent <= most_percent && most_percent <= 100 {
            Ok(Self { least_percent, most_percent })
        } else {
            Err(InvalidOptions::SoldShare { least_percent, most_percent })
        }
    }

    /// The lower end, in percent.
    #[must_use]
    pub const fn least_percent(self) -> u8 {
        self.least_percent
    }

    /// The upper end, in percent.
    #[must_use]
    pub const fn most_percent(self) -> u8 {
        self.most_percent
    }
}

/// Which departures are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The days.
    pub window: Window,
    /// What the sold seats are drawn from. Another seed sells other seats of the same departures.
    pub seed: u64,
    /// How much other channels have sold.
    pub sold: SoldShare,
}

impl Options {
    /// The departures of a window, with [`SEED_DEFAULT`] and [`SoldShare::USUAL`].
    #[must_use]
    pub const fn new(window: Window) -> Self {
        Self { window, seed: SEED_DEFAULT, sold: SoldShare::USUAL }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_window_counts_its_days_from_the_first() {
        let window = Window::new(date(2026, 12, 30), 3).unwrap();
        let days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)];
        assert_eq!(window.dates().collect::<Vec<_>>(), days);
    }

    #[test]
    fn what_is_no_window_and_what_is_no_share_is_refused() {
        for days in [0, DAYS_MAX + 1] {
            assert_eq!(Window::new(date(2026, 12, 1), days), Err(InvalidOptions::Days(days)));
        }
        for day in [date(1970, 12, 31), date(9998, 1, 1)] {
            assert_eq!(Window::new(day, 1), Err(InvalidOptions::FirstDay(day)));
        }
        for (least_percent, most_percent) in [(50, 49), (0, 101)] {
            let refused = Err(InvalidOptions::SoldShare { least_percent, most_percent });
            assert_eq!(SoldShare::between(least_percent, most_percent), refused);
        }
        assert_eq!(SoldShare::between(0, 0), Ok(SoldShare::NOTHING));
    }
}
