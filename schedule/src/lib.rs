//! A real week of departures from New York, moved to the days to come, and the reference data around it.
//!
//! The files lie in `data/` and are compiled in, so a binary needs none of them beside it; `data/README.md`
//! says where they come from. Nothing here opens a file, reads a clock or draws from chance.
//!
//! * [`Reference`]: airports, airlines and aircraft; local times of an airport; the type-ahead over names.
//! * [`departures`]: the departures of a [`Window`] of days, each as the command that opens its sale.
//! * [`Options`]: which days, which seed, and how much other channels have sold.
//! * [`happened`]: what a file of operations says of the departures of a window, in the order in which it came.
//!
//! What is real: airlines, flight numbers, routes, local departure times, block times, distances and the type
//! of aircraft, all of 8–14 July 2013. What is made up, and marked or said to be: the way back of every
//! flight ([`domain::flight::Provenance::Synthetic`]), the seats that other channels have sold, and the fares
//! that [`domain::fare`] makes of the distance. Cabin layouts are typical ones, most of them unchecked
//! ([`Confidence`]).
//!
//! The same options give the same departures, byte for byte. A departure depends on its own id and the seed,
//! never on the window that it appears in or on today: whoever loads the coming fortnight every day finds
//! that only the last day is new.

#![deny(clippy::float_arithmetic, clippy::wildcard_enum_match_arm)]

mod departures;
mod happened;
mod options;
mod reference;
mod search;
mod week;

pub use departures::departures;
pub use happened::{Change, InvalidOperations, happened};
pub use options::{
    DAYS_DEFAULT, DAYS_MAX, InvalidOptions, Options, SEED_DEFAULT, SoldShare, Window, YEAR_MAX, YEAR_MIN,
};
pub use reference::{Aircraft, Airline, Airport, Confidence, InvalidLocalTime, LocalTime, Reference};
pub use search::QUERY_CHARS_MAX;
