//! A departure as a list of chairs with an owner each, a list of promises and a list of orders. Everything is
//! found by looking at all of it; nothing is counted in advance. It shares ids with the product, and no rule.

use domain::flight::{BlockReason, OpenSale, SeatMove, Status};
use domain::ids::{BookingId, PassengerId};
use domain::party::{Passenger, TravellerType};
use domain::plan::{Attribute, CabinClass, SeatNumber};

/// Milliseconds since the epoch.
pub type Millis = i64;

pub const MINUTE: Millis = 60_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Nobody,
    Promise(u64),
    Buyer(BookingId, PassengerId),
    Elsewhere,
    Operations(BlockReason),
}

#[derive(Debug, Clone)]
pub struct Chair {
    pub number: SeatNumber,
    pub class: CabinClass,
    pub exit: bool,
    /// Whether its legroom has a price.
    pub dear: bool,
    /// Its row and its place between the aisles.
    pub block: (u8, u8),
    pub owner: Owner,
}

/// A live hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    pub number: u64,
    pub who: String,
    pub class: CabinClass,
    pub places: usize,
    pub created: Millis,
    pub until: Millis,
    /// Which booking has it, and the deadline that it had before.
    pub order: Option<(BookingId, Millis)>,
}

/// A booking that has promises, or bought places.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub booking: BookingId,
    pub class: CabinClass,
    pub people: Vec<Passenger>,
    pub fence: Option<Millis>,
    pub sold: bool,
    /// Who pays, or paid, for legroom.
    pub dear: Vec<PassengerId>,
    /// Who tries which seat instead of which.
    pub tried: Option<Vec<SeatMove>>,
}

#[derive(Debug, Clone)]
pub struct Naive {
    pub chairs: Vec<Chair>,
    pub promises: Vec<Promise>,
    pub orders: Vec<Order>,
    pub status: Status,
    pub departs: Millis,
    pub arrives: Millis,
}

/// What a recount of a cabin gives.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    pub seats: usize,
    pub open: usize,
    pub held: usize,
    pub sold: usize,
    pub blocked: usize,
    pub unseated: usize,
}

impl Order {
    /// The chairs that its people left to try others.
    pub fn kept(&self) -> Vec<SeatNumber> {
        let moves = self.tried.as_deref().unwrap_or_default();
        let left = moves.iter().filter_map(|step| step.from);
        left.filter(|from| moves.iter().all(|step| step.to != *from)).collect()
    }
}

impl Naive {
    pub fn of(opened: &OpenSale) -> Self {
        let chairs = opened.plan.seats().map(|(_, seat)| Chair {
            number: seat.number,
            class: seat.class,
            exit: seat.attributes.has(Attribute::ExitRow),
            dear: seat.attributes.has(Attribute::ExtraLegroom),
            block: (seat.number.row(), seat.block),
            owner: Owner::Nobody,
        });
        Self {
            chairs: chairs.collect(),
            promises: Vec::new(),
            orders: Vec::new(),
            status: Status::Scheduled,
            departs: opened.departs.millis(),
            arrives: opened.arrives.millis(),
        }
    }

    pub fn chair(&self, number: SeatNumber) -> Option<&Chair> {
        self.chairs.iter().find(|chair| chair.number == number)
    }

    pub fn owner(&self, number: SeatNumber) -> Owner {
        self.chair(number).expect("the chair exists").owner
    }

    /// Gives a chair away. Nobody may have it.
    pub fn take(&mut self, number: SeatNumber, owner: Owner) {
        assert_eq!(self.owner(number), Owner::Nobody, "{number} would have two owners");
        self.set(number, owner);
    }

    pub fn set(&mut self, number: SeatNumber, owner: Owner) {
        let chair = self.chairs.iter_mut().find(|chair| chair.number == number);
        chair.expect("the chair exists").owner = owner;
    }

    pub fn open(&self, class: CabinClass) -> Vec<&Chair> {
        self.chairs.iter().filter(|chair| chair.class == class && chair.owner == Owner::Nobody).collect()
    }

    pub fn pinned(&self, promise: u64) -> Vec<SeatNumber> {
        let kept = self.kept();
        let pinned = self.chairs.iter().filter(|chair| chair.owner == Owner::Promise(promise));
        pinned.map(|chair| chair.number).filter(|number| !kept.contains(number)).collect()
    }

    pub fn promise(&self, number: u64) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.number == number)
    }

    pub fn order(&self, booking: BookingId) -> Option<&Order> {
        self.orders.iter().find(|order| order.booking == booking)
    }

    pub fn promises_of(&self, booking: BookingId) -> Vec<u64> {
        let of_booking = |promise: &&Promise| promise.order.is_some_and(|(other, _)| other == booking);
        self.promises.iter().filter(of_booking).map(|promise| promise.number).collect()
    }

    pub fn counts(&self, class: CabinClass) -> Counts {
        let chairs: Vec<&Chair> = self.chairs.iter().filter(|chair| chair.class == class).collect();
        let having = |wanted: fn(Owner) -> bool| chairs.iter().filter(|chair| wanted(chair.owner)).count();
        let promises: Vec<&Promise> = self.promises.iter().filter(|promise| promise.class == class).collect();
        let held: usize = promises.iter().map(|promise| promise.places).sum();
        let kept = self.kept();
        let pinned = chairs
            .iter()
            .filter(|chair| matches!(chair.owner, Owner::Promise(_)) && !kept.contains(&chair.number));
        let pinned = pinned.count();
        let sold_people = self.orders.iter().filter(|order| order.sold && order.class == class);
        let seated: Vec<&Passenger> =
            sold_people.flat_map(|order| &order.people).filter(|one| has_place(one)).collect();
        let standing = seated.iter().filter(|one| one.seat.is_none()).count();
        Counts {
            seats: chairs.len(),
            open: having(|owner| owner == Owner::Nobody),
            held,
            sold: seated.len() + having(|owner| owner == Owner::Elsewhere),
            blocked: having(|owner| matches!(owner, Owner::Operations(_))),
            unseated: held - pinned + standing,
        }
    }

    /// The chairs that somebody left to try another one.
    pub fn kept(&self) -> Vec<SeatNumber> {
        self.orders.iter().flat_map(Order::kept).collect()
    }

    /// Places that nobody has a right to.
    pub fn sellable(&self, class: CabinClass) -> usize {
        let counts = self.counts(class);
        counts.open - counts.unseated
    }

    pub fn first_deadline(&self) -> Option<Millis> {
        self.promises.iter().map(|promise| promise.until).min()
    }

    /// Ends a promise; its booking ends with it.
    pub fn end(&mut self, number: u64) {
        for chair in &mut self.chairs {
            if chair.owner == Owner::Promise(number) {
                chair.owner = Owner::Nobody;
            }
        }
        let ended = self.promise(number).expect("it ends once").clone();
        self.promises.retain(|promise| promise.number != number);
        if let Some((booking, _)) = ended.order {
            self.orders.retain(|order| order.booking != booking);
        }
    }

    /// Ends what is due, and says which.
    pub fn lapse(&mut self, now: Millis) -> Vec<u64> {
        let due = self.promises.iter().filter(|promise| promise.until <= now);
        let due: Vec<u64> = due.map(|promise| promise.number).collect();
        due.iter().for_each(|number| self.end(*number));
        due
    }
}

pub fn has_place(passenger: &Passenger) -> bool {
    passenger.kind != TravellerType::Infant
}
