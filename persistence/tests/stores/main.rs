//! One suite over all three stores, and what is particular to SQLite and to PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod bed;
mod booked;
mod bookings;
mod commits;
mod differential;
mod fences;
mod identity;
mod lists;
mod locators;
mod people;
mod people_killed;
mod postgres;
mod reads;
mod runs;
mod samples;
mod sessions;
mod sqlite;
mod statements;
mod writer;
