//! Tokens: what passes for one, and what does not.

use std::os::unix::fs::PermissionsExt as _;

use actors::engine::clock;
use api::{Keys, Role};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

/// A stage, and its key in the hands of a forger.
struct Forge {
    stage: Stage,
    key: SigningKey,
    flight: String,
}

impl Forge {
    async fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let keys = Keys::load_or_create(directory.path()).expect("a key");
        let pem = std::fs::read_to_string(directory.path().join("signing-key.pem")).expect("its file");
        let key = SigningKey::from_pkcs8_pem(&pem).expect("PKCS #8");
        let mut stage = Stage::new().await;
        let (door, stores) = (stage.state.door.clone(), stage.state.stores());
        stage.state = api::State::new(door, stores, keys, api::Options::default());
        stage.router = api::face(&stage.state);
        let flight = stage.open(1).await;
        Self { stage, key, flight }
    }

    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.stage.state.tokens.keys().name() })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let body = format!("{}.{}", encoded(header), encoded(claims));
        let signature = self.key.sign(body.as_bytes());
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    async fn try_on(&self, token: &str) -> Answer {
        let asked = self.stage.ask("GET", &format!("{}/seat-map/yours", self.flight));
        asked.header("authorization", &format!("Bearer {token}")).send().await
    }

    async fn refuses(&self, what: &str, token: &str) {
        let answer = self.try_on(token).await;
        assert_eq!(answer.outcome(), (401, "unauthenticated".to_owned()), "{what}");
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn now() -> i64 {
    clock::now().millis() / 1_000
}

fn claims() -> Value {
    json!({
        "iss": "aisle", "aud": "aisle-api", "sub": "ann", "sid": "s", "role": "CUSTOMER", "ver": 1,
        "iat": now(), "nbf": now(), "exp": now() + 600, "jti": "j",
    })
}

fn with(mut value: Value, name: &str, other: Value) -> Value {
    value[name] = other;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().expect("an object").remove(name);
    value
}

#[tokio::test]
async fn what_the_forger_signs_by_our_rules_is_ours() {
    let forge = Forge::new().await;
    let answer = forge.try_on(&forge.sign(&forge.header(), &claims())).await;
    assert_eq!(answer.status, 200, "or the tables below prove nothing: {answer:?}");
}

#[tokio::test]
async fn no_trick_of_the_header_passes() {
    let forge = Forge::new().await;
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let tricks = [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("HS256")),
        ("alg", json!("HS512")),
        ("alg", json!("RS256")),
        ("alg", json!("ES256")),
        ("alg", json!(null)),
        ("typ", json!("JWT")),
        ("typ", json!("rt+jwt")),
        ("kid", json!("another")),
        ("kid", json!("")),
        ("kid", json!("../../signing-key.pem")),
        ("jwk", jwk),
        ("jku", json!("https://forger.example/keys")),
        ("x5u", json!("https://forger.example/cert")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("thumb")),
        ("crit", json!(["exp"])),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
        ("b64", json!(false)),
    ];
    for (name, value) in tricks {
        let header = with(forge.header(), name, value);
        forge.refuses(&header.to_string(), &forge.sign(&header, &claims())).await;
    }
    for name in ["alg", "typ", "kid"] {
        let header = without(forge.header(), name);
        forge.refuses(&header.to_string(), &forge.sign(&header, &claims())).await;
    }
}

#[tokio::test]
async fn no_claim_may_be_missing_or_wrong() {
    let forge = Forge::new().await;
    let sound = claims();
    for name in sound.as_object().unwrap().keys() {
        let token = forge.sign(&forge.header(), &without(sound.clone(), name));
        forge.refuses(&format!("without {name}"), &token).await;
    }
    let wrong = [
        ("iss", json!("another")),
        ("aud", json!("another")),
        ("aud", json!([])),
        ("sub", json!("")),
        ("sub", json!("two words")),
        ("role", json!("ROOT")),
        ("role", json!(["ADMIN"])),
        ("exp", json!(now() - 31)),
        ("exp", json!(0)),
        ("exp", json!("never")),
        ("nbf", json!(now() + 60)),
        ("scope", json!("everything")),
    ];
    for (name, value) in wrong {
        let claims = with(sound.clone(), name, value);
        forge.refuses(&claims.to_string(), &forge.sign(&forge.header(), &claims)).await;
    }
}

