//! One simulated payment, and one simulated refund.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cards::{self, Conduct};
use super::reply::Reply;

/// What a payment has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// When the money is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    Automatic,
    Manual,
}

#[derive(Debug, Clone)]
pub struct Intent {
    pub id: String,
    pub secret: String,
    pub amount: i64,
    pub currency: String,
    pub capture: Capture,
    pub status: Status,
    pub method: Option<String>,
    pub received: i64,
    pub refunded: i64,
    pub created: i64,
    pub authorised_at: Option<i64>,
    pub metadata: BTreeMap<String, String>,
    /// Code and decline code of the last attempt.
    pub declined: Option<(&'static str, &'static str)>,
}

impl Intent {
    /// Tries its means to pay, and says with which event that ends.
    pub fn confirm(&mut self, now: i64) -> Result<Option<&'static str>, Reply> {
        if !matches!(self.status, Status::RequiresPaymentMethod | Status::RequiresConfirmation) {
            return Err(Reply::wrong_state(self.object()));
        }
        let conduct = self.method.as_deref().and_then(cards::conduct);
        let conduct = conduct.ok_or_else(|| Reply::invalid("parameter_missing", "payment_method"))?;
        // An earlier no is forgotten as soon as another attempt begins.
        self.declined = None;
        match conduct {
            Conduct::Pays => Ok(Some(self.pay(now))),
            Conduct::Declines(code, why) => Ok(Some(self.decline(code, why))),
            Conduct::Authenticates => {
                self.status = Status::RequiresAction;
                Ok(Some("payment_intent.requires_action"))
            }
            Conduct::PaysLate => {
                self.status = Status::Processing;
                Ok(Some("payment_intent.processing"))
            }
        }
    }

    pub fn pay(&mut self, now: i64) -> &'static str {
        self.declined = None;
        match self.capture {
            Capture::Manual => {
                (self.status, self.authorised_at) = (Status::RequiresCapture, Some(now));
                "payment_intent.amount_capturable_updated"
            }
            Capture::Automatic => self.take(self.amount),
        }
    }

    pub fn decline(&mut self, code: &'static str, why: &'static str) -> &'static str {
        (self.status, self.method, self.declined) = (Status::RequiresPaymentMethod, None, Some((code, why)));
        "payment_intent.payment_failed"
    }

    /// Takes the money. What is not taken of what was set aside is the customer's again.
    pub fn take(&mut self, amount: i64) -> &'static str {
        (self.status, self.received) = (Status::Succeeded, amount);
        "payment_intent.succeeded"
    }

    pub fn object(&self) -> Value {
        let is_capturable = self.status == Status::RequiresCapture;
        let is_charged = is_capturable || self.status == Status::Succeeded;
        let action = (self.status == Status::RequiresAction).then(
            || json!({"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}),
        );
        let error =
            self.declined.map(|(code, why)| json!({"type": "card_error", "code": code, "decline_code": why}));
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": if is_capturable { self.amount } else { 0 },
            "amount_received": self.received,
            "capture_method": if self.capture == Capture::Manual { "manual" } else { "automatic" },
            "client_secret": self.secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "last_payment_error": error,
            "latest_charge": is_charged.then(|| self.charge()),
            "livemode": false,
            "metadata": self.metadata,
            "next_action": action,
            "payment_method": self.method,
            "payment_method_types": ["card"],
            "status": self.status.as_str(),
        })
    }

    /// What events about its charge carry; nobody can ask for it.
    pub fn charge_object(&self) -> Value {
        json!({
            "id": self.charge(),
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.received,
            "amount_refunded": self.refunded,
            "captured": self.status == Status::Succeeded,
            "created": self.created,
            "currency": self.currency,
            "livemode": false,
            "payment_intent": self.id,
            "refunded": self.refunded > 0 && self.refunded == self.received,
            "status": "succeeded",
        })
    }

    pub fn charge(&self) -> String {
        self.id.replacen("pi_", "ch_", 1)
    }
}

#[derive(Debug, Clone)]
pub struct Refund {
    pub id: String,
    pub payment: String,
    pub charge: String,
    pub amount: i64,
    pub currency: String,
    pub created: i64,
    pub metadata: BTreeMap<String, String>,
}

impl Refund {
    pub fn object(&self) -> Value {
        json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "metadata": self.metadata,
            "payment_intent": self.payment,
            "reason": null,
            "status": "succeeded",
        })
    }
}
