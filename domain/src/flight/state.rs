//! A departure as it stands after its events.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::command::Service;
use super::event::{Passage, SeatMove};
use crate::fare::{Fare, FareBasis, PassengerPrice};
use crate::ids::{BookingId, FlightId, HoldNumber, PassengerId, PrincipalId};
use crate::party::{Party, Passenger};
use crate::plan::{CabinClass, SeatIndex, SeatNumber, SeatPlan};
use crate::time::Timestamp;

/// The aggregate of one departure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Flight {
    /// Nothing is known of it yet.
    #[default]
    Unopened,
    /// On sale, or past that.
    Opened(Box<Departure>),
}

/// A departure that went on sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Departure {
    /// Its id.
    pub id: FlightId,
    /// Where it goes, and with what.
    pub service: Service,
    /// When it was to depart and arrive when its sale opened.
    pub scheduled: Times,
    /// Its cabins and seats.
    pub plan: SeatPlan,
    /// What its fares are made from.
    pub basis: FareBasis,
    /// Where it stands in its day.
    pub status: Status,
    /// When it departs, by the latest word.
    pub departs: Timestamp,
    /// When it arrives, by the latest word.
    pub arrives: Timestamp,
    /// The gate, once it is known.
    pub gate: Option<String>,
    /// One entry for each seat of the plan, in the plan's order.
    pub(crate) seats: Vec<Seat>,
    /// The live holds.
    pub(super) holds: BTreeMap<HoldNumber, Hold>,
    /// Which bookings have a hand on which holds.
    pub(super) claims: BTreeMap<BookingId, Claim>,
    /// What was sold to which booking.
    pub(super) sales: BTreeMap<BookingId, Sale>,
    /// The changes of seats that are tried.
    #[serde(default)]
    pub(super) tries: BTreeMap<BookingId, Try>,
    /// Counts of each cabin, kept by `evolve` and recounted by the invariants.
    pub(super) tallies: BTreeMap<CabinClass, Tally>,
    /// Live holds and places of each principal.
    pub(crate) holders: BTreeMap<PrincipalId, Keeping>,
    /// The live holds in the order of their deadlines.
    pub(crate) deadlines: BTreeSet<(Timestamp, HoldNumber)>,
}

/// A departure's two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// When it leaves.
    pub departs: Timestamp,
    /// When it lands, later.
    pub arrives: Timestamp,
}

/// One seat on one departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seat {
    /// For whoever comes first.
    Open,
    /// Promised; the hold knows to whom and until when.
    Held {
        /// The hold that pins it.
        hold: HoldNumber,
    },
    /// Sold to a passenger.
    Sold {
        /// Their booking.
        booking: BookingId,
        /// Who sits there.
        passenger: PassengerId,
    },
    /// Sold through another channel.
    SoldElsewhere,
    /// Taken out of sale by operations.
    Blocked {
        /// Why.
        reason: BlockReason,
    },
}

/// Why operations took a seat out of sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BlockReason {
    /// For the crew.
    Crew,
    /// The seat is unserviceable.
    Defect,
    /// Weight and balance.
    Balance,
    /// Anything else that operations decide.
    Operations,
}

/// Where a departure stands in its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// As planned.
    Scheduled,
    /// Later than planned.
    Delayed,
    /// Passengers are boarding.
    Boarding,
    /// It has left.
    Departed,
    /// It has landed.
    Arrived,
    /// It does not take place.
    Cancelled,
}

/// Places that are promised for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// Whose it is.
    pub holder: PrincipalId,
    /// In which cabin.
    pub class: CabinClass,
    /// How many places, 1–9.
    pub places: u8,
    /// The pinned seats, ascending; no more than places.
    pub seats: Vec<SeatIndex>,
    /// Who travels, as far as it was said.
    pub party: Option<Party>,
    /// When it was made.
    pub created: Timestamp,
    /// When it lapses: it is held while `now < until`.
    pub until: Timestamp,
    /// The adult fare for each place.
    pub fare: Fare,
    /// In whose hand it is.
    pub stage: Stage,
}

/// In whose hand a hold is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Its principal's.
    Loose,
    /// A booking's.
    Claimed {
        /// The booking.
        booking: BookingId,
        /// The deadline that it gets back when the booking returns it.
        loose_until: Timestamp,
    },
}

/// A booking's hand on its holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The holds, ascending, all of one cabin and with one deadline.
    pub holds: Vec<HoldNumber>,
    /// Who travels, each with the seat that is pinned for them.
    pub passengers: Vec<Passenger>,
    /// The fence, once paying began.
    pub fence: Option<Timestamp>,
    /// What each passenger pays.
    #[serde(default)]
    pub prices: Vec<PassengerPrice>,
}

/// What a confirmed booking has on this departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sale {
    /// Whose the holds were. A claim's holds are one principal's.
    pub holder: PrincipalId,
    /// In which cabin.
    pub class: CabinClass,
    /// Who travels. Everybody but lap infants has a place, with or without a seat.
    pub passengers: Vec<Passenger>,
    /// The holds that it was made from.
    pub holds: Vec<HoldNumber>,
    /// What each passenger paid.
    #[serde(default)]
    pub prices: Vec<PassengerPrice>,
}

