//! Whether a party can be seated on the seats that are held for it.
//!
//! Seats differ in whom they take, and the kinds are nested: an exit seat takes an adult without an infant; a
//! seat without infants takes that adult or a child; any other seat takes everybody. So Hall's marriage
//! theorem comes down to three sums, one per kind from the strictest on: *the seats that are at least so
//! strict are no more than those who may sit on them.* When all three hold, every seat finds its traveller:
//! deal from the strictest seat to the least, to the most welcome traveller first.
//!
//! One infant in a block of seats makes the block's other seats seats without infants. Which of them takes
//! the infant does not matter to the sums, so all but one seat of each block count as the stricter kind, and
//! the kinds stay nested.
//!
//! Those of the party who have no seat yet sit elsewhere, and rules for them come later.

use super::{Breach, Party, SeatRule};
use crate::plan::{Attribute, PlannedSeat, SeatIndex, SeatPlan};

/// How many of a party may sit on each kind of seat, the strictest kind first. The counts never fall.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Takers {
    /// Who may sit on an exit seat: adults without an infant.
    pub exit: usize,
    /// Who may sit where no infant may be held: they, and children.
    pub no_infant: usize,
    /// Who may sit anywhere else: everybody with a seat.
    pub any: usize,
}

impl Takers {
    /// Counts a party. Without one, everybody is an adult without an infant, but unknown, and so not for exit
    /// seats.
    pub fn of(party: Option<&Party>) -> Self {
        let Some(party) = party else { return Self { exit: 0, no_infant: usize::MAX, any: usize::MAX } };
        let exit = usize::from(party.adults.saturating_sub(party.infants));
        let children = usize::from(party.children);
        Self { exit, no_infant: exit + children, any: usize::from(party.adults) + children }
    }
}

/// A block of seats between aisles: the number of its row, and its place there.
type Block = (u8, u8);

fn block(seat: &PlannedSeat) -> Block {
    (seat.number.row(), seat.block)
}

/// Says why this party cannot be seated on these distinct seats, while the rest of it sits elsewhere.
///
/// Empty when there is a way. Otherwise it names the strictest rule that there is no way around, once for
/// each seat that falls under it: which of them is one too many is for the party to say. Without a party
/// everybody counts as an adult without an infant, but exit seats need travellers.
///
/// # Panics
/// When a seat is not of this plan.
#[must_use]
pub fn breaches_of_seats(plan: &SeatPlan, seats: &[SeatIndex], party: Option<&Party>) -> Vec<Breach> {
    let pinned: Vec<&PlannedSeat> = seats.iter().map(|seat| plan.seat(*seat)).collect();
    breaches_on(&pinned, party)
}

fn breaches_on(pinned: &[&PlannedSeat], party: Option<&Party>) -> Vec<Breach> {
    let takers = Takers::of(party);
    if pinned.len() > takers.any {
        return vec![Breach::of(SeatRule::MoreSeatsThanTravellers)];
    }
    let kinds = Kinds::of(pinned);
    let exits = kinds.exit.len();
    if exits > takers.exit {
        return named(&kinds.exit, exit_rule(exits, party));
    }
    let strict = exits + kinds.no_infant.len();
    if strict > takers.no_infant {
        return named(&kinds.no_infant, SeatRule::NoInfantSeat);
    }
    if strict + kinds.beside_infant() > takers.no_infant {
        return named(&kinds.crowded(), SeatRule::OneInfantPerSeatBlock);
    }
    Vec::new()
}

/// The rule that so many exit seats break.
fn exit_rule(exits: usize, party: Option<&Party>) -> SeatRule {
    match party {
        None => SeatRule::ExitRowNeedsTravellers,
        Some(party) if exits <= usize::from(party.adults) => SeatRule::ExitRowNoInfant,
        Some(_) => SeatRule::ExitRowAdultsOnly,
    }
}

fn named(seats: &[&PlannedSeat], rule: SeatRule) -> Vec<Breach> {
    seats.iter().map(|seat| Breach::at(seat.number, rule)).collect()
}

/// Pinned seats by whom they take.
struct Kinds<'a> {
    exit: Vec<&'a PlannedSeat>,
    no_infant: Vec<&'a PlannedSeat>,
    plain: Vec<&'a PlannedSeat>,
}

