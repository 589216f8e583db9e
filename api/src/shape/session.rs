//! Sign-ins, as clients see them.

use persistence::identity::Session;
use serde::Serialize;
use utoipa::ToSchema;

use super::user::User;
use crate::auth::Claims;

/// What a client gets that has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedInShown {
    /// For the header `Authorization: Bearer …`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl")]
    pub access_token: String,
    /// For `POST /auth/refresh`, once. Missing when the client wanted a cookie: then it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "kCw1m8Qz7Rv2cJ0oQ2Yy1Xl0kCw1m8Qz7Rv2cJ0oQ2Y")]
    pub refresh_token: Option<String>,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// For how many seconds the access token is good.
    #[schema(example = 600)]
    pub expires_in: u64,
    /// Who signed in. Missing when a token was only refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

/// A sign-in that can be used.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionShown {
    /// Its name.
    #[schema(example = "Yy1Xl0kCw1m8Qz7Rv2cJ0oQ2")]
    pub id: String,
    /// What the client calls itself.
    #[schema(example = "curl/8.14.1")]
    pub client: String,
    /// When it was opened; RFC 3339.
    #[schema(example = "2026-12-01T12:00:00.000Z")]
    pub created_at: String,
    /// When its token was last refreshed; RFC 3339.
    #[schema(example = "2026-12-01T12:00:00.000Z")]
    pub last_used_at: String,
    /// When it ends, unless it is used before; RFC 3339.
    #[schema(example = "2026-12-31T12:00:00.000Z")]
    pub expires_at: String,
    /// Whether this very request came from it.
    #[schema(example = true)]
    pub current: bool,
}

/// The sign-ins of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// The sign-ins, the one in use last first.
    pub data: Vec<SessionShown>,
}

/// What a token is worth.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verified {
    /// Whether it is one of ours, has begun and not ended, and was not revoked.
    #[schema(example = true)]
    pub valid: bool,
    /// What it says; missing unless it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Claims>,
}

impl SessionShown {
    /// A session; `current` is the one that asks.
    #[must_use]
    pub fn of(session: Session, current: &str) -> Self {
        Self {
            current: session.sid == current,
            id: session.sid,
            client: session.client,
            created_at: session.created.to_string(),
            last_used_at: session.seen.to_string(),
            expires_at: session.expires.to_string(),
        }
    }
}
