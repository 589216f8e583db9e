//! The sequential model: what one seat may answer when it is asked one thing at a time.

use std::fmt;

use super::{Answer, Operation, Outcome, Request, Sighting, Token};

/// What is known of a hold's deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline {
    /// The hold does not lapse before this, give or take the skew.
    pub earliest: u64,
    /// The hold is not confirmed at or after this, give or take the skew. None when no answer stated a
    /// deadline: then the server may have performed the request late, and counted from there.
    pub latest: Option<u64>,
}

/// One seat, as the order found so far leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// Anybody may hold it.
    Open,
    /// Promised to one hold.
    Held {
        /// Who has it.
        hold: Token,
        /// When it may lapse.
        deadline: Deadline,
    },
    /// Sold.
    Sold {
        /// The hold it was sold to.
        hold: Token,
    },
    /// Out of sale.
    Blocked,
}

/// The two bounds on when something may happen.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// How far the server's clock may be off, either way.
    pub(super) skew: u64,
    /// The first return among the answered operations not yet placed: whatever is placed next happens by
    /// then.
    pub(super) by: u64,
}

impl Seat {
    /// Follows an operation: the seat afterwards, or None when this seat cannot have given that answer, or,
    /// without an answer, cannot have performed that request.
    pub(super) fn after(self, operation: &Operation, bounds: Bounds) -> Option<Seat> {
        let request = operation.request;
        let refuses = || self.may_refuse(request, bounds);
        match operation.answer.map(|answer| answer.outcome) {
            None | Some(Outcome::Done | Outcome::Granted { .. }) => self.after_effect(operation, bounds.skew),
            Some(Outcome::Refused) => refuses().then_some(self),
            Some(Outcome::RefusedOver(seen)) => (refuses() && self.looks_like(seen)).then_some(self),
            Some(Outcome::Seen(seen)) => (request == Request::Read && self.looks_like(seen)).then_some(self),
        }
    }

    /// Says whether the seat's hold may lapse before the next operation.
    pub(super) fn may_lapse(self, bounds: Bounds) -> bool {
        match self {
            Self::Held { deadline, .. } => deadline.earliest.saturating_sub(bounds.skew) <= bounds.by,
            Self::Open | Self::Sold { .. } | Self::Blocked => false,
        }
    }

    /// Performs a request. A late release harms nobody and passes; whatever keeps the seat must come in time.
    fn after_effect(self, operation: &Operation, skew: u64) -> Option<Seat> {
        match operation.request {
            Request::Hold { hold, until } => {
                (self == Self::Open).then_some(Self::Held { hold, deadline: deadline(operation, until) })
            }
            Request::Extend { hold, until } | Request::StartPaying { hold, until } => self
                .is_kept_by(hold, operation.invoked, skew)
                .then_some(Self::Held { hold, deadline: deadline(operation, until) }),
            Request::Confirm { hold } => {
                self.is_kept_by(hold, operation.invoked, skew).then_some(Self::Sold { hold })
            }
            Request::Release { hold } => self.is_held_by(hold).then_some(Self::Open),
            Request::Cancel { hold } => (self == Self::Sold { hold }).then_some(Self::Open),
            Request::MoveOnto { hold } => (self == Self::Open).then_some(Self::Sold { hold }),
            Request::Block => matches!(self, Self::Open | Self::Blocked).then_some(Self::Blocked),
            Request::Unblock => matches!(self, Self::Open | Self::Blocked).then_some(Self::Open),
            Request::Read => Some(self),
        }
    }

    /// Says whether a refusal is true. A hold that may be due may be refused although it is still there: the
    /// server decides that it is over before the lapse is journaled.
    fn may_refuse(self, request: Request, bounds: Bounds) -> bool {
        match request {
            Request::Hold { .. } | Request::MoveOnto { .. } | Request::Block => self != Self::Open,
            Request::Extend { hold, .. }
            | Request::StartPaying { hold, .. }
            | Request::Release { hold }
            | Request::Confirm { hold } => !self.is_held_by(hold) || self.may_lapse(bounds),
            Request::Cancel { hold } => self != Self::Sold { hold },
            Request::Unblock => self != Self::Blocked,
            Request::Read => true,
        }
    }

    fn is_held_by(self, token: Token) -> bool {
        matches!(self, Self::Held { hold, .. } if hold == token)
    }

    /// Says whether the hold has the seat and `at` is not beyond its deadline.
    fn is_kept_by(self, token: Token, at: u64, skew: u64) -> bool {
        match self {
            Self::Held { hold, deadline } => {
                hold == token && deadline.latest.is_none_or(|latest| at < latest.saturating_add(skew))
            }
            Self::Open | Self::Sold { .. } | Self::Blocked => false,
        }
    }

    fn looks_like(self, seen: Sighting) -> bool {
        match self {
            Self::Open => seen == Sighting::Open,
            Self::Held { hold, .. } => seen == Sighting::Held(Some(hold)) || seen == Sighting::Held(None),
            Self::Sold { hold } => seen == Sighting::Sold(Some(hold)) || seen == Sighting::Sold(None),
            Self::Blocked => seen == Sighting::Blocked,
        }
    }
}

/// Takes the deadline that the server stated, or else the earliest that was asked for.
fn deadline(operation: &Operation, asked: u64) -> Deadline {
    match operation.answer {
        Some(Answer { outcome: Outcome::Granted { until }, .. }) => {
            Deadline { earliest: until, latest: Some(until) }
        }
        Some(_) | None => Deadline { earliest: asked, latest: None },
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Held { hold, deadline: Deadline { latest: Some(until), .. } } => {
                write!(f, "held by {hold} until {until}")
            }
            Self::Held { hold, deadline: Deadline { earliest, latest: None } } => {
                write!(f, "held by {hold} until {earliest} or later")
            }
            Self::Sold { hold } => write!(f, "sold to {hold}"),
            Self::Blocked => f.write_str("blocked"),
        }
    }
}
