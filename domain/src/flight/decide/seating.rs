//! Who of a booking sits on which pinned seat.

use super::Departure;
use crate::flight::evolve::has_place;
use crate::flight::rejection::Rejection;
use crate::ids::PassengerId;
use crate::party::{self, Passenger, TravellerType};
use crate::plan::SeatIndex;

/// The passengers with every pinned seat given to one of them: the seats that they named, then the rest.
pub(super) fn seated(
    departure: &Departure,
    passengers: &[Passenger],
    pinned: &[SeatIndex],
) -> Result<Vec<Passenger>, Rejection> {
    require_known_once(passengers)?;
    let mut rest = pinned.to_vec();
    for passenger in passengers {
        let Some(number) = passenger.seat else { continue };
        let position = rest.iter().position(|seat| departure.number(*seat) == number);
        let Some(position) = position.filter(|_| has_place(passenger)) else {
            return Err(Rejection::unacceptable("passengers", format!("seat {number} is not held for them")));
        };
        rest.remove(position);
    }
    deal(departure, passengers, &rest)
}

/// Gives `seats` to those who have a place and no seat.
///
/// They are dealt from the most restricted seat to the least, to the freest passenger first. Exit rows take
/// the adults without an infant, other seats without infants take them and children, all others take anybody,
/// but one infant a block; each kind of seat accepts whom the one before accepts, so this deal fails only
/// when every deal does.
pub(super) fn deal(
    departure: &Departure,
    passengers: &[Passenger],
    seats: &[SeatIndex],
) -> Result<Vec<Passenger>, Rejection> {
    let mut seated = passengers.to_vec();
    let holding = seated.iter().filter(|passenger| carries_infant(&seated, passenger.id));
    let infants_at: Vec<SeatIndex> =
        holding.filter_map(|passenger| departure.plan.index_of(passenger.seat?)).collect();
    let mut waiting: Vec<PassengerId> = seated
        .iter()
        .filter(|passenger| has_place(passenger) && passenger.seat.is_none())
        .map(|passenger| passenger.id)
        .collect();
    waiting.sort_by_key(|id| freedom(&seated, *id));
    let dealt = party::most_restricted_first(&departure.plan, seats, &infants_at);
    for (seat, id) in dealt.iter().zip(&waiting) {
        let passenger = seated.iter_mut().find(|passenger| passenger.id == *id);
        passenger.expect("whoever waits is a passenger").seat = Some(departure.number(*seat));
    }
    let breaches = party::breaches_of_passengers(&departure.plan, &seated);
    if breaches.is_empty() { Ok(seated) } else { Err(Rejection::SeatRules { breaches }) }
}

fn require_known_once(passengers: &[Passenger]) -> Result<(), Rejection> {
    let mut ids: Vec<PassengerId> = passengers.iter().map(|passenger| passenger.id).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Rejection::unacceptable("passengers", "name each passenger once"));
    }
    Ok(())
}

/// Freest first: an adult alone, a child or an adult who is too young for an exit row, an adult with an infant.
fn freedom(passengers: &[Passenger], id: PassengerId) -> u8 {
    let kind = passengers.iter().find(|passenger| passenger.id == id).map(|passenger| passenger.kind);
    match kind {
        Some(TravellerType::Adult) if carries_infant(passengers, id) => 2,
        Some(TravellerType::Adult) if may_sit_at_an_exit(passengers, id) => 0,
        Some(TravellerType::Adult) => 1,
        Some(TravellerType::Child) => 1,
        Some(TravellerType::Infant) | None => 2,
    }
}

fn may_sit_at_an_exit(passengers: &[Passenger], id: PassengerId) -> bool {
    passengers.iter().any(|passenger| passenger.id == id && !passenger.no_exit)
}

fn carries_infant(passengers: &[Passenger], id: PassengerId) -> bool {
    passengers.iter().any(|other| other.lap_of == Some(id))
}
