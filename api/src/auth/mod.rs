//! Who asks: tokens, and what a handler's signature says about them.
//!
//! A handler that names [`Signed`] needs a valid token, one that names [`Operator`] a role that runs flights, and so on.
//! So a route's demand stands in its signature and cannot be forgotten in its body. Whether a role may do something is
//! asked of [`domain::identity::authorize`] alone.
//!
//! * `keys`, `key_files`: what signs. `tokens`: what is signed. `revoked`: what is void before its time.
//! * `hasher`: passwords. `throttle`: how often one may try. `sign_in`: sessions and their refresh tokens.
//! * `caller`: where a request comes from. `cookie`: where a browser keeps its refresh token.
//! * `tickets`: how a browser signs a live socket in. `watch`: what other nodes have made void.

pub mod caller;
pub mod cookie;
mod hasher;
mod key_files;
mod keys;
mod revoked;
pub mod sign_in;
mod throttle;
mod tickets;
mod tokens;
mod watch;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use domain::flight::{Holder, HolderKind};
use domain::identity::{self, Action, Denial, Resource, Status, authorize};
use domain::ids::PrincipalId;

pub use domain::identity::Role;
pub use hasher::{Hasher, Held};
pub use key_files::KeyError;
pub use keys::Keys;
pub(crate) use keys::{Speaks, draw_name};
pub use revoked::Socket;
pub use throttle::{Limits, Throttle};
pub use tickets::{TICKET_LIVES, Tickets};
pub use tokens::{Claims, Tokens};
pub use watch::{catch_up, watch};

use crate::State;
use crate::problem::Problem;
use crate::state::now;

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
    /// Their account's `ver` when it was signed.
    pub ver: u64,
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

    /// Whether they have an account; else they are a program with a token of its own.
    #[must_use]
    pub fn has_account(&self) -> bool {
        identity::is_account(&self.subject)
    }

    /// Whether they may do this.
    ///
    /// # Errors
    /// When they may not.
    pub fn may(&self, action: Action, resource: Resource<'_>) -> Result<(), Denial> {
        authorize(identity::Principal { subject: &self.subject, role: self.role }, action, resource)
    }
}

/// Somebody with a valid token.
#[derive(Debug, Clone)]
pub struct Signed(pub Arc<Principal>);

/// Somebody who runs flights: an airline's agent or an administrator.
#[derive(Debug, Clone)]
pub struct Operator(pub Arc<Principal>);

/// Somebody with an account of their own.
#[derive(Debug, Clone)]
pub struct AccountHolder(pub Arc<Principal>);

/// Somebody who may change accounts, as the store says at this moment: an administrator.
#[derive(Debug, Clone)]
pub struct Admin(pub Arc<Principal>);

/// Somebody who may read accounts, as the store says at this moment: a business owner or an administrator.
#[derive(Debug, Clone)]
pub struct Overseer(pub Arc<Principal>);

/// Somebody who books for others, as the store says at this moment: an agent or an administrator.
#[derive(Debug, Clone)]
pub struct Clerk(pub Arc<Principal>);

/// Whom a request speaks for, if its token is good.
pub fn speaker(state: &State, headers: &HeaderMap) -> Option<Arc<Principal>> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { state.tokens.verify(token.trim()) } else { None }
}

impl FromRequestParts<Arc<State>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        speaker(state, &parts.headers).map(Self).ok_or_else(Problem::unauthenticated)
    }
}

impl FromRequestParts<Arc<State>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let Signed(principal) = Signed::from_request_parts(parts, state).await?;
        principal.may(Action::Change, Resource::Departure)?;
        Ok(Self(principal))
    }
}

impl FromRequestParts<Arc<State>> for AccountHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        let Signed(principal) = Signed::from_request_parts(parts, state).await?;
        if principal.has_account() { Ok(Self(principal)) } else { Err(Problem::no_account()) }
    }
}

impl FromRequestParts<Arc<State>> for Admin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        standing(parts, state, Action::Create, Resource::Accounts).await.map(Self)
    }
}

impl FromRequestParts<Arc<State>> for Overseer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        standing(parts, state, Action::Read, Resource::Accounts).await.map(Self)
    }
}

impl FromRequestParts<Arc<State>> for Clerk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<State>) -> Result<Self, Problem> {
        standing(parts, state, Action::Read, Resource::CustomerByEmail).await.map(Self)
    }
}

/// Somebody who may do this, by their token and by what the store says at this moment: what concerns other people waits for
/// no news from other nodes.
async fn standing(
    parts: &mut Parts,
    state: &Arc<State>,
    action: Action,
    resource: Resource<'_>,
) -> Result<Arc<Principal>, Problem> {
    let Signed(principal) = Signed::from_request_parts(parts, state).await?;
    principal.may(action, resource)?;
    if principal.has_account() {
        let found = state.people.standing(&principal.subject, &principal.session, now()).await?;
        let stands = found.is_some_and(|found| {
            found.is_open
                && found.status == Status::Active
                && found.role == principal.role
                && found.ver <= principal.ver
        });
        if !stands {
            return Err(Problem::unauthenticated());
        }
    }
    Ok(principal)
}
