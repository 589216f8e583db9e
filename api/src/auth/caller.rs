//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::ids::PrincipalId;
use persistence::identity::Audited;
use sha2::{Digest as _, Sha256};

use crate::state::now;

/// Characters of what a client calls itself that are kept.
const CLIENT_CHARS_MAX: usize = 120;

/// The line that a request came over: an address, or a whole network where one subscriber has that.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The request's name, as its answer and the logs have it.
#[derive(Debug, Clone)]
pub struct RequestName(pub Arc<str>);

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The line that it came over.
    pub address: IpAddr,
    /// What the client calls itself.
    pub client: String,
    request: Arc<str>,
}

/// Whether what is behind a path asks who its caller is. It is not said for every request, because saying it costs memory.
#[must_use]
pub fn is_asked_at(path: &str) -> bool {
    ["/api/v1/auth/", "/api/v1/users", "/api/v1/customers", "/api/v1/bookings/pnr/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
        || (path.starts_with("/api/v1/bookings/") && path.ends_with("/confirm"))
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let request = parts.extensions.get::<RequestName>().map(|name| name.0.clone());
        let client = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            address: peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            client: client.unwrap_or("unknown").chars().take(CLIENT_CHARS_MAX).collect(),
            request: request.unwrap_or_else(|| "unnamed".into()),
        })
    }
}

impl Caller {
    /// This request, done by somebody now.
    #[must_use]
    pub fn audited<'a>(&'a self, actor: &'a PrincipalId) -> Audited<'a> {
        Audited { actor, at: now(), request: &self.request }
    }

    /// The request's name.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// By which the client is known again a moment later.
    #[must_use]
    pub fn mark(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.address.to_string());
        digest.update([0]);
        digest.update(&self.client);
        digest.finalize().into()
    }
}
