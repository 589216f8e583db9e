//! Takes events into a departure's state. Nothing here refuses: what is in the journal happened.

use std::collections::{BTreeMap, BTreeSet};

use super::command::OpenSale;
use super::event::{Event, SeatMove, SeatsHeld, StatusChanged};
use super::limits::SETTLING_WAIT;
use super::state::{Claim, Departure, Flight, Hold, Sale, Seat, Stage, Tally, Times, Try};
use crate::fare::PassengerPrice;
use crate::ids::{BookingId, HoldNumber, PassengerId};
use crate::party::{Passenger, TravellerType};
use crate::plan::{Cabin, CabinClass, SeatIndex, SeatNumber};
use crate::time::Timestamp;

pub(super) fn evolve(flight: &mut Flight, event: &Event) {
    match (event, flight) {
        (Event::SaleOpened(opened), flight) => *flight = Flight::Opened(Box::new(Departure::opened(opened))),
        (event, Flight::Opened(departure)) => departure.take_in(event),
        (event, Flight::Unopened) => unreachable!("{event:?} before the departure was opened"),
    }
}

impl Departure {
    fn opened(opened: &OpenSale) -> Self {
        let plan = opened.plan.clone();
        let empty = |cabin: &Cabin| {
            let seats = u16::try_from(cabin.seat_count()).expect("a plan has at most a thousand seats");
            (cabin.class, Tally { authorised: seats, open: seats, ..Tally::default() })
        };
        let mut departure = Self {
            id: opened.flight,
            service: opened.service.clone(),
            scheduled: Times { departs: opened.departs, arrives: opened.arrives },
            basis: opened.basis,
            status: super::Status::Scheduled,
            departs: opened.departs,
            arrives: opened.arrives,
            gate: None,
            seats: vec![Seat::Open; plan.len()],
            holds: BTreeMap::new(),
            claims: BTreeMap::new(),
            sales: BTreeMap::new(),
            tries: BTreeMap::new(),
            tallies: plan.cabins().iter().map(empty).collect(),
            holders: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            plan,
        };
        departure.put_all(&opened.sold_elsewhere, Seat::SoldElsewhere);
        departure
    }

    fn take_in(&mut self, event: &Event) {
        match event {
            Event::SaleOpened(_) => unreachable!("the fold makes the departure of it"),
            Event::SeatsHeld(held) => self.add_hold(held),
            Event::HoldExtended { hold, until } => self.set_deadline(*hold, *until),
            Event::HoldReleased { hold } | Event::HoldLapsed { hold } | Event::HoldEnded { hold, .. } => {
                self.open_hold(*hold);
            }
            Event::HoldsClaimed { booking, holds, passengers, until, prices, passage: _ } => {
                let (holds, passengers, prices) = (holds.clone(), passengers.clone(), prices.clone());
                self.claim_holds(*booking, Claim { holds, passengers, fence: None, prices }, *until);
            }
            Event::ClaimReturned { booking } => self.return_claim(*booking),
            Event::ClaimReleased { booking } => {
                self.claimed_holds(*booking).into_iter().for_each(|hold| self.open_hold(hold));
            }
            Event::PayingStarted { booking, fence } => self.start_paying(*booking, *fence),
            Event::PlacesSold { booking } => self.sell(*booking),
            Event::PlacesCancelled { booking, passengers } => self.cancel(*booking, passengers),
            Event::SeatsChanged { booking, moves, prices } => {
                self.change_seats(*booking, moves);
                self.reprice(*booking, prices);
            }
            Event::SeatsTried { booking, moves, prices } => self.try_seats(*booking, moves, prices),
            Event::SeatsKept { booking, .. } => self.open_kept(*booking),
            Event::SeatsUndone { booking, .. } => self.undo_seats(*booking),
            Event::SeatsBlocked { seats, reason } => self.put_all(seats, Seat::Blocked { reason: *reason }),
            Event::SeatsUnblocked { seats } | Event::SeatsReturnedElsewhere { seats } => {
                self.put_all(seats, Seat::Open);
            }
            Event::SeatsSoldElsewhere { seats } => self.put_all(seats, Seat::SoldElsewhere),
            Event::StatusChanged(changed) => self.change_status(changed),
        }
    }

