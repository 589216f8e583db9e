//! The matrix: every operation of the document × who asks × whose it is. An operation without a row fails.

use std::collections::{BTreeMap, BTreeSet};

use api::Role;
use serde_json::{Value, json};

use crate::bookings::{name, request};
use crate::members::{Member, PASSWORD};
use crate::stage::{Answer, Stage, sale};

/// Somebody's, or nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of whoever asks.
    Own,
    /// Of somebody else.
    Other,
    /// There is none of that name.
    None,
}

/// How an operation answers. Each text has a letter for a stranger and one for each role, in the order of
/// [`Role::ALL`]: `y` it is granted, `u` 401, `n` 403, `-` 404, `s` 400 for want of a signature. An empty one: it cannot be asked so.
struct Row {
    place: &'static str,
    query: &'static str,
    body: Option<Value>,
    own: &'static str,
    other: &'static str,
    none: &'static str,
}

/// Anybody may.
const ALL: &str = "yyyyyy";
/// Whoever has a token may.
const SIGNED: &str = "uyyyyy";
/// Nobody of these finds anything.
const HIDDEN: &str = "u-----";
/// Whoever runs flights may.
const OPERATORS: &str = "unynny";
/// Whoever runs flights finds nothing.
const NO_FLIGHT: &str = "un-nn-";
/// Whoever may read accounts may.
const OVERSEERS: &str = "unnnyy";
/// Whoever may change them may.
const ADMINS: &str = "unnnny";
/// They find nothing.
const NO_ACCOUNT: &str = "unnnn-";

fn row(place: &'static str, fares: [&'static str; 3]) -> Row {
    let [own, other, none] = fares;
    Row { place, query: "", body: None, own, other, none }
}

impl Row {
    fn query(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    fn body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    fn fares(&self, whose: Whose) -> &'static str {
        match whose {
            Whose::Own => self.own,
            Whose::Other => self.other,
            Whose::None => self.none,
        }
    }
}

fn rows() -> Vec<Row> {
    let mut rows = vec![
        row("GET /healthz", [ALL, "", ""]),
        row("GET /readyz", [ALL, "", ""]),
        row("GET /metrics", [ALL, "", ""]),
        row("GET /.well-known/jwks.json", [ALL, "", ""]),
        // Without the words that open a socket it says so to everybody; `tests/live` says them.
        row("GET /api/v1/ops/live", [ADMINS, "", ""]),
        row("GET /api/v1/ws", ["wwwwww", "", ""]),
    ];
    rows.extend(flights());
    rows.extend(bookings());
    rows.extend(payments());
    rows.extend(sign_in());
    rows.extend(users());
    rows
}

fn flights() -> Vec<Row> {
    vec![
        row("GET /api/v1/flights", [ALL, "", ""]).query("?date=2090-06-01"),
        row("GET /api/v1/flights/airports", [ALL, "", ""]).query("?q=new"),
        row("GET /api/v1/flights/airlines", [ALL, "", ""]).query("?q=jet"),
        row("POST /api/v1/flights", [OPERATORS, "", ""]),
        row("POST /api/v1/flights/search", [ALL, "", ""]).body(json!({
            "origin": "JFK", "destination": "LAX", "departureDate": "2090-06-01", "passengers": { "adults": 1 },
            "cabinClass": "ECONOMY",
        })),
        row("GET /api/v1/flights/{flightId}", [ALL, "", "------"]),
        row("GET /api/v1/flights/{flightId}/availability", [ALL, "", "------"]),
        row("GET /api/v1/flights/{flightId}/seat-map", [ALL, "", "------"]),
        row("GET /api/v1/flights/{flightId}/seat-map/yours", [SIGNED, "", HIDDEN]),
        row("PATCH /api/v1/flights/{flightId}/status", [OPERATORS, "", NO_FLIGHT])
            .body(json!({ "status": "BOARDING" })),
        row("POST /api/v1/flights/{flightId}/blocks", [OPERATORS, "", NO_FLIGHT])
            .body(json!({ "seats": ["17D"], "reason": "CREW" })),
        row("DELETE /api/v1/flights/{flightId}/blocks", [OPERATORS, "", NO_FLIGHT])
            .body(json!({ "seats": ["17D"] })),
        row("POST /api/v1/flights/{flightId}/holds", [SIGNED, "", HIDDEN])
            .body(json!({ "cabinClass": "ECONOMY", "places": 1 })),
        row("GET /api/v1/flights/{flightId}/holds/{holdId}", [SIGNED, HIDDEN, HIDDEN]),
        row("DELETE /api/v1/flights/{flightId}/holds/{holdId}", [SIGNED, HIDDEN, HIDDEN]),
        row("POST /api/v1/flights/{flightId}/holds/{holdId}/extend", [SIGNED, HIDDEN, HIDDEN]),
    ]
}

