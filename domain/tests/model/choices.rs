//! What an accepted command does to the naive model. Where the product chose, the model takes over its choice
//! after checking that it could be chosen: which seats were the best, and who of a party sits where.

use domain::flight::{
    ChangeSeats, ChangeStatus, ClaimHolds, Command, Event, HoldSeats, SeatChoice, SeatMove, StartPaying,
    Status, Term,
};
use domain::ids::{BookingId, PassengerId};
use domain::party::Passenger;
use domain::plan::SeatNumber;
use domain::time::Timestamp;

use crate::naive::{MINUTE, Millis, Naive, Order, Owner, Promise, has_place};
use crate::rules;

/// When and as which row a command was accepted, and what the product made of it.
pub struct Accepted<'a> {
    pub now: Millis,
    pub row: u64,
    pub events: &'a [Event],
}

impl Accepted<'_> {
    fn dealt(&self) -> Vec<Passenger> {
        let dealt = self.events.iter().find_map(|event| {
            let Event::HoldsClaimed { passengers, .. } = event else { return None };
            Some(passengers.clone())
        });
        dealt.expect("a claim says who sits where")
    }

    fn picked(&self) -> Vec<SeatNumber> {
        let picked = self.events.iter().find_map(|event| {
            let Event::SeatsHeld(held) = event else { return None };
            Some(held.seats.clone())
        });
        picked.expect("a hold says which seats it pins")
    }

    fn moved(&self) -> Vec<SeatMove> {
        let moved = self.events.iter().find_map(|event| match event {
            Event::SeatsChanged { moves, .. } | Event::SeatsTried { moves, .. } => Some(moves.clone()),
            _ => None,
        });
        moved.unwrap_or_default()
    }
}

impl Naive {
    /// Does what was asked. Nothing is due, and it may be done.
    pub fn does(&mut self, command: &Command, accepted: &Accepted<'_>) {
        match command {
            Command::OpenSale(_) | Command::LapseDue => {}
            Command::HoldSeats(asked) => self.holds(asked, accepted),
            Command::ExtendHold(asked) => {
                let ttl = Millis::try_from(asked.ttl.as_millis()).expect("an accepted term is short");
                let promise = self.promise_mut(asked.hold.row().number());
                promise.until = (accepted.now + ttl).min(promise.created + 120 * MINUTE);
            }
            Command::ReleaseHold(asked) => self.end(asked.hold.row().number()),
            Command::ClaimHolds(asked) => self.claims(asked, accepted),
            Command::ReturnClaim { booking } => self.returns(*booking),
            Command::ReleaseClaim { booking } => {
                self.promises_of(*booking).into_iter().for_each(|number| self.end(number));
            }
            Command::StartPaying(asked) => self.pays(asked),
            Command::Confirm { booking } => self.sells(*booking),
            Command::CancelPlaces(asked) => self.cancels(asked.booking, &asked.passengers),
            Command::UndoSale { booking } => {
                let people = self.order(*booking).map(|order| order.people.clone()).unwrap_or_default();
                self.cancels(*booking, &people.iter().map(|one| one.id).collect::<Vec<_>>());
            }
            Command::ChangeSeats(asked) => self.changes(asked, accepted),
            Command::TrySeats(asked) => self.tries(asked, accepted),
            Command::KeepSeats { booking } => self.keeps(*booking),
            Command::UndoSeats { booking } => self.undoes(*booking),
            Command::AssignSeats { booking, .. } => self.assigns(*booking, accepted),
            Command::BlockSeats(asked) => self.set_open(&asked.seats, Owner::Operations(asked.reason)),
            Command::SellElsewhere(asked) => self.set_open(&asked.seats, Owner::Elsewhere),
            Command::UnblockSeats(asked) | Command::ReturnElsewhere(asked) => {
                asked.seats.iter().for_each(|seat| self.set(*seat, Owner::Nobody));
            }
            Command::ChangeStatus(asked) => self.becomes(asked),
        }
    }

