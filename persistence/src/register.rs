//! Which booking has which record locator, in plain memory: the reference that both databases are held against.
//!
//! A locator is reserved before the first row of its booking, which names it. Until there is one the booking is *expected*:
//! whoever comes again for it hears the same locator, and after a while what no booking names is given back.

use std::collections::BTreeMap;

use domain::ids::{BookingId, RecordLocator};
use domain::time::Timestamp;

/// Locators that are drawn before we give up. There are a billion; with ten million taken, one in a hundred draws is.
pub const DRAWS: usize = 16;

/// The record locators of bookings, and the bookings that are expected.
#[derive(Debug, Clone, Default)]
pub struct Register {
    locators: BTreeMap<BookingId, RecordLocator>,
    /// When each was last asked for.
    expected: BTreeMap<BookingId, Timestamp>,
}

impl Register {
    /// Notes that a booking is to come, and reserves the first of the draws that is free, unless the booking has a locator.
    /// When all of them are taken, everything stays as it was.
    pub fn reserve(
        &mut self,
        booking: BookingId,
        at: Timestamp,
        draws: impl IntoIterator<Item = RecordLocator>,
    ) -> Option<RecordLocator> {
        let locator = self.locator_of(booking).or_else(|| self.first_free(draws))?;
        self.locators.insert(booking, locator);
        self.expected.insert(booking, at);
        Some(locator)
    }

    /// The locator that a booking has.
    #[must_use]
    pub fn locator_of(&self, booking: BookingId) -> Option<RecordLocator> {
        self.locators.get(&booking).copied()
    }

    /// The first of these that no booking has.
    pub fn first_free(&self, draws: impl IntoIterator<Item = RecordLocator>) -> Option<RecordLocator> {
        let is_free = |draw: &RecordLocator| self.locators.values().all(|taken| taken != draw);
        draws.into_iter().find(is_free)
    }

    /// Looks through at most `most` bookings that were asked for before an instant, and gives back the locators of those that
    /// were not placed; how many it looked through.
    pub fn sweep(&mut self, before: Timestamp, most: usize, is_placed: impl Fn(BookingId) -> bool) -> u64 {
        let old = self.expected.iter().filter(|(_, asked)| **asked < before);
        let mut old: Vec<(Timestamp, BookingId)> = old.map(|(booking, asked)| (*asked, *booking)).collect();
        old.sort_unstable();
        old.truncate(most);
        for (_, booking) in &old {
            self.expected.remove(booking);
            if !is_placed(*booking) {
                self.give_back(*booking);
            }
        }
        old.len() as u64
    }

    /// Gives a booking's locator back.
    pub fn give_back(&mut self, booking: BookingId) {
        self.locators.remove(&booking);
    }

    /// The locators that are reserved, by booking.
    pub fn locators(&self) -> impl Iterator<Item = (BookingId, RecordLocator)> {
        self.locators.iter().map(|(booking, locator)| (*booking, *locator))
    }

    /// Whether any booking is expected.
    #[must_use]
    pub fn is_expecting(&self) -> bool {
        !self.expected.is_empty()
    }
}
