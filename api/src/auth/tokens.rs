//! Access tokens: verified once, then remembered until they end or are revoked.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use domain::identity::Role;
use domain::ids::PrincipalId;
use jsonwebtoken::{Algorithm, Validation};
use moka::sync::Cache;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::revoked::Revocations;
use super::{Keys, Principal};

/// Who issues our tokens.
pub(super) const ISSUER: &str = "aisle";

/// Whom our tokens are for.
pub(super) const AUDIENCE: &str = "aisle-api";

/// How far the clocks of two machines may be apart.
pub(super) const LEEWAY_SECS: u64 = 30;

/// Tokens that are remembered: those of many more principals than are active at a time on one node.
const REMEMBERED_MAX: u64 = 100_000;

/// A longer text is no token of ours.
const TOKEN_BYTES_MAX: usize = 2_048;

/// What a token says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who issued it.
    #[schema(example = "aisle")]
    pub iss: String,
    /// Whom it is for.
    #[schema(example = "aisle-api")]
    pub aud: String,
    /// For whom it speaks.
    #[schema(example = "usr_v2cJ0oQ2Yy1Xl0kCw1m8Qz7R")]
    pub sub: String,
    /// The sign-in that it belongs to.
    #[schema(example = "Yy1Xl0kCw1m8Qz7Rv2cJ0oQ2")]
    pub sid: String,
    /// What they may do.
    #[schema(value_type = String, example = "CUSTOMER")]
    pub role: Role,
    /// The account's, when it was signed.
    #[schema(example = 1)]
    pub ver: u64,
    /// When it was signed, in seconds since 1970.
    #[schema(example = 1_795_773_600)]
    pub iat: i64,
    /// From when on it is good.
    #[schema(example = 1_795_773_600)]
    pub nbf: i64,
    /// When it ends.
    #[schema(example = 1_795_774_200)]
    pub exp: i64,
    /// Its own name.
    #[schema(example = "0oQ2Yy1Xl0kCw1m8Qz7Rv2cJ")]
    pub jti: String,
}

/// Verifies tokens.
pub struct Tokens {
    keys: Keys,
    validation: Validation,
    /// The whole token is the key: nothing shorter is as good as the signature. Only what has been verified gets
    /// in, so a quick hash is enough.
    known: Cache<Box<str>, Arc<Principal>, FxBuildHasher>,
    /// What is void before its time.
    pub revoked: Revocations,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Verifies tokens that these keys signed, and no others.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY_SECS;
        let known = Cache::builder().max_capacity(REMEMBERED_MAX).build_with_hasher(FxBuildHasher);
        Self { keys, validation, known, revoked: Revocations::default() }
    }

    /// The signing keys.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Who the token speaks for; `None` when it is not one of ours, has ended or was revoked.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Arc<Principal>> {
        let principal = match self.known.get(token) {
            Some(principal) => principal,
            None => self.remember(token)?,
        };
        self.lives(&principal).then_some(principal)
    }

    /// Whether a principal's token is still good.
    #[must_use]
    pub fn lives(&self, principal: &Principal) -> bool {
        now() < principal.expires.saturating_add(LEEWAY_SECS.cast_signed()) && !self.revoked.hit(principal)
    }

    /// From now on no token of this sign-in is valid.
    pub fn revoke(&self, account: &PrincipalId, session: &str) {
        self.revoked.end(account, session);
    }

    /// Takes in new keys and drops those that have ended, together with what they have signed.
    pub fn refresh_keys(&self) {
        match self.keys.refresh(now()) {
            Ok(true) => self.known.invalidate_all(),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = %error, "cannot read the signing keys; those that are known stay");
            }
        }
    }

    /// What a token says, if it is one of ours and good now.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Claims> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let ring = self.keys.ring();
        let key = ring.of(&jsonwebtoken::decode_header(token).ok()?)?;
        Some(jsonwebtoken::decode::<Claims>(token, &key.verifying, &self.validation).ok()?.claims)
    }

    fn remember(&self, token: &str) -> Option<Arc<Principal>> {
        let claims = self.read(token)?;
        let principal = Arc::new(Principal {
            subject: claims.sub.parse().ok()?,
            role: claims.role,
            session: claims.sid,
            expires: claims.exp,
            ver: claims.ver,
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
