//! Who asks: tokens, and what a handler's signature says about them.
//!
//! A handler that names [`Signed`] needs a valid token, one that names [`Operator`] a role that runs flights.
//! So a route's demand stands in its signature and cannot be forgotten in its body.

mod keys;
mod tickets;
mod tokens;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::flight::{Holder, HolderKind};
use domain::ids::PrincipalId;
use serde::{Deserialize, Serialize};

pub use keys::{KeyError, Keys};
pub use tickets::{TICKET_LIVES, Tickets};
pub use tokens::Tokens;

use crate::State;
use crate::problem::Problem;

/// What a principal may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Books for themselves.
    Customer,
    /// Runs the airline's flights, and books for others.
    AirlineAgent,
    /// Books for others.
    TravelAgent,
    /// Sees everything, changes nothing.
    BusinessOwner,
    /// May everything.
    Admin,
}

/// Who asks, as a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The subject.
    pub subject: PrincipalId,
    /// The role.
    pub role: Role,
    /// The sign-in that the token belongs to.
    pub session: String,
    /// When the token ends, in seconds since 1970.
    pub expires: i64,
}

impl Principal {
    /// The principal as a departure knows them.
    #[must_use]
    pub fn holder(&self) -> Holder {
        let kind = match self.role {
            Role::AirlineAgent | Role::TravelAgent | Role::Admin => HolderKind::Agent,
            Role::Customer | Role::BusinessOwner => HolderKind::Customer,
        };
        Holder { principal: self.subject.clone(), kind }
    }
}

/// Somebody with a valid token.
#[derive(Debug, Clone)]
pub struct Signed(pub Arc<Principal>);

/// Somebody who runs flights: an airline's agent or an administrator.
#[derive(Debug, Clone)]
pub struct Operator(pub Arc<Principal>);

impl FromRequestParts<Arc<State>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) =
            given.and_then(|given| given.split_once(' ')).ok_or_else(Problem::unauthenticated)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Problem::unauthenticated());
        }
        state.tokens.verify(token.trim()).map(Self).ok_or_else(Problem::unauthenticated)
    }
}

impl FromRequestParts<Arc<State>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let Signed(principal) = Signed::from_request_parts(parts, state).await?;
        match principal.role {
            Role::AirlineAgent | Role::Admin => Ok(Self(principal)),
            Role::Customer | Role::TravelAgent | Role::BusinessOwner => Err(Problem::forbidden()),
        }
    }
}
