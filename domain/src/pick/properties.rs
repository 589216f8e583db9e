//! What holds for every pick.

use proptest::prelude::*;

use super::*;
use crate::party::breaches_of_seats;
use crate::plan::{Attribute, Cabin, PlannedSeat, Row};

const TOGETHER: Preferences = Preferences { together: true, aisle: false, window: false, near_front: false };

fn plan(layout: &str) -> SeatPlan {
    SeatPlan::read(layout, "").unwrap()
}

/// Cabins of every shape that we fly, each with the rows of a short flight.
const LAYOUTS: [&str; 7] = [
    "Y:1-12:ABC-DEF",
    "Y:1-25:ABC-DEF;Y:26-26:DEF",
    "F:1-3:AB-EF;Y:10-19:AB-CDE",
    "Y:1-11:A-BC;Y:12-12:BC",
    "Y:1-12:AB-CDEF-GH",
    "Y:1-10:ABC-DEF-GHJ;Y:11-11:AC-DF-GJ",
    "J:1-2:AB-DE-HJ;Y:5-6:AB-DEG-HJ;Y:7-7:DG",
];

/// A cabin with some seats taken.
#[derive(Debug, Clone)]
struct Scene {
    layout: &'static str,
    taken: Vec<bool>,
}

fn scenes() -> impl Strategy<Value = Scene> {
    let fullness = prop_oneof![Just(10), Just(50), Just(80), Just(95)];
    (proptest::sample::select(&LAYOUTS[..]), fullness).prop_flat_map(|(layout, fullness)| {
        let seats = plan(layout).len();
        let draws = proptest::collection::vec(0..100_u8, seats);
        draws.prop_map(move |draws| Scene {
            layout,
            taken: draws.into_iter().map(|draw| draw < fullness).collect(),
        })
    })
}

fn parties() -> impl Strategy<Value = Party> {
    (0..=4_u8, 0..=3_u8, 0..=4_u8).prop_map(|(adults, children, infants)| Party {
        adults,
        children,
        infants: infants.min(adults),
    })
}

fn wishes() -> impl Strategy<Value = Preferences> {
    any::<[bool; 4]>().prop_map(|[together, aisle, window, near_front]| Preferences {
        together,
        aisle,
        window,
        near_front,
    })
}

/// Whether seats stand next to each other in one block.
fn adjacent(plan: &SeatPlan, seats: &[SeatIndex]) -> bool {
    let pair =
        |left: &PlannedSeat, right: &PlannedSeat| left.row == right.row && left.column + 1 == right.column;
    seats.windows(2).all(|seats| pair(plan.seat(seats[0]), plan.seat(seats[1])))
}

/// Every group of neighbouring indices in the cabin, in one row or not.
fn groups(cabin: &Cabin, count: usize) -> Vec<Vec<SeatIndex>> {
    let seats: Vec<SeatIndex> = cabin.seat_indices().collect();
    seats.windows(count.max(1)).map(<[SeatIndex]>::to_vec).collect()
}

