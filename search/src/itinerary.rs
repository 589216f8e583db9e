//! One way from an origin to a destination, as it can be bought now.

use std::sync::Arc;
use std::time::Duration;

use domain::fare::{self, Fare, Load};
use domain::flight::{Status, limits};
use domain::money::Money;
use domain::party::TravellerType;
use domain::plan::CabinClass;
use domain::time::Timestamp;
use domain::view::{CabinCounts, Summary};
use serde::{Deserialize, Serialize};

use crate::wish::Wish;

/// A departure of an itinerary, and what an adult pays on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// The departure, as it was when it was found.
    pub leg: Arc<Summary>,
    /// The fare of one adult.
    pub adult: Fare,
}

/// Departures one after the other that bring a party to its destination. Has at least one; all of one currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Itinerary {
    /// The departures, first to last.
    pub segments: Vec<Segment>,
    /// Places that may still be held on the fullest of them.
    pub seats_left: u16,
    /// What the whole party pays.
    pub total: Money,
}

/// What a departure costs an adult now, and how many places it has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quote {
    pub adult: Fare,
    pub sellable: u16,
}

/// What `seats` places of a class cost on a departure; nothing when they cannot be held. A hold that is made at this
/// instant on this version pins the same fare.
pub(crate) fn quote(leg: &Summary, class: CabinClass, seats: u8, now: Timestamp) -> Option<Quote> {
    if !is_on_sale(leg, now) {
        return None;
    }
    let counts = leg.cabins.iter().find(|counts| counts.cabin_class == class)?;
    if counts.sellable < u16::from(seats) {
        return None;
    }
    Some(Quote { adult: adult_fare(leg, counts, now), sellable: counts.sellable })
}

fn is_on_sale(leg: &Summary, now: Timestamp) -> bool {
    match leg.status {
        Status::Scheduled | Status::Delayed => now < leg.latest.departs.minus(limits::SALE_CLOSES_BEFORE),
        Status::Boarding | Status::Departed | Status::Arrived | Status::Cancelled => false,
    }
}

fn adult_fare(leg: &Summary, counts: &CabinCounts, now: Timestamp) -> Fare {
    const SECS_A_DAY: u64 = 24 * 60 * 60;
    let load = Load::of(u32::from(counts.held + counts.sold), u32::from(counts.seats));
    let days = leg.latest.departs.since(now).as_secs() / SECS_A_DAY;
    fare::adult(leg.basis, counts.cabin_class, load, u32::try_from(days).unwrap_or(u32::MAX))
}

impl Itinerary {
    /// The itinerary over these departures; nothing when their currencies differ.
    pub(crate) fn of(quoted: &[(&Arc<Summary>, Quote)], wish: &Wish) -> Option<Self> {
        let (first, _) = quoted.first()?;
        let mut total = Money::zero(first.basis.currency);
        for (_, quote) in quoted {
            let party = fare::for_party(quote.adult, &wish.party).ok()?;
            total = total.plus(party.total().ok()?).ok()?;
        }
        let seats_left = quoted.iter().map(|(_, quote)| quote.sellable).min()?;
        let segments = quoted.iter().map(|(leg, quote)| Segment { leg: (*leg).clone(), adult: quote.adult });
        Some(Self { segments: segments.collect(), seats_left, total })
    }

    fn first(&self) -> &Summary {
        &self.segments.first().expect("an itinerary has a segment: its constructor checks").leg
    }

    fn last(&self) -> &Summary {
        &self.segments.last().expect("an itinerary has a segment: its constructor checks").leg
    }

    /// When it begins, by the latest word.
    #[must_use]
    pub fn departs(&self) -> Timestamp {
        self.first().latest.departs
    }

    /// When it ends, by the latest word.
    #[must_use]
    pub fn arrives(&self) -> Timestamp {
        self.last().latest.arrives
    }

    /// From the first departure to the last arrival.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.arrives().since(self.departs())
    }

    /// How often one gets off before the destination.
    #[must_use]
    pub fn stops(&self) -> usize {
        self.segments.len() - 1
    }

    /// The departures.
    pub fn legs(&self) -> impl Iterator<Item = &Summary> {
        self.segments.iter().map(|segment| &*segment.leg)
    }

    /// What one traveller of a kind pays for all of it.
    #[must_use]
    pub fn fare_of(&self, kind: TravellerType) -> Fare {
        let zero = Money::zero(self.total.currency());
        let fares = self.segments.iter().map(|segment| fare::for_traveller(segment.adult, kind));
        fares.fold(Fare { base: zero, taxes: zero }, |sum, fare| {
            sum.plus(fare).expect("segments have one currency, and three fares fit: the constructor checks")
        })
    }
}
