//! Where bookings are paid, as the face knows it.
//!
//! What a payment has come to is the booking's affair (`domain::booking`). Here is what a client needs beside that and what no
//! row holds: the secret with which a browser pays, and who may tell us that something has changed.

use std::fmt;
use std::sync::Arc;

use gateways::payment::{Mode, PaymentGateway, Secret, Simulator};

/// A payment provider, and what was agreed with it.
#[derive(Clone)]
pub struct Payments {
    /// Asked for what no row holds.
    pub gateway: Arc<dyn PaymentGateway>,
    /// The provider itself, when it moves no money: then somebody must play the bank and its customer.
    pub simulator: Option<Arc<Simulator>>,
    /// Whoever signs an event with one of these is believed to be the provider.
    pub webhook_secrets: Vec<Secret>,
    /// Whether real money moves. Events of the other mode are not ours.
    pub mode: Mode,
    /// With which a browser asks the provider for its own form.
    pub publishable_key: Option<String>,
}

impl fmt::Debug for Payments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payments").field("provider", &self.gateway.provider()).finish_non_exhaustive()
    }
}
