//! The search for an order: Wing and Gong's, with Lowe's memory, on an explicit stack.
//!
//! A *position* is what an order has come to: the answered operations in it, the unanswered ones used up, and
//! the seat. From a position there are three kinds of move: place an answered operation, let an unanswered
//! one take effect, let the hold lapse. A move is possible when what it needs had begun before the earliest
//! return among the answered operations still missing, since all of these come later. That is exactly when
//! points in time for all moves exist, so no position carries a clock.
//!
//! Four reductions keep it fast, and none can lose an order:
//!
//! - A read or a refusal that fits is placed at once: whatever order holds it later also exists with it here,
//!   since it changes no seat. (A block of a blocked seat fits too, yet has to wait: later it may be a change
//!   that is needed.)
//! - Lowe's memory is keyed by (answered operations placed, seat). Among equal keys, a position that has used
//!   up a superset of another's unanswered operations can do nothing the other could not.
//! - Of several unanswered operations that can do the same for ever after, only the first is tried.
//! - An unanswered operation that would leave the seat as it is is not tried: it may as well never take
//!   effect.
//!
//! What remains exponential is what is truly in flight together: many changes answered over one and the same
//! interval, or many unanswered holds whose tokens still matter. The budget is for those.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::placed::{Placed, Used};
use super::refutation::{Cause, Refutation, Step};
use super::seat::{Bounds, Seat};
use super::{Operation, Request, Token, Verdict};

/// The search through the orders of one history.
pub(super) struct Search<'a> {
    history: &'a [Operation],
    /// The operations that must be placed, by invocation. A placed operation's *number* is its index here.
    answered: Vec<Entry<'a>>,
    /// Those that may be placed, by invocation.
    unanswered: Vec<Entry<'a>>,
    skew: u64,
    budget: u64,
    steps: u64,
    /// For each key, the sets of used operations seen with it; none contains another that came before it.
    visited: FxHashMap<(Placed, Seat), Vec<Used>>,
    /// How the current position was reached.
    order: Vec<Step>,
    longest: Longest,
}

/// One operation of the history.
struct Entry<'a> {
    /// Its place in the history as given.
    index: usize,
    operation: &'a Operation,
    /// When it returned; never, without an answer.
    returned: u64,
    /// Once the answered operations before this number are placed, nothing to come names the hold that this
    /// operation is about. `usize::MAX` when another operation without an answer names it too.
    named_before: usize,
}

#[derive(Clone)]
struct Position {
    placed: Placed,
    /// How many operations `placed` holds.
    count: usize,
    used: Used,
    seat: Seat,
}

/// A position being explored.
struct Frame {
    position: Position,
    /// Moves not yet tried, the most promising last.
    moves: Vec<Move>,
    /// The length of the order at this position.
    depth: usize,
}

#[derive(Clone, Copy)]
enum Move {
    Answered(usize, Seat),
    Lapse,
    Unanswered(usize, Seat),
}

/// The answered operations that may come next.
struct Frontier {
    numbers: Vec<usize>,
    /// The earliest return among the operations missing: whatever comes next happens by then.
    by: u64,
}

/// The order that came furthest.
struct Longest {
    position: Position,
    order: Vec<Step>,
    /// How many steps it has in common with the current order.
    shared: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(history: &'a [Operation], skew: u64, budget: u64) -> Self {
        let start = Position { placed: Placed::default(), count: 0, used: Used::default(), seat: Seat::Open };
        let (answered, unanswered) = entries(history);
        Self {
            history,
            answered,
            unanswered,
            skew,
            budget,
            steps: 0,
            visited: FxHashMap::default(),
            order: Vec::new(),
            longest: Longest { position: start, order: Vec::new(), shared: 0 },
        }
    }

