//! What holds after every row. Debug builds ask it in the entity core, property tests and the simulation after
//! every step; nothing here trusts a count that `evolve` keeps.
//!
//! Between two events of one row a claim may be half gone: its holds lapse one by one.

mod booking;

use std::collections::{BTreeMap, BTreeSet};

use crate::flight::{Departure, Flight, Hold, Keeping, Seat, SeatMove, Stage, Tally, Try};
use crate::ids::{BookingId, HoldNumber, PrincipalId};
use crate::party::{Passenger, TravellerType};
use crate::plan::{CabinClass, SeatIndex, SeatNumber};

pub use booking::{BookingBroken, breach_of_booking};

/// An invariant of a departure that does not hold: a bug, never a customer's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// There is not one state for each seat of the plan.
    #[error("{states} seat states for {seats} seats")]
    SeatCount {
        /// States kept.
        states: usize,
        /// Seats planned.
        seats: usize,
    },
    /// A seat says that it is somebody's, and they do not say so; or the other way round.
    #[error("seat {seat} and its owner disagree")]
    Owner {
        /// The seat.
        seat: SeatNumber,
    },
    /// The counts of a cabin are not what a recount gives.
    #[error("{class} counts {kept:?}, a recount gives {counted:?}")]
    Tally {
        /// The cabin.
        class: CabinClass,
        /// What is kept.
        kept: Tally,
        /// What is so.
        counted: Tally,
    },
    /// More is held and sold in a cabin than is authorised.
    #[error("{class} is oversold: {tally:?}")]
    Oversold {
        /// The cabin.
        class: CabinClass,
        /// Its counts.
        tally: Tally,
    },
    /// A cabin has fewer open seats than people who still need one.
    #[error("{class} has no room for its unseated: {tally:?}")]
    NoRoom {
        /// The cabin.
        class: CabinClass,
        /// Its counts.
        tally: Tally,
    },
    /// A hold pins too many seats, or seats of another cabin, or is in no proper hand.
    #[error("hold {hold} is not sound")]
    Hold {
        /// Which hold.
        hold: HoldNumber,
    },
    /// A claim's holds and passengers do not fit each other.
    #[error("the claim of booking {booking} is not sound")]
    Claim {
        /// Whose claim.
        booking: BookingId,
    },
    /// A change of seats is tried by a booking whose passengers do not sit there.
    #[error("what booking {booking} tries is not sound")]
    Try {
        /// Who tries.
        booking: BookingId,
    },
    /// The order of deadlines is not that of the holds.
    #[error("deadlines and holds disagree")]
    Deadlines,
    /// The counts of principals are not those of the holds.
    #[error("principals' counts and holds disagree")]
    Holders,
}

/// The first invariant that does not hold after a whole row, if any.
#[must_use]
pub fn breach_of_flight(flight: &Flight) -> Option<Broken> {
    let departure = flight.departure()?;
    let checks: [fn(&Departure) -> Option<Broken>; 7] = [
        breach_of_seats,
        breach_of_owners,
        breach_of_tallies,
        breach_of_holds,
        breach_of_claims,
        breach_of_tries,
        breach_of_registers,
    ];
    checks.iter().find_map(|check| check(departure))
}

fn breach_of_seats(departure: &Departure) -> Option<Broken> {
    let (states, seats) = (departure.seats.len(), departure.plan.len());
    (states != seats).then_some(Broken::SeatCount { states, seats })
}

/// At most one owner a seat, and both sides know it.
fn breach_of_owners(departure: &Departure) -> Option<Broken> {
    let mut claimed: BTreeMap<SeatNumber, Seat> = BTreeMap::new();
    for (number, hold) in departure.holds() {
        for seat in &hold.seats {
            let seat = departure.number(*seat);
            if claimed.insert(seat, Seat::Held { hold: number }).is_some() {
                return Some(Broken::Owner { seat });
            }
        }
    }
    for (booking, tried) in departure.tries() {
        for (seat, owner) in kept_seats(booking, tried) {
            if claimed.insert(seat, owner).is_some() {
                return Some(Broken::Owner { seat });
            }
        }
    }
    for (booking, sale) in departure.sales() {
        for passenger in &sale.passengers {
            let Some(seat) = passenger.seat else { continue };
            if claimed.insert(seat, Seat::Sold { booking, passenger: passenger.id }).is_some() {
                return Some(Broken::Owner { seat });
            }
        }
    }
    let states = departure.plan.seats().map(|(index, planned)| (planned.number, departure.seat(index)));
    let mut wrong = states.filter(|(number, seat)| match seat {
        Seat::Held { .. } | Seat::Sold { .. } => claimed.remove(number) != Some(*seat),
        Seat::Open | Seat::SoldElsewhere | Seat::Blocked { .. } => claimed.contains_key(number),
    });
    let seat = wrong.next().map(|(number, _)| number);
    drop(wrong);
    seat.or_else(|| claimed.keys().next().copied()).map(|seat| Broken::Owner { seat })
}

/// The seats that are kept for a booking while it tries others, each in the hand in which it was.
fn kept_seats(booking: BookingId, tried: &Try) -> Vec<(SeatNumber, Seat)> {
    let kept = tried.kept();
    let left = |step: &SeatMove| {
        let seat = step.from.filter(|from| kept.contains(from))?;
        let sold = Seat::Sold { booking, passenger: step.passenger };
        Some((seat, step.hold.map_or(sold, |hold| Seat::Held { hold })))
    };
    tried.moves.iter().filter_map(left).collect()
}

