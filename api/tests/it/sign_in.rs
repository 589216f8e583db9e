//! Signing in, staying signed in, signing out.

use std::time::{Duration, Instant};

use api::Role;
use serde_json::json;

use crate::members::PASSWORD;
use crate::stage::{Answer, Ask, Stage};

fn body_without_name(answer: &Answer) -> serde_json::Value {
    let mut body = answer.json();
    body["requestId"].take();
    body
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let stage = Stage::new().await;
    let ann = stage.member(Role::Customer).await;
    let wrong = stage.sign_in(&ann.email, "wrong horse").await;
    assert_eq!(wrong.outcome(), (401, "unauthenticated".to_owned()));
    for (email, password) in [("nobody@example.com", PASSWORD), ("no address", PASSWORD), (&ann.email, "")] {
        let other = stage.sign_in(email, password).await;
        assert_eq!(body_without_name(&other), body_without_name(&wrong), "{email}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_take_as_long() {
    let stage = Stage::new().await;
    let ann = stage.member(Role::Customer).await;
    let time = async |email: &str| {
        let began = Instant::now();
        assert_eq!(stage.sign_in(email, "wrong horse").await.status, 401);
        began.elapsed()
    };
    // In turns, so that whatever else the machine does befalls both.
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        known.push(time(&ann.email).await);
        unknown.push(time("nobody@example.com").await);
    }
    known.sort_unstable();
    unknown.sort_unstable();
    let (known, unknown) = (known[7], unknown[7]);
    // One that made no hash would take a hundredth.
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "{known:?} and {unknown:?}");
}

