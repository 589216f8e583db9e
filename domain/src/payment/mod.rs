//! What a booking and a payment provider say to each other.
//!
//! Nothing here knows a provider: whoever carries the steps of bookings translates [`Order`] into a call and the call's
//! outcome into [`Said`]. Only what is definite is said; an outcome that nobody knows is no answer, and the same order is
//! asked again under the same [`key`].
//!
//! No card data and no client secret passes through here. A means to pay is known by the name that the provider gave it.

mod name;
mod order;
mod said;

pub use name::{InvalidName, MethodName, NAME_BYTES_MAX, PaymentName, ProviderName, RefundNumber};
pub use order::{Order, key};
pub use said::{DeclineReason, RefundStage, Refusal, Said, Snapshot, Stage};
