//! What the passengers of a booking pay on a departure.

use super::Departure;
use crate::fare::{self, Fare, PassengerPrice};
use crate::flight::rejection::Rejection;
use crate::flight::state::{Claim, Hold, Sale};
use crate::ids::PassengerId;
use crate::money::Money;
use crate::party::Passenger;
use crate::plan::SeatNumber;

/// The prices of passengers who have one adult fare in common.
pub(super) fn at_one_fare(
    departure: &Departure,
    passengers: &[Passenger],
    adult: Fare,
) -> Vec<PassengerPrice> {
    passengers.iter().map(|passenger| price(departure, passenger, adult)).collect()
}

/// The prices of passengers on several holds: whoever has a seat has the fare of the hold that pins it, the others
/// have those of the places that are left, and an infant has that of the adult who holds it.
pub(super) fn at_fares_of(
    departure: &Departure,
    passengers: &[Passenger],
    holds: &[&Hold],
) -> Vec<PassengerPrice> {
    let spare = |hold: &&Hold| usize::from(hold.places) - hold.seats.len();
    let mut left = holds.iter().flat_map(|hold| std::iter::repeat_n(hold.fare, spare(hold)));
    let pinned = |number: SeatNumber| {
        let index = departure.plan.index_of(number)?;
        holds.iter().find(|hold| hold.seats.contains(&index)).map(|hold| hold.fare)
    };
    let mut fares: Vec<(PassengerId, Fare)> = Vec::new();
    for passenger in passengers.iter().filter(|passenger| passenger.lap_of.is_none()) {
        let fare = passenger.seat.and_then(pinned).or_else(|| left.next());
        fares.extend(fare.map(|fare| (passenger.id, fare)));
    }
    let fare_of = |passenger: &Passenger| {
        let payer = passenger.lap_of.unwrap_or(passenger.id);
        fares.iter().find(|(id, _)| *id == payer).map(|(_, fare)| *fare)
    };
    let priced = |passenger: &Passenger| Some(price(departure, passenger, fare_of(passenger)?));
    passengers.iter().filter_map(priced).collect()
}

fn price(departure: &Departure, passenger: &Passenger, adult: Fare) -> PassengerPrice {
    PassengerPrice {
        passenger: passenger.id,
        fare: fare::for_traveller(adult, passenger.kind),
        supplement: passenger.seat.and_then(|number| supplement(departure, number)),
    }
}

fn supplement(departure: &Departure, number: SeatNumber) -> Option<Money> {
    let index = departure.plan.index_of(number)?;
    fare::supplement(departure.basis, departure.plan.seat(index).attributes)
}

/// The prices of those who move, where a move changes them. Who has paid, pays nothing more and gets nothing back.
pub(super) fn after(
    departure: &Departure,
    claim: Option<&Claim>,
    moves: &[(&Passenger, SeatNumber)],
) -> Vec<PassengerPrice> {
    let Some(claim) = claim else { return Vec::new() };
    let moved = |(mover, to): &(&Passenger, SeatNumber)| {
        let before = claim.prices.iter().find(|price| price.passenger == mover.id)?;
        let after = PassengerPrice { supplement: supplement(departure, *to), ..*before };
        (after != *before).then_some(after)
    };
    moves.iter().filter_map(moved).collect()
}

/// Refuses seats that cost more than those who move to them have paid.
pub(super) fn require_paid(
    departure: &Departure,
    sale: &Sale,
    moves: &[(&Passenger, SeatNumber)],
) -> Result<(), Rejection> {
    let minor = |supplement: Option<Money>| supplement.map_or(0, Money::minor);
    let paid = |mover: &Passenger| {
        let price = sale.prices.iter().find(|price| price.passenger == mover.id);
        let seat = || mover.seat.and_then(|number| supplement(departure, number));
        minor(price.map_or_else(seat, |price| price.supplement))
    };
    let dearer = |(mover, to): &&(&Passenger, SeatNumber)| minor(supplement(departure, *to)) > paid(mover);
    let seats: Vec<SeatNumber> = moves.iter().filter(dearer).map(|(_, to)| *to).collect();
    if seats.is_empty() { Ok(()) } else { Err(Rejection::SeatCostsMore { seats }) }
}
