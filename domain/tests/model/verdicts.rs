//! Whether a command is accepted, looked up in the naive model.

use domain::flight::{
    ChangeSeats, ChangeStatus, ClaimHolds, Command, HoldSeats, HolderKind, SeatChoice, StartPaying, Status,
    Term,
};
use domain::ids::{BookingId, PassengerId, PrincipalId};
use domain::party::{Party, Passenger, TravellerType};
use domain::pick::Preferences;
use domain::plan::{CabinClass, SeatNumber};
use domain::time::Timestamp;

use crate::naive::{MINUTE, Millis, Naive, Order, Owner, Promise, has_place};
use crate::rules;

/// What the model thinks of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Refused,
    /// It depends on how seats are picked, which the model does not know.
    Either,
}

fn when(accepted: bool) -> Verdict {
    if accepted { Verdict::Accepted } else { Verdict::Refused }
}

/// Judges a command. Nothing is due.
pub fn verdict(naive: &Naive, command: &Command, now: Millis) -> Verdict {
    let cancelled = naive.status == Status::Cancelled;
    match command {
        Command::OpenSale(_) | Command::LapseDue => Verdict::Accepted,
        Command::ReleaseHold(asked) => when(loose(naive, asked.hold.row().number(), &asked.by).is_some()),
        Command::ReturnClaim { booking } | Command::ReleaseClaim { booking } => {
            when(naive.order(*booking).is_none_or(|order| !order.sold))
        }
        Command::CancelPlaces(asked) => {
            let stay = |order: &Order| {
                let stays = order.people.iter().filter(|one| !asked.passengers.contains(&one.id));
                let stays: Vec<Passenger> = stays.copied().collect();
                let all = stays.len() == order.people.len();
                let none = stays.is_empty();
                let sound = rules::these_may_travel(&stays) && rules::sit_right(naive, &stays);
                all || none || cancelled || sound
            };
            let leaves = |order: &Order| order.people.iter().any(|one| asked.passengers.contains(&one.id));
            let flown = |order: &Order| order.sold && has_left(naive) && leaves(order);
            let may = |order: &Order| !order.sold || (stay(order) && !flown(order));
            when(naive.order(asked.booking).is_none_or(may))
        }
        Command::UndoSale { .. } | Command::KeepSeats { .. } | Command::UndoSeats { .. } => Verdict::Accepted,
        Command::ChangeStatus(asked) => when(may_become(naive, asked)),
        Command::HoldSeats(_)
        | Command::ExtendHold(_)
        | Command::ClaimHolds(_)
        | Command::StartPaying(_)
        | Command::ChangeSeats(_)
        | Command::TrySeats(_)
        | Command::AssignSeats { .. }
        | Command::BlockSeats(_)
        | Command::UnblockSeats(_)
        | Command::SellElsewhere(_)
        | Command::ReturnElsewhere(_)
            if cancelled =>
        {
            Verdict::Refused
        }
        Command::HoldSeats(asked) => may_hold(naive, asked, now),
        Command::ExtendHold(asked) => {
            let ttl = asked.ttl.as_millis();
            let fits = (1_000..=30 * 60_000).contains(&ttl);
            when(fits && loose(naive, asked.hold.row().number(), &asked.by).is_some())
        }
        Command::ClaimHolds(asked) => when(may_claim(naive, asked, now)),
        Command::StartPaying(asked) => when(may_pay(naive, asked, now)),
        Command::Confirm { booking } => when(naive.order(*booking).is_some()),
        Command::ChangeSeats(asked) => when(may_change(naive, asked)),
        Command::TrySeats(asked) => when(may_try(naive, asked)),
        Command::AssignSeats { booking, wish } => may_assign(naive, *booking, *wish),
        Command::BlockSeats(asked) => {
            let already = Owner::Operations(asked.reason);
            when(may_leave_sale(naive, &asked.seats, |owner| owner == already))
        }
        Command::SellElsewhere(asked) => {
            when(may_leave_sale(naive, &asked.seats, |owner| owner == Owner::Elsewhere))
        }
        Command::UnblockSeats(asked) => {
            when(all_free(naive, &asked.seats, |owner| matches!(owner, Owner::Operations(_))))
        }
        Command::ReturnElsewhere(asked) => {
            when(all_free(naive, &asked.seats, |owner| owner == Owner::Elsewhere))
        }
    }
}

