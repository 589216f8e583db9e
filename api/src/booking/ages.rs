//! Who somebody is by their age, which is asked on the day of each flight: an infant may come back as a child.

use domain::ids::{FlightId, PassengerId};
use domain::party::{self, Party, Passenger, SeatRule, TravellerType};
use domain::plan::SeatNumber;
use jiff::civil::Date;

use super::person::Traveller;
use crate::fields::Fields;

/// From this birthday on nobody is an infant any more (14 CFR 121.311: who has not reached the second birthday).
const INFANT_UNTIL_YEARS: i16 = 2;

/// From this birthday on the trade sells an adult's fare.
const CHILD_UNTIL_YEARS: i16 = 12;

/// Nobody younger sits in an exit row (14 CFR 121.585).
const EXIT_ROW_FROM_YEARS: i16 = 15;

/// Nobody younger looks after children, or holds an infant. Ours; airlines commonly ask for 16 or 18 years.
const GUARDIAN_FROM_YEARS: i16 = 16;

/// How many birthdays somebody has had on a day. Who was born on 29 February has theirs on 1 March in other years.
fn years(born: Date, on: Date) -> i16 {
    let had = (on.month(), on.day()) >= (born.month(), born.day());
    on.year() - born.year() - i16::from(!had)
}

/// What kind of traveller somebody is on a day.
pub fn kind_on(born: Date, on: Date) -> TravellerType {
    match years(born, on) {
        age if age < INFANT_UNTIL_YEARS => TravellerType::Infant,
        age if age < CHILD_UNTIL_YEARS => TravellerType::Child,
        _ => TravellerType::Adult,
    }
}

/// The travellers as passengers of one departure: numbered in their order, with the seats that they name on it, and
/// infants on the laps of those who may hold one, in order.
pub fn passengers(travellers: &[Traveller], flight: FlightId, is_only: bool) -> Vec<Passenger> {
    let day = flight.date;
    let mut laps =
        numbered(travellers).filter(|(_, traveller)| years(traveller.born, day) >= GUARDIAN_FROM_YEARS);
    let kinds: Vec<_> =
        numbered(travellers).map(|(id, traveller)| (id, traveller, kind_on(traveller.born, day))).collect();
    kinds
        .into_iter()
        .map(|(id, traveller, kind)| {
            let held = (kind == TravellerType::Infant).then(|| laps.next()).flatten();
            Passenger {
                id,
                kind,
                seat: seat_on(traveller, flight, is_only),
                lap_of: held.map(|(id, _)| id),
                no_exit: kind == TravellerType::Adult && years(traveller.born, day) < EXIT_ROW_FROM_YEARS,
            }
        })
        .collect()
}

fn numbered(travellers: &[Traveller]) -> impl Iterator<Item = (PassengerId, &Traveller)> {
    (1..).map(PassengerId::new).zip(travellers)
}

fn seat_on(traveller: &Traveller, flight: FlightId, is_only: bool) -> Option<SeatNumber> {
    let meant = |named: &Option<FlightId>| named.map_or(is_only, |named| named == flight);
    traveller.seats.iter().find(|(named, _)| meant(named)).map(|(_, seat)| *seat)
}

/// Notes why these people may not travel together on these days; each reason once.
pub fn check(fields: &mut Fields, travellers: &[Traveller], days: &[Date]) {
    let mut rules: Vec<SeatRule> = Vec::new();
    let mut lacks_guardian = false;
    for day in days {
        let party = party_on(travellers, *day);
        rules.extend(party::breaches_of_party(&party).into_iter().map(|breach| breach.rule));
        lacks_guardian |= guardians(travellers, *day) < guardians_needed(&party);
    }
    rules.sort_unstable();
    rules.dedup();
    for rule in &rules {
        fields.refuse("passengers", "invalid", crate::refusals::why_not(*rule));
    }
    if rules.is_empty() && lacks_guardian {
        let why = format!(
            "children travel with somebody of at least {GUARDIAN_FROM_YEARS}, and each infant on the lap of one"
        );
        fields.refuse("passengers", "invalid", why);
    }
}

/// The party on a day.
pub fn party_on(travellers: &[Traveller], day: Date) -> Party {
    let count = |kind| {
        let count = travellers.iter().filter(|traveller| kind_on(traveller.born, day) == kind).count();
        u8::try_from(count).unwrap_or(u8::MAX)
    };
    Party {
        adults: count(TravellerType::Adult),
        children: count(TravellerType::Child),
        infants: count(TravellerType::Infant),
    }
}

