//! The adapter against the simulator, and its plain parts against any server that speaks Stripe's wire format.

mod contract;
mod faults;
mod storm;
mod webhooks;
mod world;
