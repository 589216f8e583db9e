//! What clients want next, drawn from chance and from what the departure looks like.
//!
//! Most of it makes sense and some of it does not: seats that are taken, holds of other people, bookings that
//! never were. A refusal is an answer as well.

use std::time::Duration;

use domain::flight::{
    BlockReason, BlockSeats, BookingParty, CancelPlaces, ChangeSeats, ChangeStatus, ClaimHolds, Command,
    Departure, ExtendHold, Hold, HoldSeats, Holder, HolderKind, NamedSeats, ReleaseHold, SeatChoice, Stage,
    StartPaying, Status, Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, PrincipalId, Version};
use domain::party::{Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber};
use domain::time::Timestamp;
use fastrand::Rng;

/// How many different principals there are.
const CLIENTS: usize = 12;

/// Exact seats are mostly wanted among so many in front, so that clients want the same ones.
const CROWDED: usize = 40;

/// Chance, and the moment.
#[derive(Debug)]
pub struct Wish<'a> {
    /// Where chance comes from.
    pub rng: &'a mut Rng,
    /// The clients' time.
    pub now: Timestamp,
    /// A number that no other request has; it names bookings.
    pub number: u64,
}

impl Wish<'_> {
    /// A command for this departure.
    pub fn command(&mut self, departure: &Departure) -> Command {
        let is_full = departure.sales().map(|(_, sale)| sale.passengers.len()).sum::<usize>()
            > departure.plan.len() / 2;
        match self.rng.u8(..100) {
            _ if is_full && self.rng.bool() => self.cancel(departure),
            0..=29 => self.hold(departure),
            30..=49 => self.with_hold(departure),
            50..=84 => self.with_claim(departure),
            85..=91 => self.with_sale(departure),
            _ => self.operations(departure),
        }
    }

    fn any<T>(&mut self, items: impl IntoIterator<Item = T>) -> Option<T> {
        let mut items: Vec<T> = items.into_iter().collect();
        (!items.is_empty()).then(|| items.swap_remove(self.rng.usize(..items.len())))
    }

    fn soon(&mut self, most_secs: u64) -> Timestamp {
        self.now + Duration::from_secs(self.rng.u64(1..=most_secs))
    }

    fn seat(&mut self, departure: &Departure) -> (SeatNumber, CabinClass) {
        let seats = departure.plan.seats().map(|(_, seat)| (seat.number, seat.class));
        let crowded = if self.rng.u8(..4) > 0 { CROWDED } else { usize::MAX };
        self.any(seats.take(crowded)).expect("a plan has seats")
    }

    fn hold(&mut self, departure: &Departure) -> Command {
        let (first, class) = self.seat(departure);
        let places = self.rng.u8(1..=4);
        let wish =
            Preferences { window: self.rng.bool(), near_front: self.rng.bool(), ..Preferences::default() };
        let seats = match self.rng.u8(..10) {
            0..=1 => SeatChoice::Later,
            2..=4 => SeatChoice::Best(wish),
            _ => {
                let numbers = departure.plan.seats().map(|(_, seat)| seat).filter(|seat| seat.class == class);
                let from = numbers.map(|seat| seat.number).skip_while(|number| *number < first);
                SeatChoice::Exact(from.take(usize::from(places)).collect())
            }
        };
        let booking = (self.rng.u8(..5) == 0).then(|| self.party(usize::from(places)));
        let ttl = Duration::from_secs(self.rng.u64(2..=40));
        let term = if self.rng.bool() { Term::For(ttl) } else { Term::Until(self.now + ttl) };
        let holder = self.holder();
        Command::HoldSeats(HoldSeats { holder, class, places, seats, party: None, term, booking })
    }

    fn holder(&mut self) -> Holder {
        let client = self.rng.usize(..CLIENTS);
        let kind = if client.is_multiple_of(3) { HolderKind::Customer } else { HolderKind::Agent };
        let principal = format!("client:{client}").parse().expect("a short printable name");
        Holder { principal, kind }
    }

    fn party(&self, places: usize) -> BookingParty {
        let kind = TravellerType::Adult;
        let adult = |number| Passenger {
            id: PassengerId::new(number),
            kind,
            seat: None,
            lap_of: None,
            no_exit: false,
        };
        let booking = BookingId::new(u128::from(self.number));
        BookingParty { booking, passengers: (1..).take(places).map(adult).collect(), fare: None }
    }

    fn with_hold(&mut self, departure: &Departure) -> Command {
        let found = self.any(departure.holds());
        let Some((mut hold, found)) = found else { return self.hold(departure) };
        let mut by = found.holder.clone();
        match self.rng.u8(..12) {
            0 => by = self.holder().principal,
            1 => hold = HoldNumber::made_by(Version::new(self.rng.u64(1..=hold.row().number() + 9))),
            _ => {}
        }
        if self.rng.bool() {
            let ttl = Duration::from_secs(self.rng.u64(1..=40));
            Command::ExtendHold(ExtendHold { hold, by, ttl })
        } else {
            Command::ReleaseHold(ReleaseHold { hold, by })
        }
    }

    fn with_claim(&mut self, departure: &Departure) -> Command {
        let claimed = self.any(departure.claims().map(|(booking, claim)| (booking, claim.fence)));
        let Some((booking, fence)) = claimed.filter(|_| self.rng.u8(..3) > 0) else {
            return self.claim(departure);
        };
        match (fence, self.rng.u8(..10)) {
            (None, 0..=4) => {
                let fence = self.soon(60);
                Command::StartPaying(StartPaying { booking, fence })
            }
            (Some(_), 0..=6) | (None, 5) => Command::Confirm { booking },
            (_, 7) => Command::ReturnClaim { booking },
            (_, 8) => Command::ReleaseClaim { booking },
            (_, _) => self.move_claimed(departure, booking),
        }
    }

    /// Takes one loose hold into a booking, or all of one principal's in one cabin.
    fn claim(&mut self, departure: &Departure) -> Command {
        let loose = |(_, hold): &(HoldNumber, &Hold)| hold.stage == Stage::Loose;
        let found = self.any(departure.holds().filter(loose));
        let Some((number, first)) = found else { return self.hold(departure) };
        let alike = |hold: &Hold| hold.holder == first.holder && hold.class == first.class;
        let takes_all = self.rng.bool();
        let taken = departure.holds().filter(loose);
        let taken = taken.filter(|(other, hold)| *other == number || (takes_all && alike(hold)));
        let (holds, places): (Vec<HoldNumber>, Vec<u8>) =
            taken.map(|(number, hold)| (number, hold.places)).unzip();
        let places = places.into_iter().map(usize::from).sum();
        let until = self.soon(90);
        let by: PrincipalId = first.holder.clone();
        Command::ClaimHolds(ClaimHolds { holds, by, party: self.party(places), until })
    }

    fn move_claimed(&mut self, departure: &Departure, booking: BookingId) -> Command {
        let passengers = departure.claim(booking).map(|claim| claim.passengers.clone()).unwrap_or_default();
        self.move_some(departure, booking, &passengers)
    }

    fn move_some(&mut self, departure: &Departure, booking: BookingId, who: &[Passenger]) -> Command {
        if self.rng.bool() {
            return Command::AssignSeats { booking, wish: Preferences::default() };
        }
        let moves = who.iter().take(2).map(|passenger| (passenger.id, self.seat(departure).0)).collect();
        Command::ChangeSeats(ChangeSeats { booking, moves })
    }

    fn with_sale(&mut self, departure: &Departure) -> Command {
        let sold = self.any(departure.sales());
        match sold {
            Some((booking, sale)) if self.rng.bool() => self.move_some(departure, booking, &sale.passengers),
            Some(_) => self.cancel(departure),
            None => self.with_claim(departure),
        }
    }

    fn cancel(&mut self, departure: &Departure) -> Command {
        let Some((booking, sale)) = self.any(departure.sales()) else { return self.hold(departure) };
        let most = if self.rng.bool() { 1 } else { usize::MAX };
        let passengers = sale.passengers.iter().take(most).map(|passenger| passenger.id).collect();
        Command::CancelPlaces(CancelPlaces { booking, passengers })
    }

    fn operations(&mut self, departure: &Departure) -> Command {
        let seats = vec![self.seat(departure).0];
        match self.rng.u8(..8) {
            0 => Command::BlockSeats(BlockSeats { seats, reason: BlockReason::Operations }),
            1..=3 => Command::UnblockSeats(NamedSeats { seats }),
            4 => Command::SellElsewhere(NamedSeats { seats }),
            5..=6 => Command::ReturnElsewhere(NamedSeats { seats }),
            _ => {
                let status = if self.rng.bool() { Status::Delayed } else { Status::Scheduled };
                let gate = Some(format!("B{}", self.rng.u8(1..=40)));
                Command::ChangeStatus(ChangeStatus {
                    status,
                    reason: None,
                    departs: None,
                    arrives: None,
                    gate,
                })
            }
        }
    }
}