    /// Explores positions until one holds every answered operation, none is left, or the budget is spent.
    pub(super) fn run(mut self) -> Verdict {
        let mut arrived = Some(self.longest.position.clone());
        let mut stack: Vec<Frame> = Vec::new();
        loop {
            if let Some(mut position) = arrived.take() {
                let frontier = self.settle(&mut position);
                self.note_longest(&position);
                if position.count == self.answered.len() {
                    return Verdict::Linearizable;
                }
                if self.is_news(&position) {
                    let moves = self.moves(&position, &frontier);
                    stack.push(Frame { position, moves, depth: self.order.len() });
                }
            }
            if self.steps > self.budget {
                return Verdict::Unknown { steps: self.steps };
            }
            let Some(frame) = stack.last_mut() else { return self.refuted() };
            let next = frame.moves.pop();
            self.rewind(frame.depth);
            match next {
                Some(next) => arrived = Some(self.make(next, &frame.position)),
                None => drop(stack.pop()),
            }
        }
    }

    /// Places every read and every refusal that fits.
    fn settle(&mut self, position: &mut Position) -> Frontier {
        loop {
            let frontier = self.frontier(&position.placed);
            let before = position.count;
            for number in &frontier.numbers {
                let changes = self.answered[*number].operation.can_change_a_seat();
                if !changes && self.after(*number, position.seat, frontier.by).is_some() {
                    self.place(*number, position);
                }
            }
            if position.count == before {
                return frontier;
            }
        }
    }

    /// Collects the missing operations that were invoked before the first of them returned.
    fn frontier(&self, placed: &Placed) -> Frontier {
        let mut frontier = Frontier { numbers: Vec::new(), by: u64::MAX };
        for (number, entry) in self.answered.iter().enumerate().skip(placed.first_missing()) {
            if entry.operation.invoked > frontier.by {
                break;
            }
            if !placed.contains(number) {
                frontier.by = frontier.by.min(entry.returned);
                frontier.numbers.push(number);
            }
        }
        frontier.numbers.retain(|number| self.answered[*number].operation.invoked <= frontier.by);
        frontier
    }

    /// Lists what may come next, the most promising last: answers in the order in which they came back, then
    /// the lapse, then the unanswered operations with the latest first, because most took effect soon or
    /// never.
    fn moves(&self, position: &Position, frontier: &Frontier) -> Vec<Move> {
        let mut moves = self.unanswered_moves(position, frontier.by);
        if position.seat.may_lapse(self.bounds(frontier.by)) {
            moves.push(Move::Lapse);
        }
        let fits = |number: &usize| Some((*number, self.after(*number, position.seat, frontier.by)?));
        let mut answered: Vec<(usize, Seat)> = frontier.numbers.iter().filter_map(fits).collect();
        answered.sort_unstable_by_key(|(number, _)| (self.answered[*number].returned, *number));
        moves.extend(answered.into_iter().rev().map(|(number, seat)| Move::Answered(number, seat)));
        moves
    }

    fn unanswered_moves(&self, position: &Position, by: u64) -> Vec<Move> {
        let bounds = self.bounds(by);
        let mut moves = Vec::new();
        let mut kinds: Vec<Request> = Vec::new();
        let begun = self.unanswered.iter().take_while(|entry| entry.operation.invoked <= by);
        for (number, entry) in begun.enumerate() {
            if position.used.contains(number) {
                continue;
            }
            let Some(seat) = position.seat.after(entry.operation, bounds) else { continue };
            if seat == position.seat {
                continue;
            }
            let forgotten = entry.named_before <= position.placed.first_missing();
            if let Some(kind) = entry.kind(forgotten && seat.may_lapse(bounds)) {
                if kinds.contains(&kind) {
                    continue;
                }
                kinds.push(kind);
            }
            moves.push(Move::Unanswered(number, seat));
        }
        moves
    }

    /// Says whether the position can lead anywhere that the visited ones cannot, and remembers it.
    fn is_news(&mut self, position: &Position) -> bool {
        let seen = self.visited.entry((position.placed.clone(), position.seat)).or_default();
        if seen.iter().any(|used| used.is_subset_of(&position.used)) {
            return false;
        }
        seen.push(position.used.clone());
        true
    }

    fn make(&mut self, next: Move, from: &Position) -> Position {
        let mut position = from.clone();
        match next {
            Move::Answered(number, seat) => {
                position.seat = seat;
                self.place(number, &mut position);
            }
            Move::Lapse => {
                position.seat = Seat::Open;
                self.step(Cause::Lapse, Seat::Open);
            }
            Move::Unanswered(number, seat) => {
                position.seat = seat;
                position.used.insert(number);
                self.step(Cause::Operation(self.unanswered[number].index), seat);
            }
        }
        position
    }