fn loose<'a>(naive: &'a Naive, number: u64, by: &PrincipalId) -> Option<&'a Promise> {
    naive.promise(number).filter(|promise| promise.who == by.to_string() && promise.order.is_none())
}

fn may_hold(naive: &Naive, asked: &HoldSeats, now: Millis) -> Verdict {
    if let Some(order) = asked.booking.as_ref().and_then(|party| naive.order(party.booking)) {
        return when(!order.sold);
    }
    let on_sale = matches!(naive.status, Status::Scheduled | Status::Delayed);
    let in_time = now < naive.departs - 60 * MINUTE;
    let length = match asked.term {
        Term::For(ttl) => (1_000..=30 * 60_000).contains(&ttl.as_millis()),
        Term::Until(until) => now < until.millis() && until.millis() <= now + 120 * MINUTE,
    };
    let places = usize::from(asked.places);
    let known = party_of(asked);
    let fits = known.is_none_or(|(adults, children, infants)| {
        adults + children == places && rules::may_travel(adults, children, infants)
    });
    if !(on_sale && in_time && length && fits && (1..=9).contains(&places) && within_limits(naive, asked)) {
        return Verdict::Refused;
    }
    if naive.open(asked.class).is_empty() || places > naive.sellable(asked.class) {
        return Verdict::Refused;
    }
    let people = asked.booking.as_ref().map(|booking| booking.passengers.as_slice());
    if people.is_some_and(|people| !rules::laps_are_right(people)) {
        return Verdict::Refused;
    }
    let party = people.map_or(asked.party, |people| Some(rules::as_seated(people)));
    match &asked.seats {
        SeatChoice::Exact(named) => when(may_pin(naive, asked, named, party.as_ref())),
        SeatChoice::Later => when(people.is_none_or(|people| rules::can_be_dealt(naive, people, &[]))),
        SeatChoice::ExactAndBest(named, _) => {
            let known: Vec<SeatNumber> = people.into_iter().flatten().filter_map(|one| one.seat).collect();
            let open = |seat: &SeatNumber| {
                let chair = naive.chair(*seat).filter(|chair| chair.class == asked.class);
                chair.is_some_and(|chair| chair.owner == Owner::Nobody)
            };
            let sound = people.is_some_and(|people| rules::sit_right(naive, people));
            let may = sound && named.iter().all(open) && distinct(named) && named.len() == known.len();
            if may { Verdict::Either } else { Verdict::Refused }
        }
        SeatChoice::Best(wish) => {
            let found = rules::finds_chairs(party.as_ref(), places, &naive.open(asked.class));
            let sound = people.is_none_or(|people| rules::sit_right(naive, people));
            if found && sound && wish.together { Verdict::Either } else { when(found && sound) }
        }
    }
}

fn small(count: usize) -> u8 {
    u8::try_from(count).expect("parties are small")
}

/// Adults, children and infants, as far as they are known.
fn party_of(asked: &HoldSeats) -> Option<(usize, usize, usize)> {
    let Some(booking) = &asked.booking else {
        let counts = |party: Party| {
            (usize::from(party.adults), usize::from(party.children), usize::from(party.infants))
        };
        return asked.party.map(counts);
    };
    let count = |kind| booking.passengers.iter().filter(|one| one.kind == kind).count();
    Some((count(TravellerType::Adult), count(TravellerType::Child), count(TravellerType::Infant)))
}

