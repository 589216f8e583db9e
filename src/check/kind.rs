//! The kinds of streams, and what of each is looked at beyond what all have.

use actors::entity::Entity;
use domain::aggregate::{Aggregate, Turn};
use domain::booking::{self, Booking};
use domain::flight::{self, Flight};
use persistence::journal::StreamId;

use super::between::Between;
use super::ledger::Ledger;
use super::report::Report;

/// A kind of stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A departure.
    Flight,
    /// A booking.
    Booking,
}

impl Kind {
    /// The kind of a stream, if anybody knows it.
    pub fn of(stream: &StreamId) -> Option<Self> {
        match stream.as_str().split_once('/')?.0 {
            Flight::KIND => Some(Self::Flight),
            Booking::KIND => Some(Self::Booking),
            _ => None,
        }
    }
}

/// What can be checked.
pub trait Checked: Entity + PartialEq {
    /// A second fold, from the events alone.
    type Books: Default;

    /// Enters an event of a row.
    fn enter(books: &mut Self::Books, turn: Turn, event: &Self::Event, report: &mut Report) -> Vec<String>;

    /// Holds the books against the state after the last row, and tells `between` what other streams must agree with.
    fn close(
        books: &Self::Books,
        state: Option<&Self>,
        between: &mut Between,
        report: &mut Report,
    ) -> Vec<String>;
}

impl Checked for Flight {
    type Books = Ledger;

    fn enter(books: &mut Ledger, turn: Turn, event: &flight::Event, report: &mut Report) -> Vec<String> {
        let mut wrong = Vec::new();
        books.enter(turn, event, &mut report.lateness, &mut wrong);
        wrong
    }

    fn close(
        books: &Ledger,
        state: Option<&Self>,
        between: &mut Between,
        report: &mut Report,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        books.count(&mut report.holds);
        for departure in state.into_iter().filter_map(Self::departure) {
            books.compare(departure, &mut wrong);
            between.departure(departure, &mut wrong);
        }
        wrong
    }
}

impl Checked for Booking {
    /// It owns no inventory: its departures have the books.
    type Books = ();

    fn enter((): &mut (), _: Turn, _: &booking::Event, _: &mut Report) -> Vec<String> {
        Vec::new()
    }

    fn close((): &(), state: Option<&Self>, between: &mut Between, report: &mut Report) -> Vec<String> {
        report.bookings += 1;
        let mut wrong = Vec::new();
        if let Some(state) = state {
            between.booking(state, &mut wrong);
        }
        wrong
    }
}