    /// Gives a seat a new state and keeps its cabin's counts of seats.
    fn put(&mut self, index: SeatIndex, seat: Seat) {
        let before = std::mem::replace(&mut self.seats[index.position()], seat);
        let tally = self.tally_of(index);
        let count = |wanted: fn(&Seat) -> bool| (u16::from(wanted(&before)), u16::from(wanted(&seat)));
        let (less, more) = count(|seat| matches!(seat, Seat::Open));
        tally.open = tally.open - less + more;
        let (less, more) = count(|seat| matches!(seat, Seat::Blocked { .. }));
        tally.blocked = tally.blocked - less + more;
        let (less, more) = count(|seat| matches!(seat, Seat::SoldElsewhere));
        tally.sold = tally.sold - less + more;
    }

    fn put_all(&mut self, numbers: &[SeatNumber], seat: Seat) {
        for number in numbers {
            self.put(self.index(*number), seat);
        }
    }

    fn index(&self, number: SeatNumber) -> SeatIndex {
        self.plan.index_of(number).expect("seats were found in the plan before they were journaled")
    }

    fn tally_of(&mut self, index: SeatIndex) -> &mut Tally {
        let class = self.plan.seat(index).class;
        self.tallies.get_mut(&class).expect("each cabin of the plan has its tally")
    }

    fn cabin_tally(&mut self, class: CabinClass) -> &mut Tally {
        self.tallies.get_mut(&class).expect("holds are of cabins that the plan has")
    }

    fn add_hold(&mut self, held: &SeatsHeld) {
        let seats: Vec<SeatIndex> = held.seats.iter().map(|number| self.index(*number)).collect();
        for seat in &seats {
            self.put(*seat, Seat::Held { hold: held.hold });
        }
        let tally = self.cabin_tally(held.class);
        tally.held += u16::from(held.places);
        tally.unseated += unseated(held.places, &seats);
        let keeping = self.holders.entry(held.holder.clone()).or_default();
        keeping.holds += 1;
        keeping.places += u16::from(held.places);
        self.deadlines.insert((held.until, held.hold));
        let hold = Hold {
            holder: held.holder.clone(),
            class: held.class,
            places: held.places,
            seats,
            party: held.party,
            created: held.created,
            until: held.until,
            fare: held.fare,
            stage: Stage::Loose,
        };
        self.holds.insert(held.hold, hold);
    }

    /// Takes a hold out of every register; its seats are for the caller to open or to sell.
    fn remove_hold(&mut self, number: HoldNumber) -> Hold {
        let hold = self.holds.remove(&number).expect("a hold ends once, and while it lives");
        self.deadlines.remove(&(hold.until, number));
        let tally = self.cabin_tally(hold.class);
        tally.held -= u16::from(hold.places);
        tally.unseated -= unseated(hold.places, &hold.seats);
        let keeping = self.holders.get_mut(&hold.holder).expect("whoever holds is counted");
        keeping.holds -= 1;
        keeping.places -= u16::from(hold.places);
        if keeping.holds == 0 {
            self.holders.remove(&hold.holder);
        }
        hold
    }

    fn open_hold(&mut self, number: HoldNumber) {
        let hold = self.remove_hold(number);
        for seat in &hold.seats {
            self.put(*seat, Seat::Open);
        }
        if let Stage::Claimed { booking, .. } = hold.stage {
            self.open_kept_by(booking, number);
            self.forget_claimed(booking, number);
        }
    }

    /// A claim ends with its last hold.
    fn forget_claimed(&mut self, booking: BookingId, number: HoldNumber) {
        let claim = self.claims.get_mut(&booking).expect("a claimed hold has its claim");
        claim.holds.retain(|hold| *hold != number);
        if claim.holds.is_empty() {
            self.claims.remove(&booking);
            self.tries.remove(&booking);
        }
    }

    fn hold_mut(&mut self, number: HoldNumber) -> &mut Hold {
        self.holds.get_mut(&number).expect("events name holds that live")
    }

