//! What may be shown of a departure: the seat map, its changes, and what is only for one viewer.
//!
//! A seat map is a function of (flight, version): no clock and nothing personal goes into it. A map plus the
//! changes of the next rows is the map of the last of them; [`SeatMap::take_in`] does that fold, and a
//! property test holds it against the state.

mod booking;
mod payment;

use serde::{Deserialize, Serialize};

use crate::aggregate::Aggregate;
use crate::fare::{self, FareBasis};
use crate::flight::{Departure, Event, Flight, Hold, Seat, Service, Status, Times, Try};
use crate::ids::{AircraftType, BookingId, FlightId, HoldNumber, PrincipalId, Version};
use crate::money::Money;
use crate::party::{self, Breach, Party};
use crate::plan::{Attribute, Attributes, Cabin, CabinClass, SeatIndex, SeatNumber};
use crate::time::Timestamp;

pub use booking::{
    BookingPrice, BookingView, EndView, PassengerTotal, SeatOf, SegmentView, TravellerView, booking_view,
};
pub use payment::{PaymentStatus, PaymentView, RefundView, payment_view};

/// What everybody may know of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SeatState {
    /// Nobody has it.
    Available,
    /// Somebody holds it for a while.
    Held,
    /// Somebody bought it, here or elsewhere.
    Sold,
    /// It is out of sale.
    Blocked,
}

/// A seat as it is after a row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatChange {
    /// The seat.
    pub seat: SeatNumber,
    /// Its state now.
    pub state: SeatState,
    /// When a held seat lapses, unless its hold is extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What one row of the journal changed: the typed change that goes to the departure's room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChange {
    /// The row.
    pub version: Version,
    /// The seats that it touched, in the plan's order, each once.
    pub seats: Vec<SeatChange>,
    /// The counts of every cabin after it.
    pub counts: Vec<CabinCounts>,
}

/// How a cabin is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CabinCounts {
    /// Which cabin.
    pub cabin_class: CabinClass,
    /// Its seats.
    pub seats: u16,
    /// Seats that nobody has.
    pub available: u16,
    /// Places held.
    pub held: u16,
    /// Places sold, here and elsewhere.
    pub sold: u16,
    /// Seats out of sale.
    pub blocked: u16,
    /// Places that may still be held; less than available when somebody's seat is yet to be chosen.
    pub sellable: u16,
}

/// A departure as lists show it: everything but its seats. Small, so it is kept beside the journal for
/// departures that nobody has in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The departure.
    pub flight_id: FlightId,
    /// The row after which it is so.
    pub version: Version,
    /// Where it goes, and with what.
    pub service: Service,
    /// When it was to depart and arrive.
    pub scheduled: Times,
    /// When it does, by the latest word.
    pub latest: Times,
    /// Where it stands in its day.
    pub status: Status,
    /// The gate, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    /// What its fares are made from.
    pub basis: FareBasis,
    /// How each cabin is filled, front to back.
    pub cabins: Vec<CabinCounts>,
}

/// A departure's seats as everybody may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeatMap {
    /// The departure.
    pub flight_id: FlightId,
    /// The row after which the map is so.
    pub version: Version,
    /// What it is flown with.
    pub aircraft: AircraftType,
    /// Its cabins, front to back.
    pub cabins: Vec<CabinMap>,
}

/// A cabin of a [`SeatMap`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CabinMap {
    /// Which cabin.
    pub cabin_class: CabinClass,
    /// Its columns from left to right; `None` is an aisle.
    pub columns: Vec<Option<char>>,
    /// Its rows, front to back.
    pub rows: Vec<RowMap>,
    /// How it is filled.
    pub counts: CabinCounts,
}

/// A row of a [`CabinMap`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowMap {
    /// Its number.
    pub row: u8,
    /// Whether it is an exit row.
    pub exit: bool,
    /// Whether it faces a bulkhead.
    pub bulkhead: bool,
    /// Its seats, left to right.
    pub seats: Vec<SeatView>,
}

/// A seat of a [`RowMap`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatView {
    /// The seat and its state.
    #[serde(flatten)]
    pub shown: SeatChange,
    /// What kind of seat it is.
    pub attributes: Attributes,
    /// What it costs beyond the fare; fixed for the departure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement: Option<Money>,
}

