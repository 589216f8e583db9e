//! The face over an engine in memory: what every route answers, to whom, and what it does with rubbish.

mod booked;
mod connections;
mod contract;
mod flights;
mod holds;
mod idempotency;
mod operations;
mod routes;
mod rubbish;
mod seat_map;
mod stage;
mod tokens;
