//! What every answer brings along, who may read it from another page, and how often one may ask, with the limits of
//! production.

use std::time::Instant;

use api::{Limits, Options, RateLimits, Role};
use cluster::Shared;
use serde_json::json;
use testbed::Redis;

use crate::stage::{Answer, Stage, until};

const SHOP: &str = "https://shop.example";

async fn limited() -> Stage {
    Stage::with(Options { rates: RateLimits::default(), limits: Limits::LIFTED, ..Options::default() }).await
}

/// How often `ask` is let in before it is refused, with the refusal. As many as may come at once, and those that came back
/// meanwhile.
async fn let_in(most: u32, mut ask: impl AsyncFnMut() -> Answer) -> Answer {
    let began = Instant::now();
    for let_in in 0.. {
        let answer = ask().await;
        if answer.status != 429 {
            continue;
        }
        let back = (began.elapsed().as_secs_f64() * f64::from(most) / 60.0).ceil() as u32;
        assert!((most..=most + back).contains(&let_in), "{let_in} of {most} and {back}");
        assert_eq!(answer.outcome(), (429, "rate-limited".to_owned()));
        assert!(answer.header("ratelimit").ends_with(";r=0"), "{answer:?}");
        return answer;
    }
    unreachable!("a limit is reached")
}

#[tokio::test]
async fn a_customer_holds_thirty_times_a_minute_and_is_told_what_is_left() {
    let stage = limited().await;
    let flight = stage.open(100).await;
    let ann = stage.customer("ann");
    let first = stage.hold(&flight, &ann, &["10B"]).await;
    assert_eq!((first.status.as_u16(), first.header("ratelimit")), (201, "\"holds\";r=29"));
    assert_eq!(first.header("ratelimit-policy"), "\"holds\";q=30;w=60");
    let again = format!("{flight}/holds/{}/extend", first.text("holdId"));
    let refused = let_in(29, async || {
        stage.ask("POST", &again).by(&ann).json(&json!({ "ttlSeconds": 600 })).send().await
    })
    .await;
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=3).contains(&wait), "one comes back every two seconds: {wait}");
    let hold = format!("{flight}/holds/{}", first.text("holdId"));
    assert_eq!(stage.ask("DELETE", &hold).by(&ann).send().await.status, 204, "giving back is free");
    assert_eq!(stage.hold(&flight, &stage.customer("bob"), &["10A"]).await.status, 201, "another customer");
    let (agent, seats) = (stage.token(Role::TravelAgent, "agent"), &["11A"]);
    assert_eq!(stage.hold(&flight, &agent, seats).await.header("ratelimit"), "\"holds\";r=599");
    assert_eq!(stage.state.metrics.limited.get(), 1);
}

#[tokio::test]
async fn a_forged_token_spends_nothing_of_its_subjects() {
    let stage = limited().await;
    let flight = stage.open(100).await;
    let ann = stage.customer("ann");
    let (said, signature) = ann.rsplit_once('.').unwrap();
    let forged = format!("{said}.{}", signature.chars().rev().collect::<String>());
    let_in(30, async || {
        let answer = stage.hold(&flight, &forged, &["10A"]).await;
        assert!(matches!(answer.status.as_u16(), 401 | 429), "{answer:?}");
        answer
    })
    .await;
    assert_eq!(stage.hold(&flight, &ann, &["10A"]).await.header("ratelimit"), "\"holds\";r=29");
}

#[tokio::test]
async fn an_address_searches_sixty_times_and_reads_six_hundred_times_a_minute() {
    let stage = limited().await;
    let search = async |from: &str| {
        let body = json!({ "origin": "JFK" });
        stage.ask("POST", "/api/v1/flights/search").from(from).json(&body).send().await
    };
    let_in(60, async || search("192.0.2.7").await).await;
    assert_eq!(search("192.0.2.8").await.status, 422, "another address");
    let read = async |path: &str| stage.ask("GET", path).from("192.0.2.7").send().await;
    let_in(600, async || read("/api/v1/flights/airports?q=jfk").await).await;
    assert_eq!(read("/healthz").await.status, 200, "whoever watches the node is not counted");
}

