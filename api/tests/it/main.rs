//! The face over an engine in memory: what every route answers, to whom, and what it does with rubbish.

mod booked;
mod bookings;
mod connections;
mod contract;
mod flights;
mod holds;
mod idempotency;
mod keys;
mod manners;
mod matrix;
mod members;
mod operations;
mod ops;
mod payments;
mod people;
mod routes;
mod rubbish;
mod search;
mod seat_map;
mod sign_in;
mod stage;
mod throttle;
mod tokens;
mod users;
