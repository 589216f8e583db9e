//! People: their accounts, roles and passwords.

use domain::identity::{EmailAddress, PersonName, Role, Status};
use domain::ids::PrincipalId;
use domain::time::Timestamp;

use super::audit::Audited;
use super::rows::{self, AccountColumns, WithFingerprint, WithPassword};
use super::sessions::END_ALL;
use super::{Accounts, IdentityError, sql};
use crate::journal::RequestKey;
use crate::plain::{Turn, Value};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name; the subject of its tokens.
    pub id: PrincipalId,
    /// By which its owner signs in, in its normal form; of a closed one, a text that is no address.
    pub email: String,
    /// What its owner is called.
    pub first_name: String,
    /// And their family.
    pub last_name: String,
    /// What it may do.
    pub role: Role,
    /// Where it stands.
    pub status: Status,
    /// Tokens of an older one are void.
    pub ver: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
}

/// What an account says of its owner.
#[derive(Debug, Clone, Copy)]
pub struct Description<'a> {
    /// By which they sign in.
    pub email: &'a EmailAddress,
    /// What they are called.
    pub first_name: &'a PersonName,
    /// And their family.
    pub last_name: &'a PersonName,
}

/// What is to be said otherwise of an account's owner. What is left out stays as it then is: of two who change different things
/// at once, neither undoes what the other was told is done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Redescription<'a> {
    /// By which they sign in.
    pub email: Option<&'a EmailAddress>,
    /// What they are called.
    pub first_name: Option<&'a PersonName>,
    /// And their family.
    pub last_name: Option<&'a PersonName>,
}

/// An account to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// Its name.
    pub id: &'a PrincipalId,
    /// Of its owner.
    pub description: Description<'a>,
    /// The hash of its password, as a PHC string.
    pub password: &'a str,
    /// What it may do.
    pub role: Role,
    /// Only if there is no administrator yet.
    pub is_first_admin: bool,
    /// So that a repeated request makes no other.
    pub request: Option<RequestKey>,
}

/// What became of a wish for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It was made.
    Made(Account),
    /// This very request made it before.
    Replayed(Account),
    /// The request's key was used before for something else.
    KeyReused,
    /// Another account has the address.
    EmailTaken,
    /// There is an administrator, who can make others.
    AdminExists,
}

/// What became of a wish to change an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It was changed; sessions that ended with it.
    Done(Account),
    /// It was so before.
    AlreadySo(Account),
    /// There is no such account.
    Unknown,
    /// Another account has the address.
    EmailTaken,
    /// It is the only administrator who can sign in.
    LastAdmin,
    /// There is an administrator, who can make others.
    AdminExists,
}

/// An account, and what a password is held against.
#[derive(Clone)]
pub struct Credentials {
    /// Whose.
    pub account: Account,
    /// A PHC string; empty when nobody can sign in.
    pub password: String,
}

/// Which accounts a list shows. `None` is all of them.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// A part of a name or an address.
    pub search: Option<String>,
    /// Only of this role.
    pub role: Option<Role>,
    /// Only of this status.
    pub status: Option<Status>,
}

/// Which page of a list, counted from 1.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The page.
    pub number: u32,
    /// Lines of one page.
    pub limit: u32,
}

/// How many accounts there are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountKind {
    /// Of this role.
    pub role: Role,
    /// And this status.
    pub status: Status,
    /// So many.
    pub count: u64,
    /// Of them, made lately.
    pub recent: u64,
}

impl Description<'_> {
    /// What people search in.
    fn sought(&self) -> String {
        sought([self.first_name.as_str(), self.last_name.as_str(), self.email.as_str()])
    }
}

/// What a search looks at.
fn sought(texts: [&str; 3]) -> String {
    texts.join(" ").to_lowercase()
}

