//! Live sockets over real connections: what viewers see is every change in order, and nothing of anybody else.

mod abuse;
mod events;
mod house;
mod maps;
mod sessions;
mod slow;
mod socket;
mod viewer;
