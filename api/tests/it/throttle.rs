//! How often somebody may try, with the limits of production.

use api::{Options, Role};
use serde_json::json;

use crate::members::PASSWORD;
use crate::stage::{Answer, Stage};

async fn stage() -> Stage {
    Stage::with(Options::default()).await
}

async fn guess(stage: &Stage, email: &str, from: &str) -> Answer {
    let body = json!({ "email": email, "password": "wrong horse" });
    stage.ask("POST", "/api/v1/auth/login").from(from).json(&body).send().await
}

#[tokio::test]
async fn an_account_is_guessed_at_five_times_a_minute_from_one_address() {
    let stage = stage().await;
    let ann = stage.member(Role::Customer).await;
    for _ in 0..5 {
        assert_eq!(guess(&stage, &ann.email, "192.0.2.7").await.status, 401);
    }
    let refused = guess(&stage, &ann.email.to_uppercase(), "192.0.2.7").await;
    assert_eq!(refused.outcome(), (429, "rate-limited".to_owned()));
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((30..=31).contains(&wait), "{wait}");
    let body = json!({ "email": ann.email, "password": PASSWORD });
    let right = stage.ask("POST", "/api/v1/auth/login").from("192.0.2.7").json(&body).send().await;
    assert_eq!(right.status, 429, "not even the right one passes, or it could be found");
    let elsewhere = stage.ask("POST", "/api/v1/auth/login").from("192.0.2.8").json(&body).send().await;
    assert_eq!(elsewhere.status, 200, "its owner is not locked out");
    assert_eq!(stage.state.metrics.shed.get(), 0);
}

#[tokio::test]
async fn one_address_tries_twenty_times_a_minute() {
    let stage = stage().await;
    for number in 0..20 {
        let answer = guess(&stage, &format!("nobody{number}@example.com"), "192.0.2.7").await;
        assert_eq!(answer.status, 401, "{number}");
    }
    assert_eq!(guess(&stage, "another@example.com", "192.0.2.7").await.status, 429);
}

#[tokio::test]
async fn one_address_registers_thirty_times_an_hour() {
    let stage = stage().await;
    let register = async |number: usize| {
        let body = json!({
            "email": format!("new{number}@example.com"), "password": PASSWORD, "firstName": "N", "lastName": "N",
        });
        stage.ask("POST", "/api/v1/auth/register").json(&body).send().await
    };
    for number in 0..30 {
        assert_eq!(register(number).await.status, 201, "{number}");
    }
    assert_eq!(register(30).await.outcome(), (429, "rate-limited".to_owned()));
}

#[tokio::test]
async fn a_header_that_anybody_can_write_changes_nobodys_address() {
    let stage = stage().await;
    for number in 0..6 {
        let body = json!({ "email": "nobody@example.com", "password": "wrong horse" });
        let ask = stage
            .ask("POST", "/api/v1/auth/login")
            .header("x-forwarded-for", &format!("198.51.100.{number}"));
        let answer = ask.json(&body).send().await;
        assert_eq!(answer.status.as_u16(), if number < 5 { 401 } else { 429 });
    }
}
