//! What must hold of bookings over several departures.
//!
//! All rows are taken in once more, in the order in which they became durable. Whenever a booking is at rest, each departure
//! must have what the booking believes to have there, and nothing else; and no departure does anything for a booking that
//! has not asked for it at that time. Each booking has a record locator of its own, by which the register knows it.

use std::collections::{BTreeMap, BTreeSet};

use domain::aggregate::Aggregate;
use domain::booking::{self, Booking, End, Leg, LegState, Placed, Stage};
use domain::flight::{self, Departure, Flight};
use domain::ids::{BookingId, FlightId, HoldNumber, RecordLocator, Version};
use domain::invariants;
use persistence::journal::{Position, StoredRow, StreamId};
use persistence::register::Register;

use crate::world::{TripTold, Verdict, World};

/// Every promise to a booking that the life broke.
pub(super) fn judge(world: &World) -> Vec<String> {
    if world.trips.is_empty() {
        return Vec::new();
    }
    let mut broken: Vec<String> =
        world.record.trips_told.iter().filter_map(|told| lost(world, told)).collect();
    match Walk::over(world) {
        Ok(walk) if walk.broken.is_empty() => {
            broken.extend(walk.left_over());
            broken.extend(walk.misnamed(&world.register));
        }
        Ok(walk) => broken.extend(walk.broken.iter().cloned().chain(walk.left_over())),
        Err(error) => broken.push(error),
    }
    broken
}

/// P2 and P5: what a traveller was told is found again, word for word.
fn lost(world: &World, told: &TripTold) -> Option<String> {
    let stream = &world.trips[told.trip].stream;
    let found = match &told.verdict {
        Verdict::Accepted(version, events) => world.tables.row(stream, *version).is_some_and(|row| {
            let stored: Result<Vec<booking::Event>, _> = serde_json::from_str(&row.body);
            row.request == Some(told.request) && stored.is_ok_and(|stored| stored == **events)
        }),
        Verdict::AlreadySo | Verdict::Refused(_) => world.tables.answer(stream, told.request.id).is_some(),
    };
    (!found).then(|| format!("{stream}: an acknowledged answer is lost: {:?}", told.verdict))
}

/// Everything as it was after a row.
#[derive(Default)]
struct Walk {
    flights: BTreeMap<FlightId, Flight>,
    bookings: BTreeMap<BookingId, Booking>,
    /// Which booking was placed with which record locator.
    locators: BTreeMap<RecordLocator, BookingId>,
    /// What each booking ever claimed: nobody claims twice.
    claimed: BTreeSet<(FlightId, BookingId)>,
    /// Claims that the departure itself ended; their bookings may not know it yet.
    ended: BTreeSet<(FlightId, BookingId)>,
    /// Which booking has which hold.
    hands: BTreeMap<(FlightId, HoldNumber), BookingId>,
    /// The last row of each stream.
    last: BTreeMap<StreamId, Version>,
    broken: Vec<String>,
}

impl Walk {
    fn over(world: &World) -> Result<Self, String> {
        let mut walk = Self::default();
        for trip in &world.trips {
            walk.bookings.insert(trip.booking, Booking::default());
        }
        let flights: BTreeMap<&StreamId, FlightId> =
            world.on_sale.iter().map(|departure| (&departure.stream, departure.flight)).collect();
        let bookings: BTreeMap<&StreamId, BookingId> =
            world.trips.iter().map(|trip| (&trip.stream, trip.booking)).collect();
        for (_, row) in world.tables.rows_after(Position(0), usize::MAX) {
            let before = walk.last.insert(row.stream.clone(), row.version).unwrap_or_default();
            walk.require(row.version == before.next(), || {
                format!("{}: {} follows {before}", row.stream, row.version)
            });
            let unreadable = |error| format!("{} {}: {error}", row.stream, row.version);
            if let Some(flight) = flights.get(&row.stream) {
                let events: Vec<flight::Event> = serde_json::from_str(&row.body).map_err(unreadable)?;
                walk.fly(*flight, &events);
            } else if let Some(booking) = bookings.get(&row.stream) {
                let events: Vec<booking::Event> = serde_json::from_str(&row.body).map_err(unreadable)?;
                walk.book(*booking, &row, &events);
            }
            if !walk.broken.is_empty() {
                break;
            }
        }
        Ok(walk)
    }

