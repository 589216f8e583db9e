//! Sign-ins, and the refresh tokens that keep them alive.
//!
//! A session is one family of refresh tokens: each is used once and makes its successor. Only digests are kept. What a
//! successor was made with (`salt`) is worth nothing without the token before it, and lets a client that lost an answer get
//! the same one again.

use std::time::Duration;

use domain::identity::{Role, Status};
use domain::ids::PrincipalId;
use domain::time::Timestamp;

use super::accounts::Account;
use super::audit::Audited;
use super::{Accounts, IdentityError, instant, principal, rows, sql};
use crate::plain::{Turn, Value};

/// How long a client whose answer was lost gets the same successor again.
const AGAIN_WITHIN: Duration = Duration::from_secs(10);

/// Sessions of one account that can be used at a time: more than a person has devices. Beyond them the one that was
/// used least lately ends.
const SESSIONS_MAX: i64 = 50;

/// Rows that one statement takes along: so many that it is never the limit, and no more than a moment's work.
const ROWS_MAX: i64 = 10_000;

/// Void sessions and accounts that are read at a time.
const PAGE: i64 = 1_000;

/// How long what is over is kept: long enough to tell a stolen token from rubbish.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3_600);

/// No session has an empty name.
pub(super) const END_ALL: &str = "";

/// A session to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// Its name.
    pub sid: &'a str,
    /// Whose.
    pub account: &'a PrincipalId,
    /// What the client calls itself, for its owner to recognise.
    pub client: &'a str,
    /// When it ends, unless it is used before.
    pub expires: Timestamp,
    /// The digest of its first refresh token.
    pub digest: &'a [u8; 32],
}

/// A session that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub sid: String,
    /// What the client calls itself.
    pub client: String,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
    /// When it ends, unless it is used before.
    pub expires: Timestamp,
}

/// How an account stands, as one of its sessions needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub account: PrincipalId,
    /// The session.
    pub sid: String,
    /// What it may do.
    pub role: Role,
    /// Where it stands.
    pub status: Status,
    /// Tokens of an older one are void.
    pub ver: u64,
    /// Whether the session can still be used.
    pub is_open: bool,
}

/// A refresh token that is to be used, and what takes its place.
#[derive(Debug, Clone, Copy)]
pub struct Rotation<'a> {
    /// The digest of the token.
    pub digest: &'a [u8; 32],
    /// The digest of its successor.
    pub successor: &'a [u8; 32],
    /// What the successor was made with.
    pub salt: &'a [u8; 32],
    /// By which a client is known again.
    pub client: &'a [u8; 32],
    /// When.
    pub at: Timestamp,
    /// When the session ends, unless it is used before.
    pub expires: Timestamp,
    /// In which request.
    pub request: &'a str,
}

/// What became of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotated {
    /// Its successor is in its place.
    Done(Standing),
    /// The same client used it a moment ago: the successor was made with this.
    Again(Standing, [u8; 32]),
    /// It was used before, and somebody has stolen it or its successor. The session has ended.
    Reused(Standing),
    /// Its session has ended, or its account cannot be used.
    Over,
    /// There is no such token.
    Unknown,
}

/// What is void since some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revoked {
    /// Sessions that have ended, and whose they were.
    pub sessions: Vec<(PrincipalId, String)>,
    /// Accounts, and the oldest `ver` of their tokens that is not void.
    pub accounts: Vec<(PrincipalId, u64)>,
}

/// `used_ms, client, salt, sid, ended_ms, expires_ms`, and `id, role, status, ver` of the account.
type RefreshColumns =
    (Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>, String, Option<i64>, i64, String, String, String, i64);

/// What the table says of a refresh token.
struct Found {
    used: Option<i64>,
    client: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    standing: Standing,
}

impl Found {
    fn of(found: RefreshColumns, now: Timestamp) -> Result<Self, IdentityError> {
        let (used, client, salt, sid, ended, expires, id, role, status, ver) = found;
        let standing = Standing {
            role: rows::word(&id, "a role", &role)?,
            status: rows::word(&id, "a status", &status)?,
            ver: rows::ver(&id, ver)?,
            account: principal(&id)?,
            is_open: ended.is_none() && expires > now.millis(),
            sid,
        };
        Ok(Self { used, client, salt, standing })
    }

    /// What its successor was made with, if this client used it a moment ago.
    fn salt_for(&self, rotation: &Rotation<'_>) -> Option<[u8; 32]> {
        let within = i64::try_from(AGAIN_WITHIN.as_millis()).unwrap_or(0);
        let is_recent = self.used.is_some_and(|used| rotation.at.millis() - used <= within);
        let is_same = self.client.as_deref() == Some(rotation.client.as_slice());
        if is_recent && is_same { self.salt.as_deref()?.try_into().ok() } else { None }
    }
}