impl AccountFilter {
    /// As the statements take it: a pattern, a role and a status, empty ones for all.
    fn values(&self) -> (String, &'static str, &'static str) {
        let pattern = self.search.as_ref().map_or_else(String::new, |text| {
            let mut pattern = String::from("%");
            for letter in text.to_lowercase().chars() {
                if matches!(letter, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(letter);
            }
            pattern.push('%');
            pattern
        });
        (pattern, self.role.map_or("", Role::as_str), self.status.map_or("", Status::as_str))
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl Turn<'_> {
    pub(super) async fn account(&mut self, id: &PrincipalId) -> Result<Option<Account>, IdentityError> {
        let found: Option<AccountColumns> = self.row(sql::ACCOUNT, &[id.as_str().into()]).await?;
        Ok(found.map(rows::account).transpose()?)
    }

    /// One account, unless it was closed for ever.
    async fn living(&mut self, id: &PrincipalId) -> Result<Option<Account>, IdentityError> {
        Ok(self.account(id).await?.filter(|account| !account.is_erased()))
    }

    /// Takes the turn to change who is an administrator, and counts those beside `id`.
    async fn other_admins(&mut self, id: &PrincipalId) -> Result<i64, IdentityError> {
        self.execute(sql::TAKE_ADMIN_TURN, &[]).await?;
        let found: Option<(i64,)> = self.row(sql::OTHER_ADMINS, &[id.as_str().into()]).await?;
        Ok(found.map_or(0, |found| found.0))
    }

    async fn made_by(&mut self, request: &RequestKey) -> Result<Option<Created>, IdentityError> {
        let id = request.id.bytes();
        let found: Option<WithFingerprint> = self.row(sql::MADE_BY_REQUEST, &[id.as_slice().into()]).await?;
        let Some(found) = found else { return Ok(None) };
        let (account, fingerprint) = rows::account_and(found)?;
        let is_same = fingerprint.as_deref() == Some(request.fingerprint.bytes().as_slice());
        Ok(Some(if is_same { Created::Replayed(account) } else { Created::KeyReused }))
    }
}

impl Accounts {
    /// Makes an account.
    ///
    /// # Errors
    /// When nobody knows whether it was made: the same request again finds out.
    pub async fn create(&self, new: &NewAccount<'_>, by: &Audited<'_>) -> Result<Created, IdentityError> {
        let mut turn = self.place.turn().await?;
        if let Some(request) = &new.request
            && let Some(made) = turn.made_by(request).await?
        {
            return Ok(made);
        }
        if new.is_first_admin && turn.other_admins(new.id).await? > 0 {
            return Ok(Created::AdminExists);
        }
        let request = new.request.map(|request| (request.id.bytes(), request.fingerprint.bytes()));
        let sought = new.description.sought();
        let values = [
            new.id.as_str().into(),
            new.description.email.as_str().into(),
            new.password.into(),
            new.description.first_name.as_str().into(),
            new.description.last_name.as_str().into(),
            sought.as_str().into(),
            new.role.as_str().into(),
            by.at.millis().into(),
            Value::Bytes(request.as_ref().map(|(id, _)| id.as_slice())),
            Value::Bytes(request.as_ref().map(|(_, fingerprint)| fingerprint.as_slice())),
        ];
        if turn.execute(sql::MAKE_ACCOUNT, &values).await? == 0 {
            // Somebody else was faster: with the same request, or with another one.
            let made = match &new.request {
                Some(request) => turn.made_by(request).await?,
                None => None,
            };
            return Ok(made.unwrap_or(Created::EmailTaken));
        }
        turn.audit(by, "account-made", new.id.as_str(), new.role.as_str()).await?;
        let made = turn.account(new.id).await?;
        self.place.commit(turn).await?;
        Ok(made.map_or(Created::EmailTaken, Created::Made))
    }

    /// One account.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn account(&self, id: &PrincipalId) -> Result<Option<Account>, IdentityError> {
        let found: Option<AccountColumns> = self.place.read_one(sql::ACCOUNT, &[id.as_str().into()]).await?;
        Ok(found.map(rows::account).transpose()?)
    }

    /// The account of an address, with its password's hash.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, IdentityError> {
        let found: Option<WithPassword> =
            self.place.read_one(sql::CREDENTIALS, &[email.as_str().into()]).await?;
        let found = found.map(rows::account_and).transpose()?;
        Ok(found.map(|(account, password)| Credentials { account, password }))
    }