    fn promise_mut(&mut self, number: u64) -> &mut Promise {
        self.promises.iter_mut().find(|promise| promise.number == number).expect("the promise lives")
    }

    fn set_open(&mut self, named: &[SeatNumber], owner: Owner) {
        for number in named {
            if self.owner(*number) == Owner::Nobody {
                self.take(*number, owner);
            }
        }
    }

    fn holds(&mut self, asked: &HoldSeats, accepted: &Accepted<'_>) {
        if asked.booking.as_ref().is_some_and(|party| self.order(party.booking).is_some()) {
            return;
        }
        let seats = accepted.picked();
        match &asked.seats {
            SeatChoice::Exact(named) => {
                let mut named = named.clone();
                named.sort_unstable();
                assert_eq!(seats, named);
            }
            SeatChoice::Later => assert!(seats.is_empty()),
            SeatChoice::ExactAndBest(named, _) => {
                assert_eq!(seats.len(), usize::from(asked.places));
                assert!(named.iter().all(|seat| seats.contains(seat)));
            }
            SeatChoice::Best(wish) => {
                assert_eq!(seats.len(), usize::from(asked.places));
                let chairs: Vec<_> = seats.iter().filter_map(|seat| self.chair(*seat)).collect();
                assert!(chairs.iter().all(|chair| chair.class == asked.class));
                assert!(asked.booking.is_some() || rules::can_take(asked.party.as_ref(), &chairs));
                let rows = chairs[chairs.len() - 1].block.0 - chairs[0].block.0;
                assert!(!wish.together || usize::from(rows) < seats.len(), "{seats:?} are not together");
            }
        }
        for seat in &seats {
            self.take(*seat, Owner::Promise(accepted.row));
        }
        let until = match asked.term {
            Term::For(ttl) => accepted.now + Millis::try_from(ttl.as_millis()).expect("a term is short"),
            Term::Until(until) => until.millis(),
        };
        self.promises.push(Promise {
            number: accepted.row,
            who: asked.holder.principal.to_string(),
            class: asked.class,
            places: usize::from(asked.places),
            created: accepted.now,
            until,
            order: None,
        });
        if let Some(party) = &asked.booking {
            self.puts_in_order(party.booking, &[accepted.row], &party.passengers, until);
            self.sits_down(party.booking, &accepted.dealt());
        }
    }

    fn puts_in_order(&mut self, booking: BookingId, numbers: &[u64], people: &[Passenger], until: Millis) {
        for number in numbers {
            let promise = self.promise_mut(*number);
            promise.order = Some((booking, promise.until));
            promise.until = until;
        }
        let class = self.promise_mut(numbers[0]).class;
        let people = people.to_vec();
        let (dear, tried) = (Vec::new(), None);
        self.orders.push(Order { booking, class, people, fence: None, sold: false, dear, tried });
    }

    /// Takes over who sits where: the same people, each pinned seat given to one of them, and nobody else's.
    fn sits_down(&mut self, booking: BookingId, dealt: &[Passenger]) {
        let numbers = self.promises_of(booking);
        let mut pinned: Vec<SeatNumber> = numbers.iter().flat_map(|number| self.pinned(*number)).collect();
        let mut given: Vec<SeatNumber> = dealt.iter().filter_map(|one| one.seat).collect();
        pinned.sort_unstable();
        given.sort_unstable();
        assert_eq!(given, pinned, "each pinned seat is given to somebody");
        assert!(rules::sit_right(self, dealt), "{dealt:?}");
        let order = self.order_mut(booking);
        for (asked, got) in order.people.iter().zip(dealt) {
            assert!(asked.seat.is_none() || asked.seat == got.seat, "a named seat is given to who names it");
            assert_eq!(Passenger { seat: None, ..*asked }, Passenger { seat: None, ..*got });
        }
        order.people = dealt.to_vec();
        self.prices(booking);
    }

