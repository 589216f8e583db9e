//! Signing in, and staying signed in.
//!
//! A refresh token is 256 random bits; the store has its digest. Its successor is a digest of it and of a salt that is drawn when
//! it is used. So whoever has the table has no token, whoever has an old token does not know the next, and a client that
//! lost an answer gets the same one again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::Role;
use domain::ids::PrincipalId;
use domain::time::Timestamp;
use persistence::identity::{Account, NewSession, Rotated, Rotation, Standing};
use sha2::{Digest as _, Sha256};

use super::caller::Caller;
use super::{Speaks, draw_name, tokens};
use crate::State;
use crate::problem::Problem;
use crate::state::now;

/// Tells the digest that makes a successor from every other.
const SUCCESSOR: &[u8] = b"aisle refresh token, successor";

/// A refresh token as clients have it: base64url of 32 bytes.
#[derive(Clone, Copy)]
struct Refresh([u8; 32]);

/// What a client gets that has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// For the `Authorization` header.
    pub access: String,
    /// For how many seconds it is good.
    pub expires_in: u64,
    /// For the next one.
    pub refresh: String,
}

impl Refresh {
    fn draw() -> Result<Self, Problem> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| Problem::overloaded("no randomness"))?;
        Ok(Self(bytes))
    }

    fn read(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    fn written(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn digest(self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    fn successor(self, salt: &[u8; 32]) -> Self {
        let mut digest = Sha256::new();
        digest.update(SUCCESSOR);
        digest.update(self.0);
        digest.update(salt);
        Self(digest.finalize().into())
    }
}

/// Signs an account in: another session.
///
/// # Errors
/// When the store does not answer.
pub async fn open(state: &State, account: &Account, caller: &Caller) -> Result<SignedIn, Problem> {
    let (refresh, sid) = (Refresh::draw()?, draw_name().map_err(|_| Problem::overloaded("no randomness"))?);
    let by = caller.audited(&account.id);
    let new = NewSession {
        sid: &sid,
        account: &account.id,
        client: &caller.client,
        expires: session_ends(state, by.at),
        digest: &refresh.digest(),
    };
    let crowded = state.people.open_session(&new, &by).await?;
    crowded.iter().for_each(|sid| state.tokens.revoked.end(&account.id, sid));
    let speaks = Speaks { subject: &account.id, role: account.role, session: &sid, ver: account.ver };
    Ok(signed_in(state, speaks, refresh))
}

/// Signs a client in anew that shows a refresh token.
///
/// # Errors
/// When the token is not good for it.
pub async fn renew(state: &State, token: &str, caller: &Caller) -> Result<SignedIn, Problem> {
    let used = Refresh::read(token).ok_or_else(refused)?;
    let salt = Refresh::draw()?.0;
    let (successor, at) = (used.successor(&salt), now());
    let rotation = Rotation {
        digest: &used.digest(),
        successor: &successor.digest(),
        salt: &salt,
        client: &caller.mark(),
        at,
        expires: session_ends(state, at),
        request: caller.request(),
    };
    match state.people.rotate(&rotation).await? {
        Rotated::Done(standing) => Ok(signed_in(state, speaks(&standing), successor)),
        Rotated::Again(standing, salt) => Ok(signed_in(state, speaks(&standing), used.successor(&salt))),
        Rotated::Reused(standing) => {
            state.tokens.revoked.end(&standing.account, &standing.sid);
            state.metrics.stolen.inc();
            // An alarm: somebody has a token that is not theirs.
            tracing::error!(
                account.id = %standing.account, session.id = %standing.sid, request.id = caller.request(),
                "a refresh token was used twice; its session has ended"
            );
            Err(refused())
        }
        Rotated::Over | Rotated::Unknown => Err(refused()),
    }
}

/// An access token of the same session, for an account that has changed.
#[must_use]
pub fn access(state: &State, account: (&PrincipalId, Role, u64), session: &str) -> (String, u64) {
    let (subject, role, ver) = account;
    let secs = state.options.access_ttl_secs;
    let speaks = Speaks { subject, role, session, ver };
    (state.tokens.keys().sign(speaks, secs, tokens::now()), secs)
}

fn signed_in(state: &State, speaks: Speaks<'_>, refresh: Refresh) -> SignedIn {
    let secs = state.options.access_ttl_secs;
    let access = state.tokens.keys().sign(speaks, secs, tokens::now());
    SignedIn { access, expires_in: secs, refresh: refresh.written() }
}

fn speaks(standing: &Standing) -> Speaks<'_> {
    Speaks { subject: &standing.account, role: standing.role, session: &standing.sid, ver: standing.ver }
}

fn session_ends(state: &State, at: Timestamp) -> Timestamp {
    at + std::time::Duration::from_secs(state.options.session_ttl_secs)
}

/// One answer for every token that is not good, whatever is wrong with it.
fn refused() -> Problem {
    Problem {
        detail: "the refresh token is not valid; sign in again".to_owned(),
        ..Problem::unauthenticated()
    }
}
