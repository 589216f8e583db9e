//! Accounts, for those who run the house, and customers, for those who book for them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use domain::identity::{Action, EmailAddress, Resource};
use domain::ids::PrincipalId;
use domain::time::Timestamp;
use persistence::identity::{Account, AccountFilter, Created, NewAccount, Page};

use super::people::{self, OnePerson, Patch, ROLES};
use crate::State;
use crate::auth::caller::Caller;
use crate::auth::{Admin, Clerk, Overseer, Role};
use crate::fields::{Fields, checked, text, word, written};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::sent::Sent;
use crate::shape::user::{Customer, Customers, PageShown, User, UserStats, Users};
use crate::shape::user_wish::{ByEmail, NewUser, RoleWish, StatusWish, UserFilter, UserPatch};
use crate::state::now;

/// Lines of a page, unless it is said.
const LIMIT_DEFAULT: u32 = 20;

/// Lines of a page at most.
const LIMIT_MAX: u64 = 100;

/// Pages at most: a list is for people, and whoever looks for somebody searches.
const PAGE_MAX: u64 = 100_000;

/// How long an account counts as new.
const NEW_FOR: Duration = Duration::from_secs(30 * 24 * 3_600);

/// Makes an account for somebody. Administrators may; `aisle admin create` makes the first of them.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "createUser", tag = "Users", request_body = NewUser,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    security(("bearer" = [])), responses(
    (status = 201, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role; or a program asks for a second administrator: `forbidden`"),
    (status = 409, description = "There is an account of this address: `email-taken`"),
    (status = 422, description = "It cannot be taken: `validation`, `idempotency-mismatch`"),
))]
pub async fn create(
    Shared(state): Shared<Arc<State>>,
    Admin(principal): Admin,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let person = OnePerson::read(&sent)?;
    let once = Once::named(principal.subject.as_str(), &sent, &person.fingerprint())?;
    let id = people::draw_id()?;
    let kept = state.hasher.hash(person.password.expose()).await?;
    let role = person.role.unwrap_or(Role::Customer);
    let new = NewAccount {
        id: &id,
        description: person.description(),
        password: &kept,
        role,
        is_first_admin: role == Role::Admin && !principal.has_account(),
        request: Some(once.request),
    };
    let created = state.people.create(&new, &caller.audited(&principal.subject)).await?;
    let is_replayed = matches!(created, Created::Replayed(_));
    Ok(once.mark(is_replayed, people::made(&state, created, &person).await))
}

/// Lists accounts, the latest first.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "listUsers", tag = "Users", params(UserFilter),
    security(("bearer" = [])), responses(
    (status = 200, body = Users),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 422, description = "The query cannot be taken: `validation`"),
))]
pub async fn list(
    Shared(state): Shared<Arc<State>>,
    Overseer(principal): Overseer,
    uri: Uri,
) -> Result<Json<Users>, Problem> {
    principal.may(Action::Read, Resource::Accounts)?;
    let mut fields = Fields::of_query(&uri, &["search", "role", "status", "page", "limit"])?;
    let filter = AccountFilter {
        search: fields.optional("search", text(1, 100)),
        role: fields.optional("role", word(ROLES)),
        status: fields.optional("status", checked),
    };
    let number = fields.optional("page", written(1, PAGE_MAX)).and_then(|page| u32::try_from(page).ok());
    let limit = fields.optional("limit", written(1, LIMIT_MAX)).and_then(|limit| u32::try_from(limit).ok());
    fields.done()?;
    if filter.search.as_ref().is_some_and(|search| search.contains('\0')) {
        return Err(Problem::invalid("search", "no text may hold U+0000"));
    }
    let page = Page { number: number.unwrap_or(1), limit: limit.unwrap_or(LIMIT_DEFAULT) };
    let (found, total) = state.people.accounts(&filter, page).await?;
    let pages = total.div_ceil(page.limit.into());
    let shown = PageShown { number: page.number, limit: page.limit, total, pages };
    Ok(Json(Users { data: found.iter().map(User::of).collect(), page: shown }))
}

/// Counts accounts by role and status.
#[utoipa::path(get, path = "/api/v1/users/stats", operation_id = "countUsers", tag = "Users", security(("bearer" = [])), responses(
    (status = 200, body = UserStats),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
))]
pub async fn stats(
    Shared(state): Shared<Arc<State>>,
    Overseer(principal): Overseer,
) -> Result<Json<UserStats>, Problem> {
    principal.may(Action::Read, Resource::Accounts)?;
    let span = i64::try_from(NEW_FOR.as_millis()).unwrap_or(0);
    let since = Timestamp::from_millis(now().millis().saturating_sub(span)).unwrap_or_else(|_| now());
    Ok(Json(UserStats::of(&state.people.account_kinds(since).await?)))
}

/// Shows an account.
#[utoipa::path(get, path = "/api/v1/users/{userId}", operation_id = "showUser", tag = "Users",
    params(("userId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 404, description = "There is no such account: `not-found`"),
))]
pub async fn show(
    Shared(state): Shared<Arc<State>>,
    Overseer(principal): Overseer,
    Path(user): Path<String>,
) -> Result<Json<User>, Problem> {
    let id = user_id(&user)?;
    principal.may(Action::Read, Resource::Account(&id))?;
    Ok(Json(User::of(&living(&state, &id).await?)))
}

fn user_id(text: &str) -> Result<PrincipalId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// An account that was not closed for ever.
async fn living(state: &State, id: &PrincipalId) -> Result<Account, Problem> {
    let found = state.people.account(id).await?.filter(|account| !account.is_erased());
    found.ok_or_else(Problem::not_found)
}

