//! What goes over the wire: our plain types as JSON, each field with its meaning.

pub mod booking;
#[expect(dead_code, reason = "they document what is read field by field")]
pub mod booking_wish;
pub mod figures;
pub mod flight;
pub mod hold;
pub mod money;
pub mod offer;
pub mod ops;
pub mod payment;
#[expect(dead_code, reason = "they document what is read field by field")]
pub mod payment_wish;
pub mod place;
pub mod reconciliation;
pub mod request;
pub mod search;
pub mod seat_map;
pub mod session;
pub mod user;
#[expect(dead_code, reason = "they document what is read field by field")]
pub mod user_wish;
#[expect(dead_code, reason = "they document what is read field by field")]
pub mod wish;