/// What one viewer sees beyond the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Yours {
    /// The viewer's live holds.
    pub holds: Vec<YourHold>,
    /// The seats sold to the bookings that were asked about.
    pub seats: Vec<SeatNumber>,
    /// Open seats that this party may not take, each with its reason.
    pub not_for_you: Vec<Breach>,
}

/// A hold as its own principal sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct YourHold {
    /// Which hold.
    pub hold: HoldNumber,
    /// Its pinned seats.
    pub seats: Vec<SeatNumber>,
    /// How many places it has.
    pub places: u8,
    /// When it lapses.
    pub until: Timestamp,
}

/// The departure as lists show it after the row `version`.
#[must_use]
pub fn summary(departure: &Departure, version: Version) -> Summary {
    Summary {
        flight_id: departure.id,
        version,
        service: departure.service.clone(),
        scheduled: departure.scheduled,
        latest: Times { departs: departure.departs, arrives: departure.arrives },
        status: departure.status,
        gate: departure.gate.clone(),
        basis: departure.basis,
        cabins: counts(departure),
    }
}

/// The departure's seat map after the row `version`.
#[must_use]
pub fn seat_map(departure: &Departure, version: Version) -> SeatMap {
    let cabins = departure.plan.cabins().iter().map(|cabin| cabin_map(departure, cabin)).collect();
    SeatMap { flight_id: departure.id, version, aircraft: departure.service.aircraft.clone(), cabins }
}

fn cabin_map(departure: &Departure, cabin: &Cabin) -> CabinMap {
    let mut rows: Vec<RowMap> = Vec::new();
    for index in cabin.seat_indices() {
        let planned = departure.plan.seat(index);
        let row = planned.number.row();
        if rows.last().is_none_or(|last| last.row != row) {
            rows.push(RowMap { row, exit: false, bulkhead: false, seats: Vec::new() });
        }
        let last = rows.last_mut().expect("a row was just put there");
        last.exit |= planned.attributes.has(Attribute::ExitRow);
        last.bulkhead |= planned.attributes.has(Attribute::Bulkhead);
        last.seats.push(SeatView {
            shown: seat_change(departure, index),
            attributes: planned.attributes,
            supplement: fare::supplement(departure.basis, planned.attributes),
        });
    }
    let (cabin_class, columns) = (cabin.class, cabin.columns.clone());
    CabinMap { cabin_class, columns, rows, counts: cabin_counts(departure, cabin_class) }
}

fn cabin_counts(departure: &Departure, class: CabinClass) -> CabinCounts {
    let tally = departure.tally(class).unwrap_or_default();
    CabinCounts {
        cabin_class: class,
        seats: tally.authorised,
        available: tally.open,
        held: tally.held,
        sold: tally.sold,
        blocked: tally.blocked,
        sellable: tally.sellable(),
    }
}

/// The counts of every cabin, front to back.
#[must_use]
pub fn counts(departure: &Departure) -> Vec<CabinCounts> {
    departure.plan.cabins().iter().map(|cabin| cabin_counts(departure, cabin.class)).collect()
}

/// A seat as everybody may see it.
#[must_use]
pub fn seat_change(departure: &Departure, index: SeatIndex) -> SeatChange {
    let (state, until) = match departure.seat(index) {
        Seat::Open => (SeatState::Available, None),
        Seat::Held { hold } => (SeatState::Held, departure.hold(hold).map(|hold| hold.until)),
        Seat::Sold { .. } | Seat::SoldElsewhere => (SeatState::Sold, None),
        Seat::Blocked { .. } => (SeatState::Blocked, None),
    };
    SeatChange { seat: departure.number(index), state, until }
}

/// Takes a whole row into `flight` and says what it changed for those who watch.
pub fn evolve_row(flight: &mut Flight, version: Version, events: &[Event]) -> RowChange {
    let mut touched: Vec<SeatIndex> = Vec::new();
    for event in events {
        if let Some(departure) = flight.departure() {
            touched.extend(touched_by(departure, event));
        }
        flight.evolve(event);
    }
    let Some(departure) = flight.departure() else {
        return RowChange { version, seats: Vec::new(), counts: Vec::new() };
    };
    touched.sort_unstable();
    touched.dedup();
    let seats = touched.into_iter().map(|seat| seat_change(departure, seat)).collect();
    RowChange { version, seats, counts: counts(departure) }
}

