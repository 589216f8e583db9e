//! The journal's protocol without a store: what `Batch` does with entries and outcomes, and what `Tables` keeps.
//!
//! `language` says how the tables are read; `chance` lets thousands of random lives meet the same rules.

mod barriers;
mod chance;
mod commits;
mod doubt;
mod keeping;
mod language;
mod limits;
mod owners;
mod refusals;
mod world;
