//! Every operation of the contract: what it answers, and to whom.

use std::collections::BTreeSet;

use api::Role;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage, sale};

const ROLES: [Role; 5] =
    [Role::Customer, Role::AirlineAgent, Role::TravelAgent, Role::BusinessOwner, Role::Admin];

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Demand {
    Nothing,
    Token,
    Operator,
}

/// An operation, an example of a request, and what it comes to.
#[derive(Debug)]
struct Case {
    method: &'static str,
    template: &'static str,
    demand: Demand,
    query: &'static str,
    body: Option<Value>,
    granted: u16,
}

const fn get(template: &'static str, demand: Demand, query: &'static str) -> Case {
    Case { method: "GET", template, demand, query, body: None, granted: 200 }
}

const fn change(
    method: &'static str,
    template: &'static str,
    demand: Demand,
    body: Value,
    granted: u16,
) -> Case {
    Case { method, template, demand, query: "", body: Some(body), granted }
}

/// A search that finds nothing or something.
fn wish() -> Value {
    json!({
        "origin": "JFK", "destination": "LAX", "departureDate": "2090-06-01", "passengers": { "adults": 1 },
        "cabinClass": "ECONOMY",
    })
}

/// In an order that works on one departure and one hold.
fn cases() -> Vec<Case> {
    use Demand::{Nothing, Operator, Token};
    vec![
        get("/healthz", Nothing, ""),
        get("/readyz", Nothing, ""),
        get("/metrics", Nothing, ""),
        get("/.well-known/jwks.json", Nothing, ""),
        get("/api/v1/flights", Nothing, "?date=2090-06-01&origin=JFK"),
        get("/api/v1/flights/airports", Nothing, "?q=new%20york"),
        get("/api/v1/flights/airlines", Nothing, "?q=jet"),
        get("/api/v1/flights/{flightId}", Nothing, ""),
        get("/api/v1/flights/{flightId}/availability", Nothing, ""),
        get("/api/v1/flights/{flightId}/seat-map", Nothing, ""),
        get("/api/v1/flights/{flightId}/seat-map/yours", Token, "?adults=1&infants=1"),
        change("POST", "/api/v1/flights", Operator, sale(4_000), 201),
        change("POST", "/api/v1/flights/search", Nothing, wish(), 200),
        change("POST", "/api/v1/auth/ws-ticket", Token, json!({}), 200),
        change(
            "POST",
            "/api/v1/flights/{flightId}/holds",
            Token,
            json!({"cabinClass": "ECONOMY", "places": 1}),
            201,
        ),
        get("/api/v1/flights/{flightId}/holds/{holdId}", Token, ""),
        change(
            "POST",
            "/api/v1/flights/{flightId}/holds/{holdId}/extend",
            Token,
            json!({"ttlSeconds": 900}),
            200,
        ),
        change("DELETE", "/api/v1/flights/{flightId}/holds/{holdId}", Token, Value::Null, 204),
        change(
            "POST",
            "/api/v1/flights/{flightId}/blocks",
            Operator,
            json!({"seats": ["17D"], "reason": "CREW"}),
            200,
        ),
        change("DELETE", "/api/v1/flights/{flightId}/blocks", Operator, json!({"seats": ["17D"]}), 200),
        change(
            "PATCH",
            "/api/v1/flights/{flightId}/status",
            Operator,
            json!({"status": "DELAYED", "newDeparture": "2090-06-01T14:00:00Z", "newArrival": "2090-06-01T20:00:00Z"}),
            200,
        ),
        // Without the words that open a socket: `tests/live` says them.
        Case { granted: 426, ..get("/api/v1/ws", Nothing, "") },
    ]
}

/// A departure, and on it a hold of `subject`.
struct Scene {
    stage: Stage,
    flight: String,
    hold: String,
}

impl Scene {
    async fn of(subject: &str) -> Self {
        let stage = Stage::new().await;
        let flight = stage.open(1).await;
        let hold = stage.held(&flight, &stage.customer(subject), &["10A"]).await;
        Self { stage, flight, hold }
    }

    async fn play(&self, case: &Case, token: Option<&str>) -> Answer {
        let id = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let path =
            case.template.replace("{flightId}", &id(&self.flight)).replace("{holdId}", &id(&self.hold));
        let mut ask = self.stage.ask(case.method, &format!("{path}{}", case.query));
        if let Some(body) = case.body.as_ref().filter(|body| !body.is_null()) {
            ask = ask.json(body);
        }
        if let Some(token) = token {
            ask = ask.by(token);
        }
        ask.send().await
    }
}