fn within_limits(naive: &Naive, asked: &HoldSeats) -> bool {
    let name = asked.holder.principal.to_string();
    let mine: Vec<&Promise> = naive.promises.iter().filter(|promise| promise.who == name).collect();
    let places: usize = mine.iter().map(|promise| promise.places).sum();
    let (holds_max, places_max) = match asked.holder.kind {
        HolderKind::Customer => (4, 9),
        HolderKind::Agent => (50, 50),
    };
    mine.len() < holds_max && places + usize::from(asked.places) <= places_max
}

fn may_pin(naive: &Naive, asked: &HoldSeats, named: &[SeatNumber], party: Option<&Party>) -> bool {
    let chairs: Vec<_> = named.iter().filter_map(|number| naive.chair(*number)).collect();
    chairs.len() == named.len()
        && distinct(named)
        && named.len() <= usize::from(asked.places)
        && chairs.iter().all(|chair| chair.class == asked.class && chair.owner == Owner::Nobody)
        && match &asked.booking {
            None => rules::can_take(party, &chairs),
            Some(booking) => rules::can_be_dealt(naive, &booking.passengers, named),
        }
}

fn distinct<T: PartialEq>(all: &[T]) -> bool {
    all.iter().enumerate().all(|(place, one)| !all[..place].contains(one))
}

fn may_claim(naive: &Naive, asked: &ClaimHolds, now: Millis) -> bool {
    let mut numbers: Vec<u64> = asked.holds.iter().map(|hold| hold.row().number()).collect();
    numbers.sort_unstable();
    let people = &asked.party.passengers;
    if let Some(order) = naive.order(asked.party.booking) {
        return !order.sold && naive.promises_of(order.booking) == numbers;
    }
    let mine: Vec<&Promise> = numbers.iter().filter_map(|number| loose(naive, *number, &asked.by)).collect();
    let places: usize = mine.iter().map(|promise| promise.places).sum();
    let pinned: Vec<SeatNumber> = numbers.iter().flat_map(|number| naive.pinned(*number)).collect();
    !mine.is_empty()
        && mine.len() == numbers.len()
        && distinct(&numbers)
        && now < asked.until.millis()
        && asked.until.millis() <= now + 120 * MINUTE
        && mine.iter().all(|promise| promise.class == mine[0].class)
        && places == people.iter().filter(|one| has_place(one)).count()
        && rules::these_may_travel(people)
        && rules::can_be_dealt(naive, people, &pinned)
}

fn may_pay(naive: &Naive, asked: &StartPaying, now: Millis) -> bool {
    let fence = asked.fence.millis();
    let fits = now < fence && fence <= now + 15 * MINUTE;
    naive.order(asked.booking).is_some_and(|order| order.sold || order.fence.is_some() || fits)
}

fn has_left(naive: &Naive) -> bool {
    matches!(naive.status, Status::Departed | Status::Arrived)
}

fn may_change(naive: &Naive, asked: &ChangeSeats) -> bool {
    let Some(order) = naive.order(asked.booking).filter(|_| !has_left(naive)) else { return false };
    if order.tried.is_some() {
        return false;
    }
    let dearer = |(who, to): &(PassengerId, SeatNumber)| {
        let moves = order.people.iter().any(|one| one.id == *who && one.seat != Some(*to));
        let dear = naive.chair(*to).is_some_and(|chair| chair.dear);
        order.sold && moves && dear && !order.dear.contains(who)
    };
    if asked.moves.iter().any(dearer) {
        return false;
    }
    let movers: Vec<_> = asked.moves.iter().map(|(who, _)| *who).collect();
    let targets: Vec<SeatNumber> = asked.moves.iter().map(|(_, to)| *to).collect();
    let mut after = order.people.clone();
    for (who, to) in &asked.moves {
        let Some(one) = after.iter_mut().find(|one| one.id == *who && has_place(one)) else { return false };
        one.seat = Some(*to);
    }
    let left: Vec<SeatNumber> =
        order.people.iter().filter(|one| movers.contains(&one.id)).filter_map(|one| one.seat).collect();
    let free = |to: &SeatNumber| {
        let chair = naive.chair(*to).filter(|chair| chair.class == order.class);
        chair.is_some_and(|chair| chair.owner == Owner::Nobody || left.contains(to))
    };
    !movers.is_empty()
        && distinct(&movers)
        && distinct(&targets)
        && targets.iter().all(free)
        && rules::sit_right(naive, &after)
}

