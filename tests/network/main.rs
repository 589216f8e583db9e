//! The running server, as its clients know it: over the network, through crashes, under abuse.
//!
//! Every test starts servers of its own on free ports of the loopback interface, and ends them by their pid.
//! `AISLE_KILL_ROUNDS` says how often a server is killed (5 when it is missing), `AISLE_VIEWERS` how many watch
//! (200), so that a developer's run is short and a nightly one is not.

mod abuse;
mod bookings;
mod kills;
mod lines;
mod payments;
mod people;
mod privacy;
mod replay;
mod server;
mod shop;
mod viewers;
mod web;