impl Turn<'_> {
    /// Ends the sessions of an account but one; their names.
    pub(super) async fn end_sessions(
        &mut self,
        account: &PrincipalId,
        keep: &str,
        at: Timestamp,
        why: &'static str,
    ) -> Result<Vec<String>, IdentityError> {
        let values = [account.as_str().into(), keep.into(), at.millis().into(), why.into()];
        let ended: Vec<(String,)> = self.rows(sql::END_SESSIONS, &values).await?;
        Ok(ended.into_iter().map(|ended| ended.0).collect())
    }

    async fn refresh(&mut self, rotation: &Rotation<'_>) -> Result<Option<Found>, IdentityError> {
        let found: Option<RefreshColumns> =
            self.row(sql::REFRESH, &[rotation.digest.as_slice().into()]).await?;
        found.map(|found| Found::of(found, rotation.at)).transpose()
    }
}

impl Accounts {
    /// Opens a session; which others ended because there were too many.
    ///
    /// # Errors
    /// When nobody knows whether it was opened.
    pub async fn open_session(
        &self,
        new: &NewSession<'_>,
        by: &Audited<'_>,
    ) -> Result<Vec<String>, IdentityError> {
        let mut turn = self.place.turn().await?;
        let (account, at) = (new.account.as_str(), by.at.millis());
        let values =
            [new.sid.into(), account.into(), new.client.into(), at.into(), new.expires.millis().into()];
        turn.execute(sql::OPEN_SESSION, &values).await?;
        let values = [new.digest.as_slice().into(), new.sid.into(), at.into()];
        turn.execute(sql::KEEP_REFRESH, &values).await?;
        let values = [account.into(), at.into(), ROWS_MAX.into(), SESSIONS_MAX.into()];
        let ended: Vec<(String,)> = turn.rows(sql::END_CROWDED, &values).await?;
        turn.audit(by, "signed-in", account, new.sid).await?;
        self.place.commit(turn).await?;
        Ok(ended.into_iter().map(|ended| ended.0).collect())
    }

    /// Uses a refresh token up and puts its successor in its place. One that was used before ends its session.
    ///
    /// # Errors
    /// When nobody knows whether it was used: the same request again, within ten seconds, finds out.
    pub async fn rotate(&self, rotation: &Rotation<'_>) -> Result<Rotated, IdentityError> {
        let mut turn = self.place.turn().await?;
        let at = rotation.at.millis();
        let values = [
            rotation.digest.as_slice().into(),
            at.into(),
            rotation.client.as_slice().into(),
            rotation.salt.as_slice().into(),
        ];
        let is_first = turn.execute(sql::USE_REFRESH, &values).await? > 0;
        let Some(found) = turn.refresh(rotation).await? else { return Ok(Rotated::Unknown) };
        if !found.standing.is_open || found.standing.status != Status::Active {
            return Ok(Rotated::Over);
        }
        if !is_first {
            return match found.salt_for(rotation) {
                Some(salt) => Ok(Rotated::Again(found.standing, salt)),
                None => self.end_family(turn, found.standing, rotation).await,
            };
        }
        let sid = found.standing.sid.as_str();
        let values = [rotation.successor.as_slice().into(), sid.into(), at.into()];
        turn.execute(sql::KEEP_REFRESH, &values).await?;
        turn.execute(sql::SEE_SESSION, &[sid.into(), at.into(), rotation.expires.millis().into()]).await?;
        self.place.commit(turn).await?;
        Ok(Rotated::Done(found.standing))
    }

    async fn end_family(
        &self,
        mut turn: Turn<'_>,
        standing: Standing,
        rotation: &Rotation<'_>,
    ) -> Result<Rotated, IdentityError> {
        let (sid, account) = (standing.sid.as_str(), standing.account.as_str());
        let values = [sid.into(), account.into(), rotation.at.millis().into(), "reuse".into()];
        turn.execute(sql::END_SESSION, &values).await?;
        let by = Audited { actor: &standing.account, at: rotation.at, request: rotation.request };
        turn.audit(&by, "refresh-reused", account, sid).await?;
        self.place.commit(turn).await?;
        Ok(Rotated::Reused(standing))
    }

