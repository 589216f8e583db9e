//! Accounts of one's own: registering, the profile, the password.

use serde_json::{Value, json};

use crate::members::PASSWORD;
use crate::stage::{Answer, Stage};

/// What the interface's own example pastes.
fn pasted() -> Value {
    json!({
        "email": "test@example.com", "password": "Test123!", "firstName": "John", "lastName": "Doe", "role": "CUSTOMER",
    })
}

async fn register(stage: &Stage, body: &Value) -> Answer {
    stage.ask("POST", "/api/v1/auth/register").json(body).send().await
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

#[tokio::test]
async fn whoever_registers_can_sign_in() {
    let stage = Stage::new().await;
    let made = register(&stage, &pasted()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let user = made.json();
    assert!(user["id"].as_str().unwrap().starts_with("usr_"));
    assert_eq!(made.header("location"), format!("/api/v1/users/{}", made.text("id")));
    for (name, value) in [
        ("email", "test@example.com"),
        ("firstName", "John"),
        ("lastName", "Doe"),
        ("role", "CUSTOMER"),
        ("status", "ACTIVE"),
    ] {
        assert_eq!(user[name], value);
    }
    let text = String::from_utf8(made.body.to_vec()).unwrap();
    assert!(!text.contains("Test123!") && !text.contains("argon2"), "{text}");
    let signed_in = stage.sign_in(" TEST@example.com", "Test123!").await;
    assert_eq!(signed_in.status, 200, "an address has one form: {signed_in:?}");
    assert_eq!(signed_in.json()["user"], user);
    assert_eq!(
        (signed_in.text("tokenType").as_str(), &signed_in.json()["expiresIn"]),
        ("Bearer", &json!(600))
    );
    let profile = stage.ask("GET", "/api/v1/auth/profile").by(&signed_in.text("accessToken")).send().await;
    assert_eq!(profile.json(), user);
}

#[tokio::test]
async fn an_address_registers_once() {
    let stage = Stage::new().await;
    assert_eq!(register(&stage, &pasted()).await.status, 201);
    let again = register(&stage, &with(pasted(), "email", json!("Test@Example.com"))).await;
    assert_eq!(again.outcome(), (409, "email-taken".to_owned()));
}

#[tokio::test]
async fn registering_makes_a_customer_whatever_is_asked() {
    let stage = Stage::new().await;
    for role in ["AIRLINE_AGENT", "TRAVEL_AGENT", "BUSINESS_OWNER", "ADMIN"] {
        let answer = register(&stage, &with(pasted(), "role", json!(role))).await;
        assert_eq!(answer.outcome(), (403, "forbidden".to_owned()), "{role}");
        assert!(answer.text("detail").contains("administrator"), "a clear word: {answer:?}");
    }
    let mut without = pasted();
    without.as_object_mut().unwrap().remove("role");
    assert_eq!(register(&stage, &without).await.json()["role"], "CUSTOMER");
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let stage = Stage::new().await;
    let body =
        json!({ "email": "nobody", "password": "short", "firstName": "", "role": "KING", "isAdmin": true });
    let answer = register(&stage, &body).await;
    assert_eq!(answer.outcome(), (422, "validation".to_owned()));
    let mut bad = answer.bad_fields();
    bad.sort();
    let expected = [
        ("email", "invalid"),
        ("firstName", "invalid"),
        ("isAdmin", "unknown"),
        ("lastName", "missing"),
        ("password", "invalid"),
        ("role", "invalid"),
    ];
    assert_eq!(bad, expected.map(|(name, code)| (name.to_owned(), code.to_owned())));
    for name in ["id", "status", "ver", "createdAt"] {
        let answer = register(&stage, &with(pasted(), name, json!("x"))).await;
        assert_eq!(answer.bad_fields(), [(name.to_owned(), "unknown".to_owned())], "nobody assigns that");
    }
    for password in ["1234567", "password", "Password1", &"x".repeat(129)] {
        let answer = register(&stage, &with(pasted(), "password", json!(password))).await;
        assert_eq!(answer.bad_fields(), [("password".to_owned(), "invalid".to_owned())], "{password}");
    }
}

#[tokio::test]
async fn a_repeated_registration_gets_its_first_answer() {
    let stage = Stage::new().await;
    let ask = |body: Value| stage.ask("POST", "/api/v1/auth/register").key("mine").json(&body).send();
    let (first, again) = tokio::join!(ask(pasted()), ask(pasted()));
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{first:?} {again:?}");
    assert_eq!(first.body, again.body);
    let replays = [&first, &again].map(|answer| answer.header("idempotent-replayed") == "true");
    assert_ne!(replays[0], replays[1], "one of them made it");
    for (name, value) in [("firstName", "Jack"), ("password", "correct horse")] {
        let other = ask(with(pasted(), name, json!(value))).await;
        assert_eq!(other.outcome(), (422, "idempotency-mismatch".to_owned()), "{name}");
    }
    let stranger = ask(with(pasted(), "email", json!("other@example.com"))).await;
    assert_eq!(stranger.status, 201, "somebody else's key is another one: {stranger:?}");
    let unnamed = register(&stage, &with(pasted(), "email", json!("third@example.com"))).await;
    assert!(!unnamed.header("idempotency-key").is_empty(), "a drawn key is told");
}

#[tokio::test]
async fn a_profile_is_changed_by_its_owner() {
    let stage = Stage::new().await;
    let ann = stage.member(api::Role::Customer).await;
    let patch = |body: Value| stage.ask("PATCH", "/api/v1/auth/profile").by(&ann.access).json(&body).send();
    let changed = patch(json!({ "firstName": " Åsa " })).await;
    assert_eq!((changed.status.as_u16(), changed.text("firstName").as_str()), (200, "Åsa"));
    assert_eq!(changed.text("lastName"), "Example", "what was not named stays");
    assert!(stage.opens(&ann.access).await, "a name voids no token");
    for name in ["email", "role", "status", "password", "id"] {
        let answer = patch(json!({ name: "ADMIN" })).await;
        assert_eq!(answer.bad_fields(), [(name.to_owned(), "unknown".to_owned())]);
    }
    let audit = stage.state.people.audit_of(&ann.id, 10).await.unwrap();
    let last = audit.last().unwrap();
    assert_eq!((last.action.as_str(), last.detail.as_str()), ("account-described", "firstName"));
    assert_eq!(changed.header("x-request-id"), last.request, "the audit names the request");
}

#[tokio::test]
async fn a_new_password_ends_every_other_sign_in() {
    let stage = Stage::new().await;
    let here = stage.member(api::Role::Customer).await;
    let there = stage.sign_in(&here.email, PASSWORD).await;
    let change = |current: &str, new: &str| {
        let body = json!({ "currentPassword": current, "newPassword": new });
        stage.ask("POST", "/api/v1/auth/password").by(&here.access).json(&body).send()
    };
    assert_eq!(change("wrong horse", "correct horse").await.outcome(), (401, "unauthenticated".to_owned()));
    assert_eq!(
        change(PASSWORD, "short").await.bad_fields(),
        [("newPassword".to_owned(), "invalid".to_owned())]
    );
    let changed = change(PASSWORD, "correct horse").await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert!(stage.opens(&changed.text("accessToken")).await);
    assert!(!stage.opens(&here.access).await, "also the token that asked");
    assert!(!stage.opens(&there.text("accessToken")).await);
    assert_eq!(stage.renew(&there.text("refreshToken")).await.status, 401);
    assert_eq!(stage.renew(&here.refresh).await.status, 200, "this sign-in goes on");
    assert_eq!(stage.sign_in(&here.email, PASSWORD).await.status, 401);
    assert_eq!(stage.sign_in(&here.email, "correct horse").await.status, 200);
}