/// Every choice of `count` of these seats.
fn combinations(seats: &[SeatIndex], count: usize) -> Vec<Vec<SeatIndex>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (place, first) in seats.iter().enumerate() {
        for mut rest in combinations(&seats[place + 1..], count - 1) {
            rest.insert(0, *first);
            all.push(rest);
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pick_is_open_and_of_the_class_and_breaks_no_rule(
        scene in scenes(), party in proptest::option::of(parties()), count in 0..=9_u8, wish in wishes(),
    ) {
        let plan = plan(scene.layout);
        let choice = Choice { plan: &plan, class: CabinClass::Economy, party: party.as_ref() };
        let open = |seat: SeatIndex| !scene.taken[seat.position()];
        if let Some(picked) = best_available(&choice, open, count, wish) {
            prop_assert_eq!(picked.len(), usize::from(count));
            prop_assert!(picked.is_sorted_by(|left, right| left < right));
            let economy = |seat: SeatIndex| plan.seat(seat).class == CabinClass::Economy;
            prop_assert!(picked.iter().all(|seat| open(*seat) && economy(*seat)));
            prop_assert_eq!(breaches_of_seats(&plan, &picked, party.as_ref()), vec![]);
            prop_assert_eq!(best_available(&choice, open, count, wish), Some(picked));
        }
    }

    #[test]
    fn an_adjacent_group_is_picked_when_there_is_one(
        scene in scenes(), party in proptest::option::of(parties()), count in 1..=4_u8, wish in wishes(),
    ) {
        let plan = plan(scene.layout);
        let choice = Choice { plan: &plan, class: CabinClass::Economy, party: party.as_ref() };
        let open = |seat: SeatIndex| !scene.taken[seat.position()];
        let mixed = party.is_none_or(|party| party.adults - party.infants < count);
        let exit = |seat: SeatIndex| plan.seat(seat).attributes.has(Attribute::ExitRow);
        let suits = |group: &Vec<SeatIndex>| {
            adjacent(&plan, group)
                && group.iter().all(|seat| open(*seat) && !(mixed && exit(*seat)))
                && breaches_of_seats(&plan, group, party.as_ref()).is_empty()
        };
        let exists = groups(plan.cabin(CabinClass::Economy).unwrap(), usize::from(count)).iter().any(suits);
        let picked = best_available(&choice, open, count, wish);
        prop_assert_eq!(picked.is_some_and(|picked| adjacent(&plan, &picked)), exists);
    }

    #[test]
    fn a_pick_is_found_whenever_there_is_one(
        scene in scenes(), party in proptest::option::of(parties()), count in 1..=3_u8,
    ) {
        let plan = plan(scene.layout);
        let choice = Choice { plan: &plan, class: CabinClass::Economy, party: party.as_ref() };
        let mut left = 14;
        let mut open = Vec::new();
        for seat in plan.cabin(CabinClass::Economy).unwrap().seat_indices() {
            if !scene.taken[seat.position()] && left > 0 {
                left -= 1;
                open.push(seat);
            }
        }
        let all = combinations(&open, usize::from(count));
        let exists = all.iter().any(|seats| breaches_of_seats(&plan, seats, party.as_ref()).is_empty());
        let picked = best_available(&choice, |seat| open.contains(&seat), count, Preferences::default());
        prop_assert_eq!(picked.is_some(), exists);
    }

    #[test]
    fn who_sits_together_has_nobody_between_them(scene in scenes(), count in 1..=9_u8) {
        let plan = plan(scene.layout);
        let choice = Choice { plan: &plan, class: CabinClass::Economy, party: None };
        let cabin = plan.cabin(CabinClass::Economy).unwrap();
        let abreast = cabin.rows().iter().map(Row::seat_count).max().unwrap();
        let row = |seat: &SeatIndex| plan.seat(*seat).row;
        let open = |seat: SeatIndex| !scene.taken[seat.position()];
        let picked = best_available(&choice, open, count, TOGETHER);
        let count = usize::from(count);
        if count <= abreast {
            let exit = |seat: SeatIndex| plan.seat(seat).attributes.has(Attribute::ExitRow);
            let in_one_row = |group: &[SeatIndex]| row(&group[0]) == row(&group[count - 1]);
            let suits = |group: &[SeatIndex]| {
                in_one_row(group) && group.iter().all(|seat| open(*seat) && !exit(*seat))
            };
            let groups = groups(cabin, count);
            prop_assert_eq!(picked.is_some(), groups.iter().any(|group| suits(group)));
            prop_assert!(picked.is_none_or(|picked| groups.contains(&picked) && in_one_row(&picked)));
        } else if let Some(picked) = picked {
            let rows: Vec<u8> = picked.iter().map(row).collect();
            prop_assert!(rows.windows(2).all(|pair| pair[1] - pair[0] <= 1));
            prop_assert!(usize::from(rows[count - 1] - rows[0]) <= count.div_ceil(abreast));
        }
    }

    #[test]
    fn offers_are_open_and_as_alike_as_can_be(
        scene in scenes(), wanted in proptest::collection::btree_set(0..28_u16, 1..4),
        most in 0..8_usize,
    ) {
        let plan = plan(scene.layout);
        let wanted: Vec<SeatIndex> = wanted.into_iter().map(SeatIndex::new).collect();
        let open = |seat: SeatIndex| !scene.taken[seat.position()];
        let offers = alternatives(&plan, open, &wanted, most);
        prop_assert!(offers.len() <= most);
        let gone: Vec<&PlannedSeat> =
            wanted.iter().filter(|seat| !open(**seat)).map(|seat| plan.seat(*seat)).collect();
        for (place, offer) in offers.iter().enumerate() {
            prop_assert!(open(*offer) && !wanted.contains(offer) && !offers[..place].contains(offer));
            let seat = plan.seat(*offer);
            let exit = |seat: &PlannedSeat| seat.attributes.has(Attribute::ExitRow);
            prop_assert!(gone.iter().any(|lost| lost.class == seat.class && (exit(lost) || !exit(seat))));
        }
        if let ([lost], true) = (&gone[..], wanted.len() == 1) {
            let kind = |seat: &PlannedSeat| {
                [Attribute::Window, Attribute::Aisle, Attribute::Middle].map(|kind| seat.attributes.has(kind))
            };
            let alike = |seat: &SeatIndex| kind(plan.seat(*seat)) == kind(lost);
            prop_assert!(offers.is_sorted_by_key(|offer| !alike(offer)));
        }
    }
}