    fn require(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }

    fn fly(&mut self, flight: FlightId, events: &[flight::Event]) {
        for event in events {
            self.judge_departure(flight, event);
            self.flights.entry(flight).or_default().evolve(event);
        }
    }

    /// A departure does for a booking what the booking, as it stands in the journal by then, has asked for.
    fn judge_departure(&mut self, flight: FlightId, event: &flight::Event) {
        match event {
            flight::Event::HoldsClaimed { booking, holds, .. } => {
                let other = holds.iter().find_map(|hold| self.hands.insert((flight, *hold), *booking));
                self.require(other.is_none(), || format!("{flight}: {booking} takes what {other:?} has"));
                if self.bookings.contains_key(booking) {
                    let first = self.claimed.insert((flight, *booking));
                    let wants = self.leg(flight, *booking).is_some_and(|leg| leg.state == LegState::Wanted);
                    self.ended.remove(&(flight, *booking));
                    let acquires = |stage: &Stage| matches!(stage, Stage::Holding | Stage::Paying { .. });
                    let open = self.stage(*booking).is_some_and(acquires);
                    self.require(first && wants && open, || {
                        format!("{flight}: {booking} claims uncalled for")
                    });
                }
            }
            flight::Event::PlacesSold { booking } if self.bookings.contains_key(booking) => {
                let fenced = self.leg(flight, *booking).is_some_and(|leg| leg.state == LegState::Fenced);
                self.require(fenced, || format!("{flight}: {booking} buys uncalled for"));
            }
            flight::Event::HoldLapsed { hold } | flight::Event::HoldEnded { hold, .. } => {
                let booking = self.hands.remove(&(flight, *hold));
                self.ended.extend(booking.map(|booking| (flight, booking)));
            }
            flight::Event::ClaimReturned { booking } | flight::Event::ClaimReleased { booking } => {
                self.hands.retain(|(of, _), by| *of != flight || by != booking);
            }
            _ => {}
        }
    }

    fn stage(&self, booking: BookingId) -> Option<&Stage> {
        self.bookings.get(&booking)?.placed().map(|placed| &placed.stage)
    }

    fn leg(&self, flight: FlightId, booking: BookingId) -> Option<&Leg> {
        self.bookings.get(&booking)?.placed()?.leg(flight)
    }

    fn book(&mut self, booking: BookingId, row: &StoredRow, events: &[booking::Event]) {
        let mut state = self.bookings.remove(&booking).expect("every trip is known");
        let end = state.placed().and_then(|placed| placed.end().cloned());
        for event in events {
            self.judge_patience(booking, state.placed(), row, event);
            state.evolve(event);
            let end_now = state.placed().and_then(|placed| placed.end());
            self.require(end.is_none() || end_now == end.as_ref(), || {
                format!("{booking}: row {} changes an end", row.version)
            });
            if let booking::Event::Placed { place, .. } = event {
                let other = self.locators.insert(place.locator, booking);
                self.require(other.is_none(), || {
                    format!("{booking}: {} is {other:?} as well", place.locator)
                });
            }
            if matches!(event, booking::Event::PaidLate { .. }) {
                self.claimed.retain(|(_, by)| *by != booking);
            }
            let until = state.placed().map(|placed| placed.until);
            let declared =
                matches!(event, booking::Event::HeldDeclared { .. } | booking::Event::PayingStarted { .. });
            self.require(!declared || until.is_some_and(|until| row.at < until), || {
                format!("{booking}: row {} holds or pays at its deadline", row.version)
            });
        }
        let breach = invariants::breach_of_booking(&state);
        self.require(breach.is_none(), || format!("{booking}: row {}: {breach:?}", row.version));
        if let Some(placed) = state.placed().filter(|placed| placed.is_settled()) {
            self.judge_rest(placed);
        }
        self.bookings.insert(booking, state);
    }