    fn set_deadline(&mut self, number: HoldNumber, until: Timestamp) {
        let before = std::mem::replace(&mut self.hold_mut(number).until, until);
        self.deadlines.remove(&(before, number));
        self.deadlines.insert((until, number));
    }

    fn claimed_holds(&self, booking: BookingId) -> Vec<HoldNumber> {
        self.claims.get(&booking).map(|claim| claim.holds.clone()).expect("events name claims that live")
    }

    fn claim_holds(&mut self, booking: BookingId, claim: Claim, until: Timestamp) {
        for number in &claim.holds {
            let hold = self.hold_mut(*number);
            hold.stage = Stage::Claimed { booking, loose_until: hold.until };
            self.set_deadline(*number, until);
        }
        self.claims.insert(booking, claim);
    }

    fn return_claim(&mut self, booking: BookingId) {
        self.open_kept(booking);
        for number in self.claimed_holds(booking) {
            let hold = self.hold_mut(number);
            let Stage::Claimed { loose_until, .. } = hold.stage else {
                unreachable!("a claim's holds are claimed")
            };
            hold.stage = Stage::Loose;
            self.set_deadline(number, loose_until);
        }
        self.claims.remove(&booking);
    }

    fn start_paying(&mut self, booking: BookingId, fence: Timestamp) {
        for number in self.claimed_holds(booking) {
            self.set_deadline(number, fence + SETTLING_WAIT);
        }
        let claim = self.claims.get_mut(&booking).expect("events name claims that live");
        claim.fence = Some(fence);
    }

    fn sell(&mut self, booking: BookingId) {
        let claim = self.claims.remove(&booking).expect("only what is claimed is sold");
        let removed: Vec<Hold> = claim.holds.iter().map(|number| self.remove_hold(*number)).collect();
        let Hold { class, holder, .. } = removed.into_iter().next().expect("a claim has a hold");
        for passenger in claim.passengers.iter().filter(|passenger| has_place(passenger)) {
            self.cabin_tally(class).sold += 1;
            match passenger.seat {
                Some(number) => self.put(self.index(number), Seat::Sold { booking, passenger: passenger.id }),
                None => self.cabin_tally(class).unseated += 1,
            }
        }
        let Claim { holds, passengers, prices, .. } = claim;
        let sale = Sale { holder, class, passengers, holds, prices };
        self.sales.insert(booking, sale);
    }

    fn cancel(&mut self, booking: BookingId, leaving: &[PassengerId]) {
        let sale = self.sales.get_mut(&booking).expect("only what is sold is cancelled");
        let class = sale.class;
        let (gone, stay): (Vec<_>, Vec<_>) = std::mem::take(&mut sale.passengers)
            .into_iter()
            .partition(|passenger| leaving.contains(&passenger.id));
        sale.passengers = stay;
        if sale.passengers.is_empty() {
            self.sales.remove(&booking);
        }
        for passenger in gone.iter().filter(|passenger| has_place(passenger)) {
            self.cabin_tally(class).sold -= 1;
            match passenger.seat {
                Some(number) => self.put(self.index(number), Seat::Open),
                None => self.cabin_tally(class).unseated -= 1,
            }
        }
    }

    /// All leave first, then all arrive: passengers may swap.
    fn change_seats(&mut self, booking: BookingId, moves: &[SeatMove]) {
        for step in moves {
            if let Some(from) = step.from.map(|number| self.index(number)) {
                self.put(from, Seat::Open);
                self.tally_of(from).unseated += 1;
                if let Some(hold) = step.hold {
                    self.hold_mut(hold).seats.retain(|seat| *seat != from);
                }
            }
        }
        for step in moves {
            let to = self.index(step.to);
            self.tally_of(to).unseated -= 1;
            self.seat_on(booking, step, to);
            self.passenger_mut(booking, step.passenger).seat = Some(step.to);
        }
    }

