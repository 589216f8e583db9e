//! What somebody looks for.

use domain::ids::AirportCode;
use domain::party::Party;
use domain::plan::CabinClass;
use jiff::civil::Date;

/// The most stops of an itinerary: with three, nobody flies who can do anything else.
pub const STOPS_MAX: u8 = 2;

/// From where to where, on which day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Direction {
    /// Any of these; several when a city was named.
    pub origins: Vec<AirportCode>,
    /// Any of these.
    pub destinations: Vec<AirportCode>,
    /// The service date of the first departure, in its airport's local time.
    pub date: Date,
}

/// What somebody looks for: everything that decides which itineraries there are and what they cost.
///
/// How they are filtered and ordered is not part of it, so that one answer serves all pages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wish {
    /// The way out.
    pub out: Direction,
    /// The day of the way back, if there is one; not before the way out.
    pub back: Option<Date>,
    /// Who travels; a party that may travel.
    pub party: Party,
    /// In which cabin, on every segment.
    pub class: CabinClass,
    /// How many stops an itinerary may have, at most [`STOPS_MAX`].
    pub stops_max: u8,
}

impl Wish {
    /// The way back.
    #[must_use]
    pub fn way_back(&self) -> Option<Direction> {
        let Direction { origins, destinations, date: _ } = &self.out;
        let turned = |date| Direction { origins: destinations.clone(), destinations: origins.clone(), date };
        self.back.map(turned)
    }
}
