//! The actors over a store in memory: what a driver of the core can get wrong.

mod house;

mod changes;
mod kameo;
mod last_words;
mod lives;
mod payments;
mod poison;
mod rooms;
mod sagas;
mod stress;