    /// How the account of a session stands; `None` when it has no such session.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn standing(
        &self,
        account: &PrincipalId,
        sid: &str,
        now: Timestamp,
    ) -> Result<Option<Standing>, IdentityError> {
        type Columns = (String, String, i64, Option<i64>, i64);
        let values = [sid.into(), account.as_str().into()];
        let found: Option<Columns> = self.place.read_one(sql::STANDING, &values).await?;
        let Some((role, status, ver, ended, expires)) = found else { return Ok(None) };
        let of = account.as_str();
        Ok(Some(Standing {
            account: account.clone(),
            sid: sid.to_owned(),
            role: rows::word(of, "a role", &role)?,
            status: rows::word(of, "a status", &status)?,
            ver: rows::ver(of, ver)?,
            is_open: ended.is_none() && expires > now.millis(),
        }))
    }

    /// The sessions of an account that can be used, the one in use last first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sessions_of(
        &self,
        account: &PrincipalId,
        now: Timestamp,
    ) -> Result<Vec<Session>, IdentityError> {
        type Columns = (String, String, i64, i64, i64);
        let values = [account.as_str().into(), now.millis().into(), SESSIONS_MAX.into()];
        let found: Vec<Columns> = self.place.read(sql::SESSIONS_OF, &values).await?;
        let session = |(sid, client, created, seen, expires): Columns| {
            let (created, seen) = (instant(&sid, created)?, instant(&sid, seen)?);
            Ok(Session { created, seen, expires: instant(&sid, expires)?, sid, client })
        };
        found.into_iter().map(session).collect()
    }

    /// Ends one session of an account; whether it was there.
    ///
    /// # Errors
    /// When nobody knows whether it ended.
    pub async fn end_session(
        &self,
        account: &PrincipalId,
        sid: &str,
        by: &Audited<'_>,
    ) -> Result<bool, IdentityError> {
        let mut turn = self.place.turn().await?;
        let values = [sid.into(), account.as_str().into(), by.at.millis().into(), "signed-out".into()];
        if turn.execute(sql::END_SESSION, &values).await? == 0 {
            return Ok(false);
        }
        turn.audit(by, "signed-out", account.as_str(), sid).await?;
        self.place.commit(turn).await?;
        Ok(true)
    }

    /// Ends all sessions of an account and voids its tokens; how it stands then.
    ///
    /// # Errors
    /// When nobody knows whether they ended.
    pub async fn end_all_sessions(
        &self,
        account: &PrincipalId,
        by: &Audited<'_>,
    ) -> Result<Option<Account>, IdentityError> {
        let mut turn = self.place.turn().await?;
        turn.execute(sql::RAISE_VER, &[account.as_str().into(), by.at.millis().into()]).await?;
        turn.end_sessions(account, END_ALL, by.at, "signed-out").await?;
        turn.audit(by, "signed-out-everywhere", account.as_str(), "").await?;
        let after = turn.account(account).await?;
        self.place.commit(turn).await?;
        Ok(after)
    }

    /// Gives an account another password, voids its tokens and ends its sessions but one. `None` when the password was
    /// not `seen` any more.
    ///
    /// # Errors
    /// When nobody knows whether it was changed.
    pub async fn set_password(
        &self,
        account: &PrincipalId,
        (seen, new): (&str, &str),
        keep: &str,
        by: &Audited<'_>,
    ) -> Result<Option<Account>, IdentityError> {
        let mut turn = self.place.turn().await?;
        let values = [account.as_str().into(), new.into(), seen.into(), by.at.millis().into()];
        if turn.execute(sql::SET_PASSWORD, &values).await? == 0 {
            return Ok(None);
        }
        turn.end_sessions(account, keep, by.at, "password").await?;
        turn.audit(by, "password-set", account.as_str(), "").await?;
        let after = turn.account(account).await?;
        self.place.commit(turn).await?;
        Ok(after)
    }

    /// Keeps the same password under another hash, unless somebody has changed it meanwhile.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rehash(
        &self,
        account: &PrincipalId,
        seen: &str,
        new: &str,
        by: &Audited<'_>,
    ) -> Result<(), IdentityError> {
        let mut turn = self.place.turn().await?;
        turn.execute(sql::REHASH, &[account.as_str().into(), new.into(), seen.into()]).await?;
        turn.audit(by, "password-rehashed", account.as_str(), "").await?;
        self.place.commit(turn).await
    }

    /// What has become void since.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn revoked_since(&self, since: Timestamp) -> Result<Revoked, IdentityError> {
        let mut revoked = Revoked::default();
        let (mut at, mut name) = (since.millis(), String::new());
        loop {
            let values: [Value<'_>; 3] = [at.into(), name.as_str().into(), PAGE.into()];
            let page: Vec<(String, String, i64)> = self.place.read(sql::ENDED_AFTER, &values).await?;
            let Some((_, last, when)) = page.last().cloned() else { break };
            for (account, sid, _) in page {
                revoked.sessions.push((principal(&account)?, sid));
            }
            (at, name) = (when, last);
        }
        (at, name) = (since.millis(), String::new());
        loop {
            let values: [Value<'_>; 3] = [at.into(), name.as_str().into(), PAGE.into()];
            let page: Vec<(String, i64, i64)> = self.place.read(sql::VOIDED_AFTER, &values).await?;
            let Some((last, _, when)) = page.last().cloned() else { break };
            for (account, ver, _) in page {
                revoked.accounts.push((principal(&account)?, rows::ver(&account, ver)?));
            }
            (at, name) = (when, last);
        }
        Ok(revoked)
    }

    /// Forgets sessions that are long over, and their refresh tokens; how many rows went.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep_sessions(&self, now: Timestamp, most: u32) -> Result<u64, IdentityError> {
        let kept = i64::try_from(KEPT_FOR.as_millis()).unwrap_or(i64::MAX);
        let values = [now.millis().saturating_sub(kept).into(), i64::from(most).into()];
        let mut turn = self.place.turn().await?;
        let tokens = turn.execute(sql::SWEEP_REFRESH, &values).await?;
        let used = turn.execute(sql::SWEEP_USED, &values).await?;
        let sessions = turn.execute(sql::SWEEP_SESSIONS, &values).await?;
        self.place.commit(turn).await?;
        Ok(tokens + used + sessions)
    }
}
