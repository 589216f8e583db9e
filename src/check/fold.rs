//! The engine's own fold of a stream, asked for its invariants after every row.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::aggregate::Aggregate as _;
use domain::flight::{Effect, Event, Flight};

/// The fold, as long as it can be followed.
#[derive(Debug)]
pub struct Fold {
    flight: Option<Flight>,
}

impl Fold {
    /// Before the first row.
    pub fn new() -> Self {
        Self { flight: Some(Flight::default()) }
    }

    /// The state, unless the fold was lost on the way.
    pub const fn flight(&self) -> Option<&Flight> {
        self.flight.as_ref()
    }

    /// Follows it no further.
    pub fn give_up(&mut self) {
        self.flight = None;
    }

    /// Takes a whole row in and says what it causes.
    pub fn row(&mut self, events: &[Event], wrong: &mut Vec<String>) -> Option<Vec<Effect>> {
        let flight = self.flight.take()?;
        // Events that contradict each other make the fold panic: here that is a finding like others.
        let taken_in = catch_unwind(AssertUnwindSafe(|| taken_in(flight, events)));
        let Ok((flight, effects)) = taken_in else {
            wrong.push("cannot be taken into the state before it; nothing after it was followed".to_owned());
            return None;
        };
        if let Some(broken) = flight.breach() {
            wrong.push(format!("breaks an invariant: {broken}"));
        }
        self.flight = Some(flight);
        Some(effects)
    }
}

fn taken_in(mut flight: Flight, events: &[Event]) -> (Flight, Vec<Effect>) {
    let mut effects = Vec::new();
    for event in events {
        effects.extend(flight.react(event));
        flight.evolve(event);
    }
    (flight, effects)
}
