//! Keys that change while they are used.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actors::engine::clock;
use api::{Keys, Options, Role, State};
use serde_json::Value;
use tempfile::TempDir;

use crate::stage::{Stage, until};

fn now() -> i64 {
    clock::now().millis() / 1_000
}

fn names(keys: &Value) -> Vec<String> {
    let keys = keys["keys"].as_array().expect("keys").iter();
    keys.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

fn life(secs: u64) -> (TempDir, Keys) {
    let directory = tempfile::tempdir().expect("a directory");
    let keys = Keys::load_or_create(directory.path()).expect("a key").for_tokens_of(secs);
    (directory, keys)
}

#[test]
fn a_key_is_published_before_it_signs_and_verifies_after_it_has() {
    let (directory, keys) = life(600);
    let first = keys.name();
    let from = keys.rotate(now()).unwrap();
    assert!((629..=631).contains(&(from - now())), "one token's life, and what clocks may differ");
    assert_eq!(names(&keys.jwks()).len(), 2, "it is published at once");
    assert_eq!(keys.name(), first, "and does not sign yet");
    let said = keys.rotate(now()).unwrap_err().to_string();
    assert!(said.contains("already"), "{said}");
    assert!(!keys.refresh(from + 1).unwrap());
    assert!(names(&keys.jwks()).contains(&first), "its tokens are still out");
    assert!(!keys.refresh(from + 659).unwrap());
    assert!(keys.refresh(from + 660).unwrap(), "now it is dropped");
    assert!(!names(&keys.jwks()).contains(&first));
    let files = std::fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(files, 1, "its file is gone, drafts too");
    assert_ne!(keys.name(), first);
    assert!(keys.rotate(from + 700).unwrap() > from);
}

#[test]
fn a_key_that_another_process_draws_is_taken_in() {
    let (directory, keys) = life(600);
    let other = Keys::load_or_create(directory.path()).unwrap();
    assert_eq!(other.name(), keys.name(), "a house has its keys in common");
    other.rotate(now()).unwrap();
    assert!(!keys.refresh(now()).unwrap(), "nothing was dropped");
    assert_eq!(names(&keys.jwks()), names(&other.jwks()));
    std::fs::write(directory.path().join("signing-key.9999999999.pem"), "rubbish").unwrap();
    assert!(keys.refresh(now()).is_err());
    assert_eq!(names(&keys.jwks()), names(&other.jwks()), "a bad file changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_that_the_key_changes() {
    let mut stage = Stage::new().await;
    // Tokens of one second, and one clock: so a change of keys takes two.
    let (_directory, keys) = life(1);
    let (door, stores) = (stage.state.door.clone(), stage.state.stores());
    let options = Options {
        access_ttl_secs: 1,
        limits: api::Limits::LIFTED,
        rates: api::RateLimits::LIFTED,
        ..Options::default()
    };
    stage.state = State::new(door, stores, keys.for_clocks_within(0), options);
    stage.router = api::face(&stage.state);
    let stops = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> =
        (0..4).map(|number| tokio::spawn(client(number, stage.clone(), stops.clone()))).collect();
    let keys = stage.state.tokens.keys();
    let mut signed = vec![keys.name()];
    for _ in 0..2 {
        let before = keys.name();
        keys.rotate(now()).unwrap();
        until(async || {
            stage.state.tokens.refresh_keys();
            !names(&keys.jwks()).contains(&before)
        })
        .await;
        signed.push(keys.name());
    }
    stops.store(true, Ordering::Relaxed);
    let mut asked = 0;
    for client in clients {
        asked += client.await.unwrap();
    }
    signed.dedup();
    assert_eq!(signed.len(), 3, "it changed twice");
    assert!(asked > 100, "{asked}");
}

/// Uses each token for a part of its life, then asks for another one; how often it asked.
async fn client(number: u32, stage: Stage, stops: Arc<AtomicBool>) -> u32 {
    let mut asked = 0;
    while !stops.load(Ordering::Relaxed) {
        let (token, began) = (stage.token(Role::Customer, &format!("client{number}")), Instant::now());
        while began.elapsed() < Duration::from_millis(300) {
            let answer = stage.ask("POST", "/api/v1/auth/ws-ticket").by(&token).send().await;
            assert_eq!(answer.status, 200, "{answer:?}");
            asked += 1;
            tokio::task::yield_now().await;
        }
    }
    asked
}
