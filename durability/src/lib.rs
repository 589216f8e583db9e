//! The proof that a process may be killed at any step and loses nothing that it acknowledged.
//!
//! A *driver* is a real process: it opens a SQLite journal in a directory, owns a few departures with the
//! cabins of real aircraft, and lets clients hold, pay, cancel and move, many at a time. Whatever it
//! acknowledges it says on standard output, one line each, only after the journal's word. The tests kill it:
//! at each named place of the writer, at each system call that writes, and at any moment from outside. Then the
//! *checker* reads what is left and compares it with what was said.
//!
//! * [`driver`]: the process. [`kill::KillAt`] ends it at a place; [`doubtful::Doubtful`] loses some of its
//!   commits' outcomes, so that owners have to rebuild in mid-work.
//! * [`mod@line`]: what it says.
//! * [`desk`]: what its clients remember of what they asked, also across its deaths; [`wishes`]: what they want.
//! * [`checker`]: whether all of it holds. It folds the journal a second time, in its own simple way.
//!
//! Killing a process does not empty the system's page cache, so a missing fsync shows only in the order of
//! system calls, which the tests compare as well.

pub mod checker;
pub mod clock;
pub mod departures;
pub mod desk;
pub mod doubtful;
pub mod driver;
pub mod kill;
pub mod line;
pub mod wishes;