fn bookings() -> Vec<Row> {
    // Customers see their own, agents what they made, business owners all; of all these the booking is a customer's.
    let (readers, changers) = ("u---yy", "u----y");
    vec![
        row("POST /api/v1/bookings", [SIGNED, "", ""]),
        row("GET /api/v1/bookings", [SIGNED, "", ""]),
        row("GET /api/v1/bookings/my-bookings", [SIGNED, "", ""]),
        row("GET /api/v1/bookings/stats", [OVERSEERS, "", ""]),
        row("GET /api/v1/bookings/{bookingId}", [SIGNED, readers, HIDDEN]),
        row("GET /api/v1/bookings/pnr/{pnr}", [ALL, "", "------"]).query("?lastName=Doe"),
        row("POST /api/v1/bookings/{bookingId}/confirm", ["unyyny", changers, HIDDEN])
            .body(json!({ "reference": "INV-1" })),
        row("POST /api/v1/bookings/{bookingId}/cancel/quote", [SIGNED, changers, HIDDEN]),
        row("POST /api/v1/bookings/{bookingId}/cancel", [SIGNED, changers, HIDDEN]),
        row("PATCH /api/v1/bookings/{bookingId}/seats", [SIGNED, changers, HIDDEN]),
        row("GET /api/v1/operations/{key}", [SIGNED, "", SIGNED]),
        row("GET /api/v1/stats/bookings", [OVERSEERS, "", ""]),
        row("GET /api/v1/stats/revenue", [OVERSEERS, "", ""]),
        row("GET /api/v1/stats/load-factor", [OVERSEERS, "", ""]),
        row("GET /api/v1/stats/agents", [OVERSEERS, "", ""]),
    ]
}

fn payments() -> Vec<Row> {
    // As with bookings: of all these the payment is a customer's.
    let (readers, changers) = ("u---yy", "u----y");
    vec![
        row("POST /api/v1/payments/intents", [SIGNED, "", ""]),
        row("GET /api/v1/payments/reconciliation", [OVERSEERS, "", ""]),
        row("GET /api/v1/payments/{paymentId}", [SIGNED, readers, HIDDEN]),
        row("GET /api/v1/payments/{paymentId}/ledger", [OVERSEERS, OVERSEERS, "unnn--"]),
        row("POST /api/v1/payments/{paymentId}/confirm", [SIGNED, changers, HIDDEN])
            .body(json!({ "paymentMethod": "pm_card_visa" })),
        row("POST /api/v1/payments/{paymentId}/refunds", ["unyyyy", readers, HIDDEN])
            .body(json!({ "reason": "late bags" })),
        row("POST /api/v1/payments/{paymentId}/sandbox", [SIGNED, changers, HIDDEN])
            .body(json!({ "outcome": "settle" })),
        // Only the provider can sign; `payments` does so.
        row("POST /api/v1/webhooks/stripe", ["ssssss", "", ""]).body(json!({ "id": "evt_1" })),
    ]
}

fn sign_in() -> Vec<Row> {
    vec![
        row("POST /api/v1/auth/register", [ALL, "", ""]),
        row("POST /api/v1/auth/login", [ALL, "", ""]),
        row("POST /api/v1/auth/refresh", [ALL, "", ""]),
        row("POST /api/v1/auth/verify", [ALL, "", ""]).body(json!({ "token": "some text" })),
        row("POST /api/v1/auth/logout", [SIGNED, "", ""]),
        row("GET /api/v1/auth/profile", [SIGNED, "", ""]),
        row("PATCH /api/v1/auth/profile", [SIGNED, "", ""]).body(json!({ "firstName": "Jack" })),
        row("POST /api/v1/auth/password", [SIGNED, "", ""])
            .body(json!({ "currentPassword": PASSWORD, "newPassword": "correct horse" })),
        row("GET /api/v1/auth/sessions", [SIGNED, "", ""]),
        row("DELETE /api/v1/auth/sessions", [SIGNED, "", ""]),
        row("DELETE /api/v1/auth/sessions/{sessionId}", [SIGNED, HIDDEN, HIDDEN]),
        row("POST /api/v1/auth/ws-ticket", [SIGNED, "", ""]),
    ]
}

