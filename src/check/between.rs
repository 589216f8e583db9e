//! What bookings and departures say of each other.
//!
//! While a booking waits for a departure's answer, the two may differ: that is what its steps are for. At rest they agree: a
//! leg that is held has a claim there, one that is bought a sale, with the same passengers on the same seats, and where the
//! booking has nothing there is nothing of it. One thing is on its way between two that are at rest: a departure that took
//! holds away tells their booking through its outbox.
//!
//! A claim of a booking that has no stream is not judged: who drives departures alone makes such claims.

use std::collections::{BTreeMap, BTreeSet};

use domain::booking::{Booking, LegState};
use domain::flight::{Departure, Effect};
use domain::ids::{BookingId, FlightId};
use domain::party::Passenger;
use persistence::journal::{BookedRow, OutboxRow, StreamId};

use super::report::Report;

/// What a booking has on a departure.
#[derive(Debug, Clone, PartialEq)]
enum Has {
    Nothing,
    Claim(Vec<Passenger>),
    Sale(Vec<Passenger>),
}

/// What a booking says that it has.
#[derive(Debug)]
struct Says {
    has: Has,
    /// Whether it waits for nothing.
    is_at_rest: bool,
}

/// What bookings say, until their departures are asked. Bookings come first, because of their streams' names.
#[derive(Debug, Default)]
pub struct Between {
    bookings: BTreeSet<BookingId>,
    says: BTreeMap<FlightId, BTreeMap<BookingId, Says>>,
    /// On which departures the table says that bookings are.
    booked: BTreeMap<String, BTreeSet<FlightId>>,
    /// Bookings to which the departure that is looked at has still to say that it took their holds.
    to_be_told: BTreeSet<BookingId>,
}

impl Has {
    const fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Claim(_) => "a claim",
            Self::Sale(_) => "a sale",
        }
    }

    const fn passengers(&self) -> Option<&Vec<Passenger>> {
        match self {
            Self::Nothing => None,
            Self::Claim(passengers) | Self::Sale(passengers) => Some(passengers),
        }
    }

    fn of(departure: &Departure, booking: BookingId) -> Self {
        let claim = departure.claim(booking).map(|claim| Self::Claim(claim.passengers.clone()));
        let sale = || departure.sale(booking).map(|sale| Self::Sale(sale.passengers.clone()));
        claim.or_else(sale).unwrap_or(Self::Nothing)
    }
}

/// Who sits where.
fn seated(passengers: &[Passenger]) -> BTreeMap<String, Option<String>> {
    let seat = |passenger: &Passenger| passenger.seat.map(|seat| seat.to_string());
    passengers.iter().map(|passenger| (passenger.id.to_string(), seat(passenger))).collect()
}

impl Between {
    /// Takes in a line of the table that says which bookings are on which departures.
    pub fn put(&mut self, row: &BookedRow) {
        self.booked.entry(row.stream.as_str().to_owned()).or_default().insert(row.flight);
    }

    /// Takes in what waits in the outbox of the departure that is looked at next.
    pub fn expect(&mut self, effects: &[OutboxRow]) {
        let told = effects.iter().filter_map(|effect| match serde_json::from_str(&effect.body).ok()? {
            Effect::TellHoldsLost { booking, .. } => Some(booking),
            Effect::CancelBookings { .. } => None,
        });
        self.to_be_told = told.collect();
    }

    /// Takes a booking in, after its last row.
    pub fn booking(&mut self, booking: &Booking, wrong: &mut Vec<String>) {
        let Some(placed) = booking.placed() else { return };
        let id = placed.booking;
        self.bookings.insert(id);
        let legs: BTreeSet<FlightId> = placed.legs().map(|(flight, _)| flight).collect();
        let booked = self.booked.remove(&format!("booking/{id}")).unwrap_or_default();
        if booked != legs {
            wrong.push("is not on the departures that the lists say".to_owned());
        }
        for (flight, leg) in placed.legs() {
            let passengers = leg.passengers.clone();
            let has = match leg.state {
                LegState::Held | LegState::Fenced => Has::Claim(passengers),
                LegState::Secured | LegState::Flown => Has::Sale(passengers),
                LegState::Wanted | LegState::Released => Has::Nothing,
            };
            // What it knows to be lost is on its way out.
            let is_at_rest = booking.is_settled() && leg.trouble.is_none();
            self.says.entry(flight).or_default().insert(id, Says { has, is_at_rest });
        }
    }

    /// Holds a departure, after its last row, against what its bookings say.
    pub fn departure(&mut self, departure: &Departure, wrong: &mut Vec<String>) {
        let says = self.says.remove(&departure.id).unwrap_or_default();
        let claims = departure.claims().map(|(booking, _)| booking);
        let sales = departure.sales().map(|(booking, _)| booking);
        for booking in claims.chain(sales).filter(|booking| self.bookings.contains(booking)) {
            if !says.contains_key(&booking) {
                let has = Has::of(departure, booking).word();
                wrong.push(format!("has {has} of booking {booking}, which has no segment here"));
            }
        }
        for (booking, says) in says.iter().filter(|(_, says)| says.is_at_rest) {
            let has = Has::of(departure, *booking);
            let is_lost = has == Has::Nothing && matches!(says.has, Has::Claim(_));
            if is_lost && self.to_be_told.contains(booking) {
                continue;
            }
            if has.word() != says.has.word() {
                let (here, there) = (has.word(), says.has.word());
                wrong.push(format!("has {here} of booking {booking}, which says that it has {there}"));
            } else if has.passengers().map(|p| seated(p)) != says.has.passengers().map(|p| seated(p)) {
                wrong.push(format!("seats the passengers of booking {booking} otherwise than it says"));
            }
        }
    }

    /// What bookings say of departures that have no rows, and the table of bookings that have none.
    pub fn judge_rest(self, report: &mut Report) {
        for (flight, says) in self.says {
            for (booking, says) in says.into_iter().filter(|(_, says)| says.has != Has::Nothing) {
                let stream = StreamId::of("booking", &booking).expect("32 digits make a stream's name");
                let what = says.has.word();
                report.found(&stream, None, format!("has {what} on {flight}, which has no rows"));
            }
        }
        for name in self.booked.keys() {
            if let Ok(stream) = name.parse() {
                report.found(&stream, None, "lists say on which departures it is, but it has no rows");
            }
        }
    }
}
