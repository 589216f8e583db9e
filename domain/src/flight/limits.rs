//! Every limit of a departure, with its reason.

use std::time::Duration;

/// Places in one hold: what fits one reservation in the trade's systems.
pub const HOLD_PLACES_MAX: u8 = 9;

/// The shortest hold. The edge asks for 30 s; development may go down to this.
pub const HOLD_TTL_MIN: Duration = Duration::from_secs(1);

/// The longest hold that one request gives: nobody keeps seats from others for more than half an hour
/// without coming back.
pub const HOLD_TTL_MAX: Duration = Duration::from_secs(30 * 60);

/// The longest a hold lives from its creation, extensions included.
pub const HOLD_LIFE_MAX: Duration = Duration::from_secs(2 * 60 * 60);

/// Sale closes this long before departure: the doors, the load sheet and the connection of bags need it.
pub const SALE_CLOSES_BEFORE: Duration = Duration::from_secs(60 * 60);

/// The longest fence that paying may put in the place of a deadline.
pub const PAYING_FENCE_MAX: Duration = Duration::from_secs(15 * 60);

/// How long after its fence a hold waits for the payment's definite word before it lapses by itself.
pub const SETTLING_WAIT: Duration = Duration::from_secs(5 * 60);

/// Alternatives offered with a refusal: a handful to choose from, and cheap to compute.
pub const ALTERNATIVES_MAX: usize = 6;

/// Live holds that one customer may have on a departure.
pub const CUSTOMER_HOLDS_MAX: u16 = 4;

/// Places that one customer may hold on a departure, over all holds.
pub const CUSTOMER_PLACES_MAX: u16 = 9;

/// Live holds, and also places, that one agent may have on a departure.
pub const AGENT_HOLDS_MAX: u16 = 50;

/// Seats that one operations command may name: more than any cabin of ours has.
pub const SEATS_NAMED_MAX: usize = 1_000;