#[tokio::test]
async fn other_changes_are_counted_by_principal() {
    let stage = limited().await;
    let operator = stage.token(Role::AirlineAgent, "operator");
    let_in(120, async || {
        let asked = stage.ask("PATCH", "/api/v1/flights/ZZ-1-2090-06-01-JFK/status").by(&operator);
        asked.json(&json!({ "status": "DELAYED" })).send().await
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_answer_says_what_browsers_must_not_do_with_it() {
    let stage = Stage::new().await;
    let flight = stage.open(100).await;
    let answers = "default-src 'none'; frame-ancestors 'none'";
    let page = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
                base-uri 'none'; frame-ancestors 'none'";
    for (path, status, policy, keeps) in [
        ("/api/v1/flights/airports?q=jfk", 200, answers, false),
        (&*format!("{flight}/seat-map"), 200, answers, true),
        ("/api/v1/auth/profile", 401, answers, false),
        ("/api/v1/nothing", 404, answers, false),
        ("/healthz", 200, answers, false),
        ("/docs/", 200, page, false),
    ] {
        let answer = stage.read(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("content-security-policy"), policy, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"), "{path}");
        assert_eq!(answer.header("cache-control") == "no-store", !keeps, "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn a_listed_page_may_read_and_no_other() {
    let stage = Stage::with(Options { origins: vec![SHOP.to_owned()], ..Options::default() }).await;
    let preflight = async |origin: &str| {
        let asked = stage.ask("OPTIONS", "/api/v1/auth/login").header("origin", origin);
        asked.header("access-control-request-method", "POST").send().await
    };
    let read = async |origin: &str| {
        stage.ask("GET", "/api/v1/flights/airports?q=jfk").header("origin", origin).send().await
    };
    let listed = preflight(SHOP).await;
    assert_eq!((listed.status.as_u16(), listed.header("access-control-allow-origin")), (204, SHOP));
    assert_eq!(listed.header("access-control-allow-methods"), "GET, POST, PATCH, DELETE");
    assert!(listed.header("access-control-allow-headers").contains("idempotency-key"));
    let answer = read(SHOP).await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, SHOP));
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert!(answer.header("access-control-expose-headers").contains("ratelimit"));
    assert!(answer.headers.get_all("vary").iter().any(|value| value == "origin"));
    let refused = stage.ask("GET", "/api/v1/auth/profile").header("origin", SHOP).send().await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (401, SHOP));
    for other in ["https://shop.example.evil.example", "http://shop.example", "null", "https://SHOP.example"]
    {
        for answer in [preflight(other).await, read(other).await] {
            let shared = answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"));
            assert!(!shared && answer.header("vary") != "origin", "{other}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_counted_where_limits_are_lifted() {
    let stage = Stage::new().await;
    for _ in 0..700 {
        let answer = stage.read("/api/v1/flights/airports?q=jfk").await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, ""));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_share_a_redis_count_together_and_keep_answers_for_each_other() {
    let redis = Redis::start().unwrap();
    let options = Options {
        rates: RateLimits { searches_per_address: 20, ..RateLimits::LIFTED },
        shared: Some(Shared::at(&redis.url()).unwrap()),
        ..Options::default()
    };
    let one = Stage::with(options).await;
    let search = async |stage: &Stage, from: &str| {
        let body = json!({
            "origin": "JFK", "destination": "LAX", "departureDate": "2090-06-01", "cabinClass": "ECONOMY",
            "passengers": { "adults": 1, "children": 0, "infants": 0 },
        });
        stage.ask("POST", "/api/v1/flights/search").from(from).json(&body).send().await
    };
    until(async || search(&one, "192.0.2.1").await.status == 200).await;
    // A face that has found nothing itself.
    until(async || search(&one.again(), "192.0.2.2").await.json()["cache"]["hit"] == true).await;
    let other = one.again();
    for number in 0..20 {
        let stage = if number % 2 == 0 { &one } else { &other };
        assert_eq!(search(stage, "192.0.2.3").await.status, 200, "{number}");
    }
    for stage in [&one, &other] {
        let refused = search(stage, "192.0.2.3").await;
        assert_eq!(refused.outcome(), (429, "rate-limited".to_owned()), "each has let in ten");
    }
    drop(redis);
    for _ in 0..5 {
        assert_eq!(
            search(&other, "192.0.2.3").await.status,
            200,
            "without Redis each node counts for itself"
        );
    }
}
