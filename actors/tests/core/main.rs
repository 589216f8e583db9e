//! The core on a real departure, with the journal's own batch and tables around it: no clock, no task, no
//! store.
//!
//! `language` says how the tables are read, `house` is the driver behind them.

mod answers;
mod asks;
mod effects;
mod house;
mod language;
mod lives;
mod loading;
mod memory;
mod repeats;
mod snapshots;
mod time;