#[tokio::test]
async fn no_signature_but_ours_passes() {
    let forge = Forge::new().await;
    let token = forge.sign(&forge.header(), &claims());
    let (body, signature) = token.rsplit_once('.').unwrap();
    let (head, _) = body.split_once('.').unwrap();
    let admin = encoded(&with(claims(), "role", json!("ADMIN")));
    let stranger = SigningKey::from_bytes(&[7; 32]).sign(body.as_bytes());
    let forged = [
        ("nothing", String::new()),
        ("rubbish", "rubbish".to_owned()),
        ("dots", "..".to_owned()),
        ("no signature", format!("{body}.")),
        ("no third part", body.to_owned()),
        ("a fourth part", format!("{token}.x")),
        ("a zero signature", format!("{body}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        ("another key", format!("{body}.{}", URL_SAFE_NO_PAD.encode(stranger.to_bytes()))),
        ("other claims", format!("{head}.{admin}.{signature}")),
        ("a padded signature", format!("{token}==")),
        ("a cut signature", token[..token.len() - 2].to_owned()),
        ("too long", format!("{body}.{}", "A".repeat(4_000))),
    ];
    for (what, token) in forged {
        forge.refuses(what, &token).await;
    }
    for scheme in ["Basic", "Token"] {
        let asked = forge.stage.ask("GET", &format!("{}/seat-map/yours", forge.flight));
        let answer = asked.header("authorization", &format!("{scheme} {token}")).send().await;
        assert_eq!(answer.status, 401, "{scheme}");
    }
    assert_eq!(forge.try_on(&token).await.status, 200);
}

#[tokio::test]
async fn clocks_may_be_thirty_seconds_apart() {
    let forge = Forge::new().await;
    for (name, value) in [("exp", now() - 20), ("nbf", now() + 20)] {
        let token = forge.sign(&forge.header(), &with(claims(), name, json!(value)));
        assert_eq!(forge.try_on(&token).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn a_token_that_was_remembered_still_ends() {
    let forge = Forge::new().await;
    // It ends with its leeway in a second.
    let token = forge.sign(&forge.header(), &with(claims(), "exp", json!(now() - 28)));
    assert_eq!(forge.try_on(&token).await.status, 200);
    crate::stage::until(async || forge.try_on(&token).await.status == 401).await;
}

#[tokio::test]
async fn a_revoked_sign_in_ends_at_once() {
    let forge = Forge::new().await;
    let of = |session: &str| forge.sign(&forge.header(), &with(claims(), "sid", json!(session)));
    let (stolen, other) = (of("stolen"), of("other"));
    assert_eq!(forge.try_on(&stolen).await.status, 200);
    forge.stage.state.tokens.revoke(&"ann".parse().unwrap(), "stolen");
    forge.refuses("a revoked sign-in", &stolen).await;
    assert_eq!(forge.try_on(&other).await.status, 200);
}

#[tokio::test]
async fn a_ticket_is_good_once_and_for_its_principal() {
    let stage = Stage::new().await;
    let ask = || stage.ask("POST", "/api/v1/auth/ws-ticket").by(&stage.customer("ann"));
    let drawn = ask().json(&json!({})).send().await;
    assert_eq!((drawn.status.as_u16(), drawn.json()["expiresIn"].as_u64()), (200, Some(30)));
    assert_eq!(drawn.header("cache-control"), "no-store");
    let ticket = drawn.text("ticket");
    assert_eq!(stage.state.tickets.take(&ticket).unwrap().subject.to_string(), "ann");
    assert!(stage.state.tickets.take(&ticket).is_none(), "a ticket is used up");
    assert_ne!(ask().send().await.text("ticket"), ask().send().await.text("ticket"));
    let strange = ask().json(&json!({ "for": "bob" })).send().await;
    assert_eq!(strange.bad_fields(), [("for".to_owned(), "unknown".to_owned())]);
}

#[tokio::test]
async fn the_published_key_verifies_our_tokens() {
    let stage = Stage::new().await;
    let keys = stage.read("/.well-known/jwks.json").await.json();
    let key = &keys["keys"][0];
    let public: [u8; 32] = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let public = ed25519_dalek::VerifyingKey::from_bytes(&public).unwrap();
    let token = stage.token(Role::Customer, "ann");
    let (body, signature) = token.rsplit_once('.').unwrap();
    let signature: [u8; 64] = URL_SAFE_NO_PAD.decode(signature).unwrap().try_into().unwrap();
    public.verify_strict(body.as_bytes(), &signature.into()).unwrap();
    assert_eq!((key["alg"].as_str(), key["use"].as_str()), (Some("EdDSA"), Some("sig")));
    assert!(key.get("d").is_none(), "the private half stays here");
}

#[test]
fn a_key_is_made_once_and_read_by_its_owner_only() {
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("new");
    let names: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Keys::load_or_create(&inside).unwrap().name().to_owned()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(names.windows(2).all(|two| two[0] == two[1]), "all who start at once have one key: {names:?}");
    let files: Vec<_> = std::fs::read_dir(&inside).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&files[0], "rubbish").unwrap();
    let said = Keys::load_or_create(&inside).unwrap_err().to_string();
    assert!(said.contains("signing-key.pem") && !said.contains("rubbish"), "{said}");
}