fn guardians(travellers: &[Traveller], day: Date) -> usize {
    travellers.iter().filter(|traveller| years(traveller.born, day) >= GUARDIAN_FROM_YEARS).count()
}

/// One for children, and one for each infant.
fn guardians_needed(party: &Party) -> usize {
    usize::from(party.infants).max(usize::from(party.children > 0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 12, 3);

    /// Travellers who are so old on [`DAY`], in years and months: `34 12 1.11`.
    fn aged(ages: &str) -> Vec<Traveller> {
        let born = |age: &str| {
            let (years, months) = age.split_once('.').unwrap_or((age, "0"));
            let (years, months): (i16, i8) = (years.parse().unwrap(), months.parse().unwrap());
            let (year, month) = if months < 12 { (2026 - years, 12 - months) } else { unreachable!() };
            date(year, month, 3)
        };
        let traveller = |age| Traveller {
            kind: kind_on(born(age), DAY),
            title: None,
            first_name: "A".to_owned(),
            last_name: "B".to_owned(),
            born: born(age),
            seats: Vec::new(),
            document: None,
        };
        ages.split_whitespace().map(traveller).collect()
    }

    fn flight(day: &str) -> FlightId {
        format!("B6-523-{day}-JFK").parse().unwrap()
    }

    #[test]
    fn age_is_counted_by_birthdays_on_the_day_of_the_flight() {
        use TravellerType::{Adult, Child, Infant};
        for (born, day, kind) in [
            (date(2024, 12, 4), DAY, Infant),
            (date(2024, 12, 3), DAY, Child),
            (date(2014, 12, 4), DAY, Child),
            (date(2014, 12, 3), DAY, Adult),
            (date(1990, 1, 1), DAY, Adult),
            (date(2024, 2, 29), date(2026, 2, 28), Infant),
            (date(2024, 2, 29), date(2026, 3, 1), Child),
        ] {
            assert_eq!(kind_on(born, day), kind, "{born} on {day}");
        }
    }

    #[test]
    fn infants_sit_on_laps_in_order_and_who_is_too_young_holds_none() {
        let on = |ages: &str, day: &str| {
            let passengers = passengers(&aged(ages), flight(day), true);
            let said = passengers.iter().map(|passenger| {
                let kind = format!("{:?}", passenger.kind).to_lowercase();
                let lap = passenger.lap_of.map(|lap| format!(" on {lap}")).unwrap_or_default();
                let exit = if passenger.no_exit { " no exit" } else { "" };
                format!("{} {kind}{lap}{exit}", passenger.id)
            });
            said.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(on("1 34 36 0.6", "2026-12-03"), "1 infant on 2, 2 adult, 3 adult, 4 infant on 3");
        assert_eq!(on("13 34 1", "2026-12-03"), "1 adult no exit, 2 adult, 3 infant on 2");
        assert_eq!(on("34 1.11", "2027-01-03"), "1 adult, 2 child");
        assert_eq!(on("34 14.11", "2027-01-03"), "1 adult, 2 adult");
    }

    #[test]
    fn a_party_travels_when_somebody_looks_after_the_young_on_every_day() {
        let refused = |ages: &str, days: &[Date]| {
            let mut fields = Fields::of_value(serde_json::json!({}), &[]);
            check(&mut fields, &aged(ages), days);
            fields.done().is_err()
        };
        for (ages, is_refused) in [
            ("34", false),
            ("12", false),
            ("16 5 5 1", false),
            ("34 34 1 1", false),
            ("15 5", true),
            ("15 1", true),
            ("34 14 1 1", true),
            ("5", true),
            ("1", true),
            ("", true),
            ("30 30 30 30 30 30 30 30 30", false),
            ("30 30 30 30 30 30 30 30 30 30", true),
        ] {
            assert_eq!(refused(ages, &[DAY]), is_refused, "{ages}");
        }
        // Nine seats and an infant who comes back as a child.
        let ages = "30 30 30 30 30 30 30 30 30 1.11";
        assert!(!refused(ages, &[DAY]) && refused(ages, &[DAY, date(2027, 1, 3)]));
    }
}