/// The seats whose picture `event` changes, asked before it is taken in.
fn touched_by(departure: &Departure, event: &Event) -> Vec<SeatIndex> {
    let named = |numbers: &[SeatNumber]| {
        numbers.iter().filter_map(|number| departure.plan.index_of(*number)).collect()
    };
    let pinned = |hold: &HoldNumber| departure.hold(*hold).map(|hold| hold.seats.clone()).unwrap_or_default();
    let kept = |booking: &BookingId| {
        let kept = departure.tried(*booking).map(Try::kept).unwrap_or_default();
        kept.into_iter().filter_map(|number| departure.plan.index_of(number))
    };
    let claimed = |booking: &BookingId| -> Vec<SeatIndex> {
        let claim = departure.claim(*booking).into_iter();
        claim.flat_map(|claim| claim.holds.iter().flat_map(pinned)).chain(kept(booking)).collect()
    };
    match event {
        Event::SaleOpened(_) | Event::StatusChanged(_) => Vec::new(),
        Event::SeatsHeld(held) => named(&held.seats),
        Event::HoldExtended { hold, .. }
        | Event::HoldReleased { hold }
        | Event::HoldLapsed { hold }
        | Event::HoldEnded { hold, .. } => {
            let booking = departure.hold(*hold).and_then(Hold::booking);
            pinned(hold).into_iter().chain(booking.iter().flat_map(kept)).collect()
        }
        Event::HoldsClaimed { holds, .. } => holds.iter().flat_map(pinned).collect(),
        Event::ClaimReturned { booking }
        | Event::ClaimReleased { booking }
        | Event::PayingStarted { booking, .. }
        | Event::PlacesSold { booking } => claimed(booking),
        Event::PlacesCancelled { booking, passengers } => {
            let aboard = departure.sale(*booking).into_iter().flat_map(|sale| &sale.passengers);
            let leaving = aboard.filter(|passenger| passengers.contains(&passenger.id));
            leaving.filter_map(|passenger| departure.plan.index_of(passenger.seat?)).collect()
        }
        Event::SeatsKept { opened, .. } => named(opened),
        Event::SeatsChanged { moves, .. }
        | Event::SeatsTried { moves, .. }
        | Event::SeatsUndone { moves, .. } => {
            let numbers: Vec<SeatNumber> =
                moves.iter().flat_map(|step| step.from.into_iter().chain([step.to])).collect();
            named(&numbers)
        }
        Event::SeatsBlocked { seats, .. }
        | Event::SeatsUnblocked { seats }
        | Event::SeatsSoldElsewhere { seats }
        | Event::SeatsReturnedElsewhere { seats } => named(seats),
    }
}

impl SeatMap {
    /// Takes the change of the next row in.
    pub fn take_in(&mut self, change: &RowChange) {
        self.version = change.version;
        for seat in &change.seats {
            let views =
                self.cabins.iter_mut().flat_map(|cabin| &mut cabin.rows).flat_map(|row| &mut row.seats);
            if let Some(view) = views.into_iter().find(|view| view.shown.seat == seat.seat) {
                view.shown = seat.clone();
            }
        }
        for (cabin, counts) in self.cabins.iter_mut().zip(&change.counts) {
            cabin.counts = *counts;
        }
    }
}

/// What `viewer` sees beyond the map: their own holds, the seats of the bookings that they may see, and the
/// open seats that are not for the party they travel with.
#[must_use]
pub fn yours(
    departure: &Departure,
    viewer: &PrincipalId,
    bookings: &[BookingId],
    party: Option<&Party>,
) -> Yours {
    let mine = departure.holds().filter(|(_, hold)| hold.holder == *viewer);
    let holds = mine.map(|(number, hold)| YourHold {
        hold: number,
        seats: hold.seats.iter().map(|seat| departure.number(*seat)).collect(),
        places: hold.places,
        until: hold.until,
    });
    let sold = bookings.iter().filter_map(|booking| departure.sale(*booking));
    let seats = sold.flat_map(|sale| sale.passengers.iter().filter_map(|passenger| passenger.seat));
    let open = departure.plan.seats().map(|(index, _)| index).filter(|index| departure.is_open(*index));
    let not_for_you = open.flat_map(|index| party::breaches_of_seats(&departure.plan, &[index], party));
    Yours { holds: holds.collect(), seats: seats.collect(), not_for_you: not_for_you.collect() }
}
