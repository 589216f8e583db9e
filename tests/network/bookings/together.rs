//! An agent books a trip for three, and everybody hears what they may.

use serde_json::{Value, json};

use super::{BOOKINGS, open, post, request};
use crate::server::Server;
use crate::viewers::{Socket, next, send, socket};
use crate::web::With;

async fn signed(server: &Server, token: &str) -> Socket {
    let with = With { token: Some(token), ..With::default() };
    let ticket = server.web().await.insist("POST", "/api/v1/auth/ws-ticket", with).await.text("ticket");
    let mut live = socket(server.port()).await.expect("a socket");
    assert!(send(&mut live, &json!({ "op": "auth", "ticket": ticket })).await);
    assert!(next_until_pong(&mut live).await.is_empty());
    live
}

async fn next_until_pong(live: &mut Socket) -> Vec<Value> {
    assert!(send(live, &json!({ "op": "ping" })).await);
    let mut before = Vec::new();
    loop {
        let frame = next(live).await.expect("a frame");
        if frame["type"] == "pong" {
            return before;
        }
        before.push(frame);
    }
}

async fn customer(server: &Server) -> (String, String) {
    let mut web = server.web().await;
    let new =
        json!({ "email": "ann@example.com", "password": "Test123!", "firstName": "Ann", "lastName": "Doe" });
    let made =
        web.insist("POST", "/api/v1/auth/register", With { body: Some(&new), ..With::default() }).await;
    assert_eq!(made.status, 201, "{made:?}");
    let login = json!({ "email": "ann@example.com", "password": "Test123!" });
    let login =
        web.insist("POST", "/api/v1/auth/login", With { body: Some(&login), ..With::default() }).await;
    (made.text("id"), login.text("accessToken"))
}

async fn three_travel(server: &Server) {
    let out = open(server, 1, ("JFK", "DEN"), (13, 17), "Y:1-9:ABC-DEF").await;
    let on = open(server, 2, ("DEN", "LAX"), (19, 22), "Y:1-9:AB-CD").await;
    let (ann, of_ann) = customer(server).await;
    let (agent, admin) = (server.token("TRAVEL_AGENT", "agent"), server.token("ADMIN", "root"));
    let bob = server.token("CUSTOMER", "bob");
    let mut hear =
        [signed(server, &of_ann).await, signed(server, &agent).await, signed(server, &admin).await];
    let mut deaf = [signed(server, &bob).await, signed(server, &server.token("TRAVEL_AGENT", "other")).await];
    let mut web = server.web().await;
    let mut body = request(&[&out, &on], &["Doe", "Roe", "Poe"]);
    body["customerId"] = ann.into();
    let made = post(&mut web, BOOKINGS, &agent, "trip", &body).await;
    assert_eq!((made.status, made.text("status").as_str()), (201, "HELD"), "{}", made.json());
    for segment in made.json()["slices"][0]["segments"].as_array().expect("one direction of two") {
        let seats = segment["seats"].as_array().expect("seats").iter();
        let mut seats: Vec<&str> = seats.map(|seat| seat["seat"].as_str().expect("a seat")).collect();
        seats.sort_unstable();
        let (row, columns): (Vec<&str>, Vec<&str>) = seats.iter().map(|seat| seat.split_at(1)).unzip();
        assert!(row.iter().all(|other| *other == row[0]), "one row: {seats:?}");
        let columns = columns.concat();
        assert!("ABCDEF".contains(&columns), "side by side: {seats:?}");
    }
    let path = format!("{BOOKINGS}/{}/confirm", made.text("id"));
    let paid = post(&mut web, &path, &agent, "paid", &json!({ "reference": "INV-1" })).await;
    assert_eq!((paid.status, paid.text("status").as_str()), (200, "CONFIRMED"), "{}", paid.json());
    for live in &mut hear {
        for name in ["booking:created", "payment:completed", "booking:confirmed"] {
            let heard = next(live).await.expect("a frame");
            assert_eq!(
                (&heard["event"], &heard["data"]["pnr"]),
                (&name.into(), &made.json()["pnr"]),
                "{heard}"
            );
        }
    }
    for live in &mut deaf {
        assert_eq!(next_until_pong(live).await, Vec::<Value>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_books_two_segments_for_three_and_all_three_hear_of_it() {
    let mut server = Server::start(&[]).await;
    three_travel(&server).await;
    assert_eq!(server.stop(), Some(0));
    server.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_books_two_segments_for_three_over_postgres() {
    let url = testbed::Postgres::shared().new_database().expect("a database");
    three_travel(&Server::start(&[("DATABASE_URL", &url)]).await).await;
}
