//! What a booking may do with the places it has: cancel them, change seats, get seats.

use super::{Departure, find_seats, require_free, seating};
use crate::flight::command::{CancelPlaces, ChangeSeats};
use crate::flight::event::{Event, SeatMove};
use crate::flight::evolve::has_place;
use crate::flight::rejection::Rejection;
use crate::flight::state::{Claim, Hold, Seat, Status};
use crate::ids::{BookingId, HoldNumber, PassengerId};
use crate::party::{self, Passenger};
use crate::pick::{self, Choice, Preferences};
use crate::plan::{CabinClass, SeatIndex, SeatNumber};

/// Whoever is no longer in the sale has left already. On a cancelled flight anybody may leave; otherwise
/// those who stay must still be a party that may travel.
pub(super) fn cancel(departure: &Departure, asked: &CancelPlaces) -> Result<Vec<Event>, Rejection> {
    let Some(sale) = departure.sale(asked.booking) else { return Ok(Vec::new()) };
    let leaves = |passenger: &&Passenger| asked.passengers.contains(&passenger.id);
    let leaving: Vec<PassengerId> =
        sale.passengers.iter().filter(leaves).map(|passenger| passenger.id).collect();
    if leaving.is_empty() {
        return Ok(Vec::new());
    }
    let stay: Vec<Passenger> =
        sale.passengers.iter().filter(|passenger| !leaves(passenger)).cloned().collect();
    if departure.status != Status::Cancelled && !stay.is_empty() {
        let mut breaches = party::breaches_of_party(&party::party_of(&stay));
        breaches.extend(party::breaches_of_passengers(&departure.plan, &stay));
        if !breaches.is_empty() {
            return Err(Rejection::SeatRules { breaches });
        }
    }
    Ok(vec![Event::PlacesCancelled { booking: asked.booking, passengers: leaving }])
}

/// The passengers of a booking on this departure, their cabin, and its claim while it is not sold.
struct Aboard<'a> {
    passengers: &'a [Passenger],
    class: CabinClass,
    claim: Option<&'a Claim>,
}

fn aboard(departure: &Departure, booking: BookingId) -> Result<Aboard<'_>, Rejection> {
    if matches!(departure.status, Status::Departed | Status::Arrived) {
        return Err(Rejection::FlightDeparted);
    }
    if let Some(sale) = departure.sale(booking) {
        return Ok(Aboard { passengers: &sale.passengers, class: sale.class, claim: None });
    }
    let claim = departure.claim(booking).ok_or(Rejection::ClaimGone { booking })?;
    let first = claim.holds.first().and_then(|number| departure.hold(*number));
    let class = first.expect("a claim has a live hold").class;
    Ok(Aboard { passengers: &claim.passengers, class, claim: Some(claim) })
}

pub(super) fn change_seats(departure: &Departure, asked: &ChangeSeats) -> Result<Vec<Event>, Rejection> {
    let aboard = aboard(departure, asked.booking)?;
    let mut movers: Vec<&Passenger> = Vec::new();
    for (id, _) in &asked.moves {
        let found = aboard.passengers.iter().find(|passenger| passenger.id == *id && has_place(passenger));
        movers.push(found.ok_or(Rejection::NoSuchPassengers { booking: asked.booking })?);
    }
    if asked.moves.is_empty() || movers.iter().enumerate().any(|(at, mover)| movers[..at].contains(mover)) {
        return Err(Rejection::unacceptable("seats", "move each passenger once, and at least one"));
    }
    let wanted: Vec<SeatNumber> = asked.moves.iter().map(|(_, number)| *number).collect();
    let seats = find_seats(departure, &wanted, Some(aboard.class))?;
    let left_behind = |seat: SeatIndex| movers.iter().any(|mover| mover.seat == Some(departure.number(seat)));
    require_free(departure, &seats, |seat| departure.is_open(seat) || left_behind(seat))?;
    let moves = movers.into_iter().zip(wanted).filter(|(mover, to)| mover.seat != Some(*to)).collect();
    require_rules(departure, &aboard, &moves)?;
    Ok(moved(departure, asked.booking, &aboard, moves))
}

