//! The first administrator: made over the running server, because it has the store.

use anyhow::{Context as _, Result, bail};
use api::{Keys, Role};
use bytes::Bytes;
use clap::{Args, Subcommand};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

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
        None => token(config)?,
    };
    let password = wish.password.clone().map_or_else(draw, Ok)?;
    let body = json!({
        "email": wish.email, "password": password, "firstName": wish.first_name, "lastName": wish.last_name,
        "role": Role::Admin,
    });
    let (status, said) = ask(config, &token, &body).await?;
    if status != 201 {
        bail!("{}", refusal(status, &said));
    }
    println!("administrator {} was made", wish.email);
    if wish.password.is_none() {
        println!("password {password}");
        println!("It is shown this once. Sign in and change it.");
    }
    Ok(())
}

/// A token of the house itself, which makes no second administrator.
fn token(config: &Config) -> Result<String> {
    let keys = Keys::load_or_create(&config.data_dir).context("cannot use the signing key")?;
    let subject = "console".parse().context("a subject")?;
    let now = actors::engine::clock::now().millis() / 1_000;
    Ok(keys.issue(Role::Admin, &subject, TOKEN_SECS, now))
}

/// A password that nobody guesses.
fn draw() -> Result<String> {
    let mut bytes = [0; PASSWORD_CHARS];
    getrandom::fill(&mut bytes).ok().context("the system gives no randomness")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect())
}

async fn ask(config: &Config, token: &str, body: &Value) -> Result<(u16, Value)> {
    let place = config.reached_at();
    let stream = TcpStream::connect(place).await;
    let stream =
        stream.with_context(|| format!("no server answers at {place}; start it with `aisle serve`"))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the connection; its error is the request's as well.
    let connection = tokio::spawn(connection);
    let request = Request::post("/api/v1/users")
        .header("host", place.to_string())
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))?;
    let answer = sender.send_request(request).await.context("the server broke off")?;
    let status = answer.status().as_u16();
    let said = answer.into_body().collect().await.context("the server broke off")?.to_bytes();
    connection.abort();
    Ok((status, serde_json::from_slice(&said).unwrap_or_default()))
}

/// What the server says, on one line.
fn refusal(status: u16, said: &Value) -> String {
    let mut text =
        format!("refused with {status}: {}", said["detail"].as_str().unwrap_or("no reason was given"));
    for bad in said["errors"].as_array().into_iter().flatten() {
        let member = |name: &str| bad[name].as_str().unwrap_or_default();
        text = format!("{text}; {}: {}", member("field"), member("message"));
    }
    text
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

    #[test]
    fn a_refusal_names_every_field() {
        let said =
            json!({ "detail": "some fields", "errors": [{ "field": "email", "message": "it must be" }] });
        assert_eq!(refusal(422, &said), "refused with 422: some fields; email: it must be");
    }
}
