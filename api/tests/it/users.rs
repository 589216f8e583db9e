//! Accounts, as those see and change them who run the house.

use api::Role;
use serde_json::{Value, json};

use crate::members::{Member, PASSWORD};
use crate::stage::{Answer, Stage};

async fn set(stage: &Stage, by: &Member, whom: &Member, what: &str, value: &str) -> Answer {
    let path = format!("{}/{what}", whom.path());
    stage.ask("PATCH", &path).by(&by.access).json(&json!({ what: value })).send().await
}

fn person(email: &str, role: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "firstName": "New", "lastName": "Person", "role": role })
}

#[tokio::test]
async fn an_administrator_makes_accounts_of_every_role() {
    let stage = Stage::new().await;
    let root = stage.member(Role::Admin).await;
    for role in Role::ALL {
        let email = format!("{}@example.com", role.as_str().to_lowercase().replace('_', "-"));
        let made = stage.ask("POST", "/api/v1/users").by(&root.access).json(&person(&email, role.as_str()));
        let made = made.send().await;
        assert_eq!((made.status.as_u16(), made.text("role").as_str()), (201, role.as_str()));
        assert_eq!(stage.sign_in(&email, PASSWORD).await.json()["user"], made.json());
        let audit = stage.state.people.audit_of(&made.text("id").parse().unwrap(), 1).await.unwrap();
        assert_eq!((&audit[0].actor, audit[0].action.as_str()), (&root.id, "account-made"));
    }
    let again =
        stage.ask("POST", "/api/v1/users").by(&root.access).json(&person("admin@example.com", "ADMIN"));
    assert_eq!(again.send().await.outcome(), (409, "email-taken".to_owned()));
}

#[tokio::test]
async fn a_program_makes_the_first_administrator_and_no_other() {
    let stage = Stage::new().await;
    let program = stage.token(Role::Admin, "console");
    let make = async |email: &str, role: &str, token: &str| {
        stage.ask("POST", "/api/v1/users").by(token).json(&person(email, role)).send().await
    };
    let customer = make("ann@example.com", "CUSTOMER", &program).await;
    assert_eq!(customer.status, 201);
    assert_eq!(make("root@example.com", "ADMIN", &program).await.status, 201);
    let second = make("second@example.com", "ADMIN", &program).await;
    assert_eq!(second.outcome(), (403, "forbidden".to_owned()));
    assert!(second.text("detail").contains("there is an administrator"), "{second:?}");
    let path = format!("/api/v1/users/{}/role", customer.text("id"));
    let promoted = stage.ask("PATCH", &path).by(&program).json(&json!({ "role": "ADMIN" })).send().await;
    assert_eq!(promoted.outcome(), (403, "forbidden".to_owned()));
    let root = stage.sign_in("root@example.com", PASSWORD).await.text("accessToken");
    assert_eq!(make("second@example.com", "ADMIN", &root).await.status, 201, "an administrator may");
}

