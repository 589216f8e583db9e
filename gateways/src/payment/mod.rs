//! Companies that move money.
//!
//! ```text
//! saga ── PaymentGateway ── Stripe ── HTTP ──┬── api.stripe.com
//!                                            └── Simulator, on loopback: speaks the same, and fails when told to
//! ```
//!
//! * [`PaymentGateway`]: what a provider must be able to do. Every order carries a [`Key`]; every call ends with a definite
//!   answer or says that it does not know.
//! * [`Stripe`]: the adapter. It asks again only where the key makes that safe, and looks where it still does not know.
//! * [`Simulator`]: a provider of test money, for those who have no account and for tests of every fault.
//! * [`webhook`]: proves that an event is the provider's, and says what to fetch.

mod failure;
mod form;
mod gateway;
mod secret;
pub mod simulator;
mod stripe;
pub mod webhook;

pub use failure::{Decline, DeclineReason, Doubt, Failure, Outage, Refusal};
pub use gateway::{
    Answering, Authorisation, InvalidName, Key, Listing, MethodId, Mode, NAME_BYTES_MAX, Page, Payment,
    PaymentGateway, PaymentId, Reference, Refund, RefundId, RefundOrder, RefundStage, Stage,
};
pub use secret::Secret;
pub use simulator::Simulator;
pub use stripe::{API_VERSION, Options, Stripe, Unusable};
