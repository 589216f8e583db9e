//! Under which conditions a fare is sold.
//!
//! The conditions are ours, like the tariff: one brand for each cabin, as there is one booking class for each.

use crate::plan::CabinClass;

/// A name for a fare's conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brand {
    /// What it is sold as.
    pub name: &'static str,
    /// Whether the fare is given back when the passenger cancels; fees may be kept of it.
    pub refundable: bool,
    /// Whether it may be used for another departure.
    pub changeable: bool,
    /// What a passenger with a seat may bring.
    pub bags: Bags,
}

/// Pieces of baggage that a fare includes, for each passenger with a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bags {
    /// Into the cabin.
    pub carry_on: u8,
    /// Into the hold.
    pub checked: u8,
}

/// The brand that a cabin is sold as.
#[must_use]
pub const fn of(class: CabinClass) -> Brand {
    let (name, refundable, checked) = match class {
        CabinClass::Economy => ("Economy", false, 0),
        CabinClass::PremiumEconomy => ("Premium Economy", false, 1),
        CabinClass::Business => ("Business", true, 2),
        CabinClass::First => ("First", true, 2),
    };
    Brand { name, refundable, changeable: true, bags: Bags { carry_on: 1, checked } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_cabin_never_promises_less() {
        let brands = CabinClass::ALL.map(of);
        for pair in brands.windows(2) {
            assert!(pair[0].refundable >= pair[1].refundable);
            assert!(pair[0].changeable >= pair[1].changeable);
            assert!(pair[0].bags.checked >= pair[1].bags.checked);
        }
    }
}
