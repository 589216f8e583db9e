//! The seeded simulation: whole lives of the engine's heart, with everything around it going wrong.
//!
//! One seed is one *life*: a few departures with at most twelve seats, some clients, one process on its own
//! disk or two processes on one database, and a schedule of faults. The code that decides, batches, fences
//! and rebuilds is the engine's own ([`actors::entity::Core`], [`persistence::journal::Batch`] and the
//! rules below them); only disk, database, network and clock are simulated here. A life runs on one thread
//! in virtual time, so a seed always gives the same life, to the last event.
//!
//! * [`scenario`]: what a seed implies: who is there, and how often what fails.
//! * [`world`]: the life itself: events on an agenda, processes, stores, clients, payments, watchers.
//! * [`disk`]: what a crash leaves of a write: any prefix, and garbage behind it.
//! * [`provider`]: a payment provider as a pure model, with customers and banks.
//! * [`oracle`]: what must hold when everything is over, found from what is durable and from what clients were
//!   told, never from the engine's own state. Whether what they were told fits a single line of events, seat by
//!   seat, is judged by the crate `linear`.
//! * [`planted`]: bugs that are planted on purpose, each of which must be found.
//!
//! After the faults comes a quiet phase, in which everybody must finish: a system that stays safe by
//! answering nobody does not pass.

pub mod agenda;
pub mod disk;
pub mod oracle;
pub mod planted;
pub mod provider;
pub mod run;
pub mod scenario;
pub mod world;
