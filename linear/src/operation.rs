//! What a client asked of one seat, and what it was told.

use std::fmt;

/// A hold, and later the booking made of it, as the maker of the history names it.
///
/// All operations about one hold carry the same token. It is chosen by the client and not by the server,
/// because a hold that was never answered has no other name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// What a client asks.
///
/// A hold that changes onto this seat is a `Hold` of it, one that changes away a `Release`. A booking that
/// changes onto this seat is a `MoveOnto`, one that changes away a `Cancel`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// Hold the open seat.
    Hold {
        /// The hold asked for.
        hold: Token,
        /// The earliest deadline the server may set. Counts only while the server has stated none.
        until: u64,
    },
    /// Move the deadline of a live hold.
    Extend {
        /// The hold to prolong.
        hold: Token,
        /// The earliest deadline the server may set. Counts only while the server has stated none.
        until: u64,
    },
    /// Replace the deadline of a live hold by the fence of its payment.
    StartPaying {
        /// The hold to be paid.
        hold: Token,
        /// The earliest fence the server may set. Counts only while the server has stated none.
        until: u64,
    },
    /// Give a live hold back.
    Release {
        /// The hold to end.
        hold: Token,
    },
    /// Sell the seat to its live hold.
    Confirm {
        /// The hold to be sold.
        hold: Token,
    },
    /// Open a sold seat again.
    Cancel {
        /// The hold the seat was sold to.
        hold: Token,
    },
    /// Sell the open seat to a booking that changes onto it.
    MoveOnto {
        /// The hold that booking once was.
        hold: Token,
    },
    /// Take the open seat out of sale.
    Block,
    /// Put the blocked seat back on sale.
    Unblock,
    /// Look at the seat.
    Read,
}

impl Request {
    /// Names the hold that the request is about.
    pub fn hold(&self) -> Option<Token> {
        match *self {
            Self::Hold { hold, .. }
            | Self::Extend { hold, .. }
            | Self::StartPaying { hold, .. }
            | Self::Release { hold }
            | Self::Confirm { hold }
            | Self::Cancel { hold }
            | Self::MoveOnto { hold } => Some(hold),
            Self::Block | Self::Unblock | Self::Read => None,
        }
    }

    /// Tells the earliest deadline that the server may set for it.
    fn until(&self) -> Option<u64> {
        match *self {
            Self::Hold { until, .. } | Self::Extend { until, .. } | Self::StartPaying { until, .. } => {
                Some(until)
            }
            Self::Release { .. }
            | Self::Confirm { .. }
            | Self::Cancel { .. }
            | Self::MoveOnto { .. }
            | Self::Block
            | Self::Unblock
            | Self::Read => None,
        }
    }
}

/// The seat as an answer describes it. A seat map names no holder, so the token may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sighting {
    /// Anybody may hold it.
    Open,
    /// Promised, to this hold when it is known.
    Held(Option<Token>),
    /// Sold, to this hold when it is known.
    Sold(Option<Token>),
    /// Out of sale.
    Blocked,
}

impl Sighting {
    /// Names the holder when the sighting does.
    pub fn hold(self) -> Option<Token> {
        match self {
            Self::Held(hold) | Self::Sold(hold) => hold,
            Self::Open | Self::Blocked => None,
        }
    }
}

/// What a client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The request took effect.
    Done,
    /// The request took effect, and the hold now has this deadline.
    Granted {
        /// The deadline as the server stated it.
        until: u64,
    },
    /// The state of the seat forbids the request: it is taken, or the hold is not live.
    Refused,
    /// Refused, with the state of the seat as the reason.
    RefusedOver(Sighting),
    /// The seat as a read found it.
    Seen(Sighting),
}

impl Outcome {
    /// Names the holder when the answer does.
    pub fn hold(self) -> Option<Token> {
        match self {
            Self::Done | Self::Granted { .. } | Self::Refused => None,
            Self::RefusedOver(seat) | Self::Seen(seat) => seat.hold(),
        }
    }
}

/// A definite answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer {
    /// When the client had it.
    pub returned: u64,
    /// What it said.
    pub outcome: Outcome,
}

/// One request of one client about one seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// When the client sent it.
    pub invoked: u64,
    /// What the client asked.
    pub request: Request,
    /// What it was told. Without an answer the request took effect at any time after its invocation, or
    /// never.
    pub answer: Option<Answer>,
}

impl Operation {
    /// Makes an operation with its answer.
    pub fn answered(invoked: u64, returned: u64, request: Request, outcome: Outcome) -> Self {
        Self { invoked, request, answer: Some(Answer { returned, outcome }) }
    }

    /// Makes an operation whose fate the client never learnt.
    pub fn unanswered(invoked: u64, request: Request) -> Self {
        Self { invoked, request, answer: None }
    }

    /// Says whether there is a seat that this operation changes. A read and a refusal change none.
    pub(super) fn can_change_a_seat(&self) -> bool {
        match self.answer.map(|answer| answer.outcome) {
            None | Some(Outcome::Done | Outcome::Granted { .. }) => self.request != Request::Read,
            Some(Outcome::Refused | Outcome::RefusedOver(_) | Outcome::Seen(_)) => false,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hold { hold, .. } => write!(f, "hold {hold}"),
            Self::Extend { hold, .. } => write!(f, "extend {hold}"),
            Self::StartPaying { hold, .. } => write!(f, "start paying {hold}"),
            Self::Release { hold } => write!(f, "release {hold}"),
            Self::Confirm { hold } => write!(f, "confirm {hold}"),
            Self::Cancel { hold } => write!(f, "cancel {hold}"),
            Self::MoveOnto { hold } => write!(f, "move {hold} onto the seat"),
            Self::Block => f.write_str("block"),
            Self::Unblock => f.write_str("unblock"),
            Self::Read => f.write_str("read"),
        }
    }
}

impl fmt::Display for Sighting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Held(Some(hold)) => write!(f, "held by {hold}"),
            Self::Held(None) => f.write_str("held"),
            Self::Sold(Some(hold)) => write!(f, "sold to {hold}"),
            Self::Sold(None) => f.write_str("sold"),
            Self::Blocked => f.write_str("blocked"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Granted { until } => write!(f, "granted until {until}"),
            Self::Refused => f.write_str("refused"),
            Self::RefusedOver(seat) => write!(f, "refused: seat is {seat}"),
            Self::Seen(seat) => write!(f, "seat is {seat}"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.answer {
            Some(Answer { returned, outcome }) => {
                write!(f, "[{}..{returned}] {} -> {outcome}", self.invoked, self.request)
            }
            None => match self.request.until() {
                Some(until) => {
                    write!(f, "[{}..] {} until {until} or later -> no answer", self.invoked, self.request)
                }
                None => write!(f, "[{}..] {} -> no answer", self.invoked, self.request),
            },
        }
    }
}
