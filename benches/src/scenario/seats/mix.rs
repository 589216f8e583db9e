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
    /// Other particulars of theirs.
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
}

impl Mix {
    /// A choice among the operations by these weights.
    #[must_use]
    pub fn choice(&self) -> Choice {
        let weighted = Weighted::of(self.weights.iter().map(|(_, weight)| f64::from(*weight)));
        Choice { operations: self.weights.map(|(operation, _)| operation), weighted }
    }

    /// How often each comes, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.weights.map(|(operation, weight)| format!("{} {weight} %", operation.name())).join(", ")
    }
}

/// A choice among the operations of a mix.
#[derive(Debug)]
pub struct Choice {
    operations: [Operation; 6],
    weighted: Weighted,
}

impl Choice {
    /// The next operation.
    pub fn pick(&self, random: &mut Random) -> Operation {
        self.operations[self.weighted.pick(random)]
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
    fn operations_come_as_often_as_their_weights_say() {
        for mix in [BENCHBASE, H_STORE] {
            for ((operation, share), (_, weight)) in drawn(&mix).into_iter().zip(mix.weights) {
                assert!((share - f64::from(weight)).abs() < 0.2, "{} {operation:?}: {share}", mix.name);
            }
        }
    }

    #[test]
    fn the_parts_are_told() {
        let told = "delete reservation 5 %, find flights 10 %, find open seats 50 %, new reservation 25 %, \
            update customer 5 %, update reservation 5 %";
        assert_eq!(H_STORE.in_words(), told);
    }
}
