//! Collects what clients ask and hear, and sorts it by seat.

use std::collections::BTreeMap;

use super::{Answer, Operation, Outcome, Request, Verdict, check};

/// One seat of one departure, as texts: the recorder does not know the domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatName {
    /// The flight, as the interface writes it.
    pub flight: String,
    /// The seat, as the interface writes it.
    pub seat: String,
}

/// Names an operation under way. It is spent by the answer, so nothing is answered twice.
#[derive(Debug)]
#[must_use = "an operation without an answer may have taken effect at any time"]
pub struct Ticket(usize);

/// The operations of all seats in the order of their invocation.
///
/// It has no lock: clients on several threads keep one recorder each and [`absorb`](Self::absorb) them at the
/// end.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// None once withdrawn, so that tickets stay valid.
    operations: Vec<Option<(SeatName, Operation)>>,
}

impl Recorder {
    /// Starts an empty record.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that a client sends a request now. A request about several seats takes a ticket for each.
    pub fn invoke(&mut self, flight: &str, seat: &str, now: u64, request: Request) -> Ticket {
        let name = SeatName { flight: flight.to_owned(), seat: seat.to_owned() };
        self.operations.push(Some((name, Operation::unanswered(now, request))));
        Ticket(self.operations.len() - 1)
    }

    /// Records that the client has a definite answer now. A time-out, a lost connection and a 503 are none:
    /// drop the ticket, and the operation stays without an answer.
    ///
    /// # Panics
    ///
    /// When `now` is before the invocation, or this recorder never gave such a ticket.
    pub fn returned(&mut self, Ticket(number): Ticket, now: u64, outcome: Outcome) {
        let entry = self.operations.get_mut(number).and_then(Option::as_mut);
        let (_, operation) = entry.expect("a ticket names an open operation of the recorder that gave it");
        assert!(operation.invoked <= now, "an answer at {now} is before the invocation of {operation}");
        operation.answer = Some(Answer { returned: now, outcome });
    }

    /// Forgets an operation whose answer proves that it had no effect and says nothing about the seat.
    pub fn withdraw(&mut self, Ticket(number): Ticket) {
        if let Some(entry) = self.operations.get_mut(number) {
            *entry = None;
        }
    }

    /// Adds the operations of another client that kept the same time. Tickets of the other recorder are void
    /// then.
    pub fn absorb(&mut self, other: Self) {
        self.operations.extend(other.operations);
    }

    /// Counts the operations.
    pub fn operations(&self) -> usize {
        self.operations.iter().flatten().count()
    }

    /// Gives each seat its history.
    pub fn by_seat(&self) -> BTreeMap<SeatName, Vec<Operation>> {
        let mut seats: BTreeMap<SeatName, Vec<Operation>> = BTreeMap::new();
        for (name, operation) in self.operations.iter().flatten() {
            match seats.get_mut(name) {
                Some(history) => history.push(*operation),
                None => drop(seats.insert(name.clone(), vec![*operation])),
            }
        }
        seats
    }

    /// Judges every seat; the budget is each seat's own. See [`check`].
    pub fn check(&self, skew: u64, budget: u64) -> BTreeMap<SeatName, Verdict> {
        let judge = |(name, history): (SeatName, Vec<Operation>)| (name, check(&history, skew, budget));
        self.by_seat().into_iter().map(judge).collect()
    }
}