/// A change of seats that is tried: the seats that were left are kept until it is said which to have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Try {
    /// Who moved, from where and to where.
    pub moves: Vec<SeatMove>,
    /// What they paid before.
    pub prices: Vec<PassengerPrice>,
}

/// The counts of one cabin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Seats of the cabin; also what may be sold in it.
    pub authorised: u16,
    /// Seats that nobody has.
    pub open: u16,
    /// Places held.
    pub held: u16,
    /// Places sold, through us and elsewhere.
    pub sold: u16,
    /// Seats blocked.
    pub blocked: u16,
    /// Places held or sold that have no seat yet.
    pub unseated: u16,
}

impl Tally {
    /// Places that may still be held: open seats that nobody unseated has a right to.
    #[must_use]
    pub const fn sellable(self) -> u16 {
        self.open.saturating_sub(self.unseated)
    }
}

/// What one principal has on this departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Keeping {
    /// Live holds.
    pub holds: u16,
    /// Places over all of them.
    pub places: u16,
}

impl Flight {
    /// The departure, once it is on sale.
    #[must_use]
    pub fn departure(&self) -> Option<&Departure> {
        match self {
            Self::Unopened => None,
            Self::Opened(departure) => Some(departure),
        }
    }
}

impl Hold {
    /// The booking in whose hand it is.
    #[must_use]
    pub const fn booking(&self) -> Option<BookingId> {
        match self.stage {
            Stage::Loose => None,
            Stage::Claimed { booking, .. } => Some(booking),
        }
    }
}

impl Try {
    /// The seats that are kept for the booking: those that were left and that nobody of it took.
    #[must_use]
    pub fn kept(&self) -> Vec<SeatNumber> {
        let taken = |number: &SeatNumber| self.moves.iter().any(|step| step.to == *number);
        self.moves.iter().filter_map(|step| step.from).filter(|from| !taken(from)).collect()
    }
}

impl Departure {
    /// When it is, and where it goes.
    #[must_use]
    pub fn passage(&self) -> Passage {
        Passage { destination: self.service.destination, departs: self.departs, arrives: self.arrives }
    }

    /// The state of a seat.
    ///
    /// # Panics
    /// When the index is of another plan.
    #[must_use]
    pub fn seat(&self, index: SeatIndex) -> Seat {
        self.seats[index.position()]
    }

    /// Whether nobody has the seat.
    #[must_use]
    pub fn is_open(&self, index: SeatIndex) -> bool {
        self.seat(index) == Seat::Open
    }

    /// The live hold with this number.
    #[must_use]
    pub fn hold(&self, number: HoldNumber) -> Option<&Hold> {
        self.holds.get(&number)
    }

    /// The live holds, oldest first.
    pub fn holds(&self) -> impl Iterator<Item = (HoldNumber, &Hold)> {
        self.holds.iter().map(|(number, hold)| (*number, hold))
    }

    /// The hand that a booking has on holds.
    #[must_use]
    pub fn claim(&self, booking: BookingId) -> Option<&Claim> {
        self.claims.get(&booking)
    }

    /// The bookings that have a hand on holds.
    pub fn claims(&self) -> impl Iterator<Item = (BookingId, &Claim)> {
        self.claims.iter().map(|(booking, claim)| (*booking, claim))
    }

    /// What was sold to a booking.
    #[must_use]
    pub fn sale(&self, booking: BookingId) -> Option<&Sale> {
        self.sales.get(&booking)
    }

    /// The bookings that bought places.
    pub fn sales(&self) -> impl Iterator<Item = (BookingId, &Sale)> {
        self.sales.iter().map(|(booking, sale)| (*booking, sale))
    }

    /// The change of seats that a booking tries.
    #[must_use]
    pub fn tried(&self, booking: BookingId) -> Option<&Try> {
        self.tries.get(&booking)
    }

    /// The changes of seats that are tried.
    pub fn tries(&self) -> impl Iterator<Item = (BookingId, &Try)> {
        self.tries.iter().map(|(booking, tried)| (*booking, tried))
    }

    /// The counts of a cabin.
    #[must_use]
    pub fn tally(&self, class: CabinClass) -> Option<Tally> {
        self.tallies.get(&class).copied()
    }

    /// What a principal has on this departure.
    #[must_use]
    pub fn keeping(&self, principal: &PrincipalId) -> Keeping {
        self.holders.get(principal).copied().unwrap_or_default()
    }

    /// When the first hold lapses.
    #[must_use]
    pub fn first_deadline(&self) -> Option<Timestamp> {
        self.deadlines.first().map(|(until, _)| *until)
    }

    /// The holds whose deadline has come, in the order of their deadlines.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = HoldNumber> {
        self.deadlines.iter().take_while(move |(until, _)| *until <= now).map(|(_, hold)| *hold)
    }

    /// The instant from which on nothing more is held.
    #[must_use]
    pub fn sale_closes(&self) -> Timestamp {
        self.departs.minus(super::limits::SALE_CLOSES_BEFORE)
    }

    /// The number of a seat.
    #[must_use]
    pub fn number(&self, index: SeatIndex) -> SeatNumber {
        self.plan.seat(index).number
    }
}
