//! The rules of Aisle: what may happen to a departure's seats, and what it means.
//!
//! Everything here is a pure function of its arguments. There is no clock, no randomness, no I/O and no
//! floating point; collections iterate in an order that the values themselves give. So the same history
//! always folds into the same state, on every machine and in every replay.
//!
//! * [`aggregate`]: the shape of everything that owns a stream: `decide`, `evolve`, `react`.
//! * [`booking`]: one booking, the saga over its departures.
//! * [`flight`]: one departure's inventory, the aggregate that must never oversell.
//! * [`plan`]: cabins, rows and seats of an aircraft, read from its layout text, and their attributes.
//! * [`pick`]: best available seats, and alternatives to a seat that is gone.
//! * [`party`]: who travels together, and who may sit where.
//! * [`fare`]: prices, as an integer function of distance, cabin, load and days to departure. [`brand`]: the conditions
//!   that come with them.
//! * [`payment`]: what a booking and a payment provider say to each other. [`ledger`]: where its money is, in double entry.
//! * [`identity`]: who asks, what they may, and what passes for an address, a name or a password.
//! * [`news`]: what is told to people who are not asking.
//! * [`view`]: the plain shapes that seat maps, deltas and per-viewer answers carry.
//! * [`invariants`]: what holds after every event; debug builds, property tests and the simulation ask it.
//! * [`ids`], [`time`], [`money`]: checked values. Each has one constructor that can refuse, and a `Display`
//!   that parses back.
//!
//! Start reading at [`flight::decide`].

#![deny(clippy::float_arithmetic, clippy::wildcard_enum_match_arm)]

pub mod aggregate;
pub mod booking;
pub mod brand;
pub mod fare;
pub mod flight;
pub mod identity;
pub mod ids;
pub mod invariants;
pub mod ledger;
mod line;
pub mod money;
pub mod news;
pub mod party;
pub mod payment;
pub mod pick;
pub mod plan;
pub mod planted;
pub mod time;
pub mod view;
