//! Whether everybody sits where they may, once it is known who sits where.

use super::{Breach, Party, Passenger, SeatRule, TravellerType};
use crate::ids::PassengerId;
use crate::plan::{Attribute, PlannedSeat, SeatNumber, SeatPlan};

/// Counts passengers by kind. Counts no further than 255 of each.
#[must_use]
pub fn party_of(passengers: &[Passenger]) -> Party {
    let count = |kind| {
        let of_kind = passengers.iter().filter(|passenger| passenger.kind == kind).count();
        u8::try_from(of_kind).unwrap_or(u8::MAX)
    };
    Party {
        adults: count(TravellerType::Adult),
        children: count(TravellerType::Child),
        infants: count(TravellerType::Infant),
    }
}

/// Counts passengers as seats are looked for: an adult who may not sit in an exit row, and holds no infant, takes
/// the same seats as a child.
#[must_use]
pub fn seating_party_of(passengers: &[Passenger]) -> Party {
    let kind = |passenger: &Passenger| match passenger.kind {
        TravellerType::Adult if passenger.no_exit && !holds_infant(passenger.id, passengers) => {
            TravellerType::Child
        }
        TravellerType::Adult | TravellerType::Child | TravellerType::Infant => passenger.kind,
    };
    let seen: Vec<Passenger> =
        passengers.iter().map(|passenger| Passenger { kind: kind(passenger), ..*passenger }).collect();
    party_of(&seen)
}

/// Says which rules these passengers break on the seats and laps that they have; empty when none. Who has no
/// seat yet breaks no rule about seats.
///
/// Whether they may travel at all is for [`breaches_of_party`](super::breaches_of_party): these may be some
/// of a larger party.
#[must_use]
pub fn breaches_of_passengers(plan: &SeatPlan, passengers: &[Passenger]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (place, passenger) in passengers.iter().enumerate() {
        let before = &passengers[..place];
        breaches.extend(name_rule(passenger, before).map(Breach::of));
        breaches.extend(lap_rule(passenger, before, passengers).map(Breach::of));
        if let Some(number) = passenger.seat {
            breaches
                .extend(seat_rule(plan, number, passenger, passengers).map(|rule| Breach::at(number, rule)));
            breaches.extend(sharing_rule(number, before).map(|rule| Breach::at(number, rule)));
        }
    }
    breaches.extend(shared_blocks(plan, passengers));
    breaches
}

fn name_rule(passenger: &Passenger, before: &[Passenger]) -> Option<SeatRule> {
    let again = before.iter().any(|other| other.id == passenger.id);
    again.then_some(SeatRule::PassengerNamedTwice)
}

/// The rule about laps that this passenger breaks.
fn lap_rule(passenger: &Passenger, before: &[Passenger], all: &[Passenger]) -> Option<SeatRule> {
    match (passenger.kind, passenger.lap_of) {
        (TravellerType::Infant, Some(adult)) => {
            let holder = all.iter().find(|other| other.id == adult);
            match holder.map(|holder| holder.kind) {
                None => Some(SeatRule::InfantNeedsLap),
                Some(TravellerType::Child | TravellerType::Infant) => Some(SeatRule::LapOfAdultsOnly),
                Some(TravellerType::Adult) => {
                    holds_infant(adult, before).then_some(SeatRule::OneInfantPerLap)
                }
            }
        }
        (TravellerType::Infant, None) => Some(SeatRule::InfantNeedsLap),
        (TravellerType::Adult | TravellerType::Child, Some(_)) => Some(SeatRule::OnlyInfantsOnLaps),
        (TravellerType::Adult | TravellerType::Child, None) => None,
    }
}

fn holds_infant(adult: PassengerId, passengers: &[Passenger]) -> bool {
    passengers.iter().any(|other| other.kind == TravellerType::Infant && other.lap_of == Some(adult))
}

/// The rule of the seat itself that this passenger breaks on it.
fn seat_rule(
    plan: &SeatPlan,
    number: SeatNumber,
    passenger: &Passenger,
    all: &[Passenger],
) -> Option<SeatRule> {
    let Some(index) = plan.index_of(number) else { return Some(SeatRule::NoSuchSeat) };
    let attributes = plan.seat(index).attributes;
    let exit = attributes.has(Attribute::ExitRow);
    match passenger.kind {
        TravellerType::Infant => Some(SeatRule::InfantHasSeat),
        TravellerType::Child => exit.then_some(SeatRule::ExitRowAdultsOnly),
        TravellerType::Adult if !holds_infant(passenger.id, all) => {
            (exit && passenger.no_exit).then_some(SeatRule::ExitRowMinAge)
        }
        TravellerType::Adult if exit => Some(SeatRule::ExitRowNoInfant),
        TravellerType::Adult => attributes.has(Attribute::NoInfant).then_some(SeatRule::NoInfantSeat),
    }
}

