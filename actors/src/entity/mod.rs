//! The core of everything that owns a stream.
//!
//! ```text
//! Request ─▶ Core::handle ─▶ Submission { entry, answer }      entry ─▶ journal
//!                                                              answer ─▶ client, once the entry is durable
//! journal ─▶ Core::settled ─▶ (fenced?) Core::rebuild ─▶ barrier ─▶ Core::load ─▶ live again
//! ```
//!
//! The core runs ahead of the disk: it decides on state that may not be durable yet. That is safe because
//! nothing leaves before the entry that it rests on is durable, refusals included, and because all that
//! rests on a lost entry is lost with it: the journal drops it, and the core rebuilds from what is stored.

mod answer;
mod core;
mod memory;
mod rebuild;

pub use answer::{Answer, Recalled, StoredReply, recall};
pub use core::{Core, Decided, Entity, Handled, Phase, Receipt, Request, Submission, wakes_at};
pub use memory::{Memory, Place, REMEMBERED_FOR};
pub use rebuild::{CannotActivate, state_at};
