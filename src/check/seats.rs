//! Who has each seat, from the events alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::flight::{Seat, SeatMove};
use domain::ids::{BookingId, HoldNumber, PassengerId};
use domain::party::Passenger;
use domain::plan::SeatNumber;

/// Who has a seat that is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A hold pins it.
    Hold(HoldNumber),
    /// Somebody bought it.
    Passenger(BookingId, PassengerId),
    /// It is out of sale, or sold elsewhere.
    Airline,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hold(hold) => write!(f, "hold {hold}"),
            Self::Passenger(booking, passenger) => write!(f, "passenger {passenger} of booking {booking}"),
            Self::Airline => f.write_str("the airline"),
        }
    }
}

impl Owner {
    /// Whom the fold gives a seat to.
    pub const fn in_fold(seat: Seat) -> Option<Self> {
        match seat {
            Seat::Open => None,
            Seat::Held { hold } => Some(Self::Hold(hold)),
            Seat::Sold { booking, passenger } => Some(Self::Passenger(booking, passenger)),
            Seat::SoldElsewhere | Seat::Blocked { .. } => Some(Self::Airline),
        }
    }
}

/// Who somebody is for people to read.
pub fn spoken(owner: Option<Owner>) -> String {
    owner.map_or_else(|| "nobody".to_owned(), |owner| owner.to_string())
}

/// The seats of a departure, and the parties of its bookings.
#[derive(Debug, Default)]
pub struct Seats {
    owners: BTreeMap<SeatNumber, Owner>,
    parties: BTreeMap<BookingId, BTreeMap<PassengerId, Option<SeatNumber>>>,
    sold: BTreeSet<BookingId>,
    /// The moves that a booking tries: what it left is still its own.
    tries: BTreeMap<BookingId, Vec<SeatMove>>,
}

impl Seats {
    /// Who has a seat.
    pub fn owner(&self, seat: SeatNumber) -> Option<Owner> {
        self.owners.get(&seat).copied()
    }

    /// Seats that nobody has go to somebody.
    pub fn give(&mut self, seats: &[SeatNumber], to: Owner, wrong: &mut Vec<String>) {
        for seat in seats {
            if let Some(before) = self.owners.insert(*seat, to) {
                wrong.push(format!("gives seat {seat} to {to}, but {before} has it"));
            }
        }
    }

    /// Seats are open again.
    pub fn take(&mut self, seats: &[SeatNumber], from: Owner, wrong: &mut Vec<String>) {
        for seat in seats {
            let before = self.owners.remove(seat);
            if before != Some(from) {
                wrong.push(format!("takes seat {seat} from {from}, but {} has it", spoken(before)));
            }
        }
    }

    /// All seats of a hold are open again.
    pub fn open(&mut self, hold: HoldNumber) {
        self.owners.retain(|_, owner| *owner != Owner::Hold(hold));
    }

    /// A booking's passengers get the seats that its holds pin.
    pub fn claim(
        &mut self,
        booking: BookingId,
        holds: &[HoldNumber],
        passengers: &[Passenger],
        wrong: &mut Vec<String>,
    ) {
        let pinned = |seat: SeatNumber| match self.owner(seat) {
            Some(Owner::Hold(hold)) => holds.contains(&hold),
            Some(Owner::Passenger(..) | Owner::Airline) | None => false,
        };
        let strange = passengers.iter().filter_map(|passenger| passenger.seat).filter(|seat| !pinned(*seat));
        wrong.extend(strange.map(|seat| {
            format!("booking {booking} seats somebody on {seat}, but {} has it", spoken(self.owner(seat)))
        }));
        let party = passengers.iter().map(|passenger| (passenger.id, passenger.seat)).collect();
        self.parties.insert(booking, party);
    }

    /// A booking without holds has no party here, unless it bought.
    pub fn forget(&mut self, booking: BookingId) {
        if !self.sold.contains(&booking) {
            self.parties.remove(&booking);
            self.tries.remove(&booking);
        }
    }