fn users() -> Vec<Row> {
    vec![
        row("POST /api/v1/users", [ADMINS, "", ""]),
        row("GET /api/v1/users", [OVERSEERS, "", ""]),
        row("GET /api/v1/users/stats", [OVERSEERS, "", ""]),
        row("GET /api/v1/users/{userId}", [OVERSEERS, OVERSEERS, "unnn--"]),
        row("PATCH /api/v1/users/{userId}", [ADMINS, ADMINS, NO_ACCOUNT])
            .body(json!({ "lastName": "Smith" })),
        row("DELETE /api/v1/users/{userId}", [ADMINS, ADMINS, NO_ACCOUNT]),
        row("PATCH /api/v1/users/{userId}/status", [ADMINS, ADMINS, NO_ACCOUNT])
            .body(json!({ "status": "SUSPENDED" })),
        row("PATCH /api/v1/users/{userId}/role", ["unnnnn", ADMINS, NO_ACCOUNT])
            .body(json!({ "role": "TRAVEL_AGENT" })),
        row("GET /api/v1/customers", ["unyyny", "", ""]).query("?email=nobody@example.com"),
    ]
}

/// The operations that have a row.
pub fn places() -> Vec<String> {
    rows().iter().map(|row| row.place.to_owned()).collect()
}

/// Whoever asks, and what is theirs.
struct Scene {
    stage: Stage,
    askers: BTreeMap<Role, Member>,
    number: u16,
    /// The departure of the last booking.
    flight: String,
    /// The booking that is to be paid.
    booked: String,
}

impl Scene {
    /// Somebody of this role who is signed in: another one when the last request has put an end to that.
    async fn asker(&mut self, role: Role) -> Member {
        match self.askers.get(&role) {
            Some(known) if self.stage.state.tokens.verify(&known.access).is_some() => known.clone(),
            Some(_) | None => {
                let member = self.stage.member(role).await;
                self.askers.insert(role, member.clone());
                member
            }
        }
    }

    async fn flight(&mut self) -> String {
        self.number += 1;
        self.stage.open(self.number).await
    }

    /// The path with names in it, of things that are whose they are said to be.
    async fn path(&mut self, row: &Row, whose: Whose, asker: &Member) -> String {
        let mut path = row.place.split_once(' ').expect("a method and a path").1.to_owned();
        let owner =
            if whose == Whose::Other { self.stage.member(Role::Customer).await } else { asker.clone() };
        let has_hold = path.contains("{holdId}");
        if path.contains("{flightId}") {
            let flight = if whose == Whose::None && !has_hold {
                "/api/v1/flights/ZZ-9999-2090-06-01-JFK".to_owned()
            } else {
                self.flight().await
            };
            if has_hold {
                let hold = self.stage.held(&flight, &owner.access, &["10A"]).await;
                let hold = hold.rsplit('/').next().expect("a hold's name").to_owned();
                let hold = if whose == Whose::None { format!("{hold}7") } else { hold };
                path = path.replace("{holdId}", &hold);
            }
            path = path.replace("/api/v1/flights/{flightId}", &flight);
        }
        if path.contains("{bookingId}") || path.contains("{pnr}") {
            path = self.booking(&path, whose, &owner).await;
        }
        if path.contains("{paymentId}") {
            let payment = self.payment(&owner, path.ends_with("/refunds")).await;
            let nobody = "pay_00000000000000000000000000000000".to_owned();
            path = path.replace("{paymentId}", if whose == Whose::None { &nobody } else { &payment });
        }
        path = path.replace("{key}", "a-key");
        let nobody = whose == Whose::None;
        let user = if nobody { "usr_nobody".to_owned() } else { owner.id.to_string() };
        if path.contains("{sessionId}") {
            let session = if nobody { "nothing".to_owned() } else { self.session(&owner).await };
            path = path.replace("{sessionId}", &session);
        }
        format!("{}{}", path.replace("{userId}", &user), row.query)
    }

    /// The path with a booking of `owner`'s in it, on a departure that is remembered.
    async fn booking(&mut self, path: &str, whose: Whose, owner: &Member) -> String {
        self.flight = self.flight().await;
        let made = self.stage.booked(&owner.access, &request(&self.flight)).await;
        let (id, pnr) = match whose {
            Whose::None => ("00000000000000000000000000000000".to_owned(), "222222".to_owned()),
            Whose::Own | Whose::Other => (made.text("id"), made.text("pnr")),
        };
        path.replace("{bookingId}", &id).replace("{pnr}", &pnr)
    }

    /// A payment of somebody's that is begun, and perhaps made.
    async fn payment(&mut self, owner: &Member, is_made: bool) -> String {
        self.flight = self.flight().await;
        let made = self.stage.booked(&owner.access, &request(&self.flight)).await;
        let payment = self.stage.begin_paying(&owner.access, &made.text("id")).await.text("id");
        if is_made {
            let paid = self.stage.pay(&owner.access, &payment, "pm_card_visa").await;
            assert_eq!(paid.status, 200, "{paid:?}");
        }
        payment
    }

