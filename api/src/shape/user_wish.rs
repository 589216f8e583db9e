//! What clients may ask for about accounts and sign-ins, for the document. It is read field by field, as in `wish`.

use utoipa::{IntoParams, ToSchema};

/// An account that somebody makes for themselves.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "email": "test@example.com", "password": "Test123!", "firstName": "John", "lastName": "Doe", "role": "CUSTOMER"}))]
pub struct Registration {
    /// By which they will sign in.
    pub email: String,
    /// 8–128 characters, and none of those that are tried first.
    pub password: String,
    /// What they are called.
    pub first_name: String,
    /// And their family.
    pub last_name: String,
    /// `CUSTOMER`, or nothing: an administrator grants every other.
    pub role: Option<String>,
}

/// Who signs in.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"email": "test@example.com", "password": "Test123!"}))]
pub struct Login {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// True for browsers: the refresh token comes as a cookie that no script can read, not in the body.
    pub cookie: Option<bool>,
}

/// A refresh token to be used up.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"refreshToken": "kCw1m8Qz7Rv2cJ0oQ2Yy1Xl0kCw1m8Qz7Rv2cJ0oQ2Y"}))]
pub struct Renewal {
    /// The token; a browser has it in its cookie and sends nothing here.
    pub refresh_token: Option<String>,
}

/// What changes in one's own account.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"firstName": "Jack"}))]
pub struct ProfilePatch {
    /// What its owner is called.
    pub first_name: Option<String>,
    /// And their family.
    pub last_name: Option<String>,
}

/// A new password.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"currentPassword": "Test123!", "newPassword": "a longer one"}))]
pub struct PasswordChange {
    /// The one until now.
    pub current_password: String,
    /// The one from now on: 8–128 characters, and none of those that are tried first.
    pub new_password: String,
}

/// A token to be looked at.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"}))]
pub struct TokenShown {
    /// An access token.
    pub token: String,
}

/// An account that an administrator makes for somebody.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "email": "agent@example.com", "password": "correct horse", "firstName": "Ann", "lastName": "Smith",
    "role": "TRAVEL_AGENT"}))]
pub struct NewUser {
    /// By which they will sign in.
    pub email: String,
    /// 8–128 characters, and none of those that are tried first.
    pub password: String,
    /// What they are called.
    pub first_name: String,
    /// And their family.
    pub last_name: String,
    /// What they may do; `CUSTOMER` when missing.
    pub role: Option<String>,
}

/// What changes in an account.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"lastName": "Smith"}))]
pub struct UserPatch {
    /// By which its owner signs in.
    pub email: Option<String>,
    /// What they are called.
    pub first_name: Option<String>,
    /// And their family.
    pub last_name: Option<String>,
}

/// Where an account stands from now on.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"status": "SUSPENDED"}))]
pub struct StatusWish {
    /// `ACTIVE`, `SUSPENDED` or `CLOSED`.
    pub status: String,
}

/// What somebody may do from now on.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"role": "TRAVEL_AGENT"}))]
pub struct RoleWish {
    /// `CUSTOMER`, `AIRLINE_AGENT`, `TRAVEL_AGENT`, `BUSINESS_OWNER` or `ADMIN`.
    pub role: String,
}

/// Which accounts to list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// A part of a name or an address.
    #[param(example = "doe")]
    pub search: Option<String>,
    /// Only of this role.
    #[param(example = "CUSTOMER")]
    pub role: Option<String>,
    /// Only of this status.
    #[param(example = "ACTIVE")]
    pub status: Option<String>,
    /// Which page, from 1.
    #[param(example = 1)]
    pub page: Option<u32>,
    /// Lines of one page, at most 100; 20 when missing.
    #[param(example = 20)]
    pub limit: Option<u32>,
}

/// Whose account.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ByEmail {
    /// The whole address.
    #[param(example = "test@example.com")]
    pub email: String,
}
