//! What owns a stream.
//!
//! Every departure has one owner in memory that takes its commands one by one. What an owner *is* stands in
//! [`entity::Core`], a synchronous state machine without a clock, a task or a store: requests and outcomes
//! go in, entries for the journal and answers come out. The actors that drive it add a mailbox and a timer
//! and nothing else, so a rule about seats never depends on how tasks happen to run; the simulation drives
//! the same core through thousands of crashes.
//!
//! * [`entity::Core`]: decides at once in memory, hands the row to the journal, and answers only when that
//!   is durable. Many commands may be on their way at a time: that is why a hot flight is fast.
//! * [`entity::Memory`]: which requests were answered, and where the answer stands.
//! * [`entity::recall`]: reads a first answer back for a repeated request.
//!
//! With the feature `engine` (on by default) come the actors and what people look at:
//!
//! * `engine::Engine`: one node's actors. Its [`Router`](engine::Router) sends a command to whoever owns the
//!   stream, and wakes them first if need be.
//! * `room`: a departure as everybody may see it, durable rows only, and the line on which viewers wait for
//!   the next change.
//!
//! Start reading at [`entity`], then `engine`.

pub mod entity;

#[cfg(feature = "engine")]
pub mod booking;
#[cfg(feature = "engine")]
mod effects;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod room;
