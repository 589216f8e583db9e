//! Signing in and out: accounts of one's own, tokens, sign-ins.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use domain::identity::{EmailAddress, Status};
use persistence::identity::{Account, Created, NewAccount};

use super::people::{self, OnePerson};
use crate::State;
use crate::auth::caller::Caller;
use crate::auth::sign_in::{self, SignedIn};
use crate::auth::{AccountHolder, Held, Role, cookie};
use crate::fields::{Fields, any_text, truth};
use crate::idempotency::Once;
use crate::json::Json;
use crate::problem::Problem;
use crate::sent::Sent;
use crate::shape::session::{SessionShown, Sessions, SignedInShown, Verified};
use crate::shape::user::User;
use crate::shape::user_wish::{Login, PasswordChange, ProfilePatch, Registration, Renewal, TokenShown};
use crate::shape::wish::Nothing;

/// Makes an account of one's own.
///
/// The `Idempotency-Key` belongs to the address that is asked for.
#[utoipa::path(post, path = "/api/v1/auth/register", operation_id = "register", tag = "Auth", request_body = Registration,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that it is answered once")),
    responses(
        (status = 201, body = User, description = "It is yours; sign in"),
        (status = 403, description = "Another role was asked for; administrators grant those: `forbidden`"),
        (status = 409, description = "There is an account of this address: `email-taken`"),
        (status = 422, description = "It cannot be taken: `validation`, `idempotency-mismatch`"),
        (status = 429, description = "Too many tries; come back after `Retry-After`: `rate-limited`"),
    ))]
pub async fn register(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let person = OnePerson::read(&sent)?;
    if person.role.is_some_and(|role| role != Role::Customer) {
        let detail = "registering makes a CUSTOMER; an administrator grants every other role";
        return Err(Problem { detail: detail.to_owned(), ..Problem::forbidden() });
    }
    let once = Once::named(person.email.as_str(), &sent, &person.fingerprint())?;
    state.throttle.register(caller.address)?;
    let id = people::draw_id()?;
    let kept = state.hasher.hash(person.password.expose()).await?;
    let new = NewAccount {
        id: &id,
        description: person.description(),
        password: &kept,
        role: Role::Customer,
        is_first_admin: false,
        request: Some(once.request),
    };
    let created = state.people.create(&new, &caller.audited(&id)).await?;
    let is_replayed = matches!(created, Created::Replayed(_));
    Ok(once.mark(is_replayed, people::made(&state, created, &person).await))
}

/// Signs in with an address and a password.
///
/// Browsers ask for `cookie`: then the refresh token is where no script can read it.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "login", tag = "Auth", request_body = Login, responses(
    (status = 200, body = SignedInShown),
    (status = 401, description = "There is no such account, or it has another password: `unauthenticated`"),
    (status = 403, description = "The account is suspended or closed; or a page of somebody else wants a cookie: `forbidden`"),
    (status = 422, description = "It cannot be taken: `validation`"),
    (status = 429, description = "Too many tries; come back after `Retry-After`: `rate-limited`"),
))]
pub async fn login(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let mut fields = Fields::of(&sent, &["email", "password", "cookie"])?;
    let email = fields.required("email", any_text);
    let password = fields.required("password", any_text);
    let wants_cookie = fields.optional("cookie", truth).unwrap_or(false);
    fields.done()?;
    let (email, password) = (email.unwrap_or_default(), password.unwrap_or_default());
    if wants_cookie {
        // Or a page of somebody else could sign a browser in as themselves, and wait for what is typed there.
        ours(&state, &sent)?;
    }
    state.throttle.login(&email, caller.address)?;
    let account = known(&state, &email, &password, &caller).await?;
    state.throttle.succeeded(&email, caller.address);
    if account.status != Status::Active {
        let detail = "the account is suspended or closed; ask whoever runs this service";
        return Err(Problem { detail: detail.to_owned(), ..Problem::forbidden() });
    }
    let signed_in = sign_in::open(&state, &account, &caller).await?;
    Ok(shown(&state, signed_in, wants_cookie, Some(User::of(&account))))
}

/// The account of an address and its password. It takes as long, and says as little, whichever of them is wrong.
async fn known(state: &State, email: &str, password: &str, caller: &Caller) -> Result<Account, Problem> {
    let found = match email.parse::<EmailAddress>() {
        Ok(email) => state.people.credentials(&email).await?,
        Err(_) => None,
    };
    let kept = found.as_ref().map(|found| found.password.as_str());
    let held = state.hasher.hold(password, kept).await?;
    let Some(found) = found.filter(|_| held != Held::Wrong) else { return Err(Problem::wrong_credentials()) };
    if held == Held::Outdated {
        let new = state.hasher.hash(password).await?;
        let by = caller.audited(&found.account.id);
        state.people.rehash(&found.account.id, &found.password, &new, &by).await?;
    }
    Ok(found.account)
}