    /// Who pays has until the fence.
    fn judge_patience(
        &mut self,
        booking: BookingId,
        before: Option<&Placed>,
        row: &StoredRow,
        event: &booking::Event,
    ) {
        let (booking::Event::LettingGoBegan { towards: End::Expired }
        | booking::Event::ClosingBegan { towards: End::Expired, .. }) = event
        else {
            return;
        };
        if let Some(Stage::Paying { fence }) = before.map(|placed| &placed.stage) {
            self.require(*fence <= row.at, || format!("{booking}: row {} ends paying early", row.version));
        }
    }

    /// All segments or none, and each departure agrees.
    fn judge_rest(&mut self, placed: &Placed) {
        let flights = std::mem::take(&mut self.flights);
        for (flight, state) in &flights {
            let Some(departure) = state.departure() else { continue };
            let ended = self.ended.contains(&(*flight, placed.booking));
            let leg = placed.leg(*flight);
            self.require(agrees(departure, placed, leg, ended), || {
                let has = (departure.claim(placed.booking), departure.sale(placed.booking));
                format!("{flight}: {} is {:?} with {leg:?}, but has {has:?}", placed.booking, placed.stage)
            });
        }
        self.flights = flights;
    }

    /// When all is over every booking is bought, or over, and departures hold nothing for anybody.
    fn left_over(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (booking, state) in &self.bookings {
            let Some(placed) = state.placed() else { continue };
            match placed.stage {
                Stage::Confirmed => broken.extend(self.bought_in_vain(placed)),
                Stage::Ended(_) => {}
                _ => broken.push(format!("{booking} never comes to an end: {:?}", placed.stage)),
            }
        }
        for (flight, state) in &self.flights {
            let Some(departure) = state.departure() else { continue };
            let stranded = departure.claims().find(|(booking, _)| self.bookings.contains_key(booking));
            broken.extend(stranded.map(|(booking, _)| format!("{flight}: a claim of {booking} is stranded")));
            broken
                .extend(departure.tries().map(|(booking, _)| format!("{flight}: {booking} tries for ever")));
        }
        broken
    }
}

impl Walk {
    /// The register has each booking's record locator for it, and keeps none for anybody else.
    fn misnamed(&self, register: &Register) -> Vec<String> {
        let mut broken = Vec::new();
        for (locator, booking) in &self.locators {
            let kept = register.locator_of(*booking);
            if kept != Some(*locator) {
                let kept = kept.map_or("none".to_owned(), |kept| kept.to_string());
                broken.push(format!("{booking}: is {locator}, and the register has {kept} for it"));
            }
        }
        let is_placed = |booking: &BookingId| self.locators.values().any(|placed| placed == booking);
        let stranded = register.locators().filter(|(booking, _)| !is_placed(booking));
        broken.extend(stranded.map(|(booking, locator)| format!("{booking}: {locator} is stranded")));
        if register.is_expecting() {
            broken.push("a booking is expected for ever".to_owned());
        }
        broken
    }

    /// A booking that is bought on a flight that does not take place.
    fn bought_in_vain(&self, placed: &Placed) -> Option<String> {
        let cancelled = |flight: &FlightId| {
            let departure = self.flights.get(flight).and_then(Flight::departure);
            departure.is_some_and(|departure| departure.status == flight::Status::Cancelled)
        };
        let has = |flight: &FlightId| placed.leg(*flight).is_some_and(|leg| leg.state == LegState::Secured);
        let flight = placed.travel().filter(has).find(cancelled)?;
        Some(format!("{}: bought on {flight}, which does not take place", placed.booking))
    }
}

/// Whether a departure has what a booking at rest believes to have there.
fn agrees(departure: &Departure, placed: &Placed, leg: Option<&Leg>, ended: bool) -> bool {
    let (claim, sale) = (departure.claim(placed.booking), departure.sale(placed.booking));
    let Some(leg) = leg else { return claim.is_none() && sale.is_none() };
    match leg.state {
        LegState::Wanted | LegState::Released => claim.is_none() && sale.is_none(),
        LegState::Fenced if placed.payment.is_none() => false,
        LegState::Held | LegState::Fenced => match claim {
            Some(claim) => claim.passengers == leg.passengers && claim.holds == leg.holds,
            None => ended && sale.is_none(),
        },
        LegState::Secured | LegState::Flown => {
            claim.is_none() && sale.is_some_and(|sale| sale.passengers == leg.passengers)
        }
    }
}
