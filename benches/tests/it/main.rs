//! The tool as a whole, against a stand-in for the product, and the limits server.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod limits;
mod promises;
mod seats;
mod stand_in;