/// A sign-in as its client gets it: the refresh token in the body, or in a cookie.
fn shown(state: &State, signed_in: SignedIn, as_cookie: bool, user: Option<User>) -> Response {
    let SignedIn { access, expires_in, refresh } = signed_in;
    let kept =
        as_cookie.then(|| (header::SET_COOKIE, cookie::keep(&refresh, state.options.session_ttl_secs)));
    let body = SignedInShown {
        access_token: access,
        refresh_token: (!as_cookie).then_some(refresh),
        token_type: "Bearer",
        expires_in,
        user,
    };
    (AppendHeaders(kept), Json(body)).into_response()
}

/// Uses a refresh token up, and gives another one with a new access token.
///
/// A browser sends its cookie and no body, from a page of ours. A token that is used twice ends its session; but the same
/// client, within ten seconds, gets the same answer.
#[utoipa::path(post, path = "/api/v1/auth/refresh", operation_id = "refresh", tag = "Auth", request_body = Option<Renewal>, responses(
    (status = 200, body = SignedInShown),
    (status = 401, description = "The token is not good, or its session has ended: `unauthenticated`"),
    (status = 403, description = "A cookie came from a page of somebody else: `forbidden`"),
    (status = 422, description = "It cannot be taken: `validation`"),
    (status = 429, description = "Too many tries; come back after `Retry-After`: `rate-limited`"),
))]
pub async fn refresh(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let mut fields = Fields::of_perhaps(&sent, &["refreshToken"])?;
    let given = fields.optional("refreshToken", any_text);
    fields.done()?;
    state.throttle.refresh(caller.address)?;
    if let Some(token) = given {
        return Ok(shown(&state, sign_in::renew(&state, &token, &caller).await?, false, None));
    }
    let token = cookie::find(&sent.headers).ok_or_else(|| {
        Problem::invalid("refreshToken", "send the token here, or as the cookie you were given")
    })?;
    ours(&state, &sent)?;
    Ok(shown(&state, sign_in::renew(&state, token, &caller).await?, true, None))
}

/// Cookies are for our own pages.
fn ours(state: &State, sent: &Sent) -> Result<(), Problem> {
    if cookie::is_ours(&sent.headers, &state.options.origins) {
        return Ok(());
    }
    let detail = "cookies are given and taken only on pages of this origin; ask the operator to list yours";
    Err(Problem { detail: detail.to_owned(), ..Problem::forbidden() })
}

/// Signs out: ends the session of the token.
#[utoipa::path(post, path = "/api/v1/auth/logout", operation_id = "logout", tag = "Auth", request_body = Option<Nothing>,
    security(("bearer" = [])), responses(
    (status = 204, description = "Its tokens are void, and its live sockets close"),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which ends by itself: `forbidden`"),
    (status = 422, description = "There is something in the body: `validation`"),
))]
pub async fn logout(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    Fields::of_perhaps(&sent, &[])?.done()?;
    let by = caller.audited(&principal.subject);
    state.people.end_session(&principal.subject, &principal.session, &by).await?;
    state.tokens.revoke(&principal.subject, &principal.session);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::forget())]).into_response())
}

/// Shows your account.
#[utoipa::path(get, path = "/api/v1/auth/profile", operation_id = "showProfile", tag = "Auth", security(("bearer" = [])), responses(
    (status = 200, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which has no account: `forbidden`"),
))]
pub async fn profile(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
) -> Result<Json<User>, Problem> {
    let account = state.people.account(&principal.subject).await?.ok_or_else(Problem::unauthenticated)?;
    Ok(Json(User::of(&account)))
}

/// Changes what your account says of you.
#[utoipa::path(patch, path = "/api/v1/auth/profile", operation_id = "changeProfile", tag = "Auth", request_body = ProfilePatch,
    security(("bearer" = [])), responses(
    (status = 200, body = User),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which has no account: `forbidden`"),
    (status = 422, description = "It cannot be taken: `validation`"),
))]
pub async fn change_profile(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
    caller: Caller,
    sent: Sent,
) -> Result<Json<User>, Problem> {
    let mut fields = Fields::of(&sent, &["firstName", "lastName"])?;
    let first_name = people::optional_name(&mut fields, "firstName");
    let last_name = people::optional_name(&mut fields, "lastName");
    fields.done()?;
    let account = state.people.account(&principal.subject).await?.ok_or_else(Problem::unauthenticated)?;
    let patch = people::Patch { email: None, first_name, last_name };
    let changed = people::describe(&state, &account.id, patch, &caller.audited(&principal.subject)).await?;
    Ok(Json(User::of(&changed)))
}