    /// Legroom costs until it is paid; after that nothing changes what was paid.
    fn prices(&mut self, booking: BookingId) {
        let order = self.order(booking).expect("the order is known").clone();
        let dear =
            |one: &Passenger| one.seat.and_then(|seat| self.chair(seat)).is_some_and(|chair| chair.dear);
        let dear = order.people.iter().filter(|one| dear(one)).map(|one| one.id).collect();
        if !order.sold {
            self.order_mut(booking).dear = dear;
        }
    }

    fn order_mut(&mut self, booking: BookingId) -> &mut Order {
        self.orders.iter_mut().find(|order| order.booking == booking).expect("the order is known")
    }

    fn claims(&mut self, asked: &ClaimHolds, accepted: &Accepted<'_>) {
        let booking = asked.party.booking;
        if self.order(booking).is_some() {
            return;
        }
        let numbers: Vec<u64> = asked.holds.iter().map(|hold| hold.row().number()).collect();
        self.puts_in_order(booking, &numbers, &asked.party.passengers, asked.until.millis());
        self.sits_down(booking, &accepted.dealt());
    }

    fn returns(&mut self, booking: BookingId) {
        self.keeps(booking);
        for number in self.promises_of(booking) {
            let promise = self.promise_mut(number);
            let (_, before) = promise.order.take().expect("it is in the booking's hand");
            promise.until = before;
        }
        self.orders.retain(|order| order.booking != booking);
    }

    fn pays(&mut self, asked: &StartPaying) {
        if self.order(asked.booking).is_none_or(|order| order.sold || order.fence.is_some()) {
            return;
        }
        self.order_mut(asked.booking).fence = Some(asked.fence.millis());
        for number in self.promises_of(asked.booking) {
            self.promise_mut(number).until = asked.fence.millis() + 5 * MINUTE;
        }
    }

    fn sells(&mut self, booking: BookingId) {
        let numbers = self.promises_of(booking);
        if self.order_mut(booking).sold {
            return;
        }
        self.keeps(booking);
        let order = self.order_mut(booking);
        order.sold = true;
        order.fence = None;
        let people = order.people.clone();
        self.promises.retain(|promise| !numbers.contains(&promise.number));
        for one in people {
            if let Some(seat) = one.seat {
                assert!(matches!(self.owner(seat), Owner::Promise(number) if numbers.contains(&number)));
                self.set(seat, Owner::Buyer(booking, one.id));
            }
        }
    }

    fn cancels(&mut self, booking: BookingId, leaving: &[PassengerId]) {
        let leaves = |one: &Passenger| leaving.contains(&one.id);
        let sold = self.order(booking).filter(|order| order.sold);
        if !sold.is_some_and(|order| order.people.iter().any(leaves)) {
            return;
        }
        self.keeps(booking);
        let order = self.order_mut(booking);
        let opened: Vec<SeatNumber> =
            order.people.iter().filter(|one| leaves(one)).filter_map(|one| one.seat).collect();
        order.people.retain(|one| !leaves(one));
        self.orders.retain(|order| !order.people.is_empty());
        opened.into_iter().for_each(|seat| self.set(seat, Owner::Nobody));
    }

    fn changes(&mut self, asked: &ChangeSeats, accepted: &Accepted<'_>) {
        let moved = accepted.moved();
        let order = self.order(asked.booking).expect("who moves has a booking").clone();
        for (who, to) in &asked.moves {
            let before = order.people.iter().find(|one| one.id == *who).and_then(|one| one.seat);
            let step = moved.iter().find(|step| step.passenger == *who).map(|step| (step.from, step.to));
            let expected = (before != Some(*to)).then_some((before, *to));
            assert_eq!(step, expected, "who moves, moves as asked");
        }
        self.moves(asked.booking, &moved);
    }