/// Like a change, but nobody gives a chair back for the one that they take.
fn may_try(naive: &Naive, asked: &ChangeSeats) -> bool {
    let Some(order) = naive.order(asked.booking) else { return false };
    let seat_of = |who| order.people.iter().find(|one| one.id == who).map(|one| one.seat);
    if order.tried.is_some() {
        return !has_left(naive) && asked.moves.iter().all(|(who, to)| seat_of(*who) == Some(Some(*to)));
    }
    let moves = || asked.moves.iter().filter(|(who, to)| seat_of(*who) != Some(Some(*to)));
    let taken = moves().filter(|(_, to)| naive.chair(*to).is_some_and(|chair| chair.owner == Owner::Nobody));
    let standing = moves().filter(|(who, _)| seat_of(*who) == Some(None)).count();
    may_change(naive, asked) && taken.count() <= naive.sellable(order.class) + standing
}

fn may_assign(naive: &Naive, booking: BookingId, wish: Preferences) -> Verdict {
    let Some(order) = naive.order(booking).filter(|_| !has_left(naive)) else { return Verdict::Refused };
    if order.tried.is_some() {
        return Verdict::Refused;
    }
    let waits = |one: &Passenger| has_place(one) && one.seat.is_none();
    let with_infant = |one: &Passenger| order.people.iter().any(|other| other.lap_of == Some(one.id));
    let waiting: Vec<&Passenger> = order.people.iter().filter(|one| waits(one)).collect();
    if waiting.is_empty() {
        return Verdict::Accepted;
    }
    let infants = waiting.iter().filter(|one| with_infant(one)).count();
    let as_child = |one: &Passenger| one.kind == TravellerType::Child || (one.no_exit && !with_infant(one));
    let children = waiting.iter().filter(|one| as_child(one)).count();
    let adults = waiting.len() - children;
    let party = Party { adults: small(adults), children: small(children), infants: small(infants) };
    let sitting = order.people.iter().any(|one| one.seat.is_some() && with_infant(one));
    if !rules::finds_chairs(Some(&party), waiting.len(), &naive.open(order.class)) {
        Verdict::Refused
    } else if wish.together || (sitting && infants > 0) {
        Verdict::Either
    } else {
        Verdict::Accepted
    }
}

fn all_free(naive: &Naive, named: &[SeatNumber], out: impl Fn(Owner) -> bool) -> bool {
    let fits = |number: &SeatNumber| {
        naive.chair(*number).is_some_and(|chair| chair.owner == Owner::Nobody || out(chair.owner))
    };
    !named.is_empty() && distinct(named) && named.iter().all(fits)
}

fn may_leave_sale(naive: &Naive, named: &[SeatNumber], already: impl Fn(Owner) -> bool) -> bool {
    let leaving =
        |class: CabinClass| naive.open(class).iter().filter(|chair| named.contains(&chair.number)).count();
    let room = CabinClass::ALL.iter().all(|class| leaving(*class) <= naive.sellable(*class));
    all_free(naive, named, already) && room
}

fn may_become(naive: &Naive, asked: &ChangeStatus) -> bool {
    use Status::{Arrived, Boarding, Cancelled, Delayed, Departed, Scheduled};
    let allowed: &[Status] = match naive.status {
        Scheduled | Delayed | Boarding => &[Scheduled, Delayed, Boarding, Departed, Cancelled],
        Departed => &[Departed, Arrived],
        Arrived => &[Arrived],
        Cancelled => &[Cancelled],
    };
    let departs = asked.departs.map_or(naive.departs, Timestamp::millis);
    let arrives = asked.arrives.map_or(departs + naive.arrives - naive.departs, Timestamp::millis);
    allowed.contains(&asked.status) && arrives > departs
}
