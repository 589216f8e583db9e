//! What the tool knows of accounts.

use anyhow::Context;
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::client::Connection;

/// Where accounts are made.
pub const USERS_PATH: &str = "/api/v1/users";
/// Nobody signs in with it, and nobody tries it first.
const PASSWORD: &str = "lighter than air 4711";

/// What the tool reads of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// What its owner is called.
    #[serde(flatten)]
    pub names: Names,
}

/// What somebody is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Names {
    /// Their first name.
    pub first_name: String,
    /// Their family's.
    pub last_name: String,
}

/// Where one account is shown and changed.
#[must_use]
pub fn user_path(user: &str) -> String {
    format!("{USERS_PATH}/{user}")
}

/// Where the customer of an e-mail address is found. Ours need no escapes.
#[must_use]
pub fn customer_path(email: &str) -> String {
    format!("/api/v1/customers?email={email}")
}

/// The customer that was found, if there is one.
///
/// # Errors
/// When the answer says something else.
pub fn found(answer: &[u8]) -> anyhow::Result<Option<Account>> {
    #[derive(Deserialize)]
    struct Customers {
        data: Vec<Account>,
    }
    let mut customers: Customers =
        serde_json::from_slice(answer).context("cannot understand a search for a customer")?;
    Ok(customers.data.pop())
}

/// An account, as it is shown or was changed.
///
/// # Errors
/// When the answer says something else.
pub fn account(answer: &[u8]) -> anyhow::Result<Account> {
    serde_json::from_slice(answer).context("cannot understand an account")
}

/// An account that is shown, in the words of [`found`].
///
/// # Errors
/// When the answer says something else.
pub fn shown(answer: &[u8]) -> anyhow::Result<Option<Account>> {
    account(answer).map(Some)
}

/// The wish for other names.
#[must_use]
pub fn names_body(Names { first_name, last_name }: &Names) -> Bytes {
    json!({"firstName": first_name, "lastName": last_name}).to_string().into()
}

/// Makes the account of a customer, or finds the one that they have: to hash a password takes long.
///
/// # Errors
/// When the server refuses, or the connection breaks.
pub async fn enrol(door: &mut Connection, email: &str, names: &Names) -> anyhow::Result<Account> {
    let known = door.get(&customer_path(email)).await?;
    let known = known.expect(StatusCode::OK).context("cannot look for a customer")?;
    if let Some(known) = found(&known)? {
        // Agents find customers too, and would be refused only when everything runs.
        let known = door.get(&user_path(&known.id)).await?;
        return account(&known.expect(StatusCode::OK).context("cannot read an account")?);
    }
    let Names { first_name, last_name } = names;
    let wish = json!({
        "email": email, "password": PASSWORD, "firstName": first_name, "lastName": last_name, "role": "CUSTOMER",
    });
    let made = door.send(Method::POST, USERS_PATH, wish.to_string().into()).await?;
    account(&made.expect(StatusCode::CREATED).context("cannot make an account")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_found_or_not() {
        let ann = r#"{"id":"usr_1","email":"a@b.example","firstName":"Ann","lastName":"Doe"}"#;
        let names = Names { first_name: "Ann".to_owned(), last_name: "Doe".to_owned() };
        let expected = Account { id: "usr_1".to_owned(), names };
        assert_eq!(account(ann.as_bytes()).unwrap(), expected);
        assert_eq!(found(format!(r#"{{"data":[{ann}]}}"#).as_bytes()).unwrap(), Some(expected));
        assert_eq!(found(br#"{"data":[]}"#).unwrap(), None);
        assert!(found(b"{}").is_err() && account(b"{}").is_err());
    }
}
