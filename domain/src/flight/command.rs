//! What may be asked of a departure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::state::{BlockReason, Status};
use crate::fare::{Fare, FareBasis};
use crate::ids::{
    AircraftType, AirportCode, BookingId, FlightId, HoldNumber, InvalidId, PassengerId, PrincipalId,
};
use crate::party::{Party, Passenger};
use crate::pick::Preferences;
use crate::plan::{CabinClass, SeatNumber, SeatPlan};
use crate::time::Timestamp;

/// A command to one departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Puts the departure on sale.
    OpenSale(OpenSale),
    /// Holds places, with or without exact seats.
    HoldSeats(HoldSeats),
    /// Moves a loose hold's deadline.
    ExtendHold(ExtendHold),
    /// Ends a loose hold.
    ReleaseHold(ReleaseHold),
    /// Puts a principal's loose holds into a booking.
    ClaimHolds(ClaimHolds),
    /// Gives a booking's holds back to their principals, with their old deadlines.
    ReturnClaim {
        /// The booking that lets go.
        booking: BookingId,
    },
    /// Ends a booking's holds.
    ReleaseClaim {
        /// The booking that lets go.
        booking: BookingId,
    },
    /// Puts the paying fence in the place of the deadline.
    StartPaying(StartPaying),
    /// Turns a booking's holds into a sale.
    Confirm {
        /// The booking that was paid.
        booking: BookingId,
    },
    /// Takes a whole sale back because the booking failed elsewhere. Unlike a cancellation it is never too late for it.
    UndoSale {
        /// The booking that failed.
        booking: BookingId,
    },
    /// Takes passengers out of a sale and opens their places.
    CancelPlaces(CancelPlaces),
    /// Gives passengers of a booking other seats; all of them or none.
    ChangeSeats(ChangeSeats),
    /// Gives passengers of a booking other seats, and keeps the old ones for them until it is said which they are to have.
    TrySeats(ChangeSeats),
    /// The new seats it is: the old ones open.
    KeepSeats {
        /// The booking that tried.
        booking: BookingId,
    },
    /// The old seats it is: the new ones open.
    UndoSeats {
        /// The booking that tried.
        booking: BookingId,
    },
    /// Gives seats to the passengers of a booking that have none, as near together as there are.
    AssignSeats {
        /// The booking, claimed or sold.
        booking: BookingId,
        /// What they would like.
        wish: Preferences,
    },
    /// Takes open seats out of sale.
    BlockSeats(BlockSeats),
    /// Puts blocked seats back on sale.
    UnblockSeats(NamedSeats),
    /// Marks open seats as sold through another channel.
    SellElsewhere(NamedSeats),
    /// Opens seats again that another channel had sold.
    ReturnElsewhere(NamedSeats),
    /// Delays, boards, departs, lands or cancels the departure.
    ChangeStatus(ChangeStatus),
    /// Ends every hold whose deadline has come.
    LapseDue,
}

/// See [`Command::OpenSale`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenSale {
    /// The departure.
    pub flight: FlightId,
    /// Where it goes, and with what.
    pub service: Service,
    /// Its cabins and seats.
    pub plan: SeatPlan,
    /// Scheduled departure.
    pub departs: Timestamp,
    /// Scheduled arrival, later than the departure.
    pub arrives: Timestamp,
    /// What its fares are made from.
    pub basis: FareBasis,
    /// Seats that other channels have sold already.
    pub sold_elsewhere: Vec<SeatNumber>,
}

/// What is published of a departure beside its times; fixed when its sale opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Where it lands.
    pub destination: AirportCode,
    /// What it is flown with, for people to read.
    pub aircraft: AircraftType,
    /// Where we know it from.
    pub provenance: Provenance,
}

impl Service {
    /// The service of a published departure.
    ///
    /// # Errors
    /// Refuses what is no airport code, and what is no name of an aircraft.
    pub fn published(destination: &str, aircraft: &str) -> Result<Self, InvalidId> {
        let (destination, aircraft) = (destination.parse()?, aircraft.parse()?);
        Ok(Self { destination, aircraft, provenance: Provenance::Published })
    }
}

