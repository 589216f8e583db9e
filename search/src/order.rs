//! In which order trips are shown. Every order is total: equals are told apart by their departures.

use domain::fare;
use domain::money::Money;
use domain::party::Party;

use crate::itinerary::Itinerary;

/// What an hour of travelling is worth to a traveller, in US cents: what the order `Best` weighs against money.
const HOUR_CENTS: u64 = 24_00;

/// What a stop costs beyond its time: one may be late, and so may the baggage.
const STOP_CENTS: u64 = 30_00;

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// The least of money, time and stops together.
    #[default]
    Best,
    /// The cheapest.
    Price,
    /// The shortest, both directions together.
    Duration,
    /// Whose way out leaves first.
    Departure,
    /// Whose way out arrives first.
    Arrival,
}

/// An amount in US cents at the tariff's parities: to compare, not to charge.
pub(crate) fn comparable(amount: Money) -> u64 {
    fare::comparable_cents(amount)
}

/// Where one direction of a trip stands: by what is asked for, then by its departure, then by its flights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Rank {
    pub weight: u64,
    pub departs: u64,
    pub digest: u64,
}

impl Rank {
    pub fn of(itinerary: &Itinerary, sort: Sort, party: &Party, supplier: &str) -> Self {
        let minutes = itinerary.duration().as_secs() / 60;
        let instant = |at: domain::time::Timestamp| at.millis().unsigned_abs();
        let weight = match sort {
            Sort::Best => {
                let stops = itinerary.stops() as u64;
                let each = minutes * HOUR_CENTS / 60 + stops * STOP_CENTS;
                comparable(itinerary.total) + each * u64::from(party.seated())
            }
            Sort::Price => comparable(itinerary.total),
            Sort::Duration => minutes,
            Sort::Departure => instant(itinerary.departs()),
            Sort::Arrival => instant(itinerary.arrives()),
        };
        Self { weight, departs: instant(itinerary.departs()), digest: digest(itinerary, supplier) }
    }
}

/// FNV-1a of 64 bits over the flights' names and the supplier's.
fn digest(itinerary: &Itinerary, supplier: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut take = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    take(supplier.as_bytes());
    for leg in itinerary.legs() {
        take(leg.flight_id.to_string().as_bytes());
    }
    hash
}

/// A place in the order of trips: after this one. Opaque to clients, who send it back for the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    weight: u64,
    out: Rank,
    back: Rank,
}

impl Place {
    pub(crate) fn of(sort: Sort, out: Rank, back: Rank) -> Self {
        let weight = match sort {
            Sort::Best | Sort::Price | Sort::Duration => out.weight.saturating_add(back.weight),
            Sort::Departure | Sort::Arrival => out.weight,
        };
        Self { weight, out, back }
    }

    /// The seven numbers that it is made of.
    #[must_use]
    pub const fn numbers(self) -> [u64; 7] {
        let Self { weight, out, back } = self;
        [weight, out.weight, out.departs, out.digest, back.weight, back.departs, back.digest]
    }

    /// The place with these numbers.
    #[must_use]
    pub const fn from_numbers(numbers: [u64; 7]) -> Self {
        let [weight, one, two, three, four, five, six] = numbers;
        Self {
            weight,
            out: Rank { weight: one, departs: two, digest: three },
            back: Rank { weight: four, departs: five, digest: six },
        }
    }
}
