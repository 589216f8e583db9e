//! Every limit of a booking, with its reason.

use std::time::Duration;

/// Segments of one booking: two directions with three connections each.
pub const SEGMENTS_MAX: usize = 8;

/// The longest that a booking is held: what a departure allows one of its holds.
pub const HELD_MAX: Duration = crate::flight::limits::HOLD_LIFE_MAX;

/// The fence that paying puts up: a minute less than a departure accepts, because the departure's clock may be
/// behind the booking's.
pub const PAYING_FENCE: Duration = Duration::from_secs(14 * 60);

/// How long after its last word a provider is asked how an open payment is, unasked: a lost webhook costs time and no money.
pub const POLL_OPEN: Duration = Duration::from_secs(30);

/// The same once the places are let go of, while the provider has no definite word yet.
pub const POLL_CLOSING: Duration = Duration::from_secs(5 * 60);

/// The same for a refund that is on its way: banks take days.
pub const POLL_REFUND: Duration = Duration::from_secs(60 * 60);

/// How long a payment that is given up is waited for before its places are let go of without the provider's word.
pub const CLOSING_WAIT: Duration = crate::flight::limits::SETTLING_WAIT;

/// How long a quoted cancellation is good for: long enough to read it and to decide.
pub const QUOTE_FOR: Duration = Duration::from_secs(15 * 60);

/// The longest reason for a cancellation or a refund: a sentence or two.
pub const REASON_CHARS_MAX: usize = 200;

/// The longest reference of a payment: what fits a line on a receipt.
pub const REFERENCE_CHARS_MAX: usize = 40;