    /// Another sign-in of somebody.
    async fn session(&self, owner: &Member) -> String {
        let answer = self.stage.sign_in(&owner.email, PASSWORD).await;
        let listed =
            self.stage.ask("GET", "/api/v1/auth/sessions").by(&answer.text("accessToken")).send().await;
        let listed = listed.json()["data"].as_array().expect("a list").clone();
        let current = listed.iter().find(|session| session["current"] == true).expect("its own");
        current["id"].as_str().expect("a name").to_owned()
    }

    /// The body of the row, or one that fits whoever asks.
    fn body(&mut self, row: &Row, asker: &Member) -> Option<Value> {
        self.number += 1;
        let person = json!({
            "email": format!("new{}@example.com", self.number), "password": PASSWORD, "firstName": "New",
            "lastName": "Person",
        });
        match row.place {
            "POST /api/v1/bookings" => Some(request(&self.flight)),
            "PATCH /api/v1/bookings/{bookingId}/seats" => Some(json!({ "seats": [
                { "passengerId": "1", "flightId": name(&self.flight), "seat": "16D" }] })),
            "POST /api/v1/payments/intents" => Some(json!({ "bookingId": self.booked })),
            "POST /api/v1/flights" => Some(sale(self.number)),
            "POST /api/v1/auth/register" | "POST /api/v1/users" => Some(person),
            "POST /api/v1/auth/login" => Some(json!({ "email": asker.email, "password": PASSWORD })),
            "POST /api/v1/auth/refresh" => Some(json!({ "refreshToken": asker.refresh })),
            _ => row.body.clone(),
        }
    }

    async fn play(&mut self, row: &Row, whose: Whose, role: Option<Role>) -> Answer {
        let asker = self.asker(role.unwrap_or(Role::Customer)).await;
        if row.place == "POST /api/v1/bookings" {
            self.flight = self.flight().await;
        }
        if row.place == "POST /api/v1/payments/intents" {
            self.flight = self.flight().await;
            self.booked = self.stage.booked(&asker.access, &request(&self.flight)).await.text("id");
        }
        let path = self.path(row, whose, &asker).await;
        let method = row.place.split_once(' ').expect("a method and a path").0;
        let mut ask = self.stage.ask(method, &path);
        if let Some(body) = self.body(row, &asker) {
            ask = ask.json(&body);
        }
        if role.is_some() {
            ask = ask.by(&asker.access);
        }
        ask.send().await
    }
}

fn letter(answer: &Answer) -> char {
    match answer.outcome() {
        (200..=299, _) => 'y',
        (401, code) if code == "unauthenticated" => 'u',
        (403, code) if code == "forbidden" => 'n',
        (404, code) if code == "not-found" => '-',
        (426, _) => 'w',
        (400, code) if code == "bad-signature" => 's',
        _ => '?',
    }
}

#[test]
fn every_operation_of_the_document_has_a_row() {
    let document = serde_json::to_value(api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let documented: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let known: BTreeSet<String> = places().into_iter().collect();
    assert_eq!(documented, known, "write down who may ask for it, in the rows above");
}

#[test]
fn every_row_about_somebodys_things_says_how_others_fare() {
    for row in rows() {
        let is_owned = ["{holdId}", "{userId}", "{sessionId}", "{bookingId}", "{paymentId}"]
            .iter()
            .any(|name| row.place.contains(name));
        let is_named = row.place.contains('{');
        assert_eq!((!row.other.is_empty(), !row.none.is_empty()), (is_owned, is_named), "{}", row.place);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cell_of_the_matrix_answers_as_it_says() {
    let (stage, _simulator) = Stage::paying().await;
    // So that no administrator who is closed is the last one.
    let _root = stage.member(Role::Admin).await;
    let mut scene =
        Scene { stage, askers: BTreeMap::new(), number: 0, flight: String::new(), booked: String::new() };
    let (mut cells, mut wrong) = (0, Vec::new());
    for row in rows() {
        for whose in [Whose::Own, Whose::Other, Whose::None] {
            let expected = row.fares(whose);
            let askers = std::iter::once(None).chain(Role::ALL.into_iter().map(Some));
            for (role, expected) in askers.zip(expected.chars()) {
                let answer = scene.play(&row, whose, role).await;
                cells += 1;
                if letter(&answer) != expected {
                    wrong.push(format!(
                        "{} {whose:?} {role:?}: {expected} was {:?}",
                        row.place,
                        answer.outcome()
                    ));
                }
            }
        }
    }
    println!("{cells} cells");
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
}
