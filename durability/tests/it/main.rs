//! A process is killed in every way that we know, and what it acknowledged is looked for.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod failpoints;
mod life;
mod noticed;
mod rounds;
mod strace;
mod sweep;
