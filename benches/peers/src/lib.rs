//! What one would write instead of Aisle: four servers that hold seats, each in its own way.
//!
//! They speak the routes that the load tool knows, so that it can measure them beside Aisle with the same
//! client, on the same PostgreSQL, and check the same promises when it has measured. Each way of holding a
//! seat is one file in `src/bin`; its head says how it is tuned and which of Aisle's promises it does not make.
//! What is no matter of opinion is shared, and is here:
//!
//! * [`desk`]: what each of them can do.
//! * [`door`]: the routes, over axum.
//! * [`wire`]: what goes over them: as much as the product's, with the same names.
//! * [`problem`]: refusals, as RFC 9457 documents.
//! * [`store`]: the tables of those that keep seats or holds as rows, and what they read from them.
//! * [`options`]: the command line.
//!
//! Where Aisle does more than what is compared, they do less, in their favour: a hold is of exactly one seat
//! in the only cabin;
//! nobody signs in, so a hold belongs to whoever knows its id; a repeated request is not recognised. Except for
//! the one with the actor, they have no seating rules, and one fare for everybody.

pub mod desk;
pub mod door;
pub mod options;
pub mod problem;
pub mod store;
pub mod wire;

/// The product has the same: an allocator that threads share well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