    fn place(&mut self, number: usize, position: &mut Position) {
        position.placed.insert(number);
        position.count += 1;
        self.step(Cause::Operation(self.answered[number].index), position.seat);
    }

    fn step(&mut self, cause: Cause, seat: Seat) {
        self.steps += 1;
        self.order.push(Step { cause, seat });
    }

    fn rewind(&mut self, depth: usize) {
        self.order.truncate(depth);
        self.longest.shared = self.longest.shared.min(depth);
    }

    /// Keeps the order when it is the longest so far; only what differs from the last one kept is copied.
    fn note_longest(&mut self, position: &Position) {
        let longest = &mut self.longest;
        if position.count > longest.position.count {
            longest.order.truncate(longest.shared);
            longest.order.extend_from_slice(&self.order[longest.shared..]);
            longest.shared = self.order.len();
            longest.position = position.clone();
        }
    }

    fn refuted(self) -> Verdict {
        let Position { placed, seat, .. } = &self.longest.position;
        let stuck = self.frontier(placed).numbers.iter().map(|number| self.answered[*number].index).collect();
        let mut refutation = Refutation::new(self.history, self.longest.order, *seat, stuck);
        refutation.steps = self.steps;
        Verdict::Refuted(Box::new(refutation))
    }

    fn after(&self, number: usize, seat: Seat, by: u64) -> Option<Seat> {
        seat.after(self.answered[number].operation, self.bounds(by))
    }

    fn bounds(&self, by: u64) -> Bounds {
        Bounds { skew: self.skew, by }
    }
}

impl Entry<'_> {
    /// Names what an unanswered operation can do, when another of the same name can do just that from now on.
    /// `passing` says that the hold it makes may lapse at once and that nothing to come names it: one such
    /// hold is like another.
    fn kind(&self, passing: bool) -> Option<Request> {
        match self.operation.request {
            Request::Hold { .. } => passing.then_some(Request::Hold { hold: Token(0), until: 0 }),
            // Their effect depends on when they were sent and on the deadline they ask for.
            Request::Extend { .. } | Request::StartPaying { .. } | Request::Confirm { .. } => None,
            Request::Release { .. }
            | Request::Cancel { .. }
            | Request::MoveOnto { .. }
            | Request::Block
            | Request::Unblock
            | Request::Read => Some(self.operation.request),
        }
    }
}

/// Sorts a history into the operations that must and those that may have happened, each by invocation.
fn entries(history: &[Operation]) -> (Vec<Entry<'_>>, Vec<Entry<'_>>) {
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(history.len());
    for (index, operation) in history.iter().enumerate() {
        let returned = operation.answer.map_or(u64::MAX, |answer| answer.returned);
        assert!(
            operation.invoked <= returned,
            "operation {index} returned before its invocation: {operation}"
        );
        entries.push(Entry { index, operation, returned, named_before: 0 });
    }
    entries.sort_by_key(|entry| (entry.operation.invoked, entry.returned));
    let (answered, mut unanswered): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.operation.answer.is_some());
    let named_before = named_before(&answered, &unanswered);
    for entry in &mut unanswered {
        let token = entry.operation.request.hold();
        entry.named_before = token.and_then(|token| named_before.get(&token).copied()).unwrap_or(0);
    }
    (answered, unanswered)
}

/// Finds for each hold the number after the last answered operation that names it, asking or told.
fn named_before(answered: &[Entry<'_>], unanswered: &[Entry<'_>]) -> BTreeMap<Token, usize> {
    let mut named: BTreeMap<Token, usize> = BTreeMap::new();
    for (number, entry) in answered.iter().enumerate() {
        let told = entry.operation.answer.and_then(|answer| answer.outcome.hold());
        named.extend(entry.operation.request.hold().into_iter().chain(told).map(|token| (token, number + 1)));
    }
    let mut once = BTreeSet::new();
    for token in unanswered.iter().filter_map(|entry| entry.operation.request.hold()) {
        if !once.insert(token) {
            named.insert(token, usize::MAX);
        }
    }
    named
}
