//! The operations of SEATS, and how often each comes.

use super::draw::{Random, Weighted};

/// What a customer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// To give a seat back.
    DeleteReservation,
    /// The departures of a route and day.
    FindFlights,
    /// What is free on a departure.
    FindOpenSeats,
    /// A seat.
    NewReservation,
    /// Other particulars of theirs. Left out: the API has no customers yet.
    UpdateCustomer,
    /// Another seat instead of theirs.
    UpdateReservation,
}

/// How often each operation comes.
#[derive(Debug)]
pub struct Mix {
    /// Whose it is.
    pub name: &'static str,
    /// In percent.
    weights: [(Operation, u32); 6],
}

/// The default mix of BenchBase.
pub const BENCHBASE: Mix = Mix {
    name: "BenchBase",
    weights: [
        (Operation::DeleteReservation, 10),
        (Operation::FindFlights, 10),
        (Operation::FindOpenSeats, 35),
        (Operation::NewReservation, 20),
        (Operation::UpdateCustomer, 10),
        (Operation::UpdateReservation, 15),
    ],
};

/// The default mix of H-Store.
pub const H_STORE: Mix = Mix {
    name: "H-Store",
    weights: [
        (Operation::DeleteReservation, 5),
        (Operation::FindFlights, 10),
        (Operation::FindOpenSeats, 50),
        (Operation::NewReservation, 25),
        (Operation::UpdateCustomer, 5),
        (Operation::UpdateReservation, 5),
    ],
};

impl Operation {
    /// What the report calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeleteReservation => "delete reservation",
            Self::FindFlights => "find flights",
            Self::FindOpenSeats => "find open seats",
            Self::NewReservation => "new reservation",
            Self::UpdateCustomer => "update customer",
            Self::UpdateReservation => "update reservation",
        }
    }

    /// Whether the API has what it takes.
    const fn can_be_asked(self) -> bool {
        !matches!(self, Self::UpdateCustomer)
    }
}

impl Mix {
    /// A choice among the operations that can be asked for. They weigh as much to each other as in the whole mix.
    #[must_use]
    pub fn choice(&self) -> Choice {
        let asked = |(_, weight): &(Operation, u32)| f64::from(*weight);
        let possible: Vec<_> =
            self.weights.into_iter().filter(|(operation, _)| operation.can_be_asked()).collect();
        let weighted = Weighted::of(possible.iter().map(asked));
        Choice { operations: possible.into_iter().map(|(operation, _)| operation).collect(), weighted }
    }
}

/// A choice among the operations of a mix.
#[derive(Debug)]
pub struct Choice {
    operations: Vec<Operation>,
    weighted: Weighted,
}

impl Choice {
    /// The next operation.
    pub fn pick(&self, random: &mut Random) -> Operation {
        self.operations[self.weighted.pick(random)]
    }

    /// How often each comes, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let part = |(at, operation): (usize, &Operation)| {
            format!("{} {:.1} %", operation.name(), self.weighted.share(at) * 100.0)
        };
        self.operations.iter().enumerate().map(part).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a hundred that fall on each operation, over many draws.
    fn drawn(mix: &Mix) -> Vec<(Operation, f64)> {
        const DRAWS: usize = 1_000_000;
        let (choice, mut random) = (mix.choice(), Random::new(3));
        let drawn: Vec<_> = (0..DRAWS).map(|_| choice.pick(&mut random)).collect();
        let count = |wanted| drawn.iter().filter(|operation| **operation == wanted).count();
        mix.weights.map(|(operation, _)| (operation, count(operation) as f64 / DRAWS as f64 * 100.0)).into()
    }

    #[test]
    fn mixes_are_whole() {
        for mix in [BENCHBASE, H_STORE] {
            assert_eq!(mix.weights.iter().map(|(_, weight)| weight).sum::<u32>(), 100, "{}", mix.name);
        }
    }

    #[test]
    fn what_is_asked_for_keeps_its_weight_to_each_other() {
        for (mix, asked) in [(BENCHBASE, 90.0), (H_STORE, 95.0)] {
            for ((operation, share), (_, weight)) in drawn(&mix).into_iter().zip(mix.weights) {
                let expected = if operation == Operation::UpdateCustomer {
                    0.0
                } else {
                    f64::from(weight) / asked * 100.0
                };
                assert!((share - expected).abs() < 0.2, "{} {operation:?}: {share}", mix.name);
            }
        }
    }

    #[test]
    fn the_parts_are_told() {
        let told = BENCHBASE.choice().in_words();
        assert!(
            told.starts_with("delete reservation 11.1 %, find flights 11.1 %, find open seats 38.9 %"),
            "{told}"
        );
    }
}