    /// A booking's seats, just opened by its holds, are its passengers' for good.
    pub fn sell(&mut self, booking: BookingId, wrong: &mut Vec<String>) {
        if !self.sold.insert(booking) {
            wrong.push(format!("booking {booking} is sold a second time"));
        }
        let party = self.parties.get(&booking).cloned().unwrap_or_default();
        for (passenger, seat) in party {
            let seat: Vec<SeatNumber> = seat.into_iter().collect();
            self.give(&seat, Owner::Passenger(booking, passenger), wrong);
        }
    }

    /// Passengers leave a sale.
    pub fn cancel(&mut self, booking: BookingId, leaving: &[PassengerId], wrong: &mut Vec<String>) {
        if !self.sold.contains(&booking) {
            wrong.push(format!("booking {booking} cancels what it never bought"));
        }
        for passenger in leaving {
            match self.parties.get_mut(&booking).and_then(|party| party.remove(passenger)) {
                Some(Some(seat)) => self.take(&[seat], Owner::Passenger(booking, *passenger), wrong),
                Some(None) => {}
                None => {
                    wrong.push(format!("passenger {passenger} leaves booking {booking} without being in it"));
                }
            }
        }
        if self.parties.get(&booking).is_some_and(BTreeMap::is_empty) {
            self.parties.remove(&booking);
            self.sold.remove(&booking);
        }
    }

    /// Passengers move. All leave first, then all arrive: they may swap.
    pub fn change(&mut self, booking: BookingId, moves: &[SeatMove], wrong: &mut Vec<String>) {
        for step in moves {
            let from: Vec<SeatNumber> = step.from.into_iter().collect();
            self.take(&from, owner_of(booking, step), wrong);
        }
        self.arrive(booking, moves, wrong);
    }

    /// Passengers move, and what they leave stays theirs unless another of them takes it.
    pub fn try_out(&mut self, booking: BookingId, moves: &[SeatMove], wrong: &mut Vec<String>) {
        for step in moves.iter().filter(|step| !is_left(moves, step)) {
            let from: Vec<SeatNumber> = step.from.into_iter().collect();
            self.take(&from, owner_of(booking, step), wrong);
        }
        self.arrive(booking, moves, wrong);
        self.tries.insert(booking, moves.to_vec());
    }

    /// What was left is open.
    pub fn keep(&mut self, booking: BookingId, opened: &[SeatNumber], wrong: &mut Vec<String>) {
        let moves = self.tries.remove(&booking).unwrap_or_default();
        for step in moves.iter().filter(|step| is_left(&moves, step)) {
            let from: Vec<SeatNumber> = step.from.into_iter().collect();
            if !from.iter().all(|seat| opened.contains(seat)) {
                wrong.push(format!("booking {booking} keeps its new seats, but not all old ones open"));
            }
            self.take(&from, owner_of(booking, step), wrong);
        }
    }

    /// Passengers are back on what they left.
    pub fn undo(&mut self, booking: BookingId, moves: &[SeatMove], wrong: &mut Vec<String>) {
        if self.tries.remove(&booking).is_none_or(|tried| tried != moves) {
            wrong.push(format!("booking {booking} takes back moves that it did not try"));
        }
        for step in moves {
            self.take(&[step.to], owner_of(booking, step), wrong);
        }
        for step in moves {
            let from: Vec<SeatNumber> = step.from.into_iter().filter(|_| !is_left(moves, step)).collect();
            self.give(&from, owner_of(booking, step), wrong);
            self.parties.entry(booking).or_default().insert(step.passenger, step.from);
        }
    }

    fn arrive(&mut self, booking: BookingId, moves: &[SeatMove], wrong: &mut Vec<String>) {
        for step in moves {
            self.give(&[step.to], owner_of(booking, step), wrong);
            self.parties.entry(booking).or_default().insert(step.passenger, Some(step.to));
        }
    }
}

/// Who has the seat of a passenger who moves.
fn owner_of(booking: BookingId, step: &SeatMove) -> Owner {
    match step.hold {
        Some(hold) => Owner::Hold(hold),
        None => Owner::Passenger(booking, step.passenger),
    }
}

/// Whether the seat that a passenger leaves is taken by none of those who move with them.
fn is_left(moves: &[SeatMove], step: &SeatMove) -> bool {
    step.from.is_none_or(|from| moves.iter().all(|other| other.to != from))
}
