//! What is only for one viewer: their own holds and seats on a departure.
//!
//! It never goes into a shared encoding.

use cluster::Room;
use domain::flight::Departure;
use domain::ids::{BookingId, FlightId, HoldId, PrincipalId, Version};
use domain::plan::SeatNumber;
use domain::view::YourHold;
use serde::Serialize;

use super::frame;

/// What a viewer has on a departure.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Yours {
    holds: Vec<YourHold>,
    seats: Vec<SeatNumber>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    #[serde(rename = "type")]
    kind: &'static str,
    flight_id: FlightId,
    version: Version,
    holds: Vec<Hold>,
    seats: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hold {
    hold_id: HoldId,
    seats: Vec<String>,
    places: u8,
    expires_at: String,
}

impl Yours {
    /// What `viewer` has, and the version that says so.
    pub fn of(room: &Room, viewer: &PrincipalId, bookings: &[BookingId]) -> (Self, Version) {
        room.read(|departure, version| (Self::on(departure, viewer, bookings), version))
    }

    /// Under the room's lock, once a frame and viewer: so no look at all the seats, and none at all the holds
    /// for the many viewers who have none.
    fn on(departure: &Departure, viewer: &PrincipalId, bookings: &[BookingId]) -> Self {
        let named = |seats: &[domain::plan::SeatIndex]| -> Vec<SeatNumber> {
            seats.iter().map(|seat| departure.number(*seat)).collect()
        };
        let mut holds = Vec::new();
        let is_theirs =
            |booking: Option<BookingId>| booking.is_some_and(|booking| bookings.contains(&booking));
        if departure.keeping(viewer).holds > 0 || !bookings.is_empty() {
            let mine =
                departure.holds().filter(|(_, hold)| hold.holder == *viewer || is_theirs(hold.booking()));
            holds.extend(mine.map(|(number, hold)| YourHold {
                hold: number,
                seats: named(&hold.seats),
                places: hold.places,
                until: hold.until,
            }));
        }
        let mine =
            departure.sales().filter(|(booking, sale)| sale.holder == *viewer || is_theirs(Some(*booking)));
        let seats = mine.flat_map(|(_, sale)| sale.passengers.iter().filter_map(|passenger| passenger.seat));
        Self { holds, seats: seats.collect() }
    }

    /// What the viewer is told: all of it, so that nothing has to be remembered to understand it.
    pub fn told(&self, flight: FlightId, version: Version) -> Vec<u8> {
        let hold = |hold: &YourHold| Hold {
            hold_id: HoldId { flight, number: hold.hold },
            seats: hold.seats.iter().map(ToString::to_string).collect(),
            places: hold.places,
            expires_at: hold.until.to_string(),
        };
        frame::rest(&Frame {
            kind: "yours",
            flight_id: flight,
            version,
            holds: self.holds.iter().map(hold).collect(),
            seats: self.seats.iter().map(ToString::to_string).collect(),
        })
    }
}