#[tokio::test]
async fn a_list_is_searched_filtered_and_paged() {
    let stage = Stage::new().await;
    let overseer = stage.member(Role::BusinessOwner).await;
    for number in 0..5 {
        stage.account(Role::TravelAgent, &format!("agent{number}@agency.example"), "Agent").await;
    }
    let list = async |query: &str| {
        let answer = stage.ask("GET", &format!("/api/v1/users{query}")).by(&overseer.access).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    let all = list("").await;
    assert_eq!(all["page"], json!({ "number": 1, "limit": 20, "total": 6, "pages": 1 }));
    assert_eq!(all["data"].as_array().unwrap().len(), 6);
    let page = list("?search=AGENCY.example&role=TRAVEL_AGENT&status=ACTIVE&page=2&limit=2").await;
    assert_eq!(page["page"], json!({ "number": 2, "limit": 2, "total": 5, "pages": 3 }));
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    assert_eq!(list("?status=SUSPENDED").await["page"]["total"], 0);
    assert_eq!(list("?search=%25").await["page"]["total"], 0, "a percent sign is a percent sign");
    for (query, field) in [
        ("?limit=101", "limit"),
        ("?limit=0", "limit"),
        ("?page=0", "page"),
        ("?role=KING", "role"),
        ("?status=GONE", "status"),
        ("?sort=email", "sort"),
    ] {
        let answer = stage.ask("GET", &format!("/api/v1/users{query}")).by(&overseer.access).send().await;
        assert_eq!(answer.bad_fields()[0].0, field, "{answer:?}");
    }
    let text = all.to_string();
    assert!(!text.contains("argon2") && !text.contains("password"), "{text}");
}

#[tokio::test]
async fn accounts_are_counted() {
    let stage = Stage::new().await;
    let root = stage.member(Role::Admin).await;
    let ann = stage.member(Role::Customer).await;
    stage.member(Role::Customer).await;
    assert_eq!(set(&stage, &root, &ann, "status", "SUSPENDED").await.status, 200);
    let stats = stage.ask("GET", "/api/v1/users/stats").by(&root.access).send().await.json();
    assert_eq!((&stats["total"], &stats["newLast30Days"]), (&json!(3), &json!(3)));
    let roles =
        json!({ "ADMIN": 1, "AIRLINE_AGENT": 0, "BUSINESS_OWNER": 0, "CUSTOMER": 2, "TRAVEL_AGENT": 0 });
    assert_eq!(stats["byRole"], roles);
    assert_eq!(stats["byStatus"], json!({ "ACTIVE": 2, "CLOSED": 0, "SUSPENDED": 1 }));
}

#[tokio::test]
async fn whoever_is_suspended_is_out_at_once() {
    let stage = Stage::new().await;
    let (root, ann) = (stage.member(Role::Admin).await, stage.member(Role::Customer).await);
    assert!(stage.opens(&ann.access).await);
    let suspended = set(&stage, &root, &ann, "status", "SUSPENDED").await;
    assert_eq!((suspended.status.as_u16(), suspended.text("status").as_str()), (200, "SUSPENDED"));
    assert!(!stage.opens(&ann.access).await);
    assert_eq!(stage.renew(&ann.refresh).await.status, 401);
    assert_eq!(set(&stage, &root, &ann, "status", "SUSPENDED").await.status, 200, "it is so already");
    assert_eq!(set(&stage, &root, &ann, "status", "ACTIVE").await.status, 200);
    assert!(!stage.opens(&ann.access).await, "the old token stays void");
    assert_eq!(stage.sign_in(&ann.email, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_role_acts_at_once_and_nobody_grants_it_to_themselves() {
    let stage = Stage::new().await;
    let (root, ann) = (stage.member(Role::Admin).await, stage.member(Role::Customer).await);
    let granted = set(&stage, &root, &ann, "role", "AIRLINE_AGENT").await;
    assert_eq!((granted.status.as_u16(), granted.text("role").as_str()), (200, "AIRLINE_AGENT"));
    assert!(!stage.opens(&ann.access).await, "a token with the role before is void");
    let renewed = stage.renew(&ann.refresh).await;
    assert_eq!(renewed.status, 200, "but the sign-in goes on");
    let opened = stage.ask("POST", "/api/v1/flights").by(&renewed.text("accessToken"));
    assert_eq!(opened.json(&crate::stage::sale(1)).send().await.status, 201, "with the new role");
    let own = set(&stage, &root, &root, "role", "CUSTOMER").await;
    assert_eq!(own.outcome(), (403, "forbidden".to_owned()));
    assert!(own.text("detail").contains("their own role"), "{own:?}");
}

#[tokio::test]
async fn what_concerns_others_asks_the_store_and_not_the_token() {
    let stage = Stage::new().await;
    let (root, other) = (stage.member(Role::Admin).await, stage.member(Role::Admin).await);
    // On another node, of which this one has not heard.
    let at = actors::engine::clock::now();
    let by = persistence::identity::Audited { actor: &other.id, at, request: "elsewhere" };
    stage.state.people.set_role(&root.id, Role::Customer, false, &by).await.unwrap();
    assert!(stage.opens(&root.access).await, "what is one's own is read for five seconds more");
    for (method, path) in [("GET", "/api/v1/users"), ("GET", "/api/v1/customers?email=a@example.com")] {
        let answer = stage.ask(method, path).by(&root.access).send().await;
        assert_eq!(answer.outcome(), (401, "unauthenticated".to_owned()), "{path}");
    }
    assert_eq!(set(&stage, &root, &other, "status", "CLOSED").await.status, 401);
}

#[tokio::test]
async fn the_last_administrator_can_be_nothing_else() {
    let stage = Stage::new().await;
    let root = stage.member(Role::Admin).await;
    let last = (409, "last-admin".to_owned());
    assert_eq!(set(&stage, &root, &root, "status", "SUSPENDED").await.outcome(), last);
    assert_eq!(stage.ask("DELETE", &root.path()).by(&root.access).send().await.outcome(), last);
    let other = stage.member(Role::Admin).await;
    assert_eq!(set(&stage, &other, &root, "role", "CUSTOMER").await.status, 200);
    assert_eq!(set(&stage, &other, &other, "status", "CLOSED").await.outcome(), last);
}

#[tokio::test]
async fn an_account_is_described_and_closed() {
    let stage = Stage::new().await;
    let (root, ann) = (stage.member(Role::Admin).await, stage.member(Role::Customer).await);
    let patch = |body: Value| stage.ask("PATCH", &ann.path()).by(&root.access).json(&body).send();
    let changed = patch(json!({ "email": "Ann@Example.org", "lastName": "Smith" })).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(
        (changed.text("email").as_str(), changed.text("lastName").as_str()),
        ("ann@example.org", "Smith")
    );
    assert_eq!(patch(json!({ "email": root.email })).await.outcome(), (409, "email-taken".to_owned()));
    assert_eq!(patch(json!({ "role": "ADMIN" })).await.bad_fields()[0].0, "role");
    assert_eq!(stage.ask("DELETE", &ann.path()).by(&root.access).send().await.status, 204);
    assert!(!stage.opens(&ann.access).await);
    assert_eq!(stage.sign_in("ann@example.org", PASSWORD).await.status, 401);
    for (method, path) in [("GET", ann.path()), ("DELETE", ann.path())] {
        assert_eq!(stage.ask(method, &path).by(&root.access).send().await.status, 404);
    }
    let again =
        json!({ "email": "ann@example.org", "password": PASSWORD, "firstName": "A", "lastName": "N" });
    let again = stage.ask("POST", "/api/v1/auth/register").json(&again).send().await;
    assert_eq!(again.status, 201, "the address is free: {again:?}");
    assert_ne!(again.text("id"), ann.id.to_string());
}

#[tokio::test]
async fn whoever_books_for_others_finds_customers_by_their_whole_address() {
    let stage = Stage::new().await;
    let (agent, ann) = (stage.member(Role::TravelAgent).await, stage.member(Role::Customer).await);
    let find = async |email: &str| {
        let path = format!("/api/v1/customers?email={email}");
        let answer = stage.ask("GET", &path).by(&agent.access).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["data"].as_array().unwrap().clone()
    };
    let found = find(&ann.email.to_uppercase()).await;
    assert_eq!((found.len(), &found[0]["id"]), (1, &json!(ann.id)));
    let names: Vec<&String> = found[0].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 4, "what booking needs, and no more: {names:?}");
    assert!(find("nobody@example.com").await.is_empty());
    assert!(find(&agent.email).await.is_empty(), "agents are no customers");
    let partial = stage.ask("GET", "/api/v1/customers?email=example").by(&agent.access).send().await;
    assert_eq!(partial.outcome(), (422, "validation".to_owned()), "no part of one");
    let missing = stage.ask("GET", "/api/v1/customers").by(&agent.access).send().await;
    assert_eq!(missing.bad_fields(), [("email".to_owned(), "missing".to_owned())]);
}
