//! Access tokens: verified once, then remembered until they end or are revoked.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use super::{Keys, Principal, Role};

/// Who issues our tokens.
pub(super) const ISSUER: &str = "aisle";

/// Whom our tokens are for.
pub(super) const AUDIENCE: &str = "aisle-api";

/// How far the clocks of two machines may be apart.
const LEEWAY_SECS: u64 = 30;

/// Tokens that are remembered: those of many more principals than are active at a time on one node.
const REMEMBERED_MAX: u64 = 100_000;

/// A longer text is no token of ours.
const TOKEN_BYTES_MAX: usize = 2_048;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub sid: String,
    pub role: Role,
    pub ver: u64,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub jti: String,
}

/// Verifies tokens.
pub struct Tokens {
    keys: Keys,
    verifying: DecodingKey,
    validation: Validation,
    /// The whole token is the key: nothing shorter is as good as the signature. Only what has been verified gets
    /// in, so a quick hash is enough.
    known: Cache<Box<str>, Arc<Principal>, FxBuildHasher>,
    /// Sign-ins that were revoked, the latest [`REMEMBERED_MAX`] of them.
    revoked: Cache<String, ()>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Verifies tokens that this key signed, and no others.
    ///
    /// # Panics
    /// Never: a key of ours has a public half.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        let verifying =
            DecodingKey::from_ed_components(keys.public()).expect("our own key has a public half");
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY_SECS;
        let known = Cache::builder().max_capacity(REMEMBERED_MAX).build_with_hasher(FxBuildHasher);
        // A new revocation must never be the one that finds no room.
        let revoked =
            Cache::builder().max_capacity(REMEMBERED_MAX).eviction_policy(EvictionPolicy::lru()).build();
        Self { keys, verifying, validation, known, revoked }
    }

    /// The signing key.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Who the token speaks for; `None` when it is not one of ours, has ended or was revoked.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Arc<Principal>> {
        let principal = match self.known.get(token) {
            Some(principal) => principal,
            None => self.read(token)?,
        };
        let lives = now() < principal.expires.saturating_add(LEEWAY_SECS.cast_signed());
        let revoked = self.revoked.entry_count() > 0 && self.revoked.contains_key(&principal.session);
        (lives && !revoked).then_some(principal)
    }

    /// From now on no token of this sign-in is valid.
    pub fn revoke(&self, session: &str) {
        self.revoked.insert(session.to_owned(), ());
        self.revoked.run_pending_tasks();
    }

    fn read(&self, token: &str) -> Option<Arc<Principal>> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        // The very header that we write: algorithm, type and key's name, and nothing beside them that could
        // name another key or ask for something that we do not understand.
        if jsonwebtoken::decode_header(token).ok()? != self.keys.header() {
            return None;
        }
        let claims: Claims = jsonwebtoken::decode(token, &self.verifying, &self.validation).ok()?.claims;
        let principal = Arc::new(Principal {
            subject: claims.sub.parse().ok()?,
            role: claims.role,
            session: claims.sid,
            expires: claims.exp,
        });
        self.known.insert(token.into(), principal.clone());
        Some(principal)
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
