//! The tool as a whole, against a stand-in for the product, and the limits server.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod activate;
mod book;
mod limits;
mod mortal;
mod paced;
mod promises;
mod report;
mod restart;
mod rush;
mod seats;
mod slow;
mod stand_in;
