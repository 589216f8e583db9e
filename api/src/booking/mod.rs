//! What a request for a booking says, read and checked against the trade's rules: all that is wrong at once.
//!
//! * `person`: who travels, and whom to call. `ages`: who they are by their age on the day of each flight.
//! * `trip`: what they want to fly, and in which directions. `wish`: the request as a whole.

pub mod ages;
pub mod person;
pub mod trip;
pub mod wish;