    /// The hash of an account's password.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn password(&self, id: &PrincipalId) -> Result<Option<String>, IdentityError> {
        let found: Option<(String,)> = self.place.read_one(sql::PASSWORD, &[id.as_str().into()]).await?;
        Ok(found.map(|found| found.0))
    }

    /// The customer of an address, if they can book.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn customer_of(&self, email: &EmailAddress) -> Result<Option<Account>, IdentityError> {
        let found: Option<AccountColumns> =
            self.place.read_one(sql::CUSTOMER_OF, &[email.as_str().into()]).await?;
        Ok(found.map(rows::account).transpose()?)
    }

    /// A page of the accounts, the latest first, and how many there are in all.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn accounts(
        &self,
        filter: &AccountFilter,
        page: Page,
    ) -> Result<(Vec<Account>, u64), IdentityError> {
        let (pattern, role, status) = filter.values();
        let limit = i64::from(page.limit);
        let offset = i64::from(page.number.saturating_sub(1)) * limit;
        let values = [pattern.as_str().into(), role.into(), status.into(), limit.into(), offset.into()];
        let found: Vec<AccountColumns> = self.place.read(sql::ACCOUNTS, &values).await?;
        let all: Option<(i64,)> = self.place.read_one(sql::ACCOUNTS_IN_ALL, &values[..3]).await?;
        let accounts = found.into_iter().map(|found| Ok(rows::account(found)?));
        Ok((accounts.collect::<Result<_, IdentityError>>()?, count(all.map_or(0, |all| all.0))))
    }

    /// How many accounts there are of each kind, and how many of them were made since `recent`.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn account_kinds(&self, recent: Timestamp) -> Result<Vec<AccountKind>, IdentityError> {
        type Kind = (String, String, i64, i64);
        let found: Vec<Kind> = self.place.read(sql::ACCOUNTS_BY_KIND, &[recent.millis().into()]).await?;
        let kind = |(role, status, all, recent): Kind| {
            Ok(AccountKind {
                role: rows::word("the accounts", "a role", &role)?,
                status: rows::word("the accounts", "a status", &status)?,
                count: count(all),
                recent: count(recent),
            })
        };
        found.into_iter().map(kind).collect()
    }

    /// Changes what an account says of its owner.
    ///
    /// # Errors
    /// When nobody knows whether it was changed.
    pub async fn describe(
        &self,
        id: &PrincipalId,
        otherwise: &Redescription<'_>,
        by: &Audited<'_>,
    ) -> Result<Changed, IdentityError> {
        let mut turn = self.place.turn().await?;
        turn.execute(sql::TAKE_ACCOUNT_TURN, &[id.as_str().into()]).await?;
        let Some(before) = turn.living(id).await? else { return Ok(Changed::Unknown) };
        let email = otherwise.email.map_or(before.email.as_str(), EmailAddress::as_str);
        let first_name = otherwise.first_name.map_or(before.first_name.as_str(), PersonName::as_str);
        let last_name = otherwise.last_name.map_or(before.last_name.as_str(), PersonName::as_str);
        let sought = sought([first_name, last_name, email]);
        let values = [
            id.as_str().into(),
            email.into(),
            first_name.into(),
            last_name.into(),
            sought.as_str().into(),
            by.at.millis().into(),
        ];
        if turn.execute(sql::DESCRIBE, &values).await? == 0 {
            return Ok(Changed::EmailTaken);
        }
        let Some(after) = turn.account(id).await? else { return Ok(Changed::Unknown) };
        let fields = [
            ("email", before.email != after.email),
            ("firstName", before.first_name != after.first_name),
            ("lastName", before.last_name != after.last_name),
        ];
        let changed: Vec<&str> = fields.iter().filter(|field| field.1).map(|field| field.0).collect();
        turn.audit(by, "account-described", id.as_str(), &changed.join(" ")).await?;
        self.place.commit(turn).await?;
        Ok(Changed::Done(after))
    }

    /// Gives an account another role, which voids its tokens. `is_first_admin`: only if there is no administrator yet.
    ///
    /// # Errors
    /// When nobody knows whether it was changed.
    pub async fn set_role(
        &self,
        id: &PrincipalId,
        role: Role,
        is_first_admin: bool,
        by: &Audited<'_>,
    ) -> Result<Changed, IdentityError> {
        let mut turn = self.place.turn().await?;
        let others = turn.other_admins(id).await?;
        let Some(before) = turn.living(id).await? else { return Ok(Changed::Unknown) };
        if before.role == role {
            return Ok(Changed::AlreadySo(before));
        }
        if is_first_admin && others > 0 {
            return Ok(Changed::AdminExists);
        }
        if is_last_admin(&before, others) {
            return Ok(Changed::LastAdmin);
        }
        let values = [id.as_str().into(), role.as_str().into(), by.at.millis().into()];
        turn.execute(sql::SET_ROLE, &values).await?;
        let detail = format!("{} to {role}", before.role);
        turn.audit(by, "role-set", id.as_str(), &detail).await?;
        self.finish(turn, id).await
    }

    /// Gives an account another status, which voids its tokens; all its sessions end unless it can be used.
    ///
    /// # Errors
    /// When nobody knows whether it was changed.
    pub async fn set_status(
        &self,
        id: &PrincipalId,
        status: Status,
        by: &Audited<'_>,
    ) -> Result<Changed, IdentityError> {
        let mut turn = self.place.turn().await?;
        let others = turn.other_admins(id).await?;
        let Some(before) = turn.living(id).await? else { return Ok(Changed::Unknown) };
        if before.status == status {
            return Ok(Changed::AlreadySo(before));
        }
        if is_last_admin(&before, others) {
            return Ok(Changed::LastAdmin);
        }
        let values = [id.as_str().into(), status.as_str().into(), by.at.millis().into()];
        turn.execute(sql::SET_STATUS, &values).await?;
        turn.end_sessions(id, END_ALL, by.at, "status").await?;
        let detail = format!("{} to {status}", before.status);
        turn.audit(by, "status-set", id.as_str(), &detail).await?;
        self.finish(turn, id).await
    }

    /// Closes an account for ever: its name stays, because others point to it, and nothing says whose it was.
    ///
    /// # Errors
    /// When nobody knows whether it was closed.
    pub async fn close(&self, id: &PrincipalId, by: &Audited<'_>) -> Result<Changed, IdentityError> {
        let mut turn = self.place.turn().await?;
        let others = turn.other_admins(id).await?;
        let Some(before) = turn.living(id).await? else { return Ok(Changed::Unknown) };
        if is_last_admin(&before, others) {
            return Ok(Changed::LastAdmin);
        }
        turn.execute(sql::CLOSE, &[id.as_str().into(), by.at.millis().into()]).await?;
        turn.end_sessions(id, END_ALL, by.at, "closed").await?;
        turn.audit(by, "account-closed", id.as_str(), before.role.as_str()).await?;
        self.finish(turn, id).await
    }

    async fn finish(&self, mut turn: Turn<'_>, id: &PrincipalId) -> Result<Changed, IdentityError> {
        let after = turn.account(id).await?;
        self.place.commit(turn).await?;
        Ok(after.map_or(Changed::Unknown, Changed::Done))
    }
}

impl Account {
    /// Whether it was closed for ever, and says nothing about anybody.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.status == Status::Closed && !self.email.contains('@')
    }
}

fn is_last_admin(account: &Account, others: i64) -> bool {
    account.role == Role::Admin && account.status == Status::Active && others == 0
}
