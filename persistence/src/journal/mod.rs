//! The journal, as a protocol: entries in, statements out, outcomes in, acknowledgements out.
//!
//! ```text
//! owner ── Entry ──▶ Batch ── Step::Write(Statement) ──▶ store
//!                      │ ◀───────── Outcome ───────────────┘
//!   acks ◀── Settled ──┘
//! ```
//!
//! Three rules carry the promises:
//!
//! 1. An acknowledgement goes out only after its statement is known to be committed.
//! 2. Refusals and answers that rest on a state go through the same fenced statement as rows: from somebody
//!    who no longer owns the shard they would be wrong answers.
//! 3. *Unknown* is not *failed*. After it, everything that rests on the lost statement is fenced, and the
//!    epoch rises in the store before anything is loaded again, so that the statement can no longer land.

mod batch;
mod entry;
mod listing;
mod statement;
mod stream;
mod tables;
mod upcast;

pub use batch::{Batch, NotDurable, Outcome, Settled, Step};
pub use entry::{
    Activation, Answer, Due, Entry, Fingerprint, OutboxOrder, Record, RequestId, RequestKey, Row,
};
#[cfg(feature = "stores")]
pub(crate) use listing::EventBody;
pub use listing::{
    BookedRow, BookingRow, EventId, EventRow, InvalidEventId, LedgerRow, Listing, ListingRow, StoredEvent,
};
pub use statement::{DueRow, Loaded, OutboxRow, Position, Snapshot, Statement, StoredAnswer, StoredRow};
pub use stream::{Epoch, InvalidStreamId, NodeId, SHARDS, Shard, StreamId};
pub use tables::Tables;
pub use upcast::{CannotDecode, Upcaster, Upcasters};
