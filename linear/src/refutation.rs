//! Tells a human why no order explains a history.

use std::fmt;

use super::{Operation, Seat};

/// What brought the seat into its next state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The operation with this index in the history.
    Operation(usize),
    /// The hold's deadline.
    Lapse,
}

/// One step of an order, with the seat that it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub cause: Cause,
    /// The seat afterwards.
    pub seat: Seat,
}

/// Why a history is not linearizable: the order that came furthest, and what could not be added to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refutation {
    /// The order that holds the most answered operations; the first such that was found.
    pub order: Vec<Step>,
    /// The seat at its end.
    pub seat: Seat,
    /// The operations of which one must come next, and none can, as indices in the history.
    pub stuck: Vec<usize>,
    /// Operations placed by the search, backtracking included.
    pub steps: u64,
    lines: Vec<String>,
}

/// The end of the order explains the failure; a history of thousands would only hide it.
const STEPS_SHOWN_MAX: usize = 12;

/// Further operations in flight add little to what the first ones show.
const STUCK_SHOWN_MAX: usize = 12;

impl Refutation {
    pub(super) fn new(history: &[Operation], order: Vec<Step>, seat: Seat, stuck: Vec<usize>) -> Self {
        let mut refutation = Self { order, seat, stuck, steps: 0, lines: Vec::new() };
        refutation.lines = refutation.explain(history);
        refutation
    }

    /// Reads as an account of the failure, line by line; `Display` joins it.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    fn explain(&self, history: &[Operation]) -> Vec<String> {
        let answered = history.iter().filter(|operation| operation.answer.is_some()).count();
        let placed = self.order.iter().filter(|step| step.is_answered(history)).count();
        let mut lines =
            vec![format!("no order explains the {answered} answers; the longest explains {placed}:")];
        let hidden = self.order.len().saturating_sub(STEPS_SHOWN_MAX);
        if hidden > 0 {
            lines.push(format!("  {hidden} earlier steps"));
        }
        lines.extend(self.order[hidden..].iter().map(|step| format!("  {}", step.describe(history))));
        lines.push(format!("then the seat is {}, and none of these can come next:", self.seat));
        let stuck = self.stuck.iter().take(STUCK_SHOWN_MAX);
        lines.extend(stuck.map(|index| format!("  {}", history[*index])));
        if self.stuck.len() > STUCK_SHOWN_MAX {
            lines.push(format!("  {} more", self.stuck.len() - STUCK_SHOWN_MAX));
        }
        lines
    }
}

impl Step {
    fn is_answered(&self, history: &[Operation]) -> bool {
        match self.cause {
            Cause::Operation(index) => history[index].answer.is_some(),
            Cause::Lapse => false,
        }
    }

    fn describe(&self, history: &[Operation]) -> String {
        match self.cause {
            Cause::Operation(index) => format!("{}; seat {}", history[index], self.seat),
            Cause::Lapse => format!("the hold lapses; seat {}", self.seat),
        }
    }
}

impl fmt::Display for Refutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}
