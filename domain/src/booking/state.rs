//! A booking as it stands after its events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::command::PlannedSegment;
use super::end::{CancelledBy, Declined, End, Terms};
use super::part::Part;
use super::payment::Payment;
use crate::fare::{Fare, PassengerPrice, Price};
use crate::flight::{EndReason, HolderKind, Passage};
use crate::ids::{
    BookingId, FlightId, HoldNumber, PassengerId, PeopleRef, PrincipalId, RecordLocator, Version,
};
use crate::money::Money;
use crate::party::Passenger;
use crate::payment::ProviderName;
use crate::pick::Preferences;
use crate::plan::{CabinClass, SeatNumber};
use crate::time::Timestamp;

/// The aggregate of one booking.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Booking {
    /// Nothing is known of it yet.
    #[default]
    Unplaced,
    /// It was placed; it may have ended since.
    Placed(Box<Placed>),
}

/// A booking that was placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// The booking.
    pub booking: BookingId,
    /// What people call it.
    pub locator: RecordLocator,
    /// Whose it is.
    pub customer: PrincipalId,
    /// Who made it: the holder of its holds.
    pub made_by: PrincipalId,
    /// Which limits apply to them on a departure.
    pub kind: HolderKind,
    /// In which cabin they travel.
    pub class: CabinClass,
    /// Where the sealed records of who travels are.
    pub people: PeopleRef,
    /// When it was placed.
    pub created: Timestamp,
    /// Until when it is held, unless it is paid.
    pub until: Timestamp,
    /// The departures of each direction, in the order of travel.
    pub slices: Vec<Vec<FlightId>>,
    /// Where it stands.
    pub stage: Stage,
    /// How it is paid, once paying began.
    pub settlement: Option<Settlement>,
    /// Its payment, once paying at a provider began.
    #[serde(default)]
    pub payment: Option<Payment>,
    /// The last quote of a cancellation.
    pub quote: Option<Quote>,
    /// What the last quote is about, when that is a part.
    #[serde(default)]
    pub part: Option<Part>,
    /// What was kept of parts that were cancelled; `None` while none was.
    #[serde(default)]
    pub kept: Option<Money>,
    /// The last no of a departure, until somebody asks for something else.
    pub declined: Option<Declined>,
    /// What it has on each departure, in the order in which it asks them.
    pub(super) legs: BTreeMap<FlightId, Leg>,
    /// Names the step that is open, if one is. It rises with every event that moves the booking on.
    pub(super) step: Version,
}

/// What a booking has on one departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// How far it is.
    pub state: LegState,
    /// Who travels, each with the seat that is theirs, or that they wish.
    pub passengers: Vec<Passenger>,
    /// The holds to take over, or the holds that it has.
    pub holds: Vec<HoldNumber>,
    /// Whose the holds were before.
    pub origin: HoldOrigin,
    /// How to seat those who wish no exact seat.
    pub wish: Option<Preferences>,
    /// The adult fare that an offer promised.
    pub promised: Option<Fare>,
    /// What each passenger pays here, once it is held.
    pub prices: Vec<PassengerPrice>,
    /// When the departure is, and where it goes, once it is held.
    pub passage: Option<Passage>,
    /// What came in between.
    pub trouble: Option<Trouble>,
}

/// How far a booking is on one departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LegState {
    /// It has nothing there yet.
    Wanted,
    /// It has a claim.
    Held,
    /// It has a claim, and pays.
    Fenced,
    /// It has a sale.
    Secured,
    /// It has nothing there any more.
    Released,
    /// It keeps a sale on a departure that has left.
    Flown,
}

/// Whose a leg's holds were before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HoldOrigin {
    /// Nobody's: the booking acquires its own.
    Acquired,
    /// The principal's, who gets them back when the booking is refused.
    TakenOver,
}

/// What happened on a departure without the booking's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trouble {
    /// The deadline of its holds came.
    Lapsed,
    /// The flight departed, and its holds ended.
    FlightDeparted,
    /// The flight is cancelled.
    FlightCancelled,
}

/// Where a booking stands. Between two of the outer stages a step is open, or it waits for whoever pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    /// It acquires its segments, in the order of their names.
    Holding,
    /// It has them all, until its deadline.
    Held,
    /// It fences its segments, then secures them.
    Paying {
        /// Until when that should be over.
        fence: Timestamp,
    },
    /// It gives its payment up, and keeps its places until it knows that nobody pays any more.
    Closing {
        /// How it will end.
        towards: End,
        /// Until when it waits for the provider's word.
        until: Timestamp,
        /// Until when it was being paid.
        fence: Timestamp,
    },
    /// Everything is sold to it.
    Confirmed,
    /// It moves passengers.
    ChangingSeats {
        /// Where it goes back to.
        back: Rest,
        /// How far it is on each departure.
        changes: BTreeMap<FlightId, SeatChange>,
    },
    /// It lets go of what it has, in the reverse of the order in which it acquired.
    LettingGo {
        /// The status that it leaves.
        from: Status,
        /// How it will end.
        towards: End,
    },
    /// It cancels what it bought, in the order of travel.
    Cancelling {
        /// Who cancels.
        by: CancelledBy,
        /// Why, in their own words.
        reason: Option<String>,
        /// What it gives back.
        terms: Terms,
    },
    /// It cancels a part of what it bought, in the order of travel.
    CancellingPart {
        /// What.
        part: Part,
        /// What that costs.
        price: Price,
        /// What it gives back.
        terms: Terms,
        /// Where it has asked: whether those who were to leave have left.
        asked: BTreeMap<FlightId, bool>,
    },
    /// It is over.
    Ended(End),
}

