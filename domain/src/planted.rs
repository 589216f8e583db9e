//! Bugs that the simulation plants, one at a time, to prove that it would notice them.
//!
//! Without the feature `planted`, [`on`] is a constant `false` and the compiler removes every mention.

/// A bug that somebody could make in the production code, with the place where it is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// `flight::decide`: a hold is confirmed although its deadline has come.
    ConfirmAtDeadline,
    /// `flight::decide`: the timer lapses whichever hold comes first, due or not.
    TimerHitsNextHold,
    /// `flight::decide`: a booking takes over what another booking has.
    HoldClaimedTwice,
    /// `booking::decide`: the first segment is taken for let go of without being asked.
    CompensationForgotten,
    /// `booking::decide`: a booking is paid although its deadline has come.
    PaidAtDeadline,
    /// `booking::decide`: an answer counts for whichever step is open.
    StaleAnswerCounts,
    /// `booking::decide`: word of a cancelled flight is not taken in.
    CancelledUnheard,
    /// `booking::decide`: money that was taken for nothing is not given back.
    RefundSkipped,
    /// `booking::decide`: money is taken as soon as it is set aside, before the places are sold.
    CaptureBeforeSeats,
    /// `booking::decide`: a hint is believed, and nobody asks the provider.
    WebhookTrusted,
    /// `booking::decide`: the deadline of a hold ends a booking that pays.
    ExpiryWhilePaying,
    /// `booking::decide`: a booking ends before the provider has said what became of its payment.
    EndedWithoutWord,
    /// `booking::evolve`: an order that the provider has not answered is forgotten when the places go.
    OrderDropped,
    /// `actors::entity`: a booking that waits for an answer is dropped from memory, and nobody wakes it.
    PassivatedMidStep,
    /// `actors::entity`: a rebuilt entity forgets which requests it has answered.
    MemoryNotJournaled,
    /// `actors::entity`: a refusal is answered and not remembered.
    RefusalsForgotten,
    /// `actors::entity`: a rebuilt entity arms no timer.
    TimerLost,
    /// `actors::entity`: entries are numbered on after a failure instead of being fenced.
    NoRollbackWhenFenced,
    /// `persistence::journal`: an unknown outcome is answered as a definite failure, and nothing is fenced.
    UnknownIsFailure,
    /// `persistence::journal`: a statement that holds only refusals skips the fence.
    RefusalsSkipFence,
    /// `persistence::journal`: a process that gets a shard back goes on with what it had in memory.
    OldLivesKept,
    /// `persistence::journal`: after a definite refusal, a part of the statement is forgotten.
    SplitDropsRest,
}

#[cfg(feature = "planted")]
mod switch {
    use super::Bug;
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Plants one bug in this thread, or none.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.set(bug);
    }

    /// Whether `bug` is planted in this thread.
    #[must_use]
    pub fn on(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }
}

#[cfg(feature = "planted")]
pub use switch::{on, plant};

/// Whether `bug` is planted: never, in a build without the feature.
#[cfg(not(feature = "planted"))]
#[must_use]
pub const fn on(_bug: Bug) -> bool {
    false
}
