//! What the simulator is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::faults::Asked;
use super::reply::Reply;
use crate::payment::form;
use crate::payment::gateway::NAME_BYTES_MAX;

/// The parameters of each order that are understood; others are refused, as Stripe does.
const OF_A_PAYMENT: [&str; 7] = [
    "amount",
    "currency",
    "capture_method",
    "payment_method",
    "payment_method_types[0]",
    "payment_method_types[]",
    "confirm",
];

/// An order, with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    Create(BTreeMap<String, String>),
    Confirm(String, BTreeMap<String, String>),
    Capture(String, BTreeMap<String, String>),
    Cancel(String),
    Refund(BTreeMap<String, String>),
    Retrieve(String),
    List(BTreeMap<String, String>),
    ListRefunds(BTreeMap<String, String>),
}

/// An order and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub order: Order,
    pub key: Option<String>,
}

impl Request {
    /// Reads a request; says what is wrong with one that cannot be read.
    pub fn read(method: &str, path: &str, query: &str, body: &str, key: Option<&str>) -> Result<Self, Reply> {
        if key.is_some_and(|key| key.is_empty() || key.len() > NAME_BYTES_MAX) {
            return Err(Reply::invalid("parameter_invalid", "Idempotency-Key"));
        }
        let is_post = method == "POST";
        let form = form::decode(if is_post { body } else { query });
        let form = form.ok_or_else(|| Reply::invalid("parameter_invalid", "body"))?;
        let order = Order::read(method, path, &form)?;
        Ok(Self { order, key: key.filter(|_| is_post).map(str::to_owned) })
    }
}

impl Order {
    fn read(method: &str, path: &str, form: &BTreeMap<String, String>) -> Result<Self, Reply> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let (order, understood): (Self, &[&str]) = match (method, parts.as_slice()) {
            ("POST", ["v1", "payment_intents"]) => (Self::Create(form.clone()), &OF_A_PAYMENT),
            ("POST", ["v1", "payment_intents", id, "confirm"]) => {
                (Self::Confirm((*id).to_owned(), form.clone()), &["payment_method", "return_url"])
            }
            ("POST", ["v1", "payment_intents", id, "capture"]) => {
                (Self::Capture((*id).to_owned(), form.clone()), &["amount_to_capture"])
            }
            ("POST", ["v1", "payment_intents", id, "cancel"]) => {
                (Self::Cancel((*id).to_owned()), &["cancellation_reason"])
            }
            ("POST", ["v1", "refunds"]) => {
                (Self::Refund(form.clone()), &["payment_intent", "amount", "reason"])
            }
            ("GET", ["v1", "payment_intents"]) => {
                (Self::List(form.clone()), &["limit", "created[gte]", "starting_after"])
            }
            ("GET", ["v1", "payment_intents", id]) => (Self::Retrieve((*id).to_owned()), &["client_secret"]),
            ("GET", ["v1", "refunds"]) => {
                (Self::ListRefunds(form.clone()), &["limit", "payment_intent", "starting_after"])
            }
            _ => return Err(Reply { unbegun: true, ..Reply::missing() }),
        };
        let is_understood = |name: &str| understood.contains(&name) || name.starts_with("metadata[");
        match form.keys().find(|name| !is_understood(name)) {
            Some(unknown) => Err(Reply::invalid("parameter_unknown", unknown)),
            None => Ok(order),
        }
    }

    pub fn asked(&self) -> Asked {
        match self {
            Self::Create(_) => Asked::Create,
            Self::Confirm(..) => Asked::Confirm,
            Self::Capture(..) => Asked::Capture,
            Self::Cancel(_) => Asked::Cancel,
            Self::Refund(_) => Asked::Refund,
            Self::Retrieve(_) | Self::List(_) | Self::ListRefunds(_) => Asked::Read,
        }
    }
}
