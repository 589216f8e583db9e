//! Other companies, behind traits.
//!
//! Whoever sells ways to travel, and whoever moves money ([`payment`]).
//!
//! ```text
//!            ┌─ deadline, breaker ─ Inventory (our own departures)
//! Market ────┼─ deadline, breaker ─ …
//!    │       └─ deadline, breaker ─ …
//!    └─ shelf: an answer is kept for five minutes, equal searches wait for one, and nodes keep answers for each other
//! ```
//!
//! * [`Supplier`]: what a seller must be able to do.
//! * [`Inventory`]: the departures that are on sale here; the first supplier of every market.
//! * [`Market`]: asks all suppliers side by side and says what became of each. One that is slow or down costs its own
//!   offers and nobody else's.

#![deny(clippy::wildcard_enum_match_arm)]

mod breaker;
mod elsewhere;
mod inventory;
mod market;
pub mod payment;
mod shelf;
mod supplier;

pub use breaker::{Breaker, FAILURES_MAX, OPEN_FOR};
pub use elsewhere::{Elsewhere, Fetching};
pub use inventory::{DAYS_AROUND, Inventory};
pub use market::{Market, Offers, Report, Status};
pub use shelf::{Answer, KEPT_FOR, KEPT_IN_PART_FOR};
pub use supplier::{Asking, DayPrice, Failure, Found, Supplier};
