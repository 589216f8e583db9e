//! Every limit of a booking, with its reason.

use std::time::Duration;

/// Segments of one booking: two directions with three connections each.
pub const SEGMENTS_MAX: usize = 8;

/// The longest that a booking is held: what a departure allows one of its holds.
pub const HELD_MAX: Duration = crate::flight::limits::HOLD_LIFE_MAX;

/// The fence that paying puts up: a minute less than a departure accepts, because the departure's clock may be
/// behind the booking's.
pub const PAYING_FENCE: Duration = Duration::from_secs(14 * 60);

/// How long a quoted cancellation is good for: long enough to read it and to decide.
pub const QUOTE_FOR: Duration = Duration::from_secs(15 * 60);

/// The longest reason for a cancellation: a sentence or two.
pub const REASON_CHARS_MAX: usize = 200;

/// The longest reference of a payment: what fits a line on a receipt.
pub const REFERENCE_CHARS_MAX: usize = 40;