/// Changes your password. All other sign-ins end, and so do all access tokens; here is a new one.
#[utoipa::path(post, path = "/api/v1/auth/password", operation_id = "changePassword", tag = "Auth", request_body = PasswordChange,
    security(("bearer" = [])), responses(
    (status = 200, body = SignedInShown, description = "A new access token; the refresh token stays"),
    (status = 401, description = "No valid token, or the current password is another one: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which has no password: `forbidden`"),
    (status = 422, description = "It cannot be taken: `validation`"),
    (status = 429, description = "Too many tries; come back after `Retry-After`: `rate-limited`"),
))]
pub async fn change_password(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
    caller: Caller,
    sent: Sent,
) -> Result<Json<SignedInShown>, Problem> {
    let mut fields = Fields::of(&sent, &["currentPassword", "newPassword"])?;
    let current = fields.required("currentPassword", any_text);
    let new = people::required_password(&mut fields, "newPassword");
    fields.done()?;
    let (Some(current), Some(new)) = (current, new) else { return Err(Problem::wrong_credentials()) };
    state.throttle.login(principal.subject.as_str(), caller.address)?;
    let kept = state.people.password(&principal.subject).await?;
    if state.hasher.hold(&current, kept.as_deref()).await? == Held::Wrong {
        return Err(Problem::wrong_credentials());
    }
    state.throttle.succeeded(principal.subject.as_str(), caller.address);
    let new = state.hasher.hash(new.expose()).await?;
    let (subject, session) = (&principal.subject, principal.session.as_str());
    let passwords = (kept.as_deref().unwrap_or_default(), new.as_str());
    let changed = state.people.set_password(subject, passwords, session, &caller.audited(subject)).await?;
    // Somebody else has changed it meanwhile, so this one knows another one.
    let account = changed.ok_or_else(Problem::wrong_credentials)?;
    state.tokens.revoked.void(subject, account.ver);
    let (access_token, expires_in) = sign_in::access(&state, (subject, account.role, account.ver), session);
    let user = Some(User::of(&account));
    Ok(Json(SignedInShown { access_token, refresh_token: None, token_type: "Bearer", expires_in, user }))
}

/// Lists where you are signed in.
#[utoipa::path(get, path = "/api/v1/auth/sessions", operation_id = "listSessions", tag = "Auth", security(("bearer" = [])), responses(
    (status = 200, body = Sessions),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which has no account: `forbidden`"),
))]
pub async fn sessions(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
) -> Result<Json<Sessions>, Problem> {
    let found = state.people.sessions_of(&principal.subject, crate::state::now()).await?;
    let shown = found.into_iter().map(|session| SessionShown::of(session, &principal.session)).collect();
    Ok(Json(Sessions { data: shown }))
}

/// Signs out everywhere, here too.
#[utoipa::path(delete, path = "/api/v1/auth/sessions", operation_id = "endSessions", tag = "Auth", security(("bearer" = [])), responses(
    (status = 204, description = "All your tokens are void, and your live sockets close"),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which has no account: `forbidden`"),
))]
pub async fn end_sessions(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
    caller: Caller,
) -> Result<Response, Problem> {
    let by = caller.audited(&principal.subject);
    let account = state.people.end_all_sessions(&principal.subject, &by).await?;
    let account = account.ok_or_else(Problem::unauthenticated)?;
    state.tokens.revoked.void(&account.id, account.ver);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie::forget())]).into_response())
}

/// Signs out in one place.
#[utoipa::path(delete, path = "/api/v1/auth/sessions/{sessionId}", operation_id = "endSession", tag = "Auth",
    params(("sessionId" = String, Path, description = "The sign-in, as `GET /auth/sessions` lists it", example = "Yy1Xl0kCw1m8Qz7Rv2cJ0oQ2")),
    security(("bearer" = [])), responses(
    (status = 204, description = "Its tokens are void, and its live sockets close"),
    (status = 401, description = "No valid token: `unauthenticated`"),
    (status = 403, description = "It is a program's token, which has no account: `forbidden`"),
    (status = 404, description = "You have no such sign-in, or it has ended: `not-found`"),
))]
pub async fn end_session(
    Shared(state): Shared<Arc<State>>,
    AccountHolder(principal): AccountHolder,
    Path(session): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    let by = caller.audited(&principal.subject);
    // Its name is compared with those in the table, where none holds U+0000.
    let has_ended =
        !session.contains('\0') && state.people.end_session(&principal.subject, &session, &by).await?;
    if !has_ended {
        return Err(Problem::not_found());
    }
    state.tokens.revoke(&principal.subject, &session);
    Ok(StatusCode::NO_CONTENT)
}

/// Says whether an access token is valid, and what it says.
#[utoipa::path(post, path = "/api/v1/auth/verify", operation_id = "verifyToken", tag = "Auth", request_body = TokenShown, responses(
    (status = 200, body = Verified),
    (status = 422, description = "It cannot be taken: `validation`"),
))]
pub async fn verify(Shared(state): Shared<Arc<State>>, sent: Sent) -> Result<Json<Verified>, Problem> {
    let mut fields = Fields::of(&sent, &["token"])?;
    let token: Option<String> = fields.required("token", any_text);
    fields.done()?;
    let token = token.unwrap_or_default();
    let valid = state.tokens.verify(&token).is_some();
    let claims = if valid { state.tokens.read(&token) } else { None };
    Ok(Json(Verified { valid, claims }))
}
