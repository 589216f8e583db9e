//! What happened to a departure. Stored for ever: a change of shape needs a new schema and an upcaster.

use serde::{Deserialize, Serialize};

use super::command::OpenSale;
use super::state::{BlockReason, Status};
use crate::fare::{Fare, PassengerPrice};
use crate::ids::{AirportCode, BookingId, HoldNumber, PassengerId, PrincipalId};
use crate::party::{Party, Passenger};
use crate::plan::{CabinClass, SeatNumber};
use crate::time::Timestamp;

/// A fact of one departure. Seats stand by their numbers, so that a row is readable without the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The departure went on sale.
    SaleOpened(OpenSale),
    /// Places were held.
    SeatsHeld(SeatsHeld),
    /// A loose hold's deadline moved.
    HoldExtended {
        /// Which hold.
        hold: HoldNumber,
        /// Its new deadline.
        until: Timestamp,
    },
    /// Its principal let a loose hold go.
    HoldReleased {
        /// Which hold.
        hold: HoldNumber,
    },
    /// A hold's deadline came.
    HoldLapsed {
        /// Which hold.
        hold: HoldNumber,
    },
    /// The departure itself ended a hold.
    HoldEnded {
        /// Which hold.
        hold: HoldNumber,
        /// Why.
        reason: EndReason,
    },
    /// A booking took holds over.
    HoldsClaimed {
        /// The booking.
        booking: BookingId,
        /// Which holds, ascending.
        holds: Vec<HoldNumber>,
        /// Who travels; everybody's pinned seat is named.
        passengers: Vec<Passenger>,
        /// The booking's deadline, now that of all these holds.
        until: Timestamp,
        /// What each passenger pays. Missing in rows that are older than this member.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        prices: Vec<PassengerPrice>,
        /// When the departure is, and where it goes, as the booking must know it. Missing in older rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        passage: Option<Passage>,
    },
    /// A booking gave its holds back.
    ClaimReturned {
        /// The booking.
        booking: BookingId,
    },
    /// A booking let its holds go.
    ClaimReleased {
        /// The booking.
        booking: BookingId,
    },
    /// Paying began.
    PayingStarted {
        /// The booking.
        booking: BookingId,
        /// Until when it should be over.
        fence: Timestamp,
    },
    /// A booking's holds became a sale.
    PlacesSold {
        /// The booking.
        booking: BookingId,
    },
    /// Passengers left a sale.
    PlacesCancelled {
        /// The booking.
        booking: BookingId,
        /// Who no longer travels.
        passengers: Vec<PassengerId>,
    },
    /// Passengers of a booking moved.
    SeatsChanged {
        /// The booking.
        booking: BookingId,
        /// Who moved, from where and to where.
        moves: Vec<SeatMove>,
        /// What those pay now whose price changed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        prices: Vec<PassengerPrice>,
    },
    /// Passengers of a booking moved, and the seats that they left are kept for them.
    SeatsTried {
        /// The booking.
        booking: BookingId,
        /// Who moved, from where and to where.
        moves: Vec<SeatMove>,
        /// What those pay now whose price changed.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        prices: Vec<PassengerPrice>,
    },
    /// The seats that were kept for a booking are open.
    SeatsKept {
        /// The booking.
        booking: BookingId,
        /// Which seats.
        opened: Vec<SeatNumber>,
    },
    /// Passengers of a booking sit again where they sat before they tried.
    SeatsUndone {
        /// The booking.
        booking: BookingId,
        /// The moves that are taken back.
        moves: Vec<SeatMove>,
    },
    /// Seats were taken out of sale.
    SeatsBlocked {
        /// Which seats.
        seats: Vec<SeatNumber>,
        /// Why.
        reason: BlockReason,
    },
    /// Blocked seats are on sale again.
    SeatsUnblocked {
        /// Which seats.
        seats: Vec<SeatNumber>,
    },
    /// Another channel sold seats.
    SeatsSoldElsewhere {
        /// Which seats.
        seats: Vec<SeatNumber>,
    },
    /// Another channel gave seats back.
    SeatsReturnedElsewhere {
        /// Which seats.
        seats: Vec<SeatNumber>,
    },
    /// The status, the times or the gate changed.
    StatusChanged(StatusChanged),
}

/// See [`Event::SeatsHeld`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeatsHeld {
    /// The hold, numbered by this row.
    pub hold: HoldNumber,
    /// Whose it is.
    pub holder: PrincipalId,
    /// In which cabin.
    pub class: CabinClass,
    /// How many places.
    pub places: u8,
    /// The pinned seats, ascending; no more than places.
    pub seats: Vec<SeatNumber>,
    /// Who travels, as far as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// When it was made.
    pub created: Timestamp,
    /// When it lapses.
    pub until: Timestamp,
    /// The adult fare for each place, pinned.
    pub fare: Fare,
}

/// What a booking must know of a departure: when it is, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it lands.
    pub destination: AirportCode,
    /// When it departs, by the word of that time.
    pub departs: Timestamp,
    /// When it arrives, by the word of that time.
    pub arrives: Timestamp,
}

/// Why a departure ended a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndReason {
    /// The flight was cancelled.
    FlightCancelled,
    /// The flight departed.
    FlightDeparted,
}

/// One passenger's way from a seat, or from none, to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeatMove {
    /// Who.
    pub passenger: PassengerId,
    /// The seat they leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<SeatNumber>,
    /// The seat they get.
    pub to: SeatNumber,
    /// The hold that pins the seat, while the booking is not sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldNumber>,
}

/// See [`Event::StatusChanged`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusChanged {
    /// What it is now.
    pub status: Status,
    /// Why, in the operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it departs.
    pub departs: Timestamp,
    /// When it arrives.
    pub arrives: Timestamp,
    /// The gate, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
}
