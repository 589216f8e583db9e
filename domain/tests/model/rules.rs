//! Who may travel and sit where, found by trying every way.

use domain::ids::PassengerId;
use domain::party::{Party, Passenger, TravellerType};
use domain::plan::SeatNumber;

use crate::naive::{Chair, Naive, has_place};

/// One of a party whose names do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sitter {
    Alone,
    WithInfant,
    Child,
}

pub fn may_travel(adults: usize, children: usize, infants: usize) -> bool {
    let seated = adults + children;
    (1..=9).contains(&seated) && adults > 0 && infants <= adults
}

pub fn these_may_travel(people: &[Passenger]) -> bool {
    let count = |kind| people.iter().filter(|one| one.kind == kind).count();
    may_travel(count(TravellerType::Adult), count(TravellerType::Child), count(TravellerType::Infant))
}

/// How these people count when chairs are sought for them.
pub fn as_seated(people: &[Passenger]) -> Party {
    let mut party = Party::default();
    for one in people {
        let young = one.no_exit && !holds_infant(people, one.id);
        match one.kind {
            TravellerType::Infant => party.infants += 1,
            TravellerType::Adult if !young => party.adults += 1,
            TravellerType::Adult | TravellerType::Child => party.children += 1,
        }
    }
    party
}

fn may_sit(sitter: Sitter, chair: &Chair) -> bool {
    match sitter {
        Sitter::Alone => true,
        Sitter::WithInfant | Sitter::Child => !chair.exit,
    }
}

/// Whether some of this party can sit on all of these chairs. Unknown travellers sit anywhere but at exits.
pub fn can_take(party: Option<&Party>, chairs: &[&Chair]) -> bool {
    let Some(party) = party else { return chairs.iter().all(|chair| !chair.exit) };
    let (adults, infants) = (usize::from(party.adults), usize::from(party.infants));
    let mut sitters = vec![Sitter::Alone; adults - infants];
    sitters.extend(vec![Sitter::WithInfant; infants]);
    sitters.extend(vec![Sitter::Child; usize::from(party.children)]);
    can_seat(&mut sitters, chairs, &mut Vec::new())
}

/// Tries everybody on the first chair, and the others on the rest.
fn can_seat(waiting: &mut Vec<Sitter>, chairs: &[&Chair], infants_in: &mut Vec<(u8, u8)>) -> bool {
    let Some((chair, rest)) = chairs.split_first() else { return true };
    for sitter in [Sitter::Alone, Sitter::Child, Sitter::WithInfant] {
        let Some(place) = waiting.iter().position(|one| *one == sitter) else { continue };
        let crowded = sitter == Sitter::WithInfant && infants_in.contains(&chair.block);
        if crowded || !may_sit(sitter, chair) {
            continue;
        }
        waiting.remove(place);
        let depth = infants_in.len();
        if sitter == Sitter::WithInfant {
            infants_in.push(chair.block);
        }
        let found = can_seat(waiting, rest, infants_in);
        infants_in.truncate(depth);
        waiting.push(sitter);
        if found {
            return true;
        }
    }
    false
}

/// Whether a party finds as many suitable chairs among these as it needs, wherever they are.
pub fn finds_chairs(party: Option<&Party>, places: usize, chairs: &[&Chair]) -> bool {
    let plain: Vec<&&Chair> = chairs.iter().filter(|chair| !chair.exit).collect();
    let Some(party) = party else { return plain.len() >= places };
    let mut blocks: Vec<(u8, u8)> = plain.iter().map(|chair| chair.block).collect();
    blocks.dedup();
    let alone = usize::from(party.adults - party.infants);
    let exits = (chairs.len() - plain.len()).min(alone);
    blocks.len() >= usize::from(party.infants) && plain.len() + exits >= places
}

fn lap_is_right(passenger: &Passenger, people: &[Passenger]) -> bool {
    match (passenger.kind, passenger.lap_of) {
        (TravellerType::Infant, Some(lap)) => {
            let adult = |one: &&Passenger| one.id == lap && one.kind == TravellerType::Adult;
            let sharing = people.iter().filter(|one| one.lap_of == Some(lap)).count();
            people.iter().find(adult).is_some() && sharing == 1
        }
        (TravellerType::Infant, None) | (TravellerType::Adult | TravellerType::Child, Some(_)) => false,
        (TravellerType::Adult | TravellerType::Child, None) => true,
    }
}

pub fn laps_are_right(people: &[Passenger]) -> bool {
    people.iter().all(|one| lap_is_right(one, people))
}

fn holds_infant(people: &[Passenger], id: PassengerId) -> bool {
    people.iter().any(|one| one.lap_of == Some(id))
}

/// Whether everybody who sits may sit there, and every infant has its lap.
pub fn sit_right(naive: &Naive, people: &[Passenger]) -> bool {
    let mut infants_in = Vec::new();
    for (place, one) in people.iter().enumerate() {
        let named_before = people[..place].iter().any(|other| other.id == one.id);
        if named_before || !lap_is_right(one, people) {
            return false;
        }
        let Some(number) = one.seat else { continue };
        let Some(chair) = naive.chair(number).filter(|_| has_place(one)) else { return false };
        let with_infant = holds_infant(people, one.id);
        let free = one.kind == TravellerType::Adult && !with_infant && !one.no_exit;
        let shared = people[..place].iter().any(|other| other.seat == Some(number));
        if shared || (chair.exit && !free) || (with_infant && infants_in.contains(&chair.block)) {
            return false;
        }
        if with_infant {
            infants_in.push(chair.block);
        }
    }
    true
}

/// Whether the pinned chairs can be given to these people: those that they name to them, the rest to anybody.
pub fn can_be_dealt(naive: &Naive, people: &[Passenger], pinned: &[SeatNumber]) -> bool {
    let mut rest = pinned.to_vec();
    for one in people {
        let Some(number) = one.seat else { continue };
        let Some(place) = rest.iter().position(|other| *other == number) else { return false };
        rest.remove(place);
    }
    deal(naive, &mut people.to_vec(), &rest)
}

fn deal(naive: &Naive, people: &mut [Passenger], rest: &[SeatNumber]) -> bool {
    let Some((number, rest)) = rest.split_first() else { return sit_right(naive, people) };
    (0..people.len()).any(|place| {
        if people[place].seat.is_some() || !has_place(&people[place]) {
            return false;
        }
        people[place].seat = Some(*number);
        let found = deal(naive, people, rest);
        people[place].seat = None;
        found
    })
}
