//! Nothing that belongs to a person is where it does not belong: planted markers are looked for in what the server says,
//! counts and shares.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;
use crate::viewers::{next, send, socket};
use crate::web::With;

const EMAIL: &str = "qzmarkermail@example.com";
const PASSWORD: &str = "qzmarker words that nobody says";
const MARKER: &str = "qzmarker";
const CARD: &str = "4000 0566 5566 5556";

async fn ask(server: &Server, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Value {
    let mut web = server.web().await;
    let answer = web.ask(method, path, With { token, body, ..With::default() }).await.expect("an answer");
    answer.json()
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
}

/// Everything that a Redis has: the names, and what stands under them.
fn everything(url: &str) -> String {
    let address = url.trim_start_matches("redis://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).expect("Redis listens");
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a time limit");
    let mut said = Vec::new();
    stream.write_all(b"KEYS *\r\n").expect("Redis reads");
    // It ends by the time limit: nothing else ends an answer of unknown length.
    let _ = stream.read_to_end(&mut said);
    let names = String::from_utf8_lossy(&said).into_owned();
    for name in names.lines().filter(|line| line.starts_with("aisle:search:")) {
        let get = format!("*2\r\n$3\r\nGET\r\n${}\r\n{name}\r\n", name.len());
        stream.write_all(get.as_bytes()).expect("Redis reads");
    }
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

/// Books for somebody whose every field is a marker; the booking's two names.
async fn book(server: &Server, token: &str) -> (String, String) {
    let flight = crate::shop::open(server, 1, crate::shop::SMALL).await;
    let document =
        json!({ "type": "PASSPORT", "number": "X9042QZ", "country": "US", "expires": "2031-01-01" });
    let body = json!({
        "flightId": flight, "cabinClass": "ECONOMY",
        "passengers": [{ "type": "ADULT", "title": "Mr", "firstName": "Qzmarkerjohn", "lastName": "Qzmarkerdoe",
            "dateOfBirth": "1977-07-07", "document": document }],
        "contactInfo": { "email": "qzmarkerwrite@example.com", "phone": "+15550142" },
    });
    let wrong = json!({ "passengers": [{ "firstName": "Qzmarker1" }], "qzmarkerfield": 1 });
    ask(server, "POST", "/api/v1/bookings", Some(token), Some(&wrong)).await;
    let made = ask(server, "POST", "/api/v1/bookings", Some(token), Some(&body)).await;
    (text(&made, "id"), text(&made, "pnr"))
}

/// Sends a card's number wherever somebody might, and begins to pay; the secret end of what a browser pays with.
async fn pay(server: &Server, token: &str, booking: &str) -> String {
    let payment = format!("/api/v1/payments/pay_{booking}");
    for (path, body) in [
        ("/api/v1/payments/intents".to_owned(), json!({ "bookingId": booking, "card": CARD })),
        (format!("{payment}/confirm"), json!({ "paymentMethod": CARD })),
        ("/api/v1/bookings".to_owned(), json!({ "contactInfo": { "note": format!("{CARD} 12/27") } })),
    ] {
        let refused = ask(server, "POST", &path, Some(token), Some(&body)).await;
        let code = refused["code"].as_str().unwrap_or_default();
        assert!(["card-number", "not-found"].contains(&code), "{path}: {refused}");
    }
    let wish = json!({ "bookingId": booking });
    let begun = ask(server, "POST", "/api/v1/payments/intents", Some(token), Some(&wish)).await;
    let secret = text(&begun, "clientSecret");
    let (_, end) = secret.rsplit_once('_').expect("a name and a secret");
    end.to_owned()
}

/// Reads the booking in every way that there is.
async fn look_up(server: &Server, admin: &str, (booking, pnr): (&str, &str)) {
    let path = format!("/api/v1/bookings/{booking}");
    ask(server, "POST", &format!("{path}/confirm"), Some(admin), Some(&json!({ "reference": "INV-1" })))
        .await;
    let shown = ask(server, "GET", &path, Some(admin), None).await;
    assert_eq!(shown["passengers"][0]["lastName"], "Qzmarkerdoe", "whoever may sees them: {shown}");
    for query in ["?search=qzmarkerdoe", "?search=qzmarkerwrite@example.com"] {
        let found = ask(server, "GET", &format!("/api/v1/bookings{query}"), Some(admin), None).await;
        assert_eq!(found["page"]["total"], 1, "{query}: {found}");
    }
    ask(server, "GET", &format!("/api/v1/bookings/pnr/{pnr}?lastName=Qzmarkerdoe"), None, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_personal_is_found_in_no_log_no_count_and_nothing_shared() {
    let redis = testbed::Redis::start().expect("a Redis");
    let url = redis.url();
    let mut server =
        Server::start(&[("AISLE_LOG", "trace"), ("REDIS_URL", &url), ("AISLE_LOG_FORMAT", "json")]).await;
    let new = json!({ "email": EMAIL, "password": PASSWORD, "firstName": "Qzmarkerfirst", "lastName": "Qzmarkerlast" });
    let made = ask(&server, "POST", "/api/v1/auth/register", None, Some(&new)).await;
    ask(&server, "POST", "/api/v1/auth/register", None, Some(&new)).await;
    for password in [PASSWORD, "qzmarker that is wrong"] {
        let body = json!({ "email": EMAIL, "password": password, "qzmarkerfield": 1 });
        ask(&server, "POST", "/api/v1/auth/login", None, Some(&body)).await;
    }
    let wrong = json!({ "email": EMAIL, "password": "qzmarker that is wrong" });
    ask(&server, "POST", "/api/v1/auth/login", None, Some(&wrong)).await;
    let login = json!({ "email": EMAIL, "password": PASSWORD });
    let signed_in = ask(&server, "POST", "/api/v1/auth/login", None, Some(&login)).await;
    let (access, refresh) = (text(&signed_in, "accessToken"), text(&signed_in, "refreshToken"));
    let renamed = json!({ "firstName": "Qzmarkerother" });
    ask(&server, "PATCH", "/api/v1/auth/profile", Some(&access), Some(&renamed)).await;
    let ticket = text(&ask(&server, "POST", "/api/v1/auth/ws-ticket", Some(&access), None).await, "ticket");
    let mut live = socket(server.port()).await.expect("a socket");
    assert!(send(&mut live, &json!({ "op": "auth", "ticket": ticket })).await);
    assert!(send(&mut live, &json!({ "op": "ping" })).await);
    assert!(next(&mut live).await.is_some());
    let search = json!({
        "origin": "JFK", "destination": "LAX", "departureDate": "2090-06-01", "cabinClass": "ECONOMY",
        "passengers": { "adults": 1, "children": 0, "infants": 0 },
    });
    ask(&server, "POST", "/api/v1/flights/search", Some(&access), Some(&search)).await;
    let (booking, pnr) = book(&server, &access).await;
    let to_pay_with = pay(&server, &access, &booking).await;
    let renewed = json!({ "refreshToken": refresh });
    for _ in 0..2 {
        ask(&server, "POST", "/api/v1/auth/refresh", None, Some(&renewed)).await;
    }
    let (admin, path) = (server.token("ADMIN", "root"), format!("/api/v1/users/{}", text(&made, "id")));
    ask(&server, "GET", &format!("/api/v1/customers?email={EMAIL}"), Some(&admin), None).await;
    ask(&server, "PATCH", &format!("{path}/status"), Some(&admin), Some(&json!({ "status": "SUSPENDED" })))
        .await;
    look_up(&server, &admin, (&booking, &pnr)).await;
    let heard = next(&mut live).await.expect("an event");
    assert!(
        heard["event"] == "booking:created" && !heard.to_string().to_lowercase().contains(MARKER),
        "{heard}"
    );
    let metrics = server.web().await.get("/metrics", None).await.expect("counts");
    let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
    let shared = everything(&url);
    server.stop();
    let log = server.said();
    assert!(log.contains("\"stopped\""), "it was read to its end: {log}");
    assert!(metrics.contains("aisle_api_requests") && shared.contains("aisle:search:"), "{shared}");
    let stored = server.stored();
    assert!(stored.contains(&booking), "the journal was read");
    for marker in [
        "0566 5566",
        "4000056655665556",
        "qzmarkerdoe",
        "qzmarkerjohn",
        "qzmarkerwrite",
        "+15550142",
        "x9042qz",
        "1977-07-07",
    ] {
        assert!(!stored.to_lowercase().contains(marker), "{marker} stands in the store in clear");
    }
    for (place, said) in [("log", &log), ("metrics", &metrics), ("Redis", &shared)] {
        assert_clean(place, said, &to_pay_with, [&access, &refresh, &ticket, &admin]);
    }
}

/// No marker, no card, nothing that one pays or signs in with.
fn assert_clean(place: &str, said: &str, to_pay_with: &str, secrets: [&String; 4]) {
    let said = said.to_lowercase();
    let found = said.lines().find(|line| line.contains(MARKER));
    assert_eq!(found, None, "in the {place}");
    for card in [CARD, "4000056655665556", to_pay_with] {
        assert!(!said.contains(card), "a card, or with what one pays, stands in the {place}");
    }
    for secret in secrets {
        // The end of a token is what nobody can guess.
        let end = secret[secret.len() - 16..].to_lowercase();
        assert!(!said.contains(&end), "a token stands in the {place}");
    }
}
