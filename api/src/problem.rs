//! What a client is told when it does not get what it asked for: RFC 9457, with stable codes.
//!
//! A handler returns a [`Problem`]; the edge writes it out, because only the edge knows the request's id. This
//! file and `refusals` are the only places that turn our errors into HTTP.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cluster::Unserved;
use domain::identity::Denial;
use persistence::identity::IdentityError;
use persistence::people::PeopleError;
use serde_json::{Map, Value, json};

/// The answer to a request that was not granted.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code that clients program against.
    pub code: &'static str,
    /// What happened and what to do, for people.
    pub detail: String,
    /// Members of the case.
    pub members: Map<String, Value>,
    /// Whether the client should come back, and in how many seconds at the earliest.
    pub retry_after_secs: Option<u32>,
}

/// A field that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// Where it stands: `travellers[1].type`.
    pub field: String,
    /// `missing`, `unknown` or `invalid`.
    pub code: &'static str,
    /// What would do.
    pub message: String,
}

impl Problem {
    /// A problem without members.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), members: Map::new(), retry_after_secs: None }
    }

    /// The same with another member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Nothing of that name, or nothing that this client may know of: which of the two is nobody's business.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is nothing of that name for you")
    }

    /// The request needs a valid token.
    #[must_use]
    pub fn unauthenticated() -> Self {
        let detail = "send a valid token as `Authorization: Bearer …`";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// The principal's role may not do this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "your role may not do this")
    }

    /// A program's token, where only somebody with an account has business.
    #[must_use]
    pub fn no_account() -> Self {
        let detail = "this token belongs to a program, which has no account; sign in with one";
        Self { detail: detail.to_owned(), ..Self::forbidden() }
    }

    /// Somebody has asked or tried too often, and comes back after this long.
    #[must_use]
    pub fn rate_limited(detail: &str, wait: Duration) -> Self {
        let secs = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", detail);
        Self { retry_after_secs: Some(secs), ..problem }
    }

    /// No such account, or another password: which of them is nobody's business.
    #[must_use]
    pub fn wrong_credentials() -> Self {
        let detail = "the e-mail address or the password is wrong";
        Self { detail: detail.to_owned(), ..Self::unauthenticated() }
    }

    /// Somebody has the address.
    #[must_use]
    pub fn email_taken() -> Self {
        Self::new(StatusCode::CONFLICT, "email-taken", "there is an account of this e-mail address; sign in")
    }

    /// Nobody could make another administrator any more.
    #[must_use]
    pub fn last_admin() -> Self {
        let detail = "it is the only administrator; make another one first";
        Self::new(StatusCode::CONFLICT, "last-admin", detail)
    }

    /// A program makes the first administrator and no other.
    #[must_use]
    pub fn admin_exists() -> Self {
        let detail = "there is an administrator; sign in as one to make another";
        Self { detail: detail.to_owned(), ..Self::forbidden() }
    }

    /// Fields cannot be taken: all of them at once.
    #[must_use]
    pub fn validation(fields: &[BadField]) -> Self {
        let errors: Vec<Value> = fields
            .iter()
            .map(|bad| json!({ "field": bad.field, "code": bad.code, "message": bad.message }))
            .collect();
        let detail = "some fields cannot be taken; `errors` names each and what would do";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", detail).with("errors", errors)
    }

    /// One field cannot be taken.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::validation(&[BadField { field: field.to_owned(), code: "invalid", message: message.into() }])
    }

    /// Too much is asked at the moment.
    #[must_use]
    pub fn overloaded(detail: &str) -> Self {
        // Not everybody at once.
        let retry_after_secs = Some(1 + u32::from(jitter() % 3));
        Self { retry_after_secs, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail) }
    }

    /// What the client finds in the answer's body.
    #[must_use]
    pub fn document(&self, request_id: &str) -> Value {
        let mut document = self.members.clone();
        let title = self.status.canonical_reason().unwrap_or("Problem");
        for (name, value) in [
            ("type", Value::from(format!("/docs#{}", self.code))),
            ("title", title.into()),
            ("status", self.status.as_u16().into()),
            ("detail", self.detail.as_str().into()),
            ("code", self.code.into()),
            ("requestId", request_id.into()),
        ] {
            document.insert(name.to_owned(), value);
        }
        Value::Object(document)
    }
}

fn jitter() -> u8 {
    let mut byte = [0];
    // Without randomness everybody comes back in a second: not nice, but no harm.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

impl From<Unserved> for Problem {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Busy => {
                Self::overloaded("too many requests wait for this departure; come back shortly")
            }
            Unserved::Late => Self::overloaded("the server was too busy to decide in time; nothing happened"),
            Unserved::Unknown => Self::overloaded(
                "what became of the request is not known; repeat it with the same Idempotency-Key",
            ),
            Unserved::StoreDown => Self::overloaded("the store does not answer; come back shortly"),
            Unserved::Quarantined => {
                let problem = Self::overloaded("the departure is out of service; an operator has been told");
                Self { code: "out-of-service", retry_after_secs: Some(60), ..problem }
            }
        }
    }
}

impl From<Denial> for Problem {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Forbidden => Self::forbidden(),
            Denial::Hidden => Self::not_found(),
            Denial::OwnRole => Self { detail: denial.to_string(), ..Self::forbidden() },
        }
    }
}

impl From<IdentityError> for Problem {
    /// What failed is for the logs; the client can only come back.
    fn from(error: IdentityError) -> Self {
        match &error {
            IdentityError::Unavailable(error) => {
                tracing::warn!(error = %chain(error), "the store does not answer");
            }
            IdentityError::Fatal(error) => tracing::error!(error = %chain(error), "the store cannot be used"),
            IdentityError::Corrupt(error) => {
                tracing::error!(error = %chain(error), "what the store holds cannot be read");
            }
        }
        Self::overloaded("the store does not answer; come back shortly")
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        tracing::error!(error = %chain(&error), "who travels cannot be kept or read");
        Self::overloaded("the store does not answer; come back shortly")
    }
}

/// An error with everything that led to it.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl IntoResponse for Problem {
    /// The edge finds the problem among the response's extensions and writes the body.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