/// A stage to which a change of seats returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rest {
    /// [`Stage::Held`].
    Held,
    /// [`Stage::Confirmed`].
    Confirmed,
}

/// A change of seats on one departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeatChange {
    /// Who moves where.
    pub moves: Vec<(PassengerId, SeatNumber)>,
    /// How far it is.
    pub progress: SeatProgress,
}

/// How far a change of seats is on one departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SeatProgress {
    /// Nothing is done yet.
    Asked,
    /// They sit on the new seats, and the old ones are kept.
    Tried {
        /// How they sat before.
        passengers: Vec<Passenger>,
        /// What they paid before.
        prices: Vec<PassengerPrice>,
    },
    /// It is done, or undone.
    Over,
}

/// A quoted cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Its name: the row that made it.
    pub quote: Version,
    /// What a cancellation gives back.
    pub terms: Terms,
    /// Until when it is good: `now < expires`.
    pub expires: Timestamp,
}

/// How a booking is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settlement {
    /// Outside of our sight; somebody whom we believe says so.
    Outside {
        /// What they call the payment.
        reference: String,
        /// Who says so.
        by: PrincipalId,
    },
    /// At a provider.
    Card {
        /// Which one.
        provider: ProviderName,
        /// Who pays, or lets pay.
        by: PrincipalId,
    },
    /// It costs nothing.
    Nothing {
        /// Who wanted to pay.
        by: PrincipalId,
    },
}

/// Where a booking stands, as clients see it. While a step is open it is the status that the booking leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It acquires its segments.
    Holding,
    /// Everything is held until the deadline.
    Held,
    /// It is being paid.
    Paying,
    /// It is bought.
    Confirmed,
    /// It was cancelled.
    Cancelled,
    /// Its deadline came before it was paid.
    Expired,
    /// It could not be had.
    Refused,
    /// Paying did not come to its end.
    Failed,
}

impl Booking {
    /// The booking, once it is placed.
    #[must_use]
    pub fn placed(&self) -> Option<&Placed> {
        match self {
            Self::Unplaced => None,
            Self::Placed(placed) => Some(placed),
        }
    }

    /// Whether no step is open: what it is now, it stays until somebody asks or something falls due.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.placed().is_none_or(Placed::is_settled)
    }
}

impl Placed {
    /// Whether no step is open.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.open_step().is_none()
    }

    /// What it has on a departure.
    #[must_use]
    pub fn leg(&self, flight: FlightId) -> Option<&Leg> {
        self.legs.get(&flight)
    }

    /// What it has on each departure, in the order in which it asks them.
    pub fn legs(&self) -> impl DoubleEndedIterator<Item = (FlightId, &Leg)> {
        self.legs.iter().map(|(flight, leg)| (*flight, leg))
    }

    /// The departures in the order of travel.
    pub fn travel(&self) -> impl Iterator<Item = FlightId> {
        self.slices.iter().flatten().copied()
    }

    /// Where it stands, as clients see it.
    #[must_use]
    pub const fn status(&self) -> Status {
        match &self.stage {
            Stage::Holding => Status::Holding,
            Stage::Held => Status::Held,
            Stage::Paying { .. } | Stage::Closing { .. } => Status::Paying,
            Stage::Confirmed | Stage::Cancelling { .. } | Stage::CancellingPart { .. } => Status::Confirmed,
            Stage::ChangingSeats { back: Rest::Held, .. } => Status::Held,
            Stage::ChangingSeats { back: Rest::Confirmed, .. } => Status::Confirmed,
            Stage::LettingGo { from, .. } => *from,
            Stage::Ended(end) => end.status(),
        }
    }

    /// How it ended, if it did.
    #[must_use]
    pub const fn end(&self) -> Option<&End> {
        match &self.stage {
            Stage::Ended(end) => Some(end),
            Stage::Holding
            | Stage::Held
            | Stage::Paying { .. }
            | Stage::Closing { .. }
            | Stage::Confirmed
            | Stage::ChangingSeats { .. }
            | Stage::LettingGo { .. }
            | Stage::Cancelling { .. }
            | Stage::CancellingPart { .. } => None,
        }
    }

    /// What all of it costs, once a segment is held; `None` as well when its segments have no one currency.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        Price::of(self.legs.values().flat_map(|leg| &leg.prices))
    }
}

impl Leg {
    pub(super) fn planned(segment: &PlannedSegment) -> Self {
        let origin = if segment.holds.is_empty() { HoldOrigin::Acquired } else { HoldOrigin::TakenOver };
        Self {
            state: LegState::Wanted,
            passengers: segment.passengers.clone(),
            holds: segment.holds.clone(),
            origin,
            wish: segment.wish,
            promised: segment.promised,
            prices: Vec::new(),
            passage: None,
            trouble: None,
        }
    }
}

impl From<Option<EndReason>> for Trouble {
    fn from(reason: Option<EndReason>) -> Self {
        match reason {
            None => Self::Lapsed,
            Some(EndReason::FlightCancelled) => Self::FlightCancelled,
            Some(EndReason::FlightDeparted) => Self::FlightDeparted,
        }
    }
}
