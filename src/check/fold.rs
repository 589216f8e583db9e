//! The engine's own fold of a stream, asked for its invariants after every row.

use std::panic::{AssertUnwindSafe, catch_unwind};

use actors::entity::Entity;
use domain::ledger::Line;
use domain::news::News;
use serde_json::Value;

/// The fold, as long as it can be followed.
#[derive(Debug)]
pub struct Fold<A> {
    state: Option<A>,
}

/// What a row brings about.
#[derive(Debug, Default)]
pub struct Caused {
    /// What the world must do, as the outbox has it.
    pub effects: Vec<Value>,
    /// What is told of it.
    pub news: Vec<News>,
    /// What moves on the ledger.
    pub moves: Vec<Line>,
}

impl<A: Entity> Fold<A> {
    /// Before the first row.
    pub fn new() -> Self {
        Self { state: Some(A::default()) }
    }

    /// The state, unless the fold was lost on the way.
    pub const fn state(&self) -> Option<&A> {
        self.state.as_ref()
    }

    /// Follows it no further.
    pub fn give_up(&mut self) {
        self.state = None;
    }

    /// Takes a whole row in and says what it brings about.
    pub fn row(&mut self, events: &[A::Event], wrong: &mut Vec<String>) -> Option<Caused> {
        let state = self.state.take()?;
        // Events that contradict each other make the fold panic: here that is a finding like others.
        let taken_in = catch_unwind(AssertUnwindSafe(|| taken_in(state, events)));
        let Ok((state, caused)) = taken_in else {
            wrong.push("cannot be taken into the state before it; nothing after it was followed".to_owned());
            return None;
        };
        if let Some(broken) = state.breach() {
            wrong.push(format!("breaks an invariant: {broken}"));
        }
        self.state = Some(state);
        Some(caused)
    }
}

fn taken_in<A: Entity>(mut state: A, events: &[A::Event]) -> (A, Caused) {
    let mut caused = Caused::default();
    for event in events {
        let effects = state.react(event);
        caused.effects.extend(effects.iter().map(|effect| {
            serde_json::to_value(effect).expect("effects have text keys and no failing parts")
        }));
        caused.news.extend(state.news(event));
        caused.moves.extend(state.ledger(event));
        state.evolve(event);
    }
    (state, caused)
}
