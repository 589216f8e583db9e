//! Commands made of random numbers, aimed at what there is, so that most of them could be accepted.

use std::time::Duration;

use domain::flight::{
    BlockReason, BlockSeats, BookingParty, CancelPlaces, ChangeSeats, ChangeStatus, ClaimHolds, Command,
    ExtendHold, HoldSeats, Holder, HolderKind, NamedSeats, OpenSale, ReleaseHold, SeatChoice, StartPaying,
    Status, Term,
};
use domain::ids::{BookingId, HoldNumber, PassengerId, PrincipalId, Version};
use domain::party::{Party, Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber};
use domain::time::Timestamp;
use proptest::prelude::*;

use crate::naive::{MINUTE, Millis, Naive, Order, Promise, has_place};

const PRINCIPALS: [(&str, HolderKind); 4] = [
    ("ann@hold", HolderKind::Customer),
    ("ben@hold", HolderKind::Customer),
    ("cat@hold", HolderKind::Customer),
    ("dee@agency", HolderKind::Agent),
];

const BOOKINGS: u16 = 5;

/// Random numbers that become a command once it is known what there is.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    what: u8,
    who: u8,
    which: u16,
    more: u16,
    wait: u8,
}

pub fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u8..100, 0_u8..4, any::<u16>(), any::<u16>(), any::<u8>())
        .prop_map(|(what, who, which, more, wait)| Step { what, who, which, more, wait });
    proptest::collection::vec(step, count / 2..=count)
}

pub fn at(millis: Millis) -> Timestamp {
    Timestamp::from_millis(millis).expect("histories play in one century")
}

impl Step {
    /// When the command comes: at once, minutes later, or around the first deadline.
    pub fn clock(&self, naive: &Naive, now: Millis) -> Millis {
        let deadline = naive.first_deadline().unwrap_or(now);
        let next = match self.wait {
            0..150 => now,
            150..215 => now + MINUTE * Millis::from(self.wait - 149) / 8,
            215..222 => deadline - 1,
            222..232 => deadline,
            232..236 => deadline + 1,
            236..252 => now + 7 * MINUTE,
            252.. => now + 40 * MINUTE,
        };
        next.max(now)
    }

    fn bit(&self, place: u32) -> bool {
        self.more & (1 << place) != 0
    }

    fn holder(&self) -> Holder {
        let (name, kind) = PRINCIPALS[usize::from(self.who)];
        Holder { principal: name.parse().expect("names are plain"), kind }
    }

    fn booking(&self) -> BookingId {
        BookingId::new(u128::from(self.which % BOOKINGS) + 0xB00C_0000)
    }

    /// A booking that is known, or any.
    fn known_booking(&self, naive: &Naive) -> BookingId {
        self.order(naive).map_or(self.booking(), |order| order.booking)
    }