#[test]
fn every_operation_of_the_document_is_exercised() {
    let document = serde_json::to_value(api::document()).unwrap();
    let documented: BTreeSet<String> =
        document["paths"].as_object().unwrap().iter().flat_map(operations).collect();
    let mut exercised: BTreeSet<String> =
        cases().iter().map(|case| format!("{} {}", case.method, case.template)).collect();
    exercised.extend(crate::matrix::places());
    assert_eq!(documented, exercised);
}

fn operations((path, item): (&String, &Value)) -> Vec<String> {
    let methods = item.as_object().expect("a path item").keys();
    methods.map(|method| format!("{} {path}", method.to_uppercase())).collect()
}

#[tokio::test]
async fn each_operation_grants_what_it_is_for() {
    let scene = Scene::of("ann").await;
    for case in cases() {
        let role = if case.demand == Demand::Operator { Role::AirlineAgent } else { Role::Customer };
        let token = scene.stage.token(role, "ann");
        let token = (case.demand != Demand::Nothing).then_some(token.as_str());
        let answer = scene.play(&case, token).await;
        assert_eq!(answer.status.as_u16(), case.granted, "{case:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_stranger_reads_what_is_public_and_nothing_else() {
    let scene = Scene::of("ann").await;
    for case in cases() {
        let answer = scene.play(&case, None).await;
        if case.demand == Demand::Nothing {
            assert_eq!(answer.status.as_u16(), case.granted, "{case:?}: {answer:?}");
        } else {
            assert_eq!(answer.outcome(), (401, "unauthenticated".to_owned()), "{case:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{case:?}");
        }
    }
}

#[tokio::test]
async fn who_runs_no_flights_may_not_change_them() {
    let scene = Scene::of("ann").await;
    for case in cases().iter().filter(|case| case.demand == Demand::Operator) {
        for role in ROLES {
            let answer = scene.play(case, Some(&scene.stage.token(role, "someone"))).await;
            let may = matches!(role, Role::AirlineAgent | Role::Admin);
            let is_forbidden = answer.outcome() == (403, "forbidden".to_owned());
            assert_eq!(is_forbidden, !may, "{role:?} {case:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn every_role_may_do_what_needs_only_a_token() {
    for role in ROLES {
        let scene = Scene::of("ann").await;
        let token = scene.stage.token(role, "ann");
        for case in cases().iter().filter(|case| case.demand == Demand::Token) {
            let answer = scene.play(case, Some(&token)).await;
            assert_eq!(answer.status.as_u16(), case.granted, "{role:?} {case:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn somebody_elses_hold_is_nobodys() {
    let scene = Scene::of("ann").await;
    let stage = &scene.stage;
    let foreign =
        [stage.customer("bob"), stage.token(Role::TravelAgent, "eve"), stage.token(Role::Admin, "root")];
    let unknown = scene.hold.replace(".2", ".77");
    for case in cases().iter().filter(|case| case.template.contains("{holdId}")) {
        for token in &foreign {
            let answer = scene.play(case, Some(token)).await;
            assert_eq!(answer.outcome(), (404, "not-found".to_owned()), "{case:?}");
            let ghost = Scene { hold: unknown.clone(), flight: scene.flight.clone(), stage: stage.clone() };
            let mut nothing = ghost.play(case, Some(token)).await.json();
            let mut hidden = answer.json();
            nothing["requestId"].take();
            hidden["requestId"].take();
            assert_eq!(hidden, nothing, "a foreign hold looks like one that never was");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let stage = Stage::new().await;
    let token = stage.token(Role::Admin, "root");
    for flight in ["ZZ-9-2090-06-01-JFK", "nonsense", "%00", "ZZ-9-2090-06-01-JFK%20", "%ff"] {
        for rest in ["", "/availability", "/seat-map", "/seat-map/yours", "/holds/ZZ-9-2090-06-01-JFK.2"] {
            let answer = stage.ask("GET", &format!("/api/v1/flights/{flight}{rest}")).by(&token).send().await;
            let expected = if flight == "%ff" { 422 } else { 404 };
            assert_eq!(answer.status.as_u16(), expected, "{flight}{rest}: {answer:?}");
        }
    }
    let nowhere = stage.read("/api/v1/nowhere").await;
    assert_eq!(nowhere.outcome(), (404, "not-found".to_owned()));
    assert_eq!(nowhere.header("content-type"), "application/problem+json");
    let wrong = stage.ask("PUT", "/api/v1/flights/airports").send().await;
    assert_eq!(wrong.outcome(), (405, "method-not-allowed".to_owned()));
    assert!(wrong.header("allow").contains("GET"), "{wrong:?}");
}
