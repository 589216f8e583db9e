//! A thousand clients want the last two seats.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{BOOKINGS, counts, open, post, request};
use crate::server::Server;
use crate::web::Web;

/// Clients, each on a connection of its own.
const CLIENTS: usize = 1_000;

/// Principals between whom they are divided: a token takes a process to make.
const PRINCIPALS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_fight_for_the_last_two_seats_and_two_win() {
    let mut server = Server::start(&[]).await;
    let flight = open(&server, 1, ("JFK", "LAX"), (13, 19), "Y:1-1:A-C").await;
    let tokens: Arc<[String]> =
        (0..PRINCIPALS).map(|number| server.token("TRAVEL_AGENT", &format!("agent{number}"))).collect();
    let start = Arc::new(Barrier::new(CLIENTS));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let (tokens, start, port) = (tokens.clone(), start.clone(), server.port());
        let body = request(&[&flight], &["Doe"]);
        clients.spawn(async move {
            let mut web = Web::connect(port).await.expect("the server listens");
            start.wait().await;
            let token = &tokens[number % PRINCIPALS];
            let answer = post(&mut web, BOOKINGS, token, &format!("key{number}"), &body).await;
            (answer.status, answer.text("code"), answer.text("id"))
        });
    }
    let answers = clients.join_all().await;
    let won: Vec<_> = answers.iter().filter(|(status, ..)| *status == 201).collect();
    assert_eq!(won.len(), 2, "{won:?}");
    let lost = answers.iter().filter(|(status, code, _)| *status == 409 && code == "cabin-full").count();
    assert_eq!(lost, CLIENTS - 2, "all others are told why");
    let mut web = server.web().await;
    assert_eq!(counts(&mut web, &flight).await, (0, 2, 0));
    let admin = server.token("ADMIN", "root");
    for status in ["HELD", "REFUSED"] {
        let path = format!("{BOOKINGS}?status={status}&limit=1");
        let page = web.get(&path, Some(&admin)).await.expect("a list").json();
        let expected = if status == "HELD" { 2 } else { CLIENTS - 2 };
        assert_eq!(page["page"]["total"], expected, "{status}");
    }
    assert_eq!(server.stop(), Some(0));
    server.check();
}
