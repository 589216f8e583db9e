//! Bookings as the house sees them: durable rows only, whoever waits for one, and who carries their steps.
//!
//! A booking is a saga over its departures, and its rules are pure: after each row the state says the one thing that must be
//! asked next, of whom, under which number. Nothing else is needed to go on after any crash.
//!
//! * [`BookingFile`]: follows a booking's rows; knows where it rested last, so that a client who waits for an end finds it.
//! * `conductor`: asks the departures what bookings want to know, and brings the answers back.
//! * [`Till`]: asks the payment provider, for the conductor.

mod conductor;
mod file;
mod till;

pub use conductor::{Carriers, Conductor, booking_stream};
pub use file::BookingFile;
pub use till::{Till, snapshot};
