//! The five command lines that a newcomer pastes, as they stand in the contract.

use super::open;
use super::paste::paste;
use crate::server::Server;

const REGISTER: &str = r#"curl -X POST http://localhost:3000/api/v1/auth/register -H "Content-Type: application/json" -d '{"email":"test@example.com","password":"Test123!","firstName":"John","lastName":"Doe","role":"CUSTOMER"}'"#;
const LOGIN: &str = r#"curl -X POST http://localhost:3000/api/v1/auth/login -H "Content-Type: application/json" -d '{"email":"test@example.com","password":"Test123!"}'"#;
const SEARCH: &str = r#"curl -X POST http://localhost:3000/api/v1/flights/search -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{"origin":"JFK","destination":"LAX","departureDate":"<a loaded day>","passengers":{"adults":1,"children":0,"infants":0},"cabinClass":"ECONOMY"}'"#;
const BOOK: &str = r#"curl -X POST http://localhost:3000/api/v1/bookings -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{"flightId":"YOUR_FLIGHT_ID","cabinClass":"ECONOMY","passengers":[{"type":"ADULT","title":"Mr","firstName":"John","lastName":"Doe","dateOfBirth":"1990-01-01"}],"contactInfo":{"email":"test@example.com","phone":"+1234567890"}}'"#;
const MINE: &str =
    r#"curl http://localhost:3000/api/v1/bookings/my-bookings -H "Authorization: Bearer $TOKEN""#;

async fn newcomer(server: &Server) {
    open(server, 1, ("JFK", "LAX"), (13, 19), "Y:1-5:AB-CD").await;
    let mut web = server.web().await;
    assert_eq!(paste(&mut web, REGISTER).await.status, 201);
    let login = paste(&mut web, LOGIN).await;
    assert_eq!(login.status, 200, "{login:?}");
    let token = login.text("accessToken");
    let filled = |line: &str| line.replace("$TOKEN", &token).replace("<a loaded day>", "2030-06-01");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let flight = loop {
        let found = paste(&mut web, &filled(SEARCH)).await;
        assert_eq!(found.status, 200, "{found:?}");
        if let Some(flight) = found.json()["data"][0]["flightId"].as_str() {
            break flight.to_owned();
        }
        assert!(std::time::Instant::now() < until, "what was opened is found");
    };
    let made = paste(&mut web, &filled(BOOK).replace("YOUR_FLIGHT_ID", &flight)).await;
    assert_eq!((made.status, made.text("status").as_str()), (201, "HELD"), "{}", made.json());
    assert_eq!(made.json()["slices"][0]["segments"][0]["flightId"], flight.as_str());
    let mine = paste(&mut web, &filled(MINE)).await;
    assert_eq!((mine.status, &mine.json()["data"][0]["pnr"]), (200, &made.json()["pnr"]), "{mine:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_pastes_five_lines() {
    let mut server = Server::start(&[]).await;
    newcomer(&server).await;
    assert_eq!(server.stop(), Some(0));
    server.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_pastes_five_lines_over_postgres() {
    let url = testbed::Postgres::shared().new_database().expect("a database");
    newcomer(&Server::start(&[("DATABASE_URL", &url)]).await).await;
}
