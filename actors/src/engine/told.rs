//! What whoever asked is told.

use std::sync::Arc;

use domain::aggregate::Aggregate;
use domain::ids::Version;
use persistence::journal::NotDurable;

/// A definite answer: it is durable, and the same request gets it again.
#[derive(Debug, Clone, PartialEq)]
pub struct Told<A: Aggregate> {
    /// The answer.
    pub verdict: Verdict<A>,
    /// Whether the request was answered before, and this is that first answer.
    pub replayed: bool,
}

/// What a request came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<A: Aggregate> {
    /// It was done, as this row.
    Accepted {
        /// The row.
        version: Version,
        /// What happened.
        events: Arc<[A::Event]>,
    },
    /// It was so before; nothing happened.
    AlreadySo {
        /// The version that says so.
        version: Version,
    },
    /// A rule said no.
    Refused {
        /// The version that the refusal rests on.
        version: Version,
        /// The rule.
        rejection: A::Rejection,
    },
    /// The key was used before for something else; nothing happened.
    KeyReused,
}

/// Why nobody gave a definite answer. None of these says that nothing happened unless it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unserved {
    /// Too many wait already. Nothing happened.
    #[error("too many requests wait for this stream")]
    Busy,
    /// The time that the client would wait was over before the request was decided. Nothing happened.
    #[error("the request came to its turn too late")]
    Late,
    /// Nobody knows what became of it. The same key finds out.
    #[error("what became of the request is not known")]
    Unknown,
    /// The stream is out of service until a person has looked at it. Nothing happened.
    #[error("the stream is out of service")]
    Quarantined,
    /// The store does not answer. Nothing happened.
    #[error("the store does not answer")]
    StoreDown,
}

impl From<NotDurable> for Unserved {
    fn from(why: NotDurable) -> Self {
        match why {
            NotDurable::Unknown | NotDurable::Refused | NotDurable::Fenced | NotDurable::NotOwner => {
                Self::Unknown
            }
        }
    }
}
