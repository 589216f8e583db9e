//! What the databases give back for an account.

use std::error::Error;
use std::str::FromStr;

use super::accounts::Account;
use super::{instant, principal};
use crate::store::Corrupt;

/// `id, email, first_name, last_name, role, status, ver, created_ms, changed_ms`.
pub type AccountColumns = (String, String, String, String, String, String, i64, i64, i64);

/// The columns of an account, and its password.
pub type WithPassword = (String, String, String, String, String, String, i64, i64, i64, String);

/// The columns of an account, and the fingerprint of what was asked.
pub type WithFingerprint = (String, String, String, String, String, String, i64, i64, i64, Option<Vec<u8>>);

pub fn word<T>(of: &str, what: &'static str, text: &str) -> Result<T, Corrupt>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    text.parse().map_err(|error| Corrupt::new(of, what, Some(Box::new(error))))
}

pub fn ver(of: &str, number: i64) -> Result<u64, Corrupt> {
    u64::try_from(number).map_err(|error| Corrupt::new(of, "a ver", Some(Box::new(error))))
}

pub fn account(found: AccountColumns) -> Result<Account, Corrupt> {
    let (id, email, first_name, last_name, role, status, number, created, changed) = found;
    Ok(Account {
        role: word(&id, "a role", &role)?,
        status: word(&id, "a status", &status)?,
        ver: ver(&id, number)?,
        created: instant(&id, created)?,
        changed: instant(&id, changed)?,
        id: principal(&id)?,
        email,
        first_name,
        last_name,
    })
}

/// An account, and the last column.
pub fn account_and<T>(
    found: (String, String, String, String, String, String, i64, i64, i64, T),
) -> Result<(Account, T), Corrupt> {
    let (id, email, first, last, role, status, number, created, changed, rest) = found;
    Ok((account((id, email, first, last, role, status, number, created, changed))?, rest))
}