impl<'a> Kinds<'a> {
    fn of(seats: &[&'a PlannedSeat]) -> Self {
        let mut kinds = Self { exit: Vec::new(), no_infant: Vec::new(), plain: Vec::new() };
        for seat in seats {
            if seat.attributes.has(Attribute::ExitRow) {
                kinds.exit.push(seat);
            } else if seat.attributes.has(Attribute::NoInfant) {
                kinds.no_infant.push(seat);
            } else {
                kinds.plain.push(seat);
            }
        }
        kinds
    }

    /// How many plain seats are not the first of their block.
    fn beside_infant(&self) -> usize {
        let mut blocks: Vec<Block> = self.plain.iter().map(|seat| block(seat)).collect();
        blocks.sort_unstable();
        blocks.dedup();
        self.plain.len() - blocks.len()
    }

    /// The plain seats that share their block.
    fn crowded(&self) -> Vec<&'a PlannedSeat> {
        let shares =
            |seat: &&PlannedSeat| self.plain.iter().filter(|other| block(other) == block(seat)).count() > 1;
        self.plain.iter().copied().filter(shares).collect()
    }
}

/// Puts seats in the order in which they are to be dealt: to adults without an infant first, then to
/// children, then to adults with one. If [`breaches_of_seats`] sees a way to seat a party, this deal is one.
///
/// `infants_at` are seats on which an infant is held already: their blocks take no other.
///
/// # Panics
/// When a seat is not of this plan.
#[must_use]
pub fn most_restricted_first(
    plan: &SeatPlan,
    seats: &[SeatIndex],
    infants_at: &[SeatIndex],
) -> Vec<SeatIndex> {
    let mut taken: Vec<Block> = infants_at.iter().map(|seat| block(plan.seat(*seat))).collect();
    let mut ranked: Vec<(u8, SeatIndex)> = Vec::with_capacity(seats.len());
    for index in seats {
        let seat = plan.seat(*index);
        let rank = if seat.attributes.has(Attribute::ExitRow) {
            0
        } else if seat.attributes.has(Attribute::NoInfant) {
            1
        } else if taken.contains(&block(seat)) {
            2
        } else {
            taken.push(block(seat));
            3
        };
        ranked.push((rank, *index));
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, seat)| seat).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Passenger, TravellerType, breaches_of_passengers};
    use super::*;
    use crate::ids::PassengerId;
    use crate::plan::Attributes;

    /// Twelve rows, of which row 7 is an exit row.
    fn plan() -> SeatPlan {
        SeatPlan::read("Y:1-12:ABC-DE", "").unwrap()
    }

    fn party((adults, children, infants): (u8, u8, u8)) -> Party {
        Party { adults, children, infants }
    }

    fn indices(plan: &SeatPlan, names: &str) -> Vec<SeatIndex> {
        names.split(' ').map(|name| plan.index_of(name.parse().unwrap()).unwrap()).collect()
    }

    #[track_caller]
    fn check(people: Option<(u8, u8, u8)>, names: &str, expected: &str) {
        let plan = plan();
        let breaches = breaches_of_seats(&plan, &indices(&plan, names), people.map(party).as_ref());
        let text = |breach: &Breach| {
            breach
                .seat
                .map_or_else(|| format!("{:?}", breach.rule), |seat| format!("{seat} {:?}", breach.rule))
        };
        let found: Vec<String> = breaches.iter().map(text).collect();
        assert_eq!(found.join(", "), expected, "{people:?} on {names}");
    }

    #[test]
    fn whom_a_seat_takes() {
        check(None, "1A 1B 6A", "");
        check(None, "6A 7A 7B", "7A ExitRowNeedsTravellers, 7B ExitRowNeedsTravellers");
        check(Some((2, 0, 0)), "7A 7B", "");
        check(Some((1, 1, 0)), "7A", "");
        check(Some((1, 1, 0)), "7A 8A", "");
        check(Some((1, 1, 0)), "7A 7B", "7A ExitRowAdultsOnly, 7B ExitRowAdultsOnly");
        check(Some((0, 1, 0)), "7A", "7A ExitRowAdultsOnly");
        check(Some((1, 0, 1)), "7A", "7A ExitRowNoInfant");
        check(Some((2, 0, 1)), "7A 8A", "");
        check(Some((2, 0, 1)), "7A 7B", "7A ExitRowNoInfant, 7B ExitRowNoInfant");
        check(Some((1, 0, 0)), "1A 1B", "MoreSeatsThanTravellers");
    }

    #[test]
    fn two_infants_need_two_blocks() {
        check(Some((2, 0, 2)), "1A", "");
        check(Some((2, 0, 2)), "1A 1D", "");
        check(Some((2, 0, 2)), "1A 2A", "");
        check(Some((2, 0, 2)), "1A 1B", "1A OneInfantPerSeatBlock, 1B OneInfantPerSeatBlock");
        check(Some((2, 1, 2)), "1A 1B 1D", "");
        check(
            Some((2, 1, 2)),
            "1A 1B 1C",
            "1A OneInfantPerSeatBlock, 1B OneInfantPerSeatBlock, 1C OneInfantPerSeatBlock",
        );
    }

    #[test]
    fn a_seat_without_infants_takes_children_and_adults_alone() {
        let plan = plan();
        let mut seat = *plan.seat(SeatIndex::new(0));
        seat.attributes = Attributes::NONE.with(Attribute::NoInfant);
        let refusal = vec![Breach::at(seat.number, SeatRule::NoInfantSeat)];
        for (people, expected) in [((1, 0, 0), vec![]), ((1, 1, 1), vec![]), ((1, 0, 1), refusal)] {
            assert_eq!(breaches_on(&[&seat], Some(&party(people))), expected, "{people:?}");
        }
    }

    /// A party on seats, in the order in which they are given: adults alone, children, adults with an infant.
    fn deal(plan: &SeatPlan, seats: &[SeatIndex], kinds: &[u8]) -> Vec<Passenger> {
        let mut passengers = Vec::new();
        for (number, (seat, kind)) in (1..).step_by(2).zip(seats.iter().zip(kinds)) {
            let id = PassengerId::new(number);
            let seat = Some(plan.seat(*seat).number);
            let kind_of_seated = if *kind == 1 { TravellerType::Child } else { TravellerType::Adult };
            passengers.push(Passenger { id, kind: kind_of_seated, seat, lap_of: None, no_exit: false });
            if *kind == 2 {
                let infant = PassengerId::new(number + 1);
                passengers.push(Passenger {
                    id: infant,
                    kind: TravellerType::Infant,
                    seat: None,
                    lap_of: Some(id),
                    no_exit: false,
                });
            }
        }
        passengers
    }

    /// The kinds of a party's seated travellers, 0 for an adult alone, 1 for a child, 2 for an adult with an
    /// infant.
    fn kinds_of(party: &Party) -> Vec<u8> {
        let alone = party.adults - party.infants;
        [(0, alone), (1, party.children), (2, party.infants)]
            .into_iter()
            .flat_map(|(kind, count)| std::iter::repeat_n(kind, usize::from(count)))
            .collect()
    }

    /// Whether any of the ways to give `seats` to travellers breaks no rule.
    fn some_deal_works(
        plan: &SeatPlan,
        seats: &[SeatIndex],
        chosen: &mut Vec<u8>,
        left: &mut Vec<u8>,
    ) -> bool {
        if chosen.len() == seats.len() {
            return breaches_of_passengers(plan, &deal(plan, seats, chosen)).is_empty();
        }
        (0..left.len()).any(|place| {
            let kind = left.remove(place);
            chosen.push(kind);
            let works = some_deal_works(plan, seats, chosen, left);
            chosen.pop();
            left.insert(place, kind);
            works
        })
    }

    proptest! {
        #[test]
        fn three_sums_know_whether_any_deal_works_and_the_strict_deal_finds_it(
            (adults, children, infants) in (0..=4_u8, 0..=2_u8, 0..=4_u8),
            // Rows 6 to 8, of which 7 is the exit row.
            chosen in proptest::collection::btree_set(25..40_u16, 0..=4),
        ) {
            let plan = plan();
            let party = Party { adults, children, infants: infants.min(adults) };
            let seats: Vec<SeatIndex> = chosen.into_iter().map(SeatIndex::new).collect();
            let mut kinds = kinds_of(&party);
            let possible = breaches_of_seats(&plan, &seats, Some(&party)).is_empty();
            prop_assert_eq!(possible, some_deal_works(&plan, &seats, &mut Vec::new(), &mut kinds));
            if possible {
                let order = most_restricted_first(&plan, &seats, &[]);
                prop_assert_eq!(breaches_of_passengers(&plan, &deal(&plan, &order, &kinds)), vec![]);
            }
        }
    }

    #[test]
    fn a_block_with_an_infant_takes_no_other() {
        let plan = plan();
        let order = most_restricted_first(&plan, &indices(&plan, "1A 1B 2A 7A"), &indices(&plan, "1C"));
        assert_eq!(order, indices(&plan, "7A 1A 1B 2A"));
        let order = most_restricted_first(&plan, &indices(&plan, "1A 1D 1E"), &[]);
        assert_eq!(order, indices(&plan, "1E 1A 1D"));
    }
}