    /// They sit on what they try, and what they left is still theirs.
    fn tries(&mut self, asked: &ChangeSeats, accepted: &Accepted<'_>) {
        let moved = accepted.moved();
        if moved.is_empty() {
            return;
        }
        self.order_mut(asked.booking).tried = Some(moved.clone());
        let kept: Vec<(SeatNumber, Owner)> =
            self.order_mut(asked.booking).kept().into_iter().map(|seat| (seat, self.owner(seat))).collect();
        self.order_mut(asked.booking).tried = None;
        self.changes(asked, accepted);
        kept.into_iter().for_each(|(seat, owner)| self.take(seat, owner));
        self.order_mut(asked.booking).tried = Some(moved);
    }

    /// What was left is nobody's.
    fn keeps(&mut self, booking: BookingId) {
        let Some(order) = self.orders.iter_mut().find(|order| order.booking == booking) else { return };
        let kept = order.kept();
        order.tried = None;
        kept.into_iter().for_each(|seat| self.set(seat, Owner::Nobody));
    }

    /// They are back where they sat, and the chairs that they tried are nobody's.
    fn undoes(&mut self, booking: BookingId) {
        let Some(order) = self.orders.iter_mut().find(|order| order.booking == booking) else { return };
        let Some(tried) = order.tried.take() else { return };
        tried.iter().for_each(|step| self.set(step.to, Owner::Nobody));
        for step in &tried {
            if let Some(from) = step.from {
                let bought = Owner::Buyer(booking, step.passenger);
                self.set(from, step.hold.map_or(bought, |hold| Owner::Promise(hold.row().number())));
            }
            let people = &mut self.order_mut(booking).people;
            people.iter_mut().find(|one| one.id == step.passenger).expect("they are aboard").seat = step.from;
        }
        self.prices(booking);
    }

    fn assigns(&mut self, booking: BookingId, accepted: &Accepted<'_>) {
        let moved = accepted.moved();
        let order = self.order(booking).expect("whoever waits has a booking").clone();
        for one in order.people.iter().filter(|one| has_place(one)) {
            let gets = moved.iter().filter(|step| step.passenger == one.id && step.from.is_none()).count();
            assert_eq!(gets, usize::from(one.seat.is_none()), "whoever waits gets a seat, and nobody else");
        }
        self.moves(booking, &moved);
    }

    /// All leave, then all arrive.
    fn moves(&mut self, booking: BookingId, steps: &[SeatMove]) {
        steps.iter().filter_map(|step| step.from).for_each(|from| self.set(from, Owner::Nobody));
        let sold = self.order_mut(booking).sold;
        for step in steps {
            let owner = match step.hold {
                Some(hold) => Owner::Promise(hold.row().number()),
                None => Owner::Buyer(booking, step.passenger),
            };
            assert_eq!(step.hold.is_none(), sold, "a sold seat needs no hold");
            self.take(step.to, owner);
            let people = &mut self.order_mut(booking).people;
            let one = people.iter_mut().find(|one| one.id == step.passenger).expect("who moves is aboard");
            one.seat = Some(step.to);
        }
        for number in self.promises_of(booking) {
            assert!(self.pinned(number).len() <= self.promise_mut(number).places);
        }
        let people = self.order_mut(booking).people.clone();
        assert!(rules::sit_right(self, &people));
        self.prices(booking);
    }

    fn becomes(&mut self, asked: &ChangeStatus) {
        let departs = asked.departs.map_or(self.departs, Timestamp::millis);
        self.arrives = asked.arrives.map_or(departs + self.arrives - self.departs, Timestamp::millis);
        (self.status, self.departs) = (asked.status, departs);
        if matches!(asked.status, Status::Cancelled | Status::Departed) {
            let all: Vec<u64> = self.promises.iter().map(|promise| promise.number).collect();
            all.into_iter().for_each(|number| self.end(number));
        }
    }
}