pub(super) fn assign_seats(
    departure: &Departure,
    booking: BookingId,
    wish: Preferences,
) -> Result<Vec<Event>, Rejection> {
    let aboard = aboard(departure, booking)?;
    let waiting: Vec<Passenger> =
        aboard.passengers.iter().filter(|passenger| waits(&aboard, passenger)).cloned().collect();
    let party = party::party_of(&waiting);
    if party.seated() == 0 {
        return Ok(Vec::new());
    }
    let choice = Choice { plan: &departure.plan, class: aboard.class, party: Some(&party) };
    let seats = pick::best_available(&choice, |seat| departure.is_open(seat), party.seated(), wish)
        .ok_or(Rejection::NoSuitableSeats { class: aboard.class })?;
    let seated = seating::deal(departure, aboard.passengers, &seats)?;
    let given = aboard.passengers.iter().zip(seated).filter(|(before, after)| before.seat != after.seat);
    let moves = given.filter_map(|(before, after)| after.seat.map(|to| (before, to))).collect();
    Ok(moved(departure, booking, &aboard, moves))
}

/// Whether a passenger has a place and no seat, or rides on the lap of somebody like that.
fn waits(aboard: &Aboard<'_>, passenger: &Passenger) -> bool {
    let bearer = passenger.lap_of.and_then(|adult| aboard.passengers.iter().find(|other| other.id == adult));
    let seatless = |passenger: &Passenger| has_place(passenger) && passenger.seat.is_none();
    seatless(passenger) || bearer.is_some_and(seatless)
}

type Moves<'a> = Vec<(&'a Passenger, SeatNumber)>;

/// The booking as it would sit afterwards keeps to the seating rules.
fn require_rules(departure: &Departure, aboard: &Aboard<'_>, moves: &Moves<'_>) -> Result<(), Rejection> {
    let mut after = aboard.passengers.to_vec();
    for (mover, to) in moves {
        let passenger = after.iter_mut().find(|passenger| passenger.id == mover.id);
        passenger.expect("whoever moves is aboard").seat = Some(*to);
    }
    let breaches = party::breaches_of_passengers(&departure.plan, &after);
    if breaches.is_empty() { Ok(()) } else { Err(Rejection::SeatRules { breaches }) }
}

fn moved(departure: &Departure, booking: BookingId, aboard: &Aboard<'_>, moves: Moves<'_>) -> Vec<Event> {
    if moves.is_empty() {
        return Vec::new();
    }
    let mut spare = spare_places(departure, aboard.claim);
    let moves = moves
        .into_iter()
        .map(|(mover, to)| SeatMove {
            passenger: mover.id,
            from: mover.seat,
            to,
            hold: aboard.claim.map(|_| pinning_hold(departure, mover, &mut spare)),
        })
        .collect();
    vec![Event::SeatsChanged { booking, moves }]
}

/// Each hold of the claim, once for every place of it that has no seat.
fn spare_places(departure: &Departure, claim: Option<&Claim>) -> Vec<HoldNumber> {
    let holds = claim.into_iter().flat_map(|claim| claim.holds.iter().copied());
    let spare = |hold: &Hold| usize::from(hold.places) - hold.seats.len();
    holds.flat_map(|number| std::iter::repeat_n(number, departure.hold(number).map_or(0, spare))).collect()
}

/// The hold that will pin a mover's new seat: the one that pins the old one, or one with a place to spare.
fn pinning_hold(departure: &Departure, mover: &Passenger, spare: &mut Vec<HoldNumber>) -> HoldNumber {
    let old = mover.seat.and_then(|number| departure.plan.index_of(number)).map(|seat| departure.seat(seat));
    match old {
        Some(Seat::Held { hold }) => hold,
        Some(Seat::Open | Seat::Sold { .. } | Seat::SoldElsewhere | Seat::Blocked { .. }) | None => {
            spare.pop().expect("a claim has a place for each seated passenger")
        }
    }
}