/// Changes what an account says of its owner.
#[utoipa::path(patch, path = "/api/v1/users/{userId}", operation_id = "changeUser", tag = "Users", request_body = UserPatch,
    params(("userId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 404, description = "There is no such account: `not-found`"),
    (status = 409, description = "Another account has the address: `email-taken`"),
    (status = 422, description = "It cannot be taken: `validation`"),
))]
pub async fn change(
    Shared(state): Shared<Arc<State>>,
    Admin(principal): Admin,
    Path(user): Path<String>,
    caller: Caller,
    sent: Sent,
) -> Result<Json<User>, Problem> {
    let mut fields = Fields::of(&sent, &["email", "firstName", "lastName"])?;
    let email: Option<EmailAddress> = fields.optional("email", checked);
    let first_name = people::optional_name(&mut fields, "firstName");
    let last_name = people::optional_name(&mut fields, "lastName");
    fields.done()?;
    let id = user_id(&user)?;
    principal.may(Action::Change, Resource::Account(&id))?;
    let patch = Patch { email, first_name, last_name };
    let changed = people::describe(&state, &id, patch, &caller.audited(&principal.subject)).await?;
    Ok(Json(User::of(&changed)))
}

/// Closes an account for ever: nothing says any more whose it was, and its address is free again.
#[utoipa::path(delete, path = "/api/v1/users/{userId}", operation_id = "closeUser", tag = "Users",
    params(("userId" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "It is closed; its tokens are void and its live sockets close"),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 404, description = "There is no such account: `not-found`"),
    (status = 409, description = "It is the only administrator: `last-admin`"),
))]
pub async fn close(
    Shared(state): Shared<Arc<State>>,
    Admin(principal): Admin,
    Path(user): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let id = user_id(&user)?;
    principal.may(Action::Remove, Resource::Account(&id))?;
    people::changed(&state, state.people.close(&id, &caller.audited(&principal.subject)).await?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Suspends an account, closes it, or opens it again. Its tokens are void at once, and its live sockets close.
#[utoipa::path(patch, path = "/api/v1/users/{userId}/status", operation_id = "setUserStatus", tag = "Users",
    request_body = StatusWish, params(("userId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 404, description = "There is no such account: `not-found`"),
    (status = 409, description = "It is the only administrator: `last-admin`"),
    (status = 422, description = "It cannot be taken: `validation`"),
))]
pub async fn set_status(
    Shared(state): Shared<Arc<State>>,
    Admin(principal): Admin,
    Path(user): Path<String>,
    caller: Caller,
    sent: Sent,
) -> Result<Json<User>, Problem> {
    let mut fields = Fields::of(&sent, &["status"])?;
    let status = fields.required("status", checked);
    fields.done()?;
    let (id, status) = (user_id(&user)?, status.ok_or_else(Problem::not_found)?);
    principal.may(Action::Change, Resource::Account(&id))?;
    let by = caller.audited(&principal.subject);
    let account = people::changed(&state, state.people.set_status(&id, status, &by).await?)?;
    Ok(Json(User::of(&account)))
}

/// Grants an account another role; never one's own. Tokens of the role before are void at once.
#[utoipa::path(patch, path = "/api/v1/users/{userId}/role", operation_id = "setUserRole", tag = "Users",
    request_body = RoleWish, params(("userId" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role; or it is your own account; or a program asks for a second administrator: `forbidden`"),
    (status = 404, description = "There is no such account: `not-found`"),
    (status = 409, description = "It is the only administrator: `last-admin`"),
    (status = 422, description = "It cannot be taken: `validation`"),
))]
pub async fn set_role(
    Shared(state): Shared<Arc<State>>,
    Admin(principal): Admin,
    Path(user): Path<String>,
    caller: Caller,
    sent: Sent,
) -> Result<Json<User>, Problem> {
    let mut fields = Fields::of(&sent, &["role"])?;
    let role: Option<Role> = fields.required("role", word(ROLES));
    fields.done()?;
    let (id, role) = (user_id(&user)?, role.ok_or_else(Problem::not_found)?);
    principal.may(Action::Grant, Resource::Account(&id))?;
    let by = caller.audited(&principal.subject);
    let is_first_admin = role == Role::Admin && !principal.has_account();
    let account = people::changed(&state, state.people.set_role(&id, role, is_first_admin, &by).await?)?;
    Ok(Json(User::of(&account)))
}

/// Finds the customer of an e-mail address, for whoever books for them.
#[utoipa::path(get, path = "/api/v1/customers", operation_id = "findCustomer", tag = "Users", params(ByEmail),
    security(("bearer" = [])), responses(
    (status = 200, body = Customers, description = "One, or none"),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "Not your role: `forbidden`"),
    (status = 422, description = "The query cannot be taken: `validation`"),
))]
pub async fn customers(
    Shared(state): Shared<Arc<State>>,
    Clerk(principal): Clerk,
    uri: Uri,
) -> Result<Json<Customers>, Problem> {
    principal.may(Action::Read, Resource::CustomerByEmail)?;
    let mut fields = Fields::of_query(&uri, &["email"])?;
    let email: Option<EmailAddress> = fields.required("email", checked);
    fields.done()?;
    let email = email.ok_or_else(Problem::not_found)?;
    let found = state.people.customer_of(&email).await?;
    Ok(Json(Customers { data: found.into_iter().map(Customer::of).collect() }))
}
