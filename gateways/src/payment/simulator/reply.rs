//! What the simulator answers.

use serde_json::{Value, json};

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    /// Whether it is the answer of an earlier request with the same key.
    pub replayed: bool,
    /// Whether the request was looked at and never begun: such an answer is not kept for its key.
    pub unbegun: bool,
}

impl Reply {
    pub const fn done(body: Value) -> Self {
        Self { status: 200, body, replayed: false, unbegun: false }
    }

    fn error(status: u16, kind: &str, code: &str) -> Self {
        let body = json!({"error": {"type": kind, "code": code, "message": format!("Simulated: {code}.")}});
        Self { status, body, replayed: false, unbegun: false }
    }

    /// A parameter that is wrong. Nothing was begun.
    pub fn invalid(code: &str, param: &str) -> Self {
        let mut reply = Self::error(400, "invalid_request_error", code);
        reply.body["error"]["param"] = json!(param);
        Self { unbegun: true, ..reply }
    }

    /// An amount that is more than there is.
    pub fn beyond(code: &str) -> Self {
        let mut reply = Self::error(400, "invalid_request_error", code);
        reply.body["error"]["param"] = json!("amount");
        reply
    }

    pub fn missing() -> Self {
        Self::error(404, "invalid_request_error", "resource_missing")
    }

    pub fn wrong_state(intent: Value) -> Self {
        let mut reply = Self::error(400, "invalid_request_error", "payment_intent_unexpected_state");
        reply.body["error"]["payment_intent"] = intent;
        reply
    }

    pub fn declined(code: &str, why: &str, intent: Value) -> Self {
        let mut reply = Self::error(402, "card_error", code);
        reply.body["error"]["decline_code"] = json!(why);
        reply.body["error"]["payment_intent"] = intent;
        reply
    }

    pub fn key_reused() -> Self {
        Self { unbegun: true, ..Self::error(400, "idempotency_error", "idempotency_error") }
    }

    pub fn in_progress() -> Self {
        Self { unbegun: true, ..Self::error(409, "idempotency_error", "idempotency_key_in_use") }
    }

    pub fn rate_limited() -> Self {
        Self { unbegun: true, ..Self::error(429, "invalid_request_error", "rate_limit") }
    }

    pub fn unauthorised() -> Self {
        Self { unbegun: true, ..Self::error(401, "invalid_request_error", "api_key_invalid") }
    }

    pub fn failed() -> Self {
        Self::error(500, "api_error", "internal")
    }
}