/// Whether anybody ever published a departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Provenance {
    /// It stands in an airline's schedule, or its operator opened it here.
    Published,
    /// It was made up, so that a demonstration has a way back; always shown as such.
    Synthetic,
}

/// How many holds a principal may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HolderKind {
    /// Somebody who books for themselves.
    Customer,
    /// Somebody who books for others.
    Agent,
}

/// Who holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The principal; only they may extend or release.
    pub principal: PrincipalId,
    /// Which limits apply to them.
    pub kind: HolderKind,
}

/// Which seats a hold pins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SeatChoice {
    /// Exactly these; places beyond them stay unseated.
    Exact(Vec<SeatNumber>),
    /// The best that are open, for every place.
    Best(Preferences),
    /// Exactly these, and the best that are open for the places beyond them. Only for a booking, which knows who asks for which.
    ExactAndBest(Vec<SeatNumber>, Preferences),
    /// None yet.
    Later,
}

/// How long a hold lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// From the decision on, for so long.
    For(Duration),
    /// Until this instant, the same on all flights of a booking.
    Until(Timestamp),
}

/// The booking that acquires a hold of its own, and its passengers on this departure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookingParty {
    /// The booking.
    pub booking: BookingId,
    /// Everybody who travels, lap infants included.
    pub passengers: Vec<Passenger>,
    /// The adult fare that was promised to them. A hold that is acquired pins it in the place of today's; holds that are
    /// taken over have their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fare: Option<Fare>,
}

/// See [`Command::HoldSeats`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HoldSeats {
    /// Who holds.
    pub holder: Holder,
    /// In which cabin.
    pub class: CabinClass,
    /// How many places, 1–9.
    pub places: u8,
    /// Which seats.
    pub seats: SeatChoice,
    /// Who travels, as far as it is known. Needed for exit rows.
    pub party: Option<Party>,
    /// For how long.
    pub term: Term,
    /// The booking it is for, when a booking acquires it.
    pub booking: Option<BookingParty>,
}

/// See [`Command::ExtendHold`]: `until = min(now + ttl, created + 2 h)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtendHold {
    /// Which hold.
    pub hold: HoldNumber,
    /// Whose it must be.
    pub by: PrincipalId,
    /// How long from now on.
    pub ttl: Duration,
}

/// See [`Command::ReleaseHold`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseHold {
    /// Which hold.
    pub hold: HoldNumber,
    /// Whose it must be.
    pub by: PrincipalId,
}

/// See [`Command::ClaimHolds`]. All holds must be of one cabin and have exactly one place for each seated
/// passenger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimHolds {
    /// Which holds.
    pub holds: Vec<HoldNumber>,
    /// Whose they must be.
    pub by: PrincipalId,
    /// The booking that takes them over, and who travels.
    pub party: BookingParty,
    /// The booking's one deadline.
    pub until: Timestamp,
}

/// See [`Command::StartPaying`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartPaying {
    /// The booking that pays.
    pub booking: BookingId,
    /// When paying must be over, the same on all flights; at most 15 min from now.
    pub fence: Timestamp,
}

/// See [`Command::CancelPlaces`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelPlaces {
    /// The confirmed booking.
    pub booking: BookingId,
    /// Who does not travel.
    pub passengers: Vec<PassengerId>,
}

/// See [`Command::ChangeSeats`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeSeats {
    /// The booking, claimed or sold.
    pub booking: BookingId,
    /// Who moves where. Passengers of the booking may swap.
    pub moves: Vec<(PassengerId, SeatNumber)>,
}

/// See [`Command::BlockSeats`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlockSeats {
    /// Which open seats.
    pub seats: Vec<SeatNumber>,
    /// Why.
    pub reason: BlockReason,
}

/// Some seats of the departure, at most [`super::limits::SEATS_NAMED_MAX`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedSeats {
    /// Which seats.
    pub seats: Vec<SeatNumber>,
}

/// See [`Command::ChangeStatus`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeStatus {
    /// What it becomes.
    pub status: Status,
    /// Why, in the operator's words.
    pub reason: Option<String>,
    /// When it will depart, if that changes.
    pub departs: Option<Timestamp>,
    /// When it will arrive, if that changes.
    pub arrives: Option<Timestamp>,
    /// The gate, if it is known.
    pub gate: Option<String>,
}
