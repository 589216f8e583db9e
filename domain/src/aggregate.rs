//! The shape of everything that owns a stream.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::Version;
use crate::time::Timestamp;

/// When a command is decided, and as which row it will stand if it is accepted.
///
/// Time and numbers come from outside: the same state, command and turn always give the same events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The time of the decision. Never earlier than the stream's last row.
    pub now: Timestamp,
    /// The version that the row of this command will have.
    pub version: Version,
}

/// State that is the fold of its events, and the rules that make new ones.
///
/// `Default` is the state of an empty stream. Serialised states are snapshots: a cache of the fold, never
/// the truth.
pub trait Aggregate: Debug + Clone + Default + Serialize + DeserializeOwned {
    /// What may be asked of it.
    type Command: Debug;
    /// What happened to it. Stored for ever.
    type Event: Debug + Clone + PartialEq + Serialize + DeserializeOwned;
    /// Why a rule said no. Stored as an answer.
    type Rejection: Debug + Clone + PartialEq + Serialize + DeserializeOwned;
    /// What the world must do because of an event.
    type Effect: Debug + Clone + PartialEq + Serialize;

    /// The word that begins the id of every stream of this kind, e.g. `flight`.
    const KIND: &'static str;
    /// The version of the stored form of its events; upcasters lift older ones to it.
    const SCHEMA: u16;

    /// Says what a command brings about, or why it may not. An empty list means that what was asked for
    /// is already so.
    ///
    /// # Errors
    /// The rule that says no.
    fn decide(&self, command: &Self::Command, turn: Turn) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// Takes an event in. Cannot refuse: what happened, happened.
    fn evolve(&mut self, event: &Self::Event);

    /// Names what the world must do because `event` happened; asked before the event is taken in.
    fn react(&self, event: &Self::Event) -> Vec<Self::Effect>;

    /// The invariant that does not hold after a whole row, if any: a bug. Debug builds ask after each row.
    fn breach(&self) -> Option<String>;

    /// When something falls due by itself, if anything does: [`Aggregate::lapse`] is then to be decided.
    fn deadline(&self) -> Option<Timestamp>;

    /// The command that brings about whatever has fallen due.
    fn lapse() -> Self::Command;

    /// Whether it waits for somebody's answer. Then it does not leave memory, and after a start it is woken at once.
    fn is_unfinished(&self) -> bool {
        false
    }

    /// Whether a refusal is an answer to remember. One that passes by itself is not: the same request may be asked again.
    fn is_remembered(_rejection: &Self::Rejection) -> bool {
        true
    }
}