/// Only a booking that has places here tries other seats, and its passengers sit on them meanwhile.
fn breach_of_tries(departure: &Departure) -> Option<Broken> {
    let sound = |booking: BookingId, tried: &Try| {
        let claimed = departure.claim(booking).map(|claim| &claim.passengers);
        let passengers = claimed.or(departure.sale(booking).map(|sale| &sale.passengers))?;
        let seated = |step: &SeatMove| {
            passengers.iter().any(|person| person.id == step.passenger && person.seat == Some(step.to))
        };
        tried.moves.iter().all(seated).then_some(())
    };
    let mut tries = departure.tries();
    tries
        .find(|(booking, tried)| sound(*booking, tried).is_none())
        .map(|(booking, _)| Broken::Try { booking })
}

fn breach_of_tallies(departure: &Departure) -> Option<Broken> {
    let mut counted: BTreeMap<CabinClass, Tally> = BTreeMap::new();
    for (index, planned) in departure.plan.seats() {
        let tally = counted.entry(planned.class).or_default();
        tally.authorised += 1;
        match departure.seat(index) {
            Seat::Open => tally.open += 1,
            Seat::Blocked { .. } => tally.blocked += 1,
            Seat::SoldElsewhere => tally.sold += 1,
            Seat::Held { .. } | Seat::Sold { .. } => {}
        }
    }
    for (_, hold) in departure.holds() {
        let tally = counted.entry(hold.class).or_default();
        tally.held += u16::from(hold.places);
        tally.unseated += u16::from(hold.places).saturating_sub(small(hold.seats.len()));
    }
    for (_, sale) in departure.sales() {
        let tally = counted.entry(sale.class).or_default();
        let places: Vec<&Passenger> = seated_travellers(&sale.passengers).collect();
        tally.sold += small(places.len());
        tally.unseated += small(places.iter().filter(|passenger| passenger.seat.is_none()).count());
    }
    counted.into_iter().find_map(|(class, counted)| breach_of_tally(departure, class, counted))
}

fn breach_of_tally(departure: &Departure, class: CabinClass, counted: Tally) -> Option<Broken> {
    let kept = departure.tally(class).unwrap_or_default();
    if kept != counted {
        return Some(Broken::Tally { class, kept, counted });
    }
    if counted.held + counted.sold > counted.authorised {
        return Some(Broken::Oversold { class, tally: counted });
    }
    (counted.open < counted.unseated).then_some(Broken::NoRoom { class, tally: counted })
}

fn breach_of_holds(departure: &Departure) -> Option<Broken> {
    let sound = |number: HoldNumber, hold: &Hold| {
        let ascending = hold.seats.windows(2).all(|pair| pair[0] < pair[1]);
        let own_cabin = hold.seats.iter().all(|seat| departure.plan.seat(*seat).class == hold.class);
        let in_hand = match hold.stage {
            Stage::Loose => true,
            Stage::Claimed { booking, .. } => {
                departure.claim(booking).is_some_and(|claim| claim.holds.contains(&number))
            }
        };
        ascending
            && own_cabin
            && in_hand
            && hold.seats.len() <= usize::from(hold.places)
            && hold.created < hold.until
    };
    departure.holds().find(|(number, hold)| !sound(*number, hold)).map(|(hold, _)| Broken::Hold { hold })
}

fn breach_of_claims(departure: &Departure) -> Option<Broken> {
    let sound = |booking: BookingId| {
        let claim = departure.claim(booking)?;
        let holds: Vec<&Hold> =
            claim.holds.iter().map(|hold| departure.hold(*hold)).collect::<Option<_>>()?;
        let mine = holds
            .iter()
            .all(|hold| matches!(hold.stage, Stage::Claimed { booking: of, .. } if of == booking));
        let one_deadline =
            holds.windows(2).all(|pair| pair[0].until == pair[1].until && pair[0].class == pair[1].class);
        let places: usize = holds.iter().map(|hold| usize::from(hold.places)).sum();
        let mut pinned: Vec<SeatIndex> = holds.iter().flat_map(|hold| hold.seats.iter().copied()).collect();
        let mut given: Vec<SeatIndex> = claim
            .passengers
            .iter()
            .filter_map(|passenger| departure.plan.index_of(passenger.seat?))
            .collect();
        pinned.sort_unstable();
        given.sort_unstable();
        let fits =
            !holds.is_empty() && seated_travellers(&claim.passengers).count() == places && pinned == given;
        (mine && one_deadline && fits).then_some(())
    };
    departure
        .claims()
        .map(|(booking, _)| booking)
        .find(|booking| sound(*booking).is_none())
        .map(|booking| Broken::Claim { booking })
}

fn breach_of_registers(departure: &Departure) -> Option<Broken> {
    let deadlines: BTreeSet<_> = departure.holds().map(|(number, hold)| (hold.until, number)).collect();
    if deadlines != departure.deadlines {
        return Some(Broken::Deadlines);
    }
    let mut holders: BTreeMap<PrincipalId, Keeping> = BTreeMap::new();
    for (_, hold) in departure.holds() {
        let keeping = holders.entry(hold.holder.clone()).or_default();
        keeping.holds += 1;
        keeping.places += u16::from(hold.places);
    }
    (holders != departure.holders).then_some(Broken::Holders)
}

fn seated_travellers(passengers: &[Passenger]) -> impl Iterator<Item = &Passenger> {
    passengers.iter().filter(|passenger| passenger.kind != TravellerType::Infant)
}

fn small(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}
