//! What a booking may do with the places it has: cancel them, change seats, get seats.

use super::{Departure, find_seats, prices, require_free, seating, tries};
use crate::fare::PassengerPrice;
use crate::flight::command::{CancelPlaces, ChangeSeats};
use crate::flight::event::{Event, SeatMove};
use crate::flight::evolve::has_place;
use crate::flight::rejection::Rejection;
use crate::flight::state::{Claim, Hold, Sale, Seat, Status};
use crate::ids::{BookingId, HoldNumber, PassengerId};
use crate::party::{self, Party, Passenger};
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
    if matches!(departure.status, Status::Departed | Status::Arrived) {
        return Err(Rejection::FlightDeparted);
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
    Ok(ended(departure, asked.booking, leaving))
}

/// Everybody leaves, whatever the flight does by now: nobody of a booking that failed was to travel.
pub(super) fn undo_sale(departure: &Departure, booking: BookingId) -> Vec<Event> {
    let Some(sale) = departure.sale(booking) else { return Vec::new() };
    ended(departure, booking, sale.passengers.iter().map(|passenger| passenger.id).collect())
}

fn ended(departure: &Departure, booking: BookingId, passengers: Vec<PassengerId>) -> Vec<Event> {
    let settled = tries::settled(departure, booking).into_iter();
    settled.chain([Event::PlacesCancelled { booking, passengers }]).collect()
}

/// The passengers of a booking on this departure, their cabin, and in whose hand their places are.
pub(super) struct Aboard<'a> {
    passengers: &'a [Passenger],
    class: CabinClass,
    hand: Hand<'a>,
}

/// What a booking has on a departure.
#[derive(Clone, Copy)]
enum Hand<'a> {
    Claim(&'a Claim),
    Sale(&'a Sale),
}

impl Aboard<'_> {
    /// Whether all of these sit there.
    pub(super) fn sit_there(&self, moves: &[(PassengerId, SeatNumber)]) -> bool {
        let sits = |id: PassengerId, seat: SeatNumber| {
            self.passengers.iter().any(|passenger| passenger.id == id && passenger.seat == Some(seat))
        };
        moves.iter().all(|(id, seat)| sits(*id, *seat))
    }
}

impl<'a> Hand<'a> {
    fn claim(self) -> Option<&'a Claim> {
        match self {
            Self::Claim(claim) => Some(claim),
            Self::Sale(_) => None,
        }
    }
}

pub(super) fn aboard(departure: &Departure, booking: BookingId) -> Result<Aboard<'_>, Rejection> {
    if matches!(departure.status, Status::Departed | Status::Arrived) {
        return Err(Rejection::FlightDeparted);
    }
    if let Some(sale) = departure.sale(booking) {
        return Ok(Aboard { passengers: &sale.passengers, class: sale.class, hand: Hand::Sale(sale) });
    }
    let claim = departure.claim(booking).ok_or(Rejection::ClaimGone { booking })?;
    let first = claim.holds.first().and_then(|number| departure.hold(*number));
    let class = first.expect("a claim has a live hold").class;
    Ok(Aboard { passengers: &claim.passengers, class, hand: Hand::Claim(claim) })
}

pub(super) fn change_seats(departure: &Departure, asked: &ChangeSeats) -> Result<Vec<Event>, Rejection> {
    tries::require_none(departure, asked.booking)?;
    let aboard = aboard(departure, asked.booking)?;
    let moves = acceptable_moves(departure, &aboard, asked)?;
    Ok(changed(departure, asked.booking, &aboard, &moves))
}

fn changed(departure: &Departure, booking: BookingId, aboard: &Aboard<'_>, moves: &Moves<'_>) -> Vec<Event> {
    let moved = moved(departure, aboard, moves);
    moved.map(|(moves, prices)| Event::SeatsChanged { booking, moves, prices }).into_iter().collect()
}

/// The moves that are asked for and change something, when each of them may be made and all of them together.
pub(super) fn acceptable_moves<'a>(
    departure: &Departure,
    aboard: &Aboard<'a>,
    asked: &ChangeSeats,
) -> Result<Moves<'a>, Rejection> {
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
    require_rules(departure, aboard, &moves)?;
    if let Hand::Sale(sale) = aboard.hand {
        prices::require_paid(departure, sale, &moves)?;
    }
    Ok(moves)
}

pub(super) fn assign_seats(
    departure: &Departure,
    booking: BookingId,
    wish: Preferences,
) -> Result<Vec<Event>, Rejection> {
    tries::require_none(departure, booking)?;
    let aboard = aboard(departure, booking)?;
    let party = waiting_party(aboard.passengers);
    if party.seated() == 0 {
        return Ok(Vec::new());
    }
    let choice = Choice { plan: &departure.plan, class: aboard.class, party: Some(&party) };
    let seats = pick::best_available(&choice, |seat| departure.is_open(seat), party.seated(), wish)
        .ok_or(Rejection::NoSuitableSeats { class: aboard.class })?;
    let seated = seating::deal(departure, aboard.passengers, &seats)?;
    let given = aboard.passengers.iter().zip(seated).filter(|(before, after)| before.seat != after.seat);
    let moves = given.filter_map(|(before, after)| after.seat.map(|to| (before, to))).collect();
    Ok(changed(departure, booking, &aboard, &moves))
}

/// Those who have no seat yet, as the seats are chosen for them, and the infants whom they hold.
pub(super) fn waiting_party(passengers: &[Passenger]) -> Party {
    let waiting: Vec<Passenger> =
        passengers.iter().filter(|passenger| waits(passengers, passenger)).copied().collect();
    party::seating_party_of(&waiting)
}

/// Whether a passenger has a place and no seat, or rides on the lap of somebody like that.
fn waits(passengers: &[Passenger], passenger: &Passenger) -> bool {
    let bearer = passenger.lap_of.and_then(|adult| passengers.iter().find(|other| other.id == adult));
    let seatless = |passenger: &Passenger| has_place(passenger) && passenger.seat.is_none();
    seatless(passenger) || bearer.is_some_and(seatless)
}

pub(super) type Moves<'a> = Vec<(&'a Passenger, SeatNumber)>;

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

/// The moves as they are journaled, and the prices that they change; `None` when nobody moves.
pub(super) fn moved(
    departure: &Departure,
    aboard: &Aboard<'_>,
    moves: &Moves<'_>,
) -> Option<(Vec<SeatMove>, Vec<PassengerPrice>)> {
    if moves.is_empty() {
        return None;
    }
    let claim = aboard.hand.claim();
    let prices = prices::after(departure, claim, moves);
    let mut spare = spare_places(departure, claim);
    let moves = moves
        .iter()
        .map(|(mover, to)| SeatMove {
            passenger: mover.id,
            from: mover.seat,
            to: *to,
            hold: claim.map(|_| pinning_hold(departure, mover, &mut spare)),
        })
        .collect();
    Some((moves, prices))
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
