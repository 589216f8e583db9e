//! The first administrator: made over the running server, because it has the store.

use anyhow::{Context as _, Result, bail};
use api::Role;
use clap::{Args, Subcommand};
use hyper::Method;
use serde_json::json;

use crate::client::{self, Client};
use crate::config::Config;

/// How long the token lives with which the server is asked: as long as one question takes.
const TOKEN_SECS: u64 = 60;

/// Characters of a password that is drawn: 150 random bits.
const PASSWORD_CHARS: usize = 25;

/// Letters and digits that nobody takes for one another; a power of two, so that none is likelier than the others.
const LETTERS: &[u8; 64] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.+=%@";

/// What is done about administrators.
#[derive(Debug, Clone, Subcommand)]
pub enum Options {
    /// Make the first administrator; later ones are made by an administrator
    Create(Create),
}

/// The administrator to be made.
#[derive(Debug, Clone, Args)]
pub struct Create {
    /// The address by which they sign in
    #[arg(long)]
    email: String,
    /// Their password; one is drawn and printed when it is missing
    #[arg(long)]
    password: Option<String>,
    /// What they are called
    #[arg(long, default_value = "First")]
    first_name: String,
    /// And their family
    #[arg(long, default_value = "Administrator")]
    last_name: String,
    /// The access token of an administrator who makes this one
    #[arg(long, env = "AISLE_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// The verb `admin`.
///
/// # Errors
/// When no server runs, or it refuses.
pub async fn run(config: &Config, options: &Options) -> Result<()> {
    let Options::Create(wish) = options;
    let token = match &wish.token {
        Some(token) => token.clone(),
        // One of the house itself makes no second administrator.
        None => client::token(config, Role::Admin, "console", TOKEN_SECS)?,
    };
    let password = wish.password.clone().map_or_else(draw, Ok)?;
    let body = json!({
        "email": wish.email, "password": password, "firstName": wish.first_name, "lastName": wish.last_name,
        "role": Role::Admin,
    });
    let answer = Client::connect(config).await?.ask(Method::POST, "/api/v1/users", &token, &body).await?;
    if answer.status != 201 {
        bail!("{}", answer.refusal());
    }
    println!("administrator {} was made", wish.email);
    if wish.password.is_none() {
        println!("password {password}");
        println!("It is shown this once. Sign in and change it.");
    }
    Ok(())
}

/// A password that nobody guesses.
fn draw() -> Result<String> {
    let mut bytes = [0; PASSWORD_CHARS];
    getrandom::fill(&mut bytes).ok().context("the system gives no randomness")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_drawn_password_is_long_and_another_one_each_time() {
        assert_eq!(LETTERS.iter().collect::<BTreeSet<_>>().len(), 64);
        let drawn: BTreeSet<String> = (0..50).map(|_| draw().unwrap()).collect();
        assert_eq!(drawn.len(), 50);
        assert!(drawn.iter().all(|password| password.len() == PASSWORD_CHARS));
    }
}
