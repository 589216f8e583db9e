//! Accounts on a running server: from the command line's first administrator to a socket that is cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;
use crate::shop;
use crate::viewers::{next, send, socket};
use crate::web::{Answer, With};

/// How long a change may take until it acts everywhere.
const WITHIN: Duration = Duration::from_secs(5);

async fn ask(server: &Server, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
    let mut web = server.web().await;
    web.ask(method, path, With { token, body, ..With::default() }).await.expect("an answer")
}

async fn post(server: &Server, path: &str, body: &Value) -> Answer {
    ask(server, "POST", path, None, Some(body)).await
}

async fn sign_in(server: &Server, email: &str, password: &str) -> Answer {
    let answer = post(server, "/api/v1/auth/login", &json!({ "email": email, "password": password })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

async fn profile(server: &Server, token: &str) -> u16 {
    ask(server, "GET", "/api/v1/auth/profile", Some(token), None).await.status
}

/// The first two command lines that a newcomer pastes.
async fn register_and_sign_in(server: &Server) -> Answer {
    let body = json!({
        "email": "test@example.com", "password": "Test123!", "firstName": "John", "lastName": "Doe", "role": "CUSTOMER",
    });
    let registered = post(server, "/api/v1/auth/register", &body).await;
    assert_eq!(registered.status, 201, "{registered:?}");
    sign_in(server, "test@example.com", "Test123!").await
}

/// Makes the first administrator with a drawn password, and signs them in.
async fn administrator(server: &Server) -> String {
    let (made, said) = server.command(&["admin", "create", "--email", "root@example.com"]);
    assert!(made, "{said}");
    let password = said.lines().find_map(|line| line.strip_prefix("password ")).expect("it is printed");
    sign_in(server, "root@example.com", password).await.text("accessToken")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_suspends_whose_token_and_socket_stop_at_once() {
    let mut server = Server::start(&[]).await;
    suspend(&mut server).await;
    server.stop();
    server.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_suspends_over_postgres_too() {
    let url = testbed::Postgres::shared().new_database().expect("a database");
    suspend(&mut Server::start(&[("DATABASE_URL", &url)]).await).await;
}

async fn suspend(server: &mut Server) {
    let john = register_and_sign_in(server).await;
    let (token, id) =
        (john.text("accessToken"), john.json()["user"]["id"].as_str().expect("a name").to_owned());
    let root = administrator(server).await;
    let path = format!("/api/v1/users/{id}");
    let granted =
        ask(server, "PATCH", &format!("{path}/role"), Some(&root), Some(&json!({ "role": "TRAVEL_AGENT" })))
            .await;
    assert_eq!((granted.status, granted.text("role").as_str()), (200, "TRAVEL_AGENT"));
    assert_eq!(profile(server, &token).await, 401, "the token of the role before is void");
    let token = sign_in(server, "test@example.com", "Test123!").await.text("accessToken");
    let ticket = ask(server, "POST", "/api/v1/auth/ws-ticket", Some(&token), None).await.text("ticket");
    let mut live = socket(server.port()).await.expect("a socket");
    assert!(send(&mut live, &json!({ "op": "auth", "ticket": ticket })).await);
    assert!(send(&mut live, &json!({ "op": "ping" })).await);
    assert_eq!(next(&mut live).await.expect("a frame")["type"], "pong");
    let suspended =
        ask(server, "PATCH", &format!("{path}/status"), Some(&root), Some(&json!({ "status": "SUSPENDED" })))
            .await;
    let began = Instant::now();
    assert_eq!(suspended.status, 200, "{suspended:?}");
    assert_eq!(profile(server, &token).await, 401);
    assert_eq!(next(&mut live).await, None, "the socket has ended");
    assert!(began.elapsed() < WITHIN);
    // As a power cut would: what was answered is still so.
    server.launch(&[]);
    server.ready().await;
    assert_eq!(profile(server, &token).await, 401, "a new process knows which tokens are void");
    assert_eq!(profile(server, &root).await, 200, "and which are not");
    let again = json!({ "email": "test@example.com", "password": "Test123!" });
    assert_eq!(post(server, "/api/v1/auth/login", &again).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_makes_one_administrator_and_says_why_no_other() {
    let mut server = Server::start(&[]).await;
    let (made, said) =
        server.command(&["admin", "create", "--email", "root@example.com", "--password", "short"]);
    assert!(!made && said.contains("password") && said.contains("8 to 128"), "{said}");
    let root = administrator(&server).await;
    let (made, said) = server.command(&["admin", "create", "--email", "second@example.com"]);
    assert!(!made && said.contains("there is an administrator"), "{said}");
    assert!(!said.contains("password "), "none was made: {said}");
    let (made, said) =
        server.command(&["admin", "create", "--email", "second@example.com", "--token", &root]);
    assert!(made, "an administrator may: {said}");
    let (made, said) = server.command(&["token", "--role", "ADMIN", "--subject", "usr_somebody"]);
    assert!(!made && said.contains("sign in"), "{said}");
    server.kill();
    let (made, said) = server.command(&["admin", "create", "--email", "third@example.com"]);
    assert!(!made && said.contains("aisle serve"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_is_published_by_the_running_server() {
    let server = Server::start(&[]).await;
    let keys = async || {
        let keys = ask(&server, "GET", "/.well-known/jwks.json", None, None).await.json();
        keys["keys"].as_array().expect("keys").len()
    };
    assert_eq!(keys().await, 1);
    let (done, said) = server.command(&["key", "rotate"]);
    assert!(done && said.contains("630 seconds"), "{said}");
    let (done, said) = server.command(&["key", "rotate"]);
    assert!(!done && said.contains("already"), "{said}");
    let until = Instant::now() + 4 * WITHIN;
    while keys().await == 1 {
        assert!(Instant::now() < until, "the server takes no notice");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Holds and releases a seat so many times; how long the holds took, the middle one and the last but a few.
async fn holds(server: &Server, flight: &str, times: usize) -> (Duration, Duration) {
    let (token, mut web) = (server.token("CUSTOMER", "ann"), server.web().await);
    let mut took = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        let held = shop::hold(&mut web, flight, &token, None, "1A").await;
        took.push(began.elapsed());
        assert_eq!(held.status, 201, "{held:?}");
        assert_eq!(shop::release(&mut web, flight, &token, &held.text("holdId")).await.status, 204);
    }
    took.sort_unstable();
    (took[times / 2], took[times * 95 / 100])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_sign_ins_is_shed_and_holds_go_on() {
    let server = Arc::new(Server::start(&[]).await);
    let flight = shop::open(&server, 1, shop::SMALL).await;
    register_and_sign_in(&server).await;
    let quiet = holds(&server, &flight, 100).await;
    let stops = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..60).map(|_| tokio::spawn(guess(server.clone(), stops.clone()))).collect();
    let flooded = holds(&server, &flight, 100).await;
    stops.store(true, Ordering::Relaxed);
    let (mut refused, mut shed) = (0, 0);
    for guesser in flood {
        let (wrong, busy) = guesser.await.expect("a guesser");
        (refused, shed) = (refused + wrong, shed + busy);
    }
    println!("holds {quiet:?}, beside {refused} sign-ins and {shed} that were shed {flooded:?}");
    assert!(refused > 0 && shed > 0, "{refused} were answered, {shed} shed");
    // A hold that waited for hashes would wait for ten times as long.
    let bound = 5 * quiet.0 + Duration::from_millis(50);
    assert!(flooded.0 < bound, "{quiet:?}, then {flooded:?}");
}

/// Tries to sign in until it is told to stop; how often it was wrong, and how often it was sent away.
async fn guess(server: Arc<Server>, stops: Arc<AtomicBool>) -> (u32, u32) {
    let (mut web, mut wrong, mut shed) = (server.web().await, 0, 0);
    let body = json!({ "email": "test@example.com", "password": "wrong horse" });
    while !stops.load(Ordering::Relaxed) {
        let with = With { body: Some(&body), ..With::default() };
        match web.ask("POST", "/api/v1/auth/login", with).await.expect("an answer").status {
            401 => wrong += 1,
            503 => shed += 1,
            other => panic!("{other}"),
        }
    }
    (wrong, shed)
}
