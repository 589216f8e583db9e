//! What Aisle remembers, and how: the journal, and what is stored beside it.
//!
//! A *stream* is the history of one departure or one booking. One accepted command is one *row* of its
//! stream; rows are numbered without a gap, and `primary key (stream, version)` is the lock that nobody
//! gets around. Many streams share one disk: whatever waits is written by **one statement**, so a commit is
//! paid for once, however many flights wait for it (*group commit*); and rows of one stream that follow one another share
//! a line of the table.
//!
//! * [`journal::Batch`]: collects entries, forms statements, splits refused ones, fences what an unknown
//!   outcome leaves in doubt, and says which acknowledgements may go out. It is a synchronous state machine
//!   without a clock, a thread or a database, and the simulation drives this very code.
//! * [`journal::Statement`]: what one commit carries. Its meaning is written down once, in plain memory, as
//!   [`journal::Tables`]; the databases must do the same.
//! * [`journal::Upcasters`]: lift stored events of older schemas.
//! * [`register::Register`]: which booking has which record locator, in plain memory as well.
//!
//! With the feature `stores` (on by default) come the databases and the thread that writes to them:
//!
//! * `store`: what a store can do. `Store` is the writer's side, `Reader` everybody else's, `Upkeep` what is
//!   written outside the commits.
//! * `memory`, `sqlite`, `postgres`: the three stores. One test-suite holds them against `journal::Tables`.
//! * `identity`: accounts, sessions and their audit; plain tables, not streams.
//! * `bookings`: the lists of bookings, what was told of them, and what they come to.
//! * `people`: who travels, sealed, and the record locators of their bookings.
//! * `writer`: the thread between those who own streams and a store. `writer::start` gives a `Journal`, to
//!   which entries are handed in, each with the acknowledgement to call.
//!
//! Nothing here knows a rule. Start reading at [`journal`], then `writer`.

pub mod journal;
pub mod register;

#[cfg(feature = "stores")]
pub mod any;
#[cfg(feature = "stores")]
pub mod bookings;
#[cfg(feature = "stores")]
pub mod identity;
#[cfg(feature = "stores")]
pub mod memory;
#[cfg(feature = "stores")]
pub mod people;
#[cfg(feature = "stores")]
pub(crate) mod plain;
#[cfg(feature = "stores")]
pub mod postgres;
#[cfg(feature = "stores")]
pub mod sqlite;
#[cfg(feature = "stores")]
pub mod store;
#[cfg(feature = "stores")]
pub mod writer;