    fn order<'a>(&self, naive: &'a Naive) -> Option<&'a Order> {
        pick(&naive.orders, usize::from(self.which))
    }

    /// A live hold, if there is any.
    fn promise<'a>(&self, naive: &'a Naive) -> Option<&'a Promise> {
        pick(&naive.promises, usize::from(self.which))
    }

    /// Mostly whoever has that hold.
    fn asker(&self, promise: Option<&Promise>) -> PrincipalId {
        match promise {
            Some(promise) if !self.bit(15) => promise.who.parse().expect("names are plain"),
            Some(_) | None => self.holder().principal,
        }
    }

    fn hold(&self, naive: &Naive) -> HoldNumber {
        number(self.promise(naive).map_or(u64::from(self.which % 80), |promise| promise.number))
    }

    /// Neighbouring seats of the plan, from a random one on.
    fn seats(&self, naive: &Naive, count: usize) -> Vec<SeatNumber> {
        let chairs = naive.chairs.len();
        let from = usize::from(self.which) % chairs;
        let stride = if self.bit(14) { 7 } else { 1 };
        (0..count).map(|place| naive.chairs[(from + place * stride) % chairs].number).collect()
    }

    fn class(&self, naive: &Naive) -> CabinClass {
        naive.chairs[usize::from(self.which) % naive.chairs.len()].class
    }

    fn wish(&self) -> Preferences {
        Preferences {
            together: self.bit(6),
            aisle: self.bit(7),
            window: self.bit(8),
            near_front: self.bit(9),
        }
    }

    fn party(&self, seated: usize) -> Option<Party> {
        let seated = u8::try_from(seated).expect("parties are small");
        let children =
            u8::from(self.bit(0) && seated > 1) + u8::from(self.bit(0) && self.bit(1) && seated > 2);
        let adults = seated - children;
        let infants = u8::from(self.bit(2)) + u8::from(self.bit(2) && self.bit(3));
        self.bit(4).then_some(Party { adults, children, infants })
    }

    /// People for so many places; some have infants, and sometimes a lap is not there.
    fn people(&self, seated: usize, pinned: &[SeatNumber]) -> Vec<Passenger> {
        let one = |id: usize, kind| {
            let no_exit = kind == TravellerType::Adult && self.more.is_multiple_of(5) && id < 3;
            Passenger { id: id_of(id), kind, seat: None, lap_of: None, no_exit }
        };
        let kind = |place: usize| {
            let child = self.bit(0) && matches!(place, 1 | 3);
            if child { TravellerType::Child } else { TravellerType::Adult }
        };
        let mut people: Vec<Passenger> = (0..seated).map(|place| one(place + 1, kind(place))).collect();
        let named = pinned.first().filter(|_| self.bit(4));
        if let (Some(last), Some(seat)) = (people.last_mut(), named) {
            last.seat = Some(*seat);
        }
        for (place, lap) in [(2, 1), (3, 3)] {
            if self.bit(place) {
                let lap = if self.more % 32 == 31 { 2 } else { lap };
                let id = people.len() + 1;
                people.push(Passenger { lap_of: Some(id_of(lap)), ..one(id, TravellerType::Infant) });
            }
        }
        people
    }

    pub fn command(&self, naive: &Naive, opened: &OpenSale, now: Millis) -> Command {
        match self.what {
            0 => Command::OpenSale(opened.clone()),
            1..30 => self.hold_seats(naive, now),
            30..36 => Command::ExtendHold(ExtendHold {
                hold: self.hold(naive),
                by: self.asker(self.promise(naive)),
                ttl: Duration::from_secs(u64::from(self.more % 2_000)),
            }),
            36..42 => {
                let by = self.asker(self.promise(naive));
                Command::ReleaseHold(ReleaseHold { hold: self.hold(naive), by })
            }
            42..56 => self.claim_holds(naive, now),
            56..59 => Command::ReturnClaim { booking: self.known_booking(naive) },
            59..62 => Command::ReleaseClaim { booking: self.known_booking(naive) },
            62..67 => Command::StartPaying(StartPaying {
                booking: self.known_booking(naive),
                fence: at(now + Millis::from(self.more % 17) * MINUTE),
            }),
            67..74 => Command::Confirm { booking: self.known_booking(naive) },
            74..78 => self.cancel(naive),
            78..81 => self.change_seats(naive),
            81..84 => match self.change_seats(naive) {
                Command::ChangeSeats(asked) => Command::TrySeats(asked),
                other => other,
            },
            84 => Command::KeepSeats { booking: self.known_booking(naive) },
            85 => Command::UndoSeats { booking: self.known_booking(naive) },
            86 => Command::UndoSale { booking: self.known_booking(naive) },
            87 => Command::AssignSeats { booking: self.known_booking(naive), wish: self.wish() },
            88..98 => self.operation(naive),
            98.. => self.change_status(naive, now),
        }
    }

    fn hold_seats(&self, naive: &Naive, now: Millis) -> Command {
        let pins = usize::from(self.more >> 10) % 4;
        let named = self.seats(naive, pins);
        let spare = usize::from(self.more >> 5) % 3;
        let places = (pins + spare).min(4) + if self.bit(13) && self.bit(12) { 5 } else { 0 };
        let seats = match self.who + (self.wait % 3) {
            0 | 1 => SeatChoice::Later,
            2 => SeatChoice::Best(self.wish()),
            3.. => SeatChoice::Exact(named.clone()),
        };
        let exact = matches!(seats, SeatChoice::Exact(_));
        let for_booking = self.wait.is_multiple_of(5);
        let people = self.people(places, if exact { &named } else { &[] });
        let seats = match seats {
            SeatChoice::Exact(_) if for_booking && self.bit(8) => {
                let named = people.iter().filter_map(|one| one.seat).collect();
                SeatChoice::ExactAndBest(named, self.wish())
            }
            seats => seats,
        };
        let minutes = Millis::from(self.more % 31);
        Command::HoldSeats(HoldSeats {
            holder: self.holder(),
            class: self.class(naive),
            places: u8::try_from(places).expect("few places"),
            seats,
            party: self.party(places),
            term: if self.bit(11) {
                Term::For(Duration::from_secs(u64::from(self.more % 31) * 60))
            } else {
                Term::Until(at(now + minutes * 4 * MINUTE))
            },
            booking: for_booking.then(|| self.party_of(people)),
        })
    }

    fn party_of(&self, passengers: Vec<Passenger>) -> BookingParty {
        BookingParty { booking: self.booking(), passengers, fare: None }
    }

    fn claim_holds(&self, naive: &Naive, now: Millis) -> Command {
        let loose: Vec<&Promise> = naive.promises.iter().filter(|promise| promise.order.is_none()).collect();
        let by = self.asker(pick(&loose, usize::from(self.which)).copied());
        let name = by.to_string();
        let mine = loose.into_iter().filter(|promise| promise.who == name);
        let mut chosen: Vec<&Promise> = mine.take(1 + usize::from(self.more >> 13)).collect();
        if self.bit(12) {
            chosen.reverse();
        }
        let places: usize = chosen.iter().map(|promise| promise.places).sum();
        let pinned: Vec<SeatNumber> =
            chosen.iter().flat_map(|promise| naive.pinned(promise.number)).collect();
        let short = usize::from(self.more % 64 == 63);
        let people = self.people(places.saturating_sub(short), &pinned);
        Command::ClaimHolds(ClaimHolds {
            holds: chosen.iter().map(|promise| number(promise.number)).collect(),
            by,
            party: self.party_of(people),
            until: at(now + Millis::from(self.more % 125) * MINUTE),
        })
    }

    fn cancel(&self, naive: &Naive) -> Command {
        let passengers = (1..=6).filter(|id| self.more & (1 << id) != 0).map(PassengerId::new).collect();
        Command::CancelPlaces(CancelPlaces { booking: self.known_booking(naive), passengers })
    }

    /// To neighbouring seats, or around among themselves.
    fn change_seats(&self, naive: &Naive) -> Command {
        let Some(order) = self.order(naive) else {
            let moves = vec![(PassengerId::new(1), naive.chairs[0].number)];
            return Command::ChangeSeats(ChangeSeats { booking: self.booking(), moves });
        };
        let seated: Vec<&Passenger> = order.people.iter().filter(|one| has_place(one)).collect();
        let movers = &seated[..seated.len().min(1 + usize::from(self.more % 3))];
        let chairs: Vec<SeatNumber> = naive
            .chairs
            .iter()
            .filter(|chair| chair.class == order.class)
            .map(|chair| chair.number)
            .collect();
        let at = |place: usize| chairs[(usize::from(self.more >> 4) + place) % chairs.len()];
        let target = |place: usize| {
            let swapped = movers[(place + 1) % movers.len()].seat.filter(|_| self.bit(15));
            swapped.unwrap_or(at(place))
        };
        let moves = movers.iter().enumerate().map(|(place, mover)| (mover.id, target(place))).collect();
        Command::ChangeSeats(ChangeSeats { booking: order.booking, moves })
    }

    fn operation(&self, naive: &Naive) -> Command {
        let seats = self.seats(naive, 1 + usize::from(self.more % 4));
        let reason = if self.bit(5) { BlockReason::Crew } else { BlockReason::Defect };
        match self.more >> 6 & 7 {
            0 | 1 => Command::BlockSeats(BlockSeats { seats, reason }),
            2 | 3 => Command::UnblockSeats(NamedSeats { seats }),
            4 => Command::SellElsewhere(NamedSeats { seats }),
            5 | 6 => Command::ReturnElsewhere(NamedSeats { seats }),
            7.. => Command::LapseDue,
        }
    }

    fn change_status(&self, naive: &Naive, now: Millis) -> Command {
        let status = match self.more % 24 {
            0..9 => Status::Delayed,
            9..14 => Status::Scheduled,
            14..18 => Status::Boarding,
            18..21 => Status::Departed,
            21..23 => Status::Arrived,
            23.. => Status::Cancelled,
        };
        let departs = self.bit(9).then(|| at(naive.departs.max(now) + 30 * MINUTE));
        let arrives = self.bit(10).then(|| at(naive.arrives + Millis::from(self.which % 200) * MINUTE));
        Command::ChangeStatus(ChangeStatus { status, reason: None, departs, arrives, gate: None })
    }
}

fn number(row: u64) -> HoldNumber {
    HoldNumber::made_by(Version::new(row))
}

fn id_of(number: usize) -> PassengerId {
    PassengerId::new(u8::try_from(number).expect("few people"))
}

fn pick<T>(all: &[T], which: usize) -> Option<&T> {
    (!all.is_empty()).then(|| &all[which % all.len()])
}
