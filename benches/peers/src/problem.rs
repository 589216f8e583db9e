//! What a client is told when it does not get what it asked for: as the product says it.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use domain::flight::{Rejection, TakenSeat};
use domain::plan::SeatNumber;
use domain::time::Timestamp;
use serde_json::{Value, json};

/// A request that was not granted.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    /// Members of the case, of which each has a name.
    members: Vec<(&'static str, Value)>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), members: Vec::new() }
    }

    /// There is nothing of that name.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is nothing of that name for you")
    }

    /// The request cannot be taken.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "validation", detail)
    }

    /// The departure went on sale before.
    #[must_use]
    pub fn already_on_sale() -> Self {
        Self::new(StatusCode::CONFLICT, "already-on-sale", "the departure is on sale already")
    }

    /// The departure has no such seat.
    #[must_use]
    pub fn no_such_seat() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-seats", "the cabin has no such seat")
    }

    /// Somebody has the seat, until then if it is known.
    pub fn seat_taken(seat: SeatNumber, until: Option<Timestamp>) -> Self {
        let mut taken = json!({"seat": seat.to_string(), "state": "HELD"});
        if let Some(until) = until {
            taken["until"] = until.to_string().into();
        }
        Self::new(StatusCode::CONFLICT, "seat-taken", "seats are taken").with("seats", json!([taken]))
    }

    /// The hold was released.
    #[must_use]
    pub fn released() -> Self {
        Self::new(StatusCode::GONE, "hold-released", "the hold was released")
    }

    /// The hold's deadline has come.
    #[must_use]
    pub fn expired() -> Self {
        Self::new(StatusCode::GONE, "hold-expired", "the hold's deadline has come")
    }

    /// Come back.
    pub fn overloaded(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail)
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.members.push((name, value));
        self
    }
}

/// What a store could not do: perhaps it did it, so the client cannot be told either way.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        eprintln!("the store does not do it: {error}");
        Self::overloaded("what became of the request is not known")
    }
}

/// A rule that said no.
impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let status = match &rejection {
            Rejection::Unacceptable { .. } | Rejection::NoSuchSeats { .. } | Rejection::SeatRules { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Rejection::NotOnSale | Rejection::NoSuchHold { .. } => return Self::not_found(),
            _ => StatusCode::CONFLICT,
        };
        let problem = Self::new(status, rejection.code(), rejection.to_string());
        let Rejection::SeatTaken { seats, alternatives } = rejection else { return problem };
        let seats = seats.iter().map(taken).collect();
        let alternatives = alternatives.iter().map(ToString::to_string).collect::<Vec<_>>();
        problem.with("seats", seats).with("alternatives", alternatives.into())
    }
}

fn taken(seat: &TakenSeat) -> Value {
    let until = seat.until.map(|until| until.to_string());
    json!({"seat": seat.seat.to_string(), "state": seat.state, "until": until})
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let mut document = json!({
            "type": format!("/docs#{}", self.code), "title": title, "status": self.status.as_u16(),
            "detail": self.detail, "code": self.code,
        });
        for (name, value) in self.members {
            document[name] = value;
        }
        let body = document.to_string();
        let content = [(CONTENT_TYPE, "application/problem+json")];
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                (self.status, content, [(RETRY_AFTER, "1")], body).into_response()
            }
            status => (status, content, body).into_response(),
        }
    }
}
