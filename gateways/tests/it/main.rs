//! Suppliers side by side: those that answer, and those that do not.

mod inventory;
mod market;
mod world;