    /// Moves passengers and keeps the seats that they leave in the same hands.
    fn try_seats(&mut self, booking: BookingId, moves: &[SeatMove], prices: &[PassengerPrice]) {
        let movers = |price: &&PassengerPrice| moves.iter().any(|step| step.passenger == price.passenger);
        let before = self.prices_mut(booking).iter().filter(movers).copied().collect();
        let tried = Try { moves: moves.to_vec(), prices: before };
        let kept: Vec<(SeatIndex, Seat)> = tried
            .kept()
            .into_iter()
            .map(|number| self.index(number))
            .map(|seat| (seat, self.seat(seat)))
            .collect();
        self.change_seats(booking, moves);
        for (seat, owner) in kept {
            self.put(seat, owner);
        }
        self.reprice(booking, prices);
        self.tries.insert(booking, tried);
    }

    /// Opens the seats that are kept for a booking.
    fn open_kept(&mut self, booking: BookingId) {
        if let Some(tried) = self.tries.remove(&booking) {
            self.put_all(&tried.kept(), Seat::Open);
        }
    }

    /// Opens the seats that one of its holds keeps for a booking.
    fn open_kept_by(&mut self, booking: BookingId, hold: HoldNumber) {
        let kept = self.tries.get(&booking).map(Try::kept).unwrap_or_default();
        for number in kept {
            let seat = self.index(number);
            if self.seat(seat) == (Seat::Held { hold }) {
                self.put(seat, Seat::Open);
            }
        }
    }

    /// All leave the seats that they tried, then all are back on those that they had.
    fn undo_seats(&mut self, booking: BookingId) {
        let tried = self.tries.remove(&booking).expect("only what is tried is undone");
        for step in &tried.moves {
            let to = self.index(step.to);
            self.put(to, Seat::Open);
            self.tally_of(to).unseated += 1;
            if let Some(hold) = step.hold {
                self.hold_mut(hold).seats.retain(|seat| *seat != to);
            }
        }
        for step in &tried.moves {
            if let Some(from) = step.from.map(|number| self.index(number)) {
                self.tally_of(from).unseated -= 1;
                self.seat_on(booking, step, from);
            }
            self.passenger_mut(booking, step.passenger).seat = step.from;
        }
        self.reprice(booking, &tried.prices);
    }

    /// Gives a seat to the passenger who moves, in the hand that their booking has.
    fn seat_on(&mut self, booking: BookingId, step: &SeatMove, seat: SeatIndex) {
        match step.hold {
            Some(number) => {
                self.put(seat, Seat::Held { hold: number });
                let seats = &mut self.hold_mut(number).seats;
                seats.insert(seats.partition_point(|other| *other < seat), seat);
            }
            None => self.put(seat, Seat::Sold { booking, passenger: step.passenger }),
        }
    }

    fn reprice(&mut self, booking: BookingId, prices: &[PassengerPrice]) {
        for new in prices {
            let known = self.prices_mut(booking).iter_mut().filter(|price| price.passenger == new.passenger);
            known.for_each(|price| *price = *new);
        }
    }

    fn prices_mut(&mut self, booking: BookingId) -> &mut Vec<PassengerPrice> {
        let claim = self.claims.get_mut(&booking).map(|claim| &mut claim.prices);
        let sale = self.sales.get_mut(&booking).map(|sale| &mut sale.prices);
        claim.or(sale).expect("seats change in a claim or a sale")
    }

    fn passenger_mut(&mut self, booking: BookingId, id: PassengerId) -> &mut Passenger {
        let claim = self.claims.get_mut(&booking).map(|claim| &mut claim.passengers);
        let sale = self.sales.get_mut(&booking).map(|sale| &mut sale.passengers);
        let passengers = claim.or(sale).expect("seats change in a claim or a sale");
        passengers.iter_mut().find(|passenger| passenger.id == id).expect("who moves is in the booking")
    }

    fn change_status(&mut self, changed: &StatusChanged) {
        self.status = changed.status;
        self.departs = changed.departs;
        self.arrives = changed.arrives;
        self.gate.clone_from(&changed.gate);
    }
}

/// Lap infants travel without a place.
pub(super) fn has_place(passenger: &Passenger) -> bool {
    passenger.kind != TravellerType::Infant
}

fn unseated(places: u8, seats: &[SeatIndex]) -> u16 {
    u16::from(places) - u16::try_from(seats.len()).expect("a hold pins at most its places")
}
