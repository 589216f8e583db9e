//! What goes over the wire: our plain types as JSON, each field with its meaning.

pub mod flight;
pub mod hold;
pub mod money;
pub mod place;
pub mod seat_map;
#[expect(dead_code, reason = "they document what is read field by field")]
pub mod wish;
