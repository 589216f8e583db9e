//! The rules by name, and those that need no seat.

use serde::{Deserialize, Serialize};

use super::Party;
use crate::plan::SeatNumber;

/// How many seats one party may need. Above nine the trade speaks of a group and sells by contract.
pub const SEATED_MAX: u8 = 9;

/// Why somebody may not travel, or sit, so. The names are stable: clients act on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SeatRule {
    /// Nobody in the party has a seat.
    NobodySeated,
    /// The party needs more than [`SEATED_MAX`] seats.
    PartyTooLarge,
    /// Children travel without an adult.
    UnaccompaniedMinor,
    /// There are more infants than adults to hold them (14 CFR 121.311: a lap infant is held by an adult).
    MoreInfantsThanAdults,
    /// More seats are pinned than the party needs.
    MoreSeatsThanTravellers,
    /// An exit seat is given only to travellers who are known.
    ExitRowNeedsTravellers,
    /// Children do not sit on exit seats (14 CFR 121.585: nobody under 15 does).
    ExitRowAdultsOnly,
    /// An adult under 15 does not sit on an exit seat (14 CFR 121.585).
    ExitRowMinAge,
    /// Who holds an infant does not sit on an exit seat (14 CFR 121.585: nobody who has small children to
    /// care for).
    ExitRowNoInfant,
    /// Nobody may hold an infant on this seat.
    NoInfantSeat,
    /// Two infants are held in one block of seats between aisles, which as a rule has one spare oxygen mask.
    /// Ours; airlines commonly ask it.
    OneInfantPerSeatBlock,
    /// The aircraft has no such seat.
    NoSuchSeat,
    /// Two passengers have the same seat.
    SeatNamedTwice,
    /// Two passengers have the same number.
    PassengerNamedTwice,
    /// An infant has a seat of its own.
    InfantHasSeat,
    /// An infant names nobody who travels along as the one who holds it.
    InfantNeedsLap,
    /// An infant is held by somebody who is no adult.
    LapOfAdultsOnly,
    /// An adult holds two infants.
    OneInfantPerLap,
    /// Somebody who is no infant is held on a lap.
    OnlyInfantsOnLaps,
}

/// One rule that is broken, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Breach {
    /// The seat that it is about, if it is about one.
    pub seat: Option<SeatNumber>,
    /// The rule.
    pub rule: SeatRule,
}

impl Breach {
    pub(super) const fn at(seat: SeatNumber, rule: SeatRule) -> Self {
        Self { seat: Some(seat), rule }
    }

    pub(super) const fn of(rule: SeatRule) -> Self {
        Self { seat: None, rule }
    }
}

/// Says why this party may not travel at all; empty when it may. No breach names a seat.
#[must_use]
pub fn breaches_of_party(party: &Party) -> Vec<Breach> {
    let rules = [
        (party.seated() == 0, SeatRule::NobodySeated),
        (party.seated() > SEATED_MAX, SeatRule::PartyTooLarge),
        (party.adults == 0 && party.children > 0, SeatRule::UnaccompaniedMinor),
        (party.infants > party.adults, SeatRule::MoreInfantsThanAdults),
    ];
    rules.into_iter().filter(|(broken, _)| *broken).map(|(_, rule)| Breach::of(rule)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_travel_at_all() {
        use SeatRule::{MoreInfantsThanAdults, NobodySeated, PartyTooLarge, UnaccompaniedMinor};
        for (adults, children, infants, broken) in [
            (1, 0, 0, &[][..]),
            (1, 8, 1, &[]),
            (9, 0, 9, &[]),
            (0, 0, 0, &[NobodySeated]),
            (0, 0, 1, &[NobodySeated, MoreInfantsThanAdults]),
            (0, 1, 0, &[UnaccompaniedMinor]),
            (0, 2, 1, &[UnaccompaniedMinor, MoreInfantsThanAdults]),
            (1, 0, 2, &[MoreInfantsThanAdults]),
            (1, 9, 0, &[PartyTooLarge]),
            (255, 255, 0, &[PartyTooLarge]),
        ] {
            let party = Party { adults, children, infants };
            let expected: Vec<Breach> = broken.iter().copied().map(Breach::of).collect();
            assert_eq!(breaches_of_party(&party), expected, "{party:?}");
        }
    }
}