#[tokio::test]
async fn a_hash_that_came_along_is_replaced_when_its_owner_signs_in() {
    let stage = Stage::new().await;
    // `Test123!` under bcrypt, as another system kept it.
    let kept = "$2b$04$abcdefghijklmnopqrstuuc1v0RjomgASaaVwvOKJNz5kr8MMyxxC";
    let id = stage.account_with(Role::Customer, ("ann@example.com", "Ann"), kept).await;
    assert_eq!(stage.sign_in("ann@example.com", "wrong horse").await.status, 401);
    assert_eq!(stage.state.people.password(&id).await.unwrap().as_deref(), Some(kept));
    let signed_in = stage.sign_in("ann@example.com", PASSWORD).await;
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    let now = stage.state.people.password(&id).await.unwrap().unwrap();
    assert!(now.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{now}");
    assert_eq!(stage.sign_in("ann@example.com", PASSWORD).await.status, 200, "and again");
    assert!(stage.opens(&signed_in.text("accessToken")).await, "it is the same password");
}

#[tokio::test]
async fn a_suspended_account_is_told_so_only_with_its_password() {
    let stage = Stage::new().await;
    let (ann, root) = (stage.member(Role::Customer).await, stage.member(Role::Admin).await);
    let path = format!("{}/status", ann.path());
    let asked = stage.ask("PATCH", &path).by(&root.access).json(&json!({ "status": "SUSPENDED" }));
    assert_eq!(asked.send().await.status, 200);
    let right = stage.sign_in(&ann.email, PASSWORD).await;
    assert_eq!(right.outcome(), (403, "forbidden".to_owned()));
    assert!(right.text("detail").contains("suspended"));
    assert_eq!(stage.sign_in(&ann.email, "wrong horse").await.outcome(), (401, "unauthenticated".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_its_reuse_ends_the_session() {
    let stage = Stage::new().await;
    let ann = stage.member(Role::Customer).await;
    let renewed = stage.renew(&ann.refresh).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    assert!(stage.opens(&renewed.text("accessToken")).await);
    assert_ne!(renewed.text("refreshToken"), ann.refresh);
    let lost = stage.renew(&ann.refresh).await;
    assert_eq!(lost.text("refreshToken"), renewed.text("refreshToken"), "an answer that was lost");
    let thief = stage.ask("POST", "/api/v1/auth/refresh").from("198.51.100.7");
    let stolen = thief.json(&json!({ "refreshToken": ann.refresh })).send().await;
    assert_eq!(stolen.outcome(), (401, "unauthenticated".to_owned()));
    for token in [&ann.access, &renewed.text("accessToken")] {
        assert!(!stage.opens(token).await, "its access tokens are void at once");
    }
    assert_eq!(stage.renew(&renewed.text("refreshToken")).await.status, 401, "and so is what came of it");
    assert_eq!(stage.state.metrics.stolen.get(), 1);
    let audit = stage.state.people.audit_of(&ann.id, 10).await.unwrap();
    assert_eq!(audit.last().unwrap().action, "refresh-reused");
    for nonsense in ["", "x", &"A".repeat(43), &"A".repeat(60_000)] {
        assert_eq!(stage.renew(nonsense).await.outcome(), (401, "unauthenticated".to_owned()));
    }
}

#[tokio::test]
async fn whoever_refreshes_twice_at_once_stays_signed_in() {
    let stage = Stage::new().await;
    let ann = stage.member(Role::Customer).await;
    let (one, two) = tokio::join!(stage.renew(&ann.refresh), stage.renew(&ann.refresh));
    assert_eq!(one.text("refreshToken"), two.text("refreshToken"));
    assert_eq!(stage.renew(&one.text("refreshToken")).await.status, 200);
}

#[tokio::test]
async fn signing_out_ends_this_sign_in_and_no_other() {
    let stage = Stage::new().await;
    let here = stage.member(Role::Customer).await;
    let there = stage.sign_in(&here.email, PASSWORD).await;
    let logout = stage.ask("POST", "/api/v1/auth/logout").by(&here.access).send().await;
    assert_eq!(logout.status, 204, "{logout:?}");
    assert!(logout.header("set-cookie").contains("Max-Age=0"), "{logout:?}");
    assert!(!stage.opens(&here.access).await);
    assert_eq!(stage.renew(&here.refresh).await.status, 401);
    assert!(stage.opens(&there.text("accessToken")).await);
}

#[tokio::test]
async fn sign_ins_are_listed_and_ended_one_by_one_or_all() {
    let stage = Stage::new().await;
    let here = stage.member(Role::Customer).await;
    let body = json!({ "email": here.email, "password": PASSWORD });
    let phone =
        stage.ask("POST", "/api/v1/auth/login").header("user-agent", "a phone").json(&body).send().await;
    let list = async |token: &str| {
        let listed = stage.ask("GET", "/api/v1/auth/sessions").by(token).send().await;
        listed.json()["data"].as_array().unwrap().clone()
    };
    let listed = list(&here.access).await;
    assert_eq!(listed.len(), 2);
    let of_phone = listed.iter().find(|session| session["client"] == "a phone").unwrap();
    assert_eq!(of_phone["current"], false);
    assert_eq!(listed.iter().filter(|session| session["current"] == true).count(), 1);
    let path = format!("/api/v1/auth/sessions/{}", of_phone["id"].as_str().unwrap());
    assert_eq!(stage.ask("DELETE", &path).by(&here.access).send().await.status, 204);
    assert_eq!(stage.ask("DELETE", &path).by(&here.access).send().await.status, 404);
    assert!(!stage.opens(&phone.text("accessToken")).await);
    assert_eq!(list(&here.access).await.len(), 1);
    let third = stage.sign_in(&here.email, PASSWORD).await;
    assert_eq!(stage.ask("DELETE", "/api/v1/auth/sessions").by(&here.access).send().await.status, 204);
    for token in [&here.access, &third.text("accessToken")] {
        assert!(!stage.opens(token).await, "everywhere is also here");
    }
    assert_eq!(stage.renew(&third.text("refreshToken")).await.status, 401);
    assert_eq!(stage.sign_in(&here.email, PASSWORD).await.status, 200, "one can come back");
}

#[tokio::test]
async fn a_token_is_verified_for_whoever_asks() {
    let stage = Stage::new().await;
    let ann = stage.member(Role::TravelAgent).await;
    let verify = async |token: &str| {
        let asked = stage.ask("POST", "/api/v1/auth/verify").json(&json!({ "token": token }));
        asked.send().await.json()
    };
    let told = verify(&ann.access).await;
    assert_eq!(told["valid"], true);
    let claims = told["claims"].as_object().unwrap();
    let names: Vec<&str> = claims.keys().map(String::as_str).collect();
    let mut expected = ["iss", "aud", "sub", "sid", "role", "ver", "iat", "nbf", "exp", "jti"];
    expected.sort_unstable();
    let mut names = names;
    names.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!((&claims["sub"], &claims["role"]), (&json!(ann.id), &json!("TRAVEL_AGENT")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    assert_eq!(verify("rubbish").await, json!({ "valid": false }));
    stage.ask("POST", "/api/v1/auth/logout").by(&ann.access).send().await;
    assert_eq!(verify(&ann.access).await, json!({ "valid": false }), "it was revoked");
}

/// Signs a browser in; its cookie.
async fn browser(stage: &Stage) -> (Answer, String) {
    let ann = stage.member(Role::Customer).await;
    let body = json!({ "email": ann.email, "password": PASSWORD, "cookie": true });
    let foreign =
        stage.ask("POST", "/api/v1/auth/login").header("origin", "https://evil.example").json(&body);
    assert_eq!(foreign.send().await.outcome(), (403, "forbidden".to_owned()));
    let ask = stage.ask("POST", "/api/v1/auth/login").header("origin", "https://aisle.example");
    let answer = ask.header("host", "aisle.example").json(&body).send().await;
    let cookie = answer.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    (answer, cookie)
}

fn refresh(stage: &Stage, cookie: &str) -> Ask {
    stage.ask("POST", "/api/v1/auth/refresh").header("cookie", cookie).header("host", "aisle.example")
}

#[tokio::test]
async fn a_browser_keeps_its_refresh_token_where_no_script_reads_it() {
    let stage = Stage::new().await;
    let (answer, cookie) = browser(&stage).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json().get("refreshToken").is_none(), "not in the body");
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-aisle-refresh="), "{set}");
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Max-Age=2592000"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let renewed = refresh(&stage, &cookie).header("origin", "https://aisle.example").send().await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    assert!(stage.opens(&renewed.text("accessToken")).await);
    assert!(renewed.json().get("refreshToken").is_none());
    assert_ne!(renewed.header("set-cookie").split(';').next().unwrap(), cookie);
}

#[tokio::test]
async fn a_cookie_is_taken_only_from_our_own_pages() {
    let stage = Stage::new().await;
    let (_, cookie) = browser(&stage).await;
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let mut ask = refresh(&stage, &cookie);
        if let Some(origin) = origin {
            ask = ask.header("origin", origin);
        }
        assert_eq!(ask.send().await.outcome(), (403, "forbidden".to_owned()), "{origin:?}");
    }
    let ours = refresh(&stage, &cookie).header("origin", "https://aisle.example").send().await;
    assert_eq!(ours.status, 200, "and nothing of that used it up");
    let nothing = stage.ask("POST", "/api/v1/auth/refresh").send().await;
    assert_eq!(nothing.outcome(), (422, "validation".to_owned()));
}

#[tokio::test]
async fn a_program_has_no_account() {
    let stage = Stage::new().await;
    let token = stage.token(Role::Admin, "program");
    for (method, path) in [
        ("GET", "/api/v1/auth/profile"),
        ("PATCH", "/api/v1/auth/profile"),
        ("POST", "/api/v1/auth/password"),
        ("GET", "/api/v1/auth/sessions"),
        ("DELETE", "/api/v1/auth/sessions"),
        ("POST", "/api/v1/auth/logout"),
    ] {
        let answer = stage.ask(method, path).by(&token).send().await;
        assert_eq!(answer.outcome(), (403, "forbidden".to_owned()), "{method} {path}");
        assert!(answer.text("detail").contains("program"), "{answer:?}");
    }
}

#[tokio::test]
async fn what_another_node_makes_void_is_void_here_when_it_is_heard_of() {
    let stage = Stage::new().await;
    let (ann, bob) = (stage.member(Role::Customer).await, stage.member(Role::Customer).await);
    // Another node over the same store, with a key of its own file.
    let at = actors::engine::clock::now() + Duration::ZERO;
    let by = persistence::identity::Audited { actor: &ann.id, at, request: "elsewhere" };
    stage.state.people.end_all_sessions(&ann.id, &by).await.unwrap();
    assert!(stage.opens(&ann.access).await, "nobody has told this node yet");
    api::catch_up(&stage.state).await.unwrap();
    assert!(!stage.opens(&ann.access).await);
    assert!(stage.opens(&bob.access).await);
}