fn sharing_rule(number: SeatNumber, before: &[Passenger]) -> Option<SeatRule> {
    let again = before.iter().any(|other| other.seat == Some(number));
    again.then_some(SeatRule::SeatNamedTwice)
}

/// One breach for each adult with an infant who sits in a block where another one does already.
fn shared_blocks(plan: &SeatPlan, passengers: &[Passenger]) -> Vec<Breach> {
    let mut holding: Vec<&PlannedSeat> = Vec::new();
    let mut breaches = Vec::new();
    for passenger in passengers.iter().filter(|passenger| passenger.kind == TravellerType::Adult) {
        let seat = passenger.seat.and_then(|number| plan.index_of(number)).map(|index| plan.seat(index));
        let Some(seat) = seat.filter(|_| holds_infant(passenger.id, passengers)) else { continue };
        let same_block =
            |other: &&PlannedSeat| other.number.row() == seat.number.row() && other.block == seat.block;
        if holding.iter().any(same_block) {
            breaches.push(Breach::at(seat.number, SeatRule::OneInfantPerSeatBlock));
        }
        holding.push(seat);
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads passengers: `1A adult`, `- child`, `- infant 1`, numbered from 1; a number at the end is a lap.
    fn passengers(text: &str) -> Vec<Passenger> {
        let read = |(number, line): (u8, &str)| {
            let words: Vec<&str> = line.split(' ').collect();
            let kind = match words[1] {
                "adult" => TravellerType::Adult,
                "child" => TravellerType::Child,
                _ => TravellerType::Infant,
            };
            Passenger {
                id: PassengerId::new(number),
                kind,
                seat: words[0].parse().ok(),
                lap_of: words.get(2).map(|number| PassengerId::new(number.parse().unwrap())),
                no_exit: false,
            }
        };
        (1..).zip(text.split(", ")).map(read).collect()
    }

    /// Row 7 of twelve is an exit row.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, SeatRule)]) {
        let plan = SeatPlan::read("Y:1-12:ABC-DE", "").unwrap();
        let expected: Vec<Breach> =
            expected.iter().map(|(seat, rule)| Breach { seat: seat.parse().ok(), rule: *rule }).collect();
        assert_eq!(breaches_of_passengers(&plan, &passengers(text)), expected, "{text}");
    }

    #[test]
    fn who_may_sit_where() {
        check("1A adult, 1B child, - infant 1", &[]);
        check("7A adult, - child", &[]);
        check("7A adult, 7B child", &[("7B", SeatRule::ExitRowAdultsOnly)]);
        check("7A adult, - infant 1", &[("7A", SeatRule::ExitRowNoInfant)]);
        check("1A adult, 1B adult", &[]);
        check("1A adult, 1A adult", &[("1A", SeatRule::SeatNamedTwice)]);
        check("20A adult", &[("20A", SeatRule::NoSuchSeat)]);
        check("1A adult, 1B infant 1", &[("1B", SeatRule::InfantHasSeat)]);
    }

    #[test]
    fn who_may_be_held_by_whom() {
        check("- adult, - infant", &[("", SeatRule::InfantNeedsLap)]);
        check("- adult, - infant 9", &[("", SeatRule::InfantNeedsLap)]);
        check("- adult, - child, - infant 2", &[("", SeatRule::LapOfAdultsOnly)]);
        check("- adult, - infant 1, - infant 2", &[("", SeatRule::LapOfAdultsOnly)]);
        check("- adult, - infant 1, - infant 1", &[("", SeatRule::OneInfantPerLap)]);
        check("- adult, - child 1", &[("", SeatRule::OnlyInfantsOnLaps)]);
    }

    #[test]
    fn two_infants_are_not_held_in_one_block() {
        let infants = "- infant 1, - infant 2";
        check(&format!("1A adult, 1C adult, {infants}"), &[("1C", SeatRule::OneInfantPerSeatBlock)]);
        check(&format!("1C adult, 1D adult, {infants}"), &[]);
        check(&format!("1A adult, 2A adult, {infants}"), &[]);
    }

    #[test]
    fn a_passenger_is_named_once() {
        let plan = SeatPlan::read("Y:1-12:ABC-DE", "").unwrap();
        let one = passengers("1A adult")[0];
        let twice = [one, Passenger { seat: None, ..one }];
        assert_eq!(breaches_of_passengers(&plan, &twice), [Breach::of(SeatRule::PassengerNamedTwice)]);
    }

    #[test]
    fn a_party_is_counted_by_kind() {
        let party = party_of(&passengers("- adult, - child, - adult, - infant 1"));
        assert_eq!(party, Party { adults: 2, children: 1, infants: 1 });
        assert_eq!(party.seated(), 3);
        assert_eq!(Party { adults: 255, children: 255, infants: 0 }.seated(), 255);
    }
}
