//! Who travels together, and who may sit where.
//!
//! The rules come in three strengths, because bookings learn who sits where step by step.
//! [`breaches_of_party`] asks whether these people may travel at all. [`breaches_of_seats`] asks, while seats
//! are held for a party as a whole, whether there is *any* way to seat it on them. [`breaches_of_passengers`]
//! asks once everybody has a seat. None of them repeats what another says.

mod passengers;
mod rules;
mod seats;

use serde::{Deserialize, Serialize};

use crate::ids::PassengerId;
use crate::plan::SeatNumber;

pub use passengers::{breaches_of_passengers, party_of, seating_party_of};
pub use rules::{Breach, SEATED_MAX, SeatRule, breaches_of_party};
pub use seats::{breaches_of_seats, most_restricted_first};

pub(crate) use seats::Takers;

/// The kinds of traveller that rules and fares tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TravellerType {
    /// Pays the full fare. May sit in an exit row from 15 on (14 CFR 121.585); where an age is not known, that remains for
    /// the crew to see to.
    Adult,
    /// Too young to travel alone or to sit in an exit row. Has a seat.
    Child,
    /// Has not reached the second birthday, and is held by an adult (14 CFR 121.311). Has no seat.
    Infant,
}

/// How many travel together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Party {
    /// How many adults.
    pub adults: u8,
    /// How many children, each with a seat.
    pub children: u8,
    /// How many infants, each on a lap.
    pub infants: u8,
}

impl Party {
    /// How many seats they need: one for each adult and child. Counts no further than 255.
    #[must_use]
    pub const fn seated(&self) -> u8 {
        self.adults.saturating_add(self.children)
    }
}

/// One traveller of a booking, as far as seating needs to know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Passenger {
    /// Who, within the booking.
    pub id: PassengerId,
    /// What kind of traveller.
    pub kind: TravellerType,
    /// Their seat; `None` is a seat later, or a lap.
    pub seat: Option<SeatNumber>,
    /// The adult who holds them. Every infant has one, nobody else has.
    pub lap_of: Option<PassengerId>,
    /// Whether they are an adult who has not turned 15 yet, and so may not sit in an exit row (14 CFR 121.585).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_exit: bool,
}
