//! What routes about accounts have in common: reading who somebody is, and saying what became of them.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::identity::{EmailAddress, Password, PersonName, account_id};
use domain::ids::PrincipalId;
use persistence::identity::{Account, Audited, Changed, Created, Description, Redescription};
use persistence::journal::Fingerprint;

use crate::State;
use crate::auth::{Held, Role, draw_name};
use crate::fields::{Fields, checked, word};
use crate::idempotency;
use crate::json::Json;
use crate::problem::Problem;
use crate::sent::Sent;
use crate::shape::user::User;

/// The words for roles, where a request names another.
pub const ROLES: &str = "it must be CUSTOMER, AIRLINE_AGENT, TRAVEL_AGENT, BUSINESS_OWNER or ADMIN";

/// Who is to have an account.
#[derive(Debug)]
pub struct OnePerson {
    /// By which they sign in.
    pub email: EmailAddress,
    /// Their password.
    pub password: Password,
    /// What they are called.
    pub first_name: PersonName,
    /// And their family.
    pub last_name: PersonName,
    /// What they may do, if it was said.
    pub role: Option<Role>,
}

/// What changes in an account.
#[derive(Debug, Default)]
pub struct Patch {
    /// By which its owner signs in.
    pub email: Option<EmailAddress>,
    /// What they are called.
    pub first_name: Option<PersonName>,
    /// And their family.
    pub last_name: Option<PersonName>,
}

impl OnePerson {
    /// Reads a request for an account.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(sent: &Sent) -> Result<Self, Problem> {
        let mut fields = Fields::of(sent, &["email", "password", "firstName", "lastName", "role"])?;
        let email = fields.required("email", checked);
        let password = required_password(&mut fields, "password");
        let first_name = fields.required("firstName", checked);
        let last_name = fields.required("lastName", checked);
        let role = fields.optional("role", word(ROLES));
        fields.done()?;
        let whole = || {
            Some(Self {
                email: email?,
                password: password?,
                first_name: first_name?,
                last_name: last_name?,
                role,
            })
        };
        whole().ok_or_else(|| Problem::invalid("", "the account cannot be read"))
    }

    /// For the store.
    #[must_use]
    pub fn description(&self) -> Description<'_> {
        Description { email: &self.email, first_name: &self.first_name, last_name: &self.last_name }
    }

    /// What was asked, without the password: a quick digest of it must stand in no table.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let role = self.role.map_or("", Role::as_str);
        let (first, last) = (self.first_name.as_str(), self.last_name.as_str());
        idempotency::fingerprint(&[self.email.as_str(), first, last, role])
    }
}

/// A password that somebody wants to have.
pub fn required_password(fields: &mut Fields, name: &str) -> Option<Password> {
    fields.required(name, |value| {
        Password::choose(value.as_str().unwrap_or_default()).map_err(|error| error.to_string())
    })
}

/// A name that is to be changed, if it is.
pub fn optional_name(fields: &mut Fields, name: &str) -> Option<PersonName> {
    fields.optional(name, checked)
}

/// A name for a new account.
///
/// # Errors
/// When the system gives no randomness.
pub fn draw_id() -> Result<PrincipalId, Problem> {
    let name = draw_name().map_err(|_| Problem::overloaded("no randomness"))?;
    account_id(&name).ok_or_else(|| Problem::overloaded("no name"))
}

/// What became of a wish for an account.
///
/// # Errors
/// When there is none now.
pub async fn made(state: &State, created: Created, person: &OnePerson) -> Result<Response, Problem> {
    let account = match created {
        Created::Made(account) => account,
        Created::Replayed(account) if is_theirs(state, &account, person).await? => account,
        Created::Replayed(_) | Created::KeyReused => return Err(idempotency::reused()),
        Created::EmailTaken => return Err(Problem::email_taken()),
        Created::AdminExists => return Err(Problem::admin_exists()),
    };
    let place = [(header::LOCATION, format!("/api/v1/users/{}", account.id))];
    Ok((StatusCode::CREATED, place, Json(User::of(&account))).into_response())
}

/// Whoever asks again knows the password that was asked for, or asks for something else.
async fn is_theirs(state: &State, account: &Account, person: &OnePerson) -> Result<bool, Problem> {
    let kept = state.people.password(&account.id).await?;
    Ok(state.hasher.hold(person.password.expose(), kept.as_deref()).await? != Held::Wrong)
}

/// Changes what an account says of its owner.
///
/// # Errors
/// When it cannot be changed.
pub async fn describe(
    state: &State,
    id: &PrincipalId,
    patch: Patch,
    by: &Audited<'_>,
) -> Result<Account, Problem> {
    let Patch { email, first_name, last_name } = &patch;
    let otherwise = Redescription {
        email: email.as_ref(),
        first_name: first_name.as_ref(),
        last_name: last_name.as_ref(),
    };
    changed(state, state.people.describe(id, &otherwise, by).await?)
}

/// What became of a wish to change an account. Tokens that it voids are void here at once.
///
/// # Errors
/// When it was not changed.
pub fn changed(state: &State, changed: Changed) -> Result<Account, Problem> {
    match changed {
        Changed::Done(account) => {
            state.tokens.revoked.void(&account.id, account.ver);
            Ok(account)
        }
        Changed::AlreadySo(account) => Ok(account),
        Changed::Unknown => Err(Problem::not_found()),
        Changed::EmailTaken => Err(Problem::email_taken()),
        Changed::LastAdmin => Err(Problem::last_admin()),
        Changed::AdminExists => Err(Problem::admin_exists()),
    }
}
