//! What became of a request.

use domain::booking::Status;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// What became of a request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestShown {
    /// The key that was asked about.
    #[schema(example = "7b0c6f0e-6f0a-4d0e-9d55-0c7a7a3f6d11")]
    pub key: String,
    /// Where it was sent.
    #[schema(example = "/api/v1/bookings")]
    pub path: String,
    /// `UNKNOWN`: it never came, or was not understood, or is forgotten. `PENDING`: it is on its way. `DONE` or `REFUSED`:
    /// that became of it.
    pub state: Became,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "seat-taken")]
    pub code: Option<&'static str>,
    /// The booking that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7f3a0c9e51d24b8f9a6be0c41d2f8a37")]
    pub booking_id: Option<String>,
    /// Where that stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "HELD")]
    pub booking_status: Option<Status>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Became {
    /// It never came, or was not understood, or is forgotten.
    Unknown,
    /// It is on its way.
    Pending,
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// Where the request was sent.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what is read field by field")]
pub struct WhichRequest {
    /// The path, as it was sent; `/api/v1/bookings` when missing.
    #[param(example = "/api/v1/bookings")]
    pub path: Option<String>,
}

impl RequestShown {
    /// That became of it.
    #[must_use]
    pub const fn of(state: Became) -> Self {
        Self {
            key: String::new(),
            path: String::new(),
            state,
            code: None,
            booking_id: None,
            booking_status: None,
        }
    }
}
